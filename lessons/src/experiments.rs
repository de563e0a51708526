//! The experiments: pages of one question each, which a run on a real kernel answers.

use scene::FigureSpec;

use crate::lesson::{Block, Lesson};
use crate::problem::{Notes, Problem};
use crate::read;

/// What an experiment's front matter names as its part.
pub const PART: &str = "experiments";

#[derive(rust_embed::RustEmbed)]
#[folder = "experiments"]
struct Files;

/// Every experiment in order, and every mistake in them.
pub(crate) fn read_all() -> (Vec<Lesson>, Vec<Problem>) {
    let (mut experiments, mut problems) = (Vec::new(), Vec::new());
    for name in Files::iter() {
        let (Some(slug), Some(file)) = (name.strip_suffix(".md"), Files::get(&name)) else { continue };
        let text = String::from_utf8_lossy(&file.data);
        let (experiment, found) = read(&format!("lessons/experiments/{name}"), slug, &text);
        let mut notes = Notes::new(&experiment.file);
        check(&experiment, &mut notes);
        problems.extend(found.into_iter().chain(notes.problems));
        experiments.push(experiment);
    }
    experiments.sort_by_key(|e| (e.front.order, e.slug.clone()));
    for (place, experiment) in (1..).zip(&experiments) {
        if experiment.front.order != place {
            let mut notes = Notes::new(&experiment.file);
            let what = format!("its order is {}, and it is number {place}", experiment.front.order);
            notes.add(1, what, "Number the experiments from 1, without a gap");
            problems.extend(notes.problems);
        }
    }
    (experiments, problems)
}

/// An experiment asks one question, which its live run answers, and says what came of it once.
fn check(experiment: &Lesson, notes: &mut Notes<'_>) {
    if experiment.front.part != PART {
        notes.add(1, "the part is another", format!("Write part = \"{PART}\""));
    }
    if !matches!(experiment.figures()[..], [FigureSpec::Live(live)] if live.guess.is_some()) {
        notes.add(1, "not one figure with a guess", "Write one ```live block with a [guess]");
    }
    let measured = measured(&experiment.blocks);
    if measured != 1 {
        notes.add(1, format!("{measured} tables of what was measured"), "Write one ```measured block");
    }
}

fn measured(blocks: &[Block]) -> usize {
    let count = |block: &Block| match block {
        Block::Measured(_) => 1,
        Block::After { blocks, .. }
        | Block::Side { blocks, .. }
        | Block::Hint { blocks }
        | Block::Part { blocks, .. } => measured(blocks),
        Block::Prose(_)
        | Block::Figure(_)
        | Block::Truth(_)
        | Block::Mistake(_)
        | Block::Repair(_)
        | Block::Fails(_)
        | Block::Term(_) => 0,
    };
    blocks.iter().map(count).sum()
}
