//! What the desk does with wishes and reports.

use protocol::room::{Phase, Question, QuestionId};

use super::super::sample::{NOW, teaching, tile};
use super::*;

fn report(report: RoomReport) -> Input {
    Input::Report(report, NOW - 5_000)
}

fn answer(id: u32, answer: Answer) -> Input {
    report(RoomReport::Answer { id, answer })
}

fn asks(out: &[Output]) -> Vec<&Ask> {
    let ask = |it| match it {
        &Output::Ask(ref ask, _) | &Output::Enter(ref ask, _) => Some(ask),
        _ => None,
    };
    out.iter().filter_map(ask).collect()
}

/// Gives what is asked for in `out` the number 7.
fn numbered(desk: &mut Desk, out: &[Output]) -> u32 {
    let asked = |it: &Output| match it {
        Output::Ask(_, asked) | Output::Enter(_, asked) => Some(asked.clone()),
        _ => None,
    };
    desk.asked(7, out.iter().find_map(asked).expect("something is asked"));
    7
}

/// A desk whose teacher has opened a room.
fn opened() -> Desk {
    let mut desk = Desk::default();
    let settings = RoomSettings { title: "Sockets".into(), ..RoomSettings::default() };
    let out = desk.handle(Input::Wish(Wish::Open(settings)));
    assert!(matches!(&out[..], [Output::Enter(Ask::Open { .. }, _)]), "{out:?}");
    let id = numbered(&mut desk, &out);
    let told = Answer::Opened { code: "K3LP27QX".into(), secret: "s3cret".into() };
    let out = desk.handle(answer(id, told));
    assert!(
        matches!(&out[..], [Output::Remember(taught)] if taught.secret == "s3cret" && taught.title == "Sockets")
    );
    desk.handle(report(RoomReport::Teaching(Box::new(teaching()))));
    desk
}

fn room(desk: &Desk) -> &Room {
    match desk.at() {
        At::Room(room) => room,
        at => panic!("{at:?}"),
    }
}

fn direct(desk: &mut Desk, direct: Direct) -> Vec<Output> {
    desk.handle(Input::Wish(Wish::Direct(direct, "Done so.")))
}

#[test]
fn a_room_that_was_opened_shows_its_secret_until_it_is_put_away() {
    let mut desk = opened();
    assert!(room(&desk).show_secret);
    desk.handle(Input::Wish(Wish::SecretSeen));
    assert!(!room(&desk).show_secret);
}

#[test]
fn a_wrong_secret_leads_back_to_the_door_and_says_why() {
    let mut desk = Desk::default();
    let out = desk.handle(Input::Wish(Wish::Teach { code: " k3lp27qx ".into(), secret: "x".into() }));
    assert!(matches!(asks(&out)[..], [Ask::Teach { code, .. }] if code == "k3lp27qx"));
    let no =
        Answer::Refused { why: Refusal::TooOften, says: "Too many wrong codes.".into(), again_s: Some(40) };
    let id = numbered(&mut desk, &out);
    assert_eq!(desk.handle(answer(id, no)), [Output::Leave]);
    assert_eq!((desk.at(), desk.note().bad), (&At::Door, true));
    assert!(desk.note().says.contains("40 seconds"), "{}", desk.note().says);
}

#[test]
fn a_room_that_is_entered_again_is_told_anew_and_the_open_panel_stays() {
    let mut desk = opened();
    desk.handle(report(RoomReport::Tiles { tiles: vec![tile(1, "Ines"), tile(2, "Ravi")], gone: vec![] }));
    desk.handle(Input::Wish(Wish::See(Some(LearnerId(2)))));
    desk.handle(Input::Standing(Standing::Away { tries: 1, next_ms: 300 }));
    desk.handle(Input::Standing(Standing::In));
    assert_eq!(room(&desk).tiles.len(), 2, "a session that goes on knows everything still");
    desk.handle(answer(31, Answer::Teaching));
    desk.handle(report(RoomReport::Tiles { tiles: vec![tile(2, "Ravi")], gone: vec![] }));
    assert_eq!((room(&desk).tiles.len(), room(&desk).seen), (1, Some(LearnerId(2))));
}

#[test]
fn a_room_that_is_over_is_left_and_what_is_not_known_is_said() {
    let mut desk = opened();
    let out = direct(&mut desk, Direct::Log);
    let id = numbered(&mut desk, &out);
    desk.handle(Input::Unknown(id));
    assert!(desk.note().bad && desk.note().says.contains("not known"), "{}", desk.note().says);
    let out = desk.handle(Input::Standing(Standing::Out { says: "It is over.".into(), for_good: true }));
    assert_eq!(out, [Output::Forget("K3LP27QX".into()), Output::Leave]);
    assert_eq!((desk.at(), desk.note().says.as_str()), (&At::Door, "It is over."));
}

#[test]
fn a_hand_that_goes_up_is_heard_once_and_not_when_all_tiles_are_told() {
    let mut desk = opened();
    let tiles = |desk: &mut Desk, tiles: Vec<Tile>, gone: Vec<LearnerId>| {
        desk.handle(report(RoomReport::Tiles { tiles, gone }));
        room(desk).heard.clone()
    };
    let up = |id, name: &str| Tile { hand: Some(NOW), ..tile(id, name) };
    assert_eq!(tiles(&mut desk, vec![up(1, "Ines"), tile(2, "Ravi")], vec![]), "");
    assert_eq!(tiles(&mut desk, vec![up(2, "Ravi")], vec![]), "Ravi has raised a hand.");
    assert_eq!(tiles(&mut desk, vec![up(3, "Mei"), up(4, "Jo")], vec![]), "2 learners have raised a hand.");
    desk.handle(Input::Wish(Wish::See(Some(LearnerId(3)))));
    tiles(&mut desk, vec![], vec![LearnerId(3)]);
    assert_eq!((room(&desk).seen, room(&desk).tiles.len()), (None, 3));
}

#[test]
fn the_relays_clock_counts_whatever_the_browsers_says() {
    let desk = opened();
    assert_eq!(desk.now(NOW - 5_000), NOW);
    assert_eq!(desk.now(NOW + 55_000), NOW + 60_000);
}

#[test]
fn an_export_is_gathered_from_its_parts_and_saved_as_one_file() {
    let mut desk = opened();
    let out = direct(&mut desk, Direct::Export { format: Format::Json });
    let id = numbered(&mut desk, &out);
    assert_eq!(direct(&mut desk, Direct::Export { format: Format::Csv }), [], "one at a time");
    desk.handle(answer(id, Answer::Done));
    let part = |bytes: &'static [u8], left| report(RoomReport::Exported { part: bytes.into(), left });
    assert_eq!(desk.handle(part(b"{\"version\"", 4)), []);
    let out = desk.handle(part(b": 1}", 0));
    assert_eq!(out, [Output::Save { name: "K3LP27QX-v1.json".into(), bytes: b"{\"version\": 1}".to_vec() }]);
    assert!(!room(&desk).exporting);
}

#[test]
fn closing_the_panel_of_who_is_looked_at_looks_at_nobody() {
    let mut desk = opened();
    desk.handle(report(RoomReport::Tiles { tiles: vec![tile(1, "Ines")], gone: vec![] }));
    desk.handle(Input::Wish(Wish::See(Some(LearnerId(1)))));
    direct(&mut desk, Direct::Look { learner: Some(LearnerId(1)) });
    let looks = Teaching { looks_at: Some(LearnerId(1)), ..teaching() };
    desk.handle(report(RoomReport::Teaching(Box::new(looks))));
    let place = Place { link: "12".into(), ..tile(1, "").place };
    let out = desk.handle(report(RoomReport::Looking { learner: LearnerId(1), place: place.clone() }));
    assert_eq!(out, [Output::Lead(place)]);
    let out = desk.handle(Input::Wish(Wish::See(None)));
    assert!(matches!(asks(&out)[..], [Ask::Direct(Direct::Look { learner: None })]), "{out:?}");
    assert_eq!(room(&desk).looking, None);
}

#[test]
fn a_room_that_is_ended_is_forgotten_here_too() {
    let mut desk = opened();
    let out = direct(&mut desk, Direct::End);
    let id = numbered(&mut desk, &out);
    let out = desk.handle(answer(id, Answer::Done));
    assert_eq!(out, [Output::Forget("K3LP27QX".into()), Output::Leave]);
    assert_eq!((desk.at(), desk.note().bad), (&At::Door, false));
}

#[test]
fn what_is_refused_is_said_and_nothing_else_changes() {
    let mut desk = opened();
    let phase = Phase::Talk;
    let out = direct(&mut desk, Direct::Phase { phase });
    let no = Answer::Refused { why: Refusal::NoSuch, says: "There is no question.".into(), again_s: None };
    let id = numbered(&mut desk, &out);
    desk.handle(answer(id, no));
    assert_eq!(desk.note(), &Note { says: "There is no question.".into(), bad: true });
    let out = direct(&mut desk, Direct::Tell { learner: None, text: "Five minutes.".into() });
    assert_eq!(desk.note(), &Note::default(), "a new wish takes the old words away");
    let id = numbered(&mut desk, &out);
    desk.handle(answer(id, Answer::Done));
    assert_eq!(desk.note().says, "Done so.");
    let question = Question {
        id: QuestionId(1),
        text: "?".into(),
        choices: vec![],
        phase,
        answered: 0,
        right: None,
        counts: Default::default(),
    };
    desk.handle(report(RoomReport::Teaching(Box::new(Teaching { question: Some(question), ..teaching() }))));
    assert!(room(&desk).teaching.as_ref().is_some_and(|it| it.question.is_some()));
}
