//! The end of a connection: how it is told, and who has to close (B5, B7, B17).

use explorer::Broken;
use syscall::{Call, Returned};

use super::Place;
use crate::source::{compares_with_no_text, compares_with_none};
use crate::story::{Done, Story};

/// The last receive of a program answered nothing, and a line near it asks for something else than that.
fn at_the_end(story: &Story, asks: fn(&str) -> bool) -> Option<Place> {
    let ended = |it: &&Done| it.received().is_some_and(|(data, asked)| data.is_empty() && asked > 0);
    let last = match story.failure.what {
        Broken::Spin => {
            story.calls.iter().rev().filter(|it| it.program == story.failure.program).find(ended)?
        }
        Broken::Deadlock { .. } => return None,
        _ => story.calls.iter().rev().find(ended)?,
    };
    let line = story.source(last.program)?.near(last.line, 12, asks)?;
    Some((last.program, line))
}

pub(super) fn waits_for_no_text(story: &Story) -> Option<Place> {
    matches!(story.failure.what, Broken::Spin).then(|| at_the_end(story, compares_with_no_text))?
}

pub(super) fn waits_for_none(story: &Story) -> Option<Place> {
    matches!(story.failure.what, Broken::Spin).then(|| at_the_end(story, compares_with_none))?
}

pub(super) fn never_closed(story: &Story) -> Option<Place> {
    match &story.failure.what {
        Broken::Leak { fd } => {
            let made = |it: &&Done| matches!(it.outcome, Ok(Returned::Accepted { fd: new, .. } | Returned::Fd(new)) if new == *fd);
            let mut own = story.calls.iter().rev().filter(|it| it.program == story.failure.program);
            let line = own.find(made).map_or(story.failure.line, |it| it.line);
            Some((story.failure.program, line))
        }
        Broken::Exit { said, .. } if said.contains("Address already in use") => {
            let bound = story
                .calls
                .iter()
                .rev()
                .find(|it| matches!(it.call, Call::Bind { .. }) && it.outcome.is_err());
            Some(bound.map_or((story.failure.program, story.failure.line), |it| (it.program, it.line)))
        }
        _ => None,
    }
}
