//! What a figure may know of a world at one moment: plain data, made anew by [`World::view`](crate::World::view).

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use syscall::{
    Address, Call, ConnectionId, Datagram, Direction, Errno, Fd, HostId, Micros, Observed, Pid, Segment,
    Signal, SocketId, TaskId, TcpState,
};

/// The state of the world after some event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct View {
    /// How many events have happened.
    pub events: u32,
    /// The world's time.
    pub now: Micros,
    /// The hosts, in the order of the scenario.
    pub hosts: Vec<HostView>,
    /// The programs, in the order of the scenario.
    pub programs: Vec<ProgramView>,
    /// The connections, in the order of their `connect`.
    pub connections: Vec<ConnectionView>,
    /// Segments on the wire, the oldest first.
    pub wire: Vec<InFlight>,
    /// Datagrams on the wire, the oldest first.
    #[serde(default)]
    pub datagrams: Vec<DatagramInFlight>,
    /// What the programs wait for that are in a call and cannot go on.
    #[serde(default)]
    pub waits: Vec<WaitView>,
    /// How the run ended, if it has.
    pub end: Option<End>,
}

/// A program that waits, and who could end that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitView {
    /// Who waits.
    pub task: TaskId,
    /// When the wait ends whatever happens.
    pub until: Option<Micros>,
    /// Whether only a new connection is waited for.
    pub for_clients: bool,
    /// The connections that it waits on.
    pub connections: Vec<ConnectionId>,
    /// The programs that have the other end of what it waits on, in the order of their tasks. None: no program's call
    /// can end the wait.
    pub on: Vec<TaskId>,
}

impl View {
    /// Programs that wait for each other in a circle: each for the next, the last for the first. Empty: there is none.
    pub fn circle(&self) -> Vec<TaskId> {
        for start in &self.waits {
            let mut way = vec![start.task];
            while let Some(wait) = self.waits.iter().find(|wait| Some(&wait.task) == way.last()) {
                let waiting = |task: &&TaskId| self.waits.iter().any(|other| other.task == **task);
                let Some(next) = wait.on.iter().find(waiting) else { break };
                if let Some(place) = way.iter().position(|task| task == next) {
                    return way.split_off(place);
                }
                way.push(*next);
            }
        }
        Vec::new()
    }
}

/// Why nothing more will happen by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// Every program has ended, or those that live wait only for new connections.
    Idle,
    /// Programs wait, and nothing that could wake them is under way.
    Deadlock,
}

/// A host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostView {
    /// Its number.
    pub id: HostId,
    /// Its name in the scenario.
    pub name: String,
    /// Its addresses: loopback first.
    pub addresses: Vec<IpAddr>,
    /// Whether it runs.
    pub powered: bool,
    /// Whether its cable is whole.
    pub connected: bool,
    /// Every open descriptor, by process and number.
    pub sockets: Vec<SocketView>,
    /// Timers that run in its kernel, the next first.
    pub timers: Vec<TimerView>,
}

/// A timer that runs in a kernel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimerView {
    /// Which: `delayed ACK`, `retransmission`.
    pub name: String,
    /// When it fires.
    pub due: Micros,
    /// The socket that it belongs to.
    pub socket: SocketId,
    /// That socket's connection.
    pub connection: Option<ConnectionId>,
}

/// What a descriptor stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SocketKind {
    /// TCP: a connection's end, a listener, or neither yet.
    Tcp,
    /// UDP.
    Udp,
    /// An end of a local pair.
    Local,
    /// The reading end of a pipe.
    PipeReader,
    /// The writing end of a pipe.
    PipeWriter,
}

/// An open descriptor and its socket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SocketView {
    /// The process that has it open.
    pub pid: Pid,
    /// The descriptor.
    pub fd: Fd,
    /// The socket behind it.
    pub socket: SocketId,
    /// What it is.
    pub kind: SocketKind,
    /// Its state; a fresh socket is closed, and so is what is not TCP.
    pub state: TcpState,
    /// Its own address, once it has one.
    pub local: Option<Address>,
    /// The other end's address, once it has one.
    pub remote: Option<Address>,
    /// Which connection and which of its ends, once it has one.
    pub connection: Option<ConnectionId>,
    /// Whether calls on it may wait.
    pub blocking: bool,
    /// Connections waiting to be accepted, for a listener.
    pub queue: u32,
    /// Who waits to be accepted, the oldest first.
    pub waiting: Vec<Address>,
    /// Who is in the middle of a handshake with this listener.
    pub half_open: Vec<Address>,
    /// As `listen` was told, for a listener.
    pub backlog: Option<u32>,
    /// Bytes (for UDP: datagrams) that wait to be read, where it is no TCP connection.
    pub unread: u32,
}

/// A program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgramView {
    /// Its task.
    pub task: TaskId,
    /// Its host.
    pub host: HostId,
    /// Its process.
    pub pid: Pid,
    /// The process that forked it.
    pub parent: Option<Pid>,
    /// The program of the scenario that it runs, counted from 0; a forked one runs its parent's.
    pub program: u32,
    /// Its name in the scenario; a forked one has its number behind it.
    pub name: String,
    /// What it is doing.
    pub status: Status,
    /// The line that runs next, or that is waiting, from 1; 0 before the first and after the last.
    pub line: u32,
    /// The line that ran last, from 1; 0 before the first.
    pub ran: u32,
    /// The call that it makes when it runs next, or in which it waits.
    pub call: Option<Call>,
    /// Its variables, in the order of their first value.
    pub variables: Vec<Variable>,
}

/// What a program is doing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It can run.
    Ready,
    /// It waits in its call.
    Waits,
    /// It has ended with this status.
    Ended {
        /// 0 is success.
        status: i32,
    },
    /// It has ended by an error that it did not handle.
    Raised {
        /// The call's error.
        errno: Errno,
        /// Python's name for it: `BlockingIOError`.
        exception: String,
    },
    /// A signal has ended it.
    Killed {
        /// Which.
        signal: Signal,
    },
    /// Its host has died.
    Vanished,
}

/// A variable and what is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Its value as Python's `repr` would show it, cut to be short.
    pub text: String,
    /// Whether the last event changed it.
    pub changed: bool,
    /// For bytes that a send gives away or a receive collects.
    pub bytes: Option<BytesVariable>,
}

/// Bytes in a variable, and how far the program has moved through them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BytesVariable {
    /// How many bytes it has.
    pub len: u64,
    /// For data to send: how many of them a kernel has taken. For data received: `len`.
    pub moved: u64,
    /// Whether its bytes go out or came in.
    pub outgoing: bool,
    /// The connection and direction that they belong to, once there is one.
    pub stream: Option<(ConnectionId, Direction)>,
}

/// A connection: two ends and two streams.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionView {
    /// Its number.
    pub id: ConnectionId,
    /// The end that connected, and the end that accepted (absent before its kernel knows of it).
    pub ends: (EndView, Option<EndView>),
    /// From the end that connected to the end that accepted.
    pub forth: StreamView,
    /// The other direction.
    pub back: StreamView,
}

/// One end of a connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndView {
    /// Its host.
    pub host: HostId,
    /// Its state.
    pub state: TcpState,
    /// Its address.
    pub local: Address,
    /// What its kernel would tell: SIOCOUTQ, SIOCINQ, TCP_INFO.
    pub observed: Observed,
    /// SO_SNDBUF as read back, in bytes of charge.
    pub sndbuf: u32,
    /// SO_RCVBUF as read back, in bytes of charge.
    pub rcvbuf: u32,
    /// What the send buffer is charged now, bookkeeping included.
    pub charged: u32,
    /// How many bytes a non-blocking send of any length would take now.
    pub room: u64,
    /// Whether `select` would say writable.
    pub writable: bool,
}

/// One direction of a connection, as offsets from its first byte. `read <= arrived` and
/// `acknowledged <= sent <= written`; `arrived` may be ahead of `acknowledged` while an ACK is under way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamView {
    /// Given by the program to the sending kernel.
    pub written: u64,
    /// Put on the wire at least once (`snd_nxt`).
    pub sent: u64,
    /// Acknowledged, hence forgotten by the sending kernel (`snd_una`).
    pub acknowledged: u64,
    /// The sending kernel may send up to here (`snd_una + snd_wnd`).
    pub window_edge: u64,
    /// Arrived in order at the receiving kernel (`rcv_nxt`).
    pub arrived: u64,
    /// Read by the receiving program.
    pub read: u64,
    /// The receiving kernel has promised room up to here (`rcv_wup + rcv_wnd`).
    pub promised_edge: u64,
    /// Whether the sender has said that it has finished.
    pub finished: bool,
}

/// A segment on the wire.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InFlight {
    /// The segment.
    pub segment: Segment,
    /// The event that sent it.
    pub sent_by: u32,
    /// Where it comes from.
    pub from: HostId,
    /// Where it goes.
    pub to: HostId,
    /// When it arrives if nobody interferes.
    pub due: Micros,
}

/// A datagram on the wire.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatagramInFlight {
    /// The datagram.
    pub datagram: Datagram,
    /// The event that sent it.
    pub sent_by: u32,
    /// Where it comes from.
    pub from: HostId,
    /// Where it goes.
    pub to: HostId,
    /// When it arrives if nobody interferes.
    pub due: Micros,
}
