//! The module that runs programs in Python, for the worker of pages with programs (static/js/programs-worker.js).

use std::cell::RefCell;

use python::Limits;
use studio::Studio;
use wasm_bindgen::prelude::*;

/// What one program may use on a page.
const LIMITS: Limits = Limits {
    instructions: 100_000_000,
    memory_bytes: 32 << 20,
    depth: 1000,
    int_bits: 1 << 20,
    output_bytes: 1 << 20,
};

thread_local! {
    static STUDIO: RefCell<Studio> = RefCell::new(Studio::new(LIMITS));
}

fn main() {
    std::panic::set_hook(Box::new(console_error_panic_hook::hook));
    // Nobody may have asked yet: somebody only came near.
    python::warm_up();
}

/// Does what a page asks ([`scene::programs::Command`] as JSON) and answers with how everything is then
/// ([`scene::programs::ProgramsView`] as JSON).
///
/// # Errors
/// If `command` is none.
#[wasm_bindgen]
pub fn handle(command: &str) -> Result<String, JsError> {
    let command = serde_json::from_str(command)?;
    let view = STUDIO.with_borrow_mut(|studio| studio.handle(command));
    Ok(serde_json::to_string(&view)?)
}
