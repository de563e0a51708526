//! How fast labs are made and dropped, and what goes through their wire; for each mode that this machine offers.
//!
//! ```sh
//! cargo run --release -p lab --example wire_speed
//! ```

#[cfg(target_os = "linux")]
mod linux {
    use std::time::{Duration, Instant};

    use lab::{Helper, HelperProgram, Lab, Mode, Setup};
    use syscall::{Call, CallId, Domain, Fd, HostId, Kernel as _, MsgFlags, SocketType, TaskId};

    const FD: Fd = Fd(3);
    const BYTES: usize = 128 << 20;
    const PART: usize = 1 << 20;
    const PATIENCE: Duration = Duration::from_secs(60);

    fn submit(lab: &mut Lab, task: TaskId, number: &mut u64, call: Call) {
        *number += 1;
        lab.submit(CallId(*number), task, call);
    }

    fn ok(lab: &mut Lab, task: TaskId, number: &mut u64, call: Call) {
        submit(lab, task, number, call);
        lab.next_completed(PATIENCE).expect("it ends").outcome.expect("it works");
    }

    /// Bytes a second, and packets.
    fn through(lab: &mut Lab) -> (f64, u64) {
        let (client, server, mut number) = (lab.spawn(HostId(0)), lab.spawn(HostId(1)), 0);
        let address = "10.0.0.2:7000".parse().expect("an address");
        let (tcp, flags) =
            (Call::Socket { domain: Domain::Inet, kind: SocketType::Stream }, MsgFlags::default());
        ok(lab, server, &mut number, tcp.clone());
        ok(lab, server, &mut number, Call::Bind { fd: FD, address });
        ok(lab, server, &mut number, Call::Listen { fd: FD, backlog: 1 });
        ok(lab, client, &mut number, tcp);
        ok(lab, client, &mut number, Call::Connect { fd: FD, address });
        ok(lab, server, &mut number, Call::Accept { fd: FD });
        let since = Instant::now();
        for _ in 0..BYTES / PART {
            submit(lab, client, &mut number, Call::Send { fd: FD, data: vec![7; PART].into(), flags });
            let all = MsgFlags { waitall: true, ..flags };
            submit(lab, server, &mut number, Call::Recv { fd: Fd(4), len: PART as u32, flags: all });
            for _ in 0..2 {
                lab.next_completed(PATIENCE).expect("it ends").outcome.expect("it works");
            }
        }
        (BYTES as f64 / since.elapsed().as_secs_f64(), lab.hand().expect("a wire").carried().packets)
    }

    pub(crate) fn main() {
        if std::env::args().nth(1).as_deref() == Some(lab::HELPER) {
            lab::helper_main();
            return;
        }
        for mode in Mode::ALL.into_iter().filter(|mode| *mode != Mode::Loopback) {
            let user_namespace = !mode.name().starts_with("privileged");
            let helper = match Helper::start(&HelperProgram::Own, user_namespace) {
                Ok(helper) => helper,
                Err(failure) => {
                    println!("{mode}: {failure}");
                    continue;
                }
            };
            let setup = Setup { helper: HelperProgram::Running(helper), ..Setup::new(mode, 2) };
            let (mut opening, mut dropping) = (Vec::new(), Vec::new());
            let mut speed = None;
            for _ in 0..20 {
                let since = Instant::now();
                let opened = setup.open();
                opening.push(since.elapsed());
                match opened {
                    Ok(mut lab) => {
                        speed = speed.or_else(|| Some(through(&mut lab)));
                        let since = Instant::now();
                        drop(lab);
                        dropping.push(since.elapsed());
                    }
                    Err(failure) => {
                        println!("{mode}: {failure}");
                        break;
                    }
                }
            }
            opening.sort_unstable();
            dropping.sort_unstable();
            if let (Some((speed, packets)), Some(dropped)) = (speed, dropping.get(10)) {
                let opened = opening[10];
                println!(
                    "{mode}: a lab of two hosts in {opened:.1?}, gone in {dropped:.1?}; {:.0} MB/s, {packets} packets",
                    speed / 1e6
                );
            }
        }
    }
}

fn main() {
    #[cfg(target_os = "linux")]
    linux::main();
}
