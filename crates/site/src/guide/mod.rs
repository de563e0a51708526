//! For teachers: the guide to a lesson with the site, and the sheet that learners get on paper. Their texts are HTML files beside
//! this one, with links written as in lessons: `/lessons/SLUG`. The questions are the board's, explained here.

use figures::{READY, Ready};
use lessons::escape;

use crate::layout::{Content, Section};
use crate::urls::Urls;

/// Of each question of the board its name in this page, why the right answer is right, and the lesson that shows it.
const WHY: [(&str, &str, &str); READY.len()] = [
    (
        "q-part",
        "It takes what there is room for, and says how much. Over an Ethernet cable that is 5792 on Linux, four segments of 1448 \
         bytes: 4096 limits memory, not the count. The number is Linux’s own; that it may be less than 20,000 is what every program \
         must expect.",
        "/lessons/how-much-did-send-take",
    ),
    (
        "q-blocks",
        "All of it: here a blocking <code>send</code> comes back once the last byte has found room in the send buffer, unless a \
         time limit, a signal or the peer’s end cuts it short. POSIX allows a part in any mode, so the loop, or \
         <code>sendall</code>, is right everywhere.",
        "/lessons/how-much-did-send-take",
    ),
    (
        "q-seams",
        "Any number of bytes from 1 to 10. A stream keeps no mark between two sends; <code>recv</code> gives what has arrived, and \
         waits only if there is nothing.",
        "/lessons/how-much-did-recv-give",
    ),
    (
        "q-end",
        "The end. Where nothing has arrived yet, <code>recv</code> waits, or fails with <code>BlockingIOError</code> if it must not \
         wait; an empty message does not exist in a stream; a broken connection is an error. You may still send.",
        "/lessons/recv-gave-nothing",
    ),
    (
        "q-queue",
        "It waits. Linux keeps one more than the number; a SYN that finds the queue full is dropped in silence, and the client’s \
         kernel sends it again after a second, and again, until there is room or it gives up.",
        "/lessons/the-seventh-client",
    ),
    (
        "q-silence",
        "It waits. Your kernel sends nothing, so nothing goes unanswered, and silence is allowed. Keepalive, a time limit, or \
         sending something are the ways out; two hours, which many expect, is when keepalive would begin to ask, had you switched it on.",
        "/lessons/the-other-host-died",
    ),
    (
        "q-closed",
        "It succeeds: that the other end has finished <em>sending</em> says nothing about whether it still reads. The byte meets a \
         socket that is no more, a reset comes back, and a <em>later</em> <code>send</code> fails.",
        "/lessons/recv-gave-nothing",
    ),
    (
        "q-promise",
        "The last. <code>send</code> copies into the send buffer of its own kernel and returns how much it copied; everything else \
         happens later, or does not.",
        "/lessons/how-much-did-send-take",
    ),
];

/// `/guide`.
pub(crate) fn guide(urls: &Urls<'_>) -> Content<'static> {
    Content {
        title: "Teaching with it",
        description: "For teachers: before the lesson, plans for 45 and 90 minutes, questions with answers, and what to do when the network keeps clients apart.",
        section: Section::None,
        main: linked(&include_str!("guide.html").replace("<!-- questions -->", &questions()), urls),
    }
}

/// `/guide/handout`.
pub(crate) fn handout(urls: &Urls<'_>) -> Content<'static> {
    Content {
        title: "A sheet for learners",
        description: "One page to print: where to go, what to do, and eight sentences to remember.",
        section: Section::None,
        main: linked(include_str!("handout.html"), urls),
    }
}

/// The board's questions, with the right answer marked.
fn questions() -> String {
    let one = |(Ready { text, choices, right }, (id, why, lesson)): (&Ready, &(&str, &str, &str))| {
        let choice = |(at, choice): (usize, &&str)| {
            let choice = escape(choice);
            if at == *right {
                format!("<li class=\"right\">{choice} <span>· right</span></li>")
            } else {
                format!("<li>{choice}</li>")
            }
        };
        let choices: String = choices.iter().enumerate().map(choice).collect();
        format!(
            "<li id=\"{id}\"><p><strong>{}</strong></p>\n<ol class=\"choices\">{choices}</ol>\n<p>{why} <a href=\"{lesson}\">The lesson</a></p></li>\n",
            escape(text)
        )
    };
    format!("<ol class=\"asks\">\n{}</ol>", READY.iter().zip(&WHY).map(one).collect::<String>())
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
        for part in include_str!("guide.html").split("href=\"#").skip(1) {
            let (id, text) = part.split_once("\">").expect("a link");
            let Some(at) = WHY.iter().position(|(name, ..)| *name == id) else { continue };
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
