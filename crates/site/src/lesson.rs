//! A lesson's page.

use std::collections::BTreeMap;

use lessons::{
    Block, Course, Lesson, Lessons, Measured, Target, Truth, Unused, Whereabouts as _, escape, inline_html,
    inline_text,
};

use crate::layout::{Content, Section};
use crate::texts::lesson::{
    self as texts, ALL_THAT_WAS_MEASURED, BACK_TO_THE_COURSE_MAP, HINT, IN_THE_BUG_CLINIC,
    IN_THE_BUG_CLINIC_ABOUT, LESSONS_OF_THIS_PART, NOT_WRITTEN_YET, WHAT_THE_HOW_TO_SAYS,
};
use crate::urls::Urls;
use crate::ways;
use crate::{clinic, exercise, later};

/// Figures by id, rendered once for every form of a page.
pub(crate) type Figures = BTreeMap<String, String>;

/// The page's content.
pub(crate) fn content<'l>(
    lesson: &'l Lesson,
    title: &'l str,
    lessons: &Lessons,
    figures: &Figures,
    urls: &Urls<'_>,
) -> Content<'l> {
    let main = format!(
        "<article class=\"page\">\n{}{}{}{}{}{}{}</article>\n",
        rail(lesson, lessons, urls),
        opening(lesson, lessons),
        blocks(&lesson.blocks, HINT, figures, urls, &lessons.reference.words.unused()),
        mistakes(lesson, lessons, urls),
        exercise::after(&lesson.slug, lessons, urls),
        later::section(lesson, lessons, urls),
        onward(lesson, lessons, urls)
    );
    Content { title, description: &lesson.front.about, section: Section::Course, main }
}

/// The lesson's title as plain text.
pub(crate) fn title(lesson: &Lesson) -> String {
    inline_text(&lesson.front.title)
}

/// The part's number, from 1, and the part.
fn part<'l>(lesson: &Lesson, lessons: &'l Lessons) -> (usize, &'l lessons::Part) {
    let mut parts = lessons.course.parts.iter().enumerate();
    let (at, part) =
        parts.find(|(_, p)| p.slug == lesson.front.part).expect("lessons were checked against the parts");
    (at + 1, part)
}

fn rail(lesson: &Lesson, lessons: &Lessons, urls: &Urls<'_>) -> String {
    let (number, part) = part(lesson, lessons);
    let entries = Course::entries(part, &lessons.lessons).into_iter().map(|entry| {
        let title = inline_html(entry.title);
        match (entry.slug == lesson.slug, entry.written) {
            (true, _) => ways::here(&title),
            (false, true) => ways::link((urls.page(&format!("/lessons/{}", entry.slug), None), title)),
            (false, false) => format!("<span>{title} <small>{NOT_WRITTEN_YET}</small></span>"),
        }
    });
    ways::rail(LESSONS_OF_THIS_PART, &texts::part(number, escape(&part.title)), entries)
}

fn opening(lesson: &Lesson, lessons: &Lessons) -> String {
    let (number, part) = part(lesson, lessons);
    let entries = Course::entries(part, &lessons.lessons);
    let place = entries.iter().position(|e| e.slug == lesson.slug).map_or(0, |at| at + 1);
    format!(
        "<header class=\"opening\"><p class=\"over\">{}</p>\n\
         <h1>{}</h1>\n<p class=\"lede\">{}</p></header>\n",
        texts::place(number, place, entries.len(), lesson.front.minutes),
        inline_html(&lesson.front.title),
        inline_html(&lesson.front.lede)
    )
}

/// Blocks as HTML; `hint` stands under the heading of what is folded, and words that are `unused` so far lead to the reference.
pub(crate) fn blocks(
    blocks: &[Block],
    hint: &str,
    figures: &Figures,
    urls: &Urls<'_>,
    unused: &Unused<'_>,
) -> String {
    blocks.iter().map(|b| block(b, hint, figures, urls, unused)).collect()
}

fn block(block: &Block, hint: &str, figures: &Figures, urls: &Urls<'_>, unused: &Unused<'_>) -> String {
    match block {
        Block::Prose(prose) => {
            format!("<div class=\"prose\">\n{}</div>\n", prose.html(urls, unused))
        }
        Block::Figure(spec) => figures.get(spec.id()).cloned().unwrap_or_default(),
        Block::Truth(truth) => truth_box(truth, urls),
        Block::Measured(measured) => measured_table(measured),
        // The pages of the clinic show these themselves, with what is recorded of them, and a call's page its errors.
        Block::Mistake(_) | Block::Repair(_) | Block::Fails(_) => String::new(),
        Block::Term(term) => format!(
            "<section class=\"entry-term\" aria-labelledby=\"{id}\"><h{level} id=\"{id}\">{}</h{level}>\n{}</section>\n",
            inline_html(&term.name),
            blocks(&term.blocks, hint, figures, urls, unused),
            id = escape(&urls.id(&term.id)),
            level = urls.level(term.level),
        ),
        Block::After { stage, id, title, blocks: inner } => format!(
            "<details class=\"after\" data-after=\"{}\"{}><summary><h{level} id=\"{}\">{}</h{level}>\
             <span class=\"hint\">{}</span></summary>\n{}</details>\n",
            escape(stage),
            if urls.is_whole() { " open" } else { "" },
            escape(&urls.id(id)),
            inline_html(title),
            hint,
            blocks(inner, hint, figures, urls, unused),
            level = urls.level(2),
        ),
        // An exercise's page folds them (`exercise`).
        Block::Hint { blocks: inner } | Block::Part { blocks: inner, .. } => {
            blocks(inner, hint, figures, urls, unused)
        }
        // On the page of all lessons notes of one name stand beside many: none is a landmark there.
        Block::Side { title, blocks: inner } if urls.is_whole() => format!(
            "<div class=\"side\"><p class=\"side-title\">{}</p>\n{}</div>\n",
            escape(title),
            blocks(inner, hint, figures, urls, unused)
        ),
        Block::Side { title, blocks: inner } => format!(
            "<aside class=\"side\" aria-label=\"{}\"><p class=\"side-title\">{}</p>\n{}</aside>\n",
            escape(title),
            escape(title),
            blocks(inner, hint, figures, urls, unused)
        ),
    }
}

fn truth_box(truth: &Truth, urls: &Urls<'_>) -> String {
    let id = urls.id(&format!("truth-{}", truth.row.to_lowercase()));
    let (level, below) = (urls.level(2), urls.level(3));
    let rows = truth.rows.iter().map(|(label, value)| {
        format!("<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n", inline_html(label), escape(value))
    });
    format!(
        "<section class=\"truth\" aria-labelledby=\"{id}\"><h{level} id=\"{id}\">{}</h{level}>\n<div class=\"claim\">\
         <h{below}>{WHAT_THE_HOW_TO_SAYS}</h{below}><p>{}</p></div>\n<div class=\"measured\">\
         <h{below}>{what_this_kernel_did}</h{below}>\n<table><tbody>\n{}</tbody></table></div>\n\
         <p class=\"foot\">{} <a href=\"{}\">{ALL_THAT_WAS_MEASURED}</a>.</p></section>\n",
        inline_html(&truth.title),
        inline_html(&truth.says),
        rows.collect::<String>(),
        inline_html(&truth.foot),
        urls.page("/truth", None),
        what_this_kernel_did = texts::what_this_kernel_did(escape(&truth.scope))
    )
}

/// What came of an experiment once. The figure's run stands beside it: so the words say when, not how.
fn measured_table(measured: &Measured) -> String {
    let rows = measured.rows.iter().map(|row| {
        format!(
            "<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n",
            inline_html(&row.says),
            escape(&Measured::answer(row))
        )
    });
    format!(
        "<section class=\"truth\" aria-labelledby=\"measured\"><div class=\"measured\">\
         <h3 id=\"measured\">{what_was_measured}</h3>\n<table><tbody>\n{}</tbody></table></div></section>\n",
        rows.collect::<String>(),
        what_was_measured = texts::what_was_measured(escape(&measured.scope))
    )
}

/// The pages of the clinic that name this lesson.
fn mistakes(lesson: &Lesson, lessons: &Lessons, urls: &Urls<'_>) -> String {
    let names =
        |target: &str| matches!(Target::parse(target), Target::Lesson(slug, _) if slug == lesson.slug);
    let cases = lessons.clinic.iter().filter(|case| case.page.links.iter().any(|link| names(&link.target)));
    let items = cases.map(|case| {
        let title = inline_html(&case.page.front.title);
        format!("<li><a href=\"{}\">{title}</a></li>\n", urls.page(&clinic::path(case), None))
    });
    let items: String = items.collect();
    if items.is_empty() {
        return items;
    }
    format!(
        "<div class=\"prose\"><h2>{IN_THE_BUG_CLINIC}</h2>\n<p>{IN_THE_BUG_CLINIC_ABOUT}</p>\n\
         <ul>\n{items}</ul></div>\n"
    )
}

/// The next lesson and the one before, and the way back to the map.
fn onward(lesson: &Lesson, lessons: &Lessons, urls: &Urls<'_>) -> String {
    let way = |it: &Lesson| (urls.page(&format!("/lessons/{}", it.slug), None), inline_html(&it.front.title));
    let back = (urls.page("/", Some("map")), BACK_TO_THE_COURSE_MAP.into());
    ways::onward(&lessons.lessons, |it| it.slug == lesson.slug, way, &back)
}
