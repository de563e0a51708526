//! What a room has for one session: answers and messages in a row, and of all else the latest alone. So a session that reads slowly
//! gets what is now and not what was, and holds no more than the room has learners.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use futures_util::task::AtomicWaker;
use protocol::RoomReport;
use protocol::room::{LearnerId, Place, Teaching, Tile, View};
use rooms::Ties;
use syscall::Bytes;
use tokio::sync::watch;

/// Tiles in one report: fifty of the largest fit a message.
const TILES: usize = 50;
/// Bytes of an export in one report.
const PART: usize = 48 << 10;

/// Between a room and one session.
#[derive(Default)]
pub(super) struct Mailbox {
    inside: Mutex<Inside>,
    waker: AtomicWaker,
    /// What joins labs; it ends with the session's place in the room.
    ties: watch::Sender<Arc<Ties>>,
}

#[derive(Default)]
struct Inside {
    /// Told one by one.
    said: VecDeque<RoomReport>,
    view: Option<Box<View>>,
    teaching: Option<Box<Teaching>>,
    looking: Option<(LearnerId, Place)>,
    /// Tiles that are new, and learners who are gone; none of either where the board is empty.
    tiles: Option<BTreeMap<LearnerId, Option<Tile>>>,
    export: Bytes,
}

impl Mailbox {
    fn inside(&self) -> MutexGuard<'_, Inside> {
        // It is whole between any two statements, so a panic elsewhere leaves it usable.
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on, this is what joins labs.
    pub(super) fn tie(&self, ties: Arc<Ties>) {
        self.ties.send_replace(ties);
    }

    /// What joins labs, for as long as the session is in the room.
    pub(super) fn ties(&self) -> watch::Receiver<Arc<Ties>> {
        self.ties.subscribe()
    }

    /// Puts a report in.
    pub(super) fn put(&self, report: RoomReport) {
        {
            let mut inside = self.inside();
            match report {
                RoomReport::View(view) => inside.view = Some(view),
                RoomReport::Teaching(teaching) => inside.teaching = Some(teaching),
                RoomReport::Looking { learner, place } => inside.looking = Some((learner, place)),
                RoomReport::Tiles { tiles, gone } => {
                    let board = inside.tiles.get_or_insert_default();
                    board.extend(gone.into_iter().map(|id| (id, None)));
                    board.extend(tiles.into_iter().map(|tile| (tile.learner, Some(tile))));
                }
                report => inside.said.push_back(report),
            }
        }
        self.waker.wake();
    }

    /// Puts an export in, to be taken in parts when this answer was. False if one is on its way.
    pub(super) fn put_export(&self, export: Bytes, answer: RoomReport) -> bool {
        let mut inside = self.inside();
        let free = inside.export.is_empty();
        if free {
            inside.export = export;
            inside.said.push_back(answer);
        }
        drop(inside);
        self.waker.wake();
        free
    }

    /// Whether an export is on its way.
    pub(super) fn exports(&self) -> bool {
        !self.inside().export.is_empty()
    }

    /// The next report; of state only where `all`.
    pub(super) fn poll(&self, all: bool, cx: &mut Context<'_>) -> Poll<RoomReport> {
        self.waker.register(cx.waker());
        let mut inside = self.inside();
        let next = inside.said.pop_front().or_else(|| if all { inside.state() } else { None });
        next.map_or(Poll::Pending, Poll::Ready)
    }

    /// The next part of an export. To be asked when everything before it has been written.
    pub(super) fn next_part(&self) -> Option<RoomReport> {
        let mut inside = self.inside();
        if inside.export.is_empty() || !inside.said.is_empty() {
            return None;
        }
        let (len, most) = (inside.export.len(), PART.min(inside.export.len()));
        let part = inside.export.slice(0..most);
        inside.export = inside.export.slice(most..len);
        Some(RoomReport::Exported { part, left: inside.export.len() as u64 })
    }
}

impl Inside {
    fn state(&mut self) -> Option<RoomReport> {
        if let Some(teaching) = self.teaching.take() {
            return Some(RoomReport::Teaching(teaching));
        }
        if let Some(mut board) = self.tiles.take() {
            if let Some((from, _)) = board.iter().nth(TILES) {
                let from = *from;
                self.tiles = Some(board.split_off(&from));
            }
            let (mut tiles, mut gone) = (Vec::new(), Vec::new());
            for (id, tile) in board {
                match tile {
                    Some(tile) => tiles.push(tile),
                    None => gone.push(id),
                }
            }
            return Some(RoomReport::Tiles { tiles, gone });
        }
        if let Some((learner, place)) = self.looking.take() {
            return Some(RoomReport::Looking { learner, place });
        }
        self.view.take().map(RoomReport::View)
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;

    fn tile(id: u32, rows: u64) -> Tile {
        Tile {
            learner: LearnerId(id),
            nickname: "Ada".into(),
            present: true,
            place: Place::default(),
            last: None,
            stuck: None,
            hand: None,
            active: 0,
            attempts: 0,
            right: (0, 0),
            finished: 0,
            pair: None,
            rows,
        }
    }

    fn all(mailbox: &Mailbox) -> Vec<RoomReport> {
        let mut cx = Context::from_waker(Waker::noop());
        let next = || match mailbox.poll(true, &mut cx) {
            Poll::Ready(report) => Some(report),
            Poll::Pending => None,
        };
        std::iter::from_fn(next).collect()
    }

    #[test]
    fn who_reads_slowly_gets_each_tile_once_as_it_is_now_and_every_message() {
        let mailbox = Mailbox::default();
        for rows in 0..1000 {
            mailbox.put(RoomReport::Tiles { tiles: vec![tile(1, rows), tile(2, rows)], gone: vec![] });
            if rows % 100 == 0 {
                mailbox.put(RoomReport::Message { message: 1, text: "x".into(), all: true });
            }
        }
        mailbox.put(RoomReport::Tiles { tiles: vec![], gone: vec![LearnerId(2)] });
        let reports = all(&mailbox);
        assert_eq!(reports.len(), 11);
        assert_eq!(reports[10], RoomReport::Tiles { tiles: vec![tile(1, 999)], gone: vec![LearnerId(2)] });
    }

    #[test]
    fn a_large_board_comes_in_reports_that_fit_a_message() {
        let mailbox = Mailbox::default();
        let wide = |id| {
            let long = "/".repeat(200);
            let place = Place { page: long.clone(), figure: long.clone(), ..Place::default() };
            Tile { nickname: "ä".repeat(30), place, last: Some((false, long)), ..tile(id, u64::MAX) }
        };
        mailbox.put(RoomReport::Tiles { tiles: (1..=250).map(wide).collect(), gone: vec![] });
        let reports = all(&mailbox);
        assert_eq!(reports.len(), 5);
        for report in reports {
            let message = protocol::FromRelay::Room { seq: u64::MAX, report };
            assert!(protocol::encode(&message).len() <= protocol::MAX_MESSAGE);
        }
    }

    #[test]
    fn an_export_comes_in_parts_and_none_is_lost() {
        let mailbox = Mailbox::default();
        let file: Vec<u8> = (0..200_000_u32).map(|n| n.to_le_bytes()[0]).collect();
        let done = || RoomReport::Answer { id: 1, answer: protocol::room::Answer::Done };
        assert!(mailbox.put_export(file.clone().into(), done()) && !mailbox.put_export("x".into(), done()));
        assert_eq!(mailbox.next_part(), None, "first that it comes");
        assert_eq!(all(&mailbox), [done()]);
        let mut got = Vec::new();
        while let Some(RoomReport::Exported { part, left }) = mailbox.next_part() {
            got.extend_from_slice(&part);
            assert_eq!(left as usize, file.len() - got.len());
        }
        assert_eq!(got, file);
    }
}
