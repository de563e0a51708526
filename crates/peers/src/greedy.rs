//! A peer that sends and never reads.

use syscall::{Bytes, Fd, Outcome};

use crate::calls::{send, unsent};
use crate::serve::{Handler, Next};
use crate::{About, Setting};

/// Bytes of a line: seven digits and a line feed.
const LINE: u64 = 8;

pub(crate) const ABOUT: About = About {
    name: "greedy",
    summary: "Sends without end and never reads.",
    behaviour: "From the moment it has accepted, it sends lines `0000000`, `0000001` and so on, as fast as the kernel takes \
        them, and reads nothing. Do not read either, and both sides come to a halt with full buffers. With `bytes` it \
        stops after so many and closes; if something that you sent is unread then, its close is a reset, which may \
        destroy what you have not read yet. It serves one connection at a time.",
    settings: &[
        Setting {
            name: "bytes",
            meaning: "How many bytes it sends; 0: without end.",
            unit: "bytes",
            default: 0,
            least: 0,
            most: 1_000_000_000,
        },
        Setting {
            name: "chunk",
            meaning: "How many bytes it offers in one `send`.",
            unit: "bytes",
            default: 4096,
            least: 1,
            most: 65536,
        },
    ],
    listens: true,
    orders: "",
};

#[derive(Clone, Debug, Hash)]
pub(crate) struct Greedy {
    bytes: u32,
    chunk: u32,
    sent: u64,
    sending: Bytes,
}

impl Greedy {
    pub(crate) fn new(bytes: u32, chunk: u32) -> Self {
        Self { bytes, chunk, sent: 0, sending: Bytes::new() }
    }

    fn go_on(&mut self, fd: Fd) -> Next {
        let left = match self.bytes {
            0 => u64::MAX,
            bytes => u64::from(bytes).saturating_sub(self.sent),
        };
        if left == 0 {
            return Next::Close;
        }
        self.sending = lines(self.sent, left.min(self.chunk.into()));
        Next::Do(send(fd, self.sending.clone()))
    }
}

/// So many bytes of the stream of lines, from this one on.
pub(crate) fn lines(from: u64, len: u64) -> Bytes {
    let byte = |at: u64| {
        let (line, place) = (at / LINE % 10_000_000, at % LINE);
        if place == LINE - 1 {
            return b'\n';
        }
        let digit = line / 10_u64.pow((LINE - 2 - place) as u32) % 10;
        b'0' + digit as u8
    };
    (from..from + len).map(byte).collect::<Vec<_>>().into()
}

impl Handler for Greedy {
    fn begin(&mut self, fd: Fd) -> Next {
        self.sent = 0;
        self.go_on(fd)
    }

    fn resume(&mut self, fd: Fd, outcome: Outcome) -> Next {
        let Some(rest) = unsent(&self.sending, outcome) else { return Next::Close };
        self.sent += (self.sending.len() - rest.len()) as u64;
        self.go_on(fd)
    }
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn lines_are_numbered_wherever_one_begins() {
        assert_eq!(&lines(0, 16)[..], b"0000000\n0000001\n");
        assert_eq!(&lines(8 * 12345 + 3, 7)[..], b"2345\n00");
    }
}
