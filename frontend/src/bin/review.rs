//! The module that reads a pasted listing, for the worker of the page `/notes` (static/js/notes-worker.js).

use js_sys::Function;
use listing::Place;
use wasm_bindgen::prelude::*;

fn main() {
    std::panic::set_hook(Box::new(console_error_panic_hook::hook));
}

/// What is said of a listing.
#[wasm_bindgen]
pub struct Read {
    review: String,
    repaired: Option<(String, String)>,
}

#[wasm_bindgen]
impl Read {
    /// The verdict and the findings, as HTML.
    #[wasm_bindgen(getter)]
    pub fn review(&self) -> String {
        self.review.clone()
    }

    /// The repaired program with its marks, as HTML, if there is one.
    #[wasm_bindgen(getter)]
    pub fn program(&self) -> Option<String> {
        self.repaired.as_ref().map(|(html, _)| html.clone())
    }

    /// The repaired program itself.
    #[wasm_bindgen(getter)]
    pub fn text(&self) -> Option<String> {
        self.repaired.as_ref().map(|(_, text)| text.clone())
    }
}

/// Reads a listing. `lesson` answers a slug with a lesson's address and title, on a line each, or with nothing.
#[wasm_bindgen]
pub fn read(text: &str, lesson: &Function) -> Read {
    let lesson = |slug: &str| {
        let said = lesson.call1(&JsValue::NULL, &slug.into()).ok()?.as_string()?;
        said.split_once('\n').map(|(address, title)| (address.to_owned(), title.to_owned()))
    };
    let place = Place { id: "listing", lesson: &lesson };
    let review = python::notes::review(text);
    Read {
        review: listing::review(text, &review, &place),
        repaired: review.repaired.map(|it| (listing::repaired(&it, &place), it.text)),
    }
}
