//! A peer that sends back what it receives a byte at a time.

use rng::Rng;
use syscall::{Fd, Outcome};

use crate::calls::{CHUNK, no_delay, receive};
use crate::echo::echo;
use crate::output::{Cuts, Output};
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
        Setting::gap(0),
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
        if !std::mem::replace(&mut self.ready, true) {
            return Next::Do(receive(fd, CHUNK));
        }
        echo(&mut self.output, CHUNK, fd, outcome)
    }
}
