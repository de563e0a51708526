//! Variants of a question: its texts with other values, and what the simulator prints for each of them.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::{Kind, Question};
use crate::problem::Notes;
use crate::prose::inline_text;

/// Fewest variants of a question that has any.
const FEWEST: usize = 2;
/// How what is printed gets recorded.
const RECORD: &str = "Run RECORD=1 cargo test -p lessons --test python simulator_prints";

/// What takes the place of `«name»`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(untagged)]
pub(super) enum Value {
    Number(i64),
    Text(String),
}

/// Values by the names of their places.
pub(super) type Values = BTreeMap<String, Value>;

/// A question that comes back with other values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// Its texts, with their places still open: `«name»`.
    pub open: Box<Question>,
    /// What is put there, by variant.
    pub values: Vec<BTreeMap<String, String>>,
    /// The variants after the first, which is the question itself.
    pub others: Vec<Question>,
}

/// A text with its places filled.
pub fn fill(text: &str, values: &BTreeMap<String, String>) -> String {
    values.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("«{name}»"), value))
}

/// What the simulator has printed for each variant, as `printed.txt` has it: `LESSON/ID VARIANT LINE`, the variants from 0.
#[derive(Clone, Debug, Default)]
pub(super) struct Printed(BTreeMap<(String, usize), String>);

impl Printed {
    pub(super) fn read(text: &str) -> Self {
        let line = |line: &str| {
            let mut words = line.splitn(3, ' ');
            let (name, at, said) = (words.next()?, words.next()?.parse().ok()?, words.next()?);
            Some(((name.to_owned(), at), said.to_owned()))
        };
        Self(text.lines().filter_map(line).collect())
    }

    /// The place of the option that is printed, from 1.
    fn answer(&self, name: &str, at: usize, options: &[String]) -> Result<usize, String> {
        let Some(said) = self.0.get(&(name.to_owned(), at)) else {
            return Err(format!("what variant {at} prints is not recorded"));
        };
        let place = options.iter().position(|it| inline_text(it) == *said);
        place.map(|it| it + 1).ok_or_else(|| format!("variant {at} prints `{said}`, and no option says so"))
    }
}

/// All texts of a question: those in Markdown, then its programs.
fn texts(question: &Question) -> (Vec<&str>, Vec<&str>) {
    let prose = [&question.ask, &question.because].into_iter().chain(&question.options);
    (prose.map(String::as_str).collect(), question.programs.iter().map(|it| it.source.as_str()).collect())
}

fn filled(open: &Question, values: &BTreeMap<String, String>) -> Question {
    let mut question = open.clone();
    let prose = [&mut question.ask, &mut question.because].into_iter().chain(&mut question.options);
    for text in prose.chain(question.programs.iter_mut().map(|it| &mut it.source)) {
        *text = fill(text, values);
    }
    question
}

/// The question as it is written becomes its first variant, and has the others.
pub(super) fn vary(
    question: &mut Question,
    lesson: &str,
    printed: &Printed,
    line: u32,
    notes: &mut Notes<'_>,
) {
    if question.vary.is_empty() {
        let (prose, programs) = texts(question);
        if prose.iter().chain(&programs).any(|it| it.contains(['«', '»'])) {
            notes.add(
                line,
                "a place is open, and nothing varies",
                "Write vary = [{ name = 1 }, { name = 2 }]",
            );
        }
        return;
    }
    if question.vary.len() < FEWEST {
        notes.add(
            line,
            format!("fewer than {FEWEST} variants"),
            "Write another, or the values into the texts",
        );
    }
    if question.kind != Kind::Predict {
        notes.add(line, "variants belong to predict", "Let a program answer, or leave vary out");
    }
    if question.answer != 0 {
        notes.add(line, "an answer, and variants", "Leave the answer out: the simulator says it");
    }
    let mut open = question.clone();
    let values: Vec<_> = std::mem::take(&mut open.vary).into_iter().map(plain).collect();
    if values.iter().collect::<BTreeSet<_>>().len() < values.len() {
        notes.add(line, "two variants are the same", "Write values that differ");
    }
    let name = format!("{lesson}/{}", question.id);
    let variants = values.iter().enumerate().map(|(at, values)| {
        check(&open, values, at, line, notes);
        let mut variant = filled(&open, values);
        match printed.answer(&name, at, &variant.options) {
            Ok(answer) => variant.answer = answer,
            Err(what) => notes.add(line, what, RECORD),
        }
        variant
    });
    let mut variants: Vec<_> = variants.collect();
    *question = variants.remove(0);
    question.form = Some(Form { open: open.into(), values, others: variants });
}

fn plain(values: Values) -> BTreeMap<String, String> {
    let plain = |value| match value {
        Value::Number(number) => number.to_string(),
        Value::Text(text) => text,
    };
    values.into_iter().map(|(name, value)| (name, plain(value))).collect()
}

fn check(open: &Question, values: &BTreeMap<String, String>, at: usize, line: u32, notes: &mut Notes<'_>) {
    let (prose, programs) = texts(open);
    for name in values.keys() {
        let place = format!("«{name}»");
        if !prose.iter().chain(&programs).any(|it| it.contains(&place)) {
            notes.add(
                line,
                format!("variant {at} has `{name}`, and no text"),
                format!("Write {place} into one"),
            );
        }
    }
    if prose.iter().chain(&programs).any(|it| fill(it, values).contains(['«', '»'])) {
        notes.add(line, format!("variant {at} leaves a place open"), "Give each «name» a value");
    }
    // A page fills what was read as Markdown already.
    if prose.iter().any(|it| inline_text(&fill(it, values)) != fill(&inline_text(it), values)) {
        notes.add(line, format!("variant {at} has Markdown in a value"), "Mark up the text around its place");
    }
}
