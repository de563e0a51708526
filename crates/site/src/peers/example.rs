//! A run with each peer, really made in the simulator.

use syscall::{
    Bytes, Call, Domain, Event, Fd, How, Micros, MsgFlags, Outcome, Returned, SocketType, TaskId, What,
};
use world::{Input, Network, PeerSpec, ProgramSpec, Scenario, World};

use crate::texts::peers::{
    self as texts, RUN_WITH_CALCULATOR, RUN_WITH_CHAT, RUN_WITH_CLUMPER, RUN_WITH_DIALLER, RUN_WITH_DRIBBLER,
    RUN_WITH_ECHO, RUN_WITH_GREEDY, RUN_WITH_HALF_CLOSER, RUN_WITH_HTTP, RUN_WITH_RESETTER, RUN_WITH_SLEEPY,
    RUN_WITH_SLOW_ACCEPTER, RUN_WITH_SPLITTER, RUN_WITH_VANISHER, THE_PEERS, YOU, YOURS,
};

/// Somebody who talks to a peer.
pub(super) struct Example {
    name: &'static str,
    /// What can be seen.
    pub(super) says: &'static str,
    pub(super) settings: &'static [(&'static str, i64)],
    steps: Vec<Step>,
}

enum Step {
    /// The client makes this call.
    Call(Call),
    /// The peer is told this.
    Tell(&'static str),
}

/// A call, as the page shows it.
pub(super) struct Row {
    /// When it ended, in milliseconds.
    pub(super) at: String,
    pub(super) who: &'static str,
    pub(super) call: String,
    /// What it returned; none where it never did.
    pub(super) came: Option<String>,
    /// How often this was done in a row; told of the last time.
    pub(super) times: u32,
}

/// Steps of a run without a call, before it is left alone.
const MOST_STEPS: usize = 2000;
/// Rows of a page.
const MOST_ROWS: usize = 60;
const CLIENT: TaskId = TaskId(0);
const PEER: TaskId = TaskId(1);
const HOSTS: [&str; 2] = [YOURS, THE_PEERS];
const A: Fd = Fd(3);
const B: Fd = Fd(4);

fn socket() -> Step {
    Step::Call(Call::Socket { domain: Domain::Inet, kind: SocketType::Stream })
}
fn connect(fd: Fd) -> Step {
    Step::Call(Call::Connect { fd, address: ([10, 0, 0, 2], 7000).into() })
}
fn send(fd: Fd, data: impl Into<Bytes>) -> Step {
    Step::Call(Call::Send { fd, data: data.into(), flags: MsgFlags::default() })
}
fn recv(fd: Fd) -> Step {
    Step::Call(Call::Recv { fd, len: 100, flags: MsgFlags::default() })
}
fn shut(fd: Fd) -> Step {
    Step::Call(Call::Shutdown { fd, how: How::Write })
}
fn close(fd: Fd) -> Step {
    Step::Call(Call::Close { fd })
}

/// Connects and does this.
fn talk(steps: impl IntoIterator<Item = Step>) -> Vec<Step> {
    [socket(), connect(A)].into_iter().chain(steps).collect()
}

/// The run of that peer's page.
pub(super) fn of(name: &'static str) -> Example {
    let (says, settings, steps): (_, &[(&str, i64)], _) = match name {
        "echo" => (RUN_WITH_ECHO, &[], talk([send(A, "hello\n"), recv(A), shut(A), recv(A)])),
        "sleepy" => (
            RUN_WITH_SLEEPY,
            &[],
            talk([send(A, "0123456789"), Step::Tell("4"), Step::Tell("100"), close(A)]),
        ),
        "dribbler" => (
            RUN_WITH_DRIBBLER,
            &[("gap_ms", 2)],
            talk([send(A, "hello\n"), recv(A), recv(A), recv(A), recv(A), recv(A), recv(A), close(A)]),
        ),
        "clumper" => (
            RUN_WITH_CLUMPER,
            &[],
            talk([
                send(A, "one\n"),
                send(A, "two\n"),
                send(A, "three\n"),
                send(A, "four\n"),
                recv(A),
                shut(A),
                recv(A),
            ]),
        ),
        "splitter" => {
            let frame = |text: &str| [&(text.len() as u32).to_be_bytes()[..], text.as_bytes()].concat();
            let (first, second) = (send(A, frame("Gr\u{fc}\u{df}e")), send(A, frame("hello")));
            let steps = talk([first, recv(A), recv(A), second, recv(A), recv(A), close(A)]);
            (RUN_WITH_SPLITTER, &[], steps)
        }
        "greedy" => (RUN_WITH_GREEDY, &[], talk([send(A, "stop\n")])),
        "half-closer" => (
            RUN_WITH_HALF_CLOSER,
            &[],
            talk([send(A, "hello\n"), recv(A), recv(A), send(A, "still here\n"), shut(A), close(A)]),
        ),
        "resetter" => {
            (RUN_WITH_RESETTER, &[], talk([send(A, "0123456789"), recv(A), recv(A), send(A, "x"), close(A)]))
        }
        "vanisher" => {
            (RUN_WITH_VANISHER, &[], talk([send(A, "hello\n"), send(A, "are you there?\n"), recv(A)]))
        }
        "slow-accepter" => {
            let first = [send(A, "hello\n"), socket(), connect(B), recv(A), close(A)];
            let steps = talk(first.into_iter().chain([send(B, "me too\n"), recv(B), close(B)]));
            (RUN_WITH_SLOW_ACCEPTER, &[("backlog", 0), ("delay_ms", 1500)], steps)
        }
        "http" => (
            RUN_WITH_HTTP,
            &[],
            talk([send(A, "GET /hello.txt HTTP/1.0\r\n\r\n"), recv(A), recv(A), recv(A), close(A)]),
        ),
        "calculator" => (
            RUN_WITH_CALCULATOR,
            &[],
            talk([send(A, &b"\0\0\0\x051 + 2\0\0\0\x031/0"[..]), recv(A), recv(A), close(A)]),
        ),
        "chat" => {
            let steps =
                [socket(), connect(A), recv(A), socket(), connect(B), recv(B), recv(A), send(A, "hello\n")];
            let last = [recv(B), close(A), recv(B), close(B)];
            (RUN_WITH_CHAT, &[], steps.into_iter().chain(last).collect())
        }
        _ => {
            let listen = [
                socket(),
                Step::Call(Call::Bind { fd: A, address: ([10, 0, 0, 1], 7000).into() }),
                Step::Call(Call::Listen { fd: A, backlog: 5 }),
            ];
            let serve = || [Step::Call(Call::Accept { fd: A }), recv(B), send(B, "hello\n"), close(B)];
            let steps = listen.into_iter().chain(serve()).chain(serve()).collect();
            (RUN_WITH_DIALLER, &[("times", 2)], steps)
        }
    };
    Example { name, says, settings, steps }
}

impl Example {
    /// Makes the run; every call in the order in which they ended.
    pub(super) fn run(&self) -> Vec<Row> {
        let mut world = World::new(&self.scenario()).expect("an example is a scenario that can run");
        // One that listens does so first; one that connects has tried once.
        run_until(&mut world, |event| match &event.what {
            What::Returned { call, .. } => matches!(call, Call::Listen { .. } | Call::Close { .. }),
            _ => false,
        });
        for step in &self.steps {
            match step {
                Step::Call(call) => {
                    let given = world.give(CLIENT, Input::Call(call.clone()));
                    given.expect("an example's calls end, but for the last");
                    run_until(&mut world, |event| {
                        event.host.0 == 0 && matches!(event.what, What::Returned { .. })
                    });
                }
                Step::Tell(text) => {
                    world.give(PEER, Input::Tell((*text).into())).expect("the peer can be told");
                    run_until(&mut world, |_| false);
                }
            }
        }
        run_until(&mut world, |_| false);
        rows(world.events())
    }

    fn scenario(&self) -> Scenario {
        let settings = self.settings.iter().map(|(name, value)| ((*name).into(), *value)).collect();
        let peer = PeerSpec { settings, seed: 1, rcvbuf: 4096, ..PeerSpec::named(self.name) };
        let programs =
            vec![ProgramSpec::console(YOU, HOSTS[0]), ProgramSpec::peer(texts::PEER, HOSTS[1], peer)];
        let network = Network::Wire { mtu: 1500, delay_us: 100 };
        Scenario::new(network, HOSTS.map(Into::into).into(), programs)
    }
}

impl Row {
    fn is_like(&self, other: &Self) -> bool {
        (self.who, &self.call, &self.came) == (other.who, &other.call, &other.came)
    }
}

/// Lets happen what happens by itself until such an event has happened, or nothing more does.
fn run_until(world: &mut World, over: impl Fn(&Event) -> bool) {
    for _ in 0..MOST_STEPS {
        let before = world.events().len();
        if !world.step() || world.events()[before..].iter().any(&over) {
            return;
        }
    }
}

fn rows(events: &[Event]) -> Vec<Row> {
    let who = |event: &Event| if event.host.0 == 0 { YOU } else { texts::PEER };
    let mut waits: [Option<(Micros, &'static str, &Call)>; 2] = [None, None];
    let mut rows: Vec<Row> = Vec::new();
    for event in events {
        let waiting = &mut waits[usize::from(event.host.0 != 0)];
        match &event.what {
            What::Waits { call } => *waiting = Some((event.at, who(event), call)),
            What::Returned { call, outcome, .. } => {
                *waiting = None;
                let (at, call, came) = (ms(event.at), tell(call), Some(came(outcome)));
                let row = Row { at, who: who(event), call, came, times: 1 };
                match rows.last_mut() {
                    Some(last) if last.is_like(&row) => *last = Row { times: last.times + 1, ..row },
                    _ => rows.push(row),
                }
            }
            _ => {}
        }
    }
    rows.truncate(MOST_ROWS);
    rows.extend(waits.into_iter().flatten().map(|(at, who, call)| Row {
        at: ms(at),
        who,
        call: tell(call),
        came: None,
        times: 1,
    }));
    rows
}

/// With its bytes, where they are few.
fn tell(call: &Call) -> String {
    const FEW: usize = 32;
    match call {
        Call::Send { fd, data, .. } if data.len() <= FEW => format!("send({fd}, {data:?})"),
        call => call.to_string(),
    }
}

fn came(outcome: &Outcome) -> String {
    match outcome {
        Ok(Returned::Data(data)) => format!("{data:?}"),
        Ok(returned) => returned.to_string(),
        Err(errno) => errno.to_string(),
    }
}

fn ms(at: Micros) -> String {
    format!("{}.{}", at / 1000, at % 1000 / 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_peer_has_a_run_in_which_both_sides_make_calls() {
        for about in ::peers::CATALOGUE {
            let rows = of(about.name).run();
            assert!((8..=MOST_ROWS + 2).contains(&rows.len()), "{}: {} rows", about.name, rows.len());
            for who in [YOU, texts::PEER] {
                assert!(rows.iter().any(|row| row.who == who), "{}: {who}", about.name);
            }
            assert!(!rows.iter().any(|row| row.came.as_deref() == Some("EBADF")), "{}", about.name);
        }
    }
}
