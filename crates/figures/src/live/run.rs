//! A live run as a state machine: what happened goes in, what is to be done comes out. Knows no browser and no clock.

mod program;
mod session;

use protocol::{FromClient, KernelInfo, LabRequest, WireRequest};
use scene::{Facts, LiveSpec, Real, explain};
use syscall::{Address, Call, CallId, TaskId};
use world::Script;

use super::twin::Twin;
use super::wire::Wire;
use crate::session::Session;
use crate::texts;

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
    /// The time asked for with [`Output::Rest`] is over.
    Rested,
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
    /// Say [`Input::Rested`] after so many milliseconds.
    Rest(u32),
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

/// How long the main button does nothing after a run that ended by itself, in milliseconds: whoever was about to let the peer read,
/// and presses now, means no other run.
const REST_MS: u32 = 600;

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
    session: Session,
    kernel: Option<KernelInfo>,
    peer: Option<Address>,
    /// When the last answer came from the kernel, in microseconds since the lab was opened.
    answered_us: Option<u64>,
    /// Whether the relay has a lab for this run.
    lab: bool,
    wire: Wire,
    /// Whether it has only just ended by itself.
    rests: bool,
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
            session: Session::default(),
            kernel: None,
            peer: None,
            answered_us: None,
            lab: false,
            wire: Wire::default(),
            rests: false,
        }
    }

    /// Where it is.
    pub(crate) fn state(&self) -> &State {
        &self.state
    }

    /// Whether a press that was meant for what it did until now may still be on its way.
    pub(crate) fn rests(&self) -> bool {
        self.rests
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
        !self.talks_to_itself() && self.kernel.as_ref().is_some_and(KernelInfo::has_wire)
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
            Input::Run if self.rests => {}
            Input::Run => self.begin(&mut out),
            Input::Token(token) => {
                self.session.token = Some(token);
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
                let hello = FromClient::Hello(self.session.hello());
                out.push(Output::Send(protocol::encode(&hello)));
            }
            Input::Message(bytes) => match protocol::decode(&bytes) {
                Ok(message) => self.told(message, &mut out),
                Err(_) => self.fail(
                    texts::live::THE_RUN_HAS_STOPPED,
                    texts::live::NOT_UNDERSTOOD,
                    texts::live::RELOAD_THE_PAGE,
                    &mut out,
                ),
            },
            Input::Closed { code, reason } => self.closed(code, &reason, &mut out),
            Input::Waited => {
                if matches!(self.state, State::Resuming { .. }) {
                    out.push(Output::Connect);
                }
            }
            Input::Rested => self.rests = false,
        }
        out
    }

    fn begin(&mut self, out: &mut Vec<Output>) {
        self.let_go(out);
        let (spec, session) = (self.spec.clone(), self.session.next());
        let (wire, kernel) = (self.wire.next(), self.kernel.take());
        *self = Self { state: State::Connecting, session, wire, kernel, ..Self::new(spec) };
        out.push(Output::Connect);
    }

    /// The access token that was told to another figure of this tab.
    pub(crate) fn know(&mut self, token: Option<String>) {
        self.session.know(token);
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
            // What comes now may tell on the call that waits.
            let at = self.pending.as_ref().map_or(self.real.len(), |(.., place)| *place);
            self.wire.touch(at);
            self.wire.forget_notices();
            lab(out, LabRequest::Wire(request));
        }
    }

    /// Whether the program has both ends: then no address of its is the peer's.
    fn talks_to_itself(&self) -> bool {
        self.spec.peer.is_empty()
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
        self.session.forget();
        out.push(Output::Disconnect);
    }

    fn fail(&mut self, what: &str, why: &str, next: &str, out: &mut Vec<Output>) {
        self.state = State::Failed(Failure { what: what.into(), why: why.into(), next: next.into() });
        self.lab = false;
        self.session.forget();
        out.push(Output::Disconnect);
    }
}

fn lab(out: &mut Vec<Output>, request: LabRequest) {
    out.push(Output::Send(protocol::encode(&FromClient::Lab(request))));
}

#[cfg(test)]
mod tests;
