//! What SQLite says, as what a person can do about it.

use std::path::Path;

use crate::Error;

/// Primary result codes (sqlite.org/rescode.html).
mod code {
    pub(super) const BUSY: i32 = 5;
    pub(super) const LOCKED: i32 = 6;
    pub(super) const READONLY: i32 = 8;
    pub(super) const IOERR: i32 = 10;
    pub(super) const CORRUPT: i32 = 11;
    pub(super) const FULL: i32 = 13;
    pub(super) const CANTOPEN: i32 = 14;
    pub(super) const NOTADB: i32 = 26;
    /// `SQLITE_IOERR_SHMSIZE`: the index beside the file could not grow.
    pub(super) const IOERR_SHMSIZE: i32 = 10 | (19 << 8);
}

/// What went wrong with this file.
pub(super) fn said(file: Option<&Path>, error: &sqlx::Error) -> Error {
    let place = || file.unwrap_or(Path::new("the database in memory")).to_owned();
    let whole: Option<i32> = match error {
        sqlx::Error::Database(error) => error.code().and_then(|code| code.parse().ok()),
        sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => return Error::Closed,
        // Somebody else's reading or writing has taken all connections for seconds.
        sqlx::Error::PoolTimedOut => return Error::Locked,
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => {
            return Error::Damaged { file: place(), why: error.to_string() };
        }
        _ => None,
    };
    let why = match error {
        sqlx::Error::Database(error) => error.message().to_owned(),
        other => other.to_string(),
    };
    match whole {
        Some(code::IOERR_SHMSIZE) => return Error::Full,
        Some(whole) => match whole & 0xff {
            code::BUSY | code::LOCKED => return Error::Locked,
            code::FULL => return Error::Full,
            code::CORRUPT | code::NOTADB => return Error::Damaged { file: place(), why },
            code::READONLY | code::IOERR | code::CANTOPEN => return Error::Io { file: place(), why },
            _ => {}
        },
        None => {}
    }
    Error::Other(why)
}
