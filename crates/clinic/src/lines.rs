//! The same run, line by line.

use runs::Python;
use syscall::TaskId;
use world::{Act, ChoiceKey, Want, World};

/// Choices of one run at most.
const MOST: usize = 100_000;

/// A run line by line.
pub struct Lines {
    /// What was done.
    pub acts: Vec<Act>,
    /// How many of them come before each choice of the way.
    pub places: Vec<usize>,
    /// How it is then.
    pub world: World,
}

/// Turns a run whose turns are calls ([`runs::Turns::Threads`]) into one whose turns are lines, as a page steps it: `world` is the
/// same scenario before anything has happened, with turns of lines. It ends where
/// the two go apart, which they do only if the programs are others.
pub fn by_lines(mut world: World, way: &[ChoiceKey]) -> Lines {
    let (mut acts, mut places) = (Vec::new(), Vec::new());
    // What runs before the first call of each program.
    for task in 0..world.tasks().0 {
        lines(&mut world, TaskId(task as u32), &mut acts);
    }
    for key in way {
        let before: Vec<bool> =
            (0..world.tasks().0).map(|task| is_quiet(&world, TaskId(task as u32))).collect();
        if acts.len() >= MOST || world.take(*key).is_err() {
            break;
        }
        places.push(acts.len());
        acts.push(Act::Take(*key));
        // Who made the choice, and whoever was woken by it, runs up to its next turn at once: a new thread first.
        for task in (before.len()..world.tasks().0).chain(0..before.len()) {
            let task = TaskId(task as u32);
            let ran =
                *key == ChoiceKey::Run(task) || !before.get(task.0 as usize).is_some_and(|quiet| *quiet);
            if ran {
                lines(&mut world, task, &mut acts);
            }
        }
    }
    Lines { acts, places, world }
}

fn is_quiet(world: &World, task: TaskId) -> bool {
    world.guest(task).is_some_and(|(guest, thread)| matches!(guest.wants(thread), Want::Quiet(_)))
}

fn lines(world: &mut World, task: TaskId, acts: &mut Vec<Act>) {
    let turn = |world: &World| {
        let guest = world
            .guest(task)
            .and_then(|(guest, thread)| Some((guest.as_any()?.downcast_ref::<Python>()?, thread)));
        guest.is_some_and(|(python, thread)| python.is_turn_of_threads(thread))
    };
    while acts.len() < MOST && is_quiet(world, task) && !turn(world) {
        let before = world.tasks().0;
        if world.take(ChoiceKey::Run(task)).is_err() {
            return;
        }
        acts.push(Act::Take(ChoiceKey::Run(task)));
        // A thread that has begun runs up to its first turn before the one that began it goes on.
        for new in before..world.tasks().0 {
            lines(world, TaskId(new as u32), acts);
        }
    }
}
