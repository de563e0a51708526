//! A learner of little patience: runs a lesson's program in a lab, and meanwhile does whatever a seed says.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use lessons::Lessons;
use protocol::{
    FromClient, FromRelay, Hello, LabReport, LabRequest, LabSpec, PeerSpec, WireRequest, WireSpec,
};
use scene::FigureSpec;
use syscall::{Action, Call, CallId, Errno, Fd, HostId, MsgFlags, Outcome, Program as _, TaskId};
use tokio::time::timeout;
use tokio_tungstenite::MaybeTlsStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use world::{ProgramSpec, Rng, Script};

use crate::common::{Client, request};

/// A call that waits for longer is cancelled.
const PATIENCE: Duration = Duration::from_millis(150);
/// One that was cancelled is answered by then.
const ANSWERED: Duration = Duration::from_secs(30);
/// Calls of one program.
const MOST_CALLS: u32 = 40;

/// What the lessons run for real: each program, and the peer that it talks to.
pub(crate) struct Programs(Vec<(ProgramSpec, PeerSpec)>);

impl Programs {
    pub(crate) fn new() -> Self {
        let Lessons { lessons, experiments, .. } = Lessons::embedded().unwrap();
        let mut programs = Vec::new();
        for lesson in lessons.iter().chain(&experiments) {
            for figure in lesson.figures() {
                let FigureSpec::Live(live) = figure else { continue };
                let program = live.scenario.programs.iter().find(|program| program.name == live.run);
                let name = if live.peer.is_empty() { "echo" } else { &live.peer };
                let peer = PeerSpec { rcvbuf: live.rcvbuf, ..PeerSpec::named(name) };
                programs.push((program.unwrap().clone(), peer));
            }
        }
        assert!(programs.len() > 10, "{} programs", programs.len());
        Self(programs)
    }
}

/// What became of a session.
#[derive(Default)]
pub(crate) struct Ended {
    pub(crate) calls: u64,
    pub(crate) labs: u64,
    pub(crate) resumed: u64,
    /// Labs that were not to be had.
    pub(crate) refused: u64,
}

struct Learner<'a> {
    address: SocketAddr,
    rng: Rng,
    programs: &'a Programs,
    client: Client,
    next: u64,
    ended: Ended,
}

/// A session from its hello to its end, whichever that is. `None` inside means that the session is no more.
pub(crate) async fn live(port: u16, rng: Rng, programs: &Programs) -> Ended {
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    let client = connected(address).await;
    let mut learner = Learner { address, rng, programs, client, next: 0, ended: Ended::default() };
    if learner.hello(false).await.is_some() {
        let _ = learner.study().await;
        learner.leave().await;
    }
    learner.ended
}

async fn connected(address: SocketAddr) -> Client {
    let (ws, _) = tokio_tungstenite::connect_async(request(address, &[])).await.unwrap();
    Client::of(ws)
}

impl Learner<'_> {
    fn chance(&mut self, of: u64) -> bool {
        self.rng.below(of) == 0
    }

    /// Says hello; `None` if a session that was asked for is no more.
    async fn hello(&mut self, again: bool) -> Option<()> {
        let resume = again.then(|| self.client.resume());
        let hello = Hello { version: protocol::VERSION, resume, token: None };
        self.client.try_send(&FromClient::Hello(hello)).await?;
        match self.client.try_receive().await? {
            FromRelay::Welcome { session, key, resumed, .. } => {
                (self.client.session, self.client.key) = (session, key);
                (resumed == again).then_some(())
            }
            other => panic!("{other:?}"),
        }
    }

    /// Goes on in a new connection, whatever became of the old one.
    async fn come_back(&mut self) -> Option<()> {
        let mut client = connected(self.address).await;
        let old = &self.client;
        (client.session, client.key, client.last) = (old.session.clone(), old.key.clone(), old.last);
        self.client = client;
        self.hello(true).await?;
        self.ended.resumed += 1;
        Some(())
    }

    async fn say(&mut self, request: LabRequest) -> Option<()> {
        match self.client.try_send(&FromClient::Lab(request.clone())).await {
            Some(()) => Some(()),
            None => {
                self.come_back().await?;
                self.client.try_send(&FromClient::Lab(request)).await
            }
        }
    }

    /// The next report; none where nothing comes in time.
    async fn hear(&mut self, patience: Duration) -> Option<Option<LabReport>> {
        loop {
            let message = match timeout(patience, self.client.try_receive()).await {
                Err(_) => return Some(None),
                Ok(Some(message)) => message,
                Ok(None) => {
                    self.come_back().await?;
                    continue;
                }
            };
            let FromRelay::Lab { seq, report } = message else { panic!("{message:?}") };
            if seq <= self.client.last {
                continue;
            }
            assert_eq!(seq, self.client.last + 1, "reports are numbered without a gap");
            self.client.last = seq;
            if self.chance(4) {
                let _ = self.client.try_send(&FromClient::Ack { through: seq }).await;
            }
            return Some(Some(report));
        }
    }

    async fn study(&mut self) -> Option<()> {
        for _ in 0..=self.rng.below(2) {
            let at = self.rng.below(self.programs.0.len() as u64) as usize;
            let (program, peer) = self.programs.0[at].clone();
            self.open(peer).await?;
            let mut script = Script::new(&program).unwrap();
            let mut outcome = None;
            for _ in 0..MOST_CALLS {
                match script.resume(outcome.take()) {
                    Action::Line(_) => {}
                    Action::Exit(_) => break,
                    Action::Call { call, .. } => outcome = Some(self.call(call).await?),
                }
            }
        }
        Some(())
    }

    async fn open(&mut self, peer: PeerSpec) -> Option<()> {
        let mut lab = LabSpec::with(PeerSpec { seed: self.rng.word(), ..peer });
        if self.chance(4) {
            let other = peers::CATALOGUE[self.rng.below(peers::CATALOGUE.len() as u64) as usize].name;
            lab.hosts = 3;
            lab.peers.push(PeerSpec { host: HostId(2), ..PeerSpec::named(other) });
        }
        lab.wire = self.wire();
        self.say(LabRequest::Open { lab }).await?;
        loop {
            // A machine on which many make hosts takes its time; and a wire without luck lets no peer get ready that dials.
            match self.hear(Duration::from_secs(5)).await? {
                Some(LabReport::Opened { .. }) => {
                    self.ended.labs += 1;
                    return Some(());
                }
                Some(LabReport::Refused { .. }) => {
                    self.ended.refused += 1;
                    return Some(());
                }
                None => return Some(()),
                Some(_) => {}
            }
        }
    }

    fn wire(&mut self) -> WireSpec {
        if self.chance(2) {
            return WireSpec::default();
        }
        let mut share = || if self.rng.below(2) == 0 { 0 } else { self.rng.below(300) as u16 };
        let (lose, duplicate, reorder) = (share(), share(), share());
        WireSpec {
            delay_us: self.rng.below(20_000) as u32,
            bytes_per_second: self.rng.below(2) * (1 << 20),
            lose,
            duplicate,
            reorder,
            seed: self.rng.word(),
            held: self.chance(10),
            ..WireSpec::default()
        }
    }

    /// Makes a call, and does something else meanwhile. What waits for too long is cancelled; an answer comes in any case.
    async fn call(&mut self, call: Call) -> Option<Outcome> {
        self.next += 1;
        let id = CallId(self.next);
        let submit = LabRequest::Submit { id, task: TaskId(0), call };
        self.ended.calls += 1;
        let (mut cancelled, mut connections) = (false, self.ended.resumed);
        self.say(submit.clone()).await?;
        self.mischief(id).await?;
        loop {
            let patience = if cancelled { ANSWERED } else { PATIENCE };
            let report = self.hear(patience).await?;
            if std::mem::replace(&mut connections, self.ended.resumed) != self.ended.resumed {
                // As PROTOCOL.md says: what has no answer is asked again under its old number.
                self.say(submit.clone()).await?;
                cancelled = false;
            }
            match report {
                Some(LabReport::Completed { id: done, outcome, .. }) if done == id => return Some(outcome),
                Some(LabReport::Refused { reason }) if reason.starts_with(&format!("Call {id} ")) => {
                    return Some(Err(Errno::ECANCELED));
                }
                Some(_) => {}
                None => {
                    assert!(!cancelled, "call {id} was cancelled and has no end: {submit:?}");
                    cancelled = true;
                    self.say(LabRequest::Cancel { id }).await?;
                }
            }
        }
    }

    async fn mischief(&mut self, id: CallId) -> Option<()> {
        let packet = self.rng.below(40) as u32;
        let host = HostId(self.rng.below(3) as u16);
        match self.rng.below(40) {
            0 => self.come_back().await,
            1 => {
                self.reset();
                self.come_back().await
            }
            2 => {
                // Not read meanwhile, whatever comes.
                tokio::time::sleep(Duration::from_millis(self.rng.below(200))).await;
                Some(())
            }
            3 => {
                let wire = self.wire();
                self.say(LabRequest::Wire(WireRequest::Set(wire))).await
            }
            4 => self.say(LabRequest::Wire(WireRequest::Lose { packet })).await,
            5 => self.say(LabRequest::Wire(WireRequest::Duplicate { packet })).await,
            6 => self.say(LabRequest::Wire(WireRequest::Delay { packet, by_us: 30_000 })).await,
            7 => {
                self.say(LabRequest::Wire(WireRequest::Cable { host, connected: packet.is_multiple_of(2) }))
                    .await
            }
            8 => self.say(LabRequest::Wire(WireRequest::Power { host, on: packet.is_multiple_of(2) })).await,
            9 => self.say(LabRequest::Capture).await,
            10 => self.say(LabRequest::Tell { peer: 0, text: "4096".into() }).await,
            11 => self.say(LabRequest::Start { task: TaskId(packet), host }).await,
            12 => self.say(LabRequest::Cancel { id }).await,
            13 => {
                // Not a message: the relay closes the connection, and the session waits.
                let _ = self.client.ws.send(Message::Binary(vec![0xff; 9].into())).await;
                Some(())
            }
            14 => self.say(LabRequest::Close).await,
            15 => self.heap_up().await,
            _ => Some(()),
        }
    }

    /// Calls whose answers nobody waits for: children, descriptors, sends that fill buffers.
    async fn heap_up(&mut self) -> Option<()> {
        let flags = MsgFlags::default();
        let calls = [
            Call::Fork,
            Call::Pipe,
            Call::Dup { fd: Fd(3) },
            Call::Send { fd: Fd(3), data: vec![7; 30_000].into(), flags },
            Call::Recv { fd: Fd(3), len: 1 << 20, flags },
            Call::Poll { fds: vec![], timeout_us: None },
        ];
        for call in calls {
            self.next += 1;
            self.say(LabRequest::Submit { id: CallId(self.next), task: TaskId(0), call }).await?;
        }
        Some(())
    }

    /// The connection ends with a reset instead of a FIN.
    fn reset(&mut self) {
        if let MaybeTlsStream::Plain(stream) = self.client.ws.get_ref() {
            let _ = stream.set_zero_linger();
        }
    }

    async fn leave(&mut self) {
        let normal = || Some(CloseFrame { code: 1000.into(), reason: "".into() });
        match self.rng.below(6) {
            0..3 => {
                let _ = self.client.ws.close(normal()).await;
            }
            3 => {
                let _ = self.say(LabRequest::Close).await;
                let _ = self.client.ws.close(normal()).await;
            }
            // Cut, and nobody comes back.
            4 => return self.reset(),
            _ => return,
        }
        while let Ok(Some(Ok(_))) = timeout(Duration::from_secs(2), self.client.ws.next()).await {}
    }
}
