//! Every limit of the relay, with its name and its default.

use std::time::Duration;

/// What the relay allows. The defaults are for a class; tests and benches choose their own.
#[derive(Clone, Debug)]
pub struct Limits {
    /// WebSockets and parked sessions at once; then 503.
    pub sessions: usize,
    /// The same from one address: a school often shares one; then 503.
    pub sessions_per_address: u32,
    /// Wrong keys from one address in a minute; then none of its keys is looked at until the minute is over.
    pub wrong_keys: u32,
    /// TCP connections at once, plain HTTP included; more wait to be accepted.
    pub connections: usize,
    /// Sockets of all labs together; then EMFILE.
    pub sockets: usize,
    /// Hosts of all labs together, where they are namespaces; then an open is refused.
    pub hosts: usize,
    /// Networks of two hosts that are kept ready, beside those hosts, for labs that are opened at once.
    pub pool: usize,
    /// What one lab may use.
    pub lab: lab::Limits,
    /// Most bytes of a WebSocket message and of a frame; then Close 1009.
    pub message: usize,
    /// Bytes waiting to be sent to one client; then Close 1013.
    pub outbound: usize,
    /// Bytes of reports kept for a client that may come back; older ones are forgotten, and a session that would need
    /// them cannot go on.
    pub kept: usize,
    /// Requests to a lab, a second; beyond it they are delayed.
    pub calls_per_second: u32,
    /// So many more at once.
    pub calls_burst: u32,
    /// Bytes from a client, a second; beyond it they are delayed.
    pub bytes_per_second: u32,
    /// So many more at once; at least `message`.
    pub bytes_burst: u32,
    /// How long an HTTP request's head may take.
    pub head: Duration,
    /// How long a WebSocket's first message may take.
    pub hello: Duration,
    /// A client silent for so long is sent a ping,
    pub ping: Duration,
    /// and one silent for so long is closed, as is one that takes nothing of what is sent to it.
    pub idle: Duration,
    /// Bytes from a client in all its session; then Close 1008.
    pub session_bytes: u64,
    /// How long a session lasts at most; then Close 1008.
    pub session: Duration,
    /// How long a session outlives its WebSocket.
    pub resume: Duration,
    /// What its rooms may use.
    pub rooms: crate::RoomLimits,
    /// How long the other end has to answer a Close.
    pub close: Duration,
    /// How long a shutdown waits for everybody.
    pub shutdown: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            sessions: 4000,
            sessions_per_address: 300,
            wrong_keys: 60,
            connections: 4500,
            sockets: 32_000,
            hosts: 1000,
            pool: 32,
            lab: lab::Limits::default(),
            message: protocol::MAX_MESSAGE,
            outbound: 256 << 10,
            kept: 256 << 10,
            calls_per_second: 200,
            calls_burst: 400,
            bytes_per_second: 1 << 20,
            bytes_burst: 4 << 20,
            head: Duration::from_secs(10),
            hello: Duration::from_secs(5),
            ping: Duration::from_secs(20),
            idle: Duration::from_secs(60),
            session_bytes: 64 << 20,
            session: Duration::from_secs(4 * 3600),
            resume: Duration::from_secs(60),
            rooms: crate::RoomLimits::default(),
            close: Duration::from_secs(1),
            shutdown: Duration::from_secs(9),
        }
    }
}

impl Limits {
    /// The same, but never more than this process may open files: an eighth of those for connections, a quarter for
    /// WebSockets, half for labs; of what is left, a part for networks that are kept ready.
    #[must_use]
    pub fn within(self, open_files: usize) -> Self {
        Self {
            connections: self.connections.min(open_files / 8),
            sessions: self.sessions.min(open_files / 4),
            sockets: self.sockets.min(open_files / 2),
            pool: self.pool.min(open_files / 64),
            ..self
        }
    }

    /// What clients are told of them.
    pub fn told(&self) -> protocol::Limits {
        protocol::Limits {
            sockets: self.lab.sockets,
            calls_per_second: self.calls_per_second,
            buffer: self.lab.buffer.and_then(|most| u32::try_from(most).ok()).unwrap_or(u32::MAX),
            resume_s: u32::try_from(self.resume.as_secs()).unwrap_or(u32::MAX),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_process_keeps_descriptors_for_accepting() {
        let limits = Limits::default().within(1024);
        assert!(limits.connections + limits.sessions + limits.sockets + 2 * limits.pool < 1024);
        let plenty = Limits::default().within(1 << 20);
        assert_eq!((plenty.connections, plenty.sessions, plenty.sockets), (4500, 4000, 32_000));
    }
}
