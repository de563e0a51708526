//! The transcript: one sentence an event.

use serde::{Deserialize, Serialize};
use syscall::{
    Call, ConnectionId, Datagram, Direction, Errno, Event, HostId, How, Pid, Returned, Segment, SocketOption,
    What,
};
use world::{Scenario, View};

use crate::ledger::Index;
use crate::side::sleeps;
use crate::text::{Sentence, bytes, number};

/// A row of the transcript.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The event.
    pub event: u32,
    /// Who acts: a program's name, a host's, or `wire`.
    pub who: String,
    /// The call and its outcome as strace shows them, where it is a call.
    pub call: Option<String>,
    /// What it means.
    pub says: Sentence,
}

impl Row {
    /// The row in plain words.
    pub fn spoken(&self) -> String {
        match &self.call {
            Some(call) if self.says.is_empty() => format!("{}: {call}", self.who),
            Some(call) => format!("{}: {call}. {}", self.who, self.says),
            None => format!("{}: {}", self.who, self.says),
        }
    }
}

/// A row for each event, the first first.
pub fn transcript(scenario: &Scenario, view: &View, events: &[Event]) -> Vec<Row> {
    let mut index = Index::default();
    events.iter().for_each(|event| index.learn(event));
    Teller { scenario, view, index: &index }.rows(events)
}

/// Tells events one by one.
pub(crate) struct Teller<'a> {
    pub(crate) scenario: &'a Scenario,
    pub(crate) view: &'a View,
    pub(crate) index: &'a Index,
}

impl Teller<'_> {
    /// A row for each of these.
    pub(crate) fn rows(&self, events: &[Event]) -> Vec<Row> {
        events.iter().map(|event| self.row(event)).collect()
    }

    fn row(&self, event: &Event) -> Row {
        let (call, says) = match &event.what {
            What::Waits { call } => (Some(call.to_string()), waits(call)),
            What::Returned { call, outcome, .. } => {
                let outcome_text = match outcome {
                    Ok(returned) => returned.to_string(),
                    Err(errno) => errno.to_string(),
                };
                let says = match outcome {
                    Ok(_) if matches!(call, Call::Connect { .. }) && self.index.is_datagram(event) => {
                        Sentence::text("The socket notes the address. Nothing is sent.")
                    }
                    Ok(returned) => returned_says(call, returned, event),
                    Err(errno) => failed(call, *errno),
                };
                (Some(format!("{call} = {outcome_text}")), says)
            }
            What::SegmentSent { segment } => (None, self.leaves(event.host, segment)),
            What::SegmentArrived { segment, accepted } => {
                (None, self.arrives(event.index, segment, *accepted))
            }
            What::SegmentLost { segment } => (None, content(segment).and(" is lost on the way.")),
            What::SegmentDuplicated { segment, .. } => {
                (None, content(segment).and(" is on the wire twice now."))
            }
            What::SegmentDelayed { segment } => {
                (None, content(segment).and(" is held back: others may overtake it."))
            }
            What::DatagramSent { datagram } => (None, carried(datagram).and(" leaves.")),
            What::DatagramArrived { datagram, accepted: true } => (None, carried(datagram).and(" arrives.")),
            What::DatagramArrived { datagram, accepted: false } => {
                (None, carried(datagram).and(" arrives, and no socket takes it."))
            }
            What::DatagramLost { datagram } => (None, carried(datagram).and(" is lost on the way.")),
            What::DatagramDuplicated { datagram, .. } => {
                (None, carried(datagram).and(" is on the wire twice now."))
            }
            What::DatagramDelayed { datagram } => {
                (None, carried(datagram).and(" is held back: others may overtake it."))
            }
            What::Unreachable { errno, .. } => (
                None,
                Sentence::text("The network answers that it cannot deliver: ").code(errno.name()).and("."),
            ),
            What::HostPower { on: false } => (None, Sentence::text("The host dies without a word.")),
            What::HostPower { on: true } => {
                (None, Sentence::text("The host is back. It has forgotten every connection."))
            }
            What::HostCable { connected: false } => (None, Sentence::text("The cable is cut.")),
            What::HostCable { connected: true } => (None, Sentence::text("The cable is mended.")),
            What::Signalled { signal } => {
                (None, Sentence::text("Gets the signal ").code(signal.name()).and("."))
            }
            What::Killed { signal, left_open } => (
                None,
                Sentence::text("Is ended by ").code(signal.name()).and(match left_open.len() {
                    0 => ".".into(),
                    1 => "; its kernel closes 1 descriptor.".into(),
                    n => format!("; its kernel closes {n} descriptors."),
                }),
            ),
            What::Timer { name } => (None, Sentence::text(format!("The timer for the {name} fires."))),
            What::State { from, to, .. } => (
                None,
                Sentence::text("The connection goes from ")
                    .code(from.name())
                    .and(" to ")
                    .code(to.name())
                    .and("."),
            ),
            What::Told { text } => {
                (None, Sentence::text("Is told: ").code(String::from_utf8_lossy(text)).and("."))
            }
            What::Wrote { error, text } => (
                None,
                Sentence::text(if *error { "Writes to its standard error: " } else { "Prints: " })
                    .code(shown(text))
                    .and("."),
            ),
            What::Line { line } => (self.line(event, *line), Sentence::text(format!("Line {line} has run."))),
            What::Exited { status, left_open } => (None, exited(*status, left_open.len())),
        };
        Row { event: event.index, who: self.who(event), call, says }
    }

    fn who(&self, event: &Event) -> String {
        if matches!(
            event.what,
            What::SegmentSent { .. }
                | What::SegmentLost { .. }
                | What::SegmentDuplicated { .. }
                | What::SegmentDelayed { .. }
                | What::DatagramSent { .. }
                | What::DatagramLost { .. }
                | What::DatagramDuplicated { .. }
                | What::DatagramDelayed { .. }
        ) {
            return "wire".into();
        }
        match event.pid.and_then(|pid| self.program(pid)) {
            Some(name) => name.to_ascii_lowercase(),
            None => self
                .scenario
                .hosts
                .get(usize::from(event.host.0))
                .map_or("host".into(), |h| h.to_ascii_lowercase()),
        }
    }

    fn program(&self, pid: Pid) -> Option<&str> {
        self.view.programs.iter().find(|p| p.pid == pid).map(|p| p.name.as_str())
    }

    /// The text of a line of the program that the event is about.
    fn line(&self, event: &Event, line: u32) -> Option<String> {
        let program = self.view.programs.iter().find(|p| Some(p.pid) == event.pid)?;
        let spec = self.scenario.programs.get(program.program as usize)?;
        Some(spec.source.lines().nth(line.checked_sub(1)? as usize)?.trim().to_owned())
    }

    /// The name of the host that a segment is for.
    fn destination(&self, from: HostId, segment: &Segment) -> Option<String> {
        let connection = self.view.connections.iter().find(|c| c.id == segment.range.connection);
        let end = connection.and_then(|c| match segment.range.direction {
            Direction::Forth => c.ends.1.as_ref(),
            Direction::Back => Some(&c.ends.0),
        });
        let to = match (end, self.scenario.hosts.len()) {
            (_, 2) => 1 - usize::from(from.0).min(1),
            (Some(end), 3..) => usize::from(end.host.0),
            _ => return None,
        };
        self.scenario.hosts.get(to).map(|host| host.to_ascii_lowercase())
    }

    fn leaves(&self, from: HostId, segment: &Segment) -> Sentence {
        let flags = segment.flags;
        if segment.range.is_empty() && flags.ack && !flags.syn && !flags.fin && !flags.rst {
            let room = match segment.window {
                0 => "no room for more".into(),
                window => format!("room for {}", bytes(window.into())),
            };
            return content(segment).and(format!(" leaves: {room}."));
        }
        let again = if segment.retransmission { " once more" } else { "" };
        match self.destination(from, segment) {
            Some(to) => content(segment).and(format!(" leaves{again} for the {to}.")),
            None => content(segment).and(format!(" leaves{again}.")),
        }
    }

    /// How many bytes have been written on a stream up to now.
    fn written(&self, connection: ConnectionId, direction: Direction) -> Option<u64> {
        let connection = self.view.connections.iter().find(|it| it.id == connection)?;
        Some(match direction {
            Direction::Forth => connection.forth.written,
            Direction::Back => connection.back.written,
        })
    }

    fn arrives(&self, event: u32, segment: &Segment, accepted: u32) -> Sentence {
        let mut says = content(segment).and(" arrives.");
        let len = segment.range.len();
        if len > 0 && u64::from(accepted) < len {
            says = match accepted {
                0 => says.and(" The receive buffer takes none of it."),
                n => says.and(format!(" The receive buffer takes {}.", number(n.into()))),
            };
        }
        if segment.flags.ack {
            let stream = (segment.range.connection, segment.range.direction.reversed());
            let before = self.index.stream(stream.0, stream.1);
            let before = before.map_or(0, |ledger| ledger.acknowledged_before(event));
            // A FIN counts as one more than the last byte.
            let bytes =
                self.written(stream.0, stream.1).map_or(segment.ack, |written| segment.ack.min(written));
            if bytes > before {
                says = says.and(" The kernel forgets ").bytes(before, bytes).and(".");
            }
            if segment.ack > bytes.max(before) {
                says = says.and(" The ").code("FIN").and(" is acknowledged.");
            }
        }
        says
    }
}

/// Text that was written, without its end of line and cut where it is long.
fn shown(text: &str) -> String {
    let text = text.trim_end_matches('\n');
    let mut shown: String = text.chars().take(200).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown.replace('\n', "⏎")
}

/// What a segment is, in a few words: its bytes, else its flags.
pub(crate) fn content(segment: &Segment) -> Sentence {
    let flags = segment.flags;
    let mut says = Sentence::default();
    if flags.rst {
        return says.code("RST");
    }
    if flags.syn {
        return says.code(flags.to_string());
    }
    if !segment.range.is_empty() {
        says = says.bytes(segment.range.start, segment.range.end);
        if flags.fin {
            says = says.and(" with ").code("FIN");
        }
        return says;
    }
    if flags.fin {
        return says.code("FIN");
    }
    says.code(format!("ACK {}", number(segment.ack)))
}

pub(crate) fn carried(datagram: &Datagram) -> Sentence {
    Sentence::text(format!("A datagram of {}", bytes(datagram.len.into())))
}

fn waits(call: &Call) -> Sentence {
    Sentence::text(match call {
        Call::Accept { .. } => "Waits: nobody has connected yet.",
        Call::Connect { .. } => "Waits for the other kernel's answer.",
        Call::Send { .. } => "Waits: the send buffer has no room.",
        Call::Recv { .. } => "Waits: there is nothing to read.",
        call if sleeps(call) => "Sleeps.",
        Call::Select { .. } | Call::Poll { .. } => "Waits until a descriptor is ready.",
        _ => "Waits.",
    })
}

fn returned_says(call: &Call, returned: &Returned, event: &Event) -> Sentence {
    match (call, returned) {
        (Call::Send { data, .. }, Returned::Count(n)) => {
            let says = match event.range {
                Some(range) if !range.is_empty() => {
                    Sentence::text("The kernel took ").bytes(range.start, range.end).and(".")
                }
                _ => Sentence::text(format!("The kernel took {}.", bytes((*n).into()))),
            };
            match data.len() as u64 - u64::from(*n).min(data.len() as u64) {
                0 => says,
                left => says.and(format!(" {} stay with the program.", number(left))),
            }
        }
        (_, Returned::Data(data)) if data.is_empty() => {
            Sentence::text("No bytes: the peer has finished, and all of it was read.")
        }
        (_, Returned::Data(_)) => match event.range {
            Some(range) => Sentence::text("The program has read ").bytes(range.start, range.end).and("."),
            None => Sentence::text("The program has read them."),
        },
        (Call::Socket { .. }, _) => Sentence::text("A socket; it belongs to no connection yet."),
        (Call::Bind { address, .. }, _) => {
            Sentence::text(format!("The socket is at port {} now.", address.port()))
        }
        (Call::Listen { .. }, _) => Sentence::text("From now on connections may queue here."),
        (Call::Accept { .. }, Returned::Accepted { fd, .. }) => {
            Sentence::text(format!("The connection gets a socket of its own: fd {fd}."))
        }
        (Call::Connect { .. }, _) => Sentence::text("Connected: both kernels agree."),
        (Call::Setsockopt { option: SocketOption::SoSndbuf, .. }, _) => {
            Sentence::text("The limit of the send buffer; the kernel doubles what is asked.")
        }
        (Call::Setsockopt { option: SocketOption::SoRcvbuf, .. }, _) => {
            Sentence::text("The limit of the receive buffer; the kernel doubles what is asked.")
        }
        (Call::SetBlocking { blocking: false, .. }, _) => {
            Sentence::text("Calls on this socket no longer wait.")
        }
        (Call::SetBlocking { blocking: true, .. }, _) => Sentence::text("Calls on this socket may wait."),
        (Call::Shutdown { how: How::Write | How::Both, .. }, _) => {
            Sentence::text("A FIN follows the last byte.")
        }
        (Call::Close { .. }, _) => Sentence::text("The descriptor is given back."),
        (Call::Select { .. }, Returned::Selected { read, write, .. }) => {
            Sentence::text(if !write.is_empty() {
                "There is room again: a send would take something."
            } else if !read.is_empty() {
                "There is something to read."
            } else {
                "The time is over."
            })
        }
        _ => Sentence::default(),
    }
}

fn failed(call: &Call, errno: Errno) -> Sentence {
    match (call, errno) {
        (Call::Send { .. }, Errno::EAGAIN) => Sentence::text("No room: the kernel took nothing."),
        (Call::Recv { .. }, Errno::EAGAIN) => Sentence::text("Nothing to read now."),
        (_, Errno::EINPROGRESS) => Sentence::text("On its way; the call did not wait."),
        (_, errno) => Sentence::text(format!("{}.", errno.text())),
    }
}

fn exited(status: i32, left_open: usize) -> Sentence {
    let says = Sentence::text(match status {
        0 => "The program ends.".into(),
        status => format!("The program ends with status {status}."),
    });
    match left_open {
        0 => says,
        1 => says.and(" The kernel closes the descriptor that was left open."),
        n => says.and(format!(" The kernel closes the {n} descriptors that were left open.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use syscall::{Bytes, Fd, MsgFlags, SegmentFlags, StreamRange};

    fn event(index: u32, what: What, range: Option<StreamRange>) -> Event {
        Event { index, range, ..Event::of_host(0, HostId(0), what) }
    }

    fn range(direction: Direction, start: u64, end: u64) -> StreamRange {
        StreamRange { connection: ConnectionId(0), direction, start, end }
    }

    fn told(events: &[Event]) -> Vec<String> {
        let hosts = vec!["sender".into(), "receiver".into()];
        let scenario = Scenario::new(world::Network::Loopback, hosts, vec![]);
        let view = View {
            events: 0,
            now: 0,
            hosts: vec![],
            programs: vec![],
            connections: vec![],
            wire: vec![],
            datagrams: vec![],
            waits: vec![],
            end: None,
        };
        transcript(&scenario, &view, events).iter().map(Row::spoken).collect()
    }

    #[test]
    fn a_partial_send_says_its_count_and_its_bytes_and_whose_the_rest_is() {
        let call = Call::Send { fd: Fd(3), data: Bytes::from(vec![0; 20_000]), flags: MsgFlags::default() };
        let full = call.clone();
        let took = range(Direction::Forth, 0, 5792);
        let what = What::Returned { call, outcome: Ok(Returned::Count(5792)), observed: None };
        let again = What::Returned { call: full, outcome: Err(Errno::EAGAIN), observed: None };
        assert_eq!(
            told(&[event(9, what, Some(took)), event(10, again, None)]),
            [
                "sender: send(3, 20000 bytes) = 5792. The kernel took 0–5792. 14,208 stay with the program.",
                "sender: send(3, 20000 bytes) = EAGAIN. No room: the kernel took nothing.",
            ]
        );
    }

    #[test]
    fn an_acknowledgement_says_which_bytes_the_kernel_forgets() {
        let ack = |ack, window| Segment {
            id: 0,
            range: range(Direction::Back, 0, 0),
            flags: SegmentFlags { ack: true, ..SegmentFlags::default() },
            ack,
            window,
            retransmission: false,
        };
        let data = Segment { range: range(Direction::Forth, 0, 1448), ..ack(0, 9000) };
        let arrived = |segment| What::SegmentArrived { segment, accepted: 0 };
        assert_eq!(
            told(&[
                event(1, What::SegmentSent { segment: data }, None),
                event(2, What::SegmentSent { segment: ack(2048, 0) }, None),
                event(3, arrived(ack(2048, 0)), None),
                event(4, arrived(ack(4096, 0)), None),
                event(5, arrived(ack(4096, 512)), None),
            ]),
            [
                "wire: 0–1448 leaves for the receiver.",
                "wire: ACK 2048 leaves: no room for more.",
                "sender: ACK 2048 arrives. The kernel forgets 0–2048.",
                "sender: ACK 4096 arrives. The kernel forgets 2048–4096.",
                "sender: ACK 4096 arrives.",
            ]
        );
    }
}
