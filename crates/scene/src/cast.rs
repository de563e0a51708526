//! Who plays which part: which two programs the stage shows, of which connection, and on what scale.
//!
//! With two programs the scenario fixes it before its first event, so that nothing changes its place. With more, the
//! connection that is looked at says who stands on the stage; the others are told in a line each.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use syscall::{Call, ConnectionId, Direction, HostId, Pid, TaskId, TcpState};
use world::{ConnectionView, EndView, Op, ProgramView, Scenario, StreamView, View};

use crate::text::in_order;

/// What the scenario says about a program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Role {
    /// Whether it connects; else it accepts.
    connects: bool,
    /// Whether it ever sends.
    sends: bool,
    /// Whether it ever receives.
    receives: bool,
    /// The variable that it sends from, if it has one.
    gives: Option<String>,
    /// The variable that it receives into, if it has one.
    takes: Option<String>,
    /// How many bytes it sends at most, as far as its text says.
    total: u64,
}

impl Role {
    fn of(program: &world::ProgramSpec) -> Self {
        let mut role = Self::default();
        // Whoever is told what to do may do anything.
        if program.steps.is_empty() {
            (role.sends, role.receives) = (true, true);
        }
        let mut written_out = 0;
        for step in &program.steps {
            match &step.op {
                Op::Call(Call::Connect { .. }) => role.connects = true,
                Op::Call(Call::Send { data, .. } | Call::Write { data, .. }) => {
                    role.sends = true;
                    written_out += data.len() as u64;
                }
                Op::Call(Call::Recv { .. } | Call::Read { .. }) => role.receives = true,
                Op::Data { len, .. } => role.total = role.total.max(u64::from(*len)),
                Op::Send { from, .. } => {
                    role.sends = true;
                    role.gives.get_or_insert_with(|| from.clone());
                }
                Op::Recv { into, .. } => {
                    role.receives = true;
                    role.takes.get_or_insert_with(|| into.clone());
                }
                _ => {}
            }
        }
        role.total = role.total.max(written_out);
        role
    }
}

/// One side of the stage: a program and the kernel under it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Side {
    /// The program's name.
    pub program: String,
    /// Its task.
    pub task: TaskId,
    /// Its process.
    pub pid: Pid,
    /// Its host.
    pub host: HostId,
    /// Its text's place in the scenario.
    pub place: usize,
    /// Whether its end of the connection is the one that connected; before there is one, whether it will be.
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

impl Side {
    /// The direction in which this side sends.
    pub const fn outward(&self) -> Direction {
        if self.connects { Direction::Forth } else { Direction::Back }
    }
}

/// What somebody has asked to look at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Focus {
    /// This connection; else the newest.
    pub(crate) connection: Option<ConnectionId>,
    /// This program, where it has no connection.
    pub(crate) program: Option<TaskId>,
}

/// The sides of a stage and its scale, at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cast {
    /// From left to right, two at most.
    pub(crate) sides: Vec<Side>,
    /// The connection that is shown, once there is one.
    pub(crate) connection: Option<ConnectionId>,
    /// The stretch of the streams that every tape shows.
    pub(crate) scale: Range<u64>,
    /// How many bytes the longest stream has, or will have.
    pub(crate) total: u64,
    /// Whether it has one host only: then there is no wire.
    pub(crate) alone: bool,
}

/// What the scenario fixes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Roles {
    roles: Vec<Role>,
    hosts: usize,
}

/// Longer streams are shown in part.
const WHOLE: u64 = 100_000;

impl Roles {
    pub(crate) fn new(scenario: &Scenario) -> Self {
        Self { roles: scenario.programs.iter().map(Role::of).collect(), hosts: scenario.hosts.len() }
    }

    fn connects(&self, program: &ProgramView) -> bool {
        self.roles.get(program.program as usize).is_some_and(|role| role.connects)
    }

    /// The cast of this moment.
    pub(crate) fn cast(&self, view: &View, focus: Focus) -> Cast {
        let asked = focus.connection.and_then(|id| view.connections.iter().find(|c| c.id == id));
        let connection = match focus.program {
            Some(_) => None,
            None => asked.or(view.connections.last()),
        };
        // Those that connect stand on the left.
        let mut order: Vec<&ProgramView> = view.programs.iter().collect();
        let place = |program: &ProgramView| (!self.connects(program), program.task);
        in_order(&mut order, |a, b| place(a) < place(b));
        if order.len() > 2 {
            let mut on_stage: Vec<TaskId> = focus.program.into_iter().collect();
            if let Some(connection) = connection {
                let holders = [Some(&connection.ends.0), connection.ends.1.as_ref()].map(|end| {
                    end.and_then(|end| self.holder(view, connection.id, end)).map(|program| program.task)
                });
                on_stage.extend(holders.into_iter().flatten());
                if connection.ends.1.is_none() {
                    on_stage.extend(listener(view, connection));
                }
            }
            // Where nobody else is asked for, one who connects stands across from one who does not.
            for connects in [true, false] {
                let alike = |program: &ProgramView| self.connects(program) == connects;
                let there = view.programs.iter().any(|p| alike(p) && on_stage.contains(&p.task));
                if on_stage.len() < 2 && !there {
                    on_stage.extend(order.iter().find(|program| alike(program)).map(|program| program.task));
                }
            }
            // Whoever is asked for comes first; the rest keeps its order.
            in_order(&mut order, |a, b| on_stage.contains(&a.task) && !on_stage.contains(&b.task));
            order.truncate(2);
            in_order(&mut order, |a, b| place(a) < place(b));
        }
        let sides: Vec<_> =
            order.iter().take(2).map(|program| self.side(view, connection, program)).collect();
        let sides = apart(sides);
        let total = self.total(connection, &sides, view);
        let scale = if total <= WHOLE { 0..total } else { window(connection, total) };
        Cast { sides, connection: connection.map(|c| c.id), scale, total, alone: self.hosts < 2 }
    }

    /// Who has this end of a connection: by descriptor, else by its part.
    fn holder<'v>(&self, view: &'v View, id: ConnectionId, end: &EndView) -> Option<&'v ProgramView> {
        let host = view.hosts.iter().find(|host| host.id == end.host)?;
        let mine = |pid: Pid| view.programs.iter().find(|program| program.pid == pid);
        let descriptors =
            host.sockets.iter().filter(|s| s.connection == Some(id) && s.local == Some(end.local));
        // Of several that share it after a fork, the youngest works with it.
        let by_descriptor =
            descriptors.filter_map(|socket| mine(socket.pid)).max_by_key(|program| program.task);
        by_descriptor.or_else(|| {
            let here = view.programs.iter().filter(|program| program.host == end.host);
            let first = view.connections.iter().any(|c| c.id == id && c.ends.0.local == end.local);
            here.clone().find(|program| self.connects(program) == first).or(here.clone().next())
        })
    }

    fn side(&self, view: &View, connection: Option<&ConnectionView>, program: &ProgramView) -> Side {
        let role = self.roles.get(program.program as usize).cloned().unwrap_or_default();
        // A script's part is known; else the end that it has says which one it is.
        let connects = match connection {
            Some(connection) if !role.connects => {
                let first = &connection.ends.0;
                let holds = self.holder(view, connection.id, first).is_some_and(|it| it.task == program.task);
                let other = connection.ends.1.as_ref();
                let other = other.and_then(|end| self.holder(view, connection.id, end));
                holds && other.is_none_or(|it| it.task != program.task)
            }
            _ => role.connects,
        };
        Side {
            program: program.name.clone(),
            task: program.task,
            pid: program.pid,
            host: program.host,
            place: program.program as usize,
            connects,
            sends: role.sends,
            receives: role.receives,
            gives: role.gives,
            takes: role.takes,
        }
    }

    /// The scale's end: what the programs' texts say, or what has been written so far, rounded up.
    fn total(&self, connection: Option<&ConnectionView>, sides: &[Side], view: &View) -> u64 {
        let told = self.roles.iter().map(|role| role.total).max().unwrap_or(0);
        let written = connection.map_or(0, |c| c.forth.written.max(c.back.written));
        let offered = sides.iter().filter_map(|side| {
            let program = view.programs.iter().find(|program| program.task == side.task)?;
            match program.call.as_ref()? {
                Call::Send { data, .. } | Call::Write { data, .. } => Some(data.len() as u64),
                _ => None,
            }
        });
        let out = |side: &Side| {
            connection.map_or(0, |c| if side.connects { c.forth.written } else { c.back.written })
        };
        let most = sides.iter().map(out).max().unwrap_or(0) + offered.max().unwrap_or(0);
        match written.max(most) {
            needed if needed <= told && told > 0 => told,
            needed => round_up(needed),
        }
    }
}

/// Who listens where a connection is going that its other kernel does not know of yet.
fn listener(view: &View, connection: &ConnectionView) -> Option<TaskId> {
    let sockets = || view.hosts.iter().flat_map(|host| host.sockets.iter().map(move |socket| (host, socket)));
    let (_, from) = sockets().find(|(_, s)| s.connection == Some(connection.id))?;
    let to = from.remote?;
    let (host, socket) = sockets().find(|(host, socket)| {
        socket.state == TcpState::Listen
            && socket.local.is_some_and(|local| local.port() == to.port())
            && (host.addresses.is_empty() || host.addresses.contains(&to.ip()))
    })?;
    let program = view.programs.iter().find(|p| p.host == host.id && p.pid == socket.pid)?;
    Some(program.task)
}

/// Two sides send in different directions, whatever is known of them.
fn apart(mut sides: Vec<Side>) -> Vec<Side> {
    if let [first, second] = &mut sides[..]
        && first.connects == second.connects
    {
        (first.connects, second.connects) = (true, false);
    }
    sides
}

/// The next of 100, 200, 500, 1000, ...
fn round_up(needed: u64) -> u64 {
    let mut unit = 100;
    loop {
        for step in [1, 2, 5] {
            if needed <= unit * step {
                return unit * step;
            }
        }
        unit *= 10;
    }
}

/// The part of a long stream in which something happens: it moves on by half its width, so that it does not creep.
fn window(connection: Option<&ConnectionView>, total: u64) -> Range<u64> {
    let stream = connection.map(|c| if c.forth.written >= c.back.written { c.forth } else { c.back });
    let oldest = stream.map_or(0, |s| s.read.min(s.acknowledged));
    let start = (oldest / (WHOLE / 2) * (WHOLE / 2)).min(total - WHOLE);
    start..start + WHOLE
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

impl Cast {
    /// The host of the stage's first side.
    pub(crate) fn first_host(&self) -> Option<HostId> {
        self.sides.first().map(|side| side.host)
    }

    /// On which side somebody stands: by process, else by host. None for who is not on the stage.
    pub(crate) fn side_of(&self, pid: Option<Pid>, host: HostId) -> Option<usize> {
        match pid {
            Some(pid) => self.sides.iter().position(|side| side.pid == pid),
            None => self.sides.iter().position(|side| side.host == host),
        }
    }

    /// This side's end of the connection that is shown, once its kernel knows of it.
    pub(crate) fn ends<'a>(&self, view: &'a View, side: &Side) -> Option<Ends<'a>> {
        let shown = view.connections.iter().find(|c| Some(c.id) == self.connection)?;
        let ConnectionView { id, ends, forth, back } = shown;
        Some(if side.connects {
            Ends { connection: *id, here: &ends.0, out: *forth, back: *back }
        } else {
            Ends { connection: *id, here: ends.1.as_ref()?, out: *back, back: *forth }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_ends_at_a_round_number() {
        assert_eq!(
            [0, 100, 101, 500, 501, 20_000, 20_001].map(round_up),
            [100, 100, 200, 500, 1000, 20_000, 50_000]
        );
    }
}
