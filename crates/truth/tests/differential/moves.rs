//! From random numbers to a script: each move is read in the light of what the script has opened so far.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use syscall::{
    Address, Bytes, Call, Domain, Errno, Fd, How, IoctlRequest, MsgFlags, OptionValue, Outcome, PollFd,
    Readiness, Returned, SocketOption, SocketType,
};
use truth::Sim;

use crate::run::{Ended, Record, Run, Step};

/// Tasks of a script.
pub(crate) const TASKS: usize = 3;

/// One move: who, what, and numbers that say what with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Move {
    pub(crate) task: u8,
    pub(crate) kind: u8,
    pub(crate) a: u8,
    pub(crate) b: u8,
    pub(crate) c: u8,
}

/// Ports of scripts; the next but one is never bound.
const PORTS: [u16; 2] = [7000, 7001];
const NOBODY: u16 = 7999;

/// What a task has open, as far as the moves know.
#[derive(Default)]
struct Open {
    fds: BTreeMap<Fd, Kind>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Tcp,
    Udp,
    Local,
    Pipe,
}

/// The script that moves stand for, and the names of the calls left out because the simulator does not offer them.
pub(crate) fn script(moves: &[Move]) -> (Vec<Step>, Vec<String>) {
    let mut sim = Sim::new();
    let mut run = Run::new(&mut sim, TASKS);
    let mut open: Vec<Open> = (0..TASKS).map(|_| Open::default()).collect();
    let (mut steps, mut left_out) = (Vec::new(), Vec::new());
    let mut play = |step: Step, open: &mut Vec<Open>| {
        let record = run.step(&step);
        if let (Step::Call(task, call), Some(Ended::Outcome(outcome))) = (&step, &record.own) {
            open[*task].note(call, outcome);
        }
        for (task, call, outcome) in &record.others {
            open[*task].note(call, outcome);
        }
        match not_offered(&step, &record) {
            Some(name) => left_out.push(name),
            None => steps.push(step),
        }
        run.is_free(0) as u8 + 2 * run.is_free(1) as u8 + 4 * run.is_free(2) as u8
    };
    let mut free = 7;
    for step in moves {
        for step in step.steps(&open) {
            let doable = match &step {
                Step::Call(task, _) => free & (1 << task) != 0,
                Step::Pass(_) | Step::Signal(_) | Step::Kill(_) => true,
            };
            if doable {
                free = play(step, &mut open);
            }
        }
    }
    for step in probes(&open) {
        if matches!(&step, Step::Call(task, _) if free & (1 << task) != 0) {
            free = play(step, &mut open);
        }
    }
    (steps, left_out)
}

fn not_offered(step: &Step, record: &Record) -> Option<String> {
    if let Some(why) = &record.cannot {
        return Some(why.clone());
    }
    match (step, &record.own) {
        (Step::Call(_, call), Some(Ended::Outcome(Err(Errno::ENOSYS)))) => Some(match call {
            Call::Setsockopt { option, .. } | Call::Getsockopt { option, .. } => {
                format!("{} {option}", call.name())
            }
            _ => call.name().into(),
        }),
        _ => None,
    }
}

/// Questions about everything that is open, which end each script.
fn probes(open: &[Open]) -> Vec<Step> {
    let mut steps = Vec::new();
    for (task, open) in open.iter().enumerate() {
        for (&fd, kind) in &open.fds {
            let mut ask = |call| steps.push(Step::Call(task, call));
            ask(Call::Poll { fds: vec![PollFd { fd, events: all_events() }], timeout_us: Some(0) });
            ask(Call::Ioctl { fd, request: IoctlRequest::Siocinq });
            if *kind == Kind::Tcp {
                ask(Call::Ioctl { fd, request: IoctlRequest::Siocoutq });
                ask(Call::Ioctl { fd, request: IoctlRequest::Siocoutqnsd });
                ask(Call::Getsockopt { fd, option: SocketOption::TcpInfo });
                ask(Call::Getsockopt { fd, option: SocketOption::SoError });
                ask(Call::Recv { fd, len: 100_000, flags: dontwait() });
            }
        }
    }
    steps
}

fn all_events() -> Readiness {
    Readiness { readable: true, writable: true, priority: true, peer_finished: true, ..Readiness::default() }
}

fn dontwait() -> MsgFlags {
    MsgFlags { dontwait: true, nosignal: true, ..MsgFlags::default() }
}

impl Open {
    fn note(&mut self, call: &Call, outcome: &Outcome) {
        match (call, outcome) {
            (Call::Socket { kind, .. }, Ok(Returned::Fd(fd))) => {
                self.fds.insert(*fd, if *kind == SocketType::Stream { Kind::Tcp } else { Kind::Udp });
            }
            (Call::Dup { fd }, Ok(Returned::Fd(new))) => {
                if let Some(kind) = self.fds.get(fd).copied() {
                    self.fds.insert(*new, kind);
                }
            }
            (Call::Accept { .. }, Ok(Returned::Accepted { fd, .. })) => {
                self.fds.insert(*fd, Kind::Tcp);
            }
            (_, Ok(Returned::Pair(a, b))) => {
                let kind = if *call == Call::Pipe { Kind::Pipe } else { Kind::Local };
                self.fds.extend([(*a, kind), (*b, kind)]);
            }
            (Call::Close { fd }, Ok(_)) => {
                self.fds.remove(fd);
            }
            _ => {}
        }
    }

    /// The n-th descriptor, or now and then one that is not open.
    fn pick(&self, n: u8) -> Fd {
        match self.fds.keys().nth(usize::from(n) % self.fds.len().max(1)) {
            Some(fd) if n < 250 => *fd,
            _ => [Fd(40), Fd(-1), Fd(1023), Fd(60)][usize::from(n) % 4],
        }
    }

    fn next(&self) -> Fd {
        (3..).map(Fd).find(|fd| !self.fds.contains_key(fd)).expect("there is a number for each")
    }
}

fn address(n: u8) -> Address {
    let port = PORTS[usize::from(n) % 2];
    match n % 23 {
        0..=11 => Address::from(([127, 0, 0, 1], port)),
        12..=14 => Address::from(([0, 0, 0, 0], port)),
        15 => Address::from(([127, 0, 0, 2], port)),
        16 => Address::from(([203, 0, 113, 7], port)),
        17 => Address::from(([127, 0, 0, 1], 80)),
        18 => Address::from(([127, 0, 0, 1], 0)),
        19 => Address::from(([0, 0, 0, 0], 0)),
        20 => "[::1]:7000".parse().expect("an address"),
        _ => Address::from(([127, 0, 0, 1], NOBODY)),
    }
}

fn data(n: u8) -> Bytes {
    const SIZES: [usize; 14] =
        [10, 0, 1, 3, 100, 500, 1000, 2048, 4096, 5000, 10_000, 20_000, 100_000, 1_000_000];
    let len = SIZES[usize::from(n) % SIZES.len()];
    let start = usize::from(n) % 26 * 7;
    letters().slice(start..start + len)
}

/// Seven of each letter in turn, as many as the longest send from any letter needs. Made once: it is long.
fn letters() -> &'static Bytes {
    static LETTERS: OnceLock<Bytes> = OnceLock::new();
    LETTERS
        .get_or_init(|| (0..1_000_000 + 26 * 7).map(|k| b'a' + (k / 7 % 26) as u8).collect::<Vec<_>>().into())
}

fn len(n: u8) -> u32 {
    const SIZES: [u32; 11] = [10, 0, 1, 3, 100, 1000, 2048, 4096, 10_000, 65_536, 300_000];
    SIZES[usize::from(n) % SIZES.len()]
}

fn buffer(n: u8) -> i32 {
    const SIZES: [i32; 10] = [4096, 1, 1000, 2304, 5000, 8192, 16_384, 65_536, 200_000, -1];
    SIZES[usize::from(n) % SIZES.len()]
}

fn option(n: u8, v: u8) -> (SocketOption, OptionValue) {
    use SocketOption as O;
    let flag = OptionValue::Int(i32::from(v % 4) - 1);
    let small = OptionValue::Int([1, 0, -1, 5, 100, 32_767, 32_768, 1_000_000][usize::from(v) % 8]);
    let time = OptionValue::TimeMicros([100_000, 0, 1, 20_000_000_000][usize::from(v) % 4]);
    match n % 20 {
        0 | 1 => (O::SoSndbuf, OptionValue::Int(buffer(v))),
        2 | 3 => (O::SoRcvbuf, OptionValue::Int(buffer(v))),
        4 => (O::SoReuseaddr, flag),
        5 => (O::SoKeepalive, flag),
        6 => (O::SoLinger, OptionValue::Linger { on: !v.is_multiple_of(3), seconds: u16::from(v % 2) }),
        7 => (O::SoRcvtimeo, time),
        8 => (O::SoSndtimeo, time),
        9 | 10 => (O::TcpNodelay, flag),
        11 => (O::TcpCork, flag),
        12 => (O::TcpKeepidle, small),
        13 => (O::TcpKeepintvl, small),
        14 => (O::TcpKeepcnt, small),
        15 => (O::TcpUserTimeout, small),
        16 => (O::TcpSyncnt, small),
        17 => ([O::SoError, O::SoType, O::SoAcceptconn][usize::from(v) % 3], OptionValue::Int(0)),
        18 => (O::TcpMaxseg, small),
        _ => (O::TcpQuickack, flag),
    }
}

fn flags(n: u8) -> MsgFlags {
    match n % 16 {
        0 => MsgFlags::default(),
        1 => MsgFlags { peek: true, ..dontwait() },
        2 => MsgFlags { waitall: true, ..dontwait() },
        3 => MsgFlags { waitall: true, nosignal: true, ..MsgFlags::default() },
        4 => MsgFlags { peek: true, ..MsgFlags::default() },
        _ => dontwait(),
    }
}

impl Move {
    /// What the move does now.
    fn steps(self, open: &[Open]) -> Vec<Step> {
        let Self { kind, a, b, c, .. } = self;
        let task = usize::from(self.task) % TASKS;
        let fd = open[task].pick(a);
        let one = |call| vec![Step::Call(task, call)];
        match kind % 100 {
            0..=9 => self.pair(open),
            10..=13 => one(Call::Socket {
                domain: Domain::Inet,
                kind: if b % 4 == 3 { SocketType::Dgram } else { SocketType::Stream },
            }),
            14 => one(Call::Socketpair {
                domain: if b % 8 == 7 { Domain::Inet } else { Domain::Unix },
                kind: if b % 4 == 3 { SocketType::Dgram } else { SocketType::Stream },
            }),
            15 => one(Call::Pipe),
            16..=18 => one(Call::Bind { fd, address: address(b) }),
            19..=21 => one(Call::Listen { fd, backlog: [1, 0, 2, 5, -1][usize::from(b) % 5] }),
            22..=24 => vec![
                Step::Call(task, Call::SetBlocking { fd, blocking: c % 4 == 3 }),
                Step::Call(task, Call::Connect { fd, address: address(b) }),
            ],
            25 => one(Call::Connect { fd, address: address(b) }),
            26..=28 => vec![
                Step::Call(task, Call::SetBlocking { fd, blocking: c % 4 == 3 }),
                Step::Call(task, Call::Accept { fd }),
            ],
            29..=43 => one(Call::Send { fd, data: data(b), flags: flags(c) }),
            44..=57 => one(Call::Recv { fd, len: len(b), flags: flags(c) }),
            58 => one(Call::Sendto { fd, data: data(b), flags: dontwait(), address: address(c) }),
            59 => one(Call::Recvfrom { fd, len: len(b), flags: MsgFlags { peek: c % 4 == 3, ..dontwait() } }),
            60 => one(Call::Read { fd, len: len(b) }),
            61 => one(Call::Write { fd, data: data(b) }),
            62..=64 => {
                one(Call::Shutdown { fd, how: [How::Write, How::Read, How::Both][usize::from(b) % 3] })
            }
            65..=67 => one(Call::Close { fd }),
            68 => one(Call::Dup { fd }),
            69..=71 => one(Call::Poll {
                fds: vec![
                    PollFd { fd, events: all_events() },
                    PollFd {
                        fd: open[task].pick(b),
                        events: Readiness { readable: true, ..Readiness::default() },
                    },
                ],
                timeout_us: if c % 8 == 7 { None } else { Some(0) },
            }),
            // Linux overlooks descriptors behind the end of a process's table: none such here.
            72..=73 if [a, b, c].iter().all(|n| *n < 250) && !open[task].fds.is_empty() => {
                one(Call::Select {
                    read: vec![fd],
                    write: vec![open[task].pick(b)],
                    except: vec![open[task].pick(c)],
                    timeout_us: Some(0),
                })
            }
            72..=73 => Vec::new(),
            74..=79 => {
                let (option, value) = option(b, c);
                one(Call::Setsockopt { fd, option, value })
            }
            80..=83 => one(Call::Getsockopt { fd, option: option(b, c).0 }),
            84..=85 => one(Call::Getsockopt { fd, option: SocketOption::TcpInfo }),
            86 => one(Call::Getsockname { fd }),
            87 => one(Call::Getpeername { fd }),
            88 => one(Call::SetBlocking { fd, blocking: b % 2 == 0 }),
            89..=93 => one(Call::Ioctl {
                fd,
                request: [IoctlRequest::Siocinq, IoctlRequest::Siocoutq, IoctlRequest::Siocoutqnsd]
                    [usize::from(b) % 3],
            }),
            94..=96 => vec![Step::Pass([1_000, 100_000][usize::from(b == 0)])],
            97 => vec![Step::Pass(100_000)],
            98 => vec![Step::Signal(task)],
            _ => vec![Step::Kill(task)],
        }
    }

    /// Two connected ends in two tasks, with or without buffers set.
    fn pair(self, open: &[Open]) -> Vec<Step> {
        let Self { a, b, c, .. } = self;
        let task = usize::from(self.task) % TASKS;
        let other = (task + 1 + usize::from(c % 2)) % TASKS;
        let (listener, client) = (open[other].next(), open[task].next());
        let stream = Call::Socket { domain: Domain::Inet, kind: SocketType::Stream };
        // A port of its own, mostly; now and then one that others use too.
        let own = 7100 + 8 * listener.0 as u16 + other as u16;
        let port = if a % 16 == 9 { PORTS[0] } else { own };
        let address = Address::from(([127, 0, 0, 1], port));
        let mut steps = vec![Step::Call(other, stream.clone())];
        let set = |fd, option, n| Call::Setsockopt { fd, option, value: OptionValue::Int(buffer(n)) };
        if b % 4 != 0 {
            steps.push(Step::Call(other, set(listener, SocketOption::SoRcvbuf, b / 4)));
        }
        steps.push(Step::Call(other, Call::Bind { fd: listener, address }));
        steps.push(Step::Call(other, Call::Listen { fd: listener, backlog: 1 }));
        steps.push(Step::Call(task, stream));
        if c / 2 % 4 != 0 {
            steps.push(Step::Call(task, set(client, SocketOption::SoSndbuf, c / 8)));
        }
        steps.push(Step::Call(task, Call::SetBlocking { fd: client, blocking: false }));
        steps.push(Step::Call(task, Call::Connect { fd: client, address }));
        steps.push(Step::Call(other, Call::SetBlocking { fd: listener, blocking: false }));
        steps.push(Step::Call(other, Call::Accept { fd: listener }));
        if a % 8 != 7 {
            steps.push(Step::Call(task, Call::SetBlocking { fd: client, blocking: true }));
        }
        steps
    }
}
