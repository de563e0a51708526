//! What every store must hold: each test is run on a file and in memory.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::sync::Arc;

use common::{OnDisk, new_room, row, rows};
use protocol::room::{LearnerId, RoomSettings};
use store::{Error, Sqlite, Store, Sums};

macro_rules! every_store {
    ($($(#[$doc:meta])* async fn $name:ident($store:ident: &dyn Store) $body:block)*) => {
        $($(#[$doc])* async fn $name($store: &dyn Store) $body)*

        mod on_disk {
            $(#[tokio::test]
            async fn $name() {
                super::$name(&super::OnDisk::new().await.store).await;
            })*
        }

        mod in_memory {
            $(#[tokio::test]
            async fn $name() {
                super::$name(&super::Sqlite::memory().await.unwrap()).await;
            })*
        }
    };
}

async fn room_with_anna(store: &dyn Store) -> LearnerId {
    store.create(new_room("AAAA")).await.unwrap();
    store.enter("AAAA", "Anna", b"key of anna", 1500).await.unwrap()
}

async fn numbers(store: &dyn Store, after: u64) -> Vec<(u64, u64)> {
    let rows = store.since("AAAA", after, 1000).await.unwrap();
    rows.iter().map(|stored| (stored.seq, stored.row.n)).collect()
}

const DEVICE: &str = "0123456789abcdef";

every_store! {
    async fn a_room_is_kept_as_it_was_given(store: &dyn Store) {
        assert_eq!(store.room("AAAA").await, Ok(None));
        store.create(new_room("AAAA")).await.unwrap();
        let room = store.room("AAAA").await.unwrap().unwrap();
        assert_eq!((room.secret_hash, room.opened, room.until, room.seq), (b"hash".to_vec(), 1000, 9000, 0));
        assert_eq!(room.settings, new_room("AAAA").settings);
        let settings = RoomSettings { locked: true, pages: vec!["/lessons/send".into()], ..room.settings };
        store.set("AAAA", &settings, 9500).await.unwrap();
        let room = store.room("AAAA").await.unwrap().unwrap();
        assert_eq!((room.settings, room.until), (settings, 9500));
    }

    async fn a_code_is_given_once(store: &dyn Store) {
        store.create(new_room("AAAA")).await.unwrap();
        assert_eq!(store.create(new_room("AAAA")).await, Err(Error::CodeTaken));
        store.create(new_room("BBBB")).await.unwrap();
        let codes: Vec<_> = store.rooms().await.unwrap().into_iter().map(|room| room.code).collect();
        assert_eq!(codes, ["AAAA", "BBBB"]);
    }

    async fn names_are_taken_however_they_are_written_and_free_again_after_a_removal(store: &dyn Store) {
        let anna = room_with_anna(store).await;
        assert_eq!(store.enter("AAAA", " ANNA ", b"another", 1600).await, Err(Error::NicknameTaken));
        store.remove("AAAA", anna, 1700).await.unwrap();
        let second = store.enter("AAAA", "anna", b"another", 1800).await.unwrap();
        assert_eq!(second, LearnerId(2));
        let learners = store.learners("AAAA").await.unwrap();
        let seen: Vec<_> = learners.iter().map(|l| (l.learner.0, l.nickname.as_str(), l.joined, l.removed)).collect();
        assert_eq!(seen, [(1, "Anna", 1500, Some(1700)), (2, "anna", 1800, None)]);
    }

    async fn a_key_opens_until_its_learner_is_removed(store: &dyn Store) {
        let anna = room_with_anna(store).await;
        let by_key = store.learner_by_key("AAAA", b"key of anna").await.unwrap();
        assert_eq!(by_key.map(|found| found.learner), Some(anna));
        assert_eq!(store.learner_by_key("AAAA", b"key").await, Ok(None));
        store.append("AAAA", anna, DEVICE, rows(1..=2), 2000).await.unwrap();
        store.remove("AAAA", anna, 1700).await.unwrap();
        store.remove("AAAA", anna, 1900).await.unwrap();
        assert_eq!(store.learner_by_key("AAAA", b"key of anna").await, Ok(None));
        assert_eq!(numbers(store, 0).await, [(1, 1), (2, 2)]);
        assert_eq!(store.learners("AAAA").await.unwrap()[0].removed, Some(1700));
    }

    async fn a_key_of_one_room_opens_no_other(store: &dyn Store) {
        room_with_anna(store).await;
        store.create(new_room("BBBB")).await.unwrap();
        assert_eq!(store.learner_by_key("BBBB", b"key of anna").await, Ok(None));
    }

    async fn work_is_kept_once_however_often_it_is_sent(store: &dyn Store) {
        let anna = room_with_anna(store).await;
        assert_eq!(store.append("AAAA", anna, DEVICE, rows(1..=3), 2000).await, Ok(3));
        assert_eq!(store.append("AAAA", anna, DEVICE, rows(1..=4), 2001).await, Ok(4));
        assert_eq!(store.append("AAAA", anna, DEVICE, rows([2]), 2002).await, Ok(4));
        assert_eq!(store.append("AAAA", anna, DEVICE, vec![], 2003).await, Ok(4));
        // A gap is no mistake, and what was left out does not come later.
        assert_eq!(store.append("AAAA", anna, DEVICE, rows([7]), 2004).await, Ok(7));
        assert_eq!(store.append("AAAA", anna, DEVICE, rows([5, 6, 8]), 2005).await, Ok(8));
        assert_eq!(numbers(store, 0).await, [(1, 1), (2, 2), (3, 3), (4, 4), (5, 7), (6, 8)]);
        assert_eq!(store.highest("AAAA", anna, DEVICE).await, Ok(8));
        assert_eq!(store.highest("AAAA", anna, "another").await, Ok(0));
    }

    async fn sums_are_kept_until_others_are_and_go_with_their_learner(store: &dyn Store) {
        let anna = room_with_anna(store).await;
        let ben = store.enter("AAAA", "Ben", b"key of ben", 1500).await.unwrap();
        assert_eq!(store.sums("AAAA").await, Ok(Sums::default()));
        let sums = |through, of: &[(LearnerId, &str)]| {
            Sums { through, of: of.iter().map(|(who, sum)| (*who, (*sum).to_owned())).collect() }
        };
        store.set_sums("AAAA", sums(3, &[(anna, "1"), (ben, "2"), (LearnerId(9), "nobody")])).await.unwrap();
        assert_eq!(store.sums("AAAA").await, Ok(sums(3, &[(anna, "1"), (ben, "2")])));
        store.set_sums("AAAA", sums(5, &[(anna, "7"), (ben, "8")])).await.unwrap();
        store.forget("AAAA", anna).await.unwrap();
        assert_eq!(store.sums("AAAA").await, Ok(sums(5, &[(ben, "8")])));
        assert_eq!(store.sums("BBBB").await, Err(Error::NoRoom));
        assert_eq!(store.set_sums("BBBB", Sums::default()).await, Err(Error::NoRoom));
    }

    async fn work_comes_out_as_it_went_in(store: &dyn Store) {
        let anna = room_with_anna(store).await;
        store.append("AAAA", anna, DEVICE, rows(1..=9), 2000).await.unwrap();
        let kept = store.since("AAAA", 0, 1000).await.unwrap();
        for (n, stored) in (1..).zip(&kept) {
            assert_eq!((stored.seq, stored.learner, stored.received), (n, anna, 2000));
            assert_eq!((stored.device.as_str(), &stored.row), (DEVICE, &row(n)));
        }
        assert_eq!(kept.len(), 9);
        assert_eq!(store.since("AAAA", 3, 2).await.unwrap(), kept[3..5]);
        assert_eq!(store.since("AAAA", 9, 2).await, Ok(vec![]));
    }

    async fn devices_and_learners_count_for_themselves_and_the_room_for_all(store: &dyn Store) {
        let anna = room_with_anna(store).await;
        let ben = store.enter("AAAA", "Ben", b"key of ben", 1500).await.unwrap();
        store.create(new_room("BBBB")).await.unwrap();
        let eve = store.enter("BBBB", "Eve", b"key of eve", 1500).await.unwrap();
        assert_eq!(eve, LearnerId(1));
        store.append("AAAA", anna, DEVICE, rows(1..=2), 2000).await.unwrap();
        store.append("BBBB", eve, DEVICE, rows(1..=2), 2000).await.unwrap();
        store.append("AAAA", ben, DEVICE, rows(1..=2), 2000).await.unwrap();
        store.append("AAAA", anna, "another", rows(1..=2), 2000).await.unwrap();
        assert_eq!(numbers(store, 0).await, [(1, 1), (2, 2), (3, 1), (4, 2), (5, 1), (6, 2)]);
        assert_eq!(store.since("BBBB", 0, 9).await.unwrap().len(), 2);
        assert_eq!(store.room("AAAA").await.unwrap().unwrap().seq, 6);
    }

    async fn rows_that_do_not_rise_and_numbers_beyond_what_is_kept_change_nothing(store: &dyn Store) {
        let anna = room_with_anna(store).await;
        for wrong in [vec![2, 1], vec![1, 1], vec![1, u64::MAX]] {
            let kept = store.append("AAAA", anna, DEVICE, rows(wrong), 2000).await;
            assert!(matches!(kept, Err(Error::Unfit(_))), "{kept:?}");
        }
        assert_eq!(numbers(store, 0).await, []);
    }

    async fn whom_and_what_is_not_there_is_said(store: &dyn Store) {
        let anna = LearnerId(1);
        assert_eq!(store.append("AAAA", anna, DEVICE, rows(1..=2), 1).await, Err(Error::NoRoom));
        assert_eq!(store.enter("AAAA", "Anna", b"key", 1).await, Err(Error::NoRoom));
        assert_eq!(store.learners("AAAA").await, Err(Error::NoRoom));
        assert_eq!(store.learner_by_key("AAAA", b"key").await, Err(Error::NoRoom));
        assert_eq!(store.since("AAAA", 0, 1).await, Err(Error::NoRoom));
        assert_eq!(store.bytes("AAAA").await, Err(Error::NoRoom));
        assert_eq!(store.log("AAAA", 1, "{}".into()).await, Err(Error::NoRoom));
        assert_eq!(store.set_roster("AAAA", vec![]).await, Err(Error::NoRoom));
        assert_eq!(store.set("AAAA", &RoomSettings::default(), 1).await, Err(Error::NoRoom));
        assert_eq!(store.end("AAAA").await, Err(Error::NoRoom));
        store.create(new_room("AAAA")).await.unwrap();
        assert_eq!(store.append("AAAA", anna, DEVICE, rows(1..=2), 1).await, Err(Error::NoLearner));
        assert_eq!(store.remove("AAAA", anna, 1).await, Err(Error::NoLearner));
        assert_eq!(store.forget("AAAA", anna).await, Err(Error::NoLearner));
    }

    async fn a_forgotten_learner_leaves_nothing_and_no_number_is_given_twice(store: &dyn Store) {
        let anna = room_with_anna(store).await;
        let ben = store.enter("AAAA", "Ben", b"key of ben", 1500).await.unwrap();
        store.append("AAAA", ben, DEVICE, rows(1..=2), 2000).await.unwrap();
        let bytes = store.bytes("AAAA").await.unwrap();
        store.append("AAAA", anna, DEVICE, rows(1..=3), 2000).await.unwrap();
        assert!(store.bytes("AAAA").await.unwrap() > bytes);
        store.forget("AAAA", anna).await.unwrap();
        assert_eq!(store.bytes("AAAA").await, Ok(bytes));
        assert_eq!(store.learners("AAAA").await.unwrap().len(), 1);
        assert_eq!(store.forget("AAAA", anna).await, Err(Error::NoLearner));
        assert_eq!(store.enter("AAAA", "Anna", b"another", 1).await, Ok(LearnerId(3)));
        store.append("AAAA", ben, DEVICE, rows([3]), 2000).await.unwrap();
        assert_eq!(numbers(store, 0).await, [(1, 1), (2, 2), (6, 3)]);
    }

    async fn an_ended_room_leaves_nothing_even_for_the_next_with_its_code(store: &dyn Store) {
        let anna = room_with_anna(store).await;
        store.append("AAAA", anna, DEVICE, rows(1..=3), 2000).await.unwrap();
        store.log("AAAA", 2000, "{}".into()).await.unwrap();
        store.set_roster("AAAA", vec!["Anna".into()]).await.unwrap();
        store.end("AAAA").await.unwrap();
        assert_eq!(store.room("AAAA").await, Ok(None));
        store.create(new_room("AAAA")).await.unwrap();
        assert_eq!(store.learners("AAAA").await, Ok(vec![]));
        assert_eq!(store.since("AAAA", 0, 10).await, Ok(vec![]));
        assert_eq!(store.actions("AAAA").await, Ok(vec![]));
        assert_eq!(store.roster("AAAA").await, Ok(vec![]));
        assert_eq!(store.bytes("AAAA").await, Ok(0));
    }

    async fn rooms_whose_time_is_over_are_deleted_and_no_others(store: &dyn Store) {
        store.create(new_room("AAAA")).await.unwrap();
        store.create(store::NewRoom { until: 9001, ..new_room("BBBB") }).await.unwrap();
        assert_eq!(store.expire(8999).await, Ok(vec![]));
        assert_eq!(store.expire(9000).await, Ok(vec!["AAAA".to_owned()]));
        assert_eq!(store.expire(9000).await, Ok(vec![]));
        assert_eq!(store.rooms().await.unwrap().len(), 1);
    }

    async fn the_log_and_the_roster_keep_their_order(store: &dyn Store) {
        room_with_anna(store).await;
        for at in [5, 3, 4] {
            store.log("AAAA", at, format!("{{\"at\":{at}}}")).await.unwrap();
        }
        let actions = store.actions("AAAA").await.unwrap();
        assert_eq!(actions.iter().map(|a| a.at).collect::<Vec<_>>(), [5, 3, 4]);
        assert_eq!(actions[0].action, "{\"at\":5}");
        let names = vec!["Zoe".to_owned(), "Anna".to_owned(), "Zoe".to_owned()];
        store.set_roster("AAAA", vec!["before".into()]).await.unwrap();
        store.set_roster("AAAA", names.clone()).await.unwrap();
        assert_eq!(store.roster("AAAA").await, Ok(names));
    }

    async fn new_work_wakes_whoever_listens(store: &dyn Store) {
        let anna = room_with_anna(store).await;
        let mut changed = store.changed();
        store.append("AAAA", anna, DEVICE, rows(1..=3), 2000).await.unwrap();
        assert_eq!(changed.recv().await.unwrap(), Arc::from("AAAA"));
        assert_eq!(numbers(store, 0).await.len(), 3);
    }

    async fn what_comes_together_is_answered_each_for_itself(store: &dyn Store) {
        let anna = room_with_anna(store).await;
        let fine = store.append("AAAA", anna, DEVICE, rows(1..=60), 2000);
        let nobody = store.append("AAAA", LearnerId(9), DEVICE, rows(1..=3), 2000);
        let taken = store.enter("AAAA", "Anna", b"another", 2000);
        let also = store.append("AAAA", anna, "another", rows(1..=60), 2000);
        let (fine, nobody, taken, also) = tokio::join!(fine, nobody, taken, also);
        assert_eq!((fine, also), (Ok(60), Ok(60)));
        assert_eq!((nobody, taken), (Err(Error::NoLearner), Err(Error::NicknameTaken)));
        assert_eq!(numbers(store, 0).await.len(), 120);
    }

    async fn after_it_was_closed_nothing_is_taken(store: &dyn Store) {
        room_with_anna(store).await;
        store.close().await.unwrap();
        assert_eq!(store.create(new_room("BBBB")).await, Err(Error::Closed));
        assert_eq!(store.rooms().await, Err(Error::Closed));
        store.close().await.unwrap();
    }
}
