//! Questions for later: below each lesson, and the socket inventory on a page of its own.

use lessons::questions::Question;
use lessons::{Lesson, Lessons, escape, inline_html, listing};

use crate::clinic::diff;
use crate::layout::{Content, Section};
use crate::urls::Urls;

/// Where the socket inventory is.
pub(crate) const INVENTORY: &str = "/inventory";

/// Below a lesson; nothing where there are no questions.
pub(crate) fn section(lesson: &Lesson, lessons: &Lessons) -> String {
    let questions = lessons.questions(&lesson.slug);
    if questions.is_empty() {
        return String::new();
    }
    let items = questions.iter().map(|it| item(&it.id, it));
    format!(
        "<section class=\"later\" aria-labelledby=\"later\"><h2 id=\"later\">For later</h2>\n\
         <p>Not now: in a few days. What you can answer then, you know.</p>\n<ol class=\"asked\">\n{}</ol></section>\n",
        items.collect::<String>()
    )
}

/// The socket inventory.
pub(crate) fn inventory(lessons: &Lessons, urls: &Urls<'_>) -> Content<'static> {
    let items = lessons.inventory().map(|(slug, question)| {
        let lesson = lessons.lesson(slug).map_or("", |it| it.front.title.as_str());
        item(&format!("{slug}-{}", question.id), question).replace(
            "</details>",
            &format!(
                "<p>More: <a href=\"{}\">{}</a></p></details>",
                urls.page(&format!("/lessons/{slug}"), None),
                inline_html(lesson)
            ),
        )
    });
    let main = format!(
        "<div class=\"page\">\n<header class=\"opening\"><h1>The socket inventory</h1>\n\
         <p class=\"lede\">Twenty times why. Each wrong answer is one that people who have written socket programs do give. Answer them before the course, \
         and once more after it.</p></header>\n<div class=\"prose\">\n\
         <p>Write your letters down before you open an answer. Whoever teaches: print this page twice, or have the class vote on it; \
         what changes between the two is what the course has done.</p>\n</div>\n\
         <section class=\"later\" aria-label=\"Questions\"><ol class=\"asked\">\n{}</ol></section>\n</div>\n",
        items.collect::<String>()
    );
    Content {
        title: "The socket inventory",
        description: "Twenty questions on what sockets do and why, for before and after the course.",
        section: Section::None,
        main,
    }
}

/// A question, its options, and its answer, folded.
fn item(id: &str, question: &Question) -> String {
    let shown = if question.listing.is_empty() { String::new() } else { diff::plain(&question.listing, id) };
    let programs = question.programs.iter().map(|text| listing(&text.file, text.source.trim(), true));
    let options = question.options.iter().map(|it| format!("<li>{}</li>\n", inline_html(it)));
    let right = question.right();
    format!(
        "<li class=\"expect\" id=\"ask-{}\"><p>{}</p>\n{shown}{}<ol>\n{}</ol>\n\
         <details class=\"after\"><summary>The answer</summary><p><strong>{}</strong>{} {}</p></details></li>\n",
        escape(id),
        inline_html(&question.ask),
        programs.collect::<String>(),
        options.collect::<String>(),
        inline_html(right),
        if right.ends_with(['.', '!', '?']) { "" } else { "." },
        inline_html(&question.because),
    )
}
