//! A teacher's pages: the room, and for a projector the wall and the class's server. What a room is, and what is kept, stands there in words first.

use figures::{BoardSpec, Offer, Offers, READY, Shows};
use lessons::{Lessons, inline_text};

use crate::layout::{Content, Section};
use crate::urls::Urls;
use crate::{exercise, experiment, figure, lesson};

/// Their figures, made once for all forms of their pages.
pub(crate) struct Boards {
    room: String,
    wall: String,
    server: String,
}

impl Boards {
    /// With every lesson, experiment and exercise on offer.
    pub(crate) fn new(lessons: &Lessons) -> Self {
        let course = lessons.lessons.iter().map(|it| (format!("/lessons/{}", it.slug), lesson::title(it)));
        let tries = lessons.experiments.iter().map(|it| (experiment::path(it), lesson::title(it)));
        let work = lessons.exercises.iter().map(|it| (exercise::path(it), lessons::inline_text(&it.title)));
        let pages: Vec<_> = course.chain(tries).chain(work).collect();
        let board = |id: &str, shows| {
            let offers = if shows == Shows::Board { offers(lessons) } else { Vec::new() };
            figure::board(&BoardSpec { id: id.into(), shows, pages: pages.clone(), offers })
        };
        Self {
            room: board("room", Shows::Board),
            wall: board("wall", Shows::Wall),
            server: board("server", Shows::Server),
        }
    }

    /// `/room`.
    pub(crate) fn room(&self, urls: &Urls<'_>) -> Content<'static> {
        let main = format!(
            "<div class=\"page room\">\n<header class=\"opening\"><h1>A room for a class</h1>\n\
             <p class=\"lede\">You open a room and get a code. Whoever has the code joins from any browser in your \
             network, with a name of their choice and no account. You see who is stuck, and where.</p>\n\
             <noscript><p class=\"still\">Scripts are off, so no room can be opened from here.</p></noscript></header>\n\
             {figure}<div class=\"prose\">\n{KEPT}\
             <h2>On the wall</h2>\n<p><a href=\"{wall}\">The wall</a> is the page for a projector: the code, the question that you ask, \
             and numbers. It never shows a name.</p>\n\
             <p><a href=\"{server}\">The class’s server</a> is another: a server of yours, in real calls on the kernel of the machine that \
             serves these pages, whose clients are the learners’ browsers. It shows the three lists of its <code>select</code>.</p>\n\
             <h2>What the board calls stuck</h2>\n<p>Somebody whose hand is up comes first; then who has failed at the same thing again and \
             again, who does things without getting on, and who has done nothing for a while. It is a hint where to walk to, \
             and no mark.</p>\n</div></div>\n",
            figure = self.room,
            wall = urls.page("/room/wall", None),
            server = urls.page("/room/server", None),
        );
        Content {
            title: "A room for a class",
            description: "Open a room: learners join by a code, and a board shows who is stuck and where.",
            section: Section::None,
            main,
        }
    }

    /// `/room/wall`.
    pub(crate) fn wall(&self, urls: &Urls<'_>) -> Content<'static> {
        let main = format!(
            "<div class=\"page room\">\n<header class=\"opening\"><h1>The wall</h1>\n\
             <p class=\"lede\">What a projector shows of a room: its code, how many are here, and the question that is asked. \
             It shows no names. <a href=\"{room}\">The board</a> opens it for a room that is taught from the same browser; from \
             another one the code and the teacher’s secret do.</p>\n\
             <p>Open it in a window of its own on the machine at the projector, and make that window fill the screen: F11 on Windows \
             and Linux, Control, Command and F on a Mac.</p>\n\
             <noscript><p class=\"still\">Scripts are off, so there is nothing to show.</p></noscript></header>\n{figure}</div>\n",
            figure = self.wall,
            room = urls.page("/room", None),
        );
        Content {
            title: "The wall",
            description: "A room’s page for the projector, without names.",
            section: Section::None,
            main,
        }
    }

    /// `/room/server`.
    pub(crate) fn server(&self, urls: &Urls<'_>) -> Content<'static> {
        let main = format!(
            "<div class=\"page room\">\n<header class=\"opening\"><h1>The class’s server</h1>\n{SERVER}\
             <p><a href=\"{room}\">The board</a> opens it for a room that is taught from the same browser; from another one the code and \
             the teacher’s secret do.</p>\n\
             <noscript><p class=\"still\">Scripts are off, so there is nothing to show.</p></noscript></header>\n{figure}</div>\n",
            figure = self.server,
            room = urls.page("/room", None),
        );
        Content {
            title: "The class’s server",
            description: "A real server whose clients are the whole class: the lists of its select, projected.",
            section: Section::None,
            main,
        }
    }
}

/// The questions that a teacher finds ready: those of the guide, and the socket inventory.
fn offers(lessons: &Lessons) -> Vec<Offers> {
    let inventory = lessons.inventory().map(|(_, it)| Offer {
        text: inline_text(&it.ask),
        choices: it.options.iter().map(|option| inline_text(option)).collect(),
        right: it.answer - 1,
    });
    vec![
        Offers { heading: "To begin with".into(), questions: READY.iter().map(Offer::from).collect() },
        Offers { heading: "The socket inventory".into(), questions: inventory.collect() },
    ]
}

/// What stands above the class's server until a room is open in it.
const SERVER: &str = "<p class=\"lede\">One server, and the whole class as its clients. It makes real calls on the kernel of the machine that \
    serves these pages: it listens, waits in <code>select</code> for all its descriptors at once, and answers each line in capitals.</p>\n\
    <p>Open this page in a window of its own on the machine at the projector, and start the server. The learners then find it in the bar of \
    their room: they connect, send a line and see what comes back. The wall shows clients by number, in the order in which they came, \
    and nothing that anybody types.</p>\n";

/// What a room keeps, for how long, and who sees it.
const KEPT: &str = "<h2>What is kept, and who sees it</h2>\n\
    <ul>\n<li>Of each learner the name that they chose, and what they did with the exercises: pages opened, predictions and \
    whether they came true, runs, verdicts, the time spent. No e-mail address, no account, nothing that they type into a program.</li>\n\
    <li>It is kept in one file on the machine that serves these pages, and nowhere else. Nothing leaves your network.</li>\n\
    <li>You see it, and whoever has the teacher’s secret. Learners see their own work and how many are here; of each other’s work \
    nothing, unless two agree to work as a pair.</li>\n\
    <li>While you look at a learner’s stage, that learner is told so.</li>\n\
    <li>After the days that you choose, the room is deleted with everything in it; so it is when you end it. One learner can be \
    deleted alone. What you exported before is yours to look after.</li>\n\
    <li>What teachers do in a room is logged, and can be read on the board.</li>\n</ul>\n";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_takes_every_question_that_is_offered() {
        let lessons = Lessons::embedded().expect("the lessons have their own tests");
        let all: Vec<Offer> = offers(&lessons).into_iter().flat_map(|it| it.questions).collect();
        assert_eq!(all.len(), READY.len() + lessons::questions::INVENTORY);
        for Offer { text, choices, right } in all {
            // The bounds of crates `protocol` and `rooms`.
            assert!(text.len() <= 2000, "{text}");
            assert!(choices.iter().all(|it| !it.is_empty() && it.len() <= 200), "{choices:?}");
            assert!((2..=8).contains(&choices.len()) && right < choices.len(), "{choices:?}");
        }
    }
}
