//! Whatever is asked in whatever order: the store answers as a list in memory would, also after it was opened again.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::collections::BTreeMap;

use common::{OnDisk, new_room, row};
use proptest::prelude::*;
use protocol::room::LearnerId;
use store::{Error, NewRoom, Sqlite, Store, folded};

const CODES: [&str; 2] = ["AAAA", "BBBB"];
const NAMES: [&str; 5] = ["Anna", "anna ", "Ben", "\u{ff22}en", "Zoe"];
const DEVICES: [&str; 2] = ["0123456789abcdef", "fedcba9876543210"];

/// What may be asked; rooms, names and devices by their place, learners by their number.
#[derive(Clone, Debug)]
enum Ask {
    Create {
        room: usize,
        until: u64,
    },
    Enter {
        room: usize,
        name: usize,
    },
    Append {
        room: usize,
        learner: u32,
        device: usize,
        from: u64,
        step: u64,
        count: u64,
    },
    Remove {
        room: usize,
        learner: u32,
    },
    Forget {
        room: usize,
        learner: u32,
    },
    End {
        room: usize,
    },
    Expire {
        now: u64,
    },
    /// Closed and opened again.
    Again,
}

fn ask() -> impl Strategy<Value = Ask> {
    let (room, learner) = (0..CODES.len(), 1..5_u32);
    prop_oneof![
        2 => (room.clone(), 1..5_u64).prop_map(|(room, until)| Ask::Create { room, until }),
        4 => (room.clone(), 0..NAMES.len()).prop_map(|(room, name)| Ask::Enter { room, name }),
        8 => (room.clone(), learner.clone(), 0..DEVICES.len(), 0..12_u64, 1..3_u64, 0..6_u64)
            .prop_map(|(room, learner, device, from, step, count)| Ask::Append { room, learner, device, from, step, count }),
        1 => (room.clone(), learner.clone()).prop_map(|(room, learner)| Ask::Remove { room, learner }),
        1 => (room.clone(), learner).prop_map(|(room, learner)| Ask::Forget { room, learner }),
        1 => room.prop_map(|room| Ask::End { room }),
        1 => (0..5_u64).prop_map(|now| Ask::Expire { now }),
        1 => Just(Ask::Again),
    ]
}

/// What a store is, without a disk.
#[derive(Clone, Debug, Default)]
struct Model(BTreeMap<&'static str, Room>);

#[derive(Clone, Debug, Default)]
struct Room {
    until: u64,
    /// The last that were given.
    seq: u64,
    learner: u32,
    /// Their names, and whether they were removed.
    learners: BTreeMap<u32, (&'static str, bool)>,
    /// Sequence number, learner, device, the browser's number.
    rows: Vec<(u64, u32, &'static str, u64)>,
    /// The highest number of a learner and device.
    highest: BTreeMap<(u32, &'static str), u64>,
}

/// What either answers, put into one form.
#[derive(Debug, PartialEq)]
enum Said {
    Done,
    Number(u64),
    Codes(Vec<String>),
    No(Error),
}

impl Model {
    fn ask(&mut self, ask: &Ask) -> Said {
        self.try_ask(ask).unwrap_or_else(Said::No)
    }

    fn room(&mut self, room: usize) -> Result<&mut Room, Error> {
        self.0.get_mut(CODES[room]).ok_or(Error::NoRoom)
    }

    fn try_ask(&mut self, ask: &Ask) -> Result<Said, Error> {
        match *ask {
            Ask::Create { room, until } => {
                if self.0.contains_key(CODES[room]) {
                    return Err(Error::CodeTaken);
                }
                self.0.insert(CODES[room], Room { until, ..Room::default() });
            }
            Ask::Enter { room, name } => {
                let room = self.room(room)?;
                let mut there = room.learners.values().filter(|(_, removed)| !removed);
                if there.any(|(other, _)| folded(other) == folded(NAMES[name])) {
                    return Err(Error::NicknameTaken);
                }
                room.learner += 1;
                room.learners.insert(room.learner, (NAMES[name], false));
                return Ok(Said::Number(room.learner.into()));
            }
            Ask::Append { room, learner, device, from, step, count } => {
                let room = self.room(room)?;
                room.learners.get(&learner).ok_or(Error::NoLearner)?;
                let highest = room.highest.entry((learner, DEVICES[device])).or_default();
                for n in numbers(from, step, count).filter(|n| *n > *highest).collect::<Vec<_>>() {
                    room.seq += 1;
                    room.rows.push((room.seq, learner, DEVICES[device], n));
                    *highest = n;
                }
                return Ok(Said::Number(*highest));
            }
            Ask::Remove { room, learner } => {
                self.room(room)?.learners.get_mut(&learner).ok_or(Error::NoLearner)?.1 = true;
            }
            Ask::Forget { room, learner } => {
                let room = self.room(room)?;
                room.learners.remove(&learner).ok_or(Error::NoLearner)?;
                room.rows.retain(|row| row.1 != learner);
                room.highest.retain(|(of, _), _| *of != learner);
            }
            Ask::End { room } => {
                self.0.remove(CODES[room]).ok_or(Error::NoRoom)?;
            }
            Ask::Expire { now } => {
                let over: Vec<_> =
                    self.0.iter().filter(|(_, room)| room.until <= now).map(|(code, _)| *code).collect();
                self.0.retain(|_, room| room.until > now);
                return Ok(Said::Codes(over.into_iter().map(str::to_owned).collect()));
            }
            Ask::Again => {}
        }
        Ok(Said::Done)
    }
}

fn numbers(from: u64, step: u64, count: u64) -> impl Iterator<Item = u64> {
    (0..count).map(move |k| from + k * step)
}

async fn ask_store(store: &dyn Store, ask: &Ask) -> Said {
    try_store(store, ask).await.unwrap_or_else(Said::No)
}

async fn try_store(store: &dyn Store, ask: &Ask) -> Result<Said, Error> {
    match *ask {
        Ask::Create { room, until } => store.create(NewRoom { until, ..new_room(CODES[room]) }).await?,
        Ask::Enter { room, name } => {
            let learner = store.enter(CODES[room], NAMES[name], b"key", 1).await?;
            return Ok(Said::Number(learner.0.into()));
        }
        Ask::Append { room, learner, device, from, step, count } => {
            let rows = numbers(from, step, count).map(row).collect();
            let through = store.append(CODES[room], LearnerId(learner), DEVICES[device], rows, 1).await?;
            return Ok(Said::Number(through));
        }
        Ask::Remove { room, learner } => store.remove(CODES[room], LearnerId(learner), 1).await?,
        Ask::Forget { room, learner } => store.forget(CODES[room], LearnerId(learner)).await?,
        Ask::End { room } => store.end(CODES[room]).await?,
        Ask::Expire { now } => {
            let mut codes = store.expire(now).await?;
            codes.sort();
            return Ok(Said::Codes(codes));
        }
        Ask::Again => {}
    }
    Ok(Said::Done)
}

/// Everything that can be read is as the model has it.
async fn compare(store: &dyn Store, model: &Model) {
    for code in CODES {
        let Some(room) = model.0.get(code) else {
            assert_eq!(store.room(code).await, Ok(None));
            continue;
        };
        assert_eq!(store.room(code).await.unwrap().unwrap().seq, room.seq);
        let learners = store.learners(code).await.unwrap();
        let learners: BTreeMap<_, _> =
            learners.iter().map(|l| (l.learner.0, (l.nickname.as_str(), l.removed.is_some()))).collect();
        assert_eq!(learners, room.learners);
        let kept = store.since(code, 0, 1000).await.unwrap();
        let rows: Vec<_> = kept.iter().map(|s| (s.seq, s.learner.0, s.device.as_str(), s.row.n)).collect();
        assert_eq!(rows, room.rows);
        assert!(kept.iter().all(|stored| stored.row == row(stored.row.n)));
        // Bytes are kept exactly where there is work.
        assert_eq!(store.bytes(code).await.unwrap() == 0, room.rows.is_empty());
        for ((learner, device), highest) in &room.highest {
            assert_eq!(store.highest(code, LearnerId(*learner), device).await, Ok(*highest));
        }
    }
}

fn run(test: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(test);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

    #[test]
    fn in_memory_whatever_is_asked(asks in prop::collection::vec(ask(), 1..60)) {
        run(async {
            let (store, mut model) = (Sqlite::memory().await.unwrap(), Model::default());
            for ask in &asks {
                assert_eq!(ask_store(&store, ask).await, model.ask(ask), "{ask:?}");
            }
            compare(&store, &model).await;
        });
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(8) })]

    #[test]
    fn on_disk_whatever_is_asked(asks in prop::collection::vec(ask(), 1..40)) {
        run(async {
            let (mut on_disk, mut model) = (OnDisk::new().await, Model::default());
            for ask in &asks {
                if matches!(ask, Ask::Again) {
                    on_disk = on_disk.again().await;
                }
                assert_eq!(ask_store(&on_disk.store, ask).await, model.ask(ask), "{ask:?}");
            }
            compare(&on_disk.again().await.store, &model).await;
        });
    }

    /// All is asked at once by as many tasks as there are learners and devices: each of them is answered as if it were alone.
    #[test]
    fn appends_at_the_same_time_do_not_disturb_each_other(
        parts in prop::collection::vec((0..4_u32, 0..2_usize, 0..12_u64, 1..6_u64), 1..40)
    ) {
        run(async {
            let on_disk = OnDisk::new().await;
            let store = &on_disk.store;
            store.create(new_room("AAAA")).await.unwrap();
            for n in 0..4 {
                store.enter("AAAA", &format!("Learner {n}"), &[n], 1).await.unwrap();
            }
            let tasks = (0..8_u32).map(|task| {
                let parts = &parts;
                async move {
                    let (learner, device) = (task / 2, task as usize % 2);
                    let mut highest = 0;
                    for (_, _, from, count) in parts.iter().filter(|p| (p.0, p.1) == (learner, device)) {
                        let rows = numbers(*from, 1, *count).map(row).collect();
                        let through =
                            store.append("AAAA", LearnerId(learner + 1), DEVICES[device], rows, 1).await.unwrap();
                        highest = highest.max(from + count - 1);
                        assert_eq!(through, highest);
                    }
                }
            });
            futures_util::future::join_all(tasks).await;
            let kept = store.since("AAAA", 0, 10_000).await.unwrap();
            let seqs: Vec<_> = kept.iter().map(|stored| stored.seq).collect();
            assert_eq!(seqs, (1..=kept.len() as u64).collect::<Vec<_>>());
            assert_eq!(store.room("AAAA").await.unwrap().unwrap().seq, kept.len() as u64);
        });
    }
}
