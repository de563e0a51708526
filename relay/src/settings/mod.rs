//! Every setting: one table, from which come the flags, the environment's variables, the file's keys, `socketscope config`
//! and the README's table.
//!
//! A setting is taken from its flag, else from `SOCKETSCOPE_…`, else from the file, else it has its default.

mod data;
mod resolve;
mod value;

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

use ipnet::IpNet;

use crate::Limits;
pub use data::Data;
pub use resolve::{Effective, Source, read_file, resolve};
use value::Written;
pub use value::{LabMode, LogFormat, Metrics, Origin, ProxyHeader, Secret};

/// What the relay is set to.
#[derive(Clone, Debug)]
pub struct Settings {
    /// TCP port.
    pub port: u16,
    /// Addresses to listen on.
    pub listen: Vec<IpAddr>,
    /// A folder with a teacher's own lessons and exercises.
    pub lessons: Option<PathBuf>,
    /// Further addresses under which browsers open the pages.
    pub origin: Vec<Origin>,
    /// Proxies whose word about their clients is taken.
    pub trusted_proxy: Vec<IpNet>,
    /// Where they say it.
    pub proxy_header: ProxyHeader,
    /// Certificate chain, PEM.
    pub tls_cert: Option<PathBuf>,
    /// Its private key, PEM.
    pub tls_key: Option<PathBuf>,
    /// What a client must know to make live runs.
    pub token: Option<Secret>,
    /// The file that it stands in.
    pub token_file: Option<PathBuf>,
    /// Where Prometheus asks: a port on loopback, an address with a port, or nowhere.
    pub metrics: Metrics,
    /// Which log lines are written, as `tracing_subscriber`'s `EnvFilter` reads it.
    pub log: String,
    /// How.
    pub log_format: LogFormat,
    /// Where what rooms keep is kept.
    pub data: Data,
    /// How labs are kept apart.
    pub lab_mode: LabMode,
    /// The program whose helper makes labs, where it is not this one: for tests, which are no such program.
    pub helper: Option<PathBuf>,
    /// Whether teachers may teach over connections that can be read along.
    pub teacher_over_http: bool,
    /// Everything that is bounded.
    pub limits: Limits,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            port: 8080,
            listen: vec![Ipv4Addr::LOCALHOST.into()],
            lessons: None,
            origin: vec![],
            trusted_proxy: vec![],
            proxy_header: ProxyHeader::XForwardedFor,
            tls_cert: None,
            tls_key: None,
            token: None,
            token_file: None,
            metrics: Metrics::default(),
            log: "warn".into(),
            log_format: LogFormat::Text,
            data: Data::default(),
            lab_mode: LabMode::default(),
            helper: None,
            teacher_over_http: false,
            limits: Limits::default(),
        }
    }
}

/// Origins in a list with commas.
///
/// # Errors
/// If one is none: what is expected.
pub fn origins(text: &str) -> Result<Vec<Origin>, String> {
    Written::read(text)
}

/// One line of the table.
pub struct Setting {
    /// `sessions-per-address`: its flag without the dashes, and its key in the file.
    pub name: &'static str,
    /// Under which heading.
    pub group: &'static str,
    /// What it is, and what happens beyond it.
    pub help: &'static str,
    /// Whether its value is not shown, and it has no flag: other users of a machine see the arguments of programs.
    pub secret: bool,
    take: fn(&mut Settings, &str) -> Result<(), String>,
    show: fn(&Settings) -> String,
}

impl Setting {
    /// Its variable in the environment: `SOCKETSCOPE_SESSIONS_PER_ADDRESS`.
    pub fn variable(&self) -> String {
        format!("SOCKETSCOPE_{}", self.name.to_uppercase().replace('-', "_"))
    }

    /// Its value; of a secret only whether there is one.
    pub fn show(&self, settings: &Settings) -> String {
        (self.show)(settings)
    }

    /// Its value where nothing is said.
    pub fn default(&self) -> String {
        self.show(&Settings::default())
    }
}

macro_rules! settings {
    ($($group:literal { $($name:literal => $($field:ident).+, $help:literal;)* })*) => {
        /// Every setting, in the order of the README.
        pub const SETTINGS: &[Setting] = &[$($(Setting {
            name: $name,
            group: $group,
            help: $help,
            secret: matches!($name.as_bytes(), b"token"),
            take: |settings, text| {
                settings.$($field).+ = Written::read(text)?;
                Ok(())
            },
            show: |settings| settings.$($field).+.written(),
        },)*)*];
    };
}

settings! {
    "Serving" {
        "port" => port, "TCP port to listen on; 0 takes any free one";
        "listen" => listen, "addresses to listen on, 0.0.0.0 for a whole room; beyond loopback, read docs/hosting.md first";
        "lessons" => lessons, "a folder with lessons and exercises of your own (lessons/README.md); one takes the place of ours of the same name";
        "origin" => origin, "further addresses under which browsers open the pages, such as https://sockets.example; any other Host or Origin is refused with 403";
        "tls-cert" => tls_cert, "certificate chain (PEM); with it the relay speaks HTTPS alone. Read again at SIGHUP";
        "tls-key" => tls_key, "its private key (PEM)";
        "trusted-proxy" => trusted_proxy, "networks (10.0.0.0/8) of proxies that say whom they ask for; nobody else is believed";
        "proxy-header" => proxy_header, "the header in which they say it: x-forwarded-for or forwarded (RFC 7239)";
        "token-file" => token_file, "a file with the access token that a live run must know; pages need none";
        "token" => token, "the access token itself: in the environment or the file only";
    }
    "Rooms" {
        "data" => data, "the folder in which rooms are kept (docs/rooms-data.md); auto is this user's folder for data, none keeps them in memory until the relay stops";
        "teacher-over-http" => teacher_over_http, "whether teachers may teach from other machines without TLS: yes only where everybody in the network may read along";
        "rooms" => limits.rooms.rooms, "rooms in all; then none is opened. 0: this relay has none";
        "room-learners" => limits.rooms.learners, "learners of one room; then nobody new may join";
        "room-rows" => limits.rooms.rows, "rows kept of one learner's work; then no more are";
        "room-bytes" => limits.rooms.bytes, "bytes kept of one room, about; then no more work is";
        "room-days" => limits.rooms.days, "days after which a room is deleted with all its data, at the latest";
        "room-rest" => limits.rooms.rest, "how long a room in which nobody is stays in memory; then hands, questions and unread messages are forgotten";
        "wrong-codes" => limits.rooms.wrong_codes, "wrong codes and keys of rooms from one address in a minute; then no code from there is looked at until it is over";
        "wrong-codes-in-all" => limits.rooms.wrong_codes_in_all, "the same from all addresses in a second";
        "wrong-code-answer" => limits.rooms.answer, "a wrong code is answered so long after it came, whatever is wrong with it";
    }
    "Operation" {
        "metrics" => metrics, "where Prometheus asks for /metrics: a port on loopback, an address with a port, or off";
        "log" => log, "which log lines are written: error, warn, info (one line a session), debug, or a list as info,relay::socket=debug";
        "log-format" => log_format, "text, or json for programs: one object a line";
    }
    "Labs" {
        "lab-mode" => lab_mode, "how learners' hosts are kept apart: auto takes the best that this machine offers; none makes no live runs";
        "lab-sockets" => limits.lab.sockets, "descriptors that a learner opens at once; then EMFILE";
        "lab-accepted" => limits.lab.accepted, "accepted connections beside those; then EMFILE";
        "lab-processes" => limits.lab.processes, "processes of a learner; then EAGAIN";
        "lab-visitors" => limits.lab.visitors, "other sessions that are guests in one lab, of a pair or a class, at once; at most 512";
        "lab-visitor-sockets" => limits.lab.visitor_sockets, "descriptors that each guest opens at once; then EMFILE. So many a guest the lab may accept, too";
        "lab-buffer" => limits.lab.buffer, "most bytes of SO_SNDBUF and SO_RCVBUF, set on every socket before its handshake; 0 leaves the kernel's own";
        "lab-recv" => limits.lab.recv, "most bytes of one recv of a learner, so that its answer fits a message";
        "lab-waiting" => limits.lab.waiting, "calls of a learner that wait at once; then ENOBUFS";
        "lab-waiting-bytes" => limits.lab.waiting_bytes, "bytes that such calls hold; then ENOBUFS";
        "lab-silence" => limits.lab.silence, "a lab in which nothing happens for so long is thrown away";
        "lab-hosts" => limits.lab.hosts, "hosts of one lab";
        "lab-peers" => limits.lab.peers, "peers of one lab";
        "hosts" => limits.hosts, "hosts of all labs together, where they are namespaces (some 300 KiB of kernel memory each); then an open is refused";
        "lab-pool" => limits.pool, "networks of two hosts that are kept ready beside those, at most half as many as hosts: as many learners may open a lab in the same moment and have it in milliseconds; more wait for theirs to be made. 0 makes each when it is asked for";
        "sockets" => limits.sockets, "sockets of all labs together, at most half of the files that the process may open; then EMFILE";
    }
    "Sessions" {
        "sessions" => limits.sessions, "sessions at once, at most a quarter of the files that the process may open; then 503";
        "sessions-per-address" => limits.sessions_per_address, "the same from one address (of IPv6: one /64 network); a school often shares one; then 503";
        "connections" => limits.connections, "TCP connections of HTTP at once, at most an eighth of the files; more wait to be accepted";
        "wrong-keys" => limits.wrong_keys, "wrong keys and tokens from one address in a minute; then Close 1013 until it is over";
        "message" => limits.message, "bytes of a message and of a frame; then Close 1009";
        "outbound" => limits.outbound, "bytes that wait to be sent to one client; then Close 1013";
        "kept" => limits.kept, "bytes of reports kept for a client that comes back; older ones are forgotten";
        "calls-per-second" => limits.calls_per_second, "requests of a session to its lab; more are delayed";
        "calls-burst" => limits.calls_burst, "so many more at once";
        "bytes-per-second" => limits.bytes_per_second, "bytes from a client; more are delayed";
        "bytes-burst" => limits.bytes_burst, "so many more at once";
        "session-bytes" => limits.session_bytes, "bytes from a client in all its session; then Close 1008";
        "session" => limits.session, "how long a session lasts; then Close 1008";
        "resume" => limits.resume, "how long a session outlives its connection";
        "head" => limits.head, "how long a request's head, or a TLS handshake, may take; then the connection is closed";
        "hello" => limits.hello, "how long a WebSocket's first message may take; then Close 1002";
        "ping" => limits.ping, "a client that is silent for so long is sent a ping";
        "idle" => limits.idle, "a client that is silent for so long, or takes nothing of what is sent, is closed";
        "close" => limits.close, "how long a client has to answer a Close";
        "shutdown" => limits.shutdown, "how long a stop waits for all clients to go";
    }
}

impl Settings {
    /// What contradicts itself, each with a way out.
    fn mistakes(&self) -> Vec<String> {
        let limits = &self.limits;
        let mut mistakes = Vec::new();
        let mut must = |holds: bool, says: &str| {
            if !holds {
                mistakes.push(says.to_owned());
            }
        };
        must(
            self.tls_cert.is_some() == self.tls_key.is_some(),
            "tls-cert and tls-key belong together: give both or none",
        );
        must(
            self.token.is_none() || self.token_file.is_none(),
            "token and token-file are two places for one secret: give one of them",
        );
        must(!self.listen.is_empty(), "listen names no address: 127.0.0.1 is this machine alone");
        must(
            limits.message as u64 <= u64::from(limits.bytes_burst),
            "bytes-burst must be at least message, or a whole message could never come",
        );
        must(limits.ping < limits.idle, "ping must be shorter than idle, or no client has time to answer");
        must(
            limits.message <= protocol::MAX_MESSAGE,
            "message may be 65536 at most: the protocol promises it to clients",
        );
        must(limits.message >= 1024, "message must be 1024 at least: a hello has to fit");
        mistakes
    }
}

/// The README's table.
pub fn markdown() -> String {
    let mut text =
        String::from("| setting | default | what it is, and what happens beyond it |\n|---|---|---|\n");
    let mut group = "";
    for setting in SETTINGS {
        if setting.group != group {
            group = setting.group;
            text += &format!("| **{group}** | | |\n");
        }
        let default = setting.default();
        let default = if default.is_empty() { String::new() } else { format!("`{default}`") };
        text += &format!("| `{}` | {default} | {} |\n", setting.name, setting.help);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_read_again_and_names_are_all_different() {
        let mut settings = Settings::default();
        for setting in SETTINGS.iter().filter(|s| !s.secret) {
            let shown = setting.default();
            (setting.take)(&mut settings, &shown).unwrap_or_else(|e| panic!("{}: {e}", setting.name));
            assert_eq!(setting.show(&settings), shown, "{}", setting.name);
            assert_eq!(SETTINGS.iter().filter(|s| s.name == setting.name).count(), 1);
        }
        assert!(settings.mistakes().is_empty());
    }

    /// The README has `cargo run -- config --markdown` between two marks.
    #[test]
    fn the_readme_has_this_table() {
        let readme = include_str!("../../../README.md");
        let (_, rest) = readme.split_once("<!-- settings: socketscope config --markdown -->\n").unwrap();
        let (table, _) = rest.split_once("<!-- /settings -->").unwrap();
        assert_eq!(table.trim(), markdown().trim());
    }

    /// docs/limits.md names each limit with its default, and a test that is there.
    #[test]
    fn every_limit_is_on_its_page_with_its_figure_and_a_test() {
        let page = include_str!("../../../docs/limits.md");
        let tests = [
            include_str!("../../tests/attacks.rs"),
            include_str!("../../tests/cut.rs"),
            include_str!("../../tests/day/main.rs"),
            include_str!("../../tests/hosting.rs"),
            include_str!("../../tests/http.rs"),
            include_str!("../../tests/labs.rs"),
            include_str!("../../tests/rooms/attacks.rs"),
            include_str!("../../tests/rooms/life.rs"),
            include_str!("../../tests/shared/class.rs"),
            include_str!("../../tests/shared/pair.rs"),
            include_str!("../../tests/streams.rs"),
            include_str!("../guesses.rs"),
            include_str!("../registry.rs"),
            include_str!("../rooms/entering/tests.rs"),
            include_str!("../rooms/mailbox.rs"),
            include_str!("../rooms/mod.rs"),
            include_str!("../server/any.rs"),
            include_str!("../../tests/session.rs"),
            include_str!("../session.rs"),
            include_str!("../session/any.rs"),
            include_str!("../labs/tests.rs"),
            include_str!("../stream.rs"),
            include_str!("../../../crates/lab/src/namespaces/confine.rs"),
            include_str!("../../../crates/lab/src/trace.rs"),
            include_str!("../../../crates/lab/src/wire/capture.rs"),
            include_str!("../../../crates/lab/src/wire/tests.rs"),
            include_str!("../../../crates/lab/tests/helper.rs"),
            include_str!("../../../crates/lab/tests/isolation.rs"),
            include_str!("../../../crates/lab/tests/janitor.rs"),
            include_str!("../../../crates/lab/tests/live.rs"),
            include_str!("../../../crates/lab/tests/loopback.rs"),
            include_str!("../../../crates/lab/tests/visitors.rs"),
            include_str!("../../../crates/rooms/src/tests.rs"),
        ];
        let rows: Vec<_> = page.lines().filter(|line| line.starts_with("| ")).skip(1).collect();
        for row in &rows {
            let attacked = row.rsplit('|').nth(1).unwrap().split(',');
            for test in attacked.map(|name| name.trim().trim_matches('`')) {
                assert!(tests.iter().any(|file| file.contains(&format!("fn {test}("))), "{test}");
            }
        }
        let bounded = ["Labs", "Rooms", "Sessions"];
        // None of them is a bound on what a client costs.
        let others = ["lab-mode", "lab-recv", "lab-pool", "close", "data", "teacher-over-http"];
        for setting in SETTINGS.iter().filter(|s| bounded.contains(&s.group) && !others.contains(&s.name)) {
            let (name, default) = (format!("`{}`", setting.name), setting.default());
            assert!(rows.iter().any(|row| row.contains(&name) && row.contains(&default)), "{name} {default}");
        }
    }
}
