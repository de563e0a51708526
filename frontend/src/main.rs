//! The browser's side: one wasm module for all figures of a page.
//!
//! `main` runs when the module is initialised. `boot.js` then calls [`configure`] once and [`hydrate`] once a figure.

use std::cell::RefCell;

use js_sys::Function;
use wasm_bindgen::prelude::*;
use web_sys::Element;

thread_local! {
    /// Told when this module has panicked.
    static ON_PANIC: RefCell<Option<Function>> = const { RefCell::new(None) };
}

fn main() {
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
#[wasm_bindgen]
pub fn configure(on_panic: Function) {
    ON_PANIC.set(Some(on_panic));
}

/// Wake a figure. `root` holds exactly what was rendered natively for `spec`, a figure's specification as JSON.
/// Yew goes on after this returns: success is told by `mounted`, failure by the listener of [`configure`].
///
/// # Errors
/// If `spec` is no specification of a figure.
#[wasm_bindgen]
pub fn hydrate(root: Element, spec: &str, mounted: Function) -> Result<(), JsError> {
    let spec = serde_json::from_str(spec)?;
    let mounted = yew::Callback::from(move |()| drop(mounted.call0(&JsValue::NULL)));
    yew::Renderer::<figures::Figure>::with_root_and_props(root, figures::FigureProps { spec, mounted })
        .hydrate();
    Ok(())
}

/// Make this many simulated rounds; the number of simulated calls.
#[cfg(feature = "bench")]
#[wasm_bindgen]
pub fn bench_sim(rounds: u32) -> f64 {
    world::bench::run(rounds) as f64
}
