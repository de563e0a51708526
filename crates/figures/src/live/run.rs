//! A live run as a state machine: what happened goes in, what is to be done comes out. Knows no browser and no clock.

use protocol::{Answered, FromClient, Hello, KernelInfo, LabRequest, LabSpec, PeerSpec, Resume, WireRequest};
use scene::{Facts, LiveSpec, Real, explain};
use syscall::{Action, Address, Call, CallId, Program, TaskId};
use world::Script;

use super::incoming::{FromRelay, LabReport};
use super::twin::Twin;
use super::wire::Wire;

/// What happened.
#[derive(Clone)]
pub(crate) enum Input {
    /// The learner starts, or tries again.
    Run,
    /// The learner tells the relay's access token, and starts.
    Token(String),
    /// The learner lets the peer read.
    Tell,
    /// The learner stops the run.
    Stop,
    /// The learner lays a hand on the wire.
    Wire(WireRequest),
    /// The learner wants the packets as a file.
    Save,
    /// The WebSocket is open.
    Opened,
    /// A message has come.
    Message(Vec<u8>),
    /// The WebSocket is closed, or could not be opened; the reason is the relay's, often empty.
    Closed {
        /// The WebSocket's close code; 1006 where there was no closing handshake.
        code: u16,
        /// The relay's words.
        reason: String,
    },
    /// The time asked for with [`Output::Wait`] is over.
    Waited,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Output {
    /// Open a WebSocket to the relay.
    Connect,
    /// Send this message.
    Send(Vec<u8>),
    /// Close the WebSocket and forget it.
    Disconnect,
    /// Say [`Input::Waited`] after so many milliseconds.
    Wait(u32),
    /// Have the browser save a file.
    Save {
        /// Its name.
        name: String,
        /// What is in it.
        bytes: Vec<u8>,
    },
}

/// Why a run ended before its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// What happened.
    pub(crate) what: String,
    /// Why.
    pub(crate) why: String,
    /// What to do.
    pub(crate) next: String,
}

/// Where a run is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// Not begun.
    Idle,
    /// The WebSocket is being opened.
    Connecting,
    /// The relay prepares sockets and peer.
    Opening,
    /// A call is being made.
    Running,
    /// The program sleeps in a call until the peer reads.
    WaitsForPeer,
    /// The peer was told to read.
    Told,
    /// The relay asks for an access token.
    Asks {
        /// Whether it was given one that is not its.
        wrong: bool,
    },
    /// The connection was lost; another is tried quietly.
    Resuming {
        /// How many tries have failed.
        failed: u8,
    },
    /// The program has ended.
    Done,
    /// The learner stopped it.
    Stopped,
    /// It cannot go on.
    Failed(Failure),
}

/// Quiet tries to go on with a session, and how long to wait before each, in milliseconds.
const RESUME_AFTER_MS: [u32; 2] = [300, 1500];
/// The relay's close code where the access token is missing or wrong.
const WRONG_TOKEN: u16 = 4401;
/// Most lines that a program may pass between two calls.
const MOST_LINES: usize = 10_000;
/// Most calls of one run.
const MOST_CALLS: usize = 400;
/// The relay is told how far its reports have come after every so many.
const ACK_EVERY: u64 = 8;
/// The one task of the client's program.
const TASK: TaskId = TaskId(0);

/// A live run.
pub(crate) struct Run {
    spec: LiveSpec,
    state: State,
    program: Option<Script>,
    twin: Option<Twin>,
    real: Vec<Real>,
    /// The call that is under way and its place in `real`.
    pending: Option<(CallId, Call, usize)>,
    calls: u64,
    session: Option<(String, String)>,
    last: u64,
    /// The relay's access token, if the learner has told it.
    token: Option<String>,
    kernel: Option<KernelInfo>,
    peer: Option<Address>,
    /// When the last answer came from the kernel, in microseconds since the lab was opened.
    answered_us: Option<u64>,
    /// Whether the relay has a lab for this run.
    lab: bool,
    wire: Wire,
}

impl Run {
    /// A run that has not begun.
    pub(crate) fn new(spec: LiveSpec) -> Self {
        Self {
            spec,
            state: State::Idle,
            program: None,
            twin: None,
            real: vec![],
            pending: None,
            calls: 0,
            session: None,
            last: 0,
            token: None,
            kernel: None,
            peer: None,
            answered_us: None,
            lab: false,
            wire: Wire::default(),
        }
    }

    /// Where it is.
    pub(crate) fn state(&self) -> &State {
        &self.state
    }

    /// What happened, in order.
    pub(crate) fn real(&self) -> &[Real] {
        &self.real
    }

    /// The twin's calls.
    pub(crate) fn twin(&self) -> Vec<scene::Twin> {
        self.twin.as_ref().map(Twin::calls).unwrap_or_default()
    }

    /// What kernel answers: `Linux 6.18.44, loopback`.
    pub(crate) fn kernel(&self) -> Option<String> {
        let KernelInfo { system, release, mode, .. } = self.kernel.as_ref()?;
        Some(format!("{system} {release}, {mode}"))
    }

    /// What mode of lab the relay has, once it is known.
    pub(crate) fn mode(&self) -> Option<&str> {
        self.kernel.as_ref().map(|kernel| kernel.mode.as_str())
    }

    /// Whether the run's packets pass over a wire of the relay's.
    pub(crate) fn has_wire(&self) -> bool {
        !self.talks_to_itself() && self.mode().is_some_and(has_wire)
    }

    /// Whether the relay has a lab for this run: with a wire also after the program's end, for what is still under way.
    pub(crate) fn has_lab(&self) -> bool {
        self.lab && !matches!(self.state, State::Resuming { .. })
    }

    /// The run's wire.
    pub(crate) fn wire(&self) -> &Wire {
        &self.wire
    }

    /// Why the twin's answers may differ, if they do.
    pub(crate) fn why_different(&self) -> Option<String> {
        let (kernel, twin) = (self.kernel.as_ref()?, self.twin.as_ref()?);
        let hand = self.wire.in_hand().filter(|_| self.has_wire());
        explain(&self.real, &twin.calls(), &Facts { release: &kernel.release, hand, twin_mss: twin.mss() })
    }

    /// Take in what happened; what is to be done, in order.
    pub(crate) fn handle(&mut self, input: Input) -> Vec<Output> {
        let mut out = Vec::new();
        match input {
            Input::Run => self.begin(&mut out),
            Input::Token(token) => {
                self.token = Some(token);
                self.begin(&mut out);
            }
            Input::Tell => self.tell(&mut out),
            Input::Stop => {
                if let Some((id, ..)) = self.pending.take() {
                    lab(&mut out, LabRequest::Cancel { id });
                }
                self.end(State::Stopped, &mut out);
            }
            Input::Wire(request) => self.lay_hand(request, &mut out),
            Input::Save => {
                if self.has_lab() && self.has_wire() && !self.wire.saving() {
                    self.wire.forget_notices();
                    self.wire.save();
                    lab(&mut out, LabRequest::Capture);
                }
            }
            Input::Opened => {
                let resume = self.session.clone();
                let resume = resume.map(|(session, key)| Resume { session, key, last: self.last });
                let hello = FromClient::Hello(Hello { version: protocol::VERSION, resume, token: self.token.clone() });
                out.push(Output::Send(protocol::encode(&hello)));
            }
            Input::Message(bytes) => match protocol::decode(&bytes) {
                Ok(message) => self.told(message, &mut out),
                Err(_) => self.fail(
                    "The run has stopped.",
                    "The relay said something that this page does not understand; perhaps it is of another version.",
                    "Reload the page, then try again.",
                    &mut out,
                ),
            },
            Input::Closed { code, reason } => self.closed(code, &reason, &mut out),
            Input::Waited => {
                if matches!(self.state, State::Resuming { .. }) {
                    out.push(Output::Connect);
                }
            }
        }
        out
    }

    fn begin(&mut self, out: &mut Vec<Output>) {
        self.let_go(out);
        let (spec, token) = (self.spec.clone(), self.token.take());
        let (wire, kernel) = (self.wire.next(), self.kernel.take());
        *self = Self { state: State::Connecting, token, wire, kernel, ..Self::new(spec) };
        out.push(Output::Connect);
    }

    /// The access token that was told to another figure of this tab.
    pub(crate) fn know(&mut self, token: Option<String>) {
        self.token = token.or(self.token.take());
    }

    fn tell(&mut self, out: &mut Vec<Output>) {
        let reads_when_told = self.spec.read > 0;
        if !reads_when_told || !matches!(self.state, State::Running | State::WaitsForPeer) {
            return;
        }
        lab(out, LabRequest::Tell { peer: 0, text: self.spec.read.to_string() });
        if let Some(twin) = &mut self.twin {
            twin.tell(self.spec.read);
        }
        self.state = State::Told;
    }

    /// Ask for something to be done to the wire, in this run if there is one; how it is set stays for the next.
    fn lay_hand(&mut self, request: WireRequest, out: &mut Vec<Output>) {
        if !self.has_wire() {
            return;
        }
        if let WireRequest::Set(spec) = &request {
            self.wire.set(spec.clone());
        }
        if self.has_lab() {
            self.wire.touch(self.real.len());
            self.wire.forget_notices();
            lab(out, LabRequest::Wire(request));
        }
    }

    fn told(&mut self, message: FromRelay, out: &mut Vec<Output>) {
        match message {
            FromRelay::Welcome { session, key, resumed, kernel, .. } => {
                let was_running = self.session.is_some();
                self.session = Some((session, key));
                if kernel.mode == "none" {
                    let why = format!(
                        "It runs on {} {}, where it has no sockets to lend.",
                        kernel.system, kernel.release
                    );
                    return self.fail("This relay makes no live runs.", &why, "Start it on Linux.", out);
                }
                self.kernel = Some(kernel);
                match (was_running, resumed) {
                    (false, _) => self.open(out),
                    (true, true) => self.go_on(out),
                    (true, false) => self.fail(
                        "The run is lost.",
                        "The connection to the relay broke, and the relay no longer knows this run: it was started afresh, or too much time has passed.",
                        "Try again: a new run takes a second.",
                        out,
                    ),
                }
            }
            FromRelay::Elsewhere { .. } => self.fail(
                "The run has not begun.",
                "The relay sends this session to another machine, which this page does not follow.",
                "Open the site at that machine.",
                out,
            ),
            FromRelay::Lab { seq, report } => {
                // After a new connection the relay repeats what it does not know to have arrived.
                if seq <= self.last {
                    return;
                }
                self.last = seq;
                if seq.is_multiple_of(ACK_EVERY) {
                    out.push(Output::Send(protocol::encode(&FromClient::Ack { through: seq })));
                }
                self.reported(report, out);
            }
            FromRelay::Room { seq } => self.last = self.last.max(seq),
        }
    }

    /// Whether the program has both ends: then no address of its is the peer's.
    fn talks_to_itself(&self) -> bool {
        self.spec.peer.is_empty()
    }

    fn open(&mut self, out: &mut Vec<Output>) {
        // A lab has a peer, even if nobody talks to it.
        let name = if self.talks_to_itself() { "echo" } else { &self.spec.peer };
        let named = PeerSpec::named(name);
        let mut lab_spec = LabSpec::with(PeerSpec { rcvbuf: self.spec.rcvbuf, ..named });
        if self.has_wire() {
            lab_spec.wire = self.wire.spec().clone();
            if lab_spec.wire.held || lab_spec.wire.lose > 0 {
                self.wire.touch(0);
            }
        }
        self.state = State::Opening;
        lab(out, LabRequest::Open { lab: lab_spec });
    }

    /// After a new connection: what was on its way may not have arrived, so it is said again.
    fn go_on(&mut self, out: &mut Vec<Output>) {
        match self.pending.clone() {
            Some((id, call, _)) => {
                self.state = self.waiting_state(&call);
                lab(out, LabRequest::Submit { id, task: TASK, call });
            }
            None => self.open(out),
        }
    }

    fn reported(&mut self, report: LabReport, out: &mut Vec<Output>) {
        match report {
            LabReport::Opened { peers } => {
                self.lab = true;
                let Some(spec) =
                    self.spec.scenario.programs.iter().find(|program| program.name == self.spec.run)
                else {
                    return self.fail(
                        "The run has not begun.",
                        "The lesson names no such program.",
                        "Tell the lesson's author.",
                        out,
                    );
                };
                match Script::new(spec) {
                    Ok(program) => {
                        self.peer = peers.first().copied().filter(|_| !self.talks_to_itself());
                        self.program = Some(program);
                        self.twin = Twin::new(&self.spec, self.has_wire().then(|| self.wire.spec()));
                        self.resume(None, out);
                    }
                    Err(problems) => {
                        self.fail(
                            "The run has not begun.",
                            &problems.join(" "),
                            "Tell the lesson's author.",
                            out,
                        );
                    }
                }
            }
            LabReport::Completed { id, outcome, by, here, there, at } => {
                let Some((_, _, place)) = self.pending.take_if(|(pending, ..)| *pending == id) else {
                    return;
                };
                for (there, held) in [(false, &here), (true, &there)] {
                    if let Some(held) = held {
                        self.wire.holds(there, held.clone());
                    }
                }
                let before = self.answered_us.replace(at).unwrap_or(at);
                // With a peer that the learner holds, a wait tells of the learner.
                let waited_us = if self.talks_to_itself() { at.saturating_sub(before) } else { 0 };
                if let Some(Real::Call { outcome: slot, by_kernel, here: h, there: t, ms, .. }) =
                    self.real.get_mut(place)
                {
                    *slot = Some(outcome.clone());
                    *by_kernel = by == Answered::Kernel;
                    (*h, *t) = (here, there);
                    *ms = (waited_us / 1000) as u32;
                }
                if let Some(twin) = &mut self.twin {
                    twin.advance(self.calls as usize);
                }
                self.resume(Some(outcome), out);
            }
            LabReport::Peer { received, here } => {
                if let Some(here) = here {
                    self.wire.holds(true, here);
                }
                if received > 0 {
                    self.peer_read(received);
                }
            }
            LabReport::Happened { event } => self.wire.happened(*event),
            LabReport::Holds { task, observed } => self.wire.holds(task.is_none(), observed),
            LabReport::Captured { part, left } => {
                if let Some(bytes) = self.wire.captured(&part, left) {
                    out.push(Output::Save { name: format!("{}.pcapng", self.spec.id), bytes });
                }
            }
            LabReport::Refused { reason } if self.state == State::Opening => {
                self.fail("The relay refused.", &reason, "Try again in a moment.", out);
            }
            LabReport::Refused { reason } => self.wire.notice(reason),
            LabReport::Closed { reason } => {
                self.lab = false;
                if matches!(self.state, State::Opening | State::Running | State::WaitsForPeer | State::Told) {
                    self.fail("The run has stopped.", &reason, "Try again.", out);
                } else {
                    self.wire.notice(format!("The lab is gone: {reason}."));
                    self.session = None;
                    out.push(Output::Disconnect);
                }
            }
        }
    }

    /// The peer has read so many bytes.
    fn peer_read(&mut self, received: u32) {
        // What the peer has read stands before the call that it may wake.
        let waiting = self.pending.as_ref().map(|(.., place)| *place);
        let waits = self.state == State::Told || self.state == State::WaitsForPeer;
        let read = Real::PeerRead { count: received };
        match waiting {
            Some(place) if waits => {
                self.real.insert(place, read);
                if let Some((.., place)) = &mut self.pending {
                    *place += 1;
                }
            }
            _ => self.real.push(read),
        }
        if self.state == State::Told {
            self.state = match &self.pending {
                Some((_, call, _)) => self.waiting_state(call),
                None => State::Running,
            };
        }
    }

    /// Give the program its outcome and make its next call.
    fn resume(&mut self, outcome: Option<syscall::Outcome>, out: &mut Vec<Output>) {
        let Some(program) = &mut self.program else { return };
        let mut action = program.resume(outcome);
        for _ in 0..MOST_LINES {
            if !matches!(action, Action::Line(_)) {
                break;
            }
            action = program.resume(None);
        }
        match action {
            Action::Call { .. } if self.calls as usize >= MOST_CALLS => self.fail(
                "The run was stopped.",
                &format!("The program has made {MOST_CALLS} calls, which is as many as one run may make."),
                "Look at what it did, or try again.",
                out,
            ),
            Action::Call { call, .. } => self.submit(call, out),
            Action::Exit(_) => self.end(State::Done, out),
            Action::Line(_) => self.fail(
                "The run was stopped.",
                "The program goes round without making a call.",
                "Look at its loop.",
                out,
            ),
        }
    }

    fn submit(&mut self, call: Call, out: &mut Vec<Output>) {
        // The lesson's address is the simulated peer's; the real one lives where the relay says.
        let call = match (call, self.peer) {
            (Call::Connect { fd, .. }, Some(address)) => Call::Connect { fd, address },
            (call, _) => call,
        };
        self.calls += 1;
        let id = CallId(self.calls);
        self.state = self.waiting_state(&call);
        self.real.push(Real::Call {
            call: call.clone(),
            outcome: None,
            by_kernel: true,
            here: None,
            there: None,
            ms: 0,
        });
        self.pending = Some((id, call.clone(), self.real.len() - 1));
        lab(out, LabRequest::Submit { id, task: TASK, call });
    }

    fn waiting_state(&self, call: &Call) -> State {
        match call {
            Call::Select { .. } | Call::Poll { .. } if self.spec.read > 0 => State::WaitsForPeer,
            _ => State::Running,
        }
    }

    fn closed(&mut self, code: u16, reason: &str, out: &mut Vec<Output>) {
        let failed = match &self.state {
            State::Done | State::Stopped if self.lab => {
                self.lab = false;
                self.session = None;
                return self.wire.notice("The connection to the relay has ended, and the lab with it.");
            }
            State::Idle | State::Done | State::Stopped | State::Asks { .. } | State::Failed(_) => return,
            _ if code == WRONG_TOKEN => {
                self.state = State::Asks { wrong: self.token.is_some() };
                return out.push(Output::Disconnect);
            }
            State::Connecting => {
                return self.fail(
                    "The relay was not reached.",
                    "No WebSocket could be opened to the machine that served this page: the relay is stopped, or something between here and there keeps WebSockets out.",
                    "See that the relay is running (socketscope serve), then try again.",
                    out,
                );
            }
            State::Resuming { failed } => failed + 1,
            State::Opening | State::Running | State::WaitsForPeer | State::Told => 0,
        };
        // Codes with which the relay means it: going on would end in the same way.
        if matches!(code, 1002 | 1003 | 1007 | 1008 | 1009) {
            let why = if reason.is_empty() { format!("Close code {code}.") } else { reason.to_owned() };
            return self.fail("The relay has ended the run.", &why, "Try again.", out);
        }
        match RESUME_AFTER_MS.get(usize::from(failed)) {
            Some(ms) if self.session.is_some() => {
                self.state = State::Resuming { failed };
                out.push(Output::Wait(*ms));
            }
            _ => {
                let why = match (code, reason) {
                    (1001, "") => "The relay was shut down.".to_owned(),
                    (_, "") => {
                        "The connection to the relay broke, and it does not answer any more.".to_owned()
                    }
                    (_, reason) => format!("The connection to the relay has ended: {reason}."),
                };
                self.fail(
                    "The run has stopped in the middle.",
                    &why,
                    "See that the relay is running, then try again.",
                    out,
                );
            }
        }
    }

    fn end(&mut self, state: State, out: &mut Vec<Output>) {
        self.pending = None;
        // What the kernels still have to say to each other passes over the wire after the program's end.
        if !(self.lab && self.has_wire()) || matches!(self.state, State::Resuming { .. }) {
            self.let_go(out);
        }
        self.state = state;
    }

    /// Give the lab back and leave the relay.
    fn let_go(&mut self, out: &mut Vec<Output>) {
        if std::mem::replace(&mut self.lab, false) || self.state == State::Opening {
            lab(out, LabRequest::Close);
        }
        self.session = None;
        out.push(Output::Disconnect);
    }

    fn fail(&mut self, what: &str, why: &str, next: &str, out: &mut Vec<Output>) {
        self.state = State::Failed(Failure { what: what.into(), why: why.into(), next: next.into() });
        self.lab = false;
        self.session = None;
        out.push(Output::Disconnect);
    }
}

/// Whether labs of this mode have a wire.
fn has_wire(mode: &str) -> bool {
    mode.starts_with("namespaces") || mode.starts_with("privileged")
}

fn lab(out: &mut Vec<Output>, request: LabRequest) {
    out.push(Output::Send(protocol::encode(&FromClient::Lab(request))));
}

#[cfg(test)]
mod tests;
