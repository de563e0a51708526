//! Questions for later: below each lesson, and the socket inventory on a page of its own.

use figures::{Asked, LaterSpec, Variant};
use lessons::questions::Question;
use lessons::{Lesson, Lessons, escape, inline_html, inline_text, listing};
use scene::Sentence;

use crate::clinic::diff;
use crate::figure::Later;
use crate::layout::{Content, Section};
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
        "<section class=\"later\" aria-labelledby=\"later\"><h2 id=\"later\">For later</h2>\n\
         <p>Not now: in a few days. What you can answer then, you know. <a href=\"{}\">Your review</a> asks them, and again after growing intervals.</p>\n\
         <ol class=\"recall\">\n{}</ol></section>\n",
        urls.page(REVIEW, Some(&lesson.slug)),
        items.collect::<String>()
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
        let shown = (!lines.is_empty()).then(|| ("The listing".to_owned(), lines));
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
        "<div class=\"page\">\n<header class=\"opening\"><h1>Review</h1>\n\
         <p class=\"lede\">What you have read comes back as questions: after a day, after three, after a week, and further apart as long as you know it.</p>\n\
         <noscript><p class=\"still\">Scripts are off, so nobody keeps count of the days here. The questions stand below each lesson.</p></noscript></header>\n\
         {}<div class=\"prose\">\n<h2>All questions</h2>\n<p>They stand below their lessons, with their answers folded. Twenty of them are <a href=\"{}\">the socket inventory</a>.</p>\n\
         <ul>\n{}</ul></div>\n</div>\n",
        figure.html(&urls.file(ASKED)),
        urls.page(INVENTORY, None),
        items.collect::<String>(),
    );
    Content {
        title: "Review",
        description: "Questions about what you have read, again after growing intervals. What you answer stays in your browser.",
        section: Section::None,
        main,
    }
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
         <p>Write your letters down before you open an answer. Whoever teaches: print this page twice, or open <a href=\"{}\">a room</a>, where each of them is ready to be voted on; \
         what changes between the two is what the course has done.</p>\n</div>\n\
         <section class=\"later\" aria-label=\"Questions\"><ol class=\"recall\">\n{}</ol></section>\n</div>\n",
        urls.page("/room", None),
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
