//! `socketscope replay`, as a person or a program meets it.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::Write as _;
use std::process::Command;

use base64::Engine as _;
use lessons::{Block, Lessons};
use scene::FigureSpec;
use serde_json::Value;
use world::{LINK, Record, Scenario, Start, World};

const SLUG: &str = "how-much-did-send-take";
const STAGE: &str = "partial-send";

fn replay(arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_socketscope"));
    let output = command.arg("replay").args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn scenario() -> Scenario {
    let lessons = Lessons::embedded().ok().unwrap();
    let lesson = lessons.lessons.into_iter().find(|lesson| lesson.slug == SLUG).unwrap();
    let stage = lesson.blocks.into_iter().find_map(|block| match block {
        Block::Figure(FigureSpec::Stage(stage)) if stage.id == STAGE => Some(stage.scenario),
        _ => None,
    });
    stage.unwrap()
}

/// The lesson's figure, run to its end.
fn record() -> (Record, World) {
    let mut world = World::new(&scenario()).unwrap();
    while world.step() {}
    let start = Start::Figure { id: format!("{SLUG}/{STAGE}"), profile: None, faults: None };
    (Record::new(start, world.taken().to_vec(), &world), world)
}

fn link(record: &Record) -> String {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(&record.to_bytes()).unwrap();
    let packed = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(encoder.finish().unwrap());
    format!("http://127.0.0.1:8080/lessons/{SLUG}{LINK}{packed}")
}

#[test]
fn a_link_and_a_file_print_the_same_events_and_end_as_the_page() {
    let (record, world) = record();
    let digest = format!("{:016x}", world.digest());
    let (code, out, err) = replay(&[&link(&record)]);
    assert_eq!((code, out.lines().count(), &*err), (0, world.events().len() + 1, ""));
    assert!(out.lines().last().unwrap().ends_with(&format!("digest {digest}")), "{out}");
    let file = std::env::temp_dir().join(format!("socketscope-replay-{}", std::process::id()));
    std::fs::write(&file, record.to_bytes()).unwrap();
    let (code, out, _) = replay(&["--json", file.to_str().unwrap()]);
    std::fs::remove_file(&file).unwrap();
    let lines: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((code, lines.len()), (0, world.events().len() + 1));
    assert_eq!(lines[0]["event"]["index"], 1);
    let end = lines.last().unwrap();
    assert_eq!(
        (&end["end"], &end["digest"], &end["diverged_at"]),
        (&"idle".into(), &digest.into(), &Value::Null)
    );
}

#[test]
fn another_run_opens_as_far_as_it_goes_and_is_exit_code_one() {
    let (mut record, _) = record();
    record.acts[9] = world::ChoiceKey::Deliver(4000).into();
    let (code, out, _) = replay(&[&link(&record)]);
    assert_eq!(code, 1);
    assert!(out.contains("it diverged at choice 9, since `deliver 4000` is not on offer"), "{out}");
}

/// What a link begins with.
const PREFIX: &str = "#v1.";

#[test]
fn a_damaged_link_says_what_is_wrong_with_it() {
    let whole = link(&record().0);
    // Four letters are three bytes: a link that ends between letters is found out before its record is looked at.
    let letters = (whole.len() - PREFIX.len()) / 4 * 4 - 4;
    let (code, _, err) = replay(&[&whole[..PREFIX.len() + letters]]);
    assert_eq!(code, 1);
    assert!(err.contains("recorded by Socketscope") && err.contains("damaged"), "{err}");
    let (code, _, err) = replay(&["#v1.%%%"]);
    assert!(code == 1 && err.contains("the link is damaged"), "{err}");
    let (code, _, err) = replay(&["no-such-file"]);
    assert!(code == 1 && err.contains("cannot read no-such-file"), "{err}");
    let (code, _, err) = replay(&["/dev/zero"]);
    assert_eq!(
        (code, err.as_str()),
        (1, "socketscope: /dev/zero is longer than any recorded run: 16777216 bytes\n")
    );
    assert_eq!(replay(&[]).0, 2);
    let (code, _, err) = replay(&[" "]);
    assert!(code == 1 && err.starts_with("socketscope: there is nothing to replay: say a link"), "{err}");
}

#[test]
fn a_link_with_too_much_data_is_refused_before_any_is_made() {
    let mut scenario = scenario();
    let program = scenario.programs[0].clone();
    let step = |line| world::Step {
        line,
        op: world::Op::Data { name: "data".into(), len: 16 << 20 },
        on: Default::default(),
    };
    scenario.programs = (0..200)
        .map(|n| world::ProgramSpec {
            name: format!("program {n}"),
            source: "x\n".into(),
            steps: vec![step(1)],
            ..program.clone()
        })
        .collect();
    let record = Record { start: Start::Scenario(Box::new(scenario)), ..record().0 };
    let (code, _, err) = replay(&[&link(&record)]);
    assert_eq!(code, 1);
    assert!(err.contains("are 3355443200 bytes together; they may be up to 67108864"), "{err}");
}
