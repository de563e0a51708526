//! The home page: what this is, a small stage to try, three uses, the course map.

use lessons::{Lessons, inline_html};

use crate::layout::{Content, Section};
use crate::lesson::Figures;
use crate::urls::Urls;
use crate::{icon, map};

const DESCRIPTION: &str = "See what happens between send and recv: step two programs, two kernels and the wire \
    between them, then run the same calls on a real kernel.";

/// The page's content. `relay` says whether live runs can be had here.
pub(crate) fn content(
    lessons: &Lessons,
    figures: &Figures,
    urls: &Urls<'_>,
    relay: bool,
) -> Content<'static> {
    let first = lessons.lessons.first().map(|lesson| {
        format!(
            "<a class=\"btn main\" data-begin href=\"{}\">Begin with: {} {}</a>\n",
            urls.page(&format!("/lessons/{}", lesson.slug), None),
            inline_html(&lesson.front.title),
            icon::NEXT
        )
    });
    let live = if relay {
        "<p>This page comes from a relay, so the live parts can run here.</p>"
    } else {
        "<p>This copy of the site has no relay, so its live parts are at rest. The file <code>socketscope</code> serves \
         the same pages with one.</p>"
    };
    let main = format!(
        "<div class=\"page\">\n<div class=\"wide hero\">\n\
         <h1>What happens between <code>send</code> and <code>recv</code>?</h1>\n\
         <section class=\"try\" aria-label=\"A stage to try\">\n{figure}<p>{try_about}</p></section>\n\
         <header><p class=\"lede\">Two programs exchange bytes, and most of what matters happens where neither of them can look. \
         Socketscope is a microscope for that place. Step both programs and both kernels, decide what the network does \
         next, and then make the same calls on a real kernel.</p>\n\
         <div class=\"buttons\">{first}<a class=\"btn\" href=\"#map\">See the whole course</a></div></header></div>\n\
         <section class=\"wide uses\" aria-label=\"Three uses\">\n\
         <div><h2>Read</h2><p>A lesson is text first. It is complete on a phone, on paper, with a screen reader and with \
         scripts off. Its figures wake up when you come near them.</p><p><a href=\"#map\">Choose a lesson</a>, visit the <a href=\"{clinic}\">bug clinic</a>, or <a href=\"{notes}\">paste the listing from your notes</a>.</p></div>\n\
         <div><h2>Run it for real</h2><p>What a program on the stage calls can be called on a real socket of the machine \
         that serves the page. The count or error that comes back is that kernel’s own.</p>{live}<p><a href=\"{tries}\">Twelve weird experiments</a>, and <a href=\"{work}\">exercises</a> that every schedule judges</p></div>\n\
         <div><h2>Teach with it</h2><p>One file holds the whole site. Start it on one machine, and a class can open it \
         without accounts and without the internet.</p><p><a href=\"{join}\">Join a class</a> with a code, or <a href=\"{room}\">open a room for one</a>. \
         <a href=\"{guide}\">The teacher’s guide</a> has plans for 45 and 90 minutes.</p></div>\n\
         </section>\n{map}</div>\n<script type=\"module\" src=\"{course}\"></script>\n",
        course = urls.asset("course.js"),
        first = first.unwrap_or_default(),
        figure = figures.get(&lessons.home.figure.id).map_or("", String::as_str),
        try_about = inline_html(&lessons.home.about),
        map = map::html(lessons, urls),
        clinic = urls.page("/clinic", None),
        notes = urls.page("/notes", None),
        tries = urls.page("/experiments", None),
        work = urls.page("/exercises", None),
        join = urls.page("/join", None),
        room = urls.page("/room", None),
        guide = urls.page("/guide", None),
    );
    Content { title: "Socketscope", description: DESCRIPTION, section: Section::Course, main }
}
