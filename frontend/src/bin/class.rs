//! The module for learners in a class: the form to join a room, and the bar of the room that this browser is in.

use std::cell::RefCell;

use figures::{BarIsland, BarProps, JoinIsland, JoinProps, JoinSpec};
use js_sys::Function;
use serde::Deserialize;
use wasm_bindgen::prelude::*;
use web_sys::Element;
use yew::Callback;

fn main() {
    frontend::start();
}

/// The form to join, as the page has it.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Form {
    Join(JoinSpec),
}

/// The bar, of which there is nothing to say.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Bar {
    Class(Nothing),
}

#[derive(Deserialize)]
struct Nothing {}

thread_local! {
    /// Told when a room was entered on this page.
    static ON_ENTERED: RefCell<Option<Function>> = const { RefCell::new(None) };
}

/// See [`frontend::tell_of_panic`].
#[wasm_bindgen]
pub fn configure(on_panic: Function) {
    frontend::tell_of_panic(on_panic);
}

/// Say who is told when a room was entered on this page, which has no bar yet then.
#[wasm_bindgen]
pub fn when_entered(told: Function) {
    ON_ENTERED.set(Some(told));
}

/// See [`frontend::wake`].
///
/// # Errors
/// If `spec` is no specification of these kinds of figures.
#[wasm_bindgen]
pub fn hydrate(root: Element, spec: &str, mounted: Function) -> Result<(), JsError> {
    if let Ok(Bar::Class(Nothing {})) = frontend::json::read(spec) {
        // Nothing of it was rendered natively.
        let mounted = Callback::from(move |()| drop(mounted.call0(&JsValue::NULL)));
        yew::Renderer::<BarIsland>::with_root_and_props(root, BarProps { mounted }).render();
        return Ok(());
    }
    let entered = Callback::from(|()| {
        if let Some(told) = ON_ENTERED.with_borrow(Clone::clone) {
            let _ = told.call0(&JsValue::NULL);
        }
    });
    frontend::wake::<JoinIsland, Form>(root, spec, mounted, |Form::Join(spec), mounted| JoinProps {
        spec,
        mounted,
        entered,
    })?;
    Ok(())
}
