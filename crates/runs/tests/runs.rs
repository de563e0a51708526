//! Programs in a world that runs by itself: what is told, and how a run ends.

use python::Limits;
use runs::{End, Telling, Tells as _, Told, Turn, Turns};
use syscall::{Pid, What};
use world::{Act, Buffers, ChoiceKey, Network, Profile, ProgramSpec, Runs, Scenario};

const WIRE: Network = Network::Wire { mtu: 1500, delay_us: 100 };

/// Programs, each on the host of its number.
fn scenario(network: Network, hosts: &[&str], programs: &[(usize, &str)]) -> Scenario {
    let hosts: Vec<String> = hosts.iter().map(|name| (*name).into()).collect();
    let programs = programs.iter().enumerate().map(|(number, (host, source))| ProgramSpec {
        runs: Runs::Python,
        file: "main.py".into(),
        source: (*source).into(),
        ..ProgramSpec::console(number.to_string(), hosts[*host].clone())
    });
    let programs = programs.collect();
    Scenario::new(network, hosts, programs)
}

fn told(scenario: &Scenario) -> Telling {
    let limits = Limits { instructions: 10_000_000, ..Limits::default() };
    Telling::new(runs::world(scenario, Turns::Calls, limits).unwrap_or_else(|error| panic!("{error}")))
}

/// To the end: the lines that were written, in order, what else was told, and the end.
fn lines(mut telling: Telling) -> (Vec<String>, End) {
    let mut written: Vec<String> = Vec::new();
    let mut lines = Vec::new();
    loop {
        match telling.step() {
            Some(Told::Wrote { process, text, .. }) => {
                written.resize(written.len().max(process + 1), String::new());
                written[process] += &text;
                while let Some(end) = written[process].find('\n') {
                    let line: String = written[process].drain(..=end).collect();
                    lines.push(format!("{process}: {}", line.trim_end()));
                }
            }
            Some(Told::Exited { process, status }) => lines.push(format!("{process} ends with {status}")),
            Some(Told::Limited { process, limit }) => lines.push(format!("{process} reaches {limit:?}")),
            Some(Told::Forked { process, parent }) => lines.push(format!("{process} is {parent}'s")),
            Some(Told::Asks { process }) => telling.give(process, Some("given\n".into())),
            Some(Told::Over(end)) => return (lines, end),
            Some(Told::Returned { .. }) | None => {}
        }
    }
}

fn play(network: Network, hosts: &[&str], programs: &[(usize, &str)]) -> (Vec<String>, End) {
    lines(told(&scenario(network, hosts, programs)))
}

const SERVER: &str = "
import socket
listener = socket.create_server(('', 7000))
while True:
    connection, address = listener.accept()
    connection.sendall(connection.recv(100).upper())
    connection.close()
";
const CLIENT: &str = "
import socket
client = socket.create_connection(('HOST', 7000))
client.sendall(b'hello')
print(client.recv(100))
";

#[test]
fn a_client_finds_a_server_of_another_host_by_its_name_and_the_server_is_left_idle() {
    let client = CLIENT.replace("HOST", "alpha");
    let (lines, end) = play(WIRE, &["alpha", "beta"], &[(0, SERVER), (1, &client)]);
    assert_eq!((lines, end), (vec!["1: b'HELLO'".into(), "1 ends with 0".into()], End::Idle));
}

#[test]
fn a_client_finds_a_server_of_its_own_host_as_localhost() {
    let client = CLIENT.replace("HOST", "localhost");
    let (lines, end) = play(Network::Loopback, &["local"], &[(0, SERVER), (0, &client)]);
    assert_eq!((lines, end), (vec!["1: b'HELLO'".into(), "1 ends with 0".into()], End::Idle));
}

#[test]
fn one_that_waits_for_ever_is_a_deadlock_with_its_line() {
    let text = "import socket\na, b = socket.socketpair()\na.recv(1)\n";
    let (_, end) = play(Network::Loopback, &["local"], &[(0, text)]);
    let End::Deadlock { stuck, circle } = end else { panic!("{end:?}") };
    let stuck: Vec<_> = stuck.iter().map(|stuck| (stuck.waits.as_str(), stuck.line)).collect();
    assert_eq!((&*stuck, &*circle), (&[("in recv(3, 1)", 3)][..], &[][..]));
}

#[test]
fn two_that_wait_for_each_other_are_a_circle() {
    let server = "
import socket
listener = socket.create_server(('', 7000))
connection, address = listener.accept()
connection.recv(100)
";
    let client = "import socket\nsocket.create_connection(('localhost', 7000)).recv(10)\n";
    let (_, end) = play(Network::Loopback, &["local"], &[(0, server), (0, client)]);
    let End::Deadlock { stuck, circle } = end else { panic!("{end:?}") };
    let stuck: Vec<_> = stuck.iter().map(|stuck| (stuck.process, stuck.waits.as_str(), stuck.line)).collect();
    assert_eq!(stuck, [(0, "in recv(4, 100)", 5), (1, "in recv(3, 10)", 2)]);
    assert_eq!(circle, [0, 1]);
}

#[test]
fn threads_that_take_two_locks_in_another_order_are_a_circle() {
    let text = "
import threading
one, two = threading.Lock(), threading.Lock()
held = [threading.Event(), threading.Event()]
def take(first, second):
    with first:
        held[first is one].set()
        held[first is two].wait()
        with second:
            pass
other = threading.Thread(target=take, args=(two, one))
other.start()
take(one, two)
";
    let (_, end) = play(Network::Loopback, &["local"], &[(0, text)]);
    let End::Deadlock { stuck, circle } = end else { panic!("{end:?}") };
    let waits: Vec<_> = stuck.iter().map(|stuck| (stuck.thread, stuck.waits.as_str())).collect();
    assert_eq!(waits, [(0, "for 0, thread 1"), (1, "for 0")]);
    assert_eq!(circle, [0, 1]);
}

#[test]
fn a_sleep_takes_simulated_time_alone() {
    let text = "import time\na = time.monotonic()\ntime.sleep(3600)\nprint(time.monotonic() - a)\n";
    let (lines, end) = play(Network::Loopback, &["local"], &[(0, text)]);
    assert_eq!((lines, end), (vec!["0: 3600.0".into(), "0 ends with 0".into()], End::Done));
}

#[test]
fn who_reads_standard_input_is_given_a_line() {
    let (lines, _) = play(Network::Loopback, &["local"], &[(0, "print(input())\n")]);
    assert_eq!(lines, ["0: given", "0 ends with 0"]);
}

#[test]
fn who_looks_in_a_loop_lets_time_pass() {
    let text = "
import socket
a, b = socket.create_server(('', 7000)), socket.socket()
b.setblocking(False)
b.connect_ex(('127.0.0.1', 7000))
a.setblocking(False)
while True:
    try:
        print(a.accept()[1] == b.getsockname())
        break
    except BlockingIOError:
        pass
";
    let (lines, end) = play(Network::Loopback, &["local"], &[(0, text)]);
    assert_eq!((lines, end), (vec!["0: True".into(), "0 ends with 0".into()], End::Done));
}

#[test]
fn the_same_programs_make_the_same_story() {
    let client = CLIENT.replace("HOST", "alpha");
    let programs = [(0, SERVER), (1, client.as_str()), (1, client.as_str())];
    assert_eq!(play(WIRE, &["alpha", "beta"], &programs), play(WIRE, &["alpha", "beta"], &programs));
}

#[test]
fn a_seed_makes_the_same_story_again_and_another_seed_another() {
    let talk = "
import os
for turn in range(5):
    os.getpid()
    print(turn)
    r, w = os.pipe()
    os.close(r)
    os.close(w)
";
    let scenario = scenario(Network::Loopback, &["local"], &[(0, talk), (0, talk), (0, talk)]);
    let by = |seed| lines(told(&scenario).drawn_by(seed));
    assert_eq!(by(1), by(1));
    assert_ne!(by(1), by(2));
    let (mut drawn, mut usual) = (by(1).0, lines(told(&scenario)).0);
    assert_ne!(drawn, usual);
    drawn.sort();
    usual.sort();
    assert_eq!(drawn, usual, "the same lines in another order");
}

/// What each send took of 20,000 bytes for a reader who is busy, until EAGAIN.
const FILL: &str = "
import socket
listener = socket.create_server(('127.0.0.1', 7000))
client = socket.create_connection(('127.0.0.1', 7000))
server, address = listener.accept()
sizes = [s.getsockopt(socket.SOL_SOCKET, o) for s in (client, server) for o in (socket.SO_SNDBUF, socket.SO_RCVBUF)]
client.setblocking(False)
counts = []
try:
    while len(counts) < 12:
        counts.append(client.send(bytes(20000)))
except BlockingIOError:
    pass
print(sizes, counts)
";

/// Linux 6.18, in a network namespace whose tcp_wmem and tcp_rmem had these sizes as default and most.
#[test]
fn buffers_of_a_scenario_are_as_tcp_wmem_and_tcp_rmem_of_linux() {
    let rows: [(u32, u32, &[u32]); 5] = [
        (4608, 2304, &[2304, 576, 576, 576]),
        (8192, 8192, &[6144, 2048, 2048]),
        (16384, 65536, &[16384, 20000]),
        (9216, 131_072, &[20000, 20000]),
        (130_560, 16384, &[20000, 20000, 20000, 20000, 20000, 20000, 800]),
    ];
    for (sndbuf, rcvbuf, counts) in rows {
        let buffers = Some(Buffers { sndbuf, rcvbuf });
        let scenario = Scenario { buffers, ..scenario(Network::Loopback, &["local"], &[(0, FILL)]) };
        let says = format!("0: {:?} {counts:?}", [sndbuf, rcvbuf, sndbuf, rcvbuf]);
        assert_eq!(lines(told(&scenario)).0[0], says);
    }
}

#[test]
fn in_the_posix_profile_a_seed_draws_how_much_a_send_takes() {
    let text = "
import socket
a, b = socket.socketpair()
print([a.send(bytes(1000)) for _ in range(8)])
";
    let scenario = scenario(Network::Loopback, &["local"], &[(0, text)]);
    let posix = Scenario { profile: Profile::Posix, ..scenario.clone() };
    assert_eq!(lines(told(&scenario).drawn_by(1)).0[0], format!("0: {:?}", [1000; 8]));
    let drawn = lines(told(&posix).drawn_by(1));
    assert_ne!(drawn.0[0], format!("0: {:?}", [1000; 8]));
    assert_eq!(drawn, lines(told(&posix).drawn_by(1)));
    assert_eq!(lines(told(&posix)).0[0], format!("0: {:?}", [1000; 8]), "nobody draws");
}

#[test]
fn a_limit_ends_its_program_alone() {
    let endless = "while True:\n    pass\n";
    let (lines, end) = play(Network::Loopback, &["local"], &[(0, endless), (0, "print('here')\n")]);
    let said = ["1: here", "1 ends with 0", "0 reaches Instructions(10000000)"];
    assert_eq!((lines, end), (said.map(String::from).to_vec(), End::Done));
}

#[test]
fn what_was_told_is_not_kept() {
    let text = "import os\nfor k in range(300):\n    print(os.pipe())\n";
    let mut telling = told(&scenario(Network::Loopback, &["local"], &[(0, text)]));
    while !matches!(telling.step(), Some(Told::Over(_))) {
        assert!(telling.world().events().len() + telling.world().taken().len() == 0);
    }
    assert!(telling.world().event_count() > 600, "it made calls and wrote");
}

#[test]
fn a_program_that_forks_again_and_again_is_stopped() {
    let (_, end) = play(Network::Loopback, &["local"], &[(0, "import os\nwhile True:\n    os.fork()\n")]);
    assert_eq!(end, End::Crowded(4096));
}

#[test]
fn a_child_is_told_before_what_it_does() {
    let text = "import os\nprint('child' if os.fork() == 0 else 'parent')\n";
    let (lines, _) = play(Network::Loopback, &["local"], &[(0, text)]);
    let said = ["1 is 0's", "0: parent", "0 ends with 0", "1: child", "1 ends with 0"];
    assert!(said.iter().all(|said| lines.contains(&(*said).into())) && lines[0] == said[0], "{lines:?}");
}

#[test]
fn others_go_on_while_somebody_types_and_for_a_second_at_most() {
    let reader = "print(input())\n";
    let clock = "import time\nfor k in range(4):\n    time.sleep(0.4)\n    print(k)\n";
    let (lines, _) = play(Network::Loopback, &["local"], &[(0, reader), (0, clock)]);
    let said = ["1: 0", "1: 1", "1: 2", "0: given", "0 ends with 0", "1: 3", "1 ends with 0"];
    assert_eq!(lines, said);
}

#[test]
fn in_an_order_a_call_that_only_waits_is_made_when_it_ended_and_a_fault_is_refused() {
    let server = "import socket\nl = socket.create_server(('', 7000))\nc, _ = l.accept()\nc.sendall(c.recv(9))\nl.accept()\n";
    let client =
        "import socket\nc = socket.create_connection(('127.0.0.1', 7000))\nc.sendall(b'hello')\nc.recv(9)\n";
    let scenario = scenario(Network::Loopback, &["a"], &[(0, server), (0, client)]);
    let world =
        || runs::world(&scenario, Turns::Calls, Limits::default()).unwrap_or_else(|it| panic!("{it}"));
    let mut ran = world();
    while ran.step() {}
    let waited = ran.events().iter().filter(|it| matches!(it.what, What::Waits { .. })).count();
    assert!(waited > 2, "accept twice, and recv");
    let turns = runs::order(world(), ran.taken().iter().cloned()).expect("programs alone did it");
    let ends = |turn: &Turn| matches!(turn, Turn::Takes { ends: true, .. });
    assert!(turns.iter().all(ends), "{turns:?}");
    assert!(turns.len() < ran.taken().len(), "who waits has one turn for it: {turns:?}");
    let kill = Act::Take(ChoiceKey::Kill(Pid(1)));
    assert_eq!(runs::order(world(), [kill.clone()]), Err(kill));
}
