//! A room's client as a state machine: what happened goes in, what is to be done comes out. Knows no browser and no clock.

use protocol::room::{Answer, Ask, Direct, Learn, Refusal};
use protocol::{LabRequest, RoomReport, RoomRequest};

use super::lab::HeardLab;
use super::message::{FromRelay, ToRelay};
use crate::session::{Session, WRONG_TOKEN, Welcome, meant};
use crate::texts;

/// The relay's close code for a session that has sent, or lasted, as long as one may; another may be opened.
const SPENT: u16 = 1008;
/// The close code for: this copy of the site has no relay.
pub(super) const NO_RELAY: u16 = 0;
/// How long to wait before the first try after a connection broke, in milliseconds, at most; twice that before the next.
const FIRST_WAIT_MS: u32 = 1_000;
/// The longest that is waited before a try, in milliseconds.
const LONGEST_WAIT_MS: u32 = 15_000;
/// A connection on which nothing is answered for so long is taken for broken, in milliseconds.
const PATIENCE_MS: u32 = 15_000;
/// Most requests that wait for an answer; beyond it the oldest that may be said again later is given up.
const MOST_WAITING: usize = 64;

/// What happened.
#[derive(Clone, Debug)]
pub(super) enum Input {
    /// Leave the room and the relay.
    Leave,
    /// Somebody tells the relay's access token.
    Token(String),
    /// There is reason to think that the relay can be reached.
    Now,
    /// The page is left, perhaps for good.
    Rest,
    /// The WebSocket is open.
    Opened,
    /// A message has come.
    Message(Vec<u8>),
    /// The WebSocket is closed, or could not be opened; the reason is the relay's, often empty.
    Closed {
        /// The WebSocket's close code; 1006 where there was no closing handshake, [`NO_RELAY`] where there is no relay.
        code: u16,
        /// The relay's words.
        reason: String,
    },
    /// The time asked for with [`Output::Wait`] is over.
    Waited,
    /// The time asked for with [`Output::Watch`] is over.
    Watched,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Output {
    /// Open a WebSocket to the relay.
    Connect,
    /// Send this message.
    Send(Vec<u8>),
    /// Close the WebSocket and forget it; the session goes on.
    Disconnect,
    /// Close the WebSocket and say that the session is over.
    Finish,
    /// Say [`Input::Waited`] after so many milliseconds; a wait before is forgotten.
    Wait(u32),
    /// Say [`Input::Watched`] after so many milliseconds; a watch before is forgotten.
    Watch(u32),
    /// Tell whoever listens.
    Tell(Heard),
    /// Tell whoever listens to the session's lab.
    TellLab(HeardLab),
}

/// What there is to hear of a room.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Heard {
    /// It stands otherwise now: [`super::Room::standing`].
    Standing,
    /// The room has said this.
    Report(RoomReport),
    /// The connection broke before this request was answered, and the relay has forgotten the session: whether it was done
    /// nobody knows. Requests that may be made twice are made again instead.
    Unknown(u32),
}

/// Where a browser stands towards its room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// In no room, and not on the way into one.
    Nowhere,
    /// On the way in.
    Entering,
    /// In the room.
    In,
    /// The relay is away. It is tried again by itself; what is asked meanwhile waits.
    Away {
        /// Tries so far.
        tries: u32,
        /// The next is after so many milliseconds.
        next_ms: u32,
    },
    /// The relay asks for its access token.
    Asks {
        /// Whether it was told one that is not its.
        wrong: bool,
    },
    /// The room did not let one in.
    Refused {
        /// Why, for programs.
        why: Refusal,
        /// What it is, and what to do.
        says: String,
        /// In so many seconds it may be tried again.
        again_s: Option<u32>,
    },
    /// The room is over, or the teacher took this learner out.
    Out {
        /// A sentence.
        says: String,
        /// Whether the key opens it no more.
        for_good: bool,
    },
    /// There is no talking with this relay: a sentence why, and what to do.
    Ended(String),
}

/// A request without an answer yet.
struct Waiting {
    /// Its number for whoever asked.
    id: u32,
    ask: Ask,
    /// Its number in the session, once it was sent there.
    wire: Option<u32>,
    /// Whether it was sent over this WebSocket.
    said: bool,
}

/// A room's client.
pub(super) struct Client {
    session: Session,
    standing: Standing,
    /// Whether the WebSocket is open and the relay has said welcome.
    welcome: bool,
    /// How the room is entered: the way in, then the way back.
    way: Option<Ask>,
    /// The request that enters, while it has no answer.
    entering: Option<Waiting>,
    /// By rising number.
    waiting: Vec<Waiting>,
    /// The next number for whoever asks.
    next: u32,
    /// The next number in the session.
    next_wire: u32,
    /// Whether a WebSocket is being opened.
    dialing: bool,
    tries: u32,
    /// The last number in the session when the watch began.
    watched: Option<u32>,
    random: u32,
}

impl Client {
    /// In no room. `seed` spreads the tries of many browsers over time.
    pub(super) fn new(seed: u32) -> Self {
        Self {
            session: Session::default(),
            standing: Standing::Nowhere,
            welcome: false,
            way: None,
            entering: None,
            waiting: vec![],
            next: 1,
            next_wire: 1,
            dialing: false,
            tries: 0,
            watched: None,
            random: seed | 1,
        }
    }

    /// Where it stands.
    pub(super) const fn standing(&self) -> &Standing {
        &self.standing
    }

    /// The access token that was told in this tab before.
    pub(super) fn know(&mut self, token: Option<String>) {
        self.session.know(token);
    }

    /// Come into a room; the one before is left. The request's number.
    pub(super) fn enter(&mut self, how: Ask) -> (u32, Vec<Output>) {
        let mut out = vec![];
        self.let_go(&mut out);
        let id = self.number();
        self.entering = Some(Waiting { id, ask: how.clone(), wire: None, said: false });
        self.way = Some(how);
        self.stand(Standing::Entering, &mut out);
        self.dial(&mut out);
        (id, out)
    }

    /// Ask something of the room. The request's number.
    pub(super) fn ask(&mut self, ask: Ask) -> (u32, Vec<Output>) {
        let mut out = vec![];
        let id = self.number();
        if is_place(&ask) {
            // Only the last one counts.
            self.waiting.retain(|it| !is_place(&it.ask));
        }
        if self.waiting.len() >= MOST_WAITING {
            out.push(Output::Tell(Heard::Unknown(self.waiting.remove(0).id)));
        }
        self.waiting.push(Waiting { id, ask, wire: None, said: false });
        self.say_waiting(&mut out);
        (id, out)
    }

    /// Ask something of the session's lab; nothing is done while one is not in the room.
    pub(super) fn ask_lab(&self, request: &LabRequest) -> Vec<Output> {
        let mut out = vec![];
        if self.welcome && self.standing == Standing::In {
            send(&ToRelay::Lab(request), &mut out);
        }
        out
    }

    /// Take in what happened; what is to be done, in order.
    pub(super) fn handle(&mut self, input: Input) -> Vec<Output> {
        let mut out = vec![];
        match input {
            Input::Leave => {
                self.let_go(&mut out);
                self.stand(Standing::Nowhere, &mut out);
            }
            Input::Rest => {
                if matches!(self.standing, Standing::Entering | Standing::In | Standing::Away { .. }) {
                    self.forget_session();
                    self.stand(Standing::Away { tries: 0, next_ms: 0 }, &mut out);
                    out.push(Output::Finish);
                }
            }
            Input::Token(token) => {
                self.session.token = Some(token);
                if matches!(self.standing, Standing::Asks { .. }) {
                    self.begin_again(&mut out);
                }
            }
            Input::Now | Input::Waited => {
                if matches!(self.standing, Standing::Away { .. }) {
                    if !self.dialing {
                        self.dial(&mut out);
                    }
                } else if matches!((&self.standing, &input), (Standing::Refused { .. }, Input::Waited))
                    && self.way.is_some()
                {
                    self.begin_again(&mut out);
                }
            }
            Input::Opened => {
                self.dialing = false;
                send(&ToRelay::Hello(self.session.hello()), &mut out);
            }
            Input::Message(bytes) => match protocol::decode(&bytes) {
                Ok(message) => self.told(message, &mut out),
                Err(_) => self.end(texts::class::NOT_UNDERSTOOD, &mut out),
            },
            Input::Closed { code, reason } => self.closed(code, &reason, &mut out),
            Input::Watched => self.watched(&mut out),
        }
        out
    }

    fn told(&mut self, message: FromRelay, out: &mut Vec<Output>) {
        match message {
            FromRelay::Welcome { session, key, resumed } => {
                self.welcome = true;
                self.watched = None;
                match self.session.welcome(session, key, resumed) {
                    // What was on its way may not have arrived; the relay passes over what did.
                    Welcome::Again if self.entering.is_none() => self.arrive(true, out),
                    Welcome::First | Welcome::Again => self.come_in(out),
                    Welcome::Afresh => {
                        self.forget_numbers(out);
                        self.come_in(out);
                    }
                }
            }
            FromRelay::Elsewhere {} => self.end(texts::class::SENT_ELSEWHERE, out),
            FromRelay::Lab { seq, report } => {
                if self.came(seq, out) {
                    out.push(Output::TellLab(HeardLab::Report(report)));
                }
            }
            FromRelay::Room { seq, report } => {
                if self.came(seq, out) {
                    self.reported(report, out);
                }
            }
        }
    }

    fn came(&mut self, seq: u64, out: &mut Vec<Output>) -> bool {
        let (new, acknowledge) = self.session.came(seq);
        if let Some(through) = acknowledge {
            send(&ToRelay::Ack { through }, out);
        }
        new
    }

    fn reported(&mut self, report: RoomReport, out: &mut Vec<Output>) {
        match report {
            RoomReport::Answer { id, answer } => self.answered(id, answer, out),
            RoomReport::Out { says, for_good } => {
                self.let_go(out);
                self.stand(Standing::Out { says: says.clone(), for_good }, out);
                out.push(Output::Tell(Heard::Report(RoomReport::Out { says, for_good })));
            }
            report => out.push(Output::Tell(Heard::Report(report))),
        }
    }

    fn answered(&mut self, wire: u32, answer: Answer, out: &mut Vec<Output>) {
        if let Some(it) = self.entering.take_if(|it| it.wire == Some(wire)) {
            // It is told before what follows from it is.
            let told = RoomReport::Answer { id: it.id, answer: answer.clone() };
            out.push(Output::Tell(Heard::Report(told)));
            return match answer {
                Answer::Refused { why, says, again_s } => self.not_let_in(why, says, again_s, out),
                answer => {
                    self.way = Some(way_back(it.ask, &answer));
                    self.arrive(false, out);
                }
            };
        }
        if let Some(place) = self.waiting.iter().position(|it| it.wire == Some(wire)) {
            let id = self.waiting.remove(place).id;
            out.push(Output::Tell(Heard::Report(RoomReport::Answer { id, answer })));
        }
    }

    /// The room is entered, or was never left by this same session.
    fn arrive(&mut self, same: bool, out: &mut Vec<Output>) {
        self.tries = 0;
        self.stand(Standing::In, out);
        out.push(Output::TellLab(HeardLab::Arrived { same }));
        self.say_waiting(out);
    }

    fn not_let_in(&mut self, why: Refusal, says: String, again_s: Option<u32>, out: &mut Vec<Output>) {
        // Whoever was in, and comes back too soon, tries again by himself; whoever asks for the first time is told.
        let was_in = matches!(self.way, Some(Ask::Teach { .. } | Ask::Return { .. }));
        let again = again_s.filter(|_| was_in && matches!(why, Refusal::TooOften | Refusal::NotSaved));
        self.forget_session();
        self.stand(Standing::Refused { why, says, again_s }, out);
        out.push(Output::Finish);
        match again {
            Some(seconds) => out.push(Output::Wait(seconds.saturating_mul(1000))),
            None => {
                self.way = None;
                self.give_up(out);
            }
        }
    }

    /// Say how one comes in: as first asked, or with what its answer told.
    fn come_in(&mut self, out: &mut Vec<Output>) {
        let Some(way) = self.way.clone() else { return };
        let mut entering = match self.entering.take() {
            Some(entering) => entering,
            None => Waiting { id: self.number(), ask: way, wire: None, said: false },
        };
        self.say(&mut entering, out);
        self.entering = Some(entering);
        self.watch(out);
    }

    /// Send what waits, in order, if there is somebody to say it to.
    fn say_waiting(&mut self, out: &mut Vec<Output>) {
        if !self.welcome || self.standing != Standing::In {
            return;
        }
        let mut waiting = std::mem::take(&mut self.waiting);
        for it in waiting.iter_mut().filter(|it| !it.said) {
            self.say(it, out);
        }
        self.waiting = waiting;
        self.watch(out);
    }

    /// Send a request, under the number that it had in this session, if it had one.
    fn say(&mut self, it: &mut Waiting, out: &mut Vec<Output>) {
        let id = *it.wire.get_or_insert(self.next_wire);
        self.next_wire = self.next_wire.max(id + 1);
        it.said = true;
        send(&ToRelay::Room(&RoomRequest { id, ask: it.ask.clone() }), out);
    }

    /// The relay knows nothing of the session: what was said in it may be done or not.
    fn forget_numbers(&mut self, out: &mut Vec<Output>) {
        let gone = self.waiting.extract_if(.., |it| it.wire.is_some() && !may_be_twice(&it.ask));
        out.extend(gone.map(|it| Output::Tell(Heard::Unknown(it.id))));
        for it in self.waiting.iter_mut().chain(&mut self.entering) {
            it.wire = None;
        }
        self.next_wire = 1;
    }

    fn closed(&mut self, code: u16, reason: &str, out: &mut Vec<Output>) {
        self.hang_up();
        if !matches!(self.standing, Standing::Entering | Standing::In | Standing::Away { .. }) {
            return;
        }
        match code {
            NO_RELAY => {
                let says = texts::class::NO_RELAY;
                self.end(says, out);
            }
            WRONG_TOKEN => {
                out.push(Output::Disconnect);
                self.stand(Standing::Asks { wrong: self.session.token.is_some() }, out);
            }
            SPENT => {
                // A session may last and send so much; the room is entered again in another.
                self.session = self.session.next();
                self.forget_numbers(out);
                self.wait_and_try(out);
            }
            code if meant(code) => {
                let says = if reason.is_empty() { texts::class::close_code(code) } else { reason.to_owned() };
                self.end(&texts::class::connection_ended(says), out);
            }
            _ => self.wait_and_try(out),
        }
    }

    fn wait_and_try(&mut self, out: &mut Vec<Output>) {
        let most = FIRST_WAIT_MS.saturating_mul(1 << self.tries.min(8)).min(LONGEST_WAIT_MS);
        self.tries += 1;
        // Between a quarter and the whole of it, so that a class does not come all at once.
        let next_ms = most / 4 + self.chance() % (most - most / 4);
        self.stand(Standing::Away { tries: self.tries, next_ms }, out);
        out.extend([Output::Disconnect, Output::Wait(next_ms)]);
    }

    fn dial(&mut self, out: &mut Vec<Output>) {
        self.dialing = true;
        self.watched = Some(0);
        out.extend([Output::Connect, Output::Watch(PATIENCE_MS)]);
    }

    /// Begin to look whether anything is answered, unless that is looked at already.
    fn watch(&mut self, out: &mut Vec<Output>) {
        let waits = !self.waiting.is_empty() || self.entering.is_some();
        if self.watched.is_none() && waits {
            self.watched = Some(self.next_wire - 1);
            out.push(Output::Watch(PATIENCE_MS));
        }
    }

    fn watched(&mut self, out: &mut Vec<Output>) {
        let Some(mark) = self.watched.take() else { return };
        let first = self.entering.iter().chain(&self.waiting).find_map(|it| it.wire);
        if !self.welcome || first.is_some_and(|wire| wire <= mark) {
            self.hang_up();
            return self.wait_and_try(out);
        }
        self.watch(out);
    }

    fn begin_again(&mut self, out: &mut Vec<Output>) {
        self.stand(Standing::Entering, out);
        self.dial(out);
    }

    fn end(&mut self, says: &str, out: &mut Vec<Output>) {
        self.let_go(out);
        self.stand(Standing::Ended(says.to_owned()), out);
    }

    /// Be in no room and on no way to one.
    fn let_go(&mut self, out: &mut Vec<Output>) {
        if self.welcome && self.standing == Standing::In {
            let request = RoomRequest { id: self.next_wire, ask: Ask::Leave };
            send(&ToRelay::Room(&request), out);
        }
        self.give_up(out);
        self.forget_session();
        self.way = None;
        self.tries = 0;
        out.push(Output::Finish);
    }

    fn give_up(&mut self, out: &mut Vec<Output>) {
        let gone = self.entering.take().into_iter().chain(self.waiting.drain(..));
        out.extend(gone.map(|it| Output::Tell(Heard::Unknown(it.id))));
    }

    /// The session is over by our own will.
    fn forget_session(&mut self) {
        self.hang_up();
        self.session = self.session.next();
        self.next_wire = 1;
        for it in self.waiting.iter_mut().chain(&mut self.entering) {
            it.wire = None;
        }
    }

    /// There is no WebSocket now.
    fn hang_up(&mut self) {
        self.welcome = false;
        self.dialing = false;
        self.watched = None;
        for it in self.waiting.iter_mut().chain(&mut self.entering) {
            it.said = false;
        }
    }

    fn stand(&mut self, standing: Standing, out: &mut Vec<Output>) {
        if self.standing != standing {
            self.standing = standing;
            out.push(Output::Tell(Heard::Standing));
        }
    }

    fn number(&mut self) -> u32 {
        let id = self.next;
        self.next += 1;
        id
    }

    /// A number (xorshift), for spreading tries only.
    fn chance(&mut self) -> u32 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 17;
        self.random ^= self.random << 5;
        self.random
    }
}

const fn is_place(ask: &Ask) -> bool {
    matches!(ask, Ask::Learn(Learn::At { .. }))
}

/// How to come in again, after this answer to that way in.
fn way_back(way: Ask, answer: &Answer) -> Ask {
    match answer {
        Answer::Joined { code, key: Some(key), .. } => Ask::Return { code: code.clone(), key: key.clone() },
        Answer::Opened { code, secret } => Ask::Teach { code: code.clone(), secret: secret.clone() },
        _ => way,
    }
}

/// Whether making this request twice is as good as making it once.
const fn may_be_twice(ask: &Ask) -> bool {
    match ask {
        Ask::Learn(_) | Ask::Teach { .. } | Ask::Return { .. } | Ask::Leave => true,
        Ask::Open { .. } | Ask::Join { .. } => false,
        Ask::Direct(it) => !matches!(
            it,
            Direct::Tell { .. } | Direct::Question { .. } | Direct::PairAll | Direct::Export { .. }
        ),
    }
}

fn send(message: &ToRelay<'_>, out: &mut Vec<Output>) {
    out.push(Output::Send(protocol::encode(message)));
}

#[cfg(test)]
mod tests;
