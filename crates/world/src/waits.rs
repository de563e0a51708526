//! Who waits for whom, and how a run ended.

use syscall::{
    Call, CallId, ConnectionId, Direction, Fd, Kernel as _, PollFd, Readiness, Returned, SocketId, TaskId,
};

use crate::world::Running;
use crate::{End, WaitView, Want, World};

impl World {
    /// How the run has ended, if it has: nothing happens by itself any more.
    pub fn end(&self) -> Option<End> {
        if self.default_choice().is_some() {
            return None;
        }
        let listens = |p: &Running| p.call.is_some_and(|call| self.kernel.waits_for_clients(call));
        let fine = |p: &Running| match (self.lives(p), p.call) {
            (true, Some(_)) => listens(p),
            // A client that comes to one thread may be news to another.
            (true, None) if matches!(self.wants(p), Want::Sibling(_)) => self
                .programs
                .iter()
                .any(|other| other.guest == p.guest && self.lives(other) && listens(other)),
            // A console without a call waits for whoever tells it.
            (true, None) | (false, _) => true,
        };
        Some(if self.programs.iter().all(|p| fine(p)) { End::Idle } else { End::Deadlock })
    }

    /// The first program that waits until it is given something: a line of input, say.
    pub fn asks(&self) -> Option<TaskId> {
        let mut living = self.programs.iter().filter(|program| self.lives(program));
        living.find(|program| self.wants(program) == Want::Input).map(|program| program.task)
    }

    /// Every wait, in the order of the tasks.
    pub(crate) fn waits(&self) -> Vec<WaitView> {
        let open: Vec<_> = self
            .programs
            .iter()
            .filter(|program| self.lives(program))
            .map(|program| (program.task, self.kernel.descriptors(program.task)))
            .collect();
        self.programs.iter().filter_map(|program| self.wait(program, &open)).collect()
    }

    fn wait(&self, program: &Running, open: &[(TaskId, Vec<(Fd, SocketId)>)]) -> Option<WaitView> {
        if !self.lives(program) || self.is_ready(program) {
            return None;
        }
        if let Want::Sibling(_) = self.wants(program) {
            let (_, awaited) = self.guest_of(program).awaited(program.thread);
            let mine = self.programs.iter().filter(|other| other.guest == program.guest);
            let on = mine.filter(|other| awaited.contains(&other.thread)).map(|other| other.task).collect();
            let (task, until) = (program.task, program.until);
            return Some(WaitView { task, until, for_clients: false, connections: Vec::new(), on });
        }
        let call = program.call?;
        let (_, own) = open.iter().find(|(task, _)| *task == program.task)?;
        let mut connections = Vec::new();
        let mut others = Vec::new();
        for fd in self.upcoming(program).map_or_else(Vec::new, asked) {
            let Some((_, socket)) = own.iter().find(|(other, _)| *other == fd) else { continue };
            others.extend(self.kernel.socket_info(*socket).other);
            let Some((connection, other)) = self.other_end(*socket) else { continue };
            if !connections.contains(&connection) {
                connections.push(connection);
            }
            others.extend(other);
        }
        // Who may accept it can end the wait for an end that nobody has open yet.
        let queued: Vec<_> = others.iter().filter_map(|other| self.kernel.queued_at(*other)).collect();
        others.extend(queued);
        let holds = |fds: &[(Fd, SocketId)]| fds.iter().any(|(_, socket)| others.contains(socket));
        let on = open.iter().filter(|(task, fds)| *task != program.task && holds(fds));
        Some(WaitView {
            task: program.task,
            until: self.kernel.deadline(call),
            for_clients: self.kernel.waits_for_clients(call),
            connections,
            on: on.map(|(task, _)| *task).collect(),
        })
    }

    /// A socket's connection, and the socket at its other end.
    fn other_end(&self, socket: SocketId) -> Option<(ConnectionId, Option<SocketId>)> {
        let id = self.kernel.socket_info(socket).connection?;
        let end = |sends| self.kernel.end_info(id, sends).map(|end| end.socket);
        let ends = [end(Direction::Forth), end(Direction::Back)];
        let other = if ends[0] == Some(socket) { ends[1] } else { ends[0] };
        Some((id, other))
    }
}

impl World {
    /// A program that waits although it ought to have been woken: there must be none, whatever was done.
    pub fn oversleeper(&self) -> Option<TaskId> {
        let mut waiting =
            self.programs.iter().filter(|program| self.lives(program) && !self.is_ready(program));
        let sleeper = waiting.find(|program| {
            let call = program.call.zip(self.upcoming(program));
            call.is_some_and(|(id, call)| self.oversleeps(program.task, id, call))
        });
        sleeper.map(|program| program.task)
    }

    /// Most calls oversleep where they would end if they ran. For some that is no reason to wake them, and `poll` says
    /// whether there is one: a writer sleeps until a good part of the buffer is free, though less would do; one that
    /// asks for no byte ends whatever wakes it; and accept ends when it finds no descriptor free.
    fn oversleeps(&self, task: TaskId, id: CallId, call: &Call) -> bool {
        let mut kernel = self.kernel.trial();
        let (fd, sends) = match *call {
            Call::Send { fd, .. } | Call::Sendto { fd, .. } | Call::Write { fd, .. } => (fd, true),
            Call::Recv { fd, len: 0, .. } | Call::Recvfrom { fd, len: 0, .. } | Call::Accept { fd } => {
                (fd, false)
            }
            _ => return kernel.run(id),
        };
        let events = Readiness { readable: !sends, writable: sends, ..Readiness::default() };
        let fds = vec![PollFd { fd, events }];
        kernel.submit(CallId(u64::MAX), task, Call::Poll { fds, timeout_us: Some(0) });
        kernel.run(CallId(u64::MAX));
        let nothing = |entry: &Readiness| entry.invalid || *entry == Readiness::default();
        match kernel.poll_completed().map(|completed| completed.outcome) {
            Some(Ok(Returned::Polled(found))) => !found.iter().all(nothing),
            _ => false,
        }
    }
}

/// The descriptors that a call is about.
fn asked(call: &Call) -> Vec<Fd> {
    match call {
        Call::Select { read, write, except, .. } => read.iter().chain(write).chain(except).copied().collect(),
        Call::Poll { fds, .. } => fds.iter().map(|entry| entry.fd).collect(),
        call => call.fd().into_iter().collect(),
    }
}
