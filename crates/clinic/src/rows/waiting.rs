//! Programs that wait for each other (B15, B16, B22).

use explorer::Broken;
use syscall::{Call, TaskId};

use super::{Place, waits};
use crate::story::Story;

pub(super) fn both_send(story: &Story) -> Option<Place> {
    let sends = |call: &Call| matches!(call, Call::Send { .. } | Call::Write { .. } | Call::Sendto { .. });
    let mut waiting = story.waiting().filter(|(.., call)| sends(call));
    let first = waiting.next()?;
    waiting.next().filter(|_| waits(story)).map(|_| (first.1, first.2))
}

pub(super) fn never_flushed(story: &Story) -> Option<Place> {
    if !waits(story) {
        return None;
    }
    story.waiting().find_map(|(task, program, line, call)| {
        let source = story.source(program).filter(|it| it.has("makefile("))?;
        let receives = matches!(call, Call::Recv { .. } | Call::Read { .. });
        let writes =
            |line: &str| line.contains(".write(") || line.contains("file=") || line.contains(".writelines(");
        let sent =
            story.calls.iter().any(|it| it.task == task && it.sent().is_some_and(|sent| !sent.is_empty()));
        // Of a loop over lines, what is written stands behind.
        let loops = ["for ", "while "].iter().any(|it| source.line(line).starts_with(it));
        let behind = || (line..=line + 10).find(|at| loops && writes(source.line(*at)));
        let line = (1..line).rev().find(|at| writes(source.line(*at))).or_else(behind)?;
        (receives && !sent).then_some((program, line))
    })
}

pub(super) fn nobody_finishes(story: &Story) -> Option<Place> {
    let Broken::Deadlock { circle, .. } = &story.failure.what else { return None };
    let in_recv = |task: &TaskId| {
        story.waiting().any(|(waits, _, _, call)| {
            waits == *task && matches!(call, Call::Recv { .. } | Call::Read { .. })
        })
    };
    let all = circle.len() > 1 && circle.iter().all(in_recv);
    all.then_some((story.failure.program, story.failure.line))
}
