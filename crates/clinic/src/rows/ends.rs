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
    let line = story.source(last.program)?.near(last.line, 12, |line, _| asks(line))?;
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
            // Of what was refused before the search began nobody knows who had the address.
            let bound = refused(story)?;
            let Call::Bind { address, .. } = &bound.call else { return None };
            // Another program that listens there has it by right.
            let mut open = story.view.hosts.iter().flat_map(|host| &host.sockets);
            let another = open.any(|it| it.backlog.is_some() && it.local.as_ref() == Some(address));
            (!another).then_some((bound.program, bound.line))
        }
        _ => None,
    }
}

/// The `bind` that was refused last.
fn refused(story: &Story) -> Option<&Done> {
    story.calls.iter().rev().find(|it| matches!(it.call, Call::Bind { .. }) && it.outcome.is_err())
}

/// The `bind` of a socket that a program has never closed, where it asked in vain for the same address again.
pub(crate) fn still_bound(story: &Story) -> Option<&Done> {
    let refused = refused(story)?;
    let Call::Bind { address: wanted, .. } = &refused.call else { return None };
    story.calls.iter().enumerate().find_map(|(place, it)| {
        let Call::Bind { fd, address } = &it.call else { return None };
        let closes = |later: &Done| later.program == it.program && later.call == Call::Close { fd: *fd };
        let open = it.outcome.is_ok() && !story.calls[place + 1..].iter().any(closes);
        (open && it.program == refused.program && address == wanted).then_some(it)
    })
}
