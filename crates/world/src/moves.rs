//! What may happen next as a search sees it: quickly told, with those that nobody else has to do with.

use syscall::{Call, ConnectionId, TaskId};

use crate::world::Running;
use crate::{ChoiceKey, Profile, Want, World};

/// Something that may happen next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Move {
    /// Its stable name.
    pub key: ChoiceKey,
    /// For a run whose call moves bytes, in the POSIX profile: [`ChoiceKey::Part`] may be taken with 1 to this many bytes.
    pub most: Option<u32>,
    /// It happens by itself, or can: it is no fault that somebody must choose.
    pub usual: bool,
}

/// What the next run of a task touches, as far as its call tells.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Touch {
    /// It makes something new that nobody else knows.
    Private,
    /// This connection.
    Connection(ConnectionId),
    /// Perhaps anything.
    Everything,
}

impl World {
    /// What may happen next, what [`step`](Self::step) would take first; none: nothing happens by itself any more.
    pub fn moves(&self) -> Vec<Move> {
        let offers = self.offers();
        if offers.iter().all(|offer| offer.futile || offer.extra) {
            return Vec::new();
        }
        let posix = self.names.profile == Profile::Posix;
        let most = |key| match key {
            ChoiceKey::Run(task) if posix => self.would_move(&self.programs[task.0 as usize]),
            _ => None,
        };
        offers
            .into_iter()
            .map(|offer| Move { key: offer.key, most: most(offer.key), usual: !offer.extra })
            .collect()
    }

    /// Tasks that can run and with whose next runs nobody else has to do, before or behind: all that is done on one connection
    /// by those who hold it, or something that a program makes for itself. Whoever looks at every order may look at these
    /// alone, unless one of their runs ends or begins a task. None: there are no such tasks but all.
    pub fn apart(&self) -> Option<Vec<TaskId>> {
        let ready: Vec<_> = self.programs.iter().filter(|it| self.is_ready(it)).collect();
        ready.iter().find_map(|program| match self.touch(program) {
            Touch::Private => Some(vec![program.task]),
            Touch::Connection(id) => self.on_one_connection(id),
            Touch::Everything => None,
        })
    }

    /// Those who hold a connection, if all of them are in calls on it alone, and one can run.
    fn on_one_connection(&self, id: ConnectionId) -> Option<Vec<TaskId>> {
        let holds = |program: &Running| {
            let files = self.kernel.descriptors(program.task);
            files.iter().any(|(_, socket)| self.kernel.socket_info(*socket).connection == Some(id))
        };
        let holders: Vec<_> = self.programs.iter().filter(|it| self.lives(it) && holds(it)).collect();
        let only = holders.iter().all(|it| self.touch(it) == Touch::Connection(id));
        let waits = |it: &Running| {
            it.until.is_some() || it.call.is_some_and(|call| self.kernel.deadline(call).is_some())
        };
        let others = self.programs.iter().filter(|it| self.is_ready(it)).count();
        let ready: Vec<_> = holders.iter().filter(|it| self.is_ready(it)).map(|it| it.task).collect();
        (only && !holders.iter().any(|it| waits(it)) && ready.len() < others).then_some(ready)
    }

    fn touch(&self, program: &Running) -> Touch {
        let Want::Call { call, .. } = self.wants(program) else { return Touch::Everything };
        let mut siblings =
            self.programs.iter().filter(|it| it.guest == program.guest && it.task != program.task);
        match call {
            Call::Socket { .. } if !siblings.any(|it| self.lives(it)) => Touch::Private,
            Call::Send { fd, .. }
            | Call::Recv { fd, .. }
            | Call::Read { fd, .. }
            | Call::Write { fd, .. }
            | Call::Getsockname { fd }
            | Call::Getpeername { fd }
            | Call::Shutdown { fd, .. } => {
                let files = self.kernel.descriptors(program.task);
                let socket = files.iter().find(|(open, _)| open == fd).map(|(_, socket)| *socket);
                let connection = socket.and_then(|socket| self.kernel.socket_info(socket).connection);
                connection.map_or(Touch::Everything, Touch::Connection)
            }
            _ => Touch::Everything,
        }
    }
}
