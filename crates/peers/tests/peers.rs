//! Which calls each peer makes, in which order, whatever is answered.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::collections::BTreeMap;

use common::{Client, Fake, peer};
use peers::{CATALOGUE, Peer, Place, build};
use syscall::{Action, Errno, Fd, Program};

const MOST: usize = 10_000;

/// What a client that sends this gets from a peer, and the calls that the peer makes.
fn got(name: &str, settings: &[(&str, i64)], client: Client) -> (Vec<u8>, Vec<String>) {
    let mut fake = Fake::new(vec![client], &[]);
    fake.run(&mut peer(name, settings, 1), MOST);
    let client = fake.clients.remove(0);
    (client.got, fake.said)
}

fn starting(said: &[String], with: &str) -> Vec<String> {
    said.iter().filter(|said| said.starts_with(with)).cloned().collect()
}

#[test]
fn every_peer_that_listens_sets_its_buffer_before() {
    for about in CATALOGUE.iter().filter(|about| about.listens) {
        let mut fake = Fake::new(vec![], &[]);
        assert_eq!(fake.run(&mut peer(about.name, &[], 0), MOST), None);
        let expected =
            ["socket(AF_INET, SOCK_STREAM)", "setsockopt(1, SO_RCVBUF, 4096)", "bind(1, 10.0.0.2:7000)"];
        assert_eq!(fake.said[..3], expected, "{}", about.name);
        assert!(fake.said[3].starts_with("listen(1, "), "{}", about.name);
    }
}

#[test]
fn what_is_wrong_with_an_order_for_a_peer_is_said_in_a_sentence() {
    let place = Place { address: "10.0.0.2:7000".parse().unwrap(), rcvbuf: 4096 };
    let wrong = |name: &str, setting: Option<(&str, i64)>| {
        let settings: BTreeMap<_, _> = setting.iter().map(|(name, value)| ((*name).into(), *value)).collect();
        build(name, place, &settings, 0).err().map(|wrong| wrong.to_string()).unwrap_or_default()
    };
    let all: Vec<_> = peers::names().collect();
    assert_eq!(wrong("nobody", None), format!("There is no peer `nobody`; there are: {}.", all.join(", ")));
    assert_eq!(
        wrong("sleepy", Some(("nap", 1))),
        "The peer `sleepy` has no setting `nap`; it has: nap_ms, bytes."
    );
    assert_eq!(
        wrong("sleepy", Some(("bytes", 0))),
        "The setting `bytes` of `sleepy` may be 1 to 65536 bytes, not 0."
    );
    assert_eq!(
        wrong("calculator", Some(("order", 2))),
        "The setting `order` of `calculator` may be 0 to 1, not 2."
    );
}

#[test]
fn every_setting_may_have_its_least_and_its_most() {
    for about in CATALOGUE {
        for setting in about.settings {
            for value in [setting.least, setting.most] {
                peer(about.name, &[(setting.name, value)], 0);
            }
        }
    }
}

#[test]
fn a_peer_that_cannot_listen_ends_with_status_one() {
    for about in CATALOGUE.iter().filter(|about| about.listens) {
        let mut peer = peer(about.name, &[], 0);
        peer.resume(None);
        assert_eq!(peer.resume(Some(Err(Errno::EMFILE))), Action::Exit(1));
    }
}

#[test]
fn an_accept_without_a_descriptor_is_tried_again_after_a_pause() {
    let mut echo = peer("echo", &[], 0);
    let mut fake = Fake::new(vec![], &[]);
    fake.run(&mut echo, MOST);
    for errno in [Errno::EMFILE, Errno::ECONNABORTED, Errno::ENOBUFS] {
        let says = |action: Action| match action {
            Action::Call { call, .. } => call.to_string(),
            other => panic!("{other:?}"),
        };
        assert_eq!(says(echo.resume(Some(Err(errno)))), "select([], [], [], 100 ms)");
        let nothing = syscall::Returned::Selected { read: vec![], write: vec![], except: vec![] };
        assert_eq!(says(echo.resume(Some(Ok(nothing)))), "accept(1)");
        assert_eq!(says(echo.resume(Some(Err(Errno::EINTR)))), "accept(1)");
    }
    assert!(
        matches!(echo.resume(Some(Err(Errno::EBADF))), Action::Call { call, .. } if call.fd() == Some(Fd(1)))
    );
    assert_eq!(echo.resume(Some(Ok(syscall::Returned::Done))), Action::Exit(1));
}

#[test]
fn echo_sends_everything_back_through_partial_sends_and_takes_the_next_connection() {
    let clients = vec![Client::sends(&[b"hello ", b"world"]), Client::says("again")];
    let mut fake = Fake { room: Some(4), ..Fake::new(clients, &[]) };
    assert_eq!(fake.run(&mut peer("echo", &[], 0), MOST), None);
    assert_eq!(fake.clients[0].got, b"hello world");
    assert_eq!(fake.clients[1].got, b"again");
    assert_eq!(starting(&fake.said, "close").len(), 2);
    assert_eq!(fake.said.last().unwrap(), "accept(1)");
}

#[test]
fn sleepy_reads_once_for_each_count_and_passes_over_what_is_none() {
    let mut fake =
        Fake::new(vec![Client::says("0123456789")], &["3\nx\n\n-1\n0\n99999999999\n", "4", "\n 2 \n"]);
    assert_eq!(fake.run(&mut peer("sleepy", &[], 0), MOST), None);
    assert_eq!(starting(&fake.said, "recv(2"), ["recv(2, 3)", "recv(2, 4)", "recv(2, 2)"]);
    assert_eq!(fake.said.last().unwrap(), "recv(0, 256)");
}

#[test]
fn sleepy_takes_the_next_connection_after_an_end_or_an_error_and_ends_with_its_control() {
    let reset = Client { ends: Some(Errno::ECONNRESET), ..Client::default() };
    let mut fake = Fake::new(vec![reset, Client::default(), Client::says("x")], &["1\n1\n1\n"]);
    fake.control_ends = true;
    assert_eq!(fake.run(&mut peer("sleepy", &[], 0), MOST), Some(0));
    assert_eq!(starting(&fake.said, "accept").len(), 3);
    assert_eq!(starting(&fake.said, "close").len(), 4);
}

#[test]
fn sleepy_wakes_by_itself_after_a_nap() {
    let (_, said) = got("sleepy", &[("nap_ms", 20), ("bytes", 7)], Client::says("0123456789"));
    let expected = ["select([], [], [], 20 ms)", "recv(2, 7)"];
    assert_eq!(said[5..11], [expected, expected, expected].concat());
    assert_eq!(said[11], "close(2)");
}

#[test]
fn a_line_without_end_is_thrown_away_and_counts_still_work() {
    let long = "9".repeat(90);
    let mut fake = Fake::new(vec![Client::says("abc")], &[&long, &long, "\n2\n"]);
    assert_eq!(fake.run(&mut peer("sleepy", &[], 0), MOST), None);
    assert!(fake.said.contains(&"recv(2, 2)".into()));
}

#[test]
fn dribbler_sends_a_byte_at_a_time_with_rests_between() {
    let (bytes, said) = got("dribbler", &[("gap_ms", 5)], Client::says("abc"));
    assert_eq!(bytes, b"abc");
    assert_eq!(said[5], "setsockopt(2, TCP_NODELAY, 1)");
    let send = "send(2, 1 bytes, MSG_NOSIGNAL)";
    let rest = "select([], [], [], 5 ms)";
    assert_eq!(said[7..12], [send, rest, send, rest, send]);
    let (bytes, said) = got("dribbler", &[("piece", 10)], Client::says(&"x".repeat(100)));
    assert_eq!(bytes.len(), 100);
    assert!((10..50).contains(&starting(&said, "send").len()), "{said:?}");
}

#[test]
fn clumper_sends_messages_together_and_at_the_end_what_it_has() {
    let client = Client::sends(&[b"one\ntwo\n", b"thr", b"ee\nfour\nfi"]);
    let (bytes, said) = got("clumper", &[], client);
    assert_eq!(bytes, b"one\ntwo\nthree\nfour\nfi");
    assert_eq!(
        starting(&said, "send"),
        ["send(2, 14 bytes, MSG_NOSIGNAL)", "send(2, 7 bytes, MSG_NOSIGNAL)"]
    );
    let (bytes, _) = got("clumper", &[("framing", 1)], Client::sends(&[b"\0\0\0\x01a", b"GET /"]));
    assert_eq!(bytes, b"", "a frame of more than a thousand million bytes ends the connection");
}

#[test]
fn splitter_cuts_every_message_in_two() {
    let client = Client::sends(&[b"\0\0\0\x02ab\0\0\0\0", b"\0\0\0\x01c\0"]);
    let (bytes, said) = got("splitter", &[("place", 3), ("gap_ms", 1)], client);
    assert_eq!(bytes, b"\0\0\0\x02ab\0\0\0\0\0\0\0\x01c\0");
    let sizes: Vec<_> = starting(&said, "send").iter().map(|said| said[8..9].to_owned()).collect();
    assert_eq!(sizes, ["5", "1", "3", "1", "4", "1", "1"]);
    assert_eq!(starting(&said, "select").len(), 3);
}

#[test]
fn greedy_sends_so_many_bytes_and_never_reads() {
    let (bytes, said) = got("greedy", &[("bytes", 20), ("chunk", 8)], Client::says("unread"));
    assert_eq!(bytes, b"0000000\n0000001\n0000");
    assert!(starting(&said, "recv").is_empty());
    let (bytes, said) = got("greedy", &[], Client::default());
    assert_eq!(said.len(), MOST, "without end");
    assert!(bytes.len() > 1_000_000);
}

#[test]
fn half_closer_answers_shuts_its_direction_and_reads_on() {
    let (bytes, said) = got("half-closer", &[("bytes", 3)], Client::sends(&[b"ab", b"cd", b"ef"]));
    assert_eq!(bytes, b"4 bytes\n");
    let tail: Vec<_> = said.iter().skip(7).map(String::as_str).collect();
    let send = "send(2, 8 bytes, MSG_NOSIGNAL)";
    let read = "recv(2, 4096)";
    assert_eq!(tail, [send, "shutdown(2, SHUT_WR)", read, read, "close(2)", "accept(1)"]);
}

#[test]
fn resetter_reads_exactly_so_many_bytes_and_resets() {
    let (_, said) = got("resetter", &[("bytes", 5)], Client::sends(&[b"abc", b"defg"]));
    let expected =
        ["recv(2, 5)", "recv(2, 2)", "setsockopt(2, SO_LINGER, {on, 0 s})", "close(2)", "accept(1)"];
    assert_eq!(said[5..], expected);
}

#[test]
fn vanisher_never_closes() {
    let mut fake = Fake::new(vec![Client::says("abc"), Client::default()], &[]);
    assert_eq!(fake.run(&mut peer("vanisher", &[("bytes", 2)], 0), MOST), None);
    assert_eq!(fake.said[5..], ["recv(2, 2)", "select([], [], [], no limit)"]);
    assert_eq!(fake.open(), 1);
}

#[test]
fn http_answers_once_in_pieces_and_closes() {
    let request = Client::says("GET /hello.txt HTTP/1.0\r\n\r\n");
    let (bytes, said) = got("http", &[("piece", 50), ("drain", 1)], request.clone());
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.starts_with("HTTP/1.0 200 OK\r\n") && text.ends_with("\r\n\r\nhello\n"), "{text}");
    assert_eq!(starting(&said, "send").len(), text.len().div_ceil(50));
    assert_eq!(said[said.len() - 4..], ["shutdown(2, SHUT_WR)", "recv(2, 4096)", "close(2)", "accept(1)"]);
    let (whole, said) = got("http", &[], request);
    assert_eq!(whole, text.into_bytes());
    assert_eq!(said[said.len() - 2..], ["close(2)", "accept(1)"]);
    for unfinished in ["GET / HTTP/1.0\r\nHost", &"x".repeat(9000)] {
        let (bytes, _) = got("http", &[], Client::says(unfinished));
        assert!(bytes.starts_with(b"HTTP/1.0 400 Bad Request\r\n"));
    }
    assert_eq!(got("http", &[], Client::default()).0, b"");
}

#[test]
fn calculator_answers_in_both_byte_orders() {
    let questions = Client::sends(&[b"\0\0\0\x051 + 2\0\0", b"\0\x031/0"]);
    let (bytes, _) = got("calculator", &[], questions);
    assert_eq!(bytes, b"\0\0\0\x013\0\0\0\x17error: division by zero");
    let (bytes, _) = got("calculator", &[("order", 1)], Client::sends(&[b"\x03\0\0\x002*3"]));
    assert_eq!(bytes, b"\x01\0\0\x006");
    let (bytes, said) = got("calculator", &[("order", 1)], Client::sends(&[b"\0\0\0\x032*3\0\0\0\x032*3"]));
    assert!(bytes.ends_with(b"error: a question has at most 256 bytes, not 50331648"), "{bytes:?}");
    assert_eq!(said.last().unwrap(), "accept(1)");
    assert_eq!(starting(&said, "send").len(), 1);
}

#[test]
fn slow_accepter_accepts_when_told_or_after_a_delay() {
    let clients = || vec![Client::says("one"), Client::says("two")];
    let mut fake = Fake::new(clients(), &["hello\naccept\n"]);
    assert_eq!(fake.run(&mut peer("slow-accepter", &[("backlog", 0)], 0), MOST), None);
    assert_eq!(fake.said[3..6], ["listen(1, 0)", "recv(0, 256)", "accept(1)"]);
    assert_eq!((&fake.clients[0].got[..], &fake.clients[1].got[..]), (&b"one"[..], &b""[..]));
    let mut fake = Fake::new(clients(), &[]);
    fake.run(&mut peer("slow-accepter", &[("delay_ms", 300)], 0), MOST);
    assert_eq!(starting(&fake.said, "select([], [], [], 300 ms)").len(), 3);
    assert_eq!(fake.clients[1].got, b"two");
}

#[test]
fn chat_passes_lines_on_to_all_others_and_says_who_comes_and_goes() {
    let stays = Client { stays: true, ..Client::default() };
    let clients =
        vec![stays.clone(), Client { stays: true, ..Client::says("hello\r\n\nall") }, Client::says("bye\n")];
    let mut fake = Fake::new(clients, &[]);
    assert_eq!(fake.run(&mut peer("chat", &[], 3), MOST), None);
    let text = |at: usize| String::from_utf8(fake.clients[at].got.clone()).unwrap();
    let first = text(0);
    let names: Vec<_> = first.lines().filter_map(|line| line.strip_suffix(" has come")).collect();
    let [second, third] = [names[0], names[1]].map(|name| name.trim_start_matches("* "));
    assert!(first.contains(&format!("\n{second}: hello\n")), "{first}");
    assert!(first.contains(&format!("\n{third}: bye\n* {third} has left\n")), "{first}");
    assert!(!first.contains("all"), "the line is not whole");
    assert!(!text(1).contains("hello") && text(1).contains("bye"), "{}", text(1));
    assert_eq!(fake.open(), 2);
}

#[test]
fn chat_accepts_no_more_than_its_members() {
    let stays = Client { stays: true, ..Client::default() };
    let mut fake = Fake::new(vec![stays; 5], &[]);
    assert_eq!(fake.run(&mut peer("chat", &[("members", 2)], 3), MOST), None);
    assert_eq!(fake.open(), 2);
}

/// A server that sends back what it gets.
fn echo(data: &[u8]) -> Vec<u8> {
    data.to_vec()
}

#[test]
fn dialler_connects_as_often_as_it_shall_and_again_when_told() {
    for at_once in [1, 4, 100] {
        let mut fake = Fake { server: Some(echo), ..Fake::new(vec![], &["dial\n2\n200\n"]) };
        assert_eq!(fake.run(&mut peer("dialler", &[("times", 10), ("at_once", at_once)], 5), MOST), None);
        assert_eq!(fake.clients.len(), 22);
        assert!(fake.clients.iter().all(|client| client.closed && client.got.ends_with(b"\n")));
        assert_eq!(starting(&fake.said, "connect").len(), 22);
        assert_eq!(fake.said.last().unwrap(), "recv(0, 256)");
    }
}

#[test]
fn dialler_gives_up_after_so_many_refusals() {
    let mut fake = Fake { control_ends: true, ..Fake::new(vec![], &[]) };
    let settings = [("tries", 3), ("times", 5), ("gap_ms", 7)];
    assert_eq!(fake.run(&mut peer("dialler", &settings, 0), MOST), Some(0));
    assert_eq!(starting(&fake.said, "connect").len(), 3);
    assert_eq!(starting(&fake.said, "select([], [], [], 250 ms)").len(), 2);
}

#[test]
fn dialler_shuts_its_direction_where_it_shall_finish() {
    let mut fake = Fake { server: Some(echo), ..Fake::new(vec![], &[]) };
    assert_eq!(fake.run(&mut peer("dialler", &[("finish", 1), ("times", 2)], 0), MOST), None);
    assert_eq!(starting(&fake.said, "shutdown").len(), 1, "the server never closes");
    assert!(fake.clients[0].shut && !fake.clients[0].closed);
}

#[test]
fn a_copy_is_the_same_peer() {
    let peer: Peer = peer("dribbler", &[("piece", 9)], 4);
    let run = |mut peer: Peer| {
        let mut fake = Fake::new(vec![Client::says(&"x".repeat(200))], &[]);
        fake.run(&mut peer, MOST);
        fake.said
    };
    assert_eq!(run(peer.clone()), run(peer));
}
