//! Words of the reference, and the first use of each in a page: there it becomes a link.

use std::cell::RefCell;
use std::collections::BTreeSet;

use pulldown_cmark::{CowStr, Event, Tag, TagEnd};

use crate::prose::escape;

/// What stands before a call's name where a program calls it on something: `s.recv(4096)`. A file's `close` is no socket's.
const HOLDERS: [&str; 9] = ["client", "conn", "listener", "os", "s", "select", "server", "sock", "socket"];

/// What a page of the reference can be reached by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Words in running text.
    text: Vec<String>,
    /// Words between backticks.
    code: Vec<String>,
    /// Whether the code may be called: `recv(4096)`, `sock.recv(4096)`.
    called: bool,
    /// The page and the place in it, from the site's root.
    to: String,
}

impl Entry {
    /// A call: its name in code, alone or called.
    pub(crate) fn call(name: &str, to: &str) -> Self {
        Self { text: Vec::new(), code: vec![name.into()], called: true, to: to.into() }
    }

    /// A term: words, those in code between backticks.
    pub(crate) fn term(words: &[String], to: &str) -> Self {
        let (code, text): (Vec<_>, Vec<_>) = words.iter().cloned().partition(|word| word.starts_with('`'));
        let code = code.iter().map(|word| word.trim_matches('`').to_owned()).collect();
        Self { text, code, called: false, to: to.into() }
    }

    /// All its words, and whether each stands in code.
    pub(crate) fn words(&self) -> impl Iterator<Item = (bool, &str)> {
        let text = self.text.iter().map(|word| (false, word.as_str()));
        text.chain(self.code.iter().map(|word| (true, word.as_str())))
    }

    fn is_named_by(&self, code: &str) -> bool {
        self.code.iter().any(|name| code == name)
            || (self.called && called(code).is_some_and(|it| self.code.iter().any(|name| it == name)))
    }

    /// Where it stands first in a text: from and to.
    fn found_in(&self, text: &str) -> Option<(usize, usize)> {
        let found = self.text.iter().filter_map(|word| find(text, word));
        found.min_by_key(|(from, to)| (*from, std::cmp::Reverse(*to)))
    }
}

/// The name of what a piece of code calls, if that is all it does and it is a socket's or a module's.
fn called(code: &str) -> Option<&str> {
    let name = match code.strip_suffix(')') {
        Some(call) => call.split_once('(')?.0,
        None => code,
    };
    match name.rsplit_once('.') {
        Some((holder, name)) => HOLDERS.contains(&holder).then_some(name),
        None => Some(name),
    }
}

/// Where a word stands in a text as a word of its own; it may begin a sentence, and break over lines.
fn find(text: &str, word: &str) -> Option<(usize, usize)> {
    let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    let first = word.chars().next()?;
    let mut begins = text.match_indices(|c: char| c.eq_ignore_ascii_case(&first));
    begins.find_map(|(from, _)| {
        let mut left = text[from..].chars();
        left.next();
        let same = word
            .chars()
            .skip(1)
            .all(|wanted| left.next().is_some_and(|c| c == wanted || (wanted == ' ' && c == '\n')));
        let to = text.len() - left.as_str().len();
        let apart = || !text[..from].ends_with(part) && !left.as_str().starts_with(part);
        (same && apart()).then_some((from, to))
    })
}

/// All that words may lead to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words(pub(crate) Vec<Entry>);

impl Words {
    /// The words for a page that has used none of them.
    pub fn unused(&self) -> Unused<'_> {
        Unused { words: &self.0, used: RefCell::default() }
    }
}

/// The words that a page has not used yet. Each leads somewhere once a page, at its first use, and never in headings, links or listings.
#[derive(Debug, Default)]
pub struct Unused<'w> {
    words: &'w [Entry],
    used: RefCell<BTreeSet<usize>>,
}

impl Unused<'_> {
    /// These events with links at first uses. `href` answers the address of a place of the site.
    pub(crate) fn link<'e>(
        &self,
        events: impl Iterator<Item = Event<'e>>,
        href: &dyn Fn(&str) -> String,
    ) -> Vec<Event<'e>> {
        let (mut out, mut within) = (Vec::new(), 0_u32);
        for event in joined(events) {
            match &event {
                Event::Start(tag) if is_closed(tag) => within += 1,
                Event::End(TagEnd::Heading(_) | TagEnd::Link | TagEnd::Image | TagEnd::CodeBlock) => {
                    within = within.saturating_sub(1);
                }
                _ => {}
            }
            match event {
                Event::Code(code) if within == 0 => match self.take(|entry| entry.is_named_by(&code)) {
                    Some(to) => anchor(&mut out, &href(to), Event::Code(code)),
                    None => out.push(Event::Code(code)),
                },
                Event::Text(text) if within == 0 => self.text(&text, href, &mut out),
                other => out.push(other),
            }
        }
        out
    }

    /// The address of the first entry that is meant, unless it was used.
    fn take(&self, meant: impl Fn(&Entry) -> bool) -> Option<&str> {
        let (at, entry) = self.words.iter().enumerate().find(|(_, entry)| meant(entry))?;
        self.used.borrow_mut().insert(at).then_some(entry.to.as_str())
    }

    fn text<'e>(&self, text: &str, href: &dyn Fn(&str) -> String, out: &mut Vec<Event<'e>>) {
        let mut rest = text;
        loop {
            let free = self.words.iter().enumerate().filter(|(at, _)| !self.used.borrow().contains(at));
            let found = free.filter_map(|(at, entry)| entry.found_in(rest).map(|it| (it, at)));
            // Of words that begin at one place the longest: "send buffer" before "send".
            let first = found.min_by_key(|((from, to), _)| (*from, std::cmp::Reverse(*to)));
            let Some(((from, to), at)) = first else { break };
            self.used.borrow_mut().insert(at);
            push_text(out, &rest[..from]);
            let word = CowStr::from(rest[from..to].to_owned());
            anchor(out, &href(&self.words[at].to), Event::Text(word));
            rest = &rest[to..];
        }
        push_text(out, rest);
    }
}

/// Where nothing is linked.
fn is_closed(tag: &Tag<'_>) -> bool {
    matches!(tag, Tag::Heading { .. } | Tag::Link { .. } | Tag::Image { .. } | Tag::CodeBlock(_))
}

fn push_text(out: &mut Vec<Event<'_>>, text: &str) {
    if !text.is_empty() {
        out.push(Event::Text(CowStr::from(text.to_owned())));
    }
}

fn anchor<'e>(out: &mut Vec<Event<'e>>, href: &str, what: Event<'e>) {
    out.push(Event::InlineHtml(format!("<a class=\"term\" href=\"{}\">", escape(href)).into()));
    out.push(what);
    out.push(Event::InlineHtml("</a>".into()));
}

/// Texts that follow each other as one, over the ends of lines.
fn joined<'e>(events: impl Iterator<Item = Event<'e>>) -> Vec<Event<'e>> {
    let mut out: Vec<Event<'e>> = Vec::new();
    for event in events {
        let more = match &event {
            Event::Text(text) => text.to_string(),
            Event::SoftBreak => "\n".into(),
            _ => String::new(),
        };
        match out.last_mut() {
            Some(Event::Text(text)) if !more.is_empty() => *text = format!("{text}{more}").into(),
            _ if event == Event::SoftBreak => out.push(Event::Text(more.into())),
            _ => out.push(event),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prose::{Prose, Whereabouts};
    use pulldown_cmark::{Event, Parser};

    fn words() -> Words {
        let term = |words: &[&str], to: &str| {
            Entry::term(&words.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>(), to)
        };
        Words(vec![
            Entry::call("recv", "/recv"),
            Entry::call("close", "/close"),
            term(&["EAGAIN", "`EAGAIN`"], "/e#eagain"),
            term(&["buffer", "buffers"], "/g#buffer"),
            term(&["send buffer", "`SO_SNDBUF`"], "/g#send-buffer"),
        ])
    }

    struct Plain;
    impl Whereabouts for Plain {
        fn href(&self, link: &str) -> String {
            link.into()
        }
    }

    fn linked(unused: &Unused<'_>, text: &str) -> String {
        let prose = Prose(Parser::new(text).map(Event::into_static).collect());
        let html = prose.html(&Plain, unused);
        html.trim().replace("<a class=\"term\" href=\"", "[").replace("\">", " ").replace("</a>", "]")
    }

    #[test]
    fn the_first_use_of_a_word_leads_to_it_and_no_other() {
        let words = words();
        let unused = words.unused();
        assert_eq!(
            linked(&unused, "Buffers: a buffer. `recv` and `recv(1)`."),
            "<p>[/g#buffer Buffers]: a buffer. [/recv <code>recv</code>] and <code>recv(1)</code>.</p>"
        );
        assert_eq!(linked(&unused, "A buffer, `recv`."), "<p>A buffer, <code>recv</code>.</p>");
    }

    #[test]
    fn the_longest_word_counts_also_over_the_end_of_a_line() {
        let words = words();
        assert_eq!(
            linked(&words.unused(), "The send\nbuffer is a buffer."),
            "<p>The [/g#send-buffer send\nbuffer] is a [/g#buffer buffer].</p>"
        );
        assert_eq!(linked(&words.unused(), "`SO_SNDBUF`"), "<p>[/g#send-buffer <code>SO_SNDBUF</code>]</p>");
    }

    #[test]
    fn headings_links_and_parts_of_words_stay_as_they_are() {
        let words = words();
        for text in [
            "## The buffer",
            "[a buffer](x) of",
            "unbuffered buffer-like _buffer",
            "`recv_exactly` `data = recv()`",
        ] {
            let html = linked(&words.unused(), text);
            assert!(!html.contains("[/"), "{html}");
        }
    }

    #[test]
    fn a_call_is_named_by_whoever_makes_it_on_a_socket() {
        let words = words();
        assert!(linked(&words.unused(), "`s.recv(4096)`").contains("[/recv"));
        assert!(linked(&words.unused(), "`close()`").contains("[/close"));
        assert!(!linked(&words.unused(), "`file.close()`").contains('['));
        assert!(linked(&words.unused(), "`EAGAIN`").contains("[/e#eagain"));
        assert!(!linked(&words.unused(), "`EAGAIN()`").contains('['));
    }
}
