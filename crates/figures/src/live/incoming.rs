//! What this page reads of a relay's messages: the fields it uses, by the names of crate `protocol`.
//!
//! To read whole messages the module would need every call's decoder a second time, which is a tenth of all that a
//! visitor loads. A test below holds these types against the protocol's own.

use protocol::{Answered, KernelInfo};
use serde::Deserialize;
use syscall::{Address, CallId, Observed, Outcome};

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
        here: Option<Observed>,
        #[serde(default)]
        there: Option<Observed>,
        at: u64,
    },
    /// A call of the peer has ended; only its receives receive anything.
    Peer { received: u32 },
    /// Something that no call tells.
    Happened {},
    /// What a kernel holds for an end.
    Holds {},
    /// A part of a capture, for which this page does not ask.
    Captured {},
    /// A request was refused.
    Refused { reason: String },
    /// The lab is gone.
    Closed { reason: String },
}

#[cfg(test)]
mod tests {
    use super::*;
    use syscall::{Bytes, Call, Fd, MsgFlags, Returned};

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
        let done = protocol::LabReport::Completed {
            id,
            outcome: outcome.clone(),
            by,
            here: here.clone(),
            there: None,
            at: 9,
        };
        assert_eq!(read(done), LabReport::Completed { id, outcome, by, here, there: None, at: 9 });
        let call = Call::Recv { fd: Fd(4), len: 4096, flags: MsgFlags::default() };
        let outcome = Ok(Returned::Data(Bytes::from("abc")));
        let told = protocol::LabReport::Peer { peer: 0, call, outcome, received: 4096, here: None, at: 12 };
        assert_eq!(read(told), LabReport::Peer { received: 4096 });
        let reason = || "why".to_owned();
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
