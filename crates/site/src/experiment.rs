//! The experiments: an index, and a page of one question each.

use lessons::{Lesson, Lessons, Unused, escape, inline_html, listing};
use scene::FigureSpec;

use crate::layout::{Content, Section};
use crate::lesson::{Figures, blocks};
use crate::urls::Urls;
use crate::ways;

/// Where the index is.
pub(crate) const INDEX: &str = "/experiments";

/// What stands under the heading of the explanation.
const HINT: &str = "Run it first, or open this now.";

/// An experiment's address.
pub(crate) fn path(experiment: &Lesson) -> String {
    format!("{INDEX}/{}", experiment.slug)
}

/// The list of all.
pub(crate) fn index(lessons: &Lessons, urls: &Urls<'_>) -> Content<'static> {
    let items = lessons.experiments.iter().map(|e| {
        format!(
            "<li><a href=\"{}\"><h2>{}</h2><p>{}</p></a></li>\n",
            urls.page(&path(e), None),
            inline_html(&e.front.title),
            inline_html(&e.front.lede)
        )
    });
    let main = format!(
        "<div class=\"page\">\n<header class=\"opening\"><h1>Weird experiments</h1>\n\
         <p class=\"lede\">Questions of a few calls each, to which only a kernel knows the answer. Say what you expect, run \
         it on the real kernel of the machine that serves this page, then read why.</p></header>\n\
         <ol class=\"wide experiments\">\n{}</ol>\n<div class=\"prose\">\n\
         <p>Each program holds both ends of its connection, so nothing else takes part: it talks to itself, over \
         loopback. Its calls come from your browser one by one, and the way there and back takes its time; where that \
         matters, the page says so. What was measured names its kernel. On another one the numbers may differ.</p>\n\
         </div>\n</div>\n",
        items.collect::<String>()
    );
    Content {
        title: "Weird experiments",
        description: "Questions of a few calls each, to which only a real kernel knows the answer.",
        section: Section::Experiments,
        main,
    }
}

/// An experiment's page.
pub(crate) fn content<'l>(
    experiment: &'l Lesson,
    title: &'l str,
    lessons: &Lessons,
    figures: &Figures,
    urls: &Urls<'_>,
) -> Content<'l> {
    let main = format!(
        "<article class=\"page experiment\">\n{}<header class=\"opening\"><p class=\"over\">Experiment {} of {}</p>\n\
         <h1>{}</h1>\n<p class=\"lede\">{}</p></header>\n{}{}{}</article>\n",
        rail(experiment, lessons, urls),
        experiment.front.order,
        lessons.experiments.len(),
        inline_html(&experiment.front.title),
        inline_html(&experiment.front.lede),
        blocks(&experiment.blocks, HINT, figures, urls, &Unused::default()),
        program(experiment),
        onward(experiment, lessons, urls)
    );
    Content { title, description: &experiment.front.about, section: Section::Experiments, main }
}

fn rail(experiment: &Lesson, lessons: &Lessons, urls: &Urls<'_>) -> String {
    let items = lessons.experiments.iter().map(|e| {
        let title = inline_html(&e.front.title);
        if e.slug == experiment.slug {
            ways::here(&title)
        } else {
            ways::link((urls.page(&path(e), None), title))
        }
    });
    ways::rail("Experiments", "Experiments", items)
}

/// The program as it can be read, and run anywhere.
fn program(experiment: &Lesson) -> String {
    let figures = experiment.figures();
    let live = figures.iter().find_map(|figure| match figure {
        FigureSpec::Live(live) => Some(live),
        FigureSpec::Stage(_) | FigureSpec::Programs(_) => None,
    });
    let program = live.and_then(|live| live.scenario.programs.iter().find(|p| p.name == live.run));
    program.map_or_else(String::new, |program| {
        format!(
            "<details class=\"after\"><summary><h2>The program</h2><span class=\"hint\">It runs on a machine of your own, \
             too: <code>python3 {}</code></span></summary>\n<div class=\"prose\">\n{}</div></details>\n",
            escape(&program.file),
            listing(&program.file, &program.source, true)
        )
    })
}

/// The next experiment and the one before, and the way back to all of them.
fn onward(experiment: &Lesson, lessons: &Lessons, urls: &Urls<'_>) -> String {
    let way = |it: &Lesson| (urls.page(&path(it), None), inline_html(&it.front.title));
    let back = (urls.page(INDEX, None), "All experiments".into());
    ways::onward(&lessons.experiments, |it| it.slug == experiment.slug, way, &back)
}
