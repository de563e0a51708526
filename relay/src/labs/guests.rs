//! The owner's side of a shared lab: who is a guest in it, what they ask, and what of the lab's reports is theirs.
//!
//! Nothing here waits for a guest: each has few places in the lab's queue, a turn takes few requests of all, and a guest that does not
//! listen misses what only shows how things go.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::StreamExt as _;
use futures_util::stream::{SelectAll, Stream};
use lab::{LiveRun, Report, Visitor};
use protocol::{LabReport, LabRequest, Share};
use syscall::{Address, What};
use tokio::sync::mpsc;

use super::desks::{Arrival, Desks, Heard, Offered};
use super::guest::HEARD;
use super::real::told;
use super::right::Right;
use crate::metrics::{Counted, Metrics};

/// Requests of guests that are done before the lab itself has its turn.
const IN_A_TURN: u32 = 64;
/// How often the owner is told that a partner has come or gone.
const NOTICES: u32 = 100;

const NO_LONGER: &str = "The room has it otherwise now: this lab takes no guests any longer.";
const ANEW: &str = "Your partner has opened a lab anew: visit that.";
const TWICE: &str = "You are a guest in this lab by another page now.";

/// A guest's number among all that ever came to a lab.
type Number = u64;

/// Those who are in a lab beside its owner.
pub(super) struct Guests {
    share: Share,
    /// The addresses of the lab's peers.
    peers: Box<[Address]>,
    right: Right,
    _offered: Offered,
    arrivals: mpsc::Receiver<Arrival>,
    here: BTreeMap<Number, Guest>,
    asks: SelectAll<Asks>,
    next: Number,
    notices: u32,
}

struct Guest {
    who: u32,
    visitor: Visitor,
    hears: mpsc::Sender<Heard>,
    /// Reports that were left out since the last that was not.
    left_out: u64,
    _counted: Counted,
}

/// What one guest asks, and at its end that it has gone.
struct Asks {
    number: Number,
    requests: mpsc::Receiver<LabRequest>,
    gone: bool,
}

impl Stream for Asks {
    type Item = (Number, Option<LabRequest>);

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.gone {
            return Poll::Ready(None);
        }
        let request = std::task::ready!(self.requests.poll_recv(cx));
        self.gone = request.is_none();
        Poll::Ready(Some((self.number, request)))
    }
}

impl Guests {
    /// Nobody yet; whoever has the right comes by the desk.
    pub(super) fn expect(desks: &Desks, right: Right, peers: Box<[Address]>) -> Self {
        let (_offered, arrivals) = desks.offer(right.desk.clone());
        let (here, asks) = (BTreeMap::new(), SelectAll::new());
        let share = right.desk.share;
        Self { share, peers, right, _offered, arrivals, here, asks, next: 0, notices: NOTICES }
    }

    /// How many are here.
    pub(super) fn count(&self) -> usize {
        self.here.len()
    }

    /// Lets guests come, ask and go. Ready when no more are taken, with what they were told.
    pub(super) fn poll(
        &mut self,
        run: &mut LiveRun,
        metrics: &Metrics,
        say: &mut impl Extend<LabReport>,
        cx: &mut Context<'_>,
    ) -> Poll<&'static str> {
        if self.right.over.as_mut().poll(cx).is_ready() {
            return Poll::Ready(NO_LONGER);
        }
        while let Poll::Ready(arrival) = self.arrivals.poll_recv(cx) {
            match arrival {
                Some(arrival) => self.come(arrival, run, metrics, say),
                None => return Poll::Ready(ANEW),
            }
        }
        for _ in 0..IN_A_TURN {
            match self.asks.poll_next_unpin(cx) {
                Poll::Ready(Some((number, Some(request)))) => self.ask(number, request, run),
                Poll::Ready(Some((number, None))) => self.go(number, None, run, say),
                Poll::Ready(None) | Poll::Pending => return Poll::Pending,
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    fn come(
        &mut self,
        arrival: Arrival,
        run: &mut LiveRun,
        metrics: &Metrics,
        say: &mut impl Extend<LabReport>,
    ) {
        let Arrival { who, host, asks, hears } = arrival;
        // A page that was opened again: the former one's sockets would be in the way.
        let former = self.here.iter().find(|(_, guest)| guest.who == who).map(|(number, _)| *number);
        if let Some(former) = former {
            self.go(former, Some(TWICE), run, say);
        }
        let visitor = match run.welcome(host) {
            Ok(visitor) => visitor,
            Err(reason) => return drop(hears.try_send(Err(reason))),
        };
        let opened = LabReport::Opened { peers: self.peers.to_vec() };
        // Whoever has gone meanwhile is heard of at once.
        let _ = hears.try_send(Ok(opened));
        self.next += 1;
        let _counted = Counted::in_gauge(&metrics.guests);
        self.here.insert(self.next, Guest { who, visitor, hears, left_out: 0, _counted });
        self.asks.push(Asks { number: self.next, requests: asks, gone: false });
        self.notice(format!("Your partner is in this lab now, on host {host}."), say);
    }

    fn go(
        &mut self,
        number: Number,
        reason: Option<&str>,
        run: &mut LiveRun,
        say: &mut impl Extend<LabReport>,
    ) {
        let Some(guest) = self.here.remove(&number) else { return };
        run.part(guest.visitor);
        if let Some(reason) = reason {
            let _ = guest.hears.try_send(Err(reason.into()));
        }
        self.notice("Your partner has left this lab; their sockets are closed.".into(), say);
    }

    /// Tells the owner, where it is one guest.
    fn notice(&mut self, says: String, say: &mut impl Extend<LabReport>) {
        if self.share == Share::Pair && self.notices > 0 {
            self.notices -= 1;
            say.extend([LabReport::Notice { says }]);
        }
    }

    fn ask(&mut self, number: Number, request: LabRequest, run: &mut LiveRun) {
        let Some(guest) = self.here.get_mut(&number) else { return };
        let visitor = guest.visitor;
        let refused = match request {
            LabRequest::Submit { id, task, call } => {
                run.submit_of(visitor, id, task, call);
                None
            }
            LabRequest::Cancel { id } => {
                run.cancel_of(visitor, id);
                None
            }
            LabRequest::Start { task, .. } if task.0 == 0 => run.restart_of(visitor).err(),
            LabRequest::Start { .. } => Some("A guest has one process in a lab, task 0.".into()),
            LabRequest::Wire(request) if self.share == Share::Pair => {
                run.wire(request).err().map(|why| why.to_string())
            }
            LabRequest::Wire(_) => Some("The wire of this lab is the teacher's.".into()),
            LabRequest::Tell { .. } | LabRequest::Capture | LabRequest::Offer { .. } => {
                Some("You are a guest in this lab: that is for whoever opened it.".into())
            }
            LabRequest::Open { .. } | LabRequest::Visit { .. } | LabRequest::Close => None,
        };
        if let Some(reason) = refused {
            self.answer(number, LabReport::Refused { reason });
        }
    }

    /// Tells a guest what must not be missed. Who has so much unheard that there is no room is none any more.
    fn answer(&mut self, number: Number, report: LabReport) {
        let Some(guest) = self.here.get_mut(&number) else { return };
        if guest.hears.try_send(Ok(report)).is_err() {
            // Its end of the other channel closes with this one, and then its process is gone.
            let (deaf, _) = mpsc::channel(1);
            guest.hears = deaf;
        }
    }

    /// What of a report is the owner's; guests are told what is theirs.
    pub(super) fn share_out(&mut self, report: Report, run: &mut LiveRun) -> Option<Report> {
        let number = |visitor: Visitor, here: &BTreeMap<Number, Guest>| {
            here.iter().find(|(_, guest)| guest.visitor == visitor).map(|(number, _)| *number)
        };
        match report {
            Report::Visitor(visitor, done, at) => {
                if let Some(number) = number(visitor, &self.here) {
                    self.answer(number, told(Report::Learner(done, at), true));
                }
                None
            }
            Report::Holds(held) if held.visitor.is_some() => {
                let visitor = held.visitor?;
                let number = number(visitor, &self.here)?;
                self.show(number, || told(Report::Holds(held), true));
                None
            }
            Report::Happened(event) => {
                let of_all = matches!(event.what, What::HostPower { .. } | What::HostCable { .. });
                if self.share == Share::Class && !of_all {
                    let number = run.concerned(&event).and_then(|visitor| number(visitor, &self.here));
                    if let Some(number) = number {
                        self.show(number, || LabReport::Happened { event: event.clone() });
                    }
                } else {
                    self.show_all(&LabReport::Happened { event: event.clone() });
                }
                Some(Report::Happened(event))
            }
            report @ (Report::Learner(..) | Report::Opened(_) | Report::Silent | Report::Holds(_)) => {
                Some(report)
            }
            report if self.share == Share::Class => Some(report),
            report => {
                // A peer's call, and what a full wire did: told to both of a pair.
                self.show_all(&told(report.clone(), true));
                Some(report)
            }
        }
    }

    fn show_all(&mut self, report: &LabReport) {
        let all: Vec<_> = self.here.keys().copied().collect();
        for number in all {
            self.show(number, || report.clone());
        }
    }

    /// Tells a guest what may be missed, where half of its room is free.
    fn show(&mut self, number: Number, report: impl FnOnce() -> LabReport) {
        let Some(guest) = self.here.get_mut(&number) else { return };
        if guest.hears.capacity() < HEARD / 2 {
            guest.left_out += 1;
            return;
        }
        if guest.left_out > 0 {
            let says = format!(
                "Here {} reports of packets and buffers are left out: the lab had more than could be told.",
                std::mem::take(&mut guest.left_out)
            );
            let _ = guest.hears.try_send(Ok(LabReport::Notice { says }));
        }
        let _ = guest.hears.try_send(Ok(report()));
    }

    /// The lab is to be gone, or takes no guests any more, for this reason.
    pub(super) fn part(self, reason: &str, run: &mut LiveRun) {
        for guest in self.here.into_values() {
            run.part(guest.visitor);
            let _ = guest.hears.try_send(Err(reason.into()));
        }
    }
}
