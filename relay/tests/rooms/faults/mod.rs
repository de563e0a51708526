//! Faults that must lose nothing that was acknowledged: what learners and teachers remember of it is compared with the database.

mod cut;
mod disk;
mod killed;

use std::collections::BTreeMap;
use std::path::Path;

use protocol::room::{LearnerId, Row};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};
use store::{Sqlite, Store};

use crate::person::{DEVICE, verdict};

/// The database in this folder.
fn database(folder: &Path) -> std::path::PathBuf {
    folder.join("rooms.db")
}

/// What SQLite's own look at the whole file says.
async fn integrity(file: &Path) -> String {
    let mut c = SqliteConnectOptions::new().filename(file).connect().await.unwrap();
    let found = sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut c).await.unwrap();
    c.close().await.unwrap();
    found
}

/// The row of this number, as every learner here makes it.
fn made(n: u64) -> Row {
    verdict(n, n.is_multiple_of(2))
}

/// Of every learner the highest number that is kept: each row once, in its order, as it was made.
async fn kept(store: &Sqlite, code: &str) -> BTreeMap<LearnerId, u64> {
    let (mut highest, mut seq) = (BTreeMap::<LearnerId, u64>::new(), 0);
    loop {
        let part = store.since(code, seq, 5000).await.unwrap();
        for stored in &part {
            assert_eq!((stored.seq, stored.device.as_str()), (seq + 1, DEVICE));
            seq = stored.seq;
            let last = highest.entry(stored.learner).or_default();
            assert_eq!(stored.row, made(*last + 1), "{:?}", stored.learner);
            *last += 1;
        }
        if part.is_empty() {
            return highest;
        }
    }
}
