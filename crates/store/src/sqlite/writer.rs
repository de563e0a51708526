//! The one task that writes: what comes together becomes one transaction, and is answered when that is on the disk.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use sqlx::{SqliteConnection, SqlitePool};
use tokio::sync::{broadcast, mpsc, oneshot};
use tokio::time::{Instant, timeout_at};

use super::fault::said;
use super::lock::Lock;
use crate::{Answer, Error};

/// Rows after which a transaction is not made longer.
const ROWS: usize = 500;
/// How long the first of a transaction waits for company.
const LINGER: Duration = Duration::from_millis(3);
/// Requests that wait; whoever comes then waits to be one of them.
const WAITING: usize = 1024;
/// Wake-ups that a listener may be behind before it misses some.
const CHANGES: usize = 256;

/// Where writes are handed in.
#[derive(Debug)]
pub(super) struct Writer {
    jobs: mpsc::Sender<Job>,
    changed: broadcast::Sender<Arc<str>>,
}

enum Job {
    Write {
        /// How many rows of work.
        weight: usize,
        then: Then,
        work: Box<dyn Work>,
    },
    Close(oneshot::Sender<()>),
}

/// What follows when it is written.
enum Then {
    Nothing,
    /// This room has new work.
    Tell(Arc<str>),
    /// Something was deleted, of which no copy may stay.
    Scrub,
}

/// What is to be written, and who waits for it.
trait Work: Send {
    /// Writes. An error ends the transaction for all that is in it.
    fn run<'a>(&'a mut self, c: &'a mut SqliteConnection) -> BoxFuture<'a, Result<(), Failure>>;
    /// Answers, after the transaction ended so.
    fn answer(self: Box<Self>, ended: Result<(), Error>);
}

/// Why something was not written.
pub(super) enum Failure {
    /// What was asked for cannot be: nothing was written by it.
    No(Error),
    /// The database cannot.
    Database(sqlx::Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        debug_assert!(error.is_answer(), "{error:?}");
        Self::No(error)
    }
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

struct Asked<T, F> {
    work: Option<F>,
    outcome: Option<Result<T, Error>>,
    answer: oneshot::Sender<Result<T, Error>>,
}

impl<T, F> Work for Asked<T, F>
where
    T: Send,
    F: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Result<T, Failure>> + Send,
{
    fn run<'a>(&'a mut self, c: &'a mut SqliteConnection) -> BoxFuture<'a, Result<(), Failure>> {
        let work = self.work.take().expect("work is run once");
        Box::pin(async {
            self.outcome = Some(match work(c).await {
                Ok(done) => Ok(done),
                Err(Failure::No(why)) => Err(why),
                Err(database) => return Err(database),
            });
            Ok(())
        })
    }

    fn answer(self: Box<Self>, ended: Result<(), Error>) {
        let Self { outcome, answer, .. } = *self;
        let outcome = ended.and_then(|()| outcome.expect("a transaction that went well ran all its work"));
        // Nobody may wait any more: it is written all the same.
        let _ = answer.send(outcome);
    }
}

impl Writer {
    /// Starts the task; it holds the lock until it ends.
    pub(super) fn start(
        pool: SqlitePool,
        readers: SqlitePool,
        file: Option<PathBuf>,
        lock: Option<Lock>,
    ) -> Self {
        let (jobs, waiting) = mpsc::channel(WAITING);
        let changed = broadcast::Sender::new(CHANGES);
        let task = Task { pool, readers, file, waiting, changed: changed.clone(), _lock: lock };
        tokio::spawn(task.run());
        Self { jobs, changed }
    }

    /// Writes, and answers when it is on the disk.
    pub(super) fn write<T, F>(&self, work: F) -> Answer<'_, T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Result<T, Failure>> + Send + 'static,
    {
        self.hand_in(1, Then::Nothing, work)
    }

    /// Writes so many rows of this room's work, and wakes whoever listens.
    pub(super) fn append<T, F>(&self, room: Arc<str>, rows: usize, work: F) -> Answer<'_, T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Result<T, Failure>> + Send + 'static,
    {
        self.hand_in(rows, Then::Tell(room), work)
    }

    /// Deletes: afterwards it is nowhere.
    pub(super) fn delete<T, F>(&self, work: F) -> Answer<'_, T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Result<T, Failure>> + Send + 'static,
    {
        self.hand_in(1, Then::Scrub, work)
    }

    fn hand_in<T, F>(&self, weight: usize, then: Then, work: F) -> Answer<'_, T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Result<T, Failure>> + Send + 'static,
    {
        Box::pin(async move {
            let (answer, answered) = oneshot::channel();
            let work = Box::new(Asked { work: Some(work), outcome: None, answer });
            self.jobs.send(Job::Write { weight, then, work }).await.map_err(|_| Error::Closed)?;
            answered.await.map_err(|_| Error::Closed)?
        })
    }

    pub(super) fn changed(&self) -> broadcast::Receiver<Arc<str>> {
        self.changed.subscribe()
    }

    /// Ends the task after what was handed in before.
    pub(super) async fn close(&self) {
        let (answer, answered) = oneshot::channel();
        if self.jobs.send(Job::Close(answer)).await.is_ok() {
            let _ = answered.await;
        }
    }
}

struct Task {
    pool: SqlitePool,
    readers: SqlitePool,
    file: Option<PathBuf>,
    waiting: mpsc::Receiver<Job>,
    changed: broadcast::Sender<Arc<str>>,
    _lock: Option<Lock>,
}

/// What belongs into one transaction.
#[derive(Default)]
struct Batch {
    work: Vec<Box<dyn Work>>,
    tell: BTreeSet<Arc<str>>,
    deletes: bool,
}

impl Task {
    async fn run(mut self) {
        let mut closing = Vec::new();
        while let Some(first) = self.waiting.recv().await {
            let batch = self.gather(first, &mut closing).await;
            if !batch.work.is_empty() {
                self.transact(batch).await;
            }
            if !closing.is_empty() {
                self.waiting.close();
            }
        }
        // The writer is the last to go: that empties the log beside the file and takes it away.
        self.readers.close().await;
        self.pool.close().await;
        drop(self);
        for answer in closing {
            let _ = answer.send(());
        }
    }

    async fn gather(&mut self, first: Job, closing: &mut Vec<oneshot::Sender<()>>) -> Batch {
        let (mut batch, mut rows) = (Batch::default(), 0);
        let until = Instant::now() + LINGER;
        let mut next = Some(first);
        while let Some(job) = next {
            match job {
                Job::Write { weight, then, work } => {
                    rows += weight.max(1);
                    batch.work.push(work);
                    match then {
                        Then::Nothing => {}
                        Then::Tell(room) => drop(batch.tell.insert(room)),
                        Then::Scrub => batch.deletes = true,
                    }
                }
                Job::Close(answer) => {
                    closing.push(answer);
                    break;
                }
            }
            if rows >= ROWS {
                break;
            }
            next = timeout_at(until, self.waiting.recv()).await.ok().flatten();
        }
        batch
    }

    /// Writes all of it or nothing, and answers.
    async fn transact(&mut self, Batch { mut work, tell, deletes }: Batch) {
        let ended = self.write(&mut work).await.map_err(|e| said(self.file.as_deref(), &e));
        if ended.is_ok() && deletes {
            self.scrub().await;
        }
        for work in work {
            work.answer(ended.clone());
        }
        if ended.is_ok() {
            for room in tell {
                // Nobody may listen.
                let _ = self.changed.send(room);
            }
        }
    }

    async fn write(&mut self, batch: &mut [Box<dyn Work>]) -> Result<(), sqlx::Error> {
        let mut c = self.pool.acquire().await?;
        sqlx::query("BEGIN IMMEDIATE").execute(&mut *c).await?;
        let mut done = Ok(());
        for work in batch {
            if let Err(Failure::Database(error)) = work.run(&mut c).await {
                done = Err(error);
                break;
            }
        }
        if done.is_ok() {
            done = sqlx::query("COMMIT").execute(&mut *c).await.map(drop);
        }
        if done.is_err() {
            // SQLite itself may have done so already, and then says that there is nothing to take back.
            let _ = sqlx::query("ROLLBACK").execute(&mut *c).await;
        }
        done
    }

    /// Leaves no copy of what was deleted, neither in the file nor in the log beside it. `secure_delete` overwrites what is deleted, but
    /// not the copies that stayed behind when SQLite split and joined pages: only writing the file anew is without them. Where
    /// the disk is too full for that, or a reader holds the log back, the next deletion does it.
    async fn scrub(&mut self) {
        if self.file.is_none() {
            return;
        }
        let Ok(mut c) = self.pool.acquire().await else { return };
        for step in ["VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"] {
            let _ = sqlx::query(step).execute(&mut *c).await;
        }
    }
}
