//! `socketscope rooms` as a person meets it: on a folder of its own, beside a store that somebody else has open.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::process::run;
use protocol::room::{Did, LearnerId, RoomSettings, Row};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};
use store::{NewRoom, Sqlite, Store};

/// A room with one learner and one thing done.
async fn filled(folder: &std::path::Path) -> Sqlite {
    let store = Sqlite::open(&folder.join("rooms.db")).await.unwrap();
    let settings = RoomSettings { title: "Monday\u{1b}[2J".into(), ..RoomSettings::default() };
    let (opened, until) = (1_795_251_900_000, 1_797_843_900_000);
    let room = NewRoom { code: "KXWN4R7M".into(), secret_hash: vec![1], settings, opened, until };
    store.create(room).await.unwrap();
    store.enter("KXWN4R7M", "Anna", b"key", 1).await.unwrap();
    let row = Row { n: 1, at: 1, page: "/lessons/send".into(), what: Did::Opened };
    store.append("KXWN4R7M", LearnerId(1), "0123456789abcdef", vec![row], opened).await.unwrap();
    store
}

fn rooms(folder: &std::path::Path, arguments: &[&str]) -> (i32, String, String) {
    let data = folder.to_str().unwrap();
    run(&[&["rooms"], arguments, &["--data", data]].concat(), "")
}

#[tokio::test(flavor = "multi_thread")]
async fn rooms_are_listed_exported_and_backed_up_beside_a_running_relay_and_restored_without_one() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(folder.path()).await;
    let (code, out, err) = rooms(folder.path(), &["list"]);
    assert_eq!((code, err.as_str()), (0, ""));
    let line = out.lines().nth(1).unwrap();
    for word in ["KXWN4R7M", "2026-11-21", "2026-12-21", "Monday\u{fffd}[2J"] {
        assert!(line.contains(word), "{out}");
    }

    let (code, out, err) = rooms(folder.path(), &["export", "kxwn-4r7m"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.starts_with("seq,learner,") && out.contains("1,1,Anna,/lessons/send,opened"), "{out}");
    let json = folder.path().join("monday.json");
    let json = json.to_str().unwrap();
    let (code, ..) = rooms(folder.path(), &["export", "KXWN4R7M", "--format", "json", "-o", json]);
    assert_eq!(code, 0);
    let read: serde_json::Value = serde_json::from_slice(&std::fs::read(json).unwrap()).unwrap();
    assert_eq!(read["rows"][0]["what"], "opened");
    let (code, _, err) = rooms(folder.path(), &["export", "KXWN4R7M", "-o", json]);
    assert!(code == 1 && err.contains("is there already"), "{err}");

    let backup = folder.path().join("backup.db");
    let backup = backup.to_str().unwrap();
    let (code, _, err) = rooms(folder.path(), &["backup", backup]);
    assert!(code == 0 && err.contains("1 rooms are in"), "{err}");
    for refused in [&["delete", "KXWN4R7M"][..], &["restore", backup, "--force"]] {
        let (code, _, err) = rooms(folder.path(), refused);
        let process = format!("(process {})", std::process::id());
        assert!(
            code == 1 && err.contains("in use by another socketscope") && err.contains(&process),
            "{err}"
        );
    }
    store.close().await.unwrap();

    let (code, _, err) = rooms(folder.path(), &["delete", "KXWN4R7M"]);
    assert!(code == 0 && err.contains("is deleted"), "{err}");
    let (code, _, err) = rooms(folder.path(), &["delete", "KXWN4R7M"]);
    assert!(code == 1 && err.contains("no such room"), "{err}");
    let (code, _, err) = rooms(folder.path(), &["restore", backup]);
    assert!(code == 1 && err.contains("add --force"), "{err}");
    let (code, ..) = rooms(folder.path(), &["restore", backup, "--force"]);
    assert_eq!(code, 0);
    let (_, out, _) = rooms(folder.path(), &["list"]);
    assert!(out.contains("KXWN4R7M"), "{out}");
}

#[test]
fn where_nothing_is_kept_that_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let (code, _, err) = rooms(folder.path(), &["list"]);
    assert!(code == 1 && err.contains("there is no file"), "{err}");
    let (code, _, err) = run(&["rooms", "list", "--data", "none"], "");
    assert!(code == 2 && err.contains("in the relay's memory"), "{err}");
}

async fn sql(file: &std::path::Path, sql: &'static str) {
    let mut c = SqliteConnectOptions::new().filename(file).create_if_missing(true).connect().await.unwrap();
    sqlx::raw_sql(sql).execute(&mut c).await.unwrap();
    c.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_a_damaged_and_a_foreign_file_are_named_with_what_to_do_and_left_as_they_were() {
    let whole = tempfile::tempdir().unwrap();
    filled(whole.path()).await.close().await.unwrap();
    let database = whole.path().join("rooms.db");
    let bytes = std::fs::read(&database).unwrap();
    // What whoever opens it is told to do, and whoever restores it.
    for (name, what, open_says, restore_says) in [
        (
            "newer",
            "written by a later version of socketscope (its form is 99",
            "start that version",
            "start that version",
        ),
        ("damaged", "is damaged", "socketscope rooms restore FILE", "take another backup"),
        ("text", "is damaged", "move it away", "take another backup"),
        ("foreign", "is no database of socketscope's", "not touched", "not touched"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("rooms.db");
        match name {
            "newer" => {
                std::fs::write(&file, &bytes).unwrap();
                sql(&file, "PRAGMA user_version = 99").await;
            }
            "damaged" => {
                let place = bytes.windows(4).position(|four| four == b"Anna").unwrap() / 4096 * 4096;
                let mut bytes = bytes.clone();
                bytes[place..place + 4096].fill(0xa5);
                std::fs::write(&file, bytes).unwrap();
            }
            "text" => std::fs::write(&file, "Dear diary, ".repeat(1000)).unwrap(),
            _ => sql(&file, "CREATE TABLE mine (a)").await,
        }
        let before = std::fs::read(&file).unwrap();
        let backup = file.to_str().unwrap();
        // Whoever deletes opens the database as a relay does.
        let opened = rooms(folder.path(), &["delete", "KXWN4R7M"]);
        let restored = rooms(whole.path(), &["restore", backup, "--force"]);
        for (refused, to_do) in [(opened, open_says), (restored, restore_says)] {
            let (code, _, err) = refused;
            assert_eq!(code, 1, "{name}: {err}");
            for words in [what, to_do, backup] {
                assert!(err.contains(words), "{name}, {words}: {err}");
            }
        }
        assert_eq!(std::fs::read(&file).unwrap(), before, "{name}");
        assert_eq!(std::fs::read(&database).unwrap(), bytes, "{name}: what was kept stays");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_that_cannot_have_its_folder_says_why_and_does_not_serve() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(folder.path()).await;
    let data = folder.path().to_str().unwrap();
    let serve = ["serve", "--port", "0", "--lab-mode", "none", "--metrics", "off", "--data", data];
    let (code, _, err) = run(&serve, "");
    let process = format!("(process {})", std::process::id());
    assert!(code == 1 && err.contains("in use by another socketscope") && err.contains(&process), "{err}");
    assert!(err.contains("--data"), "{err}");
    store.close().await.unwrap();
    sql(&folder.path().join("rooms.db"), "PRAGMA user_version = 99").await;
    let (code, _, err) = run(&serve, "");
    assert!(code == 1 && err.contains("start that version"), "{err}");
}
