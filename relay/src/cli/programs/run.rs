//! `socketscope run`: several programs, each a process, on simulated hosts.

use std::process::ExitCode;

use clap::Args;
use runs::{Telling, Turns};
use world::{Buffers, Network, Profile, Scenario};

use super::Refused;
use super::several::{Several, Tracing, play, refuse};

/// What to run, and between which hosts.
#[derive(Args, Clone, Debug)]
pub(in crate::cli) struct Options {
    #[command(flatten)]
    several: Several,
    #[command(flatten)]
    tracing: Tracing,
    /// Largest packet between hosts, in bytes
    #[arg(long, default_value_t = 1500, value_parser = clap::value_parser!(u32).range(576..))]
    mtu: u32,
    /// How long a packet between hosts is under way, in microseconds
    #[arg(long, default_value_t = 100)]
    delay_us: u64,
    /// SO_SNDBUF and SO_RCVBUF of new TCP sockets in bytes, as net.ipv4.tcp_wmem and tcp_rmem set them [default: Linux's]
    #[arg(long, value_name = "SND/RCV", value_parser = buffers)]
    buffers: Option<Buffers>,
    /// Draw whose turn it is, and what happens next, from this seed [default: each runs until it waits]
    #[arg(long)]
    seed: Option<u64>,
    /// Calls may move any part of what they could, as POSIX permits; --seed draws which, or seed 0
    #[arg(long)]
    posix: bool,
}

pub(super) fn buffers(text: &str) -> Result<Buffers, String> {
    let sizes = text.split_once('/').and_then(|(snd, rcv)| Some((snd.parse().ok()?, rcv.parse().ok()?)));
    let (sndbuf, rcvbuf) = sizes.ok_or("two sizes in bytes are wanted: 8192/16384")?;
    Ok(Buffers { sndbuf, rcvbuf })
}

/// Exit codes: 0 all have ended well or wait for new connections; 1 a program failed; 3 deadlock; 4 a limit was reached.
pub(in crate::cli) fn run(options: &Options) -> ExitCode {
    match telling(options) {
        Ok((telling, names)) => {
            play(telling, names, options.several.transcript(&options.tracing), |_| Ok(()))
        }
        Err(refused) => refused.tell(),
    }
}

/// The world of these programs, and their names.
fn telling(options: &Options) -> Result<(Telling, Vec<String>), Refused> {
    let wire = Network::Wire { mtu: options.mtu, delay_us: options.delay_us };
    let (scenario, programs) = options.several.scenario(wire)?;
    let names = scenario.programs.iter().map(|program| program.name.clone()).collect();
    let profile = if options.posix { Profile::Posix } else { Profile::Linux };
    let scenario = Scenario { profile, buffers: options.buffers, ..scenario };
    let world = programs.world(&scenario, Turns::Calls, options.several.limits());
    let world = world.map_err(|error| refuse(&error))?;
    let telling = Telling::new(world);
    let telling = match options.seed.or(options.posix.then_some(0)) {
        Some(seed) => telling.drawn_by(seed),
        None => telling,
    };
    Ok((telling, names))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buffers_are_two_sizes() {
        assert_eq!(buffers("8192/16384"), Ok(Buffers { sndbuf: 8192, rcvbuf: 16384 }));
        for wrong in ["", "8192", "8192/", "/8192", "8 KiB/16384", "-1/2"] {
            assert!(buffers(wrong).is_err(), "{wrong}");
        }
    }
}
