//! What the tests of the store share.
#![allow(dead_code, reason = "each test file uses some of it")]

use std::path::{Path, PathBuf};
use std::process::Command;

use protocol::room::{Did, RoomSettings, Row};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};
use store::{NewRoom, Sqlite, Store};
use tempfile::TempDir;

/// A database in a folder of its own, both gone afterwards.
pub(crate) struct OnDisk {
    /// The database.
    pub(crate) store: Sqlite,
    /// The folder.
    pub(crate) folder: TempDir,
}

impl OnDisk {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Sqlite::open(&folder.path().join("rooms.db")).await.unwrap();
        Self { store, folder }
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.folder.path().join("rooms.db")
    }

    /// Closes it and opens it again.
    pub(crate) async fn again(self) -> Self {
        self.store.close().await.unwrap();
        let store = Sqlite::open(&self.file()).await.unwrap();
        Self { store, folder: self.folder }
    }
}

/// A room, opened at 1000 and to be deleted at 9000.
pub(crate) fn new_room(code: &str) -> NewRoom {
    NewRoom {
        code: code.into(),
        secret_hash: b"hash".to_vec(),
        settings: RoomSettings { title: "Monday".into(), ..RoomSettings::default() },
        opened: 1000,
        until: 9000,
    }
}

/// Rows with these numbers.
pub(crate) fn rows(numbers: impl IntoIterator<Item = u64>) -> Vec<Row> {
    numbers.into_iter().map(row).collect()
}

/// The row with this number.
pub(crate) fn row(n: u64) -> Row {
    let what = match n % 3 {
        0 => Did::Opened,
        1 => Did::Predicted {
            question: "the-send/1".into(),
            said: format!("\u{fc}ber {n} bytes"),
            right: n.is_multiple_of(2),
        },
        _ => Did::Spent { seconds: n as u32 },
    };
    Row { n, at: n.saturating_add(5000), page: "/lessons/send".into(), what }
}

/// This test's program once more, as another process: it runs the ignored test of this name alone, on this database.
pub(crate) fn another_process(test: &str, database: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([test, "--exact", "--ignored", "--nocapture", "--test-threads=1"]);
    command.env(DATABASE, database);
    command
}

/// The variable in which such a process is told its database.
const DATABASE: &str = "STORE_TEST_DATABASE";

/// The database, where this is such a process; none where somebody runs all ignored tests.
pub(crate) fn told_database() -> Option<PathBuf> {
    std::env::var_os(DATABASE).map(PathBuf::from)
}

/// What SQLite's own look at the whole file says.
pub(crate) async fn integrity(file: &Path) -> String {
    let mut c = SqliteConnectOptions::new().filename(file).connect().await.unwrap();
    let found = sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut c).await.unwrap();
    c.close().await.unwrap();
    found
}
