//! The reference: each error that a page shows by a program is what the simulated kernel answers, and every call has a page.
//! `tests/python.rs` has CPython print the same on this machine's kernel.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;

use lessons::Lessons;
use lessons::reference::{Fails, Page, Reference, errno};
use python::Limits;
use runs::Turns;
use syscall::{
    Address, Bytes, Call, Domain, Fd, How, IoctlRequest, MsgFlags, OptionValue, SocketOption, SocketType,
    TcpState, What,
};
use world::{Network, ProgramSpec, Runs, Scenario, World};

/// Steps of a program at most.
const MOST: u32 = 200_000;

fn embedded() -> Lessons {
    Lessons::embedded().unwrap_or_else(|problems| {
        let lines: Vec<_> = problems.iter().map(ToString::to_string).collect();
        panic!("{}", lines.join("\n"));
    })
}

fn run(source: &str) -> World {
    let program = ProgramSpec {
        runs: Runs::Python,
        file: "server.py".into(),
        source: source.into(),
        ..ProgramSpec::console("Server", "here")
    };
    let scenario = Scenario::new(Network::Loopback, vec!["here".into()], vec![program]);
    let mut world = runs::world(&scenario, Turns::Calls, Limits::default()).unwrap();
    for _ in 0..MOST {
        if !world.step() {
            return world;
        }
    }
    panic!("no end after {MOST} steps:\n{source}");
}

fn printed(world: &World) -> String {
    let texts = world.events().iter().filter_map(|event| match &event.what {
        What::Wrote { text, .. } => Some(text.as_str()),
        _ => None,
    });
    texts.collect()
}

/// What is wrong with an example of this page.
fn wrong(page: &Page, fails: &Fails) -> Option<String> {
    let world = run(&fails.source);
    let printed = printed(&world);
    let answered: BTreeSet<_> = world
        .events()
        .iter()
        .filter_map(|event| match &event.what {
            What::Returned { call, outcome: Err(errno), .. } => Some((call.name(), *errno)),
            _ => None,
        })
        .collect();
    let named = |name: &str| page.front.names.iter().any(|it| it == name);
    let wanted = errno(&fails.errno);
    let is_answered = wanted.is_none_or(|errno| answered.iter().any(|it| named(it.0) && it.1 == errno));
    let at = format!("{}, {}", page.slug(), fails.errno);
    if printed != fails.prints {
        return Some(format!("{at}: it prints {printed:?}, and should {:?}", fails.prints));
    }
    (!is_answered).then(|| format!("{at}: the calls are answered {answered:?}"))
}

#[test]
fn each_error_is_what_the_simulated_kernel_answers() {
    let reference = embedded().reference;
    let examples = reference.calls().flat_map(|page| page.fails.iter().map(move |fails| (page, fails)));
    let examples = examples.filter(|(_, fails)| !fails.source.is_empty());
    let wrong: Vec<_> = examples.filter_map(|(page, fails)| wrong(page, fails)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_call_has_a_page() {
    let reference = embedded().reference;
    let named: BTreeSet<&str> =
        reference.calls().flat_map(|page| &page.front.names).map(String::as_str).collect();
    let fd = Fd(3);
    let (bytes, flags) = (Bytes::new(), MsgFlags::default());
    let address = Address::from(([127, 0, 0, 1], 7000));
    // The match has no other arm: whoever adds a call to the vocabulary is told here.
    let next = |call: &Call| match call {
        Call::Socket { .. } => Some(Call::Bind { fd, address }),
        Call::Bind { .. } => Some(Call::Listen { fd, backlog: 5 }),
        Call::Listen { .. } => Some(Call::Accept { fd }),
        Call::Accept { .. } => Some(Call::Connect { fd, address }),
        Call::Connect { .. } => Some(Call::Send { fd, data: bytes.clone(), flags }),
        Call::Send { .. } => Some(Call::Recv { fd, len: 1, flags }),
        Call::Recv { .. } => Some(Call::Sendto { fd, data: bytes.clone(), flags, address }),
        Call::Sendto { .. } => Some(Call::Recvfrom { fd, len: 1, flags }),
        Call::Recvfrom { .. } => Some(Call::Shutdown { fd, how: How::Write }),
        Call::Shutdown { .. } => Some(Call::Close { fd }),
        Call::Close { .. } => Some(Call::Dup { fd }),
        Call::Dup { .. } => Some(Call::Fork),
        Call::Fork => Some(Call::Socketpair { domain: Domain::Unix, kind: SocketType::Stream }),
        Call::Socketpair { .. } => Some(Call::Pipe),
        Call::Pipe => Some(Call::Read { fd, len: 1 }),
        Call::Read { .. } => Some(Call::Write { fd, data: bytes.clone() }),
        Call::Write { .. } => Some(Call::Ioctl { fd, request: IoctlRequest::Siocinq }),
        Call::Ioctl { .. } => Some(Call::Gethostname),
        Call::Gethostname => Some(Call::Getaddrinfo { name: String::new() }),
        Call::Getaddrinfo { .. } => {
            Some(Call::Select { read: vec![], write: vec![], except: vec![], timeout_us: None })
        }
        Call::Select { .. } => Some(Call::Poll { fds: vec![], timeout_us: None }),
        Call::Poll { .. } => {
            Some(Call::Setsockopt { fd, option: SocketOption::SoReuseaddr, value: OptionValue::Int(1) })
        }
        Call::Setsockopt { .. } => Some(Call::Getsockopt { fd, option: SocketOption::SoReuseaddr }),
        Call::Getsockopt { .. } => Some(Call::Getsockname { fd }),
        Call::Getsockname { .. } => Some(Call::Getpeername { fd }),
        Call::Getpeername { .. } => Some(Call::SetBlocking { fd, blocking: false }),
        Call::SetBlocking { .. } => None,
    };
    let first = Call::Socket { domain: Domain::Inet, kind: SocketType::Stream };
    let calls = std::iter::successors(Some(first), |call| next(call));
    let missing: Vec<_> = calls.map(|call| call.name()).filter(|name| !named.contains(name)).collect();
    assert!(missing.is_empty(), "no page has {missing:?}");
}

/// The names of a page's terms.
fn terms(reference: &Reference, slug: &str) -> Vec<String> {
    let page =
        reference.pages.iter().find(|page| page.slug() == slug).unwrap_or_else(|| panic!("no page {slug}"));
    page.terms().map(|term| term.name.clone()).collect()
}

#[test]
fn the_states_are_the_eleven_of_tcp() {
    let states = terms(&embedded().reference, "states");
    let of_tcp: BTreeSet<String> = TcpState::ALL.iter().map(ToString::to_string).collect();
    assert_eq!((states.len(), states.into_iter().collect::<BTreeSet<_>>()), (11, of_tcp));
}

#[test]
fn the_glossary_is_in_the_order_of_the_alphabet() {
    let terms = terms(&embedded().reference, "glossary");
    assert!(terms.is_sorted_by_key(|name| name.to_lowercase()), "{terms:?}");
}

#[test]
fn every_option_of_the_vocabulary_is_told_of_and_can_be_read() {
    let terms = terms(&embedded().reference, "options");
    let known: Vec<_> = terms.iter().filter(|name| SocketOption::from_name(name).is_some()).collect();
    assert_eq!(known.len(), 20, "{known:?}");
    let others: Vec<_> = terms.iter().filter(|name| SocketOption::from_name(name).is_none()).collect();
    assert_eq!(others, ["SO_REUSEPORT"], "the page says that all but this are simulated");
    for name in known {
        let level = if name.starts_with("SO_") { "SOL_SOCKET" } else { "IPPROTO_TCP" };
        let world =
            run(&format!("import socket\nsocket.socket().getsockopt(socket.{level}, socket.{name}, 16)\n"));
        let read = world.events().iter().any(|event| {
            matches!(&event.what, What::Returned { call: Call::Getsockopt { .. }, outcome: Ok(_), .. })
        });
        assert!(read, "{name}");
    }
}

/// The defaults and bounds that the page of options states, read on the simulated kernel; `tests/python.rs` reads them on a real one.
#[test]
fn the_options_are_what_the_page_says() {
    let printed = printed(&run(include_str!("options.py")));
    assert_eq!(printed, include_str!("options.txt"));
}
