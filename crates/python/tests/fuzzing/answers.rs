//! A kernel that answers anything: mostly what the call may get, now and then what no kernel would say.

use python::{Answer, Machine, Stop, ThreadId};
use rng::Rng;
use syscall::{Address, Call, Errno, Fd, OptionValue, Outcome, Pid, Readiness, Returned};

/// Answer what a thread has stopped for, where it asks for anything.
pub(crate) fn answer(machine: &mut Machine, thread: ThreadId, stop: &Stop, rng: &mut Rng) {
    match stop {
        Stop::Call { call, .. } => {
            machine.answer(thread, Answer::Outcome(outcome(call, rng)));
            if *call == Call::Fork && rng.below(2) == 0 {
                machine.forked(thread);
            }
        }
        Stop::Input => machine.answer(thread, Answer::Line((rng.below(3) > 0).then(|| "12\n".into()))),
        Stop::Now => {
            let now = rng.below(1 << 40);
            machine.answer(thread, Answer::Time { monotonic_us: now, wall_us: now });
        }
        Stop::Wait { .. } if rng.below(3) == 0 => machine.answer(thread, Answer::TimedOut),
        Stop::Sleep(_) | Stop::Started(_) => machine.answer(thread, Answer::Done),
        _ => {}
    }
}

fn outcome(call: &Call, rng: &mut Rng) -> Outcome {
    match rng.below(16) {
        0..=2 => Err(Errno::ALL[rng.below(Errno::ALL.len() as u64) as usize]),
        3 => Err(Errno::Other(rng.word() as i32)),
        4 => Ok(any(rng)),
        _ => Ok(likely(call, rng)),
    }
}

fn likely(call: &Call, rng: &mut Rng) -> Returned {
    let some = |fds: &[Fd], rng: &mut Rng| fds.iter().copied().filter(|_| rng.below(2) == 0).collect();
    match call {
        Call::Socket { .. } | Call::Dup { .. } => Returned::Fd(fd(rng)),
        Call::Accept { .. } => Returned::Accepted { fd: fd(rng), peer: address(rng) },
        Call::Socketpair { .. } | Call::Pipe => Returned::Pair(fd(rng), fd(rng)),
        Call::Send { data, .. } | Call::Sendto { data, .. } | Call::Write { data, .. } => {
            Returned::Count(rng.below(data.len() as u64 + 1) as u32)
        }
        Call::Recv { len, .. } | Call::Read { len, .. } => Returned::Data(data(u64::from(*len), rng).into()),
        Call::Recvfrom { len, .. } => {
            Returned::Datagram { data: data(u64::from(*len), rng).into(), from: address(rng) }
        }
        Call::Select { read, write, except, .. } => {
            Returned::Selected { read: some(read, rng), write: some(write, rng), except: some(except, rng) }
        }
        Call::Poll { fds, .. } => Returned::Polled(fds.iter().map(|_| ready(rng)).collect()),
        Call::Getsockopt { .. } => Returned::Option(option(rng)),
        Call::Getsockname { .. } | Call::Getpeername { .. } => Returned::Address(address(rng)),
        Call::Gethostname => Returned::Name("host".into()),
        Call::Getaddrinfo { .. } => Returned::Addresses(vec![[127, 0, 0, 1].into(); rng.below(3) as usize]),
        Call::Fork => Returned::Forked(Pid(rng.below(2) as u32 * 7)),
        Call::Ioctl { .. } => Returned::Count(rng.below(100) as u32),
        _ => Returned::Done,
    }
}

fn any(rng: &mut Rng) -> Returned {
    match rng.below(12) {
        0 => Returned::Done,
        1 => Returned::Fd(Fd(rng.word() as i32)),
        2 => Returned::Accepted { fd: Fd(rng.word() as i32), peer: address(rng) },
        3 => Returned::Pair(Fd(-1), Fd(rng.word() as i32)),
        4 => Returned::Count(rng.word() as u32),
        5 => Returned::Data(data(5000, rng).into()),
        6 => Returned::Datagram { data: data(100, rng).into(), from: address(rng) },
        7 => Returned::Selected { read: vec![Fd(-5); 3], write: vec![fd(rng)], except: vec![] },
        8 => Returned::Polled(vec![ready(rng); rng.below(9) as usize]),
        9 => Returned::Option(option(rng)),
        10 => Returned::Name("\u{e9}\u{0}x".repeat(rng.below(9) as usize)),
        _ => Returned::Addresses(vec!["::1".parse().expect("it is an address")]),
    }
}

fn fd(rng: &mut Rng) -> Fd {
    Fd(3 + rng.below(9) as i32)
}

fn address(rng: &mut Rng) -> Address {
    Address::from(([127, 0, 0, 1], rng.word() as u16))
}

fn data(most: u64, rng: &mut Rng) -> Vec<u8> {
    let len = rng.below(most.min(600) + 1);
    let text = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n12\n\xff\xc3\xa9";
    (0..len)
        .map(|at| if rng.below(9) == 0 { rng.word() as u8 } else { text[at as usize % text.len()] })
        .collect()
}

fn ready(rng: &mut Rng) -> Readiness {
    let mut bit = || rng.below(2) == 0;
    Readiness { readable: bit(), writable: bit(), error: bit(), hangup: bit(), ..Readiness::default() }
}

fn option(rng: &mut Rng) -> OptionValue {
    match rng.below(3) {
        0 => OptionValue::Int(rng.word() as i32),
        1 => OptionValue::TimeMicros(rng.word()),
        _ => OptionValue::Linger { on: rng.below(2) == 0, seconds: rng.word() as u16 },
    }
}
