//! The question before a live run, and after it what was said beside what the real kernel did.

use scene::{Guess, Holds, Real, Sentence, holds};
use yew::prelude::*;

use crate::icon::{Icon, icon};
use crate::texts;
use crate::words::words;

/// The question with its answers, which is at `place`. `id` is the figure's, since names of form fields must be unique in a
/// page; once the run has begun nobody answers any more, and once it is over the real kernel grades what was `said`.
pub(super) fn guess_form(
    id: &str,
    guess: &Guess,
    place: &NodeRef,
    said: Option<usize>,
    started: bool,
    over: bool,
    real: &[Real],
) -> Html {
    let right = if over { right(guess, real) } else { vec![false; guess.options.len()] };
    html! {
        <fieldset class="guess" data-part="guess" ref={place.clone()}>
            <legend>{words(&Sentence::inline_markdown(&guess.ask))}</legend>
            for (i, option) in guess.options.iter().enumerate() {
                <label key={i} class={classes!(right[i].then_some("right"))}>
                    <input type="radio" name={format!("{id}-guess")} value={i.to_string()} disabled={started} />
                    <span>{words(&Sentence::inline_markdown(&option.says))}</span>
                    if right[i] { {icon(Icon::Check)}<span class="sr">{texts::live::SO_IT_WAS}</span> }
                </label>
            }
            <p class="graded" role="status">{graded(&right, said)}</p>
        </fieldset>
    }
}

/// Of each answer whether it came true.
pub(super) fn right(guess: &Guess, real: &[Real]) -> Vec<bool> {
    guess.options.iter().map(|option| holds(option, real) == Holds::Yes).collect()
}

/// What came of the answer; nothing before the run is over.
fn graded(right: &[bool], said: Option<usize>) -> &'static str {
    match said {
        _ if !right.contains(&true) => "",
        Some(said) if right.get(said) == Some(&true) => texts::live::GUESSED_RIGHT,
        Some(_) => texts::live::GUESSED_OTHERWISE,
        None => texts::live::MARK_SHOWS,
    }
}

#[cfg(test)]
mod tests {
    use super::graded;

    #[test]
    fn an_answer_is_graded_when_the_run_is_over() {
        assert_eq!(graded(&[false, false], Some(0)), "");
        assert_eq!(graded(&[false, true], Some(1)), "You said so, and so it was.");
        assert!(graded(&[false, true], Some(0)).starts_with("You said something else"));
        assert!(graded(&[false, true], None).starts_with("The mark"));
    }
}
