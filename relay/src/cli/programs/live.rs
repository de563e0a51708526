//! `socketscope live`: several programs, each a process, on this machine's own kernel.

use std::process::ExitCode;
#[cfg(target_os = "linux")]
use std::time::Duration;

use clap::Args;

use super::several::{Several, Tracing};
#[cfg(target_os = "linux")]
use super::{
    real::Real,
    several::{Ready, play},
    transcript::Transcript,
};
#[cfg(target_os = "linux")]
use {::python::Machine, syscall::HostId};

/// Nothing happens for so long before it is taken that nothing will: a segment that was lost is sent again within it.
#[cfg(target_os = "linux")]
pub(super) const QUIET: Duration = Duration::from_secs(2);

/// What to run, and between which hosts.
#[derive(Args, Clone, Debug)]
pub(in crate::cli) struct Options {
    #[command(flatten)]
    several: Several,
    #[command(flatten)]
    tracing: Tracing,
    /// On this machine's loopback, where ports are handed out by a table, instead of on hosts of our own
    #[arg(long, conflicts_with_all = ["mode", "mtu", "delay_us"])]
    loopback: bool,
    /// How hosts are kept apart: a name that `socketscope doctor` lists [default: the best]
    #[arg(long)]
    mode: Option<String>,
    /// Largest packet between hosts, in bytes
    #[arg(long, default_value_t = 1500, value_parser = clap::value_parser!(u16).range(576..))]
    mtu: u16,
    /// How long a packet between hosts is held on the wire, in microseconds
    #[arg(long, default_value_t = 0)]
    delay_us: u32,
}

#[cfg(not(target_os = "linux"))]
pub(in crate::cli) fn run(_options: &Options) -> ExitCode {
    eprintln!(
        "socketscope: real kernels need Linux. `socketscope run` runs the same programs on simulated hosts."
    );
    ExitCode::FAILURE
}

/// Exit codes: 0 all have ended well or wait for new connections; 1 a program failed; 3 nothing happens any more; 4 a limit
/// was reached.
#[cfg(target_os = "linux")]
pub(in crate::cli) fn run(options: &Options) -> ExitCode {
    let programs = match options.several.ready() {
        Ok(programs) => programs,
        Err(refused) => return refused.tell(),
    };
    let hosts = options.several.hosts();
    let mut lab = match open(options, hosts.len()) {
        Ok(lab) => lab,
        Err(refused) => return refused.tell(),
    };
    lab.set_names(&hosts);
    let transcript = options.several.transcript(&options.tracing);
    if say_where(&lab, &transcript).is_err() {
        return ExitCode::FAILURE;
    }
    let patience = QUIET + Duration::from_micros(options.delay_us.into()) * 4;
    let says = format!(
        "Deadlock: nothing has happened for {} s, and none of these waits ends by itself.",
        patience.as_secs_f32()
    );
    let mut ground = Real::new(lab).patient_for(patience);
    let tape = super::real::Tape::default();
    if transcript.traces() {
        ground = ground.noting(tape.clone());
    }
    let mut run = runs::Run::new(ground);
    let mut names = Vec::new();
    for Ready { host, name, program, .. } in programs {
        let host = HostId(u16::try_from(host).unwrap_or(u16::MAX));
        run.start(&name, host, Machine::new(&program, &[], options.several.limits()));
        names.push(name);
    }
    play(run, names, transcript.stuck_as(says), |transcript| {
        let made = std::mem::take(&mut *tape.borrow_mut());
        made.iter().try_for_each(|made| transcript.made(made))
    })
}

#[cfg(target_os = "linux")]
fn open(options: &Options, hosts: usize) -> Result<lab::Lab, super::Refused> {
    use lab::{Mode, Setup, UnknownMode};

    use super::Refused;
    const MOST: u16 = 254;

    let usage = |says| Refused { says: format!("socketscope: {says}"), code: 2 };
    let count = u16::try_from(hosts).ok().filter(|count| *count <= MOST);
    let count = count.ok_or_else(|| usage(format!("{hosts} hosts are too many: a network has {MOST}")))?;
    let mut setup = Setup::new(Mode::Loopback, count);
    setup.mode = match &options.mode {
        _ if options.loopback => Mode::Loopback,
        Some(name) => name.parse().map_err(|unknown: UnknownMode| usage(unknown.to_string()))?,
        None => Mode::best(&setup.helper, count),
    };
    if setup.mode == Mode::Loopback && !options.loopback {
        eprintln!(
            "socketscope: this machine gives no hosts of our own, so the programs share its loopback, without a wire; \
             `socketscope doctor` says what is missing, and --loopback that this is meant"
        );
    }
    (setup.wire.mtu, setup.wire.delay_us) = (options.mtu, options.delay_us);
    setup.open().map_err(|failure| Refused {
        says: format!("socketscope: no lab in mode {}: {failure}. {}", setup.mode, failure.remedy()),
        code: 1,
    })
}

/// Which kernel answers: on standard error, so that what is printed is what `run` prints.
#[cfg(target_os = "linux")]
fn say_where(lab: &lab::Lab, transcript: &Transcript) -> std::io::Result<()> {
    let kernel = crate::kernel(lab.mode().name());
    if transcript.is_json() {
        return super::transcript::object(serde_json::json!({ "kernel": kernel }));
    }
    eprintln!("On a real kernel: {} {}, {}.", kernel.system, kernel.release, kernel.mode);
    Ok(())
}
