//! The live run's rules, held against what a relay may send.

#[path = "../../../tests/common/mod.rs"]
mod common;

use super::*;
use protocol::{Answered, FromRelay, Hello, LabReport, Limits, WireSpec};
use syscall::{
    ConnectionId, Direction, Errno, Event, Observed, Outcome, RealSteps, Returned, Segment, SegmentFlags,
    StreamRange, TcpState, What,
};

const SCENARIO: &str = include_str!("../../../../world/tests/fixtures/partial-send-loopback.toml");

fn spec() -> LiveSpec {
    common::live(SCENARIO)
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
    let (by, real) = (Answered::Kernel, RealSteps::default());
    LabReport::Completed { id: CallId(id), outcome, by, real, here, there: None, at: 0 }
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

/// A run on loopback up to its first send, whose call has the number 5 as the last report has.
fn at_first_send() -> Run {
    at_first_send_in("loopback")
}

/// The same in a lab of another mode.
fn at_first_send_in(mode: &str) -> Run {
    let mut run = Run::new(spec());
    assert_eq!(run.handle(Input::Run), [Output::Disconnect, Output::Connect]);
    assert!(matches!(sent(&run.handle(Input::Opened))[..], [FromClient::Hello(_)]));
    let asked = sent(&run.handle(welcome(false, mode)));
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
    assert!(matches!(run.state(), State::Failed(_) | State::Running));
}

#[test]
fn only_a_refusal_of_the_lab_ends_the_run() {
    let refused = |seq| lab(seq, LabReport::Refused { reason: "too fast".into() });
    let mut run = at_first_send();
    assert!(run.handle(refused(6)).is_empty());
    assert_eq!((run.state(), run.wire().notices()), (&State::Running, &["too fast".to_owned()][..]));
    let mut run = Run::new(spec());
    for input in [Input::Run, Input::Opened, welcome(false, "namespaces-tun"), refused(1)] {
        run.handle(input);
    }
    assert!(matches!(run.state(), State::Failed(failure) if failure.why == "too fast"));
    // What answers nothing is shown and ends nothing, not even a lab that is being opened.
    let mut run = Run::new(spec());
    for input in [
        Input::Run,
        Input::Opened,
        welcome(false, "namespaces-tun"),
        lab(1, LabReport::Notice { says: "Here 3 packets are not shown.".into() }),
    ] {
        run.handle(input);
    }
    assert_eq!(run.state(), &State::Opening);
    assert_eq!(run.wire().notices(), ["Here 3 packets are not shown."]);
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

const WIRED: &str = "namespaces-tun";

fn segment(id: u32, start: u64, end: u64) -> Segment {
    let range = StreamRange { connection: ConnectionId(0), direction: Direction::Forth, start, end };
    let flags = SegmentFlags { ack: true, ..SegmentFlags::default() };
    Segment { id, range, flags, ack: 0, window: 4096, retransmission: false }
}

fn happened(seq: u64, host: u16, what: What) -> Input {
    let (index, at, host) = (0, 0, syscall::HostId(host));
    let (pid, tid, socket, cause, source, range) = (None, None, None, None, None, None);
    let event = Event { index, at, host, pid, tid, socket, cause, source, range, what };
    lab(seq, LabReport::Happened { event })
}

#[test]
fn what_the_wire_carries_is_kept_and_the_twin_has_a_wire_too() {
    let mut run = at_first_send_in(WIRED);
    assert!(run.has_wire() && run.has_lab());
    run.handle(happened(6, 0, What::SegmentSent { segment: segment(1, 0, 1448) }));
    run.handle(happened(7, 1, What::SegmentArrived { segment: segment(1, 0, 1448), accepted: 1448 }));
    run.handle(happened(8, 0, What::HostCable { connected: false }));
    assert_eq!(run.wire().events().iter().map(|event| event.index).collect::<Vec<_>>(), [1, 2, 3]);
    assert!(run.wire().is_cut());
    run.handle(lab(9, done(5, Ok(Returned::Count(5792)))));
    assert_eq!(run.twin()[4].1, Some(Ok(Returned::Count(5792))), "measured on Linux 6.18 over a wire");
    assert_eq!(run.why_different(), None);
    assert!(!at_first_send().has_wire(), "loopback has none");
}

#[test]
fn a_hand_is_laid_on_the_wire_where_there_is_one_and_stays_for_the_next_run() {
    let hold = || Input::Wire(WireRequest::Set(WireSpec { held: true, ..WireSpec::default() }));
    assert!(at_first_send().handle(hold()).is_empty(), "loopback has no wire");
    let mut run = at_first_send_in(WIRED);
    assert!(matches!(
        &sent(&run.handle(hold()))[..],
        [FromClient::Lab(LabRequest::Wire(WireRequest::Set(_)))]
    ));
    let deliver = Input::Wire(WireRequest::Deliver { packet: 3 });
    assert!(matches!(
        &sent(&run.handle(deliver))[..],
        [FromClient::Lab(LabRequest::Wire(WireRequest::Deliver { packet: 3 }))]
    ));
    let again = run.handle(Input::Run);
    assert!(matches!(sent(&again)[..], [FromClient::Lab(LabRequest::Close)]), "the old lab is given back");
    run.handle(Input::Opened);
    let asked = sent(&run.handle(welcome(false, WIRED)));
    assert!(matches!(&asked[..], [FromClient::Lab(LabRequest::Open { lab })] if lab.wire.held), "{asked:?}");
}

#[test]
fn the_lab_outlives_the_program_for_what_is_still_under_way_and_for_the_file() {
    let mut run = at_first_send_in(WIRED);
    assert!(run.handle(Input::Stop).iter().all(|output| *output != Output::Disconnect));
    assert_eq!((run.state(), run.has_lab()), (&State::Stopped, true));
    run.handle(happened(6, 0, What::SegmentSent { segment: segment(1, 0, 0) }));
    assert_eq!(run.wire().events().len(), 1);
    assert!(matches!(sent(&run.handle(Input::Save))[..], [FromClient::Lab(LabRequest::Capture)]));
    assert!(run.handle(Input::Save).is_empty(), "it is on its way");
    let part = |seq, part: &str, left| lab(seq, LabReport::Captured { part: part.into(), left });
    assert_eq!(run.handle(part(7, "pcap", 2)), []);
    let Output::Save { name, bytes } = &run.handle(part(8, "ng", 0))[1] else { panic!("a file") };
    assert_eq!((name.as_str(), &bytes[..]), ("live.pcapng", &b"pcapng"[..]));
    run.handle(lab(9, LabReport::Closed { reason: "nothing happened".into() }));
    assert_eq!((run.state(), run.has_lab()), (&State::Stopped, false));
}

#[test]
fn a_press_that_comes_just_after_the_end_begins_no_other_run() {
    let mut run = at_first_send();
    assert_eq!(call(&run.handle(lab(6, done(5, Ok(Returned::Count(20_000)))))), "close(3)");
    let out = run.handle(lab(7, done(6, Ok(Returned::Done))));
    assert_eq!(*run.state(), State::Done);
    assert_eq!(out.last(), Some(&Output::Rest(REST_MS)));
    let calls = run.real().len();
    // The one button that let the peer read begins a run now.
    assert!(run.handle(Input::Run).is_empty() && run.rests());
    assert_eq!((run.state(), run.real().len()), (&State::Done, calls));
    run.handle(Input::Rested);
    assert!(!run.rests());
    assert!(run.handle(Input::Run).contains(&Output::Connect));
}

#[test]
fn a_capture_beyond_the_bound_is_given_up_with_a_sentence() {
    let mut run = at_first_send_in(WIRED);
    run.handle(Input::Save);
    let part = LabReport::Captured { part: "pcap".into(), left: super::super::wire::CAPTURE as u64 };
    assert!(run.handle(lab(6, part)).is_empty());
    assert!(run.wire().notices()[0].contains("16 MiB") && !run.wire().saving());
}

#[test]
fn what_the_kernels_hold_stays_fresh_between_calls() {
    let mut run = at_first_send_in(WIRED);
    let observed = |outq, inq| {
        let state = Some(TcpState::Established);
        Observed { outq, inq, state, ..Observed::default() }
    };
    let (fd, at) = (syscall::Fd(3), 0);
    let here = LabReport::Holds { task: Some(TaskId(0)), peer: None, fd, observed: observed(5792, 0), at };
    let there = LabReport::Holds { task: None, peer: Some(0), fd, observed: observed(0, 4344), at };
    run.handle(lab(6, here));
    run.handle(lab(7, there));
    let (Some(here), Some(there)) = run.wire().now() else { panic!("both ends") };
    assert_eq!((here.outq, there.inq), (5792, 4344));
}
