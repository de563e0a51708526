//! Which room this browser is in, as it remembers it from page to page.

use serde::{Deserialize, Serialize};

use crate::platform;

/// The name under which it is remembered.
const NAME: &str = "socketscope.room";

/// The room that somebody is in, in this browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Kept {
    /// The room's code.
    pub(crate) code: String,
    /// The learner's number.
    pub(crate) learner: u32,
    /// Their name.
    pub(crate) nickname: String,
    /// Their return key.
    pub(crate) key: String,
    /// The name of this browser's work there; empty where the browser keeps none.
    #[serde(default)]
    pub(crate) device: String,
}

/// What is remembered.
pub(crate) fn read() -> Option<Kept> {
    platform::remembered(NAME).and_then(|json| serde_json::from_str(&json).ok())
}

/// Remember this, or nothing any more; the page says it too.
pub(crate) fn write(kept: Option<&Kept>) {
    match kept.and_then(|kept| serde_json::to_string(kept).ok()) {
        Some(json) => drop(platform::remember(NAME, &json)),
        None => platform::class::forget(NAME),
    }
    platform::class::mark_room(kept.is_some());
}
