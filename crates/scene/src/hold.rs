//! What a lesson says must hold of a live run, whatever the kernel's numbers are.

use serde::{Deserialize, Serialize};
use syscall::{Call, Errno, Outcome, Returned};

use crate::compare::{Holds, Real, Relation, relations, short};
use crate::spec::LiveSpec;

/// Something that must hold of a run, as a lesson writes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MustHold {
    /// What, in a few words.
    pub says: String,
    /// The call's name.
    pub call: String,
    /// Which one: the first is 1. 0: one of them, whichever.
    #[serde(default)]
    pub nth: u32,
    /// What it does.
    pub expect: Expect,
}

/// What a call does, or all calls of a name together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expect {
    /// It succeeds.
    Done,
    /// It moves all bytes that were asked for.
    All,
    /// It moves at least one byte and at most what was asked for.
    Some,
    /// It gives no byte: the peer has finished.
    End,
    /// It fails so.
    Fails(Errno),
    /// Its answer reads so: `13`, `EAGAIN`, `ECONNREFUSED`, `0 ready`.
    Says(String),
    /// All calls of that name move this many bytes together.
    Total(u64),
    /// All calls of that name move fewer bytes than this together.
    Under(u64),
}

/// What must hold of this run: what its lesson says, else the four relations of a partial send.
pub fn must_hold(spec: &LiveSpec, real: &[Real]) -> Vec<Relation> {
    if spec.holds.is_empty() {
        return relations(real);
    }
    spec.holds.iter().map(|hold| Relation { says: hold.says.clone(), holds: holds(hold, real) }).collect()
}

/// Whether this holds of this run.
pub fn holds(hold: &MustHold, real: &[Real]) -> Holds {
    let mut calls = real.iter().filter_map(|step| match step {
        Real::Call { call, outcome: Some(outcome), by_kernel: true, .. } if call.name() == hold.call => {
            Some((call, outcome))
        }
        Real::Call { .. } | Real::PeerRead { .. } => None,
    });
    if let Expect::Total(total) | Expect::Under(total) = hold.expect {
        let sum: u64 = calls.filter_map(|(_, outcome)| moved(outcome)).sum();
        let all = matches!(hold.expect, Expect::Total(_));
        return match sum {
            sum if all && sum < total => Holds::NotYet,
            sum if all && sum > total || !all && sum >= total => Holds::No,
            _ => Holds::Yes,
        };
    }
    match hold.nth.checked_sub(1) {
        None if calls.any(|(call, outcome)| is(&hold.expect, call, outcome)) => Holds::Yes,
        None => Holds::NotYet,
        Some(before) => match calls.nth(before as usize) {
            None => Holds::NotYet,
            Some((call, outcome)) if is(&hold.expect, call, outcome) => Holds::Yes,
            Some(_) => Holds::No,
        },
    }
}

fn is(expect: &Expect, call: &Call, outcome: &Outcome) -> bool {
    match expect {
        Expect::Done => outcome.is_ok(),
        Expect::All => moved(outcome).is_some_and(|n| n == asked(call)),
        Expect::Some => moved(outcome).is_some_and(|n| (1..=asked(call)).contains(&n)),
        Expect::End => moved(outcome) == Some(0),
        Expect::Fails(errno) => *outcome == Err(*errno),
        Expect::Says(says) => short(Some(outcome)) == *says,
        Expect::Total(_) | Expect::Under(_) => false,
    }
}

fn asked(call: &Call) -> u64 {
    match call {
        Call::Send { data, .. } => data.len() as u64,
        Call::Recv { len, .. } => u64::from(*len),
        _ => 0,
    }
}

fn moved(outcome: &Outcome) -> Option<u64> {
    match outcome {
        Ok(Returned::Count(n)) => Some(u64::from(*n)),
        Ok(Returned::Data(data)) => Some(data.len() as u64),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use syscall::{Bytes, Fd, MsgFlags};

    fn recv(outcome: Outcome) -> Real {
        let call = Call::Recv { fd: Fd(3), len: 10, flags: MsgFlags::default() };
        Real::call(call, Some(outcome))
    }

    fn bytes(n: usize) -> Real {
        recv(Ok(Returned::Data(Bytes::from(vec![b'x'; n]))))
    }

    fn told(nth: u32, expect: Expect, real: &[Real]) -> Holds {
        holds(&MustHold { says: "so".into(), call: "recv".into(), nth, expect }, real)
    }

    #[test]
    fn a_call_is_judged_once_it_has_ended() {
        let run = [bytes(10), bytes(4), bytes(0)];
        assert_eq!(told(2, Expect::Some, &run[..1]), Holds::NotYet);
        assert_eq!(told(2, Expect::Some, &run), Holds::Yes);
        assert_eq!(told(2, Expect::All, &run), Holds::No);
        assert_eq!(told(1, Expect::All, &run), Holds::Yes);
        assert_eq!(told(3, Expect::Some, &run), Holds::No);
        assert_eq!(told(1, Expect::Fails(Errno::EAGAIN), &[recv(Err(Errno::EAGAIN))]), Holds::Yes);
        assert_eq!(told(2, Expect::Says("4".into()), &run), Holds::Yes);
        assert_eq!(told(1, Expect::Says("4".into()), &run), Holds::No);
    }

    #[test]
    fn one_of_the_calls_may_be_meant_or_all_together() {
        let run = [bytes(10), bytes(4), bytes(0)];
        assert_eq!(told(0, Expect::End, &run[..2]), Holds::NotYet);
        assert_eq!(told(0, Expect::End, &run), Holds::Yes);
        assert_eq!(told(0, Expect::Total(14), &run[..1]), Holds::NotYet);
        assert_eq!(told(0, Expect::Total(14), &run), Holds::Yes);
        assert_eq!(told(0, Expect::Total(13), &run), Holds::No);
        assert_eq!(told(0, Expect::Under(15), &run), Holds::Yes);
        assert_eq!(told(0, Expect::Under(14), &run), Holds::No);
    }
}
