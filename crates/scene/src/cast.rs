//! Who plays which part: what a scenario fixes before its first event, so that nothing on the stage changes its place.

use serde::{Deserialize, Serialize};
use syscall::{Call, ConnectionId, Direction, HostId};
use world::{ConnectionView, EndView, Op, Scenario, StreamView, View};

/// One side of the stage: a program and the kernel under it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Side {
    /// The program's name.
    pub program: String,
    /// Its place in the scenario, hence its task.
    pub place: usize,
    /// Whether it connects; else it accepts.
    pub connects: bool,
    /// Whether it ever sends.
    pub sends: bool,
    /// Whether it ever receives.
    pub receives: bool,
    /// The variable that it sends from, if it has one.
    pub gives: Option<String>,
    /// The variable that it receives into, if it has one.
    pub takes: Option<String>,
}

/// The sides of a stage and its scale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cast {
    /// From left to right: those that connect, then those that accept.
    pub sides: Vec<Side>,
    /// How many bytes the longest stream will have, at least 1: the right edge of every tape.
    pub total: u64,
    /// The hosts' names.
    pub hosts: Vec<String>,
}

impl Cast {
    /// Read the parts from the scenario.
    pub fn new(scenario: &Scenario) -> Self {
        let mut total = 0;
        let mut sides = Vec::new();
        for (place, program) in scenario.programs.iter().enumerate() {
            let mut side = Side {
                program: program.name.clone(),
                place,
                connects: false,
                sends: false,
                receives: false,
                gives: None,
                takes: None,
            };
            let mut written_out = 0;
            for step in &program.steps {
                match &step.op {
                    Op::Call(Call::Connect { .. }) => side.connects = true,
                    Op::Call(Call::Send { data, .. }) => {
                        side.sends = true;
                        written_out += data.len() as u64;
                    }
                    Op::Call(Call::Recv { .. }) => side.receives = true,
                    Op::Data { len, .. } => total = total.max(u64::from(*len)),
                    Op::Send { from, .. } => {
                        side.sends = true;
                        side.gives.get_or_insert_with(|| from.clone());
                    }
                    Op::Recv { into, .. } => {
                        side.receives = true;
                        side.takes.get_or_insert_with(|| into.clone());
                    }
                    _ => {}
                }
            }
            total = total.max(written_out);
            sides.push(side);
        }
        sides.sort_unstable_by_key(|side| (!side.connects, side.place));
        Self { sides, total: total.max(1), hosts: scenario.hosts.clone() }
    }

    /// Whether the program at this place of the scenario stands on the stage's first side.
    pub(crate) fn is_first(&self, place: usize) -> bool {
        self.sides.first().is_some_and(|side| side.place == place)
    }

    /// The host of the stage's first side.
    pub(crate) fn first_host(&self, view: &View) -> Option<HostId> {
        view.programs.get(self.sides.first()?.place).map(|program| program.host)
    }

    /// The direction in which this side sends.
    pub fn outward(side: &Side) -> Direction {
        if side.connects { Direction::Forth } else { Direction::Back }
    }
}

/// One side's end of the connection that the stage shows.
#[derive(Clone, Copy)]
pub(crate) struct Ends<'a> {
    /// The connection.
    pub(crate) connection: ConnectionId,
    /// This side's end.
    pub(crate) here: &'a EndView,
    /// From here to there.
    pub(crate) out: StreamView,
    /// From there to here.
    pub(crate) back: StreamView,
}

/// This side's end of the newest connection, once its kernel knows of it.
pub(crate) fn ends<'a>(view: &'a View, side: &Side) -> Option<Ends<'a>> {
    let ConnectionView { id, ends, forth, back } = view.connections.last()?;
    Some(if side.connects {
        Ends { connection: *id, here: &ends.0, out: *forth, back: *back }
    } else {
        Ends { connection: *id, here: ends.1.as_ref()?, out: *back, back: *forth }
    })
}
