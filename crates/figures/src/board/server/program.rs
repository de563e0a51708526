//! The class's server as a program: a loop around `select` that answers each client in capitals. It makes one call after another and
//! knows nothing but their outcomes.

use std::collections::{BTreeMap, VecDeque};

use syscall::{Address, Call, Domain, Errno, Fd, MsgFlags, Outcome, Returned, SocketType};

/// The port that it listens on.
const PORT: u16 = 7000;
/// Connections that may wait to be accepted.
const BACKLOG: i32 = 128;
/// Bytes that one recv asks for.
const ASKS: u32 = 1024;
/// While so many bytes of answers wait for a client, nothing more is read from it.
const MOST_OUT: usize = 4096;
/// These calls come back at once: `select` promises only that they would not have waited when it looked.
const NOW: MsgFlags = MsgFlags { dontwait: true, peek: false, waitall: false, nosignal: true };

/// Where it listens, in the network of the lab.
pub(crate) fn address() -> Address {
    (std::net::Ipv4Addr::new(10, 0, 0, 2), PORT).into()
}

/// A list of select.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum List {
    Read,
    Write,
    Except,
}

/// The lists of select: what it was asked for last, and what it found ready last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lists {
    read: (Vec<Fd>, Vec<Fd>),
    write: (Vec<Fd>, Vec<Fd>),
    except: (Vec<Fd>, Vec<Fd>),
}

impl Lists {
    /// Descriptors that select was asked for last, and those that it found ready last: while it waits, the time before.
    pub(crate) fn of(&self, list: List) -> (&[Fd], &[Fd]) {
        let (asked, ready) = match list {
            List::Read => &self.read,
            List::Write => &self.write,
            List::Except => &self.except,
        };
        (asked, ready)
    }
}

/// A client of the server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Client {
    /// The how manieth that was accepted.
    pub(crate) number: u32,
    /// Bytes that were received from it.
    pub(crate) received: u64,
    /// Answers that are still to be sent.
    out: Vec<u8>,
}

impl Client {
    /// Bytes of answers that are still to be sent.
    pub(crate) fn waiting(&self) -> usize {
        self.out.len()
    }
}

/// What select gave cause for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Read(Fd),
    Write(Fd),
    Close(Fd),
}

/// What the program is at.
#[derive(Clone, Debug, PartialEq, Eq)]
enum At {
    Begins,
    Binds(Fd),
    Listens(Fd),
    Unblocks(Fd),
    Serves(Fd),
    /// It cannot go on: this call failed.
    Failed(Call, Errno),
}

/// The program.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    at: At,
    clients: BTreeMap<Fd, Client>,
    lists: Lists,
    /// What is to be done before select is asked again.
    todo: VecDeque<Step>,
    /// Clients that ever came.
    came: u32,
    /// No descriptor was left for another client: until one goes, none is accepted.
    full: bool,
}

impl Program {
    /// One that has made no call.
    pub(crate) fn new() -> Self {
        Self {
            at: At::Begins,
            clients: BTreeMap::new(),
            lists: Lists::default(),
            todo: VecDeque::new(),
            came: 0,
            full: false,
        }
    }

    /// The clients that are connected, by their descriptors.
    pub(crate) fn clients(&self) -> &BTreeMap<Fd, Client> {
        &self.clients
    }

    /// The last select.
    pub(crate) fn lists(&self) -> &Lists {
        &self.lists
    }

    /// The socket that listens, once it does.
    pub(crate) fn listener(&self) -> Option<Fd> {
        match self.at {
            At::Serves(fd) => Some(fd),
            At::Begins | At::Binds(_) | At::Listens(_) | At::Unblocks(_) | At::Failed(..) => None,
        }
    }

    /// Clients that ever came.
    pub(crate) fn came(&self) -> u32 {
        self.came
    }

    /// What failed, if it cannot go on.
    pub(crate) fn failure(&self) -> Option<(&Call, Errno)> {
        match &self.at {
            At::Failed(call, errno) => Some((call, *errno)),
            At::Begins | At::Binds(_) | At::Listens(_) | At::Unblocks(_) | At::Serves(_) => None,
        }
    }

    /// The next call; none if it cannot go on.
    pub(crate) fn next(&mut self) -> Option<Call> {
        Some(match self.at {
            At::Begins => Call::Socket { domain: Domain::Inet, kind: SocketType::Stream },
            At::Binds(fd) => Call::Bind { fd, address: address() },
            At::Listens(fd) => Call::Listen { fd, backlog: BACKLOG },
            At::Unblocks(fd) => Call::SetBlocking { fd, blocking: false },
            At::Serves(listener) => self.serve(listener),
            At::Failed(..) => return None,
        })
    }

    fn serve(&mut self, listener: Fd) -> Call {
        while let Some(step) = self.todo.pop_front() {
            match step {
                Step::Read(fd) if fd == listener => return Call::Accept { fd },
                Step::Read(fd) => return Call::Recv { fd, len: ASKS, flags: NOW },
                Step::Write(fd) => {
                    if let Some(client) = self.clients.get(&fd) {
                        return Call::Send { fd, data: client.out.as_slice().into(), flags: NOW };
                    }
                }
                Step::Close(fd) => return Call::Close { fd },
            }
        }
        let reads = self.clients.iter().filter(|(_, client)| client.waiting() < MOST_OUT);
        let read: Vec<_> =
            (!self.full).then_some(listener).into_iter().chain(reads.map(|(fd, _)| *fd)).collect();
        let writes = self.clients.iter().filter(|(_, client)| client.waiting() > 0);
        let write: Vec<_> = writes.map(|(fd, _)| *fd).collect();
        let except: Vec<_> = self.clients.keys().copied().collect();
        self.lists.read.0.clone_from(&read);
        self.lists.write.0.clone_from(&write);
        self.lists.except.0.clone_from(&except);
        Call::Select { read, write, except, timeout_us: None }
    }

    /// A call has ended so.
    pub(crate) fn ended(&mut self, call: &Call, outcome: &Outcome) {
        match (&self.at, call, outcome) {
            (At::Begins, Call::Socket { .. }, Ok(Returned::Fd(fd))) => self.at = At::Binds(*fd),
            (At::Binds(fd), Call::Bind { .. }, Ok(_)) => self.at = At::Listens(*fd),
            (At::Listens(fd), Call::Listen { .. }, Ok(_)) => self.at = At::Unblocks(*fd),
            (At::Unblocks(fd), Call::SetBlocking { .. }, Ok(_)) => self.at = At::Serves(*fd),
            (At::Serves(_), ..) => self.served(call, outcome),
            (_, call, Err(errno)) => self.at = At::Failed(call.clone(), *errno),
            (_, _, Ok(_)) => {}
        }
    }

    fn served(&mut self, call: &Call, outcome: &Outcome) {
        match (call, outcome) {
            (Call::Select { .. }, Ok(Returned::Selected { read, write, except })) => {
                // Of what is exceptional it makes nothing: nobody of a class sends urgent data.
                self.todo.extend(read.iter().copied().map(Step::Read));
                self.todo.extend(write.iter().copied().map(Step::Write));
                self.lists.read.1.clone_from(read);
                self.lists.write.1.clone_from(write);
                self.lists.except.1.clone_from(except);
            }
            (Call::Accept { .. }, Ok(Returned::Accepted { fd, .. })) => {
                self.came += 1;
                let number = self.came;
                let out = format!("You are client {number}.\n").into_bytes();
                self.clients.insert(*fd, Client { number, out, received: 0 });
            }
            (Call::Accept { .. }, Err(Errno::EMFILE | Errno::ENFILE)) => self.full = true,
            // Whoever it was has gone again.
            (Call::Accept { .. }, Err(Errno::EAGAIN | Errno::ECONNABORTED)) => {}
            (Call::Recv { fd, .. }, Ok(Returned::Data(data))) if !data.is_empty() => {
                if let Some(client) = self.clients.get_mut(fd) {
                    client.received += data.len() as u64;
                    client.out.extend(data.to_ascii_uppercase());
                }
            }
            (Call::Send { fd, .. }, Ok(Returned::Count(n))) => {
                if let Some(client) = self.clients.get_mut(fd) {
                    client.out.drain(..client.out.len().min(*n as usize));
                }
            }
            // Select had promised otherwise; the next one is asked again.
            (Call::Recv { .. } | Call::Send { .. }, Err(Errno::EAGAIN | Errno::EINTR)) => {}
            // It has finished, or is gone.
            (Call::Recv { fd, .. } | Call::Send { fd, .. }, _) => {
                self.clients.remove(fd);
                self.todo.retain(|step| !matches!(step, Step::Read(it) | Step::Write(it) if it == fd));
                self.todo.push_front(Step::Close(*fd));
            }
            (Call::Close { .. }, _) => self.full = false,
            (_, Err(errno)) => self.at = At::Failed(call.clone(), *errno),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LISTENER: Fd = Fd(3);

    /// Makes the next call end so; the call.
    fn ends(program: &mut Program, outcome: Outcome) -> String {
        let call = program.next().expect("it goes on");
        program.ended(&call, &outcome);
        call.to_string()
    }

    fn ready(read: &[i32], write: &[i32]) -> Outcome {
        let of = |fds: &[i32]| fds.iter().copied().map(Fd).collect();
        Ok(Returned::Selected { read: of(read), write: of(write), except: vec![] })
    }

    fn accepted(fd: i32) -> Outcome {
        Ok(Returned::Accepted { fd: Fd(fd), peer: "10.0.0.1:40000".parse().expect("an address") })
    }

    fn data(text: &str) -> Outcome {
        Ok(Returned::Data(text.into()))
    }

    fn listening() -> Program {
        let mut it = Program::new();
        let calls = [
            ends(&mut it, Ok(Returned::Fd(LISTENER))),
            ends(&mut it, Ok(Returned::Done)),
            ends(&mut it, Ok(Returned::Done)),
            ends(&mut it, Ok(Returned::Done)),
        ];
        assert_eq!(calls[1..], ["bind(3, 10.0.0.2:7000)", "listen(3, 128)", "fcntl(3, F_SETFL, O_NONBLOCK)"]);
        it
    }

    #[test]
    fn clients_are_accepted_greeted_and_answered_in_capitals() {
        let mut it = listening();
        assert_eq!(ends(&mut it, ready(&[3], &[])), "select([3], [], [], no limit)");
        assert_eq!(ends(&mut it, accepted(4)), "accept(3)");
        assert_eq!(ends(&mut it, ready(&[], &[4])), "select([3, 4], [4], [4], no limit)");
        assert_eq!(ends(&mut it, Ok(Returned::Count(18))), "send(4, 18 bytes, MSG_DONTWAIT|MSG_NOSIGNAL)");
        assert_eq!(ends(&mut it, ready(&[4], &[])), "select([3, 4], [], [4], no limit)");
        assert_eq!(ends(&mut it, data("hello")), "recv(4, 1024, MSG_DONTWAIT|MSG_NOSIGNAL)");
        assert_eq!(it.clients()[&Fd(4)].waiting(), 5);
        assert_eq!(ends(&mut it, ready(&[], &[4])), "select([3, 4], [4], [4], no limit)");
        assert_eq!(it.lists().of(List::Write), (&[Fd(4)][..], &[Fd(4)][..]));
        // A part is taken; the rest is sent when there is room.
        assert!(ends(&mut it, Ok(Returned::Count(2))).starts_with("send(4, 5 bytes"));
        assert_eq!(ends(&mut it, ready(&[4], &[4])), "select([3, 4], [4], [4], no limit)");
        assert!(ends(&mut it, data("")).starts_with("recv(4"));
        assert_eq!(ends(&mut it, Ok(Returned::Done)), "close(4)");
        assert_eq!(
            ends(&mut it, ready(&[], &[])),
            "select([3], [], [], no limit)",
            "nothing is sent to who has gone"
        );
    }

    #[test]
    fn a_client_that_reads_nothing_is_read_from_no_more_and_delays_nobody() {
        let mut it = listening();
        ends(&mut it, ready(&[3], &[]));
        ends(&mut it, accepted(4));
        for _ in 0..4 {
            ends(&mut it, ready(&[4], &[]));
            ends(&mut it, data(&"x".repeat(1024)));
        }
        assert_eq!(ends(&mut it, ready(&[], &[4])), "select([3], [4], [4], no limit)");
        assert!(ends(&mut it, Err(Errno::EAGAIN)).starts_with("send(4"));
        assert_eq!(ends(&mut it, ready(&[3], &[])), "select([3], [4], [4], no limit)");
    }

    #[test]
    fn where_no_descriptor_is_left_nobody_is_accepted_until_one_goes() {
        let mut it = listening();
        ends(&mut it, ready(&[3], &[]));
        ends(&mut it, accepted(4));
        ends(&mut it, ready(&[3], &[]));
        assert_eq!(ends(&mut it, Err(Errno::EMFILE)), "accept(3)");
        assert_eq!(ends(&mut it, ready(&[4], &[])), "select([4], [4], [4], no limit)");
        ends(&mut it, Err(Errno::ECONNRESET));
        assert_eq!(ends(&mut it, Ok(Returned::Done)), "close(4)");
        assert_eq!(ends(&mut it, ready(&[], &[])), "select([3], [], [], no limit)");
    }

    #[test]
    fn a_call_that_must_not_fail_ends_it_with_a_reason() {
        let mut it = Program::new();
        ends(&mut it, Ok(Returned::Fd(LISTENER)));
        ends(&mut it, Err(Errno::EADDRINUSE));
        assert_eq!(it.failure().map(|(call, errno)| (call.name(), errno)), Some(("bind", Errno::EADDRINUSE)));
        assert_eq!(it.next(), None);
    }
}
