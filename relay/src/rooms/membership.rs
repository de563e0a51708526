//! A session's place in a room: outside, on the way in, or inside. It lives as long as the session, whichever connection that has.

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::future::BoxFuture;
use protocol::room::{Answer, Ask, LearnerId, Refusal, RoomReport, RoomRequest};
use rooms::{Refused, SessionNo};
use tokio::sync::mpsc;

use super::actor::Said;
use super::entering::{From, enter, not_encrypted, not_yours};
use super::mailbox::Mailbox;
use super::{Handle, Rooms};

type Entering = BoxFuture<'static, Result<(Inside, RoomReport), Answer>>;
type Sending = BoxFuture<'static, Result<(), mpsc::error::SendError<Said>>>;

/// A session's place in a room.
pub(crate) struct Membership {
    /// None where this relay has no rooms.
    rooms: Option<Arc<Rooms>>,
    pub(super) place: Place,
    /// Whether the session's client is connected.
    here: bool,
    /// A request that waits for room in the room's queue.
    sending: Option<Sending>,
    said: VecDeque<RoomReport>,
}

pub(super) enum Place {
    Outside,
    Entering(u32, Entering),
    Inside(Inside),
}

/// A place in a room, left when dropped.
pub(super) struct Inside {
    room: Handle,
    session: SessionNo,
    mailbox: Arc<Mailbox>,
    /// Who it is, where it is a learner's.
    learner: Option<LearnerId>,
}

impl Inside {
    pub(super) fn new(room: Handle, session: SessionNo) -> Self {
        Self { room, session, mailbox: Arc::default(), learner: None }
    }

    pub(super) fn learner(&self) -> Option<LearnerId> {
        self.learner
    }

    pub(super) fn session(&self) -> SessionNo {
        self.session
    }

    pub(super) fn mailbox(&self) -> &Arc<Mailbox> {
        &self.mailbox
    }

    pub(super) fn handle(&self) -> &Handle {
        &self.room
    }

    pub(super) fn poll(&self, all: bool, cx: &mut Context<'_>) -> Poll<RoomReport> {
        self.mailbox.poll(all, cx)
    }

    /// Says this even if the room's queue is full now.
    fn say(&self, said: Said) {
        if let Err(mpsc::error::TrySendError::Full(said)) = self.room.try_send(said) {
            let room = self.room.clone();
            tokio::spawn(async move { room.send(said).await });
        }
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        self.say(Said::Left(self.session));
    }
}

impl Membership {
    /// In no room.
    pub(crate) fn new(rooms: Option<Arc<Rooms>>) -> Self {
        Self { rooms, place: Place::Outside, here: true, sending: None, said: VecDeque::new() }
    }

    /// Whether a request has to wait until what was asked before has gone its way.
    pub(crate) fn is_busy(&self) -> bool {
        self.sending.is_some() || matches!(self.place, Place::Entering(..))
    }

    /// Asks something, as this client. Not to be called while busy.
    pub(crate) fn ask(&mut self, request: RoomRequest, from: From) {
        let RoomRequest { id, ask } = &request;
        let id = *id;
        let enters =
            matches!(ask, Ask::Open { .. } | Ask::Teach { .. } | Ask::Join { .. } | Ask::Return { .. });
        let Some(rooms) = &self.rooms else {
            let says = "This relay has no rooms: it was started without.";
            return self.refuse(id, Refused::new(Refusal::NoRooms, says));
        };
        match (&self.place, ask) {
            (Place::Outside, Ask::Leave) => self.answer(id, Answer::Done),
            (Place::Outside, _) if enters => {
                self.place = Place::Entering(id, Box::pin(enter(Arc::clone(rooms), from, id, request.ask)));
            }
            (Place::Inside(_), _) if enters => {
                let says = "You are in a room: leave it before you go into another.";
                self.refuse(id, Refused::new(Refusal::NotYours, says));
            }
            (Place::Inside(_), Ask::Leave) => {
                self.place = Place::Outside;
                self.answer(id, Answer::Done);
            }
            (Place::Inside(_), Ask::Direct(_)) if !from.private => self.refuse(id, not_encrypted()),
            (Place::Inside(inside), _) => {
                let said = Said::Ask(inside.session, request);
                match inside.room.try_send(said) {
                    Ok(()) => {}
                    Err(mpsc::error::TrySendError::Full(said)) => {
                        let room = inside.room.clone();
                        self.sending = Some(Box::pin(async move { room.send(said).await }));
                    }
                    Err(mpsc::error::TrySendError::Closed(_)) => self.lost(),
                }
            }
            (Place::Outside | Place::Entering(..), _) => self.refuse(id, not_yours()),
        }
    }

    fn answer(&mut self, id: u32, answer: Answer) {
        self.said.push_back(RoomReport::Answer { id, answer });
    }

    fn refuse(&mut self, id: u32, refused: Refused) {
        self.answer(id, refused.answer());
    }

    /// The room is there no more, and has not said so.
    fn lost(&mut self) {
        self.place = Place::Outside;
        let says = "This room cannot be reached now: come back in a moment.".into();
        self.said.push_back(RoomReport::Out { says, for_good: false });
    }

    /// The session's client is connected, or is not.
    pub(crate) fn connected(&mut self, here: bool) {
        self.here = here;
        if let Place::Inside(inside) = &self.place {
            inside.say(Said::Connected(inside.session, here));
        }
    }

    /// What the room says next; of its state only where `all`. Pending for ever outside.
    pub(crate) fn poll_report(&mut self, all: bool, cx: &mut Context<'_>) -> Poll<RoomReport> {
        if let Some(sending) = &mut self.sending
            && let Poll::Ready(sent) = sending.as_mut().poll(cx)
        {
            self.sending = None;
            if sent.is_err() {
                self.lost();
            }
        }
        if let Place::Entering(id, entering) = &mut self.place
            && let Poll::Ready(entered) = entering.as_mut().poll(cx)
        {
            let id = *id;
            match entered {
                Ok((mut inside, first)) => {
                    if !self.here {
                        inside.say(Said::Connected(inside.session, false));
                    }
                    if let RoomReport::Answer { answer: Answer::Joined { learner, .. }, .. } = &first {
                        inside.learner = Some(*learner);
                    }
                    self.place = Place::Inside(inside);
                    self.said.push_back(first);
                }
                Err(answer) => {
                    self.place = Place::Outside;
                    self.answer(id, answer);
                }
            }
        }
        if let Some(report) = self.said.pop_front() {
            return Poll::Ready(report);
        }
        let Place::Inside(inside) = &self.place else { return Poll::Pending };
        let report = std::task::ready!(inside.poll(all, cx));
        if let RoomReport::Out { .. } = report {
            self.place = Place::Outside;
        }
        Poll::Ready(report)
    }

    /// The next part of an export, if one was asked for. To be asked when everything before it has been written.
    pub(crate) fn next_part(&self) -> Option<RoomReport> {
        match &self.place {
            Place::Inside(inside) => inside.mailbox.next_part(),
            Place::Outside | Place::Entering(..) => None,
        }
    }
}
