//! The exercises: an index, and a page each: the task, a ladder of hints, whom the program meets, the solution bit by bit.

use exercises::Round;
use lessons::{Exercise, Lessons, escape, inline_html, listing};

use crate::figure;
use crate::layout::{Content, Section};
use crate::lesson::{Figures, blocks};
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
        "<div class=\"page\">\n<header class=\"opening\"><h1>Exercises</h1>\n\
         <p class=\"lede\">Programs to write yourself, and others to get on with: some honest, some spiteful. A program passes when it \
         stands every schedule up to a stated bound: who runs when, how many bytes each call moves.</p></header>\n\
         <ol class=\"wide experiments\">\n{}</ol>\n<div class=\"prose\">\n\
         <h2>How they are judged</h2>\n<p>The schedules are those that POSIX permits: a <code>send</code> or <code>recv</code> may move any \
         number of bytes, at least one, and anybody may be slow. A schedule is unusual where it differs from what would happen by itself. All \
         schedules with no unusual choice are tried, then those with one, and so on up to the bound. What stands them all may still fall to one \
         beyond: the bound says how far anybody looked.</p>\n\
         <p>“Judge it” on an exercise’s page judges the file that stands there, in your browser, and opens the run that breaks it. \
         In a terminal, <code>socketscope grade NAME FILE</code> judges a file in the same way, and <code>socketscope grade NAME FOLDER</code> a class’s. \
         With <code>--live</code>, what passes then runs on the real kernel of that machine.</p>\n</div>\n</div>\n",
        items.collect::<String>()
    );
    Content {
        title: "Exercises",
        description: "Socket programs to write yourself, judged by every schedule up to a bound, among peers that are honest or spiteful.",
        section: Section::Exercises,
        main,
    }
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
    ways::rail("Exercises", "Exercises", items)
}

fn opening(exercise: &Exercise, lessons: &Lessons, urls: &Urls<'_>) -> String {
    let before = exercise.lessons.iter().filter_map(|slug| lessons.lesson(slug));
    let before: Vec<_> = before
        .map(|lesson| {
            let href = urls.page(&format!("/lessons/{}", lesson.slug), None);
            format!("<a href=\"{href}\">{}</a>", inline_html(&lesson.front.title))
        })
        .collect();
    let before = if before.is_empty() { String::new() } else { format!(" · after {}", before.join(", ")) };
    format!(
        "<header class=\"opening\"><p class=\"over\">Exercise · about {} minutes{before}</p>\n<h1>{}</h1>\n<p class=\"lede\">{}</p></header>\n",
        exercise.minutes,
        inline_html(&exercise.title),
        inline_html(&exercise.lede)
    )
}

/// What to do with the programs above; each can be had as a file without any script.
fn starter(exercise: &Exercise) -> String {
    let file = escape(&exercise.judged.file);
    format!(
        "<div class=\"prose\">\n<p>{} is yours to write; the others stay as they are. On a machine of your own: {}.</p>\n</div>\n",
        format_args!("<code>{file}</code>"),
        download(&exercise.judged.file, &exercise.judged.starter),
    )
}

fn download(file: &str, text: &str) -> String {
    let file = escape(file);
    format!(
        "<a download=\"{file}\" href=\"data:text/x-python;charset=utf-8,{}\">download <code>{file}</code></a>",
        percent(text)
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
        let says = ["A question first", "A step further", "Nearly the text"];
        let says = if at + 1 == all { says[2] } else { says[at.min(1)] };
        fold(&format!("Hint {} of {all}", at + 1), says, &format!("{}{inner}", prose(hint)))
    });
    section("hints", "Hints", "", &folded)
}

/// The solution, each part inside the one before.
fn solution(exercise: &Exercise, prose: &dyn Fn(&[lessons::Block]) -> String) -> String {
    let all = exercise.parts.len();
    let folded = exercise.parts.iter().enumerate().rev().fold(String::new(), |inner, (at, (title, part))| {
        let heading = format!("Part {} of {all}", at + 1);
        fold(&heading, &inline_html(title), &format!("{}{inner}", prose(part)))
    });
    section("solution", "A solution, bit by bit", "<p>One of many. Try yours first.</p>", &folded)
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
    format!("<div class=\"prose\"><h2 id=\"exercises\">Exercises</h2>\n<ul>\n{items}</ul>\n</div>\n")
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
                    listing(&format!("{file}, {}", round.says), text, true),
                    download(file, text)
                ));
            }
        }
        let order = escape(&round.programs.join(", then "));
        format!(
            "<details class=\"after\"><summary><h3>{}</h3><span class=\"hint\">{order}</span></summary>\n{texts}</details>\n",
            capital(&escape(&round.says))
        )
    };
    let without =
        it.without.iter().map(|word| format!("<code>{}</code>", escape(word))).collect::<Vec<_>>().join(", ");
    let without = if without.is_empty() { String::new() } else { format!(" It does without {without}.") };
    let says = format!(
        "<p>Your program meets these, one round after the other, and passes when it stands {bound} \
         in each.{without} “Judge it”, among the buttons above, tries them all in your browser: your file alone, with these programs as they stand here. \
         In a terminal:</p>\n<pre class=\"code\" tabindex=\"0\" role=\"region\" aria-label=\"How to check it\"><code>\
         socketscope grade {name} {file}\nsocketscope grade {name} {file} --live</code></pre>\n\
         <p>The second also runs it on that machine’s own kernel.</p>",
        bound = it.bound_in_words(),
        name = escape(&it.name),
        file = escape(&it.file),
    );
    section("rounds", "Whom it meets", &says, &it.rounds.iter().map(round).collect::<String>())
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// The next exercise and the one before, and the way back to all of them.
fn onward(exercise: &Exercise, lessons: &Lessons, urls: &Urls<'_>) -> String {
    let way = |it: &Exercise| (urls.page(&path(it), None), inline_html(&it.title));
    let back = (urls.page(INDEX, None), "All exercises".into());
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
