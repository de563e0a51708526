//! What a teacher does with the room as a whole: a message to all, following, settings, the record, the end.

use std::rc::Rc;

use protocol::room::{Direct, Format, Logged, MOST_TEXT, Place, RoomSettings, Teaching};
use yew::prelude::*;

use super::desk::Wish;
use super::door::{offered, pages_form};
use super::form::{self, submit, tick};
use super::words;
use crate::platform;
use crate::texts;

/// Most bytes of a roster's file.
const MOST_ROSTER: u64 = 1 << 20;

#[derive(Properties, PartialEq)]
pub(crate) struct TellAllProps {
    pub(crate) wish: Callback<Wish>,
}

/// A message to all.
#[component]
pub(crate) fn TellAll(props: &TellAllProps) -> Html {
    let text = use_node_ref();
    let send = {
        let (wish, text) = (props.wish.clone(), text.clone());
        submit(move || {
            let Some(said) = form::typed(&text) else { return };
            platform::set_value_of(&text, "");
            wish.emit(Wish::Direct(
                Direct::Tell { learner: None, text: said },
                texts::board::MESSAGE_SENT_TO_ALL,
            ));
        })
    };
    html! {
        <form onsubmit={send} data-part="tell-all">
            {form::text(texts::board::MESSAGE_TO_EVERYBODY, "tell-all", &text, MOST_TEXT)}
            <button class="btn main">{texts::board::SEND_TO_ALL}</button>
        </form>
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct FollowProps {
    pub(crate) follow: Option<Place>,
    pub(crate) pages: Rc<Vec<(String, String)>>,
    /// The address of the site's root.
    pub(crate) root: AttrValue,
    pub(crate) code: AttrValue,
    pub(crate) wish: Callback<Wish>,
}

/// Learners' pages go where the teacher is: in a page that is opened from here, or at a link.
#[component]
pub(crate) fn Follow(props: &FollowProps) -> Html {
    let (page, link, trouble) = (use_node_ref(), use_node_ref(), use_state_eq(String::new));
    let leading = use_mut_ref(|| None::<platform::Lead>);
    let place = |place| Wish::Direct(Direct::Follow { place: Some(place) }, texts::board::CLASS_IS_ASKED);
    let send = {
        let (wish, link, trouble) = (props.wish.clone(), link.clone(), trouble.setter());
        submit(move || match words::place(&form::typed(&link).unwrap_or_default()) {
            Ok(there) => {
                trouble.set(String::new());
                wish.emit(place(there));
            }
            Err(why) => trouble.set(why),
        })
    };
    let lead = {
        let (wish, leading, root, code, page) =
            (props.wish.clone(), leading.clone(), props.root.clone(), props.code.clone(), page.clone());
        submit(move || {
            let Some(page) = form::typed(&page) else { return };
            let wish = wish.clone();
            let told = move |path: String, at: Option<String>| {
                if let Some(there) = platform_place(&path, at.as_deref()) {
                    wish.emit(place(there));
                }
            };
            let address = format!("{root}{}", page.trim_start_matches('/'));
            *leading.borrow_mut() = platform::Lead::open(&address, &code, told);
        })
    };
    let stop = {
        let (wish, leading) = (props.wish.clone(), leading.clone());
        Callback::from(move |_: MouseEvent| {
            *leading.borrow_mut() = None;
            wish.emit(Wish::Direct(Direct::Follow { place: None }, texts::board::YOU_LEAD_NO_MORE));
        })
    };
    html! {
        <div data-part="follow">
            if let Some(at) = &props.follow {
                <p>{texts::board::CLASS_IS_ASKED_TO_FOLLOW}<b>{words::title(&at.page, &props.pages).to_owned()}</b>
                    if !at.figure.is_empty() { {" ("}{at.figure.clone()}if at.of > 0 { {", "}{words::step(at)} }{")"} }</p>
                <button type="button" class="btn main" onclick={stop}>{texts::board::STOP_LEADING}</button>
            }
            <form onsubmit={lead}>
                <div class="field">
                    <label for="lead">{texts::board::LEAD_IN_A_PAGE}</label>
                    <select id="lead" ref={page} required=true>
                        <option value="" selected=true>{texts::board::CHOOSE_A_PAGE}</option>
                        for (path, title) in props.pages.iter() { <option value={path.clone()}>{title.clone()}</option> }
                    </select>
                </div>
                <button class="btn">{texts::board::OPEN_IT_AND_LEAD}</button>
            </form>
            <form onsubmit={send}>
                {form::line(texts::board::BRING_TO_A_LINK, "follow-link", &link, 9000, texts::board::LINK_HINT)}
                <p class="trouble" role="alert">{(*trouble).clone()}</p>
                <button class="btn">{texts::board::BRING_THEM_THERE}</button>
            </form>
        </div>
    }
}

/// Where the page is that is led in: what its figures say, or the page alone.
fn platform_place(path: &str, at: Option<&str>) -> Option<Place> {
    let page = words::place(path).ok()?;
    let figure: Option<Place> = at.and_then(|at| serde_json::from_str(at).ok());
    Some(figure.map_or(page.clone(), |figure| Place { page: page.page, ..figure }))
}

#[derive(Properties, PartialEq)]
pub(crate) struct SettingsProps {
    pub(crate) settings: RoomSettings,
    pub(crate) pages: Rc<Vec<(String, String)>>,
    pub(crate) code: AttrValue,
    pub(crate) wish: Callback<Wish>,
}

/// How the room is, and its end.
#[component]
pub(crate) fn Settings(props: &SettingsProps) -> Html {
    let settings = &props.settings;
    let (title, list) = (use_node_ref(), use_node_ref());
    let set = |change: fn(&mut RoomSettings), says: &'static str| {
        let now = settings.clone();
        props.wish.reform(move |_: Event| {
            let mut settings = now.clone();
            change(&mut settings);
            Wish::Direct(Direct::Set { settings }, says)
        })
    };
    let send = {
        let (wish, now, title, list, pages) =
            (props.wish.clone(), settings.clone(), title.clone(), list.clone(), props.pages.clone());
        submit(move || {
            let settings = RoomSettings {
                title: form::typed(&title).unwrap_or_default(),
                pages: offered(&list, &pages),
                ..now.clone()
            };
            wish.emit(Wish::Direct(Direct::Set { settings }, texts::board::SETTING_KEPT));
        })
    };
    use_effect_with(settings.title.clone(), {
        let node = title.clone();
        move |text| platform::set_value_of(&node, text)
    });
    html! {
        <div class="settings" data-part="settings">
            {tick(texts::board::LOCKED, settings.locked, set(|s| s.locked = !s.locked, texts::board::SETTING_KEPT))}
            {tick(texts::board::CLOSED, settings.closed, set(|s| s.closed = !s.closed, texts::board::SETTING_KEPT))}
            {tick(texts::board::LIVE_RUNS_ARE_OPEN, !settings.no_live, set(|s| s.no_live = !s.no_live, texts::board::SETTING_KEPT))}
            <form onsubmit={send}>
                {form::line(texts::board::TITLE, "set-title", &title, 80, "")}
                {pages_form(&props.pages, &settings.pages, &list)}
                <button class="btn">{texts::board::KEEP_TITLE_AND_PAGES}</button>
            </form>
            <End code={props.code.clone()} wish={props.wish.clone()} />
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct EndProps {
    code: AttrValue,
    wish: Callback<Wish>,
}

/// Ends the room once its code is typed.
#[component]
fn End(props: &EndProps) -> Html {
    let (typed, wrong) = (use_node_ref(), use_state_eq(|| false));
    let send = {
        let (wish, code, typed, wrong) =
            (props.wish.clone(), props.code.clone(), typed.clone(), wrong.setter());
        submit(move || {
            let said: String = form::typed(&typed).unwrap_or_default().split([' ', '-']).collect();
            let same = said.eq_ignore_ascii_case(&code);
            wrong.set(!same);
            if same {
                wish.emit(Wish::Direct(Direct::End, ""));
            }
        })
    };
    html! {
        <form class="end" onsubmit={send} data-part="end">
            <h3>{texts::board::END_THE_ROOM}</h3>
            <p>{texts::board::ABOUT_ENDING}</p>
            {form::line(texts::board::TYPE_THE_CODE, "end-code", &typed, 20, "")}
            <p class="trouble" role="alert">{if *wrong { texts::board::ANOTHER_CODE } else { "" }}</p>
            <button class="btn">{texts::board::END_AND_DELETE}</button>
        </form>
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct RecordProps {
    pub(crate) teaching: Rc<Teaching>,
    pub(crate) log: Option<Vec<Logged>>,
    pub(crate) exporting: bool,
    pub(crate) zone_min: i32,
    pub(crate) wish: Callback<Wish>,
}

/// What is kept: exports, the roster, and what teachers did.
#[component]
pub(crate) fn Record(props: &RecordProps) -> Html {
    let trouble = use_state_eq(|| "");
    let export =
        |format: Format| props.wish.reform(move |_: MouseEvent| Wish::Direct(Direct::Export { format }, ""));
    let roster = {
        let (wish, trouble) = (props.wish.clone(), trouble.setter());
        Callback::from(move |event: Event| {
            let (wish, trouble) = (wish.clone(), trouble.clone());
            platform::read_file(&event, MOST_ROSTER, move |bytes| match bytes.map(String::from_utf8) {
                Ok(Ok(csv)) => {
                    trouble.set("");
                    wish.emit(Wish::Direct(Direct::Roster { csv }, ""));
                }
                Ok(Err(_)) => trouble.set(texts::board::NOT_UTF_8),
                Err(size) if size > MOST_ROSTER => trouble.set(texts::board::FILE_TOO_LONG),
                Err(_) => trouble.set(texts::board::FILE_UNREADABLE),
            });
        })
    };
    let log = props.wish.reform(|_: MouseEvent| Wish::Direct(Direct::Log, ""));
    let Teaching { bytes, until, missing, .. } = &*props.teaching;
    html! {
        <div class="record" data-part="record">
            <p>{texts::board::kept_until(words::bytes(*bytes), words::day(*until, props.zone_min))}</p>
            <div class="btns">
                <button type="button" class="btn" disabled={props.exporting} onclick={export(Format::Csv)}>{texts::board::EXPORT_AS_CSV}</button>
                <button type="button" class="btn" disabled={props.exporting} onclick={export(Format::Json)}>{texts::board::EXPORT_AS_JSON}</button>
                if props.exporting { <span role="status">{texts::board::RECORD_ON_ITS_WAY}</span> }
            </div>
            <div class="field">
                <label class="btn file">{texts::board::CHOOSE_A_ROSTER}<input type="file" accept=".csv,text/csv,text/plain" onchange={roster} /></label>
                <p class="hint">{texts::board::ROSTER_HINT}</p>
                <p class="trouble" role="alert">{*trouble}</p>
            </div>
            if !missing.is_empty() {
                <details class="missing" data-part="missing">
                    <summary>{texts::board::have_not_come(missing.len())}</summary>
                    <ul>for name in missing { <li><bdi>{name.clone()}</bdi></li> }</ul>
                </details>
            }
            <div class="log">
                <button type="button" class="btn quiet" onclick={log}>{if props.log.is_some() { texts::board::READ_THE_LOG_AGAIN } else { texts::board::READ_THE_LOG }}</button>
                if let Some(entries) = &props.log {
                    <ol data-part="log" tabindex="0" aria-label={texts::board::WHAT_TEACHERS_DID}>
                        for entry in entries.iter().rev() {
                            <li><time>{format!("{} {}", words::day(entry.at, props.zone_min), words::time(entry.at, props.zone_min))}</time>{" "}{entry.says.clone()}</li>
                        }
                        if entries.is_empty() { <li>{texts::board::NOTHING_YET}</li> }
                    </ol>
                }
            </div>
        </div>
    }
}
