//! Fenced blocks: what each kind of them says.

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Parser, Tag};
use scene::{FigureSpec, LiveSpec, StageSpec};

use super::Reader;
use crate::check::{self, Source};
use crate::clinic::{Mistake, Repair};
use crate::coverage::is_row;
use crate::lesson::{Block, Measured, Truth};
use crate::listing;
use crate::problem::newlines;
use crate::prose::{OPTIONS, check_inline, escape};
use crate::reference::{self, Fails, Term};

const BLOCKS: &str = "Write figure, programs, predict, live, truth, measured, mistake, repair, fails, term, after, side, python or text";
const FORM: &str = "lessons/README.md has the form of this block";

#[expect(clippy::large_enum_variant, reason = "one at a time, taken apart at once")]
pub(super) enum Fenced {
    Block(Block),
    Listing(String),
}

impl Reader<'_> {
    /// A fenced block with this info string, whose fence is at `line`.
    pub(super) fn fence(&mut self, info: &str, body: &str, line: u32) -> Option<Fenced> {
        let (kind, rest) = info.split_once(char::is_whitespace).unwrap_or((info, ""));
        let (rest, first) = (rest.trim(), line + 1);
        let source = Source { text: body, first, at: &[] };
        match kind {
            "figure" => self.stage(&source).map(|s| Fenced::Block(Block::Figure(FigureSpec::Stage(s)))),
            "programs" => {
                self.programs(&source).map(|p| Fenced::Block(Block::Figure(FigureSpec::Programs(p))))
            }
            "live" => self.live(&source).map(|l| Fenced::Block(Block::Figure(FigureSpec::Live(l)))),
            "predict" => {
                let prediction = self.toml(&source)?;
                self.predictions.push((prediction, first));
                None
            }
            "truth" => self.truth(&source).map(|t| Fenced::Block(Block::Truth(t))),
            "measured" => self.toml::<Measured>(&source).map(|m| Fenced::Block(Block::Measured(m))),
            "mistake" => self.toml::<Mistake>(&source).map(|m| Fenced::Block(Block::Mistake(m))),
            "repair" => self.toml::<Repair>(&source).map(|r| Fenced::Block(Block::Repair(r))),
            "fails" => self.fails(&source).map(|f| Fenced::Block(Block::Fails(f))),
            "term" if !rest.is_empty() => Some(Fenced::Block(Block::Term(self.term(rest, body, line)))),
            "after" => {
                let (stage, title) = rest.split_once(' ').unwrap_or((rest, ""));
                if title.trim().is_empty() {
                    self.notes.add(line, "`after` without a heading", "Write ~~~after STAGE Heading");
                    return None;
                }
                self.afters.push((stage.into(), line));
                let id = self.heading(HeadingLevel::H2, None, title, line);
                let blocks = self.blocks(body, first);
                Some(Fenced::Block(Block::After {
                    stage: stage.into(),
                    id,
                    title: title.trim().into(),
                    blocks,
                }))
            }
            "side" if !rest.is_empty() => {
                let blocks = self.blocks(body, first);
                Some(Fenced::Block(Block::Side { title: rest.into(), blocks }))
            }
            "hint" => Some(Fenced::Block(Block::Hint { blocks: self.blocks(body, first) })),
            "part" if !rest.is_empty() => {
                self.part(body, first);
                let blocks = self.blocks(body, first);
                Some(Fenced::Block(Block::Part { title: rest.into(), blocks }))
            }
            "python" | "text" if !rest.is_empty() => {
                Some(Fenced::Listing(listing::html(rest, body, kind == "python")))
            }
            "side" | "part" | "term" | "python" | "text" => {
                self.notes.add(
                    line,
                    format!("`{kind}` without a title"),
                    format!("Write ```{kind} What it is"),
                );
                None
            }
            "" => {
                self.notes.add(line, "a code block without a kind", BLOCKS);
                None
            }
            other => {
                self.notes.add(line, format!("unknown block kind `{}`", escape(other)), BLOCKS);
                None
            }
        }
    }

    /// Keeps the listing of a solution's part, which begins at this line.
    fn part(&mut self, body: &str, first: u32) {
        let mut events = Parser::new_ext(body, OPTIONS).into_offset_iter();
        let mut found = Vec::new();
        while let Some((event, range)) = events.next() {
            let Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) = event else { continue };
            if info.starts_with("python") {
                let text = events.by_ref().map_while(|(event, _)| match event {
                    Event::Text(text) => Some(text.into_string()),
                    _ => None,
                });
                found.push((text.collect::<String>(), first + newlines(&body[..range.start])));
            }
        }
        if found.len() != 1 {
            let what = format!("a part of the solution with {} listings", found.len());
            self.notes.add(first, what, "Write one ```python listing in each ~~~part, and why below it");
        }
        self.codes.extend(found);
    }

    fn toml<T: serde::de::DeserializeOwned>(&mut self, source: &Source<'_>) -> Option<T> {
        toml::from_str(source.text).map_err(|e| self.notes.toml(source.first, source.text, &e, FORM)).ok()
    }

    fn stage(&mut self, source: &Source<'_>) -> Option<StageSpec> {
        let Some(stage) = self.toml::<StageSpec>(source) else {
            self.broken_figure = true;
            return None;
        };
        self.claim(&stage.id, source.first);
        if !stage.predictions.is_empty() {
            self.notes.add(source.first, "predictions inside the figure", "Write each as a block ```predict");
        }
        check::scenario(source, &stage.scenario, &mut self.notes);
        Some(stage)
    }

    fn programs(&mut self, source: &Source<'_>) -> Option<StageSpec> {
        let stage = self.stage(source)?;
        for (p, program) in stage.scenario.programs.iter().enumerate() {
            check::python(source, p, program, &mut self.notes);
        }
        Some(stage)
    }

    fn live(&mut self, source: &Source<'_>) -> Option<LiveSpec> {
        let Some(live) = self.toml::<LiveSpec>(source) else {
            self.broken_figure = true;
            return None;
        };
        self.claim(&live.id, source.first);
        check::scenario(source, &live.scenario, &mut self.notes);
        let peer = (!live.peer_program.is_empty()).then_some(("peer_program", &live.peer_program));
        for (field, name) in [("run", &live.run)].into_iter().chain(peer) {
            if !live.scenario.programs.iter().any(|p| p.name == *name) {
                let what = format!("`{field}` names the program `{name}`, which is not in the scenario");
                self.notes.add(source.first, what, "Name one of its programs");
            }
        }
        if live.peer.is_empty() != live.peer_program.is_empty() {
            let how = "Give both, or neither where the program talks to itself";
            self.notes.add(source.first, "of `peer` and `peer_program` one is missing", how);
        }
        Some(live)
    }

    fn fails(&mut self, source: &Source<'_>) -> Option<Fails> {
        let mut fails = self.toml::<Fails>(source)?;
        fails.source = fails.source.trim_start_matches('\n').into();
        reference::check_fails(&fails, source.first, &mut self.notes);
        Some(fails)
    }

    /// A term whose fence is at `line`: below a section its heading is of the third level, else of the second.
    fn term(&mut self, info: &str, body: &str, line: u32) -> Term {
        let (name, words) = reference::heading(info);
        check_inline(&name, "term", line, &mut self.notes);
        let above = self.level.min(2);
        let heading = if above == 1 { HeadingLevel::H2 } else { HeadingLevel::H3 };
        let id = self.heading(heading, None, &name, line);
        let blocks = self.blocks(body, line + 1);
        self.level = above;
        Term { name, id, line, level: heading as u8, words, blocks }
    }

    fn truth(&mut self, source: &Source<'_>) -> Option<Truth> {
        let mut truth = self.toml::<Truth>(source)?;
        truth.line = source.first;
        for (name, markdown) in [("title", &truth.title), ("says", &truth.says), ("foot", &truth.foot)] {
            check_inline(markdown, name, source.first, &mut self.notes);
        }
        if !is_row(&truth.row) || !truth.row.starts_with('T') {
            let what = format!("unknown curriculum row `{}`", truth.row);
            self.notes.add(source.first, what, "A truth box belongs to one of the rows T1 to T20");
        }
        Some(truth)
    }
}
