//! `socketscope bridge`: a program of any language, on this machine, and a peer in a relay's lab, joined by one stream.

mod carry;
mod expose;
mod listen;
mod session;

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use protocol::{LabSpec, PeerSpec};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use self::session::Session;
use super::client::{self, Socket, Welcome};

/// Which way, and to which peer.
#[derive(Args, Clone, Debug)]
pub(super) struct Options {
    #[command(flatten)]
    way: Way,
    /// The relay: http://127.0.0.1:8080
    url: String,
    /// The peer, whose page is /peers/NAME at the relay [default: echo with --listen, dialler with --expose]
    peer: Option<String>,
    /// Something that can be set about the peer; may be said several times
    #[arg(long, value_name = "NAME=VALUE", value_parser = super::calls::setting)]
    peer_setting: Vec<(String, i64)>,
    /// SO_RCVBUF of the peer's sockets, in bytes [default: the relay's own]
    #[arg(long)]
    rcvbuf: Option<u32>,
    /// Where the peer's random decisions start
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// A file with the access token, where the relay asks for one; or the variable SOCKETSCOPE_TOKEN
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// Let the address be one that other machines reach
    #[arg(long)]
    lan: bool,
    /// Also print the calls that the peer makes
    #[arg(long)]
    peer_calls: bool,
    /// Print one line of JSON on standard output when ready: address, kernel, from where, to where
    #[arg(long)]
    ready_json: bool,
}

#[derive(Args, Clone, Debug)]
#[group(required = true, multiple = false)]
struct Way {
    /// Take connections here, and lead each to the peer: your client, its server. Port 0 takes any free one
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    listen: Option<SocketAddr>,
    /// Lead each connection that the peer makes to the server there: its client, your server
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    expose: Option<SocketAddr>,
}

/// `127.0.0.1:9000`, `localhost:9000`, or a port of this machine's own.
fn address(text: &str) -> Result<SocketAddr, String> {
    let own = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let port = text.strip_prefix("localhost:").unwrap_or(text).parse().map(own).ok();
    port.or_else(|| text.parse().ok()).ok_or_else(|| "an address and a port: 127.0.0.1:9000".into())
}

/// Why a bridge ends: a sentence, and the exit code.
#[derive(Debug)]
struct Stop {
    says: String,
    code: u8,
}

impl Stop {
    /// Of the arguments.
    fn usage(says: impl Into<String>) -> Self {
        Self { says: says.into(), code: 2 }
    }
}

/// What can be repaired elsewhere.
impl From<String> for Stop {
    fn from(says: String) -> Self {
        Self { says, code: 1 }
    }
}

/// Exit codes: 0 it was stopped with Ctrl-C; 1 there is no such bridge, or no more; 2 usage.
pub(super) fn run(options: &Options) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return tell(&Stop::from(format!("the system gives no runtime: {error}"))),
    };
    let code = runtime.block_on(async {
        let stop = CancellationToken::new();
        tokio::spawn(super::serve::stop_on_signal(stop.clone()));
        match bridge(options, &stop).await {
            _ if stop.is_cancelled() => ExitCode::SUCCESS,
            Ok(()) => ExitCode::SUCCESS,
            Err(why) => tell(&why),
        }
    });
    // What it still carries ends with it.
    runtime.shutdown_background();
    code
}

fn tell(stop: &Stop) -> ExitCode {
    eprintln!("socketscope: {}", stop.says);
    ExitCode::from(stop.code)
}

/// Until it is stopped, or something else ends it.
async fn bridge(options: &Options, stop: &CancellationToken) -> Result<(), Stop> {
    let peer = check(options)?;
    let opened = tokio::select! {
        opened = open(options, peer) => opened,
        () = stop.cancelled() => return Ok(()),
    };
    let (session, welcome) = opened?;
    let (peer, calls) = (session.peer, session.calls());
    let carry = async {
        match (options.way.listen, options.way.expose) {
            (Some(address), _) => listen::run(options, address, peer, &welcome).await,
            (None, Some(address)) => expose::run(options, address, calls, &welcome).await,
            (None, None) => Err(Stop::usage("say --listen or --expose")),
        }
    };
    let end = stop.child_token();
    let mut kept = tokio::spawn(session.run(end.clone(), options.peer_calls));
    let ended = tokio::select! {
        ended = carry => ended,
        why = &mut kept => return Err(why.unwrap_or_else(|error| error.to_string()).into()),
    };
    // The session ends at once, and its lab.
    end.cancel();
    let _ = kept.await;
    ended
}

/// The peer, if the arguments fit together.
fn check(options: &Options) -> Result<PeerSpec, Stop> {
    let Way { listen, expose } = &options.way;
    if let Some(address) = listen.or(*expose).filter(|address| !address.ip().is_loopback() && !options.lan) {
        return Err(Stop::usage(format!(
            "{address} is not of this machine alone, as 127.0.0.1 is: say --lan if that is meant"
        )));
    }
    let name = options.peer.as_deref().unwrap_or(if listen.is_some() { "echo" } else { "dialler" });
    // The relay may know peers that this program does not.
    match peers::about(name).map(|about| about.listens) {
        Some(false) if listen.is_some() => {
            return Err(Stop::usage(format!(
                "the peer `{name}` connects to you: start your server, and say --expose with its address"
            )));
        }
        Some(true) if expose.is_some() => {
            return Err(Stop::usage(format!(
                "the peer `{name}` waits for a client: say --listen, and connect to that address"
            )));
        }
        _ => {}
    }
    let settings: BTreeMap<_, _> = options.peer_setting.iter().cloned().collect();
    Ok(PeerSpec { rcvbuf: options.rcvbuf, settings, seed: options.seed, ..PeerSpec::named(name) })
}

/// A session with this peer in its lab.
async fn open(options: &Options, peer: PeerSpec) -> Result<(Session, Welcome), Stop> {
    let token = client::token(options.token_file.as_deref())?;
    let mut ws: Socket = client::connect(&options.url, protocol::SUBPROTOCOL).await?;
    let welcome = client::hello(&mut ws, token).await.map_err(|why| format!("{}: {why}", options.url))?;
    let session = Session::open(ws, LabSpec::with(peer)).await?;
    Ok((session, welcome))
}

/// Says that the bridge stands: `from` leads to `to`.
fn say_ready(options: &Options, welcome: &Welcome, address: SocketAddr, (from, to): (&str, &str)) {
    let kernel = &welcome.kernel;
    if options.ready_json {
        // Whoever asked for the line may have gone.
        let _ = super::print(
            &json!({ "address": address, "kernel": kernel, "from": from, "to": to }).to_string(),
        );
        return;
    }
    let (system, release, mode) = (&kernel.system, &kernel.release, &kernel.mode);
    eprintln!(
        "{from} leads to {to}, at {}: real sockets of {system} {release}, {mode}. Ctrl-C ends it.",
        options.url
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_port_of_this_machine_unless_it_says_else() {
        let own = |port: u16| Ok(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
        for (text, wanted) in [("9000", own(9000)), ("localhost:0", own(0)), ("127.0.0.1:80", own(80))] {
            assert_eq!(address(text), wanted, "{text}");
        }
        assert_eq!(address("[::1]:9").map(|address| address.port()), Ok(9));
        for wrong in ["", "127.0.0.1", "example.org:80", "127.0.0.1:99999", "localhost:"] {
            assert!(address(wrong).is_err(), "{wrong}");
        }
    }
}
