//! Numbers and sentences as the site writes them.

use std::fmt;

use serde::{Deserialize, Serialize};
pub(crate) use world::in_order;
pub use world::number;

/// A half-open range of offsets: `2048–4096`.
pub fn range(start: u64, end: u64) -> String {
    format!("{}–{}", number(start), number(end))
}

/// A number of bytes with its noun: `1 byte`, `2048 bytes`.
pub fn bytes(n: u64) -> String {
    format!("{} {}", number(n), if n == 1 { "byte" } else { "bytes" })
}

/// Virtual time as the bar shows it, in milliseconds: `0.41 ms`.
pub fn time(us: u64) -> String {
    format!("{}.{:02} ms", number(us / 1000), us % 1000 / 10)
}

/// A piece of a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Words.
    Text(String),
    /// A call, a name or a value, as programs spell it.
    Code(String),
    /// Some bytes of the stream, half-open.
    Bytes(u64, u64),
    /// Stressed words.
    Em(String),
    /// Strong words.
    Strong(String),
}

/// A sentence or two, in pieces that a view may mark up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sentence(pub Vec<Part>);

impl Sentence {
    /// Words alone.
    pub fn text(words: impl Into<String>) -> Self {
        Self(vec![Part::Text(words.into())])
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Add words.
    #[must_use]
    pub fn and(mut self, words: impl Into<String>) -> Self {
        self.0.push(Part::Text(words.into()));
        self
    }

    /// Add code.
    #[must_use]
    pub fn code(mut self, code: impl Into<String>) -> Self {
        self.0.push(Part::Code(code.into()));
        self
    }

    /// Add bytes of the stream.
    #[must_use]
    pub fn bytes(mut self, start: u64, end: u64) -> Self {
        self.0.push(Part::Bytes(start, end));
        self
    }

    /// The pieces of inline Markdown: code spans, emphasis and strong emphasis; nothing else has a meaning here.
    pub fn inline_markdown(text: &str) -> Self {
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let mark = ["`", "**", "*"].into_iter().find(|mark| rest.starts_with(mark));
            let inner = mark.and_then(|mark| {
                let inside = &rest[mark.len()..];
                let end = inside.find(mark).filter(|end| *end > 0)?;
                Some((mark, &inside[..end], &inside[end + mark.len()..]))
            });
            if let Some((mark, inside, after)) = inner {
                if !plain.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut plain)));
                }
                parts.push(match mark {
                    "`" => Part::Code(inside.into()),
                    "**" => Part::Strong(inside.into()),
                    _ => Part::Em(inside.into()),
                });
                rest = after;
            } else {
                plain.push(if first == '\n' { ' ' } else { first });
                rest = &rest[first.len_utf8()..];
            }
        }
        if !plain.is_empty() {
            parts.push(Part::Text(plain));
        }
        Self(parts)
    }
}

/// The sentence in plain words.
impl fmt::Display for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in &self.0 {
            match part {
                Part::Text(text) | Part::Code(text) | Part::Em(text) | Part::Strong(text) => {
                    f.write_str(text)?
                }
                Part::Bytes(start, end) => f.write_str(&range(*start, *end))?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_come_from_ten_thousand_on() {
        let said: Vec<_> = [0, 999, 9999, 10_000, 123_456, 1_048_576].map(number).into();
        assert_eq!(said, ["0", "999", "9999", "10,000", "123,456", "1,048,576"]);
        assert_eq!(range(8192, 10_240), "8192–10,240");
        assert_eq!(bytes(1), "1 byte");
        assert_eq!(time(412), "0.41 ms");
        assert_eq!(time(42_000), "42.00 ms");
    }

    #[test]
    fn inline_markdown_knows_code_and_stress_and_keeps_the_rest() {
        let sentence = Sentence::inline_markdown("What does `send` do *now*, **really**? 2 * 3\n= `6");
        assert_eq!(
            sentence.0,
            [
                Part::Text("What does ".into()),
                Part::Code("send".into()),
                Part::Text(" do ".into()),
                Part::Em("now".into()),
                Part::Text(", ".into()),
                Part::Strong("really".into()),
                Part::Text("? 2 * 3 = `6".into()),
            ]
        );
    }
}
