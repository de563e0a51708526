//! Opening a database: who else has it, whether it is one of ours, whether it is whole.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection, SqlitePool};

use super::Sqlite;
use super::fault::said;
use super::lock::Lock;
use super::schema::{self, APPLICATION, KNOWN};
use super::writer::Writer;
use crate::Error;

/// How long a statement waits for another process to finish its transaction.
const BUSY: Duration = Duration::from_secs(2);
/// How long a request waits for a connection.
const PATIENCE: Duration = Duration::from_secs(10);
/// Connections that read.
const READERS: u32 = 3;

impl Sqlite {
    /// The database in this file, which is made where it is not there, with its folder. On Unix only its owner may read it.
    ///
    /// # Errors
    /// [`Error::InUse`], [`Error::Newer`], [`Error::Foreign`], [`Error::Damaged`], [`Error::Locked`], [`Error::Io`]: each leaves the
    /// file as it was.
    pub async fn open(file: &Path) -> Result<Self, Error> {
        if let Some(folder) = file.parent() {
            private_folder(folder)?;
        }
        let lock = Lock::take(file)?;
        if fs::metadata(file).is_ok_and(|found| found.len() > 0) {
            known(file).await?;
        } else {
            private_file(file)?;
        }
        let say = |e: sqlx::Error| said(Some(file), &e);
        let writes = pool(1).connect_with(ours(file)).await.map_err(say)?;
        let mut first = writes.acquire().await.map_err(say)?;
        schema::migrate(&mut first).await.map_err(say)?;
        whole(&mut first, file).await?;
        drop(first);
        let reads = ours(file).pragma("query_only", "ON");
        let readers = pool(READERS).connect_with(reads).await.map_err(say)?;
        let writer = Writer::start(writes, readers.clone(), Some(file.to_owned()), Some(lock));
        Ok(Self { writer, readers, file: Some(file.to_owned()) })
    }

    /// A database in memory, gone with this process.
    ///
    /// # Errors
    /// Where there is no memory.
    pub async fn memory() -> Result<Self, Error> {
        let say = |e: sqlx::Error| said(None, &e);
        // One connection, or there would be several databases. Not by `in_memory`: SQLite would write a backup into memory too.
        let both = pool(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(SqliteConnectOptions::new().foreign_keys(true))
            .await
            .map_err(say)?;
        schema::migrate(&mut *both.acquire().await.map_err(say)?).await.map_err(say)?;
        Ok(Self { writer: Writer::start(both.clone(), both.clone(), None, None), readers: both, file: None })
    }

    /// The database in this file to be read alone, also while another process has it.
    ///
    /// # Errors
    /// [`Error::NoFile`], and those of [`open`](Self::open) but for [`Error::InUse`]. Whatever writes answers [`Error::Io`].
    pub async fn read(file: &Path) -> Result<Self, Error> {
        if !file.exists() {
            return Err(Error::NoFile(file.to_owned()));
        }
        known(file).await?;
        let say = |e: sqlx::Error| said(Some(file), &e);
        let readers = pool(1).connect_with(plain(file).pragma("query_only", "ON")).await.map_err(say)?;
        let form = schema::form(&mut *readers.acquire().await.map_err(say)?).await.map_err(say)?;
        if form.version != KNOWN {
            return Err(Error::Unfit(format!(
                "{} was written by an earlier version of socketscope: start the relay once, which brings it up to date",
                file.display()
            )));
        }
        let writer = Writer::start(readers.clone(), readers.clone(), Some(file.to_owned()), None);
        Ok(Self { writer, readers, file: Some(file.to_owned()) })
    }

    /// What went wrong here.
    pub(super) fn said(&self, error: &sqlx::Error) -> Error {
        said(self.file.as_deref(), error)
    }
}

fn pool(most: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new().max_connections(most).acquire_timeout(PATIENCE).test_before_acquire(false)
}

/// How a file that is there is opened, whatever is in it.
pub(super) fn plain(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new().filename(file).busy_timeout(BUSY).disable_statement_logging()
}

/// How ours is opened.
fn ours(file: &Path) -> SqliteConnectOptions {
    plain(file)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .pragma("secure_delete", "ON")
        // What was written is in the file again soon, and the log beside it small.
        .pragma("journal_size_limit", "4194304")
}

/// Whether this is a database that is understood here; nothing is written.
pub(super) async fn known(file: &Path) -> Result<(), Error> {
    let say = |e: sqlx::Error| said(Some(file), &e);
    let mut c = plain(file).read_only(true).connect().await.map_err(say)?;
    let form = schema::form(&mut c).await.map_err(say);
    c.close().await.map_err(say)?;
    let form = form?;
    match form.version {
        _ if form.application != APPLICATION && !form.empty => Err(Error::Foreign(file.to_owned())),
        version if version > KNOWN => Err(Error::Newer { file: file.to_owned(), version, known: KNOWN }),
        _ => Ok(()),
    }
}

/// Whether the database is whole.
pub(super) async fn whole(c: &mut SqliteConnection, file: &Path) -> Result<(), Error> {
    let found: String = sqlx::query_scalar("PRAGMA quick_check(1)")
        .fetch_one(&mut *c)
        .await
        .map_err(|e| said(Some(file), &e))?;
    if found == "ok" { Ok(()) } else { Err(Error::Damaged { file: file.to_owned(), why: found }) }
}

/// `rooms.db` and `lock` make `rooms.db.lock`.
pub(super) fn beside(file: &Path, what: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(what);
    name.into()
}

/// What the system says of this file.
pub(super) fn io(file: &Path, error: &io::Error) -> Error {
    if error.kind() == io::ErrorKind::StorageFull {
        return Error::Full;
    }
    Error::Io { file: file.to_owned(), why: error.to_string() }
}

/// Makes the folder where it is not there, for its owner alone.
pub(super) fn private_folder(folder: &Path) -> Result<(), Error> {
    let mut make = fs::DirBuilder::new();
    make.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut make, 0o700);
    make.create(folder).map_err(|e| io(folder, &e))
}

/// Makes the file where it is not there, for its owner alone; what SQLite puts beside it has the same rights.
pub(super) fn private_file(file: &Path) -> Result<File, Error> {
    let mut make = File::options();
    make.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut make, 0o600);
    make.open(file).map_err(|e| io(file, &e))
}

/// The connections of a pool, as they are asked for everywhere here.
pub(super) type Pool = SqlitePool;
