//! The board: who is in the room, who needs the teacher, and what the teacher does with all of them.

use std::rc::Rc;

use protocol::room::{LearnerId, Teaching, Tile};
use yew::prelude::*;

use super::desk::{Desk, Note, Room, Wish};
use super::join;
use super::learner::LearnerPanel;
use super::order::{Counts, Filter, OnPage, Shown, Who, counts, pages, shown};
use super::pairs::Pairs;
use super::panels::{Follow, Record, Settings, TellAll};
use super::question::QuestionPanel;
use super::ready::Offers;
use super::tile::{TileRow, lasting};
use super::words;
use crate::platform;
use crate::room::Standing;
use crate::texts;

/// What the board is made from.
#[derive(Properties, PartialEq)]
pub(crate) struct BoardProps {
    pub(crate) room: Rc<Room>,
    pub(crate) teaching: Rc<Teaching>,
    pub(crate) note: Note,
    /// How the relay is away, if it is.
    pub(crate) away: Option<AttrValue>,
    pub(crate) pages: Rc<Vec<(String, String)>>,
    pub(crate) offers: Rc<Vec<Offers>>,
    /// The relay's time, in milliseconds since 1970.
    pub(crate) now: u64,
    pub(crate) zone_min: i32,
    pub(crate) root: AttrValue,
    pub(crate) wish: Callback<Wish>,
}

/// A panel under the row of buttons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Panel {
    Message,
    Question,
    Follow,
    Pairs,
    Settings,
    Record,
}

impl Panel {
    const ALL: [Self; 6] =
        [Self::Message, Self::Question, Self::Follow, Self::Pairs, Self::Settings, Self::Record];

    fn name(self) -> &'static str {
        match self {
            Self::Message => texts::board::MESSAGE_TO_ALL,
            Self::Question => texts::board::QUESTION,
            Self::Follow => texts::board::FOLLOW_ME,
            Self::Pairs => texts::board::PAIRS,
            Self::Settings => texts::board::ROOM,
            Self::Record => texts::board::RECORD,
        }
    }
}

/// The board.
#[component]
pub(crate) fn Board(props: &BoardProps) -> Html {
    let (room, teaching) = (&props.room, &props.teaching);
    let filter = use_state_eq(Filter::default);
    let panel = use_state_eq(|| None::<Panel>);
    let address = use_state_eq(|| None::<String>);
    let see =
        use_callback(props.wish.clone(), |learner: Option<LearnerId>, wish| wish.emit(Wish::See(learner)));
    let counts = counts(room.tiles.values());
    let pages = pages(room.tiles.values(), &props.pages);
    let shown = shown(room.tiles.values(), &filter);
    let seen = room.seen.and_then(|learner| room.tiles.get(&learner));
    let now = address.as_ref().or(join::best(&teaching.addresses)).cloned().unwrap_or_default();
    let choose = {
        let address = address.setter();
        Callback::from(move |it: String| address.set(Some(it)))
    };
    html! {
        <div class="board" data-part="board" data-room={teaching.code.clone()}>
            <p class="sr" role="status" data-part="heard">{room.heard.clone()}</p>
            if room.show_secret { <Secret secret={room.taught.secret.clone()} wish={props.wish.clone()} /> }
            <header class="board-head">
                <div>
                    <p class="over">{opened(props)}</p>
                    <h1>{if teaching.settings.title.is_empty() { texts::board::YOUR_ROOM } else { teaching.settings.title.as_str() }}</h1>
                    {tally(counts, teaching)}
                    <p class="leads"><a href={format!("{}room/wall#{}", props.root, teaching.code)} target="_blank">{texts::board::OPEN_THE_WALL}</a>
                        <a href={format!("{}room/server#{}", props.root, teaching.code)} target="_blank">{texts::board::THE_CLASS_SERVER}</a>
                        <button type="button" class="btn quiet" onclick={props.wish.reform(|_: MouseEvent| Wish::Leave)}>{texts::board::LEAVE_THE_ROOM_GOES_ON}</button></p>
                    {join::addresses(&teaching.addresses, &now, &choose)}
                </div>
                {join::join(&now, &teaching.code)}
            </header>
            if let Some(away) = &props.away { <p class="warn" role="alert" data-part="away">{away.clone()}</p> }
            <div class="panels">
                <div class="deeds" role="group" aria-label={texts::board::DO_WITH_THE_CLASS}>
                    for it in Panel::ALL {
                        <button type="button" class="btn" aria-expanded={(*panel == Some(it)).to_string()} onclick={{
                            let panel = panel.clone();
                            Callback::from(move |_: MouseEvent| panel.set((*panel != Some(it)).then_some(it)))
                        }}>{it.name()}{said(it, teaching)}</button>
                    }
                </div>
                if let Some(open) = *panel { <section class="panel" aria-label={open.name()} data-keys="">{panel_of(open, props, counts)}</section> }
                <p class={classes!("note", props.note.bad.then_some("bad"))} role="status" data-part="note">{props.note.says.clone()}</p>
            </div>
            <div class={classes!("class", seen.is_some().then_some("with-panel"))}>
                <div class="everybody">
                    if counts.all > 0 { {filters(&filter, counts)} } else {
                        <p class="none">{texts::board::NOBODY_YET_HINT}</p>
                    }
                    {lists(&shown, strip(&pages, props, &filter), props, &see, room.seen)}
                </div>
                if let Some(tile) = seen {
                    <LearnerPanel key={tile.learner.0} tile={tile.clone()} title={title(tile, &props.pages)} with={partner(tile, room)}
                        lasting={lasting(tile, props.now)} root={props.root.clone()} wish={props.wish.clone()}
                        looking={room.looking.as_ref().filter(|(who, _)| *who == tile.learner).map(|(_, place)| place.clone())
                            .or((teaching.looks_at == Some(tile.learner)).then(|| tile.place.clone()))} />
                }
            </div>
        </div>
    }
}

/// What stands beside a panel's name while something is on.
fn said(panel: Panel, teaching: &Teaching) -> &'static str {
    match panel {
        Panel::Question if teaching.question.is_some() => texts::board::ASKED,
        Panel::Follow if teaching.follow.is_some() => texts::board::ON,
        Panel::Settings if teaching.settings.closed => texts::board::CLOSED_MARK,
        Panel::Settings if teaching.settings.locked => texts::board::LOCKED_MARK,
        _ => "",
    }
}

fn panel_of(panel: Panel, props: &BoardProps, counts: Counts) -> Html {
    let (teaching, wish) = (&props.teaching, props.wish.clone());
    let code = AttrValue::from(teaching.code.clone());
    match panel {
        Panel::Message => html! { <TellAll {wish} /> },
        Panel::Question => {
            let question = teaching.question.clone().map(Rc::new);
            html! { <QuestionPanel {question} offers={props.offers.clone()} present={counts.present} {wish} /> }
        }
        Panel::Follow => html! {
            <Follow follow={teaching.follow.clone()} pages={props.pages.clone()} root={props.root.clone()} {code} {wish} />
        },
        Panel::Pairs => html! { <Pairs room={props.room.clone()} {wish} /> },
        Panel::Settings => {
            html! { <Settings settings={teaching.settings.clone()} pages={props.pages.clone()} {code} {wish} /> }
        }
        Panel::Record => html! {
            <Record teaching={teaching.clone()} log={props.room.log.clone()} exporting={props.room.exporting} zone_min={props.zone_min} {wish} />
        },
    }
}

fn opened(props: &BoardProps) -> String {
    let Teaching { opened, until, .. } = *props.teaching;
    texts::board::opened_and_deleted(
        words::time(opened, props.zone_min),
        words::lasting(props.now.saturating_sub(opened)),
        words::day(until, props.zone_min),
    )
}

/// How many there are of each, in a line.
fn tally(counts: Counts, teaching: &Teaching) -> Html {
    let Counts { all, hands, stuck, work, away, .. } = counts;
    let missing = teaching.missing.len();
    html! {
        <p class="totals" data-part="tally">
            if all == 0 { {texts::board::NOBODY_HAS_JOINED_YET} } else {
                <b>{hands.to_string()}</b>{if hands == 1 { texts::board::HAND_UP_AND } else { texts::board::HANDS_UP_AND }}
                <b>{stuck.to_string()}</b>{texts::board::STUCK_AND}<b>{work.to_string()}</b>{texts::board::AT_WORK_AND}<b>{away.to_string()}</b>{texts::board::AND_NOT_HERE}
            }
            if missing > 0 { {"; "}<b>{missing.to_string()}</b>{texts::board::of_the_roster(missing)} }
            if all > 0 { {"."} }
        </p>
    }
}

/// Where everybody is: a page a line, with a bar; pressed, only those on it are shown.
fn strip(pages: &[OnPage], props: &BoardProps, filter: &UseStateHandle<Filter>) -> Html {
    let most = pages.iter().map(|on| on.all).max().unwrap_or(1);
    let chosen = filter.page.as_deref();
    // Who filters by a page on which nobody is any more must be able to let go of it.
    let gone = chosen.filter(|page| !pages.iter().any(|on| on.page == *page)).map(|page| OnPage {
        page: page.into(),
        all: 0,
        help: 0,
    });
    if pages.is_empty() && gone.is_none() {
        return Html::default();
    }
    html! {
        <section class="strip" aria-labelledby="where-all">
            <h2 id="where-all">{texts::board::WHERE_EVERYBODY_IS}</h2>
            <ul>
                for on in pages.iter().chain(&gone) {
                    <li key={on.page.clone()}>
                        <button type="button" aria-pressed={(chosen == Some(&on.page)).to_string()} onclick={{
                            let (filter, page) = (filter.clone(), on.page.clone());
                            Callback::from(move |_: MouseEvent| {
                                let page = (filter.page.as_ref() != Some(&page)).then(|| page.clone());
                                filter.set(Filter { page, ..(*filter).clone() });
                            })
                        }}>
                            <span class="page-title">{words::title(&on.page, &props.pages).to_owned()}</span>
                            <svg class="here" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
                                <rect class="all" width={(on.all * 100 / most).to_string()} height="10" />
                                <rect class="help" width={(on.help * 100 / most).to_string()} height="10" />
                            </svg>
                            <span class="n"><b>{on.all.to_string()}</b>{if on.help > 0 { texts::board::need_help(on.help) } else { String::new() }}</span>
                        </button>
                    </li>
                }
            </ul>
        </section>
    }
}

fn filters(filter: &UseStateHandle<Filter>, counts: Counts) -> Html {
    let choices = [
        (Who::All, texts::board::everybody(counts.all)),
        (Who::Help, texts::board::needs_help(counts.hands + counts.stuck)),
        (Who::Hands, texts::board::hands(counts.hands)),
    ];
    let name = {
        let filter = filter.clone();
        Callback::from(move |event: InputEvent| {
            filter.set(Filter { name: platform::text_of(&event), ..(*filter).clone() });
        })
    };
    html! {
        <div class="filters">
            <div class="seg" role="group" aria-label={texts::board::WHO_IS_SHOWN}>
                for (who, says) in choices {
                    <button type="button" aria-pressed={(filter.who == who).to_string()} onclick={{
                        let filter = filter.clone();
                        Callback::from(move |_: MouseEvent| filter.set(Filter { who, ..(*filter).clone() }))
                    }}>{says}</button>
                }
            </div>
            <label class="find"><span>{texts::board::NAME}</span><input type="text" size="14" autocomplete="off" value={filter.name.clone()} oninput={name} /></label>
        </div>
    }
}

fn lists(
    shown: &Shown,
    strip: Html,
    props: &BoardProps,
    see: &Callback<Option<LearnerId>>,
    seen: Option<LearnerId>,
) -> Html {
    let none = shown.help.is_empty() && shown.work.is_empty() && shown.away.is_empty();
    html! {
        <>
            {list("help", texts::board::WHO_NEEDS_YOU, &shown.help, props, see, seen)}
            if none && !props.room.tiles.is_empty() { <p class="none">{texts::board::NOBODY_BY_THIS_CHOICE}</p> }
            {strip}
            {list("work", texts::board::AT_WORK_HEADING, &shown.work, props, see, seen)}
            {list("away", texts::board::NOT_HERE_HEADING, &shown.away, props, see, seen)}
        </>
    }
}

fn list(
    id: &'static str,
    heading: &'static str,
    tiles: &[Rc<Tile>],
    props: &BoardProps,
    see: &Callback<Option<LearnerId>>,
    seen: Option<LearnerId>,
) -> Html {
    if tiles.is_empty() {
        return Html::default();
    }
    html! {
        <section class={classes!("list", id)} aria-labelledby={format!("list-{id}")} key={id}>
            <h2 id={format!("list-{id}")}>{heading}{" "}<span class="count">{tiles.len().to_string()}</span></h2>
            <ul>
                for tile in tiles {
                    <TileRow key={tile.learner.0} tile={tile.clone()} title={title(tile, &props.pages)} with={partner(tile, &props.room)}
                        lasting={lasting(tile, props.now)} open={seen == Some(tile.learner)} see={see.clone()} />
                }
            </ul>
        </section>
    }
}

fn title(tile: &Tile, pages: &[(String, String)]) -> AttrValue {
    words::title(&tile.place.page, pages).to_owned().into()
}

/// The partner's name, and whether it is only proposed.
fn partner(tile: &Tile, room: &Room) -> Option<AttrValue> {
    let (with, agreed) = tile.pair?;
    let name = &room.tiles.get(&with)?.nickname;
    Some(if agreed { name.clone() } else { texts::board::proposed(name) }.into())
}

/// What is said while the relay is away or asks for its token.
pub(crate) fn away(desk: &Desk) -> Option<AttrValue> {
    match desk.standing()? {
        Standing::Away { tries, .. } if *tries > 1 => Some(texts::board::RELAY_DOES_NOT_ANSWER.into()),
        Standing::Refused { says, again_s: Some(seconds), .. } => {
            Some(texts::board::tries_again_in(says, seconds).into())
        }
        _ => None,
    }
}

#[derive(Properties, PartialEq)]
struct SecretProps {
    secret: String,
    wish: Callback<Wish>,
}

/// The secret, for the only time.
#[component]
fn Secret(props: &SecretProps) -> Html {
    let copied = use_state_eq(|| None::<bool>);
    let copy = {
        let (secret, copied) = (props.secret.clone(), copied.setter());
        Callback::from(move |_: MouseEvent| {
            let copied = copied.clone();
            platform::copy(secret.clone(), move |done| copied.set(Some(done)));
        })
    };
    html! {
        <section class="secret" aria-labelledby="secret-head" data-part="secret">
            <h2 id="secret-head">{texts::board::THE_TEACHERS_SECRET}</h2>
            <p>{texts::board::ABOUT_THE_SECRET}</p>
            <p><code data-part="the-secret">{props.secret.clone()}</code></p>
            <div class="btns">
                <button type="button" class="btn" onclick={copy}>{texts::board::COPY}</button>
                <button type="button" class="btn main" onclick={props.wish.reform(|_: MouseEvent| Wish::SecretSeen)}>{texts::board::I_HAVE_IT}</button>
                <span role="status">{match *copied {
                    None => "",
                    Some(true) => texts::board::COPIED,
                    Some(false) => texts::board::COPY_BY_HAND,
                }}</span>
            </div>
        </section>
    }
}
