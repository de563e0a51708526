//! What a relay call is measured against: a plain axum handler that makes the same system calls for each message.
//!
//! `/call`: each binary message is sent on a socket pair of loopback TCP that nobody else has, the other end reads it, and what both kernels'
//! ends hold is asked for as the relay asks. `/echo`: each message comes back. `plain_axum [PORT]`, 0 by default; prints one
//! line of JSON when it listens.

#[cfg(target_os = "linux")]
mod linux {
    use std::io::{Read as _, Write as _};
    use std::net::{TcpListener, TcpStream};
    use std::os::fd::AsRawFd as _;

    use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
    use axum::routing::any;

    /// SIOCOUTQ, SIOCOUTQNSD and SIOCINQ of linux/sockios.h.
    const QUEUES: [libc::Ioctl; 3] = [libc::TIOCOUTQ, 0x894b, libc::FIONREAD];

    /// The same four questions as the relay's, answered as eight bytes each.
    fn observe(stream: &TcpStream, answer: &mut Vec<u8>) {
        for request in QUEUES {
            let mut bytes: libc::c_int = 0;
            // SAFETY: each of the three requests writes one int.
            unsafe { libc::ioctl(stream.as_raw_fd(), request, &mut bytes) };
            answer.extend_from_slice(&bytes.to_le_bytes());
        }
        let mut info = [0_u32; 5];
        let mut len = size_of_val(&info) as libc::socklen_t;
        // SAFETY: the kernel writes at most `len` bytes into `info`.
        unsafe {
            libc::getsockopt(
                stream.as_raw_fd(),
                libc::IPPROTO_TCP,
                libc::TCP_INFO,
                info.as_mut_ptr().cast(),
                &mut len,
            )
        };
        answer.extend_from_slice(&info[0].to_le_bytes());
        answer.extend_from_slice(&info[4].to_le_bytes());
    }

    fn pair() -> std::io::Result<(TcpStream, TcpStream)> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let here = TcpStream::connect(listener.local_addr()?)?;
        let (there, _) = listener.accept()?;
        here.set_nonblocking(true)?;
        there.set_nonblocking(true)?;
        Ok((here, there))
    }

    async fn calls(mut ws: WebSocket) {
        let Ok((mut here, mut there)) = pair() else { return };
        let mut drain = vec![0; 64 << 10];
        while let Some(Ok(message)) = ws.recv().await {
            let Message::Binary(data) = message else { continue };
            let count = match here.write(&data) {
                Ok(count) => i64::try_from(count).unwrap_or(i64::MAX),
                Err(error) => -i64::from(error.raw_os_error().unwrap_or(0)),
            };
            let mut answer = count.to_le_bytes().to_vec();
            observe(&here, &mut answer);
            observe(&there, &mut answer);
            if ws.send(Message::Binary(answer.into())).await.is_err() {
                return;
            }
            // Behind the answer, so that it is in no measured time: make room for the next.
            if count < 0 {
                while matches!(there.read(&mut drain), Ok(1..)) {}
            }
        }
    }

    async fn echo(mut ws: WebSocket) {
        while let Some(Ok(message)) = ws.recv().await {
            if matches!(message, Message::Binary(_)) && ws.send(message).await.is_err() {
                return;
            }
        }
    }

    #[tokio::main]
    pub(super) async fn main() -> std::io::Result<()> {
        let port: u16 = std::env::args().nth(1).and_then(|port| port.parse().ok()).unwrap_or(0);
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
        println!(
            r#"{{"url":"http://{0}/","port":{1}}}"#,
            listener.local_addr()?,
            listener.local_addr()?.port()
        );
        let app = axum::Router::new()
            .route("/call", any(|upgrade: WebSocketUpgrade| async { upgrade.on_upgrade(calls) }))
            .route("/echo", any(|upgrade: WebSocketUpgrade| async { upgrade.on_upgrade(echo) }));
        axum::serve(listener, app).await
    }
}

fn main() -> std::io::Result<()> {
    #[cfg(target_os = "linux")]
    return linux::main();
    #[cfg(not(target_os = "linux"))]
    Err(std::io::Error::other("this comparison needs Linux"))
}
