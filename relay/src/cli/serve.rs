//! `socketscope serve`.

use std::io::{self, Write as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;

use clap::Args;
use tokio::signal;
use tokio_util::sync::CancellationToken;

use crate::{Content, Limits, Server};

/// How to serve.
#[derive(Args, Clone, Debug)]
pub(super) struct Options {
    /// TCP port to listen on; 0 takes any free one
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Print one line of JSON on standard output when listening: url, port, pid, version
    #[arg(long)]
    ready_json: bool,
    /// Calls of one session a second; more are delayed
    #[arg(long, default_value_t = Limits::default().calls_per_second, hide = true)]
    calls_per_second: u32,
    /// Bytes from one session a second; more are delayed
    #[arg(long, default_value_t = Limits::default().bytes_per_second, hide = true)]
    bytes_per_second: u32,
}

pub(super) fn run(options: &Options) -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("SOCKETSCOPE_LOG").unwrap_or_else(|_| "warn".into()),
        )
        .with_writer(io::stderr)
        .init();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&format!("the system gives no threads: {error}")),
    };
    let code = runtime.block_on(serve(options));
    // Nothing of ours blocks a thread, so there is nothing to wait for.
    runtime.shutdown_background();
    code
}

fn failed(why: &str) -> ExitCode {
    eprintln!("socketscope: {why}");
    ExitCode::FAILURE
}

fn limits(options: &Options) -> Limits {
    let defaults = Limits::default();
    Limits {
        calls_per_second: options.calls_per_second,
        calls_burst: defaults.calls_burst.max(options.calls_per_second.saturating_mul(2)),
        bytes_per_second: options.bytes_per_second,
        bytes_burst: defaults.bytes_burst.max(options.bytes_per_second),
        ..defaults
    }
    .within(open_files())
}

/// How many files this process may open, after asking for as many as there are.
fn open_files() -> usize {
    #[cfg(target_os = "linux")]
    match lab::raise_open_files() {
        Ok(most) => return usize::try_from(most).unwrap_or(usize::MAX),
        Err(errno) => tracing::warn!(%errno, "the limit of open files cannot be read"),
    }
    usize::MAX
}

async fn serve(options: &Options) -> ExitCode {
    let site = match crate::site(site::Options { relay: true }) {
        Ok(site) => site,
        Err(problems) => return super::problems(&problems),
    };
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, options.port));
    let server = match Server::bind(address, Content::new(&site), limits(options)).await {
        Ok(server) => server,
        Err(error) => return failed(&not_bound(options.port, &error)),
    };
    let address = server.address();
    let stop = CancellationToken::new();
    tokio::spawn(stop_on_signal(stop.clone()));
    if options.ready_json {
        let line = serde_json::json!({
            "url": format!("http://{address}/"),
            "port": address.port(),
            "pid": std::process::id(),
            "version": crate::VERSION,
        });
        // Whoever asked for the line may have gone; the relay serves all the same.
        let mut out = io::stdout();
        let _ = writeln!(out, "{line}").and_then(|()| out.flush());
    } else {
        eprintln!("Socketscope is at http://{address}/ (stop it with Ctrl-C)");
    }
    if !crate::has_front_end() {
        eprintln!(
            "The front end is not in this build: pages have no style and no figures. Use `cargo xtask serve`."
        );
    }
    if server.run(stop).await {
        tracing::info!("all clients are gone");
    }
    ExitCode::SUCCESS
}

fn not_bound(port: u16, error: &io::Error) -> String {
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
        _ => format!("cannot listen on 127.0.0.1:{port}: {error}"),
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
