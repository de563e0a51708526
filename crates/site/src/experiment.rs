//! The experiments: an index, and a page of one question each.

use lessons::{Lesson, Lessons, Unused, escape, inline_html, listing};
use scene::FigureSpec;

use crate::layout::{Content, Section};
use crate::lesson::{Figures, blocks};
use crate::texts::experiment::{
    self as texts, ABOUT, ALL_EXPERIMENTS, DESCRIPTION, EXPERIMENTS, HINT, LEDE, THE_PROGRAM,
    WEIRD_EXPERIMENTS,
};
use crate::urls::Urls;
use crate::ways;

/// Where the index is.
pub(crate) const INDEX: &str = "/experiments";

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
        "<div class=\"page\">\n<header class=\"opening\"><h1>{WEIRD_EXPERIMENTS}</h1>\n\
         <p class=\"lede\">{LEDE}</p></header>\n\
         <ol class=\"wide experiments\">\n{}</ol>\n<div class=\"prose\">\n\
         <p>{ABOUT}</p>\n\
         </div>\n</div>\n",
        items.collect::<String>()
    );
    Content { title: WEIRD_EXPERIMENTS, description: DESCRIPTION, section: Section::Experiments, main }
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
        "<article class=\"page experiment\">\n{}<header class=\"opening\"><p class=\"over\">{place}</p>\n\
         <h1>{}</h1>\n<p class=\"lede\">{}</p></header>\n{}{}{}</article>\n",
        rail(experiment, lessons, urls),
        inline_html(&experiment.front.title),
        inline_html(&experiment.front.lede),
        blocks(&experiment.blocks, HINT, figures, urls, &Unused::default()),
        program(experiment),
        onward(experiment, lessons, urls),
        place = texts::place(experiment.front.order, lessons.experiments.len())
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
    ways::rail(EXPERIMENTS, EXPERIMENTS, items)
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
            "<details class=\"after\"><summary><h2>{THE_PROGRAM}</h2><span class=\"hint\">{runs_anywhere}</span></summary>\n<div class=\"prose\">\n{}</div></details>\n",
            listing(&program.file, &program.source, true),
            runs_anywhere = texts::runs_anywhere(escape(&program.file))
        )
    })
}

/// The next experiment and the one before, and the way back to all of them.
fn onward(experiment: &Lesson, lessons: &Lessons, urls: &Urls<'_>) -> String {
    let way = |it: &Lesson| (urls.page(&path(it), None), inline_html(&it.front.title));
    let back = (urls.page(INDEX, None), ALL_EXPERIMENTS.into());
    ways::onward(&lessons.experiments, |it| it.slug == experiment.slug, way, &back)
}
