//! `socketscope rooms`: what is kept of rooms, looked at, taken out, copied, put back and deleted where it is kept.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use clap::{Args, Subcommand, ValueEnum};
use protocol::room::Format;
use store::export::Export;
use store::{Error, Sqlite, Store};

use super::config::Flags;

/// What to do with them.
#[derive(Args, Clone, Debug)]
pub(super) struct Options {
    #[command(subcommand)]
    what: What,
}

#[derive(Clone, Debug, Subcommand)]
enum What {
    /// Print every room with its code, title, learners and how long it is kept
    List {
        #[command(flatten)]
        flags: Flags,
    },
    /// Write the record of one room (docs/export.md describes the columns)
    Export {
        /// The room's code
        code: String,
        /// In which form
        #[arg(long, value_enum, default_value = "csv")]
        format: Form,
        /// Into this new file; else on standard output
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
        #[command(flatten)]
        flags: Flags,
    },
    /// Write all rooms into one new file, also while the relay runs
    Backup {
        /// The file
        file: PathBuf,
        #[command(flatten)]
        flags: Flags,
    },
    /// Let a backup be what is kept from now on; the relay must be stopped
    Restore {
        /// The backup
        file: PathBuf,
        /// Also where rooms are kept: they are replaced
        #[arg(long)]
        force: bool,
        #[command(flatten)]
        flags: Flags,
    },
    /// Delete one room with everything of it; the relay must be stopped (while it runs, the teacher ends a room on its board)
    Delete {
        /// The room's code
        code: String,
        #[command(flatten)]
        flags: Flags,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Form {
    /// A row a thing done, for spreadsheets
    Csv,
    /// One object, for programs
    Json,
}

impl From<Form> for Format {
    fn from(form: Form) -> Self {
        match form {
            Form::Csv => Self::Csv,
            Form::Json => Self::Json,
        }
    }
}

impl What {
    fn flags(&self) -> &Flags {
        match self {
            Self::List { flags }
            | Self::Export { flags, .. }
            | Self::Backup { flags, .. }
            | Self::Restore { flags, .. }
            | Self::Delete { flags, .. } => flags,
        }
    }
}

pub(super) fn run(options: &Options) -> ExitCode {
    let settings = match options.what.flags().effective() {
        Ok(effective) => effective.settings,
        Err(mistakes) => return super::config::wrong(&mistakes),
    };
    let file = match settings.data.file() {
        Ok(Some(file)) => file,
        Ok(None) => {
            return super::config::wrong(&[
                "data is none: rooms are kept in the relay's memory alone, where nothing else reaches them"
                    .into(),
            ]);
        }
        Err(mistake) => return super::config::wrong(&[mistake]),
    };
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error),
    };
    match runtime.block_on(done(&options.what, &file)) {
        Ok(says) => {
            if !says.is_empty() {
                eprintln!("{says}");
            }
            ExitCode::SUCCESS
        }
        Err(error) => failed(&error),
    }
}

fn failed(why: &dyn std::fmt::Display) -> ExitCode {
    eprintln!("socketscope: {why}");
    ExitCode::FAILURE
}

/// Does it, and answers what to say.
async fn done(what: &What, file: &Path) -> Result<String, Error> {
    match what {
        What::List { .. } => list(file).await,
        What::Export { code, format, output, .. } => {
            let store = Arc::new(Sqlite::read(file).await?);
            let code = as_written(code);
            let export = Export::new(store, &code, (*format).into()).await?;
            match output {
                None => write(export, &mut io::stdout(), Path::new("standard output")).await,
                Some(path) => write_file(export, path).await,
            }
        }
        What::Backup { file: to, .. } => {
            let store = Sqlite::read(file).await?;
            store.backup(to).await?;
            Ok(format!("{} rooms are in {}", store.rooms().await?.len(), to.display()))
        }
        What::Restore { file: backup, force, .. } => {
            Sqlite::restore(file, backup, *force).await.map_err(|error| match error {
                Error::Exists(file) => Error::Unfit(format!(
                    "{} holds rooms already: add --force to replace all of them by the backup",
                    file.display()
                )),
                Error::Damaged { file: damaged, why } if damaged == *backup => Error::Unfit(format!(
                    "{} is damaged ({why}): take another backup; {} was left as it was",
                    damaged.display(),
                    file.display()
                )),
                other => other,
            })?;
            Ok(format!("{} is in its place: {}", backup.display(), file.display()))
        }
        What::Delete { code, .. } => {
            if !file.exists() {
                return Err(Error::NoFile(file.to_owned()));
            }
            let store = Sqlite::open(file).await?;
            let code = as_written(code);
            let ended = store.end(&code).await;
            store.close().await?;
            ended.map(|()| format!("{code} is deleted, with everything of it; backups still have it"))
        }
    }
}

/// A code as it is written: people add blanks and hyphens.
fn as_written(typed: &str) -> String {
    typed.chars().filter(|c| !c.is_whitespace() && *c != '-').collect::<String>().to_uppercase()
}

async fn list(file: &Path) -> Result<String, Error> {
    let store = Sqlite::read(file).await?;
    let rooms = store.rooms().await?;
    if rooms.is_empty() {
        return Ok(format!("no rooms are kept in {}", file.display()));
    }
    super::print(&format!(
        "{:10} {:10} {:10} {:>8} {:>8} {:>8}  title",
        "code", "opened", "until", "learners", "rows", "KiB"
    ));
    for room in rooms {
        let learners = store.learners(&room.code).await?.len();
        let kib = store.bytes(&room.code).await?.div_ceil(1024);
        super::print(&format!(
            "{:10} {:10} {:10} {learners:8} {:8} {kib:8}  {}",
            room.code,
            day(room.opened),
            day(room.until),
            room.seq,
            visible(&room.settings.title)
        ));
    }
    Ok(String::new())
}

/// The day of an instant, in UTC.
fn day(ms: u64) -> String {
    const LAST_MS: u64 = 253_402_300_799_999;
    let at = UNIX_EPOCH + Duration::from_millis(ms.min(LAST_MS));
    let written = humantime::format_rfc3339_seconds(at).to_string();
    written.split('T').next().unwrap_or_default().to_owned()
}

/// What somebody else wrote, without what a terminal would obey.
fn visible(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

async fn write_file(export: Export, path: &Path) -> Result<String, Error> {
    let mut file = File::create_new(path).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => Error::Exists(path.to_owned()),
        _ => unwritable(path, &error),
    })?;
    let written = write(export, &mut file, path).await;
    if written.is_err() {
        // Half a record is worse than none.
        let _ = std::fs::remove_file(path);
    }
    written.map(|_| format!("the record is in {}", path.display()))
}

async fn write(mut export: Export, out: &mut dyn io::Write, path: &Path) -> Result<String, Error> {
    while let Some(chunk) = export.next().await? {
        match out.write_all(&chunk) {
            // Whoever closed the pipe does not want the rest.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(String::new()),
            written => written.map_err(|error| unwritable(path, &error))?,
        }
    }
    out.flush().map_err(|error| unwritable(path, &error))?;
    Ok(String::new())
}

fn unwritable(path: &Path, error: &io::Error) -> Error {
    Error::Io { file: path.to_owned(), why: error.to_string() }
}
