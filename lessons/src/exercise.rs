//! An exercise as it is read from its folder: the task, the ladder of hints, the solution in parts, and what is judged.

use std::collections::BTreeMap;

use exercises::Round;
use python::{Program, Unfit};
use scene::judge::{Judged, Met};
use scene::{FigureSpec, StageSpec};
use serde::Deserialize;
use world::Scenario;

use crate::coverage::is_row;
use crate::lesson::{Block, Lesson};
use crate::problem::{Notes, Problem, newlines};
use crate::prose::check_inline;
use crate::read::{Body, body};
use crate::{front, marks};

/// The file with the task.
pub(crate) const TEXT: &str = "exercise.md";
/// The file with the text to begin with.
const STARTER: &str = "starter.py";
/// The file with a program that passes.
const SOLUTION: &str = "solution.py";
const FORM: &str = "lessons/README.md has the form of an exercise";
/// Most unusual choices in a schedule, and states of a round, unless the exercise says so.
const UNUSUAL: u32 = 2;
const STATES: u64 = 200_000;

/// An exercise.
#[derive(Clone, Debug, PartialEq)]
pub struct Exercise {
    /// What is judged; its name is the exercise's in addresses.
    pub judged: exercises::Exercise,
    /// Its title, in Markdown without blocks.
    pub title: String,
    /// Its opening sentences, in Markdown without blocks.
    pub lede: String,
    /// One plain sentence for search results and lists.
    pub about: String,
    /// Its place among the exercises, from 1.
    pub order: u32,
    /// About how long it takes, in minutes.
    pub minutes: u32,
    /// Rows of the curriculum that it is about.
    pub rows: Vec<String>,
    /// The lessons that go before it.
    pub lessons: Vec<String>,
    /// The task.
    pub task: Vec<Block>,
    /// The ladder of hints: from a question to nearly the text.
    pub hints: Vec<Vec<Block>>,
    /// The solution in parts: what each does, and its listing with a reason.
    pub parts: Vec<(String, Vec<Block>)>,
    /// The whole solution.
    pub solution: String,
    /// Its text as a lesson's: for the check of its links.
    pub(crate) text: Lesson,
}

/// What an exercise says about itself.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Front {
    title: String,
    lede: String,
    about: String,
    order: u32,
    minutes: u32,
    #[serde(default)]
    rows: Vec<String>,
    #[serde(default)]
    lessons: Vec<String>,
    file: String,
    #[serde(default)]
    without: Vec<String>,
    unusual: Option<u32>,
    states: Option<u64>,
    rounds: Vec<Round>,
}

/// The texts of an exercise's folder, by the files' names.
pub(crate) type Files = BTreeMap<String, String>;

/// Reads the exercise of this name; `at` is its folder as problems tell it. None where it has no front matter that can be read.
pub(crate) fn read(at: &str, name: &str, files: &Files) -> (Option<Exercise>, Vec<Problem>) {
    let file = format!("{at}/{TEXT}");
    let mut notes = Notes::new(&file);
    let text = files.get(TEXT).map_or_else(String::new, |text| text.replace("\r\n", "\n"));
    marks::check(&text, &mut notes);
    let (toml, markdown, first) = front::split(&text, &mut notes);
    let Some(toml) = toml else { return (None, notes.problems) };
    let front: Front = match toml::from_str(toml) {
        Ok(front) => front,
        Err(error) => {
            notes.toml(2, toml, &error, FORM);
            return (None, notes.problems);
        }
    };
    let line_of = |key: &str| 2 + toml.find(key).map_or(0, |at| newlines(&toml[..at]));
    check_front(&front, files, &line_of, &mut notes);
    let (Body { blocks, links, ids, codes, .. }, mut notes) = body(markdown, first, notes);
    let text = Lesson { slug: name.into(), file: file.clone(), links, ids, ..Lesson::default() };
    let (mut task, mut hints, mut parts) = (Vec::new(), Vec::new(), Vec::new());
    for block in blocks {
        match block {
            Block::Hint { blocks } => hints.push(blocks),
            Block::Part { title, blocks } => parts.push((title, blocks)),
            Block::Prose(_)
            | Block::Figure(_)
            | Block::Truth(_)
            | Block::Measured(_)
            | Block::Mistake(_)
            | Block::Repair(_)
            | Block::Fails(_)
            | Block::Term(_)
            | Block::After { .. }
            | Block::Side { .. } => {
                task.push(block);
            }
        }
    }
    if hints.len() < 3 {
        let what = format!("{} hints", hints.len());
        notes.add(first, what, "Write at least three ~~~hint: first a question, last nearly the text");
    }
    let file_of = |name: &str| files.get(name).map(|text| text.replace("\r\n", "\n")).unwrap_or_default();
    let solution = file_of(SOLUTION);
    if let Some((line, has)) = differs(&codes, &solution) {
        let what = format!("the parts are not {SOLUTION}: they have `{has}` here");
        notes.add(line, what, format!("The listings of all ~~~part, one behind the other, are {SOLUTION}"));
    }
    let mut problems = notes.problems;
    for (name, text) in files.iter().filter(|(name, _)| name.ends_with(".py")) {
        let file = format!("{at}/{name}");
        problems.extend(python(&file, text));
        if name != STARTER {
            let mut notes = Notes::new(&file);
            marks::check_program(text, &mut notes);
            problems.extend(notes.problems);
        }
    }
    problems.sort();
    let Front { title, lede, about, order, minutes, rows, lessons, file, without, unusual, states, rounds } =
        front;
    let peers = files
        .iter()
        .filter(|(name, _)| name.ends_with(".py") && ![STARTER, SOLUTION].contains(&name.as_str()));
    let judged = exercises::Exercise {
        name: name.into(),
        file,
        starter: file_of(STARTER),
        peers: peers.map(|(name, text)| (name.clone(), text.replace("\r\n", "\n"))).collect(),
        without,
        unusual: unusual.unwrap_or(UNUSUAL),
        states: states.unwrap_or(STATES),
        rounds,
    };
    let exercise = Exercise {
        judged,
        title,
        lede,
        about,
        order,
        minutes,
        rows,
        lessons,
        task,
        hints,
        parts,
        solution,
        text,
    };
    (Some(exercise), problems)
}

fn check_front(front: &Front, files: &Files, line_of: &dyn Fn(&str) -> u32, notes: &mut Notes<'_>) {
    for (key, markdown) in [("title", &front.title), ("lede", &front.lede)] {
        check_inline(markdown, key, line_of(key), notes);
    }
    for row in front.rows.iter().filter(|row| !is_row(row)) {
        let how = "Rows are \"C1\" to \"C37\", \"T1\" to \"T20\" and \"B1\" to \"B23\"";
        notes.add(line_of("rows"), format!("unknown curriculum row {row}"), how);
    }
    for name in [STARTER, SOLUTION].into_iter().filter(|name| !files.contains_key(*name)) {
        notes.add(1, format!("there is no {name}"), format!("Write {name} beside {TEXT}"));
    }
    if !front.file.ends_with(".py") || files.contains_key(&front.file) {
        let what = format!("`{}` is not the name of a file that the learner writes", front.file);
        notes.add(
            line_of("file"),
            what,
            "Name a file of Python that is not in the folder: file = \"sender.py\"",
        );
    }
    if front.rounds.is_empty() {
        notes.add(line_of("rounds"), "no round", "Write a [[rounds]] with its programs");
    }
    for round in &front.rounds {
        let line = line_of(&round.says);
        let mine = round.files().filter(|file| *file == front.file).count();
        if mine != 1 {
            let what = format!("the round starts {} {mine} times", front.file);
            notes.add(line, what, "Name it once among its programs");
        }
        let known: Vec<_> = files.keys().filter(|name| name.ends_with(".py")).map(String::as_str).collect();
        let ends = round.ends.iter().flatten().map(String::as_str);
        for file in round.files().chain(ends).filter(|file| *file != front.file && !known.contains(file)) {
            notes.add(line, format!("there is no `{file}`"), format!("The folder has {}", known.join(", ")));
        }
    }
}

/// Where the parts differ from the solution, empty lines aside: the line of the part, and what stands there.
fn differs(codes: &[(String, u32)], solution: &str) -> Option<(u32, String)> {
    let full = |line: &&str| !line.trim().is_empty();
    let mut wanted = solution.lines().map(str::trim_end).filter(full);
    for (code, first) in codes {
        for line in code.lines().map(str::trim_end).filter(full) {
            if wanted.next() != Some(line) {
                return Some((*first, line.trim().into()));
            }
        }
    }
    wanted.next().map(|_| (codes.last().map_or(1, |it| it.1), "nothing more".into()))
}

/// What is wrong with a program of the folder.
fn python(file: &str, text: &str) -> Vec<Problem> {
    let problem = |line, what, how| Problem { file: file.into(), line, what, how };
    match Program::compile(text, file) {
        Ok(_) => Vec::new(),
        Err(Unfit::Syntax(fault)) => {
            vec![problem(fault.line, format!("{}: {}", fault.class, fault.says), "Mend the program".into())]
        }
        Err(Unfit::Refused(refusals)) => refusals
            .iter()
            .map(|it| problem(it.line, it.says.to_string(), format!("Instead: {}", it.instead)))
            .collect(),
    }
}

impl Exercise {
    /// Its name in addresses.
    pub fn slug(&self) -> &str {
        &self.judged.name
    }

    /// The text to begin with, and whom it meets first, to be edited and run.
    pub fn figure(&self) -> FigureSpec {
        FigureSpec::Programs(StageSpec {
            id: format!("exercise-{}", self.slug()),
            title: format!("{}, and {}", self.judged.file, self.judged.rounds[0].says),
            scenario: self.shown(&self.judged.rounds[0]),
            start: 0,
            small: false,
            predictions: Vec::new(),
        })
    }

    /// What the page has beside the figure: all rounds, and what judges them. Nothing of the solution is in it.
    pub fn beside(&self) -> Judged {
        let met = |round: &Round| Met::new(round.says.clone(), &self.shown(round));
        Judged {
            name: self.slug().to_owned(),
            file: self.judged.file.clone(),
            rounds: self.judged.rounds.iter().map(met).collect(),
            exercise: self.judged.json(),
        }
    }

    /// The programs of a round, the text to begin with among them.
    fn shown(&self, round: &Round) -> Scenario {
        let mut scenario = self.judged.scenario(round, &self.judged.starter);
        for program in &mut scenario.programs {
            program.source = program.source.trim_end().to_owned() + "\n";
        }
        scenario
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MD: &str = "+++\ntitle = \"A\"\nlede = \"l\"\nabout = \"a\"\norder = 1\nminutes = 5\nfile = \"a.py\"\n\
        [[rounds]]\nsays = \"a peer\"\nprograms = [\"peer.py\", \"a.py\"]\n+++\nDo it.\n~~~hint\nWhy?\n~~~\n~~~hint\nB\n~~~\n\
        ~~~hint\nC\n~~~\n~~~part One\n```python a.py\nx = 1\n```\nSo.\n~~~\n";

    fn files(md: &str) -> Files {
        let all = [(TEXT, md), (STARTER, "x = 0\n"), (SOLUTION, "x = 1\n"), ("peer.py", "y = 1\n")];
        all.map(|(name, text)| (name.into(), text.into())).into()
    }

    fn problems(files: &Files) -> Vec<String> {
        read("x", "a", files).1.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_folder_is_a_task_with_hints_and_a_solution_in_parts() {
        let (exercise, problems) = read("x", "a", &files(MD));
        assert_eq!(problems, []);
        let it = exercise.expect("it can be read");
        assert_eq!((it.task.len(), it.hints.len(), it.parts.len()), (1, 3, 1));
        assert_eq!(it.judged.peers.keys().collect::<Vec<_>>(), ["peer.py"]);
    }

    #[test]
    fn mistakes_are_told_with_their_place_and_how_to_mend_them() {
        let mut files =
            files(&MD.replace("peer.py\", \"a.py", "pear.py\", \"a.py").replace("x = 1\n```", "x = 2\n```"));
        files.insert("peer.py".into(), "y = 1\nlambda\n".into());
        files.remove(STARTER);
        let told = problems(&files);
        assert_eq!(told.len(), 4, "{told:?}");
        assert_eq!(told[0], "x/exercise.md:1: there is no starter.py. Write starter.py beside exercise.md");
        assert_eq!(told[1], "x/exercise.md:9: there is no `pear.py`. The folder has peer.py, solution.py");
        assert!(
            told[2].starts_with("x/exercise.md:23: the parts are not solution.py: they have `x = 2`"),
            "{told:?}"
        );
        assert!(told[3].starts_with("x/peer.py:2: SyntaxError"), "{told:?}");
    }

    #[test]
    fn an_unfinished_task_or_solution_is_told_and_a_starter_may_be() {
        let mut files = files(&MD.replace("Do it.", "FIXME"));
        files.insert(STARTER.into(), "x = 0  # TODO\n".into());
        files.insert("peer.py".into(), "y = 1\n# TODO\n".into());
        let told = problems(&files);
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(told[0].starts_with("x/exercise.md:12: unfinished: `FIXME`"), "{told:?}");
        assert!(told[1].starts_with("x/peer.py:2: unfinished: `TODO`"), "{told:?}");
    }

    #[test]
    fn an_unknown_field_is_told_at_its_line() {
        assert!(problems(&files(&MD.replace("order =", "ordre = ")))[0].starts_with("x/exercise.md:5: "));
    }

    #[test]
    fn beside_the_figure_stand_all_rounds_and_nothing_of_the_solution() {
        let md =
            MD.replace("+++\nDo it.", "[[rounds]]\nsays = \"no one\"\nprograms = [\"a.py\"]\n+++\nDo it.");
        let mut files = files(&md.replace("x = 1\n", "secret = 1\n"));
        files.insert(SOLUTION.into(), "secret = 1\n".into());
        let (exercise, problems) = read("x", "a", &files);
        assert_eq!(problems, []);
        let exercise = exercise.expect("it can be read");
        let beside = exercise.beside();
        let shown = |at: usize| beside.rounds[at].programs.iter().map(|it| (&*it.file, &*it.source));
        assert_eq!(shown(0).collect::<Vec<_>>(), [("peer.py", "y = 1\n"), ("a.py", "x = 0\n")]);
        assert_eq!(shown(1).collect::<Vec<_>>(), [("a.py", "x = 0\n")]);
        let rounds = &exercise.judged.rounds;
        for (met, round) in beside.rounds.iter().zip(rounds) {
            assert_eq!(met.scenario(&exercise.shown(&rounds[0])), exercise.shown(round));
        }
        let read = exercises::Exercise::read(&beside.exercise).expect("it can be judged");
        assert_eq!(read.rounds.len(), 2);
        assert!(!serde_json::to_string(&beside).unwrap().contains("secret"));
    }
}
