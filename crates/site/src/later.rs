//! Questions for later: below each lesson, and the socket inventory on a page of its own.

use figures::{Asked, LaterSpec, Variant};
use lessons::questions::Question;
use lessons::{Lesson, Lessons, escape, inline_html, inline_text, listing};
use scene::Sentence;

use crate::clinic::diff;
use crate::figure::Later;
use crate::layout::{Content, Section};
use crate::texts::later::{
    self as texts, ALL_QUESTIONS, FOR_LATER, INVENTORY_DESCRIPTION, INVENTORY_LEDE, QUESTIONS,
    REVIEW_DESCRIPTION, REVIEW_LEDE, SCRIPTS_ARE_OFF, THE_ANSWER, THE_LISTING, THE_SOCKET_INVENTORY,
    YOUR_REVIEW,
};
use crate::urls::Urls;

/// Where the review is.
pub(crate) const REVIEW: &str = "/review";
/// Where all that the review may ask is.
pub(crate) const ASKED: &str = "/review.json";
/// Where the socket inventory is.
pub(crate) const INVENTORY: &str = "/inventory";

/// Below a lesson; nothing where there are no questions.
pub(crate) fn section(lesson: &Lesson, lessons: &Lessons, urls: &Urls<'_>) -> String {
    let questions = lessons.questions(&lesson.slug);
    if questions.is_empty() {
        return String::new();
    }
    let items = questions.iter().map(|it| item(&it.id, it));
    format!(
        "<section class=\"later\" aria-labelledby=\"later\"><h2 id=\"later\">{FOR_LATER}</h2>\n\
         <p>{for_later}</p>\n\
         <ol class=\"recall\">\n{}</ol></section>\n",
        items.collect::<String>(),
        for_later = texts::for_later(urls.page(REVIEW, Some(&lesson.slug)))
    )
}

/// The review's specification and markup, made once for all forms of its page.
pub(crate) fn figure(lessons: &Lessons) -> Later {
    let asked = |lesson: &str, read: &Question| {
        let question = read.form.as_ref().map_or(read, |it| &it.open);
        let values = read.form.iter().flat_map(|it| &it.values);
        let variants =
            values.zip(read.variants()).map(|(it, with)| Variant { values: it.clone(), answer: with.answer });
        let numbered =
            (1..).zip(question.listing.lines()).map(|(number, line)| format!("{number:2}  {line}"));
        let lines = numbered.collect::<Vec<_>>().join("\n");
        let programs = question.programs.iter().map(|it| (it.file.clone(), it.source.trim().to_owned()));
        let shown = (!lines.is_empty()).then(|| (THE_LISTING.to_owned(), lines));
        Asked {
            name: format!("{lesson}/{}", question.id),
            lesson: lesson.to_owned(),
            ask: Sentence::inline_markdown(&question.ask),
            listing: shown.into_iter().chain(programs).collect(),
            options: question.options.iter().map(|it| Sentence::inline_markdown(it)).collect(),
            answer: read.answer,
            because: Sentence::inline_markdown(&question.because),
            variants: variants.collect(),
        }
    };
    let with = || lessons.lessons.iter().filter(|it| !lessons.questions(&it.slug).is_empty());
    Later::new(LaterSpec {
        id: "later".into(),
        lessons: with().map(|it| (it.slug.clone(), inline_text(&it.front.title))).collect(),
        questions: with()
            .flat_map(|it| lessons.questions(&it.slug).iter().map(|q| asked(&it.slug, q)))
            .collect(),
    })
}

/// The review.
pub(crate) fn review(figure: &Later, lessons: &Lessons, urls: &Urls<'_>) -> Content<'static> {
    let with = lessons.lessons.iter().filter(|it| !lessons.questions(&it.slug).is_empty());
    let items = with.map(|it| {
        let href = urls.page(&format!("/lessons/{}", it.slug), Some("later"));
        format!("<li><a href=\"{href}\">{}</a></li>\n", inline_html(&it.front.title))
    });
    let main = format!(
        "<div class=\"page\">\n<header class=\"opening\"><h1>{YOUR_REVIEW}</h1>\n\
         <p class=\"lede\">{REVIEW_LEDE}</p>\n\
         <noscript><p class=\"still\">{SCRIPTS_ARE_OFF}</p></noscript></header>\n\
         {}<div class=\"prose\">\n<h2>{ALL_QUESTIONS}</h2>\n<p>{all_questions}</p>\n\
         <ul>\n{}</ul></div>\n</div>\n",
        figure.html(&urls.file(ASKED)),
        items.collect::<String>(),
        all_questions = texts::all_questions(urls.page(INVENTORY, None)),
    );
    Content { title: YOUR_REVIEW, description: REVIEW_DESCRIPTION, section: Section::None, main }
}

/// The socket inventory.
pub(crate) fn inventory(lessons: &Lessons, urls: &Urls<'_>) -> Content<'static> {
    let items = lessons.inventory().map(|(slug, question)| {
        let lesson = lessons.lesson(slug).map_or("", |it| it.front.title.as_str());
        item(&format!("{slug}-{}", question.id), question).replace(
            "</details>",
            &format!(
                "<p>{}</p></details>",
                texts::more(urls.page(&format!("/lessons/{slug}"), None), inline_html(lesson))
            ),
        )
    });
    let main = format!(
        "<div class=\"page\">\n<header class=\"opening\"><h1>{THE_SOCKET_INVENTORY}</h1>\n\
         <p class=\"lede\">{INVENTORY_LEDE}</p></header>\n<div class=\"prose\">\n\
         <p>{inventory_about}</p>\n</div>\n\
         <section class=\"later\" aria-label=\"{QUESTIONS}\"><ol class=\"recall\">\n{}</ol></section>\n</div>\n",
        items.collect::<String>(),
        inventory_about = texts::inventory_about(urls.page("/room", None))
    );
    Content { title: THE_SOCKET_INVENTORY, description: INVENTORY_DESCRIPTION, section: Section::None, main }
}

/// A question, its options, and its answer, folded.
fn item(id: &str, question: &Question) -> String {
    let shown = if question.listing.is_empty() { String::new() } else { diff::plain(&question.listing, id) };
    let programs = question.programs.iter().map(|text| listing(&text.file, text.source.trim(), true));
    let options = question.options.iter().map(|it| format!("<li>{}</li>\n", inline_html(it)));
    let right = question.right();
    format!(
        "<li class=\"expect\" id=\"ask-{}\"><p>{}</p>\n{shown}{}<ol>\n{}</ol>\n\
         <details class=\"after\"><summary>{THE_ANSWER}</summary><p><strong>{}</strong>{} {}</p></details></li>\n",
        escape(id),
        inline_html(&question.ask),
        programs.collect::<String>(),
        options.collect::<String>(),
        inline_html(right),
        if right.ends_with(['.', '!', '?']) { "" } else { "." },
        inline_html(&question.because),
    )
}
