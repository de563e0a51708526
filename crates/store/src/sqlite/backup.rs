//! One file with everything, written while the relay runs, and put back in its place.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};

use super::Sqlite;
use super::fault::said;
use super::lock::Lock;
use super::open::{beside, io, known, plain, private_file, private_folder};
use super::schema;
use crate::Error;

impl Sqlite {
    /// Writes all rooms, as they are now, into one new file that only its owner may read. Others go on meanwhile.
    ///
    /// # Errors
    /// [`Error::Exists`] where there is a file already, [`Error::Full`], [`Error::Io`], [`Error::Damaged`].
    pub async fn backup(&self, to: &Path) -> Result<(), Error> {
        if to.exists() {
            return Err(Error::Exists(to.to_owned()));
        }
        let part = Part::new(beside(to, "part"))?;
        match &self.file {
            Some(file) => {
                let mut from = reading(file).await?;
                vacuum_into(&mut from, file, &part.0).await?;
                close(from, file).await?;
            }
            None => {
                let mut from = self.readers.acquire().await.map_err(|e| self.said(&e))?;
                vacuum_into(&mut from, to, &part.0).await?;
            }
        }
        part.becomes(to)
    }

    /// Lets a backup be the database in this file. What is there stays until the new one is complete and found whole; a restore that is
    /// cut off leaves one of the two.
    ///
    /// # Errors
    /// [`Error::InUse`] while a relay has the file; [`Error::Exists`] where there is a database and it is not to be replaced; of the
    /// backup [`Error::NoFile`], [`Error::Foreign`], [`Error::Newer`], [`Error::Damaged`].
    pub async fn restore(file: &Path, backup: &Path, replace: bool) -> Result<(), Error> {
        if !backup.exists() {
            return Err(Error::NoFile(backup.to_owned()));
        }
        if let Some(folder) = file.parent() {
            private_folder(folder)?;
        }
        let _lock = Lock::take(file)?;
        let is_there = fs::metadata(file).is_ok_and(|found| found.len() > 0);
        if is_there && !replace {
            return Err(Error::Exists(file.to_owned()));
        }
        known(backup).await?;
        let part = Part::new(beside(file, "restoring"))?;
        let mut from = reading(backup).await?;
        whole(&mut from, backup).await?;
        vacuum_into(&mut from, backup, &part.0).await?;
        close(from, backup).await?;
        let mut copy = reading(&part.0).await?;
        whole(&mut copy, backup).await?;
        close(copy, &part.0).await?;
        if is_there {
            put_away(file).await?;
        }
        part.becomes(file)
    }
}

/// A file that is being written; it goes unless it becomes the whole one.
struct Part(PathBuf);

impl Part {
    fn new(path: PathBuf) -> Result<Self, Error> {
        // Left over by somebody who was killed.
        let _ = fs::remove_file(&path);
        private_file(&path)?;
        Ok(Self(path))
    }

    fn becomes(self, file: &Path) -> Result<(), Error> {
        let rename = || {
            File::options().write(true).open(&self.0)?.sync_all()?;
            fs::rename(&self.0, file)?;
            // The name is durable once the folder is.
            #[cfg(unix)]
            File::open(
                file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")),
            )?
            .sync_all()?;
            Ok(())
        };
        rename().map_err(|e| io(file, &e))
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

async fn reading(file: &Path) -> Result<SqliteConnection, Error> {
    plain(file).read_only(true).connect().await.map_err(|e| said(Some(file), &e))
}

async fn close(c: SqliteConnection, file: &Path) -> Result<(), Error> {
    c.close().await.map_err(|e| said(Some(file), &e))
}

/// Writes what this connection reads into another file, without what was deleted.
async fn vacuum_into(c: &mut SqliteConnection, from: &Path, to: &Path) -> Result<(), Error> {
    let to =
        to.to_str().ok_or_else(|| Error::Unfit(format!("{} is no file name in Unicode", to.display())))?;
    sqlx::query("VACUUM INTO ?").bind(to).execute(c).await.map(drop).map_err(|e| said(Some(from), &e))
}

/// Whether a backup is whole, down to who refers to whom.
async fn whole(c: &mut SqliteConnection, file: &Path) -> Result<(), Error> {
    let damaged = |why: String| Error::Damaged { file: file.to_owned(), why };
    let form = schema::form(c).await.map_err(|e| said(Some(file), &e))?;
    if form.application != schema::APPLICATION {
        return Err(Error::Foreign(file.to_owned()));
    }
    for check in
        ["PRAGMA integrity_check(1)", "SELECT 'a row without its room' FROM pragma_foreign_key_check"]
    {
        let found: Option<String> =
            sqlx::query_scalar(check).fetch_optional(&mut *c).await.map_err(|e| said(Some(file), &e))?;
        if let Some(why) = found.filter(|found| found != "ok") {
            return Err(damaged(why));
        }
    }
    Ok(())
}

/// Leaves nothing beside the file that SQLite would take for changes of the new one.
async fn put_away(file: &Path) -> Result<(), Error> {
    let emptied = async {
        let mut c = plain(file).connect().await?;
        let (busy, _, _): (i64, i64, i64) =
            sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&mut c).await?;
        c.close().await?;
        Ok(busy == 0)
    };
    match emptied.await.map_err(|e| said(Some(file), &e)) {
        Ok(true) => {}
        Ok(false) | Err(Error::Locked) => return Err(Error::Locked),
        // What cannot be read any more is what a backup is for.
        Err(Error::Damaged { .. } | Error::Foreign(_)) => {}
        Err(other) => return Err(other),
    }
    for name in ["-wal", "-shm"] {
        let mut path = file.as_os_str().to_owned();
        path.push(name);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(io(path.as_ref(), &error));
            }
            _ => {}
        }
    }
    Ok(())
}
