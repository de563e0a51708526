//! The module that wakes programs. What runs them is another: `studio`, in a worker.

use figures::{ProgramsIsland, ProgramsProps};
use js_sys::Function;
use serde::Deserialize;
use wasm_bindgen::prelude::*;
use web_sys::Element;

fn main() {
    frontend::start();
}

/// The one kind of `scene::FigureSpec` that this module knows.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Spec {
    Programs(scene::StageSpec),
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
    frontend::wake::<ProgramsIsland, Spec>(root, spec, mounted, |Spec::Programs(spec), mounted| {
        ProgramsProps { spec, mounted }
    })?;
    Ok(())
}
