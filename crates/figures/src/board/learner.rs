//! A learner's panel: where they are, what they did, their stage, and what a teacher can do for them.

use std::rc::Rc;

use protocol::room::{Direct, MOST_TEXT, Place, Tile};
use yew::prelude::*;

use super::desk::Wish;
use super::form::{self, submit};
use super::order::Need;
use super::tile::{last, mark};
use super::words;
use crate::platform;

/// What the panel is made from.
#[derive(Properties, PartialEq)]
pub(crate) struct LearnerProps {
    pub(crate) tile: Rc<Tile>,
    /// The title of the page where they are.
    pub(crate) title: AttrValue,
    /// The partner's name.
    pub(crate) with: Option<AttrValue>,
    /// For how long it is so.
    pub(crate) lasting: AttrValue,
    /// Where they are exactly, while their stage is looked at.
    pub(crate) looking: Option<Place>,
    /// The address of the site's root.
    pub(crate) root: AttrValue,
    pub(crate) wish: Callback<Wish>,
}

/// How far the teacher is with something that cannot be undone.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sure {
    No,
    Remove,
    Forget,
}

/// The panel.
#[component]
pub(crate) fn LearnerPanel(props: &LearnerProps) -> Html {
    let (tile, wish) = (&props.tile, &props.wish);
    let (learner, head) = (tile.learner, use_node_ref());
    let sure = use_state_eq(|| Sure::No);
    use_effect_with(learner, {
        let head = head.clone();
        move |_| platform::focus(&head)
    });
    let close = wish.reform(|_: MouseEvent| Wish::See(None));
    let onkeydown = {
        let wish = wish.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                wish.emit(Wish::See(None));
            }
        })
    };
    let lower =
        wish.reform(move |_: MouseEvent| Wish::Direct(Direct::Lower { learner }, "The hand is lowered."));
    let set = |to: Sure| {
        let sure = sure.setter();
        Callback::from(move |_: MouseEvent| sure.set(to))
    };
    html! {
        <aside class="learner" aria-labelledby="learner-name" data-part="learner" data-learner={learner.0.to_string()} {onkeydown}>
            <div class="learner-head">
                <h2 id="learner-name" tabindex="-1" ref={head}><bdi>{tile.nickname.clone()}</bdi></h2>
                <button type="button" class="btn quiet" onclick={close}>{"Close"}</button>
            </div>
            <p class="need">{mark(Need::of(tile))}<span>{words::state(tile)}</span>{" "}<span class="for">{props.lasting.clone()}</span></p>
            {facts(props)}
            {stage(props)}
            if tile.pair.is_some() {
                <button type="button" class="btn" onclick={wish.reform(move |_: MouseEvent| Wish::Direct(Direct::Unpair { learner }, "They are a pair no longer."))}>{"Part the pair"}</button>
            }
            if tile.hand.is_some() { <button type="button" class="btn" onclick={lower}>{"Lower the hand"}</button> }
            <Tell tile={tile.clone()} wish={wish.clone()} />
            <div class="btns gone">
                <button type="button" class="btn quiet" aria-expanded={(*sure == Sure::Remove).to_string()} onclick={set(Sure::Remove)}>{"Take out of the room"}</button>
                <button type="button" class="btn quiet" aria-expanded={(*sure == Sure::Forget).to_string()} onclick={set(Sure::Forget)}>{"Delete with all work"}</button>
            </div>
            if *sure == Sure::Remove {
                <div class="sure" role="group" aria-label="Take out of the room">
                    <p><bdi>{tile.nickname.clone()}</bdi>{" leaves the room and cannot return with the same key. The work stays in the record."}</p>
                    <div class="btns">
                        <button type="button" class="btn main" onclick={wish.reform(move |_: MouseEvent| Wish::Direct(Direct::Remove { learner }, "Taken out of the room."))}>{"Take out"}</button>
                        <button type="button" class="btn" onclick={set(Sure::No)}>{"No"}</button>
                    </div>
                </div>
            }
            if *sure == Sure::Forget { <Forget tile={tile.clone()} wish={wish.clone()} no={set(Sure::No)} /> }
        </aside>
    }
}

fn facts(props: &LearnerProps) -> Html {
    let tile = &props.tile;
    let (right, of) = tile.right;
    let step = words::step(&tile.place);
    html! {
        <dl class="about">
            <div><dt>{"Page"}</dt><dd>{props.title.clone()}</dd></div>
            if !step.is_empty() { <div><dt>{"Figure"}</dt><dd><code>{tile.place.figure.clone()}</code>{", "}{step}</dd></div> }
            <div><dt>{"Last"}</dt><dd>{last(tile)}</dd></div>
            <div><dt>{"Right"}</dt><dd>{format!("{right} of {of} predictions and verdicts")}</dd></div>
            <div><dt>{"Runs"}</dt><dd>{tile.attempts.to_string()}</dd></div>
            <div><dt>{"Pages finished"}</dt><dd>{tile.finished.to_string()}</dd></div>
            if let Some(with) = &props.with { <div><dt>{"Pair"}</dt><dd>{"with "}<bdi>{with.clone()}</bdi></dd></div> }
            <div><dt>{"Kept"}</dt><dd>{words::number(tile.rows as usize, "row", "rows")}</dd></div>
        </dl>
    }
}

/// Their stage: a page cannot be shown inside another here, so it is opened beside this one and then led along.
fn stage(props: &LearnerProps) -> Html {
    let learner = props.tile.learner;
    let look = |on: bool| {
        let says = if on { "They are told that you look." } else { "You look no more." };
        props
            .wish
            .reform(move |_: MouseEvent| Wish::Direct(Direct::Look { learner: on.then_some(learner) }, says))
    };
    html! {
        <div class="their-stage" data-part="their-stage">
            if let Some(place) = &props.looking {
                <p>{"Now at "}<b>{words::step(place)}</b>{if words::step(place).is_empty() { "no figure yet" } else { "" }}{". They see that you look."}</p>
                <div class="btns">
                    <a class="btn main" href={format!("{}{}", props.root, words::address(place))} target="socketscope-look"
                        onclick={open(&props.root, place)}>{"Open it beside this page"}</a>
                    <button type="button" class="btn" onclick={look(false)}>{"Look no more"}</button>
                </div>
                <p class="hint">{"The page that opens goes along with them, as long as this one is open."}</p>
            } else {
                <button type="button" class="btn main" onclick={look(true)}>{"Look at their stage"}</button>
            }
        </div>
    }
}

fn open(root: &AttrValue, place: &Place) -> Callback<MouseEvent> {
    let address = format!("{root}{}", words::address(place));
    Callback::from(move |event: MouseEvent| {
        event.prevent_default();
        platform::open_beside(&address);
    })
}

#[derive(Properties, PartialEq)]
struct TellProps {
    tile: Rc<Tile>,
    wish: Callback<Wish>,
}

/// A message to this learner.
#[component]
fn Tell(props: &TellProps) -> Html {
    let text = use_node_ref();
    let send = {
        let (wish, text, learner) = (props.wish.clone(), text.clone(), Some(props.tile.learner));
        submit(move || {
            let Some(said) = form::typed(&text) else { return };
            platform::set_value_of(&text, "");
            wish.emit(Wish::Direct(Direct::Tell { learner, text: said }, "The message is sent."));
        })
    };
    html! {
        <form onsubmit={send}>
            {form::text("A message to this learner", "tell-one", &text, MOST_TEXT)}
            <button class="btn">{"Send"}</button>
        </form>
    }
}

#[derive(Properties, PartialEq)]
struct ForgetProps {
    tile: Rc<Tile>,
    wish: Callback<Wish>,
    no: Callback<MouseEvent>,
}

/// Asks for the name before everything of a learner is deleted.
#[component]
fn Forget(props: &ForgetProps) -> Html {
    let (name, wrong) = (use_node_ref(), use_state_eq(|| false));
    let send = {
        let (wish, tile, name, wrong) =
            (props.wish.clone(), props.tile.clone(), name.clone(), wrong.setter());
        submit(move || {
            let same = form::typed(&name).is_some_and(|typed| typed == tile.nickname.trim());
            wrong.set(!same);
            if same {
                wish.emit(Wish::Direct(Direct::Forget { learner: tile.learner }, "Deleted, with all work."));
            }
        })
    };
    html! {
        <form class="sure" onsubmit={send}>
            <p>{"Everything that is kept of "}<bdi>{props.tile.nickname.clone()}</bdi>{" is deleted, and cannot be brought back."}</p>
            {form::line("Type the name to say that you mean it", "forget-name", &name, 100, "")}
            <p class="trouble" role="alert">{if *wrong { "That is another name. Nothing is deleted." } else { "" }}</p>
            <div class="btns"><button class="btn main">{"Delete"}</button><button type="button" class="btn" onclick={props.no.clone()}>{"No"}</button></div>
        </form>
    }
}
