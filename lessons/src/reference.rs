//! The reference: a page a call, and pages of terms: the states of TCP, socket options, a glossary.
//!
//! A page is a Markdown file in `reference/`. What a call's page says of an error is shown by a program, of which a test says that both
//! kernels answer so, or cited. Words of the pages are what the first use in a lesson links to (`words`).

use std::collections::BTreeSet;

use python::{Program, Unfit};
use serde::Deserialize;
use syscall::Errno;

use crate::lesson::{Block, Lesson};
use crate::problem::{Notes, Problem, newlines};
use crate::prose::{check_inline, inline_text};
use crate::read::{Body, body};
use crate::words::{Entry, Words};
use crate::{front, marks};

#[derive(rust_embed::RustEmbed)]
#[folder = "reference"]
struct Files;

/// The page that is made of all errors of the calls' pages.
pub const ERRORS: &str = "errors";
const FORM: &str = "lessons/README.md has the form of the reference";
/// The sections of a call's page, in their order.
const SECTIONS: [&str; 3] = ["what-it-does", "when-it-waits", "what-it-returns"];

/// What a page is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A call, or several that belong together.
    Call,
    /// Terms, each with a place of its own: states, options, the glossary.
    Terms,
}

/// Where more can be read: its name and its address.
pub type Source = (String, String);

/// What a page says about itself.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Front {
    /// Its title, in Markdown without blocks.
    pub title: String,
    /// What it is about.
    pub kind: Kind,
    /// Its place among those of its kind, from 1.
    pub order: u32,
    /// Its opening sentence, in Markdown without blocks.
    pub lede: String,
    /// One plain sentence for search results and lists.
    pub about: String,
    /// The calls that it is about, as code names them.
    #[serde(default)]
    pub names: Vec<String>,
    /// Those of them whose code means something else in a lesson: they are no words that lead here.
    #[serde(default)]
    pub otherwise: Vec<String>,
    /// How Python spells them, a line each.
    #[serde(default)]
    pub python: String,
    /// How C spells them, a line each.
    #[serde(default)]
    pub c: String,
    /// Manual pages and standards.
    #[serde(default)]
    pub sources: Vec<Source>,
}

/// An error of a call.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fails {
    /// Its name: `EAGAIN`.
    pub errno: String,
    /// When the call answers so, in Markdown without blocks.
    pub when: String,
    /// Who says so, in Markdown without blocks, where no program shows it here.
    #[serde(default)]
    pub cited: String,
    /// A program that is answered so.
    #[serde(default)]
    pub source: String,
    /// What it prints.
    #[serde(default)]
    pub prints: String,
}

/// A term and what it means.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// Its name, in Markdown without blocks.
    pub name: String,
    /// Its id in the page.
    pub id: String,
    /// The line at which it begins.
    pub line: u32,
    /// The level of its heading: 2, or 3 below a section.
    pub level: u8,
    /// The words of lessons that lead here, those in code between backticks.
    pub words: Vec<String>,
    /// What it means.
    pub blocks: Vec<Block>,
}

/// A page of the reference.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// What it says about itself.
    pub front: Front,
    /// Its blocks, but for the errors.
    pub blocks: Vec<Block>,
    /// The errors of its calls.
    pub fails: Vec<Fails>,
    /// Its text as a lesson's: its name in addresses, and what the check of links needs.
    pub(crate) text: Lesson,
}

impl Page {
    /// Its name in addresses.
    pub fn slug(&self) -> &str {
        &self.text.slug
    }

    /// Its title as plain text.
    pub fn title(&self) -> String {
        inline_text(&self.front.title)
    }

    /// Its terms, in their order.
    pub fn terms(&self) -> impl Iterator<Item = &Term> {
        self.blocks.iter().filter_map(|block| match block {
            Block::Term(term) => Some(term),
            _ => None,
        })
    }
}

/// The whole reference.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reference {
    /// Its pages: calls, then terms, each in their order.
    pub pages: Vec<Page>,
    /// What the first use of a word leads to.
    pub words: Words,
}

impl Reference {
    /// The pages of calls, in their order.
    pub fn calls(&self) -> impl Iterator<Item = &Page> {
        self.pages.iter().filter(|page| page.front.kind == Kind::Call)
    }

    /// The pages of terms, in their order.
    pub fn of_terms(&self) -> impl Iterator<Item = &Page> {
        self.pages.iter().filter(|page| page.front.kind == Kind::Terms)
    }

    /// Every error that a page tells of, by Linux's numbers; those without a number last.
    pub fn errors(&self) -> Vec<&str> {
        let names: BTreeSet<&str> =
            self.calls().flat_map(|page| &page.fails).map(|it| it.errno.as_str()).collect();
        let mut names: Vec<_> = names.into_iter().collect();
        names.sort_by_key(|name| errno(name).map_or(i32::MAX, Errno::linux));
        names
    }
}

/// The error of that name.
pub fn errno(name: &str) -> Option<Errno> {
    Errno::ALL.iter().copied().find(|errno| errno.name() == name)
}

/// The id of an error on the page of errors.
pub fn errno_id(name: &str) -> String {
    name.to_lowercase().replace('_', "-")
}

/// Every page in order, and every mistake in them.
pub(crate) fn read_all() -> (Reference, Vec<Problem>) {
    let (mut pages, mut problems) = (Vec::new(), Vec::new());
    for name in Files::iter() {
        let (Some(slug), Some(file)) = (name.strip_suffix(".md"), Files::get(&name)) else { continue };
        let text = String::from_utf8_lossy(&file.data);
        let (page, found) = read(&format!("lessons/reference/{name}"), slug, &text);
        problems.extend(found);
        pages.extend(page);
    }
    pages.sort_by_key(|it: &Page| (it.front.kind, it.front.order, it.slug().to_owned()));
    let mut reference = Reference { pages, words: Words::default() };
    let (words, found) = words(&reference);
    problems.extend(found);
    reference.words = words;
    (reference, problems)
}

/// Reads a page. None where it has no front matter that can be read.
fn read(file: &str, slug: &str, text: &str) -> (Option<Page>, Vec<Problem>) {
    let mut notes = Notes::new(file);
    let text = text.replace("\r\n", "\n");
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
    for (key, markdown) in [("title", &front.title), ("lede", &front.lede)] {
        check_inline(markdown, key, line_of(key), &mut notes);
    }
    for (name, url) in front.sources.iter().filter(|(_, url)| !url.starts_with("https://")) {
        notes.add(line_of("sources"), format!("`{name}` leads to `{url}`"), "Write https://…");
    }
    let (Body { blocks, links, ids, .. }, mut notes) = body(markdown, first, notes);
    let text = Lesson { slug: slug.into(), file: file.into(), links, ids, ..Lesson::default() };
    let (fails, blocks): (Vec<_>, Vec<_>) = blocks.into_iter().partition(|it| matches!(it, Block::Fails(_)));
    let fails = fails.into_iter().filter_map(|block| match block {
        Block::Fails(fails) => Some(fails),
        _ => None,
    });
    let page = Page { front, blocks, fails: fails.collect(), text };
    check(&page, &line_of, &mut notes);
    let mut problems = notes.problems;
    problems.sort();
    (Some(page), problems)
}

fn check(page: &Page, line_of: &dyn Fn(&str) -> u32, notes: &mut Notes<'_>) {
    match page.front.kind {
        Kind::Call => {
            if page.front.names.is_empty() || page.front.python.is_empty() || page.front.c.is_empty() {
                notes.add(
                    1,
                    "a call without its spelling",
                    "Write names = […], python = \"…\" and c = \"…\"",
                );
            }
            if page.front.sources.is_empty() {
                notes.add(1, "a call without a source", "Write sources = [[\"recv(2)\", \"https://…\"]]");
            }
            for section in SECTIONS.iter().filter(|id| !page.text.ids.iter().any(|it| it == *id)) {
                let how = "Write ## What it does, ## When it waits and ## What it returns";
                notes.add(1, format!("no section `{section}`"), how);
            }
            if page.terms().next().is_some() {
                notes.add(1, "a term on a call’s page", "Terms belong on a page of kind = \"terms\"");
            }
        }
        Kind::Terms if page.fails.is_empty() && page.terms().next().is_some() => {}
        Kind::Terms => {
            notes.add(line_of("kind"), "no page of terms", "Write ~~~term blocks, and no ```fails")
        }
    }
    let mut seen = BTreeSet::new();
    for fails in page.fails.iter().filter(|it| !seen.insert(&it.errno)) {
        notes.add(1, format!("a second `{}`", fails.errno), "Tell of each error once");
    }
}

/// Notes what is wrong with what is said of an error, whose block begins at this line.
pub(crate) fn check_fails(fails: &Fails, line: u32, notes: &mut Notes<'_>) {
    check_inline(&fails.when, "when", line, notes);
    if !fails.errno.starts_with("EAI_") && errno(&fails.errno).is_none() {
        notes.add(line, format!("unknown error `{}`", fails.errno), "Write its name as errno(3) does");
    }
    match (fails.source.is_empty(), fails.cited.is_empty()) {
        (true, false) => check_inline(&fails.cited, "cited", line, notes),
        (false, true) if fails.prints.contains(&fails.errno) => {}
        (false, true) => {
            notes.add(line, "the program does not print the error", "Write prints = \"EAGAIN\\n\"")
        }
        _ => notes.add(line, "not one of `source` and `cited`", "Show it by a program, or say who says so"),
    }
    match Program::compile(&fails.source, "server.py") {
        Ok(_) => {}
        Err(Unfit::Syntax(fault)) => {
            notes.add(line, format!("line {}: {}", fault.line, fault.says), "Mend the program")
        }
        Err(Unfit::Refused(refusals)) => {
            for it in refusals {
                notes.add(line, format!("line {}: {}", it.line, it.says), format!("Instead: {}", it.instead));
            }
        }
    }
}

/// What the first use of a word leads to: each call's name, each error, the words of terms; and words that lead to two places.
fn words(reference: &Reference) -> (Words, Vec<Problem>) {
    let mut entries = Vec::new();
    for page in reference.calls() {
        let to = format!("/reference/{}", page.slug());
        let names = page.front.names.iter().filter(|name| !page.front.otherwise.contains(name));
        entries.extend(names.map(|name| (Entry::call(name, &to), &page.text.file, 1)));
    }
    for name in reference.errors() {
        let words = [name.to_owned(), format!("`{name}`")];
        let entry = Entry::term(&words, &format!("/reference/{ERRORS}#{}", errno_id(name)));
        entries.push((entry, &reference.pages[0].text.file, 1));
    }
    for page in reference.of_terms() {
        for term in page.terms().filter(|term| !term.words.is_empty()) {
            let entry = Entry::term(&term.words, &format!("/reference/{}#{}", page.slug(), term.id));
            entries.push((entry, &page.text.file, term.line));
        }
    }
    let mut problems = Vec::new();
    let mut seen = BTreeSet::new();
    for (entry, file, line) in &entries {
        for word in entry.words().filter(|word| !seen.insert(*word)) {
            problems.push(Problem {
                file: (*file).clone(),
                line: *line,
                what: format!("`{}` leads to two places", word.1),
                how: "Leave it to one of them".into(),
            });
        }
    }
    (Words(entries.into_iter().map(|it| it.0).collect()), problems)
}

/// A term's heading as its block's info string has it: its name, and behind a bar the words that lead to it.
pub(crate) fn heading(info: &str) -> (String, Vec<String>) {
    let (name, words) = info.split_once('|').unwrap_or((info, ""));
    let words = words.split(',').map(str::trim).filter(|word| !word.is_empty());
    (name.trim().into(), words.map(String::from).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const MD: &str = "+++\ntitle = \"`recv`\"\nkind = \"call\"\norder = 1\nlede = \"l\"\nabout = \"a\"\nnames = [\"recv\"]\n\
        python = \"p\"\nc = \"c\"\nsources = [[\"recv(2)\", \"https://x.example\"]]\n+++\n## What it does\n\nA\n\n## When it waits\n\nB\n\n\
        ## What it returns\n\nC\n\n```fails\nerrno = \"EAGAIN\"\nwhen = \"now\"\nprints = \"EAGAIN\\n\"\nsource = '''\nprint(\"EAGAIN\")\n'''\n```\n";

    fn problems(text: &str) -> Vec<String> {
        read("x.md", "x", text).1.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_calls_page_has_its_sections_and_its_errors() {
        let (page, problems) = read("x.md", "x", MD);
        assert_eq!(problems, []);
        let page = page.expect("it can be read");
        assert_eq!((page.title().as_str(), page.fails.len()), ("recv", 1));
    }

    #[test]
    fn every_mistake_is_told_at_once() {
        let text =
            MD.replace("## When it waits", "## Waiting").replace("\"EAGAIN\"\nwhen", "\"EAGIAN\"\nwhen");
        let told = problems(&text);
        assert_eq!(told.len(), 3, "{told:?}");
        assert!(told[0].starts_with("x.md:1: no section `when-it-waits`"), "{told:?}");
        assert!(told[1].starts_with("x.md:25: the program does not print the error"), "{told:?}");
        assert!(told[2].starts_with("x.md:25: unknown error `EAGIAN`"), "{told:?}");
        assert!(problems(&MD.replace("\nB\n", "\nXXX\n"))[0].starts_with("x.md:18: unfinished: `XXX`"));
        assert!(problems(&MD.replace("order", "ordre"))[0].starts_with("x.md:4: "));
        assert!(problems(&MD.replace("print(", "print "))[0].starts_with("x.md:25: line 1: "));
    }

    #[test]
    fn a_word_leads_to_one_place() {
        let page = |word: &str| {
            let text = format!(
                "+++\ntitle = \"T\"\nkind = \"terms\"\norder = 1\nlede = \"l\"\nabout = \"a\"\n+++\n~~~term A | `{word}`\nA.\n~~~\n"
            );
            let (page, problems) = read("t.md", "t", &text);
            assert_eq!(problems, []);
            page.expect("it can be read")
        };
        let of = |word: &str| {
            let call = read("x.md", "x", MD).0.expect("it can be read");
            words(&Reference { pages: vec![call, page(word)], words: Words::default() }).1
        };
        assert_eq!(of("recv_into"), []);
        assert_eq!(of("recv")[0].to_string(), "t.md:8: `recv` leads to two places. Leave it to one of them");
    }

    #[test]
    fn a_terms_heading_says_which_words_lead_to_it() {
        assert_eq!(
            heading("Backlog | backlog, `somaxconn`"),
            ("Backlog".into(), vec!["backlog".into(), "`somaxconn`".into()])
        );
        assert_eq!(heading("Backlog"), ("Backlog".into(), vec![]));
    }
}
