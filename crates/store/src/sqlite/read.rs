//! What is read.

use futures_util::future::BoxFuture;
use protocol::room::{LearnerId, Row};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use super::open::Pool;
use super::{Sqlite, write};
use crate::{Action, Answer, Error, LearnerRecord, RoomRecord, StoredRow, Sums};

impl Sqlite {
    /// Reads something of a room, by its own number.
    pub(super) fn of_room<'a, T, F>(&'a self, code: &'a str, read: F) -> Answer<'a, T>
    where
        T: Send + 'a,
        F: for<'c> FnOnce(&'c mut SqliteConnection, i64) -> BoxFuture<'c, Result<T, sqlx::Error>> + Send + 'a,
    {
        Box::pin(async move {
            let mut c = self.readers.acquire().await.map_err(|e| self.said(&e))?;
            let room = sqlx::query_scalar("SELECT id FROM rooms WHERE code = ?")
                .bind(code)
                .fetch_optional(&mut *c)
                .await
                .map_err(|e| self.said(&e))?
                .ok_or(Error::NoRoom)?;
            read(&mut c, room).await.map_err(|e| self.said(&e))
        })
    }
}

/// JSON of ours.
fn json<T: serde::de::DeserializeOwned>(row: &SqliteRow, column: usize) -> Result<T, sqlx::Error> {
    serde_json::from_str(row.try_get(column)?).map_err(|e| sqlx::Error::Decode(e.into()))
}

fn number(row: &SqliteRow, column: usize) -> Result<u64, sqlx::Error> {
    let number: i64 = row.try_get(column)?;
    u64::try_from(number).map_err(|e| sqlx::Error::Decode(e.into()))
}

fn room_record(row: &SqliteRow) -> Result<RoomRecord, sqlx::Error> {
    Ok(RoomRecord {
        code: row.try_get(0)?,
        secret_hash: row.try_get(1)?,
        settings: json(row, 2)?,
        opened: number(row, 3)?,
        until: number(row, 4)?,
        seq: number(row, 5)?,
    })
}

pub(super) async fn room(readers: &Pool, code: &str) -> Result<Option<RoomRecord>, sqlx::Error> {
    sqlx::query("SELECT code, secret_hash, settings, opened, until, seq FROM rooms WHERE code = ?")
        .bind(code)
        .fetch_optional(readers)
        .await?
        .as_ref()
        .map(room_record)
        .transpose()
}

pub(super) async fn rooms(readers: &Pool) -> Result<Vec<RoomRecord>, sqlx::Error> {
    sqlx::query("SELECT code, secret_hash, settings, opened, until, seq FROM rooms ORDER BY opened, id")
        .fetch_all(readers)
        .await?
        .iter()
        .map(room_record)
        .collect()
}

/// Codes of rooms whose time is over.
pub(super) async fn over(readers: &Pool, now: u64) -> Result<Vec<String>, sqlx::Error> {
    let now = i64::try_from(now).unwrap_or(i64::MAX);
    sqlx::query_scalar("SELECT code FROM rooms WHERE until <= ?").bind(now).fetch_all(readers).await
}

fn learner_record(row: &SqliteRow) -> Result<LearnerRecord, sqlx::Error> {
    Ok(LearnerRecord {
        learner: LearnerId(row.try_get(0)?),
        nickname: row.try_get(1)?,
        joined: number(row, 2)?,
        removed: row.try_get::<Option<i64>, _>(3)?.map(|at| at as u64),
    })
}

pub(super) async fn learners(c: &mut SqliteConnection, room: i64) -> Result<Vec<LearnerRecord>, sqlx::Error> {
    sqlx::query("SELECT learner, nickname, joined, removed FROM learners WHERE room = ? ORDER BY learner")
        .bind(room)
        .fetch_all(c)
        .await?
        .iter()
        .map(learner_record)
        .collect()
}

pub(super) async fn learner_by_key(
    c: &mut SqliteConnection,
    room: i64,
    key_hash: Vec<u8>,
) -> Result<Option<LearnerRecord>, sqlx::Error> {
    sqlx::query(
        "SELECT learner, nickname, joined, removed FROM learners
         WHERE room = ? AND key_hash = ? AND removed IS NULL",
    )
    .bind(room)
    .bind(key_hash)
    .fetch_optional(c)
    .await?
    .as_ref()
    .map(learner_record)
    .transpose()
}

pub(super) async fn highest(
    c: &mut SqliteConnection,
    room: i64,
    learner: LearnerId,
    device: String,
) -> Result<u64, sqlx::Error> {
    write::highest(c, room, learner, &device).await
}

pub(super) async fn since(
    c: &mut SqliteConnection,
    room: i64,
    seq: u64,
    most: u32,
) -> Result<Vec<StoredRow>, sqlx::Error> {
    sqlx::query(
        "SELECT seq, learner, device, received, n, at, page, what FROM progress
         WHERE room = ? AND seq > ? ORDER BY seq LIMIT ?",
    )
    .bind(room)
    .bind(i64::try_from(seq).unwrap_or(i64::MAX))
    .bind(most)
    .fetch_all(c)
    .await?
    .iter()
    .map(|row| {
        Ok(StoredRow {
            seq: number(row, 0)?,
            learner: LearnerId(row.try_get(1)?),
            device: row.try_get(2)?,
            received: number(row, 3)?,
            row: Row { n: number(row, 4)?, at: number(row, 5)?, page: row.try_get(6)?, what: json(row, 7)? },
        })
    })
    .collect()
}

pub(super) async fn sums(c: &mut SqliteConnection, room: i64) -> Result<Sums, sqlx::Error> {
    // One statement, so that all are of one time.
    let rows =
        sqlx::query("SELECT learner, through, sum FROM sums WHERE room = ?").bind(room).fetch_all(c).await?;
    let mut sums = Sums::default();
    for row in &rows {
        sums.through = number(row, 1)?;
        sums.of.insert(LearnerId(row.try_get(0)?), row.try_get(2)?);
    }
    Ok(sums)
}

pub(super) async fn actions(c: &mut SqliteConnection, room: i64) -> Result<Vec<Action>, sqlx::Error> {
    sqlx::query("SELECT at, action FROM actions WHERE room = ? ORDER BY id")
        .bind(room)
        .fetch_all(c)
        .await?
        .iter()
        .map(|row| Ok(Action { at: number(row, 0)?, action: row.try_get(1)? }))
        .collect()
}

pub(super) async fn roster(c: &mut SqliteConnection, room: i64) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar("SELECT name FROM roster WHERE room = ? ORDER BY place").bind(room).fetch_all(c).await
}

pub(super) async fn bytes(c: &mut SqliteConnection, room: i64) -> Result<u64, sqlx::Error> {
    number(&sqlx::query("SELECT bytes FROM rooms WHERE id = ?").bind(room).fetch_one(c).await?, 0)
}
