//! `socketscope serve`.

use std::io::{self, IsTerminal as _, Write as _};
use std::net::SocketAddr;
use std::process::ExitCode;

use clap::Args;
use tokio::signal;
use tokio_util::sync::CancellationToken;

use super::config::Flags;
use crate::settings::LogFormat;
use crate::{Content, Handle, NotServing, Server, Settings};

/// How to serve.
#[derive(Args, Clone, Debug)]
pub(super) struct Options {
    #[command(flatten)]
    flags: Flags,
    /// Print one line of JSON on standard output when listening: url, port, pid, version
    #[arg(long)]
    ready_json: bool,
}

pub(super) fn run(options: &Options) -> ExitCode {
    let settings = match options.flags.effective() {
        Ok(effective) => effective.settings,
        Err(mistakes) => return super::config::wrong(&mistakes),
    };
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
    let site = match crate::site(site::Options { relay: true }) {
        Ok(site) => site,
        Err(problems) => return super::problems(&problems),
    };
    let server = match Server::open(settings, Content::new(&site)).await {
        Ok(server) => server,
        Err(NotServing::Tls(why) | NotServing::Labs(why)) => return failed(&why),
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
            "metrics": server.metrics().map(|address| format!("http://{address}/metrics")),
        });
        // Whoever asked for the line may have gone; the relay serves all the same.
        let mut out = io::stdout();
        let _ = writeln!(out, "{line}").and_then(|()| out.flush());
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
async fn stop_on_signal(stop: CancellationToken) {
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
