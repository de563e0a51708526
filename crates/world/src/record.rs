//! A run as a link or a file carries it: where it began, what was done, how it ended.
//!
//! A link's token is [`LINK`] and then base64url (RFC 4648 section 5, without padding) of raw DEFLATE (RFC 1951) of
//! [`Record::to_bytes`]; compressing is the work of whoever has a compressor. A token longer than [`MAX_LINK`] characters
//! should be a file instead, of the same bytes.
//!
//! The bytes: format (1), engine (varint), length and text of the product's version, checksum of what follows (8 bytes,
//! little-endian), then one CBOR item. What stands before the checksum can be read of any later format and of a damaged
//! record, so that it can be said who made it.

use std::fmt;
use std::hash::Hasher;

use serde::{Deserialize, Serialize};
use syscall::{Bytes, HostId, Pid, TaskId};

use crate::digest::Digest;
use crate::{Act, ChoiceKey, Faults, Input, NotOffered, Profile, Scenario, ScenarioError, World};

/// The engine's number. It rises whenever the same scenario and acts may give another story than before:
/// `tests/links.rs` notices that.
pub const ENGINE: u32 = 7;
/// What a link's token begins with.
pub const LINK: &str = "#v1.";
/// Characters that a token in a link may have; a longer one belongs in a file.
pub const MAX_LINK: usize = 8 << 10;
/// Acts that a record may have.
pub const MAX_ACTS: usize = 100_000;

const FORMAT: u8 = 1;
const VERSION: &str = env!("CARGO_PKG_VERSION");
/// Characters that a version may have.
const MAX_VERSION: usize = 32;

/// Where a run begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Start {
    /// With this.
    Scenario(Box<Scenario>),
    /// With the scenario of a page's figure, changed so.
    Figure {
        /// Which: `partial-send/stage`, as the page names it.
        id: String,
        /// Another profile.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        profile: Option<Profile>,
        /// Other faults.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        faults: Option<Faults>,
    },
}

impl Start {
    /// The scenario; `figure` finds that of a page. None if it does not know it.
    pub fn scenario(&self, figure: impl FnOnce(&str) -> Option<Scenario>) -> Option<Scenario> {
        match self {
            Self::Scenario(scenario) => Some((**scenario).clone()),
            Self::Figure { id, profile, faults } => {
                let mut scenario = figure(id)?;
                scenario.profile = profile.unwrap_or(scenario.profile);
                scenario.faults = faults.unwrap_or(scenario.faults);
                Some(scenario)
            }
        }
    }
}

/// Who made a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Maker {
    /// The engine's number.
    pub engine: u32,
    /// The product's version.
    pub version: String,
}

impl Maker {
    /// This engine.
    pub fn here() -> Self {
        Self { engine: ENGINE, version: VERSION.into() }
    }
}

impl fmt::Display for Maker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Socketscope {} (engine {})", self.version, self.engine)
    }
}

/// A run: enough to make it again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Who made it.
    pub maker: Maker,
    /// Where it begins.
    pub start: Start,
    /// The seed that chose, where one did.
    pub seed: Option<u64>,
    /// What was done, in order.
    pub acts: Vec<Act>,
    /// [`World::digest`] at the end.
    pub digest: u64,
}

/// Bytes that are no record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotARecord {
    /// Who made it, as far as that can be read.
    pub maker: Option<Maker>,
    /// Why it cannot be read.
    pub reason: String,
}

impl fmt::Display for NotARecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.maker {
            Some(maker) => write!(f, "this run was recorded by {maker} and cannot be read: {}", self.reason),
            None => write!(f, "this is no recorded run: {}", self.reason),
        }
    }
}
impl std::error::Error for NotARecord {}

/// A record made to happen again, as far as it goes.
#[derive(Clone)]
pub struct Replayed {
    /// The world after the last act that could be done.
    pub world: World,
    /// How many acts were done.
    pub done: usize,
    /// How it differs from what was recorded; none: it is the same.
    pub difference: Option<Difference>,
}

/// How a replay differs from what was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Who recorded it.
    pub maker: Maker,
    /// The act, counted from 0, that could not be done; after the last: only the end is another.
    pub at: usize,
    /// Why it could not be done; none: everything could be, and yet the end is another.
    pub reason: Option<NotOffered>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "this run was recorded by {}, and here is {}: ", self.maker, Maker::here())?;
        match &self.reason {
            Some(reason) => write!(f, "it diverged at choice {}, since {reason}", self.at),
            None => write!(f, "all {} choices could be made, and the end is another", self.at),
        }
    }
}

/// What is under the checksum.
#[derive(Serialize, Deserialize)]
struct Payload {
    start: Start,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seed: Option<u64>,
    acts: Bytes,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    inputs: Vec<Input>,
    digest: u64,
}

impl Record {
    /// A run of this engine that began so, in which this was done, and that led to this world.
    pub fn new(start: Start, acts: Vec<Act>, world: &World) -> Self {
        Self { maker: Maker::here(), start, seed: None, acts, digest: world.digest() }
    }

    /// Do it all again, as far as it goes.
    ///
    /// # Errors
    /// If the scenario cannot be run.
    pub fn replay(&self, scenario: &Scenario) -> Result<Replayed, ScenarioError> {
        Ok(self.replay_in(World::new(scenario)?))
    }

    /// Do it all again, as far as it goes, in a world in which nothing has happened.
    pub fn replay_in(&self, mut world: World) -> Replayed {
        let differs = |at, reason| Some(Difference { maker: self.maker.clone(), at, reason });
        for (at, act) in self.acts.iter().enumerate() {
            if let Err(reason) = world.act(act.clone()) {
                return Replayed { world, done: at, difference: differs(at, Some(reason)) };
            }
        }
        let done = self.acts.len();
        let difference = if world.digest() == self.digest { None } else { differs(done, None) };
        Replayed { world, done, difference }
    }

    /// As bytes, to be compressed.
    pub fn to_bytes(&self) -> Vec<u8> {
        let (acts, inputs) = pack(&self.acts);
        let (start, seed, digest) = (self.start.clone(), self.seed, self.digest);
        let payload = Payload { start, seed, acts: acts.into(), inputs, digest };
        let payload = minicbor_serde::to_vec(&payload).expect("a record has a CBOR form");
        let version = &self.maker.version.as_bytes()[..self.maker.version.len().min(MAX_VERSION)];
        let mut bytes = vec![FORMAT];
        put(&mut bytes, self.maker.engine);
        bytes.push(version.len() as u8);
        bytes.extend_from_slice(version);
        bytes.extend_from_slice(&checksum(&payload).to_le_bytes());
        bytes.extend_from_slice(&payload);
        bytes
    }

    /// From bytes.
    ///
    /// # Errors
    /// If they are none of this format, or damaged.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NotARecord> {
        let unknown = |reason: &str| NotARecord { maker: None, reason: reason.into() };
        let mut reader = Reader(bytes);
        let format = reader.byte().ok_or_else(|| unknown("it is empty"))?;
        let maker = reader.maker().ok_or_else(|| unknown("its beginning is damaged"))?;
        let broken = |reason: &str| NotARecord { maker: Some(maker.clone()), reason: reason.into() };
        if format != FORMAT {
            return Err(broken("its format is a later one; a newer Socketscope can read it"));
        }
        let sum = reader.take(8).ok_or_else(|| broken("its end is missing"))?;
        if sum != checksum(reader.0).to_le_bytes() {
            return Err(broken("it is damaged, perhaps cut off"));
        }
        let payload: Payload = minicbor_serde::from_slice(reader.0)
            .map_err(|error| broken(&format!("it says what this version does not know ({error})")))?;
        let acts = unpack(&payload.acts, payload.inputs)
            .ok_or_else(|| broken("it says what this version does not know"))?;
        let Payload { start, seed, digest, .. } = payload;
        Ok(Self { maker, start, seed, acts, digest })
    }
}

fn checksum(bytes: &[u8]) -> u64 {
    let mut digest = Digest::new();
    digest.write(bytes);
    digest.finish()
}

/// Packets are told by how far their number is from that of the last one told, so that the same pattern of work is the
/// same bytes and compresses well.
fn pack(acts: &[Act]) -> (Vec<u8>, Vec<Input>) {
    let (mut bytes, mut inputs, mut packet) = (Vec::new(), Vec::new(), 0_u32);
    for act in acts {
        let mut far = |id: u32| {
            let far = id.wrapping_sub(packet) as i32;
            packet = id;
            ((far << 1) ^ (far >> 31)) as u32
        };
        let (verb, number) = match act {
            Act::Take(ChoiceKey::Run(task) | ChoiceKey::Part(task, 0)) => (0, task.0),
            Act::Take(ChoiceKey::Part(task, _)) => (1, task.0),
            Act::Take(ChoiceKey::Deliver(id)) => (2, far(*id)),
            Act::Take(ChoiceKey::Lose(id)) => (3, far(*id)),
            Act::Take(ChoiceKey::Duplicate(id)) => (4, far(*id)),
            Act::Take(ChoiceKey::Delay(id)) => (5, far(*id)),
            Act::Take(ChoiceKey::Timer(host)) => (6, host.0.into()),
            Act::Take(ChoiceKey::Wake(task)) => (7, task.0),
            Act::Take(ChoiceKey::Signal(pid)) => (8, pid.0),
            Act::Take(ChoiceKey::Kill(pid)) => (9, pid.0),
            Act::Take(ChoiceKey::PowerOff(host)) => (10, host.0.into()),
            Act::Take(ChoiceKey::PowerOn(host)) => (11, host.0.into()),
            Act::Take(ChoiceKey::Cut(host)) => (12, host.0.into()),
            Act::Take(ChoiceKey::Mend(host)) => (13, host.0.into()),
            Act::Give(task, input) => {
                inputs.push(input.clone());
                (14, task.0)
            }
        };
        // A small number shares the verb's byte.
        bytes.push(verb << 4 | number.min(15) as u8);
        if number >= 15 {
            put(&mut bytes, number - 15);
        }
        if let Act::Take(ChoiceKey::Part(_, most @ 1..)) = act {
            put(&mut bytes, *most);
        }
    }
    (bytes, inputs)
}

fn unpack(bytes: &[u8], inputs: Vec<Input>) -> Option<Vec<Act>> {
    let (mut reader, mut inputs, mut packet) = (Reader(bytes), inputs.into_iter(), 0_u32);
    let mut acts = Vec::new();
    while let Some(byte) = reader.byte() {
        let number = match byte & 15 {
            15 => reader.number()?.checked_add(15)?,
            small => small.into(),
        };
        let host = || u16::try_from(number).ok().map(HostId);
        let mut near = || {
            packet = packet.wrapping_add((number >> 1) ^ (number & 1).wrapping_neg());
            packet
        };
        acts.push(Act::Take(match byte >> 4 {
            0 => ChoiceKey::Run(TaskId(number)),
            1 => ChoiceKey::Part(TaskId(number), reader.number()?),
            2 => ChoiceKey::Deliver(near()),
            3 => ChoiceKey::Lose(near()),
            4 => ChoiceKey::Duplicate(near()),
            5 => ChoiceKey::Delay(near()),
            6 => ChoiceKey::Timer(host()?),
            7 => ChoiceKey::Wake(TaskId(number)),
            8 => ChoiceKey::Signal(Pid(number)),
            9 => ChoiceKey::Kill(Pid(number)),
            10 => ChoiceKey::PowerOff(host()?),
            11 => ChoiceKey::PowerOn(host()?),
            12 => ChoiceKey::Cut(host()?),
            13 => ChoiceKey::Mend(host()?),
            14 => {
                acts.push(Act::Give(TaskId(number), inputs.next()?));
                continue;
            }
            _ => return None,
        }));
        if acts.len() > MAX_ACTS {
            return None;
        }
    }
    inputs.next().is_none().then_some(acts)
}

/// Seven bits a byte, the lowest first; the highest bit says that more follow (LEB128).
fn put(bytes: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// Reads from the front; `None` where there is not enough.
struct Reader<'b>(&'b [u8]);

impl<'b> Reader<'b> {
    fn take(&mut self, len: usize) -> Option<&'b [u8]> {
        let (front, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(front)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1).map(|byte| byte[0])
    }

    fn number(&mut self) -> Option<u32> {
        let mut number = 0_u64;
        for place in 0..5 {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << (7 * place);
            if byte < 0x80 {
                return u32::try_from(number).ok();
            }
        }
        None
    }

    fn maker(&mut self) -> Option<Maker> {
        let engine = self.number()?;
        let len = usize::from(self.byte()?);
        let version = self.take(len).filter(|_| len <= MAX_VERSION)?;
        let version =
            std::str::from_utf8(version).ok().filter(|text| text.chars().all(|c| c.is_ascii_graphic()));
        Some(Maker { engine, version: version?.into() })
    }
}
