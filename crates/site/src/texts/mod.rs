//! The words of the pages: what headings, buttons, labels, hints and notices say, a file for each page.
//!
//! Who words something anew or translates it reads this folder alone, beside the folder `lessons`, where lessons, reference and
//! clinic stand, and `figures::texts` for what stands in figures. A page names a text or, where values stand in it, calls its
//! function. Texts are HTML: markup within a line is theirs, and so are paragraphs that follow one another; classes, places and
//! what is made of data are the page's. A text that begins or ends with a space stands beside another.

pub(crate) mod clinic;
pub(crate) mod exercise;
pub(crate) mod experiment;
pub(crate) mod guide;
pub(crate) mod home;
pub(crate) mod join;
pub(crate) mod language;
pub(crate) mod later;
pub(crate) mod layout;
pub(crate) mod lesson;
pub(crate) mod map;
pub(crate) mod notes;
pub(crate) mod peers;
pub(crate) mod plain;
pub(crate) mod playground;
pub(crate) mod programs;
pub(crate) mod reference;
pub(crate) mod room;
pub(crate) mod search;
pub(crate) mod still;
pub(crate) mod truth;
pub(crate) mod ways;
pub(crate) mod whole;
