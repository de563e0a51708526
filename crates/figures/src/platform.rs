//! Everything that touches the browser: no other module names `web-sys` or `js-sys`.
//!
//! Natively nothing here is ever called: components reach it from effects and events only.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{BinaryType, CloseEvent, Element, HtmlElement, HtmlInputElement, MessageEvent, Url, WebSocket};
use yew::{FocusEvent, InputEvent, KeyboardEvent, NodeRef};

/// Scroll `list` (and nothing else) until `row` is in sight.
pub(crate) fn reveal(list: &NodeRef, row: &NodeRef) {
    let (Some(list), Some(row)) = (list.cast::<Element>(), row.cast::<Element>()) else { return };
    let (outer, inner) = (list.get_bounding_client_rect(), row.get_bounding_client_rect());
    // Space for the row after it, so that one sees that there is one.
    let room = inner.height().min(40.0);
    if inner.top() < outer.top() {
        list.set_scroll_top(list.scroll_top() - (outer.top() - inner.top()) as i32 - 1);
    } else if inner.bottom() + room > outer.bottom() {
        list.set_scroll_top(list.scroll_top() + (inner.bottom() + room - outer.bottom()) as i32 + 1);
    }
}

/// Scroll a box (and nothing else) to its end.
pub(crate) fn to_bottom(node: &NodeRef) {
    if let Some(element) = node.cast::<Element>() {
        element.set_scroll_top(element.scroll_height());
    }
}

/// Give the keyboard to an element and bring it into sight.
pub(crate) fn focus(node: &NodeRef) {
    if let Some(element) = node.cast::<HtmlElement>() {
        let _ = element.focus();
    }
}

/// Give the keyboard to `node` if what had it is gone from the page.
pub(crate) fn keep_focus(node: &NodeRef) {
    let document = web_sys::window().and_then(|window| window.document());
    let lost =
        document.and_then(|d| d.active_element()).is_none_or(|e| e.tag_name().eq_ignore_ascii_case("body"));
    if lost {
        focus(node);
    }
}

/// What is typed in an input.
pub(crate) fn value(node: &NodeRef) -> String {
    node.cast::<HtmlInputElement>().map(|input| input.value()).unwrap_or_default()
}

/// Set an input's value, as if it had been typed.
pub(crate) fn set_value(node: &NodeRef, value: &str) {
    if let Some(input) = node.cast::<HtmlInputElement>() {
        input.set_value(value);
    }
}

/// The number in the input that the event is about.
pub(crate) fn number_of(event: &InputEvent) -> Option<u32> {
    event.target()?.dyn_into::<HtmlInputElement>().ok()?.value().parse().ok()
}

/// Check the radio button in the row of the text field that the event is about.
pub(crate) fn check_radio_beside(event: &FocusEvent) {
    let row =
        event.target().and_then(|target| target.dyn_into::<Element>().ok()).and_then(|e| e.parent_element());
    let radio = row.and_then(|row| row.query_selector("input[type=radio]").ok().flatten());
    if let Some(radio) = radio.and_then(|radio| radio.dyn_into::<HtmlInputElement>().ok()) {
        radio.set_checked(true);
    }
}

/// What kind of thing has the keyboard when a key is pressed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holder {
    /// Something that is typed into or dragged: it keeps all keys but Escape.
    Input,
    /// A button or link: it keeps Space and Enter.
    Button,
    /// Anything else.
    Other,
}

/// Who has the keyboard.
pub(crate) fn holder(event: &KeyboardEvent) -> Holder {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    match target.map(|element| element.tag_name().to_ascii_lowercase()).as_deref() {
        Some("input" | "select" | "textarea") => Holder::Input,
        Some("button" | "a" | "summary") => Holder::Button,
        _ => Holder::Other,
    }
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &JsValue, ms: u32) -> i32;
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(id: i32);
}

/// A call that comes once, unless this is dropped before.
pub(crate) struct Timeout {
    id: i32,
    _callback: Closure<dyn FnMut()>,
}

impl Timeout {
    /// Call `f` after so many milliseconds.
    pub(crate) fn new(ms: u32, f: impl FnOnce() + 'static) -> Self {
        let callback = Closure::once(f);
        Self { id: set_timeout(callback.as_ref(), ms), _callback: callback }
    }
}

impl Drop for Timeout {
    fn drop(&mut self) {
        clear_timeout(self.id);
    }
}

/// Where the page's relay is, as a WebSocket address; none where this copy of the site has none.
pub(crate) fn relay_address() -> Option<String> {
    let window = web_sys::window()?;
    let root = window.document()?.document_element()?.dyn_into::<HtmlElement>().ok()?;
    let relay = root.dataset().get("relay").filter(|relay| !relay.is_empty() && relay != "none")?;
    let page = root.base_uri().ok().flatten()?;
    let url = Url::new_with_base(&relay, &page).ok()?;
    url.set_protocol(if url.protocol() == "https:" { "wss:" } else { "ws:" });
    Some(url.href())
}

/// What a WebSocket tells.
pub(crate) enum SocketEvent {
    /// It is open.
    Opened,
    /// A binary message has come.
    Message(Vec<u8>),
    /// It is closed, or could not be opened.
    Closed {
        /// The close code.
        code: u16,
        /// The other end's words.
        reason: String,
    },
}

/// A WebSocket to the page's relay; closed when dropped, and silent from then on.
pub(crate) struct Socket {
    socket: WebSocket,
    _open: Closure<dyn FnMut()>,
    _message: Closure<dyn FnMut(MessageEvent)>,
    _close: Closure<dyn FnMut(CloseEvent)>,
}

impl Socket {
    /// Open one. None where there is no relay or the browser refuses.
    pub(crate) fn open(told: impl Fn(SocketEvent) + Clone + 'static) -> Option<Self> {
        let socket = WebSocket::new_with_str(&relay_address()?, protocol::SUBPROTOCOL).ok()?;
        socket.set_binary_type(BinaryType::Arraybuffer);
        let open = Closure::new({
            let told = told.clone();
            move || told(SocketEvent::Opened)
        });
        let message = Closure::new({
            let told = told.clone();
            move |event: MessageEvent| {
                // A text message is no message of the protocol: as bytes it will not decode, and is told as such.
                let data = event.data();
                let bytes = match data.dyn_ref::<js_sys::ArrayBuffer>() {
                    Some(buffer) => js_sys::Uint8Array::new(buffer).to_vec(),
                    None => data.as_string().unwrap_or_default().into_bytes(),
                };
                told(SocketEvent::Message(bytes));
            }
        });
        let close = Closure::new(move |event: CloseEvent| {
            told(SocketEvent::Closed { code: event.code(), reason: event.reason() });
        });
        socket.set_onopen(Some(open.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(close.as_ref().unchecked_ref()));
        Some(Self { socket, _open: open, _message: message, _close: close })
    }

    /// Send a binary message; one that cannot be sent is followed by [`SocketEvent::Closed`].
    pub(crate) fn send(&self, bytes: &[u8]) {
        let _ = self.socket.send_with_u8_array(bytes);
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.socket.set_onopen(None);
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        let _ = self.socket.close();
    }
}
