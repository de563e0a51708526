//! A question to all: each for themselves, talk, each again, revealed.

use protocol::room::{Phase, Question, QuestionId};

use crate::bounds::MOST_CHOICE;
use crate::effect::{Refused, unfit};
use crate::learner::Learner;
use crate::text;

/// The question that is asked. What each said stands with the learner.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) id: QuestionId,
    text: String,
    choices: Vec<String>,
    right: Option<u32>,
    pub(crate) phase: Phase,
    /// Whether the second vote was opened.
    second: bool,
}

impl Asked {
    pub(crate) fn new(
        id: QuestionId,
        text: &str,
        choices: &[String],
        right: Option<u32>,
    ) -> Result<Self, Refused> {
        let text = text::lines("A question", text, protocol::room::MOST_TEXT)?;
        if !(2..=8).contains(&choices.len()) {
            return Err(unfit(format!("A question has two to eight choices; this has {}.", choices.len())));
        }
        let choices: Result<Vec<_>, _> =
            choices.iter().map(|choice| text::lines("A choice", choice, MOST_CHOICE)).collect();
        let choices = choices?;
        if right.is_some_and(|right| right as usize >= choices.len()) {
            return Err(unfit("The right choice is none of the choices."));
        }
        Ok(Self { id, text, choices, right, phase: Phase::First, second: false })
    }

    /// Goes on to a later phase.
    pub(crate) fn go(&mut self, phase: Phase) -> Result<(), Refused> {
        if phase <= self.phase {
            return Err(unfit("A question goes on and never back: ask it again instead."));
        }
        self.phase = phase;
        self.second |= phase == Phase::Second;
        Ok(())
    }

    /// In which vote an answer counts now, if it is one of the choices and a vote is open.
    pub(crate) fn takes(&self, choice: u32) -> Result<Option<usize>, Refused> {
        if choice as usize >= self.choices.len() {
            return Err(unfit("That is none of the choices."));
        }
        Ok(match self.phase {
            Phase::First => Some(0),
            Phase::Second => Some(1),
            Phase::Talk | Phase::Revealed => None,
        })
    }

    /// As it is told: what was said and what is right only to a teacher, or once revealed.
    pub(crate) fn told<'a>(&self, learners: impl Iterator<Item = &'a Learner>, teacher: bool) -> Question {
        let mut counts = [vec![0; self.choices.len()], vec![0; self.choices.len()]];
        for learner in learners {
            for (counts, vote) in counts.iter_mut().zip(learner.votes) {
                if let Some(count) = vote.and_then(|choice| counts.get_mut(choice as usize)) {
                    *count += 1;
                }
            }
        }
        let answered = counts[usize::from(self.second)].iter().sum();
        let open = teacher || self.phase == Phase::Revealed;
        if !open {
            counts = Default::default();
        } else if !self.second {
            counts[1].clear();
        }
        Question {
            id: self.id,
            text: self.text.clone(),
            choices: self.choices.clone(),
            phase: self.phase,
            answered,
            right: self.right.filter(|_| open),
            counts,
        }
    }
}
