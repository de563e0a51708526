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
use crate::texts;

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
    let lower = wish.reform(move |_: MouseEvent| {
        Wish::Direct(Direct::Lower { learner }, texts::board::THE_HAND_IS_LOWERED)
    });
    let set = |to: Sure| {
        let sure = sure.setter();
        Callback::from(move |_: MouseEvent| sure.set(to))
    };
    html! {
        <aside class="learner" aria-labelledby="learner-name" data-part="learner" data-learner={learner.0.to_string()} {onkeydown}>
            <div class="learner-head">
                <h2 id="learner-name" tabindex="-1" ref={head}><bdi>{tile.nickname.clone()}</bdi></h2>
                <button type="button" class="btn quiet" onclick={close}>{texts::board::CLOSE}</button>
            </div>
            <p class="need">{mark(Need::of(tile))}<span>{words::state(tile)}</span>{" "}<span class="for">{props.lasting.clone()}</span></p>
            {facts(props)}
            {stage(props)}
            if tile.pair.is_some() {
                <button type="button" class="btn" onclick={wish.reform(move |_: MouseEvent| Wish::Direct(Direct::Unpair { learner }, texts::board::PAIR_NO_LONGER))}>{texts::board::PART_THE_PAIR}</button>
            }
            if tile.hand.is_some() { <button type="button" class="btn" onclick={lower}>{texts::board::LOWER_THE_HAND}</button> }
            <Tell tile={tile.clone()} wish={wish.clone()} />
            <div class="btns gone">
                <button type="button" class="btn quiet" aria-expanded={(*sure == Sure::Remove).to_string()} onclick={set(Sure::Remove)}>{texts::board::TAKE_OUT_OF_THE_ROOM}</button>
                <button type="button" class="btn quiet" aria-expanded={(*sure == Sure::Forget).to_string()} onclick={set(Sure::Forget)}>{texts::board::DELETE_WITH_ALL_WORK}</button>
            </div>
            if *sure == Sure::Remove {
                <div class="sure" role="group" aria-label={texts::board::TAKE_OUT_OF_THE_ROOM}>
                    <p><bdi>{tile.nickname.clone()}</bdi>{texts::board::LEAVES_FOR_GOOD}</p>
                    <div class="btns">
                        <button type="button" class="btn main" onclick={wish.reform(move |_: MouseEvent| Wish::Direct(Direct::Remove { learner }, texts::board::TAKEN_OUT_OF_THE_ROOM))}>{texts::board::TAKE_OUT}</button>
                        <button type="button" class="btn" onclick={set(Sure::No)}>{texts::board::NO}</button>
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
            <div><dt>{texts::board::PAGE}</dt><dd>{props.title.clone()}</dd></div>
            if !step.is_empty() { <div><dt>{texts::board::FIGURE}</dt><dd><code>{tile.place.figure.clone()}</code>{", "}{step}</dd></div> }
            <div><dt>{texts::board::LAST}</dt><dd>{last(tile)}</dd></div>
            <div><dt>{texts::board::RIGHT}</dt><dd>{texts::board::right_of(right, of)}</dd></div>
            <div><dt>{texts::board::RUNS}</dt><dd>{tile.attempts.to_string()}</dd></div>
            <div><dt>{texts::board::PAGES_FINISHED}</dt><dd>{tile.finished.to_string()}</dd></div>
            if let Some(with) = &props.with { <div><dt>{texts::board::PAIR}</dt><dd>{texts::board::WITH}<bdi>{with.clone()}</bdi></dd></div> }
            <div><dt>{texts::board::KEPT}</dt><dd>{words::number(tile.rows as usize, texts::board::ROW, texts::board::ROWS)}</dd></div>
        </dl>
    }
}

/// Their stage: a page cannot be shown inside another here, so it is opened beside this one and then led along.
fn stage(props: &LearnerProps) -> Html {
    let learner = props.tile.learner;
    let look = |on: bool| {
        let says = if on { texts::board::TOLD_THAT_YOU_LOOK } else { texts::board::YOU_LOOK_NO_MORE };
        props
            .wish
            .reform(move |_: MouseEvent| Wish::Direct(Direct::Look { learner: on.then_some(learner) }, says))
    };
    html! {
        <div class="their-stage" data-part="their-stage">
            if let Some(place) = &props.looking {
                <p>{texts::board::NOW_AT}<b>{words::step(place)}</b>{if words::step(place).is_empty() { texts::board::NO_FIGURE_YET } else { "" }}{texts::board::THEY_SEE_THAT_YOU_LOOK}</p>
                <div class="btns">
                    <a class="btn main" href={format!("{}{}", props.root, words::address(place))} target="socketscope-look"
                        onclick={open(&props.root, place)}>{texts::board::OPEN_IT_BESIDE_THIS_PAGE}</a>
                    <button type="button" class="btn" onclick={look(false)}>{texts::board::LOOK_NO_MORE}</button>
                </div>
                <p class="hint">{texts::board::PAGE_GOES_ALONG}</p>
            } else {
                <button type="button" class="btn main" onclick={look(true)}>{texts::board::LOOK_AT_THEIR_STAGE}</button>
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
            wish.emit(Wish::Direct(Direct::Tell { learner, text: said }, texts::board::THE_MESSAGE_IS_SENT));
        })
    };
    html! {
        <form onsubmit={send}>
            {form::text(texts::board::A_MESSAGE_TO_THIS_LEARNER, "tell-one", &text, MOST_TEXT)}
            <button class="btn">{texts::board::SEND}</button>
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
                wish.emit(Wish::Direct(
                    Direct::Forget { learner: tile.learner },
                    texts::board::DELETED_WITH_ALL_WORK,
                ));
            }
        })
    };
    html! {
        <form class="sure" onsubmit={send}>
            <p>{texts::board::ALL_THAT_IS_KEPT_OF}<bdi>{props.tile.nickname.clone()}</bdi>{texts::board::IS_DELETED_FOR_EVER}</p>
            {form::line(texts::board::TYPE_THE_NAME, "forget-name", &name, 100, "")}
            <p class="trouble" role="alert">{if *wrong { texts::board::ANOTHER_NAME } else { "" }}</p>
            <div class="btns"><button class="btn main">{texts::board::DELETE}</button><button type="button" class="btn" onclick={props.no.clone()}>{texts::board::NO}</button></div>
        </form>
    }
}
