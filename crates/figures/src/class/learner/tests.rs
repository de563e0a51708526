//! A learner's side, held against what a room may say.

use protocol::room::{Did, LearnerId, Question, RoomSettings, Row};

use super::*;

const PAGE: &str = "/lessons/x";

fn view() -> View {
    View {
        code: "ABCD2345".into(),
        settings: RoomSettings { title: "Networks".into(), ..RoomSettings::default() },
        present: 3,
        hand: false,
        looked_at: false,
        question: None,
        votes: [None; 2],
        follow: None,
        pair: None,
        serves: false,
    }
}

fn asked(phase: Phase) -> Question {
    Question {
        id: QuestionId(4),
        text: "How many?".into(),
        choices: vec!["1".into(), "2".into()],
        phase,
        answered: 0,
        right: None,
        counts: [vec![], vec![]],
    }
}

fn kept(device: &str) -> Kept {
    Kept {
        code: "ABCD2345".into(),
        learner: 7,
        nickname: "Ada".into(),
        key: "key".into(),
        device: device.into(),
    }
}

fn says(learner: &mut Learner, report: RoomReport) -> Vec<Effect> {
    learner.heard(Heard::Report(report), &Standing::In)
}

fn sees(learner: &mut Learner, view: View) -> Vec<Effect> {
    says(learner, RoomReport::View(Box::new(view)))
}

fn joined(id: u32, key: Option<&str>) -> RoomReport {
    let answer = Answer::Joined {
        code: "ABCD2345".into(),
        learner: LearnerId(7),
        nickname: "Ada".into(),
        key: key.map(Into::into),
    };
    RoomReport::Answer { id, answer }
}

/// In the room, with work under the name d.
fn inside() -> Learner {
    let mut learner = Learner::new(PAGE.into(), Some(kept("d")), false);
    learner.enters(1, Some("key".into()), false);
    says(&mut learner, joined(1, None));
    let out = sees(&mut learner, view());
    assert_eq!(out, [Effect::AskFigures, Effect::Deliver(Step::Look(50))]);
    learner.found(vec![]);
    learner
}

#[test]
fn whoever_joins_is_remembered_and_gets_a_name_for_the_work_of_this_browser() {
    let mut learner = Learner::new("/join".into(), None, false);
    learner.enters(1, None, true);
    let out = says(&mut learner, joined(1, Some("key")));
    let name = Effect::Name { code: "ABCD2345".into(), learner: 7 };
    assert_eq!(out, [Effect::Remember(Some(kept(""))), name]);
    assert!(learner.has_fresh_key());
    assert_eq!(sees(&mut learner, view()), [Effect::AskFigures], "without a name nothing is delivered");
    let out = learner.named("d".into());
    assert_eq!(out, [Effect::Remember(Some(kept("d"))), Effect::Deliver(Step::Look(50))]);
}

#[test]
fn whoever_returns_keeps_the_key_they_came_with_and_the_name_of_their_work() {
    let mut learner = Learner::new(PAGE.into(), Some(kept("d")), false);
    learner.enters(1, Some("key".into()), false);
    assert_eq!(says(&mut learner, joined(1, None)), [Effect::Remember(Some(kept("d")))]);
    assert!(!learner.has_fresh_key(), "it was told once");
    assert!(says(&mut learner, joined(9, None)).is_empty(), "a new connection is nothing new");
}

#[test]
fn work_is_delivered_and_its_answer_is_no_notice() {
    let mut learner = inside();
    assert_eq!(learner.more_work(), Some(Effect::Deliver(Step::Look(50))));
    let rows = vec![Row { n: 1, at: 0, page: PAGE.into(), what: Did::Opened }];
    assert_eq!(learner.found(rows.clone()), Some(Effect::Deliver(Step::Send(rows))));
    learner.sent_work(5);
    let answer =
        Answer::Refused { why: Refusal::NotSaved, says: "The disk is full.".into(), again_s: Some(2) };
    let out = says(&mut learner, RoomReport::Answer { id: 5, answer });
    assert_eq!(out, [Effect::Deliver(Step::Wait(2000))]);
    assert_eq!((learner.notice(), learner.delivery().trouble()), (None, Some("The disk is full.")));
}

#[test]
fn a_request_that_is_refused_is_told_and_a_place_that_is_refused_is_not() {
    let mut learner = inside();
    let no = |id| {
        let answer = Answer::Refused { why: Refusal::Closed, says: "closed".into(), again_s: None };
        RoomReport::Answer { id, answer }
    };
    learner.sent_place(8);
    says(&mut learner, no(8));
    assert_eq!(learner.notice(), None);
    says(&mut learner, no(9));
    assert_eq!(learner.notice(), Some("closed"));
    learner.hand(true);
    assert_eq!(learner.notice(), None);
}

#[test]
fn a_link_is_told_only_to_a_teacher_who_looks() {
    let mut learner = inside();
    let place = Place { figure: "f".into(), link: "v1.x".into(), ..Place::default() };
    let told = learner.told_place(place.clone());
    assert_eq!((told.page.as_str(), told.link.as_str()), (PAGE, ""));
    let out = sees(&mut learner, View { looked_at: true, ..view() });
    assert_eq!(out, [Effect::AskFigures], "who says where they are, with the link");
    assert!(learner.news().contains("looking at your stage"));
    assert_eq!(learner.told_place(place).link, "v1.x");
    assert!(sees(&mut learner, View { looked_at: true, present: 4, ..view() }).is_empty());
}

#[test]
fn a_page_follows_only_when_asked_to_and_goes_to_each_place_once() {
    let mut learner = inside();
    let at = |step| Place { page: PAGE.into(), figure: "f".into(), step, of: 9, link: format!("v1.{step}") };
    let lead = |step| View { follow: Some(at(step)), ..view() };
    assert!(sees(&mut learner, lead(1)).is_empty());
    assert_eq!(learner.follow(true), [Effect::Go(at(1))]);
    assert!(sees(&mut learner, View { present: 9, ..lead(1) }).is_empty(), "nothing has moved");
    assert_eq!(sees(&mut learner, lead(2)), [Effect::Go(at(2))]);
    // A live run has no link to its moments, and is seen all the same; a page without a figure is where one is.
    let live = Place { link: String::new(), ..at(2) };
    assert_eq!(sees(&mut learner, View { follow: Some(live.clone()), ..view() }), [Effect::Go(live)]);
    let page = Place { figure: String::new(), link: String::new(), ..at(0) };
    assert!(sees(&mut learner, View { follow: Some(page), ..view() }).is_empty());
    let elsewhere = Place { page: "/lessons/y".into(), ..at(3) };
    assert!(sees(&mut learner, View { follow: Some(elsewhere), ..view() }).is_empty());
    assert!(learner.follows());
    sees(&mut learner, view());
    assert!(!learner.follows(), "until the teacher leads no more");
}

#[test]
fn a_vote_counts_in_its_phase_only() {
    let mut learner = inside();
    for (phase, votes) in [
        (Phase::First, Some([Some(1), None])),
        (Phase::Talk, None),
        (Phase::Second, Some([None, Some(1)])),
        (Phase::Revealed, None),
    ] {
        sees(&mut learner, View { question: Some(asked(phase)), ..view() });
        let out = learner.vote(QuestionId(4), 1);
        assert_eq!(out.len(), usize::from(votes.is_some()), "{phase:?}");
        if let Some(votes) = votes {
            assert_eq!(learner.view().unwrap().votes, votes, "{phase:?}");
        }
    }
}

#[test]
fn a_message_stays_until_it_is_read_and_is_not_doubled() {
    let mut learner = inside();
    for _ in 0..2 {
        let text = "Look at step 3.".to_owned();
        says(&mut learner, RoomReport::Message { message: 2, text, all: true });
    }
    assert_eq!(learner.messages().len(), 1);
    assert_eq!(learner.news(), "Your teacher writes: Look at step 3.");
    assert_eq!(learner.read(2), [Effect::Ask(Ask::Learn(Learn::Read { message: 2 }))]);
    assert!(learner.messages().is_empty());
}

#[test]
fn each_phase_and_each_partner_is_news_once() {
    let mut learner = inside();
    sees(&mut learner, View { question: Some(asked(Phase::First)), ..view() });
    assert_eq!(learner.news(), "A question to all: How many?");
    let counted = Question { answered: 2, ..asked(Phase::First) };
    let pair = Some(Pair { with: "Bob".into(), host: 0, agreed: false, partner_agreed: false });
    sees(&mut learner, View { question: Some(counted), pair, ..view() });
    assert_eq!(learner.news(), "Your teacher proposes that you work with Bob.");
    sees(&mut learner, View { question: Some(asked(Phase::Revealed)), ..view() });
    assert_eq!(learner.news(), "The answers to the question are shown.");
}

#[test]
fn a_pair_is_news_when_it_is_proposed_when_it_is_one_and_when_it_is_none() {
    let mut learner = inside();
    let mut told = |with: Option<&str>, agreed, partner_agreed| {
        let pair = with.map(|with| Pair { with: with.into(), host: 0, agreed, partner_agreed });
        learner.news.clear();
        sees(&mut learner, View { pair, ..view() });
        learner.news().to_owned()
    };
    assert_eq!(told(Some("Bob"), false, false), "Your teacher proposes that you work with Bob.");
    assert_eq!(told(Some("Bob"), false, true), "", "it is on the card");
    assert_eq!(told(Some("Bob"), true, true), "You and Bob are a pair.");
    assert_eq!(told(Some("Bob"), true, true), "");
    assert_eq!(told(Some("Eve"), false, false), "Your teacher proposes that you work with Eve.");
    assert_eq!(told(None, false, false), "You and Eve are no pair any more.");
    assert_eq!(told(None, false, false), "");
}

#[test]
fn a_room_that_is_over_is_remembered_no_more_but_said() {
    let mut learner = inside();
    let out = says(&mut learner, RoomReport::Out { says: "The room has ended.".into(), for_good: true });
    assert_eq!(out, [Effect::Remember(None)]);
    assert_eq!(learner.over().map(|it| it.for_good), Some(true));
    assert_eq!(learner.kept(), None);
    let mut learner = Learner::new(PAGE.into(), Some(kept("d")), false);
    learner.enters(1, Some("key".into()), false);
    let answer = Answer::Refused { why: Refusal::NoSuchRoom, says: "no".into(), again_s: None };
    says(&mut learner, RoomReport::Answer { id: 1, answer });
    assert!(learner.over().is_some_and(|it| !it.for_good), "a relay may have been started with other data");
    assert!(learner.kept().is_some() && !learner.is_inside());
}

#[test]
fn joining_that_nobody_knows_the_end_of_is_said() {
    let mut learner = Learner::new("/join".into(), None, false);
    learner.enters(1, None, true);
    learner.heard(Heard::Unknown(1), &Standing::Entering);
    assert!(learner.is_unsure());
}

/// Whether the bar is folded after this, and what its button then says is new.
fn after(learner: &mut Learner, view: View) -> Option<Option<&'static str>> {
    sees(learner, view);
    learner.folded().map(Since::says)
}

#[test]
fn a_folded_bar_opens_for_a_question_that_can_be_answered_and_says_of_its_other_phases() {
    let mut learner = inside();
    let asks = |phase, answered| View { question: Some(Question { answered, ..asked(phase) }), ..view() };
    assert_eq!(learner.folded(), None);
    learner.fold(true);
    assert_eq!(after(&mut learner, View { present: 9, ..view() }), Some(None), "nothing to answer is new");
    assert_eq!(after(&mut learner, asks(Phase::First, 0)), None);
    learner.fold(true);
    assert_eq!(after(&mut learner, asks(Phase::First, 1)), Some(None), "somebody else has answered");
    let talk = after(&mut learner, asks(Phase::Talk, 1));
    assert_eq!(talk, Some(Some("Talk to your neighbour")));
    assert_eq!(after(&mut learner, asks(Phase::Talk, 2)), talk, "it stays new until it is shown");
    assert_eq!(after(&mut learner, asks(Phase::Second, 0)), None, "one may vote again");
    learner.fold(true);
    assert_eq!(after(&mut learner, asks(Phase::Revealed, 2)), Some(Some("What the class said")));
    assert_eq!(after(&mut learner, view()), Some(None), "the question is taken away");
    let other = Question { id: QuestionId(5), ..asked(Phase::Revealed) };
    assert_eq!(after(&mut learner, View { question: Some(other), ..view() }), None, "another question");
    learner.fold(true);
    learner.fold(false);
    assert_eq!(learner.folded(), None);
}

#[test]
fn a_folded_bar_opens_for_each_message_once() {
    let mut learner = inside();
    let mut writes = |message, expect: bool| {
        learner.fold(true);
        says(&mut learner, RoomReport::Message { message, text: "Look.".into(), all: true });
        assert_eq!(learner.folded().is_none(), expect, "message {message}");
    };
    writes(2, true);
    writes(2, false);
    writes(3, true);
    assert_eq!(learner.arrived(), (2, Some(Card::Message(3))), "which is brought into sight");
    let talk = View { question: Some(asked(Phase::Talk)), ..view() };
    learner.fold(false);
    sees(&mut learner, View { question: Some(asked(Phase::First)), ..view() });
    sees(&mut learner, View { present: 4, ..talk.clone() });
    assert_eq!(learner.arrived(), (4, Some(Card::Question)));
    sees(&mut learner, View { present: 5, ..talk });
    assert_eq!(learner.arrived().0, 4, "nothing has arrived");
}

#[test]
fn a_folded_bar_opens_for_each_offer_and_not_for_what_comes_of_it() {
    let mut learner = inside();
    let lead = |page: &str, step| {
        let place = Place { page: page.into(), figure: "f".into(), step, of: 9, link: String::new() };
        View { follow: Some(place), ..view() }
    };
    let opens = |learner: &mut Learner, view: View| {
        learner.fold(true);
        after(learner, view).is_none()
    };
    assert!(opens(&mut learner, lead(PAGE, 1)));
    assert!(!opens(&mut learner, lead(PAGE, 2)), "the teacher steps on");
    assert!(!opens(&mut learner, lead("/lessons/y", 2)), "whoever does not follow is left alone");
    sees(&mut learner, lead(PAGE, 2));
    learner.follow(true);
    assert!(opens(&mut learner, lead("/lessons/y", 2)), "whoever follows has to click to go there");
    assert!(!opens(&mut learner, lead("/lessons/y", 3)));
    assert!(!opens(&mut learner, view()), "the teacher leads no more");
    assert!(opens(&mut learner, View { serves: true, ..view() }));
    assert!(!opens(&mut learner, View { serves: true, hand: true, ..view() }));
    let pair = |agreed, partner_agreed| View {
        pair: Some(Pair { with: "Bob".into(), host: 0, agreed, partner_agreed }),
        ..view()
    };
    assert!(opens(&mut learner, pair(false, false)));
    assert!(!opens(&mut learner, pair(true, false)));
    assert!(opens(&mut learner, pair(true, true)), "now there is a wire");
    assert!(!opens(&mut learner, view()), "nothing is left to do");
}

#[test]
fn a_folded_bar_opens_when_the_room_lets_one_out_or_asks_for_something() {
    let mut learner = inside();
    learner.fold(true);
    learner.heard(Heard::Standing, &Standing::Away { tries: 2, next_ms: 10 });
    assert!(learner.folded().is_some(), "the line itself says it");
    learner.heard(Heard::Standing, &Standing::Asks { wrong: false });
    assert_eq!(learner.folded(), None);
    learner.fold(true);
    learner.sent_place(8);
    let answer = |id| {
        let answer = Answer::Refused { why: Refusal::Closed, says: "closed".into(), again_s: None };
        RoomReport::Answer { id, answer }
    };
    says(&mut learner, answer(8));
    assert!(learner.folded().is_some(), "nobody asked for that");
    says(&mut learner, answer(9));
    assert_eq!(learner.folded(), None);
    learner.fold(true);
    says(&mut learner, RoomReport::Out { says: "The room has ended.".into(), for_good: true });
    assert_eq!(learner.folded(), None);
}

#[test]
fn of_the_work_only_what_is_known_is_said() {
    let away = Standing::Away { tries: 2, next_ms: 10 };
    let mut learner = Learner::new(PAGE.into(), Some(kept("d")), false);
    assert!(!learner.has_delivered(&Standing::Entering), "nothing was looked for yet");
    assert!(learner.work(&Standing::Entering).starts_with("What has not arrived yet is kept"));
    learner = inside();
    assert_eq!(learner.work(&Standing::In), "All your work has arrived.");
    assert!(learner.work(&away).starts_with("What has not arrived yet is kept"));
    learner.more_work();
    assert_eq!(learner.work(&Standing::In), "Some of your work is still on its way.");
    says(&mut learner, RoomReport::Out { says: "The room has ended.".into(), for_good: true });
    let out = Standing::Out { says: "The room has ended.".into(), for_good: true };
    assert_eq!((learner.kept(), learner.work(&out)), (None, "What you did stays in this browser."));
}

#[test]
fn a_browser_that_keeps_nothing_is_not_said_to() {
    let away = Standing::Away { tries: 2, next_ms: 10 };
    let mut learner = inside();
    learner.named(String::new());
    assert!(learner.work(&Standing::In).contains("nothing of your work is delivered"));
    learner.heard(Heard::Standing, &away);
    assert_eq!(learner.news(), "The relay is away.");
    learner.heard(Heard::Standing, &Standing::In);
    assert_eq!(learner.news(), "The relay is back.");
    says(&mut learner, RoomReport::Out { says: "The room has ended.".into(), for_good: true });
    assert_eq!(learner.work(&away), "This browser has kept no record of what you did.");
    assert!(!learner.is_recorded());
}
