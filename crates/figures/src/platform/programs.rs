//! What figures of programs need of the page: fields that become editors, and the worker in which programs run
//! (`static/js/workbench.js`).

use js_sys::Reflect;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::Element;
use yew::NodeRef;

#[wasm_bindgen]
extern "C" {
    type JsField;
    #[wasm_bindgen(js_namespace = socketscopePrograms, js_name = field)]
    fn make_field(area: &Element, changed: &JsValue, stopped: &JsValue) -> JsField;
    #[wasm_bindgen(method)]
    fn set(this: &JsField, text: &str);
    #[wasm_bindgen(method)]
    fn mark(this: &JsField, list: &str);
    #[wasm_bindgen(method)]
    fn stops(this: &JsField, lines: Vec<u32>);
    #[wasm_bindgen(method)]
    fn line(this: &JsField) -> u32;
    #[wasm_bindgen(method)]
    fn go(this: &JsField, line: u32);

    type JsEngine;
    #[wasm_bindgen(js_namespace = socketscopePrograms, js_name = engine)]
    fn make_engine(told: &JsValue) -> JsEngine;
    #[wasm_bindgen(method)]
    fn send(this: &JsEngine, seq: u32, command: &str);
    #[wasm_bindgen(method)]
    fn end(this: &JsEngine);

    /// An exercise's page has a verdict on the learner's file.
    #[wasm_bindgen(js_namespace = socketscopePrograms)]
    pub(crate) fn verdict(figure: &str, exercise: &str, passed: bool, says: &str);

    type JsRest;
    #[wasm_bindgen(js_namespace = socketscopePrograms, js_name = rest)]
    fn make_rest(element: &Element, came: &JsValue) -> JsRest;
    #[wasm_bindgen(method)]
    fn end(this: &JsRest);
}

/// A textarea that becomes an editor when it comes near. It stays as long as the page.
pub(crate) struct Field {
    field: JsField,
    _changed: Closure<dyn Fn(String)>,
    _stopped: Closure<dyn Fn(Vec<u32>)>,
}

impl Field {
    /// Make one of a textarea with a label. `changed` hears its text, `stopped` the lines of its breakpoints.
    pub(crate) fn new(
        area: &NodeRef,
        changed: impl Fn(String) + 'static,
        stopped: impl Fn(Vec<u32>) + 'static,
    ) -> Option<Self> {
        let area = area.cast::<Element>()?;
        let changed: Closure<dyn Fn(String)> = Closure::new(changed);
        let stopped: Closure<dyn Fn(Vec<u32>)> = Closure::new(stopped);
        let field = make_field(&area, changed.as_ref(), stopped.as_ref());
        Some(Self { field, _changed: changed, _stopped: stopped })
    }

    /// Replace its text.
    pub(crate) fn set(&self, text: &str) {
        self.field.set(text);
    }

    /// Replace what stands at its lines: JSON, a list of `{ line, kind, sign, says }`.
    pub(crate) fn mark(&self, list: &str) {
        self.field.mark(list);
    }

    /// Replace its breakpoints.
    pub(crate) fn stops(&self, lines: &[u32]) {
        self.field.stops(lines.to_vec());
    }

    /// The line of its cursor.
    pub(crate) fn line(&self) -> u32 {
        self.field.line()
    }

    /// Bring a line into sight, and the keyboard there.
    pub(crate) fn go(&self, line: u32) {
        self.field.go(line);
    }
}

/// What a machine's worker answers.
pub(crate) enum Told {
    /// The view after the command with this number.
    View(u32, String),
    /// A command took too long: the worker was stopped and knows nothing any more.
    Slow,
    /// The worker is gone, for this reason.
    Broken(String),
}

/// A command's number, the view after it, else what the trouble is.
type OnTold = Closure<dyn Fn(u32, Option<String>, Option<String>)>;

/// A machine in a worker; stopped when dropped.
pub(crate) struct Machine {
    engine: JsEngine,
    _told: OnTold,
}

impl Machine {
    /// A machine that is made by its first command.
    pub(crate) fn new(told: impl Fn(Told) + 'static) -> Self {
        let told: OnTold = Closure::new(move |seq, view: Option<String>, trouble: Option<String>| {
            told(match (view, trouble) {
                (Some(view), _) => Told::View(seq, view),
                (None, Some(why)) if why == "slow" => Told::Slow,
                (None, why) => Told::Broken(why.unwrap_or_default()),
            });
        });
        Self { engine: make_engine(told.as_ref()), _told: told }
    }

    /// Have a command done, as JSON.
    pub(crate) fn send(&self, seq: u32, command: &str) {
        self.engine.send(seq, command);
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        self.engine.end();
    }
}

/// Waits until a part of the page is in view and the browser has nothing else to do; no longer when dropped.
pub(crate) struct Rest {
    rest: JsRest,
    _came: Closure<dyn Fn()>,
}

impl Rest {
    /// Calls `came` once, unless another machine of the page was started before, or the browser is to save data.
    pub(crate) fn new(part: &NodeRef, came: impl Fn() + 'static) -> Option<Self> {
        let part = part.cast::<Element>()?;
        let came: Closure<dyn Fn()> = Closure::new(came);
        let rest = make_rest(&part, came.as_ref());
        Some(Self { rest, _came: came })
    }
}

impl Drop for Rest {
    fn drop(&mut self) {
        self.rest.end();
    }
}

/// What the page has beside a figure, as JSON.
pub(crate) fn beside(figure: &str) -> Option<String> {
    let document = web_sys::window()?.document()?;
    document.get_element_by_id(&format!("{figure}-beside"))?.text_content()
}

/// The path of the page, without the slash that a static host puts behind it.
pub(crate) fn path() -> String {
    whole_path().trim_end_matches('/').to_owned()
}

/// The path of the page, as its address has it.
pub(crate) fn whole_path() -> String {
    web_sys::window().and_then(|window| window.location().pathname().ok()).unwrap_or_default()
}

/// Give the keyboard to a part of an element, and bring it into view.
pub(crate) fn focus_in(element: &NodeRef, part: &str) {
    let part = element.cast::<Element>().and_then(|it| it.query_selector(part).ok()?);
    if let Some(part) = part.and_then(|part| part.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = part.focus();
    }
}

/// Take a link to programs out of the page's address: what stands there now is something else.
pub(crate) fn forget_link() {
    let Some(window) = web_sys::window() else { return };
    let (Ok(hash), Ok(path)) = (window.location().hash(), window.location().pathname()) else { return };
    if hash.contains("@p1.") {
        super::replace_place(&path);
    }
}

/// Give the keyboard to the tab before or behind the one that has it, round about.
pub(crate) fn focus_tab(list: &NodeRef, at: usize) {
    let tab = list.cast::<Element>().and_then(|it| it.query_selector_all("[role=tab]").ok()?.item(at as u32));
    if let Some(tab) = tab.and_then(|tab| tab.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = tab.focus();
    }
}

/// The value of a field by its name within the form that is submitted; the field is empty then.
pub(crate) fn take_field(form: &NodeRef, name: &str) -> String {
    let field = form.cast::<Element>().and_then(|it| it.query_selector(&format!("[name={name}]")).ok()?);
    let Some(field) = field else { return String::new() };
    let text = Reflect::get(&field, &"value".into()).ok().and_then(|it| it.as_string()).unwrap_or_default();
    let _ = Reflect::set(&field, &"value".into(), &"".into());
    text
}
