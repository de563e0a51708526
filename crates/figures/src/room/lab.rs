//! What a page reads of the lab of its session: the fields that it uses, by the names of crate `protocol`. A test below holds
//! these types against the protocol's own.

use protocol::Answered;
use serde::Deserialize;
use syscall::{CallId, Fd, Observed, Outcome, TaskId};

/// What there is to hear of the lab of a session that is in a room.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum HeardLab {
    /// The lab says this.
    Report(LabReport),
    /// The room is entered, for the first time or again.
    Arrived {
        /// Whether by the session that was there before: then the lab is as it was, and whatever was asked of it without an answer is to
        /// be asked again, under the same number. A fresh session has no lab.
        same: bool,
    },
}

/// From the lab.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LabReport {
    /// The lab is ready, or one is a guest in it.
    Opened {},
    /// A call has ended.
    Completed {
        /// Its number.
        id: CallId,
        /// Its outcome.
        outcome: Outcome,
        /// Who answered.
        by: Answered,
        /// What the kernel held for this end directly after.
        #[serde(default)]
        here: Option<Observed>,
    },
    /// A call of a peer has ended.
    Peer {},
    /// Something that no call tells.
    Happened {},
    /// What a kernel holds for an end.
    Holds {
        /// Whose, where it is a task's of this session.
        #[serde(default)]
        task: Option<TaskId>,
        /// The descriptor.
        fd: Fd,
        /// What it holds now.
        observed: Observed,
    },
    /// A part of a capture.
    Captured {},
    /// Something that nobody asked for.
    Notice {},
    /// A request was refused.
    Refused {
        /// A sentence.
        reason: String,
    },
    /// The lab is gone.
    Closed {
        /// A sentence.
        reason: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::{decode, encode};
    use syscall::{Bytes, Call, Event, HostId, RealSteps, Returned, What};

    #[test]
    fn every_report_of_the_protocol_is_read() {
        use protocol::LabReport as Whole;
        let reason = || String::from("why");
        let here = Some(Observed { inq: 7, ..Observed::default() });
        let (id, outcome, by) = (CallId(3), Ok(Returned::Data(Bytes::from("abc"))), Answered::Kernel);
        let done = Whole::Completed {
            id,
            outcome: outcome.clone(),
            by,
            real: RealSteps::default(),
            here: here.clone(),
            there: None,
            at: 9,
        };
        let call = Call::Accept { fd: Fd(3) };
        let peer = Whole::Peer { peer: 0, call, outcome: Ok(Returned::Done), received: 0, here: None, at: 1 };
        let event = Event::of_host(3, HostId(1), What::HostPower { on: true });
        let (task, observed) = (Some(TaskId(1)), Observed { outq: 5, ..Observed::default() });
        let holds = Whole::Holds { task, peer: None, fd: Fd(4), observed: observed.clone(), at: 2 };
        let all = [
            (Whole::Opened { peers: vec![] }, LabReport::Opened {}),
            (done, LabReport::Completed { id, outcome, by, here }),
            (peer, LabReport::Peer {}),
            (Whole::Happened { event }, LabReport::Happened {}),
            (holds, LabReport::Holds { task, fd: Fd(4), observed }),
            (Whole::Captured { part: Bytes::from("abc"), left: 3 }, LabReport::Captured {}),
            (Whole::Notice { says: reason() }, LabReport::Notice {}),
            (Whole::Refused { reason: reason() }, LabReport::Refused { reason: reason() }),
            (Whole::Closed { reason: reason() }, LabReport::Closed { reason: reason() }),
        ];
        for (whole, read) in all {
            assert_eq!(decode::<LabReport>(&encode(&whole)).expect("a report can be read"), read);
        }
    }
}
