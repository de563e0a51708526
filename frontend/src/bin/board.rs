//! The module that wakes a teacher's board.

use figures::{BoardIsland, BoardIslandProps, BoardSpec};
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
    Board(BoardSpec),
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
    frontend::wake::<BoardIsland, Spec>(root, spec, mounted, |Spec::Board(spec), mounted| {
        BoardIslandProps { spec, mounted }
    })?;
    Ok(())
}
