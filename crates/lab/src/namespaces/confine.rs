//! What the helper may do once it has its namespaces: the calls that it makes, the files that it opens, and nothing else.
//!
//! Best effort: where the kernel has no seccomp or no Landlock, the helper runs without. It has one thread, and starts no
//! program, so that nothing gets around what is given up here.

use std::collections::BTreeMap;

use landlock::{
    ABI, Access as _, AccessFs, AccessNet, CompatLevel, Compatible as _, PathBeneath, PathFd, Ruleset,
    RulesetAttr as _, RulesetCreatedAttr as _, RulesetError, RulesetStatus, Scope,
};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
};

use super::device;

/// CAP_NET_ADMIN, CAP_NET_RAW and CAP_SYS_ADMIN of linux/capability.h: to configure interfaces, for packet sockets, and to
/// make namespaces and enter them. Among those that go is the right to ports below 1024: what the helper binds, it binds
/// for processes that do not have it.
const CAPABILITIES: [u32; 3] = [12, 13, 21];

/// Gives up everything that a helper does not need.
pub(super) fn confine() -> Result<(), nix::errno::Errno> {
    device::keep_capabilities(&CAPABILITIES)?;
    // No program that it might start would have more rights than it has; both filters need this.
    device::no_new_privileges();
    let _ = files();
    if let Some(program) = calls() {
        let _ = seccompiler::apply_filter(&program);
    }
    Ok(())
}

/// It opens the device of TUNs and its settings of the network; it connects nowhere, and signals nobody outside. Answers
/// whether this kernel sees to it.
fn files() -> Result<bool, RulesetError> {
    const LATEST: ABI = ABI::V6;
    let write = AccessFs::ReadFile | AccessFs::WriteFile;
    let mut rules = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(LATEST))?
        .handle_access(AccessNet::ConnectTcp)?
        .scope(Scope::from_all(LATEST))?
        .create()?;
    for (path, access) in [
        ("/dev/net/tun", write | AccessFs::IoctlDev),
        ("/proc/sys/net", write | AccessFs::Truncate),
        ("/proc/self/ns", AccessFs::ReadFile.into()),
    ] {
        if let Ok(path) = PathFd::new(path) {
            rules = rules.add_rule(PathBeneath::new(path, access))?;
        }
    }
    rules.restrict_self().map(|status| status.ruleset != RulesetStatus::NotEnforced)
}

/// The calls that it makes. Any other fails with EPERM. None where the filters' assembler does not know the processor.
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64", target_arch = "riscv64")))]
fn calls() -> Option<BpfProgram> {
    None
}

/// The calls that it makes. Any other fails with EPERM.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64", target_arch = "riscv64"))]
fn calls() -> Option<BpfProgram> {
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> = BTreeMap::new();
    let any = [
        // Its descriptors, and those that it makes for others.
        libc::SYS_read,
        libc::SYS_write,
        libc::SYS_close,
        libc::SYS_openat,
        libc::SYS_fcntl,
        libc::SYS_ioctl,
        libc::SYS_bind,
        libc::SYS_setsockopt,
        libc::SYS_recvfrom,
        libc::SYS_statx,
        libc::SYS_fstat,
        libc::SYS_newfstatat,
        // Its memory and its end.
        libc::SYS_mmap,
        libc::SYS_munmap,
        libc::SYS_mremap,
        libc::SYS_mprotect,
        libc::SYS_brk,
        libc::SYS_madvise,
        libc::SYS_futex,
        libc::SYS_getrandom,
        libc::SYS_sigaltstack,
        libc::SYS_rt_sigaction,
        libc::SYS_rt_sigprocmask,
        libc::SYS_rt_sigreturn,
        libc::SYS_restart_syscall,
        libc::SYS_getpid,
        libc::SYS_exit,
        libc::SYS_exit_group,
    ];
    rules.extend(any.map(|call| (call, Vec::new())));
    // With the lab it speaks on descriptor 0 alone; netlink sockets need no address to send to.
    rules.insert(libc::SYS_sendmsg, vec![rule(0, 0)?]);
    rules.insert(libc::SYS_recvmsg, vec![rule(0, 0)?]);
    rules.insert(libc::SYS_sendto, vec![rule(4, 0)?]);
    rules.insert(libc::SYS_unshare, vec![rule(0, libc::CLONE_NEWNET as u64)?]);
    rules.insert(libc::SYS_setns, vec![rule(1, libc::CLONE_NEWNET as u64)?]);
    let families = [libc::AF_INET, libc::AF_PACKET, libc::AF_NETLINK];
    let families = families.map(|family| rule(0, family as u64)).into_iter().collect::<Option<Vec<_>>>();
    rules.insert(libc::SYS_socket, families?);
    let refused = SeccompAction::Errno(libc::EPERM as u32);
    let filter =
        SeccompFilter::new(rules, refused, SeccompAction::Allow, std::env::consts::ARCH.try_into().ok()?);
    filter.ok()?.try_into().ok()
}

/// This argument has this value, whatever the others have.
fn rule(argument: u8, value: u64) -> Option<SeccompRule> {
    let condition = SeccompCondition::new(argument, SeccompCmpArgLen::Qword, SeccompCmpOp::Eq, value).ok()?;
    SeccompRule::new(vec![condition]).ok()
}

#[cfg(test)]
mod tests {
    use std::net::UdpSocket;
    use std::os::fd::AsFd as _;

    use syscall::{Domain, SocketType};

    use super::*;

    /// What a thread finds that gives up what the helper does, which all concerns one thread; and whether files are among
    /// it here.
    fn confined<T: Send + 'static>(act: impl FnOnce() -> T + Send + 'static) -> (T, bool) {
        let thread = std::thread::spawn(|| {
            let files = files().expect("it asks for nothing that does not go together");
            if !files {
                eprintln!("NOT TESTED HERE: this kernel has no Landlock");
            }
            device::no_new_privileges();
            let program = calls().expect("this processor is known");
            seccompiler::apply_filter(&program).expect("a valid program");
            (act(), files)
        });
        thread.join().expect("nothing here panics")
    }

    fn errno(error: &std::io::Error) -> i32 {
        error.raw_os_error().unwrap_or(0)
    }

    #[test]
    fn a_confined_helper_opens_no_file_connects_nowhere_and_starts_nothing() {
        let bait = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = bait.local_addr().expect("an address");
        let passed_on = UdpSocket::bind("127.0.0.1:0").expect("a port");
        let (found, files) = confined(move || {
            let file = std::fs::File::open("/etc/passwd").map(drop);
            let new = std::fs::write("/tmp/socketscope-helper-was-here", "").map(drop);
            let tcp = crate::sys::socket(Domain::Inet, SocketType::Stream);
            let connected = tcp.map(|tcp| crate::sys::connect(tcp.as_fd(), address));
            let sent = passed_on.send_to(b"out", address).map(drop);
            let unix = nix::sys::socket::socket(
                nix::sys::socket::AddressFamily::Unix,
                nix::sys::socket::SockType::Stream,
                nix::sys::socket::SockFlag::empty(),
                None,
            );
            let user = nix::sched::unshare(nix::sched::CloneFlags::CLONE_NEWUSER);
            let started = std::process::Command::new("/bin/true").spawn().map(drop);
            (file, new, connected, sent, unix.map(drop), user, started)
        });
        let (file, new, connected, sent, unix, user, started) = found;
        if files {
            assert_eq!(errno(&file.expect_err("no file")), libc::EACCES);
            assert_eq!(errno(&new.expect_err("no new file")), libc::EACCES);
        }
        assert_eq!(connected, Ok(Err(syscall::Errno::EPERM)));
        assert_eq!(errno(&sent.expect_err("no datagram")), libc::EPERM);
        assert_eq!(unix, Err(nix::errno::Errno::EPERM));
        assert_eq!(user, Err(nix::errno::Errno::EPERM));
        started.expect_err("no program");
        bait.set_nonblocking(true).expect("it is ours");
        assert_eq!(bait.accept().expect_err("nobody came").kind(), std::io::ErrorKind::WouldBlock);
    }

    #[test]
    fn a_confined_helper_still_opens_what_it_makes_hosts_from() {
        let tun = std::path::Path::new("/dev/net/tun").exists();
        let opened = || device::open_tun().map(drop);
        assert_eq!(confined(opened).0.is_ok(), tun && opened().is_ok());
        let own = confined(|| std::fs::File::open("/proc/self/ns/net").map(drop));
        own.0.expect("its own namespace");
    }
}
