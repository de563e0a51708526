//! Predictions: what a learner may answer, and the simulator as its own judge.

use serde::{Deserialize, Serialize};
use syscall::{Call, Errno, Event, Returned, What};
use world::{ChoiceKey, Status, View, exception};

use crate::spec::{Moment, Prediction};
use crate::text::{Sentence, bytes, number};

/// What a call does, as a learner may say it and as a kernel does it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// It takes, or gives, all that was asked for.
    All,
    /// It takes, or gives, this many bytes, fewer than were asked for.
    Part(u64),
    /// It returns 0.
    Zero,
    /// It succeeds at once; a call that moves no bytes.
    Done,
    /// It fails with this error.
    Fails(Errno),
    /// It waits.
    Waits,
}

/// A question that is due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Its place among the stage's predictions.
    pub place: usize,
    /// The question.
    pub ask: Sentence,
    /// How many bytes the call asks for; 0 for a call that moves none.
    pub asked: u64,
    /// Which way the call moves bytes.
    pub moves: Moves,
    /// The errors on offer.
    pub errors: Vec<Errno>,
    /// The program's choice that makes the call.
    pub key: ChoiceKey,
}

/// Which way a call moves bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Moves {
    /// From the program to its kernel.
    Out,
    /// From the kernel to its program.
    In,
    /// No way: `connect`, `accept`, `select`, ...
    Nothing,
}

impl Question {
    /// The answers on offer, each with its words; [`Answer::Part`] stands for any part.
    pub fn options(&self) -> Vec<(Answer, Sentence)> {
        let n = number(self.asked);
        let (options, waits) = match self.moves {
            Moves::Out => (
                vec![
                    (
                        Answer::All,
                        Sentence::text(if self.asked == 1 {
                            "takes it".into()
                        } else {
                            format!("takes all {n}")
                        }),
                    ),
                    (Answer::Part(0), Sentence::text("takes a part:")),
                    (Answer::Zero, Sentence::text("returns 0")),
                ],
                "waits until there is room",
            ),
            Moves::In => (
                vec![
                    (
                        Answer::All,
                        Sentence::text(if self.asked == 1 {
                            "gives it".into()
                        } else {
                            format!("gives all {n}")
                        }),
                    ),
                    (Answer::Part(0), Sentence::text("gives fewer:")),
                    (Answer::Zero, Sentence::text("gives no byte at all: ").code("b''")),
                ],
                "waits until something arrives",
            ),
            Moves::Nothing => (vec![(Answer::Done, Sentence::text("succeeds at once"))], "waits"),
        };
        let part = |answer: &Answer| matches!(answer, Answer::Part(_));
        let mut options: Vec<_> =
            options.into_iter().filter(|(answer, _)| self.asked > 1 || !part(answer)).collect();
        options.extend(self.errors.iter().map(|&errno| {
            let raises = Sentence::text("raises ").code(exception(errno));
            (Answer::Fails(errno), raises.and(format!(" ({errno})")))
        }));
        options.push((Answer::Waits, Sentence::text(waits)));
        options
    }
}

/// What the learner said beside what the kernel said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// The prediction's place on the stage.
    pub place: usize,
    /// The event that ended the call, or in which it began to wait.
    pub event: u32,
    /// What the learner said; none where the learner asked to be shown.
    pub said: Option<Answer>,
    /// What the kernel did.
    pub did: Answer,
    /// How many bytes the call asked for.
    pub asked: u64,
    /// Why it is so.
    pub because: Sentence,
}

impl Verdict {
    /// Whether both are the same.
    pub fn same(&self) -> bool {
        self.said == Some(self.did)
    }

    /// An answer in a word or a number.
    pub fn short(&self, answer: Answer) -> String {
        match answer {
            Answer::All => number(self.asked),
            Answer::Part(n) => number(n),
            Answer::Zero => "0".into(),
            Answer::Done => "succeeds".into(),
            Answer::Fails(errno) => errno.to_string(),
            Answer::Waits => "waits".into(),
        }
    }

    /// How the two compare, in a sentence; nothing where the learner said nothing.
    pub fn compares(&self) -> Option<String> {
        let said = self.said?;
        if said == self.did {
            return Some("The same.".into());
        }
        let count = |answer| match answer {
            Answer::All => Some(self.asked),
            Answer::Part(n) => Some(n),
            Answer::Zero | Answer::Done | Answer::Fails(_) | Answer::Waits => None,
        };
        Some(match (count(said), count(self.did)) {
            (Some(a), Some(b)) => format!("{} off.", bytes(a.abs_diff(b))),
            (None, Some(_)) => "Bytes did move.".into(),
            // A blocking `send` may have moved a part before it waits.
            (Some(_), None) if self.did == Answer::Waits => "It did not come back at once.".into(),
            (Some(_), None) => "No byte moved.".into(),
            (None, None) => "Another answer.".into(),
        })
    }
}

/// The prediction whose moment this is, if its program is about to make that call.
pub(crate) fn due(
    events: &[Event],
    view: &View,
    predictions: &[Prediction],
    done: &[bool],
) -> Option<Question> {
    let (place, prediction) =
        predictions.iter().enumerate().find(|(place, p)| !done[*place] && is_now(events, view, &p.before))?;
    let program = view.programs.iter().find(|program| program.name == prediction.before.program)?;
    let (asked, moves) = match program.call.as_ref()? {
        Call::Send { data, .. } => (data.len() as u64, Moves::Out),
        Call::Recv { len, .. } => (u64::from(*len), Moves::In),
        _ => (0, Moves::Nothing),
    };
    let errors = match (&prediction.errors[..], moves) {
        ([], Moves::Out | Moves::In) => vec![Errno::EAGAIN],
        (errors, _) => errors.to_vec(),
    };
    let ask = Sentence::inline_markdown(&prediction.ask);
    Some(Question { place, ask, asked, moves, errors, key: ChoiceKey::Run(program.task) })
}

fn is_now(events: &[Event], view: &View, moment: &Moment) -> bool {
    let Some(program) = view.programs.iter().find(|program| program.name == moment.program) else {
        return false;
    };
    let about_to =
        program.status == Status::Ready && program.call.as_ref().is_some_and(|c| c.name() == moment.call);
    about_to && calls_made(events, program.pid, &moment.call).is_some_and(|made| made + 1 == moment.nth)
}

/// How many calls of this name the process has made; none while it is in one, be it awake again or not.
fn calls_made(events: &[Event], pid: syscall::Pid, name: &str) -> Option<u32> {
    let mut made = 0;
    let mut waiting = false;
    for event in events.iter().filter(|event| event.pid == Some(pid)) {
        match &event.what {
            What::Waits { call } if call.name() == name => {
                made += 1;
                waiting = true;
            }
            // The end of a call that waited is not another call.
            What::Returned { call, .. } if call.name() == name => {
                made += u32::from(!std::mem::take(&mut waiting))
            }
            _ => {}
        }
    }
    (!waiting).then_some(made)
}

/// What the program's call did, read from the events of the step that made it. Also the event that tells it.
pub(crate) fn did(new: &[Event], view: &View, question: &Question) -> Option<(Answer, u32)> {
    let ChoiceKey::Run(task) = question.key else { return None };
    let pid = view.programs.iter().find(|program| program.task == task)?.pid;
    new.iter().filter(|event| event.pid == Some(pid)).find_map(|event| {
        let answer = match &event.what {
            What::Waits { .. } => Answer::Waits,
            What::Returned { outcome: Ok(returned), .. } => {
                let moved = count(returned, question.asked);
                if question.moves == Moves::Nothing { Answer::Done } else { moved? }
            }
            What::Returned { outcome: Err(errno), .. } => Answer::Fails(*errno),
            _ => return None,
        };
        Some((answer, event.index))
    })
}

fn count(returned: &Returned, asked: u64) -> Option<Answer> {
    let n = match returned {
        Returned::Count(n) => u64::from(*n),
        Returned::Data(data) => data.len() as u64,
        _ => return None,
    };
    Some(match n {
        0 if asked > 0 => Answer::Zero,
        n if n >= asked => Answer::All,
        n => Answer::Part(n),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(said: Option<Answer>, did: Answer) -> Verdict {
        Verdict { place: 0, event: 9, said, did, asked: 20_000, because: Sentence::default() }
    }

    #[test]
    fn a_wrong_count_is_told_by_how_many_bytes_it_is_off() {
        let off = verdict(Some(Answer::All), Answer::Part(5792));
        assert_eq!(off.compares().as_deref(), Some("14,208 bytes off."));
        assert!(!off.same());
        assert_eq!((off.short(Answer::All), off.short(off.did)), ("20,000".into(), "5792".into()));
    }

    #[test]
    fn the_same_answer_is_the_same_and_no_answer_is_not_compared() {
        assert!(verdict(Some(Answer::Part(5792)), Answer::Part(5792)).same());
        assert_eq!(verdict(None, Answer::Waits).compares(), None);
        let again = Answer::Fails(Errno::EAGAIN);
        assert_eq!(verdict(Some(Answer::Waits), again).compares().as_deref(), Some("Another answer."));
        assert_eq!(verdict(Some(Answer::All), again).compares().as_deref(), Some("No byte moved."));
    }

    #[test]
    fn of_a_call_that_waits_nobody_says_that_no_byte_moved() {
        let waits = verdict(Some(Answer::All), Answer::Waits);
        assert_eq!(waits.compares().as_deref(), Some("It did not come back at once."));
    }
}
