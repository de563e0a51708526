//! What happens next: the learner is the scheduler and the network.

use scene::{Command, Group, OFFERS, Offer, StageView};
use world::ChoiceKey;
use yew::prelude::*;

use crate::icon::{Icon, icon};
use crate::platform;
use crate::texts;

/// From so many offers on, each group has a heading.
const GROUPED: usize = 4;

/// The list of choices, numbered as their keys are.
pub(crate) fn choices(view: &StageView, send: &Callback<Command>) -> Html {
    let choose = &send.reform(Command::Choose);
    html! {
        <div key="next" class="next" data-part="choices">
            <h3>{texts::stage::WHAT_HAPPENS_NEXT}</h3>
            if let Some(ending) = &view.ending {
                <p>{crate::words::words(ending)}</p>
            } else {
                <p>{texts::stage::YOU_ARE_THE_SCHEDULER}</p>
            }
            <div class="offers">
                for (i, offer) in view.offers.iter().enumerate() {
                    if heads(&view.offers, i, GROUPED) { {heading(offer.group)} }
                    {numbered(i + 1, offer, choose)}
                }
            </div>
            if view.can_happen > OFFERS { {more(view, send)} }
            if let Some(shown) = view.network { {faults(view, shown, send, choose)} }
        </div>
    }
}

/// Whether a heading stands before this offer.
fn heads(offers: &[Offer], at: usize, grouped: usize) -> bool {
    offers.len() >= grouped && (at == 0 || offers[at - 1].group != offers[at].group)
}

/// The button for the rest of a long list: to draw all of it at each step takes longer than a step may.
fn more(view: &StageView, send: &Callback<Command>) -> Html {
    let every = view.every;
    let toggle = send.reform(move |_: MouseEvent| Command::Every(!every));
    html! {
        <button type="button" class="btn quiet" aria-expanded={every.to_string()} onclick={toggle}>
            {icon(if every { Icon::Up } else { Icon::Down })}
            {if every { texts::stage::first_only(OFFERS) } else { texts::stage::more(view.can_happen - view.offers.len()) }}
        </button>
    }
}

fn heading(group: Group) -> Html {
    html! { <h4 key={group.name()}>{group.name()}</h4> }
}

fn numbered(number: usize, offer: &Offer, choose: &Callback<ChoiceKey>) -> Html {
    html! {
        <div key={offer.key.to_string()} class="choice">
            <button type="button" class="offer" data-choice={offer.key.to_string()} onclick={take(choose, offer.key)}>
                if number <= OFFERS { <span class="badge">{number}</span> } else { <span></span> }
                <span class="label">{offer.label.clone()}</span>
                <code>{offer.detail.clone()}</code>
            </button>
            if let (ChoiceKey::Run(task), Some(most)) = (offer.key, offer.most) {
                if most > 1 { <Part task={task.0} {most} choose={choose.clone()} /> }
            }
        </div>
    }
}

/// What the network and the machines may do, behind a button: nobody needs it to follow a lesson.
fn faults(view: &StageView, shown: bool, send: &Callback<Command>, choose: &Callback<ChoiceKey>) -> Html {
    let toggle = send.reform(move |_: MouseEvent| Command::Network(!shown));
    html! {
        <div class="faults" data-part="faults">
            <button type="button" class="btn" aria-expanded={shown.to_string()} onclick={toggle}>
                {icon(if shown { Icon::Up } else { Icon::Down })}{texts::stage::BE_THE_NETWORK}
            </button>
            if shown {
                <div class="offers">
                    for (i, offer) in view.faults.iter().enumerate() {
                        if heads(&view.faults, i, 1) { {heading(offer.group)} }
                        <button key={offer.key.to_string()} type="button" class="offer fault" data-choice={offer.key.to_string()}
                            onclick={take(choose, offer.key)}>
                            <span class="label">{offer.label.clone()}</span>
                            <code>{offer.detail.clone()}</code>
                        </button>
                    }
                    if view.more_faults > 0 {
                        <p>{texts::stage::more_faults(view.more_faults)}</p>
                    }
                </div>
            }
        </div>
    }
}

fn take(choose: &Callback<ChoiceKey>, key: ChoiceKey) -> Callback<MouseEvent> {
    let choose = choose.clone();
    Callback::from(move |_| choose.emit(key))
}

#[derive(Properties, PartialEq, Clone)]
struct PartProps {
    task: u32,
    most: u32,
    choose: Callback<ChoiceKey>,
}

/// How many bytes the call moves, where any number is allowed.
#[component]
fn Part(props: &PartProps) -> Html {
    let wanted = use_state_eq(|| 1);
    let part = (*wanted).clamp(1, props.most);
    let oninput = {
        let wanted = wanted.clone();
        Callback::from(move |event: InputEvent| {
            if let Some(n) = platform::number_of(&event) {
                wanted.set(n);
            }
        })
    };
    let run = take(&props.choose, ChoiceKey::Part(syscall::TaskId(props.task), part));
    html! {
        <div class="part">
            <input type="range" min="1" max={props.most.to_string()} value={part.to_string()} aria-label={texts::stage::BYTES_THAT_THE_CALL_MOVES} {oninput} />
            <button type="button" class="btn" onclick={run}>{texts::stage::move_bytes(scene::bytes(part.into()))}</button>
        </div>
    }
}

/// The same choices as small buttons for the bottom bar of a phone.
pub(crate) fn picks(view: &StageView, choose: &Callback<ChoiceKey>) -> Html {
    html! {
        <span class="picks" role="group" aria-label={texts::stage::CHOOSE_WHAT_HAPPENS_NEXT}>
            for (i, offer) in view.offers.iter().take(3).enumerate() {
                <button key={i} type="button" class="btn" aria-label={format!("{}: {}", i + 1, offer.label)}
                    onclick={take(choose, offer.key)}>
                    <span class="badge">{i + 1}</span>
                </button>
            }
        </span>
    }
}
