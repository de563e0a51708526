//! The stage where a learner is the network, and where more than two programs run.

use scene::{Command, Fate, OFFERS, Stage, StageSpec, StageView};
use syscall::TcpState;
use world::{ChoiceKey, Faults, Network, Scenario};

const PARTIAL_SEND: &str = include_str!("../../world/tests/fixtures/partial-send.toml");

fn open(scenario: Scenario) -> Stage {
    let spec = StageSpec {
        id: "network".into(),
        title: "The network".into(),
        scenario,
        start: 0,
        small: false,
        predictions: vec![],
    };
    Stage::new(spec).expect("the scenario can run")
}

fn with_faults() -> Stage {
    let mut scenario: Scenario = toml::from_str(PARTIAL_SEND).expect("the fixture is a scenario");
    scenario.faults = Faults::ALL;
    open(scenario)
}

fn until(stage: &mut Stage, what: &str, holds: impl Fn(&StageView) -> bool) -> StageView {
    for _ in 0..400 {
        let view = stage.view();
        if holds(&view) {
            return view;
        }
        stage.handle(Command::Step);
    }
    panic!("never {what}");
}

#[test]
fn of_many_things_that_may_happen_the_first_are_offered_and_all_for_the_asking() {
    let mut scenario: Scenario = toml::from_str(PARTIAL_SEND).expect("the fixture is a scenario");
    scenario.network = Network::Wire { mtu: 100, delay_us: 200 };
    scenario.faults = Faults::ALL;
    let mut stage = open(scenario);
    let view = until(&mut stage, "a wire full of segments", |view| view.can_happen > OFFERS);
    assert_eq!((view.offers.len(), view.every), (OFFERS, false));
    stage.handle(Command::Every(true));
    let all = stage.view();
    assert_eq!((all.offers.len(), all.every), (view.can_happen, true));
    assert_eq!(all.offers[..OFFERS], view.offers[..], "the first keep their numbers");
    let last = all.offers.last().expect("there are many").key;
    stage.handle(Command::Choose(last));
    let came: Vec<_> =
        stage.transcript()[view.event as usize..].iter().map(|row| row.says.to_string()).collect();
    assert_eq!(
        came,
        ["The timer for the retransmission fires.", "SYN ACK leaves once more for the sender."],
        "{last}"
    );
}

fn on_wire(view: &StageView, is: impl Fn(&scene::Flying) -> bool) -> bool {
    view.lanes.iter().flat_map(|lane| &lane.segments).any(is)
}

#[test]
fn a_segment_that_the_learner_loses_is_struck_out_and_then_sent_again() {
    let mut stage = with_faults();
    let view = until(&mut stage, "a segment with bytes", |view| on_wire(view, |s| s.data));
    assert!(view.offers.iter().all(|offer| !offer.key.is_fault()), "what nobody did is not offered first");
    let lost = view.lanes[0].segments.iter().find(|segment| segment.data).expect("it is there");
    stage.handle(Command::Choose(ChoiceKey::Lose(lost.id)));
    let after = stage.view();
    assert!(on_wire(&after, |s| s.id == lost.id && s.fate == Some(Fate::Lost)), "{:?}", after.lanes);
    assert!(after.rows.last().is_some_and(|row| row.says.to_string().ends_with("is lost on the way.")));
    assert!(after.ladder.slants.iter().any(|slant| slant.segment == lost.id && slant.lost));
    stage.handle(Command::Step);
    assert!(!on_wire(&stage.view(), |s| s.fate == Some(Fate::Lost)), "only now");
    let again = until(&mut stage, "sent again", |view| on_wire(view, |s| s.fate == Some(Fate::Again)));
    assert!(again.ladder.slants.iter().any(|slant| slant.again));
    stage.handle(Command::ToEnd);
    let got =
        stage.view().sides.iter().flat_map(|s| s.program.clone()).find(|t| t.name == "got").expect("a tape");
    assert_eq!(got.used, 20_000, "every byte arrives in the end");
}

#[test]
fn the_diagram_tells_where_both_ends_are_and_how_they_came_there() {
    let mut stage = with_faults();
    assert!(stage.view().diagram.is_none(), "there is no connection yet");
    stage.handle(Command::ToEnd);
    let view = stage.view();
    let diagram = view.diagram.expect("there was one");
    let of = |who: &str| {
        let way = diagram.ways.iter().find(|way| way.who == who).expect("each end has its way");
        way.steps.iter().map(|(_, state)| *state).collect::<Vec<_>>()
    };
    assert_eq!(of("Sender")[..2], [TcpState::SynSent, TcpState::Established]);
    assert!(of("Receiver").contains(&TcpState::CloseWait), "{:?}", of("Receiver"));
    for way in &diagram.ways {
        let last = way.steps.last().expect("it went somewhere").1;
        let side = view.sides.iter().position(|side| side.name == way.who).expect("on the stage") as u8;
        let node = diagram.nodes.iter().find(|node| node.here.contains(&side)).expect("it is somewhere");
        assert_eq!(node.state, last);
    }
}

fn three() -> Scenario {
    let client = |name: &str| {
        format!(
            "[[programs]]\nname = \"{name}\"\nhost = \"client\"\nfile = \"c.py\"\nsource = \"a\\nb\\nc\\nd\"\n\
             steps = [\n\
             {{ line = 1, do = {{ call = {{ socket = {{ domain = \"AF_INET\", kind = \"SOCK_STREAM\" }} }} }} }},\n\
             {{ line = 2, do = {{ call = {{ connect = {{ fd = 3, address = \"10.0.0.2:7000\" }} }} }} }},\n\
             {{ line = 3, do = {{ call = {{ recv = {{ fd = 3, len = 10 }} }} }} }},\n]\n"
        )
    };
    let text = format!(
        "hosts = [\"client\", \"server\"]\nnetwork = {{ wire = {{ mtu = 1500, delay_us = 200 }} }}\n\
         [[programs]]\nname = \"Server\"\nhost = \"server\"\nfile = \"s.py\"\nsource = \"a\\nb\\nc\\nd\\ne\\nf\"\nsteps = [\n\
         {{ line = 1, do = {{ call = {{ socket = {{ domain = \"AF_INET\", kind = \"SOCK_STREAM\" }} }} }} }},\n\
         {{ line = 2, do = {{ call = {{ bind = {{ fd = 3, address = \"10.0.0.2:7000\" }} }} }} }},\n\
         {{ line = 3, do = {{ call = {{ listen = {{ fd = 3, backlog = 1 }} }} }} }},\n\
         {{ line = 4, do = {{ sleep = {{ us = 100000 }} }} }},\n\
         {{ line = 5, do = {{ call = {{ accept = {{ fd = 3 }} }} }} }},\n\
         {{ line = 6, do = {{ call = {{ select = {{ read = [3, 4], write = [4], except = [] }} }} }} }},\n]\n{}{}",
        client("Ann"),
        client("Bob"),
    );
    toml::from_str(&text).expect("a scenario")
}

#[test]
fn who_is_not_on_the_stage_is_told_in_a_line_and_can_be_looked_at() {
    let mut stage = open(three());
    let view = until(&mut stage, "two connections", |view| view.tabs.len() == 2);
    let names = |view: &StageView| view.sides.iter().map(|side| side.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&view), ["Bob", "Server"], "the newest connection, who connects on the left");
    assert_eq!(view.cards.iter().map(|card| card.name.as_str()).collect::<Vec<_>>(), ["Ann"]);
    stage.handle(Command::Look(view.tabs[0].connection));
    let first = stage.view();
    assert_eq!(names(&first), ["Ann", "Server"]);
    assert!(first.tabs[0].shown && !first.tabs[1].shown);
    stage.handle(Command::LookAt(syscall::TaskId(first.cards[0].task)));
    assert_eq!(names(&stage.view()), ["Bob", "Server"]);
    assert_eq!(stage.view().event, view.event, "to look is no event");
}

#[test]
fn before_there_is_a_connection_a_client_stands_across_from_the_server() {
    let names: Vec<_> = open(three()).view().sides.into_iter().map(|side| side.name).collect();
    assert_eq!(names.len(), 2);
    assert_eq!(names[1], "Server", "{names:?}");
}

#[test]
fn a_listener_shows_its_queue_and_a_select_its_lists() {
    let mut stage = open(three());
    let queue = |view: &StageView| view.sides.iter().flat_map(|s| &s.sockets).find_map(|s| s.queue.clone());
    let waiting = until(&mut stage, "both wait", |v| queue(v).is_some_and(|q| q.waiting.len() == 2));
    assert!(queue(&waiting).expect("a listener").spoken().starts_with("2 of 2 places taken"));
    let chooses = until(&mut stage, "select", |v| v.sides.iter().any(|side| side.waits_for.is_some()));
    let lists = chooses.sides.iter().find_map(|side| side.waits_for.clone()).expect("it waits").lists;
    let told: Vec<_> = lists[0].entries.iter().map(|entry| (entry.fd, entry.ready)).collect();
    assert_eq!(told, [(3, true), (4, false)], "a client waits at 3; nothing came on 4");
    assert!(lists[1].entries[0].ready && lists[1].entries[0].why.starts_with("room for"));
    assert!(lists[2].entries.is_empty());
}

#[test]
fn of_a_long_transcript_a_part_is_shown_and_the_rest_is_a_press_away() {
    let mut stage = with_faults();
    stage.handle(Command::ToEnd);
    let view = stage.view();
    assert!(view.event > 2 * scene::ROWS, "{}", view.event);
    assert_eq!(view.rows.len() as u32, scene::ROWS);
    assert_eq!(view.rows.last().map(|row| row.event), Some(view.event));
    stage.handle(Command::Earlier);
    let earlier = stage.view();
    assert_eq!(earlier.rows.last().map(|row| row.event), Some(view.rows[0].event - 1));
    assert_eq!(earlier.later, scene::ROWS);
    stage.handle(Command::Later);
    assert_eq!(stage.view().rows, view.rows);
    assert_eq!(stage.transcript().len() as u32, view.event);
}

#[test]
fn a_connect_of_datagrams_is_not_told_as_a_connection() {
    let scenario = r#"
        network = "loopback"
        hosts = ["computer"]
        [[programs]]
        name = "Asker"
        host = "computer"
        source = "one\ntwo\nthree"
        steps = [
            { line = 1, do = { call = { socket = { domain = "AF_INET", kind = "SOCK_DGRAM" } } } },
            { line = 2, do = { call = { connect = { fd = 3, address = "127.0.0.1:7000" } } } },
            { line = 3, do = { call = { close = { fd = 3 } } } },
        ]
    "#;
    let mut stage = open(toml::from_str(scenario).expect("a scenario"));
    stage.handle(Command::ToEnd);
    let told: Vec<_> = stage.view().rows.iter().map(|row| row.says.to_string()).collect();
    assert!(told.iter().any(|says| says.contains("Nothing is sent")), "{told:?}");
    assert!(!told.iter().any(|says| says.contains("both kernels")), "{told:?}");
}

#[test]
fn where_a_program_waits_to_be_told_its_call_it_is_the_readers_turn() {
    let mut scenario: Scenario = toml::from_str(PARTIAL_SEND).expect("the fixture is a scenario");
    scenario.programs = vec![world::ProgramSpec::console("Program", scenario.hosts[0].clone())];
    let ending = open(scenario).view().ending.expect("nothing happens").to_string();
    assert!(ending.contains("your turn"), "{ending}");
}
