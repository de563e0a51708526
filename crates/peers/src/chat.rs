//! A peer that passes every line on to everybody else.

use std::collections::VecDeque;

use rng::Rng;
use syscall::{Action, Bytes, Call, Errno, Fd, MsgFlags, Outcome, PollFd, Program, Readiness, Returned};

use crate::calls::{PAUSE_US, action, hopeless};
use crate::listen::{BACKLOG, Listen, Place, SetUp};
use crate::{About, Setting};

/// Most bytes of a line; a longer one becomes several.
const LONGEST: usize = 512;
/// Who has so many bytes waiting, because he does not read, is put out.
const MOST_WAITING: usize = 16 << 10;

const NAMES: [&str; 16] = [
    "Finch", "Heron", "Jay", "Kite", "Lark", "Merlin", "Nightjar", "Owl", "Petrel", "Quail", "Robin",
    "Swift", "Tern", "Vireo", "Wren", "Yaffle",
];

pub(crate) const ABOUT: About = About {
    name: "chat",
    summary: "Passes every line on to everybody else who is connected.",
    behaviour: "It serves all its members at once with `poll`. Whoever comes gets a name, hears it and who is there; the \
        others hear that he has come. Each line goes to all others with the name before it: `Wren: hello`. A line longer \
        than 512 bytes goes as several. It never waits for one member: what somebody does not read waits for him, and who \
        has 16 KiB waiting is put out. Beyond `members` it does not accept: who comes then is connected by the kernel and \
        waits. The seed chooses the names.",
    settings: &[Setting {
        name: "members",
        meaning: "How many it serves at once.",
        unit: "connections",
        default: 16,
        least: 1,
        most: 64,
    }],
    listens: true,
    orders: "",
};

#[derive(Clone, Debug, Hash)]
pub(crate) struct Chat {
    listen: Listen,
    most: u32,
    /// In the order in which they are given.
    names: Vec<&'static str>,
    came: u32,
    members: Vec<Member>,
    /// What `poll` said is there to be done.
    ready: VecDeque<Fd>,
    /// Whether an `accept` failed: for a while it asks for no other.
    shy: bool,
    doing: Doing,
}

#[derive(Clone, Debug, Hash)]
struct Member {
    fd: Fd,
    name: String,
    /// What came of a line that is not whole yet.
    line: Vec<u8>,
    /// What he has not taken yet.
    waiting: VecDeque<u8>,
    writable: bool,
    gone: bool,
}

#[derive(Clone, Debug, Hash)]
enum Doing {
    SettingUp,
    Unblocking,
    Polling(Vec<Fd>),
    Accepting,
    Receiving(Fd),
    Sending(Fd),
    Closing,
    Exiting(i32),
}

impl Chat {
    pub(crate) fn new(place: Place, most: u32, mut rng: Rng) -> Self {
        let mut names = NAMES.to_vec();
        for last in (1..names.len()).rev() {
            names.swap(last, rng.below(last as u64 + 1) as usize);
        }
        Self {
            listen: Listen::new(place, BACKLOG),
            most,
            names,
            came: 0,
            members: Vec::new(),
            ready: VecDeque::new(),
            shy: false,
            doing: Doing::SettingUp,
        }
    }

    /// What is most urgent: whoever is gone leaves, what waits is sent, what is ready is done; else it waits.
    fn go_on(&mut self) -> Action {
        let Some(listener) = self.listen.fd else { return Action::Exit(1) };
        if let Some(at) = self.members.iter().position(|member| member.gone) {
            let Member { fd, name, .. } = self.members.remove(at);
            self.tell(None, format!("* {name} has left\n").as_bytes());
            self.doing = Doing::Closing;
            return action(Call::Close { fd });
        }
        if let Some(member) = self.members.iter_mut().find(|m| m.writable && !m.waiting.is_empty()) {
            let data: Bytes = member.waiting.iter().copied().collect::<Vec<_>>().into();
            self.doing = Doing::Sending(member.fd);
            let flags = MsgFlags { dontwait: true, nosignal: true, ..MsgFlags::default() };
            return action(Call::Send { fd: member.fd, data, flags });
        }
        while let Some(fd) = self.ready.pop_front() {
            if fd == listener {
                self.doing = Doing::Accepting;
                return action(Call::Accept { fd });
            }
            if self.members.iter().any(|member| member.fd == fd) {
                self.doing = Doing::Receiving(fd);
                let flags = MsgFlags { dontwait: true, ..MsgFlags::default() };
                return action(Call::Recv { fd, len: LONGEST as u32, flags });
            }
        }
        self.poll(listener)
    }

    fn poll(&mut self, listener: Fd) -> Action {
        let timeout_us = self.shy.then_some(PAUSE_US);
        let readable = Readiness { readable: true, ..Readiness::default() };
        let open = !self.shy && self.members.len() < self.most as usize;
        let mut fds: Vec<_> = open.then_some(PollFd { fd: listener, events: readable }).into_iter().collect();
        fds.extend(self.members.iter().map(|member| PollFd {
            fd: member.fd,
            events: Readiness { writable: !member.waiting.is_empty(), ..readable },
        }));
        self.shy = false;
        self.doing = Doing::Polling(fds.iter().map(|entry| entry.fd).collect());
        action(Call::Poll { fds, timeout_us })
    }

    fn polled(&mut self, asked: &[Fd], outcome: Option<Outcome>) -> Action {
        let Some(Ok(Returned::Polled(said))) = outcome else { return self.exit(1) };
        for (fd, ready) in asked.iter().zip(said) {
            if let Some(member) = self.members.iter_mut().find(|member| member.fd == *fd) {
                member.writable |= ready.writable;
                member.gone |= ready.invalid;
            }
            if ready != (Readiness { writable: ready.writable, ..Readiness::default() }) {
                self.ready.push_back(*fd);
            }
        }
        self.go_on()
    }

    fn accepted(&mut self, outcome: Option<Outcome>) -> Action {
        match outcome {
            Some(Ok(Returned::Accepted { fd, .. })) => self.welcome(fd),
            Some(Err(Errno::EAGAIN | Errno::ECONNABORTED)) => {}
            Some(Err(errno)) if !hopeless(errno) => self.shy = true,
            _ => return self.exit(1),
        }
        self.go_on()
    }

    fn welcome(&mut self, fd: Fd) {
        let (round, place) = (self.came as usize / NAMES.len(), self.came as usize % NAMES.len());
        self.came = self.came.wrapping_add(1);
        let name = match round {
            0 => self.names[place].to_owned(),
            round => format!("{} {}", self.names[place], round + 1),
        };
        self.tell(None, format!("* {name} has come\n").as_bytes());
        let others: Vec<_> = self.members.iter().map(|member| member.name.as_str()).collect();
        let others = if others.is_empty() { "nobody".into() } else { others.join(", ") };
        let hello = format!("* You are {name}; here is {others}\n");
        let (line, waiting) = (Vec::new(), hello.into_bytes().into());
        self.members.push(Member { fd, name, line, waiting, writable: true, gone: false });
    }

    fn received(&mut self, fd: Fd, outcome: Option<Outcome>) -> Action {
        let Some(at) = self.members.iter().position(|member| member.fd == fd) else { return self.go_on() };
        match outcome {
            Some(Ok(Returned::Data(data))) if !data.is_empty() => {
                for byte in data.iter().copied() {
                    if byte != b'\n' {
                        self.members[at].line.push(byte);
                    }
                    if byte == b'\n' || self.members[at].line.len() == LONGEST {
                        self.say(at);
                    }
                }
            }
            Some(Err(Errno::EAGAIN)) => {}
            _ => {
                self.say(at);
                self.members[at].gone = true;
            }
        }
        self.go_on()
    }

    /// Passes a member's line on, if there is anything in it.
    fn say(&mut self, at: usize) {
        let mut line = std::mem::take(&mut self.members[at].line);
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        if !line.is_empty() {
            let name = &self.members[at].name;
            let text = [name.as_bytes(), b": ", &line, b"\n"].concat();
            self.tell(Some(at), &text);
        }
    }

    fn tell(&mut self, but: Option<usize>, text: &[u8]) {
        for (_, member) in self.members.iter_mut().enumerate().filter(|(at, _)| Some(*at) != but) {
            member.waiting.extend(text);
            member.gone |= member.waiting.len() > MOST_WAITING;
        }
    }

    fn sent(&mut self, fd: Fd, outcome: Option<Outcome>) -> Action {
        if let Some(member) = self.members.iter_mut().find(|member| member.fd == fd) {
            match outcome {
                Some(Ok(Returned::Count(count))) => {
                    let taken = member.waiting.len().min(count as usize);
                    member.waiting.drain(..taken);
                    member.writable = member.waiting.is_empty();
                }
                Some(Err(Errno::EAGAIN)) => member.writable = false,
                _ => member.gone = true,
            }
        }
        self.go_on()
    }

    /// Closes everything, then exits.
    fn exit(&mut self, status: i32) -> Action {
        self.doing = Doing::Exiting(status);
        match self.members.pop().map(|member| member.fd).or_else(|| self.listen.fd.take()) {
            Some(fd) => action(Call::Close { fd }),
            None => Action::Exit(status),
        }
    }
}

impl Program for Chat {
    fn resume(&mut self, outcome: Option<Outcome>) -> Action {
        match std::mem::replace(&mut self.doing, Doing::Closing) {
            Doing::SettingUp => {
                self.doing = Doing::SettingUp;
                match self.listen.resume(outcome) {
                    SetUp::Do(call) => action(call),
                    SetUp::Listening(fd) => {
                        self.doing = Doing::Unblocking;
                        action(Call::SetBlocking { fd, blocking: false })
                    }
                    SetUp::Failed => self.exit(1),
                }
            }
            Doing::Unblocking | Doing::Closing => self.go_on(),
            Doing::Polling(asked) => self.polled(&asked, outcome),
            Doing::Accepting => self.accepted(outcome),
            Doing::Receiving(fd) => self.received(fd, outcome),
            Doing::Sending(fd) => self.sent(fd, outcome),
            Doing::Exiting(status) => self.exit(status),
        }
    }
}
