//! The card of a learner's process in a shared lab: a client of the class's server, or one end of a pair's wire.

use yew::prelude::*;

use super::cards::card;
use super::hub::{Hub, use_hub};
use super::line::{At, Awaits, Input, Line, MOST_LINE, Role};
use crate::platform;
use crate::texts;

/// What the card is made from.
#[derive(Properties, PartialEq)]
pub(super) struct LineProps {
    /// In whose lab, and as whom.
    pub(super) role: Role,
}

/// The card.
#[component]
pub(super) fn LineCard(props: &LineProps) -> Html {
    let (hub, field) = (use_hub(), use_node_ref());
    let Some(hub) = &hub else { return Html::default() };
    let line = hub.line();
    let here = line.role() == props.role && !matches!(line.at(), At::Out(_));
    let elsewhere = !here && !matches!(line.at(), At::Out(_));
    let why = match line.at() {
        At::Out(why) if line.role() == props.role => why.clone(),
        _ => None,
    };
    card(
        "shared-lab",
        html! { <>
            <p><b>{head(props.role)}</b>{" "}{says(props.role, line.awaits(props.role))}</p>
            if let Some(why) = why { <p role="alert" data-part="line-out">{why}</p> }
            if elsewhere {
                <p>{texts::lab::IN_ANOTHER_LAB}</p>
            } else if here {
                {inside(hub, &line, &field)}
            } else {
                <p class="acts">{press(hub, "btn main", Input::Come(props.role), enter(props.role))}</p>
            }
            {made(&line, props.role)}
        </> },
    )
}

fn head(role: Role) -> &'static str {
    match role {
        Role::Class => texts::lab::SERVER_IS_RUNNING,
        Role::Pair(_) => texts::lab::THE_WIRE_BETWEEN_YOU,
    }
}

/// What is to be done first; nothing of it once both of a pair are in.
fn says(role: Role, awaits: Awaits) -> &'static str {
    match (role, awaits) {
        (Role::Class, _) => texts::lab::CLASS_HINT,
        (Role::Pair(_), Awaits::Nobody) => "",
        (Role::Pair(_), Awaits::Partner) => texts::lab::OPENED_HINT,
        (Role::Pair(0), Awaits::Both) => texts::lab::OPENER_HINT,
        (Role::Pair(_), Awaits::Both) => texts::lab::GUEST_HINT,
    }
}

fn enter(role: Role) -> &'static str {
    match role {
        Role::Class => texts::lab::CONNECT,
        Role::Pair(0) => texts::lab::OPEN_THE_LAB,
        Role::Pair(_) => texts::lab::COME_IN,
    }
}

fn press(hub: &Hub, class: &'static str, input: Input, says: &'static str) -> Html {
    let hub = hub.clone();
    let onclick = Callback::from(move |_: MouseEvent| hub.tell_line(input.clone()));
    html! { <button type="button" {class} {onclick}>{says}</button> }
}

fn inside(hub: &Hub, line: &Line, field: &NodeRef) -> Html {
    let role = line.role();
    let send = {
        let (hub, field) = (hub.clone(), field.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let text = platform::value(&field);
            if !text.trim().is_empty() {
                hub.tell_line(Input::Send(text));
                platform::set_value(&field, "");
            }
        })
    };
    let comes = role == Role::Class && *line.at() == At::Comes;
    let waits = match line.in_call() {
        None if comes => Some(texts::lab::SERVER_STARTS.into()),
        call => call.map(texts::lab::in_call),
    };
    let free = *line.at() == At::Connected;
    html! { <>
        if line.is_connected() {
            <form onsubmit={send} class="line-form">
                <label for="line-text">{texts::lab::A_LINE_TO_SEND}</label>
                <input id="line-text" type="text" autocomplete="off" maxlength={MOST_LINE.to_string()} ref={field.clone()} />
                <button type="submit" class="btn main" disabled={!free}>{texts::lab::SEND}</button>
            </form>
        }
        <p role="status" data-part="line-call">{waits.unwrap_or_default()}</p>
        <p class="acts">
            if role != Role::Class && *line.at() == At::Idle {
                {press(hub, "btn main", Input::Listen, texts::lab::LISTEN_AND_ACCEPT)}
                {press(hub, "btn main", Input::Connect, texts::lab::CONNECT)}
            }
            if role != Role::Class && free { {press(hub, "btn", Input::Receive, texts::lab::RECEIVE)} }
            if line.is_connected() || line.in_call().is_some() { {press(hub, "btn", Input::Close, texts::lab::CLOSE)} }
            if comes { {press(hub, "btn", Input::Leave, texts::lab::DO_NOT_WAIT)} }
            if role != Role::Class { {press(hub, "btn", Input::Leave, texts::lab::LEAVE_THE_LAB)} }
        </p>
    </> }
}

/// The calls that were made, the newest last.
fn made(line: &Line, role: Role) -> Html {
    if line.role() != role || line.made().is_empty() {
        return Html::default();
    }
    html! {
        <ol class="line-calls" data-part="line-calls" aria-label={texts::lab::YOUR_CALLS} tabindex="0">
            for made in line.made() { <li key={made.number}>{made.line()}</li> }
        </ol>
    }
}
