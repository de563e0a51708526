//! A peer that connects to a server of the learner's.

use rng::Rng;
use syscall::{
    Action, Bytes, Call, Errno, Fd, How, MsgFlags, OptionValue, Outcome, PollFd, Program, Readiness,
    Returned, SocketOption,
};

use crate::calls::{CHUNK, action, hear, received, sleep, unsent};
use crate::listen::{Place, SOCKET, buffer};
use crate::orders::Orders;
use crate::{About, Setting};

/// How long it waits before it dials again after a failure, in microseconds.
const AGAIN_US: u64 = 250_000;
/// Most connections, at once and one after another.
const MOST: u32 = 100;

const GREETINGS: [&str; 4] = ["hello", "good morning", "ahoy", "salut"];

pub(crate) const ABOUT: About = About {
    name: "dialler",
    summary: "Connects to your server, once, ten or a hundred times.",
    behaviour: "It connects to your address, sends one line, such as `hello 1`, reads until as many bytes have come back as it sent, or \
        the stream has ended, and closes; then again with `hello 2`, `times` times in all. With `at_once` it holds that many \
        connections at the same time, waits for all of them with `poll`, and so finds out whether your server serves \
        several. With `finish` it calls `shutdown(SHUT_WR)` behind its line and reads until you have closed. A connect \
        that fails it tries again after a quarter of a second, `tries` times in a row: you have time to begin to listen. \
        The seed chooses the greeting.",
    settings: &[
        Setting {
            name: "times",
            meaning: "How many connections it makes.",
            unit: "connections",
            default: 1,
            least: 1,
            most: MOST as i64,
        },
        Setting {
            name: "at_once",
            meaning: "How many of them it holds at the same time.",
            unit: "connections",
            default: 1,
            least: 1,
            most: MOST as i64,
        },
        Setting {
            name: "gap_ms",
            meaning: "How long it rests before each connection but the first.",
            unit: "ms",
            default: 0,
            least: 0,
            most: 60_000,
        },
        Setting::choice(
            "finish",
            "When it closes: 0, when its line has come back; 1, it shuts its sending direction behind the line and \
                closes when you have.",
        ),
        Setting {
            name: "tries",
            meaning: "How many connects may fail in a row before it gives up.",
            unit: "connects",
            default: 240,
            least: 1,
            most: 100_000,
        },
    ],
    listens: false,
    orders: "`dial`: it begins again. A count from 1 to 100: it makes so many connections.",
};

/// What can be set about it.
#[derive(Clone, Copy, Debug, Hash)]
pub(crate) struct Settings {
    pub(crate) times: u32,
    pub(crate) at_once: u32,
    pub(crate) gap_us: u64,
    pub(crate) finish: bool,
    pub(crate) tries: u32,
}

#[derive(Clone, Debug, Hash)]
pub(crate) struct Dialler {
    place: Place,
    set: Settings,
    greeting: &'static str,
    /// Connections still to be made.
    left: u32,
    /// Connections made so far.
    made: u32,
    failed: u32,
    /// How long it rests before the next connection.
    rest_us: u64,
    lines: Vec<Line>,
    orders: Orders,
    doing: Doing,
}

/// A connection.
#[derive(Clone, Debug, Hash)]
struct Line {
    fd: Fd,
    state: State,
    unsent: Bytes,
    /// How many bytes are still to come back.
    missing: usize,
    /// Whether its next call may be made: `poll` has said so, or nobody has asked yet.
    ready: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum State {
    /// Its socket is being made ready, in so many calls.
    Preparing(u8),
    Connecting,
    Sending,
    Finishing,
    Receiving,
    Over,
}

#[derive(Clone, Debug, Hash)]
enum Doing {
    Starting,
    Resting,
    Making,
    /// A call of this connection.
    Using(Fd),
    Polling(Vec<Fd>),
    Closing,
    Hearing,
}

impl Dialler {
    pub(crate) fn new(place: Place, set: Settings, mut rng: Rng) -> Self {
        let greeting = GREETINGS[rng.below(GREETINGS.len() as u64) as usize];
        let (lines, orders, doing) = (Vec::new(), Orders::default(), Doing::Starting);
        Self { place, set, greeting, left: set.times, made: 0, failed: 0, rest_us: 0, lines, orders, doing }
    }

    /// What is most urgent: whoever is over is closed, each does what it can, a connection is begun; else it waits.
    fn go_on(&mut self) -> Action {
        if let Some(at) = self.lines.iter().position(|line| line.state == State::Over) {
            self.doing = Doing::Closing;
            return action(Call::Close { fd: self.lines.remove(at).fd });
        }
        if let Some(at) = self.lines.iter().position(|line| line.ready) {
            return self.go_on_with(at);
        }
        let more = self.left > 0 && self.lines.len() < self.set.at_once as usize;
        match (more, self.rest_us) {
            (true, 0) => {
                self.doing = Doing::Making;
                action(SOCKET)
            }
            (true, rest) if self.lines.is_empty() => {
                self.doing = Doing::Resting;
                action(sleep(rest))
            }
            // It has no clock: a rest in which something happens begins anew.
            (true, rest) => self.poll(Some(rest)),
            (false, _) if self.lines.is_empty() => self.hear(),
            (false, _) => self.poll(None),
        }
    }

    fn go_on_with(&mut self, at: usize) -> Action {
        let line = &mut self.lines[at];
        let fd = line.fd;
        line.ready = false;
        self.doing = Doing::Using(fd);
        let flags = MsgFlags { dontwait: true, nosignal: true, ..MsgFlags::default() };
        action(match line.state {
            State::Preparing(0) => buffer(fd, &self.place),
            State::Preparing(1) => Call::SetBlocking { fd, blocking: false },
            State::Preparing(_) => Call::Connect { fd, address: self.place.address },
            State::Connecting => Call::Getsockopt { fd, option: SocketOption::SoError },
            State::Sending => Call::Send { fd, data: line.unsent.clone(), flags },
            State::Finishing => Call::Shutdown { fd, how: How::Write },
            State::Receiving => Call::Recv { fd, len: CHUNK, flags: MsgFlags { nosignal: false, ..flags } },
            // Not reached: whoever is over was closed before.
            State::Over => Call::Close { fd },
        })
    }

    /// A connection's call has ended.
    fn used(&mut self, fd: Fd, outcome: Outcome) -> Action {
        if let Some(line) = self.lines.iter_mut().find(|line| line.fd == fd) {
            let before = line.state;
            line.used(outcome, self.set.finish);
            match (before, line.state) {
                (State::Preparing(_) | State::Connecting, State::Sending) => self.failed = 0,
                (State::Preparing(_) | State::Connecting, State::Over) => self.try_again(),
                _ => {}
            }
        }
        self.go_on()
    }

    /// A connection could not be made.
    fn try_again(&mut self) {
        self.failed += 1;
        if self.failed < self.set.tries {
            (self.left, self.made) = (self.left + 1, self.made - 1);
            self.rest_us = AGAIN_US;
        } else {
            (self.left, self.failed) = (0, 0);
        }
    }

    fn made(&mut self, outcome: Option<Outcome>) -> Action {
        (self.left, self.made) = (self.left - 1, self.made + 1);
        match outcome {
            Some(Ok(Returned::Fd(fd))) => {
                let text = format!("{} {}\n", self.greeting, self.made);
                let (unsent, missing) = (Bytes::from(text.as_str()), text.len());
                self.lines.push(Line { fd, state: State::Preparing(0), unsent, missing, ready: true });
                self.rest_us = self.set.gap_us;
            }
            _ => self.try_again(),
        }
        self.go_on()
    }

    fn poll(&mut self, timeout_us: Option<u64>) -> Action {
        let events = |line: &Line| match line.state {
            State::Receiving => Readiness { readable: true, ..Readiness::default() },
            _ => Readiness { writable: true, ..Readiness::default() },
        };
        let fds: Vec<_> =
            self.lines.iter().map(|line| PollFd { fd: line.fd, events: events(line) }).collect();
        self.doing = Doing::Polling(fds.iter().map(|entry| entry.fd).collect());
        action(Call::Poll { fds, timeout_us })
    }

    fn polled(&mut self, asked: &[Fd], outcome: Option<Outcome>) -> Action {
        match outcome {
            Some(Ok(Returned::Polled(said))) => {
                if said.iter().all(|ready| *ready == Readiness::default()) {
                    self.rest_us = 0;
                }
                for (fd, ready) in asked.iter().zip(said) {
                    if let Some(line) = self.lines.iter_mut().find(|line| line.fd == *fd) {
                        line.ready = ready != Readiness::default();
                    }
                }
            }
            _ => self.lines.iter_mut().for_each(|line| line.state = State::Over),
        }
        self.go_on()
    }

    /// Acts on what it was told, or waits for it.
    fn hear(&mut self) -> Action {
        let times = self.set.times;
        let told = self.orders.find(|line| match line {
            "dial" => Some(times),
            count => count.parse().ok().filter(|count| (1..=MOST).contains(count)),
        });
        match told {
            Some(times) => {
                (self.left, self.made, self.rest_us) = (times, 0, 0);
                self.go_on()
            }
            None => {
                self.doing = Doing::Hearing;
                action(hear())
            }
        }
    }
}

impl Line {
    fn used(&mut self, outcome: Outcome, finish: bool) {
        self.ready = true;
        self.state = match (self.state, outcome) {
            (State::Preparing(step @ 0..=1), Ok(_)) => State::Preparing(step + 1),
            (State::Preparing(2), Err(Errno::EINPROGRESS)) => {
                self.ready = false;
                State::Connecting
            }
            (State::Preparing(2), Ok(_)) => State::Sending,
            (State::Connecting, Ok(Returned::Option(OptionValue::Error(None)))) => State::Sending,
            (State::Sending | State::Receiving, Err(Errno::EAGAIN)) => {
                self.ready = false;
                self.state
            }
            (State::Sending, outcome) => match unsent(&self.unsent, outcome) {
                Some(rest) if rest.is_empty() && finish => State::Finishing,
                Some(rest) if rest.is_empty() => State::Receiving,
                Some(rest) => {
                    self.unsent = rest;
                    State::Sending
                }
                None => State::Over,
            },
            (State::Finishing, Ok(_)) => State::Receiving,
            (State::Receiving, outcome) => {
                let data = received(outcome).unwrap_or_default();
                self.missing = self.missing.saturating_sub(data.len());
                let back = self.missing == 0 && !finish;
                if data.is_empty() || back { State::Over } else { State::Receiving }
            }
            (State::Preparing(_) | State::Connecting | State::Finishing | State::Over, _) => State::Over,
        };
    }
}

impl Program for Dialler {
    fn resume(&mut self, outcome: Option<Outcome>) -> Action {
        match std::mem::replace(&mut self.doing, Doing::Closing) {
            Doing::Starting | Doing::Closing => self.go_on(),
            Doing::Resting => {
                self.rest_us = 0;
                self.go_on()
            }
            Doing::Making => self.made(outcome),
            Doing::Using(fd) => self.used(fd, outcome.unwrap_or(Err(Errno::ECANCELED))),
            Doing::Polling(asked) => self.polled(&asked, outcome),
            Doing::Hearing => match outcome.and_then(received) {
                Some(text) if !text.is_empty() => {
                    self.orders.add(&text);
                    self.hear()
                }
                // Nobody can tell it any more.
                _ => Action::Exit(0),
            },
        }
    }
}
