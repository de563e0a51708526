//! Sentences with their code and byte ranges marked up.

use scene::{Part, Sentence, range};
use yew::prelude::*;

/// A sentence as inline markup.
pub(crate) fn words(sentence: &Sentence) -> Html {
    html! {
        for part in sentence.0.iter() {
            { word(part) }
        }
    }
}

fn word(part: &Part) -> Html {
    match part {
        Part::Text(text) => html! { {text.clone()} },
        Part::Code(code) => html! { <code>{code.clone()}</code> },
        Part::Bytes(start, end) => html! { <span class="ref">{range(*start, *end)}</span> },
        Part::Em(text) => html! { <em>{text.clone()}</em> },
        Part::Strong(text) => html! { <strong>{text.clone()}</strong> },
    }
}
