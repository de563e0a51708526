//! The nursery and its children: the processes that make the real calls.

use std::io;
use std::os::fd::{FromRawFd as _, OwnedFd};

use nix::sched::{CloneFlags, CpuSet, sched_getaffinity, sched_setaffinity, unshare};
use nix::sys::resource::{Resource, setrlimit};
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction};
use nix::unistd::{ForkResult, Pid, dup2_stdin, fork};

use super::calls;
use super::channel::{Answer, Channel, Order, Request};
use crate::data::{pattern, sent_by};

/// Descriptors that a task may have open, as on an ordinary system.
const DESCRIPTORS: u64 = 1024;

/// The nursery; its channel is descriptor 0. Never returns before that is closed.
///
/// It and its tasks run on one processor, the first that it may use: what a call wakes goes on after it, as in the
/// simulator. On two processors a reader that a segment has woken may look while the sender is still inside its send.
///
/// A `worker` of many has the one that falls to its number, counted from 0 and over again, and gives way: there no task
/// interrupts another, nor anything else on that processor, so that long runs disturb less and single steps take longer.
///
/// # Errors
/// When it cannot talk to the script's runner.
pub fn main(worker: Option<usize>) -> io::Result<()> {
    stay_on(worker.unwrap_or(0));
    if worker.is_some() {
        give_way();
    }
    // What this process has inherited beside its channel would take numbers away from the tasks.
    // SAFETY: nothing here has opened a descriptor yet.
    unsafe { libc::close_range(3, u32::MAX, 0) };
    // SAFETY: the runner gave us its channel as descriptor 0; nothing else here uses it.
    let mut channel = Channel::new(unsafe { OwnedFd::from_raw_fd(0) });
    if let Err(why) = leave() {
        return channel.send(&Answer::Failed(why), None);
    }
    // Children are not waited for: whoever dies is gone.
    handle(Signal::SIGCHLD, SigHandler::SigIgn)?;
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default().trim().to_owned();
    // Made once, before there are children: they share it.
    drop(pattern(0));
    let release = read("/proc/sys/kernel/osrelease");
    let congestion = read("/proc/sys/net/ipv4/tcp_congestion_control");
    channel.send(&Answer::Ready { release, congestion }, None)?;
    loop {
        let (request, fd) = match channel.receive_with_fd::<Request>() {
            Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
            other => other?,
        };
        let answer = match (request, fd) {
            (Request::Network, _) => match network() {
                Ok(()) => Answer::Done,
                Err(why) => Answer::Failed(why),
            },
            // SAFETY: the nursery has one thread, so the child's memory is whole.
            (Request::Spawn, Some(fd)) => match unsafe { fork() } {
                Ok(ForkResult::Parent { child }) => Answer::Spawned(child.as_raw()),
                Ok(ForkResult::Child) => {
                    let end = task(fd, channel);
                    std::process::exit(i32::from(end.is_err()));
                }
                Err(e) => Answer::Failed(e.to_string()),
            },
            (Request::Spawn | Request::Order(_), _) => Answer::Failed("that is not for the nursery".into()),
        };
        channel.send(&answer, None)?;
    }
}

/// Into a user namespace, where networks may be made without privilege, and into a first network.
fn leave() -> Result<(), String> {
    unshare(CloneFlags::CLONE_NEWUSER).map_err(|e| format!("no user namespace: {e}"))?;
    network()
}

/// An empty network with 127.0.0.1.
fn network() -> Result<(), String> {
    unshare(CloneFlags::CLONE_NEWNET).map_err(|e| format!("no network namespace: {e}"))?;
    calls::loopback_up().map_err(|e| format!("127.0.0.1 does not come up: {e}"))
}

/// On the processor of this number among those that are allowed. Best effort: without it scripts only vary more.
fn stay_on(nth: usize) {
    let this = Pid::from_raw(0);
    let allowed = sched_getaffinity(this).unwrap_or_default();
    let allowed: Vec<_> = (0..CpuSet::count()).filter(|cpu| allowed.is_set(*cpu) == Ok(true)).collect();
    let mut one = CpuSet::new();
    if !allowed.is_empty() && one.set(allowed[nth % allowed.len()]).is_ok() {
        let _ = sched_setaffinity(this, &one);
    }
}

/// Never run instead of who runs already. Best effort likewise.
fn give_way() {
    let none = libc::sched_param { sched_priority: 0 };
    // SAFETY: the kernel reads one `sched_param`.
    unsafe { libc::sched_setscheduler(0, libc::SCHED_BATCH, &raw const none) };
}

fn handle(signal: Signal, handler: SigHandler) -> io::Result<()> {
    let action = SigAction::new(handler, SaFlags::empty(), SigSet::empty());
    // SAFETY: the only handler of ours does nothing, which is safe at any moment.
    unsafe { sigaction(signal, &action) }?;
    Ok(())
}

extern "C" fn nothing(_signal: i32) {}

/// A task: makes calls until its channel is closed.
fn task(fd: OwnedFd, nursery: Channel) -> io::Result<()> {
    // Descriptor 0 becomes this task's own channel; 1 and 2 stay what the nursery has there.
    let old = nursery;
    dup2_stdin(&fd)?;
    std::mem::forget(old);
    drop(fd);
    // SAFETY: descriptor 0 is this task's channel from here on, and nothing else uses it.
    let mut channel = Channel::new(unsafe { OwnedFd::from_raw_fd(0) });
    setrlimit(Resource::RLIMIT_NOFILE, DESCRIPTORS, DESCRIPTORS)?;
    handle(Signal::SIGCHLD, SigHandler::SigDfl)?;
    handle(Signal::SIGPIPE, SigHandler::SigIgn)?;
    handle(Signal::SIGUSR1, SigHandler::Handler(nothing))?;
    calls::drop_privileges()?;
    // A script's runner that is stopped closes the nursery's channel; a task that waits in a call does not see that.
    nix::sys::prctl::set_pdeathsig(Signal::SIGKILL)?;
    channel.send(&Answer::Done, None)?;
    loop {
        let answer = match channel.receive::<Request>() {
            Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
            Err(e) => return Err(e),
            Ok(Request::Order(Order::Call(call))) => Answer::Outcome(calls::make(&call)),
            Ok(Request::Order(Order::CallWithPattern(mut call, len))) => {
                if let Some(data) = sent_by(&mut call) {
                    *data = pattern(len);
                }
                Answer::Outcome(calls::make(&call))
            }
            Ok(Request::Order(Order::SigpipeDefault)) => {
                handle(Signal::SIGPIPE, SigHandler::SigDfl)?;
                Answer::Done
            }
            Ok(Request::Network | Request::Spawn) => Answer::Failed("that is for the nursery".into()),
        };
        channel.send(&answer, None)?;
    }
}
