//! A program beside its original, line by line.

use similar::{ChangeTag, TextDiff};
use yew::prelude::*;

use crate::texts;

/// What became of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Same,
    Gone,
    New,
}

/// Every line of both texts, in order, and what became of it.
pub(super) fn lines(original: &str, now: &str) -> Vec<(Fate, String)> {
    let diff = TextDiff::from_lines(original, now);
    let line = |change: similar::Change<&str>| {
        let fate = match change.tag() {
            ChangeTag::Equal => Fate::Same,
            ChangeTag::Delete => Fate::Gone,
            ChangeTag::Insert => Fate::New,
        };
        (fate, change.value().trim_end_matches(['\n', '\r']).to_owned())
    };
    diff.iter_all_changes().map(line).collect()
}

/// The comparison as a list: a sign before each line, and the word for whoever listens.
pub(super) fn comparison(file: &str, original: &str, now: &str) -> Html {
    let lines = lines(original, now);
    if lines.iter().all(|(fate, _)| *fate == Fate::Same) {
        return html! { <p class="hint">{texts::programs::as_it_was(file)}</p> };
    }
    html! {
        <ol class="compared" tabindex="0" aria-label={texts::programs::compared(file)}>
            for (at, (fate, text)) in lines.into_iter().enumerate() {
                <li key={at} class={match fate { Fate::Same => "same", Fate::Gone => "gone", Fate::New => "new" }}>
                    <span class="sr">{match fate { Fate::Same => "", Fate::Gone => texts::programs::TAKEN_AWAY, Fate::New => texts::programs::ADDED }}</span>
                    <span class="sign" aria-hidden="true">{match fate { Fate::Same => " ", Fate::Gone => "−", Fate::New => "+" }}</span>
                    <code>{text}</code>
                </li>
            }
        </ol>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_line_is_one_that_went_and_one_that_came() {
        let fates: Vec<_> = lines("a\nb\nc\n", "a\nB\nc\nd").into_iter().map(|(fate, _)| fate).collect();
        assert_eq!(fates, [Fate::Same, Fate::Gone, Fate::New, Fate::Same, Fate::New]);
        assert!(lines("a", "a").iter().all(|(fate, _)| *fate == Fate::Same));
    }
}
