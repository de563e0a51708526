//! `socketscope health`: whether a relay with these settings answers on this machine, as a container's health check.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::process::ExitCode;
use std::time::Duration;

use super::config::Flags;

const PATIENCE: Duration = Duration::from_secs(3);

pub(super) fn run(flags: &Flags) -> ExitCode {
    let settings = match flags.effective() {
        Ok(effective) => effective.settings,
        Err(mistakes) => return super::config::wrong(&mistakes),
    };
    // A wildcard is reached at loopback, and any other address at itself.
    let ip = settings.listen.first().filter(|ip| !ip.is_unspecified());
    let address = SocketAddr::from((ip.copied().unwrap_or(Ipv4Addr::LOCALHOST.into()), settings.port));
    // Whether a certificate is right is for those to judge who come by its name.
    match asked(address, settings.tls_cert.is_none()) {
        Ok(answer) => super::print(&answer),
        Err(why) => {
            eprintln!("socketscope: no relay answers at {address}: {why}");
            ExitCode::FAILURE
        }
    }
}

fn asked(address: SocketAddr, plain: bool) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    if !plain {
        return Ok("it accepts connections".into());
    }
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(stream, "GET /healthz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.take(64 << 10).read_to_string(&mut answer)?;
    match answer.split_once("\r\n\r\n") {
        Some((head, body)) if head.starts_with("HTTP/1.1 200") => Ok(body.into()),
        _ => Err(std::io::Error::other("it is something else")),
    }
}
