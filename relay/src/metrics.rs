//! What the relay counts, for Prometheus; and one log line for each session.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use protocol::room::Refusal;
use protocol::{Answered, LabReport, LabRequest};
use syscall::{CallId, Errno, Outcome};
use tokio::time::Instant;

/// Upper ends of the call times, in seconds: one call is some 50 microseconds, and one that waits takes as long as its
/// learner likes.
const CALL_SECONDS: [f64; 13] =
    [0.000_05, 0.000_1, 0.000_2, 0.000_5, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.2, 1.0, 10.0];

type Label<const N: usize> = [(&'static str, &'static str); N];

/// Every count.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    /// Sessions now; set when asked for.
    sessions: Gauge,
    sessions_opened: Counter,
    resumed: Counter,
    pub(crate) labs: Gauge,
    pub(crate) pipes: Gauge,
    pub(crate) guests: Gauge,
    labs_opened: Counter,
    /// Networks that are ready for labs; set when it changes.
    pub(crate) labs_ready: Gauge,
    lab_seconds: Times,
    pub(crate) helper_restarts: Counter,
    calls: Family<Label<3>, Counter>,
    call_seconds: Times,
    bytes: Carried,
    refused: Family<Label<1>, Counter>,
    /// Rooms in memory.
    pub(crate) rooms: Gauge,
    pub(crate) rows_saved: Counter,
    rooms_refused: Family<Label<1>, Counter>,
}

/// Bytes of messages, with both counters at hand: every message counts.
#[derive(Debug)]
struct Carried {
    family: Family<Label<1>, Counter>,
    from_clients: Counter,
    to_clients: Counter,
}

impl Default for Carried {
    fn default() -> Self {
        let family = Family::<Label<1>, Counter>::default();
        let of = |direction| family.get_or_create(&[("direction", direction)]).clone();
        let (from_clients, to_clients) = (of("in"), of("out"));
        Self { family, from_clients, to_clients }
    }
}

#[derive(Debug)]
struct Times(Histogram);

impl Default for Times {
    fn default() -> Self {
        Self(Histogram::new(CALL_SECONDS))
    }
}

impl Metrics {
    /// Something was refused, closed or delayed because of this limit.
    pub(crate) fn refused(&self, limit: &'static str) {
        self.refused.get_or_create(&[("limit", limit)]).inc();
    }

    /// A session did not come into a room, for this reason.
    pub(crate) fn room_refused(&self, why: Refusal) {
        self.rooms_refused.get_or_create(&[("why", why.name())]).inc();
    }

    /// A lab is ready, so long after it was asked for.
    pub(crate) fn lab_opened(&self, took: std::time::Duration) {
        self.lab_seconds.0.observe(took.as_secs_f64());
    }

    pub(crate) fn resumed(&self) {
        self.resumed.inc();
    }

    /// So many bytes came from a client.
    pub(crate) fn bytes_in(&self, count: usize) {
        self.bytes.from_clients.inc_by(count as u64);
    }

    /// So many bytes went to a client.
    pub(crate) fn bytes_out(&self, count: usize) {
        self.bytes.to_clients.inc_by(count as u64);
    }

    /// All of it in the text format of OpenMetrics.
    pub(crate) fn text(&self, sessions: usize) -> String {
        self.sessions.set(i64::try_from(sessions).unwrap_or(i64::MAX));
        let mut registry = Registry::with_prefix("socketscope");
        registry.register("sessions", "Sessions, those whose client is away included", self.sessions.clone());
        registry.register("sessions_opened", "Sessions opened", self.sessions_opened.clone());
        registry.register(
            "sessions_resumed",
            "Sessions that went on in another connection",
            self.resumed.clone(),
        );
        registry.register("labs", "Labs open", self.labs.clone());
        registry.register("pipes", "Pipes into labs", self.pipes.clone());
        registry.register("guests", "Sessions that are guests in another's lab", self.guests.clone());
        registry.register("labs_opened", "Labs opened", self.labs_opened.clone());
        registry.register("labs_ready", "Networks that are kept ready for labs", self.labs_ready.clone());
        registry.register("lab_seconds", "From an open to the lab's being ready", self.lab_seconds.0.clone());
        registry.register(
            "helper_restarts",
            "Times that the labs' helper process was started again",
            self.helper_restarts.clone(),
        );
        registry.register(
            "calls",
            "Learners' calls that ended, by call, by who answered and by outcome",
            self.calls.clone(),
        );
        registry.register(
            "call_seconds",
            "From a call's arrival to its end, waits included",
            self.call_seconds.0.clone(),
        );
        registry.register(
            "bytes",
            "Bytes of messages, from clients (in) and to them (out)",
            self.bytes.family.clone(),
        );
        registry.register(
            "refused",
            "What was refused, closed or delayed, by the setting that says so",
            self.refused.clone(),
        );
        registry.register("rooms", "Rooms in memory", self.rooms.clone());
        registry.register("rows_saved", "Rows of learners' work that were kept", self.rows_saved.clone());
        registry.register(
            "rooms_refused",
            "Sessions that did not come into a room",
            self.rooms_refused.clone(),
        );
        let mut text = String::new();
        // Writing into a string does not fail.
        let _ = encode(&mut text, &registry);
        text
    }
}

/// One of something, counted for as long as it is there.
#[derive(Debug)]
pub(crate) struct Counted(Gauge);

impl Counted {
    pub(crate) fn in_gauge(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// Bytes of a session's pipes, each of which has a task of its own.
#[derive(Debug, Default)]
pub(crate) struct Piped {
    bytes_in: AtomicU64,
    bytes_out: AtomicU64,
}

impl Piped {
    /// So many bytes came from the client.
    pub(crate) fn bytes_in(&self, count: usize) {
        self.bytes_in.fetch_add(count as u64, Relaxed);
    }

    /// So many bytes went to it.
    pub(crate) fn bytes_out(&self, count: usize) {
        self.bytes_out.fetch_add(count as u64, Relaxed);
    }
}

/// What one session did.
pub(crate) struct Tally {
    metrics: Arc<Metrics>,
    session: String,
    address: IpAddr,
    opened: Instant,
    /// Calls that have not ended.
    waiting: Vec<(CallId, &'static str, Instant)>,
    /// The counter of the last call that ended: the next is often of the same kind.
    latest: Option<(Label<3>, Counter)>,
    calls: u64,
    labs: u64,
    bytes_in: u64,
    bytes_out: u64,
    pub(crate) piped: Arc<Piped>,
    /// Why it ended.
    pub(crate) end: String,
}

impl Tally {
    pub(crate) fn new(metrics: Arc<Metrics>, session: String, address: IpAddr) -> Self {
        metrics.sessions_opened.inc();
        Self {
            metrics,
            session,
            address,
            opened: Instant::now(),
            waiting: Vec::new(),
            latest: None,
            calls: 0,
            labs: 0,
            bytes_in: 0,
            bytes_out: 0,
            piped: Arc::default(),
            end: "its client stayed away".into(),
        }
    }

    /// The client asks for this.
    pub(crate) fn request(&mut self, request: &LabRequest) {
        match request {
            LabRequest::Submit { id, call, .. } => {
                self.calls += 1;
                self.waiting.push((*id, call.name(), Instant::now()));
            }
            LabRequest::Open { .. } => {
                self.labs += 1;
                self.metrics.labs_opened.inc();
            }
            _ => {}
        }
    }

    /// The lab says this.
    pub(crate) fn report(&mut self, report: &LabReport) {
        let LabReport::Completed { id, outcome, by, .. } = report else { return };
        let Some(index) = self.waiting.iter().position(|(waiting, ..)| waiting == id) else { return };
        let (_, name, since) = self.waiting.swap_remove(index);
        let by = match by {
            Answered::Kernel => "kernel",
            Answered::Relay => "relay",
        };
        let kind = [("call", name), ("by", by), ("outcome", class(outcome))];
        match &self.latest {
            Some((latest, counter)) if *latest == kind => drop(counter.inc()),
            _ => {
                let counter = self.metrics.calls.get_or_create(&kind).clone();
                counter.inc();
                self.latest = Some((kind, counter));
            }
        }
        self.metrics.call_seconds.0.observe(since.elapsed().as_secs_f64());
    }

    pub(crate) fn bytes_in(&mut self, count: usize) {
        self.bytes_in += count as u64;
        self.metrics.bytes_in(count);
    }

    pub(crate) fn bytes_out(&mut self, count: usize) {
        self.bytes_out += count as u64;
        self.metrics.bytes_out(count);
    }
}

impl Drop for Tally {
    fn drop(&mut self) {
        // The session's name is no secret; its key is, and stands nowhere.
        tracing::info!(
            session = self.session,
            address = %self.address,
            seconds = self.opened.elapsed().as_secs(),
            labs = self.labs,
            calls = self.calls,
            bytes_in = self.bytes_in + self.piped.bytes_in.load(Relaxed),
            bytes_out = self.bytes_out + self.piped.bytes_out.load(Relaxed),
            end = self.end.as_str(),
            "session"
        );
    }
}

fn class(outcome: &Outcome) -> &'static str {
    match outcome {
        Ok(_) => "ok",
        Err(Errno::EAGAIN | Errno::EINPROGRESS | Errno::EALREADY) => "not yet",
        Err(Errno::EMFILE | Errno::ENOBUFS) => "limit",
        Err(Errno::ECANCELED) => "cancelled",
        Err(_) => "error",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_counted_by_name_and_outcome() {
        let metrics = Arc::new(Metrics::default());
        let mut tally = Tally::new(Arc::clone(&metrics), "s".into(), IpAddr::from([192, 0, 2, 1]));
        let call = syscall::Call::Fork;
        tally.request(&LabRequest::Submit { id: CallId(7), task: syscall::TaskId(0), call });
        let report = LabReport::refused_call(CallId(7), Errno::EAGAIN, 0);
        tally.report(&report);
        tally.report(&report);
        tally.bytes_in(5);
        metrics.refused("sessions");
        let text = metrics.text(3);
        for line in [
            "socketscope_sessions 3",
            "socketscope_calls_total{call=\"fork\",by=\"relay\",outcome=\"not yet\"} 1",
            "socketscope_call_seconds_count 1",
            "socketscope_bytes_total{direction=\"in\"} 5",
            "socketscope_refused_total{limit=\"sessions\"} 1",
            "# EOF",
        ] {
            assert!(text.lines().any(|l| l == line), "{line}\n{text}");
        }
    }
}
