//! A peer that falls silent for ever.

use syscall::{Fd, Outcome};

use crate::calls::{CHUNK, receive, sleep_for_ever, still_to_come};
use crate::serve::{Handler, Next};
use crate::{About, Setting};

pub(crate) const ABOUT: About = About {
    name: "vanisher",
    summary: "Falls silent for ever without closing.",
    behaviour: "It reads `bytes` bytes and then does nothing more, for ever: it does not read, it does not close, it accepts \
        nobody else. SO_KEEPALIVE is off, as it is unless a program sets it. **What it cannot do as a program** is to \
        vanish with its host: its kernel still acknowledges what you send until its receive buffer is full, and answers \
        probes of the shut window, so that your `send` waits and never fails. A host that is gone answers nothing, and your \
        kernel gives up after many retransmissions with ETIMEDOUT: for that cut the cable or take the host’s power away. \
        That is the wire’s work.",
    settings: &[Setting {
        name: "bytes",
        meaning: "After how many bytes it falls silent; 0: as soon as it has accepted.",
        unit: "bytes",
        default: 0,
        least: 0,
        most: 1_000_000_000,
    }],
    listens: true,
    orders: "",
};

#[derive(Clone, Debug, Hash)]
pub(crate) struct Vanisher {
    left: u32,
}

impl Vanisher {
    pub(crate) const fn new(bytes: u32) -> Self {
        Self { left: bytes }
    }
}

impl Handler for Vanisher {
    fn begin(&mut self, fd: Fd) -> Next {
        Next::Do(if self.left > 0 { receive(fd, self.left.min(CHUNK)) } else { sleep_for_ever() })
    }

    fn resume(&mut self, fd: Fd, outcome: Outcome) -> Next {
        self.left = still_to_come(self.left, outcome);
        self.begin(fd)
    }
}
