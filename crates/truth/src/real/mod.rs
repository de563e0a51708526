//! Scripts on the real kernel: one process a task, in a network of their own.
//!
//! A first process, the *nursery*, leaves the machine's network for an empty one in which 127.0.0.1 is up, and forks a
//! child a task. A child makes each call as a C program would, blocking and all, without any privilege. Nothing here
//! reaches the machine's own network. All of them share one processor, so that what a call wakes goes on after that call:
//! see [`agent_main`].

mod agent;
mod calls;
mod channel;

use std::collections::BTreeMap;
use std::io;
use std::os::fd::AsFd as _;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use syscall::{Call, CallId, Micros, Outcome, TaskId};

use crate::data::{pattern, sent_by};
use crate::{Driver, is_measured};
use channel::{Answer, Channel, Order, Request};

pub use agent::main as agent_main;

/// How much later than in the simulator things may come on a machine that has other work, in microseconds.
const TOLERANCE: Micros = 5_000_000;
/// Bytes of a send that are worth not carrying to the task.
const WORTH_IT: usize = 256;

/// The process that makes networks and tasks.
pub struct Nursery {
    process: Child,
    channel: Channel,
    measured: bool,
    kernel: (String, String),
}

impl Nursery {
    /// Start it. `program` and `arguments` lead to [`agent_main`].
    ///
    /// # Errors
    /// Why this machine cannot: no user namespaces, for example.
    pub fn start(mut program: Command) -> io::Result<Self> {
        let (ours, theirs) = channel::pair()?;
        program.stdin(Stdio::from(theirs)).stdout(Stdio::null()).process_group(0);
        let process = program.spawn()?;
        let mut nursery =
            Self { process, channel: Channel::new(ours), measured: false, kernel: Default::default() };
        match nursery.channel.receive()? {
            Answer::Ready { release, congestion } => {
                nursery.measured = is_measured(&release, &congestion);
                nursery.kernel = (release, congestion);
                Ok(nursery)
            }
            Answer::Failed(why) => Err(io::Error::other(why)),
            answer => Err(io::Error::other(format!("the nursery says {answer:?}"))),
        }
    }

    /// Whether this is the kernel that the exact figures belong to.
    pub fn is_measured(&self) -> bool {
        self.measured
    }

    /// The kernel's release, and how it controls congestion.
    pub fn kernel(&self) -> (&str, &str) {
        (&self.kernel.0, &self.kernel.1)
    }

    /// An empty network for what follows; the one before goes away with its last socket.
    ///
    /// # Errors
    /// The kernel's own.
    pub fn fresh_network(&mut self) -> io::Result<()> {
        self.channel.send(&Request::Network, None)?;
        match self.channel.receive()? {
            Answer::Done => Ok(()),
            answer => Err(io::Error::other(format!("the nursery says {answer:?}"))),
        }
    }

    fn spawn(&mut self) -> io::Result<Task> {
        let (ours, theirs) = channel::pair()?;
        self.channel.send(&Request::Spawn, Some(theirs.as_fd()))?;
        drop(theirs);
        match self.channel.receive()? {
            Answer::Spawned(pid) => {
                let mut channel = Channel::new(ours);
                // Before that a signal would end it.
                channel.receive::<Answer>()?;
                Ok(Task { pid: Pid::from_raw(pid), channel, call: None, waited_for: false, dead: false })
            }
            answer => Err(io::Error::other(format!("the nursery says {answer:?}"))),
        }
    }
}

impl Drop for Nursery {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

struct Task {
    pid: Pid,
    channel: Channel,
    call: Option<CallId>,
    /// Its call has had a moment to end.
    waited_for: bool,
    dead: bool,
}

impl Drop for Task {
    fn drop(&mut self) {
        // The nursery reaps its children; one that is gone already keeps its number no longer than that, so ask first.
        if !self.dead {
            let _ = kill(self.pid, Signal::SIGKILL);
        }
    }
}

/// The real kernel, for one script.
pub struct Real<'n> {
    nursery: &'n mut Nursery,
    tasks: Vec<Task>,
    calls: u64,
    done: BTreeMap<CallId, Outcome>,
    start: Instant,
}

impl<'n> Real<'n> {
    /// No tasks yet, in whatever network the nursery is in.
    pub fn new(nursery: &'n mut Nursery) -> Self {
        Self { nursery, tasks: Vec::new(), calls: 0, done: BTreeMap::new(), start: Instant::now() }
    }

    fn task(&mut self, task: TaskId) -> &mut Task {
        &mut self.tasks[task.0 as usize]
    }

    /// Take what has been answered.
    fn collect(&mut self) {
        for task in &mut self.tasks {
            if let Some(id) = task.call
                && let Some(answer) = task.poll(Duration::ZERO)
            {
                task.call = None;
                self.done.insert(id, answer);
            }
        }
    }

    /// Wait until every task has answered or sleeps in its call.
    fn settle(&mut self) {
        loop {
            self.collect();
            let busy = |t: &&mut Task| t.call.is_some() && !t.dead && !(t.waited_for && t.sleeps());
            let busy = self.tasks.iter_mut().find(busy);
            match busy {
                // It may have answered just before it was seen asleep.
                None => return self.collect(),
                Some(task) => {
                    // Most calls are over at once: to wait for that costs less than to look whether it sleeps.
                    task.waited_for = true;
                    if let Some(answer) = task.poll(Duration::from_micros(200))
                        && let Some(id) = task.call.take()
                    {
                        self.done.insert(id, answer);
                    }
                }
            }
        }
    }
}

impl Task {
    /// The answer, if it comes in time.
    fn poll(&mut self, patience: Duration) -> Option<Outcome> {
        match self.channel.poll(patience) {
            Ok(false) => None,
            Ok(true) => match self.channel.receive() {
                Ok(Answer::Outcome(outcome)) => Some(outcome),
                _ => {
                    self.dead = true;
                    None
                }
            },
            Err(_) => {
                self.dead = true;
                None
            }
        }
    }

    /// Whether it sleeps in its call: it sleeps, has not answered, and does not read its channel, which is descriptor 0.
    fn sleeps(&self) -> bool {
        let asleep = || {
            let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.pid)).unwrap_or_default();
            let state = stat.rsplit_once(") ").and_then(|(_, rest)| rest.chars().next());
            // Where this file may not be read, the state alone has to tell.
            let inside = std::fs::read_to_string(format!("/proc/{}/syscall", self.pid)).unwrap_or_default();
            // read(2) and recvfrom(2) of descriptor 0, as x86-64 and aarch64 number them.
            let listens =
                ["0 0x0 ", "45 0x0 ", "63 0x0 ", "207 0x0 "].iter().any(|call| inside.starts_with(call));
            matches!(state, Some('S') | None) && !listens && !inside.starts_with("running")
        };
        asleep() && {
            std::thread::sleep(Duration::from_micros(30));
            asleep()
        }
    }
}

/// How to tell a task of a call.
fn order(mut call: Call) -> Order {
    let len = match sent_by(&mut call) {
        Some(data) if data.len() > WORTH_IT && *data == pattern(data.len() as u32) => {
            std::mem::take(data).len() as u32
        }
        _ => return Order::Call(call),
    };
    Order::CallWithPattern(call, len)
}

impl Driver for Real<'_> {
    fn spawn(&mut self) -> TaskId {
        let task = self.nursery.spawn().expect("the nursery forks as long as it lives");
        self.tasks.push(task);
        TaskId(self.tasks.len() as u32 - 1)
    }

    fn submit(&mut self, task: TaskId, call: Call) -> CallId {
        self.calls += 1;
        let id = CallId(self.calls);
        let task = self.task(task);
        match task.channel.send(&Request::Order(order(call)), None) {
            Ok(()) => (task.call, task.waited_for) = (Some(id), false),
            Err(_) => task.dead = true,
        }
        self.settle();
        id
    }

    fn outcome(&mut self, id: CallId) -> Option<Outcome> {
        self.collect();
        self.done.get(&id).cloned()
    }

    fn wait(&mut self, id: CallId, patience: Micros) -> Option<Outcome> {
        let limit = Instant::now() + Duration::from_micros(patience);
        loop {
            if let Some(outcome) = self.outcome(id) {
                self.settle();
                return self.done.get(&id).cloned().or(Some(outcome));
            }
            let task = self.tasks.iter_mut().find(|t| t.call == Some(id) && !t.dead)?;
            let left = limit.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return None;
            }
            if let Some(answer) = task.poll(left) {
                task.call = None;
                self.done.insert(id, answer);
            }
        }
    }

    fn pass(&mut self, us: Micros) {
        std::thread::sleep(Duration::from_micros(us));
        self.settle();
    }

    fn now(&self) -> Micros {
        self.start.elapsed().as_micros() as Micros
    }

    fn signal(&mut self, task: TaskId) -> Result<(), String> {
        kill(self.task(task).pid, Signal::SIGUSR1).map_err(|e| e.to_string())?;
        std::thread::sleep(Duration::from_millis(1));
        self.settle();
        Ok(())
    }

    fn kill(&mut self, task: TaskId) -> Result<(), String> {
        let task = self.task(task);
        kill(task.pid, Signal::SIGKILL).map_err(|e| e.to_string())?;
        while !task.dead {
            task.poll(Duration::from_secs(1));
        }
        self.settle();
        Ok(())
    }

    fn sigpipe_default(&mut self, task: TaskId) -> Result<(), String> {
        let task = self.task(task);
        let sent = task.channel.send(&Request::Order(Order::SigpipeDefault), None);
        sent.and_then(|()| task.channel.receive::<Answer>()).map(drop).map_err(|e| e.to_string())
    }

    fn is_dead(&mut self, task: TaskId) -> bool {
        self.collect();
        self.task(task).dead
    }

    fn is_measured(&self) -> bool {
        self.nursery.measured
    }

    fn tolerance(&self) -> Micros {
        TOLERANCE
    }
}

impl std::fmt::Debug for Real<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Real({} tasks)", self.tasks.len())
    }
}
