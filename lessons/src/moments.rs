//! Whether the moments that predictions wait for ever come.

use std::collections::BTreeSet;
use std::rc::Rc;

use python::Limits;
use runs::Turns;
use scene::{Command, FigureSpec, MAX_STEPS, Stage, StageSpec};

use crate::Lesson;
use crate::problem::Notes;

/// Runs each figure that asks, with nobody interfering, and notes the predictions that are never asked.
pub(crate) fn check(lesson: &Lesson, notes: &mut Notes<'_>) {
    for figure in lesson.figures() {
        let (FigureSpec::Stage(spec) | FigureSpec::Programs(spec)) = figure else { continue };
        if spec.predictions.is_empty() {
            continue;
        }
        let asked = asked(spec);
        let lines = lesson.asks.iter().filter(|(stage, _)| *stage == spec.id).map(|(_, line)| *line);
        for (place, (prediction, line)) in spec.predictions.iter().zip(lines).enumerate() {
            if !asked.contains(&place) {
                let before = &prediction.before;
                let what = format!(
                    "`{}` comes to no {}. call of `{}` when nobody interferes: this is never asked",
                    before.program, before.nth, before.call
                );
                notes.add(line, what, "Run the program, and ask before a call that it makes");
            }
        }
    }
}

/// The predictions that a figure asks when nobody interferes, by their places.
fn asked(spec: &StageSpec) -> BTreeSet<usize> {
    let mut asked = BTreeSet::new();
    // What cannot be run is told elsewhere.
    let Ok(world) = runs::world(&spec.scenario, Turns::Calls, Limits::default()) else {
        return (0..spec.predictions.len()).collect();
    };
    let mut stage = Stage::with(Rc::new(spec.clone()), world, MAX_STEPS);
    // Each question is passed over once; one that were due again would be due for ever.
    loop {
        stage.handle(Command::ToEnd);
        match stage.view().question {
            Some(question) if asked.insert(question.place) => {
                stage.handle(Command::Show);
            }
            _ => return asked,
        }
    }
}
