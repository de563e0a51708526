//! Everything that touches the browser: no other module names `web-sys` or `js-sys`.
//!
//! Natively nothing here is ever called: components reach it from effects and events only.

pub(crate) mod class;
mod desk;
pub(crate) mod programs;

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{BinaryType, CloseEvent, Element, HtmlElement, HtmlInputElement, MessageEvent, Url, WebSocket};
use yew::{Event, FocusEvent, InputEvent, KeyboardEvent, NodeRef};

pub(crate) use desk::{
    Lead, check, copy, is_checked, lead_beside, now_ms, open_beside, remember, remembered, set_value_of,
    site_root, ticked, value_of, zone_min,
};

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

/// What is typed in the input that the event is about.
pub(crate) fn text_of(event: &InputEvent) -> String {
    input(event).map(|input| input.value()).unwrap_or_default()
}

fn input(event: &InputEvent) -> Option<HtmlInputElement> {
    event.target()?.dyn_into().ok()
}

/// What is chosen in the list, or has been typed in the input, that the event is about.
pub(crate) fn chosen(event: &Event) -> String {
    let target: Option<JsValue> = event.target().map(Into::into);
    let value = target.and_then(|target| js_sys::Reflect::get(&target, &"value".into()).ok());
    value.and_then(|value| value.as_string()).unwrap_or_default()
}

/// The value of the radio button that is checked within `node`: so what was chosen before the figure was awake counts too.
pub(crate) fn checked(node: &NodeRef) -> Option<usize> {
    let radio = node.cast::<Element>()?.query_selector("input:checked").ok().flatten()?;
    radio.dyn_into::<HtmlInputElement>().ok()?.value().parse().ok()
}

/// Whether the box that the event is about is ticked now.
pub(crate) fn checks(event: &Event) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
    target.is_some_and(|input| input.checked())
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

/// Any number.
pub(crate) fn random() -> u32 {
    (js_sys::Math::random() * f64::from(u32::MAX)) as u32
}

/// The page, as `boot.js` is it to figures.
#[wasm_bindgen(js_namespace = socketscopePage)]
extern "C" {
    /// A question of the figure, counted from 1, was answered.
    pub(crate) fn predicted(figure: &str, place: u32, said: &str, right: bool);
    /// The figure has run to its end. The page may be told again and again.
    pub(crate) fn ran(figure: &str, live: bool);
    /// The figure is at this step, of so many that are known.
    pub(crate) fn at(figure: &str, step: u32, of: u32);
    /// The page's address is to lead to this moment of the figure.
    pub(crate) fn keep(figure: &str, link: &str);
    #[wasm_bindgen(js_name = follow)]
    fn follow_by(figure: &str, follower: &JsValue);
}

/// Let the figure follow links from now on: `follower` goes where the link leads; without one it answers the link to where
/// the figure is. The figure stays as long as the page.
pub(crate) fn follow(figure: &str, follower: impl Fn(Option<String>) -> Option<String> + 'static) {
    let follower: Closure<dyn Fn(Option<String>) -> Option<String>> = Closure::new(follower);
    follow_by(figure, &follower.into_js_value());
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

/// The name of the relay's access token in the tab's storage.
const TOKEN: &str = "socketscope-token";

/// The access token that was told in this tab. A browser may refuse its storage: then each figure asks for itself.
pub(crate) fn kept_token() -> Option<String> {
    web_sys::window()?.session_storage().ok()??.get_item(TOKEN).ok()?
}

/// Keeps an access token until the tab is closed.
pub(crate) fn keep_token(token: &str) {
    if let Some(Ok(Some(storage))) = web_sys::window().map(|window| window.session_storage()) {
        let _ = storage.set_item(TOKEN, token);
    }
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

    /// Close it and say that the session is over too.
    pub(crate) fn finish(self) {
        let _ = self.socket.close_with_code(1000);
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

#[wasm_bindgen]
extern "C" {
    type CompressionStream;
    #[wasm_bindgen(constructor, catch)]
    fn new(format: &str) -> Result<CompressionStream, JsValue>;
    type DecompressionStream;
    #[wasm_bindgen(constructor, catch)]
    fn new(format: &str) -> Result<DecompressionStream, JsValue>;
    type ReadableStream;
    #[wasm_bindgen(method, catch, js_name = pipeThrough)]
    fn pipe_through(this: &ReadableStream, through: &JsValue) -> Result<JsValue, JsValue>;
    type Response;
    #[wasm_bindgen(constructor, catch)]
    fn new(body: &JsValue) -> Result<Response, JsValue>;
    #[wasm_bindgen(method, getter)]
    fn body(this: &Response) -> Option<ReadableStream>;
    #[wasm_bindgen(method, catch, js_name = arrayBuffer)]
    async fn array_buffer(this: &Response) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_namespace = ["navigator", "clipboard"], js_name = writeText)]
    async fn write_text(text: &str) -> Result<JsValue, JsValue>;
}

/// Compress by raw DEFLATE (RFC 1951); none where the browser cannot.
pub(crate) fn deflate(bytes: Vec<u8>, then: impl FnOnce(Option<Vec<u8>>) + 'static) {
    yew::platform::spawn_local(async move {
        let stream = CompressionStream::new("deflate-raw");
        then(match stream {
            Ok(stream) => through(&bytes, stream.as_ref()).await.ok(),
            Err(_) => None,
        });
    });
}

/// The opposite; none for bytes that are not so compressed.
pub(crate) fn inflate(bytes: Vec<u8>, then: impl FnOnce(Option<Vec<u8>>) + 'static) {
    yew::platform::spawn_local(async move {
        let stream = DecompressionStream::new("deflate-raw");
        then(match stream {
            Ok(stream) => through(&bytes, stream.as_ref()).await.ok(),
            Err(_) => None,
        });
    });
}

async fn through(bytes: &[u8], stream: &JsValue) -> Result<Vec<u8>, JsValue> {
    let body = Response::new(&js_sys::Uint8Array::from(bytes))?.body().ok_or(JsValue::NULL)?;
    let buffer = Response::new(&body.pipe_through(stream)?)?.array_buffer().await?;
    Ok(js_sys::Uint8Array::new(&buffer).to_vec())
}

#[wasm_bindgen]
extern "C" {
    type Blob;
    #[wasm_bindgen(constructor, catch)]
    fn new(parts: &JsValue) -> Result<Blob, JsValue>;
    #[wasm_bindgen(catch, js_namespace = URL, js_name = createObjectURL)]
    fn create_object_url(blob: &Blob) -> Result<String, JsValue>;
    #[wasm_bindgen(js_namespace = URL, js_name = revokeObjectURL)]
    fn revoke_object_url(url: &str);
}

/// How long a file that is saved is kept for the browser, in milliseconds.
const SAVING_MS: u32 = 60_000;

/// Have the browser save a file.
pub(crate) fn save_file(name: &str, bytes: &[u8]) -> Option<()> {
    let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes));
    let url = create_object_url(&Blob::new(&parts).ok()?).ok()?;
    let link = web_sys::window()?.document()?.create_element("a").ok()?;
    link.set_attribute("href", &url).ok()?;
    link.set_attribute("download", name).ok()?;
    link.dyn_into::<HtmlElement>().ok()?.click();
    // It outlives the figure: the browser may still be reading.
    std::mem::forget(Timeout::new(SAVING_MS, move || revoke_object_url(&url)));
    Some(())
}

/// Read the file that was chosen in the input that the event is about: its bytes, or how many it has where these are too
/// many or cannot be read. The input forgets it, so that it may be chosen again.
pub(crate) fn read_file(event: &Event, most: u64, then: impl FnOnce(Result<Vec<u8>, u64>) + 'static) {
    let Some(input) = event.target().and_then(|it| it.dyn_into::<HtmlInputElement>().ok()) else { return };
    let part = |of: &JsValue, name: &str| js_sys::Reflect::get(of, &name.into()).ok();
    let file = part(input.as_ref(), "files").and_then(|files| part(&files, "0")).filter(JsValue::is_object);
    let Some(file) = file else { return };
    let size = part(&file, "size").and_then(|size| size.as_f64()).unwrap_or(0.0) as u64;
    input.set_value("");
    if size > most {
        return then(Err(size));
    }
    yew::platform::spawn_local(async move {
        let buffer = match Response::new(&file) {
            Ok(response) => response.array_buffer().await,
            Err(trouble) => Err(trouble),
        };
        then(buffer.map(|buffer| js_sys::Uint8Array::new(&buffer).to_vec()).map_err(|_| size));
    });
}

/// What stands behind the page's address, the `#` with it.
pub(crate) fn place() -> String {
    web_sys::window().and_then(|window| window.location().hash().ok()).unwrap_or_default()
}

/// Put this behind the page's address.
pub(crate) fn replace_place(place: &str) {
    if let Some(history) = web_sys::window().and_then(|window| window.history().ok()) {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(place));
    }
}

/// Another entry in the history, at the same address until that changes.
pub(crate) fn push_place() {
    if let Some(history) = web_sys::window().and_then(|window| window.history().ok()) {
        let _ = history.push_state_with_url(&JsValue::NULL, "", None);
    }
}

/// Copy the page's address; told whether that worked.
pub(crate) fn copy_address(then: impl FnOnce(bool) + 'static) {
    yew::platform::spawn_local(async move {
        let address = web_sys::window().and_then(|window| window.location().href().ok());
        then(match address {
            Some(address) => write_text(&address).await.is_ok(),
            None => false,
        });
    });
}

/// Calls back when somebody goes back or forward within the page, until it is dropped.
pub(crate) struct OnBack {
    callback: Closure<dyn FnMut()>,
}

impl OnBack {
    pub(crate) fn new(told: impl FnMut() + 'static) -> Self {
        let callback = Closure::new(told);
        if let Some(window) = web_sys::window() {
            let _ = window.add_event_listener_with_callback("popstate", callback.as_ref().unchecked_ref());
        }
        Self { callback }
    }
}

impl Drop for OnBack {
    fn drop(&mut self) {
        if let Some(window) = web_sys::window() {
            let _ = window
                .remove_event_listener_with_callback("popstate", self.callback.as_ref().unchecked_ref());
        }
    }
}
