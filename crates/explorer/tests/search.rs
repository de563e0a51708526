//! The search against one that knows nothing: every choice of every state, one after the other.

use std::collections::BTreeSet;

use explorer::{Broken, Options, Order, Run, Search, Verdict, shrink};
use syscall::TaskId;
use world::{ChoiceKey, Network, Profile, ProgramSpec, Rng, Runs, Scenario, World};

fn world(profile: Profile, sources: &[&str]) -> World {
    let spec = |(place, source): (usize, &&str)| {
        let name = format!("p{place}");
        let file = format!("{name}.py");
        ProgramSpec {
            runs: Runs::Python,
            file,
            source: (*source).into(),
            ..ProgramSpec::console(name, "local")
        }
    };
    let programs = sources.iter().enumerate().map(spec).collect();
    let scenario = Scenario { profile, ..Scenario::new(Network::Loopback, vec!["local".into()], programs) };
    runs::world(&scenario, runs::Turns::Threads, python::Limits::default()).expect("the programs can be run")
}

const WHOLE: Options = Options {
    order: Order::Depth,
    unusual: None,
    every_count: 64,
    reduce: false,
    states: u64::MAX,
    depth: 100_000,
    in_turn: true,
    drops: false,
    checks: Vec::new(),
};

/// What a search that knows nothing finds: how many states there are, in how many of them runs end, and whether a run breaks.
fn naive(world: World) -> (usize, usize, bool) {
    let mut root = Run::new(world, &WHOLE);
    if root.begin().1.is_some() {
        return (1, 0, true);
    }
    let (mut seen, mut ends, mut broken) = (BTreeSet::new(), BTreeSet::new(), false);
    let mut stack = vec![root.clone()];
    seen.insert(root.key());
    while let Some(mut run) = stack.pop() {
        if run.world().end().is_some() {
            broken |= run.at_end(&WHOLE).is_some();
            ends.insert(run.key());
            continue;
        }
        let mut keys = Vec::new();
        let moves = run.world().moves();
        let runs = moves.iter().any(|it| matches!(it.key, ChoiceKey::Run(_)));
        for it in moves {
            if runs && matches!(it.key, ChoiceKey::Timer(_)) {
                continue;
            }
            keys.push(it.key);
            if let (ChoiceKey::Run(task), Some(most)) = (it.key, it.most) {
                keys.extend((1..most).map(|count| ChoiceKey::Part(task, count)));
            }
        }
        for key in keys {
            let mut next = run.clone();
            if next.take(key).is_some() {
                broken = true;
                continue;
            }
            if seen.insert(next.key()) {
                stack.push(next);
            }
        }
    }
    (seen.len(), ends.len(), broken)
}

const SERVER: &str = "import socket\ns = socket.create_server(('127.0.0.1', 7000))\nc, _ = s.accept()\n";

/// A small program that a seed draws: a server of one client, or that client.
fn drawn(rng: &mut Rng, server: bool) -> String {
    let mut text = if server {
        SERVER.to_owned()
    } else {
        "import socket\nc = socket.create_connection(('127.0.0.1', 7000))\n".to_owned()
    };
    for _ in 0..1 + rng.below(3) {
        text += match rng.below(7) {
            0 => "c.send(b'ab')\n",
            1 => "c.sendall(b'ab')\n",
            2 => "x = c.recv(2)\n",
            3 => "x = c.recv(1)\nassert x\n",
            4 => "c.shutdown(socket.SHUT_WR)\n",
            5 => "while True:\n    x = c.recv(2)\n    if not x:\n        break\n",
            _ => "assert c.recv(2) == b'ab'\n",
        };
    }
    text + "c.close()\n"
}

fn pairs(count: usize) -> impl Iterator<Item = (String, String)> {
    let mut rng = Rng::new(7);
    std::iter::repeat_with(move || (drawn(&mut rng, true), drawn(&mut rng, false))).take(count)
}

/// The verdict, the states and the different ends of a whole search that goes on behind a failure.
fn verdict(options: &Options, server: &str, client: &str) -> (bool, u64, usize) {
    let mut search = Search::new(world(Profile::Posix, &[server, client]), options.clone());
    let broken = matches!(search.finish(), Verdict::Broken(_));
    (broken, search.progress().states, search.ends().len())
}

#[test]
fn without_reduction_it_sees_just_the_states_there_are() {
    let mut whole = 0;
    for (server, client) in pairs(120) {
        let (states, ends, broken) = naive(world(Profile::Posix, &[&server, &client]));
        let found = verdict(&WHOLE, &server, &client);
        assert_eq!(found.0, broken, "\n{server}\n{client}");
        // A search ends with the first failure.
        if !broken {
            assert_eq!((found.1, found.2), (states as u64, ends), "\n{server}\n{client}");
            whole += 1;
        }
    }
    assert!(whole > 5, "some of them stand: {whole}");
}

#[test]
fn what_is_left_out_changes_no_verdict_and_no_end() {
    let reduced = Options { reduce: true, ..WHOLE };
    let mut stands = 0;
    for (server, client) in pairs(200) {
        let (all, less) = (verdict(&WHOLE, &server, &client), verdict(&reduced, &server, &client));
        assert_eq!(all.0, less.0, "\n{server}\n{client}");
        if !all.0 {
            assert_eq!(all.2, less.2, "\n{server}\n{client}");
            assert!(less.1 <= all.1);
            stands += 1;
        }
    }
    assert!(stands > 10, "some of them stand: {stands}");
}

#[test]
fn reduction_leaves_out_what_has_nothing_to_do_with_each_other() {
    // Two pairs that know nothing of each other.
    let server = |port| {
        format!(
            "import socket\ns = socket.create_server(('127.0.0.1', {port}))\nc, _ = s.accept()\nc.recv(1)\nc.recv(1)\nc.close()\n"
        )
    };
    let client = |port| {
        format!(
            "import socket\nc = socket.create_connection(('127.0.0.1', {port}))\nc.send(b'a')\nc.send(b'b')\nc.close()\n"
        )
    };
    let texts = [server(7000), server(7001), client(7000), client(7001)];
    let sources: Vec<_> = texts.iter().map(String::as_str).collect();
    let choices = |reduce| {
        let mut search = Search::new(world(Profile::Linux, &sources), Options { reduce, ..WHOLE });
        // Nothing is left out where unusual choices are counted.
        while search.progress().unusual.is_some() {
            assert!(search.go_on(1).is_none());
        }
        let before = search.progress().choices;
        assert!(matches!(search.finish(), Verdict::Stands { .. }));
        (search.progress().choices - before, search.ends())
    };
    let (all, less) = (choices(false), choices(true));
    assert_eq!(all.1, less.1);
    assert!(less.0 < all.0, "{} of {}", less.0, all.0);
}

/// What a program did before is remembered of that program alone, however alike another looks from outside.
#[test]
fn programs_that_differ_in_what_they_say_alone_are_not_taken_for_each_other() {
    let server = "import socket\ns = socket.create_server(('127.0.0.1', 7000))\ngot = []\nfor n in range(2):\n    c, _ = s.accept()\n    got.append(c.recv(1))\n    c.close()\ns.close()\nassert sorted(got) == [b'a', b'b'], got\n";
    let client = |says: &str| {
        format!(
            "import socket\nc = socket.create_connection(('127.0.0.1', 7000))\nc.send({says})\nc.close()\n"
        )
    };
    let (a, b) = (client("b'a'"), client("b'b'"));
    let mut search = Search::new(world(Profile::Linux, &[server, &a, &b]), Options::default());
    assert!(matches!(search.finish(), Verdict::Stands { .. }), "{:?}", search.verdict());
}

#[test]
fn in_breadth_the_first_failure_has_the_fewest_choices() {
    let server = format!("{SERVER}got = c.recv(3)\nassert got == b'abc', got\nc.close()\n");
    let client =
        "import socket\nc = socket.create_connection(('127.0.0.1', 7000))\nc.sendall(b'abc')\nc.close()\n";
    let found = |order| {
        let options = Options { order, ..Options::default() };
        let mut search = Search::new(world(Profile::Posix, &[&server, client]), options);
        let Verdict::Broken(found) = search.finish().clone() else { panic!("one recv is not enough") };
        found.way.len()
    };
    assert!(found(Order::Breadth) <= found(Order::Depth));
}

/// Each failure that is found is made plain: no unusual choice can be left out.
#[test]
fn a_plain_failure_has_nothing_to_spare() {
    let mut plain = 0;
    for (server, client) in pairs(60) {
        let mut search = Search::new(world(Profile::Posix, &[&server, &client]), Options::default());
        let Verdict::Broken(found) = search.finish().clone() else { continue };
        let Some(short) = shrink(search.root(), &WHOLE, &found.way) else { panic!("\n{server}\n{client}") };
        assert!(
            short.failure.is_like(&found.failure),
            "{:?}\n{:?}\n{server}\n{client}",
            short.failure,
            found.failure
        );
        // The same choices break them again.
        let mut run = search.root().clone();
        let again = short.way.iter().find_map(|key| run.take(*key)).or_else(|| run.at_end(&WHOLE));
        assert!(again.is_some_and(|again| again.is_like(&short.failure)), "\n{server}\n{client}");
        for place in 0..short.unusual.len() {
            let key = short.unusual[place].key;
            let without: Vec<_> = short.unusual.iter().enumerate().filter(|(at, _)| *at != place).collect();
            assert!(without.len() < short.unusual.len(), "{key}");
        }
        let again = shrink(search.root(), &WHOLE, &short.way).expect("it breaks");
        assert_eq!(again.unusual, short.unusual, "\n{server}\n{client}");
        plain += 1;
    }
    assert!(plain > 10, "some of them break: {plain}");
}

#[test]
fn programs_that_run_for_ever_are_found_and_those_that_ask_are_not_accused() {
    let client = "import socket\nc = socket.create_connection(('127.0.0.1', 7000))\nc.close()\n";
    let verdict = |rest: &str| {
        let mut search =
            Search::new(world(Profile::Linux, &[&format!("{SERVER}{rest}"), client]), Options::default());
        let verdict = search.finish().clone();
        (verdict, search.findings().to_vec())
    };
    let (spins, _) = verdict("while True:\n    c.recv(1)\n");
    assert!(matches!(spins, Verdict::Broken(found) if found.failure.what == Broken::Spin));
    let (grows, _) = verdict("all = []\nwhile True:\n    all.append(c.recv(1))\n");
    assert!(matches!(grows, Verdict::Broken(found) if found.failure.what == Broken::Spin));
    let (counts, _) = verdict("n = 0\nwhile True:\n    n += 1\n");
    assert!(matches!(counts, Verdict::Broken(found) if found.failure.what == Broken::Spin));
    let busy = "c.setblocking(False)\nwhile True:\n    try:\n        c.recv(1)\n        break\n    except BlockingIOError:\n        pass\nc.close()\n";
    let (asks, findings) = verdict(busy);
    assert!(matches!(asks, Verdict::Stands { .. }), "{asks:?}");
    assert!(findings.iter().any(|it| it.what == explorer::Finding::Busy), "{findings:?}");
}

#[test]
fn who_computes_is_not_accused_and_who_goes_round_in_a_thread_is() {
    let client = "import socket\nc = socket.create_connection(('127.0.0.1', 7000))\nc.recv(1)\nc.close()\n";
    let verdict = |rest: &str| {
        let server = format!("import threading\n{SERVER}{rest}");
        let few = Options { states: 3_000, ..Options::default() };
        Search::new(world(Profile::Linux, &[&server, client]), few).finish().clone()
    };
    let found = |verdict: &Verdict| match verdict {
        Verdict::Broken(found) => Some((found.failure.what.clone(), found.failure.line)),
        _ => None,
    };
    let thread = |body: &str, after: &str| {
        format!(
            "go = False\ndef work():\n{body}t = threading.Thread(target=work)\nt.start()\n{after}t.join()\nc.send(b'x')\nc.close()\n"
        )
    };
    let long = verdict(&thread("    n = 0\n    while n < 1500:\n        n = n + 1\n", ""));
    assert_eq!(found(&long), None, "{long:?}");
    let waits = verdict(&thread(
        "    while not go:\n        pass\n",
        "n = 0\nwhile n < 20:\n    n = n + 1\ngo = True\n",
    ));
    assert_eq!(found(&waits), None, "{waits:?}");
    let lines = SERVER.lines().count() as u32 + 1;
    let round = verdict(&thread("    while not go:\n        pass\n", ""));
    assert!(matches!(found(&round), Some((Broken::Spin, line)) if line > lines), "{round:?}");
}

#[test]
fn a_search_can_be_left_and_taken_up_and_says_what_it_did_not_do() {
    let server = format!("{SERVER}got = b''\nwhile len(got) < 6:\n    got += c.recv(6)\nc.close()\n");
    let client =
        "import socket\nc = socket.create_connection(('127.0.0.1', 7000))\nc.sendall(b'abcdef')\nc.close()\n";
    let make = || world(Profile::Posix, &[&server, client]);
    let mut whole = Search::new(make(), Options::default());
    assert!(matches!(whole.finish(), Verdict::Stands { unusual: None, every_count: true }));
    let mut pieces = Search::new(make(), Options::default());
    while pieces.go_on(7).is_none() {}
    assert_eq!(pieces.progress(), whole.progress());
    let few = Options { states: 20, ..Options::default() };
    assert!(matches!(Search::new(make(), few).finish(), Verdict::Incomplete));
    let bounded = Options { unusual: Some(1), ..Options::default() };
    assert!(matches!(Search::new(make(), bounded).finish(), Verdict::Stands { unusual: Some(1), .. }));
    let coarse = Options { every_count: 2, ..Options::default() };
    assert!(matches!(Search::new(make(), coarse).finish(), Verdict::Stands { every_count: false, .. }));
    assert_eq!(whole.root().world().program_of(TaskId(1)), Some(1));
}

/// What is said to be lost of a run of these: how many bytes were given, and how many of them were taken.
fn lost(server: &str, client: &str) -> Option<(u32, u32)> {
    let mut search = Search::new(world(Profile::Posix, &[server, client]), Options::default());
    let Verdict::Broken(found) = search.finish().clone() else { return None };
    let plain = shrink(search.root(), &Options::default(), &found.way).expect("it breaks");
    let Broken::Lost { given, taken, .. } = plain.failure.what else { panic!("{:?}", plain.failure) };
    Some((given, taken))
}

#[test]
fn what_is_sent_with_the_rest_counts_as_given() {
    let server = format!("{SERVER}while c.recv(64):\n    pass\nc.close()\n");
    let client = "import socket\nc = socket.create_connection(('127.0.0.1', 7000))\nrest = b'ab'\nrest = rest[c.send(rest):]\nrest += b'cdef'\nrest = rest[c.send(rest):]\nif len(rest) > 3:\n    c.close()\nwhile rest:\n    rest = rest[c.send(rest):]\nc.close()\n";
    // Only a run in which the first send leaves a byte, and the second four of five, closes too early.
    assert_eq!(lost(&server, client), Some((6, 2)));
}

#[test]
fn two_threads_that_send_on_one_socket_lose_nothing() {
    let server = format!("{SERVER}while c.recv(64):\n    pass\nc.close()\n");
    let client = |send: &str| {
        format!(
            "import socket, threading\nc = socket.create_connection(('127.0.0.1', 7000))\ndef send(data):\n    {send}\nt = threading.Thread(target=send, args=(b'abc',))\nt.start()\nsend(b'xyz')\nt.join()\nc.close()\n"
        )
    };
    assert_eq!(lost(&server, &client("while data:\n        data = data[c.send(data):]")), None);
    // Who sends the same as another does not send its rest.
    assert_eq!(lost(&server, &client("c.send(data)")), Some((3, 1)));
}

#[test]
fn a_program_that_fails_before_its_first_call_is_no_program_that_stands() {
    for in_turn in [true, false] {
        let options = Options { in_turn, ..Options::default() };
        let mut search =
            Search::new(world(Profile::Linux, &["x = 1\n", "import socket\nsocket.bind(7000)\n"]), options);
        let Verdict::Broken(found) = search.finish().clone() else { panic!("{:?}", search.verdict()) };
        assert!(matches!(found.failure.what, Broken::Exit { status: 1, .. }) && found.failure.program == 1);
    }
}

/// Two programs on two hosts, over a wire.
fn apart(sources: [&str; 2]) -> World {
    let hosts = ["alpha", "beta"];
    let program = |(host, source): (&str, &str)| ProgramSpec {
        runs: Runs::Python,
        file: format!("{host}.py"),
        source: source.into(),
        ..ProgramSpec::console(host, host)
    };
    let programs = hosts.into_iter().zip(sources).map(program).collect();
    let wire = Network::Wire { mtu: 1500, delay_us: 1000 };
    let scenario = Scenario::new(wire, hosts.map(String::from).to_vec(), programs);
    runs::world(&scenario, runs::Turns::Threads, python::Limits::default()).expect("the programs can be run")
}

const SENDS: &str =
    "import socket\nc = socket.create_connection(('alpha', 7000))\nc.sendall(b'a')\nc.recv(1)\n";

#[test]
fn a_failure_that_shows_only_when_all_is_closed_is_not_taken_for_success() {
    // The exception comes first, then its sockets are closed, and only then the status is told. Whoever succeeds closes the same.
    let server = "import socket, time\ns = socket.create_server(('', 7000))\nc, _ = s.accept()\nc.setblocking(False)\n\
                  time.sleep(0.2)\nc.recv(1)\n";
    let options = Options { unusual: Some(1), ..Options::default() };
    let mut search = Search::new(apart([server, SENDS]), options);
    let Verdict::Broken(found) = search.finish() else { panic!("{:?}", search.verdict()) };
    assert!(matches!(&found.failure.what, Broken::Exit { said, .. } if said.contains("BlockingIOError")));
    assert!(found.way.iter().any(|key| matches!(key, ChoiceKey::Wake(_))), "{:?}", found.way);
}

#[test]
fn nobody_is_starved_until_a_kernel_gives_up() {
    let server = "import socket\ns = socket.create_server(('', 7000))\nc, _ = s.accept()\nassert c.recv(1) == b'a'\nc.close()\ns.close()\n";
    let mut search = Search::new(apart([server, SENDS]), Options::default());
    assert!(matches!(search.finish(), Verdict::Stands { unusual: None, .. }), "{:?}", search.verdict());
}
