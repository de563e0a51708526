//! What a lab is made of, and what may be done to its wire.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use syscall::HostId;

/// What a lab is made of: hosts 10.0.0.1, 10.0.0.2, ... on one wire. The learner's first process is on the first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabSpec {
    /// Hosts.
    #[serde(default = "LabSpec::two")]
    pub hosts: u16,
    /// The peers, started in this order before the learner's first call.
    #[serde(default)]
    pub peers: Vec<PeerSpec>,
    /// The wire.
    #[serde(default)]
    pub wire: WireSpec,
}

impl LabSpec {
    /// The learner's host and another.
    const fn two() -> u16 {
        2
    }

    /// Two hosts, with this peer on the second.
    pub fn with(peer: PeerSpec) -> Self {
        Self { hosts: Self::two(), peers: vec![peer], wire: WireSpec::default() }
    }
}

/// A lesson's peer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerSpec {
    /// Its name in the catalogue of peers: `echo`.
    pub name: String,
    /// Its host.
    #[serde(default = "PeerSpec::second")]
    pub host: HostId,
    /// The port on which it listens, or to which it connects on the learner's first host.
    #[serde(default = "PeerSpec::seven_thousand")]
    pub port: u16,
    /// SO_RCVBUF of its sockets, in bytes as asked; the relay's default where absent, its limit where larger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rcvbuf: Option<u32>,
    /// Its settings by their names in the catalogue; the catalogue's defaults where absent.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub settings: BTreeMap<String, i64>,
    /// What its random decisions start from.
    #[serde(default)]
    pub seed: u64,
}

impl PeerSpec {
    const fn second() -> HostId {
        HostId(1)
    }

    const fn seven_thousand() -> u16 {
        7000
    }

    /// A peer on the second host and port 7000, with everything else as the catalogue has it.
    pub fn named(name: impl Into<String>) -> Self {
        let (host, port) = (Self::second(), Self::seven_thousand());
        Self { name: name.into(), host, port, rcvbuf: None, settings: BTreeMap::new(), seed: 0 }
    }
}

/// The wire's properties. How many packets are lost, doubled or held back is said in thousandths; `seed` decides which.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WireSpec {
    /// The largest IP packet, in bytes, from 68 (RFC 791). Fixed once the lab is open.
    pub mtu: u16,
    /// How long a packet is under way, in microseconds.
    pub delay_us: u32,
    /// Bytes that each direction of a host's cable carries in a second; 0: as many as come.
    pub bytes_per_second: u64,
    /// How many packets are lost.
    pub lose: u16,
    /// How many come twice.
    pub duplicate: u16,
    /// How many are held back, so that later ones overtake them.
    pub reorder: u16,
    /// What chance starts from.
    pub seed: u64,
    /// Whether packets wait to be delivered by hand.
    pub held: bool,
}

impl Default for WireSpec {
    fn default() -> Self {
        Self {
            mtu: 1500,
            delay_us: 0,
            bytes_per_second: 0,
            lose: 0,
            duplicate: 0,
            reorder: 0,
            seed: 0,
            held: false,
        }
    }
}

/// What may be done to a wire. A packet is named by the number of its segment or datagram in the story.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WireRequest {
    /// Give it these properties from now on; the MTU stays.
    Set(WireSpec),
    /// Deliver a packet that is held or under way.
    Deliver {
        /// Its number.
        packet: u32,
    },
    /// Lose it.
    Lose {
        /// Its number.
        packet: u32,
    },
    /// Make a copy of it, which is held, or under way, behind it.
    Duplicate {
        /// Its number.
        packet: u32,
    },
    /// Hold it back for so long more, so that others overtake it.
    Delay {
        /// Its number.
        packet: u32,
        /// How long, in microseconds.
        by_us: u32,
    },
    /// Cut a host's cable, or mend it. What is under way to it or from it is lost on arrival.
    Cable {
        /// The host.
        host: HostId,
        /// Whether it is connected now.
        connected: bool,
    },
    /// Let a host die without a word: its packets are lost, its processes and connections are gone. Or let it return:
    /// it runs again and remembers nothing.
    Power {
        /// The host.
        host: HostId,
        /// Whether it runs now.
        on: bool,
    },
}
