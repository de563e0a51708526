//! The JSON: one object, its rows one a line.

use protocol::room::Format;
use serde::Serialize;
use serde_json::value::RawValue;

use super::{Said, instant};
use crate::{Action, LearnerRecord, RoomRecord, StoredRow};

#[derive(Serialize)]
struct Room<'a> {
    code: &'a str,
    title: &'a str,
    opened: String,
    until: String,
}

#[derive(Serialize)]
struct Learner<'a> {
    learner: u32,
    nickname: &'a str,
    joined: String,
    removed: Option<String>,
}

#[derive(Serialize)]
struct Done<'a> {
    at: String,
    action: &'a RawValue,
}

#[derive(Serialize)]
struct Row<'a> {
    seq: u64,
    learner: u32,
    page: &'a str,
    what: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    said: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    right: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seconds: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    live: Option<bool>,
    received: String,
    device_time: String,
}

/// Everything before the rows.
pub(super) fn begin<'a>(
    room: &RoomRecord,
    learners: impl Iterator<Item = &'a LearnerRecord>,
    actions: &[Action],
) -> Vec<u8> {
    let of = Room {
        code: &room.code,
        title: &room.settings.title,
        opened: instant(room.opened),
        until: instant(room.until),
    };
    let learners = learners.map(|learner| Learner {
        learner: learner.learner.0,
        nickname: &learner.nickname,
        joined: instant(learner.joined),
        removed: learner.removed.map(instant),
    });
    // What is no JSON never came from here: it is left out rather than ending the export.
    let actions = actions.iter().filter_map(|action| {
        Some(Done { at: instant(action.at), action: serde_json::from_str(&action.action).ok()? })
    });
    let mut out = format!("{{\"version\":{},\n\"room\":", Format::VERSION).into_bytes();
    write(&mut out, &of);
    list(&mut out, "learners", learners);
    list(&mut out, "actions", actions);
    out.extend_from_slice(b",\n\"rows\":[");
    out
}

/// Rows, behind a comma unless they are the first.
pub(super) fn rows(rows: &[(&LearnerRecord, &StoredRow)], first: bool) -> Vec<u8> {
    let mut out = Vec::new();
    for (place, (learner, row)) in rows.iter().enumerate() {
        out.extend_from_slice(if first && place == 0 { b"\n" } else { b",\n" });
        let Said { what, subject, said, right, seconds, live } = Said::of(row);
        let (received, device_time) = (instant(row.received), instant(row.row.at));
        let (seq, learner, page) = (row.seq, learner.learner.0, &*row.row.page);
        write(
            &mut out,
            &Row { seq, learner, page, what, subject, said, right, seconds, live, received, device_time },
        );
    }
    out
}

/// What closes it.
pub(super) fn end() -> Vec<u8> {
    b"\n]}\n".to_vec()
}

fn list(out: &mut Vec<u8>, name: &str, items: impl Iterator<Item = impl Serialize>) {
    out.extend_from_slice(format!(",\n\"{name}\":[").as_bytes());
    for (place, item) in items.enumerate() {
        out.extend_from_slice(if place == 0 { b"\n" } else { b",\n" });
        write(out, &item);
    }
    out.extend_from_slice(b"\n]");
}

fn write(out: &mut Vec<u8>, value: &impl Serialize) {
    serde_json::to_writer(out, value).expect("memory takes everything, and texts and numbers are JSON");
}
