//! All lessons on one page: for paper, and for a browser's own search.

use lessons::{Lesson, Lessons, Whereabouts as _, escape, inline_html};
use scene::FigureSpec;

use crate::layout::{Content, Section};
use crate::lesson::{Figures, blocks};
use crate::still::{self, Came};
use crate::texts::whole::{self as texts, CONTENTS, DESCRIPTION, HINT, THE_WHOLE_COURSE};
use crate::urls::Urls;

/// Where it is.
pub(crate) const PATH: &str = "/whole";

/// The page. Figures stand on it as they stand on paper; each leads to its lesson, where it moves.
pub(crate) fn content(lessons: &Lessons, stills: &Stills, urls: &Urls<'_>) -> Content<'static> {
    let unused = lessons.reference.words.unused();
    let (mut contents, mut parts) = (String::new(), String::new());
    for (number, part) in lessons.course.parts.iter().enumerate() {
        let of: Vec<_> = lessons.lessons.iter().filter(|it| it.front.part == part.slug).collect();
        if of.is_empty() {
            continue;
        }
        let title = format!("{}. {}", number + 1, escape(&part.title));
        let items = of.iter().map(|it| {
            format!("<li><a href=\"#{}\">{}</a></li>\n", escape(&it.slug), inline_html(&it.front.title))
        });
        contents.push_str(&format!(
            "<li>{}<ol>\n{}</ol></li>\n",
            escape(&part.title),
            items.collect::<String>()
        ));
        parts.push_str(&format!(
            "<header class=\"opening part-opening\"><h2>{title}</h2><p class=\"lede\">{}</p></header>\n",
            escape(&part.about)
        ));
        for lesson in of {
            let here = urls.within(&lesson.slug);
            parts.push_str(&format!(
                "<header class=\"opening lesson-opening\"><h3 id=\"{}\">{}</h3><p class=\"lede\">{}</p></header>\n{}",
                escape(&lesson.slug),
                inline_html(&lesson.front.title),
                inline_html(&lesson.front.lede),
                blocks(&lesson.blocks, HINT, &figures(lesson, stills, &here), &here, &unused)
            ));
        }
    }
    let main = format!(
        "<article class=\"page whole\">\n<header class=\"opening\"><h1>{THE_WHOLE_COURSE}</h1>\n\
         <p class=\"lede\">{lede}</p></header>\n<nav class=\"prose contents\" aria-label=\"{CONTENTS}\"><ol>\n{contents}</ol></nav>\n{parts}</article>\n",
        lede = texts::lede(lessons.lessons.len()),
    );
    Content { title: THE_WHOLE_COURSE, description: DESCRIPTION, section: Section::Course, main }
}

/// What a figure is on paper, made once for all forms of the page: by its id, without where it stands and leads.
pub(crate) type Stills = Figures;

/// What takes the place of the figure's id, and of the address that it leads to, in a [`Stills`].
const ID: &str = "\u{1}";
const HREF: &str = "\u{2}";

/// A figure as on paper.
pub(crate) fn still(spec: &FigureSpec, came: &Came) -> String {
    still::on_paper(spec, came, ID, HREF)
}

fn figures(lesson: &Lesson, stills: &Stills, here: &Urls<'_>) -> Figures {
    let path = format!("/lessons/{}", lesson.slug);
    let ids = lesson.figures().into_iter().map(|spec| spec.id());
    let one = |id: &str| {
        let html = stills.get(id)?.replace(ID, &here.id(id)).replace(HREF, &here.page(&path, Some(id)));
        Some((id.to_owned(), html))
    };
    ids.filter_map(one).collect()
}
