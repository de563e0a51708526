//! Anything that sessions may ask, in any order: the room keeps what it promises.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use protocol::room::{
    Answer, Ask, Did, Direct, Learn, LearnerId, Phase, Place, Question, QuestionId, RoomReport, RoomRequest,
    RoomSettings, Row, Tile, View,
};

use crate::{Bounds, Effect, Kept, KeptLearner, KeptRow, Refused, Room, SessionNo, Start, Ticket, Write};

const LEARNERS: usize = 5;

/// One thing that happens to a room.
#[derive(Clone, Debug)]
enum Act {
    Join(u64, u8),
    Return(u64, u32),
    Teach(u64),
    Ask(u64, Ask),
    Connected(u64, bool),
    Left(u64),
    /// The oldest of what is being kept is, or is not.
    Kept(bool),
    Wait(u32),
    Flush,
    /// The relay was started again.
    Restart,
}

fn learner() -> impl Strategy<Value = LearnerId> {
    (1..7_u32).prop_map(LearnerId)
}

fn place() -> impl Strategy<Value = Place> {
    (0..3_u32, prop::sample::select(vec!["", "v1.x", "bad link"])).prop_map(|(step, link)| Place {
        page: "/lessons/send".into(),
        figure: "f".into(),
        step,
        of: 3,
        link: link.into(),
    })
}

fn settings() -> impl Strategy<Value = RoomSettings> {
    any::<[bool; 2]>().prop_map(|[locked, closed]| RoomSettings { locked, closed, ..RoomSettings::default() })
}

fn learn() -> impl Strategy<Value = Learn> {
    let row = |n: u64, passed| Row {
        n,
        at: 0,
        page: "/lessons/send".into(),
        what: Did::Verdict { exercise: "e".into(), passed, says: "s".into() },
    };
    prop_oneof![
        (1..9_u64, 0..3_u64, any::<bool>()).prop_map(move |(n, more, passed)| Learn::Save {
            device: "0123456789abcdef".into(),
            rows: (n..=n + more).map(|n| row(n, passed)).collect(),
        }),
        place().prop_map(|place| Learn::At { place }),
        any::<bool>().prop_map(|up| Learn::Hand { up }),
        (0..4_u32, 0..4_u32)
            .prop_map(|(question, choice)| Learn::Vote { question: QuestionId(question), choice }),
        (0..5_u32).prop_map(|message| Learn::Read { message }),
        any::<bool>().prop_map(|agree| Learn::Pair { agree }),
    ]
}

fn direct() -> impl Strategy<Value = Direct> {
    let phases = vec![Phase::First, Phase::Talk, Phase::Second, Phase::Revealed];
    prop_oneof![
        settings().prop_map(|settings| Direct::Set { settings }),
        learner().prop_map(|learner| Direct::Remove { learner }),
        learner().prop_map(|learner| Direct::Forget { learner }),
        prop::option::of(learner()).prop_map(|learner| Direct::Tell { learner, text: "hello".into() }),
        learner().prop_map(|learner| Direct::Lower { learner }),
        prop::option::of(learner()).prop_map(|learner| Direct::Look { learner }),
        (1..4_usize, prop::option::of(0..3_u32)).prop_map(|(choices, right)| Direct::Question {
            text: "which?".into(),
            choices: vec!["c".into(); choices],
            right,
        }),
        prop::sample::select(phases).prop_map(|phase| Direct::Phase { phase }),
        Just(Direct::Clear),
        prop::option::of(place()).prop_map(|place| Direct::Follow { place }),
        (learner(), learner()).prop_map(|(one, other)| Direct::Pair { one, other }),
        Just(Direct::PairAll),
        learner().prop_map(|learner| Direct::Unpair { learner }),
        any::<bool>().prop_map(|on| Direct::Serve { on }),
    ]
}

fn act() -> impl Strategy<Value = Act> {
    let session = || 1..8_u64;
    prop_oneof![
        2 => (session(), 0..8_u8).prop_map(|(session, name)| Act::Join(session, name)),
        1 => (session(), 1..7_u32).prop_map(|(session, learner)| Act::Return(session, learner)),
        1 => session().prop_map(Act::Teach),
        6 => (session(), learn()).prop_map(|(session, learn)| Act::Ask(session, Ask::Learn(learn))),
        6 => (session(), direct()).prop_map(|(session, direct)| Act::Ask(session, Ask::Direct(direct))),
        1 => (session(), any::<bool>()).prop_map(|(session, here)| Act::Connected(session, here)),
        1 => session().prop_map(Act::Left),
        5 => prop::bool::weighted(0.9).prop_map(Act::Kept),
        2 => (0..400_000_u32).prop_map(Act::Wait),
        3 => Just(Act::Flush),
        1 => Just(Act::Restart),
    ]
}

/// What is kept, as a store would have it.
#[derive(Default)]
struct Disk {
    settings: RoomSettings,
    next: u32,
    learners: Vec<KeptLearner>,
    rows: Vec<KeptRow>,
    /// So many rows are in the learners' sums.
    summed: usize,
}

impl Disk {
    fn keep(&mut self, write: Write) -> Kept {
        match write {
            Write::Join { nickname, at, .. } => {
                self.next += 1;
                let learner = LearnerId(self.next);
                self.learners.push(KeptLearner { learner, nickname, joined: at, removed: false, sum: None });
                return Kept::Joined(learner);
            }
            Write::Rows { learner, device, rows, at } => {
                let highest = |disk: &Self| {
                    disk.rows.iter().filter(|kept| kept.learner == learner).map(|kept| kept.row.n).max()
                };
                for row in rows {
                    if highest(self).is_none_or(|highest| row.n > highest) {
                        self.rows.push(KeptRow { learner, device: device.clone(), at, row });
                    }
                }
                return Kept::Rows(highest(self).unwrap_or(0));
            }
            Write::Settings { settings, .. } => self.settings = settings,
            Write::Remove { learner, .. } => {
                for kept in self.learners.iter_mut().filter(|kept| kept.learner == learner) {
                    kept.removed = true;
                }
            }
            Write::Forget { learner } => {
                self.learners.retain(|kept| kept.learner != learner);
                self.summed = self.rows[..self.summed].iter().filter(|kept| kept.learner != learner).count();
                self.rows.retain(|kept| kept.learner != learner);
            }
            Write::Roster { .. } | Write::End => {}
        }
        Kept::Done
    }

    /// A room of what is kept. It is the same whether it reads all rows, or sums and the rows after them.
    fn room(&mut self) -> Room {
        let bare = self.learners.iter().cloned().map(|learner| KeptLearner { sum: None, ..learner });
        let whole = self.made(bare.collect(), &self.rows);
        let room = self.made(self.learners.clone(), &self.rows[self.summed..]);
        assert_eq!(format!("{room:?}"), format!("{whole:?}"));
        let sums = room.sums();
        for learner in &mut self.learners {
            let sum = sums.get(&learner.learner).map(|sum| serde_json::to_string(sum).unwrap());
            learner.sum = sum.map(|sum| serde_json::from_str(&sum).unwrap());
        }
        self.summed = self.rows.len();
        room
    }

    fn made(&self, learners: Vec<KeptLearner>, rows: &[KeptRow]) -> Room {
        let start = Start {
            code: "ABCD2345".into(),
            settings: self.settings.clone(),
            opened: 0,
            until: u64::MAX,
            addresses: vec![],
            roster: vec!["n1".into(), "n7".into()],
            fold: |name| name.to_lowercase(),
        };
        let bounds = Bounds { learners: LEARNERS, ..Bounds::default() };
        Room::restore(start, bounds, learners, rows.to_vec())
    }
}

/// A room, its store, and what was told to whom.
struct World {
    disk: Disk,
    room: Room,
    now: u64,
    next_request: u32,
    keeping: Vec<(Ticket, Write)>,
    /// Requests without an answer.
    open: BTreeMap<(SessionNo, u32), ()>,
    /// The board of each teacher, as its reports make it.
    boards: BTreeMap<SessionNo, BTreeMap<LearnerId, Tile>>,
    /// Who each session is, as it was told.
    learners: BTreeMap<SessionNo, LearnerId>,
    out: BTreeSet<SessionNo>,
    left: BTreeSet<SessionNo>,
    /// How often each client has left: it comes again as another session.
    times_left: BTreeMap<u64, u64>,
}

impl World {
    fn new() -> Self {
        let mut disk = Disk::default();
        let room = disk.room();
        Self {
            disk,
            room,
            now: 1_000_000,
            next_request: 1,
            keeping: vec![],
            open: BTreeMap::new(),
            boards: BTreeMap::new(),
            learners: BTreeMap::new(),
            out: BTreeSet::new(),
            left: BTreeSet::new(),
            times_left: BTreeMap::new(),
        }
    }

    /// The session that this client has now.
    fn session(&self, client: u64) -> SessionNo {
        SessionNo(client + 100 * self.times_left.get(&client).unwrap_or(&0))
    }

    fn request(&mut self, session: SessionNo) -> u32 {
        self.next_request += 1;
        self.open.insert((session, self.next_request), ());
        self.next_request
    }

    fn act(&mut self, act: Act) {
        let now = self.now;
        match act {
            Act::Join(client, name) if self.enters(client) => {
                let session = self.session(client);
                let id = self.request(session);
                self.room.join(session, id, &format!("N{name}"), "key".into(), [0; 32], now);
            }
            Act::Return(client, learner) if self.enters(client) => {
                let session = self.session(client);
                let id = self.request(session);
                self.room.return_as(session, id, LearnerId(learner), now);
            }
            Act::Teach(client) if self.enters(client) => {
                let session = self.session(client);
                let id = self.request(session);
                self.boards.insert(session, BTreeMap::new());
                self.room.teach(session, id, None, now);
            }
            Act::Join(..) | Act::Return(..) | Act::Teach(_) => {}
            Act::Ask(client, ask) => {
                let session = self.session(client);
                let id = self.request(session);
                self.room.ask(session, RoomRequest { id, ask }, now);
            }
            Act::Connected(client, here) => self.room.connected(self.session(client), here, now),
            Act::Left(client) => {
                let session = self.session(client);
                self.room.left(session, now);
                self.boards.remove(&session);
                self.learners.remove(&session);
                self.open.retain(|(who, _), ()| *who != session);
                *self.times_left.entry(client).or_default() += 1;
                self.left.insert(session);
            }
            Act::Kept(well) => {
                if !self.keeping.is_empty() {
                    let (ticket, write) = self.keeping.remove(0);
                    let no = || Refused::new(protocol::room::Refusal::NotSaved, "the disk is full");
                    let kept = if well { Ok(self.disk.keep(write)) } else { Err(no()) };
                    self.room.kept(ticket, kept, now);
                }
            }
            Act::Wait(ms) => {
                self.now += u64::from(ms);
                self.room.tick(self.now);
            }
            Act::Flush => self.room.flush(now),
            Act::Restart => {
                self.room = self.disk.room();
                self.keeping.clear();
                self.open.clear();
                self.boards.clear();
                self.learners.clear();
            }
        }
        self.listen();
        self.check();
    }

    /// A session enters once: it is in no room yet.
    fn enters(&self, client: u64) -> bool {
        let session = self.session(client);
        !self.room.sessions.contains_key(&session) && !self.open.keys().any(|(who, _)| *who == session)
    }

    fn listen(&mut self) {
        for effect in self.room.effects() {
            match effect {
                Effect::Keep { ticket, write } => self.keeping.push((ticket, write)),
                Effect::Tell { to, report } => self.hear(to, report),
                Effect::Log { .. } | Effect::SendLog { .. } | Effect::Export { .. } => {}
                Effect::Ended => panic!("nobody ended it"),
            }
        }
    }

    fn hear(&mut self, to: SessionNo, report: RoomReport) {
        match report {
            RoomReport::Answer { id, answer } => {
                self.open.remove(&(to, id));
                if let Answer::Joined { learner, .. } = answer {
                    self.learners.insert(to, learner);
                }
            }
            RoomReport::View(view) => self.viewed(to, &view),
            RoomReport::Tiles { tiles, gone } => {
                let board = self.boards.get_mut(&to).expect("tiles are for teachers");
                for tile in tiles {
                    assert!(tile.place.link.is_empty());
                    board.insert(tile.learner, tile);
                }
                for id in gone {
                    assert!(board.remove(&id).is_some(), "{id:?} was there");
                }
            }
            RoomReport::Out { .. } => {
                self.boards.remove(&to);
                self.learners.remove(&to);
                self.open.retain(|(who, _), ()| *who != to);
                self.out.insert(to);
            }
            RoomReport::Teaching(_) | RoomReport::Looking { .. } => assert!(self.boards.contains_key(&to)),
            RoomReport::Message { .. } => assert!(self.learners.contains_key(&to)),
            RoomReport::Exported { .. } => {}
        }
    }

    fn viewed(&self, to: SessionNo, view: &View) {
        let learner = self.learners[&to];
        let found = &self.room.learners[&learner];
        assert!(!found.removed, "nobody who was put out is told of the room");
        if let Some(Question { phase, right, counts, .. }) = &view.question
            && *phase != Phase::Revealed
        {
            assert_eq!((right, counts), (&None, &<[Vec<u32>; 2]>::default()), "hidden until revealed");
        }
        assert!(view.present as usize <= LEARNERS);
    }

    fn check(&mut self) {
        let room = &self.room;
        assert!(
            room.sessions.keys().all(|session| !self.left.contains(session)),
            "who has left is not in it"
        );
        for (id, learner) in &room.learners {
            if let Some(pair) = learner.pair {
                let partner = room.learners[&pair.with].pair.expect("a pair is two");
                assert_eq!((partner.with, partner.host), (*id, 1 - pair.host));
                assert!(!learner.removed);
            }
            assert!(!learner.removed || room.sessions_of(*id).is_empty());
            assert!(!learner.removed || (!learner.present && learner.hand.is_none()));
        }
        assert!(room.known().count() <= LEARNERS);
        let names: BTreeSet<_> = room.known().map(|(_, learner)| &learner.folded).collect();
        assert_eq!(names.len(), room.known().count(), "each name once");
    }

    /// Once everything has been told, every teacher's board is the room's.
    fn settle(&mut self) {
        while !self.keeping.is_empty() {
            self.act(Act::Kept(true));
        }
        self.act(Act::Flush);
        assert!(!self.room.has_news(), "{:?}", self.room.news);
        let known: BTreeSet<_> = self.room.known().map(|(id, _)| id).collect();
        for board in self.boards.values() {
            assert_eq!(board.keys().copied().collect::<BTreeSet<_>>(), known, "a tile a learner");
            for (id, tile) in board {
                let now = self.room.tile(*id, self.now).expect("known");
                assert_eq!((tile.rows, tile.hand, &tile.place), (now.rows, now.hand, &now.place));
            }
        }
        assert!(self.open.is_empty(), "every request has its answer: {:?}", self.open);
        // And after a restart it is the same again.
        let again = self.disk.room();
        for (id, learner) in &self.room.learners {
            let kept = &again.learners[id];
            assert_eq!((kept.progress.rows, kept.removed), (learner.progress.rows, learner.removed));
            assert_eq!(kept.progress.last, learner.progress.last);
        }
        assert_eq!(again.learners.len(), self.room.learners.len());
    }
}

proptest! {
    #[test]
    fn whatever_is_asked_in_whatever_order_nothing_hidden_is_told_and_the_board_is_the_room(
        acts in prop::collection::vec(act(), 0..120),
    ) {
        let mut world = World::new();
        for act in acts {
            world.act(act);
        }
        world.settle();
    }
}
