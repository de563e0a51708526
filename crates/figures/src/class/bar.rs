//! The bar of the room that this browser is in: on every page, under the masthead, and stays in sight.

use protocol::room::View;
use yew::prelude::*;

use super::cards::{card, follow_card, message_cards, pair_card, question_card};
use super::hub::{Hub, page_address, use_hub};
use super::learner::Learner;
use super::line::Role;
use super::line_card::LineCard;
use crate::icon::{Icon, icon};
use crate::platform;
use crate::room::Standing;

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
    let folded = use_state_eq(|| false);
    let left = use_state_eq(|| None::<String>);
    let token = use_node_ref();
    let Some(hub) = &hub else { return Html::default() };
    let learner = hub.learner();
    let standing = hub.standing();
    let nobody = learner.kept().is_none() && learner.over().is_none();
    if let Some(title) = (*left).clone().filter(|_| nobody) {
        return html! {
            <section class="roombar" aria-label="Your class" data-part="room-bar">
                <p class="line">{"You have left "}<b>{title}</b>{". What you did stays in this browser."}</p>
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
    html! {
        <section class={classes!("roombar", looked_at.then_some("looked-at"))} aria-label="Your class"
            data-keys="" data-part="room-bar" data-standing={name(&standing)}>
            <div class="line">
                <p class="who"><b data-part="room-title">{title.clone()}</b>{" "}<span data-part="nickname">{nickname}</span></p>
                if looked_at {
                    <p class="pill" data-part="looked-at"><Eye />{"Your teacher is looking at your stage"}</p>
                } else if let Some(says) = pill(&standing, learner.view()) {
                    <p class="pill quiet">{says}</p>
                }
                <div class="acts">
                    if count > 0 && *folded {
                        <button type="button" class="btn main" onclick={toggle(&folded)} aria-expanded="false">
                            {"Show "}{count}{" from your teacher"}
                        </button>
                    }
                    <button type="button" class={classes!("btn", hand.then_some("main"))} aria-pressed={hand.to_string()}
                        disabled={!inside && !hand} onclick={raise} data-part="hand">
                        <Hand />{if hand { "Your hand is up" } else { "Raise hand" }}
                    </button>
                    <button type="button" class="btn" aria-expanded={menu.to_string()} onclick={toggle(&menu)} data-part="menu">
                        {"Room"}{icon(if *menu { Icon::Up } else { Icon::Down })}
                    </button>
                </div>
            </div>
            if *menu { {room_menu(hub, &learner, &leaves, &left, &title)} }
            if count > 0 && !*folded {
                <div class="cards">
                    for one in cards { {one} }
                    <button type="button" class="fold" onclick={toggle(&folded)} aria-expanded="true">{"Fold this away"}</button>
                </div>
            }
            <p class="sr" role="status" data-part="room-news">{learner.news().to_owned()}</p>
        </section>
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
        Some(kept) if title.is_empty() => format!("Room {}", spaced(&kept.code)),
        None if title.is_empty() => "Your room".into(),
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
fn pill(standing: &Standing, view: Option<&View>) -> Option<String> {
    match standing {
        Standing::Nowhere | Standing::Refused { .. } | Standing::Out { .. } | Standing::Ended(_) => {
            Some("Not in the room".into())
        }
        Standing::Entering => Some("Coming into the room".into()),
        Standing::Away { tries, .. } if *tries > 1 => {
            Some("The relay is away; your work is kept here".into())
        }
        Standing::Away { .. } => Some("Connecting again".into()),
        Standing::Asks { .. } => Some("The relay asks for its access token".into()),
        Standing::In => view.filter(|view| view.settings.closed).map(|_| "The room is closed".into()),
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
                <p><b>{over.says.clone()}</b>{" What you did stays in this browser, and so does the site. "}
                <a href={page_address("/join")}>{"See your work, or join another room"}</a></p>
                if learner.kept().is_some() {
                    <button type="button" class="btn" onclick={forget}>{"Forget this room"}</button>
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
                <p><b>{"Your last work has not arrived. "}</b>{says.to_owned()}{" It is kept in this browser."}</p>
            }));
        }
    }
    all.extend(message_cards(hub, learner.messages()));
    let Some(view) = learner.view() else { return all };
    if view.settings.closed {
        all.push(card("closed", html! {
            <p><b>{"Your teacher has closed the room."}</b>{" Nothing is taken from you now. You may read on and try everything; \
            what you do is kept in this browser and arrives when the room is open again."}</p>
        }));
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
                <p><b>{"This page is not one of the room’s."}</b>{" You may read it all the same. "}
                <a href={page_address("/join")}>{"The room’s pages"}</a></p>
            },
        ));
    }
    if view.settings.no_live && hub.has_live() {
        all.push(card(
            "no-live",
            html! {
                <p><b>{"Your teacher has closed live runs."}</b>{" The simulated figures work as ever."}</p>
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
                <label for="room-token">{if wrong { "That is not the relay’s access token. The right one:" } else { "The relay’s access token, from whoever runs it:" }}</label>
                <input id="room-token" type="password" autocomplete="off" ref={field.clone()} />
                <button type="submit" class="btn main">{"Go on"}</button>
            </form>
        },
    )
}

fn room_menu(
    hub: &Hub,
    learner: &Learner,
    leaves: &UseStateHandle<bool>,
    left: &UseStateHandle<Option<String>>,
    title: &str,
) -> Html {
    let code = learner.kept().map(|kept| spaced(&kept.code)).unwrap_or_default();
    let ask = {
        let leaves = leaves.clone();
        Callback::from(move |_: MouseEvent| leaves.set(!*leaves))
    };
    let go = {
        let (hub, left, title) = (hub.clone(), left.clone(), title.to_owned());
        Callback::from(move |_: MouseEvent| {
            left.set(Some(title.clone()));
            hub.leave();
        })
    };
    let kept = learner.kept().is_some_and(|kept| !kept.device.is_empty());
    let work = match (kept, learner.delivery().is_done()) {
        (false, _) => "This browser keeps no record, so nothing of your work is delivered.",
        (true, true) => "All your work has arrived.",
        (true, false) => "Some of your work is still on its way.",
    };
    html! {
        <div class="room-menu" data-part="room-menu">
            <p>{"Code "}<b class="mono">{code}</b>
                if let Some(view) = learner.view() { {format!(", {} here now", view.present)} }
            </p>
            <p>{work}{" "}<a href={page_address("/join")}>{"Your work, your return key, the room’s pages"}</a></p>
            if **leaves {
                <p>{"To come back you need your return key, which this browser forgets when you leave."}
                    if !learner.delivery().is_done() { {" What has not arrived stays here."} }
                </p>
                <p class="acts">
                    <button type="button" class="btn main" onclick={go}>{"Leave now"}</button>
                    <button type="button" class="btn" onclick={ask}>{"Stay"}</button>
                </p>
            } else {
                <p class="acts"><button type="button" class="btn" onclick={ask}>{"Leave the room"}</button></p>
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
