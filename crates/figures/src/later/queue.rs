//! Which questions come again, and when: pure, and kept as JSON in the browser.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Asked, LaterSpec};

/// Days until a question comes again, by how many times in a row it was known at once; beyond the last, the last.
const DAYS: [u32; 6] = [1, 3, 7, 16, 35, 90];
/// The form of what is kept.
const VERSION: u32 = 1;
/// A day's milliseconds.
const DAY_MS: u64 = 86_400_000;

/// The day, in days since 1970 by the clock on the wall: `ahead` is by how many minutes it is ahead of UTC.
pub(super) fn day(ms: u64, ahead: i32) -> u32 {
    let local = i128::from(ms) + i128::from(ahead) * 60_000;
    u32::try_from(local.max(0) / i128::from(DAY_MS)).unwrap_or(u32::MAX)
}

/// A question that has been asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Card {
    /// The day on which it comes again.
    due: u32,
    /// How many times in a row it was known at once.
    known: u32,
    /// How many times it was asked until it was answered or told.
    #[serde(default)]
    times: u32,
}

/// What is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Queue {
    version: u32,
    /// Lessons that are to be asked about, or not, as somebody has said.
    lessons: BTreeMap<String, bool>,
    cards: BTreeMap<String, Card>,
}

impl Default for Queue {
    fn default() -> Self {
        Self { version: VERSION, lessons: BTreeMap::new(), cards: BTreeMap::new() }
    }
}

impl Queue {
    /// What was kept; nothing where that cannot be read.
    pub(super) fn read(json: &str) -> Option<Self> {
        serde_json::from_str(json).ok().filter(|it: &Self| it.version == VERSION)
    }

    /// To be kept.
    pub(super) fn json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Ask about a lesson from now on, or do not.
    pub(super) fn choose(&mut self, lesson: &str, on: bool) {
        self.lessons.insert(lesson.to_owned(), on);
    }

    /// Whether it is asked about a lesson: as somebody has said, else if it was `read` to its end.
    pub(super) fn asks_about(&self, lesson: &str, read: &BTreeSet<String>) -> bool {
        self.lessons.get(lesson).copied().unwrap_or_else(|| read.contains(lesson))
    }

    /// The places of the questions that are due, those first that have waited longest; new ones last, in the order of the course.
    pub(super) fn due(&self, spec: &LaterSpec, read: &BTreeSet<String>, today: u32) -> Vec<usize> {
        let chosen = self.chosen(spec, read);
        let due = |it: &Asked| {
            self.cards.get(&it.name).map_or(Some(u32::MAX), |card| (card.due <= today).then_some(card.due))
        };
        let mut all: Vec<_> = chosen.filter_map(|(at, it)| Some((due(it)?, at))).collect();
        all.sort_unstable();
        all.into_iter().map(|(_, at)| at).collect()
    }

    /// The day on which the next question is due, if none is today.
    pub(super) fn next(&self, spec: &LaterSpec, read: &BTreeSet<String>) -> Option<u32> {
        self.chosen(spec, read).filter_map(|(_, it)| Some(self.cards.get(&it.name)?.due)).min()
    }

    fn chosen<'s>(
        &'s self,
        spec: &'s LaterSpec,
        read: &'s BTreeSet<String>,
    ) -> impl Iterator<Item = (usize, &'s Asked)> {
        spec.questions.iter().enumerate().filter(|(_, it)| self.asks_about(&it.lesson, read))
    }

    /// A question was answered: `at_once`, or after other answers, or not at all.
    pub(super) fn answered(&mut self, name: &str, at_once: bool, today: u32) {
        let card = self.cards.entry(name.to_owned()).or_insert(Card { due: today, known: 0, times: 0 });
        let days = if at_once {
            let days = DAYS[(card.known as usize).min(DAYS.len() - 1)];
            card.known = card.known.saturating_add(1);
            days
        } else {
            card.known = 0;
            DAYS[0]
        };
        card.due = today.saturating_add(days);
    }

    /// A question that has a card was asked to its end, in whatever way.
    pub(super) fn asked(&mut self, name: &str) {
        if let Some(card) = self.cards.get_mut(name) {
            card.times = card.times.wrapping_add(1);
        }
    }

    /// How many times it was.
    pub(super) fn times(&self, name: &str) -> u32 {
        self.cards.get(name).map_or(0, |card| card.times)
    }
}

#[cfg(test)]
mod tests {
    use scene::Sentence;

    use super::*;

    fn spec() -> LaterSpec {
        let asked = |lesson: &str, id: &str| Asked {
            name: format!("{lesson}/{id}"),
            lesson: lesson.into(),
            ask: Sentence::text("?"),
            listing: Vec::new(),
            options: Vec::new(),
            answer: 1,
            because: Sentence::text("."),
            variants: Vec::new(),
        };
        LaterSpec {
            id: "later".into(),
            lessons: vec![("a".into(), "A".into()), ("b".into(), "B".into())],
            questions: vec![asked("a", "one"), asked("a", "two"), asked("b", "one")],
        }
    }

    #[test]
    fn lessons_that_were_read_are_asked_about_unless_somebody_says_otherwise() {
        let (mut queue, read) = (Queue::default(), BTreeSet::from(["a".to_owned()]));
        assert_eq!(queue.due(&spec(), &read, 0), [0, 1]);
        queue.choose("a", false);
        queue.choose("b", true);
        assert_eq!(queue.due(&spec(), &read, 0), [2]);
    }

    #[test]
    fn what_is_known_comes_later_and_later_and_what_is_not_comes_tomorrow() {
        let (mut queue, read) = (Queue::default(), BTreeSet::from(["b".to_owned()]));
        let mut today = 100;
        for days in [1, 3, 7, 16, 35, 90, 90] {
            assert_eq!(queue.due(&spec(), &read, today), [2]);
            queue.answered("b/one", true, today);
            assert!(queue.due(&spec(), &read, today + days - 1).is_empty());
            assert_eq!(queue.next(&spec(), &read), Some(today + days));
            today += days;
        }
        queue.answered("b/one", false, today);
        assert_eq!(queue.next(&spec(), &read), Some(today + 1));
        queue.answered("b/one", true, today + 1);
        assert_eq!(queue.next(&spec(), &read), Some(today + 2), "it begins anew");
    }

    #[test]
    fn who_has_waited_longest_comes_first_and_new_ones_last() {
        let (mut queue, read) = (Queue::default(), BTreeSet::from(["a".to_owned(), "b".to_owned()]));
        queue.answered("b/one", true, 1);
        queue.answered("a/two", true, 2);
        assert_eq!(queue.due(&spec(), &read, 9), [2, 1, 0]);
    }

    #[test]
    fn it_is_kept_and_read_again_and_nonsense_is_nothing() {
        let mut queue = Queue::default();
        queue.answered("a/one", true, 5);
        queue.choose("b", true);
        assert_eq!(Queue::read(&queue.json()), Some(queue));
        for json in ["", "{}", "[1]", "{\"version\":2,\"lessons\":{},\"cards\":{}}"] {
            assert_eq!(Queue::read(json), None, "{json}");
        }
    }

    #[test]
    fn how_often_a_question_was_asked_is_kept_and_what_was_kept_before_that_is_read() {
        let mut queue =
            Queue::read(r#"{"version":1,"lessons":{},"cards":{"a/one":{"due":3,"known":1}}}"#).unwrap();
        queue.asked("a/one");
        queue.asked("a/one");
        queue.asked("a/two");
        let again = Queue::read(&queue.json()).unwrap();
        assert_eq!(["a/one", "a/two"].map(|it| again.times(it)), [2, 0]);
    }

    #[test]
    fn a_day_begins_at_midnight_on_the_wall() {
        assert_eq!(day(DAY_MS - 1, 0), 0);
        assert_eq!(day(DAY_MS, 0), 1);
        assert_eq!(day(DAY_MS - 1, 60), 1);
        assert_eq!(day(DAY_MS, -60), 0);
        assert_eq!(day(0, -60), 0);
    }
}
