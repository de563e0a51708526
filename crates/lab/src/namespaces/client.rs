//! The lab's side of the helper: starts it, asks it, and receives what it gives away.

use std::io::{IoSlice, IoSliceMut};
use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use nix::sys::socket::{
    AddressFamily, ControlMessage, MsgFlags, SockFlag, SockType, recvmsg, sendmsg, setsockopt, socketpair,
    sockopt::ReceiveTimeout,
};
use nix::sys::time::TimeVal;
use syscall::{Domain, Errno};

use super::failure::{Failure, Step};
use super::helper::first_descriptor;
use super::message::{ANSWER, Request, decode_answer};
use super::{HELPER, PRIVILEGED};
use crate::sys;
use crate::trace::{note, note_helper};

/// A helper answers within some tens of microseconds, a new host within milliseconds; one that is stuck for so many
/// seconds is given up.
const PATIENCE_S: i64 = 5;

/// Where the helper comes from.
#[derive(Clone, Debug, Default)]
pub enum HelperProgram {
    /// This one: its `main` calls [`helper_main`](super::helper_main) when its first argument is [`HELPER`].
    #[default]
    Own,
    /// Another, likewise.
    At(PathBuf),
    /// One that runs already, and serves several labs: in a user namespace of its own or not, as it was started.
    Running(Arc<Helper>),
}

/// A helper process. It ends when this is dropped.
///
/// While a process is being started, it holds every descriptor of this one, until it is a program of its own: what is
/// closed meanwhile closes a moment later. Whoever runs several labs starts one helper for all, before the first.
#[derive(Debug)]
pub struct Helper {
    channel: Mutex<Channel>,
    next_host: AtomicU32,
    unused: Mutex<Unused>,
}

/// Hosts that nobody uses any more and that the helper still has.
#[derive(Debug, Default)]
struct Unused {
    hosts: Vec<u32>,
    /// Whether somebody has them dropped.
    dropped: bool,
}

/// So many may wait to be dropped.
const MOST_UNUSED: usize = 64;

/// Somebody who has hosts dropped, or was to do it: a runtime that stops does not run what it was given.
struct Dropping(Option<Arc<Helper>>);

impl Dropping {
    fn run(mut self) {
        let Some(helper) = self.0.take() else { return };
        loop {
            while helper.drop_one() {}
            let mut unused = helper.unused();
            if unused.hosts.is_empty() {
                unused.dropped = false;
                return;
            }
        }
    }
}

impl Drop for Dropping {
    fn drop(&mut self) {
        if let Some(helper) = &self.0 {
            helper.unused().dropped = false;
        }
    }
}

#[derive(Debug)]
struct Channel {
    socket: Option<OwnedFd>,
    seq: u32,
    child: Child,
}

impl Helper {
    /// Starts one, in a user namespace of its own or with this process's own privileges.
    ///
    /// # Errors
    /// If the program does not start, or this machine does not let it make namespaces.
    pub fn start(program: &HelperProgram, user_namespace: bool) -> Result<Arc<Self>, Failure> {
        let path = match program {
            HelperProgram::Own => PathBuf::from("/proc/self/exe"),
            HelperProgram::At(path) => path.clone(),
            HelperProgram::Running(helper) => return Ok(Arc::clone(helper)),
        };
        let failed = |errno| Failure::new(Step::Start, errno);
        // Unlike datagrams, SOCK_SEQPACKET tells either side when the other is gone.
        let (ours, theirs) =
            socketpair(AddressFamily::Unix, SockType::SeqPacket, None, SockFlag::SOCK_CLOEXEC)
                .map_err(|e| failed(sys::errno(e)))?;
        setsockopt(&ours, ReceiveTimeout, &TimeVal::new(PATIENCE_S, 0)).map_err(|e| failed(sys::errno(e)))?;
        let child = Command::new(path)
            .arg0("socketscope-lab")
            .arg(HELPER)
            .args((!user_namespace).then_some(PRIVILEGED))
            // Its channel is descriptor 0: nothing else is inherited.
            .stdin(Stdio::from(theirs))
            .stdout(Stdio::null())
            // An interrupt from the terminal is for the lab alone.
            .process_group(0)
            .spawn()
            .map_err(|e| failed(sys::io_errno(&e)))?;
        let helper = Self {
            channel: Mutex::new(Channel { socket: Some(ours), seq: 0, child }),
            next_host: AtomicU32::new(1),
            unused: Mutex::default(),
        };
        // Its first word says whether it has its namespaces.
        helper.channel.lock().unwrap_or_else(PoisonError::into_inner).receive(0, None)?;
        Ok(Arc::new(helper))
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.channel.lock().unwrap_or_else(PoisonError::into_inner).child.id()
    }

    /// Whether it runs: if not, no lab of it gets another socket, and another helper is to be started.
    pub fn runs(&self) -> bool {
        let mut channel = self.channel.lock().unwrap_or_else(PoisonError::into_inner);
        channel.socket.is_some() && matches!(channel.child.try_wait(), Ok(None))
    }

    pub(super) fn next_host(&self) -> u32 {
        self.next_host.fetch_add(1, Relaxed)
    }

    /// Has these hosts dropped: where there is a tokio runtime, by a thread of its own, one for all that are dropped at
    /// once.
    pub(super) fn forget(self: &Arc<Self>, hosts: impl IntoIterator<Item = u32>) {
        let mut unused = self.unused();
        unused.hosts.extend(hosts);
        let (more, somebody) = (unused.hosts.len().saturating_sub(MOST_UNUSED), unused.dropped);
        unused.dropped = true;
        drop(unused);
        // Whoever leaves more behind than is dropped meanwhile helps: else there would be ever more hosts.
        for _ in 0..more {
            self.drop_one();
        }
        if somebody {
            return;
        }
        let work = Dropping(Some(Arc::clone(self)));
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn_blocking(move || work.run())),
            Err(_) => work.run(),
        }
    }

    fn unused(&self) -> MutexGuard<'_, Unused> {
        self.unused.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has one host dropped that nobody uses, if there is one.
    fn drop_one(&self) -> bool {
        let host = self.unused().hosts.pop();
        // One that is gone has nothing left to drop.
        host.map(|host| self.ask(Request::Drop { host }, None)).is_some()
    }

    /// One request, and its answer: a number and a descriptor.
    pub(super) fn ask(
        &self,
        request: Request,
        fd: Option<BorrowedFd<'_>>,
    ) -> Result<(u32, Option<OwnedFd>), Failure> {
        let mut channel = self.channel.lock().unwrap_or_else(PoisonError::into_inner);
        channel.seq = channel.seq.wrapping_add(1).max(1);
        let seq = channel.seq;
        channel.send(&request.encode(seq), fd)?;
        channel.receive(seq, Some(request))
    }
}

impl Channel {
    fn socket(&self) -> Result<i32, Failure> {
        self.socket.as_ref().map(|fd| fd.as_raw_fd()).ok_or(Failure::new(Step::Start, Errno::EPIPE))
    }

    fn send(&self, bytes: &[u8], fd: Option<BorrowedFd<'_>>) -> Result<(), Failure> {
        let fds: Vec<_> = fd.iter().map(|fd| fd.as_raw_fd()).collect();
        let rights = [ControlMessage::ScmRights(&fds)];
        let rights = if fds.is_empty() { &[][..] } else { &rights[..] };
        let socket = self.socket()?;
        let sent = sendmsg::<()>(socket, &[IoSlice::new(bytes)], rights, MsgFlags::MSG_NOSIGNAL, None);
        let sent = sent.map_err(sys::errno);
        note("sendmsg", sent.map(|count| count as i64), || {
            format!("{socket}, {} bytes{}, MSG_NOSIGNAL", bytes.len(), beside(fds.first().copied()))
        });
        sent.map(drop).map_err(|errno| Failure::new(Step::Start, errno))
    }

    /// The answer to a request. What the helper did for it was before its answer came.
    fn receive(&mut self, seq: u32, request: Option<Request>) -> Result<(u32, Option<OwnedFd>), Failure> {
        loop {
            let (mut bytes, mut space) = ([0; ANSWER], nix::cmsg_space!(std::os::fd::RawFd));
            let mut buffers = [IoSliceMut::new(&mut bytes)];
            let flags = MsgFlags::MSG_CMSG_CLOEXEC;
            let socket = self.socket()?;
            let received = recvmsg::<()>(socket, &mut buffers, Some(&mut space), flags);
            let received = received.map(|message| (message.bytes, first_descriptor(message.cmsgs())));
            let (len, fd) = match received {
                Ok(received) => received,
                Err(nix::errno::Errno::EINTR) => continue,
                Err(e) => {
                    // Whoever is stuck would answer the next question with this one's answer.
                    self.socket = None;
                    return Err(Failure::new(Step::Start, sys::errno(e)));
                }
            };
            if len != ANSWER {
                self.socket = None;
                return Err(Failure::new(Step::Start, Errno::EPIPE));
            }
            let (number, result) = decode_answer(&bytes);
            if let (true, Some(request)) = (number == seq, request) {
                note_request(request, result);
            }
            note("recvmsg", Ok(len as i64), || {
                format!(
                    "{socket}, {len} bytes{}, MSG_CMSG_CLOEXEC",
                    beside(fd.as_ref().map(AsRawFd::as_raw_fd))
                )
            });
            if number == seq {
                return result.map(|number| (number, fd));
            }
        }
    }
}

/// A descriptor that goes with a message.
fn beside(fd: Option<RawFd>) -> String {
    fd.map_or_else(String::new, |fd| format!(", SCM_RIGHTS [{fd}]"))
}

/// What the helper did for a call of a lab, beside entering its host's network and leaving it.
fn note_request(request: Request, result: Result<u32, Failure>) {
    let outcome = |step| match result {
        Ok(number) => Some(Ok(i64::from(number))),
        Err(failure) if failure.step == step => Some(Err(failure.errno)),
        // It came to no such call.
        Err(_) => None,
    };
    match request {
        Request::Socket { kind, .. } => {
            let Some(outcome) = outcome(Step::Socket) else { return };
            note_helper("socket", outcome, || sys::socket_arguments(Domain::Inet, kind));
        }
        Request::Bind { address } => {
            let Some(outcome) = outcome(Step::Bind) else { return };
            // Its own number of the descriptor it does not say.
            note_helper("bind", outcome, || format!("..., {address}"));
        }
        Request::Host { .. } | Request::Drop { .. } => {}
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        // Its end of the socket tells the helper to end, which takes milliseconds.
        self.socket = None;
        let _ = self.child.wait();
    }
}
