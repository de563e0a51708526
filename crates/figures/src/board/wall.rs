//! The wall: what a projector shows of a room. Numbers and no names, to be read from the back.

use std::rc::Rc;

use protocol::room::{Phase, Question, Teaching};
use yew::prelude::*;

use super::desk::Room;
use super::join;
use super::order::{OnPage, counts, pages};
use super::question::{answered, histogram, name, says};
use super::words;
use crate::texts;

/// What the wall is made from.
#[derive(Properties, PartialEq)]
pub(crate) struct WallProps {
    pub(crate) room: Rc<Room>,
    pub(crate) teaching: Rc<Teaching>,
    pub(crate) pages: Rc<Vec<(String, String)>>,
    /// The address that learners use.
    pub(crate) address: AttrValue,
    /// How the relay is away, if it is.
    pub(crate) away: Option<AttrValue>,
}

/// The wall.
#[component]
pub(crate) fn Wall(props: &WallProps) -> Html {
    let teaching = &props.teaching;
    let counts = counts(props.room.tiles.values());
    let title = match teaching.settings.title.as_str() {
        "" => texts::room::JOIN_THE_ROOM,
        title => title,
    };
    html! {
        <div class="wall-board" data-part="wall" data-room={teaching.code.clone()}>
            <header>
                <h1>{title.to_owned()}</h1>
                {join::join(&props.address, &teaching.code)}
            </header>
            if let Some(away) = &props.away { <p class="warn" role="alert">{away.clone()}</p> }
            <ul class="numbers" aria-label={texts::room::THE_CLASS_IN_NUMBERS}>
                {figure(counts.present, texts::room::HERE)}
                {figure(counts.hands, if counts.hands == 1 { texts::room::HAND_UP } else { texts::room::HANDS_UP })}
                if teaching.settings.locked { <li class="standing">{texts::room::LOCKED}</li> }
                if teaching.settings.closed { <li class="standing">{texts::room::CLOSED}</li> }
            </ul>
            if let Some(question) = &teaching.question {
                {asked(question, counts.present)}
            } else {
                {progress(&pages(props.room.tiles.values(), &props.pages), &props.pages)}
            }
        </div>
    }
}

fn figure(n: usize, what: &str) -> Html {
    html! { <li><b>{n.to_string()}</b>{" "}{what.to_owned()}</li> }
}

/// The question; what was said only once it is revealed.
fn asked(question: &Question, present: usize) -> Html {
    html! {
        <section class="asked" aria-labelledby="wall-question" data-part="asked" data-phase={name(question.phase)}>
            <p class="phase">{says(question.phase)}{answered(question, present)}</p>
            <h2 id="wall-question">{question.text.clone()}</h2>
            if question.phase == Phase::Revealed {
                {histogram(question)}
            } else {
                <ol class="choices">for choice in &question.choices { <li>{choice.clone()}</li> }</ol>
            }
        </section>
    }
}

/// How many are on which page.
fn progress(pages: &[OnPage], titles: &[(String, String)]) -> Html {
    if pages.is_empty() {
        return Html::default();
    }
    let most = pages.iter().map(|on| on.all).max().unwrap_or(1);
    html! {
        <section class="strip" aria-labelledby="wall-where">
            <h2 id="wall-where">{texts::room::WHERE_EVERYBODY_IS}</h2>
            <ul>
                for on in pages {
                    <li key={on.page.clone()}>
                        <span class="page-title">{words::title(&on.page, titles).to_owned()}</span>
                        <svg class="here" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
                            <rect class="all" width={(on.all * 100 / most).to_string()} height="10" />
                        </svg>
                        <span class="n"><b>{on.all.to_string()}</b></span>
                    </li>
                }
            </ul>
        </section>
    }
}
