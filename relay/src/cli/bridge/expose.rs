//! `--expose`: a server on this machine, reached from the lab: a process there listens, and what it accepts is carried here by
//! its calls.

use std::net::SocketAddr;
use std::sync::Arc;

use syscall::{
    Address, Bytes, Call, Domain, Errno, Fd, How, MsgFlags, OptionValue, Outcome, Returned, SocketOption,
    SocketType, TaskId,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::sync::Semaphore;

use super::carry::{self, CHUNK, Carried};
use super::session::Calls;
use super::{Options, Stop, say_ready};
use crate::cli::client::Welcome;

/// Where the lab's peer looks for a server: port 7000 of every address of the first host.
const PORT: u16 = 7000;
/// Connections carried at once; more wait to be accepted. Each has two calls that wait, of 64, and one holds a chunk, of
/// 256 KiB in all (`lab-waiting`, `lab-waiting-bytes`).
const MOST: usize = 12;
/// Connections that wait to be accepted.
const BACKLOG: i32 = 100;
/// Bytes of one `recv`.
const RECV: u32 = 32 << 10;
/// The calls that set up and accept are this task's.
const ACCEPTS: TaskId = TaskId(0);

/// Until nothing can be accepted any more.
pub(super) async fn run(
    options: &Options,
    server: SocketAddr,
    calls: Calls,
    welcome: &Welcome,
) -> Result<(), Stop> {
    let listener = listen(&calls).await.map_err(|errno| {
        Stop::from(format!("the lab's own process cannot listen on port {PORT} there: {errno}"))
    })?;
    say_ready(
        options,
        welcome,
        server,
        (&format!("port {PORT} of the lab's first host"), &server.to_string()),
    );
    let places = Arc::new(Semaphore::new(MOST));
    for number in 1_u64.. {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { break };
        let (fd, from) = match calls.call(ACCEPTS, Call::Accept { fd: listener }).await {
            Ok(Returned::Accepted { fd, peer }) => (fd, peer),
            Ok(_) => continue,
            // It was reset before it was accepted, or the lab has no room for a moment.
            Err(Errno::ECONNABORTED) => continue,
            Err(errno) => return Err(Stop::from(format!("the lab accepts no more connections: {errno}"))),
        };
        eprintln!("{number}: from {from}");
        let end = LabEnd { calls: calls.clone(), fd };
        tokio::spawn(async move {
            eprintln!("{number}: {}", lead(end, server).await);
            drop(place);
        });
    }
    Ok(())
}

async fn listen(calls: &Calls) -> Result<Fd, Errno> {
    let socket = Call::Socket { domain: Domain::Inet, kind: SocketType::Stream };
    let Returned::Fd(fd) = calls.call(ACCEPTS, socket).await? else { return Err(Errno::EINVAL) };
    let address = Address::from(SocketAddr::from(([0, 0, 0, 0], PORT)));
    calls.call(ACCEPTS, Call::Bind { fd, address }).await?;
    calls.call(ACCEPTS, Call::Listen { fd, backlog: BACKLOG }).await?;
    Ok(fd)
}

/// Leads one connection to the server; how that ended, as a sentence.
async fn lead(end: LabEnd, server: SocketAddr) -> String {
    let mut here = match TcpStream::connect(server).await {
        Ok(here) => here,
        Err(error) => {
            end.reset().await;
            return format!("reset, since no server of yours answers at {server}: {error}");
        }
    };
    let _ = here.set_nodelay(true);
    let mut carried = Carried::default();
    let ended = end.carry(&mut here, &mut carried).await;
    let counts = format!("{} bytes to your server, {} back", carried.there, carried.back);
    match ended {
        Ok(()) => {
            let _ = end.call(Call::Close { fd: end.fd }).await;
            format!("both directions have ended; {counts}")
        }
        Err(Side::Here) => {
            end.reset().await;
            format!("reset by your server; {counts}")
        }
        Err(Side::There(errno)) => {
            carry::reset(here);
            let _ = end.call(Call::Close { fd: end.fd }).await;
            format!("reset by the peer: {errno}; {counts}")
        }
    }
}

/// Which side has broken a connection.
enum Side {
    Here,
    There(Errno),
}

/// A connection that was accepted in the lab.
struct LabEnd {
    calls: Calls,
    fd: Fd,
}

impl LabEnd {
    /// Carries until both directions have ended, or one side breaks.
    async fn carry(&self, here: &mut TcpStream, carried: &mut Carried) -> Result<(), Side> {
        let (read, write) = here.split();
        let mut there = std::pin::pin!(self.there(write, &mut carried.there));
        let mut back = std::pin::pin!(self.back(read, &mut carried.back));
        tokio::select! {
            ended = &mut there => match ended {
                Ok(()) => back.await.map(drop),
                Err(side) => Err(side),
            },
            ended = &mut back => match ended {
                Ok(read) => tokio::select! {
                    ended = &mut there => ended,
                    () = carry::broken(read.as_ref()) => Err(Side::Here),
                },
                Err(side) => Err(side),
            },
        }
    }

    /// From the peer to the server, until the peer has finished.
    async fn there(&self, mut write: WriteHalf<'_>, count: &mut u64) -> Result<(), Side> {
        loop {
            let recv = Call::Recv { fd: self.fd, len: RECV, flags: MsgFlags::default() };
            let data = match self.call(recv).await {
                Ok(Returned::Data(data)) => data,
                Ok(_) => Bytes::default(),
                Err(errno) => return Err(Side::There(errno)),
            };
            *count += data.len() as u64;
            let written = if data.is_empty() { write.shutdown().await } else { write.write_all(&data).await };
            written.map_err(|_| Side::Here)?;
            if data.is_empty() {
                return Ok(());
            }
        }
    }

    /// From the server to the peer, until the server has finished.
    async fn back<'s>(&self, mut read: ReadHalf<'s>, count: &mut u64) -> Result<ReadHalf<'s>, Side> {
        let mut buffer = vec![0; CHUNK];
        loop {
            let len = read.read(&mut buffer).await.map_err(|_| Side::Here)?;
            *count += len as u64;
            if len == 0 {
                let finished = self.call_back(Call::Shutdown { fd: self.fd, how: How::Write }).await;
                return finished.map(|_| read).map_err(Side::There);
            }
            self.send(Bytes::from(&buffer[..len])).await.map_err(Side::There)?;
        }
    }

    async fn send(&self, mut data: Bytes) -> Result<(), Errno> {
        let flags = MsgFlags { nosignal: true, ..MsgFlags::default() };
        while !data.is_empty() {
            let sent = self.call_back(Call::Send { fd: self.fd, data: data.clone(), flags }).await?;
            let Returned::Count(count) = sent else { return Err(Errno::EINVAL) };
            data = data.slice(count as usize..data.len());
        }
        Ok(())
    }

    /// Ends it by RST.
    async fn reset(&self) {
        let (option, value) = (SocketOption::SoLinger, OptionValue::Linger { on: true, seconds: 0 });
        let _ = self.call(Call::Setsockopt { fd: self.fd, option, value }).await;
        let _ = self.call(Call::Close { fd: self.fd }).await;
    }

    /// A call of the task that receives. A descriptor is one connection's at a time, and so are the tasks of its number.
    async fn call(&self, call: Call) -> Outcome {
        self.calls.call(TaskId(1 + 2 * self.fd.0.unsigned_abs()), call).await
    }

    /// A call of the task that sends.
    async fn call_back(&self, call: Call) -> Outcome {
        self.calls.call(TaskId(2 + 2 * self.fd.0.unsigned_abs()), call).await
    }
}
