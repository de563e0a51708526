//! What is printed of a run of several programs: each program's lines behind its name.

use std::io::{self, Write as _};

use ::python::Stream;
use clap::ValueEnum;
use runs::{End, Stuck};
use serde_json::{Value, json};
#[cfg(target_os = "linux")]
use syscall::RealStep;
use syscall::{Call, Micros, Outcome};

/// Version of what is printed as JSON.
const VERSION: u32 = 1;
const STUCK: &str = "Deadlock: nothing can happen any more.";

/// How calls are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Form {
    /// A line each, behind the program's name and its line
    Text,
    /// An object each; all else is printed as with --json
    Json,
}

/// What is printed of a run.
pub(super) struct Transcript {
    names: Vec<String>,
    /// What each has written since its last line's end, on both streams.
    begun: Vec<[String; 2]>,
    json: bool,
    /// Whether calls are printed.
    traces: bool,
    /// Whether a program ended with another status than 0.
    failed: bool,
    /// Whether a limit ended one.
    limited: bool,
    /// The sentence for a run in which nothing happens any more.
    stuck: String,
}

impl Transcript {
    /// Of no program yet; `traces`: with every call.
    pub(super) fn new(form: Form, traces: bool) -> Self {
        let (names, begun, json) = (Vec::new(), Vec::new(), form == Form::Json);
        Self { names, begun, json, traces, failed: false, limited: false, stuck: STUCK.into() }
    }

    /// The same, with another sentence for a run in which nothing happens any more.
    #[cfg(target_os = "linux")]
    pub(super) fn stuck_as(mut self, says: String) -> Self {
        self.stuck = says;
        self
    }

    /// The next program has that name: programs are numbered in the order of their start.
    pub(super) fn started(&mut self, name: String) {
        self.names.push(name);
        self.begun.push(Default::default());
    }

    /// Whether a program ended with another status than 0.
    pub(super) const fn failed(&self) -> bool {
        self.failed
    }

    /// Whether a limit ended a program.
    pub(super) const fn was_limited(&self) -> bool {
        self.limited
    }

    /// Whether one object a line is printed.
    #[cfg(target_os = "linux")]
    pub(super) const fn is_json(&self) -> bool {
        self.json
    }

    /// Whether calls are printed.
    #[cfg(target_os = "linux")]
    pub(super) const fn traces(&self) -> bool {
        self.traces
    }

    pub(super) fn wrote(&mut self, process: usize, stream: Stream, text: &str) -> io::Result<()> {
        if self.json {
            let name = if stream == Stream::Stdout { "stdout" } else { "stderr" };
            return object(json!({ "program": self.names[process], name: text }));
        }
        let begun = &mut self.begun[process][usize::from(stream == Stream::Stderr)];
        begun.push_str(text);
        while let Some(end) = begun.find('\n') {
            let line: String = begun.drain(..=end).collect();
            print(&self.names[process], line.trim_end_matches('\n'))?;
        }
        Ok(())
    }

    pub(super) fn forked(&mut self, process: usize, parent: usize) -> io::Result<()> {
        let children =
            self.names.iter().filter(|name| name.starts_with(&format!("{}'s child", self.names[parent])));
        let name = format!("{}'s child {}", self.names[parent], children.count() + 1);
        debug_assert_eq!(process, self.names.len(), "processes are numbered in the order of their start");
        if self.json {
            object(json!({ "program": self.names[parent], "child": name }))?;
        }
        self.started(name);
        Ok(())
    }

    /// A line without an end is told as well: a question before its answer is typed.
    pub(super) fn flush(&mut self, process: usize) -> io::Result<()> {
        for begun in &mut self.begun[process] {
            if !begun.is_empty() {
                print(&self.names[process], &std::mem::take(begun))?;
            }
        }
        Ok(())
    }

    /// A call that a simulated kernel has ended; nothing where calls are not printed.
    pub(super) fn returned(
        &self,
        process: usize,
        line: u32,
        call: &Call,
        outcome: &Outcome,
        at: Micros,
    ) -> io::Result<()> {
        let name = &self.names[process];
        if !self.traces {
            return Ok(());
        }
        if self.json {
            return object(json!({
                "program": name, "line": line, "call": call.to_string(), "outcome": outcome,
                "by": "simulator", "at": at,
            }));
        }
        writeln!(io::stdout().lock(), "{name}:{line} > {}", equation(call, outcome))
    }

    /// A call that has ended, and what was really done for it.
    #[cfg(target_os = "linux")]
    pub(super) fn made(&self, made: &super::real::Made) -> io::Result<()> {
        let super::real::Made { process, line, done, at } = made;
        let name = self.names.get(*process).map_or("", String::as_str);
        if self.json {
            return object(json!({
                "program": name, "line": line, "call": done.call.to_string(), "outcome": done.outcome,
                "by": done.by, "real": done.real.lines(), "at": at,
            }));
        }
        let none = if done.real.is_empty() { "  (no real call)" } else { "" };
        let mut out = io::stdout().lock();
        writeln!(out, "{name}:{line} > {}{none}", equation(&done.call, &done.outcome))?;
        let between = (done.real.between > 0).then(|| format!("... and {} more calls", done.real.between));
        let told = |step: &RealStep| match step {
            RealStep::Made(call) => format!("real {call}"),
            RealStep::Waited { .. } => step.to_string(),
        };
        let steps = done.real.first.iter().map(told).chain(between).chain(done.real.last.iter().map(told));
        steps.into_iter().try_for_each(|step| writeln!(out, "{name}:{line} >     {step}"))
    }

    pub(super) fn exited(&mut self, process: usize, status: i32) -> io::Result<()> {
        self.flush(process)?;
        self.failed |= status != 0;
        let name = &self.names[process];
        if self.json {
            return object(json!({ "program": name, "status": status }));
        }
        if status == 0 { Ok(()) } else { print(name, &format!("(ended with status {status})")) }
    }

    pub(super) fn limited(&mut self, process: usize, limit: &str) -> io::Result<()> {
        self.flush(process)?;
        self.limited = true;
        let name = &self.names[process];
        if self.json {
            return object(json!({ "program": name, "limit": limit }));
        }
        print(name, &format!("({limit})"))
    }

    pub(super) fn over(&mut self, end: &End) -> io::Result<()> {
        for process in 0..self.names.len() {
            self.flush(process)?;
        }
        if self.json {
            let end = match end {
                End::Done => json!("done"),
                End::Idle => json!("idle"),
                End::Deadlock { stuck, circle } => {
                    let waits: Vec<_> = stuck.iter().map(|stuck| self.waits(stuck)).collect();
                    json!({ "deadlock": waits, "circle": self.circle(stuck, circle) })
                }
                End::Crowded(most) => json!({ "crowded": most }),
            };
            return object(json!({ "end": end }));
        }
        let mut out = io::stdout().lock();
        match end {
            End::Done => Ok(()),
            End::Idle => writeln!(out, "The programs that have not ended wait for new connections."),
            End::Deadlock { stuck, circle } => {
                writeln!(out, "{}", self.stuck)?;
                stuck.iter().try_for_each(|stuck| writeln!(out, "  {}", self.waits(stuck)))?;
                let circle = self.circle(stuck, circle);
                let first = circle.first().cloned();
                let names: Vec<_> = circle.into_iter().chain(first).collect();
                if names.is_empty() {
                    return Ok(());
                }
                writeln!(out, "  Each waits for the next: {}.", names.join(" → "))
            }
            End::Crowded(most) => writeln!(out, "Stopped: more than {most} threads and processes."),
        }
    }

    fn waits(&self, stuck: &Stuck) -> String {
        let line = if stuck.line > 0 { format!(", line {}", stuck.line) } else { String::new() };
        format!("{} waits {}{line}", self.who(stuck), stuck.waits)
    }

    fn circle(&self, stuck: &[Stuck], circle: &[usize]) -> Vec<String> {
        circle.iter().filter_map(|place| stuck.get(*place)).map(|stuck| self.who(stuck)).collect()
    }

    /// A program's name, and which of its threads it is.
    fn who(&self, stuck: &Stuck) -> String {
        let name = &self.names[stuck.process];
        if stuck.thread == 0 { name.clone() } else { format!("{name}, thread {}", stuck.thread) }
    }
}

/// As `strace` shows it: `send(3, 5 bytes) = 5`.
fn equation(call: &Call, outcome: &Outcome) -> String {
    match outcome {
        Ok(returned) => format!("{call} = {returned}"),
        Err(errno) => format!("{call} = {errno}"),
    }
}

fn print(name: &str, line: &str) -> io::Result<()> {
    writeln!(io::stdout().lock(), "{name} | {line}")
}

pub(super) fn object(mut object: Value) -> io::Result<()> {
    if let Some(object) = object.as_object_mut() {
        object.insert("v".into(), VERSION.into());
    }
    writeln!(io::stdout().lock(), "{object}")
}
