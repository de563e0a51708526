//! A class from its opening to its end.

use std::path::Path;

use protocol::room::{
    Answer, Ask, Did, Direct, Format, Learn, LearnerId, Phase, Place, Refusal, RoomSettings, Row,
};
use relay::settings::{Data, LabMode, Metrics};
use relay::{Limits, RoomLimits, Settings};

use crate::common::{Relay, start, start_with};
use crate::person::{DEVICE, Person, verdict, why};

/// A relay that keeps its rooms in this folder.
async fn keeping(folder: &Path) -> Relay {
    let data = Data::Folder(folder.to_owned());
    start_with(Settings { metrics: Metrics::Off, lab_mode: LabMode::Off, data, ..Settings::default() }).await
}

fn rooms(rooms: RoomLimits) -> Limits {
    Limits { rooms, ..Limits::default() }
}

#[tokio::test]
async fn a_learner_joins_works_and_is_on_the_board_with_what_is_kept() {
    let relay = start(Limits::default()).await;
    let (mut teacher, code, secret) = Person::opens(&relay).await;
    assert_eq!((code.len(), secret.len()), (8, 32));
    let teaching = teacher.oversees(|_| true).await;
    assert_eq!((&teaching.code, teaching.settings.title.as_str()), (&code, "Sockets"));
    assert!(teaching.addresses.contains(&relay.origin()), "{:?}", teaching.addresses);
    let typed = format!("{}-{}", &code[..4].to_lowercase(), &code[4..]);
    let (mut ada, id, key) = Person::joins(&relay, &typed, " Ada  L. ").await;
    assert_eq!(key.len(), 32);
    assert_eq!(ada.sees(|_| true).await.present, 1);
    assert_eq!(teacher.tile(|_| true).await.nickname, "Ada L.");
    ada.goes("the-send", 7).await;
    let saved = |through| Answer::Saved { device: DEVICE.into(), through };
    assert_eq!(ada.save(vec![verdict(1, false), verdict(2, true)]).await, saved(2));
    assert_eq!(ada.save(vec![verdict(1, false), verdict(2, true)]).await, saved(2), "again");
    let tile = teacher.tile(|tile| tile.rows == 2 && tile.place.step == 7).await;
    assert_eq!((tile.learner, tile.right, tile.last), (id, (1, 2), Some((true, "row 2".into()))));
    assert!(tile.place.link.is_empty());
    assert_eq!(ada.learn(Learn::Hand { up: true }).await, Answer::Done);
    assert!(ada.sees(|view| view.hand).await.hand);
    teacher.tile(|tile| tile.hand.is_some()).await;
    // On another machine.
    let mut again = Person::at(&relay).await;
    let joined = again.returns(&code, &key).await;
    assert_eq!(
        joined,
        Answer::Joined { code: code.clone(), learner: id, nickname: "Ada L.".into(), key: None }
    );
    assert!(again.sees(|_| true).await.hand);
}

#[tokio::test]
async fn a_teacher_and_three_learners_go_through_a_lesson() {
    let relay = start(Limits::default()).await;
    let (mut teacher, code, secret) = Person::opens(&relay).await;
    let (mut ada, ada_id, _) = Person::joins(&relay, &code, "Ada").await;
    let (mut bob, bob_id, _) = Person::joins(&relay, &code, "Bob").await;
    let (mut cem, cem_id, _) = Person::joins(&relay, &code, "Cem").await;
    assert_eq!((ada_id, bob_id, cem_id), (LearnerId(1), LearnerId(2), LearnerId(3)));
    cem.sees(|view| view.present == 3).await;

    // Looking, where the learner is and goes.
    ada.goes("the-send", 3).await;
    assert_eq!(teacher.direct(Direct::Look { learner: Some(ada_id) }).await, Answer::Done);
    assert!(ada.sees(|view| view.looked_at).await.looked_at);
    assert_eq!(teacher.looks(|place| place.step == 3).await.1.link, "v1.abc");
    ada.goes("the-send", 4).await;
    teacher.looks(|place| place.step == 4).await;

    // Following, and messages.
    let place = Place { page: "/lessons/the-send".into(), step: 9, of: 40, ..Place::default() };
    teacher.direct(Direct::Follow { place: Some(place.clone()) }).await;
    assert_eq!(bob.sees(|view| view.follow.is_some()).await.follow, Some(place));
    teacher.direct(Direct::Tell { learner: Some(bob_id), text: "Look at <b>step 9</b>.".into() }).await;
    teacher.direct(Direct::Tell { learner: None, text: "Two more minutes.".into() }).await;
    assert_eq!(bob.message().await, (1, "Look at <b>step 9</b>.".into(), false));
    assert_eq!(bob.message().await, (2, "Two more minutes.".into(), true));
    assert_eq!(cem.message().await.0, 2);
    assert_eq!(cem.learn(Learn::Read { message: 2 }).await, Answer::Done);

    // A vote in two rounds.
    let choices = vec!["2048".into(), "6144".into()];
    teacher.direct(Direct::Question { text: "How many?".into(), choices, right: Some(1) }).await;
    let question = ada.sees(|view| view.question.is_some()).await.question.unwrap();
    assert_eq!((question.phase, question.right), (Phase::First, None));
    for (who, choice) in [(&mut ada, 0), (&mut bob, 1)] {
        let vote = Learn::Vote { question: question.id, choice };
        assert_eq!(who.learn(vote).await, Answer::Done);
    }
    let counted = |teaching: &protocol::room::Teaching| {
        teaching.question.as_ref().is_some_and(|question| question.counts[0] == [1, 1])
    };
    teacher.oversees(counted).await;
    for phase in [Phase::Talk, Phase::Second] {
        teacher.direct(Direct::Phase { phase }).await;
    }
    ada.sees(|view| view.question.as_ref().is_some_and(|question| question.phase == Phase::Second)).await;
    ada.learn(Learn::Vote { question: question.id, choice: 1 }).await;
    teacher.direct(Direct::Phase { phase: Phase::Revealed }).await;
    let seen = cem.sees(|view| view.question.as_ref().is_some_and(|question| question.right.is_some())).await;
    assert_eq!(seen.question.unwrap().counts, [vec![1, 1], vec![0, 1]]);

    // Another teacher, on another machine.
    let mut second = Person::at(&relay).await;
    assert_eq!(second.teach(&code, &secret).await, Answer::Teaching);
    second.tile(|tile| tile.learner == cem_id).await;

    // Locked, and a name that is taken.
    let locked = RoomSettings { locked: true, ..RoomSettings::default() };
    let mut dora = Person::at(&relay).await;
    assert_eq!(why(&dora.join(&code, "ADA").await), Some(Refusal::NicknameTaken));
    teacher.direct(Direct::Set { settings: locked }).await;
    assert!(bob.sees(|view| view.settings.locked).await.settings.locked);
    assert_eq!(why(&dora.join(&code, "Dora").await), Some(Refusal::Locked));

    // Somebody leaves, and the room ends.
    assert_eq!(cem.ask(Ask::Leave).await, Answer::Done);
    assert_eq!(why(&cem.learn(Learn::Hand { up: true }).await), Some(Refusal::NotYours));
    assert_eq!(teacher.direct(Direct::End).await, Answer::Done);
    assert!(teacher.out().await && ada.out().await && bob.out().await);
    assert_eq!(why(&dora.teach(&code, &secret).await), Some(Refusal::NoSuchRoom), "it is deleted");
}

#[tokio::test]
async fn a_room_has_so_many_places_and_a_relay_so_many_rooms() {
    let relay = start(rooms(RoomLimits { learners: 1, rooms: 1, ..RoomLimits::default() })).await;
    let (mut teacher, code, _) = Person::opens(&relay).await;
    let (_ada, id, _) = Person::joins(&relay, &code, "Ada").await;
    let mut other = Person::at(&relay).await;
    assert_eq!(why(&other.join(&code, "Bob").await), Some(Refusal::Full));
    let open = || Ask::Open { settings: RoomSettings::default() };
    assert_eq!(why(&other.ask(open()).await), Some(Refusal::Full));
    teacher.direct(Direct::Remove { learner: id }).await;
    assert!(matches!(other.join(&code, "Bob").await, Answer::Joined { .. }));
    assert_eq!(why(&other.ask(open()).await), Some(Refusal::NotYours), "in one room at a time");
    let none = start(rooms(RoomLimits { rooms: 0, ..RoomLimits::default() })).await;
    assert_eq!(why(&Person::at(&none).await.ask(open()).await), Some(Refusal::NoRooms));
}

#[tokio::test]
async fn a_closed_room_lets_nobody_new_in_and_takes_no_work_and_whoever_has_a_key_reads_on() {
    let relay = start(Limits::default()).await;
    let (mut teacher, code, secret) = Person::opens(&relay).await;
    let (mut ada, _, key) = Person::joins(&relay, &code, "Ada").await;
    let settings = RoomSettings { closed: true, ..RoomSettings::default() };
    teacher.direct(Direct::Set { settings }).await;
    ada.sees(|view| view.settings.closed).await;
    assert_eq!(why(&ada.save(vec![verdict(1, true)]).await), Some(Refusal::Closed));
    let mut other = Person::at(&relay).await;
    assert_eq!(why(&other.join(&code, "Bob").await), Some(Refusal::NoSuchRoom));
    assert!(matches!(other.returns(&code, &key).await, Answer::Joined { .. }));
    assert_eq!(Person::at(&relay).await.teach(&code, &secret).await, Answer::Teaching);
}

#[tokio::test]
async fn who_was_taken_out_does_not_return_and_who_is_forgotten_leaves_no_row() {
    let relay = start(Limits::default()).await;
    let (mut teacher, code, _) = Person::opens(&relay).await;
    let (mut ada, ada_id, key) = Person::joins(&relay, &code, "Ada").await;
    let (mut bob, bob_id, _) = Person::joins(&relay, &code, "Bob").await;
    for who in [&mut ada, &mut bob] {
        who.save(vec![verdict(1, true)]).await;
    }
    teacher.tile(|tile| tile.learner == bob_id && tile.rows == 1).await;
    assert_eq!(teacher.direct(Direct::Remove { learner: ada_id }).await, Answer::Done);
    assert!(ada.out().await);
    teacher.gone(ada_id).await;
    assert_eq!(why(&ada.returns(&code, &key).await), Some(Refusal::NoSuchRoom));
    let export = || Direct::Export { format: Format::Csv };
    assert_eq!(teacher.direct(export()).await, Answer::Done);
    let file = String::from_utf8(teacher.exported().await).unwrap();
    assert!(file.contains("Ada") && file.contains("Bob"), "the work of who was taken out stays: {file}");
    for learner in [ada_id, bob_id] {
        assert_eq!(teacher.direct(Direct::Forget { learner }).await, Answer::Done);
    }
    assert!(bob.out().await);
    teacher.direct(export()).await;
    let file = String::from_utf8(teacher.exported().await).unwrap();
    assert!(!file.contains("Ada") && !file.contains("Bob") && !file.contains("row 1"), "{file}");
    let (_, id, _) = Person::joins(&relay, &code, "Cem").await;
    assert_eq!(id, LearnerId(3), "a number is never given twice");
}

#[tokio::test]
async fn a_verdict_on_an_exercise_is_on_the_board_and_in_both_exports() {
    let relay = start(Limits::default()).await;
    let (mut teacher, code, _) = Person::opens(&relay).await;
    let (mut ada, _, _) = Person::joins(&relay, &code, "Ada").await;
    let page = "/exercises/send-all";
    let of = |n, passed, says: &str| Row {
        page: page.into(),
        what: Did::Verdict { exercise: "send-all".into(), passed, says: says.into() },
        ..verdict(n, passed)
    };
    let (broken, stands) = ("send may take fewer bytes.", "It stands every schedule.");
    ada.save(vec![of(1, false, broken), of(2, true, stands)]).await;
    let tile = teacher.tile(|tile| tile.rows == 2).await;
    assert_eq!((tile.right, tile.attempts), ((1, 2), 2));
    assert_eq!(tile.last, Some((true, stands.into())));
    for format in [Format::Csv, Format::Json] {
        assert_eq!(teacher.direct(Direct::Export { format }).await, Answer::Done);
        let file = String::from_utf8(teacher.exported().await).unwrap();
        for says in [page, "send-all", broken, stands] {
            assert!(file.contains(says), "{says} is missing: {file}");
        }
    }
}

#[tokio::test]
async fn a_long_record_is_exported_whole_in_parts_and_other_answers_come_between() {
    let relay = start(Limits::default()).await;
    let (mut teacher, code, _) = Person::opens(&relay).await;
    let (mut ada, _, _) = Person::joins(&relay, &code, "Ada").await;
    for first in 0..10 {
        ada.save((1..=100).map(|n| verdict(first * 100 + n, n % 2 == 0)).collect()).await;
    }
    teacher.tile(|tile| tile.rows == 1000).await;
    assert_eq!(teacher.direct(Direct::Export { format: Format::Json }).await, Answer::Done);
    teacher.direct(Direct::Clear).await;
    let file: serde_json::Value = serde_json::from_slice(&teacher.exported().await).unwrap();
    let text = file.to_string();
    assert!((1..=1000).all(|n| text.contains(&format!("row {n}\""))), "{}", &text[..500]);
    let Answer::Log { entries } = teacher.direct(Direct::Log).await else { panic!() };
    let says: Vec<_> = entries.iter().map(|entry| entry.says.as_str()).collect();
    assert_eq!(says, ["a teacher came", "exported the record", "took the question away"]);
}

#[tokio::test]
async fn a_roster_tells_who_has_not_come_and_a_broken_one_changes_nothing() {
    let relay = start(Limits::default()).await;
    let (mut teacher, code, _) = Person::opens(&relay).await;
    let roster = |csv: &str| Direct::Roster { csv: csv.into() };
    assert_eq!(teacher.direct(roster("name\nAda\nBob\n")).await, Answer::Done);
    teacher.oversees(|teaching| teaching.missing == ["Ada", "Bob"]).await;
    Person::joins(&relay, &code, "ada").await;
    teacher.oversees(|teaching| teaching.missing == ["Bob"]).await;
    assert_eq!(why(&teacher.direct(roster("name\nAda\n,5b\n")).await), Some(Refusal::Unfit));
}

#[tokio::test]
async fn after_a_restart_the_board_is_whole_again_and_keys_and_secrets_open_it() {
    let folder = tempfile::tempdir().unwrap();
    let relay = keeping(folder.path()).await;
    let (mut teacher, code, secret) = Person::opens(&relay).await;
    let (mut ada, id, key) = Person::joins(&relay, &code, "Ada").await;
    let (_bob, bob_id, bob_key) = Person::joins(&relay, &code, "Bob").await;
    ada.save((1..=3).map(|n| verdict(n, false)).collect()).await;
    teacher.direct(Direct::Remove { learner: bob_id }).await;
    let before = teacher.tile(|tile| tile.rows == 3).await;
    relay.stop.cancel();
    assert!(relay.ended.await.unwrap(), "everybody went in time");

    let relay = keeping(folder.path()).await;
    let mut teacher = Person::at(&relay).await;
    assert_eq!(teacher.teach(&code, &secret).await, Answer::Teaching);
    assert_eq!(teacher.oversees(|_| true).await.settings.title, "Sockets");
    let tile = teacher.tile(|_| true).await;
    assert_eq!((tile.learner, tile.nickname, tile.present), (id, "Ada".into(), false));
    assert_eq!(
        (tile.rows, tile.right, tile.last, tile.attempts),
        (3, before.right, before.last, before.attempts)
    );
    assert_eq!(tile.place.page, "/lessons/the-send");
    let mut ada = Person::at(&relay).await;
    assert!(matches!(ada.returns(&code, &key).await, Answer::Joined { learner, .. } if learner == id));
    assert_eq!(why(&Person::at(&relay).await.returns(&code, &bob_key).await), Some(Refusal::NoSuchRoom));
    // What is sent again is passed over; what is new is kept.
    let again = ada.save((1..=4).map(|n| verdict(n, false)).collect()).await;
    assert_eq!(again, Answer::Saved { device: DEVICE.into(), through: 4 });
    teacher.tile(|tile| tile.present && tile.rows == 4 && tile.stuck.is_some()).await;
    let (_, next, _) = Person::joins(&relay, &code, "Cem").await;
    assert_eq!(next, LearnerId(3));
}

#[tokio::test]
async fn a_room_in_which_nobody_is_goes_to_rest_and_is_there_again_when_somebody_comes() {
    let relay = start(rooms(RoomLimits { rest: std::time::Duration::ZERO, ..RoomLimits::default() })).await;
    let (mut teacher, code, secret) = Person::opens(&relay).await;
    let (mut ada, _, key) = Person::joins(&relay, &code, "Ada").await;
    ada.save(vec![verdict(1, true)]).await;
    assert_eq!(ada.ask(Ask::Leave).await, Answer::Done);
    assert_eq!(teacher.ask(Ask::Leave).await, Answer::Done);
    tokio::time::sleep(std::time::Duration::from_millis(2500)).await;
    assert!(matches!(ada.returns(&code, &key).await, Answer::Joined { .. }));
    assert_eq!(teacher.teach(&code, &secret).await, Answer::Teaching);
    teacher.tile(|tile| tile.rows == 1).await;
}

#[tokio::test]
async fn a_session_that_resumes_is_still_in_its_room_and_gets_what_it_missed() {
    let relay = start(Limits::default()).await;
    let (mut teacher, code, _) = Person::opens(&relay).await;
    let (ada, id, _) = Person::joins(&relay, &code, "Ada").await;
    teacher.tile(|tile| tile.present).await;
    let (resume, last, next) = (ada.client.resume(), ada.client.last, ada.next);
    drop(ada);
    // After a moment she is shown as away.
    teacher.tile(|tile| !tile.present).await;
    teacher.direct(Direct::Tell { learner: Some(id), text: "Welcome back.".into() }).await;
    let mut client = relay.connect().await;
    assert!(client.hello(Some(resume)).await);
    client.last = last;
    let mut ada = Person { next, ..Person::with(client) };
    assert_eq!(ada.message().await.1, "Welcome back.");
    teacher.tile(|tile| tile.present).await;
    assert_eq!(ada.learn(Learn::Hand { up: true }).await, Answer::Done);
}
