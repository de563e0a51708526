//! The built binary as a server on a port of its own, for as long as a check needs it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::process::{Cmd, Result};

/// How long a request may take.
const REQUEST_LIMIT: Duration = Duration::from_secs(20);

/// A running server; it is stopped when this is dropped.
pub(crate) struct Server {
    child: Child,
    /// `127.0.0.1:40123`.
    pub(crate) address: String,
}

impl Server {
    /// Starts the binary and waits until it says where it listens.
    pub(crate) fn start(binary: &Path) -> Result<Self> {
        Self::start_with(binary, &[])
    }

    /// The same with more options.
    pub(crate) fn start_with(binary: &Path, options: &[&str]) -> Result<Self> {
        // Rooms of a check leave nothing behind, unless it says where they are kept.
        let data: &[&str] = if options.contains(&"--data") { &[] } else { &["--data", "none"] };
        let command =
            Cmd::new(binary).args(["serve", "--port", "0", "--ready-json"]).args(data).args(options);
        let mut child =
            command.command().stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let mut lines = BufReader::new(child.stdout.take().expect("standard output is a pipe"));
        let mut line = String::new();
        lines.read_line(&mut line)?;
        let mut server = Self { child, address: String::new() };
        let ready: Value =
            serde_json::from_str(&line).map_err(|_| format!("{command} said no readiness line: {line:?}"))?;
        let url = ready["url"].as_str().ok_or_else(|| format!("no url in the readiness line: {line}"))?;
        server.address = url.trim_start_matches("http://").trim_end_matches('/').to_owned();
        Ok(server)
    }

    /// The process number.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// The body of a page or file as it crosses the wire, in the coding asked for.
    pub(crate) fn get(&self, path: &str, coding: &str) -> Result<Vec<u8>> {
        let mut stream = TcpStream::connect(&self.address)?;
        stream.set_read_timeout(Some(REQUEST_LIMIT))?;
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: {}\r\nAccept-Encoding: {coding}\r\nConnection: close\r\n\r\n",
            self.address
        )?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        let end = answer
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .ok_or("an answer without an end of its head")?;
        let head = String::from_utf8_lossy(&answer[..end]).to_lowercase();
        if !head.starts_with("http/1.1 200") || head.contains("transfer-encoding: chunked") {
            return Err(format!("GET {path}: {}", head.lines().next().unwrap_or_default()).into());
        }
        if coding != "identity" && !head.contains(&format!("content-encoding: {coding}")) {
            return Err(format!("GET {path}: asked for {coding}, and it came otherwise").into());
        }
        Ok(answer.split_off(end + 4))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It is gone afterwards in any case; nothing else is to be done about an error here.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
