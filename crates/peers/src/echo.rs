//! A peer that sends back all that it receives.

use syscall::{Fd, Outcome};

use crate::calls::{came, receive};
use crate::output::Output;
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
        Self { chunk, output: Output::PLAIN }
    }
}

impl Handler for Echo {
    fn begin(&mut self, fd: Fd) -> Next {
        Next::Do(receive(fd, self.chunk))
    }

    fn resume(&mut self, fd: Fd, outcome: Outcome) -> Next {
        echo(&mut self.output, self.chunk, fd, outcome)
    }
}

/// Sends back what came, receives at most `chunk` bytes, and so on.
pub(crate) fn echo(output: &mut Output, chunk: u32, fd: Fd, outcome: Outcome) -> Next {
    let sent = if output.busy() {
        output.resume(fd, outcome)
    } else {
        let Some(data) = came(outcome) else { return Next::Close };
        output.start(fd, data)
    };
    sent.then(|| Next::Do(receive(fd, chunk)))
}
