//! A page's session at the relay: how it begins, what goes on after a new WebSocket, and which reports were there before.
//!
//! Live runs and rooms have one each; what is said within it is theirs.

use protocol::{Hello, Resume};

/// The relay's close code where the access token is missing or wrong.
pub(crate) const WRONG_TOKEN: u16 = 4401;
/// The relay is told how far its reports have come after every so many.
const ACK_EVERY: u64 = 8;

/// Whether the relay means it with this close code: going on would end in the same way.
pub(crate) const fn meant(code: u16) -> bool {
    matches!(code, 1002 | 1003 | 1007 | 1008 | 1009)
}

/// What a welcome is to a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Welcome {
    /// It begins.
    First,
    /// It goes on.
    Again,
    /// It was to go on, and the relay knows nothing of it.
    Afresh,
}

/// A session.
#[derive(Clone, Debug, Default)]
pub(crate) struct Session {
    /// Its name and its secret.
    known: Option<(String, String)>,
    /// The last report that has come.
    last: u64,
    /// The relay's access token, if somebody has told it.
    pub(crate) token: Option<String>,
}

impl Session {
    /// The next one, with the same access token.
    pub(crate) fn next(&mut self) -> Self {
        Self { token: self.token.take(), ..Self::default() }
    }

    /// Whether the relay has welcomed it and it is not over.
    pub(crate) const fn is_known(&self) -> bool {
        self.known.is_some()
    }

    /// It is over.
    pub(crate) fn forget(&mut self) {
        self.known = None;
    }

    /// The access token that was told to another figure of this tab.
    pub(crate) fn know(&mut self, token: Option<String>) {
        self.token = token.or(self.token.take());
    }

    /// What to say first on a new WebSocket.
    pub(crate) fn hello(&self) -> Hello {
        let resume = self.known.clone().map(|(session, key)| Resume { session, key, last: self.last });
        Hello { version: protocol::VERSION, resume, token: self.token.clone() }
    }

    /// The relay's answer to that.
    pub(crate) fn welcome(&mut self, session: String, key: String, resumed: bool) -> Welcome {
        let before = self.known.replace((session, key));
        if !resumed {
            self.last = 0;
        }
        match (before, resumed) {
            (None, _) => Welcome::First,
            (Some(_), true) => Welcome::Again,
            (Some(_), false) => Welcome::Afresh,
        }
    }

    /// A report with this number has come: whether it is new, for after a new WebSocket the relay repeats what it does not
    /// know to have arrived; and what to acknowledge now.
    pub(crate) fn came(&mut self, seq: u64) -> (bool, Option<u64>) {
        if seq <= self.last {
            return (false, None);
        }
        self.last = seq;
        (true, seq.is_multiple_of(ACK_EVERY).then_some(seq))
    }
}
