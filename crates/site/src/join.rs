//! The page to join a class: what joining means, in words first, then the form.

use figures::JoinSpec;

use crate::figure;
use crate::layout::{Content, Section};
use crate::texts::join::{
    self as texts, DESCRIPTION, HOW_LONG, JOIN_A_CLASS, KEPT, LEDE, NO_RELAY, SCRIPTS_ARE_OFF,
    WHAT_JOINING_MEANS, WHERE, WHO_SEES_IT, WITHOUT_A_ROOM, WITHOUT_NETWORK,
};
use crate::urls::Urls;

/// The form's specification and markup, made once for all forms of the page.
pub(crate) fn figure() -> String {
    figure::join(&JoinSpec { id: "join".into() })
}

/// The page around the form. `relay` says whether there is one that has rooms.
pub(crate) fn content(figure: &str, urls: &Urls<'_>, relay: bool) -> Content<'static> {
    let here = if relay { "" } else { &format!("<p class=\"still\">{NO_RELAY}</p>\n") };
    let main = format!(
        "<link rel=\"modulepreload\" href=\"{script}\">\n<link rel=\"preload\" href=\"{wasm}\" as=\"fetch\" crossorigin>\n\
         <div class=\"page join-page\">\n<header class=\"opening\"><h1>{JOIN_A_CLASS}</h1>\n\
         <p class=\"lede\">{LEDE}</p>\n\
         {here}<noscript><p class=\"still\">{SCRIPTS_ARE_OFF}</p></noscript></header>\n\
         {figure}<div class=\"prose\">\n\
         <h2>{WHAT_JOINING_MEANS}</h2>\n\
         <ul>\n<li>{KEPT}</li>\n\
         <li>{WHERE}</li>\n\
         <li>{WHO_SEES_IT}</li>\n\
         <li>{HOW_LONG}</li>\n\
         <li>{WITHOUT_NETWORK}</li>\n</ul>\n\
         <p>{WITHOUT_A_ROOM}</p>\n\
         <p>{no_room_needed}</p>\n</div></div>\n",
        script = urls.asset("class.js"),
        wasm = urls.asset("class_bg.wasm"),
        no_room_needed = texts::no_room_needed(urls.page("/", Some("map"))),
    );
    Content { title: JOIN_A_CLASS, description: DESCRIPTION, section: Section::None, main }
}
