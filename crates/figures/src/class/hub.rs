//! The one place of a page that is in a room: lets [`Learner`] drive the connection, the record and the page's figures.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use protocol::room::{Ask, Learn, Place, QuestionId, View};
use serde::Serialize;
use yew::prelude::*;

use super::delivery::Step;
use super::kept::{self, Kept};
use super::learner::{Effect, Learner};
use super::line::{Input, Line};
use crate::platform::{self, Timeout, class};
use crate::room::{Heard, Room, Standing};

/// Where the page is is said at most so often, in milliseconds.
const PLACE_EVERY_MS: u32 = 800;
/// What it is called in the tab's storage that its pages follow the teacher.
const FOLLOWS: &str = "socketscope.follows";

struct Inner {
    room: Room,
    learner: RefCell<Learner>,
    /// Their process in a shared lab.
    line: RefCell<Line>,
    /// Redrawn when something changes, by number.
    drawn: RefCell<Vec<(u32, Callback<()>)>>,
    again: RefCell<Option<Timeout>>,
    place: RefCell<Placing>,
}

/// Where the page is, and when that is said next.
#[derive(Default)]
struct Placing {
    now: Place,
    /// Whether it was said as it is now.
    said: bool,
    timer: Option<Timeout>,
}

/// The hub; its clones are the same one.
#[derive(Clone)]
pub(super) struct Hub(Rc<Inner>);

impl PartialEq for Hub {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

thread_local! {
    static HUB: OnceCell<Hub> = const { OnceCell::new() };
}

/// The page's hub. In the browser only.
pub(super) fn hub() -> Hub {
    HUB.with(|hub| hub.get_or_init(Hub::begin).clone())
}

/// The page's hub, once the component is awake, which is drawn again with each change.
#[hook]
pub(super) fn use_hub() -> Option<Hub> {
    let update = use_force_update();
    let found = use_state(|| None::<Hub>);
    use_effect_with((), {
        let found = found.setter();
        move |()| {
            let hub = hub();
            let number = hub.draw_with(Callback::from(move |()| update.force_update()));
            found.set(Some(hub.clone()));
            move || hub.0.drawn.borrow_mut().retain(|(it, _)| *it != number)
        }
    });
    (*found).clone()
}

impl Hub {
    fn begin() -> Self {
        let room = Room::new(Callback::from(|heard| hub().heard(heard)));
        let learner = Learner::new(class::page(), kept::read(), class::is_on(FOLLOWS));
        let inner = Inner {
            room,
            learner: RefCell::new(learner),
            line: RefCell::default(),
            drawn: RefCell::default(),
            again: RefCell::default(),
            place: RefCell::default(),
        };
        let it = Self(Rc::new(inner));
        it.0.room.hear_lab(Callback::from(|heard| hub().tell_line(Input::Lab(heard))));
        class::hear_document("socketscope:kept", |_| hub().more_work());
        class::hear_document("socketscope:at", |detail| hub().at(&detail));
        class::hear_window("online", || hub().0.room.try_now());
        class::hear_window("pageshow", || hub().0.room.try_now());
        class::hear_document("visibilitychange", |_| {
            if class::is_visible() {
                hub().0.room.try_now();
            }
        });
        // A page that is left leaves no session behind: the next page of the room has its own.
        class::hear_window("pagehide", || hub().0.room.rest());
        it
    }

    fn draw_with(&self, redraw: Callback<()>) -> u32 {
        let mut drawn = self.0.drawn.borrow_mut();
        let number = drawn.last().map_or(1, |(last, _)| last + 1);
        drawn.push((number, redraw));
        number
    }

    fn draw(&self) {
        let all: Vec<_> = self.0.drawn.borrow().iter().map(|(_, redraw)| redraw.clone()).collect();
        for redraw in all {
            redraw.emit(());
        }
    }

    /// The learner's side as it is now.
    pub(super) fn learner(&self) -> std::cell::Ref<'_, Learner> {
        self.0.learner.borrow()
    }

    /// The learner's process in a shared lab, as it is now.
    pub(super) fn line(&self) -> std::cell::Ref<'_, Line> {
        self.0.line.borrow()
    }

    /// Something of that process is wished, or told.
    pub(super) fn tell_line(&self, input: Input) {
        let requests = self.0.line.borrow_mut().handle(input);
        for request in requests {
            self.0.room.ask_lab(&request);
        }
        self.draw();
    }

    /// Where the connection stands.
    pub(super) fn standing(&self) -> Standing {
        self.0.room.standing()
    }

    /// Come back into the room that this browser remembers.
    pub(super) fn come_back(&self) {
        if self.standing() != Standing::Nowhere {
            return;
        }
        let kept = self.learner().kept().cloned();
        if let Some(Kept { code, key, .. }) = kept {
            let id = self.0.room.enter(Ask::Return { code, key: key.clone() });
            self.0.learner.borrow_mut().enters(id, Some(key), false);
            self.draw();
        }
    }

    /// Join a room.
    pub(super) fn join(&self, code: String, nickname: String) {
        let id = self.0.room.enter(Ask::Join { code, nickname });
        self.0.learner.borrow_mut().enters(id, None, true);
        self.draw();
    }

    /// Come into a room by a return key.
    pub(super) fn return_by(&self, code: String, key: String) {
        let id = self.0.room.enter(Ask::Return { code, key: key.clone() });
        self.0.learner.borrow_mut().enters(id, Some(key), true);
        self.draw();
    }

    /// Tell the relay's access token.
    pub(super) fn token(&self, token: &str) {
        self.0.room.token(token);
        self.draw();
    }

    /// The hand goes up or down.
    pub(super) fn hand(&self, up: bool) {
        self.with(|it| it.hand(up));
    }

    /// Answer the question.
    pub(super) fn vote(&self, question: QuestionId, choice: u32) {
        self.with(|it| it.vote(question, choice));
    }

    /// A message was read.
    pub(super) fn read(&self, message: u32) {
        self.with(|it| it.read(message));
    }

    /// Agree to a partner, or not.
    pub(super) fn pair(&self, agree: bool) {
        self.with(|it| it.pair(agree));
    }

    /// Let the page go where the teacher is, or no longer.
    pub(super) fn follow(&self, on: bool) {
        class::turn(FOLLOWS, on);
        self.with(|it| it.follow(on));
    }

    /// Go to the page where the teacher is; it follows from there.
    pub(super) fn go_to(&self, place: &Place) {
        class::turn(FOLLOWS, true);
        class::go_to(&address(place));
    }

    /// What the room says is folded away in the bar, or shown again.
    pub(super) fn fold(&self, away: bool) {
        self.with(|it| {
            it.fold(away);
            vec![]
        });
    }

    /// The return key was written down.
    pub(super) fn key_is_kept(&self) {
        self.with(|it| {
            it.key_is_kept();
            vec![]
        });
    }

    /// Leave the room.
    pub(super) fn leave(&self) {
        self.0.room.leave();
        class::turn(FOLLOWS, false);
        self.with(Learner::leave);
    }

    fn with(&self, f: impl FnOnce(&mut Learner) -> Vec<Effect>) {
        let effects = f(&mut self.0.learner.borrow_mut());
        self.perform(effects);
        self.draw();
    }

    fn heard(&self, heard: Heard) {
        let standing = self.standing();
        self.with(|it| it.heard(heard, &standing));
        let over = |view: &View| self.line().has_overstayed(view.serves, view.pair.as_ref());
        if self.learner().view().is_some_and(over) {
            self.tell_line(Input::Leave);
        }
    }

    fn more_work(&self) {
        let effect = self.0.learner.borrow_mut().more_work();
        self.perform(effect);
    }

    fn perform(&self, effects: impl IntoIterator<Item = Effect>) {
        for effect in effects {
            match effect {
                Effect::Ask(ask) => drop(self.0.room.ask(ask)),
                Effect::Deliver(step) => self.deliver(step),
                Effect::Name { code, learner } => class::device(code, learner, |device| {
                    hub().with(|it| it.named(device.unwrap_or_default()));
                }),
                Effect::Remember(kept) => kept::write(kept.as_ref()),
                Effect::AskFigures => {
                    class::tell_figures("socketscope:ask", "");
                    self.place(None);
                }
                Effect::Go(place) => go(&place),
            }
        }
    }

    fn deliver(&self, step: Step) {
        let device = self.learner().kept().map(|kept| kept.device.clone()).unwrap_or_default();
        match step {
            Step::Look(most) => class::undelivered(device, most, |json| {
                let rows = json.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default();
                let hub = hub();
                let effect = hub.0.learner.borrow_mut().found(rows);
                hub.perform(effect);
                hub.draw();
            }),
            Step::Send(rows) => {
                let id = self.0.room.ask(Ask::Learn(Learn::Save { device, rows }));
                self.0.learner.borrow_mut().sent_work(id);
            }
            Step::Note(through) => class::delivered(device, through, || hub().more_work()),
            Step::Wait(ms) => {
                *self.0.again.borrow_mut() = Some(Timeout::new(ms, || hub().more_work()));
            }
        }
    }

    /// A figure says where it is.
    fn at(&self, detail: &str) {
        if let Ok(place) = serde_json::from_str::<Place>(detail) {
            self.place(Some(place));
        }
    }

    /// Say where the page is: now if nothing was said for a while, else soon.
    fn place(&self, now: Option<Place>) {
        let mut placing = self.0.place.borrow_mut();
        if let Some(now) = now {
            placing.now = now;
        }
        placing.said = false;
        if placing.timer.is_none() {
            drop(placing);
            self.say_place();
        }
    }

    fn say_place(&self) {
        let mut placing = self.0.place.borrow_mut();
        placing.timer = None;
        if placing.said || self.learner().view().is_none() {
            return;
        }
        placing.said = true;
        let place = self.learner().told_place(placing.now.clone());
        placing.timer = Some(Timeout::new(PLACE_EVERY_MS, || hub().say_place()));
        drop(placing);
        let id = self.0.room.ask(Ask::Learn(Learn::At { place }));
        self.0.learner.borrow_mut().sent_place(id);
    }

    /// How many figures of live runs the page has, as far as it matters: whether any.
    pub(super) fn has_live(&self) -> bool {
        class::has("[data-figure=live]")
    }
}

/// Let a figure be at this moment: the page brings it into sight, and wakes it.
fn go(place: &Place) {
    let detail = Go { figure: &place.figure, link: &place.link };
    if let Ok(detail) = serde_json::to_string(&detail) {
        class::tell_figures("socketscope:go", &detail);
    }
}

/// What `socketscope:go` tells.
#[derive(Serialize)]
struct Go<'p> {
    figure: &'p str,
    link: &'p str,
}

/// The address of a place, from this page.
pub(super) fn address(place: &Place) -> String {
    let mut address = page_address(&place.page);
    if !place.figure.is_empty() {
        address.push('#');
        address.push_str(&place.figure);
    }
    address
}

/// The address of a page of the site.
pub(super) fn page_address(page: &str) -> String {
    platform::site_root().unwrap_or_else(|| "/".into()) + page.trim_start_matches('/')
}

/// Copy what stands in a field, and say whether that worked.
pub(super) fn copy(field: &NodeRef, then: impl FnOnce(bool) + 'static) {
    class::copy_field(field, then);
}

/// What stands behind the page's address, without the `#`.
pub(super) fn behind() -> String {
    platform::place().trim_start_matches('#').to_owned()
}
