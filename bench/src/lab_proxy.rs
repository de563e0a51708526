//! The relay's yardstick with a lab behind it: the same lab, echo and reports, but TCP in place of WebSockets, and none of
//! the relay's limits and sessions.

use std::future::poll_fn;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::sync::Arc;

use lab::{Ground, Limits, LiveRun, MakePeer, Pipe, Report, Targets};
use protocol::{FromRelay, LabSpec, PeerSpec};
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader, copy_bidirectional_with_sizes};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc, oneshot};

use crate::carry::PIECE;
use crate::relay::Problem;

/// The echo that stands behind the relay's pipe as well as behind this proxy.
pub(crate) fn echo() -> PeerSpec {
    let mut peer = PeerSpec::named("echo");
    peer.settings.insert("chunk".into(), PIECE as i64);
    peer
}

/// Serves on a port of the system's choice, and prints it: the first connection is told what happens in the lab, each
/// later one is carried to the lab's echo.
pub(crate) fn serve() -> Result<(), Problem> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        println!("{}", listener.local_addr()?);
        let (told, _) = listener.accept().await?;
        told.set_nodelay(true)?;
        let (wants, wanted) = mpsc::channel(1);
        tokio::spawn(async move { drop(run(told, wanted).await) });
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let wants = wants.clone();
            // Whoever breaks its connection is gone.
            tokio::spawn(async move { drop(carry(stream, wants).await) });
        }
    })
}

/// Carries a connection to the lab's echo.
async fn carry(mut stream: TcpStream, wants: mpsc::Sender<oneshot::Sender<Pipe>>) -> Result<(), Problem> {
    let (give, given) = oneshot::channel();
    wants.send(give).await?;
    let mut pipe = given.await?;
    pipe.connected().await.map_err(|errno| errno.to_string())?;
    Ok(copy_bidirectional_with_sizes(&mut stream, pipe.stream(), PIECE, PIECE).await.map(drop)?)
}

/// Runs the lab in one task, as a session does, and tells what happens in the relay's own messages, each behind its length.
async fn run(mut told: TcpStream, mut wanted: mpsc::Receiver<oneshot::Sender<Pipe>>) -> Result<(), Problem> {
    let make: MakePeer = Arc::new(|spec| {
        let address = SocketAddrV4::new(Targets::address(spec.host), spec.port).into();
        let place = peers::Place { address, rcvbuf: i32::MAX };
        peers::build(&spec.name, place, &spec.settings, spec.seed).map_err(|wrong| wrong.to_string())
    });
    let limits = Limits { buffer: None, ..Limits::default() };
    let budget = Arc::new(Semaphore::new(Semaphore::MAX_PERMITS));
    let mut run = LiveRun::open(&LabSpec::with(echo()), &Ground::LOOPBACK, make, limits, budget)?;
    let mut echo = None;
    let mut seq = 0;
    loop {
        tokio::select! {
            report = poll_fn(|cx| run.poll_report(cx)) => match report {
                Report::Opened(addresses) => echo = addresses.first().copied(),
                Report::Peer(peer, done, at) => {
                    seq += 1;
                    let report = done.of_peer(peer, at);
                    told.write_all(&framed(&protocol::encode(&FromRelay::Lab { seq, report }))).await?;
                }
                _ => {}
            },
            // A session is asked for a pipe only when its lab is open.
            Some(give) = wanted.recv(), if echo.is_some() => {
                let to = echo.ok_or("the lab has no echo")?.into();
                // Whoever asked has gone, if it is not taken.
                let _ = give.send(run.pipe(to).map_err(|errno| errno.to_string())?);
            }
        }
    }
}

/// In one write, as a WebSocket's frame goes.
fn framed(message: &[u8]) -> Vec<u8> {
    let len = u32::try_from(message.len()).expect("a message is smaller than 4 GiB");
    [&len.to_be_bytes(), message].concat()
}

/// Reads what the lab tells, as [`Relay::read_on`](crate::relay::Relay::read_on) does, for as long as it comes.
pub(crate) async fn read_on(told: TcpStream) -> Result<(), Problem> {
    let mut told = BufReader::with_capacity(2 * PIECE, told);
    let mut message = Vec::new();
    loop {
        let len = told.read_u32().await?;
        message.resize(len as usize, 0);
        told.read_exact(&mut message).await?;
        protocol::decode::<FromRelay>(&message)?;
    }
}
