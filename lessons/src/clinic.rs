//! The bug clinic: a page for each mistake that notes on sockets are full of. A program that makes it, a question, the shortest run
//! that shows it, and the repair.
//!
//! What came of the programs is recorded, not written: `RECORD=1 cargo test -p relay --test clinic` asks `socketscope explore` and
//! keeps what it says in `clinic/recorded`; without `RECORD` that test holds the records to it.

use serde::{Deserialize, Serialize};
use world::Buffers;

use crate::lesson::{Block, Lesson};
use crate::problem::{Notes, Problem};
use crate::read;

/// What a page of the clinic names as its part.
pub const PART: &str = "bug-clinic";

#[derive(rust_embed::RustEmbed)]
#[folder = "clinic"]
struct Files;

/// How a mistake shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Shows {
    /// As an exception wherever its line is reached, whatever the network and the others do.
    Exception,
    /// In a run of several programs.
    Run,
    /// Not at all: it is a habit that breaks nothing.
    Habit,
}

/// A program of a page.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// The name of its file.
    pub file: String,
    /// All of it.
    pub source: String,
}

/// The programs that make a mistake, and what is asked before they run.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mistake {
    /// How it shows.
    pub shows: Shows,
    /// The question, in Markdown without blocks; so are the answers and the reason.
    pub ask: String,
    /// What one might expect.
    pub options: Vec<String>,
    /// Which of them is right, from 1.
    pub answer: usize,
    /// Why.
    pub because: String,
    /// SO_SNDBUF and SO_RCVBUF of new sockets; Linux's where it is not said.
    pub buffers: Option<Buffers>,
    /// How many states are looked at, where it is not the usual number: large sends and receives take their time.
    pub states: Option<u32>,
    /// The programs, in the order of their start, on one host.
    pub programs: Vec<Text>,
}

/// The programs that changed, repaired.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Repair {
    /// Each takes the place of the one of the same name.
    pub programs: Vec<Text>,
}

/// What came of the programs, as `socketscope explore --json` says it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    /// Of those with the mistake.
    pub wrong: Outcome,
    /// Of the repaired ones.
    pub repaired: Outcome,
}

/// What came of programs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// `broken`, `stands`, `incomplete`; `refused` where they cannot be run.
    pub answer: String,
    /// What that means, in one sentence.
    pub says: String,
    /// The run that breaks them.
    pub broken: Option<Broken>,
    /// What was worth a word though it broke nothing.
    pub findings: Vec<String>,
    /// States that were tried.
    pub states: u64,
    /// What Python says of them.
    #[serde(default)]
    pub error: String,
}

/// The shortest run that was found to break programs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Broken {
    /// What happened and why.
    pub says: String,
    /// The row of the curriculum, if it is one.
    pub row: Option<String>,
    /// The program of the mistake.
    pub program: Option<String>,
    /// Its line.
    pub line: u32,
    /// Whether Linux was seen to do this, not only permitted to by POSIX.
    pub linux: bool,
    /// What the programs did.
    pub steps: Vec<Step>,
    /// The end of an address: the run, for the page of programs.
    pub link: Option<String>,
}

/// What a program did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Its name: its file's without the ending.
    pub program: Option<String>,
    /// The line, from 1; 0 where there is none.
    pub line: u32,
    /// The call and what came of it.
    pub says: String,
    /// What is unusual about it.
    pub unusual: Option<String>,
}

/// A page of the clinic.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// Its text.
    pub page: Lesson,
    /// What came of its programs; nothing while it is not recorded.
    pub recorded: Recorded,
}

impl Case {
    /// The row of the curriculum.
    pub fn row(&self) -> &str {
        self.page.front.rows.first().map_or("", String::as_str)
    }

    /// The programs with the mistake, and what changed. A page that was checked has both.
    pub fn programs(&self) -> Option<(&Mistake, &Repair)> {
        let mistake = self.page.blocks.iter().find_map(|block| match block {
            Block::Mistake(mistake) => Some(mistake),
            _ => None,
        });
        let repair = self.page.blocks.iter().find_map(|block| match block {
            Block::Repair(repair) => Some(repair),
            _ => None,
        });
        mistake.zip(repair)
    }

    /// All the programs, repaired.
    pub fn repaired(&self) -> Vec<&Text> {
        let Some((mistake, repair)) = self.programs() else { return Vec::new() };
        let new = |text: &Text| repair.programs.iter().find(|it| it.file == text.file);
        mistake.programs.iter().map(|text| new(text).unwrap_or(text)).collect()
    }
}

/// Every page in order, and every mistake in them that is not meant.
pub(crate) fn read_all() -> (Vec<Case>, Vec<Problem>) {
    let (mut cases, mut problems) = (Vec::new(), Vec::new());
    for name in Files::iter() {
        let (Some(slug), Some(file)) = (name.strip_suffix(".md"), Files::get(&name)) else { continue };
        let text = String::from_utf8_lossy(&file.data);
        let (page, found) = read(&format!("lessons/clinic/{name}"), slug, &text);
        let recorded = Files::get(&format!("recorded/{slug}.json"));
        let recorded = recorded.and_then(|file| serde_json::from_slice(&file.data).ok()).unwrap_or_default();
        let case = Case { page, recorded };
        let mut notes = Notes::new(&case.page.file);
        check(&case, &mut notes);
        problems.extend(found.into_iter().chain(notes.problems));
        cases.push(case);
    }
    cases.sort_by_key(|it| (it.page.front.order, it.page.slug.clone()));
    (cases, problems)
}

/// A page shows one mistake with its question and one repair that is another text.
fn check(case: &Case, notes: &mut Notes<'_>) {
    let (page, row) = (&case.page, case.row());
    if page.front.part != PART {
        notes.add(1, "the part is another", format!("Write part = \"{PART}\""));
    }
    let number = row.strip_prefix('B').and_then(|it| it.parse::<u32>().ok());
    if page.front.rows.len() != 1 || number != Some(page.front.order) {
        notes.add(1, "not one row B with its number as the order", "Write rows = [\"B8\"] and order = 8");
    }
    if !page.slug.starts_with(&format!("{}-", row.to_lowercase())) {
        notes.add(1, "the name of the file does not begin with the row", "Call it b8-….md");
    }
    let of = |wanted: fn(&Block) -> bool| page.blocks.iter().filter(|it| wanted(it)).count();
    let blocks = (of(|it| matches!(it, Block::Mistake(_))), of(|it| matches!(it, Block::Repair(_))));
    let (Some((mistake, repair)), (1, 1)) = (case.programs(), blocks) else {
        notes.add(1, "not one mistake and one repair", "Write one ```mistake and one ```repair block");
        return;
    };
    if !(3..=4).contains(&mistake.options.len()) || !(1..=mistake.options.len()).contains(&mistake.answer) {
        notes.add(1, "not three or four options, one of which is the answer", "Count the answer from 1");
    }
    for text in &repair.programs {
        let before = mistake.programs.iter().find(|it| it.file == text.file);
        if before.is_none_or(|it| it.source == text.source) {
            let what = format!("`{}` of the repair is no program of the page, or the same", text.file);
            notes.add(1, what, "Repair only what changes");
        }
        if python::Program::compile(&text.source, &text.file).is_err() {
            notes.add(1, format!("the repaired `{}` cannot be run", text.file), "Write valid Python 3.11");
        }
    }
}
