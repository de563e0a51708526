//! A teacher's desk as a state machine: wishes and reports go in, requests and deeds come out. Knows no browser and no clock.

use std::collections::BTreeMap;
use std::rc::Rc;

use protocol::room::{
    Answer, Ask, Direct, Format, LearnerId, Logged, Place, Refusal, RoomReport, RoomSettings, Teaching, Tile,
};

use super::server;
use super::words;
use crate::room::Standing;
use crate::texts;

/// Most bytes of an export that are gathered for a file.
const MOST_EXPORT: usize = 256 << 20;

/// What the teacher wishes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Wish {
    /// Open a room.
    Open(RoomSettings),
    /// Take up a room.
    Teach {
        /// Its code.
        code: String,
        /// Its secret.
        secret: String,
    },
    /// Leave the room, which goes on.
    Leave,
    /// Something of the room; the text is said once it is done.
    Direct(Direct, &'static str),
    /// Open a learner's panel, or none.
    See(Option<LearnerId>),
    /// The secret has been kept elsewhere.
    SecretSeen,
    /// Something of the class's server.
    Server(server::Input),
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Input {
    /// The teacher wishes something.
    Wish(Wish),
    /// The browser stands so towards the room.
    Standing(Standing),
    /// The relay says this; the time is the browser's, in milliseconds since 1970.
    Report(RoomReport, u64),
    /// Whether this request was done nobody knows.
    Unknown(u32),
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Output {
    /// Come into a room so, and tell [`Desk::asked`] the request's number.
    Enter(Ask, Asked),
    /// Ask this, and tell [`Desk::asked`] the request's number.
    Ask(Ask, Asked),
    /// Leave room and relay.
    Leave,
    /// Have the browser save a file.
    Save {
        /// Its name.
        name: String,
        /// What is in it.
        bytes: Vec<u8>,
    },
    /// Remember that this room is taught from here.
    Remember(Taught),
    /// Forget the room with this code.
    Forget(String),
    /// The learner who is looked at is here.
    Lead(Place),
    /// Tell the class's server.
    Server(server::Input),
}

/// A room that is taught from this browser.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Taught {
    pub(crate) code: String,
    pub(crate) secret: String,
    #[serde(default)]
    pub(crate) title: String,
}

/// What was asked, for when it is answered.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Asked {
    Open(RoomSettings),
    Teach(Taught),
    Roster,
    Export(Format),
    Log,
    End,
    /// Let the class in, or no longer.
    Serve(bool),
    Other(&'static str),
}

/// A sentence for the teacher.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Note {
    pub(crate) says: String,
    /// Whether something was refused.
    pub(crate) bad: bool,
}

/// Where the teacher is.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum At {
    /// Before the door.
    #[default]
    Door,
    /// A room is being opened or taken up.
    Asking,
    /// In a room.
    Room(Box<Room>),
}

/// A room that is taught.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Room {
    /// Its code and secret.
    pub(crate) taught: Taught,
    /// Whether the secret is to be shown: it has just been told for the only time.
    pub(crate) show_secret: bool,
    /// The room as it is; none until it is told.
    pub(crate) teaching: Option<Rc<Teaching>>,
    /// Its learners.
    pub(crate) tiles: BTreeMap<LearnerId, Rc<Tile>>,
    /// Whose panel is open.
    pub(crate) seen: Option<LearnerId>,
    /// Where the learner is who is looked at.
    pub(crate) looking: Option<(LearnerId, Place)>,
    /// What teachers did.
    pub(crate) log: Option<Vec<Logged>>,
    /// Whether an export is coming.
    pub(crate) exporting: bool,
    /// What was said last to whoever listens: seldom.
    pub(crate) heard: String,
}

/// The desk.
#[derive(Debug, Default)]
pub(crate) struct Desk {
    at: At,
    note: Note,
    standing: Option<Standing>,
    /// By how much the relay's clock is ahead of the browser's, in milliseconds.
    ahead_ms: i64,
    asked: BTreeMap<u32, Asked>,
    export: Vec<u8>,
    format: Option<Format>,
}

impl Desk {
    /// Where the teacher is.
    pub(crate) fn at(&self) -> &At {
        &self.at
    }

    /// What is said of the last wish.
    pub(crate) fn note(&self) -> &Note {
        &self.note
    }

    /// The relay's time, where the browser's is so much.
    pub(crate) fn now(&self, browser_ms: u64) -> u64 {
        browser_ms.saturating_add_signed(self.ahead_ms)
    }

    /// What the relay asks for or how it is away, if anything.
    pub(crate) fn standing(&self) -> Option<&Standing> {
        self.standing.as_ref()
    }

    /// What was to be asked has this number.
    pub(crate) fn asked(&mut self, id: u32, asked: Asked) {
        self.asked.insert(id, asked);
    }

    /// Take in what happened; what is to be done, in order.
    pub(crate) fn handle(&mut self, input: Input) -> Vec<Output> {
        let mut out = vec![];
        match input {
            Input::Wish(wish) => self.wish(wish, &mut out),
            Input::Standing(standing) => self.stand(standing, &mut out),
            Input::Report(report, now) => self.told(report, now, &mut out),
            Input::Unknown(id) => {
                if let Some(asked) = self.asked.remove(&id) {
                    self.stop_export(&asked);
                    if asked == Asked::Serve(true) {
                        let says = texts::board::RELAY_WAS_AWAY;
                        out.push(Output::Server(server::Input::Refused(says.into())));
                    }
                    if !matches!(asked, Asked::Open(_) | Asked::Teach(_)) {
                        self.say(texts::board::RELAY_WAS_AWAY_MEANWHILE, true);
                    }
                }
            }
        }
        out
    }

    fn stand(&mut self, standing: Standing, out: &mut Vec<Output>) {
        let inside = matches!(self.at, At::Room(_));
        match &standing {
            Standing::Out { says, .. } if inside => {
                let says = says.clone();
                self.leave(out);
                self.say(says, false);
            }
            // The answer to a first request says it; this is a room that was left and does not let one in again.
            Standing::Refused { why: Refusal::NoSuchRoom, says, .. } if inside => {
                let says = says.clone();
                self.leave(out);
                self.say(says, true);
            }
            Standing::Ended(says) => {
                let says = says.clone();
                self.at = At::Door;
                self.say(says, true);
            }
            _ => {}
        }
        self.standing = Some(standing);
    }

    fn wish(&mut self, wish: Wish, out: &mut Vec<Output>) {
        self.note = Note::default();
        match wish {
            Wish::Open(settings) => {
                self.enter(Ask::Open { settings: settings.clone() }, Asked::Open(settings), out);
            }
            Wish::Teach { code, secret } => {
                let (code, secret) = (code.trim().to_owned(), secret.trim().to_owned());
                let taught = Taught { code: code.clone(), secret: secret.clone(), title: String::new() };
                self.enter(Ask::Teach { code, secret }, Asked::Teach(taught), out);
            }
            Wish::Leave => {
                self.at = At::Door;
                self.asked.clear();
                out.push(Output::Leave);
            }
            Wish::Direct(direct, done) => {
                let asked = match &direct {
                    Direct::Roster { .. } => Asked::Roster,
                    Direct::Export { format } => Asked::Export(*format),
                    Direct::Log => Asked::Log,
                    Direct::End => Asked::End,
                    Direct::Serve { on } => Asked::Serve(*on),
                    _ => Asked::Other(done),
                };
                if let (Asked::Export(format), At::Room(room)) = (&asked, &mut self.at) {
                    if std::mem::replace(&mut room.exporting, true) {
                        return;
                    }
                    self.export = vec![];
                    self.format = Some(*format);
                }
                out.push(Output::Ask(Ask::Direct(direct), asked));
            }
            Wish::See(learner) => self.see(learner, out),
            Wish::SecretSeen => {
                if let At::Room(room) = &mut self.at {
                    room.show_secret = false;
                }
            }
            Wish::Server(input) => out.push(Output::Server(input)),
        }
    }

    fn see(&mut self, learner: Option<LearnerId>, out: &mut Vec<Output>) {
        let At::Room(room) = &mut self.at else { return };
        room.seen = learner;
        // Who looks at nobody's panel looks at nobody's stage: the learner must not be told otherwise.
        let looks_at = room.teaching.as_ref().and_then(|teaching| teaching.looks_at);
        if looks_at.is_some() && looks_at != learner {
            room.looking = None;
            out.push(Output::Ask(Ask::Direct(Direct::Look { learner: None }), Asked::Other("")));
        }
    }

    fn enter(&mut self, ask: Ask, asked: Asked, out: &mut Vec<Output>) {
        self.at = At::Asking;
        self.asked.clear();
        out.push(Output::Enter(ask, asked));
    }

    fn say(&mut self, says: impl Into<String>, bad: bool) {
        self.note = Note { says: says.into(), bad };
    }

    fn told(&mut self, report: RoomReport, browser_ms: u64, out: &mut Vec<Output>) {
        if let RoomReport::Answer { id, answer } = report {
            match self.asked.remove(&id) {
                Some(asked) => return self.answered(asked, answer, out),
                None => return self.again(&answer),
            }
        }
        let At::Room(room) = &mut self.at else { return };
        match report {
            RoomReport::Teaching(teaching) => {
                self.ahead_ms = teaching.now.cast_signed().saturating_sub(browser_ms.cast_signed());
                if room.looking.as_ref().is_some_and(|(who, _)| Some(*who) != teaching.looks_at) {
                    room.looking = None;
                }
                if room.taught.title != teaching.settings.title {
                    room.taught.title.clone_from(&teaching.settings.title);
                    out.push(Output::Remember(room.taught.clone()));
                }
                out.push(Output::Server(server::Input::Serves {
                    here: teaching.serves,
                    elsewhere: teaching.served_elsewhere,
                }));
                room.teaching = Some(Rc::from(teaching));
            }
            RoomReport::Tiles { tiles, gone } => room.change(tiles, &gone),
            RoomReport::Looking { learner, place } => {
                out.push(Output::Lead(place.clone()));
                room.looking = Some((learner, place));
            }
            RoomReport::Exported { part, left } => self.exported(&part, left, out),
            // How one stands tells the first; the others are told to learners.
            RoomReport::Out { .. }
            | RoomReport::View(_)
            | RoomReport::Message { .. }
            | RoomReport::Answer { .. } => {}
        }
    }

    /// The answer to what was not asked from here: the room was entered again, and all its tiles follow.
    fn again(&mut self, answer: &Answer) {
        if let (At::Room(room), Answer::Teaching) = (&mut self.at, answer) {
            room.tiles.clear();
            room.exporting = false;
        }
    }

    /// The room is over for this browser.
    fn leave(&mut self, out: &mut Vec<Output>) {
        if let At::Room(room) = &self.at {
            out.push(Output::Forget(room.taught.code.clone()));
        }
        self.at = At::Door;
        self.asked.clear();
        out.push(Output::Leave);
    }

    fn stop_export(&mut self, asked: &Asked) {
        if let (Asked::Export(_), At::Room(room)) = (asked, &mut self.at) {
            room.exporting = false;
        }
    }

    fn answered(&mut self, asked: Asked, answer: Answer, out: &mut Vec<Output>) {
        match (asked, answer) {
            (Asked::Open(settings), Answer::Opened { code, secret }) => {
                self.arrive(Taught { code, secret, title: settings.title }, true, out);
            }
            (Asked::Teach(taught), Answer::Teaching) => self.arrive(taught, false, out),
            (asked @ (Asked::Open(_) | Asked::Teach(_)), Answer::Refused { says, again_s, why }) => {
                // Which of code and secret is wrong is not told: neither is of use any more.
                if let (Asked::Teach(taught), Refusal::NoSuchRoom) = (&asked, why) {
                    out.push(Output::Forget(taught.code.clone()));
                }
                self.at = At::Door;
                let again = again_s.map(texts::board::try_again_in).unwrap_or_default();
                self.say(says + &again, true);
                out.push(Output::Leave);
            }
            (Asked::Serve(true), Answer::Refused { says, .. }) => {
                out.push(Output::Server(server::Input::Refused(says)));
            }
            (Asked::Serve(on), Answer::Done) => out.push(Output::Server(server::Input::Lets(on))),
            (asked, Answer::Refused { says, .. }) => {
                self.stop_export(&asked);
                self.say(says, true);
            }
            (Asked::Roster, Answer::Done) => self.say(texts::board::THE_ROSTER_IS_READ, false),
            (Asked::Log, Answer::Log { entries }) => {
                if let At::Room(room) = &mut self.at {
                    room.log = Some(entries);
                }
            }
            (Asked::End, Answer::Done) => {
                self.leave(out);
                self.say(texts::board::ROOM_IS_ENDED, false);
            }
            (Asked::Other(done), _) if !done.is_empty() => self.say(done, false),
            _ => {}
        }
    }

    fn arrive(&mut self, taught: Taught, opened: bool, out: &mut Vec<Output>) {
        out.push(Output::Remember(taught.clone()));
        self.at = At::Room(Box::new(Room {
            taught,
            show_secret: opened,
            teaching: None,
            tiles: BTreeMap::new(),
            seen: None,
            looking: None,
            log: None,
            exporting: false,
            heard: String::new(),
        }));
    }

    fn exported(&mut self, part: &[u8], left: u64, out: &mut Vec<Output>) {
        let At::Room(room) = &mut self.at else { return };
        self.export.extend_from_slice(part);
        if self.export.len() > MOST_EXPORT {
            self.export = vec![];
            return self.say(texts::board::RECORD_TOO_LONG, true);
        }
        if left > 0 {
            return;
        }
        room.exporting = false;
        let name = self.format.take().unwrap_or(Format::Csv).file_name(&room.taught.code);
        let bytes = std::mem::take(&mut self.export);
        self.note =
            Note { says: texts::board::saved_as(&name, words::bytes(bytes.len() as u64)), bad: false };
        out.push(Output::Save { name, bytes });
    }
}

impl Room {
    /// Takes in tiles; a hand that has gone up is told to whoever listens.
    fn change(&mut self, tiles: Vec<Tile>, gone: &[LearnerId]) {
        for learner in gone {
            self.tiles.remove(learner);
            if self.seen == Some(*learner) {
                self.seen = None;
            }
        }
        let first = self.tiles.is_empty();
        let mut raised = vec![];
        for tile in tiles {
            let before = self.tiles.get(&tile.learner);
            if tile.hand.is_some() && !first && before.is_none_or(|before| before.hand.is_none()) {
                raised.push(tile.nickname.clone());
            }
            if before.is_none_or(|before| **before != tile) {
                self.tiles.insert(tile.learner, Rc::new(tile));
            }
        }
        if !raised.is_empty() {
            self.heard = match raised.as_slice() {
                [one] => texts::board::one_raised_a_hand(one),
                many => texts::board::many_raised_a_hand(many.len()),
            };
        }
    }
}

#[cfg(test)]
#[path = "desk_tests.rs"]
mod tests;
