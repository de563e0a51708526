//! `--listen`: connections of programs on this machine, each led by a pipe to the lab's peer.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use protocol::{PipeOpen, PipeOpened};
use syscall::{Address, Errno};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use tokio_tungstenite::tungstenite::Message;

use super::carry::{self, End, carry};
use super::{Options, Stop, say_ready};
use crate::cli::client::{self, BROKE, SOON, Socket, Welcome};

/// The relay may count a pipe for a moment after its end: then it is asked again, so often and so much later.
const AGAIN: u32 = 20;
const LATER: Duration = Duration::from_millis(50);

/// Until the listening socket fails.
pub(super) async fn run(
    options: &Options,
    address: SocketAddr,
    peer: Address,
    welcome: &Welcome,
) -> Result<(), Stop> {
    let listener = TcpListener::bind(address).await.map_err(|error| not_bound(address, &error))?;
    let address = listener.local_addr().map_err(|error| not_bound(address, &error))?;
    say_ready(options, welcome, address, (&address.to_string(), &format!("the peer at {peer}")));
    let most = welcome.limits.sockets.max(1);
    let places = Arc::new(Semaphore::new(most as usize));
    let open = PipeOpen { session: welcome.session.clone(), key: welcome.key.clone(), to: peer };
    let mut full_said = false;
    for number in 1_u64.. {
        if places.available_permits() == 0 && !full_said {
            full_said = true;
            eprintln!(
                "{most} connections at once, all that this relay gives (lab-sockets): the next waits until one ends"
            );
        }
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { break };
        let here = match listener.accept().await {
            Ok((here, from)) => {
                eprintln!("{number}: from {from}");
                here
            }
            Err(error) => {
                // EMFILE and its like pass; a listener that is gone does not, and is asked no more often than this.
                eprintln!("{number}: not accepted: {error}");
                sleep(LATER).await;
                continue;
            }
        };
        let (url, open) = (options.url.clone(), open.clone());
        tokio::spawn(async move {
            eprintln!("{number}: {}", lead(here, &url, &open).await);
            drop(place);
        });
    }
    Ok(())
}

/// Leads one connection to the peer; how that ended, as a sentence.
async fn lead(here: TcpStream, url: &str, open: &PipeOpen) -> String {
    // What a program sends in small parts is to arrive so.
    let _ = here.set_nodelay(true);
    let pipe = match pipe(url, open).await {
        Ok(pipe) => pipe,
        Err(why) => {
            carry::reset(here);
            return format!("reset, since there is no connection to the peer: {why}");
        }
    };
    let (end, carried) = carry(here, pipe).await;
    let counts = format!("{} bytes to the peer, {} back", carried.there, carried.back);
    match end {
        End::Both => format!("both directions have ended; {counts}"),
        End::Here => format!("reset by your program; {counts}"),
        End::There(why) => format!("reset by the other side: {why}; {counts}"),
    }
}

/// A pipe that has its connection.
async fn pipe(url: &str, open: &PipeOpen) -> Result<Socket, String> {
    let mut tries = 0;
    loop {
        let mut ws = client::connect(url, protocol::PIPE).await?;
        client::send(&mut ws, open).await?;
        let answer = timeout(SOON, answer(&mut ws)).await.map_err(|_| "the relay does not answer")?;
        match answer {
            Ok(_opened) => return Ok(ws),
            Err((Some(Errno::EMFILE), _)) if tries < AGAIN => {
                tries += 1;
                sleep(LATER).await;
            }
            Err((_, why)) => return Err(why),
        }
    }
}

/// What the relay says to a pipe that is asked for; else the errno, if there is one, and a sentence.
async fn answer(ws: &mut Socket) -> Result<PipeOpened, (Option<Errno>, String)> {
    loop {
        return match ws.next().await {
            Some(Ok(Message::Binary(bytes))) => client::read(&bytes).map_err(|why| (None, why)),
            Some(Ok(Message::Close(Some(frame)))) => {
                Err((carry::errno(&frame), client::closed(Some(&frame))))
            }
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
            Some(Ok(_) | Err(_)) | None => Err((None, BROKE.into())),
        };
    }
}

fn not_bound(address: SocketAddr, error: &io::Error) -> Stop {
    let says = match error.kind() {
        io::ErrorKind::AddrInUse => {
            format!("{address} is in use by another program: say another port, or 0 for any free one")
        }
        io::ErrorKind::PermissionDenied => {
            format!("this user may not listen on port {}: say one above 1023", address.port())
        }
        io::ErrorKind::AddrNotAvailable => format!("this machine does not have the address {}", address.ip()),
        _ => format!("cannot listen on {address}: {error}"),
    };
    Stop::from(says)
}
