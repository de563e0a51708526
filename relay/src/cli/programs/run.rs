//! `socketscope run`: several programs, each a process, on simulated hosts.

use std::process::ExitCode;

use clap::Args;
use kernel::Network;
use runs::{Run, Simulated};

use super::several::{Several, play};
use super::transcript::Transcript;

/// What to run, and between which hosts.
#[derive(Args, Clone, Debug)]
pub(in crate::cli) struct Options {
    #[command(flatten)]
    several: Several,
    /// Largest packet between hosts, in bytes
    #[arg(long, default_value_t = 1500, value_parser = clap::value_parser!(u16).range(576..))]
    mtu: u16,
    /// How long a packet between hosts is under way, in microseconds
    #[arg(long, default_value_t = 100)]
    delay_us: u64,
    /// Draw whose turn it is, from this seed [default: each runs until it waits]
    #[arg(long)]
    seed: Option<u64>,
}

/// Exit codes: 0 all have ended well or wait for new connections; 1 a program failed; 3 deadlock; 4 a limit was reached.
pub(in crate::cli) fn run(options: &Options) -> ExitCode {
    let programs = match options.several.ready() {
        Ok(programs) => programs,
        Err(refused) => return refused.tell(),
    };
    let hosts = options.several.hosts();
    let wire = Network::Wire { mtu: u32::from(options.mtu), delay_us: options.delay_us };
    let network = if hosts.len() > 1 { wire } else { Network::Loopback };
    let mut run = Run::new(Simulated::new(network, &hosts));
    if let Some(seed) = options.seed {
        run = run.with_turns_of(seed);
    }
    play(run, programs, Transcript::new(options.several.json()), |_| Ok(()))
}
