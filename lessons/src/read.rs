//! Reads one lesson file: Markdown with front matter and fenced blocks.

mod fences;

use std::collections::BTreeSet;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Parser, Tag, TagEnd};
use scene::{FigureSpec, Prediction, StageSpec};

use self::fences::Fenced;
use crate::lesson::{Block, Lesson, Link, figures};
use crate::problem::{Notes, Problem, newlines};
use crate::prose::{OPTIONS, Prose, check_inline, slug};
use crate::{check, front, marks};

/// Reads the lesson in `text`. `file` is the name that problems are told with.
///
/// The lesson is only fit to be shown when there are no problems.
pub fn read(file: &str, slug: &str, text: &str) -> (Lesson, Vec<Problem>) {
    let text = text.replace("\r\n", "\n");
    let mut notes = Notes::new(file);
    marks::check(&text, &mut notes);
    let (front, markdown, body_line) = front::read(&text, &mut notes);
    for (name, markdown) in [("title", &front.title), ("lede", &front.lede)] {
        if !markdown.is_empty() {
            check_inline(markdown, name, 1, &mut notes);
        }
    }
    let (Body { blocks, links, ids, codes, asks }, mut notes) = body(markdown, body_line, notes);
    if !codes.is_empty() || blocks.iter().any(|it| matches!(it, Block::Hint { .. } | Block::Part { .. })) {
        notes.add(1, "a lesson with hints or a solution", "They belong into an exercise");
    }
    if blocks.iter().any(|it| matches!(it, Block::Fails(_) | Block::Term(_))) {
        notes.add(1, "a page with errors of a call or terms", "They belong into the reference");
    }
    let lesson = Lesson { slug: slug.into(), file: file.into(), front, blocks, links, ids, asks };
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
    /// The figure of each prediction and its line, in their order.
    pub(crate) asks: Vec<(String, u32)>,
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
    let asks = reader.attach_predictions(&mut blocks);
    let Reader { mut notes, ids, links, afters, codes, broken_figure, .. } = reader;
    let stages: Vec<_> = figures(&blocks).iter().map(|f| f.id().to_owned()).collect();
    for (stage, line) in afters {
        if !broken_figure && !stages.contains(&stage) {
            notes.add(line, format!("`after` names the figure `{stage}`, which is not here"), known(&stages));
        }
    }
    (Body { blocks, links, ids: ids.into_iter().collect(), codes, asks }, notes)
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

    /// Gives each prediction to its stage; which got one, and at what line it stands.
    fn attach_predictions(&mut self, blocks: &mut [Block]) -> Vec<(String, u32)> {
        let predictions = std::mem::take(&mut self.predictions);
        let (mut stages, mut asks) = (Vec::new(), Vec::new());
        collect_stages(blocks, &mut stages);
        for (prediction, line) in predictions {
            match stages.iter_mut().find(|s| s.id == prediction.stage) {
                Some(stage) => {
                    check::prediction(line, &prediction, &stage.scenario, &mut self.notes);
                    stage.predictions.push(prediction);
                    asks.push((stage.id.clone(), line));
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
        asks
    }
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
            | Block::Repair(_)
            | Block::Fails(_)
            | Block::Term(_) => {}
        }
    }
}
