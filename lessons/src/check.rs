//! Checks of a figure: its listing and its steps must say the same, and its questions must ask about something.

use std::collections::BTreeSet;

use python::Limits;
use runs::Turns;
use scene::Prediction;
use syscall::Call;
use toml::de::{DeTable, DeValue};
use world::{Op, ProgramSpec, Runs, Scenario};

use crate::problem::{Notes, newlines};

/// The text of a block, for finding the line of a thing in it.
pub(crate) struct Source<'t> {
    /// The block's text.
    pub(crate) text: &'t str,
    /// The line of the file that it begins at.
    pub(crate) first: u32,
    /// The keys of the table that the figure stands in.
    pub(crate) at: &'t [&'t str],
}

impl Source<'_> {
    /// The line of the value at `path`, or of the nearest one above it that is there.
    fn line_of(&self, path: &[&dyn AsKey]) -> u32 {
        let Ok(table) = DeTable::parse(self.text) else { return self.first };
        let root = DeValue::Table(table.into_inner());
        let (mut value, mut start) = (&root, 0);
        let above = self.at.iter().map(|key| key as &dyn AsKey);
        for key in above.chain(path.iter().copied()) {
            let Some(next) = key.step(value) else { break };
            start = next.0;
            value = next.1;
        }
        self.first + newlines(&self.text[..start.min(self.text.len())])
    }
}

/// A key of a table or a place in a list.
trait AsKey {
    fn step<'v>(&self, value: &'v DeValue<'v>) -> Option<(usize, &'v DeValue<'v>)>;
}

impl AsKey for &str {
    fn step<'v>(&self, value: &'v DeValue<'v>) -> Option<(usize, &'v DeValue<'v>)> {
        value.get(*self).map(|v| (v.span().start, v.get_ref()))
    }
}

impl AsKey for usize {
    fn step<'v>(&self, value: &'v DeValue<'v>) -> Option<(usize, &'v DeValue<'v>)> {
        value.get(*self).map(|v| (v.span().start, v.get_ref()))
    }
}

/// The name of the call that a step makes.
pub(crate) fn call_name(op: &Op) -> Option<&'static str> {
    match op {
        Op::Call(call) | Op::Ask { call, .. } => Some(call.name()),
        Op::Send { .. } => Some("send"),
        Op::Recv { .. } => Some("recv"),
        Op::Write { .. } => Some("write"),
        Op::Read { .. } => Some("read"),
        Op::Sleep { .. } => Some("select"),
        Op::Data { .. }
        | Op::Empty { .. }
        | Op::Set { .. }
        | Op::Add { .. }
        | Op::IfAllTaken { .. }
        | Op::IfHas { .. }
        | Op::IfEnd { .. }
        | Op::IfChild { .. }
        | Op::Text { .. }
        | Op::Received { .. }
        | Op::Goto(_)
        | Op::Exit(_)
        | Op::Pass => None,
    }
}

/// What a step's line of Python must mention: one of these words.
fn words(op: &Op) -> Vec<&str> {
    match op {
        Op::Call(Call::SetBlocking { .. }) | Op::Ask { call: Call::SetBlocking { .. }, .. } => {
            vec!["setblocking", "settimeout"]
        }
        Op::Sleep { .. } => vec!["sleep"],
        Op::Call(_)
        | Op::Ask { .. }
        | Op::Send { .. }
        | Op::Recv { .. }
        | Op::Write { .. }
        | Op::Read { .. } => call_name(op).into_iter().collect(),
        Op::Exit(_) => vec!["exit"],
        Op::Data { name, .. }
        | Op::Text { name, .. }
        | Op::Received { name }
        | Op::Empty { name }
        | Op::Set { name, .. }
        | Op::IfAllTaken { name, .. }
        | Op::IfHas { name, .. } => {
            vec![name]
        }
        Op::Add { to, .. } => vec![to],
        Op::IfEnd { .. } | Op::IfChild { .. } | Op::Goto(_) | Op::Pass => vec![],
    }
}

fn targets(op: &Op) -> Option<u32> {
    match op {
        Op::IfAllTaken { goto, .. }
        | Op::IfHas { goto, .. }
        | Op::IfEnd { goto }
        | Op::IfChild { goto }
        | Op::Goto(goto) => Some(*goto),
        Op::Call(_)
        | Op::Ask { .. }
        | Op::Text { .. }
        | Op::Received { .. }
        | Op::Write { .. }
        | Op::Read { .. }
        | Op::Exit(_)
        | Op::Data { .. }
        | Op::Empty { .. }
        | Op::Set { .. }
        | Op::Add { .. }
        | Op::Send { .. }
        | Op::Recv { .. }
        | Op::Sleep { .. }
        | Op::Pass => None,
    }
}

/// Checks the scenario at `scenario` in a figure's block.
pub(crate) fn scenario(source: &Source<'_>, scenario: &Scenario, notes: &mut Notes<'_>) {
    let before = notes.problems.len();
    let mut names = BTreeSet::new();
    for (p, program) in scenario.programs.iter().enumerate() {
        let line = source.line_of(&[&"scenario", &"programs", &p, &"name"]);
        if !names.insert(&program.name) {
            notes.add(line, format!("a second program `{}`", program.name), "Give each program its own name");
        }
        steps(source, p, program, notes);
    }
    if notes.problems.len() == before
        && let Err(error) = runs::world(scenario, Turns::Calls, Limits::default())
    {
        for problem in error.problems {
            notes.add(
                source.line_of(&[&"scenario"]),
                problem,
                "Mend the scenario; lessons/README.md has its form",
            );
        }
    }
}

/// Checks program `p` of a block of programs: it is Python that is edited, or one that acts by itself.
pub(crate) fn python(source: &Source<'_>, p: usize, program: &ProgramSpec, notes: &mut Notes<'_>) {
    let at = |key: &'static str| source.line_of(&[&"scenario", &"programs", &p, &key]);
    if program.runs != Runs::Python {
        let what = format!("the program `{}` is not Python", program.name);
        notes.add(at("name"), what, "Write runs = \"python\", or make the figure a ```figure");
    }
    if program.source.trim().is_empty() {
        notes.add(at("source"), format!("the program `{}` has no text", program.name), "Write its source");
    }
    let simple = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    if !program.file.ends_with(".py") || !program.file.chars().all(simple) {
        let what = format!("`{}` is no name of a file of Python", program.file);
        notes.add(at("file"), what, "Write letters, digits, _ and -, and .py behind them");
    }
}

fn steps(source: &Source<'_>, p: usize, program: &ProgramSpec, notes: &mut Notes<'_>) {
    let listing: Vec<&str> = program.source.lines().collect();
    let reached: BTreeSet<u32> = program.steps.iter().map(|s| s.line).collect();
    for (s, step) in program.steps.iter().enumerate() {
        let line = source.line_of(&[&"scenario", &"programs", &p, &"steps", &s]);
        let file = &program.file;
        let Some(text) = (step.line as usize).checked_sub(1).and_then(|l| listing.get(l)) else {
            let how = format!("{file} has lines 1 to {}", listing.len());
            notes.add(line, format!("a step at line {} of {file}, which is not there", step.line), how);
            continue;
        };
        let words = words(&step.op);
        if !words.is_empty() && !words.iter().any(|word| text.contains(word)) {
            notes.add(
                line,
                format!(
                    "line {} of {file} is `{}`, but the step there is `{}`",
                    step.line,
                    text.trim(),
                    words[0]
                ),
                "Give the step the line that does it",
            );
        }
        for goto in step.on.values().copied().chain(targets(&step.op)) {
            if !reached.contains(&goto) {
                notes.add(
                    line,
                    format!("goes on at line {goto} of {file}, where there is no step"),
                    "Name a line that has a step",
                );
            }
        }
    }
}

/// Checks that a question's moment can come.
pub(crate) fn prediction(line: u32, prediction: &Prediction, scenario: &Scenario, notes: &mut Notes<'_>) {
    let Prediction { before, ask, because, .. } = prediction;
    crate::prose::check_inline(ask, "ask", line, notes);
    crate::prose::check_inline(because, "because", line, notes);
    let Some(program) = scenario.programs.iter().find(|p| p.name == before.program) else {
        let names: Vec<_> = scenario.programs.iter().map(|p| p.name.as_str()).collect();
        let what = format!("the stage `{}` has no program `{}`", prediction.stage, before.program);
        notes.add(line, what, format!("Its programs are: {}", names.join(", ")));
        return;
    };
    if program.runs == Runs::Python {
        // What it calls is known once it runs: a test runs it.
        if before.nth == 0 {
            notes.add(line, "the 0th call", "The first is 1");
        }
        return;
    }
    let calls: BTreeSet<_> = program.steps.iter().filter_map(|s| call_name(&s.op)).collect();
    if !calls.contains(before.call.as_str()) || before.nth == 0 {
        notes.add(
            line,
            format!("`{}` never makes its {}. call of `{}`", program.name, before.nth, before.call),
            format!("The first is 1; its calls are: {}", calls.into_iter().collect::<Vec<_>>().join(", ")),
        );
    }
}
