//! That a wrong, a closed and an expired code cannot be told from one another, by what is done for them.

use std::net::Ipv4Addr;
use std::sync::Mutex;

use protocol::room::{LearnerId, Row};
use store::{Action, LearnerRecord, RoomRecord, Sqlite, Store, StoredRow, Sums};
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

use super::*;

#[test]
fn a_wrong_code_is_answered_at_a_multiple_of_the_step_and_at_once_without_one() {
    let (arrived, step) = (Instant::now(), Duration::from_millis(300));
    let after = |ms| next_answer(arrived, arrived + Duration::from_millis(ms), step) - arrived;
    assert_eq!([after(0), after(299), after(301)], [step, step, 2 * step]);
    assert_eq!(next_answer(arrived, arrived + step, Duration::ZERO), arrived);
}

/// A store that notes what is asked of it.
struct Watched {
    store: Sqlite,
    asked: Mutex<Vec<&'static str>>,
}

impl Watched {
    fn note(&self, what: &'static str) -> &Sqlite {
        self.asked.lock().unwrap().push(what);
        &self.store
    }
}

impl Store for Watched {
    fn create(&self, room: NewRoom) -> store::Answer<'_, ()> {
        self.note("create").create(room)
    }
    fn room<'a>(&'a self, code: &'a str) -> store::Answer<'a, Option<RoomRecord>> {
        self.note("room").room(code)
    }
    fn rooms(&self) -> store::Answer<'_, Vec<RoomRecord>> {
        self.note("rooms").rooms()
    }
    fn set<'a>(&'a self, code: &'a str, settings: &RoomSettings, until: u64) -> store::Answer<'a, ()> {
        self.note("set").set(code, settings, until)
    }
    fn enter<'a>(&'a self, code: &'a str, name: &str, key: &[u8], at: u64) -> store::Answer<'a, LearnerId> {
        self.note("enter").enter(code, name, key, at)
    }
    fn learners<'a>(&'a self, code: &'a str) -> store::Answer<'a, Vec<LearnerRecord>> {
        self.note("learners").learners(code)
    }
    fn learner_by_key<'a>(&'a self, code: &'a str, hash: &[u8]) -> store::Answer<'a, Option<LearnerRecord>> {
        self.note("learner_by_key").learner_by_key(code, hash)
    }
    fn remove<'a>(&'a self, code: &'a str, learner: LearnerId, at: u64) -> store::Answer<'a, ()> {
        self.note("remove").remove(code, learner, at)
    }
    fn forget<'a>(&'a self, code: &'a str, learner: LearnerId) -> store::Answer<'a, ()> {
        self.note("forget").forget(code, learner)
    }
    fn append<'a>(
        &'a self,
        code: &'a str,
        learner: LearnerId,
        device: &str,
        rows: Vec<Row>,
        at: u64,
    ) -> store::Answer<'a, u64> {
        self.note("append").append(code, learner, device, rows, at)
    }
    fn highest<'a>(&'a self, code: &'a str, learner: LearnerId, device: &str) -> store::Answer<'a, u64> {
        self.note("highest").highest(code, learner, device)
    }
    fn since<'a>(&'a self, code: &'a str, seq: u64, most: u32) -> store::Answer<'a, Vec<StoredRow>> {
        self.note("since").since(code, seq, most)
    }
    fn sums<'a>(&'a self, code: &'a str) -> store::Answer<'a, Sums> {
        self.note("sums").sums(code)
    }
    fn set_sums<'a>(&'a self, code: &'a str, sums: Sums) -> store::Answer<'a, ()> {
        self.note("set_sums").set_sums(code, sums)
    }
    fn log<'a>(&'a self, code: &'a str, at: u64, action: String) -> store::Answer<'a, ()> {
        self.note("log").log(code, at, action)
    }
    fn actions<'a>(&'a self, code: &'a str) -> store::Answer<'a, Vec<Action>> {
        self.note("actions").actions(code)
    }
    fn roster<'a>(&'a self, code: &'a str) -> store::Answer<'a, Vec<String>> {
        self.note("roster").roster(code)
    }
    fn set_roster<'a>(&'a self, code: &'a str, names: Vec<String>) -> store::Answer<'a, ()> {
        self.note("set_roster").set_roster(code, names)
    }
    fn end<'a>(&'a self, code: &'a str) -> store::Answer<'a, ()> {
        self.note("end").end(code)
    }
    fn expire(&self, now: u64) -> store::Answer<'_, Vec<String>> {
        self.note("expire").expire(now)
    }
    fn bytes<'a>(&'a self, code: &'a str) -> store::Answer<'a, u64> {
        self.note("bytes").bytes(code)
    }
    fn changed(&self) -> broadcast::Receiver<Arc<str>> {
        self.note("changed").changed()
    }
    fn close(&self) -> store::Answer<'_, ()> {
        self.note("close").close()
    }
}

const RIGHT: &str = "the secret";

/// A store with a room that is open, two that are closed, and one whose time is over.
async fn watched() -> Watched {
    let store = Sqlite::memory().await.unwrap();
    let room = |code: &str, closed, until| NewRoom {
        code: code.into(),
        secret_hash: secrets::hash(RIGHT).to_vec(),
        settings: RoomSettings { closed, ..RoomSettings::default() },
        opened: 1,
        until,
    };
    let later = now() + 3_600_000;
    for (code, closed, until) in [
        ("PEN22222", false, later),
        ("CASED222", true, later),
        ("CASED333", true, later),
        ("GANE2222", false, 2),
    ] {
        store.create(room(code, closed, until)).await.unwrap();
    }
    Watched { store, asked: Mutex::default() }
}

#[tokio::test]
async fn for_each_code_that_opens_nothing_the_same_is_done_and_said() {
    let store = Arc::new(watched().await);
    let limits = super::super::RoomLimits {
        wrong_codes: 1000,
        wrong_codes_in_all: 1000,
        answer: Duration::ZERO,
        ..Default::default()
    };
    let kept: Arc<dyn Store> = Arc::<Watched>::clone(&store);
    let rooms = Arc::new(Rooms::new(kept, limits, vec![], Arc::default(), CancellationToken::new()));
    // One of the closed rooms is in memory, the other at rest.
    assert!(rooms.room("CASED222").await.unwrap().is_some());
    let from = From { address: Ipv4Addr::LOCALHOST.into(), private: true };
    let text = |text: &str| text.to_owned();
    for code in ["WRNG2222", "no code", "", "CASED222", "CASED333", "GANE2222"] {
        let ways = [
            (Ask::Join { code: text(code), nickname: text("Eve") }, "room"),
            (Ask::Join { code: text(code), nickname: text("\u{202e}") }, "room"),
            (Ask::Return { code: text(code), key: text("a key") }, "learner_by_key"),
            (Ask::Teach { code: text(code), secret: text("a secret") }, "room"),
        ];
        for (ask, costs) in ways {
            store.asked.lock().unwrap().clear();
            let said = format!("{ask:?}");
            let none = Refused::new(Refusal::NoSuchRoom, opens_nothing(&ask)).answer();
            match enter(Arc::clone(&rooms), from, 1, ask).await {
                Err(answer) => assert_eq!(answer, none, "{said}"),
                Ok(_) => panic!("{said} opens a room"),
            }
            assert_eq!(*store.asked.lock().unwrap(), [costs], "{said}");
        }
    }
    // And what is looked for so is found.
    let join = Ask::Join { code: text("PEN22222"), nickname: text("Ada") };
    assert!(enter(rooms, from, 1, join).await.is_ok());
}
