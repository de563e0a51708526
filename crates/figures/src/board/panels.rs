//! What a teacher does with the room as a whole: a message to all, following, settings, the record, the end.

use std::rc::Rc;

use protocol::room::{Direct, Format, Logged, MOST_TEXT, Place, RoomSettings, Teaching};
use yew::prelude::*;

use super::desk::Wish;
use super::door::{offered, pages_form};
use super::form::{self, submit, tick};
use super::words;
use crate::platform;

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
                "The message is sent to all.",
            ));
        })
    };
    html! {
        <form onsubmit={send} data-part="tell-all">
            {form::text("A message to everybody in the room", "tell-all", &text, MOST_TEXT)}
            <button class="btn main">{"Send to all"}</button>
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
    let (link, trouble) = (use_node_ref(), use_state_eq(String::new));
    let leading = use_mut_ref(|| None::<platform::Lead>);
    let place = |place| Wish::Direct(Direct::Follow { place: Some(place) }, "The class follows.");
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
        let (wish, leading, root, code) =
            (props.wish.clone(), leading.clone(), props.root.clone(), props.code.clone());
        Callback::from(move |event: Event| {
            let page = platform::chosen(&event);
            if page.is_empty() {
                return;
            }
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
            wish.emit(Wish::Direct(Direct::Follow { place: None }, "The class follows no more."));
        })
    };
    html! {
        <div data-part="follow">
            if let Some(at) = &props.follow {
                <p>{"The class follows: "}<b>{words::title(&at.page, &props.pages).to_owned()}</b>
                    {if at.figure.is_empty() { String::new() } else { format!(", {}", at.figure) }}
                    {if words::step(at).is_empty() { String::new() } else { format!(", {}", words::step(at)) }}{"."}</p>
                <button type="button" class="btn main" onclick={stop}>{"Stop leading"}</button>
            }
            <div class="field">
                <label for="lead">{"Lead in a page of your own: it opens beside this one, and the class goes along with each step that you take there"}</label>
                <select id="lead" onchange={lead}>
                    <option value="" selected=true>{"choose a page"}</option>
                    for (path, title) in props.pages.iter() { <option value={path.clone()}>{title.clone()}</option> }
                </select>
            </div>
            <form onsubmit={send}>
                {form::line("Or bring everybody to a link", "follow-link", &link, 9000, "The address of a lesson, or what “Link to this moment” below a stage has put into the address bar.")}
                <p class="trouble" role="alert">{(*trouble).clone()}</p>
                <button class="btn">{"Bring them there"}</button>
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
            wish.emit(Wish::Direct(Direct::Set { settings }, "Set."));
        })
    };
    use_effect_with(settings.title.clone(), {
        let node = title.clone();
        move |text| platform::set_value_of(&node, text)
    });
    html! {
        <div class="settings" data-part="settings">
            {tick("Locked: nobody new may join", settings.locked, set(|s| s.locked = !s.locked, "Set."))}
            {tick("Closed: nothing more is taken from learners, who may read on", settings.closed, set(|s| s.closed = !s.closed, "Set."))}
            {tick("Live runs are open", !settings.no_live, set(|s| s.no_live = !s.no_live, "Set."))}
            <form onsubmit={send}>
                {form::line("Title", "set-title", &title, 80, "")}
                {pages_form(&props.pages, &settings.pages, &list)}
                <button class="btn">{"Keep title and pages"}</button>
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
            <h3>{"End the room"}</h3>
            <p>{"Everybody leaves, and all that is kept of the room is deleted: names, work, questions, this log. Export first what you need."}</p>
            {form::line("Type the room’s code to say that you mean it", "end-code", &typed, 20, "")}
            <p class="trouble" role="alert">{if *wrong { "That is not this room’s code. Nothing is deleted." } else { "" }}</p>
            <button class="btn">{"End and delete"}</button>
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
                Ok(Err(_)) => {
                    trouble.set("This file is no UTF-8 text. Save it as CSV in UTF-8, then choose it again.")
                }
                Err(size) if size > MOST_ROSTER => {
                    trouble.set("This file has more than 1 MiB: it is no list of names of a class.")
                }
                Err(_) => trouble.set("The browser cannot read this file."),
            });
        })
    };
    let log = props.wish.reform(|_: MouseEvent| Wish::Direct(Direct::Log, ""));
    let Teaching { bytes, until, missing, .. } = &*props.teaching;
    html! {
        <div class="record" data-part="record">
            <p>{format!("{} are kept of this room, and deleted on {}.", words::bytes(*bytes), words::day(*until, props.zone_min))}</p>
            <div class="btns">
                <button type="button" class="btn" disabled={props.exporting} onclick={export(Format::Csv)}>{"Export as CSV"}</button>
                <button type="button" class="btn" disabled={props.exporting} onclick={export(Format::Json)}>{"Export as JSON"}</button>
                if props.exporting { <span role="status">{"The record is on its way."}</span> }
            </div>
            <div class="field">
                <label class="btn file">{"Choose a roster"}<input type="file" accept=".csv,text/csv,text/plain" onchange={roster} /></label>
                <p class="hint">{"A CSV file, a name in the first column of each line. Whoever has not joined is then listed here; nobody is kept out."}</p>
                <p class="trouble" role="alert">{*trouble}</p>
            </div>
            if !missing.is_empty() {
                <details class="missing" data-part="missing">
                    <summary>{format!("{} of the roster have not come", missing.len())}</summary>
                    <ul>for name in missing { <li><bdi>{name.clone()}</bdi></li> }</ul>
                </details>
            }
            <div class="log">
                <button type="button" class="btn quiet" onclick={log}>{if props.log.is_some() { "Read the log again" } else { "What teachers did in this room" }}</button>
                if let Some(entries) = &props.log {
                    <ol data-part="log" tabindex="0" aria-label="What teachers did">
                        for entry in entries.iter().rev() {
                            <li><time>{format!("{} {}", words::day(entry.at, props.zone_min), words::time(entry.at, props.zone_min))}</time>{" "}{entry.says.clone()}</li>
                        }
                        if entries.is_empty() { <li>{"Nothing yet."}</li> }
                    </ol>
                }
            </div>
        </div>
    }
}
