//! A room's record as CSV and JSON, in chunks: docs/export.md describes the columns.
//!
//! An export holds what was kept when it began. It needs memory for the names and one chunk, whatever the record's length.

mod cells;
mod json;

use std::collections::BTreeMap;
use std::sync::Arc;

use protocol::room::{Format, LearnerId};
use tokio::task::JoinHandle;

use crate::{Error, LearnerRecord, RoomRecord, Store, StoredRow};
pub use cells::plain;

/// Rows that are read at once.
const CHUNK: u32 = 1000;

/// A record on its way out.
pub struct Export {
    store: Arc<dyn Store>,
    room: RoomRecord,
    format: Format,
    learners: BTreeMap<LearnerId, LearnerRecord>,
    /// The last row that was written.
    seq: u64,
    /// Whether any was.
    any: bool,
    at: At,
    /// The rows after that, being read while those before are written.
    ahead: Option<JoinHandle<Result<Vec<StoredRow>, Error>>>,
}

impl Drop for Export {
    fn drop(&mut self) {
        // Nobody wants them any more.
        if let Some(ahead) = self.ahead.take() {
            ahead.abort();
        }
    }
}

/// How far it is.
enum At {
    Begin,
    Rows,
    End,
}

impl Export {
    /// Begins it.
    ///
    /// # Errors
    /// [`Error::NoRoom`], or the database's.
    pub async fn new(store: Arc<dyn Store>, code: &str, format: Format) -> Result<Self, Error> {
        let room = store.room(code).await?.ok_or(Error::NoRoom)?;
        let learners = store.learners(code).await?;
        let learners = learners.into_iter().map(|learner| (learner.learner, learner)).collect();
        Ok(Self { store, room, format, learners, seq: 0, any: false, at: At::Begin, ahead: None })
    }

    /// The next bytes; none after the last.
    ///
    /// # Errors
    /// [`Error::NoRoom`] where the room ended meanwhile, or the database's.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, Error> {
        loop {
            let chunk = match self.at {
                At::Begin => {
                    self.at = At::Rows;
                    self.begin().await?
                }
                At::Rows => self.rows().await?,
                At::End => return Ok(None),
            };
            if !chunk.is_empty() {
                return Ok(Some(chunk));
            }
        }
    }

    /// All of it at once.
    ///
    /// # Errors
    /// Those of [`next`](Self::next).
    pub async fn whole(mut self) -> Result<Vec<u8>, Error> {
        let mut whole = Vec::new();
        while let Some(mut chunk) = self.next().await? {
            whole.append(&mut chunk);
        }
        Ok(whole)
    }

    async fn begin(&self) -> Result<Vec<u8>, Error> {
        match self.format {
            Format::Csv => Ok(cells::header()),
            Format::Json => {
                let actions = self.store.actions(&self.room.code).await?;
                Ok(json::begin(&self.room, self.learners.values(), &actions))
            }
        }
    }

    async fn rows(&mut self) -> Result<Vec<u8>, Error> {
        let mut rows = match self.ahead.take() {
            Some(ahead) => ahead.await.unwrap_or(Err(Error::Closed))?,
            None => self.store.since(&self.room.code, self.seq, CHUNK).await?,
        };
        rows.retain(|row| row.seq <= self.room.seq);
        let Some(last) = rows.last() else {
            self.at = At::End;
            return Ok(match self.format {
                Format::Csv => vec![],
                Format::Json => json::end(),
            });
        };
        self.seq = last.seq;
        if self.seq < self.room.seq {
            let (store, code, seq) = (Arc::clone(&self.store), self.room.code.clone(), self.seq);
            self.ahead = Some(tokio::spawn(async move { store.since(&code, seq, CHUNK).await }));
        }
        // Rows of learners who came later are later too: one without a name was forgotten meanwhile.
        let known: Vec<(&LearnerRecord, &StoredRow)> =
            rows.iter().filter_map(|row| Some((self.learners.get(&row.learner)?, row))).collect();
        let chunk = match self.format {
            Format::Csv => cells::rows(&known),
            Format::Json => json::rows(&known, !self.any),
        };
        self.any |= !known.is_empty();
        Ok(chunk)
    }
}

/// An instant as ISO 8601 in UTC: `2026-11-21T09:05:00.250Z`. What a browser's clock says may be anything: it is told up to the
/// year 9999.
fn instant(ms: u64) -> String {
    const LAST_MS: u64 = 253_402_300_799_999;
    let since = std::time::Duration::from_millis(ms.min(LAST_MS));
    humantime::format_rfc3339_millis(std::time::UNIX_EPOCH + since).to_string()
}

/// What a row says, in the columns' order.
#[derive(Debug, Default, PartialEq)]
struct Said<'a> {
    what: &'static str,
    subject: Option<&'a str>,
    said: Option<&'a str>,
    right: Option<bool>,
    seconds: Option<u32>,
    live: Option<bool>,
}

impl<'a> Said<'a> {
    fn of(row: &'a StoredRow) -> Self {
        use protocol::room::Did;
        let what = |what| Said { what, ..Said::default() };
        match &row.row.what {
            Did::Opened => what("opened"),
            Did::Predicted { question, said, right } => {
                Said { subject: Some(question), said: Some(said), right: Some(*right), ..what("predicted") }
            }
            Did::Ran { figure, live } => Said { subject: Some(figure), live: Some(*live), ..what("ran") },
            Did::Verdict { exercise, passed, says } => {
                Said { subject: Some(exercise), said: Some(says), right: Some(*passed), ..what("verdict") }
            }
            Did::Spent { seconds } => Said { seconds: Some(*seconds), ..what("spent") },
            Did::Finished => what("finished"),
        }
    }
}
