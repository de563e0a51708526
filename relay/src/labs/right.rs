//! What a room allows a session: to offer its lab, or to be a guest in another's. Only rooms make these; a client names neither
//! sessions nor labs.

use std::future::Future;
use std::pin::Pin;

use protocol::Share;
use syscall::HostId;

/// Where a lab is offered and found: one a pair of learners, one a class.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Desk {
    /// The room's code.
    pub(crate) room: String,
    pub(crate) share: Share,
    /// The learners of a pair, first and second.
    pub(crate) pair: Option<(u32, u32)>,
}

/// What a session may do at a desk, until that is over.
pub(crate) struct Right {
    pub(crate) desk: Desk,
    /// Who it is, in that room: the same for all sessions of one learner.
    pub(crate) who: u32,
    /// The host of a guest.
    pub(crate) host: HostId,
    /// Ready when it is over.
    pub(crate) over: Pin<Box<dyn Future<Output = ()> + Send>>,
}

/// Which side a right is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Offer,
    Visit,
}
