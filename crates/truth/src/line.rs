//! What a script is made of: lines, each a call of one task or something that happens.

use std::fmt;

use syscall::{Bytes, Call, Fd, Micros};

use crate::Expect;

/// A task of a script: a process of its own, named by a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(pub char);

/// One line.
#[derive(Clone, Debug, PartialEq)]
pub enum Line {
    /// `A: send(3, 100 bytes) -> 100`: a task does something and this is what comes of it.
    Do {
        /// Who.
        task: Name,
        /// What.
        op: Op,
        /// What must come of it.
        expect: Option<Expect>,
    },
    /// `A -> 100`: what a task waited for comes to this end.
    Ends {
        /// Who.
        task: Name,
        /// What must come of it.
        expect: Expect,
    },
    /// `pass 50 ms`: time passes.
    Pass(Micros),
    /// `signal A`: a signal that is caught interrupts what the task waits in.
    Signal(Name),
    /// `kill A`: SIGKILL; its kernel closes what it had open.
    Kill(Name),
    /// `repeat 3 { ...; ... }`.
    Repeat(u32, Vec<Line>),
    /// `# ...`.
    Note(String),
}

/// What a task does in one line.
#[derive(Clone, Debug, PartialEq)]
pub enum Op {
    /// One call.
    Call(Call),
    /// `sends(3, 8000000 bytes)`: non-blocking sends of so many bytes each until one fails; answers the counts.
    Sends(Fd, Bytes),
    /// `recvs(3, 4096)`: non-blocking receives until one fails or gives nothing; answers the counts.
    Recvs(Fd, u32),
    /// `state(3)`: the state that TCP_INFO tells.
    State(Fd),
    /// `reads_until_writable(4, 256, A 3)`: receives of so many bytes until another task's descriptor polls OUT;
    /// answers how many bytes that took.
    ReadsUntilWritable(Fd, u32, Name, Fd),
    /// `sigpipe_default()`: from now on this process dies of SIGPIPE. Before that it ignores it, as Python does.
    SigpipeDefault,
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call(Call::Send { fd, data, flags }) if data.len() < 32 && flags.is_empty() => {
                write!(f, "send({fd}, {:?})", text(data))
            }
            Self::Call(call) => call.fmt(f),
            Self::Sends(fd, data) => write!(f, "sends({fd}, {} bytes)", data.len()),
            Self::Recvs(fd, len) => write!(f, "recvs({fd}, {len})"),
            Self::State(fd) => write!(f, "state({fd})"),
            Self::ReadsUntilWritable(fd, len, task, other) => {
                write!(f, "reads_until_writable({fd}, {len}, {task} {other})")
            }
            Self::SigpipeDefault => f.write_str("sigpipe_default()"),
        }
    }
}

fn text(data: &[u8]) -> String {
    String::from_utf8_lossy(data).into_owned()
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Do { task, op, expect: Some(expect) } => write!(f, "{task}: {op} -> {expect}"),
            Self::Do { task, op, expect: None } => write!(f, "{task}: {op}"),
            Self::Ends { task, expect } => write!(f, "{task} -> {expect}"),
            Self::Pass(us) => write!(f, "pass {} ms", *us as f64 / 1000.0),
            Self::Signal(task) => write!(f, "signal {task}"),
            Self::Kill(task) => write!(f, "kill {task}"),
            Self::Repeat(times, lines) => {
                let lines: Vec<_> = lines.iter().map(Self::to_string).collect();
                write!(f, "repeat {times} {{ {} }}", lines.join("; "))
            }
            Self::Note(text) => write!(f, "# {text}"),
        }
    }
}
