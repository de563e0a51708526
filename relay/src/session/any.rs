//! Anything that a client and a lab may say, in any order: a session's books stay right.

use std::collections::BTreeSet;

use proptest::prelude::*;
use protocol::{FromClient, FromRelay, LabReport, LabRequest};
use syscall::{Call, CallId, Errno, TaskId};

use super::{Asked, Kept, Session};

const MOST_KEPT: usize = 600 + 8 * Kept::BOOKS;
const MOST_UNSENT: usize = 500 + 6 * Kept::BOOKS;

/// One thing that happens to a session.
#[derive(Clone, Debug)]
enum Act {
    Receive(FromClient),
    /// The lab answers one of the calls that it has been given.
    Answer(prop::sample::Index),
    Report(LabReport),
    Send,
    Trim,
    Resume(u64),
}

fn act() -> impl Strategy<Value = Act> {
    let number = prop_oneof![8 => 0..30_u64, 1 => any::<u64>()];
    let submit = number.clone().prop_map(|id| LabRequest::Submit {
        id: CallId(id),
        task: TaskId(0),
        call: Call::Gethostname,
    });
    let request = prop_oneof![
        6 => submit,
        1 => Just(LabRequest::Open { lab: protocol::LabSpec::with(protocol::PeerSpec::named("echo")) }),
        1 => Just(LabRequest::Close),
        1 => Just(LabRequest::Visit { share: protocol::Share::Pair }),
        1 => number.clone().prop_map(|id| LabRequest::Cancel { id: CallId(id) }),
    ];
    let said = (0..300_usize).prop_map(|len| "x".repeat(len));
    let report = prop_oneof![
        4 => said.clone().prop_map(|reason| LabReport::Refused { reason }),
        1 => said.prop_map(|reason| LabReport::Closed { reason }),
    ];
    prop_oneof![
        6 => request.prop_map(|request| Act::Receive(FromClient::Lab(request))),
        2 => number.clone().prop_map(|through| Act::Receive(FromClient::Ack { through })),
        4 => any::<prop::sample::Index>().prop_map(Act::Answer),
        2 => report.prop_map(Act::Report),
        5 => Just(Act::Send),
        1 => Just(Act::Trim),
        2 => number.prop_map(Act::Resume),
    ]
}

/// What must be true between any two things that happen.
fn check(session: &Session) {
    let bytes = |from: u64| -> usize {
        session.kept.iter().filter(|kept| kept.seq > from).map(|kept| kept.message.len() + Kept::BOOKS).sum()
    };
    assert_eq!(session.kept_bytes, bytes(0));
    assert_eq!(session.unsent_bytes, bytes(session.sent));
    assert!(session.kept.iter().zip(session.kept.iter().skip(1)).all(|(a, b)| a.seq + 1 == b.seq));
    assert!(session.kept.back().is_none_or(|last| last.seq + 1 == session.next_seq));
    assert!(session.sent.max(session.reached) < session.next_seq);
}

fn run(acts: Vec<Act>) {
    let mut session = Session::new("name".into(), "key".into(), MOST_KEPT, MOST_UNSENT);
    // The calls that the lab has been given, ever and still.
    let (mut given, mut open) = (BTreeSet::new(), Vec::new());
    for act in acts {
        match act {
            Act::Receive(message) => match session.receive(message) {
                Ok(Some(Asked::Lab(LabRequest::Submit { id, .. }))) => {
                    assert!(given.insert(id), "call {id} is made twice");
                    open.push(id);
                }
                Ok(Some(Asked::Lab(
                    LabRequest::Open { .. } | LabRequest::Visit { .. } | LabRequest::Close,
                ))) => open.clear(),
                Ok(_) | Err(_) => {}
            },
            Act::Answer(which) if !open.is_empty() => {
                let id = open.swap_remove(which.index(open.len()));
                session.report(LabReport::refused_call(id, Errno::ENOSYS, 0));
            }
            Act::Answer(_) => {}
            Act::Report(report) => {
                if let LabReport::Closed { .. } = report {
                    open.clear();
                }
                session.report(report);
            }
            Act::Send => {
                let expected = session.sent + 1;
                if let Some(message) = session.next_unsent() {
                    let message = protocol::decode(&message).expect("a message of ours");
                    let FromRelay::Lab { seq, .. } = message else { panic!("{message:?}") };
                    assert!(seq >= expected, "{seq} after {expected} was sent");
                    assert!(session.kept_bytes - session.unsent_bytes <= MOST_KEPT);
                }
            }
            Act::Trim => {
                session.trim();
                assert!(!session.overflows());
            }
            Act::Resume(last) => {
                if session.resume(last) {
                    assert_eq!(session.sent, last);
                }
            }
        }
        check(&session);
    }
    let waiting: BTreeSet<_> = session.waiting.iter().copied().collect();
    assert_eq!(waiting, open.into_iter().collect(), "who waits is who was not answered");
}

proptest! {
    #[test]
    fn whatever_is_said_in_whatever_order_the_books_are_right_and_no_call_is_made_twice(
        acts in prop::collection::vec(act(), 0..60),
    ) {
        run(acts);
    }
}
