//! Programs that wait for each other (B15, B16, B22).

use explorer::Broken;
use syscall::{Call, TaskId};

use super::{Place, waits};
use crate::story::Story;
use crate::uses::{answers_within, reads_to_end};

/// Each sends to one who sends.
pub(super) fn both_send(story: &Story) -> Option<Place> {
    let Broken::Deadlock { circle, .. } = &story.failure.what else { return None };
    let sends = |call: &Call| matches!(call, Call::Send { .. } | Call::Write { .. } | Call::Sendto { .. });
    let in_send = |task: &TaskId| story.waiting().find(|(waits, .., call)| waits == task && sends(call));
    let first = circle.iter().find_map(in_send)?;
    (circle.len() > 1 && circle.iter().all(|it| in_send(it).is_some())).then_some((first.1, first.2))
}

pub(super) fn never_flushed(story: &Story) -> Option<Place> {
    if !waits(story) {
        return None;
    }
    story.waiting().find_map(|(task, program, line, call)| {
        let source = story.source(program).filter(|it| it.has("makefile("))?;
        let receives = matches!(call, Call::Recv { .. } | Call::Read { .. });
        let writes = |line: &str| {
            let to_file = [".write(", "file=", ".writelines("].iter().any(|it| line.contains(it));
            to_file && !line.contains("sys.std")
        };
        let sent =
            story.calls.iter().any(|it| it.task == task && it.sent().is_some_and(|sent| !sent.is_empty()));
        // Of a loop over lines, what is written stands behind.
        let loops = ["for ", "while "].iter().any(|it| source.line(line).starts_with(it));
        let behind = || (line..=line + 10).find(|at| loops && writes(source.line(*at)));
        let line = (1..line).rev().find(|at| writes(source.line(*at))).or_else(behind)?;
        (receives && !sent).then_some((program, line))
    })
}

/// All in a circle wait to receive, each reads until the other has finished, or one does before it answers.
pub(super) fn nobody_finishes(story: &Story) -> Option<Place> {
    let all = in_circle(story)?;
    let to_end = |(program, line): &Place| story.source(*program).is_some_and(|it| reads_to_end(it, *line));
    if all.iter().all(to_end) {
        return Some((story.failure.program, story.failure.line));
    }
    let reader = reads_before_it_answers(story)?;
    all.into_iter().find(|it| *it != reader)
}

/// Who waits to receive the end of what the other sends, and answers only then, where not all do.
pub(crate) fn reads_before_it_answers(story: &Story) -> Option<Place> {
    let all = in_circle(story)?;
    let source = |place: &Place| story.source(place.0);
    let to_end = |it: &Place| source(it).is_some_and(|source| reads_to_end(source, it.1));
    let silent = |it: &Place| source(it).is_some_and(|source| !answers_within(source, it.1));
    if all.iter().all(to_end) {
        return None;
    }
    all.into_iter().find(|it| to_end(it) && silent(it))
}

/// Where those in the circle wait to receive; none where one of them waits for anything else.
fn in_circle(story: &Story) -> Option<Vec<Place>> {
    let Broken::Deadlock { circle, .. } = &story.failure.what else { return None };
    let in_recv = |task: &TaskId| {
        story.waiting().find_map(|(waits, program, line, call)| {
            let receives = matches!(call, Call::Recv { .. } | Call::Read { .. });
            (waits == *task && receives).then_some((program, line))
        })
    };
    let all: Option<Vec<_>> = circle.iter().map(in_recv).collect();
    all.filter(|it| it.len() > 1)
}
