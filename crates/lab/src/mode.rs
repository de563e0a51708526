//! How a lab's sockets are kept apart from the machine's, and which ways this machine offers.

use std::fmt;
use std::str::FromStr;

use protocol::WireSpec;

use crate::namespaces::{Between, Cable, Failure, Helper, HelperProgram, Hosts, Namespaces, Step};
use crate::sys;

/// How the sockets of a lab are kept apart from those of the machine, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mode {
    /// Network namespaces inside a user namespace: no privilege is needed. Hosts are joined by TUN devices.
    Tun,
    /// The same, joined by pairs of virtual Ethernet devices: no device file is needed.
    Veth,
    /// Network namespaces made by the machine's root. Hosts are joined by TUN devices.
    PrivilegedTun,
    /// The same, joined by pairs of virtual Ethernet devices.
    PrivilegedVeth,
    /// By an owner table; the sockets are on 127.0.0.1 of this machine.
    Loopback,
}

/// A mode's name that is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownMode(String);

/// Whether this machine offers a mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The mode.
    pub mode: Mode,
    /// What is missing.
    pub tried: Result<(), Failure>,
}

impl Mode {
    /// Every mode, best first.
    pub const ALL: [Self; 5] =
        [Self::Tun, Self::Veth, Self::PrivilegedTun, Self::PrivilegedVeth, Self::Loopback];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tun => "namespaces-tun",
            Self::Veth => "namespaces-veth",
            Self::PrivilegedTun => "privileged-tun",
            Self::PrivilegedVeth => "privileged-veth",
            Self::Loopback => "loopback",
        }
    }

    /// Whether its hosts are namespaces; what joins them, and whether they are in a user namespace.
    pub(crate) const fn hosts(self) -> Option<(Cable, bool)> {
        match self {
            Self::Tun => Some((Cable::Tun, true)),
            Self::Veth => Some((Cable::Veth, true)),
            Self::PrivilegedTun => Some((Cable::Tun, false)),
            Self::PrivilegedVeth => Some((Cable::Veth, false)),
            Self::Loopback => None,
        }
    }

    /// Tries every mode with so many hosts; takes some tens of milliseconds.
    pub fn offers(program: &HelperProgram, hosts: u16) -> Vec<Offer> {
        Self::ALL.into_iter().map(|mode| Offer { mode, tried: mode.attempt(program, hosts) }).collect()
    }

    /// The best mode that this machine offers for so many hosts.
    pub fn best(program: &HelperProgram, hosts: u16) -> Self {
        let offered = |mode: &Self| mode.attempt(program, hosts).is_ok();
        Self::ALL.into_iter().find(offered).unwrap_or(Self::Loopback)
    }

    fn attempt(self, program: &HelperProgram, hosts: u16) -> Result<(), Failure> {
        let Some((cable, user_namespace)) = self.hosts() else { return Ok(()) };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|e| Failure::new(Step::Start, sys::io_errno(&e)))?;
        let helper = Helper::start(program, user_namespace)?;
        let _guard = runtime.enter();
        let hosts = Hosts::make(helper, hosts, cable, WireSpec::default().mtu)?;
        Namespaces::new(hosts, Between::default()).map(drop)
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Mode {
    type Err = UnknownMode;

    fn from_str(name: &str) -> Result<Self, UnknownMode> {
        Self::ALL.into_iter().find(|mode| mode.name() == name).ok_or_else(|| UnknownMode(name.into()))
    }
}

impl fmt::Display for UnknownMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = Mode::ALL.iter().map(|mode| mode.name()).collect();
        write!(f, "there is no mode `{}`; there are: {}", self.0, names.join(", "))
    }
}

impl std::error::Error for UnknownMode {}
