//! What a room allows a session to do with labs: to offer its own, or to be a guest in another's, for as long as the room has it so.

use protocol::Share;
use rooms::{Tie, Ties};
use syscall::HostId;

use super::membership::{Inside, Membership, Place};
use crate::labs::{Desk, Right, Side};

impl Membership {
    /// The right to this, until the room has it otherwise, or the session is in it no more.
    ///
    /// # Errors
    /// A sentence.
    pub(crate) fn right(&self, share: Share, side: Side) -> Result<Right, String> {
        match &self.place {
            Place::Inside(inside) => inside.right(share, side).map_err(Into::into),
            Place::Outside | Place::Entering(..) => Err("This session is in no room: join one first.".into()),
        }
    }
}

impl Inside {
    fn right(&self, share: Share, side: Side) -> Result<Right, &'static str> {
        let (session, learner) = (self.session(), self.learner());
        let allowed = move |ties: &Ties| match side {
            Side::Offer => ties.offer(share, session, learner),
            Side::Visit => ties.visit(share, learner),
        };
        let mut ties = self.mailbox().ties();
        let (room, Tie { pair, host }) = {
            let now = ties.borrow();
            (now.room.clone(), allowed(&now)?)
        };
        let over = async move {
            // It ends with the mailbox, too.
            let _ = ties.wait_for(|ties| allowed(ties) != Ok(Tie { pair, host })).await;
        };
        let desk = Desk { room, share, pair: pair.map(|(first, second)| (first.0, second.0)) };
        let who = learner.map_or(0, |learner| learner.0);
        Ok(Right { desk, who, host: HostId(host), over: Box::pin(over) })
    }
}
