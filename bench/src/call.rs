//! A `send` of 64 bytes: through the relay, through the plain handler, and an echo of the same size, in turn.
//!
//! Blocks of calls take turns, so that whatever else the machine does falls on all three alike. One client, one call
//! at a time, timed from message to message: what the client itself needs to write and read them is not counted.
//! Processor time is the server's; both let their other end read after each block. All of it first with everybody on one
//! processor, then with the client on another.

use std::time::{Duration, Instant};

use clap::Args;
use futures_util::SinkExt;
use futures_util::future::try_join_all;
use syscall::Bytes;
use tokio_tungstenite::tungstenite::{Bytes as Raw, Message};

use crate::cpu;
use crate::learners::quantile;
use crate::options::WithPlain;
use crate::placement::{Placement, Processors};
use crate::plain::{DRAIN, SEND};
use crate::relay::{Problem, Relay, Socket, binary, open};

/// What a learner's line is long.
const BYTES: usize = 64;
/// Calls in a block; together they fit into any default buffer.
const BLOCK: usize = 100;
/// Blocks before anything is counted.
const WARM_UP: u32 = 3;

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    at: WithPlain,
    /// The relay's process.
    #[arg(long)]
    relay_pid: u32,
    /// The plain server's.
    #[arg(long)]
    plain_pid: u32,
    /// Blocks of 100 calls for each, in each placement.
    #[arg(long)]
    rounds: u32,
}

#[derive(Args)]
pub(crate) struct Many {
    #[command(flatten)]
    at: WithPlain,
    /// How many sessions at once.
    #[arg(long)]
    sessions: usize,
    /// Blocks of 20 calls of each session.
    #[arg(long)]
    rounds: u32,
}

/// One of the three.
enum Target {
    Relay(Box<Relay>),
    Plain(Box<Socket>),
    Echo(Box<Socket>),
}

impl Target {
    const fn name(&self) -> &'static str {
        match self {
            Self::Relay(_) => "relay",
            Self::Plain(_) => "plain",
            Self::Echo(_) => "echo",
        }
    }

    /// How long it took from message to message.
    async fn send(&mut self, data: &Bytes) -> Result<Duration, Problem> {
        match self {
            Self::Relay(relay) => relay.send(data).await,
            Self::Plain(socket) => {
                let (answer, took) = ask(socket, [&[SEND], &data[..]].concat()).await?;
                if answer[..4] == i32::try_from(data.len())?.to_be_bytes() {
                    Ok(took)
                } else {
                    Err("plain: not all".into())
                }
            }
            Self::Echo(socket) => {
                let (answer, took) = ask(socket, data.to_vec()).await?;
                if answer == data[..] { Ok(took) } else { Err("echo: other bytes".into()) }
            }
        }
    }

    async fn drain(&mut self, bytes: usize) -> Result<(), Problem> {
        match self {
            Self::Relay(relay) => relay.drain(bytes).await,
            Self::Plain(socket) => {
                let most = u32::try_from(bytes)?.to_be_bytes();
                ask(socket, [&[DRAIN], &most[..]].concat()).await.map(drop)
            }
            Self::Echo(_) => Ok(()),
        }
    }
}

async fn ask(socket: &mut Socket, message: Vec<u8>) -> Result<(Raw, Duration), Problem> {
    let message = Message::Binary(message.into());
    let start = Instant::now();
    socket.send(message).await?;
    let answer = binary(socket).await?;
    Ok((answer, start.elapsed()))
}

/// Prints rows `relay|plain|echo,together_ns|apart_ns,ROUND,VALUE`, the median of each block, and
/// `relay|plain,together_cpu_ns|apart_cpu_ns,...`, a call's share of the block.
pub(crate) async fn measure(options: &Options) -> Result<(), Problem> {
    let mut targets = [
        (Target::Relay(Box::new(Relay::connect(&options.at.relay).await?)), Some(options.relay_pid)),
        (Target::Plain(Box::new(open(&options.at.plain, "/calls", None).await?)), Some(options.plain_pid)),
        (Target::Echo(Box::new(open(&options.at.plain, "/echo", None).await?)), None),
    ];
    let data = Bytes::from(vec![b'x'; BYTES]);
    let processors = Processors::of(&[options.relay_pid, options.plain_pid])?;
    for placement in [Placement::Together, Placement::Apart] {
        processors.place(placement)?;
        for round in 0..options.rounds + WARM_UP {
            for (target, pid) in &mut targets {
                let (mut times, used) = block(target, *pid, &data).await?;
                let Some(round) = round.checked_sub(WARM_UP) else { continue };
                let (name, placement) = (target.name(), placement.name());
                println!("{name},{placement}_ns,{round},{}", median(&mut times).as_nanos());
                if let Some(used) = used {
                    println!("{name},{placement}_cpu_ns,{round},{}", used / BLOCK as u64);
                }
            }
        }
    }
    Ok(())
}

/// How long each call of a block took, and the processor time of its server.
async fn block(
    target: &mut Target,
    server: Option<u32>,
    data: &Bytes,
) -> Result<(Vec<Duration>, Option<u64>), Problem> {
    let before = server.map(cpu::used_ns).transpose()?;
    let mut times = Vec::with_capacity(BLOCK);
    for _ in 0..BLOCK {
        times.push(target.send(data).await?);
    }
    target.drain(BLOCK * BYTES).await?;
    let after = server.map(cpu::used_ns).transpose()?;
    Ok((times, after.zip(before).map(|(after, before)| after - before)))
}

/// Prints rows `relay|plain,many_p99_ns,ROUND,VALUE`: of all calls of a block in which every session makes one call after the
/// other.
pub(crate) async fn many(options: &Many) -> Result<(), Problem> {
    const CALLS: usize = 20;
    let (mut relays, mut plains) = (Vec::new(), Vec::new());
    for _ in 0..options.sessions {
        relays.push(Target::Relay(Box::new(Relay::connect(&options.at.relay).await?)));
        plains.push(Target::Plain(Box::new(open(&options.at.plain, "/calls", None).await?)));
    }
    let data = &Bytes::from(vec![b'x'; BYTES]);
    for round in 0..options.rounds + WARM_UP {
        for targets in [&mut relays, &mut plains] {
            let each = targets.iter_mut().map(|target| async move {
                let mut times = Vec::with_capacity(CALLS);
                for _ in 0..CALLS {
                    times.push(target.send(data).await?);
                }
                target.drain(CALLS * BYTES).await?;
                Ok::<_, Problem>(times)
            });
            let mut times = try_join_all(each).await?.concat();
            let Some(round) = round.checked_sub(WARM_UP) else { continue };
            println!("{},many_p99_ns,{round},{}", targets[0].name(), quantile(&mut times, 0.99).as_nanos());
        }
    }
    Ok(())
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort();
    times[times.len() / 2]
}
