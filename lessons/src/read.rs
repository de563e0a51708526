//! Reads one lesson file: Markdown with front matter and fenced blocks.

use std::collections::BTreeSet;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Parser, Tag, TagEnd};
use scene::{FigureSpec, LiveSpec, Prediction, StageSpec};

use crate::check::{self, Source};
use crate::clinic::{Mistake, Repair};
use crate::coverage::is_row;
use crate::lesson::{Block, Lesson, Link, Measured, Truth, figures};
use crate::problem::{Notes, Problem, newlines};
use crate::prose::{OPTIONS, Prose, check_inline, escape, slug};
use crate::{front, listing};

const BLOCKS: &str =
    "Write figure, programs, predict, live, truth, measured, mistake, repair, after, side, python or text";
const FORM: &str = "lessons/README.md has the form of this block";

/// Reads the lesson in `text`. `file` is the name that problems are told with.
///
/// The lesson is only fit to be shown when there are no problems.
pub fn read(file: &str, slug: &str, text: &str) -> (Lesson, Vec<Problem>) {
    let text = text.replace("\r\n", "\n");
    let mut notes = Notes::new(file);
    let (front, markdown, body_line) = front::read(&text, &mut notes);
    for (name, markdown) in [("title", &front.title), ("lede", &front.lede)] {
        if !markdown.is_empty() {
            check_inline(markdown, name, 1, &mut notes);
        }
    }
    let (Body { blocks, links, ids, codes }, mut notes) = body(markdown, body_line, notes);
    if !codes.is_empty() || blocks.iter().any(|it| matches!(it, Block::Hint { .. } | Block::Part { .. })) {
        notes.add(1, "a lesson with hints or a solution", "They belong into an exercise");
    }
    let lesson = Lesson { slug: slug.into(), file: file.into(), front, blocks, links, ids };
    let mut problems = notes.problems;
    problems.sort_by_key(|p| p.line);
    (lesson, problems)
}

/// What stands below a front matter.
pub(crate) struct Body {
    pub(crate) blocks: Vec<Block>,
    pub(crate) links: Vec<Link>,
    pub(crate) ids: Vec<String>,
    /// The listings of a solution's parts, in their order, each with its line.
    pub(crate) codes: Vec<(String, u32)>,
}

/// Reads what stands below a front matter, from this line on.
pub(crate) fn body<'f>(markdown: &str, first: u32, notes: Notes<'f>) -> (Body, Notes<'f>) {
    let mut reader = Reader {
        notes,
        ids: ["main", "top"].map(String::from).into(),
        level: 1,
        links: Vec::new(),
        predictions: Vec::new(),
        afters: Vec::new(),
        codes: Vec::new(),
        broken_figure: false,
    };
    let mut blocks = reader.blocks(markdown, first);
    reader.attach_predictions(&mut blocks);
    let Reader { mut notes, ids, links, afters, codes, broken_figure, .. } = reader;
    let stages: Vec<_> = figures(&blocks).iter().map(|f| f.id().to_owned()).collect();
    for (stage, line) in afters {
        if !broken_figure && !stages.contains(&stage) {
            notes.add(line, format!("`after` names the figure `{stage}`, which is not here"), known(&stages));
        }
    }
    (Body { blocks, links, ids: ids.into_iter().collect(), codes }, notes)
}

fn known(ids: &[String]) -> String {
    if ids.is_empty() {
        "This lesson has no figure".into()
    } else {
        format!("Its figures are: {}", ids.join(", "))
    }
}

struct Reader<'f> {
    notes: Notes<'f>,
    ids: BTreeSet<String>,
    /// The level of the last heading; the page's title is 1.
    level: u8,
    links: Vec<Link>,
    predictions: Vec<(Prediction, u32)>,
    afters: Vec<(String, u32)>,
    /// The listings of a solution's parts.
    codes: Vec<(String, u32)>,
    /// Whether a figure could not be read: then what names it is no mistake of its own.
    broken_figure: bool,
}

impl Reader<'_> {
    /// The blocks of `text`, which begins at line `first` of the file.
    fn blocks(&mut self, text: &str, first: u32) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut prose: Vec<Event<'static>> = Vec::new();
        let line_at = |offset: usize| first + newlines(&text[..offset]);
        let mut events = Parser::new_ext(text, OPTIONS).into_offset_iter().peekable();
        while let Some((event, range)) = events.next() {
            let line = line_at(range.start);
            match event {
                Event::Start(Tag::CodeBlock(kind)) => {
                    let mut body = String::new();
                    for (event, _) in events.by_ref() {
                        match event {
                            Event::Text(text) => body.push_str(&text),
                            _ => break,
                        }
                    }
                    let info = match &kind {
                        CodeBlockKind::Fenced(info) => info.trim(),
                        CodeBlockKind::Indented => "",
                    };
                    match self.fence(info, &body, line) {
                        Some(Fenced::Listing(html)) => prose.push(Event::Html(html.into())),
                        Some(Fenced::Block(block)) => {
                            flush(&mut prose, &mut blocks);
                            blocks.push(block);
                        }
                        None => {}
                    }
                }
                Event::Start(Tag::Heading { level, id, classes, attrs }) => {
                    let title = text[range].trim_start_matches('#').trim();
                    let title = title.split(" {#").next().unwrap_or(title);
                    let id = self.heading(level, id.as_deref(), title, line);
                    let classes = classes.into_iter().map(|c| c.into_static()).collect();
                    let attrs = attrs
                        .into_iter()
                        .map(|(k, v)| (k.into_static(), v.map(|v| v.into_static())))
                        .collect();
                    prose.push(Event::Start(Tag::Heading { level, id: Some(id.into()), classes, attrs }));
                }
                Event::Html(html) | Event::InlineHtml(html) => {
                    let what = format!("raw HTML `{}`", html.trim());
                    self.notes.add(line, what, "Say it in Markdown, or write &lt; for a <");
                }
                other => {
                    self.inspect(&other, events.peek().map(|(e, _)| e), line);
                    prose.push(other.into_static());
                }
            }
        }
        flush(&mut prose, &mut blocks);
        blocks
    }

    /// Notes what is wrong with links and images.
    fn inspect(&mut self, event: &Event<'_>, next: Option<&Event<'_>>, line: u32) {
        match event {
            Event::Start(Tag::Link { dest_url, .. }) => {
                self.links.push(Link { target: dest_url.to_string(), line });
            }
            Event::Start(Tag::Image { dest_url, .. }) => {
                if matches!(next, Some(Event::End(TagEnd::Image))) {
                    let how = "Write what it shows: ![two hosts and a wire](…)";
                    self.notes.add(line, format!("the image `{dest_url}` has no text"), how);
                }
                if dest_url.contains("://") {
                    let how = "Put the image into the site: no page asks another site for anything";
                    self.notes.add(line, format!("the image `{dest_url}` is on another site"), how);
                }
            }
            _ => {}
        }
    }

    /// Notes a heading, answers its id.
    fn heading(&mut self, level: HeadingLevel, id: Option<&str>, title: &str, line: u32) -> String {
        let level = level as u8;
        if level == 1 {
            self.notes.add(
                line,
                "a second title",
                "The title stands in the front matter; begin sections with ##",
            );
        } else if level > self.level + 1 {
            let what = format!("a heading of level {level} below one of level {}", self.level);
            self.notes.add(line, what, format!("Use {}", "#".repeat(usize::from(self.level) + 1)));
        }
        self.level = level.max(1);
        match id {
            Some(id) => {
                self.claim(id, line);
                id.into()
            }
            None => {
                let id = slug(title, &self.ids);
                self.ids.insert(id.clone());
                id
            }
        }
    }

    /// Takes an id, notes when it cannot be had.
    fn claim(&mut self, id: &str, line: u32) {
        let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if id.is_empty() || !id.chars().all(word) {
            self.notes.add(line, format!("`{id}` is no id"), "Use lower-case letters, digits and hyphens");
        } else if !self.ids.insert(id.into()) {
            self.notes.add(
                line,
                format!("a second `{id}` in this lesson"),
                "Give each figure and heading its own id",
            );
        }
    }

    /// A fenced block with this info string, whose fence is at `line`.
    fn fence(&mut self, info: &str, body: &str, line: u32) -> Option<Fenced> {
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
            "side" | "part" | "python" | "text" => {
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

    fn truth(&mut self, source: &Source<'_>) -> Option<Truth> {
        let truth = self.toml::<Truth>(source)?;
        for (name, markdown) in [("title", &truth.title), ("says", &truth.says), ("foot", &truth.foot)] {
            check_inline(markdown, name, source.first, &mut self.notes);
        }
        if !is_row(&truth.row) || !truth.row.starts_with('T') {
            let what = format!("unknown curriculum row `{}`", truth.row);
            self.notes.add(source.first, what, "A truth box belongs to one of the rows T1 to T20");
        }
        Some(truth)
    }

    /// Gives each prediction to its stage.
    fn attach_predictions(&mut self, blocks: &mut [Block]) {
        let predictions = std::mem::take(&mut self.predictions);
        let mut stages = Vec::new();
        collect_stages(blocks, &mut stages);
        for (prediction, line) in predictions {
            match stages.iter_mut().find(|s| s.id == prediction.stage) {
                Some(stage) => {
                    check::prediction(line, &prediction, &stage.scenario, &mut self.notes);
                    stage.predictions.push(prediction);
                }
                None if self.broken_figure => {}
                None => {
                    let ids: Vec<_> = stages.iter().map(|s| s.id.clone()).collect();
                    let what =
                        format!("the prediction names the stage `{}`, which is not here", prediction.stage);
                    self.notes.add(line, what, known(&ids));
                }
            }
        }
    }
}

#[expect(clippy::large_enum_variant, reason = "one at a time, taken apart at once")]
enum Fenced {
    Block(Block),
    Listing(String),
}

fn flush(prose: &mut Vec<Event<'static>>, blocks: &mut Vec<Block>) {
    if !prose.is_empty() {
        blocks.push(Block::Prose(Prose(std::mem::take(prose))));
    }
}

fn collect_stages<'b>(blocks: &'b mut [Block], stages: &mut Vec<&'b mut StageSpec>) {
    for block in blocks {
        match block {
            Block::Figure(FigureSpec::Stage(stage) | FigureSpec::Programs(stage)) => stages.push(stage),
            Block::After { blocks, .. }
            | Block::Side { blocks, .. }
            | Block::Hint { blocks }
            | Block::Part { blocks, .. } => collect_stages(blocks, stages),
            Block::Figure(FigureSpec::Live(_))
            | Block::Prose(_)
            | Block::Truth(_)
            | Block::Measured(_)
            | Block::Mistake(_)
            | Block::Repair(_) => {}
        }
    }
}
