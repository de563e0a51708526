//! The kernel of all hosts: its tables, its log, and how a driver moves it on.

use std::collections::VecDeque;
use std::sync::Arc;

use syscall::{
    Address, Call, CallId, Completed, ConnectionId, Direction, Event, HostId, Micros, MsgFlags, Outcome, Pid,
    Segment, SocketId, SourceRange, StreamRange, TaskId, TcpState, Tid, What,
};

use crate::acknowledge::SackBlocks;
use crate::files::File;
use crate::hosts::Host;
use crate::process::Process;
use crate::send::Emission;
use crate::sizes::NEXT_EPHEMERAL_PORT;
use crate::stream::{Kept, Stream};
use crate::table::Table;
use crate::udp::Traveller;
use crate::wire::HostStatus;

/// What lies between the hosts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Network {
    /// Nothing: one host talks to itself.
    Loopback,
    /// A cable: each segment travels by itself, in order if nobody interferes.
    Wire {
        /// Largest IP packet, in bytes.
        mtu: u32,
        /// Time from one end to the other, in microseconds.
        delay_us: Micros,
    },
}

/// No wait is longer, in microseconds from the start: about 146,000 years. Whatever is due later than the end of a wait,
/// as a timer that is set then, can still be reckoned.
pub(crate) const END_OF_TIME: Micros = 1 << 62;

/// All hosts, their processes, sockets and connections, and the wire between them. Plain data: copy it to try something.
///
/// Order of use: [`spawn`](Self::spawn) a task; `submit` a call for it and [`run`](Self::run) it; when it waits, let
/// something happen ([`deliver`](Self::deliver), [`fire_timer`](Self::fire_timer), [`pass_time`](Self::pass_time))
/// until [`can_go_on`](Self::can_go_on), then run it again. Calls take no time.
///
/// The same calls in the same order give the same events, on every platform.
#[derive(Clone)]
pub struct Kernel {
    pub(crate) network: Network,
    pub(crate) now: Micros,
    pub(crate) hosts: Arc<Vec<Host>>,
    pub(crate) processes: Vec<Arc<Process>>,
    pub(crate) tasks: Vec<Task>,
    pub(crate) files: Table<File>,
    pub(crate) connections: Table<Connection>,
    pub(crate) wire: Vec<Packet>,
    /// Datagrams on the wire.
    pub(crate) datagrams: Vec<Traveller>,
    /// Boxed, for they are large and move often.
    #[expect(clippy::vec_box, reason = "they move out of the list and back with every run")]
    pub(crate) pending: Vec<Box<Pending>>,
    pub(crate) completed: VecDeque<Completed>,
    /// Which hosts run and are reached.
    pub(crate) status: Vec<HostStatus>,
    /// For each host the next port that `connect` gives, and the next that `bind` gives.
    pub(crate) next_port: Vec<[u16; 2]>,
    /// Forks that the driver has not heard of.
    pub(crate) forked: VecDeque<TaskId>,
    pub(crate) next_segment: u32,
    /// Packets of a host to itself that are not yet processed.
    pub(crate) loopback: VecDeque<Packet>,
    pub(crate) processing: bool,
    /// The socket that a call is using: what arrives for it meanwhile waits in `backlog`.
    pub(crate) owned: Option<SocketId>,
    pub(crate) backlog: VecDeque<Packet>,
    /// A socket was closed or let go since this was last looked at.
    pub(crate) something_died: bool,
    pub(crate) log: Log,
    /// Room for a call, left by the one before.
    pub(crate) spare_call: Reused<Option<Box<Pending>>>,
    /// Room for what an output pass lets go.
    pub(crate) spare_output: Reused<Vec<Emission>>,
}

#[derive(Clone, Copy, Debug, Hash)]
pub(crate) struct Task {
    pub(crate) pid: Pid,
    pub(crate) tid: Tid,
}

/// Two ends and two streams.
#[derive(Clone, Debug, Hash)]
pub(crate) struct Connection {
    /// The end that connected, and the end that accepted.
    pub(crate) ends: [Option<SocketId>; 2],
    /// Forth and back.
    pub(crate) streams: [Stream; 2],
}

impl Connection {
    pub(crate) const fn without_ends() -> Self {
        Self { ends: [None, None], streams: [Stream::new(), Stream::new()] }
    }
}

/// A segment on its way, with what the kernels need beside it.
#[derive(Clone, Debug, Hash)]
pub(crate) struct Packet {
    pub(crate) segment: Segment,
    pub(crate) from: HostId,
    pub(crate) to: HostId,
    pub(crate) source: Address,
    pub(crate) destination: Address,
    /// The event that sent it.
    pub(crate) sent_by: u32,
    pub(crate) due: Micros,
    /// Segment size when it stands for several; else 0.
    pub(crate) gso: u32,
    pub(crate) skb: Option<u32>,
    /// A zero-window or keepalive probe: it carries no byte, and a number that was acknowledged before.
    pub(crate) probe: bool,
    /// Largest segment that the sender of a SYN takes.
    pub(crate) mss: u32,
    /// How many segments it reports as come twice.
    pub(crate) duplicates: u32,
    /// What it reports as come behind a gap.
    pub(crate) sack: SackBlocks,
    pub(crate) over_wire: bool,
    /// The event of its arrival, once it has arrived.
    pub(crate) arrived_as: u32,
}

/// A call that has not completed.
#[derive(Clone, Debug, Hash)]
pub(crate) struct Pending {
    pub(crate) id: CallId,
    pub(crate) task: TaskId,
    pub(crate) call: Call,
    pub(crate) source: Option<SourceRange>,
    /// It was run and has to wait.
    pub(crate) waits: bool,
    pub(crate) deadline: Option<Micros>,
    /// The file it waits on, whatever becomes of the descriptor.
    pub(crate) file: Option<SocketId>,
    /// Whether that file counts this call among its references.
    pub(crate) holds: bool,
    /// A signal was caught while it waited.
    pub(crate) interrupted: bool,
    /// The most bytes it may move in this go (POSIX profile).
    pub(crate) most: Option<u32>,
    /// Bytes already given or taken.
    pub(crate) done: u32,
    /// Where in the stream the last of them ends.
    pub(crate) end: u64,
    /// Those that were taken.
    pub(crate) got: Kept,
    /// The event that let it go on.
    pub(crate) woken_by: Option<u32>,
}

impl Pending {
    /// As it is submitted.
    pub(crate) fn new(id: CallId, task: TaskId, call: Call, source: Option<SourceRange>) -> Self {
        Self {
            id,
            task,
            call,
            source,
            waits: false,
            deadline: None,
            file: None,
            holds: false,
            interrupted: false,
            most: None,
            done: 0,
            end: 0,
            got: Kept::default(),
            woken_by: None,
        }
    }

    /// How many of `len` bytes the call will have moved when this go is over.
    pub(crate) fn most_of(&self, len: u32) -> u32 {
        self.most.map_or(len, |most| len.min(self.done.saturating_add(most)))
    }

    /// Whether the call waits where it finds nothing. A socket's O_NONBLOCK counts when the call begins: one that waits
    /// goes on waiting when another process sets it.
    pub(crate) const fn may_wait(&self, blocking: bool, flags: MsgFlags) -> bool {
        self.waits || (blocking && !flags.dontwait)
    }
}

/// Room that is used again and again: a copy of the kernel begins with none.
pub(crate) struct Reused<T>(pub(crate) T);

impl<T: Default> Clone for Reused<T> {
    fn clone(&self) -> Self {
        Self(T::default())
    }
}

/// What has happened and was not drained yet.
#[derive(Clone, Default)]
pub(crate) struct Log {
    pub(crate) events: Vec<Event>,
    /// How many events there ever were.
    pub(crate) count: u32,
    /// A copy that only tries something keeps no story.
    muted: bool,
    /// The event being handled: what follows is caused by it.
    pub(crate) cause: Option<u32>,
}

/// Where an event happened.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    pub(crate) host: HostId,
    pub(crate) task: Option<Task>,
    pub(crate) socket: Option<SocketId>,
}

impl Kernel {
    /// Hosts 0 to `hosts` - 1, nothing running. Host k has the addresses 127.0.0.0 to 127.255.255.255 and, on the wire,
    /// 10.0.0.(k + 1); its name is host(k + 1) until [`set_names`](Self::set_names).
    pub fn new(network: Network, hosts: u16) -> Self {
        Self {
            network,
            now: 0,
            hosts: Arc::new((0..hosts).map(Host::numbered).collect()),
            processes: Vec::new(),
            tasks: Vec::new(),
            files: Table::new(),
            connections: Table::new(),
            wire: Vec::new(),
            datagrams: Vec::new(),
            pending: Vec::new(),
            completed: VecDeque::new(),
            status: vec![HostStatus::default(); usize::from(hosts)],
            next_port: vec![[NEXT_EPHEMERAL_PORT, NEXT_EPHEMERAL_PORT + 1]; usize::from(hosts)],
            forked: VecDeque::new(),
            next_segment: 0,
            loopback: VecDeque::new(),
            processing: false,
            owned: None,
            backlog: VecDeque::new(),
            something_died: false,
            log: Log::default(),
            spare_call: Reused(None),
            spare_output: Reused(Vec::new()),
        }
    }

    /// The time, in microseconds.
    pub const fn now(&self) -> Micros {
        self.now
    }

    /// Let time pass until `until`, at most some 146,000 years, without letting anything happen. Going back is without effect.
    pub fn pass_time(&mut self, until: Micros) {
        self.advance(until.min(END_OF_TIME));
    }

    /// The time at which something is due has come.
    pub(crate) fn advance(&mut self, due: Micros) {
        self.now = self.now.max(due);
    }

    /// What has happened since the events were last drained, in order.
    pub fn events(&self) -> &[Event] {
        &self.log.events
    }

    /// Take the events that have happened since the last time: the story is kept by the caller, so that a copy of the
    /// kernel does not copy it. Their indices go on counting.
    pub fn drain_events(&mut self) -> Vec<Event> {
        let room = self.log.events.len().min(64);
        std::mem::replace(&mut self.log.events, Vec::with_capacity(room))
    }

    /// How many events there ever were: the index of the last.
    pub const fn event_count(&self) -> u32 {
        self.log.count
    }

    /// A copy that keeps no story: to try something.
    #[must_use]
    pub fn trial(&self) -> Self {
        Self {
            wire: self.wire.clone(),
            datagrams: self.datagrams.clone(),
            pending: self.pending.clone(),
            ..self.trial_of_a_call()
        }
    }

    /// A copy to try what a call does to a socket: nothing travels in it, and nobody waits.
    pub(crate) fn trial_of_a_call(&self) -> Self {
        Self {
            network: self.network,
            now: self.now,
            hosts: self.hosts.clone(),
            processes: self.processes.clone(),
            tasks: self.tasks.clone(),
            files: self.files.clone(),
            connections: self.connections.clone(),
            wire: Vec::new(),
            datagrams: Vec::new(),
            pending: Vec::new(),
            completed: VecDeque::new(),
            next_port: self.next_port.clone(),
            status: self.status.clone(),
            forked: VecDeque::new(),
            next_segment: self.next_segment,
            loopback: VecDeque::new(),
            processing: false,
            owned: None,
            backlog: VecDeque::new(),
            something_died: false,
            log: Log { events: Vec::new(), count: self.log.count, muted: true, cause: None },
            spare_call: Reused(None),
            spare_output: Reused(Vec::new()),
        }
    }

    /// Note that a task reached a line that makes no call.
    pub fn log_line(&mut self, task: TaskId, line: u32) {
        self.log.cause = None;
        let place = self.place_of(task, None);
        let source = Some(SourceRange { line, origin: None });
        self.push_event(place, source, None, What::Line { line });
    }

    /// Note that a task wrote text.
    pub fn log_wrote(&mut self, task: TaskId, line: u32, error: bool, text: String) {
        self.log.cause = None;
        let place = self.place_of(task, None);
        let source = (line > 0).then_some(SourceRange { line, origin: None });
        self.push_event(place, source, None, What::Wrote { error, text });
    }

    /// What every digest of this state is made of; the story is not part of it.
    pub fn hash_state(&self, hasher: &mut impl std::hash::Hasher) {
        use std::hash::Hash as _;
        self.network.hash(hasher);
        self.hosts.hash(hasher);
        self.now.hash(hasher);
        self.processes.hash(hasher);
        self.tasks.hash(hasher);
        self.files.hash(hasher);
        self.connections.hash(hasher);
        self.wire.hash(hasher);
        self.datagrams.hash(hasher);
        self.pending.hash(hasher);
        self.completed.iter().for_each(|c| c.hash(hasher));
        self.next_port.hash(hasher);
        self.status.hash(hasher);
        self.next_segment.hash(hasher);
        self.log.count.hash(hasher);
    }

    pub(crate) fn place_of(&self, task: TaskId, socket: Option<SocketId>) -> Place {
        let task = self.tasks[task.0 as usize];
        Place { host: self.process(task.pid).host, task: Some(task), socket }
    }

    pub(crate) const fn kernel_place(host: HostId, socket: Option<SocketId>) -> Place {
        Place { host, task: None, socket }
    }

    /// Write an event into the story; answers its index.
    pub(crate) fn push_event(
        &mut self,
        place: Place,
        source: Option<SourceRange>,
        range: Option<StreamRange>,
        what: What,
    ) -> u32 {
        self.push_frequent_event(place, source, range, what)
    }

    /// The same for the events of every call and segment: they are large, and in its own frame each is put together
    /// where it is.
    #[inline(always)]
    pub(crate) fn push_frequent_event(
        &mut self,
        place: Place,
        source: Option<SourceRange>,
        range: Option<StreamRange>,
        what: What,
    ) -> u32 {
        self.log.count += 1;
        let index = self.log.count;
        if !self.log.muted {
            self.log.events.push(Event {
                index,
                at: self.now,
                host: place.host,
                pid: place.task.map(|t| t.pid),
                tid: place.task.map(|t| t.tid),
                socket: place.socket,
                cause: self.log.cause,
                source,
                range: range.filter(|r| !r.is_empty()),
                what,
            });
        }
        index
    }

    /// An event that was written a moment ago and is not drained.
    pub(crate) fn event_mut(&mut self, index: u32) -> Option<&mut Event> {
        let later = (self.log.count - index) as usize;
        let place = self.log.events.len().checked_sub(later + 1)?;
        self.log.events.get_mut(place)
    }

    /// Change a connection's state and say so.
    pub(crate) fn set_state(&mut self, id: SocketId, to: TcpState) {
        let socket = self.socket_mut(id);
        let from = std::mem::replace(&mut socket.state, to);
        let (host, local, remote) = (socket.host, socket.local, socket.remote);
        self.something_died |= to == TcpState::Closed;
        if let (true, Some(local), Some(remote)) = (from != to, local, remote) {
            let place = Self::kernel_place(host, Some(id));
            self.push_event(place, None, None, What::State { from, to, local, remote });
        }
    }

    /// Largest payload of a segment between two hosts.
    pub(crate) fn mss_between(&self, a: HostId, b: HostId) -> u32 {
        match self.network {
            Network::Wire { mtu, .. } if a != b => mtu.saturating_sub(crate::sizes::HEADERS).max(1),
            Network::Wire { .. } | Network::Loopback => crate::sizes::LOOPBACK_MSS,
        }
    }

    /// Both halves of the connection's other end, for an end that sends in this direction.
    pub(crate) fn peer(&self, connection: ConnectionId, sends: Direction) -> Option<SocketId> {
        self.connection(connection).ends[end_index(sends.reversed())]
    }

    pub(crate) fn complete(&mut self, id: CallId, outcome: Outcome) {
        self.completed.push_back(Completed { id, outcome });
    }
}

/// Which end sends in this direction: 0 connected, 1 accepted. Its stream has the same place.
pub(crate) const fn end_index(sends: Direction) -> usize {
    match sends {
        Direction::Forth => 0,
        Direction::Back => 1,
    }
}
