//! The course map: every lesson in its part, written or not.

use lessons::{Course, Lessons, escape, inline_html};

use crate::texts::map::{self as texts, COURSE_MAP, MINUTES_A_MISTAKE, NOT_WRITTEN_YET};
use crate::urls::Urls;

/// The map as a section of its own, under a heading of level 2.
pub(crate) fn html(lessons: &Lessons, urls: &Urls<'_>) -> String {
    let planned = lessons.course.planned().count();
    let written = lessons.lessons.len();
    let how_many = match planned {
        0 => texts::lessons(written),
        _ => texts::lessons_of(written, written + planned),
    };
    let mut out = format!(
        "<section class=\"wide map\" id=\"map\" aria-labelledby=\"map-title\">\n\
         <div class=\"map-head\"><h2 id=\"map-title\">{COURSE_MAP}</h2>\
         <p>{ways}</p>\
         <p class=\"progress\" data-progress hidden></p></div>\n",
        ways = texts::ways(
            how_many,
            urls.page(crate::later::INVENTORY, None),
            urls.page(crate::later::REVIEW, None),
            urls.page("/reference", None),
            urls.page(crate::whole::PATH, None),
        ),
    );
    for (number, part) in lessons.course.parts.iter().enumerate() {
        let title_id = format!("part-{}", part.slug);
        out.push_str(&format!(
            "<section class=\"part\" aria-labelledby=\"{title_id}\"><div><h3 id=\"{title_id}\">\
             <span class=\"number\">{}</span> {}</h3><p>{}</p></div>\n<ol>\n",
            number + 1,
            escape(&part.title),
            escape(&part.about)
        ));
        for entry in Course::entries(part, &lessons.lessons) {
            let (title, about) = (inline_html(entry.title), escape(entry.about));
            let spent = texts::minutes(entry.minutes);
            if entry.written {
                let href = urls.page(&format!("/lessons/{}", entry.slug), None);
                out.push_str(&format!(
                    "<li class=\"written\" data-lesson=\"{}\"><a href=\"{href}\" title=\"{about}\"><span>{title}</span> \
                     <small>{spent}</small></a></li>\n",
                    escape(entry.slug)
                ));
            } else {
                out.push_str(&format!(
                    "<li title=\"{about}\"><span>{title}</span> <small>{NOT_WRITTEN_YET}</small></li>\n"
                ));
            }
        }
        if part.slug == ::lessons::clinic::PART {
            out.push_str(&format!(
                "<li class=\"written\"><a href=\"{}\"><span>{mistakes}</span> \
                 <small>{MINUTES_A_MISTAKE}</small></a></li>\n",
                urls.page("/clinic", None),
                mistakes = texts::mistakes(lessons.clinic.len())
            ));
        }
        out.push_str("</ol></section>\n");
    }
    out.push_str("</section>\n");
    out
}
