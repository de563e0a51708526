//! Who is here: seats, counted in all and by address, and sessions, to be taken over by whoever has their key.
//!
//! All of it lives in memory only.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use protocol::{LabReport, LabRequest, RoomReport, RoomRequest};
use subtle::ConstantTimeEq as _;
use syscall::{Address, Errno};
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::labs::{Pipe, Side};
use crate::metrics::{Metrics, Piped, Tally};
use crate::pace::Allowance;
use crate::rooms::{From, Membership};
use crate::session::Session;
use crate::{Labs, Limits};

/// A session with all that belongs to it. Whichever task has it runs it; it moves when its client comes back.
pub(crate) struct Held {
    pub(crate) session: Session,
    pub(crate) labs: Labs,
    /// Its place in a room.
    pub(crate) room: Membership,
    /// Its rates, whichever connections it uses.
    pub(crate) allowance: Arc<Allowance>,
    /// What it did so far.
    pub(crate) tally: Tally,
    /// Reports that were left out since the last that was not.
    left_out: u64,
    /// When it ends at the latest.
    pub(crate) over: Instant,
    /// What others want of it.
    pub(crate) wanted: mpsc::Receiver<Wanted>,
    /// Counts it while nobody is there.
    seat: Arc<Seat>,
    registered: Registered,
}

/// A place for one client, free again when dropped.
pub(crate) struct Seat {
    registry: Registry,
    address: IpAddr,
    /// Whether nobody between can read along: by TLS, or since the client is on this machine.
    private: bool,
}

/// The name of a session in the registry, gone when dropped.
struct Registered {
    registry: Registry,
    name: String,
}

/// All of them.
#[derive(Clone, Default)]
pub(crate) struct Registry {
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    seats: usize,
    by_address: HashMap<IpAddr, u32>,
    sessions: HashMap<String, Entry>,
}

struct Entry {
    key: String,
    holder: mpsc::Sender<Wanted>,
}

/// What is wanted of whichever task has a session.
pub(crate) enum Wanted {
    /// The session itself.
    Session(oneshot::Sender<Box<Held>>),
    /// A pipe to this address of its lab. In a box: a session has room for many that are wanted.
    Pipe(Box<(Address, oneshot::Sender<Result<Passage, Errno>>)>),
}

/// A pipe into a session's lab, and what it lives by.
pub(crate) struct Passage {
    pub(crate) pipe: Pipe,
    /// Cancelled when its lab is gone.
    pub(crate) ended: CancellationToken,
    pub(crate) allowance: Arc<Allowance>,
    /// Where the session counts its bytes.
    pub(crate) piped: Arc<Piped>,
    /// When the session ends at the latest.
    pub(crate) over: Instant,
}

/// Why there is no seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Full {
    All,
    Address,
}

/// Why a session is not given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotGiven {
    /// There is none of that name, or no longer.
    Unknown,
    WrongKey,
}

impl Registry {
    fn state(&self) -> MutexGuard<'_, State> {
        // The state is whole between any two statements, so a panic elsewhere leaves it usable.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many sessions there are, those whose client is away included.
    pub(crate) fn sessions(&self) -> usize {
        self.state().sessions.len()
    }

    pub(crate) fn seat(&self, address: IpAddr, limits: &Limits) -> Result<Seat, Full> {
        let address = household(address);
        let mut state = self.state();
        if state.seats >= limits.sessions {
            return Err(Full::All);
        }
        let here = state.by_address.entry(address).or_default();
        if *here >= limits.sessions_per_address {
            return Err(Full::Address);
        }
        *here += 1;
        state.seats += 1;
        Ok(Seat { registry: self.clone(), address, private: false })
    }

    /// A fresh session.
    pub(crate) fn open(
        &self,
        seat: Arc<Seat>,
        (labs, room): (Labs, Membership),
        limits: &Limits,
        metrics: &Arc<Metrics>,
    ) -> Box<Held> {
        let (name, key) = (random_name(8), random_name(16));
        let (holder, wanted) = mpsc::channel(1);
        self.state().sessions.insert(name.clone(), Entry { key: key.clone(), holder });
        let registered = Registered { registry: self.clone(), name: name.clone() };
        let tally = Tally::new(Arc::clone(metrics), name.clone(), seat.address);
        let session = Session::new(name, key, limits.kept, limits.outbound);
        Box::new(Held {
            session,
            labs,
            room,
            tally,
            left_out: 0,
            allowance: Arc::new(Allowance::new(limits)),
            over: Instant::now() + limits.session,
            wanted,
            seat,
            registered,
        })
    }

    /// The session of that name, from whichever task has it, if this is its key.
    ///
    /// # Errors
    /// If there is none, or the key is another.
    pub(crate) async fn take_over(&self, name: &str, key: &str) -> Result<Box<Held>, NotGiven> {
        self.ask(name, key, Wanted::Session).await
    }

    /// A pipe into the lab of the session of that name, if this is its key.
    ///
    /// # Errors
    /// If there is none, or the key is another; or why the lab has no such pipe.
    pub(crate) async fn pipe(
        &self,
        name: &str,
        key: &str,
        to: Address,
    ) -> Result<Result<Passage, Errno>, NotGiven> {
        self.ask(name, key, |answer| Wanted::Pipe(Box::new((to, answer)))).await
    }

    async fn ask<T>(
        &self,
        name: &str,
        key: &str,
        want: impl FnOnce(oneshot::Sender<T>) -> Wanted,
    ) -> Result<T, NotGiven> {
        let holder = {
            let state = self.state();
            let entry = state.sessions.get(name).ok_or(NotGiven::Unknown)?;
            if !bool::from(entry.key.as_bytes().ct_eq(key.as_bytes())) {
                return Err(NotGiven::WrongKey);
            }
            entry.holder.clone()
        };
        let (give, given) = oneshot::channel();
        holder.send(want(give)).await.map_err(|_| NotGiven::Unknown)?;
        given.await.map_err(|_| NotGiven::Unknown)
    }
}

impl Seat {
    /// The same, for a client with whom nobody between can read along.
    pub(crate) fn private(mut self, private: bool) -> Self {
        self.private = private;
        self
    }

    /// Whose it is.
    pub(crate) fn address(&self) -> IpAddr {
        self.address
    }
}

impl Held {
    /// Moves the session to this seat, its client's new one.
    pub(crate) fn sit(&mut self, seat: Arc<Seat>) {
        self.seat = seat;
    }

    pub(crate) fn name(&self) -> &str {
        &self.registered.name
    }

    /// Asks what the client asks of its room.
    pub(crate) fn ask(&mut self, request: RoomRequest) {
        let from = From { address: self.seat.address, private: self.seat.private };
        self.room.ask(request, from);
    }

    /// What the room says next, for the client. How things are there waits until the client has read what was said before.
    pub(crate) fn poll_room(&mut self, cx: &mut Context<'_>) -> Poll<RoomReport> {
        self.room.poll_report(!self.session.is_half_full(), cx)
    }

    /// Does what the client asks of its lab.
    pub(crate) fn request(&mut self, request: LabRequest) -> Option<LabReport> {
        self.tally.request(&request);
        match request {
            LabRequest::Offer { share } => match self.room.right(share, Side::Offer) {
                Ok(right) => self.labs.offer(right),
                Err(reason) => Some(LabReport::Refused { reason }),
            },
            LabRequest::Visit { share } => {
                let right = self.room.right(share, Side::Visit);
                self.labs.visit(right)
            }
            request => self.labs.request(request),
        }
    }

    /// Begins a pipe to this address of its lab, for whoever waits for it.
    pub(crate) fn pipe(&mut self, to: Address, answer: oneshot::Sender<Result<Passage, Errno>>) {
        let made = self.labs.pipe(to).map(|(pipe, ended)| {
            let (allowance, piped) = (Arc::clone(&self.allowance), Arc::clone(&self.tally.piped));
            Passage { pipe, ended, allowance, piped, over: self.over }
        });
        // Who has gone meanwhile closes it by that.
        let _ = answer.send(made);
    }

    /// Takes what the lab says, for the client. What only shows how things go is left out where the client does not read
    /// fast enough, and that is said; what answers it never is.
    pub(crate) fn report(&mut self, report: LabReport) {
        self.tally.report(&report);
        let full = self.session.is_half_full();
        // What a peer does is more than anybody reads while a pipe carries much.
        let may_miss =
            matches!(report, LabReport::Happened { .. } | LabReport::Holds { .. } | LabReport::Peer { .. });
        if full && may_miss {
            self.left_out += 1;
            return;
        }
        if self.left_out > 0 && !full {
            let says = format!(
                "Here {} reports of packets, buffers and peers are left out: you did not read them fast enough.",
                std::mem::take(&mut self.left_out)
            );
            self.session.report(LabReport::Notice { says });
        }
        self.session.report(report);
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut state = self.registry.state();
        state.seats -= 1;
        if let Some(here) = state.by_address.get_mut(&self.address) {
            *here -= 1;
            if *here == 0 {
                state.by_address.remove(&self.address);
            }
        }
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        self.registry.state().sessions.remove(&self.name);
    }
}

/// What counts as one address: for IPv6 the /64 network, all of which one machine may have (RFC 4291 section 2.5.1).
pub(crate) fn household(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => std::net::Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64).into(),
        v4 => v4,
    }
}

/// So many random bytes as hexadecimal digits, from the system's source.
fn random_name(bytes: usize) -> String {
    use std::fmt::Write as _;
    let mut random = vec![0; bytes];
    getrandom::fill(&mut random).expect("the system gives random bytes");
    random.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labs() -> (Labs, Membership) {
        let settings = crate::Settings { lab_mode: crate::settings::LabMode::Off, ..Default::default() };
        let grounds = crate::labs::Grounds::new(&settings, Arc::default()).unwrap();
        (Labs::new(Arc::new(grounds)), Membership::new(None))
    }

    #[test]
    fn seats_are_counted_in_all_and_by_address() {
        let registry = Registry::default();
        let limits = Limits { sessions: 3, sessions_per_address: 2, ..Limits::default() };
        let address = |last| IpAddr::from([192, 0, 2, last]);
        let first = registry.seat(address(1), &limits).unwrap();
        let _second = registry.seat(address(1), &limits).unwrap();
        assert_eq!(registry.seat(address(1), &limits).err(), Some(Full::Address));
        let _third = registry.seat(address(2), &limits).unwrap();
        assert_eq!(registry.seat(address(3), &limits).err(), Some(Full::All));
        drop(first);
        assert!(registry.seat(address(1), &limits).is_ok());
    }

    #[test]
    fn one_machine_is_one_address_however_many_it_has() {
        let household = |text: &str| super::household(text.parse().unwrap()).to_string();
        assert_eq!(household("2001:db8:1:2:3:4:5:6"), household("2001:db8:1:2::1"));
        assert_ne!(household("2001:db8:1:2::1"), household("2001:db8:1:3::1"));
        assert_eq!(household("::ffff:192.0.2.1"), "192.0.2.1");
    }

    #[tokio::test]
    async fn a_session_goes_to_whoever_has_its_key_and_is_gone_when_dropped() {
        let registry = Registry::default();
        let limits = Limits::default();
        let seat = Arc::new(registry.seat(IpAddr::from([192, 0, 2, 1]), &limits).unwrap());
        let mut held = registry.open(seat, labs(), &limits, &Arc::default());
        let (name, key) = (held.name().to_owned(), held.session.key().to_owned());
        assert!(key.len() >= 32);
        assert!(registry.take_over(&name, "wrong").await.err() == Some(NotGiven::WrongKey));
        assert!(registry.take_over("wrong", &key).await.err() == Some(NotGiven::Unknown));
        let holder = tokio::spawn(async move {
            let Some(Wanted::Session(give)) = held.wanted.recv().await else { panic!() };
            assert!(give.send(held).is_ok());
        });
        let held = registry.take_over(&name, &key).await.unwrap();
        assert_eq!(held.name(), name);
        holder.await.unwrap();
        drop(held);
        assert_eq!(registry.sessions(), 0);
        assert!(registry.take_over(&name, &key).await.is_err());
    }

    #[test]
    fn a_client_that_reads_too_slowly_misses_packets_and_no_answer_and_is_told() {
        let (registry, limits) = (Registry::default(), Limits { outbound: 4000, ..Limits::default() });
        let seat = Arc::new(registry.seat(IpAddr::from([192, 0, 2, 1]), &limits).unwrap());
        let mut held = registry.open(seat, labs(), &limits, &Arc::default());
        let observed = syscall::Observed::default();
        let holds = LabReport::Holds { task: None, peer: Some(0), fd: syscall::Fd(3), observed, at: 0 };
        for _ in 0..1000 {
            held.report(holds.clone());
        }
        assert!(!held.session.overflows(), "{} bytes", held.session.unsent_bytes());
        let answer = |id| LabReport::refused_call(syscall::CallId(id), syscall::Errno::ENOSYS, 0);
        held.report(answer(1));
        let sent = |held: &mut Held| -> Vec<LabReport> {
            let next = std::iter::from_fn(|| held.session.next_unsent());
            next.map(|bytes| match protocol::decode(&bytes).unwrap() {
                protocol::FromRelay::Lab { report, .. } => report,
                other => panic!("{other:?}"),
            })
            .collect()
        };
        let first = sent(&mut held);
        assert_eq!(first.last(), Some(&answer(1)), "an answer comes whatever waits");
        held.report(answer(2));
        let then = sent(&mut held);
        let left_out = 1000 - (first.len() - 1);
        let LabReport::Notice { says } = &then[0] else { panic!("{then:?}") };
        assert!(says.starts_with(&format!("Here {left_out} reports")), "{says}");
        assert_eq!(then[1..], [answer(2)]);
    }
}
