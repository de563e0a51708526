//! Who waits for whom, and how a run ended.

use syscall::{Call, ConnectionId, Direction, Fd, SocketId, TaskId};

use crate::guest::upcoming;
use crate::world::Running;
use crate::{End, WaitView, World};

impl World {
    /// How the run has ended, if it has: nothing happens by itself any more.
    pub fn end(&self) -> Option<End> {
        if self.default_choice().is_some() {
            return None;
        }
        let fine = |p: &Running| match (p.lives(), p.call) {
            (true, Some(call)) => self.kernel.waits_for_clients(call),
            // A console without a call waits for whoever tells it.
            (true, None) | (false, _) => true,
        };
        Some(if self.programs.iter().all(|p| fine(p)) { End::Idle } else { End::Deadlock })
    }

    /// Every wait, in the order of the tasks.
    pub(crate) fn waits(&self) -> Vec<WaitView> {
        let open: Vec<_> = self
            .programs
            .iter()
            .filter(|program| program.lives())
            .map(|program| (program.task, self.kernel.descriptors(program.task)))
            .collect();
        self.programs.iter().filter_map(|program| self.wait(program, &open)).collect()
    }

    fn wait(&self, program: &Running, open: &[(TaskId, Vec<(Fd, SocketId)>)]) -> Option<WaitView> {
        let call = program.call.filter(|_| program.lives() && !self.is_ready(program))?;
        let (_, own) = open.iter().find(|(task, _)| *task == program.task)?;
        let mut connections = Vec::new();
        let mut others = Vec::new();
        for fd in upcoming(&*program.guest).map_or_else(Vec::new, asked) {
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
    /// A program that waits although its call would end if it ran: there must be none, whatever was done. Sends are left
    /// out: a kernel lets a writer sleep until a good part of the buffer is free, though less would do.
    pub fn oversleeper(&self) -> Option<TaskId> {
        let mut waiting = self.programs.iter().filter(|program| program.lives() && !self.is_ready(program));
        let sleeper = waiting.find(|program| {
            let sends =
                matches!(upcoming(&*program.guest), Some(call) if matches!(call.name(), "send" | "write"));
            program.call.is_some_and(|call| !sends && self.kernel.trial().run(call))
        });
        sleeper.map(|program| program.task)
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
