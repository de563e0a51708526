//! Every peer of the catalogue against the same client on both kernels: the same calls, and the same outcomes.
//!
//! The client waits for all that it asks for (MSG_WAITALL) before it goes on, so that no timing decides what is seen.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use lab::{Lab, Mode};
use peers::{CATALOGUE, CONTROL, Peer, Place};
use syscall::{
    Action, Address, Bytes, Call, CallId, Domain, Errno, Event, Fd, HostId, How, Kernel as _, MsgFlags,
    Outcome, Program, Returned, SocketType, TaskId, What,
};
use world::{ChoiceKey, Input, Network, PeerSpec, ProgramSpec, Scenario, World};

/// What the client does next.
#[derive(Clone, Debug)]
enum Step {
    Call(Call),
    /// Says a line to the peer, when all that goes on by itself has happened.
    Tell(&'static str),
}

use Step::Tell;

/// A peer, what can be set about it, and its client.
struct Case {
    name: &'static str,
    settings: &'static [(&'static str, i64)],
    steps: Vec<Step>,
}

const A: Fd = Fd(3);
const B: Fd = Fd(4);
const PEER: &str = "10.0.0.2:7000";
const SERVER: &str = "10.0.0.1:7000";

fn address(text: &str) -> Address {
    text.parse().unwrap()
}
fn call(call: Call) -> Step {
    Step::Call(call)
}
fn socket() -> Step {
    call(Call::Socket { domain: Domain::Inet, kind: SocketType::Stream })
}
fn connect(fd: Fd) -> [Step; 2] {
    [socket(), call(Call::Connect { fd, address: address(PEER) })]
}
fn send(fd: Fd, data: impl Into<Bytes>) -> Step {
    call(Call::Send { fd, data: data.into(), flags: MsgFlags { nosignal: true, ..MsgFlags::default() } })
}
/// All of so many bytes.
fn all(fd: Fd, len: usize) -> Step {
    call(Call::Recv { fd, len: len as u32, flags: MsgFlags { waitall: true, ..MsgFlags::default() } })
}
/// The end, or an error.
fn end(fd: Fd) -> Step {
    call(Call::Recv { fd, len: 100, flags: MsgFlags::default() })
}
fn shut(fd: Fd) -> Step {
    call(Call::Shutdown { fd, how: How::Write })
}
fn close(fd: Fd) -> Step {
    call(Call::Close { fd })
}

/// Connects, does this, and closes.
fn talk(steps: impl IntoIterator<Item = Step>) -> Vec<Step> {
    connect(A).into_iter().chain(steps).chain([close(A)]).collect()
}

fn chat() -> Vec<Step> {
    // The seed's.
    let names = ["Finch", "Robin"];
    let alone = format!("* You are {}; here is nobody\n", names[0]);
    let second = format!("* You are {}; here is {}\n", names[1], names[0]);
    let (came, left) = (format!("* {} has come\n", names[1]), format!("* {} has left\n", names[0]));
    let said = format!("{}: hello\n", names[0]);
    let [a, b] = [connect(A), connect(B)];
    let first = a.into_iter().chain([all(A, alone.len())]);
    let then = b.into_iter().chain([all(B, second.len()), all(A, came.len()), send(A, "hello\n")]);
    let last = [all(B, said.len()), close(A), all(B, left.len()), close(B)];
    first.chain(then).chain(last).collect()
}

fn server() -> Vec<Step> {
    let accept = || call(Call::Accept { fd: A });
    let serve = |count: usize| {
        let line = format!("ahoy {count}\n");
        [accept(), all(B, line.len()), send(B, line.as_str()), end(B), close(B)]
    };
    let listen = [
        socket(),
        call(Call::Bind { fd: A, address: address(SERVER) }),
        call(Call::Listen { fd: A, backlog: 5 }),
    ];
    listen.into_iter().chain(serve(1)).chain(serve(2)).chain([Tell("1")]).chain(serve(1)).collect()
}

fn cases() -> Vec<Case> {
    let case = |name, settings, steps| Case { name, settings, steps };
    let utf8 = "Gr\u{fc}\u{df}e\n";
    let frame = [&[0, 0, 0, 8][..], utf8.as_bytes()].concat();
    let request = "GET /numbers.txt HTTP/1.0\r\n\r\n";
    let response = 20_000
        + "HTTP/1.0 200 OK\r\nServer: Socketscope\r\nContent-Type: text/plain; charset=utf-8\r\n\
        Content-Length: 20000\r\n\r\n"
            .len();
    let accepted = || talk([Tell("accept"), send(A, "now"), all(A, 3), shut(A), end(A)]);
    vec![
        case("echo", &[], talk([send(A, "hello"), all(A, 5), shut(A), end(A)])),
        case(
            "sleepy",
            &[],
            talk([send(A, "0123456789"), Tell("4"), Tell("100"), shut(A), Tell("1"), end(A)]),
        ),
        case("sleepy", &[("nap_ms", 30)], talk([send(A, "hello"), shut(A), end(A)])),
        case("dribbler", &[], talk([send(A, "hello"), all(A, 5), shut(A), end(A)])),
        case(
            "dribbler",
            &[("piece", 5), ("gap_ms", 2)],
            talk([send(A, "0123456789ab"), all(A, 12), shut(A), end(A)]),
        ),
        case("clumper", &[], talk([send(A, "a\nb\nc\nd"), all(A, 6), shut(A), all(A, 1), end(A)])),
        case("splitter", &[("gap_ms", 2)], talk([send(A, frame), all(A, 12), shut(A), end(A)])),
        case("splitter", &[("framing", 0), ("place", 2)], talk([send(A, utf8), all(A, 8), shut(A), end(A)])),
        case("greedy", &[("bytes", 20_000)], talk([all(A, 20_000), end(A)])),
        case(
            "half-closer",
            &[("bytes", 3)],
            talk([send(A, "hello"), all(A, 8), end(A), send(A, "more"), shut(A)]),
        ),
        case("resetter", &[("bytes", 5)], talk([send(A, "hello"), end(A), end(A), send(A, "x")])),
        case("vanisher", &[("bytes", 2)], talk([send(A, "hello"), send(A, "are you there?")])),
        case("slow-accepter", &[], accepted()),
        case("slow-accepter", &[("delay_ms", 20)], talk([send(A, "now"), all(A, 3), shut(A), end(A)])),
        case("http", &[], talk([send(A, request), all(A, response), end(A)])),
        case(
            "http",
            &[("piece", 64), ("drain", 1)],
            talk([send(A, "HEAD / HTTP/1.0\r\n\r\n"), all(A, 109), end(A)]),
        ),
        case("calculator", &[], talk([send(A, &b"\0\0\0\x056 * 7"[..]), all(A, 6), shut(A), end(A)])),
        case("calculator", &[("order", 1)], talk([send(A, &b"\x036\0\0"[..]), all(A, 4), end(A)])),
        case("chat", &[], chat()),
        case("dialler", &[("times", 2)], server()),
    ]
}

/// With this call of the client's the peer starts, on both kernels.
fn waits_for_peer(call: &Call) -> bool {
    matches!(call, Call::Connect { .. } | Call::Accept { .. })
}

/// A call and what came of it, as it is compared: ports are the kernel's choice.
fn tell(call: &Call, outcome: &Outcome) -> String {
    match outcome {
        Ok(Returned::Accepted { fd, .. }) => format!("{call} = {fd}"),
        Ok(Returned::Data(data)) => format!("{call} = {data:?}"),
        Ok(returned) => format!("{call} = {returned}"),
        Err(errno) => format!("{call} = {errno}"),
    }
}

/// What both did: the client, then the peer.
type Story = (Vec<String>, Vec<String>);

const CLIENT: TaskId = TaskId(0);
const SEED: u64 = 2;

fn simulated(case: &Case) -> Story {
    let settings = case.settings.iter().map(|(name, value)| ((*name).into(), *value)).collect();
    let peer = PeerSpec { settings, seed: SEED, rcvbuf: 4096, ..PeerSpec::named(case.name) };
    let programs = vec![ProgramSpec::console("Client", "here"), ProgramSpec::peer("Peer", "there", peer)];
    let network = Network::Wire { mtu: 1500, delay_us: 100 };
    let mut world =
        World::new(&Scenario::new(network, vec!["here".into(), "there".into()], programs)).unwrap();
    let mut begun = false;
    for step in &case.steps {
        match step {
            Step::Call(call) => {
                begun |= waits_for_peer(call);
                world.give(CLIENT, Input::Call(call.clone())).unwrap();
            }
            Tell(text) => world.give(TaskId(1), Input::Tell((*text).into())).unwrap(),
        }
        if !begun {
            world.take(ChoiceKey::Run(CLIENT)).unwrap();
        }
        while begun && world.step() {}
    }
    let told = |host| {
        let returned = |event: &Event| match &event.what {
            What::Returned { call, outcome, .. } if event.host == HostId(host) => Some(tell(call, outcome)),
            _ => None,
        };
        world.events().iter().filter_map(returned).collect()
    };
    (told(0), told(1))
}

/// A program on the real kernel, with its control channel.
struct Driven {
    program: Peer,
    task: TaskId,
    told: String,
    listens: bool,
    call: Option<CallId>,
    story: Vec<String>,
}

impl Driven {
    fn resume(&mut self, lab: &mut Lab, outcome: Option<Outcome>) {
        self.call = None;
        match self.program.resume(outcome) {
            Action::Call { call: Call::Recv { fd: CONTROL, .. }, .. } => {
                self.listens = true;
                self.hear(lab);
            }
            Action::Call { call, .. } => {
                let id = CallId(1_000_000 + self.story.len() as u64);
                self.call = Some(id);
                lab.submit(id, self.task, call);
            }
            other => panic!("{other:?}"),
        }
    }

    fn hear(&mut self, lab: &mut Lab) {
        if self.listens && !self.told.is_empty() {
            self.listens = false;
            let text = std::mem::take(&mut self.told);
            self.resume(lab, Some(Ok(Returned::Data(text.as_str().into()))));
        }
    }
}

/// The same on loopback, until the peer has made so many calls.
fn real(case: &Case, expected: &Story) -> Story {
    let settings: BTreeMap<_, _> =
        case.settings.iter().map(|(name, value)| ((*name).into(), *value)).collect();
    let listens = peers::about(case.name).unwrap().listens;
    let place = Place { address: address(if listens { PEER } else { SERVER }), rcvbuf: 4096 };
    let program = Peer::new(case.name, place, &settings, SEED).unwrap();
    let mut lab = Lab::open(Mode::Loopback, 2).unwrap();
    let client = lab.spawn(HostId(0));
    let task = lab.spawn(HostId(1));
    let mut peer = Driven { program, task, told: String::new(), listens: false, call: None, story: vec![] };
    let mut story = Vec::new();
    let mut begun = false;
    let until = Instant::now() + Duration::from_secs(20);
    for (number, step) in case.steps.iter().enumerate() {
        let mine = match step {
            Step::Call(call) => {
                if !begun && waits_for_peer(call) {
                    begun = true;
                    peer.resume(&mut lab, None);
                    while listens && !peer.story.iter().any(|said| said.starts_with("listen")) {
                        went_on(&mut lab, &mut peer, until);
                    }
                }
                lab.submit(CallId(number as u64), client, call.clone());
                Some(CallId(number as u64))
            }
            Tell(text) => {
                // It is told in the order in which it hears: what it does by itself before, it has done.
                while !peer.listens {
                    went_on(&mut lab, &mut peer, until);
                }
                peer.told = format!("{text}\n");
                peer.hear(&mut lab);
                None
            }
        };
        let mut waits = mine.is_some();
        while waits {
            if let Some(done) = went_on(&mut lab, &mut peer, until) {
                story.push(done);
                waits = false;
            }
        }
    }
    while peer.story.len() < expected.1.len() {
        went_on(&mut lab, &mut peer, until);
    }
    (story, peer.story)
}

/// Something has ended: a call of the client's, which is answered, or one of the peer's.
fn went_on(lab: &mut Lab, peer: &mut Driven, until: Instant) -> Option<String> {
    let left = until.saturating_duration_since(Instant::now());
    let done =
        lab.next_done(left).unwrap_or_else(|| panic!("nothing goes on; the peer did {:#?}", peer.story));
    if peer.call != Some(done.id) {
        return Some(tell(&done.call, &done.outcome));
    }
    peer.story.push(tell(&done.call, &done.outcome));
    peer.resume(lab, Some(done.outcome));
    None
}

#[test]
fn every_peer_does_the_same_on_both_kernels() {
    for case in cases() {
        let simulated = simulated(&case);
        let real = real(&case, &simulated);
        assert_eq!(simulated, real, "{} {:?}: simulated, then real", case.name, case.settings);
        assert!(!simulated.0.iter().any(|said| said.ends_with(&Errno::EBADF.to_string())), "{simulated:#?}");
    }
}

#[test]
fn every_peer_has_a_case() {
    let cases = cases();
    for about in CATALOGUE {
        assert!(cases.iter().any(|case| case.name == about.name), "{}", about.name);
    }
}
