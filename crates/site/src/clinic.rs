//! The bug clinic: an index, and a page for each mistake. What is told of runs is recorded (`lessons::clinic`).

pub(crate) mod diff;
mod run;

use lessons::clinic::{Case, Mistake, Repair, Shows, Text};
use lessons::{Block, Lessons, Unused, escape, inline_html, inline_text};

use crate::layout::{Content, Section};
use crate::lesson::{Figures, blocks};
use crate::urls::Urls;
use crate::ways;

/// Where the index is.
pub(crate) const INDEX: &str = "/clinic";

/// The groups of the index: which mistakes, their heading, and what is said of them.
const GROUPS: [(Shows, &str, &str); 3] = [
    (
        Shows::Exception,
        "They end in an exception",
        "Whatever the network does and whoever comes first: Python itself says no. Shown for what they are, and mended.",
    ),
    (
        Shows::Run,
        "A run breaks them",
        "Many of them pass a test. Who goes on first, and how many bytes a call moves, is for others to decide; each page has the plainest run \
         that was found to break them.",
    ),
    (Shows::Habit, "They break nothing", "Habits that are right under every schedule, and worth a word."),
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
        "{}<div class=\"page clinic\">\n<header class=\"opening\"><h1>Bug clinic</h1>\n\
         <p class=\"lede\">Mistakes that study notes on sockets are full of, one a page: a short program, a question, the shortest run that \
         breaks it, and the repair, which has to stand every run that can be tried.</p></header>\n{}<div class=\"prose\">\n\
         <h2>Where the runs come from</h2>\n<p>From a search, not from a pen. <code>socketscope explore server.py client.py</code> tries the schedules that \
         two programs must bear, the plainest first, on simulated kernels: first what Linux does, then whatever POSIX permits. It stops at the \
         first that breaks them and leaves out of it what can be left out. With <code>--live</code> it runs them on the real kernel of your machine as well, \
         and says whether that did the same. Try it on programs of your own; or <a href=\"{}\">paste the listing \
         from your notes</a>, where some of these mistakes are seen without running anything.</p>\n</div></div>\n",
        css(urls),
        GROUPS.iter().enumerate().map(group).collect::<String>(),
        urls.page("/notes", None),
    );
    Content {
        title: "Bug clinic",
        description: "Mistakes of study notes on sockets: a program, the shortest run that breaks it, and the repair.",
        section: Section::None,
        main,
    }
}

/// A page.
pub(crate) fn content<'l>(case: &'l Case, title: &'l str, lessons: &Lessons, urls: &Urls<'_>) -> Content<'l> {
    let block = |block: &Block| match block {
        Block::Mistake(mistake) => mistaken(mistake) + &run::html(case, mistake, urls),
        Block::Repair(repair) => repaired(case, repair),
        other => blocks(std::slice::from_ref(other), "", &Figures::new(), urls, &Unused::default()),
    };
    let main = format!(
        "{}<article class=\"page clinic\">\n{}<header class=\"opening\"><p class=\"over\">Bug clinic, {}</p>\n\
         <h1>{}</h1>\n<p class=\"lede\">{}</p></header>\n{}{}</article>\n",
        css(urls),
        rail(case, lessons, urls),
        escape(case.row()),
        inline_html(&case.page.front.title),
        inline_html(&case.page.front.lede),
        case.page.blocks.iter().map(block).collect::<String>(),
        onward(case, lessons, urls),
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
    let heading = if mistake.programs.len() == 1 { "The program" } else { "The programs" };
    format!(
        "<section class=\"texts\" aria-labelledby=\"programs\"><h2 id=\"programs\">{heading}</h2>\n{}</section>\n\
         <section class=\"expect\" aria-labelledby=\"asked\"><h2 id=\"asked\">What do you expect?</h2>\n<p>{}</p>\n<ol>\n{}</ol>\n\
         <details class=\"after\"><summary>The answer</summary><p><strong>{}</strong>{} {}</p></details></section>\n",
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
        out.push_str(&format!("<p class=\"same\"><code>{}</code> stays as it is.</p>\n", escape(&same.file)));
    }
    let stands = match mistake.shows {
        Shows::Exception => "It runs to its end.".into(),
        Shows::Run | Shows::Habit => {
            format!("The repaired programs: <strong>{}</strong>.", escape(&case.recorded.repaired.says))
        }
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
    ways::rail("Bug clinic", "Bug clinic", items)
}

/// The next page and the one before, and the way back to all of them.
fn onward(case: &Case, lessons: &Lessons, urls: &Urls<'_>) -> String {
    let way = |it: &Case| (urls.page(&path(it), None), inline_html(&it.page.front.title));
    let back = (urls.page(INDEX, None), "All mistakes".into());
    ways::onward(&lessons.clinic, |it| it.page.slug == case.page.slug, way, &back)
}
