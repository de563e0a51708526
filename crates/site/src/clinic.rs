//! The bug clinic: an index, and a page for each mistake. What is told of runs is recorded (`lessons::clinic`).

pub(crate) mod diff;
mod run;

use lessons::clinic::{Case, Mistake, Repair, Shows, Text};
use lessons::{Block, Lessons, Unused, escape, inline_html, inline_text};

use crate::layout::{Content, Section};
use crate::lesson::{Figures, blocks};
use crate::texts::clinic::{
    self as texts, A_RUN_BREAKS_THEM, A_RUN_BREAKS_THEM_ABOUT, ALL_MISTAKES, BUG_CLINIC, DESCRIPTION,
    IT_RUNS_TO_ITS_END, LEDE, THE_ANSWER, THE_PROGRAM, THE_PROGRAMS, THEY_BREAK_NOTHING,
    THEY_BREAK_NOTHING_ABOUT, THEY_END_IN_AN_EXCEPTION, THEY_END_IN_AN_EXCEPTION_ABOUT, WHAT_DO_YOU_EXPECT,
    WHERE_THE_RUNS_COME_FROM,
};
use crate::urls::Urls;
use crate::ways;

/// Where the index is.
pub(crate) const INDEX: &str = "/clinic";

/// The groups of the index: which mistakes, their heading, and what is said of them.
const GROUPS: [(Shows, &str, &str); 3] = [
    (Shows::Exception, THEY_END_IN_AN_EXCEPTION, THEY_END_IN_AN_EXCEPTION_ABOUT),
    (Shows::Run, A_RUN_BREAKS_THEM, A_RUN_BREAKS_THEM_ABOUT),
    (Shows::Habit, THEY_BREAK_NOTHING, THEY_BREAK_NOTHING_ABOUT),
];

/// A page's address.
pub(crate) fn path(case: &Case) -> String {
    format!("{INDEX}/{}", case.page.slug)
}

/// A page's title as plain text.
pub(crate) fn title(case: &Case) -> String {
    inline_text(&case.page.front.title)
}

fn css(urls: &Urls<'_>) -> String {
    format!("<link rel=\"stylesheet\" href=\"{}\">\n", urls.asset("clinic.css"))
}

/// The list of all.
pub(crate) fn index(lessons: &Lessons, urls: &Urls<'_>) -> Content<'static> {
    let group = |(number, (shows, heading, about)): (usize, &(Shows, &str, &str))| {
        let cases = lessons.clinic.iter().filter(|it| it.programs().is_some_and(|(m, _)| m.shows == *shows));
        let items = cases.map(|case| {
            format!(
                "<li><a href=\"{}\"><h3><span class=\"row\">{}</span> {}</h3><p>{}</p></a></li>\n",
                urls.page(&path(case), None),
                escape(case.row()),
                inline_html(&case.page.front.title),
                escape(&case.page.front.about),
            )
        });
        format!(
            "<section class=\"wide\" aria-labelledby=\"group-{number}\"><h2 id=\"group-{number}\">{heading}</h2><p>{about}</p>\n\
             <ol class=\"cases\">\n{}</ol></section>\n",
            items.collect::<String>()
        )
    };
    let main = format!(
        "{}<div class=\"page clinic\">\n<header class=\"opening\"><h1>{BUG_CLINIC}</h1>\n\
         <p class=\"lede\">{LEDE}</p></header>\n{}<div class=\"prose\">\n\
         <h2>{WHERE_THE_RUNS_COME_FROM}</h2>\n<p>{search}</p>\n</div></div>\n",
        css(urls),
        GROUPS.iter().enumerate().map(group).collect::<String>(),
        search = texts::search(urls.page("/notes", None)),
    );
    Content { title: BUG_CLINIC, description: DESCRIPTION, section: Section::None, main }
}

/// A page.
pub(crate) fn content<'l>(case: &'l Case, title: &'l str, lessons: &Lessons, urls: &Urls<'_>) -> Content<'l> {
    let block = |block: &Block| match block {
        Block::Mistake(mistake) => mistaken(mistake) + &run::html(case, mistake, urls),
        Block::Repair(repair) => repaired(case, repair),
        other => blocks(std::slice::from_ref(other), "", &Figures::new(), urls, &Unused::default()),
    };
    let main = format!(
        "{}<article class=\"page clinic\">\n{}<header class=\"opening\"><p class=\"over\">{place}</p>\n\
         <h1>{}</h1>\n<p class=\"lede\">{}</p></header>\n{}{}</article>\n",
        css(urls),
        rail(case, lessons, urls),
        inline_html(&case.page.front.title),
        inline_html(&case.page.front.lede),
        case.page.blocks.iter().map(block).collect::<String>(),
        onward(case, lessons, urls),
        place = texts::place(escape(case.row())),
    );
    Content { title, description: &case.page.front.about, section: Section::None, main }
}

/// A file's name without its ending, by which runs call its program.
fn name(text: &Text) -> &str {
    text.file.strip_suffix(".py").unwrap_or(&text.file)
}

/// The programs as they stand in the notes, and the question.
fn mistaken(mistake: &Mistake) -> String {
    let listing =
        |text: &Text| format!("<h3>{}</h3>\n{}", escape(&text.file), diff::plain(&text.source, name(text)));
    let options = mistake.options.iter().map(|it| format!("<li>{}</li>\n", inline_html(it)));
    let answer = mistake.answer.checked_sub(1).and_then(|at| mistake.options.get(at));
    let heading = if mistake.programs.len() == 1 { THE_PROGRAM } else { THE_PROGRAMS };
    format!(
        "<section class=\"texts\" aria-labelledby=\"programs\"><h2 id=\"programs\">{heading}</h2>\n{}</section>\n\
         <section class=\"expect\" aria-labelledby=\"asked\"><h2 id=\"asked\">{WHAT_DO_YOU_EXPECT}</h2>\n<p>{}</p>\n<ol>\n{}</ol>\n\
         <details class=\"after\"><summary>{THE_ANSWER}</summary><p><strong>{}</strong>{} {}</p></details></section>\n",
        mistake.programs.iter().map(listing).collect::<String>(),
        inline_html(&mistake.ask),
        options.collect::<String>(),
        answer.map_or_else(String::new, |it| inline_html(it)),
        if answer.is_some_and(|it| it.ends_with(['.', '!'])) { "" } else { "." },
        inline_html(&mistake.because),
    )
}

/// What changes, and what the repaired programs stand.
fn repaired(case: &Case, repair: &Repair) -> String {
    let Some((mistake, _)) = case.programs() else { return String::new() };
    let new = |old: &Text| repair.programs.iter().find(|it| it.file == old.file);
    let mut out = String::from("<div class=\"texts\">\n");
    for (old, new) in mistake.programs.iter().filter_map(|old| Some((old, new(old)?))) {
        out.push_str(&format!("<h3>{}</h3>\n{}", escape(&old.file), diff::changed(&old.source, &new.source)));
    }
    for same in mistake.programs.iter().filter(|old| new(old).is_none()) {
        out.push_str(&format!("<p class=\"same\">{}</p>\n", texts::stays(escape(&same.file))));
    }
    let stands = match mistake.shows {
        Shows::Exception => IT_RUNS_TO_ITS_END.into(),
        Shows::Run | Shows::Habit => texts::repaired(escape(&case.recorded.repaired.says)),
    };
    out + &format!("<p class=\"stands-all\">{stands}</p></div>\n")
}

fn rail(case: &Case, lessons: &Lessons, urls: &Urls<'_>) -> String {
    let items = lessons.clinic.iter().map(|other| {
        let title = inline_html(&other.page.front.title);
        if other.page.slug == case.page.slug {
            ways::here(&title)
        } else {
            ways::link((urls.page(&path(other), None), title))
        }
    });
    ways::rail(BUG_CLINIC, BUG_CLINIC, items)
}

/// The next page and the one before, and the way back to all of them.
fn onward(case: &Case, lessons: &Lessons, urls: &Urls<'_>) -> String {
    let way = |it: &Case| (urls.page(&path(it), None), inline_html(&it.page.front.title));
    let back = (urls.page(INDEX, None), ALL_MISTAKES.into());
    ways::onward(&lessons.clinic, |it| it.page.slug == case.page.slug, way, &back)
}
