//! A guest's side of a shared lab: what its client asks goes to the session that has the lab, and what that says comes back.

use std::collections::VecDeque;
use std::task::{Context, Poll, ready};

use protocol::{LabReport, LabRequest};
use syscall::Errno;
use tokio::sync::mpsc;
use tokio_util::sync::PollSender;

use super::desks::{Arrival, Desks, Heard};
use super::right::Right;

/// Requests that wait for room in the lab's queue.
const WAITING_REQUESTS: usize = 256;
/// Requests of one guest in the lab's queue.
const ASKED: usize = 16;
/// Calls that have not ended.
const IN_FLIGHT: usize = 256;
/// What a guest has not heard yet: its answers have room, whatever else is said.
pub(super) const HEARD: usize = 4 * IN_FLIGHT;

const NO_OFFER: &str =
    "There is no lab to visit yet: whoever is to open it has not done so. Try again in a moment.";
const LET_GO: &str =
    "The session that opened this lab has ended, and the lab with it; or you did not take its answers.";
const NO_LONGER: &str = "The room has it otherwise now: you are in this lab no longer.";

/// A session's place in another one's lab. The place is free again when it is dropped.
pub(super) struct Guest {
    asks: PollSender<LabRequest>,
    hears: mpsc::Receiver<Heard>,
    right: Right,
    /// What waits until the lab has taken it in, and has room.
    waiting: VecDeque<LabRequest>,
    in_flight: usize,
    /// Whether the lab has taken it in.
    inside: bool,
}

impl Guest {
    /// Goes to the lab for which this is the right; to a class's also before there is one.
    ///
    /// # Errors
    /// A sentence: none is on offer.
    pub(super) fn arrive(desks: &Desks, right: Right) -> Result<Self, String> {
        let (asks, asked) = mpsc::channel(ASKED);
        let (hears, heard) = mpsc::channel(HEARD);
        let arrival = Arrival { who: right.who, host: right.host, asks: asked, hears };
        if !desks.visit(&right.desk, arrival) {
            return Err(NO_OFFER.into());
        }
        let (asks, waiting) = (PollSender::new(asks), VecDeque::new());
        Ok(Self { asks, hears: heard, right, waiting, in_flight: 0, inside: false })
    }

    /// Asks the lab; what there is to say at once, if anything.
    pub(super) fn request(&mut self, request: LabRequest) -> Option<LabReport> {
        let call = match &request {
            LabRequest::Submit { id, .. } => Some(*id),
            _ => None,
        };
        let full = self.waiting.len() >= WAITING_REQUESTS;
        match call {
            Some(id) if full || self.in_flight >= IN_FLIGHT => {
                return Some(LabReport::refused_call(id, Errno::ENOBUFS, 0));
            }
            None if full => {
                let reason = "The lab has too much to do for you already: wait until it has answered.".into();
                return Some(LabReport::Refused { reason });
            }
            Some(_) => self.in_flight += 1,
            None => {}
        }
        self.waiting.push_back(request);
        None
    }

    /// The next thing that is said to the guest, or why it is none any more.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<LabReport, String>> {
        if self.right.over.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Err(NO_LONGER.into()));
        }
        while self.inside && !self.waiting.is_empty() {
            // If the lab is gone, what it said last is still to be heard.
            let Poll::Ready(Ok(())) = self.asks.poll_reserve(cx) else { break };
            if let Some(request) = self.waiting.pop_front()
                && self.asks.send_item(request).is_err()
            {
                break;
            }
        }
        Poll::Ready(match ready!(self.hears.poll_recv(cx)) {
            Some(Ok(report)) => {
                match report {
                    LabReport::Opened { .. } => self.inside = true,
                    LabReport::Completed { .. } => self.in_flight = self.in_flight.saturating_sub(1),
                    _ => {}
                }
                Ok(report)
            }
            Some(Err(reason)) => Err(reason),
            None => Err(LET_GO.into()),
        })
    }

    /// What to say when it is over, and what was asked in vain.
    pub(super) fn end(self, reason: String) -> (LabReport, VecDeque<LabRequest>) {
        if self.inside {
            (LabReport::Closed { reason }, VecDeque::new())
        } else {
            (LabReport::Refused { reason }, self.waiting)
        }
    }
}
