//! Attacks on rooms: by whoever is outside, by a learner, and by bad luck.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use protocol::FromClient;
use protocol::room::{
    Answer, Ask, Direct, Learn, LearnerId, Place, Refusal, RoomReport, RoomRequest, RoomSettings,
};
use relay::settings::{LabMode, Metrics};
use relay::{Limits, RoomLimits, Settings};

use crate::common::{Client, request, start, start_with};
use crate::person::{DEVICE, Person, verdict, why};

/// So long after it came a wrong code is answered here.
const ANSWER: Duration = Duration::from_millis(100);

fn few_guesses(wrong_codes: u32) -> Limits {
    let rooms = RoomLimits { wrong_codes, answer: ANSWER, ..RoomLimits::default() };
    Limits { rooms, ..Limits::default() }
}

/// A code that differs from this one in its last letter.
fn beside(code: &str) -> String {
    let last = if code.ends_with('A') { 'B' } else { 'A' };
    format!("{}{last}", &code[..7])
}

#[tokio::test]
async fn whatever_is_wrong_with_a_code_is_answered_alike_and_not_before_its_time() {
    let relay = start(few_guesses(1000)).await;
    let (mut teacher, code, secret) = Person::opens(&relay).await;
    let (mut closes, closed, _) = Person::opens(&relay).await;
    let (_ada, _, key) = Person::joins(&relay, &code, "Ada").await;
    let settings = RoomSettings { closed: true, ..RoomSettings::default() };
    assert_eq!(closes.direct(Direct::Set { settings }).await, Answer::Done);
    let (wrong, text) = (beside(&code), |text: &str| text.to_owned());
    let mut answers = HashMap::new();
    for ask in [
        Ask::Join { code: wrong.clone(), nickname: text("Eve") },
        Ask::Join { code: text("no code"), nickname: text("Eve") },
        Ask::Join { code: closed.clone(), nickname: text("Eve") },
        // Nothing is said of a name where there is no room.
        Ask::Join { code: wrong.clone(), nickname: text("") },
        Ask::Join { code: closed.clone(), nickname: text("\u{202e}") },
        Ask::Return { code: code.clone(), key: text("0") },
        Ask::Return { code: wrong.clone(), key: key.clone() },
        Ask::Return { code: closed.clone(), key: key.clone() },
        Ask::Return { code: code.clone(), key: secret.clone() },
        Ask::Teach { code: code.clone(), secret: key.clone() },
        Ask::Teach { code: wrong.clone(), secret: secret.clone() },
        Ask::Teach { code: code.clone(), secret: text("") },
    ] {
        let since = Instant::now();
        let answer = Person::at(&relay).await.ask(ask.clone()).await;
        assert!(since.elapsed() >= ANSWER, "{ask:?}: {:?}", since.elapsed());
        assert_eq!(why(&answer), Some(Refusal::NoSuchRoom), "{ask:?}");
        // A form says what was filled in; beyond that all are alike.
        let form = std::mem::discriminant(&ask);
        assert_eq!(*answers.entry(form).or_insert_with(|| answer.clone()), answer, "{ask:?}");
    }
    assert_eq!(answers.len(), 3);
    assert_eq!(teacher.direct(Direct::Clear).await, Answer::Done);
}

#[tokio::test]
async fn codes_are_guessed_a_few_times_and_keys_open_their_rooms_meanwhile() {
    let relay = start(few_guesses(3)).await;
    let (_teacher, code, secret) = Person::opens(&relay).await;
    let (_ada, _, key) = Person::joins(&relay, &code, "Ada").await;
    let mut eve = Person::at(&relay).await;
    for _ in 0..3 {
        assert_eq!(why(&eve.join(&beside(&code), "Eve").await), Some(Refusal::NoSuchRoom));
    }
    // Another session of that address, and a right code.
    let mut eve = Person::at(&relay).await;
    let answer = eve.join(&code, "Eve").await;
    assert!(
        matches!(answer, Answer::Refused { why: Refusal::TooOften, again_s: Some(1..=61), .. }),
        "{answer:?}"
    );
    assert_eq!(why(&eve.returns(&code, "0").await), Some(Refusal::TooOften));
    assert_eq!(why(&eve.teach(&code, "0").await), Some(Refusal::TooOften));
    // The class shares the address, and whoever has a key is let in.
    assert!(matches!(Person::at(&relay).await.returns(&code, &key).await, Answer::Joined { .. }));
    assert_eq!(Person::at(&relay).await.teach(&code, &secret).await, Answer::Teaching);
}

#[tokio::test]
async fn two_hundred_learners_of_one_address_join_one_room() {
    let relay = start(Limits::default()).await;
    let (_teacher, code, _) = Person::opens(&relay).await;
    let mut all = Vec::new();
    for n in 0..200 {
        all.push(Person::joins(&relay, &code, &format!("learner {n}")).await);
    }
    all[0].0.sees(|view| view.present == 200).await;
}

#[tokio::test]
async fn a_class_that_joins_in_the_same_moment_and_mistypes_a_little_is_let_in() {
    let rooms = RoomLimits { answer: ANSWER, ..RoomLimits::default() };
    let relay = start(Limits { rooms, ..Limits::default() }).await;
    let (mut teacher, code, _) = Person::opens(&relay).await;
    let all = (0..60).map(|n| {
        let (relay, code) = (&relay, &code);
        async move {
            let mut person = Person::at(relay).await;
            if n % 6 == 0 {
                assert_eq!(why(&person.join(&beside(code), "x").await), Some(Refusal::NoSuchRoom));
            }
            let joined = person.join(code, &format!("learner {n}")).await;
            assert!(matches!(joined, Answer::Joined { .. }), "{joined:?}");
            person
        }
    });
    let mut all = futures_util::future::join_all(all).await;
    all[0].sees(|view| view.present == 60).await;
    let mut seen = std::collections::BTreeSet::new();
    while seen.len() < 60 {
        if let RoomReport::Tiles { tiles, .. } = teacher.next_told().await {
            seen.extend(tiles.iter().filter(|tile| tile.present).map(|tile| tile.learner));
        }
    }
}

#[tokio::test]
async fn a_teachers_requests_are_refused_to_learners_to_nobody_and_after_the_end() {
    let relay = start(Limits::default()).await;
    let (mut teacher, code, _) = Person::opens(&relay).await;
    let (mut ada, id, _) = Person::joins(&relay, &code, "Ada").await;
    let mut nobody = Person::at(&relay).await;
    for who in [&mut ada, &mut nobody] {
        for direct in [
            Direct::End,
            Direct::Set { settings: RoomSettings::default() },
            Direct::Remove { learner: id },
            Direct::Forget { learner: id },
            Direct::Tell { learner: None, text: "I am your teacher.".into() },
            Direct::Look { learner: Some(id) },
            Direct::Export { format: protocol::room::Format::Csv },
            Direct::Roster { csv: "name\nEve".into() },
            Direct::Log,
            Direct::Lower { learner: id },
            Direct::Question { text: "Yes?".into(), choices: vec!["yes".into(), "no".into()], right: None },
            Direct::Phase { phase: protocol::room::Phase::Revealed },
            Direct::Clear,
            Direct::Follow { place: Some(Place { page: "/lessons/send".into(), ..Place::default() }) },
            Direct::Pair { one: id, other: LearnerId(2) },
            Direct::PairAll,
            Direct::Unpair { learner: id },
            Direct::Serve { on: true },
        ] {
            let answer = who.direct(direct.clone()).await;
            assert_eq!(why(&answer), Some(Refusal::NotYours), "{direct:?}");
        }
    }
    assert_eq!(why(&teacher.learn(Learn::Hand { up: true }).await), Some(Refusal::NotYours));
    assert_eq!(teacher.direct(Direct::End).await, Answer::Done);
    assert!(teacher.out().await);
    assert_eq!(why(&teacher.direct(Direct::Clear).await), Some(Refusal::NotYours));
}

#[tokio::test]
async fn the_key_of_who_was_taken_out_opens_nothing_however_often_it_is_shown() {
    let relay = start(few_guesses(1000)).await;
    let (mut teacher, code, _) = Person::opens(&relay).await;
    let (mut ada, id, key) = Person::joins(&relay, &code, "Ada").await;
    let mut other = Person::at(&relay).await;
    assert!(matches!(other.returns(&code, &key).await, Answer::Joined { .. }));
    assert_eq!(teacher.direct(Direct::Remove { learner: id }).await, Answer::Done);
    assert!(ada.out().await && other.out().await, "every session of theirs");
    for _ in 0..3 {
        assert_eq!(why(&ada.returns(&code, &key).await), Some(Refusal::NoSuchRoom));
    }
    assert_eq!(why(&ada.save(vec![verdict(1, true)]).await), Some(Refusal::NotYours));
    let (_, id, _) = Person::joins(&relay, &code, "Ada").await;
    assert_eq!(id, LearnerId(2), "the same name is somebody else");
}

#[tokio::test]
async fn the_key_of_who_was_forgotten_or_of_a_room_that_is_over_opens_nothing() {
    let relay = start(few_guesses(1000)).await;
    let (mut teacher, code, secret) = Person::opens(&relay).await;
    let (ada, id, key) = Person::joins(&relay, &code, "Ada").await;
    let (_ben, _, bens) = Person::joins(&relay, &code, "Ben").await;
    // Whoever has it is the learner, wherever they are, until the learner is no more.
    let mut eve = Person::at(&relay).await;
    assert!(matches!(eve.returns(&code, &key).await, Answer::Joined { .. }));
    drop(ada);
    assert_eq!(teacher.direct(Direct::Forget { learner: id }).await, Answer::Done);
    assert!(eve.out().await);
    assert_eq!(why(&eve.returns(&code, &key).await), Some(Refusal::NoSuchRoom));
    assert_eq!(teacher.direct(Direct::End).await, Answer::Done);
    for key in [&key, &bens] {
        assert_eq!(why(&Person::at(&relay).await.returns(&code, key).await), Some(Refusal::NoSuchRoom));
    }
    assert_eq!(why(&Person::at(&relay).await.teach(&code, &secret).await), Some(Refusal::NoSuchRoom));
}

#[tokio::test]
async fn what_was_said_to_a_room_once_is_not_done_again_however_often_it_is_replayed() {
    let relay = start(Limits::default()).await;
    let (mut teacher, code, _) = Person::opens(&relay).await;
    let (mut ada, _, _) = Person::joins(&relay, &code, "Ada").await;
    assert_eq!(ada.learn(Learn::Hand { up: true }).await, Answer::Done);
    teacher.tile(|tile| tile.hand.is_some()).await;
    let tell = Direct::Tell { learner: None, text: "Once.".into() };
    assert_eq!(teacher.direct(tell.clone()).await, Answer::Done);
    for person in [&mut ada, &mut teacher] {
        let highest = person.next - 1;
        for id in [0, 1, highest] {
            for ask in [Ask::Learn(Learn::Hand { up: false }), Ask::Direct(tell.clone()), Ask::Leave] {
                person.client.send(&FromClient::Room(RoomRequest { id, ask })).await;
            }
        }
    }
    // Both are still where they were, and nothing of it was done.
    assert_eq!(teacher.direct(Direct::Clear).await, Answer::Done);
    assert_eq!(ada.message().await.0, 1);
    let told = ada.overhears(Duration::from_millis(500)).await;
    assert!(!told.iter().any(|report| matches!(report, RoomReport::Message { .. })), "{told:?}");
    assert_eq!(teacher.direct(Direct::Follow { place: None }).await, Answer::Done);
    assert!(ada.sees(|_| true).await.hand);
}

#[tokio::test]
async fn nothing_of_a_room_is_told_in_another() {
    let relay = start(few_guesses(1000)).await;
    let (mut teacher_a, code_a, _) = Person::opens(&relay).await;
    let (mut teacher_b, code_b, secret_b) = Person::opens(&relay).await;
    let (mut ada, _, key_a) = Person::joins(&relay, &code_a, "Ada").await;
    let (mut bob, bob_id, key_b) = Person::joins(&relay, &code_b, "Bob").await;
    let (_, cem_id, _) = Person::joins(&relay, &code_b, "Cem").await;
    // In her room she asks for another; keys and secrets of one are nothing in the other.
    assert_eq!(why(&ada.returns(&code_b, &key_a).await), Some(Refusal::NotYours));
    let mut eve = Person::at(&relay).await;
    assert_eq!(why(&eve.returns(&code_b, &key_a).await), Some(Refusal::NoSuchRoom));
    assert_eq!(why(&eve.returns(&code_a, &key_b).await), Some(Refusal::NoSuchRoom));
    assert_eq!(why(&eve.teach(&code_a, &secret_b).await), Some(Refusal::NoSuchRoom));
    // Numbers of learners, questions and messages are those of one's own room.
    assert_eq!(why(&teacher_a.direct(Direct::Look { learner: Some(cem_id) }).await), Some(Refusal::NoSuch));
    assert_eq!(why(&teacher_a.direct(Direct::Forget { learner: cem_id }).await), Some(Refusal::NoSuch));
    let choices = vec!["yes".into(), "no".into()];
    teacher_b.direct(Direct::Question { text: "In room B?".into(), choices, right: None }).await;
    let question = bob.sees(|view| view.question.is_some()).await.question.unwrap().id;
    assert_eq!(why(&ada.learn(Learn::Vote { question, choice: 0 }).await), Some(Refusal::NoSuch));
    teacher_b.direct(Direct::Tell { learner: None, text: "To room B.".into() }).await;
    assert_eq!(bob.message().await.0, 1);
    assert_eq!(why(&ada.learn(Learn::Read { message: 1 }).await), Some(Refusal::NoSuch));
    bob.goes("secret-figure", 1).await;
    bob.save(vec![verdict(1, true)]).await;
    teacher_b.tile(|tile| tile.learner == bob_id && tile.rows == 1).await;
    for told in [
        ada.overhears(Duration::from_millis(500)).await,
        teacher_a.overhears(Duration::from_millis(500)).await,
    ] {
        let text = format!("{told:?}");
        for secret in ["Bob", "Cem", "room B", "secret-figure", code_b.as_str()] {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
    }
}

#[tokio::test]
async fn a_learner_is_told_nothing_of_another() {
    let relay = start(Limits::default()).await;
    let (mut teacher, code, _) = Person::opens(&relay).await;
    let (mut ada, _, _) = Person::joins(&relay, &code, "Ada").await;
    let (mut bob, id, _) = Person::joins(&relay, &code, "Bob").await;
    bob.goes("secret-figure", 1).await;
    bob.save(vec![verdict(1, true)]).await;
    bob.learn(Learn::Hand { up: true }).await;
    teacher.direct(Direct::Look { learner: Some(id) }).await;
    teacher.direct(Direct::Tell { learner: Some(id), text: "for you".into() }).await;
    bob.message().await;
    let told = format!("{:?}", ada.overhears(Duration::from_millis(1500)).await);
    for secret in ["Bob", "secret-figure", "row 1", "for you", "looked_at: true", "hand: true"] {
        assert!(!told.contains(secret), "{secret}: {told}");
    }
}

#[tokio::test]
async fn script_in_names_and_messages_is_text_and_what_deceives_is_refused() {
    let relay = start(Limits::default()).await;
    let (mut teacher, code, _) = Person::opens(&relay).await;
    let script = "<img src=x onerror=alert(1)>";
    let (mut ada, id, _) = Person::joins(&relay, &code, script).await;
    assert_eq!(teacher.tile(|_| true).await.nickname, script);
    teacher
        .direct(Direct::Tell { learner: Some(id), text: format!("{script}\n'; DROP TABLE rooms; --") })
        .await;
    assert_eq!(ada.message().await.1, format!("{script}\n'; DROP TABLE rooms; --"));
    let mut eve = Person::at(&relay).await;
    for name in ["\u{202e}adA", "A\u{200b}da", "A\0da", "\u{2066}", " ", &"x".repeat(61)] {
        assert_eq!(why(&eve.join(&code, name).await), Some(Refusal::Unfit), "{name:?}");
    }
    let text = "x".repeat(2001);
    assert_eq!(why(&teacher.direct(Direct::Tell { learner: None, text }).await), Some(Refusal::Unfit));
    let link = "x".repeat(8193);
    let place = Place { page: "/a".into(), link, ..Place::default() };
    assert_eq!(why(&ada.learn(Learn::At { place }).await), Some(Refusal::Unfit));
}

#[tokio::test]
async fn a_learner_who_floods_is_slowed_down_and_delays_nobody() {
    let relay = start(Limits::default()).await;
    let (mut teacher, code, _) = Person::opens(&relay).await;
    let (mut eve, _, _) = Person::joins(&relay, &code, "Eve").await;
    let (mut ada, _, _) = Person::joins(&relay, &code, "Ada").await;
    // It never ends: who had to wait for it would wait longer than a test does.
    let flood = tokio::spawn(async move {
        let mut n = 0;
        for step in 0.. {
            let place = Place { page: "/a".into(), step, ..Place::default() };
            eve.say(Ask::Learn(Learn::At { place })).await;
            n += 100;
            let rows = (n - 99..=n).map(|n| verdict(n, false)).collect();
            eve.say(Ask::Learn(Learn::Save { device: DEVICE.into(), rows })).await;
        }
    });
    for n in 1..=30 {
        assert!(matches!(ada.save(vec![verdict(n, true)]).await, Answer::Saved { .. }));
        assert_eq!(teacher.direct(Direct::Clear).await, Answer::Done);
    }
    assert!(!flood.is_finished(), "the relay is done with her");
    flood.abort();
}

#[tokio::test]
async fn a_teacher_who_does_not_read_gets_the_board_as_it_is_now_and_the_class_goes_on() {
    let relay = start(Limits { outbound: 64 << 10, ..Limits::default() }).await;
    let (_teacher, code, secret) = Person::opens(&relay).await;
    let mut slow = Person::at(&relay).await;
    assert_eq!(slow.teach(&code, &secret).await, Answer::Teaching);
    let (mut ada, _, _) = Person::joins(&relay, &code, "Ada").await;
    for step in 0..60 {
        ada.goes("a-figure", step).await;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let last = slow.tile(|tile| tile.place.step == 59).await;
    assert_eq!(last.nickname, "Ada");
}

#[tokio::test]
async fn teaching_from_elsewhere_needs_tls_or_a_proxy_that_says_it_or_leave() {
    // A trusted proxy names a client elsewhere.
    let settings = |teacher_over_http| Settings {
        metrics: Metrics::Off,
        lab_mode: LabMode::Off,
        trusted_proxy: vec!["127.0.0.1/32".parse().unwrap()],
        teacher_over_http,
        ..Settings::default()
    };
    let open = || Ask::Open { settings: RoomSettings::default() };
    let from = |address, headers: &[(&'static str, &str)]| {
        let headers = headers.to_vec();
        let request = request(address, &headers);
        async move {
            let (ws, _) = tokio_tungstenite::connect_async(request).await.unwrap();
            let mut client = Client::of(ws);
            assert!(!client.hello(None).await);
            Person::with(client)
        }
    };
    let relay = start_with(settings(false)).await;
    let elsewhere = ("x-forwarded-for", "192.0.2.7");
    let mut far = from(relay.address, &[elsewhere]).await;
    assert_eq!(why(&far.ask(open()).await), Some(Refusal::NotEncrypted));
    let mut safe = from(relay.address, &[elsewhere, ("x-forwarded-proto", "https")]).await;
    let Answer::Opened { code, secret } = safe.ask(open()).await else { panic!() };
    assert_eq!(why(&far.teach(&code, &secret).await), Some(Refusal::NotEncrypted));
    assert!(matches!(far.join(&code, "Ada").await, Answer::Joined { .. }), "learners may");
    // A session that is taken up again over a connection that can be read along.
    let resume = safe.client.resume();
    let (ws, _) = tokio_tungstenite::connect_async(request(relay.address, &[elsewhere])).await.unwrap();
    let mut client = Client::of(ws);
    assert!(client.hello(Some(resume)).await);
    client.last = safe.client.last;
    let mut open_now = Person { next: safe.next, ..Person::with(client) };
    assert_eq!(why(&open_now.direct(Direct::Clear).await), Some(Refusal::NotEncrypted));
    let relay = start_with(settings(true)).await;
    assert!(matches!(from(relay.address, &[elsewhere]).await.ask(open()).await, Answer::Opened { .. }));
}
