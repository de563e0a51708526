//! The helper process: one thread, one user namespace, any number of network namespaces. It makes hosts and their
//! sockets and gives them away; when its lab is gone, it ends what is left of the connections, and itself.

use std::collections::HashMap;
use std::io::IoSlice;
use std::os::fd::{AsFd as _, AsRawFd as _, OwnedFd};

use nix::errno::Errno;
use nix::sched::{CloneFlags, setns, unshare};
use nix::sys::socket::{ControlMessage, ControlMessageOwned, MsgFlags, recvmsg, sendmsg};
use syscall::{Domain, SocketType};

use super::confine::confine;
use super::failure::{Failure, Step};
use super::message::{Cable, REQUEST, Request, encode_answer};
use super::{PRIVILEGED, device};
use crate::sys;

/// A number, and a descriptor to give away.
type Made = (u32, Option<OwnedFd>);

fn at<T>(step: Step, result: Result<T, Errno>) -> Result<T, Failure> {
    result.map_err(|e| Failure::new(step, sys::errno(e)))
}

/// Settings of every host. Best effort: in many containers they cannot be written.
const SETTINGS: [(&str, &str); 2] =
    [("ipv6/conf/all/disable_ipv6", "1"), ("ipv6/conf/default/disable_ipv6", "1")];

/// The helper's whole life, for a program that was started with [`HELPER`](super::HELPER) as its first argument.
/// Descriptor 0 is its socket to the lab. To be called before the process has had a second thread: the kernel makes no
/// user namespace for others.
pub fn helper_main() -> std::process::ExitCode {
    device::close_inherited();
    let user_namespace = std::env::args().nth(2).as_deref() != Some(PRIVILEGED);
    let _ = sys::raise_open_files();
    match Helper::new(user_namespace) {
        Ok(helper) => {
            answer(0, Ok((std::process::id(), None)));
            helper.serve();
            std::process::ExitCode::SUCCESS
        }
        Err(failure) => {
            answer(0, Err(failure));
            std::process::ExitCode::FAILURE
        }
    }
}

/// Whether the lab is still there to hear it. The descriptor is closed here: the lab has its own.
fn answer(seq: u32, result: Result<Made, Failure>) -> bool {
    let fds: Vec<_> = result.iter().filter_map(|made| made.1.as_ref()).map(|fd| fd.as_raw_fd()).collect();
    let bytes = encode_answer(seq, result.as_ref().map(|made| made.0).map_err(|failure| *failure));
    let rights = [ControlMessage::ScmRights(&fds)];
    let rights = if fds.is_empty() { &[][..] } else { &rights[..] };
    sendmsg::<()>(0, &[IoSlice::new(&bytes)], rights, MsgFlags::MSG_NOSIGNAL, None).is_ok()
}

struct Helper {
    /// An empty namespace to wait in, so that a host that is forgotten is gone.
    home: OwnedFd,
    hosts: HashMap<u32, OwnedFd>,
}

impl Helper {
    fn new(user_namespace: bool) -> Result<Self, Failure> {
        if user_namespace {
            // No map of users is written: files are opened with the user's own rights.
            at(Step::UserNamespace, unshare(CloneFlags::CLONE_NEWUSER))?;
        }
        at(Step::NetNamespace, unshare(CloneFlags::CLONE_NEWNET))?;
        let helper = Self { home: present()?, hosts: HashMap::new() };
        at(Step::UserNamespace, confine())?;
        Ok(helper)
    }

    fn serve(mut self) {
        let mut bytes = [0; REQUEST];
        loop {
            let mut space = nix::cmsg_space!(std::os::fd::RawFd);
            let mut buffers = [std::io::IoSliceMut::new(&mut bytes)];
            let flags = MsgFlags::MSG_CMSG_CLOEXEC;
            let (len, fd) = match recvmsg::<()>(0, &mut buffers, Some(&mut space), flags) {
                Ok(message) => (message.bytes, first_descriptor(message.cmsgs())),
                Err(Errno::EINTR) => continue,
                Err(_) => (0, None),
            };
            if len == 0 {
                return self.end();
            }
            let Some((seq, request)) = Request::decode(&bytes[..len]) else { continue };
            if !answer(seq, self.perform(request, fd)) {
                return self.end();
            }
        }
    }

    /// The lab is gone, perhaps without a word: nobody else can end what it left behind.
    fn end(self) {
        for namespace in self.hosts.values() {
            if enter(namespace).is_ok() {
                let _ = device::end_connections();
            }
        }
    }

    fn perform(&mut self, request: Request, fd: Option<OwnedFd>) -> Result<Made, Failure> {
        match request {
            Request::Host { host, address, mtu, cable } => {
                let made = self.make_host(host, address, mtu, cable);
                enter(&self.home)?;
                made
            }
            Request::Socket { host, kind } => self.in_host(host, || socket(kind)),
            Request::Bind { address } => {
                let fd = fd.ok_or(Failure::new(Step::Bind, syscall::Errno::EBADF))?;
                let bound = sys::bind(fd.as_fd(), address.into());
                bound.map(|()| (0, None)).map_err(|errno| Failure::new(Step::Bind, errno))
            }
            Request::Drop { host } => {
                let ended = self.in_host(host, || {
                    let _ = device::end_connections();
                    Ok((0, None))
                });
                self.hosts.remove(&host);
                ended
            }
        }
    }

    fn in_host(&self, host: u32, work: impl FnOnce() -> Result<Made, Failure>) -> Result<Made, Failure> {
        let unknown = Failure::new(Step::UnknownHost, syscall::Errno::ENETDOWN);
        enter(self.hosts.get(&host).ok_or(unknown)?)?;
        let made = work();
        enter(&self.home)?;
        made
    }

    fn make_host(
        &mut self,
        host: u32,
        address: std::net::Ipv4Addr,
        mtu: u16,
        cable: Cable,
    ) -> Result<Made, Failure> {
        at(Step::NetNamespace, unshare(CloneFlags::CLONE_NEWNET))?;
        let namespace = present()?;
        for (name, value) in SETTINGS {
            let _ = std::fs::write(format!("/proc/sys/net/{name}"), value);
        }
        at(Step::Configure, device::loopback((cable == Cable::None).then_some(address)))?;
        let control = at(Step::Configure, device::control())?;
        let end = match cable {
            Cable::None => (0, None),
            Cable::Tun => {
                let tun = at(Step::OpenTun, device::open_tun())?;
                at(Step::MakeTun, device::make_tun(control.as_fd(), tun.as_fd()))?;
                (0, Some(tun))
            }
            Cable::Veth => {
                let far = at(Step::Veth, device::make_veth(control.as_fd()))?;
                (far, Some(at(Step::PacketSocket, device::packet_socket(far))?))
            }
        };
        if cable != Cable::None {
            at(Step::Configure, device::configure(control.as_fd(), address, mtu))?;
        }
        self.hosts.insert(host, namespace);
        Ok(end)
    }
}

fn socket(kind: SocketType) -> Result<Made, Failure> {
    let made = sys::socket(Domain::Inet, kind).map_err(|errno| Failure::new(Step::Socket, errno))?;
    // The lab tells its learner what this process calls it.
    Ok((made.as_raw_fd() as u32, Some(made)))
}

/// The namespace that this process is in.
fn present() -> Result<OwnedFd, Failure> {
    let opened = std::fs::File::open("/proc/self/ns/net");
    opened.map(OwnedFd::from).map_err(|e| Failure::new(Step::Enter, sys::io_errno(&e)))
}

fn enter(namespace: &OwnedFd) -> Result<(), Failure> {
    at(Step::Enter, setns(namespace.as_fd(), CloneFlags::CLONE_NEWNET))
}

/// The first descriptor that came with a message; any others are closed.
pub(super) fn first_descriptor<'a>(
    messages: Result<impl Iterator<Item = ControlMessageOwned> + 'a, Errno>,
) -> Option<OwnedFd> {
    let rights = messages.into_iter().flatten().filter_map(|message| match message {
        ControlMessageOwned::ScmRights(fds) => Some(fds),
        _ => None,
    });
    let mut owned = rights.flatten().map(device::own).collect::<Vec<_>>().into_iter();
    owned.next()
}
