//! A relay for others than oneself: proxies, TLS, an access token, metrics; and how its process ends and begins again.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use common::process::{Serving, run, socketscope};
use common::{Client, Relay, ask, ask_at, ask_over, header, start_with};
use futures_util::StreamExt as _;
use protocol::Resume;
use relay::settings::{LabMode, Metrics, ProxyHeader, Secret};
use relay::{Closing, Limits, Settings};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use tokio_tungstenite::{MaybeTlsStream, client_async};

fn settings() -> Settings {
    Settings { metrics: Metrics::Off, lab_mode: LabMode::Loopback, ..Settings::default() }
}

/// A proxy that does what nginx and Caddy do: it appends whom it heard from to the header, then passes bytes on.
async fn proxy(relay: SocketAddr, heard_from: &'static str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    head.push(client.read_u8().await.unwrap());
                }
                head.truncate(head.len() - 2);
                head.extend(format!("x-forwarded-for: {heard_from}\r\n\r\n").bytes());
                let mut relay = TcpStream::connect(relay).await.unwrap();
                relay.write_all(&head).await.unwrap();
                let _ = copy_bidirectional(&mut client, &mut relay).await;
            });
        }
    });
    address
}

/// A session through a proxy, or the status of the refusal.
async fn session_through(
    relay: &Relay,
    proxy: SocketAddr,
    changes: &[(&'static str, &str)],
) -> Result<Client, u16> {
    let stream = MaybeTlsStream::Plain(TcpStream::connect(proxy).await.unwrap());
    match client_async(relay.request(changes), stream).await {
        Ok((ws, _)) => Ok(Client::of(ws)),
        Err(tokio_tungstenite::tungstenite::Error::Http(response)) => Err(response.status().as_u16()),
        Err(other) => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn behind_a_trusted_proxy_each_client_has_its_own_places() {
    let limits = Limits { sessions_per_address: 1, ..Limits::default() };
    let trusted_proxy = vec!["127.0.0.1/32".parse().unwrap()];
    let relay = start_with(Settings { trusted_proxy, limits: limits.clone(), ..settings() }).await;
    let (one, other) = (proxy(relay.address, "192.0.2.1").await, proxy(relay.address, "192.0.2.2").await);
    let _first = session_through(&relay, one, &[]).await.ok().unwrap();
    // Whatever a client writes into the header itself, it stays who it is.
    let made_up = [("x-forwarded-for", "198.51.100.7"), ("forwarded", "for=198.51.100.7")];
    assert_eq!(session_through(&relay, one, &made_up).await.err(), Some(503));
    assert!(session_through(&relay, other, &[]).await.is_ok());

    // Without trust all are the proxy.
    let relay = start_with(Settings { limits, proxy_header: ProxyHeader::Forwarded, ..settings() }).await;
    let (one, other) = (proxy(relay.address, "192.0.2.1").await, proxy(relay.address, "192.0.2.2").await);
    let _first = session_through(&relay, one, &[]).await.ok().unwrap();
    assert_eq!(session_through(&relay, other, &[]).await.err(), Some(503));
}

#[tokio::test]
async fn a_relay_that_is_told_its_name_answers_to_it() {
    let origin = relay::settings::origins("https://sockets.example").unwrap();
    let relay = start_with(Settings { origin, ..settings() }).await;
    let (head, _) = ask(&relay, "GET", "/healthz", "host: sockets.example\r\n").await;
    assert!(head.starts_with("http/1.1 200"), "{head}");
    let named = [("host", "sockets.example"), ("origin", "https://sockets.example")];
    assert!(tokio_tungstenite::connect_async(relay.request(&named)).await.is_ok());
    let (status, text) = relay.refusal(&[("host", "evil.example")]).await;
    assert!(status == 403 && text.contains("https://sockets.example"), "{text}");
}

#[tokio::test]
async fn in_a_room_the_address_that_was_opened_is_a_name_too() {
    let relay = start_with(Settings { listen: vec!["0.0.0.0".parse().unwrap()], ..settings() }).await;
    // 127.0.0.2 stands for an address of this machine that nobody told us.
    let address = SocketAddr::from(([127, 0, 0, 2], relay.address.port()));
    let (head, _) = ask_at(address, "GET", "/healthz", "").await;
    assert!(head.starts_with("http/1.1 200"), "{head}");
    let (head, _) = ask_at(address, "GET", "/healthz", "host: 127.0.0.3\r\n").await;
    assert!(head.starts_with("http/1.1 403"), "{head}");
}

#[tokio::test]
async fn without_the_access_token_there_is_no_session_and_guesses_are_few() {
    let token = Some(Secret::new("a token of ours").unwrap());
    let limits = Limits { wrong_keys: 2, ..Limits::default() };
    let relay = start_with(Settings { token, limits, ..settings() }).await;
    let (head, _) = ask(&relay, "GET", "/", "").await;
    assert!(head.starts_with("http/1.1 200"), "pages need none");
    assert!(!relay.connect().await.hello_with(None, Some("a token of ours")).await, "a fresh session");
    for (token, code) in [
        (None, Closing::TOKEN),
        (Some("a token of theirs"), Closing::TOKEN),
        (None, Closing::TOKEN),
        (Some("a token of our"), Closing::TOKEN),
        (Some("a token of ours"), Closing::TRY_LATER),
    ] {
        let mut client = relay.connect().await;
        let token = token.map(String::from);
        let hello = protocol::Hello { version: protocol::VERSION, resume: None, token };
        client.send(&protocol::FromClient::Hello(hello)).await;
        assert_eq!(client.closed().await.0, code);
    }
}

/// A folder that is removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("socketscope-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// A fresh certificate for `localhost`; what a client must trust.
    fn certificate(&self) -> RootCertStore {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".into()]).unwrap();
        std::fs::write(self.0.join("cert.pem"), made.cert.pem()).unwrap();
        std::fs::write(self.0.join("key.pem"), made.signing_key.serialize_pem()).unwrap();
        let mut roots = RootCertStore::empty();
        roots.add(made.cert.der().clone()).unwrap();
        roots
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

async fn handshake(
    address: SocketAddr,
    roots: &RootCertStore,
) -> std::io::Result<tokio_rustls::client::TlsStream<TcpStream>> {
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots.clone())
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    TlsConnector::from(Arc::new(config)).connect(name, TcpStream::connect(address).await.unwrap()).await
}

#[tokio::test]
async fn with_certificate_files_everything_is_https_and_new_ones_are_read_again() {
    let folder = Folder::new("tls");
    let old = folder.certificate();
    let (tls_cert, tls_key) = (Some(folder.0.join("cert.pem")), Some(folder.0.join("key.pem")));
    let limits = Limits { head: Duration::from_millis(300), ..Limits::default() };
    let relay = start_with(Settings { tls_cert, tls_key, limits, ..settings() }).await;
    let over = handshake(relay.address, &old).await.unwrap();
    let (head, _) = ask_over(over, relay.address, "GET", "/healthz", "").await;
    assert!(head.starts_with("http/1.1 200"), "{head}");
    let stream = handshake(relay.address, &old).await.unwrap();
    let origin = format!("https://{}", relay.address);
    let (mut ws, _) = client_async(relay.request(&[("origin", &origin)]), stream).await.unwrap();
    ws.close(None).await.unwrap();
    let stream = handshake(relay.address, &old).await.unwrap();
    assert!(client_async(relay.request(&[]), stream).await.is_err(), "http is another origin");
    // A handshake that never comes is given up.
    let mut silent = TcpStream::connect(relay.address).await.unwrap();
    let mut nothing = Vec::new();
    let _ = tokio::time::timeout(common::PATIENCE, silent.read_to_end(&mut nothing)).await.unwrap();

    let new = folder.certificate();
    assert!(handshake(relay.address, &new).await.is_err(), "not yet read");
    assert!(relay.handle.reload().unwrap(), "there was one to read");
    assert!(handshake(relay.address, &new).await.is_ok());
    std::fs::write(folder.0.join("key.pem"), "nonsense").unwrap();
    assert!(relay.handle.reload().unwrap_err().contains("key.pem"));
    assert!(handshake(relay.address, &new).await.is_ok(), "the old one stays");
}

#[test]
fn certificates_that_are_of_no_use_are_told() {
    let folder = Folder::new("no-tls");
    folder.certificate();
    let (cert, key) = (folder.0.join("cert.pem"), folder.0.join("key.pem"));
    let serve = |cert: &PathBuf, key: &PathBuf| {
        let (cert, key) = (cert.to_str().unwrap(), key.to_str().unwrap());
        run(&["serve", "--port", "0", "--tls-cert", cert, "--tls-key", key], "")
    };
    let (code, _, err) = serve(&folder.0.join("none.pem"), &key);
    assert!(code == 1 && err.contains("none.pem"), "{err}");
    let (code, _, err) = serve(&key, &key);
    assert!(code == 1 && err.contains("no certificate in it"), "{err}");
    let (code, _, err) = run(&["serve", "--tls-cert", cert.to_str().unwrap()], "");
    assert!(code == 2 && err.contains("belong together"), "{err}");
}

#[tokio::test]
async fn prometheus_is_answered_on_a_listener_of_its_own() {
    let relay = start_with(Settings { metrics: Metrics::Auto, ..settings() }).await;
    let mut client = relay.lab("echo", 4096).await;
    client.connected(4096).await;
    let address = relay.metrics.unwrap();
    assert!(address.ip().is_loopback());
    let (head, body) = ask_at(address, "GET", "/metrics", "").await;
    assert!(head.starts_with("http/1.1 200"), "{head}");
    assert!(header(&head, "content-type").unwrap().starts_with("application/openmetrics-text"));
    let text = String::from_utf8(body).unwrap();
    for line in [
        "socketscope_sessions 1",
        "socketscope_labs 1",
        "socketscope_labs_opened_total 1",
        "socketscope_calls_total{call=\"connect\",by=\"kernel\",outcome=\"ok\"} 1",
        "socketscope_call_seconds_count 3",
    ] {
        assert!(text.lines().any(|l| l == line), "{line}\n{text}");
    }
    assert!(ask(&relay, "GET", "/metrics", "").await.0.starts_with("http/1.1 404"), "not for clients");
    client.finish().await;
    let (_, body) = ask_at(address, "GET", "/metrics", "").await;
    assert!(String::from_utf8(body).unwrap().contains("socketscope_labs 0"));
}

/// A session with a relay that is another process.
async fn session_at(port: u16) -> Client {
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    let (ws, _) = tokio_tungstenite::connect_async(common::request(address, &[])).await.unwrap();
    Client::of(ws)
}

#[tokio::test]
async fn sigterm_says_going_away_and_ends_well_even_if_nobody_listens() {
    let mut serving = Serving::start(&["--close", "100ms"]);
    let mut client = session_at(serving.port).await;
    client.hello(None).await;
    // One that reads nothing, one that has said nothing, one that is no WebSocket.
    let mut deaf = session_at(serving.port).await;
    deaf.hello(None).await;
    let _silent = session_at(serving.port).await;
    let _half = TcpStream::connect(("127.0.0.1", serving.port)).await.unwrap();
    let began = Instant::now();
    serving.signal(libc::SIGTERM);
    assert_eq!(client.closed().await.0, Closing::GOING_AWAY);
    while let Some(Ok(_)) = client.ws.next().await {}
    let status = tokio::task::spawn_blocking(move || serving.child.wait().unwrap()).await.unwrap();
    assert!(status.success(), "{status}");
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_relay_that_was_started_again_says_that_it_knows_no_such_session() {
    let serving = Serving::start(&[]);
    let port = serving.port;
    let mut client = session_at(port).await;
    client.hello(None).await;
    let resume = client.resume();
    // As SIGKILL and a crash do: no Close is said.
    drop(serving);
    let lost = client.ws.next().await;
    assert!(!matches!(lost, Some(Ok(_))), "{lost:?}");
    let _again = Serving::at(port, &[]);
    let mut client = session_at(port).await;
    assert!(!client.hello(Some(resume)).await);
}

#[tokio::test]
async fn each_session_is_one_line_of_json_and_no_secret_is_in_it() {
    let token = "an access token";
    let folder = Folder::new("log");
    let file = folder.0.join("token");
    std::fs::write(&file, format!("{token}\n")).unwrap();
    let options = ["--log", "info", "--log-format", "json", "--token-file", file.to_str().unwrap()];
    let serving = Serving::start(&options);
    let mut client = session_at(serving.port).await;
    client.hello_with(None, Some(token)).await;
    let Resume { session, key, .. } = client.resume();
    client.call(common::send(1)).await.unwrap_err();
    client.finish().await;
    serving.signal(libc::SIGTERM);
    let said = serving.said();
    assert!(!said.contains(&key) && !said.contains(token), "{said}");
    let lines: Vec<serde_json::Value> = said
        .lines()
        .filter(|line| line.starts_with('{'))
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let of_session: Vec<_> = lines.iter().filter(|line| line["session"] == session.as_str()).collect();
    assert_eq!(of_session.len(), 1, "{said}");
    assert_eq!(of_session[0]["calls"], 1);
    assert_eq!(of_session[0]["address"], "127.0.0.1");
    assert!(of_session[0]["end"].as_str().unwrap().contains("its client ended it"));
}

#[test]
fn serve_lan_listens_on_every_address_and_says_on_one_screen_what_that_means() {
    let relay = Serving::start(&["--lan", "--lab-mode", "none", "--metrics", "off"]);
    assert!(relay.ready["lan"].is_array(), "{}", relay.ready);
    for ip in ["127.0.0.1", "::1"] {
        let ip: std::net::IpAddr = ip.parse().unwrap();
        // A machine may have no IPv6.
        if std::net::TcpListener::bind((ip, 0)).is_ok() {
            std::net::TcpStream::connect((ip, relay.port)).unwrap();
        }
    }
    drop(relay);

    let mut child = socketscope(&["serve", "--port", "0", "--lan", "--lab-mode", "none", "--metrics", "off"])
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    let mut said: Vec<_> = Vec::new();
    for line in lines {
        said.push(line);
        if said.last().is_some_and(|line| line.contains("Ctrl-C")) {
            break;
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let said = said.join("\n");
    for part in ["http://localhost:", "plain HTTP", "Teach from this machine", "doctor --room --port"] {
        assert!(said.contains(part), "{part}: {said}");
    }

    let (code, _, says) = run(&["serve", "--lan", "--listen", "127.0.0.1"], "");
    assert_eq!(code, 2, "{says}");
}

#[test]
fn the_doctor_of_a_room_lists_addresses_and_says_what_it_cannot_know() {
    let (code, out, err) = run(&["doctor", "--room", "--port", "0", "--json"], "");
    assert!(code <= 1, "{err}");
    let said: serde_json::Value = serde_json::from_str(&out).unwrap();
    let findings = said["findings"].as_array().unwrap();
    let named = |name: &'static str| findings.iter().filter(move |f| f["name"] == name);
    // Whoever has no address but loopback is told.
    assert_eq!(code == 0, named("address").count() > 0, "{out}");
    assert_eq!(named("firewall").count(), 1);
    let unknown = named("other machines").next().unwrap();
    assert!(unknown["known"] == false && unknown["remedy"].as_str().unwrap().contains("phone"), "{out}");
    // With a relay on loopback alone the others' addresses are refused, and it is said how to listen there.
    let serving = Serving::start(&[]);
    let (_, out, _) = run(&["doctor", "--room", "--port", &serving.port.to_string()], "");
    assert!(
        !out.contains("LACK address") || out.contains("not on this address: socketscope serve --lan"),
        "{out}"
    );
}

#[test]
fn health_is_asked_of_the_relay_that_is_set() {
    let serving = Serving::start(&[]);
    let port = serving.port.to_string();
    let (code, out, err) = run(&["health", "--port", &port], "");
    assert!(code == 0 && out.contains("\"status\":\"ok\""), "{out}{err}");
    drop(serving);
    let (code, _, err) = run(&["health", "--port", &port], "");
    assert!(code == 1 && err.contains("no relay answers"), "{err}");
}

#[test]
fn config_tells_each_value_and_where_it_comes_from() {
    let folder = Folder::new("config");
    let file = folder.0.join("relay.toml");
    std::fs::write(&file, "idle = \"90s\"\nsessions = 7\n").unwrap();
    let (code, out, err) =
        run(&["config", "--config", file.to_str().unwrap(), "--sessions", "9", "--json"], "");
    assert_eq!(code, 0, "{err}");
    let said: serde_json::Value = serde_json::from_str(&out).unwrap();
    let of = |name: &str| {
        let all = said["settings"].as_array().unwrap();
        let entry = all.iter().find(|entry| entry["name"] == name).unwrap();
        (entry["value"].as_str().unwrap().to_owned(), entry["from"].as_str().unwrap().to_owned())
    };
    assert_eq!(of("sessions"), ("9".into(), "--sessions".into()));
    assert_eq!(of("idle"), ("1m 30s".into(), file.to_str().unwrap().into()));
    assert_eq!(of("port"), ("8080".into(), "default".into()));
    std::fs::write(&file, "idel = \"90s\"\n").unwrap();
    let (code, _, err) = run(&["serve", "--config", file.to_str().unwrap()], "");
    assert!(code == 2 && err.contains("no setting `idel`"), "{err}");
}
