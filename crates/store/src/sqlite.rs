//! The trait over SQLite: one task writes, several read.

mod backup;
mod fault;
mod lock;
mod open;
mod read;
mod schema;
mod write;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use protocol::room::{LearnerId, RoomSettings, Row};
use sqlx::SqlitePool;
use tokio::sync::broadcast;

use crate::{Action, Answer, LearnerRecord, NewRoom, RoomRecord, Store, StoredRow, Sums};
use writer::Writer;

/// Rooms in a database of SQLite's.
///
/// In a file it is WAL with `synchronous=FULL`: a write is on the disk when it answers. Writes that come together share a
/// transaction. A deletion writes the whole file anew, so that nothing stays behind. One process has the file at a time; others
/// may read it meanwhile.
#[derive(Debug)]
pub struct Sqlite {
    writer: Writer,
    readers: SqlitePool,
    /// None where it is in memory.
    file: Option<PathBuf>,
}

impl Sqlite {
    /// The file it is in; none where it is in memory.
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }
}

impl Store for Sqlite {
    fn create(&self, room: NewRoom) -> Answer<'_, ()> {
        self.writer.write(move |c| Box::pin(write::create(c, room)))
    }

    fn room<'a>(&'a self, code: &'a str) -> Answer<'a, Option<RoomRecord>> {
        Box::pin(async { read::room(&self.readers, code).await.map_err(|e| self.said(&e)) })
    }

    fn rooms(&self) -> Answer<'_, Vec<RoomRecord>> {
        Box::pin(async { read::rooms(&self.readers).await.map_err(|e| self.said(&e)) })
    }

    fn set<'a>(&'a self, code: &'a str, settings: &RoomSettings, until: u64) -> Answer<'a, ()> {
        let (code, settings) = (code.to_owned(), settings.clone());
        self.writer.write(move |c| Box::pin(write::set(c, code, settings, until)))
    }

    fn enter<'a>(
        &'a self,
        code: &'a str,
        nickname: &str,
        key_hash: &[u8],
        joined: u64,
    ) -> Answer<'a, LearnerId> {
        let (code, nickname, key_hash) = (code.to_owned(), nickname.to_owned(), key_hash.to_owned());
        self.writer.write(move |c| Box::pin(write::enter(c, code, nickname, key_hash, joined)))
    }

    fn learners<'a>(&'a self, code: &'a str) -> Answer<'a, Vec<LearnerRecord>> {
        self.of_room(code, |c, room| Box::pin(read::learners(c, room)))
    }

    fn learner_by_key<'a>(&'a self, code: &'a str, key_hash: &[u8]) -> Answer<'a, Option<LearnerRecord>> {
        let key_hash = key_hash.to_owned();
        self.of_room(code, move |c, room| Box::pin(read::learner_by_key(c, room, key_hash)))
    }

    fn remove<'a>(&'a self, code: &'a str, learner: LearnerId, at: u64) -> Answer<'a, ()> {
        let code = code.to_owned();
        self.writer.write(move |c| Box::pin(write::remove(c, code, learner, at)))
    }

    fn forget<'a>(&'a self, code: &'a str, learner: LearnerId) -> Answer<'a, ()> {
        let code = code.to_owned();
        self.writer.delete(move |c| Box::pin(write::forget(c, code, learner)))
    }

    fn append<'a>(
        &'a self,
        code: &'a str,
        learner: LearnerId,
        device: &str,
        rows: Vec<Row>,
        received: u64,
    ) -> Answer<'a, u64> {
        let room: Arc<str> = code.into();
        let (of, device) = (room.clone(), device.to_owned());
        self.writer.append(room, rows.len(), move |c| {
            Box::pin(write::append(c, of, learner, device, rows, received))
        })
    }

    fn highest<'a>(&'a self, code: &'a str, learner: LearnerId, device: &str) -> Answer<'a, u64> {
        let device = device.to_owned();
        self.of_room(code, move |c, room| Box::pin(read::highest(c, room, learner, device)))
    }

    fn since<'a>(&'a self, code: &'a str, seq: u64, most: u32) -> Answer<'a, Vec<StoredRow>> {
        self.of_room(code, move |c, room| Box::pin(read::since(c, room, seq, most)))
    }

    fn sums<'a>(&'a self, code: &'a str) -> Answer<'a, Sums> {
        self.of_room(code, |c, room| Box::pin(read::sums(c, room)))
    }

    fn set_sums<'a>(&'a self, code: &'a str, sums: Sums) -> Answer<'a, ()> {
        let code = code.to_owned();
        self.writer.write(move |c| Box::pin(write::set_sums(c, code, sums)))
    }

    fn log<'a>(&'a self, code: &'a str, at: u64, action: String) -> Answer<'a, ()> {
        let code = code.to_owned();
        self.writer.write(move |c| Box::pin(write::log(c, code, at, action)))
    }

    fn actions<'a>(&'a self, code: &'a str) -> Answer<'a, Vec<Action>> {
        self.of_room(code, |c, room| Box::pin(read::actions(c, room)))
    }

    fn roster<'a>(&'a self, code: &'a str) -> Answer<'a, Vec<String>> {
        self.of_room(code, |c, room| Box::pin(read::roster(c, room)))
    }

    fn set_roster<'a>(&'a self, code: &'a str, names: Vec<String>) -> Answer<'a, ()> {
        let code = code.to_owned();
        self.writer.write(move |c| Box::pin(write::set_roster(c, code, names)))
    }

    fn end<'a>(&'a self, code: &'a str) -> Answer<'a, ()> {
        let code = code.to_owned();
        self.writer.delete(move |c| Box::pin(write::end(c, code)))
    }

    fn expire(&self, now: u64) -> Answer<'_, Vec<String>> {
        Box::pin(async move {
            // Mostly there is none: then nothing is written.
            let over = read::over(&self.readers, now).await.map_err(|e| self.said(&e))?;
            if over.is_empty() {
                return Ok(over);
            }
            self.writer.delete(move |c| Box::pin(write::expire(c, now))).await
        })
    }

    fn bytes<'a>(&'a self, code: &'a str) -> Answer<'a, u64> {
        self.of_room(code, |c, room| Box::pin(read::bytes(c, room)))
    }

    fn changed(&self) -> broadcast::Receiver<Arc<str>> {
        self.writer.changed()
    }

    fn close(&self) -> Answer<'_, ()> {
        Box::pin(async {
            self.writer.close().await;
            Ok(())
        })
    }
}
