//! A teacher's side of a class: the door, the board, the wall and the class's server.
//!
//! `desk` decides what is asked of a room and what its answers mean, `order` who comes first, `words` what is said,
//! `server` which calls the class's server makes; here the room's client is driven and one of the four is drawn.

mod desk;
mod door;
mod form;
mod join;
mod learner;
mod order;
mod pairs;
mod panels;
mod question;
mod ready;
#[cfg(test)]
mod sample;
mod server;
#[cfg(test)]
mod tests;
mod tile;
mod view;
mod wall;
mod words;

use std::cell::RefCell;
use std::rc::Rc;

use protocol::room::{Ask, Direct};
use serde::{Deserialize, Serialize};
use yew::prelude::*;

use crate::platform::{self, Timeout};
use crate::room::{Heard, Room, Standing};
use crate::texts;
use desk::{Asked, At, Desk, Input, Output, Taught, Wish};
use door::Door;
use form::submit;
pub use ready::{Offer, Offers, READY, Ready};
use view::Board;
use wall::Wall;

/// What a teacher's figure is made from, as its page has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardSpec {
    /// Its id in the page.
    pub id: String,
    /// Which of a teacher's pages it is.
    pub shows: Shows,
    /// The pages that a room may offer: address and title.
    pub pages: Vec<(String, String)>,
    /// The questions that it offers.
    pub offers: Vec<Offers>,
}

/// A teacher's pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shows {
    /// The board.
    Board,
    /// The room in numbers, for a projector.
    Wall,
    /// The server whose clients the class is, for a projector.
    Server,
}

impl Shows {
    fn name(self) -> &'static str {
        match self {
            Self::Board => texts::room::YOUR_ROOM,
            Self::Wall => texts::room::THE_WALL,
            Self::Server => texts::room::THE_CLASS_SERVER,
        }
    }
}

/// What the island is made from.
#[derive(Properties, PartialEq, Clone)]
pub struct BoardIslandProps {
    /// What it shows.
    pub spec: BoardSpec,
    /// Told once the figure is awake. Natively never.
    #[prop_or_default]
    pub mounted: Callback<()>,
}

/// The name of what this browser remembers of the rooms taught from it: a list of [`Taught`].
const TAUGHT: &str = "socketscope.taught";
/// Most rooms that are remembered.
const MOST_TAUGHT: usize = 20;
/// How long reports are gathered before they are drawn, in milliseconds.
const GATHER_MS: u32 = 60;
/// How often times are drawn anew, in milliseconds.
const TICK_MS: u32 = 10_000;

/// The desk, the room's client and the timers.
struct Driver {
    desk: Desk,
    room: Option<Room>,
    taught: Vec<Taught>,
    root: String,
    redraw: Callback<()>,
    drawing: Option<Timeout>,
    tick: Option<Timeout>,
    /// The class's server, and when it makes its next call.
    server: server::Run,
    next_call: Option<Timeout>,
}

type Shared = Rc<RefCell<Driver>>;

/// Take in what happened, do what is to be done, and draw: at once what the teacher wished, soon what was told.
fn drive(driver: &Shared, input: Input) {
    let wish = matches!(input, Input::Wish(_));
    let outputs = driver.borrow_mut().desk.handle(input);
    for output in outputs {
        perform(driver, output);
    }
    if wish { draw(driver) } else { draw_soon(driver) }
}

fn draw_soon(driver: &Shared) {
    let weak = Rc::downgrade(driver);
    driver.borrow_mut().drawing.get_or_insert_with(|| {
        Timeout::new(GATHER_MS, move || {
            if let Some(driver) = weak.upgrade() {
                draw(&driver);
            }
        })
    });
}

fn draw(driver: &Shared) {
    let redraw = {
        let mut it = driver.borrow_mut();
        it.drawing = None;
        it.redraw.clone()
    };
    redraw.emit(());
}

fn perform(driver: &Shared, output: Output) {
    match output {
        Output::Enter(ask, asked) => {
            let id = room(driver).enter(ask);
            driver.borrow_mut().desk.asked(id, asked);
        }
        Output::Ask(ask, asked) => {
            let id = room(driver).ask(ask);
            driver.borrow_mut().desk.asked(id, asked);
        }
        Output::Leave => {
            driver.borrow_mut().server = server::Run::default();
            room(driver).leave();
        }
        Output::Server(input) => serve(driver, input),
        Output::Save { name, bytes } => drop(platform::save_file(&name, &bytes)),
        Output::Remember(taught) => remember(driver, |all| {
            all.retain(|it| it.code != taught.code);
            all.insert(0, taught);
            all.truncate(MOST_TAUGHT);
        }),
        Output::Forget(code) => remember(driver, |all| all.retain(|it| it.code != code)),
        Output::Lead(place) => {
            let address = format!("{}{}", driver.borrow().root, words::address(&place));
            platform::lead_beside(&address, &place.figure, &place.link);
        }
    }
}

/// Tell the class's server, and do what is to be done.
fn serve(driver: &Shared, input: server::Input) {
    let outputs = driver.borrow_mut().server.handle(input);
    for output in outputs {
        match output {
            server::Output::Let(on) => {
                let id = room(driver).ask(Ask::Direct(Direct::Serve { on }));
                driver.borrow_mut().desk.asked(id, Asked::Serve(on));
            }
            server::Output::Lab(request) => room(driver).ask_lab(&request),
            server::Output::Wait(ms) => {
                let weak = Rc::downgrade(driver);
                let timer = Timeout::new(ms, move || {
                    if let Some(driver) = weak.upgrade() {
                        serve(&driver, server::Input::Waited);
                        draw(&driver);
                    }
                });
                driver.borrow_mut().next_call = Some(timer);
            }
        }
    }
}

/// The room's client, made when it is first wanted.
fn room(driver: &Shared) -> Room {
    if let Some(room) = &driver.borrow().room {
        return room.clone();
    }
    let weak = Rc::downgrade(driver);
    let heard = Callback::from(move |heard: Heard| {
        let Some(driver) = weak.upgrade() else { return };
        let input = match heard {
            Heard::Standing => Input::Standing(room(&driver).standing()),
            Heard::Report(report) => Input::Report(report, platform::now_ms()),
            Heard::Unknown(id) => Input::Unknown(id),
        };
        drive(&driver, input);
    });
    let made = Room::new(heard);
    let weak = Rc::downgrade(driver);
    made.hear_lab(Callback::from(move |heard| {
        if let Some(driver) = weak.upgrade() {
            serve(&driver, server::Input::Lab(heard));
            draw_soon(&driver);
        }
    }));
    driver.borrow_mut().room = Some(made.clone());
    made
}

/// What other tabs remember meanwhile is kept.
fn remember(driver: &Shared, change: impl FnOnce(&mut Vec<Taught>)) {
    let mut all = remembered();
    change(&mut all);
    if let Ok(json) = serde_json::to_string(&all) {
        platform::remember(TAUGHT, &json);
    }
    driver.borrow_mut().taught = all;
}

fn remembered() -> Vec<Taught> {
    platform::remembered(TAUGHT).and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default()
}

fn tick(driver: &Shared) {
    let weak = Rc::downgrade(driver);
    driver.borrow_mut().tick = Some(Timeout::new(TICK_MS, move || {
        let Some(driver) = weak.upgrade() else { return };
        tick(&driver);
        draw(&driver);
    }));
}

/// The root of a teacher's figure in a page.
#[component]
pub fn BoardIsland(props: &BoardIslandProps) -> Html {
    let update = use_force_update();
    let driver = use_memo((), {
        let redraw = Callback::from(move |()| update.force_update());
        |()| {
            Rc::new(RefCell::new(Driver {
                desk: Desk::default(),
                room: None,
                taught: vec![],
                root: String::new(),
                redraw,
                drawing: None,
                tick: None,
                server: server::Run::default(),
                next_call: None,
            }))
        }
    });
    let pages = use_memo(props.spec.pages.clone(), Clone::clone);
    let offers = use_memo(props.spec.offers.clone(), Clone::clone);
    // Whether the browser may be asked: the first drawing is the server's too.
    let awake = use_state_eq(|| false);
    let projected = props.spec.shows != Shows::Board;
    use_effect_with((props.mounted.clone(), projected), {
        let (driver, awake) = ((*driver).clone(), awake.setter());
        move |(mounted, projected)| {
            {
                let mut it = driver.borrow_mut();
                it.taught = remembered();
                it.root = platform::site_root().unwrap_or_default();
            }
            tick(&driver);
            if *projected {
                take_up_by_address(&driver);
            }
            awake.set(true);
            mounted.emit(());
        }
    });
    let wish = use_callback((), {
        let driver = (*driver).clone();
        move |wish: Wish, ()| drive(&driver, Input::Wish(wish))
    });
    let it = driver.borrow();
    html! {
        <section class={if projected { "wall" } else { "teach" }} aria-label={props.spec.shows.name()} data-keys=""
            data-inside={matches!(it.desk.at(), At::Room(_)).then_some("")}>
            if let Some(Standing::Asks { wrong }) = it.desk.standing() { <Token wrong={*wrong} room={it.room.clone()} /> }
            {match it.desk.at() {
                At::Room(room) => inside(props, &it, room, &pages, &offers, &wish, *awake),
                at => html! {
                    <Door pages={pages.clone()} taught={it.taught.clone()} busy={*at == At::Asking} note={it.desk.note().clone()} wall={projected} {wish} />
                },
            }}
        </section>
    }
}

fn inside(
    props: &BoardIslandProps,
    it: &Driver,
    room: &desk::Room,
    pages: &Rc<Vec<(String, String)>>,
    offers: &Rc<Vec<Offers>>,
    wish: &Callback<Wish>,
    awake: bool,
) -> Html {
    let Some(teaching) = room.teaching.clone().filter(|_| awake) else {
        return html! { <p role="status">{texts::room::ROOM_ON_ITS_WAY}</p> };
    };
    let away = view::away(&it.desk);
    let address = || join::best(&teaching.addresses).cloned().unwrap_or_default();
    if props.spec.shows == Shows::Server {
        return server::wall(&it.server, &teaching, &address(), away, wish);
    }
    let room = Rc::new(room.clone());
    if props.spec.shows == Shows::Wall {
        let address = address();
        return html! { <Wall {room} {teaching} pages={pages.clone()} {address} {away} /> };
    }
    html! {
        <Board {room} {teaching} {away} note={it.desk.note().clone()} pages={pages.clone()} offers={offers.clone()} root={it.root.clone()}
            now={it.desk.now(platform::now_ms())} zone_min={platform::zone_min()} wish={wish.clone()} />
    }
}

/// The wall's address names a room that this browser teaches.
fn take_up_by_address(driver: &Shared) {
    let code = platform::place();
    let code = code.trim_start_matches('#');
    let known = driver.borrow().taught.iter().find(|it| it.code.eq_ignore_ascii_case(code)).cloned();
    if let Some(Taught { code, secret, .. }) = known {
        drive(driver, Input::Wish(Wish::Teach { code, secret }));
    }
}

#[derive(Properties, PartialEq)]
struct TokenProps {
    wrong: bool,
    room: Option<Room>,
}

/// The relay wants its access token first.
#[component]
fn Token(props: &TokenProps) -> Html {
    let node = use_node_ref();
    let send = {
        let (node, room) = (node.clone(), props.room.clone());
        submit(move || {
            if let (Some(room), Some(token)) = (&room, form::typed(&node)) {
                room.token(&token);
            }
        })
    };
    let hint = if props.wrong { texts::room::WRONG_TOKEN } else { texts::room::WHO_HAS_THE_TOKEN };
    html! {
        <form class="token" onsubmit={send}>
            {form::line(texts::room::ACCESS_TOKEN, "relay-token", &node, 200, hint)}
            <button class="btn main">{texts::room::TELL_IT}</button>
        </form>
    }
}
