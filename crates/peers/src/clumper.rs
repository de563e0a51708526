//! A peer that sends several messages back at once.

use syscall::{Bytes, Fd, Outcome};

use crate::calls::{CHUNK, receive, received};
use crate::messages::{Framing, LONGEST, Messages};
use crate::output::{Output, Sent};
use crate::serve::{Handler, Next};
use crate::{About, Setting};

/// It sends what it has when it holds so many bytes, whatever the setting says.
const MOST: usize = 4 * LONGEST;

pub(crate) const ABOUT: About = About {
    name: "clumper",
    summary: "Collects several messages and sends them back in one send.",
    behaviour: "It receives until it has `messages` whole ones, and sends them back together: one `recv` of yours may give \
        all of them, and the next waits. Whoever takes each `recv` for one message loses the others. Whoever waits for \
        the answer to the first message before he sends the second waits for ever: the clumper waits too. When the \
        stream has ended it sends what it still holds, whole or not, and closes. A line longer than 16 KiB counts as \
        several, a frame that says it is longer ends the connection. It serves one connection at a time.",
    settings: &[
        Setting {
            name: "messages",
            meaning: "How many messages it sends together.",
            unit: "messages",
            default: 3,
            least: 1,
            most: 100,
        },
        Framing::setting(0),
    ],
    listens: true,
    orders: "",
};

#[derive(Clone, Debug, Hash)]
pub(crate) struct Clumper {
    wanted: u32,
    framing: Framing,
    messages: Messages,
    clump: Vec<u8>,
    count: u32,
    ended: bool,
    output: Output,
}

impl Clumper {
    pub(crate) const fn new(wanted: u32, framing: Framing) -> Self {
        Self {
            wanted,
            framing,
            messages: Messages::new(framing, LONGEST),
            clump: Vec::new(),
            count: 0,
            ended: false,
            output: Output::PLAIN,
        }
    }

    fn go_on(&mut self, fd: Fd) -> Next {
        loop {
            match self.messages.next() {
                Ok(Some(message)) => {
                    self.clump.extend_from_slice(&message);
                    self.count += 1;
                }
                Ok(None) if self.ended => {
                    self.clump.extend_from_slice(&self.messages.rest());
                    if self.clump.is_empty() {
                        return Next::Close;
                    }
                    self.count = self.wanted;
                }
                Ok(None) => return Next::Do(receive(fd, CHUNK)),
                Err(_) => return Next::Close,
            }
            if self.count >= self.wanted || self.clump.len() >= MOST {
                self.count = 0;
                let clump: Bytes = std::mem::take(&mut self.clump).into();
                if let Sent::Do(call) = self.output.start(fd, clump) {
                    return Next::Do(call);
                }
            }
        }
    }
}

impl Handler for Clumper {
    fn begin(&mut self, fd: Fd) -> Next {
        *self = Self::new(self.wanted, self.framing);
        self.go_on(fd)
    }

    fn resume(&mut self, fd: Fd, outcome: Outcome) -> Next {
        if self.output.busy() {
            return self.output.resume(fd, outcome).then(|| self.go_on(fd));
        }
        let Some(data) = received(outcome) else { return Next::Close };
        self.ended = data.is_empty();
        self.messages.add(&data);
        self.go_on(fd)
    }
}
