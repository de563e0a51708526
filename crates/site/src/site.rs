//! All pages together.

use std::collections::BTreeMap;

use lessons::{Lessons, Problem};
use scene::FigureSpec;

use crate::assets::Assets;
use crate::embed::Embed;
use crate::files::{self, File};
use crate::layout::{self, Content};
use crate::lesson::Figures;
use crate::still::Came;
use crate::texts::programs::PROGRAMS;
use crate::urls::{Form, Urls};
use crate::{
    clinic, exercise, experiment, figure, guide, home, join, language, later, lesson, notes, peers, plain,
    playground, programs, reference, room, search, truth, whole,
};

/// What every page needs; a manifest must name them.
const NEEDED: [&str; 8] = [
    "boot.js",
    "fonts/commissioner.woff2",
    "icons/icon.svg",
    "offline.js",
    "record.js",
    "search.js",
    "site.css",
    "theme.js",
];

/// How the pages are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Whether there is a relay that live parts may ask. Without one they say so.
    pub relay: bool,
}

/// Makes a page's document for one form of its address.
type Document<'d> = Box<dyn Fn(&Urls<'_>) -> String + 'd>;

/// A page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Its address: `/`, `/keys`, `/lessons/x`.
    pub path: String,
    /// The whole document.
    pub html: String,
}

/// Every page.
#[derive(Clone, Debug)]
pub struct Site {
    pages: BTreeMap<String, Page>,
    /// The same pages, as they are asked for with a slash behind.
    folders: BTreeMap<String, Page>,
    not_found: Page,
    not_found_export: Page,
    files: Vec<File>,
    files_export: Vec<File>,
}

impl Site {
    /// Renders every page.
    ///
    /// # Errors
    /// If the manifest lacks an asset that every page needs.
    pub fn build(assets: &Assets, lessons: &Lessons, options: Options) -> Result<Self, Vec<Problem>> {
        let lacking: Vec<_> = NEEDED.into_iter().filter(|name| assets.lacks(name)).collect();
        if !lacking.is_empty() {
            return Err(lacking
                .into_iter()
                .map(|name| Problem {
                    file: "dist/manifest.json".into(),
                    line: 1,
                    what: format!("the asset `{name}` is missing"),
                    how: "Make the assets anew with `cargo xtask serve --build-only`".into(),
                })
                .collect());
        }
        let render = |path: &str, form, content: &dyn Fn(&Urls<'_>) -> String| {
            let urls = Urls::new(path, form, assets);
            Page { path: path.into(), html: content(&urls) }
        };
        let home_figures: Figures = figures([&FigureSpec::Stage(lessons.home.figure.clone())]);
        let playground = playground::figure();
        let programs = programs::figure();
        let boards = room::Boards::new(lessons);
        let join = join::figure();
        let example = notes::example();
        let review = later::figure(lessons);
        let (mut stills, mut of_lessons) = (Figures::new(), Vec::new());
        for lesson in &lessons.lessons {
            let mut figures = Figures::new();
            for spec in lesson.figures() {
                let came = Came::of(spec);
                figures.insert(spec.id().to_owned(), figure::told(spec, &came));
                stills.insert(spec.id().to_owned(), whole::still(spec, &came));
            }
            of_lessons.push(figures);
        }
        let document =
            |content: Content<'_>, urls: &Urls<'_>| layout::document(&content, urls, options.relay);

        let mut all: Vec<(String, Document<'_>)> = vec![
            ("/".into(), Box::new(|u| document(home::content(lessons, &home_figures, u, options.relay), u))),
            ("/playground".into(), Box::new(|u| document(playground::content(&playground, u), u))),
            ("/programs".into(), Box::new(|u| document(programs::content(&programs, u), u))),
            ("/guide".into(), Box::new(|u| document(guide::guide(u), u))),
            ("/guide/handout".into(), Box::new(|u| document(guide::handout(u), u))),
            ("/room".into(), Box::new(|u| document(boards.room(u), u))),
            ("/room/wall".into(), Box::new(|u| document(boards.wall(u), u))),
            ("/room/server".into(), Box::new(|u| document(boards.server(u), u))),
            ("/join".into(), Box::new(|u| document(join::content(&join, u, options.relay), u))),
            ("/notes".into(), Box::new(|u| document(notes::content(&example, lessons, u), u))),
            ("/python/language".into(), Box::new(|u| document(language::content(u), u))),
            ("/keys".into(), Box::new(|u| document(plain::keys(), u))),
            (later::REVIEW.into(), Box::new(|u| document(later::review(&review, lessons, u), u))),
            (later::INVENTORY.into(), Box::new(|u| document(later::inventory(lessons, u), u))),
            (whole::PATH.into(), Box::new(|u| document(whole::content(lessons, &stills, u), u))),
            (search::PATH.into(), Box::new(|u| document(search::content(u), u))),
            ("/truth".into(), Box::new(|u| document(truth::content(), u))),
            (experiment::INDEX.into(), Box::new(|u| document(experiment::index(lessons, u), u))),
            (clinic::INDEX.into(), Box::new(|u| document(clinic::index(lessons, u), u))),
            (exercise::INDEX.into(), Box::new(|u| document(exercise::index(lessons, u), u))),
            (reference::INDEX.into(), Box::new(|u| document(reference::index(&lessons.reference, u), u))),
            (reference::errors_path(), Box::new(|u| document(reference::errors(&lessons.reference, u), u))),
            ("/peers".into(), Box::new(|u| document(peers::index(u), u))),
            ("/licence".into(), Box::new(|u| document(plain::licence(u), u))),
        ];
        for about in ::peers::CATALOGUE {
            let main = peers::main(about);
            let content = move |u: &Urls<'_>| document(peers::content(about, &main, u), u);
            all.push((format!("/peers/{}", about.name), Box::new(content)));
        }
        let mut embeds = vec![Embed::new("programs", "/programs", PROGRAMS, &programs)];
        for (lesson, figures) in lessons.lessons.iter().zip(of_lessons) {
            let title = lesson::title(lesson);
            let path = format!("/lessons/{}", lesson.slug);
            embeds.extend(Embed::all(lesson, &path, &title, &figures));
            let content =
                move |u: &Urls<'_>| document(lesson::content(lesson, &title, lessons, &figures, u), u);
            all.push((format!("/lessons/{}", lesson.slug), Box::new(content)));
        }
        for one in &lessons.experiments {
            let figures = figures(one.figures());
            let title = lesson::title(one);
            embeds.extend(Embed::all(one, &experiment::path(one), &title, &figures));
            let content =
                move |u: &Urls<'_>| document(experiment::content(one, &title, lessons, &figures, u), u);
            all.push((experiment::path(one), Box::new(content)));
        }
        for case in &lessons.clinic {
            let title = clinic::title(case);
            let content = move |u: &Urls<'_>| document(clinic::content(case, &title, lessons, u), u);
            all.push((clinic::path(case), Box::new(content)));
        }
        for page in &lessons.reference.pages {
            let title = page.title();
            let content =
                move |u: &Urls<'_>| document(reference::content(page, &title, &lessons.reference, u), u);
            all.push((reference::path(page), Box::new(content)));
        }
        for one in &lessons.exercises {
            let figures = figures([&one.figure()]);
            let title = lessons::inline_text(&one.title);
            let content =
                move |u: &Urls<'_>| document(exercise::content(one, &title, lessons, &figures, u), u);
            all.push((exercise::path(one), Box::new(content)));
        }
        for embed in embeds {
            all.push((embed.path(), Box::new(move |u| embed.document(u))));
        }
        let made =
            |form| all.iter().map(|(path, content)| (path.clone(), render(path, form, content))).collect();
        let not_found = |u: &Urls<'_>| document(plain::not_found(lessons, u), u);
        let (pages, folders): (BTreeMap<String, Page>, BTreeMap<_, _>) =
            (made(Form::File), made(Form::Folder));
        // Text leads nowhere: one list serves every form.
        let list = search::list(lessons, &Urls::new("/", Form::File, assets));
        let data = [(search::LIST, list.as_str()), (later::ASKED, review.spec.as_str())];
        Ok(Self {
            files: files::all(pages.values(), &data, assets, Form::File),
            files_export: files::all(folders.values(), &data, assets, Form::Folder),
            pages,
            folders,
            not_found: render("/404", Form::Anywhere, &not_found),
            not_found_export: render("/", Form::Folder, &not_found),
        })
    }

    /// The page at `path`, if there is one; a slash behind the path is tolerated (and changes the relative addresses).
    pub fn page(&self, path: &str) -> Option<&Page> {
        match path.strip_suffix('/') {
            Some(path) if !path.is_empty() => self.folders.get(path),
            _ => self.pages.get(path),
        }
    }

    /// Every page, by address.
    pub fn pages(&self) -> impl Iterator<Item = &Page> {
        self.pages.values()
    }

    /// What there is beside pages and assets.
    pub fn files(&self) -> &[File] {
        &self.files
    }

    /// The page for every other address; it names the root of the host, since it may stand anywhere.
    pub fn not_found(&self) -> &Page {
        &self.not_found
    }

    /// Every page and file as a file of a static site: its path in the folder, and its text. The assets belong into `assets/`
    /// beside them.
    pub fn export(&self) -> Vec<(String, &str)> {
        let page = |page: &'_ Page| match page.path.trim_matches('/') {
            "" => "index.html".into(),
            path => format!("{path}/index.html"),
        };
        let pages = self.folders.values().map(|p| (page(p), p.html.as_str()));
        let files =
            self.files_export.iter().map(|it| (it.path.trim_start_matches('/').to_owned(), it.text.as_str()));
        pages.chain([("404.html".into(), self.not_found_export.html.as_str())]).chain(files).collect()
    }
}

fn figures<'f>(specs: impl IntoIterator<Item = &'f FigureSpec>) -> Figures {
    specs.into_iter().map(|spec| (spec.id().to_owned(), figure::html(spec))).collect()
}
