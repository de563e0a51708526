//! What can go wrong, each in a sentence that says what to do.

use std::fmt;
use std::path::PathBuf;

/// Why something could not be kept, or read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// A room has this code.
    CodeTaken,
    /// There is no such room.
    NoRoom,
    /// There is no such learner in the room.
    NoLearner,
    /// Somebody in the room has this name.
    NicknameTaken,
    /// What was given cannot be kept: why.
    Unfit(String),
    /// A line of a roster cannot be read; nothing was changed.
    Roster {
        /// The line, from 1.
        line: u64,
        /// What is wrong with it.
        why: String,
    },
    /// The disk is full. What was acknowledged is kept; the same may be asked again.
    Full,
    /// Another program holds the database. The same may be asked again.
    Locked,
    /// Another Socketscope has this file.
    InUse {
        /// The database.
        file: PathBuf,
        /// That process, where it is known.
        process: Option<u32>,
    },
    /// A later version of Socketscope wrote this file. It was not touched.
    Newer {
        /// The file.
        file: PathBuf,
        /// Its version.
        version: i64,
        /// The latest that is understood here.
        known: i64,
    },
    /// This file is no database of Socketscope's. It was not touched.
    Foreign(PathBuf),
    /// The database is damaged.
    Damaged {
        /// The file, or what is known of the place.
        file: PathBuf,
        /// What SQLite says.
        why: String,
    },
    /// There is no such file.
    NoFile(PathBuf),
    /// There is something already at this place, and it was left alone.
    Exists(PathBuf),
    /// The file or its folder cannot be read or written.
    Io {
        /// Which.
        file: PathBuf,
        /// What the system says.
        why: String,
    },
    /// The store was closed.
    Closed,
    /// Anything else that SQLite says.
    Other(String),
}

impl Error {
    /// Whether the same may go well a little later, without anybody asking for something else.
    pub fn passes(&self) -> bool {
        matches!(self, Self::Full | Self::Locked | Self::Io { .. } | Self::Other(_))
    }

    /// Whether it lies in what was asked, and not in the database.
    pub(crate) fn is_answer(&self) -> bool {
        matches!(
            self,
            Self::CodeTaken | Self::NoRoom | Self::NoLearner | Self::NicknameTaken | Self::Unfit(_)
        )
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CodeTaken => f.write_str("a room has this code: take another"),
            Self::NoRoom => f.write_str("there is no such room, or it is over: look at its code again"),
            Self::NoLearner => f.write_str("there is no such learner in this room"),
            Self::NicknameTaken => f.write_str("somebody in this room has this name: choose another"),
            Self::Unfit(why) => f.write_str(why),
            Self::Roster { line, why } => {
                write!(f, "line {line} of the roster: {why}; nothing was changed")
            }
            Self::Full => f.write_str(
                "not saved: the disk is full; free some space, and what waits will be saved by itself",
            ),
            Self::Locked => f.write_str(
                "not saved: another program holds the database; close it (an open sqlite3, a copy that runs), and try again",
            ),
            Self::InUse { file, process } => {
                write!(f, "{} is in use by another socketscope", file.display())?;
                if let Some(process) = process {
                    write!(f, " (process {process})")?;
                }
                f.write_str(": stop that one first, or give this one another folder by --data")
            }
            Self::Newer { file, version, known } => write!(
                f,
                "{} was written by a later version of socketscope (its form is {version}, known here is {known}): \
                 start that version, or give another folder by --data; the file was not touched",
                file.display()
            ),
            Self::Foreign(file) => {
                write!(f, "{} is no database of socketscope's; it was not touched", file.display())
            }
            Self::Damaged { file, why } => write!(
                f,
                "{} is damaged ({why}): put a backup in its place by `socketscope rooms restore FILE --force`, \
                 or move it away to start with an empty one",
                file.display()
            ),
            Self::NoFile(file) => write!(f, "there is no file {}", file.display()),
            Self::Exists(file) => write!(f, "{} is there already, and was left alone", file.display()),
            Self::Io { file, why } => write!(f, "{}: {why}", file.display()),
            Self::Closed => f.write_str("not saved: the relay is stopping"),
            Self::Other(why) => write!(f, "not saved: {why}"),
        }
    }
}

impl std::error::Error for Error {}
