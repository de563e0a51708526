//! A lab for a program of its own: real hosts, and calls that are waited for without knowing of any runtime.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use protocol::{WireRequest, WireSpec};
use syscall::{Call, CallId, Completed, HostId, Kernel, Micros, Pid, TaskId};
use tokio::runtime::Runtime;
use tokio::sync::Semaphore;
use tokio::time::Instant;

use crate::namespaces::{Between, Failure, Hand, Helper, HelperProgram, Hosts, Namespaces, Step};
use crate::wire::{Declined, Told};
use crate::{Done, EndsBy, Limits, Loopback, Mode, Network, RealKernel, WireLimits, sys};

/// What a lab is made of.
#[derive(Clone, Debug)]
pub struct Setup {
    /// How its sockets are kept apart.
    pub mode: Mode,
    /// Hosts, at most 254: host k is 10.0.0.(k + 1).
    pub hosts: u16,
    /// The wire between hosts; without effect on loopback and for a single host.
    pub wire: WireSpec,
    /// The program that is the helper process.
    pub helper: HelperProgram,
}

impl Setup {
    /// Hosts on an Ethernet wire without delay.
    pub fn new(mode: Mode, hosts: u16) -> Self {
        Self { mode, hosts, wire: WireSpec::default(), helper: HelperProgram::Own }
    }

    /// Makes the lab.
    ///
    /// # Errors
    /// If this machine does not offer the mode, or gives no more hosts.
    ///
    /// # Panics
    /// If there are no hosts, or more than 254.
    pub fn open(&self) -> Result<Lab, Failure> {
        assert!((1..=254).contains(&self.hosts), "{} hosts in a network of 254 addresses", self.hosts);
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.map_err(|e| Failure { step: Step::Start, errno: sys::io_errno(&e) })?;
        let network: Box<dyn Network> = match self.mode.hosts() {
            None => Box::new(Loopback::new(self.hosts)),
            Some((cable, user_namespace)) => {
                let helper = Helper::start(&self.helper, user_namespace)?;
                let hosts = Hosts::make(helper, self.hosts, cable, self.wire.mtu)?;
                let limits = WireLimits::own();
                let between = Between { wire: self.wire.clone(), limits, names: Vec::new() };
                let _guard = runtime.enter();
                Box::new(Namespaces::new(hosts, between)?)
            }
        };
        let opened = network.hand().map_or_else(Instant::now, Hand::opened);
        let budget = Arc::new(Semaphore::new(Semaphore::MAX_PERMITS));
        let kernel = RealKernel::new(network, Limits::own(), budget).since(opened);
        Ok(Lab { kernel, mode: self.mode, opened, runtime })
    }
}

/// Real hosts with real sockets, driven from an ordinary thread.
///
/// ```
/// # #[cfg(target_os = "linux")] {
/// use std::time::Duration;
/// use lab::{Lab, Mode};
/// use syscall::{Call, CallId, Domain, HostId, Kernel as _, Returned, SocketType};
///
/// let mut lab = Lab::open(Mode::Loopback, 1).expect("sockets");
/// let task = lab.spawn(HostId(0));
/// lab.submit(CallId(1), task, Call::Socketpair { domain: Domain::Unix, kind: SocketType::Stream });
/// let done = lab.next_completed(Duration::from_secs(1)).expect("it does not wait");
/// let Ok(Returned::Pair(a, b)) = done.outcome else { panic!("{:?}", done.outcome) };
/// lab.submit(CallId(2), task, Call::Read { fd: a, len: 10 });
/// assert_eq!(lab.next_completed(Duration::from_millis(10)), None, "nothing is there to read");
/// lab.submit(CallId(3), task, Call::Write { fd: b, data: "hello".into() });
/// let ended = [(); 2].map(|()| lab.next_completed(Duration::from_secs(1)).map(|done| done.id));
/// assert_eq!(ended, [Some(CallId(3)), Some(CallId(2))]);
/// # }
/// ```
///
/// A call that does not wait is made inside [`submit`](Kernel::submit) as exactly one system call. One that waits goes on
/// inside [`next_completed`](Self::next_completed), [`next_done`](Self::next_done) and [`pass`](Self::pass) only.
/// Everything is closed when the lab is dropped.
pub struct Lab {
    kernel: RealKernel,
    mode: Mode,
    opened: Instant,
    runtime: Runtime,
}

impl Lab {
    /// A lab of so many hosts, at most 254: host k is 10.0.0.(k + 1). In a mode with namespaces this program must be able
    /// to be the helper ([`HELPER`](crate::HELPER)); else use [`Setup`].
    ///
    /// # Errors
    /// If this machine does not offer the mode.
    pub fn open(mode: Mode, hosts: u16) -> Result<Self, Failure> {
        Setup::new(mode, hosts).open()
    }

    /// The hand on the wire between hosts; none on loopback.
    pub fn hand(&self) -> Option<&Hand> {
        self.kernel.hand()
    }

    /// Does something to the wire, or to a host's power.
    ///
    /// # Errors
    /// Why not, as a sentence.
    pub fn wire(&mut self, request: WireRequest) -> Result<(), Declined> {
        // A host that returns has a new device.
        let _guard = self.runtime.enter();
        self.kernel.wire(request)
    }

    /// The next thing that the wire tells, waited for so long at most.
    pub fn next_told(&mut self, timeout: Duration) -> Option<Told> {
        let Self { kernel, runtime, .. } = self;
        let hand = kernel.hand()?.clone();
        runtime.block_on(async {
            let told = poll_fn(|cx| {
                // Calls that wait go on meanwhile.
                let _ = kernel.poll_wait(cx);
                hand.poll_told(cx)
            });
            tokio::time::timeout(timeout, told).await.ok()
        })
    }

    /// Whether a task's process, and its later children, may bind ports below 1024. Nobody may unless set.
    pub fn set_privileged(&mut self, task: TaskId, privileged: bool) {
        if let Some(process) = self.kernel.process(task) {
            self.kernel.set_privileged(process, privileged);
        }
    }

    /// Gives the hosts their names, in their order; else they are host1, host2.
    pub fn set_names(&mut self, names: &[&str]) {
        self.kernel.set_names(names);
    }

    /// From now on [`Done::looks`] tells of them.
    pub fn keep_looks(&mut self) {
        self.kernel.keep_looks();
    }

    /// How its sockets are kept apart.
    pub const fn mode(&self) -> Mode {
        self.mode
    }

    /// Starts a process with one task on this host.
    pub fn spawn(&mut self, host: HostId) -> TaskId {
        let process = self.kernel.spawn(host);
        self.kernel.task(process)
    }

    /// The task of a process that `fork` answered.
    pub const fn task_of(pid: Pid) -> TaskId {
        TaskId(pid.0 - 1)
    }

    /// Ends a task's process, as SIGKILL does: what it waits in ends with ECANCELED, its descriptors close.
    pub fn exit(&mut self, task: TaskId) {
        if let Some(process) = self.kernel.process(task) {
            self.kernel.exit(process);
        }
    }

    /// A signal that is caught interrupts what the task's process waits in: EINTR, or what was done so far.
    pub fn interrupt(&mut self, task: TaskId) {
        if let Some(process) = self.kernel.process(task) {
            self.kernel.interrupt(process);
        }
    }

    /// Time since the lab was opened.
    pub fn now(&self) -> Micros {
        u64::try_from(self.opened.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    /// What may end a call that waits; none where it does not wait.
    pub fn ends_by(&self, id: CallId) -> Option<EndsBy> {
        self.kernel.ends_by(id)
    }

    /// The next call that has ended already.
    pub fn poll_done(&mut self) -> Option<Done> {
        self.kernel.next_done()
    }

    /// The next call that has ended, waited for so long at most.
    pub fn next_completed(&mut self, timeout: Duration) -> Option<Completed> {
        self.next_done(timeout).map(|done| Completed { id: done.id, outcome: done.outcome })
    }

    /// The same, with who answered and what the kernel held directly after.
    pub fn next_done(&mut self, timeout: Duration) -> Option<Done> {
        let Self { kernel, runtime, .. } = self;
        if let Some(done) = kernel.next_done() {
            return Some(done);
        }
        let ended = runtime.block_on(async {
            let ended = poll_fn(|cx| kernel.poll_wait(cx));
            tokio::time::timeout(timeout, ended).await.is_ok()
        });
        if ended { kernel.next_done() } else { None }
    }

    /// Lets time pass; calls that wait go on meanwhile.
    pub fn pass(&mut self, time: Duration) {
        let Self { kernel, runtime, .. } = self;
        runtime.block_on(async {
            let goes_on = poll_fn(|cx| {
                let _ = kernel.poll_wait(cx);
                Poll::<()>::Pending
            });
            let _ = tokio::time::timeout(time, goes_on).await;
        });
    }
}

impl Kernel for Lab {
    fn submit(&mut self, id: CallId, task: TaskId, call: Call) {
        // A call that waits sets a timer.
        let _guard = self.runtime.enter();
        self.kernel.submit(id, task, call);
    }

    fn cancel(&mut self, id: CallId) {
        self.kernel.cancel(id);
    }

    fn poll_completed(&mut self) -> Option<Completed> {
        self.kernel.poll_completed()
    }
}
