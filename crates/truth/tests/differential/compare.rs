//! Whether what the real kernel did is something that the simulator allows.

use syscall::{Call, Fd, IoctlRequest, Micros, OptionValue, Returned, TcpInfo, TcpState};
use truth::{Driver as _, Sim};

use crate::run::{Ended, Record, Run, Step, Tasks};

/// A real machine is never in time: a timer that is due within so many microseconds may have fired already, beside what
/// is known to have passed.
const SLACK: u64 = 60_000;
/// How much longer or shorter a pause may have been, in hundredths.
const PAUSES: [u64; 3] = [75, 125, 160];
/// Timers that may have fired early at one place.
const MOST_FIRED: u32 = 4;
/// Steps of simulated worlds that are tried before giving up.
const BUDGET: u32 = 30_000;

/// How a script compares.
pub(crate) enum Verdict {
    /// The simulator did the same, or allows it.
    Same {
        /// Whether another timing had to be looked for.
        by_timing: bool,
    },
    /// It does something else for a reason that `differences.toml` gives under this name. What follows is not compared.
    Known(&'static str),
    /// It does something else whatever the timing.
    Different(Box<Difference>),
}

/// Where they part.
pub(crate) struct Difference {
    pub(crate) step: usize,
    pub(crate) real: Record,
    pub(crate) simulated: Record,
}

/// A simulated world in the middle of a script.
#[derive(Clone)]
struct World {
    sim: Sim,
    tasks: Tasks,
    /// Some receive buffer held more than it may.
    overfull: bool,
    /// Linux would have resized some receive buffer.
    resized: bool,
}

impl World {
    fn step(&mut self, step: &Step) -> Record {
        self.step_late(step, 0, 0).expect("no timer is asked for")
    }

    /// As `step`, but so many timers that are due within `slack` fire before anybody looks at what came of it; nothing if
    /// there are fewer.
    fn step_late(&mut self, step: &Step, timers: u32, slack: Micros) -> Option<Record> {
        let mut run = Run { driver: &mut self.sim, tasks: self.tasks.clone() };
        let (mut record, called) = run.begin(step);
        self.tasks = run.tasks;
        if !(0..timers).all(|_| self.sim.fire_within(slack)) {
            return None;
        }
        let mut run = Run { driver: &mut self.sim, tasks: self.tasks.clone() };
        run.gather(&mut record, called);
        self.tasks = run.tasks;
        self.overfull |= self.sim.is_overfull();
        self.resized |= self.sim.would_resize();
        Some(record)
    }

    /// How far before their time timers may fire at this step: the real machine came so much later to its end.
    fn slack(&self, step: &Step, real: &Record) -> Micros {
        let pause = if let Step::Pass(us) = step { *us } else { 0 };
        SLACK + real.clock.saturating_sub(self.sim.now() + pause)
    }

    /// The name of a listed difference that explains why the last of these steps came out otherwise.
    fn known(&self, steps: &[Step], real: &Record) -> Option<&'static str> {
        let state = |task: &usize, fd: &Fd| self.sim.tcp_state(self.tasks.id(*task), *fd);
        match steps.last() {
            Some(Step::Call(task, Call::Ioctl { fd, request }))
                if *request != IoctlRequest::Siocinq && state(task, fd) == Some(TcpState::Closed) =>
            {
                Some("outq-after-end")
            }
            Some(Step::Call(task, Call::Bind { fd, .. })) if state(task, fd) == Some(TcpState::TimeWait) => {
                Some("bind-after-end")
            }
            // Here room came at once, while the call was being made; Linux lets it wait for more.
            Some(Step::Call(_, call))
                if sends(call) && real.own == Some(Ended::Waits) && self.sim.went_on() =>
            {
                Some("waiting-send")
            }
            _ if connects_to_itself(steps) => Some("self-connect"),
            _ if listens_after_shutdown(steps) => Some("shut-then-listen"),
            _ if self.resized => Some("buffers-grow"),
            _ if self.overfull => Some("overfull-receiver"),
            _ if self.tasks.waited.iter().any(sends) => Some("waiting-send"),
            _ if self.tasks.waited.iter().any(asks_for_nothing) => Some("recv-of-nothing"),
            _ if self.sim.would_pace() => Some("pacing"),
            _ => None,
        }
    }
}

/// Whether a socket connects to the very port that it was bound to.
fn connects_to_itself(steps: &[Step]) -> bool {
    let calls = steps.iter().filter_map(|step| match step {
        Step::Call(task, call) => Some((task, call)),
        _ => None,
    });
    calls.clone().any(|(connector, call)| match call {
        Call::Connect { address: to, .. } => calls.clone().any(|(task, call)| match call {
            Call::Bind { address, .. } => task == connector && address.port() == to.port(),
            _ => false,
        }),
        _ => false,
    })
}

/// Whether a socket listens that was shut down before.
fn listens_after_shutdown(steps: &[Step]) -> bool {
    let of = |step: &Step| match step {
        Step::Call(task, call) => Some((*task, call.clone())),
        _ => None,
    };
    let calls: Vec<_> = steps.iter().filter_map(of).collect();
    calls.iter().enumerate().any(|(at, (task, call))| match call {
        Call::Listen { fd, .. } => calls[..at].iter().any(|(other, call)| {
            other == task && matches!(call, Call::Shutdown { fd: shut, .. } if shut == fd)
        }),
        _ => false,
    })
}

/// A send that had to wait goes on at another moment than on Linux.
fn sends(call: &Call) -> bool {
    matches!(call, Call::Send { .. } | Call::Sendto { .. } | Call::Write { .. })
}

/// On Linux whatever wakes the socket ends such a call.
fn asks_for_nothing(call: &Call) -> bool {
    matches!(call, Call::Recv { len: 0, .. } | Call::Read { len: 0, .. })
}

/// Compare the real records with what simulated worlds do.
pub(crate) fn compare(steps: &[Step], real: &[Record], tasks: usize) -> Verdict {
    let mut sim = Sim::new();
    let tasks = Run::new(&mut sim, tasks).tasks;
    // Nearly always both do the same: only where they do not, the way there is kept.
    let mut run = Run { driver: &mut sim.clone(), tasks: tasks.clone() };
    if steps.iter().zip(real).all(|(step, real)| run.step(step) == *real) {
        return Verdict::Same { by_timing: false };
    }
    let mut search = Search { steps, real, budget: BUDGET, furthest: None };
    let path = search.run(World { sim, tasks, overfull: false, resized: false }, 0, None);
    let path = path.expect("no other timing is asked for");
    let Some(end) = &path.end else { return Verdict::Same { by_timing: false } };
    if let Some(name) = end.known {
        return Verdict::Known(name);
    }
    if search.explains(&path, 0) {
        return Verdict::Same { by_timing: true };
    }
    let end = search.furthest.as_ref().unwrap_or(end);
    let difference =
        Difference { step: end.step, real: real[end.step].clone(), simulated: end.simulated.clone() };
    Verdict::Different(Box::new(difference))
}

struct Search<'s> {
    steps: &'s [Step],
    real: &'s [Record],
    /// Steps that may still be tried.
    budget: u32,
    /// Where the timing that comes furthest parts from what was observed.
    furthest: Option<End>,
}

/// What one world did from some step on.
struct Path {
    first: usize,
    /// The world before each step.
    before: Vec<World>,
    /// Where it parted from what was observed.
    end: Option<End>,
}

#[derive(Clone)]
struct End {
    step: usize,
    simulated: Record,
    known: Option<&'static str>,
}

/// Another timing, tried before a step.
#[derive(Clone, Copy)]
enum Timing {
    /// So many timers have fired already.
    Fired(u32),
    /// The pause that the step is took so long.
    Paused(u64),
    /// So many timers fire before anybody looks at what came of the step.
    Late(u32),
}

impl Search<'_> {
    /// Go on from before step `first`, which may come out at another time than it says; nothing if it cannot.
    fn run(&mut self, mut world: World, first: usize, timing: Option<Timing>) -> Option<Path> {
        let mut path = Path { first, before: Vec::new(), end: None };
        for at in first..self.steps.len() {
            path.before.push(world.clone());
            self.budget = self.budget.saturating_sub(1);
            let simulated = match timing.filter(|_| at == first) {
                Some(Timing::Paused(us)) => world.step(&Step::Pass(us)),
                Some(Timing::Late(timers)) => {
                    let slack = world.slack(&self.steps[at], &self.real[at]);
                    world.step_late(&self.steps[at], timers, slack)?
                }
                Some(Timing::Fired(_)) | None => world.step(&self.steps[at]),
            };
            if simulated != self.real[at] {
                let known = world.known(&self.steps[..=at], &self.real[at]);
                // A question that changes nothing: what follows can be compared.
                if known == Some("outq-after-end") {
                    continue;
                }
                path.end = Some(End { step: at, simulated, known });
                break;
            }
        }
        Some(path)
    }

    /// Whether another timing somewhere on this path leads through the whole script, or to a listed difference.
    fn explains(&mut self, path: &Path, depth: u32) -> bool {
        /// Places where the timing was another one.
        const DEEPEST: u32 = 4;
        let Some(end) = &path.end else { return true };
        for at in (path.first..=end.step).rev() {
            for timing in self.timings(at) {
                if self.budget == 0 {
                    return false;
                }
                let mut world = path.before[at - path.first].clone();
                let slack = world.slack(&self.steps[at], &self.real[at]);
                if let Timing::Fired(times) = timing
                    && !(0..times).all(|_| world.sim.fire_within(slack))
                {
                    continue;
                }
                let Some(other) = self.run(world, at, Some(timing)) else { continue };
                if let Some(new) = &other.end
                    && self.furthest.as_ref().is_none_or(|old| new.step > old.step)
                    && new.step > end.step
                {
                    self.furthest = Some(new.clone());
                }
                let further = match &other.end {
                    None => true,
                    Some(new) => new.step > end.step && (new.known.is_some() || depth < DEEPEST),
                };
                if further
                    && (other.end.as_ref().is_none_or(|new| new.known.is_some())
                        || self.explains(&other, depth + 1))
                {
                    return true;
                }
            }
        }
        false
    }

    fn timings(&self, at: usize) -> Vec<Timing> {
        let mut timings: Vec<_> = (1..=MOST_FIRED).map(Timing::Fired).collect();
        timings.extend((1..=2).map(Timing::Late));
        if let Step::Pass(us) = self.steps[at] {
            timings.extend(PAUSES.map(|percent| Timing::Paused(us * percent / 100)));
            let before = at.checked_sub(1).map_or(0, |before| self.real[before].clock);
            timings.push(Timing::Paused(self.real[at].clock.saturating_sub(before)));
        }
        timings
    }
}

/// What is compared of TCP_INFO beside the state.
pub(crate) fn told(info: &TcpInfo) -> [(&'static str, u64); 12] {
    [
        ("retransmits", info.retransmits.into()),
        ("probes", info.probes.into()),
        ("backoff", info.backoff.into()),
        ("snd_mss", info.snd_mss.into()),
        ("rcv_mss", info.rcv_mss.into()),
        ("unacked", info.unacked.into()),
        ("total_retrans", info.total_retrans.into()),
        ("notsent_bytes", info.notsent_bytes.into()),
        ("snd_wnd", info.snd_wnd.into()),
        ("rcv_wnd", info.rcv_wnd.into()),
        ("bytes_acked", info.bytes_acked),
        ("bytes_received", info.bytes_received),
    ]
}

/// A record in words.
pub(crate) fn say(record: &Record) -> String {
    let end = |outcome: &syscall::Outcome| match outcome {
        Ok(Returned::Data(data)) => format!("{} {data:?}", data.len()),
        Ok(Returned::Option(OptionValue::TcpInfo(info))) => {
            let told = told(info).into_iter().filter(|(_, number)| *number > 0);
            told.fold(info.state.to_string(), |text, (name, number)| format!("{text} {name} {number}"))
        }
        Ok(returned) => returned.to_string(),
        Err(errno) => errno.to_string(),
    };
    let mut text = match &record.own {
        Some(Ended::Outcome(outcome)) => end(outcome),
        Some(Ended::Waits) => "waits".into(),
        None => String::new(),
    };
    for (task, call, outcome) in &record.others {
        text.push_str(&format!("; {}: {call} -> {}", letter(*task), end(outcome)));
    }
    text
}

pub(crate) fn letter(task: usize) -> char {
    char::from(b'A' + task as u8)
}
