//! A peer that sends back what it receives a byte at a time.

use syscall::{Fd, Outcome};

use crate::calls::{CHUNK, no_delay, receive, received};
use crate::output::{Cuts, Output, Sent};
use crate::rng::Rng;
use crate::serve::{Handler, Next};
use crate::{About, Setting};

pub(crate) const ABOUT: About = About {
    name: "dribbler",
    summary: "Sends back what it receives, a byte at a time.",
    behaviour: "An echo that makes one `send` a byte, with TCP_NODELAY on, so that each byte travels by itself. Whoever \
        takes what one `recv` gives for a whole message finds out here. With `piece` above 1 each `send` has between one \
        byte and that many, as the seed draws them; with `gap_ms` it rests between two sends, so that a reader sees \
        each piece alone. It serves one connection at a time.",
    settings: &[
        Setting {
            name: "piece",
            meaning: "The most bytes of one `send`.",
            unit: "bytes",
            default: 1,
            least: 1,
            most: 4096,
        },
        Setting {
            name: "gap_ms",
            meaning: "How long it rests between two sends.",
            unit: "ms",
            default: 0,
            least: 0,
            most: 60_000,
        },
    ],
    listens: true,
    orders: "",
};

#[derive(Clone, Debug, Hash)]
pub(crate) struct Dribbler {
    output: Output,
    ready: bool,
}

impl Dribbler {
    pub(crate) const fn new(piece: u32, gap_us: u64, rng: Rng) -> Self {
        Self { output: Output::new(Cuts::UpTo(piece, rng), gap_us), ready: false }
    }
}

impl Handler for Dribbler {
    fn begin(&mut self, fd: Fd) -> Next {
        self.ready = false;
        Next::Do(no_delay(fd))
    }

    fn resume(&mut self, fd: Fd, outcome: Outcome) -> Next {
        // Whether the option could be set changes nothing about what it sends.
        let sent = if !self.ready {
            self.ready = true;
            Sent::All
        } else if self.output.busy() {
            self.output.resume(fd, outcome)
        } else {
            match received(outcome) {
                Some(data) if !data.is_empty() => self.output.start(fd, data),
                _ => return Next::Close,
            }
        };
        match sent {
            Sent::Do(call) => Next::Do(call),
            Sent::All => Next::Do(receive(fd, CHUNK)),
            Sent::Broken => Next::Close,
        }
    }
}
