//! What a lab leaves behind: nothing, however it ends; within three seconds where the machine has nothing else to do.
//!
//! How many network namespaces there are, nobody can count: those that only a socket holds are in no list. But the kernel
//! counts them against a limit. Each test runs itself once more in a user namespace in which there may be exactly as many as
//! one lab and its helper need: another lab can be opened there when the first one is really gone, and not before.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use lab::{Helper, HelperProgram, Lab, Mode, Setup};
use syscall::{Call, CallId, Domain, Fd, HostId, Kernel as _, MsgFlags, SocketType, TaskId};

/// Set for a test that runs inside.
const INSIDE: &str = "SOCKETSCOPE_TEST_INSIDE";
/// The namespaces of one lab: two hosts, and where its helper waits.
const ENOUGH: u32 = 3;
/// How long a lab may take to be gone, on a machine that has much else to do.
const GONE: Duration = Duration::from_secs(15);
const FD: Fd = Fd(3);

/// Runs the test of this name once more, inside; `false` if it is that run.
fn outside(name: &str) -> bool {
    if std::env::var_os(INSIDE).is_some() {
        return false;
    }
    let limit = format!("echo {ENOUGH} > /proc/sys/user/max_net_namespaces && exec \"$0\" \"$@\"");
    let run = Command::new("unshare")
        .args(["--user", "--map-root-user", "sh", "-c", &limit])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .env(INSIDE, "yes")
        .output();
    let run = match run {
        Ok(run) => run,
        Err(e) => {
            eprintln!("NOT TESTED HERE: unshare does not start: {e}");
            return true;
        }
    };
    let said = String::from_utf8_lossy(&run.stdout).into_owned() + &String::from_utf8_lossy(&run.stderr);
    if !run.status.success() && !said.contains("running 1 test") {
        eprintln!("NOT TESTED HERE: no user namespace with a limit of its own: {said}");
        return true;
    }
    eprint!("{said}");
    assert!(run.status.success());
    true
}

fn started() -> Option<Arc<Helper>> {
    match Helper::start(&HelperProgram::At(env!("CARGO_BIN_EXE_lab-helper").into()), true) {
        Ok(helper) => Some(helper),
        Err(failure) => {
            eprintln!("NOT TESTED HERE: {failure}. {}", failure.remedy());
            None
        }
    }
}

fn setup(helper: Arc<Helper>) -> Setup {
    Setup { helper: HelperProgram::Running(helper), ..Setup::new(Mode::Veth, 2) }
}

/// A lab at its worst: a connection with bytes under way that nobody will ever acknowledge, closed by its program.
fn busy(lab: &mut Lab) {
    connected(lab, true);
}

/// A connection with bytes under way that nobody will ever acknowledge.
fn connected(lab: &mut Lab, closed: bool) {
    let (client, server) = (lab.spawn(HostId(0)), lab.spawn(HostId(1)));
    let address = "10.0.0.2:7000".parse().unwrap();
    let mut number = 0;
    let mut ok = |lab: &mut Lab, task: TaskId, call: Call| {
        number += 1;
        lab.submit(CallId(number), task, call);
        lab.next_completed(Duration::from_secs(5)).unwrap().outcome.unwrap()
    };
    let tcp = Call::Socket { domain: Domain::Inet, kind: SocketType::Stream };
    ok(lab, server, tcp.clone());
    ok(lab, server, Call::Bind { fd: FD, address });
    ok(lab, server, Call::Listen { fd: FD, backlog: 5 });
    ok(lab, client, tcp);
    ok(lab, client, Call::Connect { fd: FD, address });
    lab.hand().unwrap().cut(HostId(1), true);
    let flags = MsgFlags::default();
    ok(lab, client, Call::Send { fd: FD, data: vec![7; 20_000].into(), flags });
    if closed {
        // Its socket lives on in the kernel.
        ok(lab, client, Call::Close { fd: FD });
    }
}

/// Waits until another lab can be opened, with this helper or with a new one; answers it.
fn gone(helper: Option<&Arc<Helper>>) -> Lab {
    let since = Instant::now();
    std::thread::sleep(Duration::from_millis(100));
    loop {
        let opened = match helper {
            Some(helper) => setup(Arc::clone(helper)).open(),
            None => Helper::start(&HelperProgram::At(env!("CARGO_BIN_EXE_lab-helper").into()), true)
                .and_then(|helper| setup(helper).open()),
        };
        match opened {
            Ok(lab) => {
                eprintln!("gone after {:?}", since.elapsed());
                return lab;
            }
            Err(failure) => assert!(since.elapsed() < GONE, "still there after {GONE:?}: {failure}"),
        }
        // A try that got only one of two hosts leaves that one behind for a moment, in the way of the next try.
        std::thread::sleep(Duration::from_millis(400));
    }
}

#[test]
fn a_lab_that_is_dropped_is_gone() {
    if outside("a_lab_that_is_dropped_is_gone") {
        return;
    }
    let Some(helper) = started() else { return };
    let files = || std::fs::read_dir("/proc/self/fd").unwrap().count();
    // The first runtime of a process may open what all later ones share: tokio's pair for signals.
    drop(tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap());
    let before = files();
    let mut lab = setup(Arc::clone(&helper)).open().unwrap();
    for _ in 0..3 {
        busy(&mut lab);
        setup(Arc::clone(&helper)).open().err().expect("there is room for one lab only");
        drop(lab);
        lab = gone(Some(&helper));
    }
    drop(lab);
    // The wire's ends block whoever closes them, so that is done on a thread of its own.
    let since = Instant::now();
    while files() != before {
        assert!(since.elapsed() < GONE, "{} descriptors of this process, not {before}", files());
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn the_lab_of_a_helper_that_was_killed_is_gone_with_its_program() {
    if outside("the_lab_of_a_helper_that_was_killed_is_gone_with_its_program") {
        return;
    }
    let Some(helper) = started() else { return };
    let mut lab = setup(Arc::clone(&helper)).open().unwrap();
    busy(&mut lab);
    assert!(Command::new("kill").args(["-9", &helper.pid().to_string()]).status().unwrap().success());
    while helper.runs() {
        std::thread::sleep(Duration::from_millis(1));
    }
    drop(lab);
    gone(None);
}

const VICTIM: &str = "SOCKETSCOPE_TEST_VICTIM";

/// Runs the test of this name once more, as a program with a lab; answers it with its helper's number.
fn victim(name: &str) -> Option<(Child, String)> {
    let mut victim = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .env(VICTIM, "yes")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(victim.stdout.take().unwrap()).lines().map_while(Result::ok);
    match lines.find_map(|line| Some(line.strip_prefix("helper ")?.to_owned())) {
        Some(helper) => Some((victim, helper)),
        None => {
            victim.wait().unwrap();
            None
        }
    }
}

/// The life of such a program, if this is one.
fn lives_as_victim(closed: bool) -> bool {
    if std::env::var_os(VICTIM).is_none() {
        return false;
    }
    let Some(helper) = started() else { return true };
    let pid = helper.pid();
    let mut lab = setup(helper).open().unwrap();
    connected(&mut lab, closed);
    println!("\nhelper {pid}");
    // Until it is killed.
    std::thread::sleep(Duration::from_secs(600));
    true
}

/// The test of this name: such a program is killed, and its lab is gone.
fn kills(name: &str, closed: bool, kill: impl Fn(&mut Child, &str)) {
    if outside(name) || lives_as_victim(closed) {
        return;
    }
    let Some((mut victim, helper)) = victim(name) else { return };
    kill(&mut victim, &helper);
    victim.wait().unwrap();
    gone(None);
}

#[test]
fn the_lab_of_a_program_that_was_killed_is_gone() {
    kills("the_lab_of_a_program_that_was_killed_is_gone", true, |victim, _| victim.kill().unwrap());
}

#[test]
fn the_lab_of_a_program_that_was_killed_together_with_its_helper_is_gone() {
    let kill =
        |how: &str, who: &str| assert!(Command::new("kill").args([how, who]).status().unwrap().success());
    let name = "the_lab_of_a_program_that_was_killed_together_with_its_helper_is_gone";
    kills(name, false, |victim, helper| {
        // It must not notice that its program is gone.
        kill("-STOP", helper);
        victim.kill().unwrap();
        kill("-KILL", helper);
    });
}
