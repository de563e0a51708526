//! A peer that reads only when it is told to, or after a nap.

use syscall::{Fd, Outcome};

use crate::calls::{hear, receive, received, sleep};
use crate::orders::Orders;
use crate::serve::{Handler, Next};
use crate::{About, Setting};

pub(crate) const ABOUT: About = About {
    name: "sleepy",
    summary: "Reads only when it is told to, and as much as it is told.",
    behaviour: "It accepts a connection and sleeps. For each line on its control channel, a count, it makes one `recv` of \
        that many bytes, throws away what came and sleeps again. So its receive buffer fills, the window closes and your \
        `send` takes less and less, then waits. With `nap_ms` it wakes by itself: it naps, reads `bytes`, and naps again. \
        When the stream has ended, it closes and accepts the next connection.",
    settings: &[
        Setting {
            name: "nap_ms",
            meaning: "How long it sleeps before each `recv`; 0: until it is told.",
            unit: "ms",
            default: 0,
            least: 0,
            most: 3_600_000,
        },
        Setting {
            name: "bytes",
            meaning: "The most bytes that the `recv` after a nap takes.",
            unit: "bytes",
            default: 4096,
            least: 1,
            most: 65536,
        },
    ],
    listens: true,
    orders: "A count: it makes one `recv` of so many bytes.",
};

#[derive(Clone, Debug, Hash)]
pub(crate) struct Sleepy {
    nap_us: u64,
    bytes: u32,
    orders: Orders,
    asleep: bool,
}

impl Sleepy {
    pub(crate) fn new(nap_us: u64, bytes: u32) -> Self {
        Self { nap_us, bytes, orders: Orders::default(), asleep: false }
    }

    /// The next count that was told, if there is one.
    fn told(&mut self) -> Option<u32> {
        self.orders.find(|line| line.parse().ok().filter(|count| *count > 0))
    }
}

impl Handler for Sleepy {
    fn begin(&mut self, fd: Fd) -> Next {
        self.asleep = true;
        if self.nap_us > 0 {
            return Next::Do(sleep(self.nap_us));
        }
        Next::Do(match self.told() {
            Some(len) => {
                self.asleep = false;
                receive(fd, len)
            }
            None => hear(),
        })
    }

    fn resume(&mut self, fd: Fd, outcome: Outcome) -> Next {
        if self.asleep && self.nap_us > 0 {
            self.asleep = false;
            return Next::Do(receive(fd, self.bytes));
        }
        match received(outcome) {
            Some(text) if self.asleep && !text.is_empty() => {
                self.orders.add(&text);
                self.begin(fd)
            }
            // Nobody can wake it any more.
            _ if self.asleep => Next::End,
            Some(data) if !data.is_empty() => self.begin(fd),
            _ => Next::Close,
        }
    }
}
