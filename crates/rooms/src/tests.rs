//! What a room does, one thing at a time.

use protocol::room::{
    Answer, Ask, Did, Direct, Learn, LearnerId, Phase, Place, Refusal, RoomReport, RoomRequest, RoomSettings,
    Row, Stuck, Tile, View,
};

use crate::{Bounds, Effect, FAILS, IDLE_MS, Kept, NO_PROGRESS_MS, Room, SessionNo, Start, Write};

const TEACHER: SessionNo = SessionNo(1);
const DEVICE: &str = "0123456789abcdef";

/// A room with a teacher, whose store keeps everything at once.
struct Class {
    room: Room,
    now: u64,
    next: u32,
    learners: u32,
    highest: u64,
    told: Vec<(SessionNo, RoomReport)>,
    logged: Vec<String>,
    ended: bool,
}

impl Class {
    fn new() -> Self {
        Self::with(Bounds::default())
    }

    fn with(bounds: Bounds) -> Self {
        let start = Start {
            code: "ABCD2345".into(),
            settings: RoomSettings::default(),
            opened: 0,
            until: u64::MAX,
            addresses: vec![],
            roster: vec!["ada".into(), "Zoe".into()],
            fold: |name| name.to_lowercase(),
        };
        let room = Room::restore(start, bounds, [], []);
        let mut class = Self {
            room,
            now: 1_000_000,
            next: 0,
            learners: 0,
            highest: 0,
            told: vec![],
            logged: vec![],
            ended: false,
        };
        class.room.teach(TEACHER, 0, None, class.now);
        class.settle();
        class
    }

    /// Does what the room wants, and tells everything.
    fn settle(&mut self) {
        loop {
            let effects = self.room.effects();
            if effects.is_empty() && !self.room.has_news() {
                return;
            }
            for effect in effects {
                match effect {
                    Effect::Tell { to, report } => self.told.push((to, report)),
                    Effect::Keep { ticket, write } => {
                        let kept = match write {
                            Write::Join { .. } => {
                                self.learners += 1;
                                Kept::Joined(LearnerId(self.learners))
                            }
                            Write::Rows { rows, .. } => {
                                self.highest = self.highest.max(rows.last().unwrap().n);
                                Kept::Rows(self.highest)
                            }
                            Write::Roster { csv } => Kept::Roster(csv.lines().map(String::from).collect()),
                            _ => Kept::Done,
                        };
                        self.room.kept(ticket, Ok(kept), self.now);
                    }
                    Effect::Log { says, .. } => self.logged.push(says),
                    Effect::Ended => self.ended = true,
                    Effect::SendLog { .. } | Effect::Export { .. } => {}
                }
            }
            self.room.flush(self.now);
        }
    }

    fn answer(&mut self, of: SessionNo, wanted: u32) -> Answer {
        self.settle();
        let found = self.told.iter().find_map(|(to, report)| match report {
            RoomReport::Answer { id, answer } if *to == of && *id == wanted => Some(answer.clone()),
            _ => None,
        });
        found.expect("it is answered")
    }

    fn join(&mut self, session: u64, name: &str) -> Answer {
        self.next += 1;
        self.room.join(SessionNo(session), self.next, name, "key".into(), [0; 32], self.now);
        self.answer(SessionNo(session), self.next)
    }

    fn ask(&mut self, session: SessionNo, ask: Ask) -> Answer {
        self.next += 1;
        self.room.ask(session, RoomRequest { id: self.next, ask }, self.now);
        self.answer(session, self.next)
    }

    fn learn(&mut self, session: u64, learn: Learn) -> Answer {
        self.ask(SessionNo(session), Ask::Learn(learn))
    }

    fn direct(&mut self, direct: Direct) -> Answer {
        self.ask(TEACHER, Ask::Direct(direct))
    }

    fn save(&mut self, session: u64, rows: Vec<Row>) -> Answer {
        self.learn(session, Learn::Save { device: DEVICE.into(), rows })
    }

    fn wait(&mut self, ms: u64) {
        self.now += ms;
        self.room.tick(self.now);
        self.settle();
    }

    fn tile(&self, id: u32) -> Tile {
        let tiles = self.told.iter().rev().filter_map(|(to, report)| match report {
            RoomReport::Tiles { tiles, .. } if *to == TEACHER => Some(tiles),
            _ => None,
        });
        tiles.flatten().find(|tile| tile.learner == LearnerId(id)).expect("it was told").clone()
    }

    fn view(&self, session: u64) -> View {
        let views = self.told.iter().rev().filter_map(|(to, report)| match report {
            RoomReport::View(view) if *to == SessionNo(session) => Some(view),
            _ => None,
        });
        (**views.into_iter().next().expect("it was told")).clone()
    }
}

fn verdict(n: u64, exercise: &str, passed: bool) -> Row {
    let what = Did::Verdict { exercise: exercise.into(), passed, says: format!("row {n}") };
    Row { n, at: 0, page: "/lessons/send".into(), what }
}

fn at(step: u32) -> Learn {
    Learn::At { place: Place { page: "/lessons/send".into(), figure: "f".into(), step, ..Place::default() } }
}

fn why(answer: &Answer) -> Option<Refusal> {
    match answer {
        Answer::Refused { why, .. } => Some(*why),
        _ => None,
    }
}

#[test]
fn who_fails_three_times_at_the_same_thing_is_stuck_until_something_is_right() {
    let mut class = Class::new();
    class.join(2, "Ada");
    class.save(2, vec![verdict(1, "a", false), verdict(2, "a", false)]);
    assert_eq!(class.tile(1).stuck, None);
    class.now += 1000;
    class.save(2, vec![verdict(3, "a", false)]);
    assert_eq!(class.tile(1).stuck, Some(Stuck::Fails { times: FAILS, since: 1_000_000 }));
    class.save(2, vec![verdict(4, "a", true)]);
    assert_eq!(class.tile(1).stuck, None);
}

#[test]
fn who_stays_at_a_step_makes_no_progress_and_who_does_nothing_is_idle() {
    let mut class = Class::new();
    class.join(2, "Ada");
    class.learn(2, at(3));
    let since = class.now;
    for _ in 0..3 {
        class.wait(NO_PROGRESS_MS / 3);
        class.learn(2, at(3));
    }
    class.wait(1000);
    assert_eq!(class.tile(1).stuck, Some(Stuck::NoProgress { since }));
    class.learn(2, at(4));
    assert_eq!(class.tile(1).stuck, None);
    let since = class.now;
    class.wait(IDLE_MS - 1);
    assert_eq!(class.tile(1).stuck, None);
    class.wait(1);
    assert_eq!(class.tile(1).stuck, Some(Stuck::Idle { since }));
    class.room.left(SessionNo(2), class.now);
    class.wait(10_000);
    let tile = class.tile(1);
    assert_eq!((tile.present, tile.stuck), (false, None), "who is away needs nobody here");
}

#[test]
fn who_has_finished_the_page_does_not_stand_still() {
    let mut class = Class::new();
    class.join(2, "Ada");
    class.learn(2, at(3));
    class.save(2, vec![Row { what: Did::Finished, ..verdict(1, "", true) }]);
    for _ in 0..4 {
        class.wait(NO_PROGRESS_MS / 3);
        class.learn(2, at(3));
    }
    assert_eq!((class.tile(1).stuck, class.tile(1).finished), (None, 1));
}

#[test]
fn who_has_passed_the_exercise_that_they_are_at_is_done_until_it_fails_or_they_go_on() {
    let mut class = Class::new();
    class.join(2, "Ada");
    class.learn(2, at(3));
    class.save(2, vec![verdict(1, "a", true)]);
    class.wait(NO_PROGRESS_MS + IDLE_MS);
    class.learn(2, Learn::Hand { up: false });
    assert_eq!(class.tile(1).stuck, None, "at the same step");
    class.wait(IDLE_MS);
    assert_eq!(class.tile(1).stuck, None, "and silent");

    let since = class.now;
    class.save(2, vec![verdict(2, "a", false)]);
    class.wait(IDLE_MS);
    assert_eq!(class.tile(1).stuck, Some(Stuck::Idle { since }), "the program fails again");

    class.save(2, vec![verdict(3, "a", true)]);
    let since = class.now;
    let place = Place { page: "/lessons/recv".into(), ..Place::default() };
    class.learn(2, Learn::At { place });
    class.wait(IDLE_MS);
    assert_eq!(class.tile(1).stuck, Some(Stuck::Idle { since }), "elsewhere");
}

#[test]
fn a_browser_that_opens_another_page_is_not_shown_as_gone() {
    let mut class = Class::new();
    class.join(2, "Ada");
    class.room.connected(SessionNo(2), false, class.now);
    class.wait(2000);
    class.room.return_as(SessionNo(3), 99, LearnerId(1), class.now);
    class.settle();
    class.wait(60_000);
    assert!(class.tile(1).present);
    class.room.connected(SessionNo(3), false, class.now);
    class.wait(1000);
    assert!(class.tile(1).present);
    class.wait(6000);
    assert!(!class.tile(1).present);
    class.room.connected(SessionNo(3), true, class.now);
    class.settle();
    assert!(class.tile(1).present);
}

#[test]
fn a_vote_has_two_rounds_and_tells_nothing_before_it_is_revealed() {
    let mut class = Class::new();
    for (session, name) in [(2, "Ada"), (3, "Bob"), (4, "Cem")] {
        class.join(session, name);
    }
    let choices = vec!["2048".into(), "4096".into(), "6144".into()];
    assert_eq!(
        class.direct(Direct::Question { text: "How many?".into(), choices, right: Some(2) }),
        Answer::Done
    );
    let question = class.view(2).question.unwrap().id;
    let vote = |choice| Learn::Vote { question, choice };
    assert_eq!(class.learn(2, vote(0)), Answer::Done);
    assert_eq!(class.learn(2, vote(1)), Answer::Done, "the last one counts");
    class.learn(3, vote(2));
    assert_eq!(why(&class.learn(3, vote(3))), Some(Refusal::Unfit));
    class.wait(1000);
    let seen = class.view(4).question.unwrap();
    assert_eq!((seen.answered, seen.right, seen.counts.concat()), (2, None, vec![]));
    class.direct(Direct::Phase { phase: Phase::Talk });
    assert_eq!(why(&class.learn(4, vote(0))), Some(Refusal::Closed));
    class.direct(Direct::Phase { phase: Phase::Second });
    assert_eq!(class.view(2).question.unwrap().answered, 0);
    for session in 2..=4 {
        class.learn(session, vote(2));
    }
    assert_eq!(why(&class.direct(Direct::Phase { phase: Phase::First })), Some(Refusal::Unfit));
    class.direct(Direct::Phase { phase: Phase::Revealed });
    let seen = class.view(4).question.unwrap();
    assert_eq!((seen.right, seen.counts), (Some(2), [vec![0, 1, 1], vec![0, 0, 3]]));
    assert_eq!(class.view(2).votes, [Some(1), Some(2)]);
    class.direct(Direct::Clear);
    assert_eq!((class.view(2).question, class.view(2).votes), (None, [None; 2]));
    assert_eq!(why(&class.learn(2, vote(0))), Some(Refusal::NoSuch));
}

#[test]
fn a_taken_name_a_locked_a_closed_and_a_full_room_are_told_apart_as_they_may_be() {
    let mut class = Class::with(Bounds { learners: 2, ..Bounds::default() });
    class.join(2, "Ada");
    assert_eq!(why(&class.join(3, "ADA")), Some(Refusal::NicknameTaken));
    let set =
        |locked, closed| Direct::Set { settings: RoomSettings { locked, closed, ..RoomSettings::default() } };
    class.direct(set(true, false));
    assert_eq!(why(&class.join(3, "Bob")), Some(Refusal::Locked));
    class.direct(set(true, true));
    assert_eq!(why(&class.join(3, "Bob")), Some(Refusal::NoSuchRoom), "as for a wrong code");
    assert_eq!(why(&class.save(2, vec![verdict(1, "a", true)])), Some(Refusal::Closed));
    assert_eq!(class.learn(2, at(1)), Answer::Done, "they may read on");
    class.direct(set(false, false));
    class.join(3, "Bob");
    assert_eq!(why(&class.join(4, "Cem")), Some(Refusal::Full));
    class.direct(Direct::Remove { learner: LearnerId(1) });
    assert!(matches!(class.join(4, "Ada"), Answer::Joined { .. }), "a place and a name are free again");
}

#[test]
fn two_join_by_one_name_in_the_same_moment_and_one_has_it() {
    let mut class = Class::new();
    class.room.join(SessionNo(2), 100, "Ada", "k".into(), [0; 32], class.now);
    class.room.join(SessionNo(3), 101, "ada", "k".into(), [1; 32], class.now);
    assert!(matches!(class.answer(SessionNo(2), 100), Answer::Joined { .. }));
    assert_eq!(why(&class.answer(SessionNo(3), 101)), Some(Refusal::NicknameTaken));
}

#[test]
fn looking_is_told_to_the_learner_and_follows_them() {
    let mut class = Class::new();
    class.join(2, "Ada");
    class.learn(2, at(5));
    class.direct(Direct::Look { learner: Some(LearnerId(1)) });
    assert!(class.view(2).looked_at);
    class.learn(2, at(6));
    let seen: Vec<_> = class
        .told
        .iter()
        .filter_map(|(_, report)| match report {
            RoomReport::Looking { place, .. } => Some(place.step),
            _ => None,
        })
        .collect();
    assert_eq!(seen, [5, 6]);
    class.room.left(TEACHER, class.now);
    class.settle();
    assert!(!class.view(2).looked_at);
}

#[test]
fn messages_wait_for_who_is_away_until_they_are_read() {
    let mut class = Class::new();
    class.join(2, "Ada");
    class.room.left(SessionNo(2), class.now);
    class.direct(Direct::Tell { learner: None, text: "Come to step 7.".into() });
    let messages = |class: &Class, session| {
        let to = |report: &&(SessionNo, RoomReport)| report.0 == SessionNo(session);
        class
            .told
            .iter()
            .filter(to)
            .filter(|(_, report)| matches!(report, RoomReport::Message { .. }))
            .count()
    };
    for (session, expected) in [(3, 1), (4, 1), (5, 0)] {
        class.room.return_as(SessionNo(session), 50, LearnerId(1), class.now);
        class.settle();
        assert_eq!(messages(&class, session), expected);
        if session == 4 {
            assert_eq!(class.learn(4, Learn::Read { message: 1 }), Answer::Done);
            assert_eq!(why(&class.learn(4, Learn::Read { message: 2 })), Some(Refusal::NoSuch));
        }
    }
}

#[test]
fn a_pair_is_two_who_agree_and_ends_with_either() {
    let mut class = Class::new();
    for (session, name) in [(2, "Ada"), (3, "Bob"), (4, "Cem")] {
        class.join(session, name);
    }
    assert_eq!(class.direct(Direct::PairAll), Answer::Done);
    let pair = class.view(3).pair.unwrap();
    assert_eq!((pair.with.as_str(), pair.host, pair.agreed, pair.partner_agreed), ("Ada", 1, false, false));
    assert_eq!(class.view(4).pair, None, "an odd one is left");
    class.learn(2, Learn::Pair { agree: true });
    assert!(class.view(3).pair.unwrap().partner_agreed);
    assert_eq!(class.tile(2).pair, Some((LearnerId(1), false)));
    class.learn(3, Learn::Pair { agree: true });
    assert_eq!(class.tile(2).pair, Some((LearnerId(1), true)));
    class.learn(2, Learn::Pair { agree: false });
    assert_eq!((class.view(3).pair, class.tile(1).pair), (None, None));
    class.direct(Direct::Pair { one: LearnerId(3), other: LearnerId(1) });
    assert_eq!(class.view(4).pair.unwrap().host, 0);
    class.direct(Direct::Forget { learner: LearnerId(1) });
    assert_eq!(class.view(4).pair, None);
}

#[test]
fn the_last_page_that_lets_the_class_in_has_it_and_each_page_is_told_whose_it_is() {
    let mut class = Class::new();
    let second = SessionNo(2);
    class.room.teach(second, 0, None, class.now);
    let serve = |on| Ask::Direct(Direct::Serve { on });
    // Of each page: whether the class is its own, and whether another's.
    let whose = |class: &Class| {
        [TEACHER, second].map(|of| {
            let mut told = class.told.iter().rev().filter(|(to, _)| *to == of);
            let last = told.find_map(|(_, report)| match report {
                RoomReport::Teaching(it) => Some((it.serves, it.served_elsewhere)),
                _ => None,
            });
            last.expect("each was told")
        })
    };
    class.ask(TEACHER, serve(true));
    assert_eq!(whose(&class), [(true, false), (false, true)]);
    class.ask(second, serve(true));
    assert_eq!(whose(&class), [(false, true), (true, false)]);
    // Who has it no more takes it from nobody.
    class.ask(TEACHER, serve(false));
    assert_eq!(whose(&class), [(false, true), (true, false)]);
    class.ask(second, serve(false));
    assert_eq!(whose(&class), [(false, false); 2]);
    class.ask(second, serve(true));
    class.room.left(second, class.now);
    class.settle();
    assert_eq!(whose(&class)[0], (false, false), "a page that is gone serves nobody");
}

#[test]
fn the_log_has_every_deed_without_a_name_or_a_text() {
    let mut class = Class::new();
    class.join(2, "Ada");
    class.direct(Direct::Tell { learner: Some(LearnerId(1)), text: "dear Ada".into() });
    class.direct(Direct::Remove { learner: LearnerId(1) });
    class.direct(Direct::Remove { learner: LearnerId(1) });
    assert_eq!(class.logged, ["a teacher came", "sent a message to learner 1", "took learner 1 out"]);
}

#[test]
fn a_learner_does_not_teach_and_a_teacher_does_not_learn_and_nobody_does_either() {
    let mut class = Class::new();
    class.join(2, "Ada");
    let end = || Ask::Direct(Direct::End);
    assert_eq!(why(&class.ask(SessionNo(2), end())), Some(Refusal::NotYours));
    assert_eq!(why(&class.ask(SessionNo(9), end())), Some(Refusal::NotYours));
    assert_eq!(why(&class.ask(TEACHER, Ask::Learn(at(1)))), Some(Refusal::NotYours));
    assert!(!class.ended);
}

#[test]
fn an_end_puts_everybody_out_for_good() {
    let mut class = Class::new();
    class.join(2, "Ada");
    assert_eq!(class.direct(Direct::End), Answer::Done);
    let out = |session| {
        class
            .told
            .iter()
            .any(|(to, report)| *to == session && matches!(report, RoomReport::Out { for_good: true, .. }))
    };
    assert!(class.ended && out(SessionNo(2)) && out(TEACHER));
}

#[test]
fn who_has_not_come_is_missing_whatever_the_case_of_their_name() {
    let mut class = Class::new();
    class.join(2, "Ada");
    let missing = class.told.iter().rev().find_map(|(_, report)| match report {
        RoomReport::Teaching(teaching) => Some(teaching.missing.clone()),
        _ => None,
    });
    assert_eq!(missing.unwrap(), ["Zoe"]);
}

#[test]
fn rows_are_few_a_learner_and_their_bytes_few_a_room() {
    let mut class = Class::with(Bounds { rows: 2, ..Bounds::default() });
    class.join(2, "Ada");
    class.save(2, vec![verdict(1, "a", true)]);
    assert_eq!(why(&class.save(2, vec![verdict(2, "a", true), verdict(3, "a", true)])), Some(Refusal::Full));
    assert!(
        matches!(class.save(2, vec![verdict(1, "a", true)]), Answer::Saved { through: 1, .. }),
        "kept already"
    );
    let mut class = Class::with(Bounds { bytes: 400, ..Bounds::default() });
    class.join(2, "Ada");
    class.save(2, vec![verdict(1, "a", true)]);
    assert_eq!(why(&class.save(2, vec![verdict(2, "a", true)])), Some(Refusal::Full));
}

#[test]
fn what_a_browser_says_is_cut_and_cleaned_and_never_a_reason_to_refuse_its_work() {
    let mut class = Class::new();
    class.join(2, "Ada");
    let says = format!("<script>\u{202e}{}", "é".repeat(300));
    let what = Did::Verdict { exercise: "e".into(), passed: false, says };
    let saved = class.save(2, vec![Row { what, ..verdict(1, "", true) }]);
    assert!(matches!(saved, Answer::Saved { through: 1, .. }), "{saved:?}");
    let (_, last) = class.tile(1).last.unwrap();
    assert!(last.starts_with("<script>é") && last.len() <= 200, "{last}");
}

#[test]
fn a_place_with_what_is_no_address_or_no_link_is_refused() {
    let mut class = Class::new();
    class.join(2, "Ada");
    for (page, link) in
        [("javascript:alert(1)", ""), ("/a b", ""), ("/a", "v1. x"), ("/a", &"x".repeat(8193))]
    {
        let place = Place { page: page.into(), link: link.into(), ..Place::default() };
        assert_eq!(why(&class.learn(2, Learn::At { place })), Some(Refusal::Unfit), "{page}");
    }
}

#[test]
fn of_too_many_sessions_of_a_learner_one_that_is_away_goes_first() {
    let mut class = Class::new();
    class.join(2, "Ada");
    for session in 3..=17 {
        class.room.return_as(SessionNo(session), 1, LearnerId(1), class.now);
    }
    class.room.connected(SessionNo(9), false, class.now);
    class.room.return_as(SessionNo(18), 1, LearnerId(1), class.now);
    class.settle();
    let out: Vec<_> = class
        .told
        .iter()
        .filter(|(_, report)| matches!(report, RoomReport::Out { for_good: false, .. }))
        .map(|(to, _)| *to)
        .collect();
    assert_eq!(out, [SessionNo(9)]);
}
