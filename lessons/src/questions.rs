//! Questions about a lesson, for later: `questions/SLUG.toml`.
//!
//! A question has three or four options, one answer and its reason. What a program prints is not written here: the simulator and CPython
//! print it, and a test compares it with the option. Such a question may have variants, with other values.

mod vary;

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::clinic::Text;
use crate::coverage::is_row;
use crate::marks;
use crate::problem::{Notes, Problem, newlines};
use crate::prose::{check_inline, inline_text};
pub use vary::{Form, fill};
use vary::{Printed, Values};

/// Fewest questions of a lesson.
pub const FEWEST: usize = 3;
/// Questions of the socket inventory.
pub const INVENTORY: usize = 20;

#[derive(rust_embed::RustEmbed)]
#[folder = "questions"]
struct Files;

/// What the simulator prints, beside the questions.
const PRINTED: &str = "printed.txt";

/// What a question asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A reason.
    Why,
    /// What a program prints: a count, an error, bytes.
    Predict,
    /// What comes first.
    Order,
    /// The line of a listing.
    Find,
    /// What happens, step by step.
    Trace,
}

/// A question.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Its name among the lesson's.
    pub id: String,
    /// What it asks for.
    pub kind: Kind,
    /// The question, in Markdown without blocks; so are the options and the reason.
    pub ask: String,
    /// Python that it asks about.
    #[serde(default)]
    pub listing: String,
    /// The programs whose last line is the answer: of the last one, on one host, started in this order.
    #[serde(default)]
    pub programs: Vec<Text>,
    /// What one might answer.
    pub options: Vec<String>,
    /// Which of them is right, from 1. Of variants the simulator says it.
    #[serde(default)]
    pub answer: usize,
    /// Why.
    pub because: String,
    /// Rows of the curriculum.
    pub rows: Vec<String>,
    /// It belongs to the socket inventory.
    #[serde(default)]
    pub inventory: bool,
    /// The values of its variants, until it is read.
    #[serde(default)]
    vary: Vec<Values>,
    /// What makes its variants, of which this is the first.
    #[serde(skip)]
    pub form: Option<Form>,
}

impl Question {
    /// Its variants: itself, and the others.
    pub fn variants(&self) -> impl Iterator<Item = &Self> {
        std::iter::once(self).chain(self.form.iter().flat_map(|it| &it.others))
    }

    /// The right option, in Markdown without blocks. A question that was checked has one.
    pub fn right(&self) -> &str {
        self.answer.checked_sub(1).and_then(|at| self.options.get(at)).map_or("", String::as_str)
    }
}

/// The questions of a lesson.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Questions {
    /// The lesson's name.
    #[serde(skip)]
    pub lesson: String,
    /// In the order in which they are asked.
    pub questions: Vec<Question>,
}

/// The questions of every lesson, in the order of their names, and every mistake in them.
pub(crate) fn read_all(lessons: &BTreeSet<&str>) -> (Vec<Questions>, Vec<Problem>) {
    let (mut all, mut problems) = (Vec::new(), Vec::new());
    let printed = Files::get(PRINTED)
        .map_or_else(Printed::default, |file| Printed::read(&String::from_utf8_lossy(&file.data)));
    for name in Files::iter() {
        let (Some(slug), Some(file)) = (name.strip_suffix(".toml"), Files::get(&name)) else { continue };
        let file_name = format!("lessons/questions/{name}");
        let mut notes = Notes::new(&file_name);
        let of = read(slug, &String::from_utf8_lossy(&file.data), &printed, &mut notes);
        if !lessons.contains(slug) {
            notes.add(1, format!("there is no lesson `{slug}`"), "Name the file as the lesson's, with .toml");
        }
        problems.extend(notes.problems);
        all.push(of);
    }
    (all, problems)
}

/// The questions of every lesson although what their variants print may not be recorded yet, or otherwise: for who records it.
pub fn unrecorded() -> Vec<Questions> {
    read_all(&BTreeSet::new()).0
}

fn read(slug: &str, text: &str, printed: &Printed, notes: &mut Notes<'_>) -> Questions {
    let mut of: Questions = toml::from_str(text).unwrap_or_else(|error| {
        notes.toml(1, text, &error, "lessons/README.md has the form of a question");
        Questions::default()
    });
    marks::check(text, notes);
    slug.clone_into(&mut of.lesson);
    let mut ids = BTreeSet::new();
    let mut from = 0;
    for question in &mut of.questions {
        // Each begins at its own head.
        let head = text[from..].find("[[questions]]").map_or(from, |at| from + at);
        from = (head + 1).min(text.len());
        let line = 1 + newlines(&text[..head]);
        if !ids.insert(question.id.clone()) || !is_name(&question.id) {
            notes.add(
                line,
                format!("`{}` is no name of its own", question.id),
                "Use a-z, 0-9 and hyphens, once",
            );
        }
        let before = notes.problems.len();
        vary::vary(question, slug, printed, line, notes);
        if notes.problems.len() == before {
            question.variants().for_each(|it| check(it, line, notes));
        }
    }
    if of.questions.len() < FEWEST && notes.problems.is_empty() {
        notes.add(1, format!("fewer than {FEWEST} questions"), "Ask more");
    }
    of
}

fn is_name(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

fn check(question: &Question, line: u32, notes: &mut Notes<'_>) {
    let count = question.options.len();
    if !(3..=4).contains(&count) || !(1..=count).contains(&question.answer) {
        notes.add(line, "not three or four options, one of which is the answer", "Count the answer from 1");
    }
    let plain: BTreeSet<_> = question.options.iter().map(|it| inline_text(it)).collect();
    if plain.len() < count {
        notes.add(line, "two options are the same", "Write options that differ");
    }
    let texts = [("ask", &question.ask), ("because", &question.because)];
    let options = question.options.iter().map(|it| ("options", it));
    for (name, text) in texts.into_iter().chain(options) {
        check_inline(text, name, line, notes);
    }
    for row in question.rows.iter().filter(|row| !is_row(row)) {
        notes.add(
            line,
            format!("the curriculum has no row `{row}`"),
            "Rows are C1 to C37, T1 to T20, B1 to B23",
        );
    }
    if question.rows.is_empty() {
        notes.add(line, "no row of the curriculum", "Say what it asks about: rows = [\"C13\"]");
    }
    if question.inventory && question.kind != Kind::Why {
        notes.add(line, "not a why, and in the inventory", "The inventory asks for reasons");
    }
    if (question.kind == Kind::Predict) == question.programs.is_empty() {
        notes.add(
            line,
            "programs belong to predict, and to nothing else",
            "Let a program answer, or ask for something else",
        );
    }
    if (question.kind == Kind::Find) == question.listing.is_empty() {
        notes.add(
            line,
            "a listing belongs to find, and to nothing else",
            "Show the lines that are asked about",
        );
    }
    for text in &question.programs {
        if python::Program::compile(&text.source, &text.file).is_err() {
            notes.add(line, format!("`{}` cannot be run", text.file), "Write valid Python 3.11");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
[[questions]]
id = "why"
kind = "why"
ask = "Why?"
options = ["`a`", "b", "c"]
answer = 3
because = "So."
rows = ["C1"]
"#;

    /// Its right option is another one in each variant.
    const VARIED: &str = r#"
[[questions]]
id = "why"
kind = "predict"
ask = "Is it «n»?"
options = ["`1`", "«many»", "c"]
because = "So."
rows = ["C1"]
vary = [
    { n = 1, many = "no" },
    { n = 2, many = "two of them" },
]
[[questions.programs]]
file = "n.py"
source = "print(«n»)"
"#;
    const PRINTS: &str =
        "x/why-0 0 1\nx/why-0 1 two of them\nx/why-1 0 1\nx/why-1 1 c\nx/why-2 0 c\nx/why-2 1 c\n";

    fn told(text: &str) -> Vec<String> {
        let mut notes = Notes::new("q.toml");
        read("x", text, &Printed::read(PRINTS), &mut notes);
        notes.problems.iter().map(ToString::to_string).collect()
    }

    fn thrice(one: &str) -> String {
        (0..3).map(|n| one.replace("id = \"why\"", &format!("id = \"why-{n}\""))).collect()
    }

    #[test]
    fn three_good_questions_are_read_and_two_are_too_few() {
        assert_eq!(told(&thrice(GOOD)), Vec::<String>::new());
        assert_eq!(told(GOOD), ["q.toml:1: fewer than 3 questions. Ask more"]);
    }

    #[test]
    fn every_mistake_is_told_at_its_question() {
        let text = thrice(GOOD);
        for (old, new, what) in [
            ("id = \"why-1\"", "id = \"why-0\"", "q.toml:11: `why-0` is no name"),
            ("answer = 3", "answer = 4", "one of which is the answer"),
            ("\"b\"", "\"a\"", "two options are the same"),
            ("\"C1\"", "\"C99\"", "no row `C99`"),
            ("rows = [\"C1\"]", "rows = []", "no row of the curriculum"),
            ("kind = \"why\"", "kind = \"predict\"", "programs belong to predict"),
            ("kind = \"why\"", "kind = \"find\"", "a listing belongs to find"),
            ("kind = \"why\"", "kind = \"order\"\ninventory = true", "not a why"),
            ("because = \"So.\"", "because = \"[So](x).\"", "because"),
            ("kind = \"why\"", "kind = \"what\"", "what"),
            ("ask = \"Why?\"", "asks = \"Why?\"", "asks"),
            ("because = \"So.\"", "because = \"TODO.\"", "q.toml:8: unfinished: `TODO`"),
        ] {
            let told = told(&text.replacen(old, new, 2));
            assert!(told.iter().any(|it| it.contains(what)), "{new}: {told:?}");
        }
    }

    #[test]
    fn a_variant_has_its_values_and_the_option_that_is_printed() {
        let mut notes = Notes::new("q.toml");
        let of = read("x", &thrice(VARIED), &Printed::read(PRINTS), &mut notes);
        assert_eq!(notes.problems, []);
        let question = &of.questions[0];
        let form = question.form.as_ref().unwrap();
        assert_eq!((form.open.ask.as_str(), form.values.len()), ("Is it «n»?", 2));
        let [first, second] = &question.variants().collect::<Vec<_>>()[..] else { panic!("{question:?}") };
        assert_eq!((first.ask.as_str(), first.right()), ("Is it 1?", "`1`"));
        assert_eq!(first.programs[0].source, "print(1)");
        assert_eq!((second.ask.as_str(), second.right()), ("Is it 2?", "two of them"));
        assert_eq!(second.programs[0].source, "print(2)");
        assert_eq!(of.questions[1].variants().map(|it| it.answer).collect::<Vec<_>>(), [1, 3]);
    }

    #[test]
    fn every_mistake_in_variants_is_told_at_their_question() {
        let text = thrice(VARIED);
        for (old, new, what) in [
            ("Is it «n»?", "Is it «m»?", "q.toml:17: variant 0 leaves a place open"),
            ("«many»", "none", "variant 1 has `many`, and no text"),
            ("{ n = 2, many = \"two of them\" }", "{ n = 2 }", "variant 1 leaves a place open"),
            ("{ n = 2, many = \"two of them\" },", "", "fewer than 2 variants"),
            ("{ n = 2, many = \"two of them\" }", "{ n = 1, many = \"no\" }", "two variants are the same"),
            ("two of them", "*two*", "variant 1 has Markdown in a value"),
            ("\"no\"", "\"c\"", "two options are the same"),
            ("\"c\"", "\"d\"", "variant 1 prints `c`, and no option says so"),
            ("id = \"why-1\"", "id = \"other\"", "what variant 0 prints is not recorded"),
            ("rows =", "answer = 1\nrows =", "an answer, and variants"),
            ("kind = \"predict\"", "kind = \"trace\"", "variants belong to predict"),
            ("print(«n»)", "print(«n»", "`n.py` cannot be run"),
            ("n = 2", "n = true", "q.toml:11: "),
        ] {
            let told = told(&text.replacen(old, new, 2));
            assert!(told.iter().any(|it| it.contains(what)), "{new}: {told:?}");
        }
        let open = thrice(GOOD).replacen("Why?", "«n»?", 2);
        assert!(told(&open).iter().any(|it| it.contains("q.toml:11: a place is open")), "{:?}", told(&open));
    }
}
