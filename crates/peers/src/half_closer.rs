//! A peer that closes one direction and goes on in the other.

use syscall::{Call, Fd, How, Outcome};

use crate::calls::{CHUNK, receive, received};
use crate::output::{Output, Sent};
use crate::serve::{Handler, Next};
use crate::{About, Setting};

pub(crate) const ABOUT: About = About {
    name: "half-closer",
    summary: "Answers, closes its sending direction, and goes on reading.",
    behaviour: "It reads `bytes` bytes, or to the end of the stream, answers with one line that says how many came, and calls \
        `shutdown(SHUT_WR)`. Your `recv` gives the line and then 0, and yet your `send` still works: it goes on reading, \
        and throws away what comes, until you finish too. Whoever takes the 0 for the end of everything loses what he \
        could still have said. It serves one connection at a time.",
    settings: &[Setting {
        name: "bytes",
        meaning: "After how many bytes it answers; 0: at the end of the stream.",
        unit: "bytes",
        default: 1,
        least: 0,
        most: 1_000_000_000,
    }],
    listens: true,
    orders: "",
};

#[derive(Clone, Debug, Hash)]
pub(crate) struct HalfCloser {
    bytes: u32,
    came: u64,
    doing: Doing,
    output: Output,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Doing {
    Reading,
    Answering,
    Shutting,
    /// Reading what does not matter any more.
    Draining,
}

impl HalfCloser {
    pub(crate) const fn new(bytes: u32) -> Self {
        Self { bytes, came: 0, doing: Doing::Reading, output: Output::PLAIN }
    }

    fn sent(&mut self, fd: Fd, sent: Sent) -> Next {
        sent.then(|| {
            self.doing = Doing::Shutting;
            Next::Do(Call::Shutdown { fd, how: How::Write })
        })
    }
}

impl Handler for HalfCloser {
    fn begin(&mut self, fd: Fd) -> Next {
        (self.came, self.doing) = (0, Doing::Reading);
        Next::Do(receive(fd, CHUNK))
    }

    fn resume(&mut self, fd: Fd, outcome: Outcome) -> Next {
        match self.doing {
            Doing::Reading => {
                let Some(data) = received(outcome) else { return Next::Close };
                self.came += data.len() as u64;
                let enough = self.bytes > 0 && self.came >= self.bytes.into();
                if !data.is_empty() && !enough {
                    return Next::Do(receive(fd, CHUNK));
                }
                self.doing = Doing::Answering;
                let line = format!("{} bytes\n", self.came);
                let sent = self.output.start(fd, line.as_str().into());
                self.sent(fd, sent)
            }
            Doing::Answering => {
                let sent = self.output.resume(fd, outcome);
                self.sent(fd, sent)
            }
            Doing::Shutting => {
                self.doing = Doing::Draining;
                Next::Do(receive(fd, CHUNK))
            }
            Doing::Draining => Next::drain(fd, outcome),
        }
    }
}
