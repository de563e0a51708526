//! A stream there and back: through the relay's pipe, a plain TCP proxy, and programs that do the same.
//!
//! Blocks take turns, so that whatever else the machine does falls on all alike. What answers is an echo: behind the
//! relay that of a lab, which counts and reports each of its calls; behind the others a plain one.

use std::time::Instant;

use clap::Args;
use futures_util::{SinkExt, StreamExt};
use protocol::{PeerSpec, PipeOpen};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{Bytes, Message};

use crate::carry::PIECE;
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

/// Prints rows `relay|proxy|NAME,bytes_per_second,ROUND,VALUE`, and for round trips of 64 bytes `…,round_trip_ns,…`.
pub(crate) async fn measure(options: &Options) -> Result<(), Problem> {
    let mut peer = PeerSpec::named("echo");
    peer.settings.insert("chunk".into(), PIECE as i64);
    let session = Relay::open_lab(&options.relay, peer).await?;
    let mut pipe = open(&options.relay, protocol::PATH, Some(protocol::PIPE)).await?;
    let asked = PipeOpen { session: session.name(), key: session.key(), to: session.peer()? };
    pipe.send(Message::Binary(protocol::encode(&asked).into())).await?;
    match pipe.next().await.ok_or("the relay has closed the pipe")?? {
        Message::Binary(_) => {}
        other => return Err(format!("no pipe: {other:?}").into()),
    }
    // What the lab reports is read, as a page would, and not looked at.
    tokio::spawn(session.read_on());
    let proxy = TcpStream::connect(&options.proxy).await?;
    proxy.set_nodelay(true)?;
    let mut targets =
        vec![("relay".to_owned(), Target::Web(Box::new(pipe))), ("proxy".into(), Target::Tcp(proxy))];
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
