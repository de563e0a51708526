//! The exercises: an index, and a page each: the task, a ladder of hints, whom the program meets, the solution bit by bit.

use exercises::Round;
use lessons::{Exercise, Lessons, escape, inline_html, listing};

use crate::figure;
use crate::layout::{Content, Section};
use crate::lesson::{Figures, blocks};
use crate::texts::exercise::{
    self as texts, A_QUESTION_FIRST, A_SOLUTION_BIT_BY_BIT, A_STEP_FURTHER, ALL_EXERCISES, DESCRIPTION,
    EXERCISES, HINTS, HOW_THEY_ARE_JUDGED, HOW_TO_CHECK_IT, LEDE, NEARLY_THE_TEXT, ONE_OF_MANY, SCHEDULES,
    THE_SECOND, THEN, WHERE_THEY_ARE_JUDGED, WHOM_IT_MEETS,
};
use crate::urls::Urls;
use crate::ways;

/// Where the index is.
pub(crate) const INDEX: &str = "/exercises";

/// An exercise's address.
pub(crate) fn path(exercise: &Exercise) -> String {
    format!("{INDEX}/{}", exercise.slug())
}

/// The list of all.
pub(crate) fn index(lessons: &Lessons, urls: &Urls<'_>) -> Content<'static> {
    let items = lessons.exercises.iter().map(|e| {
        format!(
            "<li><a href=\"{}\"><h2>{}</h2><p>{}</p></a></li>\n",
            urls.page(&path(e), None),
            inline_html(&e.title),
            inline_html(&e.lede)
        )
    });
    let main = format!(
        "<div class=\"page\">\n<header class=\"opening\"><h1>{EXERCISES}</h1>\n\
         <p class=\"lede\">{LEDE}</p></header>\n\
         <ol class=\"wide experiments\">\n{}</ol>\n<div class=\"prose\">\n\
         <h2>{HOW_THEY_ARE_JUDGED}</h2>\n<p>{SCHEDULES}</p>\n\
         <p>{WHERE_THEY_ARE_JUDGED}</p>\n</div>\n</div>\n",
        items.collect::<String>()
    );
    Content { title: EXERCISES, description: DESCRIPTION, section: Section::Exercises, main }
}

/// An exercise's page.
pub(crate) fn content<'e>(
    exercise: &'e Exercise,
    title: &'e str,
    lessons: &Lessons,
    figures: &Figures,
    urls: &Urls<'_>,
) -> Content<'e> {
    let prose = |inner: &[lessons::Block]| blocks(inner, "", figures, urls, &lessons::Unused::default());
    let figure = exercise.figure();
    let main = format!(
        "<article class=\"page exercise\">\n{}{}{}{}{}{}{}{}{}{}</article>\n",
        rail(exercise, lessons, urls),
        opening(exercise, lessons, urls),
        prose(&exercise.task),
        figures.get(figure.id()).map_or("", String::as_str),
        figure::beside(
            figure.id(),
            &serde_json::to_string(&exercise.beside()).expect("an exercise has a JSON form")
        ),
        starter(exercise),
        ladder(exercise, &prose),
        judged(exercise),
        solution(exercise, &prose),
        onward(exercise, lessons, urls),
    );
    Content { title, description: &exercise.about, section: Section::Exercises, main }
}

fn rail(exercise: &Exercise, lessons: &Lessons, urls: &Urls<'_>) -> String {
    let items = lessons.exercises.iter().map(|e| {
        let title = inline_html(&e.title);
        if e.slug() == exercise.slug() {
            ways::here(&title)
        } else {
            ways::link((urls.page(&path(e), None), title))
        }
    });
    ways::rail(EXERCISES, EXERCISES, items)
}

fn opening(exercise: &Exercise, lessons: &Lessons, urls: &Urls<'_>) -> String {
    let before = exercise.lessons.iter().filter_map(|slug| lessons.lesson(slug));
    let before: Vec<_> = before
        .map(|lesson| {
            let href = urls.page(&format!("/lessons/{}", lesson.slug), None);
            format!("<a href=\"{href}\">{}</a>", inline_html(&lesson.front.title))
        })
        .collect();
    let before = if before.is_empty() { String::new() } else { texts::after(before.join(", ")) };
    format!(
        "<header class=\"opening\"><p class=\"over\">{}</p>\n<h1>{}</h1>\n<p class=\"lede\">{}</p></header>\n",
        texts::place(exercise.minutes, before),
        inline_html(&exercise.title),
        inline_html(&exercise.lede)
    )
}

/// What to do with the programs above; each can be had as a file without any script.
fn starter(exercise: &Exercise) -> String {
    let file = escape(&exercise.judged.file);
    format!(
        "<div class=\"prose\">\n<p>{}</p>\n</div>\n",
        texts::yours_to_write(file, download(&exercise.judged.file, &exercise.judged.starter))
    )
}

fn download(file: &str, text: &str) -> String {
    let file = escape(file);
    format!(
        "<a download=\"{file}\" href=\"data:text/x-python;charset=utf-8,{}\">{says}</a>",
        percent(text),
        says = texts::download(&file)
    )
}

/// A text as it may stand in an address.
fn percent(text: &str) -> String {
    let byte =
        |b: u8| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") };
    text.bytes().map(byte).collect()
}

/// The hints, each inside the one before: so that nobody meets the last one first.
fn ladder(exercise: &Exercise, prose: &dyn Fn(&[lessons::Block]) -> String) -> String {
    let all = exercise.hints.len();
    let folded = exercise.hints.iter().enumerate().rev().fold(String::new(), |inner, (at, hint)| {
        let says = match at {
            _ if at + 1 == all => NEARLY_THE_TEXT,
            0 => A_QUESTION_FIRST,
            _ => A_STEP_FURTHER,
        };
        fold(&texts::hint(at + 1, all), says, &format!("{}{inner}", prose(hint)))
    });
    section("hints", HINTS, "", &folded)
}

/// The solution, each part inside the one before.
fn solution(exercise: &Exercise, prose: &dyn Fn(&[lessons::Block]) -> String) -> String {
    let all = exercise.parts.len();
    let folded = exercise.parts.iter().enumerate().rev().fold(String::new(), |inner, (at, (title, part))| {
        let heading = texts::part(at + 1, all);
        fold(&heading, &inline_html(title), &format!("{}{inner}", prose(part)))
    });
    section("solution", A_SOLUTION_BIT_BY_BIT, &format!("<p>{ONE_OF_MANY}</p>"), &folded)
}

fn section(id: &str, title: &str, says: &str, inner: &str) -> String {
    format!("<div class=\"prose\"><h2 id=\"{id}\">{title}</h2>{says}</div>\n{inner}")
}

/// Where a lesson's readers can try what they have read.
pub(crate) fn after(slug: &str, lessons: &Lessons, urls: &Urls<'_>) -> String {
    let here = lessons.exercises.iter().filter(|e| e.lessons.iter().any(|it| it == slug));
    let items = here.map(|e| {
        format!("<li><a href=\"{}\">{}</a></li>\n", urls.page(&path(e), None), inline_html(&e.title))
    });
    let items: String = items.collect();
    if items.is_empty() {
        return items;
    }
    format!("<div class=\"prose\"><h2 id=\"exercises\">{EXERCISES}</h2>\n<ul>\n{items}</ul>\n</div>\n")
}

fn fold(heading: &str, says: &str, inner: &str) -> String {
    format!(
        "<details class=\"after\"><summary><h3>{heading}</h3><span class=\"hint\">{says}</span></summary>\n{inner}</details>\n"
    )
}

/// Whom the program meets, and how to find out whether it passes.
fn judged(exercise: &Exercise) -> String {
    let it = &exercise.judged;
    let round = |round: &Round| {
        let listings = round
            .files()
            .filter(|file| *file != it.file)
            .filter_map(|file| Some((file, it.peers.get(file)?)));
        let mut seen = Vec::new();
        let mut texts = String::new();
        for (file, text) in listings {
            if !seen.contains(&file) {
                seen.push(file);
                texts.push_str(&format!(
                    "<div class=\"prose\">{}<p>{}</p></div>\n",
                    listing(&texts::file_of(file, &round.says), text, true),
                    download(file, text)
                ));
            }
        }
        let order = escape(&round.programs.join(THEN));
        format!(
            "<details class=\"after\"><summary><h3>{}</h3><span class=\"hint\">{order}</span></summary>\n{texts}</details>\n",
            capital(&escape(&round.says))
        )
    };
    let without =
        it.without.iter().map(|word| format!("<code>{}</code>", escape(word))).collect::<Vec<_>>().join(", ");
    let without = if without.is_empty() { String::new() } else { texts::does_without(without) };
    let says = format!(
        "<p>{meets}</p>\n<pre class=\"code\" tabindex=\"0\" role=\"region\" aria-label=\"{HOW_TO_CHECK_IT}\"><code>\
         socketscope grade {name} {file}\nsocketscope grade {name} {file} --live</code></pre>\n\
         <p>{THE_SECOND}</p>",
        meets = texts::meets(it.bound_in_words(), without),
        name = escape(&it.name),
        file = escape(&it.file),
    );
    section("rounds", WHOM_IT_MEETS, &says, &it.rounds.iter().map(round).collect::<String>())
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// The next exercise and the one before, and the way back to all of them.
fn onward(exercise: &Exercise, lessons: &Lessons, urls: &Urls<'_>) -> String {
    let way = |it: &Exercise| (urls.page(&path(it), None), inline_html(&it.title));
    let back = (urls.page(INDEX, None), ALL_EXERCISES.into());
    ways::onward(&lessons.exercises, |it| it.slug() == exercise.slug(), way, &back)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_in_an_address_is_what_it_was() {
        assert_eq!(percent("a\n\"é\""), "a%0A%22%C3%A9%22");
    }
}
