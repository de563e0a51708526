//! The database as a file: who has it, what is no database of ours, what is left after a deletion, backup and restore.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::Stdio;

use common::{OnDisk, another_process, integrity, new_room, rows, told_database};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};
use store::{Error, Sqlite, Store};

const DEVICE: &str = "0123456789abcdef";

/// A room with a learner, whose name and work can be found again.
async fn filled() -> OnDisk {
    let on_disk = OnDisk::new().await;
    on_disk.store.create(new_room("AAAA")).await.unwrap();
    let anna = on_disk.store.enter("AAAA", "Anna Needleinhaystack", b"key", 1500).await.unwrap();
    on_disk.store.append("AAAA", anna, DEVICE, rows(1..=50), 2000).await.unwrap();
    on_disk
}

/// What there is in a folder, but for the lock.
fn names(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.filter(|name| !name.ends_with(".lock")).collect();
    names.sort();
    names
}

async fn sql(file: &Path, sql: &'static str) {
    let mut c = SqliteConnectOptions::new().filename(file).create_if_missing(true).connect().await.unwrap();
    sqlx::raw_sql(sql).execute(&mut c).await.unwrap();
    c.close().await.unwrap();
}

#[tokio::test]
async fn what_was_kept_is_there_after_a_restart() {
    let on_disk = filled().await.again().await;
    assert_eq!(on_disk.store.since("AAAA", 0, 100).await.unwrap().len(), 50);
    assert_eq!(on_disk.store.learners("AAAA").await.unwrap()[0].nickname, "Anna Needleinhaystack");
    assert_eq!(on_disk.store.enter("AAAA", "Ben", b"ben", 1).await.unwrap().0, 2);
}

#[tokio::test]
async fn after_a_good_end_there_is_one_file() {
    let on_disk = filled().await;
    on_disk.store.close().await.unwrap();
    assert_eq!(names(on_disk.folder.path()), ["rooms.db"]);
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_on_the_machine_may_read_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("new/rooms.db");
    let store = Sqlite::open(&file).await.unwrap();
    store.create(new_room("AAAA")).await.unwrap();
    store.backup(&folder.path().join("backup")).await.unwrap();
    let mode = |path: &str| fs::metadata(folder.path().join(path)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("new"), 0o700);
    for path in ["new/rooms.db", "new/rooms.db-wal", "new/rooms.db-shm", "backup"] {
        assert_eq!(mode(path), 0o600, "{path}");
    }
}

#[tokio::test]
async fn a_second_process_is_told_who_has_the_database_and_gets_it_when_that_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rooms.db");
    let mut holder = another_process("hold_the_database", &file)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut says = BufReader::new(holder.stdout.take().unwrap()).lines().map_while(Result::ok);
    assert!(says.any(|line| line.ends_with("held")));
    let refused = Sqlite::open(&file).await.unwrap_err();
    assert_eq!(refused, Error::InUse { file: file.clone(), process: Some(holder.id()) });
    assert!(refused.to_string().contains(&format!("(process {})", holder.id())), "{refused}");
    let restored = Sqlite::restore(&file, &file, true).await;
    assert!(matches!(restored, Err(Error::InUse { .. })));
    // Reading goes on beside it.
    assert_eq!(Sqlite::read(&file).await.unwrap().rooms().await.unwrap().len(), 1);
    holder.kill().unwrap();
    holder.wait().unwrap();
    assert_eq!(Sqlite::open(&file).await.unwrap().rooms().await.unwrap().len(), 1);
}

#[tokio::test]
#[ignore = "the other process of a test"]
async fn hold_the_database() {
    let Some(file) = told_database() else { return };
    let store = Sqlite::open(&file).await.unwrap();
    store.create(new_room("AAAA")).await.unwrap();
    println!("held");
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
}

#[tokio::test]
async fn whoever_reads_beside_cannot_write() {
    let on_disk = filled().await;
    let beside = Sqlite::read(&on_disk.file()).await.unwrap();
    assert_eq!(beside.since("AAAA", 0, 100).await.unwrap().len(), 50);
    let refused = beside.end("AAAA").await;
    assert!(matches!(refused, Err(Error::Io { .. })), "{refused:?}");
    on_disk.store.end("AAAA").await.unwrap();
    assert_eq!(beside.room("AAAA").await, Ok(None));
}

#[tokio::test]
async fn what_is_no_database_of_ours_is_left_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let newer = folder.path().join("newer.db");
    Sqlite::open(&newer).await.unwrap().close().await.unwrap();
    sql(&newer, "PRAGMA user_version = 99").await;
    let foreign = folder.path().join("foreign.db");
    sql(&foreign, "CREATE TABLE mine (a)").await;
    let text = folder.path().join("text.db");
    fs::write(&text, "Dear diary, ".repeat(1000)).unwrap();
    let cut = folder.path().join("cut.db");
    let whole = filled().await;
    whole.store.close().await.unwrap();
    let bytes = fs::read(whole.file()).unwrap();
    fs::write(&cut, &bytes[..bytes.len() / 2]).unwrap();

    for file in [&newer, &foreign, &text, &cut] {
        let before = fs::read(file).unwrap();
        for refused in [
            Sqlite::open(file).await.unwrap_err(),
            Sqlite::restore(&whole.file(), file, true).await.unwrap_err(),
        ] {
            let expected = match file.file_stem().unwrap().to_str().unwrap() {
                "newer" => matches!(&refused, Error::Newer { version: 99, .. }),
                "foreign" => matches!(&refused, Error::Foreign(_)),
                _ => matches!(&refused, Error::Damaged { .. }),
            };
            assert!(expected, "{refused:?}");
        }
        assert_eq!(fs::read(file).unwrap(), before, "{}", file.display());
    }
    assert_eq!(fs::read(whole.file()).unwrap(), bytes);
    assert_eq!(names(whole.folder.path()), ["rooms.db"]);
}

#[tokio::test]
async fn damage_inside_the_file_is_found_when_it_is_opened() {
    let on_disk = filled().await;
    on_disk.store.close().await.unwrap();
    let mut bytes = fs::read(on_disk.file()).unwrap();
    let needle = b"Anna Needle";
    let place = bytes.windows(needle.len()).position(|w| w == needle).unwrap();
    // The whole page in which the learner stands.
    let page = place / 4096 * 4096;
    bytes[page..page + 4096].fill(0xa5);
    fs::write(on_disk.file(), &bytes).unwrap();
    let refused = Sqlite::open(&on_disk.file()).await.unwrap_err();
    assert!(matches!(refused, Error::Damaged { .. }), "{refused:?}");
    assert!(refused.to_string().contains("socketscope rooms restore"), "{refused}");
}

#[tokio::test]
async fn an_older_database_is_brought_up_to_date_with_all_that_is_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rooms.db");
    sql(&file, include_str!("old/1.sql")).await;
    let store = Sqlite::open(&file).await.unwrap();
    let room = store.room("KXWN4R7M").await.unwrap().unwrap();
    assert_eq!((room.settings.title.as_str(), room.seq, room.opened), ("Monday", 4, 1000));
    let learners = store.learners("KXWN4R7M").await.unwrap();
    assert_eq!(learners.iter().map(|l| l.nickname.as_str()).collect::<Vec<_>>(), ["Anna", "Ben"]);
    assert_eq!(learners[1].removed, Some(3000));
    assert_eq!(store.since("KXWN4R7M", 0, 10).await.unwrap().len(), 4);
    assert_eq!(store.actions("KXWN4R7M").await.unwrap().len(), 1);
    assert_eq!(store.roster("KXWN4R7M").await.unwrap(), ["Anna", "Ben", "Zoe"]);
    assert_eq!(store.append("KXWN4R7M", learners[0].learner, DEVICE, rows(1..=4), 5000).await, Ok(4));
    assert_eq!(store.room("KXWN4R7M").await.unwrap().unwrap().seq, 5);
    store.close().await.unwrap();
    assert_eq!(integrity(&file).await, "ok");
}

#[tokio::test]
async fn what_is_deleted_is_in_no_file_any_more() {
    let found = |on_disk: &OnDisk, needle: &str| {
        let within = |name: &String| {
            let bytes = fs::read(on_disk.folder.path().join(name)).unwrap();
            bytes.windows(needle.len()).any(|window| window == needle.as_bytes())
        };
        names(on_disk.folder.path()).into_iter().filter(within).collect::<Vec<_>>()
    };
    let on_disk = OnDisk::new().await;
    on_disk.store.create(new_room("AAAA")).await.unwrap();
    // Their work stands on the same pages, which are split and joined as it comes and goes.
    for round in 0..30 {
        for who in ["Anna", "Ben", "Zoe"] {
            if round == 0 {
                on_disk.store.enter("AAAA", &format!("{who} Nickname"), who.as_bytes(), 1).await.unwrap();
            }
            let learner =
                on_disk.store.learner_by_key("AAAA", who.as_bytes()).await.unwrap().unwrap().learner;
            let mut rows = rows(round * 10 + 1..=round * 10 + 10);
            for row in &mut rows {
                row.page = format!("/said/by/{who}/{}", "x".repeat(row.n as usize % 50));
            }
            on_disk.store.append("AAAA", learner, DEVICE, rows, 2000).await.unwrap();
        }
    }
    for (n, who) in (1..).zip(["Anna", "Ben"]) {
        let (name, work) = (format!("{who} Nickname"), format!("/said/by/{who}"));
        assert_ne!(found(&on_disk, &name), Vec::<String>::new());
        assert_ne!(found(&on_disk, &work), Vec::<String>::new());
        on_disk.store.forget("AAAA", protocol::room::LearnerId(n)).await.unwrap();
        for needle in [name.clone(), name.to_lowercase(), work] {
            assert_eq!(found(&on_disk, &needle), Vec::<String>::new(), "{needle}");
        }
    }
    assert_ne!(found(&on_disk, "/said/by/Zoe"), Vec::<String>::new());
    on_disk.store.end("AAAA").await.unwrap();
    for needle in ["Zoe", "zoe", "/said/by", "predicted", "Monday"] {
        assert_eq!(found(&on_disk, needle), Vec::<String>::new(), "{needle}");
    }
}

#[tokio::test]
async fn a_backup_of_a_running_store_is_whole_and_comes_back() {
    let on_disk = filled().await;
    let to = on_disk.folder.path().join("backup");
    let anna = protocol::room::LearnerId(1);
    let (backup, kept) =
        tokio::join!(on_disk.store.backup(&to), on_disk.store.append("AAAA", anna, DEVICE, rows(51..=99), 1));
    backup.unwrap();
    kept.unwrap();
    assert_eq!(on_disk.store.backup(&to).await, Err(Error::Exists(to.clone())));
    assert_eq!(integrity(&to).await, "ok");
    on_disk.store.end("AAAA").await.unwrap();
    on_disk.store.create(new_room("BBBB")).await.unwrap();
    on_disk.store.close().await.unwrap();

    let refused = Sqlite::restore(&on_disk.file(), &to, false).await;
    assert_eq!(refused, Err(Error::Exists(on_disk.file())));
    Sqlite::restore(&on_disk.file(), &to, true).await.unwrap();
    assert_eq!(names(on_disk.folder.path()), ["backup", "rooms.db"]);
    let store = Sqlite::open(&on_disk.file()).await.unwrap();
    let codes: Vec<_> = store.rooms().await.unwrap().into_iter().map(|room| room.code).collect();
    assert_eq!(codes, ["AAAA"]);
    assert!(store.since("AAAA", 0, 100).await.unwrap().len() >= 50);
}

#[tokio::test]
async fn a_backup_takes_the_place_of_a_damaged_database_and_of_none() {
    let on_disk = filled().await;
    let to = on_disk.folder.path().join("backup");
    on_disk.store.backup(&to).await.unwrap();
    on_disk.store.close().await.unwrap();
    fs::write(on_disk.file(), "not any more ".repeat(1000)).unwrap();
    fs::write(on_disk.folder.path().join("rooms.db-wal"), "nor this").unwrap();
    Sqlite::restore(&on_disk.file(), &to, true).await.unwrap();
    let elsewhere = on_disk.folder.path().join("new/folder/rooms.db");
    Sqlite::restore(&elsewhere, &to, false).await.unwrap();
    for file in [on_disk.file(), elsewhere] {
        assert_eq!(Sqlite::open(&file).await.unwrap().rooms().await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn a_room_in_memory_can_be_backed_up_too() {
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("backup");
    let store = Sqlite::memory().await.unwrap();
    store.create(new_room("AAAA")).await.unwrap();
    store.backup(&to).await.unwrap();
    assert_eq!(Sqlite::read(&to).await.unwrap().rooms().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_file_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let none = folder.path().join("none");
    assert_eq!(Sqlite::read(&none).await.unwrap_err(), Error::NoFile(none.clone()));
    assert_eq!(Sqlite::restore(&folder.path().join("db"), &none, true).await, Err(Error::NoFile(none)));
}
