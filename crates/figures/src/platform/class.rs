//! What a class's parts need of the browser: the record of work (`record.js`), what is remembered, and what a page's figures say.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{CustomEvent, CustomEventInit, Document, HtmlElement, HtmlInputElement, Url};
use yew::NodeRef;

use super::{site_root, write_text};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = socketscope, js_name = device)]
    async fn record_device(code: &str, learner: u32) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_namespace = socketscope, js_name = rows)]
    async fn record_rows(device: &str, most: u32) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_namespace = socketscope, js_name = delivered)]
    async fn record_delivered(device: &str, through: f64) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_namespace = socketscope, js_name = all)]
    async fn record_all() -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_namespace = socketscope, js_name = forget)]
    async fn record_forget() -> Result<JsValue, JsValue>;
}

fn text(of: Result<JsValue, JsValue>) -> Option<String> {
    of.ok()?.as_string()
}

/// The name of this browser for this learner of this room; none where the browser keeps nothing.
pub(crate) fn device(code: String, learner: u32, then: impl FnOnce(Option<String>) + 'static) {
    yew::platform::spawn_local(async move { then(text(record_device(&code, learner).await)) });
}

/// What is kept under that name and not delivered yet, as JSON.
pub(crate) fn undelivered(device: String, most: u32, then: impl FnOnce(Option<String>) + 'static) {
    yew::platform::spawn_local(async move { then(text(record_rows(&device, most).await)) });
}

/// Up to this number all is delivered.
pub(crate) fn delivered(device: String, through: u64, then: impl FnOnce() + 'static) {
    yew::platform::spawn_local(async move {
        let _ = record_delivered(&device, through as f64).await;
        then();
    });
}

/// Everything that is kept, as JSON, by time.
pub(crate) fn all_work(then: impl FnOnce(Option<String>) + 'static) {
    yew::platform::spawn_local(async move { then(text(record_all().await)) });
}

/// Delete all of it that does not wait to be delivered.
pub(crate) fn forget_work(then: impl FnOnce() + 'static) {
    yew::platform::spawn_local(async move {
        let _ = record_forget().await;
        then();
    });
}

fn document() -> Option<Document> {
    web_sys::window()?.document()
}

/// Forget what this browser remembers under a name.
pub(crate) fn forget(name: &str) {
    if let Some(Ok(Some(storage))) = web_sys::window().map(|window| window.local_storage()) {
        let _ = storage.remove_item(name);
    }
}

/// Whether this is on, until the tab is closed.
pub(crate) fn is_on(name: &str) -> bool {
    let storage = web_sys::window().and_then(|window| window.session_storage().ok().flatten());
    storage.and_then(|storage| storage.get_item(name).ok().flatten()).is_some()
}

/// Let it be on or off, until the tab is closed.
pub(crate) fn turn(name: &str, on: bool) {
    if let Some(Ok(Some(storage))) = web_sys::window().map(|window| window.session_storage()) {
        let _ = if on { storage.set_item(name, "on") } else { storage.remove_item(name) };
    }
}

/// Say in the page that it is in a room, or no longer: figures look there.
pub(crate) fn mark_room(inside: bool) {
    let root =
        document().and_then(|it| it.document_element()).and_then(|it| it.dyn_into::<HtmlElement>().ok());
    if let Some(root) = root {
        if inside {
            let _ = root.dataset().set("room", "");
        } else {
            root.dataset().delete("room");
        }
    }
}

/// The page's address within the site: `/lessons/SLUG`.
pub(crate) fn page() -> String {
    let here = web_sys::window().and_then(|window| window.location().pathname().ok()).unwrap_or_default();
    let root = site_root().and_then(|root| Url::new(&root).ok()).map(|root| root.pathname());
    let within = here.strip_prefix(root.unwrap_or_default().trim_end_matches('/')).unwrap_or(&here);
    match within.trim_end_matches('/') {
        "" => "/".into(),
        page => page.into(),
    }
}

/// Whether the page has a figure of this name; of any, where the name is a kind in brackets.
pub(crate) fn has(selector: &str) -> bool {
    document().and_then(|it| it.query_selector(selector).ok().flatten()).is_some()
}

/// Whether the page has an element with this id.
pub(crate) fn has_id(id: &str) -> bool {
    document().and_then(|it| it.get_element_by_id(id)).is_some()
}

/// Scroll `list` (and nothing else) until what is found in it begins at its top; not while the keyboard is in it.
pub(crate) fn to_top(list: &NodeRef, selector: &str) {
    let Some(list) = list.cast::<HtmlElement>() else { return };
    let holder = document().and_then(|it| it.active_element());
    let held = holder.is_some_and(|it| list.contains(Some(&it)) && !list.is_same_node(Some(&it)));
    if let (false, Ok(Some(found))) = (held, list.query_selector(selector)) {
        let down = found.get_bounding_client_rect().top() - list.get_bounding_client_rect().top();
        list.set_scroll_top(list.scroll_top() + down as i32);
    }
}

/// Go to another page.
pub(crate) fn go_to(address: &str) {
    if let Some(window) = web_sys::window() {
        let _ = window.location().assign(address);
    }
}

/// Tell the page's figures something: a JSON text.
pub(crate) fn tell_figures(name: &str, detail: &str) {
    let init = CustomEventInit::new();
    init.set_detail(&detail.into());
    if let (Some(document), Ok(event)) = (document(), CustomEvent::new_with_event_init_dict(name, &init)) {
        let _ = document.dispatch_event(&event);
    }
}

/// Hear what is said on the page, for as long as it is open: a JSON text, or nothing.
pub(crate) fn hear_document(name: &str, told: impl FnMut(String) + 'static) {
    if let Some(document) = document() {
        hear(document.as_ref(), name, told);
    }
}

/// Hear what the window says, for as long as it is open.
pub(crate) fn hear_window(name: &str, mut told: impl FnMut() + 'static) {
    if let Some(window) = web_sys::window() {
        hear(window.as_ref(), name, move |_| told());
    }
}

fn hear(target: &web_sys::EventTarget, name: &str, mut told: impl FnMut(String) + 'static) {
    let callback = Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| {
        let detail = event.dyn_ref::<CustomEvent>().and_then(|it| it.detail().as_string());
        told(detail.unwrap_or_default());
    });
    let _ = target.add_event_listener_with_callback(name, callback.as_ref().unchecked_ref());
    // The page's end is its end.
    callback.forget();
}

/// Whether the page is looked at.
pub(crate) fn is_visible() -> bool {
    document().is_some_and(|it| !it.hidden())
}

/// Copy what stands in a field; told whether that worked.
pub(crate) fn copy_field(field: &NodeRef, then: impl FnOnce(bool) + 'static) {
    let Some(input) = field.cast::<HtmlInputElement>() else { return then(false) };
    // Without TLS a browser gives no clipboard, but still copies what is selected.
    input.select();
    yew::platform::spawn_local(async move {
        let copied = write_text(&input.value()).await.is_ok() || copy_selected();
        then(copied);
    });
}

fn copy_selected() -> bool {
    let Some(document) = document() else { return false };
    let copy = js_sys::Reflect::get(&document, &"execCommand".into()).ok();
    let copy = copy.and_then(|it| it.dyn_into::<js_sys::Function>().ok());
    copy.and_then(|it| it.call1(&document, &"copy".into()).ok()).is_some_and(|done| done.is_truthy())
}
