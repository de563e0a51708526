//! A peer that sends back all that it receives.

use syscall::{Action, Bytes, Call, Fd, MsgFlags, Outcome, Program, Returned};

use crate::listen::{Listen, Next, call};

/// Most bytes received at once.
const CHUNK: u32 = 4096;

/// Accepts, sends everything back until the end, closes, accepts the next.
#[derive(Clone, Debug, Hash)]
pub struct Echo {
    listen: Listen,
    listener: Fd,
    state: State,
}

#[derive(Clone, Debug, Hash)]
enum State {
    Accepting,
    Receiving(Fd),
    /// What is still to be sent back.
    Sending(Fd, Bytes),
    Closing,
}

impl Echo {
    /// An echo that listens so.
    pub fn new(listen: Listen) -> Self {
        Self { listen, listener: Fd(-1), state: State::Accepting }
    }

    fn receive(&mut self, fd: Fd) -> Action {
        self.state = State::Receiving(fd);
        call(Call::Recv { fd, len: CHUNK, flags: MsgFlags::default() })
    }

    fn send(&mut self, fd: Fd, data: Bytes) -> Action {
        self.state = State::Sending(fd, data.clone());
        call(Call::Send { fd, data, flags: MsgFlags { nosignal: true, ..MsgFlags::default() } })
    }

    fn close(&mut self, fd: Fd) -> Action {
        self.state = State::Closing;
        call(Call::Close { fd })
    }
}

impl Program for Echo {
    fn resume(&mut self, outcome: Option<Outcome>) -> Action {
        match (self.state.clone(), outcome) {
            (State::Accepting, outcome) => match self.listen.resume(&mut self.listener, outcome) {
                Next::Do(action) => action,
                Next::Connected(fd) => self.receive(fd),
            },
            (State::Receiving(fd), Some(Ok(Returned::Data(data)))) if !data.is_empty() => self.send(fd, data),
            (State::Sending(fd, data), Some(Ok(Returned::Count(count)))) => {
                let taken = data.len().min(count as usize);
                match data.slice(taken..data.len()) {
                    rest if rest.is_empty() => self.receive(fd),
                    rest => self.send(fd, rest),
                }
            }
            // The end, or an error: in both cases this connection is done.
            (State::Receiving(fd) | State::Sending(fd, _), _) => self.close(fd),
            (State::Closing, _) => {
                self.state = State::Accepting;
                call(Call::Accept { fd: self.listener })
            }
        }
    }
}
