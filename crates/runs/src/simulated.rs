//! The simulated kernel as ground: time passes only when everybody waits, and then to the next thing that is due.

use kernel::{Kernel, Network};
use syscall::{Call, CallId, Completed, HostId, Kernel as _, Micros, Pid, SourceRange, TaskId};

use crate::{Ground, START};

/// The simulated kernel, to which what is due happens in its order: segments, then timers, then waits that are over.
#[derive(Clone)]
pub struct Simulated {
    kernel: Kernel,
    /// Calls that wait, in the order of their submission.
    waiting: Vec<CallId>,
}

/// How long a moment is, in microseconds.
const MOMENT: Micros = 100;

/// What may happen next.
enum Due {
    Packet(u32),
    Timer(HostId),
    /// A wait is over.
    Call,
}

impl Simulated {
    /// Hosts of these names on this network.
    pub fn new<S: AsRef<str>>(network: Network, hosts: &[S]) -> Self {
        let mut kernel = Kernel::new(network, u16::try_from(hosts.len()).unwrap_or(u16::MAX));
        kernel.set_names(hosts);
        Self { kernel, waiting: Vec::new() }
    }

    /// The kernel, to look at.
    pub const fn kernel(&self) -> &Kernel {
        &self.kernel
    }

    /// What is due first; what would tell nobody anything new does not count.
    fn next_due(&self) -> Option<(Micros, Due)> {
        let deliverable = self.kernel.deliverable();
        let segments = self.kernel.in_flight().map(|packet| (packet.segment.id, packet.due));
        let datagrams = self.kernel.datagrams_in_flight().map(|packet| (packet.datagram.id, packet.due));
        let packets = segments.chain(datagrams).filter(|(id, _)| deliverable.contains(id));
        let packets = packets.map(|(id, due)| (due, Due::Packet(id)));
        let hosts = (0..self.kernel.host_count()).map(HostId);
        let timers = hosts.filter_map(|host| {
            let (due, timer, socket) = self.kernel.next_timer(host)?;
            (!self.kernel.is_futile(timer, socket)).then_some((due, Due::Timer(host)))
        });
        let calls = self.waiting.iter().filter_map(|id| Some((self.kernel.deadline(*id)?, Due::Call)));
        packets.chain(timers).chain(calls).min_by_key(|(due, _)| *due)
    }

    /// Calls that can go on do.
    fn settle(&mut self) {
        let mut place = 0;
        while let Some(&id) = self.waiting.get(place) {
            if self.kernel.can_go_on(id) && self.kernel.run(id) {
                // What it did may let an earlier one go on.
                self.waiting.remove(place);
                place = 0;
            } else {
                place += 1;
            }
        }
        self.kernel.drain_events();
    }
}

impl Ground for Simulated {
    fn spawn(&mut self, host: HostId) -> TaskId {
        let task = self.kernel.spawn(host);
        self.kernel.set_ignores_sigpipe(self.kernel.pid(task), true);
        task
    }

    fn thread(&mut self, of: TaskId) -> TaskId {
        self.kernel.spawn_thread(of)
    }

    fn child(&mut self, _pid: Pid) -> TaskId {
        self.kernel.next_forked().expect("a fork that was answered has a child")
    }

    fn exit(&mut self, task: TaskId, status: i32) {
        self.kernel.exit(task, status);
        self.settle();
    }

    fn submit(&mut self, id: CallId, task: TaskId, call: Call, source: SourceRange) {
        self.kernel.submit_from(id, task, call, Some(source));
        if !self.kernel.run(id) {
            self.waiting.push(id);
        }
        self.settle();
    }

    fn next_completed(&mut self) -> Option<Completed> {
        self.kernel.poll_completed()
    }

    fn wait(&mut self, until: Option<Micros>) -> bool {
        let before = self.waiting.len();
        loop {
            let next = self.next_due().filter(|(due, _)| until.is_none_or(|until| *due <= until));
            match (next, until) {
                (Some((_, Due::Packet(packet))), _) => drop(self.kernel.deliver(packet)),
                (Some((_, Due::Timer(host))), _) => drop(self.kernel.fire_timer(host)),
                (Some((due, Due::Call)), _) => self.kernel.pass_time(due),
                (None, Some(until)) => {
                    self.kernel.pass_time(until);
                    return true;
                }
                (None, None) => return false,
            }
            self.settle();
            if self.waiting.len() < before {
                return true;
            }
        }
    }

    fn moment(&mut self) {
        self.wait(Some(self.kernel.now() + MOMENT));
    }

    fn now(&self) -> Micros {
        self.kernel.now()
    }

    fn wall(&self) -> Micros {
        START + self.kernel.now()
    }

    fn waits_for_clients(&self, id: CallId) -> bool {
        self.kernel.waits_for_clients(id)
    }
}
