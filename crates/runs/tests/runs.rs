//! Programs on the simulated kernel: what is told, and how a run ends.

use kernel::Network;
use python::{Limits, Machine, Program};
use runs::{End, Run, Simulated, Told};
use syscall::HostId;

const WIRE: Network = Network::Wire { mtu: 1500, delay_us: 100 };

/// Programs, each on the host of its number, played to their end: the lines that they wrote, in order, and the end.
fn play(network: Network, hosts: &[&str], programs: &[(u16, &str)]) -> (Vec<String>, End) {
    let mut run = Run::new(Simulated::new(network, hosts));
    for (host, text) in programs {
        let program = Program::compile(text, "main.py").unwrap_or_else(|unfit| panic!("{unfit:?}"));
        run.start("main.py", HostId(*host), Machine::new(&program, &[], Limits::default()));
    }
    let mut written = vec![String::new(); programs.len()];
    let mut lines = Vec::new();
    loop {
        match run.step() {
            Some(Told::Wrote { process, text, .. }) => {
                written.resize(written.len().max(process + 1), String::new());
                written[process] += &text;
                while let Some(end) = written[process].find('\n') {
                    let line: String = written[process].drain(..=end).collect();
                    lines.push(format!("{process}: {}", line.trim_end()));
                }
            }
            Some(Told::Exited { process, status }) => lines.push(format!("{process} ends with {status}")),
            Some(Told::Asks { process }) => run.give(process, Some("given\n".into())),
            Some(Told::Over(end)) => return (lines, end),
            Some(Told::Forked { .. } | Told::Limited { .. }) | None => {}
        }
    }
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
fn two_that_wait_for_each_other_are_a_deadlock_with_its_lines() {
    let text = "import socket\na, b = socket.socketpair()\na.recv(1)\n";
    let (_, end) = play(Network::Loopback, &["local"], &[(0, text)]);
    let End::Deadlock(stuck) = end else { panic!("{end:?}") };
    let stuck: Vec<_> = stuck.iter().map(|stuck| (stuck.waits.as_str(), stuck.line)).collect();
    assert_eq!(stuck, [("in recv(3, 1)", 3)]);
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
