//! A relay that is killed while a class works, again and again.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use protocol::room::{Answer, Ask, Direct, Learn, LearnerId, RoomReport, RoomSettings};
use store::{Sqlite, Store};
use tokio::sync::Notify;

use super::{database, integrity, kept, made};
use crate::common::process::Serving;
use crate::person::{DEVICE, Person};

const LEARNERS: usize = 24;
/// A teacher who comes back has the board whole in this time. It is looked at where `cargo xtask faults` asks: the checks may run
/// beside anything.
const WHOLE: Duration = Duration::from_secs(5);

/// How often the relay is killed, where somebody says so.
fn asked() -> Option<u32> {
    std::env::var("FAULTS_TIMES").ok().and_then(|times| times.parse().ok())
}

/// How often the relay is killed.
fn times() -> u32 {
    asked().unwrap_or(3)
}

/// Answers so far; whoever kills waits for so many.
#[derive(Default)]
struct Told {
    count: AtomicU64,
    more: Notify,
}

impl Told {
    fn one(&self) {
        self.count.fetch_add(1, Ordering::Relaxed);
        self.more.notify_one();
    }

    async fn reach(&self, count: u64) {
        while self.count.load(Ordering::Relaxed) < count {
            let more = self.more.notified();
            tokio::time::timeout(Duration::from_secs(60), more).await.expect("the class goes on");
        }
    }
}

/// What a learner's browser remembers.
struct Browser {
    learner: LearnerId,
    key: String,
    /// Rows up to this number were made and sent,
    made: u64,
    /// and up to this one acknowledged.
    acknowledged: u64,
}

/// What a teacher remembers.
#[derive(Default)]
struct Taught {
    code: String,
    secret: String,
    /// The last title that was acknowledged.
    titles: u64,
}

/// Everything that was acknowledged.
#[derive(Default)]
struct Class {
    room: Taught,
    browsers: Vec<Browser>,
    /// Other rooms: code, secret, and the key of the learner in it, where there is one.
    others: Vec<(String, String, Option<String>)>,
}

fn serve(folder: &Path) -> (Serving, SocketAddr) {
    let data = folder.to_str().unwrap();
    let serving = Serving::start(&[
        "--data",
        data,
        "--lab-mode",
        "none",
        "--metrics",
        "off",
        "--rooms",
        "100000",
        "--log",
        "error",
    ]);
    let address = SocketAddr::from(([127, 0, 0, 1], serving.port));
    (serving, address)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_relay_killed_under_load_has_lost_nothing_that_it_acknowledged_and_its_board_is_whole_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut class = Class::default();
    let (mut answers, mut slowest) = (0, Duration::ZERO);
    for time in 0..times() {
        let (serving, address) = serve(folder.path());
        let since = Instant::now();
        let (teacher, people) = class.comes(address).await;
        slowest = slowest.max(since.elapsed());
        assert!(asked().is_none() || slowest < WHOLE, "time {time}: the board was whole after {slowest:?}");
        let told = Arc::new(Told::default());
        let after = 50 + u64::from(time * 37 % 300);
        let working = class.works(address, teacher, people, &told);
        let killing = async {
            told.reach(after).await;
            serving.signal(libc::SIGKILL);
        };
        tokio::join!(working, killing);
        answers += told.count.load(Ordering::Relaxed);
        drop(serving);
        class.compare(folder.path()).await;
    }
    let rows: u64 = class.browsers.iter().map(|browser| browser.acknowledged).sum();
    println!(
        "killed {} times; {answers} answers told, {rows} rows, {} rooms and {} titles acknowledged: none lost, no row twice; \
         the board was whole after {slowest:?} at most",
        times(),
        class.others.len(),
        class.room.titles,
    );
}

impl Class {
    /// Everybody comes, for the first time or again, and the teacher's board shows all of them with their work.
    async fn comes(&mut self, address: SocketAddr) -> (Person, Vec<Person>) {
        let mut teacher = Person::at_address(address).await;
        if self.browsers.is_empty() {
            let open = Ask::Open { settings: RoomSettings::default() };
            let Answer::Opened { code, secret } = teacher.ask(open).await else { panic!("no room") };
            self.room = Taught { code, secret, titles: 0 };
        } else {
            let answer = teacher.teach(&self.room.code, &self.room.secret).await;
            assert_eq!(answer, Answer::Teaching);
        }
        let mut people = Vec::new();
        for place in 0..LEARNERS {
            let mut person = Person::at_address(address).await;
            match self.browsers.get(place) {
                None => {
                    let joined = person.join(&self.room.code, &format!("Learner {place}")).await;
                    let Answer::Joined { learner, key: Some(key), .. } = joined else { panic!("{joined:?}") };
                    self.browsers.push(Browser { learner, key, made: 0, acknowledged: 0 });
                }
                Some(browser) => {
                    let joined = person.returns(&self.room.code, &browser.key).await;
                    assert!(matches!(joined, Answer::Joined { learner, .. } if learner == browser.learner));
                }
            }
            people.push(person);
        }
        let mut missing: Vec<_> = self.browsers.iter().map(|b| (b.learner, b.acknowledged)).collect();
        while !missing.is_empty() {
            if let RoomReport::Tiles { tiles, .. } = teacher.next_told().await {
                for tile in tiles.iter().filter(|tile| tile.present) {
                    missing.retain(|(learner, rows)| tile.learner != *learner || tile.rows < *rows);
                }
            }
        }
        (teacher, people)
    }

    /// Everybody works until the relay is gone.
    async fn works(&mut self, address: SocketAddr, teacher: Person, people: Vec<Person>, told: &Arc<Told>) {
        let learning =
            self.browsers.iter_mut().zip(people).map(|(browser, person)| learns(browser, person, told));
        let retitling = retitles(&mut self.room.titles, teacher, told);
        let opening = opens(&mut self.others, address, told);
        tokio::join!(join_all(learning), retitling, opening);
    }

    /// All that was acknowledged is in the database, and nothing twice.
    async fn compare(&self, folder: &Path) {
        let file = database(folder);
        let store = Sqlite::open(&file).await.unwrap();
        let kept = kept(&store, &self.room.code).await;
        for browser in &self.browsers {
            let highest = kept.get(&browser.learner).copied().unwrap_or(0);
            assert!(
                (browser.acknowledged..=browser.made).contains(&highest),
                "{:?}: {highest} of {}, made {}",
                browser.learner,
                browser.acknowledged,
                browser.made
            );
        }
        let room = store.room(&self.room.code).await.unwrap().expect("the room is there");
        let title = room.settings.title.parse().unwrap_or(0);
        assert!(title >= self.room.titles, "{title} of {}", self.room.titles);
        let codes: std::collections::BTreeSet<_> =
            store.rooms().await.unwrap().into_iter().map(|room| room.code).collect();
        for (code, _, key) in &self.others {
            assert!(codes.contains(code), "{code} was opened");
            let learners = store.learners(code).await.unwrap().len();
            assert!(key.is_none() || learners == 1, "the learner of {code} joined");
        }
        store.close().await.unwrap();
        assert_eq!(integrity(&file).await, "ok");
    }
}

/// A learner makes rows and sends them, some of them again.
async fn learns(browser: &mut Browser, mut person: Person, told: &Told) {
    for round in 1.. {
        let from = browser.acknowledged.saturating_sub(round % 4) + 1;
        browser.made = browser.made.max(browser.acknowledged + 1 + round % 13);
        let rows = (from..=browser.made).map(made).collect();
        let save = Ask::Learn(Learn::Save { device: DEVICE.into(), rows });
        match person.try_ask(save).await {
            None => return,
            Some(Answer::Saved { through, .. }) => browser.acknowledged = through,
            Some(other) => panic!("{other:?}"),
        }
        told.one();
    }
}

/// The teacher calls the room by one number after the other.
async fn retitles(titles: &mut u64, mut teacher: Person, told: &Told) {
    // What was not acknowledged may have been kept.
    *titles += 1;
    loop {
        let settings = RoomSettings { title: (*titles + 1).to_string(), ..RoomSettings::default() };
        match teacher.try_ask(Ask::Direct(Direct::Set { settings })).await {
            None => return,
            Some(Answer::Done) => *titles += 1,
            Some(other) => panic!("{other:?}"),
        }
        told.one();
    }
}

/// Rooms are opened one after the other, and somebody joins each.
async fn opens(rooms: &mut Vec<(String, String, Option<String>)>, address: SocketAddr, told: &Told) {
    let (mut teacher, mut learner) = (Person::at_address(address).await, Person::at_address(address).await);
    let done = async {
        loop {
            let open = Ask::Open { settings: RoomSettings::default() };
            let Answer::Opened { code, secret } = teacher.try_ask(open).await? else { panic!("no room") };
            rooms.push((code.clone(), secret, None));
            told.one();
            let join = Ask::Join { code, nickname: "Ada".into() };
            let Answer::Joined { key, .. } = learner.try_ask(join).await? else { panic!("not joined") };
            rooms.last_mut().expect("it was pushed above").2 = key;
            learner.try_ask(Ask::Leave).await?;
            teacher.try_ask(Ask::Leave).await?;
            // The class shall have its share.
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let _: Option<std::convert::Infallible> = done.await;
}
