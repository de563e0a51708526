//! What happens next: the learner is the scheduler and the network.

use scene::{Offer, StageView};
use world::ChoiceKey;
use yew::prelude::*;

/// How many choices have a key of their own.
pub(crate) const KEYED: usize = 9;

/// The list of choices, numbered as their keys are.
pub(crate) fn choices(view: &StageView, choose: &Callback<ChoiceKey>) -> Html {
    html! {
        <div key="next" class="next" data-part="choices">
            <h3>{"What happens next?"}</h3>
            if let Some(ending) = &view.ending {
                <p>{crate::words::words(ending)}</p>
            } else {
                <p>{"You are the scheduler and the network."}</p>
            }
            <div class="offers">
                for (i, offer) in view.offers.iter().take(KEYED).enumerate() {
                    <button key={i} type="button" class="offer" onclick={take(choose, offer)}>
                        <span class="badge">{i + 1}</span>
                        <span class="label">{offer.label.clone()}</span>
                        <code>{offer.detail.clone()}</code>
                    </button>
                }
            </div>
        </div>
    }
}

fn take(choose: &Callback<ChoiceKey>, offer: &Offer) -> Callback<MouseEvent> {
    let (choose, key) = (choose.clone(), offer.key);
    Callback::from(move |_| choose.emit(key))
}

/// The same choices as small buttons for the bottom bar of a phone.
pub(crate) fn picks(view: &StageView, choose: &Callback<ChoiceKey>) -> Html {
    html! {
        <span class="picks" role="group" aria-label="Choose what happens next">
            for (i, offer) in view.offers.iter().take(3).enumerate() {
                <button key={i} type="button" class="btn" aria-label={format!("{}: {}", i + 1, offer.label)}
                    onclick={ { let (choose, key) = (choose.clone(), offer.key); move |_: MouseEvent| choose.emit(key) } }>
                    <span class="badge">{i + 1}</span>
                </button>
            }
        </span>
    }
}
