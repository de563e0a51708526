//! Links: recorded runs give the same events and the same end, natively and in wasm alike.
//!
//! The tokens in `tests/tokens` are made by `SOCKETSCOPE_TOKENS=1 cargo test -p world --test links`. Where the same
//! scenario and choices give another story than before, that is another engine: raise `ENGINE` in `src/record.rs`, and
//! make them anew. Without that they are not made.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[cfg(not(target_arch = "wasm32"))]
mod common;

use syscall::Event;
use world::{ENGINE, Record, Replayed, Scenario, World};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// Name, recorded run in hexadecimal digits.
const TOKENS: [(&str, &str); 6] = [
    ("default", include_str!("tokens/default.hex")),
    ("posix-loopback", include_str!("tokens/posix-loopback.hex")),
    ("wire-faults", include_str!("tokens/wire-faults.hex")),
    ("all-faults", include_str!("tokens/all-faults.hex")),
    ("console", include_str!("tokens/console.hex")),
    ("forks", include_str!("tokens/forks.hex")),
];
/// One line a token: name, engine, acts, events, a number for the events, the digest at the end.
const STORIES: &str = include_str!("tokens/stories.txt");

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
    let digit = |c: u8| char::from(c).to_digit(16).unwrap() as u8;
    digits.chunks(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect()
}

/// FNV-1a of what the events say.
fn number(events: &[Event]) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    events.iter().flat_map(|event| format!("{event:?}\n").into_bytes()).fold(0xcbf2_9ce4_8422_2325, step)
}

fn scenario(record: &Record) -> Scenario {
    record.start.scenario(|_| None).unwrap()
}

/// What is wrong with a stored token of this very engine: its story is no longer the one that is noted.
fn other_story(name: &str, record: &Record, noted: &str) -> Option<String> {
    let same_engine = noted.split(' ').nth(1) == Some(&ENGINE.to_string());
    let Replayed { world, difference, .. } = record.replay(&scenario(record)).ok()?;
    let now = line(name, record.maker.engine, &world);
    (same_engine && (difference.is_some() || now != noted)).then(|| {
        format!("engine {ENGINE} gave `{name}` another story: raise ENGINE in crates/world/src/record.rs")
    })
}

/// What is wrong with the first stored token that has another story than this engine's number stands for.
fn engine_must_rise(noted: &str) -> Option<String> {
    TOKENS.iter().zip(noted.lines()).find_map(|((name, hex), noted)| {
        let record = Record::from_bytes(&bytes(hex)).ok()?;
        other_story(name, &record, noted)
    })
}

fn line(name: &str, engine: u32, world: &World) -> String {
    format!(
        "{name} {engine} {} {} {:016x} {:016x}",
        world.act_count(),
        world.event_count(),
        number(world.events()),
        world.digest()
    )
}

fn story(name: &str, record: &Record) -> String {
    let Replayed { world, difference, .. } = record.replay(&scenario(record)).unwrap();
    assert_eq!(difference, None, "{name}");
    line(name, record.maker.engine, &world)
}

#[test]
fn another_story_is_another_engine() {
    assert_eq!(engine_must_rise(STORIES), None);
    let digest = STORIES.lines().next().unwrap().rsplit(' ').next().unwrap();
    let problem = engine_must_rise(&STORIES.replace(digest, "0123456789abcdef")).unwrap();
    assert!(problem.ends_with("raise ENGINE in crates/world/src/record.rs"), "{problem}");
    let older = STORIES.replace(digest, "0123456789abcdef").replace(&format!(" {ENGINE} "), " 0 ");
    assert_eq!(engine_must_rise(&older), None, "a raised number may be given another story");
}

#[test]
fn every_token_gives_the_same_events_and_the_same_end_here() {
    let stories: Vec<_> =
        TOKENS.iter().map(|(name, hex)| story(name, &Record::from_bytes(&bytes(hex)).unwrap())).collect();
    assert_eq!(stories, STORIES.lines().collect::<Vec<_>>());
    assert!(stories.iter().all(|story| story.split(' ').nth(1) == Some(&ENGINE.to_string())));
}

#[cfg(not(target_arch = "wasm32"))]
mod native {
    use proptest::prelude::*;
    use syscall::{Call, Fd, TaskId};
    use world::{Act, ChoiceKey, Faults, Input, LINK, MAX_LINK, Maker, Profile, ProgramSpec, Rng, Start};

    use super::common::{any_key, fixture};
    use super::*;

    fn recorded(scenario: Scenario, drive: impl FnOnce(&mut World)) -> Record {
        let mut world = World::new(&scenario).unwrap();
        drive(&mut world);
        Record::new(Start::Scenario(Box::new(scenario)), world.taken().to_vec(), &world)
    }

    fn by_seed(fixture: Scenario, faults: Faults, profile: Profile, seed: u64) -> Record {
        let record = recorded(Scenario { faults, profile, ..fixture }, |world| {
            // First somebody listens.
            for _ in 0..5 {
                world.step();
            }
            let mut rng = Rng::new(seed);
            while world.step_seeded(&mut rng) {}
        });
        Record { seed: Some(seed), ..record }
    }

    fn console() -> Record {
        let mut scenario = fixture("two-clients");
        scenario.programs[1] = ProgramSpec::console("You", "left");
        recorded(scenario, |world| {
            let task = TaskId(1);
            let socket = Call::Socket { domain: syscall::Domain::Inet, kind: syscall::SocketType::Stream };
            let address = "10.0.0.1:7000".parse().unwrap();
            let send = Call::Send { fd: Fd(3), data: "hello".into(), flags: Default::default() };
            for call in [socket, Call::Connect { fd: Fd(3), address }, send, Call::Close { fd: Fd(3) }] {
                world.give(task, Input::Call(call)).unwrap();
                while world.step() {}
            }
            world.give(task, Input::Exit(0)).unwrap();
        })
    }

    fn make(name: &str) -> Record {
        let wire = Faults { signal: false, kill: false, power: false, ..Faults::ALL };
        match name {
            "default" => recorded(fixture("partial-send"), |world| while world.step() {}),
            "posix-loopback" => {
                by_seed(fixture("partial-send-loopback"), Faults::default(), Profile::Posix, 1)
            }
            "wire-faults" => by_seed(fixture("two-clients"), wire, Profile::Posix, 2),
            "all-faults" => by_seed(fixture("two-clients"), Faults::ALL, Profile::Linux, 3),
            "console" => console(),
            "forks" => by_seed(fixture("fork-server"), Faults::ALL, Profile::Posix, 4),
            other => panic!("no token is called {other}"),
        }
    }

    fn hex(bytes: &[u8]) -> String {
        let line = |bytes: &[u8]| bytes.iter().fold(String::new(), |line, byte| format!("{line}{byte:02x}"));
        bytes.chunks(60).fold(String::new(), |text, bytes| text + &line(bytes) + "\n")
    }

    #[test]
    fn the_tokens_are_what_this_engine_makes() {
        assert_eq!(engine_must_rise(STORIES), None);
        let made: Vec<_> = TOKENS.iter().map(|(name, _)| (*name, make(name))).collect();
        let stories =
            made.iter().fold(String::new(), |all, (name, record)| all + &story(name, record) + "\n");
        if std::env::var_os("SOCKETSCOPE_TOKENS").is_some() {
            let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tokens");
            std::fs::write(format!("{folder}/stories.txt"), &stories).unwrap();
            for (name, record) in &made {
                std::fs::write(format!("{folder}/{name}.hex"), hex(&record.to_bytes())).unwrap();
            }
            return;
        }
        assert_eq!(stories, STORIES, "the stories are others: see the first lines of this file");
        for ((_, record), (name, token)) in made.iter().zip(TOKENS) {
            assert!(hex(&record.to_bytes()) == token, "{name}: see the first lines of this file");
        }
    }

    /// As a browser makes it and the command line reads it.
    fn link(record: &Record) -> String {
        use std::io::Write as _;
        let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(&record.to_bytes()).unwrap();
        let packed = encoder.finish().unwrap();
        format!("{LINK}{}", "x".repeat((packed.len() * 4).div_ceil(3)))
    }

    #[test]
    fn a_run_of_a_figure_fits_a_link() {
        for (name, _) in TOKENS {
            let (record, len) = (make(name), link(&make(name)).len());
            assert!(len < MAX_LINK, "{name}: {len} characters for {} acts", record.acts.len());
        }
        let figure = Start::Figure { id: "partial-send/stage".into(), profile: None, faults: None };
        let record = Record { start: figure, ..make("default") };
        assert!(link(&record).len() < 400, "{} characters", link(&record).len());
    }

    #[test]
    fn a_figure_of_a_page_is_found_by_name_and_changed_as_told() {
        let start = Start::Figure {
            id: "partial-send/stage".into(),
            profile: Some(Profile::Posix),
            faults: Some(Faults::ALL),
        };
        let found = start.scenario(|id| (id == "partial-send/stage").then(|| fixture("partial-send")));
        let scenario = found.unwrap();
        assert_eq!((scenario.profile, scenario.faults), (Profile::Posix, Faults::ALL));
        assert!(start.scenario(|_| None).is_none());
    }

    #[test]
    fn a_record_of_another_engine_opens_as_far_as_it_goes_and_says_where_it_diverged() {
        let mut record = make("default");
        record.maker = Maker { engine: 77, version: "9.8.7".into() };
        record.acts[20] = ChoiceKey::Deliver(999).into();
        let record = Record::from_bytes(&record.to_bytes()).unwrap();
        let replayed = record.replay(&scenario(&record)).unwrap();
        assert_eq!((replayed.done, replayed.world.act_count()), (20, 20));
        let text = replayed.difference.unwrap().to_string();
        assert!(
            text.starts_with("this run was recorded by Socketscope 9.8.7 (engine 77), and here is "),
            "{text}"
        );
        assert!(text.contains("it diverged at choice 20, since `deliver 999` is not on offer"), "{text}");
        let mut record = make("default");
        record.digest += 1;
        let replayed = record.replay(&scenario(&record)).unwrap();
        let text = replayed.difference.unwrap().to_string();
        assert!(text.ends_with("choices could be made, and the end is another"), "{text}");
    }

    #[test]
    fn a_damaged_record_says_who_made_it() {
        let whole = make("wire-faults").to_bytes();
        let cut = Record::from_bytes(&whole[..whole.len() - 1]).unwrap_err();
        assert_eq!(cut.maker, Some(Maker::here()));
        assert!(cut.to_string().contains("damaged"), "{cut}");
        let mut later = whole.clone();
        later[0] = 9;
        let later = Record::from_bytes(&later).unwrap_err();
        assert!(later.to_string().contains("its format is a later one"), "{later}");
        assert_eq!(Record::from_bytes(&[]).unwrap_err().to_string(), "this is no recorded run: it is empty");
    }

    fn any_act() -> impl Strategy<Value = Act> {
        let exit =
            (any::<u32>(), any::<i32>()).prop_map(|(n, status)| Act::Give(TaskId(n), Input::Exit(status)));
        prop_oneof![14 => any_key(1..u32::MAX).prop_map(Act::Take), 1 => exit]
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn bytes_give_back_the_record(acts in prop::collection::vec(any_act(), 0..50), seed: Option<u64>, digest: u64) {
            let start = Start::Figure { id: "x/y".into(), profile: None, faults: Some(Faults::ALL) };
            let record = Record { maker: Maker::here(), start, seed, acts, digest };
            prop_assert_eq!(Record::from_bytes(&record.to_bytes()), Ok(record));
        }

        #[test]
        fn no_bytes_whatever_panic(bytes: Vec<u8>) {
            prop_assert!(Record::from_bytes(&bytes).is_err());
        }

        #[test]
        fn no_change_of_a_byte_goes_unnoticed(at: prop::sample::Index, to: u8) {
            let mut bytes = make("console").to_bytes();
            let place = at.index(bytes.len());
            let before = std::mem::replace(&mut bytes[place], to);
            match Record::from_bytes(&bytes) {
                Ok(record) => prop_assert!(before == to || record.maker != Maker::here()),
                Err(error) => prop_assert!(error.maker.is_some() || place < 8),
            }
        }
    }
}
