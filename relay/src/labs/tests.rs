//! Two sides of a shared lab, without rooms and WebSockets.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::future::{pending, poll_fn};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use protocol::{LabReport, LabRequest, LabSpec, Share, WireSpec};
use syscall::{Call, CallId, Domain, Errno, Fd, HostId, MsgFlags, Outcome, Returned, SocketType, TaskId};
use tokio_util::sync::CancellationToken;

use super::Labs;
use super::grounds::Grounds;
use super::right::{Desk, Right};
use crate::Settings;
use crate::settings::LabMode;

const FD: Fd = Fd(3);
const TCP: Call = Call::Socket { domain: Domain::Inet, kind: SocketType::Stream };
const SERVER: &str = "10.0.0.1:80";

/// Several sessions' labs, polled by turns.
struct Bench {
    grounds: Arc<Grounds>,
    labs: Vec<Labs>,
    next: u64,
    heard: Vec<(usize, LabReport)>,
}

fn desk(share: Share) -> Desk {
    Desk { room: "ROOM".into(), share, pair: None }
}

fn right(share: Share, who: u32, host: u16) -> Right {
    Right { desk: desk(share), who, host: HostId(host), over: Box::pin(pending()) }
}

impl Bench {
    fn new(sessions: usize) -> Self {
        // Trying modes out takes a runtime, which no task may drop.
        let made = std::thread::spawn(|| {
            let settings = Settings { lab_mode: LabMode::Loopback, ..Default::default() };
            Grounds::new(&settings, Arc::default()).unwrap()
        });
        let grounds = Arc::new(made.join().unwrap());
        let labs = (0..sessions).map(|_| Labs::new(Arc::clone(&grounds))).collect();
        Self { grounds, labs, next: 0, heard: Vec::new() }
    }

    /// The first session's lab, offered by this right.
    async fn offered(sessions: usize, right: Right) -> Self {
        let mut bench = Self::new(sessions);
        bench.open().await;
        assert_eq!(bench.labs[0].offer(right), None);
        bench
    }

    async fn open(&mut self) {
        let lab = LabSpec { hosts: 2, peers: vec![], wire: WireSpec::default() };
        assert_eq!(self.labs[0].request(LabRequest::Open { lab }), None);
        assert!(matches!(self.said(0).await, LabReport::Opened { .. }));
    }

    /// The next that anybody hears.
    async fn hear(&mut self) {
        let labs = &mut self.labs;
        let next = poll_fn(|cx| {
            for (who, labs) in labs.iter_mut().enumerate() {
                if let Poll::Ready(report) = labs.poll_report(cx) {
                    return Poll::Ready((who, report));
                }
            }
            Poll::Pending
        });
        let heard = tokio::time::timeout(Duration::from_secs(20), next).await;
        self.heard.push(heard.expect("somebody hears something"));
    }

    /// The next that this one hears.
    async fn said(&mut self, who: usize) -> LabReport {
        loop {
            if let Some(index) = self.heard.iter().position(|(of, _)| *of == who) {
                return self.heard.remove(index).1;
            }
            self.hear().await;
        }
    }

    async fn visits(&mut self, who: usize, right: Right) -> LabReport {
        match self.labs[who].visit(Ok(right)) {
            Some(report) => report,
            None => self.said(who).await,
        }
    }

    fn submit(&mut self, who: usize, call: Call) -> CallId {
        self.next += 1;
        let id = CallId(self.next);
        let said = self.labs[who].request(LabRequest::Submit { id, task: TaskId(0), call });
        self.heard.extend(said.map(|report| (who, report)));
        id
    }

    async fn call(&mut self, who: usize, call: Call) -> Outcome {
        let submitted = self.submit(who, call);
        loop {
            match self.said(who).await {
                LabReport::Completed { id, outcome, .. } if id == submitted => return outcome,
                LabReport::Notice { .. } => {}
                other => panic!("{other:?}"),
            }
        }
    }

    async fn serves(&mut self) {
        self.call(0, TCP).await.unwrap();
        self.call(0, Call::Bind { fd: FD, address: SERVER.parse().unwrap() }).await.unwrap();
        self.call(0, Call::Listen { fd: FD, backlog: 10 }).await.unwrap();
    }
}

fn recv(fd: Fd) -> Call {
    Call::Recv { fd, len: 100, flags: MsgFlags::default() }
}

fn closed(report: &LabReport) -> &str {
    let LabReport::Closed { reason } = report else { panic!("{report:?}") };
    reason
}

fn refused(report: &LabReport) -> &str {
    let LabReport::Refused { reason } = report else { panic!("{report:?}") };
    reason
}

#[tokio::test]
async fn a_guest_calls_in_the_owners_lab_and_is_told_when_that_is_gone() {
    let mut bench = Bench::offered(2, right(Share::Pair, 1, 0)).await;
    assert_eq!(bench.visits(1, right(Share::Pair, 2, 1)).await, LabReport::Opened { peers: vec![] });
    assert!(matches!(bench.said(0).await, LabReport::Notice { says } if says.contains("host 1")));
    bench.serves().await;
    bench.call(1, TCP).await.unwrap();
    bench.call(1, Call::Connect { fd: FD, address: SERVER.parse().unwrap() }).await.unwrap();
    let Ok(Returned::Accepted { fd, .. }) = bench.call(0, Call::Accept { fd: FD }).await else { panic!() };
    let waits = bench.submit(1, recv(FD));
    assert_eq!(bench.grounds.metrics.guests.get(), 1);
    for request in [
        LabRequest::Tell { peer: 0, text: "x".into() },
        LabRequest::Capture,
        LabRequest::Start { task: TaskId(1), host: HostId(0) },
    ] {
        assert_eq!(bench.labs[1].request(request), None);
        assert!(!refused(&bench.said(1).await).is_empty());
    }
    // The owner closes: a session answers calls that wait by itself.
    bench.labs[0].request(LabRequest::Close);
    let _ = (waits, fd);
    let report = bench.said(1).await;
    assert!(closed(&report).contains("closed"), "{report:?}");
    assert_eq!(bench.call(1, TCP).await, Err(Errno::ENETDOWN));
    assert_eq!(bench.grounds.metrics.guests.get(), 0);
}

#[tokio::test]
async fn where_nothing_is_on_offer_a_visit_is_refused_and_what_was_asked_is_answered() {
    let mut bench = Bench::new(2);
    let report = bench.visits(1, right(Share::Pair, 2, 1)).await;
    assert!(refused(&report).contains("no lab"), "{report:?}");
    bench.open().await;
    bench.labs[0].offer(right(Share::Class, 1, 0));
    let report = bench.visits(1, right(Share::Pair, 2, 1)).await;
    assert!(refused(&report).contains("no lab"), "at another desk: {report:?}");
    assert!(refused(&bench.labs[1].visit(Err("not agreed".into())).unwrap()).contains("not agreed"));
    // A host that there is not; a call was sent along.
    bench.labs[1].visit(Ok(right(Share::Class, 2, 9)));
    let id = bench.submit(1, TCP);
    let reports = [bench.said(1).await, bench.said(1).await];
    assert!(refused(&reports[0]).contains("host"), "{reports:?}");
    assert_eq!(reports[1], LabReport::refused_call(id, Errno::ENETDOWN, 0));
    assert!(refused(&bench.labs[1].offer(right(Share::Pair, 2, 1)).unwrap()).contains("open"));
}

#[tokio::test]
async fn an_owner_that_ends_opens_anew_or_has_its_right_no_more_lets_its_guests_go() {
    let over = CancellationToken::new();
    let until = |over: &CancellationToken| Box::pin(over.clone().cancelled_owned());
    let first = Right { over: until(&over), ..right(Share::Class, 0, 0) };
    let mut bench = Bench::offered(3, first).await;
    for guest in [1, 2] {
        let report = bench.visits(guest, right(Share::Class, guest as u32, 0)).await;
        assert!(matches!(report, LabReport::Opened { .. }), "{report:?}");
    }
    over.cancel();
    for guest in [1, 2] {
        assert!(closed(&bench.said(guest).await).contains("room"));
    }
    assert_eq!(bench.call(0, TCP).await, Ok(Returned::Fd(FD)), "the lab itself goes on");
    assert_eq!(bench.labs[1].visit(Ok(right(Share::Class, 1, 0))), None, "who comes now waits for the next");

    bench.labs[0].offer(right(Share::Class, 0, 0));
    assert!(matches!(bench.said(1).await, LabReport::Opened { .. }));
    bench.open().await;
    assert!(closed(&bench.said(1).await).contains("closed"));

    bench.labs[0].offer(right(Share::Class, 0, 0));
    bench.visits(1, right(Share::Class, 1, 0)).await;
    // Another session of the same owner stands at the desk: after a reload, say.
    bench.labs.swap(0, 2);
    bench.open().await;
    bench.labs[0].offer(right(Share::Class, 0, 0));
    assert!(closed(&bench.said(1).await).contains("anew"));
    bench.visits(1, right(Share::Class, 1, 0)).await;
    bench.labs[0] = Labs::new(Arc::clone(&bench.grounds));
    assert!(closed(&bench.said(1).await).contains("ended"));
}

#[tokio::test]
async fn a_learner_is_a_guest_once_and_goes_when_the_room_says_so() {
    let over = CancellationToken::new();
    let mut bench = Bench::offered(3, right(Share::Pair, 1, 0)).await;
    bench.visits(1, right(Share::Pair, 2, 1)).await;
    bench.call(1, TCP).await.unwrap();
    let until = Box::pin(over.clone().cancelled_owned());
    bench.visits(2, Right { over: until, ..right(Share::Pair, 2, 1) }).await;
    assert!(closed(&bench.said(1).await).contains("another page"));
    assert_eq!(bench.call(2, TCP).await, Ok(Returned::Fd(FD)), "with a process of its own");
    over.cancel();
    assert!(closed(&bench.said(2).await).contains("room"));
    assert_eq!(bench.call(0, TCP).await, Ok(Returned::Fd(FD)));
    assert_eq!(bench.grounds.metrics.guests.get(), 0);
}

#[tokio::test]
async fn a_class_that_comes_before_its_lab_waits_and_whoever_goes_leaves_no_trace() {
    let over = CancellationToken::new();
    let mut bench = Bench::new(4);
    let until = Box::pin(over.clone().cancelled_owned());
    assert_eq!(bench.labs[1].visit(Ok(Right { over: until, ..right(Share::Class, 1, 0) })), None);
    for guest in [2, 3] {
        assert_eq!(bench.labs[guest].visit(Ok(right(Share::Class, guest as u32, 0))), None);
    }
    let id = bench.submit(2, TCP);
    // One whom the room lets in no more, and one who does not wait.
    over.cancel();
    assert!(refused(&bench.said(1).await).contains("room"));
    assert!(matches!(bench.labs[3].request(LabRequest::Close), Some(LabReport::Closed { .. })));
    bench.open().await;
    assert_eq!(bench.labs[0].offer(right(Share::Class, 0, 0)), None);
    assert!(matches!(bench.said(2).await, LabReport::Opened { .. }));
    assert!(matches!(bench.said(2).await, LabReport::Completed { id: of, outcome: Ok(_), .. } if of == id));
    assert_eq!(bench.grounds.metrics.guests.get(), 1);
    assert_eq!(bench.labs[0].guests(), 1);
}

#[tokio::test]
async fn a_guest_that_floods_has_few_places_and_the_owner_is_answered_between() {
    let mut bench = Bench::offered(2, right(Share::Class, 0, 0)).await;
    bench.visits(1, right(Share::Class, 1, 0)).await;
    let ids: Vec<_> = (0..5000).map(|_| bench.submit(1, Call::Gethostname)).collect();
    let refused = bench.heard.len();
    assert_eq!(refused, 5000 - 256, "the others are refused before they leave the guest's session");
    // What has room in the lab's queue goes there.
    let silent = poll_fn(|cx| Poll::Ready(bench.labs[1].poll_report(cx).is_pending())).await;
    assert!(silent);
    // From now on the owner alone is polled: its call ends whatever waits at its door, which is no more than a guest has places for.
    let id = bench.submit(0, Call::Gethostname);
    let report = poll_fn(|cx| bench.labs[0].poll_report(cx)).await;
    assert!(matches!(report, LabReport::Completed { id: of, .. } if of == id), "{report:?}");
    let mut ended = 0;
    while ended < ids.len() {
        assert!(matches!(bench.said(1).await, LabReport::Completed { .. }));
        ended += 1;
    }
}
