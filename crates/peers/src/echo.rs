//! A peer that sends back all that it receives.

use syscall::{Fd, Outcome};

use crate::calls::{receive, received};
use crate::output::{Cuts, Output, Sent};
use crate::serve::{Handler, Next};
use crate::{About, Setting};

pub(crate) const ABOUT: About = About {
    name: "echo",
    summary: "Sends back all that it receives.",
    behaviour: "It accepts a connection, receives, and sends what came until the kernel has taken all of it; then it \
        receives again. When the stream has ended, it closes and accepts the next connection. It serves **one connection \
        at a time**: whoever comes meanwhile is connected by the kernel and waits to be accepted. While its `send` waits, \
        it does not read: whoever sends much and reads nothing ends up waiting for a peer that waits for him.",
    settings: &[Setting {
        name: "chunk",
        meaning: "The most bytes that one `recv` takes.",
        unit: "bytes",
        default: 4096,
        least: 1,
        most: 65536,
    }],
    listens: true,
    orders: "",
};

#[derive(Clone, Debug, Hash)]
pub(crate) struct Echo {
    chunk: u32,
    output: Output,
}

impl Echo {
    pub(crate) const fn new(chunk: u32) -> Self {
        Self { chunk, output: Output::new(Cuts::NONE, 0) }
    }
}

impl Handler for Echo {
    fn begin(&mut self, fd: Fd) -> Next {
        Next::Do(receive(fd, self.chunk))
    }

    fn resume(&mut self, fd: Fd, outcome: Outcome) -> Next {
        let sent = if self.output.busy() {
            self.output.resume(fd, outcome)
        } else {
            match received(outcome) {
                Some(data) if !data.is_empty() => self.output.start(fd, data),
                _ => return Next::Close,
            }
        };
        match sent {
            Sent::Do(call) => Next::Do(call),
            Sent::All => self.begin(fd),
            Sent::Broken => Next::Close,
        }
    }
}
