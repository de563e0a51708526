//! `socketscope calls`: system calls as JSON lines in, their outcomes as JSON lines out, on either kernel.

#[cfg(target_os = "linux")]
mod lab;
mod lines;
mod peer;
mod relay;
mod session;
mod sim;

use std::collections::BTreeMap;
use std::io::{self, BufRead, Read as _, Write as _};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use serde_json::Value;

use lines::Line;

/// Version of what is read and printed. 2: several tasks, calls in the background.
const VERSION: u32 = 2;

/// The lines and the peers, for `--help`.
pub(super) fn help() -> String {
    let peers = peers::CATALOGUE.iter().map(|about| {
        let settings = about.settings.iter().map(|setting| {
            let peers::Setting { name, unit, default, least, most, .. } = setting;
            format!("      {name}={default}  {least} to {most} {unit}").trim_end().to_owned() + "\n"
        });
        format!("  {}  {}\n{}", about.name, about.summary, settings.collect::<String>())
    });
    format!("{LINES}\n\nPeers, with what can be set about each:\n{}", peers.collect::<String>())
}

const LINES: &str = r#"Lines of input (version 2), each an object:
  {"recv": {"fd": 3, "len": 100}}    a call of task 0
  {"task": 1, "host": 1, "call": {"accept": {"fd": 3}}, "wait": false}
                                     a call of another task: a process that starts on that host (0 unless said) at its
                                     first call. With "wait": false the next line does not wait for its end
  {"await": 4}                       wait for the end of the call of line 4
  {"sleep_ms": 50} {"wait_us": 50}   time passes
  {"signal": 1} {"kill": 1}          a caught signal interrupts task 1; SIGKILL ends it
  {"task": 1, "privileged": true}    it may bind ports below 1024
  {"cut": 1} {"mend": 1}             host 1's cable is cut: what is on it and sent over it is lost; it is whole again
  {"host": 1, "lose": 3}             the next three packets that host 1 sends are lost
  {"tell": "4096"}                   a line for the peer's control channel
What fork answers has "child": the number of the child's task.

Lines of output, each with "v": what a call returned ("outcome"), under its "line" and "task"; "by" tells who answered: the
simulator, a real kernel, or the relay in its stead; "real" lists the system calls that were really made for it, as strace
shows them, and the waits between. A call in the background that waits says "waits" first."#;

/// Where the calls are made, and what is at the other end.
#[derive(Args, Clone, Debug)]
pub(super) struct Options {
    #[command(flatten)]
    target: Target,
    /// What lies between hosts; on loopback there is one
    #[arg(long, value_enum, default_value = "wire")]
    network: Network,
    /// Hosts on the wire: host k, from 0, is 10.0.0.(k + 1)
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=254))]
    hosts: u16,
    /// Largest packet on the wire, in bytes
    #[arg(long, default_value_t = 1500, value_parser = clap::value_parser!(u16).range(576..))]
    mtu: u16,
    /// How long a packet is under way, in microseconds [default: 100 simulated, 0 real]
    #[arg(long)]
    delay_us: Option<u64>,
    /// Whose behaviour is simulated
    #[arg(long, value_enum, default_value = "linux")]
    profile: Profile,
    /// What chooses the counts of the POSIX profile, and what the peer draws
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How real hosts are kept apart: a name that `socketscope doctor` lists [default: the best]
    #[arg(long)]
    mode: Option<String>,
    /// The lesson's peer on the last host: it listens at port 7000; a dialler connects to port 7000 of the first host.
    /// Or none; `--help` lists them
    #[arg(long, default_value = "sleepy", value_name = "NAME")]
    peer: String,
    /// Something that can be set about the peer; may be said several times
    #[arg(long, value_name = "NAME=VALUE", value_parser = setting)]
    peer_setting: Vec<(String, i64)>,
    /// SO_RCVBUF of the peer's sockets, in bytes
    #[arg(long, default_value_t = 4096)]
    rcvbuf: u32,
}

#[derive(Args, Clone, Debug)]
#[group(required = true, multiple = false)]
struct Target {
    /// In the simulated kernel
    #[arg(long)]
    sim: bool,
    /// On this machine's own kernel (Linux): hosts of our own where it offers them, else loopback
    #[arg(long)]
    lab: bool,
    /// Through a relay: http://127.0.0.1:8080
    #[arg(long, value_name = "URL")]
    relay: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Network {
    /// A host that talks to itself
    Loopback,
    /// Hosts on an Ethernet
    Wire,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Profile {
    /// What Linux does
    Linux,
    /// Whatever POSIX permits: a send or receive moves any number of bytes from 1 to what fits
    Posix,
}

impl Options {
    fn hosts(&self) -> u16 {
        if self.network == Network::Loopback { 1 } else { self.hosts }
    }

    /// Where the peer listens, or what it connects to.
    fn peer_address(&self) -> syscall::Address {
        let host = if self.peer_listens() { self.hosts() as u8 } else { 1 };
        std::net::SocketAddrV4::new(([10, 0, 0, host]).into(), PEER_PORT).into()
    }

    fn peer_listens(&self) -> bool {
        peers::listens(&self.peer)
    }

    /// The peer's program.
    fn build(&self) -> Result<Box<dyn syscall::Program + Send>, peers::Wrong> {
        let rcvbuf = i32::try_from(self.rcvbuf).unwrap_or(i32::MAX);
        let place = peers::Place { address: self.peer_address(), rcvbuf };
        peers::build(&self.peer, place, &self.settings(), self.seed)
    }

    fn settings(&self) -> BTreeMap<String, i64> {
        self.peer_setting.iter().cloned().collect()
    }

    fn peer(&self) -> Option<protocol::PeerSpec> {
        let named = protocol::PeerSpec::named(&self.peer);
        let (settings, seed) = (self.settings(), self.seed);
        let spec = protocol::PeerSpec { rcvbuf: Some(self.rcvbuf), settings, seed, ..named };
        (self.peer != NO_PEER).then_some(spec)
    }
}

const PEER_PORT: u16 = 7000;

/// `gap_ms=5`.
pub(super) fn setting(text: &str) -> Result<(String, i64), String> {
    let parsed = text.split_once('=').and_then(|(name, value)| Some((name.into(), value.parse().ok()?)));
    parsed.ok_or_else(|| "a setting is a name and a whole number: gap_ms=5".into())
}

const NO_PEER: &str = "none";

/// Why the command ends early.
pub(super) enum Stop {
    /// Something that a person can repair, said on standard error; exit code 1.
    Failed(String),
    /// The same, of the arguments; exit code 2.
    Usage(String),
    /// Nothing can ever happen any more while a call waits; exit code 3.
    Deadlock,
    /// Whoever reads our output has gone.
    Unread,
}

fn no_host(host: u16, hosts: u16) -> Stop {
    Stop::Failed(format!("there is no host {host}: the last one is {}", hosts.saturating_sub(1)))
}

fn no_wire() -> Stop {
    Stop::Failed("there is no wire between hosts here".into())
}

/// Prints one object of output.
fn print(mut object: Value) -> Result<(), Stop> {
    if let Some(object) = object.as_object_mut() {
        object.insert("v".into(), VERSION.into());
    }
    let mut out = io::stdout().lock();
    writeln!(out, "{object}").and_then(|()| out.flush()).map_err(|_| Stop::Unread)
}

/// Most bytes of a line of input.
const MAX_LINE: usize = 64 << 10;

/// The next line without its end, at most [`MAX_LINE`] bytes of it: a longer one is skipped, and an error.
fn next_line(input: &mut impl BufRead) -> Option<io::Result<String>> {
    let mut text = Vec::new();
    if let Err(error) = input.by_ref().take(MAX_LINE as u64 + 1).read_until(b'\n', &mut text) {
        return Some(Err(error));
    }
    if text.is_empty() {
        return None;
    }
    if text.len() > MAX_LINE && text.last() != Some(&b'\n') {
        let skipped = input.skip_until(b'\n');
        let long = || io::Error::other(format!("longer than {MAX_LINE} bytes"));
        return Some(skipped.and_then(|_| Err(long())));
    }
    Some(String::from_utf8(text).map_err(io::Error::other))
}

/// All lines, parsed before the first is performed: a mistake in line 9 is said before line 1 has any effect.
fn lines(mut input: impl BufRead) -> Result<Vec<(usize, Line)>, ExitCode> {
    let mut lines = Vec::new();
    let mut wrong = false;
    for number in 1.. {
        let parsed = match next_line(&mut input) {
            None => break,
            Some(Ok(text)) if text.trim().is_empty() => continue,
            Some(Ok(text)) => Line::parse(&text),
            Some(Err(error)) => Err(error.to_string()),
        };
        match parsed {
            Ok(Line::Await(awaited)) if !calls_at(&lines, awaited) => {
                eprintln!("socketscope: line {number}: there is no call in line {awaited}, before this one");
                wrong = true;
            }
            Ok(line) => lines.push((number, line)),
            Err(why) => {
                eprintln!("socketscope: line {number}: {why}");
                wrong = true;
            }
        }
    }
    if wrong { Err(ExitCode::from(2)) } else { Ok(lines) }
}

/// Whether the line of that number is a call.
fn calls_at(lines: &[(usize, Line)], number: usize) -> bool {
    let found = lines.binary_search_by_key(&number, |(number, _)| *number);
    found.is_ok_and(|at| matches!(lines[at].1, Line::Call(_)))
}

pub(super) fn run(options: &Options) -> ExitCode {
    if options.peer != NO_PEER
        && let Err(wrong) = options.build()
    {
        eprintln!("socketscope: {wrong} Or say --peer {NO_PEER}.");
        return ExitCode::from(2);
    }
    let lines = match lines(io::stdin().lock()) {
        Ok(lines) => lines,
        Err(code) => return code,
    };
    let result = match &options.target {
        Target { sim: true, .. } => session::run(&mut sim::Sim::new(options), options, lines),
        Target { relay: Some(url), .. } => {
            relay::Relay::connect(url).and_then(|mut relay| session::run(&mut relay, options, lines))
        }
        Target { .. } => on_this_kernel(options, lines),
    };
    match result {
        Ok(()) | Err(Stop::Unread) => ExitCode::SUCCESS,
        Err(Stop::Deadlock) => {
            eprintln!("socketscope: the call waits for something that can never happen");
            ExitCode::from(3)
        }
        Err(Stop::Failed(why)) => {
            eprintln!("socketscope: {why}");
            ExitCode::FAILURE
        }
        Err(Stop::Usage(why)) => {
            eprintln!("socketscope: {why}");
            ExitCode::from(2)
        }
    }
}

#[cfg(target_os = "linux")]
fn on_this_kernel(options: &Options, lines: Vec<(usize, Line)>) -> Result<(), Stop> {
    session::run(&mut lab::Real::open(options)?, options, lines)
}

#[cfg(not(target_os = "linux"))]
fn on_this_kernel(_options: &Options, _lines: Vec<(usize, Line)>) -> Result<(), Stop> {
    Err(Stop::Failed("real sockets need Linux; everything else works here: --sim".into()))
}
