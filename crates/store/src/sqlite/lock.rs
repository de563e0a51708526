//! One process at a time has a database: a lock on a file beside it, which the system takes back when the process is gone.

use std::fs::{File, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

use super::open::{beside, io};
use crate::Error;

/// Held as long as this lives.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes it.
    pub(super) fn take(database: &Path) -> Result<Self, Error> {
        let path: PathBuf = beside(database, "lock");
        let mut file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(|e| io(&path, &e))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                // Where a lock also keeps from reading (Windows), the process stays unknown.
                let mut written = String::new();
                let _ = file.read_to_string(&mut written);
                return Err(Error::InUse { file: database.to_owned(), process: written.trim().parse().ok() });
            }
            Err(TryLockError::Error(error)) => return Err(io(&path, &error)),
        }
        // For whoever comes second; the lock holds without it, also where the disk is full.
        let _ = file
            .set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| writeln!(file, "{}", std::process::id()))
            .and_then(|()| file.flush());
        Ok(Self { _file: file })
    }
}
