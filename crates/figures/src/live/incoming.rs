//! What this page reads of a relay's messages: the fields it uses, by the names of crate `protocol`.
//!
//! To read whole messages the module would need every call's decoder a second time, which is a tenth of all that a
//! visitor loads. A test below holds these types against the protocol's own.

use protocol::{Answered, KernelInfo};
use serde::Deserialize;
use syscall::{
    Address, Bytes, CallId, Datagram, Errno, Event, HostId, Observed, Outcome, RealSteps, Segment, TaskId,
    What,
};

/// From the relay.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FromRelay {
    /// The answer to `hello`.
    Welcome { session: String, key: String, resumed: bool, kernel: KernelInfo },
    /// The session lives at another relay.
    Elsewhere {},
    /// From the lab.
    Lab { seq: u64, report: LabReport },
    /// From the room, which this page has no use for yet.
    Room { seq: u64 },
}

/// From the lab.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LabReport {
    /// The lab is ready.
    Opened { peers: Vec<Address> },
    /// A call of the client has ended.
    Completed {
        id: CallId,
        outcome: Outcome,
        by: Answered,
        #[serde(default)]
        real: RealSteps,
        #[serde(default)]
        here: Option<Observed>,
        #[serde(default)]
        there: Option<Observed>,
        at: u64,
    },
    /// A call of the peer has ended; only its receives receive anything.
    Peer {
        received: u32,
        #[serde(default)]
        here: Option<Observed>,
    },
    /// Something that no call tells.
    Happened { event: Box<Happening> },
    /// What a kernel holds for an end: the learner's task's, or else a peer's.
    Holds {
        #[serde(default)]
        task: Option<TaskId>,
        observed: Observed,
    },
    /// A part of a capture, and how many bytes follow.
    Captured { part: Bytes, left: u64 },
    /// Something that nobody asked for.
    Notice { says: String },
    /// A request was refused.
    Refused { reason: String },
    /// The lab is gone.
    Closed { reason: String },
}

/// An event of the story, if the wire tells it.
#[derive(Debug, PartialEq, Deserialize)]
pub(crate) struct Happening {
    at: u64,
    host: HostId,
    what: Tidings,
}

/// A `syscall::What` of the wire's, under its name; each of them in a field of its own, so that the others need no decoder.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
struct Tidings {
    segment_sent: Option<OfSegment>,
    segment_arrived: Option<OfSegment>,
    segment_lost: Option<OfSegment>,
    segment_duplicated: Option<OfSegment>,
    segment_delayed: Option<OfSegment>,
    datagram_sent: Option<OfDatagram>,
    datagram_arrived: Option<OfDatagram>,
    datagram_lost: Option<OfDatagram>,
    datagram_duplicated: Option<OfDatagram>,
    datagram_delayed: Option<OfDatagram>,
    unreachable: Option<Unreachable>,
    host_power: Option<Power>,
    host_cable: Option<Cable>,
}

#[derive(Debug, PartialEq, Deserialize)]
struct OfSegment {
    segment: Segment,
    #[serde(default)]
    accepted: u32,
    #[serde(default)]
    copy: u32,
}

#[derive(Debug, PartialEq, Deserialize)]
struct OfDatagram {
    datagram: Datagram,
    #[serde(default)]
    accepted: bool,
    #[serde(default)]
    copy: u32,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Unreachable {
    packet: u32,
    errno: Errno,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Power {
    on: bool,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Cable {
    connected: bool,
}

/// How an event is made from what was read of it.
type Made<T> = (Option<T>, fn(T) -> What);

impl Tidings {
    fn what(self) -> Option<What> {
        let segments: [Made<OfSegment>; 5] = [
            (self.segment_sent, |it| What::SegmentSent { segment: it.segment }),
            (self.segment_arrived, |it| What::SegmentArrived { segment: it.segment, accepted: it.accepted }),
            (self.segment_lost, |it| What::SegmentLost { segment: it.segment }),
            (self.segment_duplicated, |it| What::SegmentDuplicated { segment: it.segment, copy: it.copy }),
            (self.segment_delayed, |it| What::SegmentDelayed { segment: it.segment }),
        ];
        let datagrams: [Made<OfDatagram>; 5] = [
            (self.datagram_sent, |it| What::DatagramSent { datagram: it.datagram }),
            (self.datagram_arrived, |it| What::DatagramArrived {
                datagram: it.datagram,
                accepted: it.accepted,
            }),
            (self.datagram_lost, |it| What::DatagramLost { datagram: it.datagram }),
            (self.datagram_duplicated, |it| What::DatagramDuplicated {
                datagram: it.datagram,
                copy: it.copy,
            }),
            (self.datagram_delayed, |it| What::DatagramDelayed { datagram: it.datagram }),
        ];
        let segment = segments.into_iter().find_map(|(it, what)| it.map(what));
        let datagram = || datagrams.into_iter().find_map(|(it, what)| it.map(what));
        segment
            .or_else(datagram)
            .or(self.unreachable.map(|it| What::Unreachable { packet: it.packet, errno: it.errno }))
            .or(self.host_power.map(|it| What::HostPower { on: it.on }))
            .or(self.host_cable.map(|it| What::HostCable { connected: it.connected }))
    }
}

impl Happening {
    /// The event, under this name; none if it is not about the wire.
    pub(crate) fn event(self, index: u32) -> Option<Event> {
        let (at, host, what) = (self.at, self.host, self.what.what()?);
        Some(Event { index, ..Event::of_host(at, host, what) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use syscall::{
        Call, ConnectionId, Direction, Fd, MsgFlags, RealCall, RealStep, Returned, SegmentFlags, StreamRange,
        Woke,
    };

    fn read(report: protocol::LabReport) -> LabReport {
        let bytes = protocol::encode(&protocol::FromRelay::Lab { seq: 7, report });
        match protocol::decode(&bytes).expect("what a relay says can be read") {
            FromRelay::Lab { seq: 7, report } => report,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_report_of_the_protocol_is_read() {
        let peer: Address = "127.0.0.1:7000".parse().unwrap();
        let peers = vec![peer];
        assert_eq!(read(protocol::LabReport::Opened { peers: peers.clone() }), LabReport::Opened { peers });
        let here = Some(Observed { outq: 5792, ..Observed::default() });
        let (id, outcome, by) = (CallId(3), Ok(Returned::Count(5792)), Answered::Kernel);
        let real = RealSteps {
            first: vec![
                RealStep::Made(RealCall {
                    name: "sendto".into(),
                    arguments: "27, 20000 bytes, MSG_DONTWAIT|MSG_NOSIGNAL".into(),
                    outcome: Err(Errno::EAGAIN),
                    at: 5,
                    helper: false,
                }),
                RealStep::Waited { until: Woke::Writable, us: 12_000 },
            ],
            ..RealSteps::default()
        };
        let done = protocol::LabReport::Completed {
            id,
            outcome: outcome.clone(),
            by,
            real: real.clone(),
            here: here.clone(),
            there: None,
            at: 9,
        };
        assert_eq!(read(done), LabReport::Completed { id, outcome, by, real, here, there: None, at: 9 });
        let call = Call::Recv { fd: Fd(4), len: 4096, flags: MsgFlags::default() };
        let outcome = Ok(Returned::Data(Bytes::from("abc")));
        let told = protocol::LabReport::Peer { peer: 0, call, outcome, received: 4096, here: None, at: 12 };
        assert_eq!(read(told), LabReport::Peer { received: 4096, here: None });
        let observed = Observed { inq: 7, ..Observed::default() };
        let task = Some(TaskId(0));
        let told =
            protocol::LabReport::Holds { task, peer: None, fd: Fd(4), observed: observed.clone(), at: 13 };
        assert_eq!(read(told), LabReport::Holds { task, observed });
        let (part, left) = (Bytes::from("abc"), 12);
        let told = protocol::LabReport::Captured { part: part.clone(), left };
        assert_eq!(read(told), LabReport::Captured { part, left });
        let reason = || "why".to_owned();
        assert_eq!(
            read(protocol::LabReport::Notice { says: reason() }),
            LabReport::Notice { says: reason() }
        );
        assert_eq!(
            read(protocol::LabReport::Refused { reason: reason() }),
            LabReport::Refused { reason: reason() }
        );
        assert_eq!(
            read(protocol::LabReport::Closed { reason: reason() }),
            LabReport::Closed { reason: reason() }
        );
    }

    #[test]
    fn every_event_of_a_wire_is_read_and_any_other_passed_over() {
        let range =
            StreamRange { connection: ConnectionId(0), direction: Direction::Back, start: 0, end: 1448 };
        let flags = SegmentFlags { ack: true, ..SegmentFlags::default() };
        let segment = Segment { id: 7, range, flags, ack: 4, window: 2896, retransmission: true };
        let (source, destination) = ("10.0.0.1:5000".parse().unwrap(), "10.0.0.2:7000".parse().unwrap());
        let datagram = Datagram { id: 8, source, destination, len: 99 };
        let of_the_wire = [
            What::SegmentSent { segment: segment.clone() },
            What::SegmentArrived { segment: segment.clone(), accepted: 1448 },
            What::SegmentLost { segment: segment.clone() },
            What::SegmentDuplicated { segment: segment.clone(), copy: 9 },
            What::SegmentDelayed { segment },
            What::DatagramSent { datagram: datagram.clone() },
            What::DatagramArrived { datagram: datagram.clone(), accepted: true },
            What::DatagramLost { datagram: datagram.clone() },
            What::DatagramDuplicated { datagram: datagram.clone(), copy: 9 },
            What::DatagramDelayed { datagram },
            What::Unreachable { packet: 7, errno: Errno::EHOSTUNREACH },
            What::HostPower { on: true },
            What::HostCable { connected: true },
        ];
        let others =
            [What::Told { text: Bytes::from("4096") }, What::Exited { status: 1, left_open: vec![Fd(3)] }];
        let event = |what: &What| Event { index: 5, ..Event::of_host(3, HostId(1), what.clone()) };
        let through = |what: &What| match read(protocol::LabReport::Happened { event: event(what) }) {
            LabReport::Happened { event } => event.event(5),
            other => panic!("{other:?}"),
        };
        for what in of_the_wire {
            assert_eq!(through(&what), Some(event(&what)));
        }
        for what in others {
            assert_eq!(through(&what), None);
        }
    }

    #[test]
    fn a_welcome_and_an_elsewhere_are_read() {
        let kernel = KernelInfo {
            system: "Linux".into(),
            release: "6.18".into(),
            mode: "loopback".into(),
            congestion: "cubic".into(),
        };
        let limits = protocol::Limits { sockets: 8, calls_per_second: 100, buffer: 65_536, resume_s: 60 };
        let welcome = protocol::FromRelay::Welcome {
            session: "s".into(),
            key: "k".into(),
            resumed: true,
            kernel: kernel.clone(),
            limits,
        };
        let read: FromRelay = protocol::decode(&protocol::encode(&welcome)).unwrap();
        assert_eq!(read, FromRelay::Welcome { session: "s".into(), key: "k".into(), resumed: true, kernel });
        let elsewhere = protocol::FromRelay::Elsewhere { url: "ws://x".into() };
        assert_eq!(
            protocol::decode::<FromRelay>(&protocol::encode(&elsewhere)).unwrap(),
            FromRelay::Elsewhere {}
        );
    }
}
