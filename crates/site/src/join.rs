//! The page to join a class: what joining means, in words first, then the form.

use figures::JoinSpec;

use crate::figure;
use crate::layout::{Content, Section};
use crate::urls::Urls;

/// The form's specification and markup, made once for all forms of the page.
pub(crate) fn figure() -> String {
    figure::join(&JoinSpec { id: "join".into() })
}

/// The page around the form. `relay` says whether there is one that has rooms.
pub(crate) fn content(figure: &str, urls: &Urls<'_>, relay: bool) -> Content<'static> {
    let here = if relay {
        ""
    } else {
        "<p class=\"still\">This copy of the site has no relay, and so no rooms: open the address that your teacher shows.</p>\n"
    };
    let main = format!(
        "<link rel=\"modulepreload\" href=\"{script}\">\n<link rel=\"preload\" href=\"{wasm}\" as=\"fetch\" crossorigin>\n\
         <div class=\"page join-page\">\n<header class=\"opening\"><h1>Join a class</h1>\n\
         <p class=\"lede\">With a code from your teacher and a name. There is no account, and nobody asks for an e-mail address.</p>\n\
         {here}<noscript><p class=\"still\">Scripts are off, so nobody can be joined from here. Every lesson can be read all the same.</p></noscript></header>\n\
         {figure}<div class=\"prose\">\n\
         <h2>What joining means</h2>\n\
         <ul>\n<li><strong>Kept</strong> is your name here and what you do from then on: pages opened and finished, what you \
         predicted and whether it came so, runs, verdicts, and how long you were active. What you did before you joined stays in \
         this browser.</li>\n\
         <li><strong>Where:</strong> on the machine that served this page, and nowhere else. This page asks no other site for anything.</li>\n\
         <li><strong>Who sees it:</strong> your teacher. Other learners see none of it, unless you agree to work as a pair. When your \
         teacher looks at your stage, the bar at the top says so.</li>\n\
         <li><strong>How long:</strong> until your teacher ends the room or its days are over; then it is deleted with everything in \
         it. Your teacher can also delete you alone, at once.</li>\n\
         <li><strong>Without network</strong> nothing is lost: what you do is kept in this browser and delivered once, when the relay \
         is back.</li>\n</ul>\n\
         <p>Without a room the same record stays in this browser only. It is listed on this page, and can be deleted here.</p>\n\
         <p>You do not need a room to learn here: <a href=\"{map}\">the course</a> is open to anybody.</p>\n</div></div>\n",
        script = urls.asset("class.js"),
        wasm = urls.asset("class_bg.wasm"),
        map = urls.page("/", Some("map")),
    );
    Content {
        title: "Join a class",
        description: "Join a class’s room with a code and a name: no account, no e-mail address.",
        section: Section::None,
        main,
    }
}
