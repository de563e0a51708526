//! A figure alone in a page, for slides: `/embed/FIGURE`.
//!
//! Any site may frame these pages, and no other page of this one (crate `relay` says so with its answers). So nothing here acts for a
//! reader: no relay, no room, no record of work.

use lessons::{Lesson, escape};

use crate::layout;
use crate::lesson::Figures;
use crate::texts::layout::SITE;
use crate::urls::Urls;

/// What stands in such a page.
#[derive(Clone, Debug)]
pub(crate) struct Embed {
    /// The figure's id.
    pub(crate) id: String,
    /// Where it comes from: the page's address and title.
    from: (String, String),
    /// The figure as it stands in that page.
    figure: String,
}

impl Embed {
    /// A figure of the page at `path`.
    pub(crate) fn new(id: &str, path: &str, title: &str, figure: &str) -> Self {
        Self { id: id.into(), from: (path.into(), title.into()), figure: figure.into() }
    }

    /// The figures of a lesson or an experiment.
    pub(crate) fn all(lesson: &Lesson, path: &str, title: &str, figures: &Figures) -> Vec<Self> {
        let ids = lesson.figures().into_iter().map(|spec| spec.id());
        ids.filter_map(|id| Some(Self::new(id, path, title, figures.get(id)?))).collect()
    }

    /// The address of its page.
    pub(crate) fn path(&self) -> String {
        format!("/embed/{}", self.id)
    }

    /// The whole document.
    pub(crate) fn document(&self, urls: &Urls<'_>) -> String {
        let (path, title) = &self.from;
        let title = escape(title);
        let main = format!(
            "<h1 class=\"sr\">{title}</h1>\n{}<p class=\"from\"><a href=\"{}\" target=\"_blank\" rel=\"noopener\">{title}</a> · \
             {SITE}</p>\n",
            self.figure,
            urls.page(path, Some(&self.id)),
        );
        layout::embedded(&title, &main, urls)
    }
}
