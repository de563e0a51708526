//! A room's task: what sessions say goes into its state machine one by one, and what comes out is done. Nothing that a session
//! does makes it wait: what is kept is kept beside it, and what is told is put into mailboxes.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use protocol::RoomReport;
use protocol::room::{Answer, LearnerId, RoomRequest};
use rooms::{Effect, Kept, Refused, Room, SessionNo, Start, Ticket, Write};
use store::Error;
use tokio::sync::{RwLock, mpsc};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};

use super::mailbox::Mailbox;
use super::{Handle, Rooms, WAITING, export, keeping, now};
use crate::metrics::Counted;

/// State is told at most so often.
const FLUSH: Duration = Duration::from_millis(100);
const TICK: Duration = Duration::from_secs(1);
/// Where a room has read so many rows to know what they come to, that is kept.
const SUM_AFTER: usize = 500;

/// To a room.
pub(super) enum Said {
    /// A session wants to be in it: who, and its request's number.
    Enter { session: SessionNo, mailbox: Arc<Mailbox>, id: u32, be: Be },
    /// A session that is in it asks something.
    Ask(SessionNo, RoomRequest),
    /// A session's client is connected, or is not.
    Connected(SessionNo, bool),
    /// A session is in it no more.
    Left(SessionNo),
    /// Its time is over, and the store has deleted it.
    Over,
}

/// What a session wants to be.
pub(super) enum Be {
    /// A new learner, with this key.
    Learner { nickname: String, key: String, hash: [u8; 32] },
    /// This learner again.
    Again(LearnerId),
    /// A teacher, told this first if it is the one who opened the room.
    Teacher(Option<Answer>),
}

type Keeping = BoxFuture<'static, Option<(Ticket, Result<Kept, Refused>)>>;

struct Actor {
    rooms: Arc<Rooms>,
    code: Arc<str>,
    room: Room,
    said: mpsc::Receiver<Said>,
    mailboxes: BTreeMap<SessionNo, Arc<Mailbox>>,
    /// What is being kept; each was begun in the order in which the room asked.
    keeping: FuturesUnordered<Keeping>,
    /// Held to read while an entry of the log is being kept.
    logging: Arc<RwLock<()>>,
    flushed: Instant,
    /// Since when nobody is in it.
    empty: Option<Instant>,
    ended: bool,
    /// Whether its time is over.
    over: bool,
    _counted: Counted,
}

/// The room of this code, from the store.
///
/// # Errors
/// If there is none, or its time is over: without an error; or why it cannot be read.
pub(super) fn load<'a>(rooms: &'a Arc<Rooms>, code: &'a str) -> BoxFuture<'a, Result<Handle, Option<Error>>> {
    Box::pin(async move {
        let store = rooms.store.as_ref();
        let record = store.room(code).await?.filter(|record| record.until > now()).ok_or(None)?;
        let (kept, summed) = keeping::learners(store, code).await?;
        let (rows, through) = keeping::rows(store, code, summed).await?;
        let many = rows.len() >= SUM_AFTER;
        let start = Start {
            code: record.code,
            settings: record.settings,
            opened: record.opened,
            until: record.until,
            addresses: rooms.addresses.clone(),
            roster: store.roster(code).await?,
            fold: store::folded,
        };
        let room = Room::restore(start, rooms.limits.bounds(), kept, rows);
        if many {
            let (store, code) = (Arc::clone(&rooms.store), code.to_owned());
            rooms.tasks.spawn(keeping::keep_sums(store, code, room.sums(), through));
        }
        let (handle, said) = mpsc::channel(WAITING);
        rooms.tasks.spawn(Actor::new(rooms, code, room, said).run());
        Ok(handle)
    })
}

impl Actor {
    fn new(rooms: &Arc<Rooms>, code: &str, room: Room, said: mpsc::Receiver<Said>) -> Self {
        Self {
            rooms: Arc::clone(rooms),
            code: code.into(),
            room,
            said,
            mailboxes: BTreeMap::new(),
            keeping: FuturesUnordered::new(),
            logging: Arc::default(),
            flushed: Instant::now(),
            empty: None,
            ended: false,
            over: false,
            _counted: Counted::in_gauge(&rooms.metrics.rooms),
        }
    }

    async fn run(mut self) {
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let stop = self.rooms.stop.clone();
        while !self.ended {
            let flush = sleep_until(self.flushed + FLUSH);
            tokio::select! {
                Some(said) = self.said.recv() => self.say(said),
                Some(kept) = self.keeping.next(), if !self.keeping.is_empty() => self.kept(kept),
                () = flush, if self.room.has_news() => {
                    self.flushed = Instant::now();
                    self.room.flush(now());
                }
                _ = ticks.tick() => {
                    self.room.tick(now());
                    self.look_at_its_time();
                    if self.is_at_rest() {
                        break;
                    }
                }
                () = stop.cancelled() => break,
            }
            self.act();
        }
        self.finish().await;
    }

    fn say(&mut self, said: Said) {
        let room = &mut self.room;
        match said {
            Said::Enter { session, mailbox, id, be } => {
                mailbox.tie(Arc::new(room.ties()));
                self.mailboxes.insert(session, mailbox);
                match be {
                    Be::Learner { nickname, key, hash } => {
                        room.join(session, id, &nickname, key, hash, now())
                    }
                    Be::Again(learner) => room.return_as(session, id, learner, now()),
                    Be::Teacher(opened) => room.teach(session, id, opened, now()),
                }
            }
            Said::Ask(session, request) => room.ask(session, request, now()),
            Said::Connected(session, here) => room.connected(session, here, now()),
            Said::Left(session) => {
                self.mailboxes.remove(&session);
                room.left(session, now());
            }
            Said::Over => room.end("This room's time is over; it is deleted with all its data."),
        }
    }

    fn kept(&mut self, kept: Option<(Ticket, Result<Kept, Refused>)>) {
        if let Some((ticket, result)) = kept {
            self.room.kept(ticket, result, now());
        }
    }

    /// Does what the room wants done.
    fn act(&mut self) {
        if let Some(ties) = self.room.new_ties().map(Arc::new) {
            self.mailboxes.values().for_each(|mailbox| mailbox.tie(Arc::clone(&ties)));
        }
        for effect in self.room.effects() {
            match effect {
                Effect::Tell { to, report } => self.tell(to, report),
                Effect::Keep { ticket, write } => self.keep(ticket, write),
                Effect::Log { at, says } => {
                    let log = keeping::log(Arc::clone(&self.rooms.store), Arc::clone(&self.code), at, says);
                    let logging = Arc::clone(&self.logging).try_read_owned();
                    self.keeping.push(Box::pin(async move {
                        log.await;
                        drop(logging);
                        None
                    }));
                }
                Effect::SendLog { to, id } => self.send_log(to, id),
                Effect::Export { to, id, format } => {
                    if let Some(mailbox) = self.mailboxes.get(&to).cloned() {
                        let (rooms, code) = (Arc::clone(&self.rooms), Arc::clone(&self.code));
                        self.rooms.tasks.spawn(export::export(rooms, code, mailbox, id, format));
                    }
                }
                Effect::Ended => self.ended = true,
            }
        }
    }

    fn tell(&mut self, to: SessionNo, report: RoomReport) {
        let out = matches!(report, RoomReport::Out { .. });
        if let Some(mailbox) = self.mailboxes.get(&to) {
            mailbox.put(report);
        }
        if out && let Some(mailbox) = self.mailboxes.remove(&to) {
            // Also where nobody reads that it is out.
            mailbox.tie(Arc::default());
        }
    }

    fn keep(&mut self, ticket: Ticket, write: Write) {
        let metrics = Arc::clone(&self.rooms.metrics);
        let rows = match &write {
            Write::Rows { rows, .. } => rows.len() as u64,
            _ => 0,
        };
        let keep = keeping::keep(Arc::clone(&self.rooms.store), Arc::clone(&self.code), write);
        self.keeping.push(Box::pin(async move {
            let result = keep.await;
            if result.is_ok() {
                metrics.rows_saved.inc_by(rows);
            }
            Some((ticket, result))
        }));
    }

    fn send_log(&self, to: SessionNo, id: u32) {
        let Some(mailbox) = self.mailboxes.get(&to).cloned() else { return };
        let (rooms, code) = (Arc::clone(&self.rooms), Arc::clone(&self.code));
        let logging = Arc::clone(&self.logging);
        self.keeping.push(Box::pin(async move {
            // What was done before it was asked for is in it.
            drop(logging.write().await);
            let entries = keeping::logged(rooms.store.as_ref(), &code).await;
            let answer = entries.map_or_else(Refused::answer, |entries| Answer::Log { entries });
            mailbox.put(RoomReport::Answer { id, answer });
            None
        }));
    }

    /// Has it deleted when its time is over; then it is told so.
    fn look_at_its_time(&mut self) {
        if self.room.until() <= now() && !std::mem::replace(&mut self.over, true) {
            let rooms = Arc::clone(&self.rooms);
            self.rooms.tasks.spawn(async move { rooms.expire_now().await });
        }
    }

    /// Whether nobody has been in it for long enough.
    fn is_at_rest(&mut self) -> bool {
        if !self.room.is_empty() || !self.keeping.is_empty() {
            self.empty = None;
            return false;
        }
        self.empty.get_or_insert_with(Instant::now).elapsed() >= self.rooms.limits.rest
    }

    /// Keeps what it was asked to keep, and is no more.
    async fn finish(mut self) {
        self.said.close();
        self.rooms.forget(&self.code, |cell| cell.get().is_some_and(Handle::is_closed));
        while let Some(kept) = self.keeping.next().await {
            self.kept(kept);
            self.act();
        }
        // Who came in the last moment comes into the next room of this code, where there is one.
        while let Some(said) = self.said.recv().await {
            if self.ended || self.rooms.stop.is_cancelled() {
                continue;
            }
            let (rooms, code) = (Arc::clone(&self.rooms), Arc::clone(&self.code));
            self.rooms.tasks.spawn(async move {
                if let Ok(Some(room)) = rooms.room(&code).await {
                    let _ = room.send(said).await;
                }
            });
        }
    }
}
