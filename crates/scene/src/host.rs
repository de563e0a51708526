//! A machine and what its kernel keeps besides buffers: addresses, timers, who queues at a listener, who is ready.

use serde::{Deserialize, Serialize};
use syscall::{Call, ConnectionId, Fd, TcpState};
use world::{ChoiceKey, HostView, ProgramView, SocketKind, SocketView, Status, View};

use crate::side::{Doing, Moment, doing};
use crate::text::{number, time};

/// A machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machine {
    /// Its name.
    pub name: String,
    /// Its addresses, without the loopback one where it has others.
    pub addresses: String,
    /// Whether it has died.
    pub dead: bool,
    /// Whether its cable is cut.
    pub cut: bool,
    /// The timers that run in it, the next first.
    pub timers: Vec<Timer>,
}

/// A timer that runs in a kernel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timer {
    /// Which.
    pub name: String,
    /// When it fires.
    pub due: String,
    /// In how long.
    pub left: String,
    /// Whether it belongs to the connection that is shown.
    pub shown: bool,
    /// The number of the choice that lets it fire.
    pub choice: Option<usize>,
}

/// Who waits at a listener.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queue {
    /// How many may wait: the backlog and one more, as Linux admits.
    pub places: u32,
    /// Who waits to be accepted, the oldest first.
    pub waiting: Vec<String>,
    /// Who is in the middle of a handshake.
    pub half_open: Vec<String>,
}

impl Queue {
    /// All of it in a sentence.
    pub fn spoken(&self) -> String {
        let mut says = format!("{} of {} places taken", self.waiting.len(), self.places);
        if self.waiting.len() as u32 >= self.places {
            says.push_str(", full");
        }
        match self.half_open.len() {
            0 => {}
            n => says.push_str(&format!(", {n} in a handshake")),
        }
        says
    }
}

/// What a program waits for by `select` or `poll`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitsFor {
    /// The call's name.
    pub call: String,
    /// Its lists.
    pub lists: Vec<ReadyList>,
    /// How long it waits at most.
    pub at_most: String,
}

/// A list of descriptors to wait for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadyList {
    /// What for: `to read`.
    pub name: String,
    /// Its descriptors.
    pub entries: Vec<Ready>,
}

/// A descriptor that is waited for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ready {
    /// The descriptor.
    pub fd: i32,
    /// Whether it is ready.
    pub ready: bool,
    /// Why, or why not, in a few words.
    pub why: String,
}

/// A program that is not on the stage, in a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// Its task.
    pub task: u32,
    /// Its name.
    pub name: String,
    /// Its host's name.
    pub host: String,
    /// What it is doing.
    pub doing: Doing,
    /// The number of the choice that lets it run.
    pub choice: Option<usize>,
    /// The call that it makes next or waits in.
    pub call: String,
    /// What its newest connection holds: `2048 to send, 0 to read`.
    pub holds: String,
}

/// A connection that may be looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tab {
    /// The connection.
    pub connection: ConnectionId,
    /// From where to where.
    pub says: String,
    /// The states of its ends.
    pub states: String,
    /// Whether the stage shows it.
    pub shown: bool,
}

pub(crate) fn machine(moment: &Moment<'_>, host: &HostView) -> Machine {
    let outside: Vec<_> =
        host.addresses.iter().filter(|a| !a.is_loopback()).map(ToString::to_string).collect();
    let inside = || host.addresses.first().map(ToString::to_string).unwrap_or_default();
    let fires = moment.keys.iter().position(|key| *key == ChoiceKey::Timer(host.id)).map(|at| at + 1);
    let timers = host.timers.iter().enumerate().map(|(place, timer)| Timer {
        name: timer.name.clone(),
        due: time(timer.due),
        left: time(timer.due.saturating_sub(moment.view.now)),
        shown: timer.connection.is_some() && timer.connection == moment.cast.connection,
        choice: fires.filter(|_| place == 0),
    });
    Machine {
        name: host.name.clone(),
        addresses: if outside.is_empty() { inside() } else { outside.join(", ") },
        dead: !host.powered,
        cut: !host.connected,
        timers: timers.collect(),
    }
}

/// Who waits at this socket; none for what is no listener.
pub(crate) fn queue(socket: &SocketView) -> Option<Queue> {
    if socket.state != TcpState::Listen {
        return None;
    }
    let mut waiting: Vec<_> = socket.waiting.iter().map(ToString::to_string).collect();
    // A view may know how many there are without knowing who.
    while (waiting.len() as u32) < socket.queue {
        waiting.push("a client".into());
    }
    let places = socket.backlog.map_or(waiting.len() as u32, |backlog| backlog.saturating_add(1));
    Some(Queue { places, waiting, half_open: socket.half_open.iter().map(ToString::to_string).collect() })
}

/// What a program's `select` or `poll` waits for, if it is in one or about to make one.
pub(crate) fn waits_for(view: &View, host: &HostView, program: &ProgramView) -> Option<WaitsFor> {
    if !matches!(program.status, Status::Ready | Status::Waits) {
        return None;
    }
    let socket = |fd: Fd| host.sockets.iter().find(|s| s.pid == program.pid && s.fd == fd);
    let entry = |fd: Fd, to_read: bool| {
        let (ready, why) = match socket(fd) {
            None => (true, "not open".into()),
            Some(socket) if to_read => readable(view, socket),
            Some(socket) => writable(view, socket),
        };
        Ready { fd: fd.0, ready, why }
    };
    let (lists, timeout) = match program.call.as_ref()? {
        Call::Select { read, write, except, timeout_us } => {
            if read.is_empty() && write.is_empty() && except.is_empty() {
                return None;
            }
            let list = |name: &str, fds: &[Fd], to_read: bool| ReadyList {
                name: name.into(),
                entries: fds.iter().map(|fd| entry(*fd, to_read)).collect(),
            };
            let unusual =
                except.iter().map(|fd| Ready { fd: fd.0, ready: false, why: "nothing unusual".into() });
            let unusual = ReadyList { name: "unusual".into(), entries: unusual.collect() };
            (vec![list("to read", read, true), list("to write", write, false), unusual], timeout_us)
        }
        Call::Poll { fds, timeout_us } => {
            let list = |name: &str, to_read: bool| ReadyList {
                name: name.into(),
                entries: fds
                    .iter()
                    .filter(|poll| if to_read { poll.events.readable } else { poll.events.writable })
                    .map(|poll| entry(poll.fd, to_read))
                    .collect(),
            };
            (vec![list("to read", true), list("to write", false)], timeout_us)
        }
        _ => return None,
    };
    Some(WaitsFor {
        call: program.call.as_ref().map_or("", |call| call.name()).into(),
        lists,
        at_most: timeout.map_or("without end".into(), |us| format!("at most {}", time(us))),
    })
}

fn readable(view: &View, socket: &SocketView) -> (bool, String) {
    if socket.state == TcpState::Listen {
        return match socket.queue {
            0 => (false, "nobody waits".into()),
            1 => (true, "1 waits to be accepted".into()),
            n => (true, format!("{n} wait to be accepted")),
        };
    }
    if let Some((end, incoming)) = end(view, socket) {
        let unread = incoming.arrived - incoming.read;
        let over = matches!(
            end.state,
            TcpState::CloseWait
                | TcpState::LastAck
                | TcpState::Closing
                | TcpState::TimeWait
                | TcpState::Closed
        );
        return match unread {
            0 if over => (true, "the end: recv gives no byte".into()),
            0 => (false, "empty".into()),
            n => (true, format!("{} unread", number(n))),
        };
    }
    match (socket.kind, socket.unread) {
        (SocketKind::Tcp, _) => (false, "not connected".into()),
        (_, 0) => (false, "empty".into()),
        (_, n) => (true, format!("{} unread", number(n.into()))),
    }
}

fn writable(view: &View, socket: &SocketView) -> (bool, String) {
    match end(view, socket) {
        Some((end, _)) if end.state == TcpState::SynSent => (false, "still connecting".into()),
        Some((end, _)) if end.writable => (true, format!("room for {}", number(end.room))),
        Some((end, _)) if end.room > 0 => {
            (false, format!("room for {}: too little to say so", number(end.room)))
        }
        Some(_) => (false, "no room".into()),
        None if socket.kind == SocketKind::Tcp => (false, "not connected".into()),
        None => (true, "room".into()),
    }
}

/// A socket's end of its connection, and the stream that comes in there.
fn end<'a>(view: &'a View, socket: &SocketView) -> Option<(&'a world::EndView, world::StreamView)> {
    let connection = view.connections.iter().find(|c| Some(c.id) == socket.connection)?;
    if Some(connection.ends.0.local) == socket.local {
        Some((&connection.ends.0, connection.back))
    } else {
        Some((connection.ends.1.as_ref()?, connection.forth))
    }
}

/// The programs that are not on the stage.
pub(crate) fn cards(moment: &Moment<'_>) -> Vec<Card> {
    let away = |program: &&ProgramView| moment.cast.sides.iter().all(|side| side.task != program.task);
    let card = |program: &ProgramView| {
        let host = moment.view.hosts.iter().find(|host| host.id == program.host);
        let sockets = host.iter().flat_map(|host| &host.sockets).filter(|s| s.pid == program.pid);
        let newest = sockets.filter(|s| s.connection.is_some()).max_by_key(|s| s.connection);
        let holds = newest.and_then(|socket| {
            let (end, incoming) = end(moment.view, socket)?;
            let unread = number(incoming.arrived - incoming.read);
            Some(format!("{}, {} to send, {unread} to read", end.state, number(end.observed.outq.into())))
        });
        Card {
            task: program.task.0,
            name: program.name.clone(),
            host: host.map(|host| host.name.clone()).unwrap_or_default(),
            doing: doing(program),
            choice: moment.keys.iter().position(|key| crate::side::acts_for(key, program)).map(|at| at + 1),
            call: program.call.as_ref().map(ToString::to_string).unwrap_or_default(),
            holds: holds.unwrap_or_default(),
        }
    };
    moment.view.programs.iter().filter(away).map(card).collect()
}

/// The connections; none where there is no choice.
pub(crate) fn tabs(moment: &Moment<'_>) -> Vec<Tab> {
    if moment.view.connections.len() < 2 {
        return vec![];
    }
    let tab = |connection: &world::ConnectionView| {
        let (first, second) = (&connection.ends.0, connection.ends.1.as_ref());
        let state = |end: &world::EndView| end.state.name();
        Tab {
            connection: connection.id,
            says: match second {
                Some(second) => format!("{} to {}", first.local, second.local),
                None => format!("{} on its way", first.local),
            },
            states: match second {
                Some(second) if second.state != first.state => format!("{}, {}", state(first), state(second)),
                _ => state(first).into(),
            },
            shown: Some(connection.id) == moment.cast.connection,
        }
    };
    moment.view.connections.iter().map(tab).collect()
}
