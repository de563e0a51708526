//! Serving one connection after another.

use syscall::{Action, Bytes, Call, Fd, Outcome, Program, Returned};

use crate::calls::{CHUNK, PAUSE_US, action, came, hear, hopeless, receive, sleep};
use crate::listen::{Listen, SetUp};
use crate::orders::Orders;

/// What a peer does with a connection.
pub(crate) trait Handler {
    /// A fresh connection.
    fn begin(&mut self, fd: Fd) -> Next;
    /// Its last call has ended.
    fn resume(&mut self, fd: Fd, outcome: Outcome) -> Next;
}

/// What a handler does next.
pub(crate) enum Next {
    /// Make this call.
    Do(Call),
    /// Close the connection.
    Close,
    /// Close it and end: nobody can tell it anything any more.
    End,
}

impl Next {
    /// Reads on to the end, then closes: what comes does not matter any more.
    pub(crate) fn drain(fd: Fd, outcome: Outcome) -> Self {
        came(outcome).map_or(Self::Close, |_| Self::Do(receive(fd, CHUNK)))
    }
}

/// What a peer waits for before each `accept`.
#[derive(Clone, Debug, Hash)]
pub(crate) enum Gate {
    /// Nothing.
    Open,
    /// So many microseconds.
    Delay(u64),
    /// The line `accept` on its control channel.
    Told(Orders),
}

/// A peer that listens and serves one connection after another.
#[derive(Clone, Debug, Hash)]
pub(crate) struct Serve<H> {
    listen: Listen,
    gate: Gate,
    handler: H,
    doing: Doing,
}

#[derive(Clone, Copy, Debug, Hash)]
enum Doing {
    SettingUp,
    /// Before `accept`.
    Waiting(Fd),
    Accepting(Fd),
    /// After an `accept` that failed.
    Pausing(Fd),
    Serving(Fd, Fd),
    Closing(Fd),
    /// Closing the connection, then the listener.
    Ending(Option<Fd>, i32),
}

impl<H: Handler> Serve<H> {
    pub(crate) const fn new(listen: Listen, handler: H) -> Self {
        Self { listen, gate: Gate::Open, handler, doing: Doing::SettingUp }
    }

    pub(crate) fn behind(self, gate: Gate) -> Self {
        Self { gate, ..self }
    }

    /// Waits at the gate, then accepts.
    fn approach(&mut self, listener: Fd) -> Call {
        self.doing = Doing::Waiting(listener);
        match &mut self.gate {
            Gate::Open => self.accept(listener),
            Gate::Delay(us) => sleep(*us),
            Gate::Told(orders) => match orders.find(|line| (line == "accept").then_some(())) {
                Some(()) => self.accept(listener),
                None => hear(),
            },
        }
    }

    fn waited(&mut self, listener: Fd, outcome: Outcome) -> Action {
        let Gate::Told(orders) = &mut self.gate else { return action(self.accept(listener)) };
        match came(outcome) {
            Some(text) => {
                orders.add(&text);
                action(self.approach(listener))
            }
            // Nobody can tell it any more.
            None => self.end(Some(listener), 0),
        }
    }

    fn accept(&mut self, listener: Fd) -> Call {
        self.doing = Doing::Accepting(listener);
        Call::Accept { fd: listener }
    }

    fn accepted(&mut self, listener: Fd, outcome: Outcome) -> Action {
        match outcome {
            Ok(Returned::Accepted { fd, .. }) => {
                self.doing = Doing::Serving(listener, fd);
                let next = self.handler.begin(fd);
                self.serve(listener, fd, next)
            }
            Err(errno) if !hopeless(errno) => {
                self.doing = Doing::Pausing(listener);
                action(sleep(PAUSE_US))
            }
            _ => self.end(Some(listener), 1),
        }
    }

    fn serve(&mut self, listener: Fd, fd: Fd, next: Next) -> Action {
        match next {
            Next::Do(call) => action(call),
            Next::Close => {
                self.doing = Doing::Closing(listener);
                action(Call::Close { fd })
            }
            Next::End => {
                self.doing = Doing::Ending(Some(listener), 0);
                action(Call::Close { fd })
            }
        }
    }

    /// Closes the listener, if there is one, and exits.
    fn end(&mut self, listener: Option<Fd>, status: i32) -> Action {
        self.doing = Doing::Ending(None, status);
        listener.map_or(Action::Exit(status), |fd| action(Call::Close { fd }))
    }
}

impl<H: Handler> Program for Serve<H> {
    fn resume(&mut self, outcome: Option<Outcome>) -> Action {
        // Only the very first call has no outcome; whoever breaks that rule has ended the stream.
        let come = |outcome: Option<Outcome>| outcome.unwrap_or(Ok(Returned::Data(Bytes::new())));
        match self.doing {
            Doing::SettingUp => match self.listen.resume(outcome) {
                SetUp::Do(call) => action(call),
                SetUp::Listening(fd) => action(self.approach(fd)),
                SetUp::Failed => self.end(self.listen.fd, 1),
            },
            Doing::Waiting(listener) => self.waited(listener, come(outcome)),
            Doing::Accepting(listener) => self.accepted(listener, come(outcome)),
            // Where not even a pause can be had, trying again would be a loop without rest.
            Doing::Pausing(listener) if matches!(outcome, Some(Err(_))) => self.end(Some(listener), 1),
            Doing::Pausing(listener) => action(self.accept(listener)),
            Doing::Serving(listener, fd) => {
                let next = self.handler.resume(fd, come(outcome));
                self.serve(listener, fd, next)
            }
            Doing::Closing(listener) => action(self.approach(listener)),
            Doing::Ending(listener, status) => self.end(listener, status),
        }
    }
}
