//! `socketscope bridge`: programs of this machine and the peers of a relay's lab, joined; and what a bridge says where it cannot.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../common/mod.rs"]
mod common;
mod examples;
mod standing;

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::OnceLock;
use std::time::Duration;

use common::process::run;
use common::{Relay, start_with};
use relay::settings::{LabMode, Metrics, Secret};
use relay::{Limits, Settings};
use standing::Bridge;

/// What relays of these tests run in.
fn runtime() -> &'static tokio::runtime::Runtime {
    static RUNTIME: OnceLock<tokio::runtime::Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| tokio::runtime::Runtime::new().unwrap())
}

/// A relay whose hosts share this machine's loopback: these tests are about the way to it.
fn own(settings: Settings) -> Relay {
    runtime().block_on(start_with(Settings {
        metrics: Metrics::Off,
        lab_mode: LabMode::Loopback,
        ..settings
    }))
}

/// The one that all tests share that change nothing about it.
fn relay() -> &'static Relay {
    static RELAY: OnceLock<Relay> = OnceLock::new();
    RELAY.get_or_init(|| own(Settings::default()))
}

#[test]
fn the_end_of_one_direction_arrives_and_the_other_goes_on() {
    let bridge = Bridge::listening(relay(), &["echo"]);
    let mut client = bridge.connect();
    client.write_all(b"question").unwrap();
    client.shutdown(Shutdown::Write).unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).unwrap();
    assert_eq!(answer, "question");
    bridge.says("1: both directions have ended; 8 bytes to the peer, 8 back");
}

#[test]
fn several_connections_are_carried_at_once_and_much_of_it_whole() {
    const MUCH: usize = 3 << 20;
    let bridge = Bridge::listening(relay(), &["echo"]);
    let sent: Vec<u8> = (0..MUCH).map(|at| (at % 251) as u8).collect();
    let clients = [bridge.connect(), bridge.connect()];
    std::thread::scope(|scope| {
        for client in &clients {
            let (mut reads, mut writes, sent) = (client, client, &sent);
            scope.spawn(move || {
                writes.write_all(sent).unwrap();
                client.shutdown(Shutdown::Write).unwrap();
            });
            scope.spawn(move || {
                let mut answer = Vec::new();
                reads.read_to_end(&mut answer).unwrap();
                assert!(answer == *sent, "{} bytes came back", answer.len());
            });
        }
    });
}

#[test]
fn a_reset_by_the_peer_is_a_reset_for_the_program() {
    let bridge = Bridge::listening(relay(), &["resetter"]);
    let mut client = bridge.connect();
    // It resets behind the tenth byte.
    client.write_all(&[7; 10]).unwrap();
    let error = client.read(&mut [0; 100]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    bridge.says("ECONNRESET");
}

#[test]
fn a_reset_by_the_program_is_one_for_the_peer() {
    let bridge = Bridge::listening(relay(), &["echo", "--peer-calls"]);
    let mut client = bridge.connect();
    client.write_all(b"question").unwrap();
    client.read_exact(&mut [0; 8]).unwrap();
    socket2::SockRef::from(&client).set_linger(Some(Duration::ZERO)).unwrap();
    drop(client);
    bridge.says("1: reset by your program; 8 bytes to the peer, 8 back");
    bridge.says("= ECONNRESET");
}

#[test]
fn a_peer_that_reads_nothing_stops_the_program_that_sends() {
    const OFFER: usize = 64 << 20;
    let bridge = Bridge::listening(relay(), &["sleepy"]);
    let mut client = bridge.connect();
    client.set_write_timeout(Some(Duration::from_secs(2))).unwrap();
    let mut taken = 0;
    let chunk = [7; 64 << 10];
    let error = loop {
        match client.write(&chunk) {
            Ok(count) => taken += count,
            Err(error) => break error,
        }
        assert!(taken < OFFER, "all is taken");
    };
    assert_eq!(error.kind(), ErrorKind::WouldBlock);
}

#[test]
fn a_server_of_this_machine_is_reached_from_the_lab() {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = server.local_addr().unwrap().to_string();
    let settings = ["--peer-setting", "times=2", "--peer-setting", "finish=1"];
    let bridge = Bridge::exposing(relay(), &address, &[&["dialler"], &settings[..]].concat());
    for number in 1..=2 {
        let (mut connection, _) = server.accept().unwrap();
        let mut line = String::new();
        connection.read_to_string(&mut line).unwrap();
        assert!(line.ends_with(&format!(" {number}\n")), "{line}");
        connection.write_all(b"thanks").unwrap();
        drop(connection);
        bridge.says(&format!(
            "{number}: both directions have ended; {} bytes to your server, 6 back",
            line.len()
        ));
    }
}

#[test]
fn a_reset_by_the_server_is_one_for_the_peer() {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = server.local_addr().unwrap().to_string();
    let bridge = Bridge::exposing(relay(), &address, &["--peer-calls"]);
    let (mut connection, _) = server.accept().unwrap();
    connection.read_exact(&mut [0; 1]).unwrap();
    socket2::SockRef::from(&connection).set_linger(Some(Duration::ZERO)).unwrap();
    drop(connection);
    bridge.says("1: reset by your server");
    bridge.says("= ECONNRESET");
}

#[test]
fn where_no_server_answers_the_peer_is_reset_and_the_bridge_says_why() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let bridge = Bridge::exposing(relay(), &free, &[]);
    bridge.says(&format!("1: reset, since no server of yours answers at {free}: Connection refused"));
}

#[test]
fn a_bridge_ends_with_its_relay_and_says_so() {
    let relay = own(Settings::default());
    let bridge = Bridge::listening(&relay, &["echo"]);
    let mut client = bridge.connect();
    client.write_all(b"x").unwrap();
    client.read_exact(&mut [0; 1]).unwrap();
    relay.stop.cancel();
    bridge.says("the relay closed: 1001");
    assert_eq!(bridge.code(), 1);
}

#[test]
fn a_bridge_ends_cleanly_with_ctrl_c_and_takes_its_session_along() {
    let limits = Limits { sessions: 1, ..Limits::default() };
    let relay = own(Settings { limits, ..Settings::default() });
    let bridge = Bridge::listening(&relay, &["echo"]);
    bridge.signal(libc::SIGINT);
    assert_eq!(bridge.code(), 0);
    // The one session that there may be is free again.
    drop(Bridge::listening(&relay, &["echo"]));
}

#[test]
fn a_bridge_that_cannot_be_says_why_and_what_to_do() {
    let token = Some(Secret::new(standing::TOKEN).unwrap());
    let relay = own(Settings { token, ..Settings::default() });
    let url = relay.origin();
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let gone = format!("http://{gone}");
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    let token = standing::token_file();
    for (arguments, code, says) in [
        (vec!["--listen", "0", &gone, "echo"], 1, "Is a relay running there?"),
        (vec!["--listen", "0", "https://127.0.0.1:1", "echo"], 1, "speaks http alone"),
        (vec!["--listen", "0", &url, "echo"], 1, "asks for an access token"),
        (vec!["--listen", "0", "--token-file", "/nowhere", &url, "echo"], 1, "cannot read the access token"),
        (
            vec!["--listen", "0", "--token-file", &token, &url, "ecco"],
            1,
            "There is no peer `ecco`; there are: echo,",
        ),
        (vec!["--listen", &taken, "--token-file", &token, &url, "echo"], 1, "in use by another program"),
        (vec!["--listen", "0", &url, "dialler"], 2, "say --expose"),
        (vec!["--expose", "7000", &url, "echo"], 2, "say --listen"),
        (vec!["--listen", "0.0.0.0:0", &url, "echo"], 2, "say --lan"),
        (vec!["--listen", "example", &url], 2, "127.0.0.1:9000"),
        (vec![&url, "echo"], 2, "--listen"),
    ] {
        let (was, _, err) = run(&[&["bridge"], &arguments[..]].concat(), "");
        assert_eq!(was, code, "{arguments:?}: {err}");
        assert!(err.contains(says), "{arguments:?}: {err}");
    }
}

#[test]
fn more_connections_than_the_relay_gives_wait_until_one_ends() {
    let mut limits = Limits::default();
    limits.lab.sockets = 1;
    let relay = own(Settings { limits, ..Settings::default() });
    let bridge = Bridge::listening(&relay, &["echo"]);
    let mut first = bridge.connect();
    first.write_all(b"x").unwrap();
    first.read_exact(&mut [0; 1]).unwrap();
    bridge.says("1 connections at once, all that this relay gives (lab-sockets)");
    let mut second: TcpStream = bridge.connect();
    second.write_all(b"y").unwrap();
    drop(first);
    second.read_exact(&mut [0; 1]).unwrap();
}
