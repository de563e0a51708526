//! What a figure starts from: hosts, the network between them, and a program on each.
//!
//! Lessons write it in TOML; see `lessons/README.md` for the form by example.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use syscall::{Bytes, Call, Errno, Fd, MsgFlags};

/// Hosts, network and programs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// What lies between the hosts.
    pub network: Network,
    /// The hosts. Host k (from 0) has the address 10.0.0.(k + 1).
    pub hosts: Vec<String>,
    /// The programs, started in this order.
    pub programs: Vec<ProgramSpec>,
    /// Whose behaviour is shown.
    #[serde(default, skip_serializing_if = "is_default")]
    pub profile: Profile,
    /// What may go wrong, when somebody chooses so.
    #[serde(default, skip_serializing_if = "is_default")]
    pub faults: Faults,
    /// What goes wrong by itself, so that a figure can show it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub planned: Vec<Planned>,
    /// The buffers of TCP sockets that set none; as Linux has them where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub buffers: Option<Buffers>,
}

impl Scenario {
    /// Without faults, in the Linux profile, with Linux's buffers.
    pub fn new(network: Network, hosts: Vec<String>, programs: Vec<ProgramSpec>) -> Self {
        let (profile, faults, planned) = (Profile::default(), Faults::default(), Vec::new());
        Self { network, hosts, programs, profile, faults, planned, buffers: None }
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Whose behaviour the kernel shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Profile {
    /// What Linux does.
    #[default]
    Linux,
    /// Whatever POSIX permits: a send or receive may move any number of bytes from 1 to what fits.
    Posix,
}

/// What may go wrong when somebody, or the explorer, chooses so. Nothing by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    /// Packets may be lost.
    pub lose: bool,
    /// Packets may come twice.
    pub duplicate: bool,
    /// Packets may overtake each other.
    pub reorder: bool,
    /// Signals may interrupt calls.
    pub signal: bool,
    /// Processes may be killed.
    pub kill: bool,
    /// Hosts may die without a word, and return.
    pub power: bool,
    /// Cables may be cut, and mended.
    pub cable: bool,
}

impl Faults {
    /// Everything may go wrong.
    pub const ALL: Self = Self {
        lose: true,
        duplicate: true,
        reorder: true,
        signal: true,
        kill: true,
        power: true,
        cable: true,
    };
}

/// Something that goes wrong by itself. Hosts and programs are told by name, times in microseconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[allow(missing_docs, reason = "each field is a name or a time")]
pub enum Planned {
    /// The wire loses the n-th packet (from 1) that a host sends.
    Lose { from: String, nth: u32 },
    /// A signal interrupts a program.
    Signal { program: String, at_us: u64 },
    /// A program is killed.
    Kill { program: String, at_us: u64 },
    /// A host dies without a word.
    PowerOff { host: String, at_us: u64 },
    /// It is back, and has forgotten everything.
    PowerOn { host: String, at_us: u64 },
    /// A host's cable is cut.
    Cut { host: String, at_us: u64 },
    /// It is mended.
    Mend { host: String, at_us: u64 },
}

/// What new TCP sockets of every host have, and keep unless a program sets it: `net.ipv4.tcp_wmem` and `net.ipv4.tcp_rmem`
/// with the same number as default and most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Buffers {
    /// SO_SNDBUF, in bytes of memory.
    pub sndbuf: u32,
    /// SO_RCVBUF, in bytes of memory.
    pub rcvbuf: u32,
}

/// What lies between the hosts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Network {
    /// One host talks to itself: segments up to 64 KiB arrive inside the sending call.
    Loopback,
    /// A cable: each segment travels by itself.
    Wire {
        /// Largest IP packet, in bytes: 1500 on Ethernet.
        mtu: u32,
        /// Time from one end to the other, in microseconds.
        delay_us: u64,
    },
}

/// A program on a host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProgramSpec {
    /// Its name in figures: `Sender`.
    pub name: String,
    /// The host's name.
    pub host: String,
    /// Who says what it does.
    #[serde(default, skip_serializing_if = "is_default")]
    pub runs: Runs,
    /// The file's name: `sender.py`.
    #[serde(default)]
    pub file: String,
    /// Its text, as the reader sees it.
    #[serde(default)]
    pub source: String,
    /// What stands behind its name on the command line, for one in Python.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub args: Vec<String>,
    /// What it does.
    #[serde(default)]
    pub steps: Vec<Step>,
    /// It is this peer of the catalogue, and has neither steps nor text.
    #[cfg_attr(feature = "peers", serde(default, skip_serializing_if = "Option::is_none"))]
    #[cfg_attr(not(feature = "peers"), serde(skip))]
    pub peer: Option<PeerSpec>,
}

impl ProgramSpec {
    /// One that is told call by call what to do.
    pub fn console(name: impl Into<String>, host: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            host: host.into(),
            runs: Runs::Console,
            file: String::new(),
            source: String::new(),
            args: Vec::new(),
            steps: Vec::new(),
            peer: None,
        }
    }

    /// One that is this peer.
    pub fn peer(name: impl Into<String>, host: impl Into<String>, peer: PeerSpec) -> Self {
        Self { runs: Runs::Script, peer: Some(peer), ..Self::console(name, host) }
    }
}

/// A peer of the catalogue (crate `peers`): `peer = { name = "dribbler", settings = { piece = 3 }, seed = 1 }`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeerSpec {
    /// Its name in the catalogue.
    pub name: String,
    /// The port on which it listens, or to which it connects.
    #[serde(default = "PeerSpec::seven_thousand")]
    pub port: u16,
    /// The host to which it connects, by name; the first where absent. One that listens does so on its own host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// SO_RCVBUF of its sockets, in bytes as asked.
    #[serde(default = "PeerSpec::large")]
    pub rcvbuf: i32,
    /// Its settings; the catalogue's defaults where absent.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub settings: BTreeMap<String, i64>,
    /// What its random decisions start from.
    #[serde(default)]
    pub seed: u64,
}

impl PeerSpec {
    const fn seven_thousand() -> u16 {
        7000
    }

    const fn large() -> i32 {
        64 << 10
    }

    /// A peer at port 7000 with everything else as the catalogue has it.
    pub fn named(name: impl Into<String>) -> Self {
        let (port, rcvbuf) = (Self::seven_thousand(), Self::large());
        Self { name: name.into(), port, to: None, rcvbuf, settings: BTreeMap::new(), seed: 0 }
    }
}

/// Who says what a program does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Runs {
    /// Its steps.
    #[default]
    Script,
    /// Its text, which is Python: a world for it is made where there is a Python machine ([`World::with`](crate::World::with)).
    Python,
    /// Somebody outside, call by call: [`World::give`](crate::World::give).
    Console,
}

/// One step of a script, at a line of its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The line of `source`, from 1.
    pub line: u32,
    /// What is done there.
    #[serde(rename = "do")]
    pub op: Op,
    /// Where to go on (the first step of that line) when the call fails so. Any other error ends the program, as an
    /// exception that nobody catches; but a call that a signal interrupted is made again, as Python does it (PEP 475;
    /// simplified: with its whole time-out).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub on: BTreeMap<Errno, u32>,
}

/// What a step does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Op {
    /// Make this call.
    Call(Call),
    /// Fill a variable with bytes to send: lines `0000000\n`, `0000001\n`, ... cut at `len` bytes.
    Data {
        /// The variable.
        name: String,
        /// How many bytes.
        len: u32,
    },
    /// An empty bytes variable, to collect what is received.
    Empty {
        /// The variable.
        name: String,
    },
    /// Give a number variable a value.
    Set {
        /// The variable.
        name: String,
        /// The value.
        value: i64,
    },
    /// Add one number variable to another.
    Add {
        /// The variable that grows.
        to: String,
        /// By how much.
        from: String,
    },
    /// `send` what `from` still has behind what was taken before.
    Send {
        /// On this descriptor.
        fd: Fd,
        /// The bytes variable.
        from: String,
        /// Offer at most this many bytes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        most: Option<u32>,
        /// The number variable that gets the count.
        count: String,
        /// Flags of the call.
        #[serde(default, skip_serializing_if = "MsgFlags::is_empty")]
        flags: MsgFlags,
    },
    /// `recv` and add what comes to `into`.
    Recv {
        /// On this descriptor.
        fd: Fd,
        /// At most this many bytes.
        len: u32,
        /// At most what `into` lacks to this many bytes, too.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        total: Option<u32>,
        /// The bytes variable that grows.
        into: String,
        /// Flags of the call.
        #[serde(default, skip_serializing_if = "MsgFlags::is_empty")]
        flags: MsgFlags,
    },
    /// Go to this line (its first step) when every byte of `name` was taken; else fall through.
    IfAllTaken {
        /// The bytes variable.
        name: String,
        /// The line.
        goto: u32,
    },
    /// Go to this line when `name` has collected this many bytes; else fall through.
    IfHas {
        /// The bytes variable.
        name: String,
        /// How many bytes.
        len: u32,
        /// The line.
        goto: u32,
    },
    /// Go to this line when the last `recv` gave no bytes; else fall through.
    IfEnd {
        /// The line.
        goto: u32,
    },
    /// Make this call and keep the number that it answers: a count, a descriptor, a process (0 in the child of a
    /// `fork`), an option's value.
    Ask {
        /// The call.
        call: Call,
        /// The number variable that gets it.
        into: String,
    },
    /// A bytes variable to send with these bytes.
    Text {
        /// The variable.
        name: String,
        /// Its bytes.
        bytes: Bytes,
    },
    /// A bytes variable to send with what the last `recv` or `read` gave.
    Received {
        /// The variable.
        name: String,
    },
    /// `write` what `from` still has behind what was taken before.
    Write {
        /// On this descriptor.
        fd: Fd,
        /// The bytes variable.
        from: String,
        /// The number variable that gets the count.
        count: String,
    },
    /// `read` and add what comes to `into`.
    Read {
        /// On this descriptor.
        fd: Fd,
        /// At most this many bytes.
        len: u32,
        /// The bytes variable that grows.
        into: String,
    },
    /// Go to this line in the child of the last `fork`; else fall through.
    IfChild {
        /// The line.
        goto: u32,
    },
    /// Go to this line.
    Goto(u32),
    /// End with this status.
    Exit(i32),
    /// Wait, as `time.sleep` does (a `select` with three empty lists).
    Sleep {
        /// Microseconds.
        us: u64,
    },
    /// Reach the line and do nothing.
    Pass,
}
