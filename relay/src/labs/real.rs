//! A session's lab on real kernels.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use protocol::{LabReport, LabRequest, LabSpec};
use syscall::{Address, Bytes, Errno};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;
use tokio_util::sync::{CancellationToken, DropGuard, WaitForCancellationFutureOwned};

use super::grounds::Grounds;
use super::guest::Guest;
use super::guests::Guests;
use super::right::Right;
use crate::metrics::{Counted, Metrics};

/// Requests that wait until a lab is made.
const WAITING_REQUESTS: usize = 256;
/// Bytes of a capture in one report: it fits a message with its head.
const PART: usize = 48 << 10;
/// Reports that are guests' in a row, then others run in between.
const GUESTS_REPORTS: u32 = 64;

const NO_LAB: &str = "No lab is open: open one first.";
const CLOSED: &str = "Whoever opened this lab has closed it, or takes no guests in it any more.";
const HELPER_GONE: &str =
    "The program that keeps the labs' hosts has ended, and the hosts with it: open the lab again.";

/// A session's lab, opened or not.
pub(crate) struct Labs {
    grounds: Arc<Grounds>,
    state: State,
    /// What there is to say before anything else.
    said: VecDeque<LabReport>,
    /// What is still to be sent of a capture.
    capture: Bytes,
}

type Made = Result<Box<Open>, String>;

enum State {
    Closed,
    /// It is being made; what is asked of it meanwhile.
    Opening(Pin<Box<dyn Future<Output = Made> + Send>>, VecDeque<LabRequest>),
    Open(Box<Open>),
    /// In another session's lab.
    Guest(Box<Guest>),
}

struct Open {
    run: lab::LiveRun,
    /// Ends when the helper that made its hosts is gone.
    gone: Option<Pin<Box<WaitForCancellationFutureOwned>>>,
    asked: Instant,
    /// The peers' addresses, once the client has been told that it is open.
    opened: Option<Box<[Address]>>,
    /// Who else is in it, where somebody may be.
    guests: Option<Box<Guests>>,
    /// Cancelled when it is dropped: pipes into it end.
    pipes: CancellationToken,
    _pipes: DropGuard,
    _hosts: Option<OwnedSemaphorePermit>,
    _counted: Counted,
}

fn refused(reason: impl Into<String>) -> Option<LabReport> {
    Some(LabReport::Refused { reason: reason.into() })
}

/// A peer of a lab, whose buffers are at most so large.
fn make(spec: &protocol::PeerSpec, most: i32) -> Result<lab::PeerProgram, String> {
    let asked = spec.rcvbuf.and_then(|asked| i32::try_from(asked).ok());
    let host = if peers::listens(&spec.name) { spec.host } else { syscall::HostId(0) };
    let address = std::net::SocketAddrV4::new(lab::Targets::address(host), spec.port).into();
    let place = peers::Place { address, rcvbuf: asked.map_or(most, |asked| asked.min(most)) };
    peers::build(&spec.name, place, &spec.settings, spec.seed).map_err(|wrong| wrong.to_string())
}

impl Labs {
    /// No lab yet.
    pub(crate) fn new(grounds: Arc<Grounds>) -> Self {
        Self { grounds, state: State::Closed, said: VecDeque::new(), capture: Bytes::default() }
    }

    /// Does what the client asks; what there is to say at once, if anything.
    pub(crate) fn request(&mut self, request: LabRequest) -> Option<LabReport> {
        match (request, &mut self.state) {
            (LabRequest::Open { lab }, _) => self.open(lab),
            // With what the room says, they come by `offer` and `visit`.
            (LabRequest::Offer { .. } | LabRequest::Visit { .. }, _) => None,
            (LabRequest::Close, State::Closed) => None,
            (LabRequest::Close, _) => {
                self.forget(CLOSED);
                Some(LabReport::Closed { reason: "closed as asked".into() })
            }
            (request, State::Guest(guest)) => guest.request(request),
            (request, State::Open(open)) => {
                let run = &mut open.run;
                if let LabRequest::Capture = request {
                    return self.captured();
                }
                ask(run, request)
            }
            (LabRequest::Submit { id, .. }, State::Opening(_, waiting))
                if waiting.len() >= WAITING_REQUESTS =>
            {
                Some(LabReport::refused_call(id, Errno::ENOBUFS, 0))
            }
            (request, State::Opening(_, waiting)) if waiting.len() < WAITING_REQUESTS => {
                waiting.push_back(request);
                None
            }
            (_, State::Opening(..)) => refused("The lab is being made: wait until it is open."),
            (LabRequest::Submit { id, .. }, State::Closed) => {
                Some(LabReport::refused_call(id, Errno::ENETDOWN, 0))
            }
            (LabRequest::Cancel { .. }, State::Closed) => None,
            (_, State::Closed) => refused(NO_LAB),
        }
    }

    /// There is no lab any more; guests in it are told why.
    fn forget(&mut self, reason: &str) {
        if let State::Open(open) = &mut self.state {
            open.let_guests_go(reason);
        }
        self.state = State::Closed;
        self.capture = Bytes::default();
    }

    /// Lets guests into the open lab.
    pub(crate) fn offer(&mut self, right: Right) -> Option<LabReport> {
        let State::Open(open) = &mut self.state else { return refused(NO_LAB) };
        let Some(peers) = open.opened.clone() else { return refused("Wait until the lab is open.") };
        open.let_guests_go(CLOSED);
        open.guests = Some(Box::new(Guests::expect(&self.grounds.desks, right, peers)));
        None
    }

    /// How many guests are in the open lab.
    pub(crate) fn guests(&self) -> usize {
        match &self.state {
            State::Open(open) => open.guests.as_ref().map_or(0, |guests| guests.count()),
            State::Closed | State::Opening(..) | State::Guest(_) => 0,
        }
    }

    /// Becomes a guest in the lab that the room has for this session, or hears why it has none.
    pub(crate) fn visit(&mut self, right: Result<Right, String>) -> Option<LabReport> {
        self.forget(CLOSED);
        match right.and_then(|right| Guest::arrive(&self.grounds.desks, right)) {
            Ok(guest) => self.state = State::Guest(Box::new(guest)),
            Err(reason) => return refused(reason),
        }
        None
    }

    fn open(&mut self, spec: LabSpec) -> Option<LabReport> {
        self.forget(CLOSED);
        if !self.grounds.makes_labs() {
            return refused("This relay makes no live runs: it was started with lab-mode none.");
        }
        let grounds = Arc::clone(&self.grounds);
        if !grounds.has_hosts() {
            match made(&grounds, &spec, Instant::now()) {
                Ok(open) => self.state = State::Open(open),
                Err(reason) => return refused(reason),
            }
            return None;
        }
        // Making hosts takes milliseconds, which nobody else shall wait for.
        let asked = Instant::now();
        let making = async move {
            let place = grounds.makers.acquire().await;
            let maker = Arc::clone(&grounds);
            let open = tokio::task::spawn_blocking(move || made(&maker, &spec, asked)).await;
            drop(place);
            open.unwrap_or_else(|_| Err("The lab was not made: the relay stops.".into()))
        };
        self.state = State::Opening(Box::pin(making), VecDeque::new());
        None
    }

    /// Begins a pipe to this address of the open lab; with it, what is cancelled when the lab is gone.
    pub(crate) fn pipe(&mut self, to: Address) -> Result<(lab::Pipe, CancellationToken), Errno> {
        let State::Open(open) = &mut self.state else { return Err(Errno::ENETDOWN) };
        Ok((open.run.pipe(to)?, open.pipes.clone()))
    }

    fn captured(&mut self) -> Option<LabReport> {
        let State::Open(open) = &mut self.state else { return refused(NO_LAB) };
        if !self.capture.is_empty() {
            return refused("A capture is on its way: wait until nothing of it is left.");
        }
        match open.run.capture() {
            Ok(file) => self.capture = file.into(),
            Err(why) => return refused(why.to_string()),
        }
        None
    }

    /// The next part of a capture that was asked for. To be asked when everything before it has been written: so a
    /// capture never waits in a queue.
    pub(crate) fn next_part(&mut self) -> Option<LabReport> {
        if self.capture.is_empty() {
            return None;
        }
        let (len, most) = (self.capture.len(), PART.min(self.capture.len()));
        let part = self.capture.slice(0..most);
        self.capture = self.capture.slice(most..len);
        Some(LabReport::Captured { part, left: self.capture.len() as u64 })
    }

    /// The next thing that happened in the lab; pending for ever without one.
    pub(crate) fn poll_report(&mut self, cx: &mut Context<'_>) -> Poll<LabReport> {
        if let Some(report) = self.said.pop_front() {
            return Poll::Ready(report);
        }
        if let State::Opening(making, _) = &mut self.state {
            let made = std::task::ready!(making.as_mut().poll(cx));
            let fresh = made.map_or_else(Err, |open| Ok(State::Open(open)));
            let waiting = match std::mem::replace(&mut self.state, State::Closed) {
                State::Opening(_, waiting) => waiting,
                State::Closed | State::Open(_) | State::Guest(_) => VecDeque::new(),
            };
            match fresh {
                Ok(state) => self.state = state,
                Err(reason) => self.said.push_back(LabReport::Refused { reason }),
            }
            self.make_up_for(waiting);
            if let Some(report) = self.said.pop_front() {
                return Poll::Ready(report);
            }
        }
        if let State::Guest(guest) = &mut self.state {
            return match std::task::ready!(guest.poll(cx)) {
                Ok(report) => Poll::Ready(report),
                Err(reason) => Poll::Ready(self.guest_no_more(reason)),
            };
        }
        self.poll_open(cx)
    }

    /// Does what was asked while there was no answer yet.
    fn make_up_for(&mut self, waiting: VecDeque<LabRequest>) {
        for request in waiting {
            let says = self.request(request);
            self.said.extend(says);
        }
    }

    fn guest_no_more(&mut self, reason: String) -> LabReport {
        let State::Guest(guest) = std::mem::replace(&mut self.state, State::Closed) else {
            return LabReport::Closed { reason };
        };
        let (report, waiting) = guest.end(reason);
        self.make_up_for(waiting);
        report
    }

    fn poll_open(&mut self, cx: &mut Context<'_>) -> Poll<LabReport> {
        let State::Open(open) = &mut self.state else { return Poll::Pending };
        if open.gone.as_mut().is_some_and(|gone| gone.as_mut().poll(cx).is_ready()) {
            self.forget(HELPER_GONE);
            return Poll::Ready(LabReport::Closed { reason: HELPER_GONE.into() });
        }
        for _ in 0..GUESTS_REPORTS {
            open.poll_guests(&self.grounds.metrics, &mut self.said, cx);
            if let Some(report) = self.said.pop_front() {
                return Poll::Ready(report);
            }
            let report = std::task::ready!(open.run.poll_report(cx));
            let opened = open.opened.is_some();
            match &report {
                lab::Report::Opened(peers) => {
                    open.opened = Some(peers.iter().copied().map(Into::into).collect());
                    self.grounds.metrics.lab_opened(open.asked.elapsed());
                }
                lab::Report::Silent => {
                    let minutes = self.grounds.limits.silence.as_secs().div_ceil(60);
                    let reason = format!("nothing happened in the lab for {minutes} minutes");
                    self.forget(&reason);
                    return Poll::Ready(LabReport::Closed { reason });
                }
                _ => {}
            }
            let own = match &mut open.guests {
                Some(guests) => guests.share_out(report, &mut open.run),
                None => Some(report),
            };
            if let Some(report) = own {
                return Poll::Ready(told(report, opened));
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

impl Open {
    /// Lets guests come, ask and go.
    fn poll_guests(&mut self, metrics: &Metrics, said: &mut VecDeque<LabReport>, cx: &mut Context<'_>) {
        if let Some(guests) = &mut self.guests
            && let Poll::Ready(reason) = guests.poll(&mut self.run, metrics, said, cx)
        {
            self.let_guests_go(reason);
        }
    }

    fn let_guests_go(&mut self, reason: &str) {
        if let Some(guests) = self.guests.take() {
            guests.part(reason, &mut self.run);
        }
    }
}

/// A lab of this specification.
fn made(grounds: &Grounds, spec: &LabSpec, asked: Instant) -> Made {
    let hosts = if grounds.has_hosts() { Some(grounds.room(spec.hosts)?) } else { None };
    let most = grounds.limits.buffer.unwrap_or(i32::MAX);
    let maker: lab::MakePeer = Arc::new(move |spec| make(spec, most));
    let (ground, running) = grounds
        .ground()
        .map_err(|failure| format!("The machine gives no hosts: {failure}. {}", failure.remedy()))?;
    let run = lab::LiveRun::open(spec, &ground, maker, grounds.limits, Arc::clone(&grounds.budget))
        .map_err(|error| error.to_string());
    grounds.count_ready();
    let run = run?;
    let gone = running.map(|running| Box::pin(running.gone.cancelled_owned()));
    let counted = Counted::in_gauge(&grounds.metrics.labs);
    let pipes = CancellationToken::new();
    let _pipes = pipes.clone().drop_guard();
    Ok(Box::new(Open {
        run,
        gone,
        asked,
        opened: None,
        guests: None,
        pipes,
        _pipes,
        _hosts: hosts,
        _counted: counted,
    }))
}

/// Asks an open lab.
fn ask(run: &mut lab::LiveRun, request: LabRequest) -> Option<LabReport> {
    match request {
        LabRequest::Submit { id, task, call } => {
            run.submit(id, task, call);
            None
        }
        LabRequest::Cancel { id } => {
            run.cancel(id);
            None
        }
        LabRequest::Start { task, host } => run.start(task, host).err().and_then(refused),
        LabRequest::Wire(request) => run.wire(request).err().and_then(|why| refused(why.to_string())),
        LabRequest::Tell { text, .. } if text.len() > 1000 || text.contains('\n') => {
            refused("What a peer is told is one line of at most 1000 bytes.")
        }
        LabRequest::Tell { peer, text } => match run.tell(peer, &text) {
            Ok(()) => None,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                refused(format!("There is no peer {peer} in this lab."))
            }
            Err(_) => refused("The peer has too much unread already: wait until it has acted."),
        },
        LabRequest::Open { .. }
        | LabRequest::Offer { .. }
        | LabRequest::Visit { .. }
        | LabRequest::Capture
        | LabRequest::Close => None,
    }
}

pub(super) fn told(report: lab::Report, opened: bool) -> LabReport {
    match report {
        lab::Report::Silent => LabReport::Closed { reason: "nothing happened in the lab".into() },
        lab::Report::Opened(peers) => {
            LabReport::Opened { peers: peers.into_iter().map(Into::into).collect() }
        }
        lab::Report::PeerExited(peer, status) => {
            let says = format!("Peer {peer} has ended with status {status}: open the lab again.");
            // A lab whose peer could not begin is never opened: this is the answer to the request.
            if opened { LabReport::Notice { says } } else { LabReport::Refused { reason: says } }
        }
        lab::Report::Happened(event) => LabReport::Happened { event },
        lab::Report::Missed(events) => LabReport::Notice {
            says: format!("Here {events} packets are not shown: they were more than could be told."),
        },
        lab::Report::Released(packets) => LabReport::Notice {
            says: format!("The wire holds no more: the {packets} oldest packets were delivered."),
        },
        lab::Report::Holds(lab::Held { task, peer, fd, observed, at, .. }) => {
            LabReport::Holds { task, peer, fd, observed, at }
        }
        lab::Report::Learner(done, at) | lab::Report::Visitor(_, done, at) => LabReport::Completed {
            id: done.id,
            outcome: done.outcome,
            by: done.by,
            real: done.real,
            here: done.here,
            there: done.there,
            at,
        },
        lab::Report::Peer(peer, done, at) => done.of_peer(peer, at),
    }
}
