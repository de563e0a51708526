//! Why nothing more happens in a world, and what its threads wait for: read by pages and terminals alike.

use syscall::TaskId;
use world::{Status, View, Want, World};

/// Why nothing more happens by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// This thread reads standard input.
    Reads(TaskId),
    /// Every program has ended.
    Done,
    /// Those that have not ended wait for new connections, and nobody is left who would make one.
    Idle,
    /// Threads wait for what cannot happen.
    Deadlock {
        /// All of them, in the order of the tasks.
        stuck: Vec<TaskId>,
        /// Those of them that wait each for the next, the last for the first; none where there is no such circle.
        circle: Vec<TaskId>,
    },
}

/// How the run has ended, if it has.
pub fn ending(world: &World) -> Option<Ending> {
    let end = world.end()?;
    if let Some(task) = world.asks() {
        return Some(Ending::Reads(task));
    }
    let view = world.view();
    let lives = |status: &Status| matches!(status, Status::Ready | Status::Waits);
    Some(match end {
        world::End::Idle if view.programs.iter().any(|it| lives(&it.status)) => Ending::Idle,
        world::End::Idle => Ending::Done,
        world::End::Deadlock => {
            let stuck = view.programs.iter().filter(|it| it.status == Status::Waits);
            Ending::Deadlock { stuck: stuck.map(|it| it.task).collect(), circle: view.circle() }
        }
    })
}

/// What a thread that cannot go on waits for, as a phrase behind "waits": `in recv(4, 100)`.
pub fn waits(world: &World, view: &View, task: TaskId) -> String {
    let wants = world.guest(task).map_or(Want::Nothing, |(guest, thread)| guest.wants(thread));
    match wants {
        Want::Call { call, .. } => format!("in {call}"),
        Want::Input => "for a line of input".into(),
        Want::Sibling(_) => {
            let on = view.waits.iter().find(|wait| wait.task == task).and_then(|wait| wait.on.first());
            let other = on.and_then(|on| view.programs.iter().find(|it| it.task == *on));
            other.map_or_else(|| "for another thread".into(), |other| format!("for {}", other.name))
        }
        Want::Line(_)
        | Want::Quiet(_)
        | Want::Wrote { .. }
        | Want::Thread(_)
        | Want::Exit(_)
        | Want::Nothing => "for its turn".into(),
    }
}
