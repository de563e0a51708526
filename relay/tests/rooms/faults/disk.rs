//! A full disk, and a database that another program holds: learners are told, the class goes on, and nothing acknowledged is lost.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};

use protocol::room::{Answer, Ask, Direct, Format, Learn, LearnerId, Refusal, RoomSettings};
use relay::Settings;
use relay::settings::{Data, LabMode, Metrics};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};
use store::Sqlite;

use super::{database, kept, made};
use crate::common::process::{Serving, socketscope};
use crate::common::start_with;
use crate::person::{DEVICE, Person, why};

/// Refused for now, with when to come again, and in these words.
fn not_saved(answer: &Answer, words: &str) {
    let Answer::Refused { why: Refusal::NotSaved, says, again_s: Some(1..) } = answer else {
        panic!("{answer:?}");
    };
    assert!(says.contains(words), "{says}");
}

/// What needs no disk goes on: where they are, hands, questions and votes.
async fn goes_on(teacher: &mut Person, ada: &mut Person, id: LearnerId, step: u32) {
    ada.goes("a-figure", step).await;
    assert_eq!(ada.learn(Learn::Hand { up: true }).await, Answer::Done);
    teacher.tile(|tile| tile.learner == id && tile.place.step == step && tile.hand.is_some()).await;
    let choices = vec!["yes".into(), "no".into()];
    let asked = Direct::Question { text: "And now?".into(), choices, right: None };
    assert_eq!(teacher.direct(asked).await, Answer::Done);
    let question = ada.sees(|view| view.question.is_some()).await.question.unwrap().id;
    assert_eq!(ada.learn(Learn::Vote { question, choice: 1 }).await, Answer::Done);
    assert_eq!(teacher.direct(Direct::Clear).await, Answer::Done);
    ada.sees(|view| view.question.is_none()).await;
}

/// `unshare` with a file system of a megabyte in this folder, more than a third of it taken by a file `filler`; then this.
fn small_disk(folder: &Path, then: &Command) -> Command {
    let mut outer = Command::new("unshare");
    outer.args(["--user", "--map-root-user", "--mount", "sh", "-c"]);
    let script = "mount -t tmpfs -o size=1m none \"$0\" && head -c 400k /dev/zero >\"$0/filler\" || exit 77; exec \"$@\"";
    outer.arg(script).arg(folder).arg(then.get_program()).args(then.get_args());
    outer.envs(then.get_envs().filter_map(|(name, value)| Some((name, value?))));
    outer.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    outer
}

#[tokio::test]
async fn on_a_full_disk_learners_are_told_the_class_goes_on_and_saves_when_there_is_space() {
    let folder = tempfile::tempdir().unwrap();
    match small_disk(folder.path(), &Command::new("true")).output() {
        Ok(output) if output.status.success() => {}
        Ok(output) => {
            let says = String::from_utf8_lossy(&output.stderr);
            return println!("left out: no file system can be mounted here ({})", says.trim());
        }
        Err(error) => return println!("left out: there is no program unshare here ({error})"),
    }
    let data = folder.path().to_str().unwrap();
    let serve = socketscope(&[
        "serve",
        "--port",
        "0",
        "--ready-json",
        "--data",
        data,
        "--lab-mode",
        "none",
        "--metrics",
        "off",
    ]);
    let serving = Serving::of(small_disk(folder.path(), &serve));
    let address = SocketAddr::from(([127, 0, 0, 1], serving.port));
    let mut teacher = Person::at_address(address).await;
    let open = Ask::Open { settings: RoomSettings::default() };
    let Answer::Opened { code, .. } = teacher.ask(open).await else { panic!("no room") };
    let mut ada = Person::at_address(address).await;
    let Answer::Joined { learner: id, .. } = ada.join(&code, "Ada").await else { panic!("not joined") };
    let mut through = 0;
    let refused = loop {
        match ada.save((through + 1..=through + 50).map(made).collect()).await {
            Answer::Saved { through: kept, .. } => through = kept,
            refused => break refused,
        }
    };
    assert!(through > 0);
    not_saved(&refused, "disk is full");
    goes_on(&mut teacher, &mut ada, id, 7).await;
    // The board shows what is kept, and nothing of what is not.
    teacher.tile(|tile| tile.rows == through).await;
    let again = ada.save((through + 1..=through + 50).map(made).collect()).await;
    not_saved(&again, "disk is full");
    let mut ben = Person::at_address(address).await;
    not_saved(&ben.join(&code, "Ben").await, "disk is full");
    // The file is in that process's own file system.
    let filler = format!("/proc/{}/root{data}/filler", serving.child.id());
    std::fs::remove_file(filler).unwrap();
    let saved = ada.save((through + 1..=through + 50).map(made).collect()).await;
    assert_eq!(saved, Answer::Saved { device: DEVICE.into(), through: through + 50 });
    assert!(matches!(ben.join(&code, "Ben").await, Answer::Joined { .. }));
    assert_eq!(teacher.direct(Direct::Export { format: Format::Json }).await, Answer::Done);
    let record: serde_json::Value = serde_json::from_slice(&teacher.exported().await).unwrap();
    let said: Vec<_> = record["rows"].as_array().unwrap().iter().map(|row| row["said"].clone()).collect();
    assert_eq!(said, (1..=through + 50).map(|n| format!("row {n}")).collect::<Vec<_>>());
}

#[tokio::test]
async fn while_another_program_holds_the_database_learners_are_told_and_the_class_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let data = Data::Folder(folder.path().to_owned());
    let relay =
        start_with(Settings { metrics: Metrics::Off, lab_mode: LabMode::Off, data, ..Settings::default() })
            .await;
    let (mut teacher, code, _) = Person::opens(&relay).await;
    let (mut ada, id, _) = Person::joins(&relay, &code, "Ada").await;
    assert!(matches!(ada.save(vec![made(1)]).await, Answer::Saved { through: 1, .. }));
    let file = database(folder.path());
    let mut other = SqliteConnectOptions::new().filename(&file).connect().await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    not_saved(&ada.save(vec![made(2)]).await, "another program holds the database");
    goes_on(&mut teacher, &mut ada, id, 9).await;
    let settings = RoomSettings { locked: true, ..RoomSettings::default() };
    not_saved(&teacher.direct(Direct::Set { settings }).await, "another program");
    assert!(!teacher.oversees(|_| true).await.settings.locked, "nothing is half done");
    sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();
    other.close().await.unwrap();
    assert!(matches!(ada.save(vec![made(2)]).await, Answer::Saved { through: 2, .. }));
    teacher.tile(|tile| tile.rows == 2).await;
    let (_ben, _, _) = Person::joins(&relay, &code, "Ben").await;
    assert_eq!(why(&Person::at(&relay).await.join(&code, "ben").await), Some(Refusal::NicknameTaken));
    let store = Sqlite::read(&file).await.unwrap();
    assert_eq!(kept(&store, &code).await, [(id, 2)].into());
}
