//! Rooms: each a task around a `rooms::Room`, made from the store when somebody wants it, and sessions' places in them.
//!
//! A request's way: the session's [`Membership`] finds the room (`entering`), or sends to the one that it is in; the room's task
//! (`actor`) asks its state machine and does what that wants: keeps things (`keeping`), and puts what is to be told into
//! the session's [`Mailbox`](mailbox::Mailbox), from which the session takes it when its client reads.

mod actor;
mod entering;
mod export;
mod keeping;
mod mailbox;
mod membership;
mod place;
mod secrets;
mod tied;

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use protocol::room::{Answer, Refusal};
use rooms::{Refused, SessionNo};
use store::Store;
use tokio::sync::{OnceCell, mpsc};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use self::actor::Said;
pub(crate) use self::entering::From;
pub(crate) use self::membership::Membership;
pub(crate) use self::place::{addresses, store};
use crate::guesses::Guesses;
use crate::metrics::Metrics;

/// How often it is looked for rooms whose time is over.
const RETENTION: Duration = Duration::from_secs(3600);

/// What a relay's rooms may use.
#[derive(Clone, Debug)]
pub struct RoomLimits {
    /// Rooms in all; then none is opened.
    pub rooms: usize,
    /// Learners in one room.
    pub learners: usize,
    /// Rows kept of one learner.
    pub rows: u64,
    /// Bytes kept of one room.
    pub bytes: u64,
    /// Days after which a room is deleted at the latest.
    pub days: u16,
    /// Wrong codes and keys from one address in a minute; then codes from there are not looked at until it is over.
    pub wrong_codes: u32,
    /// The same from all addresses in a second.
    pub wrong_codes_in_all: u32,
    /// When a wrong code is answered: at this time after it came, or a multiple of it.
    pub answer: Duration,
    /// How long a room in which nobody is stays in memory.
    pub rest: Duration,
}

impl Default for RoomLimits {
    fn default() -> Self {
        Self {
            rooms: 100,
            learners: 250,
            rows: 20_000,
            bytes: 64 << 20,
            days: 90,
            wrong_codes: 60,
            wrong_codes_in_all: 20,
            answer: Duration::from_millis(300),
            rest: Duration::from_secs(1800),
        }
    }
}

impl RoomLimits {
    fn bounds(&self) -> rooms::Bounds {
        rooms::Bounds { learners: self.learners, rows: self.rows, bytes: self.bytes, days: self.days }
    }
}

/// Requests that wait for one room.
const WAITING: usize = 1024;

type Handle = mpsc::Sender<Said>;

/// All rooms of a relay.
pub(crate) struct Rooms {
    store: Arc<dyn Store>,
    limits: RoomLimits,
    /// Rooms in memory, by code. A cell is filled once, whoever waits for it.
    live: Mutex<HashMap<String, Arc<OnceCell<Handle>>>>,
    /// One room is opened at a time: they are counted.
    opening: tokio::sync::Mutex<()>,
    /// One record is exported at a time.
    exporting: tokio::sync::Mutex<()>,
    guesses: Guesses,
    addresses: Vec<String>,
    next_session: AtomicU64,
    metrics: Arc<Metrics>,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Rooms {
    /// The rooms of this store, which can be reached at these addresses.
    pub(crate) fn new(
        store: Arc<dyn Store>,
        limits: RoomLimits,
        addresses: Vec<String>,
        metrics: Arc<Metrics>,
        stop: CancellationToken,
    ) -> Self {
        Self {
            store,
            guesses: Guesses::new(limits.wrong_codes, limits.wrong_codes_in_all),
            limits,
            live: Mutex::default(),
            opening: tokio::sync::Mutex::default(),
            exporting: tokio::sync::Mutex::default(),
            addresses,
            next_session: AtomicU64::new(1),
            metrics,
            stop,
            tasks: TaskTracker::new(),
        }
    }

    fn live(&self) -> MutexGuard<'_, HashMap<String, Arc<OnceCell<Handle>>>> {
        // The map is whole between any two statements, so a panic elsewhere leaves it usable.
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next_session(&self) -> SessionNo {
        SessionNo(self.next_session.fetch_add(1, Ordering::Relaxed))
    }

    /// The room of this code, from memory or from the store; none where there is none.
    async fn room(self: &Arc<Self>, code: &str) -> Result<Option<Handle>, Refused> {
        for _ in 0..3 {
            let cell = Arc::clone(self.live().entry(code.into()).or_default());
            match cell.get_or_try_init(|| actor::load(self, code)).await {
                Ok(handle) if !handle.is_closed() => return Ok(Some(handle.clone())),
                // It has just gone to rest: another is made of what is kept.
                Ok(_) => self.forget(code, |known| Arc::ptr_eq(known, &cell)),
                Err(why) => {
                    self.forget(code, |known| Arc::ptr_eq(known, &cell) && !known.initialized());
                    return why.map_or(Ok(None), |error| Err(keeping::refused(&error)));
                }
            }
        }
        Ok(None)
    }

    /// Forgets the room of this code, if it is that one.
    fn forget(&self, code: &str, is: impl Fn(&Arc<OnceCell<Handle>>) -> bool) {
        let mut live = self.live();
        if live.get(code).is_some_and(is) {
            live.remove(code);
        }
    }

    /// Sees to it that rooms whose time is over are deleted, until the relay stops.
    pub(crate) async fn expire(self: &Arc<Self>) {
        let mut ticks = tokio::time::interval(RETENTION);
        loop {
            tokio::select! {
                _ = ticks.tick() => self.expire_now().await,
                () = self.stop.cancelled() => return,
            }
        }
    }

    async fn expire_now(&self) {
        match self.store.expire(now()).await {
            Err(error) => tracing::warn!(%error, "rooms whose time is over are not deleted yet"),
            Ok(codes) => {
                for code in codes {
                    tracing::info!("a room's time is over: it is deleted");
                    let live = self.live().remove(&code);
                    if let Some(handle) = live.as_ref().and_then(|cell| cell.get()) {
                        let _ = handle.send(Said::Over).await;
                    }
                }
            }
        }
    }

    /// Waits until every room has kept what it was asked to keep, and closes the store.
    pub(crate) async fn close(&self) {
        self.tasks.close();
        self.tasks.wait().await;
        if let Err(error) = self.store.close().await {
            tracing::warn!(%error, "the store was not closed well");
        }
    }

    /// Counts a refusal.
    fn refused(&self, address: IpAddr, answer: &Answer) {
        if let Answer::Refused { why, .. } = answer {
            self.metrics.room_refused(*why);
            if matches!(why, Refusal::NoSuchRoom | Refusal::TooOften) {
                tracing::info!(%address, ?why, "refused a room");
            }
        }
    }
}

/// Milliseconds since 1970.
fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use protocol::room::{Did, RoomSettings, Row};
    use store::{NewRoom, Sqlite, Sums};

    use super::*;

    fn rooms(store: &Arc<dyn Store>) -> Arc<Rooms> {
        let limits = RoomLimits::default();
        Arc::new(Rooms::new(Arc::clone(store), limits, vec![], Arc::default(), CancellationToken::new()))
    }

    async fn opened(store: &Arc<dyn Store>, code: &str, until: u64) {
        let settings = RoomSettings::default();
        let room = NewRoom { code: code.into(), secret_hash: vec![], settings, opened: now(), until };
        store.create(room).await.unwrap();
    }

    #[tokio::test]
    async fn a_room_is_deleted_when_its_time_is_over() {
        let store: Arc<dyn Store> = Arc::new(Sqlite::memory().await.unwrap());
        let (rooms, code) = (rooms(&store), "ABCD2345");
        opened(&store, code, now() + 200).await;
        let handle = rooms.room(code).await.unwrap().expect("it is there");
        tokio::time::timeout(Duration::from_secs(20), handle.closed()).await.expect("its task ends");
        assert_eq!(store.room(code).await.unwrap(), None);
        assert!(rooms.room(code).await.unwrap().is_none());
        assert!(rooms.live().is_empty(), "nothing is remembered of codes that open nothing");
    }

    #[tokio::test]
    async fn what_many_rows_come_to_is_kept_and_the_next_reads_the_rows_after_them_alone() {
        let store: Arc<dyn Store> = Arc::new(Sqlite::memory().await.unwrap());
        let code = "ABCD2345";
        opened(&store, code, now() + 3_600_000).await;
        let anna = store.enter(code, "Anna", b"key", 1).await.unwrap();
        let row = |n| Row { n, at: n, page: "/lessons/send".into(), what: Did::Opened };
        let comes = async |rows: std::ops::RangeInclusive<u64>| {
            store.append(code, anna, "device", rows.map(row).collect(), 1).await.unwrap();
            let rooms = rooms(&store);
            assert!(rooms.room(code).await.unwrap().is_some());
            rooms.stop.cancel();
            rooms.tasks.close();
            rooms.tasks.wait().await;
            let sums = store.sums(code).await.unwrap();
            let (known, through) = keeping::learners(store.as_ref(), code).await.unwrap();
            (sums, known[0].sum.is_some(), through)
        };
        assert_eq!(comes(1..=9).await, (Sums::default(), false, 0), "few rows are soon read");
        let (sums, known, through) = comes(10..=1009).await;
        assert_eq!((sums.of.len(), known, through), (1, true, 1009));
        assert!(sums.of[&anna].contains(r#""rows":1009"#), "{sums:?}");
        assert_eq!(comes(1010..=1011).await, (sums, true, 1009));
        // What another version wrote in its own way is not read: the rows are.
        store.set_sums(code, Sums { through: 1011, of: [(anna, "{}".into())].into() }).await.unwrap();
        let (sums, known, through) = comes(1012..=1012).await;
        assert_eq!((known, through), (true, 1012));
        assert!(sums.of[&anna].contains(r#""rows":1012"#), "{sums:?}");
    }
}
