//! The home page: what this is, a small stage to try, three uses, the course map.

use lessons::{Lessons, inline_html};

use crate::layout::{Content, Section};
use crate::lesson::Figures;
use crate::texts::home::{
    self as texts, A_STAGE_TO_TRY, DESCRIPTION, HEADING, LEDE, LIVE_PARTS_ARE_AT_REST, LIVE_PARTS_CAN_RUN,
    READ, READ_ABOUT, RUN_IT_FOR_REAL, RUN_IT_FOR_REAL_ABOUT, SEE_THE_WHOLE_COURSE, TEACH_WITH_IT,
    TEACH_WITH_IT_ABOUT, THREE_USES,
};
use crate::texts::layout::SITE;
use crate::urls::Urls;
use crate::{icon, map};

/// The page's content. `relay` says whether live runs can be had here.
pub(crate) fn content(
    lessons: &Lessons,
    figures: &Figures,
    urls: &Urls<'_>,
    relay: bool,
) -> Content<'static> {
    let first = lessons.lessons.first().map(|lesson| {
        format!(
            "<a class=\"btn main\" data-begin href=\"{}\">{begin_with} {}</a>\n",
            urls.page(&format!("/lessons/{}", lesson.slug), None),
            icon::NEXT,
            begin_with = texts::begin_with(inline_html(&lesson.front.title))
        )
    });
    let live = if relay { LIVE_PARTS_CAN_RUN } else { LIVE_PARTS_ARE_AT_REST };
    let to = |page: &str| urls.page(page, None);
    let main = format!(
        "<div class=\"page\">\n<div class=\"wide hero\">\n\
         <h1>{HEADING}</h1>\n\
         <section class=\"try\" aria-label=\"{A_STAGE_TO_TRY}\">\n{figure}<p>{try_about}</p></section>\n\
         <header><p class=\"lede\">{LEDE}</p>\n\
         <div class=\"buttons\">{first}<a class=\"btn\" href=\"#map\">{SEE_THE_WHOLE_COURSE}</a></div></header></div>\n\
         <section class=\"wide uses\" aria-label=\"{THREE_USES}\">\n\
         <div><h2>{READ}</h2><p>{READ_ABOUT}</p><p>{ways_to_read}</p></div>\n\
         <div><h2>{RUN_IT_FOR_REAL}</h2><p>{RUN_IT_FOR_REAL_ABOUT}</p><p>{live}</p><p>{ways_to_run}</p></div>\n\
         <div><h2>{TEACH_WITH_IT}</h2><p>{TEACH_WITH_IT_ABOUT}</p><p>{ways_to_teach}</p></div>\n\
         </section>\n{map}</div>\n<script type=\"module\" src=\"{course}\"></script>\n",
        course = urls.asset("course.js"),
        first = first.unwrap_or_default(),
        figure = figures.get(&lessons.home.figure.id).map_or("", String::as_str),
        try_about = inline_html(&lessons.home.about),
        map = map::html(lessons, urls),
        ways_to_read = texts::ways_to_read(to("/clinic"), to("/notes")),
        ways_to_run = texts::ways_to_run(to("/experiments"), to("/exercises")),
        ways_to_teach = texts::ways_to_teach(to("/join"), to("/room"), to("/guide")),
    );
    Content { title: SITE, description: DESCRIPTION, section: Section::Course, main }
}
