//! What is drawn, from values that a relay would tell.

use std::collections::BTreeMap;

use protocol::room::{LearnerId, Phase, Place, Question, QuestionId, Stuck, Teaching, Tile};
use yew::{BaseComponent, LocalServerRenderer};

use super::desk::Note;
use super::panels::{Follow, FollowProps};
use super::question::{QuestionPanel, QuestionProps};
use super::sample::{NOW, teaching, tile};
use super::view::BoardProps;
use super::wall::WallProps;
use super::*;

async fn html<C: BaseComponent>(props: C::Properties) -> String {
    LocalServerRenderer::<C>::with_props(props).hydratable(false).render().await
}

fn pages() -> Rc<Vec<(String, String)>> {
    Rc::new(vec![("/lessons/how-much-did-send-take".into(), "How much did send take?".into())])
}

fn room(tiles: Vec<Tile>) -> desk::Room {
    desk::Room {
        taught: Taught { code: "K3LP27QX".into(), secret: "s3cret".into(), title: String::new() },
        show_secret: false,
        teaching: None,
        tiles: tiles.into_iter().map(|tile| (tile.learner, Rc::new(tile))).collect::<BTreeMap<_, _>>(),
        seen: None,
        looking: None,
        log: None,
        exporting: false,
        heard: String::new(),
    }
}

fn class() -> Vec<Tile> {
    let needs = |id, name: &str, stuck| Tile { stuck: Some(stuck), ..tile(id, name) };
    vec![
        needs(1, "Ines", Stuck::Fails { times: 4, since: NOW - 460_000 }),
        Tile { hand: Some(NOW - 130_000), pair: Some((LearnerId(4), true)), ..tile(2, "Ravi") },
        Tile { present: false, ..tile(3, "Luka") },
        Tile { last: Some((true, "takes 6144 of 20,000".into())), ..tile(4, "<script>alert(1)</script>") },
        needs(5, "Aylin", Stuck::Idle { since: NOW - 250_000 }),
    ]
}

fn board(room: desk::Room, teaching: Teaching) -> BoardProps {
    BoardProps {
        room: Rc::new(room),
        teaching: Rc::new(teaching),
        note: Note::default(),
        away: None,
        pages: pages(),
        offers: Rc::default(),
        now: NOW,
        zone_min: 60,
        root: "http://127.0.0.1:8080/".into(),
        wish: Callback::noop(),
    }
}

fn follow(follow: Option<Place>) -> FollowProps {
    FollowProps {
        follow,
        pages: pages(),
        root: "http://127.0.0.1:8080/".into(),
        code: "K3LP27QX".into(),
        wish: Callback::noop(),
    }
}

fn question(phase: Phase, counts: [Vec<u32>; 2]) -> Question {
    Question {
        id: QuestionId(1),
        text: "What does recv return?".into(),
        choices: vec!["all".into(), "some".into()],
        phase,
        answered: 3,
        right: Some(1),
        counts,
    }
}

#[tokio::test(flavor = "current_thread")]
async fn the_board_shows_who_needs_help_first_and_escapes_what_learners_call_themselves() {
    let html = html::<Board>(board(room(class()), teaching())).await;
    let place = |what: &str| html.find(what).unwrap_or_else(|| panic!("{what} in {html}"));
    assert!(place("Ravi") < place("Ines") && place("Ines") < place("Aylin"));
    assert!(place("data-learner=\"5\"") < place("data-learner=\"4\""), "who is at work comes after");
    assert!(place("data-learner=\"4\"") < place("data-learner=\"3\""), "who is away comes last");
    assert!(!html.contains("<script>alert") && html.contains("&lt;script"), "{html}");
    for part in [
        "failed 4 times",
        "hand up",
        "nothing done",
        "not here",
        "7 min",
        "<span class=\"step\">step 12</span>",
        "with <bdi>&lt;script",
        "K3LP 27QX",
        "11:05",
        "28 November 2026",
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
    assert!(!html.contains(" style=") && !html.contains("s3cret"));
}

#[tokio::test(flavor = "current_thread")]
async fn one_needs_and_has_and_several_need_and_have() {
    let mut class = class();
    class.retain(|tile| [1, 4].contains(&tile.learner.0));
    let missing = |names: &[&str]| names.iter().map(ToString::to_string).collect();
    let html_ =
        html::<Board>(board(room(class.clone()), Teaching { missing: missing(&["Petra"]), ..teaching() }))
            .await;
    for part in [", 1 of them needs help<", "<b>1</b> of the roster has not come"] {
        assert!(html_.contains(part), "{part} in {html_}");
    }
    class[1].hand = Some(NOW);
    let html_ =
        html::<Board>(board(room(class), Teaching { missing: missing(&["Petra", "Zoe"]), ..teaching() }))
            .await;
    for part in [", 2 of them need help<", "<b>2</b> of the roster have not come"] {
        assert!(html_.contains(part), "{part} in {html_}");
    }
}

#[tokio::test(flavor = "current_thread")]
async fn a_learners_panel_has_their_name_as_its_heading_and_every_deed() {
    let mut room = room(class());
    room.seen = Some(LearnerId(2));
    let html = html::<Board>(board(room, teaching())).await;
    for part in [
        "data-part=\"learner\"",
        "Lower the hand",
        "Look at their stage",
        "Take out of the room",
        "Delete with all work",
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
}

#[tokio::test(flavor = "current_thread")]
async fn while_a_stage_is_looked_at_a_link_leads_to_the_very_step() {
    let mut room = room(class());
    let place = Place { link: "12.lose_3".into(), ..tile(1, "").place };
    (room.seen, room.looking) = (Some(LearnerId(1)), Some((LearnerId(1), place)));
    let looked = Teaching { looks_at: Some(LearnerId(1)), ..teaching() };
    let html = html::<Board>(board(room, looked)).await;
    let link = "http://127.0.0.1:8080/lessons/how-much-did-send-take#partial-send@12.lose_3";
    assert!(html.contains(link), "{html}");
}

#[tokio::test(flavor = "current_thread")]
async fn a_page_to_lead_in_is_chosen_and_then_opened_by_a_button() {
    let html = html::<Follow>(follow(None)).await;
    let form = html.split("<form>").find(|form| form.contains("id=\"lead\"")).expect("a form");
    let (select, rest) = form.split_once("</select>").expect("a choice");
    assert!(select.contains("required") && select.contains("value=\"/lessons/"), "{select}");
    assert!(rest.contains("<button class=\"btn\">Open it and lead</button></form>"), "{rest}");
}

#[tokio::test(flavor = "current_thread")]
async fn questions_that_are_ready_have_the_guides_numbers_and_those_of_the_inventory_none() {
    let inventory = Offer { text: "Why?".into(), choices: vec!["a".into(), "b".into()], right: 0 };
    let offers = Rc::new(vec![
        Offers { heading: "First".into(), questions: READY.iter().map(Offer::from).collect() },
        Offers { heading: "Then".into(), questions: vec![inventory] },
    ]);
    let props = QuestionProps { question: None, offers, present: 0, wish: Callback::noop() };
    let html = html::<QuestionPanel>(props).await;
    for part in [">1. A non-blocking", "value=\"7\">8. send returned 5,000", "value=\"8\">Why?<"] {
        assert!(html.contains(part), "{part} in {html}");
    }
}

#[tokio::test(flavor = "current_thread")]
async fn where_the_class_is_led_is_said_with_the_page_alone_or_with_its_figure() {
    let said = async |place| html::<Follow>(follow(Some(place))).await;
    let at = tile(1, "").place;
    let page = Place { figure: String::new(), step: 0, ..at.clone() };
    let asked = "The class is asked to follow: <b>How much did send take?</b>";
    // A link to a moment does not say which step that is.
    let link = Place { step: 0, of: 0, link: "12".into(), ..at.clone() };
    let html = said(at).await;
    assert!(html.contains(&format!("{asked} (partial-send, step 12)</p>")), "{html}");
    let html = said(link).await;
    assert!(html.contains(&format!("{asked} (partial-send)</p>")), "{html}");
    let html = said(page).await;
    assert!(html.contains(&format!("{asked}</p>")), "{html}");
}

#[tokio::test(flavor = "current_thread")]
async fn the_wall_has_numbers_and_no_names() {
    let wall = |question| WallProps {
        room: Rc::new(room(class())),
        teaching: Rc::new(Teaching { question, missing: vec!["Petra".into()], ..teaching() }),
        pages: pages(),
        address: "http://192.168.1.20:8080".into(),
        away: None,
    };
    let html_ = html::<Wall>(wall(None)).await;
    for name in ["Ines", "Ravi", "Luka", "Aylin", "script", "Petra"] {
        assert!(!html_.contains(name), "{name} in {html_}");
    }
    for part in
        ["<b>4</b> here", "<b>1</b> hand up", "K3LP 27QX", "192.168.1.20:8080", "/join", "class=\"qr\""]
    {
        assert!(html_.contains(part), "{part} in {html_}");
    }
    let asked = html::<Wall>(wall(Some(question(Phase::Second, [vec![2, 1], vec![0, 3]])))).await;
    assert!(asked.contains("3 of 4 have answered") && !asked.contains("histogram"), "{asked}");
    let revealed = html::<Wall>(wall(Some(question(Phase::Revealed, [vec![2, 1], vec![0, 3]])))).await;
    for part in ["histogram", "first vote", "second vote", "<b>3</b> · 100 %", "<b>2</b> · 67 %", "Right: "]
    {
        assert!(revealed.contains(part), "{part} in {revealed}");
    }
}

#[tokio::test(flavor = "current_thread")]
async fn the_door_is_whole_before_any_script_runs() {
    let spec =
        BoardSpec { id: "room".into(), shows: Shows::Board, pages: (*pages()).clone(), offers: Vec::new() };
    let html = html::<BoardIsland>(BoardIslandProps { spec, mounted: Callback::noop() }).await;
    for part in ["Open a room", "Take up a room", "Days until it is deleted", "How much did send take?"] {
        assert!(html.contains(part), "{part} in {html}");
    }
    assert!(!html.contains(" style="));
}
