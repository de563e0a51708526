//! The live run's rules, held against what a relay may send.

use super::*;
use protocol::{FromRelay, LabReport, Limits};
use syscall::{Errno, Observed, Outcome, Returned};

const SCENARIO: &str = include_str!("../../../../world/tests/fixtures/partial-send-loopback.toml");

fn spec() -> LiveSpec {
    LiveSpec {
        id: "live".into(),
        title: "For real".into(),
        scenario: toml::from_str(SCENARIO).unwrap(),
        run: "Sender".into(),
        peer_program: "Receiver".into(),
        peer: "sleepy".into(),
        rcvbuf: Some(4096),
        holds: vec![],
        guess: None,
        read: 4096,
    }
}

fn says(message: &FromRelay) -> Input {
    Input::Message(protocol::encode(message))
}

fn welcome(resumed: bool, mode: &str) -> Input {
    says(&FromRelay::Welcome {
        session: "s1".into(),
        key: "k1".into(),
        resumed,
        kernel: KernelInfo {
            system: "Linux".into(),
            release: "6.18".into(),
            mode: mode.into(),
            congestion: "cubic".into(),
        },
        limits: Limits { sockets: 8, calls_per_second: 100, buffer: 65_536, resume_s: 60 },
    })
}

fn lab(seq: u64, report: LabReport) -> Input {
    says(&FromRelay::Lab { seq, report })
}

fn done(id: u64, outcome: Outcome) -> LabReport {
    let here = Some(Observed::default());
    LabReport::Completed { id: CallId(id), outcome, by: Answered::Kernel, here, there: None, at: 0 }
}

fn sent(outputs: &[Output]) -> Vec<FromClient> {
    let messages = outputs.iter().filter_map(|output| match output {
        Output::Send(bytes) => Some(protocol::decode(bytes).unwrap()),
        _ => None,
    });
    messages.collect()
}

/// The call that is asked for, in words.
fn call(outputs: &[Output]) -> String {
    match &sent(outputs)[..] {
        [.., FromClient::Lab(LabRequest::Submit { call, .. })] => call.to_string(),
        other => format!("{other:?}"),
    }
}

/// A run up to its first send, and the last number used.
fn at_first_send() -> Run {
    let mut run = Run::new(spec());
    assert_eq!(run.handle(Input::Run), [Output::Disconnect, Output::Connect]);
    assert!(matches!(sent(&run.handle(Input::Opened))[..], [FromClient::Hello(_)]));
    let asked = sent(&run.handle(welcome(false, "loopback")));
    assert!(
        matches!(&asked[..], [FromClient::Lab(LabRequest::Open { lab })] if lab.peers[0].name == "sleepy")
    );
    let peer = "127.0.0.1:41234".parse().unwrap();
    let out = run.handle(lab(1, LabReport::Opened { peers: vec![peer] }));
    assert_eq!(call(&out), "socket(AF_INET, SOCK_STREAM)");
    let out = run.handle(lab(2, done(1, Ok(Returned::Fd(syscall::Fd(3))))));
    assert_eq!(call(&out), "setsockopt(3, SO_SNDBUF, 4096)");
    let out = run.handle(lab(3, done(2, Ok(Returned::Done))));
    assert_eq!(call(&out), "connect(3, 127.0.0.1:41234)", "where the relay's peer is");
    run.handle(lab(4, done(3, Ok(Returned::Done))));
    let out = run.handle(lab(5, done(4, Ok(Returned::Done))));
    assert_eq!(call(&out), "send(3, 20000 bytes)");
    run
}

#[test]
fn the_program_gets_what_the_real_kernel_answered_and_the_twin_follows() {
    let mut run = at_first_send();
    let out = run.handle(lab(6, done(5, Ok(Returned::Count(6144)))));
    assert_eq!(call(&out), "send(3, 13856 bytes)");
    let out = run.handle(lab(7, done(6, Err(Errno::EAGAIN))));
    assert_eq!(call(&out), "select([], [3], [], no limit)");
    assert_eq!(*run.state(), State::WaitsForPeer);
    let twin = run.twin();
    assert_eq!(twin.len().min(6), 6, "the twin has made as many calls: {twin:?}");
    assert_eq!(twin[4].1, Some(Ok(Returned::Count(6144))), "measured on Linux 6.18, loopback");
}

#[test]
fn letting_the_peer_read_is_said_to_the_relay_and_wakes_the_call() {
    let mut run = at_first_send();
    run.handle(lab(6, done(5, Ok(Returned::Count(6144)))));
    run.handle(lab(7, done(6, Err(Errno::EAGAIN))));
    let out = sent(&run.handle(Input::Tell));
    assert!(matches!(&out[..], [FromClient::Lab(LabRequest::Tell { peer: 0, text })] if text == "4096"));
    assert_eq!(*run.state(), State::Told);
    assert!(run.handle(Input::Tell).is_empty(), "once is enough");
    let call = Call::Recv { fd: syscall::Fd(4), len: 4096, flags: syscall::MsgFlags::default() };
    let outcome = Ok(Returned::Data("x".into()));
    run.handle(lab(8, LabReport::Peer { peer: 0, call, outcome, received: 4096, here: None, at: 0 }));
    assert_eq!(*run.state(), State::WaitsForPeer);
    assert_eq!(run.real()[6], Real::PeerRead { count: 4096 }, "before the call that it wakes");
    let selected = Returned::Selected { read: vec![], write: vec![syscall::Fd(3)], except: vec![] };
    let out = run.handle(lab(9, done(7, Ok(selected))));
    assert!(sent(&out).iter().any(|m| matches!(m, FromClient::Lab(LabRequest::Submit { .. }))));
}

#[test]
fn a_lost_connection_is_resumed_quietly_and_the_call_said_again() {
    let mut run = at_first_send();
    let lost = || Input::Closed { code: 1006, reason: String::new() };
    assert_eq!(run.handle(lost()), [Output::Wait(300)]);
    assert_eq!(run.handle(Input::Waited), [Output::Connect]);
    let hello = sent(&run.handle(Input::Opened));
    let FromClient::Hello(Hello { resume: Some(resume), .. }) = &hello[0] else { panic!("{hello:?}") };
    assert_eq!((resume.session.as_str(), resume.key.as_str(), resume.last), ("s1", "k1", 5));
    assert_eq!(call(&run.handle(welcome(true, "loopback"))), "send(3, 20000 bytes)");
    assert!(run.handle(lab(5, done(4, Ok(Returned::Done)))).is_empty(), "a repeated report changes nothing");
}

#[test]
fn when_the_relay_stays_away_the_run_says_so_and_another_can_begin() {
    let mut run = at_first_send();
    let lost = || Input::Closed { code: 1006, reason: String::new() };
    assert_eq!(run.handle(lost()), [Output::Wait(300)]);
    assert_eq!(run.handle(lost()), [Output::Wait(1500)]);
    assert_eq!(run.handle(lost()), [Output::Disconnect]);
    let State::Failed(failure) = run.state() else { panic!("{:?}", run.state()) };
    assert!(failure.why.contains("does not answer"), "{failure:?}");
    assert_eq!(run.handle(Input::Run), [Output::Disconnect, Output::Connect]);
    assert!(run.real().is_empty());
    assert_eq!(run.handle(lost()), [Output::Disconnect], "not reached at all");
}

#[test]
fn a_relay_that_forgot_the_session_or_has_no_sockets_is_a_clear_failure() {
    let mut run = at_first_send();
    run.handle(Input::Closed { code: 1006, reason: String::new() });
    run.handle(Input::Opened);
    run.handle(welcome(false, "loopback"));
    assert!(matches!(run.state(), State::Failed(failure) if failure.what == "The run is lost."));
    let mut run = Run::new(spec());
    run.handle(Input::Run);
    run.handle(Input::Opened);
    run.handle(welcome(false, "none"));
    assert!(matches!(run.state(), State::Failed(failure) if failure.next.contains("Linux")));
}

#[test]
fn no_bytes_from_a_relay_end_the_page() {
    for bytes in [vec![], vec![0], b"hello".to_vec(), vec![0xff; 300], vec![0x9f; 5000]] {
        let mut run = at_first_send();
        run.handle(Input::Message(bytes));
        assert!(matches!(run.state(), State::Failed(_)));
    }
    let mut run = at_first_send();
    assert!(run.handle(lab(6, done(99, Ok(Returned::Done)))).is_empty(), "an answer to nothing");
    run.handle(lab(7, done(5, Ok(Returned::Forked(syscall::Pid(1))))));
    run.handle(lab(8, LabReport::Refused { reason: "too fast".into() }));
    assert!(matches!(run.state(), State::Failed(failure) if failure.why == "too fast"));
}

#[test]
fn a_relay_that_asks_for_a_token_is_given_it_and_a_wrong_one_is_told() {
    let mut run = Run::new(spec());
    let refused = || Input::Closed { code: 4401, reason: "this relay asks for an access token".into() };
    run.handle(Input::Run);
    run.handle(Input::Opened);
    run.handle(refused());
    assert_eq!(run.state(), &State::Asks { wrong: false });
    let outputs = run.handle(Input::Token("correct horse".into()));
    assert!(outputs.contains(&Output::Connect));
    let hello = sent(&run.handle(Input::Opened));
    let FromClient::Hello(Hello { token: Some(token), .. }) = &hello[0] else { panic!("{hello:?}") };
    assert_eq!(token, "correct horse");
    run.handle(refused());
    assert_eq!(run.state(), &State::Asks { wrong: true });
    // What was told to another figure of the tab is known to this one.
    run.handle(Input::Run);
    run.know(Some("the right one".into()));
    let hello = sent(&run.handle(Input::Opened));
    assert!(
        matches!(&hello[0], FromClient::Hello(Hello { token: Some(token), .. }) if token == "the right one")
    );
    run.handle(welcome(false, "loopback"));
    assert_eq!(run.state(), &State::Opening);
}
