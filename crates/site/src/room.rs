//! A teacher's pages: the room, and for a projector the wall and the class's server. What a room is, and what is kept, stands there in words first.

use figures::{BoardSpec, Offer, Offers, READY, Shows};
use lessons::{Lessons, inline_text};

use crate::layout::{Content, Section};
use crate::texts::room::{
    self as texts, A_ROOM_FOR_A_CLASS, KEPT, NO_ROOM_WITHOUT_SCRIPTS, NOTHING_WITHOUT_SCRIPTS, ON_THE_WALL,
    ROOM_DESCRIPTION, ROOM_LEDE, SERVER_ABOUT, SERVER_DESCRIPTION, SERVER_LEDE, STUCK, STUCK_ABOUT,
    THE_CLASSS_SERVER, THE_SOCKET_INVENTORY, THE_WALL, TO_BEGIN_WITH, WALL_ABOUT, WALL_DESCRIPTION,
};
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
            "<div class=\"page room\">\n<header class=\"opening\"><h1>{A_ROOM_FOR_A_CLASS}</h1>\n\
             <p class=\"lede\">{ROOM_LEDE}</p>\n\
             <noscript><p class=\"still\">{NO_ROOM_WITHOUT_SCRIPTS}</p></noscript></header>\n\
             {figure}<div class=\"prose\">\n{KEPT}\
             <h2>{ON_THE_WALL}</h2>\n<p>{on_the_wall}</p>\n\
             <p>{on_the_server}</p>\n\
             <h2>{STUCK}</h2>\n<p>{STUCK_ABOUT}</p>\n</div></div>\n",
            figure = self.room,
            on_the_wall = texts::on_the_wall(urls.page("/room/wall", None)),
            on_the_server = texts::on_the_server(urls.page("/room/server", None)),
        );
        Content { title: A_ROOM_FOR_A_CLASS, description: ROOM_DESCRIPTION, section: Section::None, main }
    }

    /// `/room/wall`.
    pub(crate) fn wall(&self, urls: &Urls<'_>) -> Content<'static> {
        let main = format!(
            "<div class=\"page room\">\n<header class=\"opening\"><h1>{THE_WALL}</h1>\n\
             <p class=\"lede\">{wall_lede}</p>\n\
             <p>{WALL_ABOUT}</p>\n\
             <noscript><p class=\"still\">{NOTHING_WITHOUT_SCRIPTS}</p></noscript></header>\n{figure}</div>\n",
            figure = self.wall,
            wall_lede = texts::wall_lede(urls.page("/room", None)),
        );
        Content { title: THE_WALL, description: WALL_DESCRIPTION, section: Section::None, main }
    }

    /// `/room/server`.
    pub(crate) fn server(&self, urls: &Urls<'_>) -> Content<'static> {
        let main = format!(
            "<div class=\"page room\">\n<header class=\"opening\"><h1>{THE_CLASSS_SERVER}</h1>\n\
             <p class=\"lede\">{SERVER_LEDE}</p>\n<p>{SERVER_ABOUT}</p>\n\
             <p>{opened_by_the_board}</p>\n\
             <noscript><p class=\"still\">{NOTHING_WITHOUT_SCRIPTS}</p></noscript></header>\n{figure}</div>\n",
            figure = self.server,
            opened_by_the_board = texts::opened_by_the_board(urls.page("/room", None)),
        );
        Content { title: THE_CLASSS_SERVER, description: SERVER_DESCRIPTION, section: Section::None, main }
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
        Offers { heading: TO_BEGIN_WITH.into(), questions: READY.iter().map(Offer::from).collect() },
        Offers { heading: THE_SOCKET_INVENTORY.into(), questions: inventory.collect() },
    ]
}

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
