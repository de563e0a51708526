//! Renders every page natively: whole HTML documents, complete without scripts.
//!
//! [`Site::build`] takes the lessons and the manifest of assets and answers every page; the relay serves them from memory
//! and an export writes them into a folder. No page has a style attribute, an inline script or an absolute address, so
//! that a strict content security policy holds and an export works below any path. The binary `site` makes the assets.

mod assets;
mod clinic;
mod embed;
mod exercise;
mod experiment;
mod figure;
mod files;
mod guide;
mod home;
mod icon;
mod join;
mod language;
mod later;
mod layout;
mod lesson;
mod map;
mod notes;
mod peers;
mod plain;
mod playground;
mod programs;
mod reference;
mod room;
mod search;
mod site;
mod still;
mod texts;
mod truth;
mod urls;
mod ways;
mod whole;

pub use assets::{Assets, NotAManifest};
pub use files::File;
pub use site::{Options, Page, Site};
