//! A small made-up kernel for peers: it knows every descriptor, gives what a test prepared, and may be unkind.
#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(unreachable_pub, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, VecDeque};

use peers::{CONTROL, Peer, Place};
use syscall::{
    Action, Bytes, Call, Errno, Fd, OptionValue, Outcome, Program, Readiness, Returned, SocketOption,
};

/// The peer of that name with these settings.
pub fn peer(name: &str, settings: &[(&str, i64)], seed: u64) -> Peer {
    let place = Place { address: "10.0.0.2:7000".parse().unwrap(), rcvbuf: 4096 };
    let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect();
    Peer::new(name, place, &settings, seed).unwrap()
}

/// A client, as a test prepares it.
#[derive(Clone, Debug, Default)]
pub struct Client {
    /// What it sends, a piece an arrival.
    pub sends: VecDeque<Vec<u8>>,
    /// How it ends: with an error, or with its FIN.
    pub ends: Option<Errno>,
    /// It never ends.
    pub stays: bool,
    /// What the peer sent it.
    pub got: Vec<u8>,
    /// Whether the peer has shut its sending direction.
    pub shut: bool,
    /// It is the server of a connection that the peer has made.
    pub serves: bool,
    pub closed: bool,
}

impl Client {
    pub fn sends(pieces: &[&[u8]]) -> Self {
        Self { sends: pieces.iter().map(|piece| piece.to_vec()).collect(), ..Self::default() }
    }

    pub fn says(text: &str) -> Self {
        Self::sends(&[text.as_bytes()])
    }
}

#[derive(Clone, Debug)]
pub enum File {
    Fresh,
    Listener,
    /// A connection with the client of this number.
    Connected(usize),
}

/// What an unkind kernel does, by a seed of its own.
#[derive(Clone, Debug)]
pub struct Moods(pub u64);

impl Moods {
    fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

/// What a server answers to what it gets.
pub type Server = fn(&[u8]) -> Vec<u8>;

/// The kernel.
#[derive(Debug, Default)]
pub struct Fake {
    pub files: BTreeMap<Fd, File>,
    pub clients: Vec<Client>,
    pub accepted: usize,
    pub control: VecDeque<Vec<u8>>,
    /// Whether the control channel ends behind that.
    pub control_ends: bool,
    /// Most bytes that one send takes.
    pub room: Option<usize>,
    /// Gives and takes less than it could.
    pub short: Option<Moods>,
    /// Fails calls.
    pub fails: Option<Moods>,
    /// For a dialler: each connection that it makes meets a server that answers so.
    pub server: Option<Server>,
    pub said: Vec<String>,
    /// Calls in a row that cannot wait.
    pub row: u32,
}

/// Calls in a row that a peer may make without one that can wait: it may have so many connections to close.
const MOST_IN_A_ROW: u32 = 300;

const ERRNOS: [Errno; 8] = [
    Errno::EINTR,
    Errno::EAGAIN,
    Errno::ECONNRESET,
    Errno::EPIPE,
    Errno::EMFILE,
    Errno::ENOBUFS,
    Errno::ECONNABORTED,
    Errno::EINVAL,
];

impl Fake {
    pub fn new(clients: Vec<Client>, control: &[&str]) -> Self {
        let control = control.iter().map(|text| text.as_bytes().to_vec()).collect();
        Self { clients, control, ..Self::default() }
    }

    /// Runs a peer until it would wait for ever, or has ended with this status, or has made so many calls.
    pub fn run(&mut self, peer: &mut dyn Program, most: usize) -> Option<i32> {
        let mut outcome = None;
        for _ in 0..most {
            match peer.resume(outcome.take()) {
                Action::Exit(status) => {
                    assert!(self.files.is_empty(), "it left {:?} open", self.files);
                    return Some(status);
                }
                Action::Line(line) => panic!("a peer has no line {line}"),
                Action::Call { call, .. } => {
                    self.said.push(call.to_string());
                    self.count(&call);
                    outcome = Some(self.answer(&call)?);
                }
            }
        }
        None
    }

    /// Connections that are open.
    pub fn open(&self) -> usize {
        self.files.values().filter(|file| !matches!(file, File::Listener)).count()
    }

    fn count(&mut self, call: &Call) {
        let may_wait =
            matches!(call.name(), "accept" | "recv" | "send" | "select" | "poll" | "connect" | "socket");
        self.row = if may_wait { 0 } else { self.row + 1 };
        assert!(self.row <= MOST_IN_A_ROW, "it spins: {:?}", &self.said[self.said.len() - 10..]);
    }

    fn insert(&mut self, file: File) -> Fd {
        let fd = (1..).map(Fd).find(|fd| !self.files.contains_key(fd)).unwrap();
        self.files.insert(fd, file);
        fd
    }

    fn file(&self, fd: Fd) -> &File {
        self.files.get(&fd).unwrap_or_else(|| panic!("{fd} is not open: {:?}", self.said))
    }

    /// The outcome; `None` where the call would wait for ever.
    fn answer(&mut self, call: &Call) -> Option<Outcome> {
        if let Call::Close { fd } = call {
            let file = self.files.remove(fd).unwrap_or_else(|| panic!("{fd} is closed twice"));
            if let File::Connected(client) = file {
                self.clients[client].closed = true;
            }
            return Some(Ok(Returned::Done));
        }
        if let Some(moods) = &mut self.fails
            && moods.one_in(12)
        {
            return Some(Err(ERRNOS[moods.below(ERRNOS.len() as u64) as usize]));
        }
        Some(match call {
            Call::Socket { .. } => Ok(Returned::Fd(self.insert(File::Fresh))),
            Call::Setsockopt { fd, .. } | Call::Bind { fd, .. } | Call::SetBlocking { fd, .. } => {
                self.file(*fd);
                Ok(Returned::Done)
            }
            Call::Getsockopt { fd, option: SocketOption::SoError } => {
                self.file(*fd);
                Ok(Returned::Option(OptionValue::Error(None)))
            }
            Call::Listen { fd, .. } => {
                self.files.insert(*fd, File::Listener);
                Ok(Returned::Done)
            }
            Call::Connect { fd, .. } => self.connect(*fd),
            Call::Accept { fd } => {
                self.file(*fd);
                self.accept()?
            }
            Call::Recv { fd: CONTROL, .. } => match self.control.pop_front() {
                None if self.control_ends => Ok(Returned::Data(Bytes::new())),
                text => Ok(Returned::Data(text?.into())),
            },
            Call::Recv { fd, len, flags } => match self.receive(*fd, *len) {
                None if flags.dontwait => Err(Errno::EAGAIN),
                outcome => outcome?,
            },
            Call::Send { fd, data, .. } => self.send(*fd, data),
            Call::Shutdown { fd, .. } => {
                if let File::Connected(client) = *self.file(*fd) {
                    self.clients[client].shut = true;
                }
                Ok(Returned::Done)
            }
            Call::Select { timeout_us, .. } => {
                timeout_us.as_ref()?;
                Ok(Returned::Selected { read: vec![], write: vec![], except: vec![] })
            }
            Call::Poll { fds, timeout_us } => {
                let ready: Vec<_> = fds.iter().map(|entry| self.ready(entry.fd, entry.events)).collect();
                if timeout_us.is_none() && ready.iter().all(|ready| *ready == Readiness::default()) {
                    return None;
                }
                Ok(Returned::Polled(ready))
            }
            other => panic!("no peer makes {other}"),
        })
    }

    fn connect(&mut self, fd: Fd) -> Outcome {
        if self.server.is_none() {
            return Err(Errno::ECONNREFUSED);
        }
        self.clients.push(Client { stays: true, serves: true, ..Client::default() });
        self.files.insert(fd, File::Connected(self.clients.len() - 1));
        let at_once = self.short.as_mut().is_some_and(|moods| moods.one_in(2));
        if at_once { Ok(Returned::Done) } else { Err(Errno::EINPROGRESS) }
    }

    fn accept(&mut self) -> Option<Outcome> {
        let client = self.accepted;
        self.clients.get(client)?;
        self.accepted += 1;
        let fd = self.insert(File::Connected(client));
        Some(Ok(Returned::Accepted { fd, peer: "10.0.0.1:40000".parse().unwrap() }))
    }

    fn receive(&mut self, fd: Fd, len: u32) -> Option<Outcome> {
        let File::Connected(client) = *self.file(fd) else { return Some(Err(Errno::ENOTCONN)) };
        let client = &mut self.clients[client];
        let Some(mut data) = client.sends.pop_front() else {
            return match client.ends {
                Some(errno) => Some(Err(errno)),
                None if client.stays => None,
                None => Some(Ok(Returned::Data(Bytes::new()))),
            };
        };
        let mut most = data.len().min(len as usize);
        if let Some(moods) = &mut self.short
            && most > 1
        {
            most = 1 + moods.below(most as u64) as usize;
        }
        let rest = data.split_off(most);
        if !rest.is_empty() {
            client.sends.push_front(rest);
        }
        Some(Ok(Returned::Data(data.into())))
    }

    fn send(&mut self, fd: Fd, data: &Bytes) -> Outcome {
        let File::Connected(client) = *self.file(fd) else { return Err(Errno::EPIPE) };
        let mut count = data.len().min(self.room.unwrap_or(usize::MAX));
        if let Some(moods) = &mut self.short
            && count > 1
        {
            count = 1 + moods.below(count as u64) as usize;
        }
        let client = &mut self.clients[client];
        client.got.extend_from_slice(&data[..count]);
        if let Some(server) = self.server.filter(|_| client.serves) {
            client.sends.push_back(server(&data[..count]));
        }
        Ok(Returned::Count(count as u32))
    }

    fn ready(&self, fd: Fd, asked: Readiness) -> Readiness {
        let readable = match self.file(fd) {
            File::Fresh => false,
            File::Listener => self.accepted < self.clients.len(),
            File::Connected(client) => {
                let client = &self.clients[*client];
                !client.sends.is_empty() || !client.stays
            }
        };
        Readiness { readable: readable && asked.readable, writable: asked.writable, ..Readiness::default() }
    }
}
