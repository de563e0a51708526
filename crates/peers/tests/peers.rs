//! The peers against a small made-up kernel: which calls they make, in which order, whatever is answered.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::VecDeque;

use peers::{CONTROL, Listen, by_name};
use syscall::{Action, Bytes, Call, Errno, Fd, Outcome, Program, Returned};

const LISTENER: Fd = Fd(1);

/// Answers calls from what a test prepared; runs a peer until it would wait.
#[derive(Default)]
struct Fake {
    /// What each connection will receive, the oldest first, piece by piece.
    connections: VecDeque<VecDeque<Result<Vec<u8>, Errno>>>,
    control: VecDeque<&'static str>,
    current: VecDeque<Result<Vec<u8>, Errno>>,
    /// Most bytes that one send takes.
    room: usize,
    next_fd: i32,
    sent: Vec<u8>,
    said: Vec<String>,
}

impl Fake {
    fn new(connections: &[&[Result<&str, Errno>]], control: &[&'static str]) -> Self {
        let pieces =
            |c: &&[Result<&str, Errno>]| c.iter().map(|p| p.map(|t| t.as_bytes().to_vec())).collect();
        Self {
            connections: connections.iter().map(pieces).collect(),
            control: control.iter().copied().collect(),
            room: usize::MAX,
            next_fd: 2,
            ..Self::default()
        }
    }

    /// The outcome; `None` where the call would wait for ever.
    fn answer(&mut self, call: &Call) -> Option<Outcome> {
        Some(Ok(match call {
            Call::Socket { .. } => Returned::Fd(LISTENER),
            Call::Setsockopt { .. } | Call::Bind { .. } | Call::Listen { .. } | Call::Close { .. } => {
                Returned::Done
            }
            Call::Accept { .. } => {
                self.current = self.connections.pop_front()?;
                let fd = Fd(self.next_fd);
                self.next_fd += 1;
                Returned::Accepted { fd, peer: "10.0.0.1:40000".parse().unwrap() }
            }
            Call::Recv { fd: CONTROL, .. } => Returned::Data(self.control.pop_front()?.into()),
            Call::Recv { len, .. } => match self.current.pop_front() {
                None => Returned::Data(Bytes::new()),
                Some(Err(errno)) => return Some(Err(errno)),
                Some(Ok(mut data)) => {
                    let rest = data.split_off(data.len().min(*len as usize));
                    if !rest.is_empty() {
                        self.current.push_front(Ok(rest));
                    }
                    Returned::Data(data.into())
                }
            },
            Call::Send { data, .. } => {
                let count = data.len().min(self.room);
                self.sent.extend_from_slice(&data[..count]);
                Returned::Count(count as u32)
            }
            other => panic!("no peer makes {other}"),
        }))
    }

    /// Answers the exit status, or `None` where it waits.
    fn run(&mut self, peer: &mut dyn Program) -> Option<i32> {
        let mut outcome = None;
        for _ in 0..1000 {
            match peer.resume(outcome.take()) {
                Action::Exit(status) => return Some(status),
                Action::Line(_) => {}
                Action::Call { call, .. } => {
                    self.said.push(call.to_string());
                    outcome = Some(self.answer(&call)?);
                }
            }
        }
        panic!("it never waits");
    }
}

fn peer(name: &str) -> Box<dyn Program + Send> {
    by_name(name, Listen::new("10.0.0.2:7000".parse().unwrap(), 4096)).unwrap()
}

#[test]
fn every_peer_sets_its_buffer_before_it_listens() {
    for name in peers::NAMES {
        let mut fake = Fake::new(&[], &[]);
        assert_eq!(fake.run(&mut *peer(name)), None);
        let expected = [
            "socket(AF_INET, SOCK_STREAM)",
            "setsockopt(1, SO_RCVBUF, 4096)",
            "bind(1, 10.0.0.2:7000)",
            "listen(1, 16)",
            "accept(1)",
        ];
        assert_eq!(fake.said, expected, "{name}");
    }
    assert!(by_name("nobody", Listen::new("10.0.0.2:7000".parse().unwrap(), 1)).is_none());
}

#[test]
fn echo_sends_everything_back_through_partial_sends_and_takes_the_next_connection() {
    let mut fake = Fake::new(&[&[Ok("hello "), Ok("world")], &[Ok("again")]], &[]);
    fake.room = 4;
    assert_eq!(fake.run(&mut *peer("echo")), None);
    assert_eq!(String::from_utf8(fake.sent).unwrap(), "hello worldagain");
    assert_eq!(fake.said.iter().filter(|s| s.starts_with("close")).count(), 2);
    assert_eq!(fake.said.last().unwrap(), "accept(1)");
}

#[test]
fn sleepy_reads_once_for_each_count_and_passes_over_what_is_none() {
    let mut fake = Fake::new(&[&[Ok("0123456789")]], &["3\nx\n\n-1\n0\n99999999999\n", "4", "\n 2 \n"]);
    assert_eq!(fake.run(&mut *peer("sleepy")), None);
    let reads: Vec<_> = fake.said.iter().filter(|s| s.starts_with("recv(2")).collect();
    assert_eq!(reads, ["recv(2, 3)", "recv(2, 4)", "recv(2, 2)"]);
    assert_eq!(fake.said.last().unwrap(), "recv(0, 256)");
}

#[test]
fn sleepy_takes_the_next_connection_after_an_end_or_an_error() {
    let mut fake = Fake::new(&[&[Err(Errno::ECONNRESET)], &[], &[Ok("x")]], &["1\n1\n1\n"]);
    assert_eq!(fake.run(&mut *peer("sleepy")), None);
    assert_eq!(fake.said.iter().filter(|s| *s == "accept(1)").count(), 3);
    assert_eq!(fake.said.iter().filter(|s| s.starts_with("close")).count(), 2);
}

#[test]
fn a_line_without_end_is_thrown_away_and_counts_still_work() {
    const LONG: &str =
        "9999999999999999999999999999999999999999999999999999999999999999999999999999999999999";
    let mut fake = Fake::new(&[&[Ok("abc")]], &[LONG, LONG, "\n2\n"]);
    assert_eq!(fake.run(&mut *peer("sleepy")), None);
    assert!(fake.said.contains(&"recv(2, 2)".into()));
}

#[test]
fn a_peer_that_cannot_listen_ends_with_status_one() {
    for name in peers::NAMES {
        let mut peer = peer(name);
        peer.resume(None);
        assert_eq!(peer.resume(Some(Err(Errno::EMFILE))), Action::Exit(1));
    }
}
