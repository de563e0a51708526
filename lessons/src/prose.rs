//! Prose: Markdown without figures, kept as events until a page knows where its links go.

use std::collections::BTreeSet;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

use crate::problem::Notes;
use crate::words::Unused;

/// The Markdown that lessons may use beyond the core: tables, and ids on headings.
pub(crate) const OPTIONS: Options = Options::ENABLE_TABLES.union(Options::ENABLE_HEADING_ATTRIBUTES);

/// Some blocks of Markdown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Prose(pub(crate) Vec<Event<'static>>);

impl Prose {
    /// As HTML, with links at the first uses of words that the page has not used yet.
    pub fn html(&self, page: &dyn Whereabouts, unused: &Unused<'_>) -> String {
        let events = self.0.iter().cloned().map(|event| match event {
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                Event::Start(Tag::Link { link_type, dest_url: page.href(&dest_url).into(), title, id })
            }
            Event::Start(Tag::Heading { level, id, classes, attrs }) => Event::Start(Tag::Heading {
                level: deeper(level, page),
                id: id.map(|id| page.id(&id).into()),
                classes,
                attrs,
            }),
            Event::End(TagEnd::Heading(level)) => Event::End(TagEnd::Heading(deeper(level, page))),
            other => other,
        });
        let mut out = String::new();
        html::push_html(&mut out, anchored(unused.link(events, &|link| page.href(link))).into_iter());
        out
    }
}

/// With a link in each heading that leads to it, for whoever wants its address. It has no text, and whoever reads by ear or by keys does not
/// meet it.
fn anchored(events: Vec<Event<'_>>) -> Vec<Event<'_>> {
    let mut out = Vec::with_capacity(events.len());
    let mut place = None;
    for event in events {
        if let Event::Start(Tag::Heading { id, .. }) = &event {
            place.clone_from(id);
        }
        let ends = matches!(event, Event::End(TagEnd::Heading(_)));
        if let Some(id) = place.take_if(|_| ends) {
            let link = format!(
                "<a class=\"anchor\" href=\"#{}\" aria-hidden=\"true\" tabindex=\"-1\"></a>",
                escape(&id)
            );
            out.push(Event::InlineHtml(link.into()));
        }
        out.push(event);
    }
    out
}

/// The page in which a text stands.
pub trait Whereabouts {
    /// Where a link leads from there, as its author wrote it.
    fn href(&self, link: &str) -> String;
    /// The id that a place of the text has there.
    fn id(&self, id: &str) -> String {
        id.into()
    }
    /// The level that a heading has there.
    fn level(&self, level: u8) -> u8 {
        level
    }
}

fn deeper(level: HeadingLevel, page: &dyn Whereabouts) -> HeadingLevel {
    HeadingLevel::try_from(usize::from(page.level(level as u8))).unwrap_or(HeadingLevel::H6)
}

/// Markdown without blocks, as HTML without a paragraph around it. Links are dropped, raw HTML is shown as text.
pub fn inline_html(markdown: &str) -> String {
    let events = Parser::new(markdown).filter_map(|event| match event {
        Event::Start(Tag::Emphasis | Tag::Strong) | Event::End(TagEnd::Emphasis | TagEnd::Strong) => {
            Some(event)
        }
        Event::Start(_) | Event::End(_) => None,
        Event::Html(text) | Event::InlineHtml(text) => Some(Event::Text(text)),
        other => Some(other),
    });
    let mut out = String::new();
    html::push_html(&mut out, events);
    out.trim().into()
}

/// Markdown without blocks, as plain text.
pub fn inline_text(markdown: &str) -> String {
    let text = Parser::new(markdown).filter_map(|event| match event {
        Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => {
            Some(text.into_string())
        }
        Event::SoftBreak | Event::HardBreak => Some(" ".into()),
        _ => None,
    });
    text.collect::<String>().trim().into()
}

/// Notes what `inline_html` would drop: everything but text, `code`, *emphasis* and **strong**.
pub(crate) fn check_inline(markdown: &str, name: &str, line: u32, notes: &mut Notes<'_>) {
    let plain = |event: &Event<'_>| {
        matches!(
            event,
            Event::Text(_)
                | Event::Code(_)
                | Event::SoftBreak
                | Event::Start(Tag::Paragraph | Tag::Emphasis | Tag::Strong)
                | Event::End(_)
        )
    };
    let paragraphs = Parser::new(markdown).filter(|e| matches!(e, Event::Start(Tag::Paragraph))).count();
    if paragraphs != 1 || !Parser::new(markdown).all(|e| plain(&e)) {
        notes.add(
            line,
            format!("`{name}` has more than one paragraph of plain words"),
            "Use text, `code`, *emphasis* and **strong** only",
        );
    }
}

/// An id for a heading: its words in lower case, joined by hyphens, not yet in `taken`.
pub(crate) fn slug(title: &str, taken: &BTreeSet<String>) -> String {
    let words: Vec<_> = title
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    let id = if words.is_empty() { "section".into() } else { words.join("-") };
    let more = (2..).map(|n| format!("{id}-{n}"));
    std::iter::once(id.clone()).chain(more).find(|id| !taken.contains(id)).expect("numbers do not end")
}

/// Text as it may stand in HTML, also between double quotes.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inline_markdown_has_no_paragraph_and_no_raw_html() {
        assert_eq!(
            inline_html("How much did `send` *take*?"),
            "How much did <code>send</code> <em>take</em>?"
        );
        assert_eq!(inline_html("a <b>c</b>"), "a &lt;b&gt;c&lt;/b&gt;");
        assert_eq!(inline_text("How much did `send` *take*?"), "How much did send take?");
    }

    #[test]
    fn heading_ids_are_words_and_never_repeat() {
        let taken = BTreeSet::from(["what-send-did".into()]);
        assert_eq!(slug("What `send` did", &BTreeSet::new()), "what-send-did");
        assert_eq!(slug("What send did?", &taken), "what-send-did-2");
    }
}
