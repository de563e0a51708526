//! The browser's side: wakes the figures of a page.
//!
//! Each kind of figure has a wasm module of its own (`src/bin`), so that a page loads what its figures need and no more.
//! All offer the same two functions to `boot.js`: `configure` once, and `hydrate` once a figure. What they share is here.

pub mod json;

use std::cell::RefCell;

use js_sys::Function;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;
use web_sys::Element;
use yew::{BaseComponent, Callback};

thread_local! {
    /// Told when this module has panicked.
    static ON_PANIC: RefCell<Option<Function>> = const { RefCell::new(None) };
}

/// To be called once, when a module is initialised.
pub fn start() {
    // A panic ends this instance for every figure in it: the page must know, to say so and to start a fresh one.
    yew::set_custom_panic_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        if let Some(told) = ON_PANIC.take() {
            // A listener that throws can do no more harm now.
            let _ = told.call0(&JsValue::NULL);
        }
    }));
}

/// Say who is told of a panic.
pub fn tell_of_panic(told: Function) {
    ON_PANIC.set(Some(told));
}

/// Wake a figure. `root` holds exactly what was rendered natively for `spec`, a specification as JSON.
/// Yew goes on after this returns: success is told by `mounted`, failure by the listener of [`tell_of_panic`].
///
/// # Errors
/// If `spec` is no specification of this kind of figure.
pub fn wake<C: BaseComponent, S: DeserializeOwned>(
    root: Element,
    spec: &str,
    mounted: Function,
    props: impl FnOnce(S, Callback<()>) -> C::Properties,
) -> Result<(), json::Mismatch> {
    let spec = json::read(spec)?;
    let mounted = Callback::from(move |()| drop(mounted.call0(&JsValue::NULL)));
    yew::Renderer::<C>::with_root_and_props(root, props(spec, mounted)).hydrate();
    Ok(())
}
