//! Before the room: open one, or take up one that was opened.

use protocol::room::RoomSettings;
use yew::prelude::*;

use super::desk::{Note, Taught, Wish};
use super::form::{self, submit};
use super::words;
use crate::platform;
use crate::texts;

/// What the door is made from.
#[derive(Properties, PartialEq)]
pub(crate) struct DoorProps {
    /// The site's pages that a room may offer: address and title.
    pub(crate) pages: std::rc::Rc<Vec<(String, String)>>,
    /// Rooms that are taught from this browser.
    pub(crate) taught: Vec<Taught>,
    /// Whether a room is being opened.
    pub(crate) busy: bool,
    pub(crate) note: Note,
    /// Whether this is the projector's page: nothing is opened there.
    pub(crate) wall: bool,
    pub(crate) wish: Callback<Wish>,
}

/// The door: two forms, and what this browser remembers.
#[component]
pub(crate) fn Door(props: &DoorProps) -> Html {
    html! {
        <div class="door">
            <p class="notice">
                {texts::room::NO_RELAY}<code>{texts::room::COMMAND_SERVE}</code>
                {texts::room::THEN_OPEN_THE_ADDRESS}
            </p>
            <p class={classes!("note", props.note.bad.then_some("bad"))} role="status" data-part="note">
                {if props.busy { texts::room::ASKING_THE_RELAY } else { props.note.says.as_str() }}
            </p>
            if !props.taught.is_empty() { {again(props)} }
            <div class="two">
                if !props.wall { <Open pages={props.pages.clone()} busy={props.busy} wish={props.wish.clone()} /> }
                <TakeUp busy={props.busy} wish={props.wish.clone()} />
            </div>
        </div>
    }
}

fn again(props: &DoorProps) -> Html {
    html! {
        <section class="again" aria-labelledby="again">
            <h2 id="again">{texts::room::ROOMS_TAUGHT_FROM_THIS_BROWSER}</h2>
            <ul>
                for room in &props.taught {
                    <li key={room.code.clone()}>
                        <span><b>{if room.title.is_empty() { texts::room::UNTITLED } else { room.title.as_str() }}</b>{" "}<code>{words::code(&room.code)}</code></span>
                        <button type="button" class="btn" disabled={props.busy} onclick={props.wish.reform({
                            let room = room.clone();
                            move |_: MouseEvent| Wish::Teach { code: room.code.clone(), secret: room.secret.clone() }
                        })}>{texts::room::TAKE_UP}<span class="sr">{format!(" {}", room.title)}</span></button>
                    </li>
                }
            </ul>
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct OpenProps {
    pages: std::rc::Rc<Vec<(String, String)>>,
    busy: bool,
    wish: Callback<Wish>,
}

#[component]
fn Open(props: &OpenProps) -> Html {
    let (title, days, live, list) = (use_node_ref(), use_node_ref(), use_node_ref(), use_node_ref());
    let send = {
        let (wish, pages) = (props.wish.clone(), props.pages.clone());
        let (title, days, live, list) = (title.clone(), days.clone(), live.clone(), list.clone());
        submit(move || {
            let settings = RoomSettings {
                title: form::typed(&title).unwrap_or_default(),
                pages: offered(&list, &pages),
                no_live: !platform::is_checked(&live),
                days: form::typed(&days).and_then(|days| days.parse().ok()).unwrap_or(0),
                ..RoomSettings::default()
            };
            wish.emit(Wish::Open(settings));
        })
    };
    html! {
        <form onsubmit={send} data-part="open">
            <h2>{texts::room::OPEN_A_ROOM}</h2>
            {form::line(texts::room::TITLE, "room-title", &title, 80, texts::room::TITLE_HINT)}
            <div class="field">
                <label for="room-days">{texts::room::DAYS}</label>
                <input type="number" id="room-days" ref={days} min="1" max="366" value="14" aria-describedby="room-days-hint" />
                <p class="hint" id="room-days-hint">{texts::room::DAYS_HINT}</p>
            </div>
            <label class="tick"><input type="checkbox" ref={live} checked=true /><span>{texts::room::LIVE_RUNS}</span></label>
            {pages_form(&props.pages, &[], &list)}
            <button class="btn main" disabled={props.busy}>{texts::room::OPEN_THE_ROOM}</button>
        </form>
    }
}

/// Which pages are on offer: folded, since most rooms offer all.
pub(crate) fn pages_form(pages: &[(String, String)], chosen: &[String], list: &NodeRef) -> Html {
    html! {
        <details class="offer-pages">
            <summary>{texts::room::ON_OFFER}{if chosen.is_empty() { texts::room::ALL.to_owned() } else { chosen.len().to_string() }}</summary>
            <fieldset ref={list.clone()}>
                <legend>{texts::room::ON_OFFER_HINT}</legend>
                for (path, title) in pages {
                    <label class="tick" key={path.clone()}><input type="checkbox" checked={chosen.contains(path)} /><span>{title.clone()}</span></label>
                }
            </fieldset>
        </details>
    }
}

/// The pages that are ticked.
pub(crate) fn offered(list: &NodeRef, pages: &[(String, String)]) -> Vec<String> {
    let ticked = platform::ticked(list);
    pages.iter().zip(ticked).filter(|(_, ticked)| *ticked).map(|((path, _), _)| path.clone()).collect()
}

#[derive(Properties, PartialEq)]
struct TakeUpProps {
    busy: bool,
    wish: Callback<Wish>,
}

#[component]
fn TakeUp(props: &TakeUpProps) -> Html {
    let (code, secret) = (use_node_ref(), use_node_ref());
    let send = {
        let (wish, code, secret) = (props.wish.clone(), code.clone(), secret.clone());
        submit(move || {
            if let (Some(code), Some(secret)) = (form::typed(&code), form::typed(&secret)) {
                wish.emit(Wish::Teach { code, secret });
            }
        })
    };
    html! {
        <form onsubmit={send} data-part="take-up">
            <h2>{texts::room::TAKE_UP_A_ROOM}</h2>
            <p>{texts::room::TAKE_UP_HINT}</p>
            {form::line(texts::room::CODE, "take-code", &code, 20, "")}
            {form::line(texts::room::TEACHERS_SECRET, "take-secret", &secret, 200, texts::room::SECRET_HINT)}
            <button class="btn" disabled={props.busy}>{texts::room::TAKE_IT_UP}</button>
        </form>
    }
}
