//! Addresses within the site, relative to the page that names them.

use lessons::{Target, Whereabouts};

use crate::assets::Assets;

/// How a page is asked for, which decides how relative addresses are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// `/lessons/x`: as the relay serves it.
    File,
    /// `/lessons/x/`: as a static host serves `lessons/x/index.html`.
    Folder,
    /// Any address at all: the page that says that there is none. Only this one names the site's root.
    Anywhere,
}

/// Makes addresses for one page.
#[derive(Clone, Debug)]
pub(crate) struct Urls<'s> {
    prefix: String,
    form: Form,
    assets: &'s Assets,
    /// The lesson whose text stands here, where all lessons are one page.
    within: Option<String>,
}

impl<'s> Urls<'s> {
    /// For the page at `path` (`/`, `/keys`, `/lessons/x`).
    pub(crate) fn new(path: &str, form: Form, assets: &'s Assets) -> Self {
        let names = path.split('/').filter(|part| !part.is_empty()).count();
        let prefix = match form {
            Form::File => "../".repeat(names.saturating_sub(1)),
            Form::Folder => "../".repeat(names),
            Form::Anywhere => "/".into(),
        };
        Self { prefix, form, assets, within: None }
    }

    /// For the text of this lesson on the page that has them all.
    pub(crate) fn within(&self, lesson: &str) -> Self {
        Self { within: Some(lesson.into()), ..self.clone() }
    }

    /// Whether all lessons are one page.
    pub(crate) fn is_whole(&self) -> bool {
        self.within.is_some()
    }

    /// The address of the page at `path`, with a place in it or none.
    pub(crate) fn page(&self, path: &str, place: Option<&str>) -> String {
        let path = path.trim_matches('/');
        let mut url = format!("{}{path}", self.prefix);
        if url.is_empty() {
            url.push_str("./");
        } else if !path.is_empty() && self.form == Form::Folder {
            url.push('/');
        }
        if let Some(place) = place {
            url.push('#');
            url.push_str(place);
        }
        url
    }

    /// The address of a file that is no page, and of the root.
    pub(crate) fn file(&self, path: &str) -> String {
        let url = format!("{}{}", self.prefix, path.trim_matches('/'));
        if url.is_empty() { "./".into() } else { url }
    }

    /// What stands behind the address of a page.
    pub(crate) fn end(&self) -> &'static str {
        if self.form == Form::Folder { "/" } else { "" }
    }

    /// The address of an asset by the name that the source uses.
    pub(crate) fn asset(&self, name: &str) -> String {
        format!("{}assets/{}", self.prefix, self.assets.file(name))
    }

    /// The address of the relay's WebSocket.
    pub(crate) fn relay(&self) -> String {
        format!("{}relay", self.prefix)
    }

    /// The address that a link in a lesson leads to.
    pub(crate) fn link(&self, link: &str) -> String {
        match Target::parse(link) {
            Target::Outside(url) => url.into(),
            Target::Here(place) => format!("#{}", self.id(place)),
            Target::Lesson(slug, place) if self.is_whole() => {
                format!("#{}", place.map_or_else(|| slug.to_owned(), |place| place_in(slug, place)))
            }
            Target::Lesson(slug, place) => self.page(&format!("/lessons/{slug}"), place),
            Target::Page(path, place) => self.page(path, place),
        }
    }
}

impl Whereabouts for Urls<'_> {
    fn href(&self, link: &str) -> String {
        self.link(link)
    }

    fn id(&self, id: &str) -> String {
        match &self.within {
            Some(lesson) => place_in(lesson, id),
            None => id.into(),
        }
    }

    fn level(&self, level: u8) -> u8 {
        level + 2 * u8::from(self.is_whole())
    }
}

/// The id of a place of a lesson, where all lessons are one page.
fn place_in(lesson: &str, id: &str) -> String {
    format!("{lesson}--{id}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_relative_to_the_page_as_it_was_asked_for() {
        let assets = Assets::default();
        let at = |path, form| Urls::new(path, form, &assets);
        assert_eq!(at("/", Form::File).page("/", None), "./");
        assert_eq!(at("/", Form::File).page("/lessons/x", Some("y")), "lessons/x#y");
        assert_eq!(at("/keys", Form::File).page("/", Some("map")), "./#map");
        assert_eq!(at("/lessons/x", Form::File).page("/keys", None), "../keys");
        assert_eq!(at("/lessons/x", Form::File).page("/", None), "../");
        assert_eq!(at("/lessons/x", Form::Folder).page("/lessons/y", None), "../../lessons/y/");
        assert_eq!(at("/lessons/x", Form::Folder).page("/", None), "../../");
        assert_eq!(at("/lessons/x", Form::Folder).asset("a.css"), "../../assets/a.css");
        assert_eq!(at("/a/b", Form::Anywhere).page("/keys", None), "/keys");
        assert_eq!(at("/lessons/x", Form::File).link("y#z"), "../lessons/y#z");
        assert_eq!(at("/lessons/x", Form::File).link("#z"), "#z");
        assert_eq!(at("/", Form::File).file("/"), "./");
        assert_eq!(at("/", Form::File).file("/sw.js"), "sw.js");
        assert_eq!(at("/a/b", Form::Folder).file("/sw.js"), "../../sw.js");
        let whole = at("/whole", Form::File).within("x");
        assert_eq!([whole.link("#z"), whole.link("y#z"), whole.link("y")], ["#x--z", "#y--z", "#y"]);
    }
}
