//! Visitors of a lab: processes of other sessions, each a family of its own that nobody else can reach.

use syscall::{Call, CallId, ConnectionId, Event, HostId, Kernel as _, Micros, TaskId, What};
use tokio::time::Instant;

use super::{FIRST_TASK, LiveRun, PEER_CALLS, VISITOR_CALLS};
use crate::kernel::ProcessId;
use crate::{Done, Report};

/// Behind a visitor's place stands its own number of a call, which is below 2^53.
const OWN_CALLS: u32 = 53;
/// A place has as many bits as are left.
const PLACES: u16 = 1 << (62 - OWN_CALLS);
/// Connections whose visitor is remembered, beyond the close of its sockets.
const MOST_MET: usize = 1024;

/// Somebody else's process in a lab. The number is given again when its visitor has gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Visitor(u16);

/// A visitor's process, whether it runs or not.
pub(super) struct Visiting {
    process: ProcessId,
    host: HostId,
}

impl LiveRun {
    /// A process on this host for somebody who is not the lab's learner, with limits of its own. From now on the lab may have as many
    /// accepted connections as all visitors together have sockets.
    ///
    /// # Errors
    /// A sentence: no such host, one that is off, or too many visitors.
    pub fn welcome(&mut self, host: HostId) -> Result<Visitor, String> {
        self.touched = Instant::now();
        self.may_run_on(host)?;
        let limits = self.kernel.limits;
        let most = limits.visitors.min(PLACES);
        let free = self.visitors.iter().position(Option::is_none).unwrap_or(self.visitors.len());
        let place = u16::try_from(free).ok().filter(|place| *place < most);
        let place = place.ok_or_else(|| format!("A lab has at most {most} guests, and they are here."))?;
        self.kernel.limits.accepted = limits.accepted.max(u32::from(most) * limits.visitor_sockets);
        let visiting = Some(self.visiting(host));
        match self.visitors.get_mut(free) {
            Some(slot) => *slot = visiting,
            None => self.visitors.push(visiting),
        }
        Ok(Visitor(place))
    }

    fn visiting(&mut self, host: HostId) -> Visiting {
        let process = self.kernel.spawn_visitor(host);
        self.kernel.set_privileged(process, true);
        Visiting { process, host }
    }

    fn of(&self, visitor: Visitor) -> Option<&Visiting> {
        self.visitors.get(usize::from(visitor.0))?.as_ref()
    }

    /// Makes a call of a visitor's: of its process, or of a child that `fork` answered it. `id` is its own number, below 2^53.
    pub fn submit_of(&mut self, visitor: Visitor, id: CallId, task: TaskId, call: Call) {
        self.touched = Instant::now();
        let Some(own) = self.of(visitor).map(|visiting| visiting.process) else { return };
        let process = if task.0 < FIRST_TASK {
            own
        } else {
            let child = self.kernel.process(task).filter(|process| self.kernel.descends(*process, own));
            child.unwrap_or(ProcessId(usize::MAX))
        };
        self.kernel.submit_as(process, call_of(visitor, id), call);
    }

    /// Stops waiting in a call of a visitor's.
    pub fn cancel_of(&mut self, visitor: Visitor, id: CallId) {
        self.kernel.cancel(call_of(visitor, id));
    }

    /// Lets a visitor's process begin anew, if it ended with its host. Without effect if it runs.
    ///
    /// # Errors
    /// A sentence: its host is off.
    pub fn restart_of(&mut self, visitor: Visitor) -> Result<(), String> {
        self.touched = Instant::now();
        let Some(&Visiting { process, host }) = self.of(visitor) else { return Ok(()) };
        if self.kernel.runs(process) {
            return Ok(());
        }
        self.may_run_on(host)?;
        self.retire(visitor);
        self.visitors[usize::from(visitor.0)] = Some(self.visiting(host));
        Ok(())
    }

    /// A visitor is gone: its process ends as by SIGKILL, with its children, and nothing more is told of it.
    pub fn part(&mut self, visitor: Visitor) {
        self.touched = Instant::now();
        self.retire(visitor);
        if let Some(slot) = self.visitors.get_mut(usize::from(visitor.0)) {
            *slot = None;
        }
    }

    fn retire(&mut self, visitor: Visitor) {
        if let Some(process) = self.of(visitor).map(|visiting| visiting.process) {
            self.kernel.retire(process);
        }
        self.said.retain(|said| !matches!(**said, Report::Visitor(of, ..) if of == visitor));
        self.met.retain(|_, of| *of != visitor);
    }

    /// The visitor at one end of the connection that an event of the wire is about.
    pub fn concerned(&mut self, event: &Event) -> Option<Visitor> {
        let connection = connection_of(&event.what)?;
        if let Some(visitor) = self.met.get(&connection) {
            return Some(*visitor);
        }
        let pair = self.kernel.hand()?.between(connection)?;
        let visitor = self.kernel.ends_of(pair).find_map(|process| self.visitor(process))?;
        self.met.insert(connection, visitor);
        if self.met.len() > MOST_MET {
            self.met.pop_first();
        }
        Some(visitor)
    }

    /// Whose process, or child of it, that is.
    pub(super) fn visitor(&self, process: ProcessId) -> Option<Visitor> {
        let is = |visiting: &Visiting| self.kernel.descends(process, visiting.process);
        let place = self.visitors.iter().position(|slot| slot.as_ref().is_some_and(is))?;
        Some(Visitor(place as u16))
    }

    /// The task of a process as its visitor counts them.
    pub(super) fn task_of(&self, visitor: Visitor, process: ProcessId) -> TaskId {
        let own = self.of(visitor).is_some_and(|visiting| visiting.process == process);
        if own { TaskId(0) } else { self.kernel.task(process) }
    }

    /// A visitor's call has ended.
    pub(super) fn visitors_own(mut done: Done, at: Micros) -> Report {
        let number = done.id.0 - VISITOR_CALLS;
        let visitor = Visitor((number >> OWN_CALLS) as u16);
        done.id = CallId(number & ((1 << OWN_CALLS) - 1));
        Report::Visitor(visitor, done, at)
    }
}

/// The number of a visitor's call in the lab.
fn call_of(visitor: Visitor, id: CallId) -> CallId {
    let own = id.0 & ((1 << OWN_CALLS) - 1);
    let number = VISITOR_CALLS | u64::from(visitor.0) << OWN_CALLS | own;
    debug_assert!(number < PEER_CALLS);
    CallId(number)
}

/// The connection of an event's segment.
fn connection_of(what: &What) -> Option<ConnectionId> {
    match what {
        What::SegmentSent { segment }
        | What::SegmentArrived { segment, .. }
        | What::SegmentLost { segment }
        | What::SegmentDuplicated { segment, .. }
        | What::SegmentDelayed { segment } => Some(segment.range.connection),
        _ => None,
    }
}
