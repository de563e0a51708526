//! What the tests of worlds share.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::fmt::Write as _;

use proptest::prelude::*;
use syscall::{Event, HostId, Pid, Segment, TaskId, What};
use world::{ChoiceKey, Scenario, World};

/// A scenario of `tests/fixtures`.
pub(crate) fn fixture(name: &str) -> Scenario {
    let path = format!("{}/tests/fixtures/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// A scenario in the form that lessons use.
pub(crate) fn scenario(text: &str) -> Scenario {
    toml::from_str(text).unwrap()
}

/// The story, a line an event.
pub(crate) fn tell(world: &World) -> String {
    world.events().iter().fold(String::new(), |mut text, event| {
        let _ = writeln!(text, "{}", line(event));
        text
    })
}

fn line(event: &Event) -> String {
    let who = event.pid.map_or_else(|| "-".into(), |pid| pid.to_string());
    let place = event.source.as_ref().map_or_else(String::new, |s| format!(" line {}", s.line));
    let cause = event.cause.map_or_else(String::new, |c| format!(" <- {c}"));
    let at = event.at as f64 / 1000.0;
    format!("{:3} {at:8.3} ms host {} pid {who}{place} {}{cause}", event.index, event.host, what(&event.what))
}

fn what(what: &What) -> String {
    match what {
        What::Waits { call } => format!("{call} waits"),
        What::Returned { call, outcome: Ok(value), observed } => {
            let held =
                observed.as_ref().map_or_else(String::new, |o| format!(" (OUTQ {} INQ {})", o.outq, o.inq));
            format!("{call} = {value}{held}")
        }
        What::Returned { call, outcome: Err(errno), .. } => format!("{call} = {errno}"),
        What::SegmentSent { segment } => format!("sends {}", carries(segment)),
        What::SegmentArrived { segment, accepted } => format!("gets {}, takes {accepted}", carries(segment)),
        What::SegmentLost { segment } => format!("loses {}", carries(segment)),
        What::SegmentDuplicated { segment, copy } => format!("doubles {} as #{copy}", carries(segment)),
        What::SegmentDelayed { segment } => format!("holds back {}", carries(segment)),
        What::Timer { name } => format!("timer: {name}"),
        What::State { from, to, .. } => format!("{from} -> {to}"),
        What::Told { text } => format!("told {text:?}"),
        What::Line { .. } => "line".into(),
        What::Exited { status, left_open } => format!("exits {status}, left open {left_open:?}"),
        other => format!("{other:?}"),
    }
}

fn carries(s: &Segment) -> String {
    let (range, window) = (s.range, s.window);
    format!(
        "#{} {} {:?} {}..{} ack {} window {window}",
        s.id, s.flags, range.direction, range.start, range.end, s.ack
    )
}

/// Any key, mostly of things that there are; a part of so many bytes.
pub(crate) fn any_key(part: impl Strategy<Value = u32>) -> impl Strategy<Value = ChoiceKey> {
    let small = prop_oneof![9 => 0..12_u32, 1 => any::<u32>()];
    (0..14_u8, small, part).prop_map(|(kind, n, part)| match kind {
        0 => ChoiceKey::Run(TaskId(n)),
        1 => ChoiceKey::Part(TaskId(n), part),
        2 => ChoiceKey::Deliver(n),
        3 => ChoiceKey::Lose(n),
        4 => ChoiceKey::Duplicate(n),
        5 => ChoiceKey::Delay(n),
        6 => ChoiceKey::Timer(HostId(n as u16)),
        7 => ChoiceKey::Wake(TaskId(n)),
        8 => ChoiceKey::Signal(Pid(n)),
        9 => ChoiceKey::Kill(Pid(n)),
        10 => ChoiceKey::PowerOff(HostId(n as u16)),
        11 => ChoiceKey::PowerOn(HostId(n as u16)),
        12 => ChoiceKey::Cut(HostId(n as u16)),
        _ => ChoiceKey::Mend(HostId(n as u16)),
    })
}
