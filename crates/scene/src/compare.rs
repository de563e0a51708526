//! A run on a real kernel beside its simulated twin: the same calls, two answers, and what must hold of both.

use serde::{Deserialize, Serialize};
use syscall::{Call, Errno, Observed, Outcome, RealSteps, Returned};

use crate::text::{bytes, number};

/// Something that happened in the real run.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::large_enum_variant, reason = "nearly all that happens in a run are calls")]
pub enum Real {
    /// The program made a call.
    Call {
        /// The call.
        call: Call,
        /// Its outcome; none while it waits.
        outcome: Option<Outcome>,
        /// Whether a kernel answered; else the relay did, in its stead.
        by_kernel: bool,
        /// What the kernel held for this end directly after.
        here: Option<Observed>,
        /// What it held for the other end.
        there: Option<Observed>,
        /// Milliseconds from the answer before it to its own; the way to whoever asks is in them.
        ms: u32,
        /// The real calls that were made for it.
        made: RealSteps,
    },
    /// The peer read bytes.
    PeerRead {
        /// How many.
        count: u32,
    },
}

impl Real {
    /// A call that a kernel answered, or has still to answer, of which nothing else is known yet.
    pub fn call(call: Call, outcome: Option<Outcome>) -> Self {
        let (here, there, made) = (None, None, RealSteps::default());
        Self::Call { call, outcome, by_kernel: true, here, there, ms: 0, made }
    }
}

/// A call of the twin and its outcome; none while it waits.
pub type Twin = (Call, Option<Outcome>);

/// How two answers compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Likeness {
    /// One of them is not there yet.
    Open,
    /// They are the same.
    Same,
    /// This is the first that differs.
    First,
    /// They differ behind another difference.
    Later,
}

/// A row of the comparison.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    /// A call.
    Call {
        /// As a transcript shows it.
        call: String,
        /// The twin's answer; empty while there is none.
        simulated: String,
        /// The real answer; empty while there is none.
        real: String,
        /// Whether a kernel answered; else the relay did.
        by_kernel: bool,
        /// How they compare.
        likeness: Likeness,
        /// What the real kernel held directly after: send buffer here, receive buffer there.
        held: Option<(String, String)>,
        /// How long the real answer took, in milliseconds, where that can be seen.
        ms: Option<u32>,
        /// The real calls that were made for it.
        made: RealSteps,
    },
    /// The peer did something.
    Peer(String),
}

/// A shorter time is that of the messages to and fro.
const SEEN_MS: u32 = 20;

/// An answer in a word; none while the call waits.
pub(crate) fn short(outcome: Option<&Outcome>) -> String {
    match outcome {
        None => String::new(),
        Some(Ok(Returned::Selected { read, write, except })) => {
            number((read.len() + write.len() + except.len()) as u64) + " ready"
        }
        Some(Ok(Returned::Accepted { fd, .. })) => fd.to_string(),
        Some(Ok(returned)) => returned.to_string(),
        Some(Err(errno)) => errno.to_string(),
    }
}

/// The same call, addresses aside: each kernel has its own.
fn same_call(a: &Call, b: &Call) -> bool {
    match (a, b) {
        (Call::Connect { fd: a, .. }, Call::Connect { fd: b, .. }) => a == b,
        _ => a == b,
    }
}

/// The same answer; the port of whoever connected is each kernel's own choice.
fn same_outcome(a: &Outcome, b: &Outcome) -> bool {
    match (a, b) {
        (Ok(Returned::Accepted { fd: a, .. }), Ok(Returned::Accepted { fd: b, .. })) => a == b,
        _ => a == b,
    }
}

/// The rows, in the order of the real run.
pub fn compare(real: &[Real], twin: &[Twin]) -> Vec<Line> {
    let mut twin = twin.iter();
    let mut differs = false;
    real.iter()
        .map(|step| match step {
            Real::PeerRead { count } => Line::Peer(format!("The peer reads {}.", bytes((*count).into()))),
            Real::Call { call, outcome, by_kernel, here, there, ms, made } => {
                let other = twin.next();
                let answered = other.and_then(|(_, outcome)| outcome.as_ref());
                let likeness = match (outcome, answered, other) {
                    (Some(a), Some(b), Some((other, _))) if same_outcome(a, b) && same_call(call, other) => {
                        Likeness::Same
                    }
                    (Some(_), Some(_), Some(_)) if differs => Likeness::Later,
                    (Some(_), Some(_), Some(_)) => Likeness::First,
                    _ => Likeness::Open,
                };
                differs |= likeness == Likeness::First;
                let simulated = match other {
                    Some((other, answered)) if !same_call(call, other) => {
                        format!("{other} = {}", short(answered.as_ref()))
                    }
                    _ => short(answered),
                };
                let held = match (here, there) {
                    (Some(here), Some(there)) if here.state.is_some() => {
                        Some((number(here.outq.into()), number(there.inq.into())))
                    }
                    _ => None,
                };
                Line::Call {
                    call: call.to_string(),
                    simulated,
                    real: short(outcome.as_ref()),
                    by_kernel: *by_kernel,
                    likeness,
                    held,
                    ms: Some(*ms).filter(|ms| *ms >= SEEN_MS && outcome.is_some()),
                    made: made.clone(),
                }
            }
        })
        .collect()
}

/// Whether something that must hold does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Holds {
    /// The run has not come so far.
    NotYet,
    /// It does.
    Yes,
    /// It does not.
    No,
}

/// Something that must hold of every partial send, whatever the kernel's numbers are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relation {
    /// What.
    pub says: String,
    /// Whether it does.
    pub holds: Holds,
}

fn relation(says: impl Into<String>, holds: Option<bool>) -> Relation {
    let holds = match holds {
        None => Holds::NotYet,
        Some(true) => Holds::Yes,
        Some(false) => Holds::No,
    };
    Relation { says: says.into(), holds }
}

/// What must hold of a run that offers a large buffer to a peer who does not read, then lets it read.
pub fn relations(real: &[Real]) -> Vec<Relation> {
    let sends = real.iter().enumerate().filter_map(|(at, step)| match step {
        Real::Call { call: Call::Send { data, .. }, outcome: Some(outcome), by_kernel: true, .. } => {
            Some((at, data.len() as u64, outcome))
        }
        _ => None,
    });
    let sends: Vec<_> = sends.collect();
    let count = |outcome: &Outcome| match outcome {
        Ok(Returned::Count(n)) => Some(u64::from(*n)),
        _ => None,
    };
    let read_at = real.iter().position(|step| matches!(step, Real::PeerRead { count } if *count > 0));
    let unread = |at: usize| read_at.is_none_or(|read| at < read);
    let asked = sends.first().map(|(_, asked, _)| *asked);

    let first = sends.first().map(|(_, asked, outcome)| count(outcome).is_some_and(|n| 0 < n && n < *asked));
    let again =
        sends.iter().skip(1).find(|(_, _, outcome)| !matches!(outcome, Ok(Returned::Count(n)) if *n > 0));
    let again = again.map(|(at, _, outcome)| (unread(*at), **outcome == Err(Errno::EAGAIN)));
    let total: u64 = sends.iter().filter(|(at, ..)| unread(*at)).filter_map(|(_, _, o)| count(o)).sum();
    let full = again.is_some_and(|(unread, again)| unread && again);
    let more = read_at.and_then(|read| {
        let mut later =
            sends.iter().filter(|(at, ..)| *at > read).filter_map(|(_, _, outcome)| count(outcome));
        later.any(|n| n > 0).then_some(true)
    });
    vec![
        relation(format!("0 < first count < {}", asked.map_or("what was offered".into(), number)), first),
        relation("then EAGAIN, without a wait", again.map(|(_, again)| again)),
        relation(
            match (full, asked) {
                (true, Some(asked)) => {
                    format!("while nobody reads, a bounded total: {} of {}", number(total), number(asked))
                }
                _ => "while nobody reads, a bounded total".into(),
            },
            full.then_some(asked.is_some_and(|asked| total < asked)),
        ),
        relation("more is taken after the peer has read", more),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use syscall::{Bytes, Fd, MsgFlags};

    fn send(asked: usize, outcome: Outcome) -> Real {
        let call = Call::Send { fd: Fd(3), data: Bytes::from(vec![0; asked]), flags: MsgFlags::default() };
        Real::call(call, Some(outcome))
    }

    fn count(n: u32) -> Outcome {
        Ok(Returned::Count(n))
    }

    fn twin(real: &[Real]) -> Vec<Twin> {
        real.iter()
            .filter_map(|step| match step {
                Real::Call { call, outcome, .. } => Some((call.clone(), outcome.clone())),
                Real::PeerRead { .. } => None,
            })
            .collect()
    }

    fn run() -> Vec<Real> {
        vec![
            send(20_000, count(6144)),
            send(13_856, count(2048)),
            send(11_808, Err(Errno::EAGAIN)),
            Real::PeerRead { count: 4096 },
            send(11_808, count(4096)),
        ]
    }

    fn held(real: &[Real]) -> Vec<Holds> {
        relations(real).into_iter().map(|relation| relation.holds).collect()
    }

    #[test]
    fn the_four_relations_come_to_hold_one_after_the_other() {
        use Holds::{NotYet, Yes};
        let run = run();
        assert_eq!(held(&run[..0]), [NotYet, NotYet, NotYet, NotYet]);
        assert_eq!(held(&run[..1]), [Yes, NotYet, NotYet, NotYet]);
        assert_eq!(held(&run[..3]), [Yes, Yes, Yes, NotYet]);
        assert_eq!(held(&run[..4]), [Yes, Yes, Yes, NotYet]);
        assert_eq!(held(&run), [Yes, Yes, Yes, Yes]);
        assert_eq!(relations(&run)[2].says, "while nobody reads, a bounded total: 8192 of 20,000");
    }

    #[test]
    fn a_kernel_that_takes_everything_at_once_fails_the_first_relation() {
        assert_eq!(held(&[send(20_000, count(20_000))])[0], Holds::No);
        assert_eq!(held(&[send(20_000, count(10)), send(19_990, Err(Errno::EPIPE))])[1], Holds::No);
    }

    #[test]
    fn what_the_relay_answered_counts_for_nothing() {
        let mut call = send(20_000, count(6144));
        if let Real::Call { by_kernel, .. } = &mut call {
            *by_kernel = false;
        }
        assert_eq!(held(&[call])[0], Holds::NotYet);
    }

    #[test]
    fn only_the_first_difference_is_called_the_first() {
        let run = run();
        let mut other = twin(&run);
        other[1].1 = Some(count(4096));
        other[3].1 = None;
        let likeness: Vec<_> = compare(&run, &other)
            .into_iter()
            .filter_map(|line| match line {
                Line::Call { likeness, .. } => Some(likeness),
                Line::Peer(_) => None,
            })
            .collect();
        assert_eq!(likeness, [Likeness::Same, Likeness::First, Likeness::Same, Likeness::Open]);
        other[2].1 = Some(count(1));
        let Line::Call { likeness, real, .. } = &compare(&run, &other)[2] else { panic!("a call") };
        assert_eq!((*likeness, real.as_str()), (Likeness::Later, "EAGAIN"));
    }
}
