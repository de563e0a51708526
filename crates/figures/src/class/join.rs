//! The form to join a room, where one goes from there, and what this browser has kept of one's work.

use std::cell::Cell;
use std::rc::Rc;

use protocol::room::Refusal;
use serde::{Deserialize, Serialize};
use yew::prelude::*;

use super::bar::spaced;
use super::hub::{Hub, behind, copy, page_address, use_hub};
use super::kept::Kept;
use super::page_name;
use super::work::{Done, summary};
use crate::platform::{self, class};
use crate::room::Standing;
use crate::texts;

/// Letters and digits of a room's code.
const CODE: usize = 8;

/// What the form is made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinSpec {
    /// Its name in the page.
    pub id: String,
}

/// What the form's root is made from.
#[derive(Properties, PartialEq, Clone)]
pub struct JoinProps {
    /// What it is made from.
    pub spec: JoinSpec,
    /// Told once it is awake.
    #[prop_or_default]
    pub mounted: Callback<()>,
    /// Told once a room is entered from here: its bar is to come.
    #[prop_or_default]
    pub entered: Callback<()>,
}

/// The fields of the form.
#[derive(Clone, Default, PartialEq)]
struct Fields {
    code: NodeRef,
    nickname: NodeRef,
    key: NodeRef,
    token: NodeRef,
    shown_key: NodeRef,
    top: NodeRef,
    /// Whether somebody has pressed the button.
    submitted: Rc<Cell<bool>>,
    /// Whether that was with a key.
    by_key: Rc<Cell<bool>>,
}

/// The form to join, as a root of a page.
#[component]
pub fn JoinIsland(props: &JoinProps) -> Html {
    use_effect_with(props.mounted.clone(), |mounted| mounted.emit(()));
    let hub = use_hub();
    let fields = use_memo((), |()| Fields::default());
    let mine = use_state_eq(|| false);
    let linked = use_state_eq(String::new);
    use_effect_with((), {
        let (fields, mine, linked) = (fields.clone(), mine.setter(), linked.setter());
        move |()| {
            let behind = behind();
            let (code, key) = behind.split_once('/').unwrap_or((&behind, ""));
            // Any other place is one of the page's own.
            if plain(code).len() != CODE {
                return;
            }
            linked.set(code.to_owned());
            platform::set_value(&fields.code, &spaced(code));
            if !key.is_empty() {
                mine.set(true);
                platform::set_value(&fields.key, key);
                // A key is not left where somebody else might read it.
                platform::replace_place(&format!("#{code}"));
            }
        }
    });
    let inside = hub.as_ref().is_some_and(|hub| hub.learner().is_inside());
    use_effect_with(inside, {
        let (entered, fields) = (props.entered.clone(), fields.clone());
        move |inside| {
            if *inside {
                entered.emit(());
                // The form, which had the keyboard, is gone.
                if fields.submitted.replace(false) {
                    platform::focus(&fields.top);
                }
            }
        }
    });
    html! {
        <div class="entry" data-keys="" data-part="join">
            if let (Some(hub), true) = (&hub, inside) {
                {joined(hub, &fields, &linked)}
            } else {
                {form(hub.as_ref(), &fields, &mine)}
            }
            if hub.is_some() { <Work /> }
        </div>
    }
}

fn form(hub: Option<&Hub>, fields: &Fields, mine: &UseStateHandle<bool>) -> Html {
    let standing = hub.map_or(Standing::Nowhere, Hub::standing);
    let busy = matches!(standing, Standing::Entering | Standing::Away { .. });
    let submit = {
        let (hub, fields, mine) = (hub.cloned(), fields.clone(), **mine);
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let Some(hub) = &hub else { return };
            fields.submitted.set(true);
            fields.by_key.set(mine);
            let code = platform::value(&fields.code);
            if let Standing::Asks { .. } = hub.standing() {
                hub.token(platform::value(&fields.token).trim());
            } else if mine {
                hub.return_by(code, platform::value(&fields.key).trim().to_owned());
            } else {
                hub.join(code, platform::value(&fields.nickname).trim().to_owned());
            }
        })
    };
    let turn = {
        let mine = mine.clone();
        Callback::from(move |_: MouseEvent| mine.set(!*mine))
    };
    let refused = match &standing {
        // What was said of the other form is not said of this one.
        Standing::Refused { why, says, .. } if fields.by_key.get() == **mine => Some((*why, says.clone())),
        _ => None,
    };
    let bad = |whys: &[Refusal]| refused.as_ref().is_some_and(|(why, _)| whys.contains(why)).to_string();
    html! {
        <form onsubmit={submit} aria-labelledby="join-heading">
            <h2 id="join-heading">{texts::join::JOIN}</h2>
            <p class="field">
                <label for="join-code">{texts::join::THE_ROOMS_CODE}</label>
                <input id="join-code" name="code" type="text" ref={&fields.code} required=true maxlength="20" autocomplete="off"
                    autocapitalize="characters" spellcheck="false" aria-invalid={bad(&[Refusal::NoSuchRoom])} aria-describedby="join-code-hint" />
                <span class="hint" id="join-code-hint">{texts::join::CODE_HINT}</span>
            </p>
            <p class="field" hidden={**mine}>
                <label for="join-name">{texts::join::YOUR_NAME_HERE}</label>
                <input id="join-name" name="nickname" type="text" ref={&fields.nickname} required={!**mine} maxlength="60" autocomplete="nickname"
                    aria-invalid={bad(&[Refusal::NicknameTaken, Refusal::Unfit])} aria-describedby="join-name-hint" />
                <span class="hint" id="join-name-hint">{texts::join::NAME_HINT}</span>
            </p>
            <p class="field" hidden={!**mine}>
                <label for="join-key">{texts::join::YOUR_RETURN_KEY}</label>
                <input id="join-key" name="key" type="text" ref={&fields.key} required={**mine} maxlength="100" autocomplete="off"
                    autocapitalize="off" spellcheck="false" aria-invalid={bad(&[Refusal::NoSuchRoom])} aria-describedby="join-key-hint" />
                <span class="hint" id="join-key-hint">{texts::join::KEY_HINT}</span>
            </p>
            if let Standing::Asks { wrong } = standing {
                <p class="field">
                    <label for="join-token">{texts::join::THE_RELAYS_ACCESS_TOKEN}</label>
                    <input id="join-token" type="password" autocomplete="off" ref={&fields.token} required=true />
                    <span class="hint">{if wrong { texts::join::WRONG_TOKEN } else { texts::join::TOKEN_HINT }}</span>
                </p>
            }
            <div role="alert" class="trouble" data-part="trouble">
                {trouble(hub, &standing, refused, mine, fields)}
            </div>
            <p class="acts">
                // Before it is awake, pressing it would send the form to nobody.
                <button type="submit" class="btn main" disabled={hub.is_none() || standing == Standing::Entering}>
                    {if **mine { texts::join::COME_BACK } else { texts::join::JOIN_THE_ROOM }}
                </button>
                <button type="button" class="btn" onclick={turn}>
                    {if **mine { texts::join::JOIN_BY_NAME } else { texts::join::I_WAS_HERE_BEFORE }}
                </button>
            </p>
            <p class="state" role="status">{if busy { state(&standing) } else { String::new() }}</p>
        </form>
    }
}

fn state(standing: &Standing) -> String {
    match standing {
        Standing::Away { .. } => texts::join::RELAY_DOES_NOT_ANSWER.into(),
        _ => texts::join::ASKING_TO_BE_LET_IN.into(),
    }
}

/// Why one is not in, and what to do.
fn trouble(
    hub: Option<&Hub>,
    standing: &Standing,
    refused: Option<(Refusal, String)>,
    mine: &UseStateHandle<bool>,
    fields: &Fields,
) -> Html {
    let unsure = hub.is_some_and(|hub| hub.learner().is_unsure());
    match (refused, standing) {
        (Some((Refusal::NicknameTaken, _)), _) if !**mine => {
            let name = platform::value(&fields.nickname);
            let is_me = {
                let (mine, key) = (mine.clone(), fields.key.clone());
                Callback::from(move |_: MouseEvent| {
                    mine.set(true);
                    platform::focus(&key);
                })
            };
            let other = {
                let field = fields.nickname.clone();
                Callback::from(move |_: MouseEvent| platform::focus(&field))
            };
            html! { <>
                <p><b>{texts::join::name_is_taken(name.trim())}</b></p>
                <p class="acts">
                    <button type="button" class="btn" onclick={other}>{texts::join::ANOTHER_NAME}</button>
                    <button type="button" class="btn" onclick={is_me}>{texts::join::COME_BACK_WITH_MY_KEY}</button>
                </p>
                <p>{texts::join::WITHOUT_THE_KEY}</p>
            </> }
        }
        (Some((_, says)), _) => html! { <p>{says}</p> },
        (None, Standing::Ended(says) | Standing::Out { says, .. }) => html! { <p>{says.clone()}</p> },
        (None, _) if unsure => html! {
            <p>{texts::join::CONNECTION_BROKE}</p>
        },
        (None, _) => Html::default(),
    }
}

/// Who is in a room: as whom, the key, and where to go.
fn joined(hub: &Hub, fields: &Fields, linked: &str) -> Html {
    let learner = hub.learner();
    let Some(kept) = learner.kept().cloned() else { return Html::default() };
    let title = learner.title().filter(|title| !title.is_empty()).map(ToOwned::to_owned);
    let title = title.unwrap_or_else(|| texts::join::room(spaced(&kept.code)));
    let pages: Vec<String> = learner.view().map(|view| view.settings.pages.clone()).unwrap_or_default();
    let hide = {
        let hub = hub.clone();
        Callback::from(move |()| hub.key_is_kept())
    };
    let other = !linked.is_empty() && plain(linked) != plain(&kept.code);
    html! {
        <div class="joined" data-part="joined">
            <h2 tabindex="-1" ref={&fields.top}>{texts::join::YOU_ARE_IN}{title}{texts::join::AS}{kept.nickname.clone()}</h2>
            if other {
                <p class="trouble">{texts::join::ANOTHER_ROOM}</p>
            }
            <ReturnKey kept={kept} fresh={learner.has_fresh_key()} field={fields.shown_key.clone()} {hide} />
            <h3>{texts::join::WHERE_TO_GO}</h3>
            if pages.is_empty() {
                <p><a class="btn main" href={page_address("/") + "#map"}>{texts::join::THE_WHOLE_COURSE}</a></p>
            } else {
                <ul class="pages">
                    for page in pages.iter() {
                        <li key={page.clone()}><a href={page_address(page)}>{page_name(page)}</a></li>
                    }
                </ul>
            }
        </div>
    }
}

/// A code without what people put into it.
fn plain(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase()
}

#[derive(Properties, PartialEq, Clone)]
struct KeyProps {
    kept: Kept,
    fresh: bool,
    field: NodeRef,
    hide: Callback<()>,
}

/// The return key: shown by itself once, after joining; later when asked for.
#[component]
fn ReturnKey(props: &KeyProps) -> Html {
    let shown = use_state_eq(|| false);
    let copied = use_state_eq(|| None::<bool>);
    let Kept { code, key, .. } = &props.kept;
    if !(props.fresh || *shown) {
        let show = Callback::from(move |_: MouseEvent| shown.set(true));
        return html! { <p><button type="button" class="btn" onclick={show}>{texts::join::SHOW_MY_RETURN_KEY}</button></p> };
    }
    let copy_it = {
        let (field, copied) = (props.field.clone(), copied.setter());
        Callback::from(move |_: MouseEvent| {
            let copied = copied.clone();
            copy(&field, move |done| copied.set(Some(done)));
        })
    };
    let hide = {
        let (shown, hide) = (shown.setter(), props.hide.clone());
        Callback::from(move |_: MouseEvent| {
            shown.set(false);
            hide.emit(());
        })
    };
    let link = format!("{}#{code}/{key}", page_address("/join"));
    html! {
        <div class="key" data-part="key">
            <p><label for="room-key">{texts::join::RETURN_KEY_HINT}</label></p>
            <p class="acts">
                <input id="room-key" type="text" readonly=true value={key.clone()} ref={props.field.clone()} size="24" />
                <button type="button" class="btn" onclick={copy_it}>{texts::join::COPY}</button>
                <span role="status">{match *copied { None => "", Some(true) => texts::join::COPIED, Some(false) => texts::join::COPY_BY_HAND }}</span>
            </p>
            <p class="hint">{texts::join::OR_KEEP}<a href={link}>{texts::join::THIS_LINK}</a>{texts::join::LINK_HAS_THE_KEY}</p>
            <p><button type="button" class="btn" onclick={hide}>{texts::join::HIDE_THE_KEY}</button></p>
        </div>
    }
}

/// What this browser has kept of somebody's work.
#[component]
fn Work() -> Html {
    let done = use_state(|| None::<Vec<Done>>);
    let load = {
        let done = done.setter();
        Callback::from(move |()| {
            let done = done.clone();
            class::all_work(move |json| {
                let rows: Vec<_> = json.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default();
                done.set(Some(summary(&rows)));
            });
        })
    };
    use_effect_with((), {
        let load = load.clone();
        move |()| load.emit(())
    });
    let sure = use_state_eq(|| false);
    let ask = {
        let sure = sure.clone();
        Callback::from(move |_: MouseEvent| sure.set(!*sure))
    };
    let forget = {
        let sure = sure.clone();
        Callback::from(move |_: MouseEvent| {
            let load = load.clone();
            sure.set(false);
            class::forget_work(move || load.emit(()));
        })
    };
    let Some(all) = done.as_ref() else { return Html::default() };
    html! {
        <section class="work" aria-labelledby="work-heading" data-part="work">
            <h2 id="work-heading">{texts::join::YOUR_WORK_IN_THIS_BROWSER}</h2>
            if all.is_empty() {
                <p>{texts::join::NO_WORK_YET}</p>
            } else {
                <ul>
                    for it in all.iter() {
                        <li key={it.page.clone()}><a href={page_address(&it.page)}>{page_name(&it.page)}</a>{" "}<span>{it.says()}</span></li>
                    }
                </ul>
                <p class="acts">
                    if *sure {
                        <button type="button" class="btn main" onclick={forget}>{texts::join::DELETE_IT_FOR_GOOD}</button>
                        <button type="button" class="btn" onclick={ask}>{texts::join::KEEP_IT}</button>
                        <span>{texts::join::WHAT_A_ROOM_HAS}</span>
                    } else {
                        <button type="button" class="btn" onclick={ask}>{texts::join::DELETE_THIS_LIST}</button>
                    }
                </p>
            }
        </section>
    }
}
