//! `socketscope serve`.

use std::io::{self, IsTerminal as _, Write as _};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use tokio::signal;
use tokio_util::sync::CancellationToken;

use super::config::Flags;
use crate::lan;
use crate::settings::LogFormat;
use crate::{Content, Handle, NotServing, Server, Settings};

/// How to serve.
#[derive(Args, Clone, Debug)]
pub(super) struct Options {
    #[command(flatten)]
    flags: Flags,
    /// Serve everybody in this network: listen on every address, and say which they are and what that means
    #[arg(long, conflicts_with = "listen")]
    lan: bool,
    /// Print one line of JSON on standard output when listening: url, port, pid, version
    #[arg(long)]
    ready_json: bool,
}

pub(super) fn run(options: &Options) -> ExitCode {
    let mut settings = match options.flags.effective() {
        Ok(effective) => effective.settings,
        Err(mistakes) => return super::config::wrong(&mistakes),
    };
    if options.lan {
        settings.listen = vec![Ipv4Addr::UNSPECIFIED.into(), Ipv6Addr::UNSPECIFIED.into()];
    }
    if let Err(mistake) = write_log(&settings) {
        return super::config::wrong(&[mistake]);
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&format!("the system gives no threads: {error}")),
    };
    let code = runtime.block_on(serve(options, &settings));
    // Nothing of ours blocks a thread, so there is nothing to wait for.
    runtime.shutdown_background();
    code
}

fn write_log(settings: &Settings) -> Result<(), String> {
    let filter = tracing_subscriber::EnvFilter::try_new(&settings.log)
        .map_err(|error| format!("log: {error}; info,relay::socket=debug is an example"))?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal());
    match settings.log_format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().flatten_event(true).init(),
    }
    Ok(())
}

fn failed(why: &str) -> ExitCode {
    eprintln!("socketscope: {why}");
    ExitCode::FAILURE
}

async fn serve(options: &Options, settings: &Settings) -> ExitCode {
    let site = match crate::site(site::Options { relay: true }, settings.lessons.as_deref()) {
        Ok(site) => site,
        Err(problems) => return super::problems(&problems),
    };
    let server = match Server::open(settings, Content::new(&site)).await {
        Ok(server) => server,
        Err(NotServing::Tls(why) | NotServing::Labs(why) | NotServing::Rooms(why)) => return failed(&why),
        Err(NotServing::Bind(address, error)) => return failed(&not_bound(address, &error)),
    };
    let stop = CancellationToken::new();
    tokio::spawn(stop_on_signal(stop.clone()));
    #[cfg(unix)]
    tokio::spawn(reload_on_signal(server.handle()));
    say_ready(options, settings, &server);
    if server.run(stop).await {
        tracing::info!("all clients are gone");
    }
    ExitCode::SUCCESS
}

/// Says where to open the site.
fn say_ready(options: &Options, settings: &Settings, server: &Server) {
    let scheme = if settings.tls_cert.is_some() { "https" } else { "http" };
    let address = server.address();
    if options.ready_json {
        let line = serde_json::json!({
            "url": format!("{scheme}://{address}/"),
            "port": address.port(),
            "pid": std::process::id(),
            "version": crate::VERSION,
            "mode": server.mode(),
            "lan": options.lan.then(|| lan::reach().iter().map(|it| format!("{scheme}://{}/", SocketAddr::from((it.ip, address.port())))).collect::<Vec<_>>()),
            "metrics": server.metrics().map(|address| format!("http://{address}/metrics")),
        });
        // Whoever asked for the line may have gone; the relay serves all the same.
        let mut out = io::stdout();
        let _ = writeln!(out, "{line}").and_then(|()| out.flush());
    } else if options.lan {
        let all = lan::reach();
        let ansi = io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        eprint!(
            "{}",
            lan::screen(&all, address.port(), settings.tls_cert.is_some(), settings.teacher_over_http, ansi)
        );
        tokio::spawn(say_new_addresses(all, address.port(), scheme));
    } else {
        for address in server.addresses() {
            eprintln!("Socketscope is at {scheme}://{address}/ (stop it with Ctrl-C)");
        }
        for origin in &settings.origin {
            eprintln!("Browsers open {origin}/");
        }
    }
    let beyond = server.addresses().iter().any(|address| !address.ip().is_loopback());
    if beyond && settings.token.is_none() {
        tracing::info!(
            "whoever reaches this machine may make live runs; an access token (--token-file) limits that"
        );
    }
    if !crate::has_front_end() {
        eprintln!(
            "The front end is not in this build: pages have no style and no figures. Use `cargo xtask serve`."
        );
    }
}

/// How often the machine's addresses are looked at.
const LOOK: Duration = Duration::from_secs(5);

/// Says when this machine has other addresses than before: it joined another network, or was given another one.
async fn say_new_addresses(mut known: Vec<lan::Reach>, port: u16, scheme: &'static str) {
    loop {
        tokio::time::sleep(LOOK).await;
        let now = lan::reach();
        for reach in now.iter().filter(|reach| !known.contains(reach)) {
            eprintln!("Now also at {scheme}://{}/ ({})", SocketAddr::from((reach.ip, port)), reach.interface);
        }
        for reach in known.iter().filter(|reach| !now.contains(reach)) {
            eprintln!("No more at {scheme}://{}/", SocketAddr::from((reach.ip, port)));
        }
        known = now;
    }
}

fn not_bound(address: SocketAddr, error: &io::Error) -> String {
    let port = address.port();
    match error.kind() {
        io::ErrorKind::AddrInUse => format!(
            "port {port} is in use by another program. Choose another with --port {}, or any free one with --port 0.",
            if port == u16::MAX { 8080 } else { port + 1 }
        ),
        io::ErrorKind::PermissionDenied => {
            format!(
                "this user may not listen on port {port}. Choose one above 1023, for example --port 8080."
            )
        }
        io::ErrorKind::AddrNotAvailable => {
            format!(
                "this machine does not have the address {}. `socketscope doctor --room` lists those that it has.",
                address.ip()
            )
        }
        _ => format!("cannot listen on {address}: {error}"),
    }
}

/// At SIGHUP certificates are read again.
#[cfg(unix)]
async fn reload_on_signal(handle: Handle) {
    let Ok(mut signal) = signal::unix::signal(signal::unix::SignalKind::hangup()) else { return };
    while signal.recv().await.is_some() {
        match handle.reload() {
            Ok(true) => tracing::info!("certificates read again"),
            Ok(false) => tracing::info!("there are no certificates to read again"),
            Err(error) => tracing::error!(error, "the old certificate stays"),
        }
    }
}

/// Cancels at SIGINT (Ctrl-C) and, on Unix, SIGTERM.
pub(super) async fn stop_on_signal(stop: CancellationToken) {
    let interrupted = async {
        if signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminated = async {
        match signal::unix::signal(signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
    stop.cancel();
}
