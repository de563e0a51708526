//! The module that wakes the review.

use std::rc::Rc;

use figures::{LaterIsland, LaterProps, LaterSpec};
use js_sys::Function;
use serde::Deserialize;
use wasm_bindgen::prelude::*;
use web_sys::Element;

fn main() {
    frontend::start();
}

/// The specification as the page has it.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Spec {
    Later(Rc<LaterSpec>),
}

/// See [`frontend::tell_of_panic`].
#[wasm_bindgen]
pub fn configure(on_panic: Function) {
    frontend::tell_of_panic(on_panic);
}

/// See [`frontend::wake`].
///
/// # Errors
/// If `spec` is no specification of this kind of figure.
#[wasm_bindgen]
pub fn hydrate(root: Element, spec: &str, mounted: Function) -> Result<(), JsError> {
    frontend::wake::<LaterIsland, Spec>(root, spec, mounted, |Spec::Later(spec), mounted| LaterProps {
        spec,
        mounted,
    })?;
    Ok(())
}
