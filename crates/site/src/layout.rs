//! The frame around every page: head, masthead, footer.

use lessons::escape;

use crate::texts::layout::{
    self as texts, ABOUT, ASKS_NO_OTHER_SITE, BUG_CLINIC, COURSE, COURSE_MAP, EXERCISES, EXPERIMENTS,
    FIGURE_FOR_SLIDES, HOW_TRUE_IT_IS, JOIN_A_CLASS, KEYS, LICENCE, LIGHT_OR_DARK, PAGES_OF_THE_SITE,
    PASTE_YOUR_NOTES, PEERS, PLAYGROUND, PROGRAMS, PYTHON_HERE, REFERENCE, SEARCH, SITE, SITE_AND_WHAT_IT_IS,
    SKIP_TO_THE_FIGURE, SKIP_TO_THE_TEXT, TEACH_A_CLASS, TEACHERS_GUIDE,
};
use crate::urls::Urls;
use crate::{files, icon, search};

/// What a page brings into the frame.
pub(crate) struct Content<'p> {
    /// The title, as plain text.
    pub(crate) title: &'p str,
    /// One plain sentence for search results.
    pub(crate) description: &'p str,
    /// Which entry of the masthead it belongs to.
    pub(crate) section: Section,
    /// What stands in `main`, as HTML.
    pub(crate) main: String,
}

/// An entry of the masthead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    /// The course.
    Course,
    /// The exercises.
    Exercises,
    /// The experiments.
    Experiments,
    /// The playground.
    Playground,
    /// The search.
    Search,
    /// The keys.
    Keys,
    /// None of them.
    None,
}

/// The whole document. `relay` says whether there is one that live parts may ask.
pub(crate) fn document(content: &Content<'_>, urls: &Urls<'_>, relay: bool) -> String {
    let title = match content.title {
        SITE => SITE_AND_WHAT_IT_IS.to_owned(),
        title => texts::title(title),
    };
    let relay = if relay { urls.relay() } else { "none".into() };
    format!(
        "<!doctype html>\n<html lang=\"en\" data-relay=\"{relay}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <meta name=\"description\" content=\"{description}\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
         <link rel=\"icon\" href=\"{icon}\" type=\"image/svg+xml\">\n<link rel=\"apple-touch-icon\" href=\"{touch}\">\n\
         <link rel=\"manifest\" href=\"{manifest}\">\n<link rel=\"preload\" href=\"{font}\" as=\"font\" type=\"font/woff2\" crossorigin>\n\
         <link rel=\"stylesheet\" href=\"{css}\">\n<script src=\"{theme}\"></script>\n\
         <script type=\"module\" src=\"{record}\"></script>\n<script type=\"module\" src=\"{boot}\"></script>\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#main\">{SKIP_TO_THE_TEXT}</a>\n{masthead}<main id=\"main\">\n{main}</main>\n{footer}</body>\n</html>\n",
        title = escape(&title),
        description = escape(content.description),
        icon = urls.asset("icons/icon.svg"),
        touch = urls.asset("icons/icon-192.png"),
        manifest = urls.file(files::MANIFEST),
        font = urls.asset("fonts/commissioner.woff2"),
        css = urls.asset("site.css"),
        theme = urls.asset("theme.js"),
        record = urls.asset("record.js"),
        boot = urls.asset("boot.js"),
        masthead = masthead(content.section, urls),
        main = content.main,
        footer = footer(urls),
    )
}

/// A document with one figure and nothing around it. `title` and `main` are HTML.
pub(crate) fn embedded(title: &str, main: &str, urls: &Urls<'_>) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\" data-relay=\"none\" data-embed>\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <meta name=\"description\" content=\"{FIGURE_FOR_SLIDES}\">\n<meta name=\"robots\" content=\"noindex\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<link rel=\"icon\" href=\"{icon}\" type=\"image/svg+xml\">\n\
         <link rel=\"stylesheet\" href=\"{css}\">\n<script src=\"{theme}\"></script>\n<script type=\"module\" src=\"{boot}\"></script>\n\
         </head>\n<body>\n<a class=\"skip\" href=\"#main\">{SKIP_TO_THE_FIGURE}</a>\n<main id=\"main\" class=\"embedded\">\n{main}</main>\n</body>\n</html>\n",
        title = texts::title(title),
        icon = urls.asset("icons/icon.svg"),
        css = urls.asset("site.css"),
        theme = urls.asset("theme.js"),
        boot = urls.asset("boot.js"),
    )
}

fn masthead(section: Section, urls: &Urls<'_>) -> String {
    let here = |it: Section| if it == section { " aria-current=\"true\"" } else { "" };
    format!(
        "<header class=\"masthead\"><div class=\"band\">\n<a class=\"brand\" href=\"{home}\">{mark}{SITE}</a>\n\
         <nav aria-label=\"{PAGES_OF_THE_SITE}\"><a href=\"{map}\"{course}>{COURSE}</a> <a href=\"{work}\"{work_here}>{EXERCISES}</a> <a href=\"{tries}\"{tries_here}>{EXPERIMENTS}</a> \
         <a href=\"{play}\"{play_here}>{PLAYGROUND}</a></nav>\n<div class=\"tools\">\
         <a class=\"tool\" href=\"{search}\" aria-label=\"{SEARCH}\" data-action=\"search\"{search_here}>{search_icon}</a>\
         <a class=\"tool\" href=\"{keys}\" aria-label=\"{KEYS}\" data-action=\"keys\"{keys_here}>{keys_icon}</a>\
         <button class=\"tool\" type=\"button\" aria-label=\"{LIGHT_OR_DARK}\" data-action=\"theme\" hidden>{theme}</button></div>\n\
         </div></header>\n",
        home = urls.page("/", None),
        mark = icon::MARK,
        map = urls.page("/", Some("map")),
        course = here(Section::Course),
        work = urls.page("/exercises", None),
        work_here = here(Section::Exercises),
        tries = urls.page("/experiments", None),
        tries_here = here(Section::Experiments),
        play = urls.page("/playground", None),
        play_here = here(Section::Playground),
        search = urls.page(search::PATH, None),
        search_here = here(Section::Search),
        search_icon = icon::SEARCH,
        keys = urls.page("/keys", None),
        keys_here = here(Section::Keys),
        keys_icon = icon::KEYS,
        theme = icon::THEME,
    )
}

fn footer(urls: &Urls<'_>) -> String {
    format!(
        "<footer class=\"footer\"><div class=\"band\"><p>{ASKS_NO_OTHER_SITE}</p>\
         <nav aria-label=\"{ABOUT}\"><a href=\"{}\">{COURSE_MAP}</a> <a href=\"{}\">{REFERENCE}</a> <a href=\"{}\">{PROGRAMS}</a> <a href=\"{}\">{PEERS}</a> <a href=\"{}\">{BUG_CLINIC}</a> <a href=\"{}\">{PASTE_YOUR_NOTES}</a> <a href=\"{}\">{PYTHON_HERE}</a> <a href=\"{}\">{JOIN_A_CLASS}</a> <a href=\"{}\">{TEACH_A_CLASS}</a> <a href=\"{}\">{TEACHERS_GUIDE}</a> <a href=\"{}\">{KEYS}</a> <a href=\"{}\">{HOW_TRUE_IT_IS}</a> <a href=\"{}\">{LICENCE}</a></nav></div></footer>\n",
        urls.page("/", Some("map")),
        urls.page("/reference", None),
        urls.page("/programs", None),
        urls.page("/peers", None),
        urls.page("/clinic", None),
        urls.page("/notes", None),
        urls.page("/python/language", None),
        urls.page("/join", None),
        urls.page("/room", None),
        urls.page("/guide", None),
        urls.page("/keys", None),
        urls.page("/truth", None),
        urls.page("/licence", None),
    )
}
