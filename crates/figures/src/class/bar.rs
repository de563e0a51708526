//! The bar of the room that this browser is in: on every page, under the masthead, and stays in sight.

use protocol::room::View;
use yew::prelude::*;

use super::cards::{card, follow_card, message_cards, pair_card, question_card};
use super::hub::{Hub, page_address, use_hub};
use super::learner::{Card, Learner, Since};
use super::line::Role;
use super::line_card::LineCard;
use crate::icon::{Icon, icon};
use crate::platform;
use crate::room::Standing;
use crate::texts;

/// What the bar is made from.
#[derive(Properties, PartialEq, Clone)]
pub struct BarProps {
    /// Told once it is awake.
    #[prop_or_default]
    pub mounted: Callback<()>,
}

/// The bar as a root of a page. Nothing of it is there before scripts are.
#[component]
pub fn BarIsland(props: &BarProps) -> Html {
    use_effect_with(props.mounted.clone(), |mounted| mounted.emit(()));
    let hub = use_hub();
    use_effect_with(hub.clone(), |hub| {
        if let Some(hub) = hub {
            hub.come_back();
        }
    });
    let menu = use_state_eq(|| false);
    let leaves = use_state_eq(|| false);
    let left = use_state_eq(|| None::<(String, &'static str)>);
    let token = use_node_ref();
    let below = use_node_ref();
    let arrived = hub.as_ref().map_or((0, None), |hub| hub.learner().arrived());
    use_effect_with(arrived, {
        let below = below.clone();
        move |(_, card)| {
            if let Some(card) = card {
                platform::class::to_top(&below, &selector(*card));
            }
        }
    });
    let Some(hub) = &hub else { return Html::default() };
    let learner = hub.learner();
    let standing = hub.standing();
    let nobody = learner.kept().is_none() && learner.over().is_none();
    if let Some((title, work)) = (*left).clone().filter(|_| nobody) {
        return html! {
            <section class="roombar" aria-label={texts::class::YOUR_CLASS} data-part="room-bar">
                <p class="line">{texts::class::YOU_HAVE_LEFT}<b>{title}</b>{texts::class::LEFT_HINT}{work}</p>
            </section>
        };
    }
    if nobody {
        return Html::default();
    }
    let title = title(&learner);
    let nickname = learner.kept().map(|kept| kept.nickname.clone());
    let hand = learner.view().is_some_and(|view| view.hand);
    let looked_at = learner.view().is_some_and(|view| view.looked_at);
    let inside = standing == Standing::In;
    let cards = cards(hub, &learner, &standing, &token);
    let toggle = |state: &UseStateHandle<bool>| {
        let state = state.clone();
        Callback::from(move |_: MouseEvent| state.set(!*state))
    };
    let raise = {
        let hub = hub.clone();
        Callback::from(move |_: MouseEvent| hub.hand(!hand))
    };
    let count = cards.len();
    let folded = learner.folded();
    let fold = {
        let hub = hub.clone();
        Callback::from(move |_: MouseEvent| hub.fold(folded.is_none()))
    };
    html! {
        <section class={classes!("roombar", looked_at.then_some("looked-at"))} aria-label={texts::class::YOUR_CLASS}
            data-keys="" data-part="room-bar" data-standing={name(&standing)}>
            <div class="line">
                <p class="who"><b data-part="room-title">{title.clone()}</b>{" "}<span data-part="nickname">{nickname}</span></p>
                if looked_at {
                    <p class="pill" data-part="looked-at"><Eye />{texts::class::TEACHER_LOOKS}</p>
                } else if let Some(says) = pill(&standing, &learner) {
                    <p class="pill quiet">{says}</p>
                }
                <div class="acts">
                    <button type="button" class={classes!("btn", hand.then_some("main"))} aria-pressed={hand.to_string()}
                        disabled={!inside && !hand} onclick={raise} data-part="hand">
                        <Hand />{if hand { texts::class::YOUR_HAND_IS_UP } else { texts::class::RAISE_HAND }}
                    </button>
                    <button type="button" class="btn" aria-expanded={menu.to_string()} onclick={toggle(&menu)} data-part="menu">
                        {texts::class::ROOM}{icon(if *menu { Icon::Up } else { Icon::Down })}
                    </button>
                </div>
                if count > 0 {
                    // One button, so that the keyboard stays where it is.
                    <button type="button" class={classes!("fold", folded.map(|_| "btn"), folded.map(|_| "main"))} onclick={fold}
                        aria-expanded={folded.is_none().to_string()} data-part="fold">
                        {fold_words(folded, count)}
                    </button>
                }
            </div>
            if *menu { {room_menu(hub, &learner, &standing, &leaves, &left, &title)} }
            if count > 0 && folded.is_none() {
                // It scrolls where it is long: then it is gone through by keys.
                <div class="below" ref={below} tabindex="0" role="group" aria-label={texts::class::FROM_YOUR_CLASS}>
                    <div class="cards">for one in cards { {one} }</div>
                </div>
            }
            <p class="sr" role="status" data-part="room-news">{learner.news().to_owned()}</p>
        </section>
    }
}

/// How a card is found in the bar.
fn selector(card: Card) -> String {
    match card {
        Card::Message(number) => format!("[data-message='{number}']"),
        Card::Question => "[data-card=question]".into(),
        Card::Follow => "[data-card=follow]".into(),
        Card::Pair => "[data-card=pair]".into(),
        Card::Server => "[data-card=shared-lab]".into(),
    }
}

/// What the button says that folds the cards, or shows so many of them again.
fn fold_words(folded: Option<Since>, cards: usize) -> String {
    match folded.map(Since::says) {
        None => texts::class::FOLD_THIS_AWAY.into(),
        Some(None) => texts::class::show(cards),
        Some(Some(new)) => texts::class::show_new(new),
    }
}

#[component]
fn Eye() -> Html {
    html! {
        <svg class="i" viewBox="0 0 24 24" aria-hidden="true">
            <path d="M2 12c3-5 6-7 10-7s7 2 10 7c-3 5-6 7-10 7s-7-2-10-7z" /><circle cx="12" cy="12" r="3" />
        </svg>
    }
}

#[component]
fn Hand() -> Html {
    html! {
        <svg class="i" viewBox="0 0 24 24" aria-hidden="true">
            <path d="M7 12V6a1.500 1.500 0 0 1 3 0v5V4a1.500 1.500 0 0 1 3 0v7V5a1.500 1.500 0 0 1 3 0v7V8a1.500 1.500 0 0 1 3 0v6c0 5-3 7-6 7-4 0-5-2-8-7-1-2 1-3 2-2z" />
        </svg>
    }
}

/// What the room is called; its code where nobody gave it a name.
fn title(learner: &Learner) -> String {
    let title = learner.title().unwrap_or_default();
    match learner.kept() {
        Some(kept) if title.is_empty() => texts::class::room(spaced(&kept.code)),
        None if title.is_empty() => texts::class::YOUR_ROOM.into(),
        _ => title.to_owned(),
    }
}

/// A code as people read it: in two groups.
pub(super) fn spaced(code: &str) -> String {
    match code.split_at_checked(4) {
        Some((one, other)) if code.len() == 8 => format!("{one} {other}"),
        _ => code.to_owned(),
    }
}

/// Where the connection or the room is not as it should be, in a few words.
fn pill(standing: &Standing, learner: &Learner) -> Option<String> {
    match standing {
        Standing::Nowhere | Standing::Refused { .. } | Standing::Out { .. } | Standing::Ended(_) => {
            Some(texts::class::NOT_IN_THE_ROOM.into())
        }
        Standing::Entering => Some(texts::class::COMING_INTO_THE_ROOM.into()),
        Standing::Away { tries, .. } if *tries > 1 => Some(if learner.is_recorded() {
            texts::class::RELAY_IS_AWAY.into()
        } else {
            texts::class::RELAY_IS_AWAY_ALONE.into()
        }),
        Standing::Away { .. } => Some(texts::class::CONNECTING_AGAIN.into()),
        Standing::Asks { .. } => Some(texts::class::TOKEN_IS_ASKED_FOR.into()),
        Standing::In => learner
            .view()
            .filter(|view| view.settings.closed)
            .map(|_| texts::class::THE_ROOM_IS_CLOSED.into()),
    }
}

fn cards(hub: &Hub, learner: &Learner, standing: &Standing, token: &NodeRef) -> Vec<Html> {
    let mut all = vec![];
    if let Some(over) = learner.over() {
        let forget = {
            let hub = hub.clone();
            Callback::from(move |_: MouseEvent| hub.leave())
        };
        all.push(card(
            "over",
            html! { <>
                <p><b>{over.says.clone()}</b>{" "}{learner.work(standing)}{" "}
                <a href={page_address("/join")}>{texts::class::SEE_YOUR_WORK}</a></p>
                if learner.kept().is_some() {
                    <button type="button" class="btn" onclick={forget}>{texts::class::FORGET_THIS_ROOM}</button>
                }
            </> },
        ));
    }
    match standing {
        Standing::Ended(says) => all.push(card("ended", html! { <p>{says.clone()}</p> })),
        Standing::Refused { says, .. } if learner.over().is_none() => {
            all.push(card("refused", html! { <p>{says.clone()}</p> }));
        }
        Standing::Asks { wrong } => all.push(token_card(hub, *wrong, token)),
        _ => {}
    }
    if let Some(says) = learner.notice().filter(|_| *standing == Standing::In) {
        all.push(card("notice", html! { <p role="alert">{says.to_owned()}</p> }));
    }
    if let Some(says) = learner.delivery().trouble() {
        let closed = learner.view().is_some_and(|view| view.settings.closed);
        if !closed {
            all.push(card("not-kept", html! {
                <p><b>{texts::class::NOT_ARRIVED}</b>{says.to_owned()}{texts::class::KEPT_IN_THIS_BROWSER}</p>
            }));
        }
    }
    all.extend(message_cards(hub, learner.messages()));
    let Some(view) = learner.view() else { return all };
    if view.settings.closed {
        all.push(card(
            "closed",
            html! {
                <p><b>{texts::class::TEACHER_CLOSED_THE_ROOM}</b>{texts::class::CLOSED_HINT}</p>
            },
        ));
    }
    if let Some(question) = &view.question {
        all.push(question_card(hub, question, view.votes));
    }
    if let Some(place) = &view.follow {
        all.push(follow_card(hub, place, learner.page(), learner.follows()));
    }
    if view.serves {
        all.push(html! { <LineCard key="server" role={Role::Class} /> });
    }
    if let Some(pair) = &view.pair {
        all.push(pair_card(hub, pair));
        if pair.agreed && pair.partner_agreed {
            all.push(html! { <LineCard key="wire" role={Role::Pair(pair.host)} /> });
        }
    }
    all.extend(page_cards(hub, view, learner.page()));
    all
}

/// What the room's settings say of this page: it is never hidden.
fn page_cards(hub: &Hub, view: &View, page: &str) -> Vec<Html> {
    let mut all = vec![];
    let exercise = ["/lessons/", "/exercises/", "/experiments/"].iter().any(|part| page.starts_with(part));
    let offered = &view.settings.pages;
    if exercise && !offered.is_empty() && offered.iter().all(|it| it != page) {
        all.push(card(
            "not-offered",
            html! {
                <p><b>{texts::class::PAGE_NOT_OFFERED}</b>{texts::class::READ_IT_ALL_THE_SAME}
                <a href={page_address("/join")}>{texts::class::THE_ROOMS_PAGES}</a></p>
            },
        ));
    }
    if view.settings.no_live && hub.has_live() {
        all.push(card(
            "no-live",
            html! {
                <p><b>{texts::class::LIVE_RUNS_CLOSED}</b>{texts::class::SIMULATION_WORKS}</p>
            },
        ));
    }
    all
}

fn token_card(hub: &Hub, wrong: bool, field: &NodeRef) -> Html {
    let submit = {
        let (hub, field) = (hub.clone(), field.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            hub.token(platform::value(&field).trim());
        })
    };
    card(
        "token",
        html! {
            <form onsubmit={submit}>
                <label for="room-token">{if wrong { texts::class::WRONG_TOKEN } else { texts::class::ACCESS_TOKEN }}</label>
                <input id="room-token" type="password" autocomplete="off" ref={field.clone()} />
                <button type="submit" class="btn main">{texts::class::GO_ON}</button>
            </form>
        },
    )
}

fn room_menu(
    hub: &Hub,
    learner: &Learner,
    standing: &Standing,
    leaves: &UseStateHandle<bool>,
    left: &UseStateHandle<Option<(String, &'static str)>>,
    title: &str,
) -> Html {
    let over = learner.over().is_some();
    let ask = {
        let leaves = leaves.clone();
        Callback::from(move |_: MouseEvent| leaves.set(!*leaves))
    };
    let stays = if learner.is_recorded() { texts::class::WORK_STAYS } else { texts::class::NOTHING_KEPT };
    let go = {
        let (hub, left, title) = (hub.clone(), left.clone(), title.to_owned());
        Callback::from(move |_: MouseEvent| {
            left.set(Some((title.clone(), stays)));
            hub.leave();
        })
    };
    let present = learner.view().filter(|_| *standing == Standing::In).map(|it| it.present);
    html! {
        <div class="room-menu" data-part="room-menu">
            if let Some(kept) = learner.kept() {
                <p>{texts::class::CODE}<b class="mono">{spaced(&kept.code)}</b>
                    if let Some(present) = present { {texts::class::here_now(present)} }
                </p>
            }
            <p>{learner.work(standing)}{" "}<a href={page_address("/join")}>
                {if learner.kept().is_some() { texts::class::YOUR_WORK_AND_KEY } else { texts::class::SEE_YOUR_WORK }}
            </a></p>
            if **leaves && !over {
                <p>{texts::class::RETURN_KEY_NEEDED}
                    if learner.is_recorded() && !learner.has_delivered(standing) { {texts::class::NOT_ARRIVED_STAYS} }
                </p>
                <p class="acts">
                    <button type="button" class="btn main" onclick={go}>{texts::class::LEAVE_NOW}</button>
                    <button type="button" class="btn" onclick={ask}>{texts::class::STAY}</button>
                </p>
            } else if !over {
                <p class="acts"><button type="button" class="btn" onclick={ask}>{texts::class::LEAVE_THE_ROOM}</button></p>
            }
        </div>
    }
}

const fn name(standing: &Standing) -> &'static str {
    match standing {
        Standing::Nowhere => "nowhere",
        Standing::Entering => "entering",
        Standing::In => "in",
        Standing::Away { .. } => "away",
        Standing::Asks { .. } => "asks",
        Standing::Refused { .. } => "refused",
        Standing::Out { .. } => "out",
        Standing::Ended(_) => "ended",
    }
}
