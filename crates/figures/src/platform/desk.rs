//! What a teacher's desk needs of the browser: forms, the clock, what is remembered, and pages opened beside it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Date, Reflect};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{
    CustomEvent, CustomEventInit, Document, Element, HtmlElement, HtmlInputElement, NodeList, Url, Window,
};
use yew::NodeRef;

use super::{Timeout, relay_address, write_text};

/// What is typed in a field of any kind.
pub(crate) fn value_of(node: &NodeRef) -> String {
    let value = node.get().and_then(|node| Reflect::get(&node, &"value".into()).ok());
    value.and_then(|value| value.as_string()).unwrap_or_default()
}

/// Set a field of any kind, as if it had been typed.
pub(crate) fn set_value_of(node: &NodeRef, value: &str) {
    if let Some(node) = node.get() {
        let _ = Reflect::set(&node, &"value".into(), &value.into());
    }
}

/// Whether this box is ticked.
pub(crate) fn is_checked(node: &NodeRef) -> bool {
    node.cast::<HtmlInputElement>().is_some_and(|input| input.checked())
}

/// Check the radio button with this place within `node`.
pub(crate) fn check(node: &NodeRef, at: usize) {
    if let Some(radio) = inputs(node, "input[type=radio]").nth(at) {
        radio.set_checked(true);
    }
}

/// Which boxes within `node` are ticked, in order.
pub(crate) fn ticked(node: &NodeRef) -> Vec<bool> {
    inputs(node, "input[type=checkbox]").map(|input| input.checked()).collect()
}

fn inputs(node: &NodeRef, which: &str) -> impl Iterator<Item = HtmlInputElement> {
    let found: Option<NodeList> = node.cast::<Element>().and_then(|it| it.query_selector_all(which).ok());
    let count = found.as_ref().map_or(0, NodeList::length);
    (0..count).filter_map(move |at| found.as_ref()?.item(at)?.dyn_into().ok())
}

/// The browser's clock, in milliseconds since 1970.
pub(crate) fn now_ms() -> u64 {
    Date::now() as u64
}

/// By how many minutes clocks here are ahead of UTC.
pub(crate) fn zone_min() -> i32 {
    -(Date::new_0().get_timezone_offset() as i32)
}

/// What this browser remembers under a name. It may refuse to remember anything.
pub(crate) fn remembered(name: &str) -> Option<String> {
    web_sys::window()?.local_storage().ok()??.get_item(name).ok()?
}

/// Remember this; whether the browser does.
pub(crate) fn remember(name: &str, text: &str) -> bool {
    let storage = web_sys::window().and_then(|window| window.local_storage().ok().flatten());
    storage.is_some_and(|storage| storage.set_item(name, text).is_ok())
}

/// The address of the site's root, where the page has a relay: it stands there.
pub(crate) fn site_root() -> Option<String> {
    let url = Url::new(&relay_address()?).ok()?;
    url.set_protocol(if url.protocol() == "wss:" { "https:" } else { "http:" });
    Url::new_with_base("./", &url.href()).ok().map(|url| url.href())
}

/// Copy a text; told whether that worked.
pub(crate) fn copy(text: String, then: impl FnOnce(bool) + 'static) {
    yew::platform::spawn_local(async move { then(write_text(&text).await.is_ok()) });
}

/// The name of the window in which a learner's place is shown.
const BESIDE: &str = "socketscope-look";

thread_local! {
    /// That window, once it was opened.
    static LOOK: RefCell<Option<Window>> = const { RefCell::new(None) };
}

/// Open this address of the site beside the page, or lead the window there that was opened so.
pub(crate) fn open_beside(address: &str) {
    let opened = web_sys::window().and_then(|it| it.open_with_url_and_target(address, BESIDE).ok().flatten());
    LOOK.set(opened);
}

/// Lead the window on that was opened beside, if it is still open: within its page by an event, else to another page.
pub(crate) fn lead_beside(address: &str, figure: &str, link: &str) {
    LOOK.with_borrow(|look| {
        let Some(window) = look.as_ref().filter(|window| !window.closed().unwrap_or(true)) else { return };
        let (Ok(here), Ok(there)) = (window.location().href(), Url::new(address)) else { return };
        let same = Url::new(&here).is_ok_and(|here| here.pathname() == there.pathname());
        match window.document().filter(|_| same && !link.is_empty()) {
            Some(document) => {
                let detail = js_sys::Object::new();
                let _ = Reflect::set(&detail, &"figure".into(), &figure.into());
                let _ = Reflect::set(&detail, &"link".into(), &link.into());
                let text = js_sys::JSON::stringify(&detail).map(String::from).unwrap_or_default();
                tell(&document, "socketscope:go", &text);
            }
            None if same && link.is_empty() => {}
            None => drop(window.location().replace(address)),
        }
    });
}

/// Tell a page's figures something. Its document may be another window's.
fn tell(document: &Document, name: &str, detail: &str) {
    let init = CustomEventInit::new();
    init.set_detail(&detail.into());
    if let Ok(event) = CustomEvent::new_with_event_init_dict(name, &init) {
        let _ = document.dispatch_event(&event);
    }
}

/// How often it is looked whether the page that leads has become another, in milliseconds.
const LOOK_MS: u32 = 400;

/// A page in which a teacher leads the class: its path, and what its figures say, are told until this is dropped.
pub(crate) struct Lead {
    _timer: Rc<RefCell<Option<Timeout>>>,
}

/// What is told: the page's path, and where a figure is as the figure says it.
type Told = Rc<dyn Fn(String, Option<String>)>;

impl Lead {
    /// Open this address of the site beside the page. None where the browser opens no window.
    pub(crate) fn open(
        address: &str,
        room: &str,
        told: impl Fn(String, Option<String>) + 'static,
    ) -> Option<Self> {
        let window = web_sys::window()?.open_with_url_and_target(address, "socketscope-lead").ok()??;
        let timer = Rc::new(RefCell::new(None));
        let leads = Leads { window, room: room.to_owned(), told: Rc::new(told), at: RefCell::default() };
        again(Rc::new(leads), &timer);
        Some(Self { _timer: timer })
    }
}

struct Leads {
    window: Window,
    room: String,
    told: Told,
    /// The listener of the document that is listened to.
    at: RefCell<Option<Listener>>,
}

/// Listens to the figures of a page until it is dropped.
struct Listener {
    document: Document,
    callback: Closure<dyn FnMut(CustomEvent)>,
    alive: Rc<Cell<bool>>,
}

const AT: &str = "socketscope:at";

impl Drop for Listener {
    fn drop(&mut self) {
        self.alive.set(false);
        let _ = self.document.remove_event_listener_with_callback(AT, self.callback.as_ref().unchecked_ref());
    }
}

fn again(leads: Rc<Leads>, timer: &Rc<RefCell<Option<Timeout>>>) {
    let weak = Rc::downgrade(timer);
    let next = Timeout::new(LOOK_MS, move || {
        leads.look();
        if let Some(timer) = weak.upgrade() {
            again(leads, &timer);
        }
    });
    *timer.borrow_mut() = Some(next);
}

impl Leads {
    /// Listens to the document that the window has now, if it is not listened to already.
    fn look(&self) {
        if self.window.closed().unwrap_or(true) {
            return;
        }
        // Null while a page comes, or where it is another site's.
        let Some(document) = self.window.document().filter(|it| it.ready_state() == "complete") else {
            return;
        };
        if self.at.borrow().as_ref().is_some_and(|it| it.document == document) {
            return;
        }
        let Ok(path) = self.window.location().pathname() else { return };
        if let Some(root) = document.document_element() {
            // The element is of the other window, whose types are not this one's.
            let _ = root.unchecked_into::<HtmlElement>().dataset().set("room", &self.room);
        }
        let (told, alive) = (Rc::clone(&self.told), Rc::new(Cell::new(true)));
        let callback = Closure::new({
            let (path, alive) = (path.clone(), Rc::clone(&alive));
            move |event: CustomEvent| {
                if let (true, Some(detail)) = (alive.get(), event.detail().as_string()) {
                    told(path.clone(), Some(detail));
                }
            }
        });
        let _ = document.add_event_listener_with_callback(AT, callback.as_ref().unchecked_ref());
        *self.at.borrow_mut() = Some(Listener { document: document.clone(), callback, alive });
        (self.told)(path, None);
        tell(&document, "socketscope:ask", "");
    }
}
