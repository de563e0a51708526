//! The browser that the journeys run in.

use std::path::PathBuf;

use super::debian;
use crate::process::{Result, on_path};

const NAMES: [&str; 5] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const PLACES: [&str; 4] = [
    "/usr/bin/chromium",
    "/snap/bin/chromium",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];
const PACKAGES: [&str; 3] = ["chromium", "chromium-driver", "fonts-liberation"];

/// Finds Chromium or Chrome, or installs Debian's.
pub(crate) fn chromium() -> Result<PathBuf> {
    if let Some(named) = std::env::var_os("CHROMIUM").map(PathBuf::from) {
        return if named.is_file() {
            Ok(named)
        } else {
            Err(format!("CHROMIUM names {}, and there is no such program.", named.display()).into())
        };
    }
    if let Some(found) = find() {
        return Ok(found);
    }
    if !debian::is_here() {
        return Err("the journeys need Chromium or Chrome, and none was found.\n\
             Install one and run the command again, with `CHROMIUM=/path/to/it` before it where it is not on PATH, \
             or leave the browser out with `cargo xtask test --quick`."
            .into());
    }
    debian::install(&PACKAGES, "the journeys run in a real browser", "20 to 60 seconds")?;
    find().ok_or_else(|| {
        format!("Chromium is not where it should be after `{}`.", debian::command_line(&PACKAGES)).into()
    })
}

fn find() -> Option<PathBuf> {
    NAMES
        .iter()
        .find_map(|name| on_path(name))
        .or_else(|| PLACES.iter().map(PathBuf::from).find(|file| file.is_file()))
}
