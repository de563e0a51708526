//! Hosts that are made and that nobody uses yet.

use std::os::fd::OwnedFd;
use std::sync::Arc;

use syscall::HostId;

use super::client::Helper;
use super::failure::{Failure, Step};
use super::message::{Cable, Request};
use super::wire;
use crate::{Targets, sys};

/// A host as the helper has made it.
#[derive(Debug)]
pub(super) struct Born {
    /// The helper's number of it, which is also the life that it lives.
    pub(super) id: u32,
    /// Its end of the wire, if it has a cable: the device, and the interface's number where that is a packet socket.
    end: Option<(OwnedFd, u32)>,
}

impl Born {
    /// Has this host made; it is to be dropped by its number.
    pub(super) fn make(helper: &Helper, host: HostId, cable: Cable, mtu: u16) -> Result<Self, Failure> {
        let id = helper.next_host();
        let request = Request::Host { host: id, address: Targets::address(host), mtu, cable };
        let (interface, fd) = helper.ask(request, None)?;
        Ok(Self { id, end: fd.map(|fd| (fd, interface)) })
    }

    /// Its end of the wire, if it has a cable. To be called inside a tokio runtime.
    pub(super) fn end(self) -> Result<Option<wire::End>, Failure> {
        let end = self.end.map(|(fd, interface)| wire::End::new(fd, self.id.into(), interface)).transpose();
        end.map_err(|e| Failure::new(Step::Configure, sys::io_errno(&e)))
    }
}

/// The hosts of one network, with their addresses, before anything runs on them or carries their packets. They go when
/// this is dropped.
#[derive(Debug)]
pub(crate) struct Hosts {
    pub(super) helper: Arc<Helper>,
    pub(super) cable: Cable,
    pub(super) mtu: u16,
    pub(super) born: Vec<Born>,
}

impl Hosts {
    /// So many hosts, at most 254, with lo up and their addresses; a single one needs no cable.
    pub(crate) fn make(helper: Arc<Helper>, hosts: u16, cable: Cable, mtu: u16) -> Result<Self, Failure> {
        let cable = if hosts == 1 { Cable::None } else { cable };
        let mut made = Self { helper, cable, mtu, born: Vec::new() };
        for host in (0..hosts).map(HostId) {
            made.born.push(Born::make(&made.helper, host, cable, mtu)?);
        }
        Ok(made)
    }

    /// How many there are, and the most bytes of a packet.
    pub(super) fn shape(&self) -> (u16, u16) {
        (self.born.len() as u16, self.mtu)
    }
}

impl Drop for Hosts {
    fn drop(&mut self) {
        self.helper.forget(self.born.drain(..).map(|born| born.id));
    }
}
