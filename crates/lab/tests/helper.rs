//! The helper process: what happens when it is not what it should be, or is gone.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::os::fd::AsRawFd as _;
use std::sync::Arc;
use std::time::Duration;

use lab::{Answered, Helper, HelperProgram, Mode, Setup};
use syscall::{
    Address, Call, CallId, Domain, Errno, Fd, HostId, Kernel as _, MsgFlags, Outcome, Returned, SocketType,
    TaskId,
};

/// Lets a descriptor be inherited by every program that is started.
fn inheritable(file: &std::fs::File) {
    // SAFETY: the descriptor is open, and the request takes a number.
    assert_eq!(unsafe { libc::fcntl(file.as_raw_fd(), libc::F_SETFD, 0) }, 0);
}

#[test]
fn a_program_that_is_no_helper_is_found_out() {
    let setup = Setup { helper: HelperProgram::At("/bin/true".into()), ..Setup::new(Mode::Tun, 1) };
    let failure = setup.open().err().expect("it says nothing");
    assert_eq!(failure.step, lab::Step::Start);
    let setup = Setup { helper: HelperProgram::At("/nowhere".into()), ..setup };
    assert_eq!(setup.open().err().expect("it is not there").step, lab::Step::Start);
}

/// A line of a process's status, in the kernel's words.
fn status(pid: u32, name: &str) -> String {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    line.unwrap_or_default().trim().into()
}

#[test]
fn a_helper_has_given_up_what_it_does_not_need() {
    let program = HelperProgram::At(env!("CARGO_BIN_EXE_lab-helper").into());
    // A descriptor that it might inherit.
    let secret = std::fs::File::open("/etc/passwd").unwrap();
    inheritable(&secret);
    for user_namespace in [true, false] {
        let helper = match Helper::start(&program, user_namespace) {
            Ok(helper) => helper,
            Err(failure) => {
                eprintln!("NOT TESTED HERE: {failure}. {}", failure.remedy());
                continue;
            }
        };
        assert!(helper.runs());
        assert_eq!(status(helper.pid(), "NoNewPrivs"), "1");
        assert_eq!(status(helper.pid(), "Seccomp"), "2", "a filter");
        // CAP_NET_ADMIN, CAP_NET_RAW and CAP_SYS_ADMIN, at most.
        let allowed = 1 << 12 | 1 << 13 | 1 << 21;
        for set in ["CapInh", "CapPrm", "CapEff", "CapAmb"] {
            let has = u64::from_str_radix(&status(helper.pid(), set), 16).unwrap();
            assert_eq!(has & !allowed, 0, "{set}: {has:x}");
        }
        let open = std::fs::read_dir(format!("/proc/{}/fd", helper.pid())).unwrap();
        let open: Vec<_> = open.map(|entry| std::fs::read_link(entry.unwrap().path()).unwrap()).collect();
        assert!(!open.iter().any(|path| path.ends_with("passwd")), "{open:?}");
    }
}

#[test]
fn a_helper_that_is_killed_leaves_connections_as_they_are_and_the_next_one_works() {
    use std::process::Command;
    let program = HelperProgram::At(env!("CARGO_BIN_EXE_lab-helper").into());
    let started = || Helper::start(&program, true);
    let helper = match started() {
        Ok(helper) => helper,
        Err(failure) => return eprintln!("NOT TESTED HERE: {failure}. {}", failure.remedy()),
    };
    let setup = |helper| Setup { helper: HelperProgram::Running(helper), ..Setup::new(Mode::Veth, 2) };
    let mut lab = setup(Arc::clone(&helper)).open().unwrap();
    let (client, server, fd) = (lab.spawn(HostId(0)), lab.spawn(HostId(1)), Fd(3));
    let mut next = 0;
    let mut call = |lab: &mut lab::Lab, task: TaskId, call: Call| -> Outcome {
        next += 1;
        lab.submit(CallId(next), task, call);
        lab.next_completed(Duration::from_secs(5)).unwrap().outcome
    };
    let (tcp, flags) = (Call::Socket { domain: Domain::Inet, kind: SocketType::Stream }, MsgFlags::default());
    let address: Address = "10.0.0.2:7000".parse().unwrap();
    call(&mut lab, server, tcp.clone()).unwrap();
    call(&mut lab, server, Call::Bind { fd, address }).unwrap();
    call(&mut lab, server, Call::Listen { fd, backlog: 5 }).unwrap();
    call(&mut lab, client, tcp.clone()).unwrap();
    call(&mut lab, client, Call::Connect { fd, address }).unwrap();
    call(&mut lab, server, Call::Accept { fd }).unwrap();
    let killed = Command::new("kill").args(["-9", &helper.pid().to_string()]).status().unwrap();
    assert!(killed.success());
    while helper.runs() {
        std::thread::sleep(Duration::from_millis(1));
    }
    call(&mut lab, client, Call::Send { fd, data: "still here".into(), flags }).unwrap();
    let got = call(&mut lab, server, Call::Recv { fd: Fd(4), len: 100, flags });
    assert_eq!(got, Ok(Returned::Data("still here".into())));
    assert_eq!(call(&mut lab, client, tcp.clone()), Err(Errno::ENETDOWN));
    drop(lab);
    let mut lab = setup(started().unwrap()).open().unwrap();
    let task = lab.spawn(HostId(0));
    call(&mut lab, task, tcp).unwrap();
}

#[test]
fn one_helper_serves_several_labs_and_each_has_its_own_ports() {
    let program = HelperProgram::At(env!("CARGO_BIN_EXE_lab-helper").into());
    let helper = match Helper::start(&program, true) {
        Ok(helper) => HelperProgram::Running(helper),
        Err(failure) => return eprintln!("NOT TESTED HERE: {failure}. {}", failure.remedy()),
    };
    let setup = Setup { helper, ..Setup::new(Mode::Veth, 1) };
    let mut labs = [setup.open().unwrap(), setup.open().unwrap()];
    for lab in &mut labs {
        let task = lab.spawn(HostId(0));
        let fd = syscall::Fd(3);
        for (id, call) in [
            Call::Socket { domain: Domain::Inet, kind: SocketType::Stream },
            Call::Bind { fd, address: "10.0.0.1:8000".parse().unwrap() },
            Call::Listen { fd, backlog: 1 },
        ]
        .into_iter()
        .enumerate()
        {
            lab.submit(CallId(id as u64), task, call);
            let done = lab.next_done(Duration::from_secs(5)).unwrap();
            assert!(done.outcome.is_ok() && done.by == Answered::Kernel, "{done:?}");
        }
        let nowhere = lab.spawn(HostId(7));
        lab.submit(CallId(9), nowhere, Call::Socket { domain: Domain::Inet, kind: SocketType::Dgram });
        let done = lab.next_done(Duration::from_secs(5)).unwrap();
        assert_eq!((done.outcome, done.by), (Err(Errno::ENETDOWN), Answered::Relay));
    }
}
