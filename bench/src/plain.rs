//! The yardstick: a plain axum handler that makes the system calls of the relay's `send` and nothing else, and an echo.
//!
//! One connection, one buffer, no sessions, no limits, no schema: what is dearer in the relay is the price of those.

use std::io::{self, Read};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::fd::AsRawFd;

use axum::Router;
use axum::extract::WebSocketUpgrade;
use axum::extract::ws::{Message, WebSocket};
use axum::routing::any;

/// First byte of a message: send the rest.
pub(crate) const SEND: u8 = 0;
/// First byte of a message: let the other end read as many bytes as the four bytes that follow say (big-endian).
pub(crate) const DRAIN: u8 = 1;

/// SIOCOUTQNSD of linux/sockios.h; libc has no name for it.
const SIOCOUTQNSD: libc::Ioctl = 0x894b;

/// Serves on a port of the system's choice, and prints it.
pub(crate) fn serve() -> Result<(), crate::relay::Problem> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        println!("{}", listener.local_addr()?);
        let calls =
            any(|up: WebSocketUpgrade| async { up.on_upgrade(|socket| async { drop(calls(socket).await) }) });
        let echo =
            any(|up: WebSocketUpgrade| async { up.on_upgrade(|socket| async { drop(echo(socket).await) }) });
        Ok(axum::serve(listener, Router::new().route("/calls", calls).route("/echo", echo)).await?)
    })
}

async fn echo(mut socket: WebSocket) -> Result<(), axum::Error> {
    while let Some(message) = socket.recv().await {
        if let Message::Binary(bytes) = message? {
            socket.send(Message::Binary(bytes)).await?;
        }
    }
    Ok(())
}

async fn calls(mut socket: WebSocket) -> Result<(), crate::relay::Problem> {
    let (here, mut there) = pair()?;
    while let Some(message) = socket.recv().await {
        let Message::Binary(bytes) = message? else { continue };
        let answer = match bytes.split_first() {
            Some((&SEND, data)) => {
                let count = send(&here, data);
                let mut answer = count.to_be_bytes().to_vec();
                for end in [&here, &there] {
                    answer.extend(observe(end).iter().flat_map(|n| n.to_be_bytes()));
                }
                answer
            }
            Some((&DRAIN, most)) => {
                let most = u32::from_be_bytes(most.try_into()?);
                let mut buffer = vec![0; most as usize];
                let count = there.read(&mut buffer)?;
                let mut answer = u32::try_from(count)?.to_be_bytes().to_vec();
                answer.extend(observe(&there).iter().flat_map(|n| n.to_be_bytes()));
                answer
            }
            _ => return Err("an unknown message".into()),
        };
        socket.send(Message::Binary(answer.into())).await?;
    }
    Ok(())
}

/// Both ends of a connection over loopback, neither of which waits.
fn pair() -> io::Result<(TcpStream, TcpStream)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let here = TcpStream::connect(listener.local_addr()?)?;
    let (there, _) = listener.accept()?;
    here.set_nonblocking(true)?;
    there.set_nonblocking(true)?;
    Ok((here, there))
}

/// One `send(2)`: a count, or an errno below zero.
fn send(socket: &TcpStream, data: &[u8]) -> i32 {
    let flags = libc::MSG_NOSIGNAL | libc::MSG_DONTWAIT;
    // SAFETY: the pointer and the length are those of a slice that lives as long as the call.
    let count = unsafe { libc::send(socket.as_raw_fd(), data.as_ptr().cast(), data.len(), flags) };
    i32::try_from(count)
        .ok()
        .filter(|n| *n >= 0)
        .unwrap_or_else(|| -io::Error::last_os_error().raw_os_error().unwrap_or(0))
}

/// What the kernel holds for one end, by the same four calls as the relay: three `ioctl` and TCP_INFO.
fn observe(socket: &TcpStream) -> [u32; 5] {
    let fd = socket.as_raw_fd();
    let queue = |request: libc::Ioctl| {
        let mut bytes: libc::c_int = 0;
        // SAFETY: these requests write one int, and `bytes` is one.
        unsafe { libc::ioctl(fd, request, &raw mut bytes) };
        u32::try_from(bytes).unwrap_or(0)
    };
    let mut info = [0_u32; 5];
    let mut len = size_of_val(&info) as libc::socklen_t;
    // SAFETY: the kernel writes at most `len` bytes, the size of `info`.
    unsafe { libc::getsockopt(fd, libc::IPPROTO_TCP, libc::TCP_INFO, (&raw mut info).cast(), &raw mut len) };
    [queue(libc::TIOCOUTQ), queue(SIOCOUTQNSD), queue(libc::FIONREAD), info[0] & 0xff, info[4]]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sent_is_held_by_one_end_or_the_other() {
        let (here, there) = pair().expect("loopback is there");
        assert_eq!(send(&here, &[7; 100]), 100);
        let held = observe(&here)[0] + observe(&there)[2];
        assert!(held >= 100, "{held}");
        assert_eq!(observe(&here)[3], 1, "established");
    }
}
