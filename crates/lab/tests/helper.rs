//! The helper process: what happens when it is not what it should be, or is gone.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use lab::{Answered, Helper, HelperProgram, Mode, Setup};
use syscall::{Call, CallId, Domain, Errno, HostId, Kernel as _, SocketType};

#[test]
fn a_program_that_is_no_helper_is_found_out() {
    let setup = Setup { helper: HelperProgram::At("/bin/true".into()), ..Setup::new(Mode::Tun, 1) };
    let failure = setup.open().err().expect("it says nothing");
    assert_eq!(failure.step, lab::Step::Start);
    let setup = Setup { helper: HelperProgram::At("/nowhere".into()), ..setup };
    assert_eq!(setup.open().err().expect("it is not there").step, lab::Step::Start);
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
