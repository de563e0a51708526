//! What must hold of a scenario before it runs: every mistake, each a sentence.

use std::collections::{BTreeMap, BTreeSet};

use syscall::Call;

use crate::script::makes_call;
use crate::{Buffers, Network, Op, Planned, ProgramSpec, Runs, Scenario, ScenarioError};

/// Hosts a scenario may have.
const MAX_HOSTS: usize = 200;
/// Programs a scenario may have.
const MAX_PROGRAMS: usize = 200;
/// Bytes a variable may be filled with.
const MAX_DATA: u32 = 16 << 20;
/// Bytes that the variables of all programs may be filled with together: a run must fit into a browser's memory.
const MAX_DATA_TOTAL: u64 = 64 << 20;
/// Faults that may be planned.
const MAX_PLANNED: usize = 1000;
/// The smallest and the largest MTU of a wire (RFC 791; Ethernet jumbo frames).
const MTU: std::ops::RangeInclusive<u32> = 68..=9216;
/// The longest delay of a wire, in microseconds: an hour.
const MAX_DELAY: u64 = 3_600_000_000;

/// Bytes that a send buffer and a receive buffer may have: as few as `setsockopt` leaves, as many as `tcp_rmem` allows.
const SNDBUF: std::ops::RangeInclusive<u32> = 4608..=33_554_432;
const RCVBUF: std::ops::RangeInclusive<u32> = 2304..=33_554_432;

/// What a variable holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number,
    Outgoing,
    Collected,
}

impl Kind {
    const fn made_by(self) -> &'static str {
        match self {
            Self::Number => "`set`, `ask` or a `send`'s `count`",
            Self::Outgoing => "`data`, `text` or `received`",
            Self::Collected => "`empty`",
        }
    }
}

/// Find every mistake.
pub(crate) fn scenario(scenario: &Scenario) -> Result<(), ScenarioError> {
    let mut problems = Vec::new();
    network(scenario, &mut problems);
    data(scenario, &mut problems);
    repeated("host", scenario.hosts.iter(), &mut problems);
    repeated("program", scenario.programs.iter().map(|p| &p.name), &mut problems);
    for program_spec in &scenario.programs {
        if !scenario.hosts.contains(&program_spec.host) {
            let (name, host) = (&program_spec.name, &program_spec.host);
            problems.push(format!("program `{name}` runs on host `{host}`, which is not among `hosts`"));
        }
        program(program_spec, &mut problems);
        if let Some(to) = program_spec.peer.as_ref().and_then(|peer| peer.to.as_ref())
            && !scenario.hosts.contains(to)
        {
            let name = &program_spec.name;
            problems.push(format!("program `{name}` connects to host `{to}`, which is not among `hosts`"));
        }
    }
    scenario.planned.iter().for_each(|planned| self::planned(scenario, planned, &mut problems));
    if scenario.planned.len() > MAX_PLANNED {
        problems.push(format!("at most {MAX_PLANNED} faults, and {} are planned", scenario.planned.len()));
    }
    if problems.is_empty() { Ok(()) } else { Err(ScenarioError { problems }) }
}

fn network(scenario: &Scenario, problems: &mut Vec<String>) {
    let hosts = scenario.hosts.len();
    match scenario.network {
        Network::Loopback if hosts != 1 => {
            problems.push(format!("a loopback network has one host, and this scenario has {hosts}"));
        }
        Network::Wire { .. } if !(2..=MAX_HOSTS).contains(&hosts) => {
            problems.push(format!("a wire has 2 to {MAX_HOSTS} hosts, and this scenario has {hosts}"));
        }
        Network::Loopback | Network::Wire { .. } => {}
    }
    if let Network::Wire { mtu, .. } = scenario.network
        && !MTU.contains(&mtu)
    {
        problems.push(format!("`mtu` is {mtu}; it may be {} to {} bytes", MTU.start(), MTU.end()));
    }
    if let Network::Wire { delay_us, .. } = scenario.network
        && delay_us > MAX_DELAY
    {
        problems.push(format!("`delay_us` is {delay_us}; it may be up to {MAX_DELAY} microseconds"));
    }
    if let Some(Buffers { sndbuf, rcvbuf }) = scenario.buffers {
        for (name, size, range) in [("sndbuf", sndbuf, SNDBUF), ("rcvbuf", rcvbuf, RCVBUF)] {
            if !range.contains(&size) {
                let (least, most) = (range.start(), range.end());
                problems.push(format!("`{name}` is {size}; it may be {least} to {most} bytes"));
            }
        }
    }
    if scenario.programs.len() > MAX_PROGRAMS {
        problems.push(format!(
            "at most {MAX_PROGRAMS} programs, and this scenario has {}",
            scenario.programs.len()
        ));
    }
}

/// What all steps that fill variables hold together.
fn data(scenario: &Scenario, problems: &mut Vec<String>) {
    let filled = |op: &Op| match op {
        Op::Data { len, .. } => u64::from(*len),
        Op::Text { bytes, .. } => bytes.len() as u64,
        _ => 0,
    };
    let steps = scenario.programs.iter().flat_map(|program| &program.steps);
    let total = steps.map(|step| filled(&step.op)).sum::<u64>();
    if total > MAX_DATA_TOTAL {
        problems.push(format!(
            "the programs' `data` and `text` are {total} bytes together; they may be up to {MAX_DATA_TOTAL}"
        ));
    }
}

fn planned(scenario: &Scenario, planned: &Planned, problems: &mut Vec<String>) {
    let (host, program) = match planned {
        Planned::Lose { from, nth } => {
            if *nth == 0 {
                problems.push("a planned `lose` counts packets from 1, and `nth` is 0".into());
            }
            (Some(from), None)
        }
        Planned::Signal { program, .. } | Planned::Kill { program, .. } => (None, Some(program)),
        Planned::PowerOff { host, .. } | Planned::PowerOn { host, .. } => (Some(host), None),
        Planned::Cut { host, .. } | Planned::Mend { host, .. } => (Some(host), None),
    };
    if let Some(host) = host.filter(|host| !scenario.hosts.contains(host)) {
        problems.push(format!("something is planned for host `{host}`, which is not among `hosts`"));
    }
    if let Some(program) = program.filter(|name| !scenario.programs.iter().any(|p| p.name == **name)) {
        problems.push(format!("something is planned for program `{program}`, and there is none"));
    }
    let wired = matches!(planned, Planned::Lose { .. } | Planned::Cut { .. } | Planned::Mend { .. });
    if wired && scenario.network == Network::Loopback {
        problems.push("a loopback network has no cable, and something is planned for one".into());
    }
}

fn repeated<'a>(what: &str, names: impl Iterator<Item = &'a String>, problems: &mut Vec<String>) {
    let mut seen = BTreeSet::new();
    for name in names {
        if !seen.insert(name) {
            problems.push(format!("two {what}s have the name `{name}`"));
        }
    }
}

/// Find every mistake in a program's steps.
pub(crate) fn program(spec: &ProgramSpec, problems: &mut Vec<String>) {
    let mut checker = Checker { spec, kinds: BTreeMap::new(), problems };
    if spec.runs == Runs::Console && !spec.steps.is_empty() {
        let text =
            format!("program `{}` is a console and has steps; it may have one or the other", spec.name);
        checker.problems.push(text);
    }
    if spec.peer.is_some() && (spec.runs == Runs::Console || !spec.steps.is_empty()) {
        let text = format!("program `{}` is a peer; it may have no steps and be no console", spec.name);
        checker.problems.push(text);
    }
    if spec.runs == Runs::Python && (!spec.steps.is_empty() || spec.peer.is_some()) {
        let text = format!("program `{}` is Python; it may have no steps and be no peer", spec.name);
        checker.problems.push(text);
    }
    checker.define();
    for step in &spec.steps {
        checker.line(step.line);
        checker.uses(step.line, &step.op);
        if !step.on.is_empty() && !makes_call(&step.op) {
            checker.problem(step.line, "`on` stands at a step that makes no call".into());
        }
        for goto in step.on.values() {
            checker.goto(step.line, *goto);
        }
    }
}

struct Checker<'a> {
    spec: &'a ProgramSpec,
    kinds: BTreeMap<&'a str, Kind>,
    problems: &'a mut Vec<String>,
}

impl<'a> Checker<'a> {
    fn problem(&mut self, line: u32, text: String) {
        self.problems.push(format!("program `{}`, line {line}: {text}", self.spec.name));
    }

    /// Which variables get a value, and of what kind.
    fn define(&mut self) {
        let spec = self.spec;
        for step in &spec.steps {
            let (name, kind) = match &step.op {
                Op::Data { name, .. } | Op::Text { name, .. } | Op::Received { name } => {
                    (name, Kind::Outgoing)
                }
                Op::Empty { name } => (name, Kind::Collected),
                Op::Set { name, .. }
                | Op::Ask { into: name, .. }
                | Op::Send { count: name, .. }
                | Op::Write { count: name, .. } => (name, Kind::Number),
                _ => continue,
            };
            if self.kinds.insert(name, kind).is_some_and(|before| before != kind) {
                self.problem(step.line, format!("`{name}` holds values of two kinds"));
            }
        }
    }

    fn line(&mut self, line: u32) {
        let lines = self.spec.source.lines().count();
        if line == 0 || line as usize > lines {
            self.problem(line, format!("there is no such line: the text has {lines}"));
        }
    }

    fn goto(&mut self, line: u32, goto: u32) {
        if !self.spec.steps.iter().any(|s| s.line == goto) {
            self.problem(line, format!("goes to line {goto}, which has no step"));
        }
    }

    fn has(&mut self, line: u32, name: &'a str, kind: Kind) {
        if self.kinds.get(name) != Some(&kind) {
            self.problem(line, format!("there is no variable `{name}` made by {}", kind.made_by()));
        }
    }

    fn uses(&mut self, line: u32, op: &'a Op) {
        match op {
            Op::Data { len, .. } if *len > MAX_DATA => {
                self.problem(line, format!("`len` is {len}; it may be up to {MAX_DATA} bytes"));
            }
            Op::Add { to, from } => {
                self.has(line, to, Kind::Number);
                self.has(line, from, Kind::Number);
            }
            Op::Text { bytes, .. } if bytes.len() > MAX_DATA as usize => {
                self.problem(line, format!("`bytes` are {}; they may be up to {MAX_DATA}", bytes.len()));
            }
            Op::Send { from, .. } | Op::Write { from, .. } => self.has(line, from, Kind::Outgoing),
            Op::Recv { into, .. } | Op::Read { into, .. } => self.has(line, into, Kind::Collected),
            Op::Received { .. } if !self.spec.steps.iter().any(|step| receives(&step.op)) => {
                self.problem(line, "nothing was received: no step is a `recv` or a `read`".into());
            }
            Op::IfChild { goto } => {
                if !self.spec.steps.iter().any(|step| forks(&step.op)) {
                    self.problem(line, "`if_child` without a step that makes the call `fork`".into());
                }
                self.goto(line, *goto);
            }
            Op::IfAllTaken { name, goto } => {
                self.has(line, name, Kind::Outgoing);
                self.goto(line, *goto);
            }
            Op::IfHas { name, goto, .. } => {
                self.has(line, name, Kind::Collected);
                self.goto(line, *goto);
            }
            Op::IfEnd { goto } | Op::Goto(goto) => self.goto(line, *goto),
            Op::Call(_)
            | Op::Data { .. }
            | Op::Empty { .. }
            | Op::Set { .. }
            | Op::Ask { .. }
            | Op::Text { .. }
            | Op::Received { .. }
            | Op::Exit(_)
            | Op::Sleep { .. }
            | Op::Pass => {}
        }
    }
}

/// Whether a step makes a call that gives bytes.
const fn receives(op: &Op) -> bool {
    matches!(
        op,
        Op::Recv { .. }
            | Op::Read { .. }
            | Op::Call(Call::Recv { .. } | Call::Recvfrom { .. } | Call::Read { .. })
    )
}

/// Whether a step makes a second process.
const fn forks(op: &Op) -> bool {
    matches!(op, Op::Call(Call::Fork) | Op::Ask { call: Call::Fork, .. })
}
