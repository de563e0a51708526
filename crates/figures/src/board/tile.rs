//! A learner in the list: who, where, what came last, and whether somebody should come.

use std::rc::Rc;

use protocol::room::{LearnerId, Tile};
use yew::prelude::*;

use super::order::{Need, since};
use super::words;
use crate::icon::{Icon, icon};
use crate::platform;
use crate::texts;

/// What a tile is made from. Texts are made by the list, so that a tile is drawn again only when it says something else.
#[derive(Properties, PartialEq)]
pub(crate) struct TileProps {
    pub(crate) tile: Rc<Tile>,
    /// The page's title.
    pub(crate) title: AttrValue,
    /// The partner's name.
    pub(crate) with: Option<AttrValue>,
    /// For how long it is so.
    pub(crate) lasting: AttrValue,
    /// Whether their panel is open.
    pub(crate) open: bool,
    /// Opens a panel.
    pub(crate) see: Callback<Option<LearnerId>>,
}

/// The tile, as an item of a list.
#[component]
pub(crate) fn TileRow(props: &TileProps) -> Html {
    let tile = &props.tile;
    let (need, learner) = (Need::of(tile), tile.learner);
    let press = props.see.reform(move |_: MouseEvent| Some(learner));
    let step = words::step(&tile.place);
    // The panel that is closed had the keyboard: it comes back to where it was opened from.
    let (button, was) = (use_node_ref(), use_mut_ref(|| false));
    use_effect_with(props.open, {
        let button = button.clone();
        move |open| {
            if was.replace(*open) && !open {
                platform::keep_focus(&button);
            }
        }
    });
    html! {
        <li class="tile" data-need={need.name()} data-learner={learner.0.to_string()}>
            <div class="who">
                <h3><button type="button" ref={button} aria-expanded={props.open.to_string()} onclick={press}><bdi>{tile.nickname.clone()}</bdi></button></h3>
                if let Some(with) = &props.with { <span class="with">{texts::board::WITH}<bdi>{with.clone()}</bdi></span> }
            </div>
            <p class="need">{mark(need)}<span>{words::state(tile)}</span>{" "}<span class="for">{props.lasting.clone()}</span></p>
            <div class="where">
                <span class="page-title">{props.title.clone()}</span>
                if !step.is_empty() { <span class="step">{step}</span> }
            </div>
            <p class="last">{last(tile)}</p>
        </li>
    }
}

/// The last verdict or prediction.
pub(crate) fn last(tile: &Tile) -> Html {
    let Some((right, says)) = &tile.last else {
        return html! { <span class="none">{texts::board::NOTHING_SAID_OR_RUN_YET}</span> };
    };
    html! {
        <>
            {icon(if *right { Icon::Check } else { Icon::Cross })}
            <span class="sr">{if *right { texts::board::SAID_RIGHT } else { texts::board::NOT_SO }}</span>
            <bdi>{says.clone()}</bdi>
        </>
    }
}

/// For how long the tile's state has been so.
pub(crate) fn lasting(tile: &Tile, now: u64) -> String {
    match Need::of(tile) {
        // At work, the time since the last thing done says nothing before it is long.
        Need::Work if now.saturating_sub(tile.active) < 60_000 => String::new(),
        _ => words::lasting(now.saturating_sub(since(tile))),
    }
}

/// A shape for each need: told apart without colour and without words.
pub(crate) fn mark(need: Need) -> Html {
    let shape = match need {
        Need::Hand => {
            html! { <path class="full" d="M5 21v-8l-2-4 2-1 2 3V3h2v7h1V2h2v8h1V3h2v7h1V5h2v11l-2 5z" /> }
        }
        Need::Fails => html! { <path class="full" d="M3 3h18v18H3z" /> },
        Need::Still => html! { <><path d="M3 3h18v18H3z" /><path class="full" d="M3 12h18v9H3z" /></> },
        Need::Idle => html! { <path class="dashes" d="M3 3h18v18H3z" /> },
        Need::Work => html! { <circle cx="12" cy="12" r="9" /> },
        Need::Away => html! { <path d="M4 12h16" /> },
    };
    html! { <svg class="mk" viewBox="0 0 24 24" aria-hidden="true">{shape}</svg> }
}
