//! A question of the review, and the variant in which it is asked.

use std::borrow::Cow;
use std::collections::BTreeMap;

use scene::{Part, Sentence};
use serde::{Deserialize, Serialize};

/// A question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Its own among all: `LESSON/ID`.
    pub name: String,
    /// The lesson that it is about.
    pub lesson: String,
    /// The question.
    pub ask: Sentence,
    /// Texts that it asks about: each a name and its lines.
    pub listing: Vec<(String, String)>,
    /// What one might answer.
    pub options: Vec<Sentence>,
    /// Which is right, from 1.
    pub answer: usize,
    /// Why.
    pub because: Sentence,
    /// What it is asked with; of none, as it stands.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variants: Vec<Variant>,
}

/// A question's variant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variant {
    /// What takes the place of `«name»` in its texts, by name.
    pub values: BTreeMap<String, String>,
    /// Which option is right, from 1.
    pub answer: usize,
}

impl Asked {
    /// As it is asked when it has been asked so many `times`: never twice in a row with the same values.
    pub(super) fn at(&self, times: u32) -> Cow<'_, Self> {
        let Some(variant) = self.variant(times).and_then(|at| self.variants.get(at)) else {
            return Cow::Borrowed(self);
        };
        let fill = |text: &str| {
            let with =
                |text: String, (name, value): (&String, &String)| text.replace(&format!("«{name}»"), value);
            variant.values.iter().fold(text.to_owned(), with)
        };
        let said = |it: &Sentence| {
            let part = |part: &Part| match part {
                Part::Text(text) => Part::Text(fill(text)),
                Part::Code(text) => Part::Code(fill(text)),
                Part::Em(text) => Part::Em(fill(text)),
                Part::Strong(text) => Part::Strong(fill(text)),
                Part::Bytes(start, end) => Part::Bytes(*start, *end),
            };
            Sentence(it.0.iter().map(part).collect())
        };
        Cow::Owned(Self {
            ask: said(&self.ask),
            listing: self.listing.iter().map(|(name, text)| (name.clone(), fill(text))).collect(),
            options: self.options.iter().map(said).collect(),
            answer: variant.answer,
            because: said(&self.because),
            ..self.clone()
        })
    }

    /// Which variant that is, from 0: one after the other, from one that its name decides.
    pub(super) fn variant(&self, times: u32) -> Option<usize> {
        let first = self.name.bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
        let at = (u64::from(first) + u64::from(times)).checked_rem(self.variants.len() as u64)?;
        usize::try_from(at).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn varied(name: &str, values: &[&str]) -> Asked {
        let variant = |(at, value): (usize, &&str)| Variant {
            values: BTreeMap::from([("n".into(), (*value).into()), ("m".into(), "five".into())]),
            answer: at + 1,
        };
        Asked {
            name: name.into(),
            lesson: "a".into(),
            ask: Sentence::text("How many of «n»?"),
            listing: vec![("n.py".into(), "print(«n», «n»)".into())],
            options: vec![Sentence::default().code("«n»"), Sentence::text("«m»")],
            answer: 1,
            because: Sentence::text("«m», not ").and("«n»."),
            variants: values.iter().enumerate().map(variant).collect(),
        }
    }

    #[test]
    fn every_text_of_a_variant_has_its_values_and_its_answer() {
        let question = varied("a/one", &["7"]);
        let asked = question.at(4);
        assert_eq!(asked.ask, Sentence::text("How many of 7?"));
        assert_eq!(asked.listing, [("n.py".to_owned(), "print(7, 7)".to_owned())]);
        assert_eq!(asked.options, [Sentence::default().code("7"), Sentence::text("five")]);
        assert_eq!(asked.because, Sentence::text("five, not ").and("7."));
        assert_eq!(varied("a/one", &[]).at(4).ask, question.ask, "without variants it is asked as it stands");
    }

    #[test]
    fn a_question_comes_back_with_the_next_variant_until_all_were_asked() {
        let question = varied("a/one", &["0", "1", "2"]);
        let order: Vec<_> = (0..6).map(|times| question.variant(times).unwrap()).collect();
        for pair in order.windows(2) {
            assert_eq!(pair[1], (pair[0] + 1) % 3, "{order:?}");
        }
        assert_eq!(question.at(2).answer, order[2] + 1);
        assert!(question.variant(u32::MAX).is_some());
        let firsts =
            ["a/one", "a/two", "b/one", "c", "d"].map(|name| varied(name, &["0", "1", "2"]).variant(0));
        assert!(firsts.iter().any(|it| *it != firsts[0]), "names begin at different variants: {firsts:?}");
    }
}
