//! A stream there and back: through the relay's pipe, TCP proxies, and programs that do the same.
//!
//! Blocks take turns, so that whatever else the machine does falls on all alike. What answers is an echo:
//!
//! - behind the relay and `measure lab-proxy` that of a lab on loopback: after each call it asks the kernel what that end
//!   holds (four calls more) and reports both, and this client reads and decodes every report;
//! - behind `measure proxy` and other bridges a plain one, which does far less: they are favoured.
//!
//! So the relay differs from `lab_proxy` by what this project adds alone: WebSockets in place of TCP, for the stream and for
//! the reports; sessions; limits.

use std::time::Instant;

use clap::Args;
use futures_util::{SinkExt, StreamExt};
use protocol::PipeOpen;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{Bytes, Message};

use crate::carry::PIECE;
use crate::lab_proxy;
use crate::relay::{Problem, Relay, Socket, open};

/// Pieces of 64 KiB in a block.
const BLOCK: usize = 256;
/// Blocks before anything is counted.
const WARM_UP: u32 = 1;

#[derive(Args)]
pub(crate) struct Options {
    /// Where the relay listens.
    #[arg(long)]
    relay: String,
    /// Where `measure lab-proxy` listens, to which nobody has connected yet.
    #[arg(long)]
    lab_proxy: String,
    /// Where `measure proxy` listens.
    #[arg(long)]
    proxy: String,
    /// Other bridges, as name=address: WebSockets whose binary messages are bytes of a stream.
    #[arg(long)]
    bridge: Vec<String>,
    /// Blocks of 16 MiB for each.
    #[arg(long)]
    rounds: u32,
}

/// What stands between.
enum Target {
    Tcp(TcpStream),
    Web(Box<Socket>),
}

/// Prints rows `relay|lab_proxy|proxy|NAME,bytes_per_second,ROUND,VALUE`, and for round trips of 64 bytes `…,round_trip_ns,…`.
pub(crate) async fn measure(options: &Options) -> Result<(), Problem> {
    let session = Relay::open_lab(&options.relay, lab_proxy::echo()).await?;
    let mut pipe = open(&options.relay, protocol::PATH, Some(protocol::PIPE)).await?;
    let asked = PipeOpen { session: session.name(), key: session.key(), to: session.peer()? };
    pipe.send(Message::Binary(protocol::encode(&asked).into())).await?;
    match pipe.next().await.ok_or("the relay has closed the pipe")?? {
        Message::Binary(_) => {}
        other => return Err(format!("no pipe: {other:?}").into()),
    }
    // What the lab reports is read, as a page would, and not looked at.
    tokio::spawn(session.read_on());
    tokio::spawn(lab_proxy::read_on(connect(&options.lab_proxy).await?));
    let mut targets = vec![
        ("relay".to_owned(), Target::Web(Box::new(pipe))),
        ("lab_proxy".into(), Target::Tcp(connect(&options.lab_proxy).await?)),
        ("proxy".into(), Target::Tcp(connect(&options.proxy).await?)),
    ];
    for bridge in &options.bridge {
        let (name, address) = bridge.split_once('=').ok_or("a bridge is name=address")?;
        targets.push((name.into(), Target::Web(Box::new(open(address, "/", Some("binary")).await?))));
    }
    for round in 0..options.rounds + WARM_UP {
        for (name, target) in &mut targets {
            let started = Instant::now();
            target.block(PIECE, BLOCK).await?;
            let rate = (PIECE * BLOCK) as f64 / started.elapsed().as_secs_f64();
            let mut times = Vec::with_capacity(BLOCK);
            for _ in 0..BLOCK {
                let started = Instant::now();
                target.block(64, 1).await?;
                times.push(started.elapsed());
            }
            times.sort();
            let Some(round) = round.checked_sub(WARM_UP) else { continue };
            println!("{name},bytes_per_second,{round},{rate:.0}");
            println!("{name},round_trip_ns,{round},{}", times[BLOCK / 2].as_nanos());
        }
    }
    Ok(())
}

async fn connect(address: &str) -> Result<TcpStream, Problem> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

impl Target {
    /// Sends so many pieces and reads them back meanwhile.
    async fn block(&mut self, piece: usize, pieces: usize) -> Result<(), Problem> {
        let data = Bytes::from(vec![b'x'; piece]);
        let mut left = piece * pieces;
        match self {
            Self::Tcp(stream) => {
                let (mut from, mut to) = stream.split();
                let sends = async {
                    for _ in 0..pieces {
                        to.write_all(&data).await?;
                    }
                    Ok::<_, Problem>(())
                };
                let reads = async {
                    let mut buffer = vec![0; PIECE];
                    while left > 0 {
                        match from.read(&mut buffer).await? {
                            0 => return Err("the proxy has closed the connection".into()),
                            count => left -= count,
                        }
                    }
                    Ok(())
                };
                tokio::try_join!(sends, reads).map(drop)
            }
            Self::Web(socket) => {
                let (mut to, mut from) = (&mut **socket).split();
                let sends = async {
                    for _ in 0..pieces {
                        to.send(Message::Binary(data.clone())).await?;
                    }
                    Ok::<_, Problem>(())
                };
                let reads = async {
                    while left > 0 {
                        match from.next().await.ok_or("the bridge has closed the connection")?? {
                            Message::Binary(bytes) => left -= bytes.len(),
                            Message::Close(why) => return Err(format!("the bridge closed: {why:?}").into()),
                            _ => {}
                        }
                    }
                    Ok(())
                };
                tokio::try_join!(sends, reads).map(drop)
            }
        }
    }
}
