//! What is printed of a run of several programs: each program's lines behind its name.

use std::io::{self, Write as _};

use ::python::Stream;
use runs::{End, Stuck};
use serde_json::{Value, json};
#[cfg(target_os = "linux")]
use syscall::RealStep;

/// Version of what is printed as JSON.
const VERSION: u32 = 1;
const STUCK: &str = "Deadlock: nothing can happen any more.";

/// What is printed of a run.
pub(super) struct Transcript {
    names: Vec<String>,
    /// What each has written since its last line's end, on both streams.
    begun: Vec<[String; 2]>,
    json: bool,
    /// Whether a program ended with another status than 0.
    failed: bool,
    /// The sentence for a run in which nothing happens any more.
    stuck: String,
}

impl Transcript {
    /// Of no program yet; `json`: one object a line.
    pub(super) fn new(json: bool) -> Self {
        Self { names: Vec::new(), begun: Vec::new(), json, failed: false, stuck: STUCK.into() }
    }

    /// The same, with another sentence for a run in which nothing happens any more.
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

    /// A line without an end is told as well.
    fn flush(&mut self, process: usize) -> io::Result<()> {
        for begun in &mut self.begun[process] {
            if !begun.is_empty() {
                print(&self.names[process], &std::mem::take(begun))?;
            }
        }
        Ok(())
    }

    /// A call that has ended, and what was really done for it.
    #[cfg(target_os = "linux")]
    pub(super) fn made(&self, made: &super::real::Made) -> io::Result<()> {
        let super::real::Made { process, line, done, at } = made;
        let name = self.names.get(*process).map_or("", String::as_str);
        let call = done.call.to_string();
        if self.json {
            return object(json!({
                "program": name, "line": line, "call": call, "outcome": done.outcome, "by": done.by,
                "real": done.real.lines(), "at": at,
            }));
        }
        let outcome = match &done.outcome {
            Ok(returned) => returned.to_string(),
            Err(errno) => errno.to_string(),
        };
        let none = if done.real.is_empty() { "  (no real call)" } else { "" };
        let mut out = io::stdout().lock();
        writeln!(out, "{name}:{line} > {call} = {outcome}{none}")?;
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
        let waits = |stuck: &Stuck| {
            format!("{} waits {}, line {}", self.names[stuck.process], stuck.waits, stuck.line)
        };
        if self.json {
            let end = match end {
                End::Done => json!("done"),
                End::Idle => json!("idle"),
                End::Deadlock(stuck) => json!({ "deadlock": stuck.iter().map(waits).collect::<Vec<_>>() }),
            };
            return object(json!({ "end": end }));
        }
        let mut out = io::stdout().lock();
        match end {
            End::Done => Ok(()),
            End::Idle => writeln!(out, "The programs that have not ended wait for new connections."),
            End::Deadlock(stuck) => {
                writeln!(out, "{}", self.stuck)?;
                stuck.iter().try_for_each(|stuck| writeln!(out, "  {}", waits(stuck)))
            }
        }
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
