//! For teachers: the guide to a lesson with the site, and the sheet that learners get on paper. Their texts are HTML files among
//! the other texts, with links written as in lessons: `/lessons/SLUG`. The questions are the board's, explained here.

use figures::{READY, Ready};
use lessons::escape;

use crate::layout::{Content, Section};
use crate::texts::guide::{
    A_SHEET, GUIDE_DESCRIPTION, RIGHT, SHEET_DESCRIPTION, TEACHING_WITH_IT, THE_LESSON, WHY,
};
use crate::urls::Urls;

/// Of each question of the board its name in this page, and the lesson that shows it.
const PLACES: [(&str, &str); READY.len()] = [
    ("q-part", "/lessons/how-much-did-send-take"),
    ("q-blocks", "/lessons/how-much-did-send-take"),
    ("q-seams", "/lessons/how-much-did-recv-give"),
    ("q-end", "/lessons/recv-gave-nothing"),
    ("q-queue", "/lessons/the-seventh-client"),
    ("q-silence", "/lessons/the-other-host-died"),
    ("q-closed", "/lessons/recv-gave-nothing"),
    ("q-promise", "/lessons/how-much-did-send-take"),
];

/// `/guide`.
pub(crate) fn guide(urls: &Urls<'_>) -> Content<'static> {
    Content {
        title: TEACHING_WITH_IT,
        description: GUIDE_DESCRIPTION,
        section: Section::None,
        main: linked(&include_str!("texts/guide.html").replace("<!-- questions -->", &questions()), urls),
    }
}

/// `/guide/handout`.
pub(crate) fn handout(urls: &Urls<'_>) -> Content<'static> {
    Content {
        title: A_SHEET,
        description: SHEET_DESCRIPTION,
        section: Section::None,
        main: linked(include_str!("texts/handout.html"), urls),
    }
}

/// The board's questions, with the right answer marked.
fn questions() -> String {
    let one = |((Ready { text, choices, right }, (id, lesson)), why): ((&Ready, &(&str, &str)), &&str)| {
        let choice = |(at, choice): (usize, &&str)| {
            let choice = escape(choice);
            if at == *right {
                format!("<li class=\"right\">{choice} <span>{RIGHT}</span></li>")
            } else {
                format!("<li>{choice}</li>")
            }
        };
        let choices: String = choices.iter().enumerate().map(choice).collect();
        format!(
            "<li id=\"{id}\"><p><strong>{}</strong></p>\n<ol class=\"choices\">{choices}</ol>\n<p>{why} <a href=\"{lesson}\">{THE_LESSON}</a></p></li>\n",
            escape(text)
        )
    };
    format!("<ol class=\"asks\">\n{}</ol>", READY.iter().zip(&PLACES).zip(&WHY).map(one).collect::<String>())
}

/// The text with its links as this page needs them.
fn linked(text: &str, urls: &Urls<'_>) -> String {
    let mut parts = text.split("href=\"");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (link, rest) = part.split_once('"').unwrap_or((part, ""));
        out.push_str(&format!("href=\"{}\"{rest}", urls.link(link)));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::Assets;
    use crate::urls::Form;

    #[test]
    fn links_lead_from_where_the_page_is() {
        let assets = Assets::default();
        let at = |path, form| linked("<a href=\"/lessons/x#y\">", &Urls::new(path, form, &assets));
        assert_eq!(at("/guide", Form::File), "<a href=\"lessons/x#y\">");
        assert_eq!(at("/guide/handout", Form::File), "<a href=\"../lessons/x#y\">");
    }

    #[test]
    fn the_plans_call_questions_by_the_numbers_that_they_have_on_the_board() {
        let mut named = 0;
        for part in include_str!("texts/guide.html").split("href=\"#").skip(1) {
            let (id, text) = part.split_once("\">").expect("a link");
            let Some(at) = PLACES.iter().position(|(name, _)| *name == id) else { continue };
            named += 1;
            assert!(text.starts_with(&format!("question {}</a>", at + 1)), "{id}: {}", &text[..20]);
        }
        assert!(named >= 3);
    }

    #[test]
    fn links_within_the_guide_lead_somewhere() {
        let assets = Assets::default();
        let html = guide(&Urls::new("/guide", Form::File, &assets)).main;
        for part in html.split("href=\"#").skip(1) {
            let (id, _) = part.split_once('"').expect("a link");
            assert!(html.contains(&format!("id=\"{id}\"")), "{id}");
        }
    }
}
