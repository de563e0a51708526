//! The plain pages: keys, licence, and the one for addresses that lead nowhere.

use lessons::Lessons;

use crate::layout::{Content, Section};
use crate::map;
use crate::texts::plain::{
    self as texts, EDITOR_AND_SEARCH, EVERYWHERE, EVERYWHERE_ABOUT, FONTS, IN_THE_EDITOR,
    IN_THE_EDITOR_ABOUT, KEYS, KEYS_DESCRIPTION, KEYS_LEDE, LICENCE, LICENCE_DESCRIPTION, NO_SUCH_PAGE,
    NO_SUCH_PAGE_DESCRIPTION, NO_SUCH_PAGE_LEDE, NO_SUCH_PAGE_TITLE, ON_A_STAGE, ON_A_STAGE_ABOUT, THE_KEYS,
    TWO_LICENCES,
};
use crate::urls::Urls;

/// The list of keys.
pub(crate) fn keys() -> Content<'static> {
    let rows =
        KEYS.iter().map(|(key, what)| format!("<tr><th scope=\"row\">{key}</th><td>{what}</td></tr>\n"));
    let main = format!(
        "<div class=\"page\">\n<header class=\"opening\"><h1>{THE_KEYS}</h1>\n\
         <p class=\"lede\">{KEYS_LEDE}</p></header>\n<div class=\"prose\">\n\
         <h2>{ON_A_STAGE}</h2>\n<p>{ON_A_STAGE_ABOUT}</p>\n\
         <table class=\"keys\"><tbody>\n{}</tbody></table>\n\
         <h2>{EVERYWHERE}</h2>\n<p>{EVERYWHERE_ABOUT}</p>\n\
         <h2>{IN_THE_EDITOR}</h2>\n<p>{IN_THE_EDITOR_ABOUT}</p>\n\
         </div></div>\n",
        rows.collect::<String>()
    );
    Content { title: THE_KEYS, description: KEYS_DESCRIPTION, section: Section::Keys, main }
}

/// Who may do what with it.
pub(crate) fn licence(urls: &Urls<'_>) -> Content<'static> {
    let main = format!(
        "<div class=\"page\">\n<header class=\"opening\"><h1>{LICENCE}</h1></header>\n<div class=\"prose\">\n\
         <p>{TWO_LICENCES}</p>\n\
         <h2>{FONTS}</h2>\n<p>{whose_fonts}</p>\n\
         <h2>{EDITOR_AND_SEARCH}</h2>\n<p>{whose_editor_and_search}</p>\n</div></div>\n",
        whose_fonts = texts::whose_fonts(
            urls.asset("fonts/OFL-commissioner.txt"),
            urls.asset("fonts/OFL-jetbrains-mono.txt")
        ),
        whose_editor_and_search = texts::whose_editor_and_search(urls.asset("editor.txt")),
    );
    Content { title: LICENCE, description: LICENCE_DESCRIPTION, section: Section::None, main }
}

/// There is no such page; the map shows what there is.
pub(crate) fn not_found(lessons: &Lessons, urls: &Urls<'_>) -> Content<'static> {
    let main = format!(
        "<div class=\"page\">\n<header class=\"opening\"><p class=\"over\">404</p><h1>{NO_SUCH_PAGE}</h1>\n\
         <p class=\"lede\">{NO_SUCH_PAGE_LEDE}</p></header>\n{}</div>\n",
        map::html(lessons, urls)
    );
    Content { title: NO_SUCH_PAGE_TITLE, description: NO_SUCH_PAGE_DESCRIPTION, section: Section::None, main }
}
