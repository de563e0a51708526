//! A peer that reads only when it is told to, and as much as it is told.

use syscall::{Action, Call, Fd, MsgFlags, Outcome, Program, Returned};

use crate::CONTROL;
use crate::listen::{Listen, Next, call};

/// Most bytes of the control channel taken at once.
const CHUNK: u32 = 256;
/// A line without an end is thrown away beyond this length: no count is longer.
const LONGEST_LINE: usize = 64;

/// Accepts, then for each line of its control channel, a decimal count, makes one `recv` of that many bytes. At the
/// end of the connection it closes and accepts the next. A line that is no count is passed over.
#[derive(Clone, Debug, Hash)]
pub struct Sleepy {
    listen: Listen,
    listener: Fd,
    state: State,
    /// Text of the control channel that has not been acted on.
    text: Vec<u8>,
}

#[derive(Clone, Copy, Debug, Hash)]
enum State {
    Accepting,
    /// In `recv` on the control channel, with this connection open.
    Asleep(Fd),
    /// In `recv` on the connection.
    Receiving(Fd),
    Closing,
}

impl Sleepy {
    /// A sleeper that listens so.
    pub fn new(listen: Listen) -> Self {
        Self { listen, listener: Fd(-1), state: State::Accepting, text: Vec::new() }
    }

    /// The next count that was told, if there is one.
    fn told(&mut self) -> Option<u32> {
        while let Some(end) = self.text.iter().position(|b| *b == b'\n') {
            let line: Vec<u8> = self.text.drain(..=end).collect();
            let count = std::str::from_utf8(&line).ok().and_then(|line| line.trim().parse().ok());
            if let Some(count) = count.filter(|count| *count > 0) {
                return Some(count);
            }
        }
        if self.text.len() > LONGEST_LINE {
            self.text.clear();
        }
        None
    }

    fn go_on(&mut self, fd: Fd) -> Action {
        let flags = MsgFlags::default();
        match self.told() {
            Some(len) => {
                self.state = State::Receiving(fd);
                call(Call::Recv { fd, len, flags })
            }
            None => {
                self.state = State::Asleep(fd);
                call(Call::Recv { fd: CONTROL, len: CHUNK, flags })
            }
        }
    }
}

impl Program for Sleepy {
    fn resume(&mut self, outcome: Option<Outcome>) -> Action {
        match (self.state, outcome) {
            (State::Accepting, outcome) => match self.listen.resume(&mut self.listener, outcome) {
                Next::Do(action) => action,
                Next::Connected(fd) => self.go_on(fd),
            },
            (State::Asleep(fd), Some(Ok(Returned::Data(text)))) if !text.is_empty() => {
                self.text.extend_from_slice(&text);
                self.go_on(fd)
            }
            // Nobody can wake it any more.
            (State::Asleep(_), _) => Action::Exit(0),
            (State::Receiving(fd), Some(Ok(Returned::Data(data)))) if !data.is_empty() => self.go_on(fd),
            (State::Receiving(fd), _) => {
                self.state = State::Closing;
                call(Call::Close { fd })
            }
            (State::Closing, _) => {
                self.state = State::Accepting;
                call(Call::Accept { fd: self.listener })
            }
        }
    }
}
