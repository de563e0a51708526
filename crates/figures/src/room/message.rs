//! What a page in a room reads and writes of the protocol's messages, by the names of crate `protocol`.
//!
//! To read and write whole messages its module would need every call's code, which it never makes. A test below holds these
//! types against the protocol's own.

use protocol::{Hello, LabRequest, RoomReport, RoomRequest};
use serde::{Deserialize, Serialize};

use super::lab::LabReport;

/// From the browser.
#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ToRelay<'m> {
    /// Opens a session, or goes on with one.
    Hello(Hello),
    /// To the session's lab.
    Lab(&'m LabRequest),
    /// To the session's room.
    Room(&'m RoomRequest),
    /// Every report up to this number has arrived.
    Ack { through: u64 },
}

/// From the relay.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum FromRelay {
    /// The answer to `hello`.
    Welcome { session: String, key: String, resumed: bool },
    /// The session lives at another relay.
    Elsewhere {},
    /// From the lab that this session has opened or visits.
    Lab { seq: u64, report: LabReport },
    /// From the room.
    Room { seq: u64, report: RoomReport },
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::room::Ask;
    use protocol::{KernelInfo, Limits, decode, encode};

    #[test]
    fn what_is_said_is_what_the_protocol_says() {
        let hello = Hello { version: 2, resume: None, token: None };
        let request = RoomRequest { id: 3, ask: Ask::Leave };
        let same = |ours: ToRelay<'_>, whole: protocol::FromClient| assert_eq!(encode(&ours), encode(&whole));
        same(ToRelay::Hello(hello.clone()), protocol::FromClient::Hello(hello));
        same(ToRelay::Room(&request), protocol::FromClient::Room(request.clone()));
        let offer = LabRequest::Offer { share: protocol::Share::Class };
        same(ToRelay::Lab(&offer), protocol::FromClient::Lab(offer.clone()));
        same(ToRelay::Ack { through: 8 }, protocol::FromClient::Ack { through: 8 });
    }

    #[test]
    fn what_is_heard_is_what_the_protocol_says() {
        let read = |whole: protocol::FromRelay| decode::<FromRelay>(&encode(&whole)).unwrap();
        let kernel = KernelInfo {
            system: "Linux".into(),
            release: "6.18".into(),
            mode: "none".into(),
            congestion: String::new(),
        };
        let limits = Limits { sockets: 8, calls_per_second: 100, buffer: 65_536, resume_s: 60 };
        let (session, key) = (String::from("s"), String::from("k"));
        let welcome = protocol::FromRelay::Welcome {
            session: session.clone(),
            key: key.clone(),
            resumed: true,
            kernel,
            limits,
        };
        assert_eq!(read(welcome), FromRelay::Welcome { session, key, resumed: true });
        assert_eq!(read(protocol::FromRelay::Elsewhere { url: "ws://x".into() }), FromRelay::Elsewhere {});
        let report = protocol::LabReport::Notice { says: "x".into() };
        let whole = protocol::FromRelay::Lab { seq: 4, report };
        assert_eq!(read(whole), FromRelay::Lab { seq: 4, report: LabReport::Notice {} });
        let report = RoomReport::Out { says: "over".into(), for_good: true };
        let whole = protocol::FromRelay::Room { seq: 5, report: report.clone() };
        assert_eq!(read(whole), FromRelay::Room { seq: 5, report });
    }
}
