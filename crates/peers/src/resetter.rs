//! A peer that resets the connection.

use syscall::{Call, Fd, OptionValue, Outcome, SocketOption};

use crate::calls::{CHUNK, receive, still_to_come};
use crate::serve::{Handler, Next};
use crate::{About, Setting};

pub(crate) const ABOUT: About = About {
    name: "resetter",
    summary: "Resets the connection after so many bytes.",
    behaviour: "It reads exactly `bytes` bytes, or to the end of the stream, sets SO_LINGER to on with 0 seconds and closes: \
        its kernel sends an RST instead of a FIN. Your next `recv` fails with ECONNRESET, whatever was still on its way is \
        lost, and after that `send` fails with EPIPE. Then it accepts the next connection.",
    settings: &[Setting {
        name: "bytes",
        meaning: "After how many bytes it resets; 0: at once.",
        unit: "bytes",
        default: 10,
        least: 0,
        most: 1_000_000_000,
    }],
    listens: true,
    orders: "",
};

#[derive(Clone, Debug, Hash)]
pub(crate) struct Resetter {
    bytes: u32,
    left: u32,
    doing: Doing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Doing {
    Reading,
    Setting,
}

impl Resetter {
    pub(crate) const fn new(bytes: u32) -> Self {
        Self { bytes, left: bytes, doing: Doing::Reading }
    }

    fn go_on(&mut self, fd: Fd) -> Next {
        if self.left > 0 {
            return Next::Do(receive(fd, self.left.min(CHUNK)));
        }
        self.doing = Doing::Setting;
        let value = OptionValue::Linger { on: true, seconds: 0 };
        Next::Do(Call::Setsockopt { fd, option: SocketOption::SoLinger, value })
    }
}

impl Handler for Resetter {
    fn begin(&mut self, fd: Fd) -> Next {
        *self = Self::new(self.bytes);
        self.go_on(fd)
    }

    fn resume(&mut self, fd: Fd, outcome: Outcome) -> Next {
        if self.doing == Doing::Setting {
            return Next::Close;
        }
        self.left = still_to_come(self.left, outcome);
        self.go_on(fd)
    }
}
