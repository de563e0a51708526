//! The client's rules, held against what a relay may say.

use protocol::room::{LearnerId, Place, QuestionId, RoomSettings, Row};
use protocol::{FromClient, FromRelay, Hello, KernelInfo, Limits};

use super::*;

fn says(message: &FromRelay) -> Input {
    Input::Message(protocol::encode(message))
}

fn welcome(session: &str, resumed: bool) -> Input {
    says(&FromRelay::Welcome {
        session: session.into(),
        key: "k".into(),
        resumed,
        kernel: KernelInfo {
            system: "Linux".into(),
            release: "6.18".into(),
            mode: "none".into(),
            congestion: String::new(),
        },
        limits: Limits { sockets: 8, calls_per_second: 100, buffer: 65_536, resume_s: 60 },
    })
}

fn answer(seq: u64, id: u32, answer: Answer) -> Input {
    says(&FromRelay::Room { seq, report: RoomReport::Answer { id, answer } })
}

fn refuse(seq: u64, id: u32, why: Refusal, again_s: Option<u32>) -> Input {
    answer(seq, id, Answer::Refused { why, says: "no".into(), again_s })
}

fn joined(key: Option<&str>) -> Answer {
    Answer::Joined {
        code: "ABCD2345".into(),
        learner: LearnerId(7),
        nickname: "Ada".into(),
        key: key.map(Into::into),
    }
}

fn join() -> Ask {
    Ask::Join { code: "abcd 2345".into(), nickname: "Ada".into() }
}

fn back() -> Ask {
    Ask::Return { code: "ABCD2345".into(), key: "key".into() }
}

fn hand(up: bool) -> Ask {
    Ask::Learn(Learn::Hand { up })
}

fn tell() -> Ask {
    Ask::Direct(Direct::Tell { learner: None, text: "hello".into() })
}

fn lost() -> Input {
    Input::Closed { code: 1006, reason: String::new() }
}

/// The room's requests that are sent, by number.
fn asked(outputs: &[Output]) -> Vec<(u32, Ask)> {
    let sent = outputs.iter().filter_map(|output| match output {
        Output::Send(bytes) => Some(protocol::decode(bytes).unwrap()),
        _ => None,
    });
    sent.filter_map(|message| match message {
        FromClient::Room(RoomRequest { id, ask }) => Some((id, ask)),
        _ => None,
    })
    .collect()
}

fn hello(outputs: &[Output]) -> Hello {
    match outputs {
        [Output::Send(bytes)] => match protocol::decode(bytes).unwrap() {
            FromClient::Hello(hello) => hello,
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

fn heard(outputs: &[Output]) -> Vec<Heard> {
    let heard = outputs.iter().filter_map(|output| match output {
        Output::Tell(heard) if *heard != Heard::Standing => Some(heard.clone()),
        _ => None,
    });
    heard.collect()
}

fn waits(outputs: &[Output]) -> Option<u32> {
    outputs.iter().find_map(|output| match output {
        Output::Wait(ms) => Some(*ms),
        _ => None,
    })
}

/// A learner who has joined as number 1 in session s1, whose last report is 1.
fn learner() -> Client {
    let mut client = Client::new(5);
    let (id, out) = client.enter(join());
    assert!(id == 1 && out.contains(&Output::Connect), "{out:?}");
    assert_eq!(hello(&client.handle(Input::Opened)).resume, None);
    assert_eq!(asked(&client.handle(welcome("s1", false))), [(1, join())]);
    assert_eq!(*client.standing(), Standing::Entering);
    let out = client.handle(answer(1, 1, joined(Some("key"))));
    let told = Heard::Report(RoomReport::Answer { id: 1, answer: joined(Some("key")) });
    assert_eq!(heard(&out), [told]);
    assert_eq!(*client.standing(), Standing::In);
    client
}

/// Let the connection break and come back.
fn broken(client: &mut Client, session: &str, resumed: bool) -> Vec<Output> {
    let out = client.handle(lost());
    assert!(waits(&out).is_some() && matches!(client.standing(), Standing::Away { .. }), "{out:?}");
    assert!(client.handle(Input::Waited).contains(&Output::Connect));
    assert!(hello(&client.handle(Input::Opened)).resume.is_some());
    client.handle(welcome(session, resumed))
}

#[test]
fn what_is_asked_is_answered_to_whoever_asked() {
    let mut client = learner();
    let (id, out) = client.ask(hand(true));
    assert_eq!(asked(&out), [(2, hand(true))]);
    let out = client.handle(answer(2, 2, Answer::Done));
    assert_eq!(heard(&out), [Heard::Report(RoomReport::Answer { id, answer: Answer::Done })]);
    assert_eq!(heard(&client.handle(answer(3, 2, Answer::Done))), [], "once");
}

#[test]
fn a_resumed_session_says_again_what_has_no_answer_under_its_number() {
    let mut client = learner();
    client.ask(tell());
    client.ask(hand(true));
    client.handle(answer(2, 2, Answer::Done));
    let out = broken(&mut client, "s1", true);
    assert_eq!(asked(&out), [(3, hand(true))], "and does not come in again");
    assert_eq!(*client.standing(), Standing::In);
    assert_eq!(heard(&client.handle(answer(2, 2, Answer::Done))), [], "a repeated report is no news");
}

#[test]
fn a_forgotten_session_comes_in_again_by_the_key_before_anything_else() {
    let mut client = learner();
    let (told, _) = client.ask(tell());
    client.ask(hand(true));
    let out = broken(&mut client, "s2", false);
    assert_eq!(heard(&out), [Heard::Unknown(told)], "a message must not come twice");
    assert_eq!(asked(&out), [(1, back())], "numbers begin anew");
    assert!(matches!(client.standing(), Standing::Away { .. }), "until the room says so");
    let (later, out) = client.ask(tell());
    assert_eq!(asked(&out), []);
    let out = client.handle(answer(1, 1, joined(None)));
    assert_eq!(asked(&out), [(2, hand(true)), (3, tell())]);
    let out = client.handle(answer(2, 3, Answer::Done));
    assert_eq!(heard(&out), [Heard::Report(RoomReport::Answer { id: later, answer: Answer::Done })]);
    // And the way back is still the key's.
    assert_eq!(asked(&broken(&mut client, "s3", false)), [(1, back())]);
}

#[test]
fn joining_that_breaks_in_the_middle_is_said_again_only_where_the_relay_can_know_it() {
    let begun = || {
        let mut client = Client::new(5);
        client.enter(join());
        client.handle(Input::Opened);
        client.handle(welcome("s1", false));
        client
    };
    assert_eq!(asked(&broken(&mut begun(), "s1", true)), [(1, join())]);
    // A fresh session joins too: a name that is taken is better told than nothing.
    assert_eq!(asked(&broken(&mut begun(), "s2", false)), [(1, join())]);
}

#[test]
fn tries_are_further_and_further_apart_and_never_end() {
    let mut client = learner();
    let mut most = FIRST_WAIT_MS;
    for tries in 1..=40 {
        let out = client.handle(lost());
        let ms = waits(&out).unwrap();
        assert!((most / 4..most).contains(&ms), "try {tries}: {ms} of {most}");
        assert_eq!(*client.standing(), Standing::Away { tries, next_ms: ms });
        assert_eq!(asked(&client.ask(hand(tries % 2 == 0)).1), [], "nobody hears it now");
        client.handle(Input::Waited);
        most = (most * 2).min(LONGEST_WAIT_MS);
    }
    assert!(client.handle(Input::Now).is_empty(), "one try at a time");
    client.handle(Input::Opened);
    client.handle(welcome("s2", false));
    let out = client.handle(answer(1, 1, joined(None)));
    assert_eq!(asked(&out).len(), 40);
    assert!(waits(&client.handle(lost())).unwrap() < FIRST_WAIT_MS, "the next time begins anew");
    assert!(client.handle(Input::Now).contains(&Output::Connect), "or at once");
}

#[test]
fn two_clients_do_not_come_back_together() {
    let wait = |seed| {
        let mut client = Client::new(seed);
        client.enter(join());
        waits(&client.handle(lost())).unwrap()
    };
    assert_ne!(wait(1), wait(77));
}

#[test]
fn a_connection_on_which_nothing_is_answered_is_taken_for_broken() {
    let mut client = learner();
    assert!(client.handle(Input::Watched).is_empty(), "coming in was answered");
    assert!(client.ask(hand(true)).1.contains(&Output::Watch(PATIENCE_MS)));
    client.handle(answer(2, 2, Answer::Done));
    let (_, out) = client.ask(hand(false));
    assert!(!out.contains(&Output::Watch(PATIENCE_MS)), "one watch at a time");
    let out = client.handle(Input::Watched);
    assert_eq!(out, [Output::Watch(PATIENCE_MS)], "this one is younger than the watch");
    assert!(waits(&client.handle(Input::Watched)).is_some());
    assert!(client.handle(Input::Watched).is_empty(), "there is nothing to watch");
    client.handle(Input::Waited);
    assert!(
        waits(&client.handle(Input::Watched)).is_some(),
        "nor does a WebSocket that never opens hold it up"
    );
}

#[test]
fn of_places_only_the_last_is_kept() {
    let at = |step| Ask::Learn(Learn::At { place: Place { step, ..Place::default() } });
    let mut client = learner();
    client.handle(lost());
    for step in 1..=3 {
        client.ask(at(step));
    }
    client.ask(hand(true));
    client.handle(Input::Waited);
    client.handle(Input::Opened);
    assert_eq!(asked(&client.handle(welcome("s1", true))), [(2, at(3)), (3, hand(true))]);
}

#[test]
fn what_waits_is_bounded_and_what_is_given_up_is_told() {
    let mut client = learner();
    client.handle(lost());
    let first = client.ask(hand(true)).0;
    for _ in 1..MOST_WAITING {
        assert_eq!(heard(&client.ask(hand(true)).1), []);
    }
    assert_eq!(heard(&client.ask(hand(true)).1), [Heard::Unknown(first)]);
}

#[test]
fn a_room_that_does_not_let_one_in_says_why_and_another_name_may_be_tried() {
    let mut client = Client::new(5);
    client.enter(join());
    client.handle(Input::Opened);
    client.handle(welcome("s1", false));
    let out = client.handle(refuse(1, 1, Refusal::NicknameTaken, None));
    assert!(out.contains(&Output::Finish) && waits(&out).is_none(), "{out:?}");
    let Standing::Refused { why: Refusal::NicknameTaken, .. } = client.standing() else {
        panic!("{:?}", client.standing())
    };
    assert!(client.handle(lost()).is_empty() && client.handle(Input::Waited).is_empty());
    let (id, out) = client.enter(Ask::Join { code: "x".into(), nickname: "Ada 2".into() });
    assert!(id == 2 && out.contains(&Output::Connect));
    assert_eq!(hello(&client.handle(Input::Opened)).resume, None, "in a fresh session");
}

#[test]
fn whoever_was_in_and_comes_back_too_soon_tries_again_by_itself() {
    let mut client = learner();
    broken(&mut client, "s2", false);
    let out = client.handle(refuse(1, 1, Refusal::TooOften, Some(3)));
    assert_eq!(waits(&out), Some(3000));
    assert!(client.handle(Input::Waited).contains(&Output::Connect));
    client.handle(Input::Opened);
    assert_eq!(asked(&client.handle(welcome("s3", false))), [(1, back())]);
}

#[test]
fn whoever_is_taken_out_stays_out() {
    let mut client = learner();
    let report = RoomReport::Out { says: "The room has ended.".into(), for_good: true };
    let out = client.handle(says(&FromRelay::Room { seq: 2, report: report.clone() }));
    assert_eq!(heard(&out), [Heard::Report(report)]);
    assert_eq!(*client.standing(), Standing::Out { says: "The room has ended.".into(), for_good: true });
    assert!(client.handle(lost()).is_empty() && client.handle(Input::Waited).is_empty());
}

#[test]
fn leaving_tells_the_room_and_ends_the_session() {
    let mut client = learner();
    let out = client.handle(Input::Leave);
    assert_eq!(asked(&out), [(2, Ask::Leave)]);
    assert!(out.contains(&Output::Finish));
    assert_eq!(*client.standing(), Standing::Nowhere);
}

#[test]
fn a_page_that_is_left_ends_its_session_and_one_that_is_shown_again_comes_back() {
    let mut client = learner();
    assert!(client.handle(Input::Rest).contains(&Output::Finish));
    assert!(client.handle(Input::Now).contains(&Output::Connect));
    assert_eq!(hello(&client.handle(Input::Opened)).resume, None);
    assert_eq!(asked(&client.handle(welcome("s2", false))), [(1, back())]);
}

#[test]
fn a_token_is_asked_for_and_then_used() {
    let mut client = Client::new(5);
    client.enter(join());
    client.handle(Input::Closed { code: WRONG_TOKEN, reason: String::new() });
    assert_eq!(*client.standing(), Standing::Asks { wrong: false });
    assert!(client.handle(Input::Token("t".into())).contains(&Output::Connect));
    assert_eq!(hello(&client.handle(Input::Opened)).token.as_deref(), Some("t"));
    client.handle(Input::Closed { code: WRONG_TOKEN, reason: String::new() });
    assert_eq!(*client.standing(), Standing::Asks { wrong: true });
}

#[test]
fn a_session_that_has_lasted_is_followed_by_another_and_one_of_another_version_by_none() {
    let mut client = learner();
    client.handle(Input::Closed { code: SPENT, reason: "this session has lasted 12h".into() });
    client.handle(Input::Waited);
    assert_eq!(hello(&client.handle(Input::Opened)).resume, None);
    assert_eq!(asked(&client.handle(welcome("s2", false))), [(1, back())]);
    client.handle(Input::Closed { code: 1002, reason: "version 3".into() });
    let Standing::Ended(says) = client.standing() else { panic!("{:?}", client.standing()) };
    assert!(says.contains("version 3"));
    let mut client = Client::new(5);
    client.enter(join());
    client.handle(Input::Closed { code: NO_RELAY, reason: String::new() });
    assert!(matches!(client.standing(), Standing::Ended(says) if says.contains("no relay")));
}

#[test]
fn a_teacher_comes_back_with_the_secret_that_opening_told() {
    let mut client = Client::new(5);
    client.enter(Ask::Open { settings: RoomSettings::default() });
    client.handle(Input::Opened);
    client.handle(welcome("s1", false));
    client.handle(answer(1, 1, Answer::Opened { code: "ABCD2345".into(), secret: "s".into() }));
    let out = broken(&mut client, "s2", false);
    assert_eq!(asked(&out), [(1, Ask::Teach { code: "ABCD2345".into(), secret: "s".into() })]);
}

#[test]
fn what_may_be_done_twice_is_what_a_learner_asks_and_what_sets() {
    let row = Row { n: 1, at: 0, page: String::new(), what: protocol::room::Did::Opened };
    let save = Learn::Save { device: "0123456789abcdef".into(), rows: vec![row] };
    let vote = Learn::Vote { question: QuestionId(1), choice: 0 };
    for ask in [Ask::Learn(save), Ask::Learn(vote), Ask::Direct(Direct::Clear)] {
        assert!(may_be_twice(&ask), "{ask:?}");
    }
    for ask in [join(), tell(), Ask::Direct(Direct::PairAll)] {
        assert!(!may_be_twice(&ask), "{ask:?}");
    }
}
