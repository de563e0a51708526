//! A learner's process in a lab that is shared, as a state machine: one connection, to the class's server or to a partner. Each call is
//! made because the learner wants it, but that an answer of the server is received without asking.

use protocol::room::Pair;
use protocol::{Answered, LabRequest, LabSpec, Share, WireSpec};
use syscall::{Address, Call, CallId, Domain, Fd, MsgFlags, Outcome, Returned, SocketType, TaskId};

use crate::room::{HeardLab, LabReport, Made};
use crate::texts;

/// A guest's and an owner's first process alike.
const TASK: TaskId = TaskId(0);
/// Where the class's server listens, and each of a pair who does.
const PORT: u16 = 7000;
/// Bytes that one recv asks for.
const ASKS: u32 = 1024;
/// Most bytes of a line that is sent.
pub(crate) const MOST_LINE: usize = 500;
/// Calls that are shown.
const SHOWN: usize = 30;

/// In whose lab, and as whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// A client of the class's server.
    Class,
    /// On this host of a pair; the one on host 0 opens the lab.
    Pair(u16),
}

impl Role {
    /// The address to connect to.
    pub(crate) fn other(self) -> Address {
        let host = match self {
            Self::Class | Self::Pair(0) => 2,
            Self::Pair(_) => 1,
        };
        (std::net::Ipv4Addr::new(10, 0, 0, host), PORT).into()
    }

    /// Whether the room has it so.
    fn stands(self, serves: bool, pair: Option<&Pair>) -> bool {
        match self {
            Self::Class => serves,
            Self::Pair(host) => {
                pair.is_some_and(|pair| pair.host == host && pair.agreed && pair.partner_agreed)
            }
        }
    }

    /// The address to listen on.
    fn own(self) -> Address {
        let host = match self {
            Self::Class | Self::Pair(0) => 1,
            Self::Pair(_) => 2,
        };
        (std::net::Ipv4Addr::new(10, 0, 0, host), PORT).into()
    }
}

/// What the learner wishes, and what the lab says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Input {
    /// Be in this lab. A class's server is connected to at once.
    Come(Role),
    /// Be in no lab.
    Leave,
    /// Connect to the other.
    Connect,
    /// Wait for the other to connect.
    Listen,
    /// Send this line.
    Send(String),
    /// Receive.
    Receive,
    /// Close the connection.
    Close,
    /// From the session's lab.
    Lab(HeardLab),
}

/// Where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum At {
    /// In no lab; a sentence why, where it was not wished.
    Out(Option<String>),
    /// On the way in.
    Comes,
    /// In the lab, without a connection.
    Idle,
    /// Connected, and in no call.
    Connected,
    /// In a call.
    Calls,
}

/// Who is to come into a pair's lab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Awaits {
    /// Both, or this one and perhaps the other.
    Both,
    /// The other.
    Partner,
    Nobody,
}

/// What follows the call that makes a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Plan {
    Connect,
    Listen,
}

/// The process.
#[derive(Debug)]
pub(crate) struct Line {
    role: Role,
    at: At,
    plan: Plan,
    /// The connection, or the socket that is to become one.
    fd: Option<Fd>,
    /// The socket that listens.
    listener: Option<Fd>,
    /// Whether the connection is made.
    connected: bool,
    /// Whether the partner is known to have come: nobody says so but a connection.
    met: bool,
    /// Whether the learner wants it closed as soon as a call comes back.
    closing: bool,
    pending: Option<(CallId, Call)>,
    calls: u64,
    made: Vec<Made>,
}

impl Default for Line {
    fn default() -> Self {
        Self {
            role: Role::Class,
            at: At::Out(None),
            plan: Plan::Connect,
            fd: None,
            listener: None,
            connected: false,
            met: false,
            closing: false,
            pending: None,
            calls: 0,
            made: vec![],
        }
    }
}

impl Line {
    /// Where it is.
    pub(crate) fn at(&self) -> &At {
        &self.at
    }

    /// Whether it is in a lab, or on the way, that the room has for it no more: the owner of a pair's lab is put out by nobody.
    pub(crate) fn has_overstayed(&self, serves: bool, pair: Option<&Pair>) -> bool {
        !matches!(self.at, At::Out(_)) && !self.role.stands(serves, pair)
    }

    /// In whose lab it is, or was last.
    pub(crate) fn role(&self) -> Role {
        self.role
    }

    /// Whether it has a connection.
    pub(crate) fn is_connected(&self) -> bool {
        self.connected
    }

    /// Who of a pair is to come into this lab yet, as far as is known.
    pub(crate) fn awaits(&self, role: Role) -> Awaits {
        let inside = self.role == role && !matches!(self.at, At::Out(_) | At::Comes);
        match (role, inside) {
            (Role::Class, _) => Awaits::Nobody,
            (Role::Pair(_), false) => Awaits::Both,
            (Role::Pair(0), true) if !self.met => Awaits::Partner,
            (Role::Pair(_), true) => Awaits::Nobody,
        }
    }

    /// The call that has not come back.
    pub(crate) fn in_call(&self) -> Option<&Call> {
        self.pending.as_ref().map(|(_, call)| call)
    }

    /// The last calls, the newest last.
    pub(crate) fn made(&self) -> &[Made] {
        &self.made
    }

    /// Take in what happened; what is to be asked of the session's lab, in order.
    pub(crate) fn handle(&mut self, input: Input) -> Vec<LabRequest> {
        let mut out = vec![];
        match input {
            Input::Come(role) => {
                // The relay passes over a number that it has seen in the session.
                *self = Self { role, at: At::Comes, calls: self.calls, ..Self::default() };
                self.come(&mut out);
            }
            Input::Leave => {
                if !matches!(self.at, At::Out(_)) {
                    self.over(None);
                    out.push(LabRequest::Close);
                }
            }
            Input::Connect if self.at == At::Idle => self.begin(Plan::Connect, &mut out),
            Input::Listen if self.at == At::Idle => self.begin(Plan::Listen, &mut out),
            Input::Send(line) if self.at == At::Connected => {
                if let Some(fd) = self.fd {
                    let data = format!("{}\n", line.trim_end()).as_str().into();
                    self.call(Call::Send { fd, data, flags: nosignal() }, &mut out);
                }
            }
            Input::Receive if self.at == At::Connected => self.receive(&mut out),
            Input::Close => match (&self.pending, self.fd.or(self.listener)) {
                (Some((id, _)), _) => {
                    self.closing = true;
                    out.push(LabRequest::Cancel { id: *id });
                }
                (None, Some(fd)) => self.call(Call::Close { fd }, &mut out),
                (None, None) => {}
            },
            Input::Connect | Input::Listen | Input::Send(_) | Input::Receive => {}
            Input::Lab(HeardLab::Arrived { same }) => self.arrived(same, &mut out),
            Input::Lab(HeardLab::Report(report)) => self.told(report, &mut out),
        }
        out
    }

    fn come(&self, out: &mut Vec<LabRequest>) {
        out.push(match self.role {
            Role::Class => LabRequest::Visit { share: Share::Class },
            Role::Pair(0) => {
                LabRequest::Open { lab: LabSpec { hosts: 2, peers: vec![], wire: WireSpec::default() } }
            }
            Role::Pair(_) => LabRequest::Visit { share: Share::Pair },
        });
    }

    fn over(&mut self, why: Option<String>) {
        self.at = At::Out(why);
        (self.fd, self.listener, self.connected, self.pending) = (None, None, false, None);
    }

    fn arrived(&mut self, same: bool, out: &mut Vec<LabRequest>) {
        match (&self.at, same) {
            (At::Out(_), _) => {}
            (At::Comes, _) => self.come(out),
            (_, true) => {
                if let Some((id, call)) = self.pending.clone() {
                    out.push(LabRequest::Submit { id, task: TASK, call });
                }
            }
            (_, false) => {
                self.over(Some(texts::lab::CONNECTION_BROKE.into()));
            }
        }
    }

    fn told(&mut self, report: LabReport, out: &mut Vec<LabRequest>) {
        match report {
            LabReport::Opened {} if self.at == At::Comes => {
                self.at = At::Idle;
                match self.role {
                    Role::Class => self.begin(Plan::Connect, out),
                    Role::Pair(0) => out.push(LabRequest::Offer { share: Share::Pair }),
                    Role::Pair(_) => {}
                }
            }
            LabReport::Completed { id, outcome, by, .. } => {
                if let Some((_, call)) = self.pending.take_if(|(pending, _)| *pending == id) {
                    self.note(&call, &outcome, by);
                    self.completed(&call, &outcome, out);
                }
            }
            LabReport::Refused { reason } if !matches!(self.at, At::Out(_)) => {
                // A partner who is not let in yet may come later: only the way in ends it.
                let ends = self.at == At::Comes
                    || self.role == Role::Pair(0) && self.made.is_empty() && self.pending.is_none();
                if ends {
                    self.over(Some(reason));
                    out.push(LabRequest::Close);
                }
            }
            // On the way in it is about the lab before.
            LabReport::Closed { reason } if !matches!(self.at, At::Out(_) | At::Comes) => {
                self.over(Some(reason))
            }
            LabReport::Opened {}
            | LabReport::Peer {}
            | LabReport::Happened {}
            | LabReport::Holds { .. }
            | LabReport::Captured {}
            | LabReport::Notice {}
            | LabReport::Refused { .. }
            | LabReport::Closed { .. } => {}
        }
    }

    fn begin(&mut self, plan: Plan, out: &mut Vec<LabRequest>) {
        self.plan = plan;
        match (plan, self.listener) {
            (Plan::Listen, Some(fd)) => self.call(Call::Accept { fd }, out),
            _ => self.call(Call::Socket { domain: Domain::Inet, kind: SocketType::Stream }, out),
        }
    }

    fn receive(&mut self, out: &mut Vec<LabRequest>) {
        if let Some(fd) = self.fd {
            self.call(Call::Recv { fd, len: ASKS, flags: MsgFlags::default() }, out);
        }
    }

    fn call(&mut self, call: Call, out: &mut Vec<LabRequest>) {
        self.calls += 1;
        let id = CallId(self.calls);
        self.at = At::Calls;
        self.pending = Some((id, call.clone()));
        out.push(LabRequest::Submit { id, task: TASK, call });
    }

    fn completed(&mut self, call: &Call, outcome: &Outcome, out: &mut Vec<LabRequest>) {
        self.at = if self.connected { At::Connected } else { At::Idle };
        let serves = self.role == Role::Class;
        match (call, outcome) {
            (Call::Close { fd }, _) => self.closed(*fd, out),
            _ if std::mem::take(&mut self.closing) => {
                if let Ok(Returned::Fd(fd) | Returned::Accepted { fd, .. }) = outcome {
                    self.fd = Some(*fd);
                }
                if let Some(fd) = self.fd.or(self.listener) {
                    self.call(Call::Close { fd }, out);
                }
            }
            (Call::Socket { .. }, Ok(Returned::Fd(fd))) if self.plan == Plan::Connect => {
                self.fd = Some(*fd);
                self.call(Call::Connect { fd: *fd, address: self.role.other() }, out);
            }
            (Call::Socket { .. }, Ok(Returned::Fd(fd))) => {
                self.listener = Some(*fd);
                self.call(Call::Bind { fd: *fd, address: self.role.own() }, out);
            }
            (Call::Bind { fd, .. }, Ok(_)) => self.call(Call::Listen { fd: *fd, backlog: 4 }, out),
            (Call::Listen { fd, .. }, Ok(_)) => self.call(Call::Accept { fd: *fd }, out),
            (Call::Accept { .. }, Ok(Returned::Accepted { fd, .. })) => {
                (self.fd, self.connected, self.at) = (Some(*fd), true, At::Connected);
                self.met = true;
            }
            (Call::Connect { .. }, Ok(_)) => {
                (self.connected, self.at) = (true, At::Connected);
                self.met = true;
                if serves {
                    self.receive(out);
                }
            }
            // A socket whose connect failed is of no use; one that cannot listen neither.
            (Call::Connect { fd, .. } | Call::Bind { fd, .. } | Call::Listen { fd, .. }, Err(_)) => {
                self.call(Call::Close { fd: *fd }, out);
            }
            (Call::Send { .. }, Ok(_)) if serves => self.receive(out),
            // Half a line has come.
            (Call::Recv { .. }, Ok(Returned::Data(data)))
                if serves && !data.is_empty() && !data.ends_with(b"\n") =>
            {
                self.receive(out);
            }
            _ => {}
        }
    }

    fn closed(&mut self, fd: Fd, out: &mut Vec<LabRequest>) {
        if self.listener == Some(fd) {
            self.listener = None;
        } else {
            (self.fd, self.connected) = (None, false);
        }
        self.at = At::Idle;
        if self.role == Role::Class {
            // Its place is free for others.
            let refused = self.made.iter().rev().nth(1).filter(|made| made.call.starts_with("connect"));
            let why = refused.map(|made| texts::lab::not_reached(&made.outcome));
            self.over(why);
            out.push(LabRequest::Close);
        }
    }

    fn note(&mut self, call: &Call, outcome: &Outcome, by: Answered) {
        let text = match (call, outcome) {
            (Call::Send { data, .. }, Ok(_)) => Some(data),
            (_, Ok(Returned::Data(data))) if !data.is_empty() => Some(data),
            _ => None,
        };
        if self.made.len() == SHOWN {
            self.made.remove(0);
        }
        let text = text.map(|data| String::from_utf8_lossy(data).trim_end().to_owned());
        self.made.push(Made { text, ..Made::new(self.calls, call, outcome, by) });
    }
}

/// A partner who has gone is an errno, not a signal.
fn nosignal() -> MsgFlags {
    MsgFlags { nosignal: true, ..MsgFlags::default() }
}

#[cfg(test)]
mod tests {
    use syscall::Errno;

    use super::*;

    fn lab(report: LabReport) -> Input {
        Input::Lab(HeardLab::Report(report))
    }

    /// The call that waits ends so; the call that follows.
    fn ends(line: &mut Line, outcome: Outcome) -> Option<String> {
        let id = CallId(line.calls);
        let out = line.handle(lab(LabReport::Completed { id, outcome, by: Answered::Kernel, here: None }));
        submitted(&out)
    }

    fn submitted(out: &[LabRequest]) -> Option<String> {
        out.iter().find_map(|it| match it {
            LabRequest::Submit { call, .. } => Some(call.to_string()),
            _ => None,
        })
    }

    fn data(text: &str) -> Outcome {
        Ok(Returned::Data(text.into()))
    }

    /// Connected to the class's server, and greeted.
    fn client() -> Line {
        let mut line = Line::default();
        assert_eq!(line.handle(Input::Come(Role::Class)), [LabRequest::Visit { share: Share::Class }]);
        assert_eq!(
            submitted(&line.handle(lab(LabReport::Opened {}))),
            Some("socket(AF_INET, SOCK_STREAM)".into())
        );
        assert_eq!(ends(&mut line, Ok(Returned::Fd(Fd(3)))), Some("connect(3, 10.0.0.2:7000)".into()));
        assert_eq!(ends(&mut line, Ok(Returned::Done)), Some("recv(3, 1024)".into()));
        assert_eq!(ends(&mut line, data("You are cli")), Some("recv(3, 1024)".into()), "half a line");
        assert_eq!(ends(&mut line, data("ent 7.\n")), None);
        assert_eq!(line.at(), &At::Connected);
        line
    }

    #[test]
    fn a_line_is_sent_to_the_class_server_and_its_answer_received() {
        let mut line = client();
        assert_eq!(
            submitted(&line.handle(Input::Send("hello ".into()))),
            Some("send(3, 6 bytes, MSG_NOSIGNAL)".into())
        );
        assert_eq!(line.handle(Input::Send("twice".into())), [], "one call at a time");
        assert_eq!(ends(&mut line, Ok(Returned::Count(6))), Some("recv(3, 1024)".into()));
        assert_eq!(ends(&mut line, data("HELLO\n")), None);
        let texts: Vec<_> = line.made().iter().filter_map(|made| made.text.as_deref()).collect();
        assert_eq!(texts, ["You are cli", "ent 7.", "hello", "HELLO"]);
        assert_eq!(submitted(&line.handle(Input::Close)), Some("close(3)".into()));
        let id = CallId(line.calls);
        let done = LabReport::Completed { id, outcome: Ok(Returned::Done), by: Answered::Kernel, here: None };
        assert_eq!(line.handle(lab(done)), [LabRequest::Close]);
        assert_eq!(line.at(), &At::Out(None));
        line.handle(Input::Come(Role::Class));
        line.handle(lab(LabReport::Closed { reason: "closed as asked".into() }));
        assert_eq!(line.at(), &At::Comes, "the answer to the close comes late");
        let before = line.calls;
        line.handle(lab(LabReport::Opened {}));
        assert_eq!(line.calls, before + 1, "no number comes twice");
    }

    #[test]
    fn a_call_that_waits_is_given_up_before_the_connection_is_closed() {
        let mut line = client();
        line.handle(Input::Send("hello".into()));
        ends(&mut line, Ok(Returned::Count(6)));
        let waits = CallId(line.calls);
        assert_eq!(line.handle(Input::Close), [LabRequest::Cancel { id: waits }]);
        assert_eq!(ends(&mut line, Err(Errno::ECANCELED)), Some("close(3)".into()));
    }

    #[test]
    fn a_server_that_is_not_there_is_said_and_the_place_given_back() {
        let mut line = Line::default();
        line.handle(Input::Come(Role::Class));
        line.handle(lab(LabReport::Opened {}));
        ends(&mut line, Ok(Returned::Fd(Fd(3))));
        assert_eq!(ends(&mut line, Err(Errno::ECONNREFUSED)), Some("close(3)".into()));
        ends(&mut line, Ok(Returned::Done));
        assert!(matches!(line.at(), At::Out(Some(why)) if why.contains("ECONNREFUSED")), "{:?}", line.at());
        line.handle(Input::Come(Role::Class));
        line.handle(lab(LabReport::Refused { reason: "no clients now".into() }));
        assert_eq!(line.at(), &At::Out(Some("no clients now".into())));
    }

    #[test]
    fn of_a_pair_one_opens_and_offers_and_either_listens_or_connects() {
        let mut first = Line::default();
        assert_eq!(first.awaits(Role::Pair(0)), Awaits::Both);
        assert!(matches!(first.handle(Input::Come(Role::Pair(0)))[..], [LabRequest::Open { .. }]));
        assert_eq!(first.handle(lab(LabReport::Opened {})), [LabRequest::Offer { share: Share::Pair }]);
        assert_eq!(first.awaits(Role::Pair(0)), Awaits::Partner, "it is open, and that is all that is known");
        first.handle(Input::Listen);
        assert_eq!(ends(&mut first, Ok(Returned::Fd(Fd(3)))), Some("bind(3, 10.0.0.1:7000)".into()));
        assert_eq!(ends(&mut first, Ok(Returned::Done)), Some("listen(3, 4)".into()));
        assert_eq!(ends(&mut first, Ok(Returned::Done)), Some("accept(3)".into()));
        let peer = "10.0.0.2:40000".parse().expect("an address");
        assert_eq!(ends(&mut first, Ok(Returned::Accepted { fd: Fd(4), peer })), None);
        assert_eq!(first.awaits(Role::Pair(0)), Awaits::Nobody);
        assert_eq!(submitted(&first.handle(Input::Receive)), Some("recv(4, 1024)".into()));
        assert_eq!(ends(&mut first, data("")), None, "nothing is received without asking");
        assert_eq!(submitted(&first.handle(Input::Close)), Some("close(4)".into()));
        ends(&mut first, Ok(Returned::Done));
        assert_eq!(submitted(&first.handle(Input::Listen)), Some("accept(3)".into()), "it listens still");
        assert_eq!(first.awaits(Role::Pair(0)), Awaits::Nobody, "also between connections");

        let pair = |with: &str, host| Pair { with: with.into(), host, agreed: true, partner_agreed: true };
        assert!(!first.has_overstayed(false, Some(&pair("Ben", 0))));
        for parted in [None, Some(pair("Ben", 1)), Some(Pair { partner_agreed: false, ..pair("Cem", 0) })] {
            assert!(first.has_overstayed(true, parted.as_ref()));
        }
        first.handle(Input::Leave);
        assert_eq!(first.awaits(Role::Pair(0)), Awaits::Both);
        assert!(!first.has_overstayed(false, None));

        let mut second = Line::default();
        assert_eq!(second.handle(Input::Come(Role::Pair(1))), [LabRequest::Visit { share: Share::Pair }]);
        assert_eq!(second.awaits(Role::Pair(1)), Awaits::Both, "on the way in");
        second.handle(lab(LabReport::Opened {}));
        assert_eq!(second.awaits(Role::Pair(1)), Awaits::Nobody, "whoever is let in comes to a partner");
        second.handle(Input::Connect);
        assert_eq!(ends(&mut second, Ok(Returned::Fd(Fd(3)))), Some("connect(3, 10.0.0.1:7000)".into()));
    }

    #[test]
    fn after_a_new_connection_the_call_is_asked_for_again_under_its_number() {
        let mut line = client();
        let first = line.handle(Input::Send("hello".into()));
        assert_eq!(line.handle(Input::Lab(HeardLab::Arrived { same: true })), first);
        assert_eq!(line.handle(Input::Lab(HeardLab::Arrived { same: false })), []);
        assert!(matches!(line.at(), At::Out(Some(_))));
    }
}
