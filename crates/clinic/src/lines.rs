//! The same run, line by line.

use syscall::TaskId;
use world::{Act, ChoiceKey, Want, World};

/// Choices of one run at most.
const MOST: usize = 100_000;

/// Turns a run whose turns are calls into one whose turns are lines, as a page steps it: `world` is the same scenario before anything
/// has happened, with turns of lines. Answers what was done there, and how it is then; it ends where the two go apart, which they do only if the
/// programs are others.
pub fn by_lines(mut world: World, way: &[ChoiceKey]) -> (Vec<Act>, World) {
    let mut acts = Vec::new();
    // What runs before the first call of each program.
    let mut task = 0;
    while world.guest(TaskId(task)).is_some() {
        lines(&mut world, TaskId(task), &mut acts);
        task += 1;
    }
    for key in way {
        if acts.len() >= MOST || world.take(*key).is_err() {
            break;
        }
        acts.push(Act::Take(*key));
        // Whoever was woken or went on runs up to its next call at once.
        let mut task = 0;
        while world.guest(TaskId(task)).is_some() {
            lines(&mut world, TaskId(task), &mut acts);
            task += 1;
        }
    }
    (acts, world)
}

fn lines(world: &mut World, task: TaskId, acts: &mut Vec<Act>) {
    while acts.len() < MOST
        && let Some((guest, thread)) = world.guest(task)
        && let Want::Quiet(_) = guest.wants(thread)
        && world.take(ChoiceKey::Run(task)).is_ok()
    {
        acts.push(Act::Take(ChoiceKey::Run(task)));
    }
}
