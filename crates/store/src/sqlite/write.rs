//! What is written: each is part of a transaction, and says no before it has written anything.

use std::sync::Arc;

use protocol::room::{LearnerId, RoomSettings, Row};
use sqlx::{Row as _, SqliteConnection};

use super::writer::Failure;
use crate::{Error, NewRoom, Sums, folded};

/// What a row weighs beside its texts, about.
const ROW: i64 = 64;

/// A number that SQLite can keep.
fn number(n: u64) -> Result<i64, Failure> {
    i64::try_from(n).map_err(|_| Error::Unfit(format!("{n} is beyond what can be kept")).into())
}

/// A value of our own as JSON.
fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("texts, numbers and lists of them can be written as JSON")
}

async fn room(c: &mut SqliteConnection, code: &str) -> Result<i64, Failure> {
    let found =
        sqlx::query_scalar("SELECT id FROM rooms WHERE code = ?").bind(code).fetch_optional(c).await?;
    found.ok_or_else(|| Error::NoRoom.into())
}

async fn learner(c: &mut SqliteConnection, room: i64, learner: LearnerId) -> Result<(), Failure> {
    let found = sqlx::query("SELECT 1 FROM learners WHERE room = ? AND learner = ?")
        .bind(room)
        .bind(learner.0)
        .fetch_optional(c)
        .await?;
    found.map(drop).ok_or_else(|| Error::NoLearner.into())
}

pub(super) async fn create(c: &mut SqliteConnection, new: NewRoom) -> Result<(), Failure> {
    let (opened, until) = (number(new.opened)?, number(new.until)?);
    let made = sqlx::query(
        "INSERT INTO rooms (code, secret_hash, settings, opened, until) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT DO NOTHING",
    )
    .bind(new.code)
    .bind(new.secret_hash)
    .bind(json(&new.settings))
    .bind(opened)
    .bind(until)
    .execute(c)
    .await?;
    if made.rows_affected() == 0 { Err(Error::CodeTaken.into()) } else { Ok(()) }
}

pub(super) async fn set(
    c: &mut SqliteConnection,
    code: String,
    settings: RoomSettings,
    until: u64,
) -> Result<(), Failure> {
    let set = sqlx::query("UPDATE rooms SET settings = ?, until = ? WHERE code = ?")
        .bind(json(&settings))
        .bind(number(until)?)
        .bind(code)
        .execute(c)
        .await?;
    if set.rows_affected() == 0 { Err(Error::NoRoom.into()) } else { Ok(()) }
}

pub(super) async fn enter(
    c: &mut SqliteConnection,
    code: String,
    nickname: String,
    key_hash: Vec<u8>,
    joined: u64,
) -> Result<LearnerId, Failure> {
    let joined = number(joined)?;
    let room = room(c, &code).await?;
    let folded = folded(&nickname);
    let taken = sqlx::query("SELECT 1 FROM learners WHERE room = ? AND folded = ? AND removed IS NULL")
        .bind(room)
        .bind(&folded)
        .fetch_optional(&mut *c)
        .await?;
    if taken.is_some() {
        return Err(Error::NicknameTaken.into());
    }
    let learner: u32 =
        sqlx::query_scalar("UPDATE rooms SET learner = learner + 1 WHERE id = ? RETURNING learner")
            .bind(room)
            .fetch_one(&mut *c)
            .await?;
    sqlx::query(
        "INSERT INTO learners (room, learner, nickname, folded, key_hash, joined) VALUES (?, ?, ?, ?, ?, ?)",
    )
    .bind(room)
    .bind(learner)
    .bind(nickname)
    .bind(folded)
    .bind(key_hash)
    .bind(joined)
    .execute(c)
    .await?;
    Ok(LearnerId(learner))
}

pub(super) async fn remove(
    c: &mut SqliteConnection,
    code: String,
    who: LearnerId,
    at: u64,
) -> Result<(), Failure> {
    let at = number(at)?;
    let room = room(c, &code).await?;
    learner(c, room, who).await?;
    sqlx::query("UPDATE learners SET removed = ? WHERE room = ? AND learner = ? AND removed IS NULL")
        .bind(at)
        .bind(room)
        .bind(who.0)
        .execute(c)
        .await?;
    Ok(())
}

pub(super) async fn forget(c: &mut SqliteConnection, code: String, who: LearnerId) -> Result<(), Failure> {
    let room = room(c, &code).await?;
    learner(c, room, who).await?;
    sqlx::query(
        "UPDATE rooms SET bytes = bytes - (
             SELECT coalesce(sum(? + octet_length(page) + octet_length(what)), 0)
             FROM progress WHERE room = ?2 AND learner = ?3)
         WHERE id = ?2",
    )
    .bind(ROW)
    .bind(room)
    .bind(who.0)
    .execute(&mut *c)
    .await?;
    sqlx::query("DELETE FROM learners WHERE room = ? AND learner = ?")
        .bind(room)
        .bind(who.0)
        .execute(c)
        .await?;
    Ok(())
}

pub(super) async fn append(
    c: &mut SqliteConnection,
    code: Arc<str>,
    who: LearnerId,
    device: String,
    rows: Vec<Row>,
    received: u64,
) -> Result<u64, Failure> {
    if rows.windows(2).any(|two| two[0].n >= two[1].n) {
        return Err(Error::Unfit("the numbers of the rows do not rise".into()).into());
    }
    let received = number(received)?;
    for row in &rows {
        number(row.n)?;
        number(row.at)?;
    }
    // As few questions as can be: a class asks this thousands of times a second.
    let found: Option<(i64, i64)> = sqlx::query_as("SELECT id, seq FROM rooms WHERE code = ?")
        .bind(&*code)
        .fetch_optional(&mut *c)
        .await?;
    let (id, seq) = found.ok_or(Error::NoRoom)?;
    let highest: Option<Option<i64>> = sqlx::query_scalar(
        "SELECT (SELECT max(n) FROM progress WHERE room = ?1 AND learner = ?2 AND device = ?3)
         FROM learners WHERE room = ?1 AND learner = ?2",
    )
    .bind(id)
    .bind(who.0)
    .bind(&device)
    .fetch_optional(&mut *c)
    .await?;
    let highest = highest.ok_or(Error::NoLearner)?.unwrap_or(0) as u64;
    let new: Vec<Row> = rows.into_iter().filter(|row| row.n > highest).collect();
    let Some(last) = new.last() else { return Ok(highest) };
    let through = last.n;
    let (mut last, mut bytes) = (seq, 0);
    for row in new {
        let what = json(&row.what);
        last += 1;
        bytes += ROW + (row.page.len() + what.len()) as i64;
        sqlx::query("INSERT INTO progress VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
            .bind(id)
            .bind(last)
            .bind(who.0)
            .bind(&device)
            .bind(row.n as i64)
            .bind(received)
            .bind(row.at as i64)
            .bind(row.page)
            .bind(what)
            .execute(&mut *c)
            .await?;
    }
    sqlx::query("UPDATE rooms SET seq = ?, bytes = bytes + ? WHERE id = ?")
        .bind(last)
        .bind(bytes)
        .bind(id)
        .execute(c)
        .await?;
    Ok(through)
}

/// The highest number that is kept of this learner and device.
pub(super) async fn highest(
    c: &mut SqliteConnection,
    room: i64,
    who: LearnerId,
    device: &str,
) -> Result<u64, sqlx::Error> {
    let highest: Option<i64> =
        sqlx::query("SELECT max(n) FROM progress WHERE room = ? AND learner = ? AND device = ?")
            .bind(room)
            .bind(who.0)
            .bind(device)
            .fetch_one(c)
            .await?
            .try_get(0)?;
    Ok(highest.unwrap_or(0) as u64)
}

pub(super) async fn set_sums(c: &mut SqliteConnection, code: String, sums: Sums) -> Result<(), Failure> {
    let through = number(sums.through)?;
    let room = room(c, &code).await?;
    sqlx::query("DELETE FROM sums WHERE room = ?").bind(room).execute(&mut *c).await?;
    for (learner, sum) in sums.of {
        // Who was forgotten meanwhile stays so.
        sqlx::query(
            "INSERT INTO sums (room, learner, through, sum)
             SELECT room, learner, ?, ? FROM learners WHERE room = ? AND learner = ?",
        )
        .bind(through)
        .bind(sum)
        .bind(room)
        .bind(learner.0)
        .execute(&mut *c)
        .await?;
    }
    Ok(())
}

pub(super) async fn log(
    c: &mut SqliteConnection,
    code: String,
    at: u64,
    action: String,
) -> Result<(), Failure> {
    let at = number(at)?;
    let room = room(c, &code).await?;
    sqlx::query("INSERT INTO actions (room, at, action) VALUES (?, ?, ?)")
        .bind(room)
        .bind(at)
        .bind(action)
        .execute(c)
        .await?;
    Ok(())
}

pub(super) async fn set_roster(
    c: &mut SqliteConnection,
    code: String,
    names: Vec<String>,
) -> Result<(), Failure> {
    let room = room(c, &code).await?;
    sqlx::query("DELETE FROM roster WHERE room = ?").bind(room).execute(&mut *c).await?;
    for (place, name) in (0_i64..).zip(names) {
        sqlx::query("INSERT INTO roster VALUES (?, ?, ?)")
            .bind(room)
            .bind(place)
            .bind(name)
            .execute(&mut *c)
            .await?;
    }
    Ok(())
}

pub(super) async fn end(c: &mut SqliteConnection, code: String) -> Result<(), Failure> {
    let gone = sqlx::query("DELETE FROM rooms WHERE code = ?").bind(code).execute(c).await?;
    if gone.rows_affected() == 0 { Err(Error::NoRoom.into()) } else { Ok(()) }
}

pub(super) async fn expire(c: &mut SqliteConnection, now: u64) -> Result<Vec<String>, Failure> {
    let codes = sqlx::query_scalar("DELETE FROM rooms WHERE until <= ? RETURNING code")
        .bind(i64::try_from(now).unwrap_or(i64::MAX))
        .fetch_all(c)
        .await?;
    Ok(codes)
}
