//! All lessons together: embedded in the program, and from a teacher's folder.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::clinic::{self, Case};
use crate::course::Course;
use crate::coverage::{Coverage, Texts};
use crate::exercise::Exercise;
use crate::home::Home;
use crate::lesson::Lesson;
use crate::problem::{Notes, Problem};
use crate::prose::inline_text;
use crate::questions::{self, Question, Questions};
use crate::reference::{self, Reference};
use crate::{boxes, experiments, link, moments, read, shelf};

const COURSE: &str = include_str!("../course.toml");
const COVERAGE: &str = include_str!("../coverage.toml");
const COVERAGE_VERSION: u32 = 2;

#[derive(rust_embed::RustEmbed)]
#[folder = "content"]
struct Content;

/// The course: every lesson that is written, every one that is planned, and what each teaches.
#[derive(Clone, Debug, PartialEq)]
pub struct Lessons {
    /// The lessons, in the order of the course.
    pub lessons: Vec<Lesson>,
    /// The parts of the course.
    pub course: Course,
    /// Where each row of the curriculum is taught.
    pub coverage: Coverage,
    /// The experiments, in their order.
    pub experiments: Vec<Lesson>,
    /// The pages of the bug clinic, in the order of the curriculum's rows.
    pub clinic: Vec<Case>,
    /// The exercises, in their order.
    pub exercises: Vec<Exercise>,
    /// Questions for later, by lesson.
    pub questions: Vec<Questions>,
    /// The reference.
    pub reference: Reference,
    /// The small stage of the home page.
    pub home: Home,
}

/// A lesson's file: the name that problems are told with, its slug, its text.
struct File {
    name: String,
    slug: String,
    text: String,
}

impl Lessons {
    /// The lessons inside this program.
    ///
    /// # Errors
    /// Every mistake in them, sorted by file and line.
    pub fn embedded() -> Result<Self, Vec<Problem>> {
        Self::assemble(embedded_files(), None, Vec::new())
    }

    /// The lessons inside this program, and those in the folder `dir`: a file there takes the place of the lesson of the
    /// same name. Its folder `exercises` has folders of exercises.
    ///
    /// # Errors
    /// Every mistake in them, sorted by file and line; also a folder or file that cannot be read.
    pub fn with_folder(dir: &Path) -> Result<Self, Vec<Problem>> {
        let (own, problems) = folder_files(dir);
        let mut files = embedded_files();
        files.retain(|file| !own.iter().any(|o| o.slug == file.slug));
        files.extend(own);
        Self::assemble(files, Some(dir), problems)
    }

    /// `own` is a teacher's folder: then only its mistakes are told. What it does to our plan, to the coverage of the curriculum or to a link of
    /// ours, that teacher cannot mend; a test mends ours.
    fn assemble(
        files: Vec<File>,
        own: Option<&Path>,
        mut problems: Vec<Problem>,
    ) -> Result<Self, Vec<Problem>> {
        let mut notes = Notes::new("lessons/course.toml");
        let mut course = Course::read(COURSE, &mut notes);
        let place = |l: &Lesson| (course.parts.iter().position(|p| p.slug == l.front.part), l.front.order);
        let mut lessons = Vec::new();
        for File { name, slug, text } in files {
            let (lesson, found) = read(&name, &slug, &text);
            problems.extend(found);
            lessons.push(lesson);
        }
        lessons.sort_by_key(|l| (place(l), l.slug.clone()));
        course.check(COURSE, &lessons, &mut notes);
        problems.extend(notes.problems);

        let (experiments, found) = experiments::read_all();
        problems.extend(found);
        let (clinic, found) = clinic::read_all();
        problems.extend(found);
        let (exercises, found) = shelf::read_all(own.map(|dir| dir.join(shelf::FOLDER)).as_deref());
        problems.extend(found);
        let (reference, found) = reference::read_all();
        problems.extend(found);
        let pages = link::Pages::of(&experiments, &clinic, &exercises, &reference);
        let planned: BTreeSet<_> = course.planned().map(|p| p.slug.as_str()).collect();
        for lesson in &lessons {
            let mut notes = Notes::new(&lesson.file);
            // Of ours a test asks that.
            if own.is_some_and(|dir| Path::new(&lesson.file).starts_with(dir)) {
                moments::check(lesson, &mut notes);
            }
            if !lesson.front.part.is_empty() && place(lesson).0.is_none() {
                let parts: Vec<_> = course.parts.iter().map(|p| p.slug.as_str()).collect();
                let what = format!("the course has no part `{}`", lesson.front.part);
                notes.add(1, what, format!("Its parts are: {}", parts.join(", ")));
            }
            link::check(lesson, &lessons, &pages, &planned, &mut notes);
            problems.extend(notes.problems);
        }
        let texts = reference.pages.iter().map(|it| &it.text);
        for page in experiments.iter().chain(clinic.iter().map(|it| &it.page)).chain(texts) {
            let mut notes = Notes::new(&page.file);
            link::check(page, &lessons, &pages, &planned, &mut notes);
            problems.extend(notes.problems);
        }
        for exercise in &exercises {
            let mut notes = Notes::new(&exercise.text.file);
            link::check(&exercise.text, &lessons, &pages, &planned, &mut notes);
            for slug in exercise.lessons.iter().filter(|slug| !lessons.iter().any(|l| l.slug == **slug)) {
                notes.add(
                    1,
                    format!("there is no lesson `{slug}`"),
                    "Name lessons by their files, without .md",
                );
            }
            problems.extend(notes.problems);
        }
        let (questions, found) = questions::read_all(&lessons.iter().map(|it| it.slug.as_str()).collect());
        problems.extend(found);
        problems.extend(boxes::check(&lessons));
        let mut notes = Notes::new("lessons/coverage.toml");
        let coverage = Coverage::read(COVERAGE, &mut notes);
        if problems.is_empty() && notes.problems.is_empty() {
            let texts =
                Texts { lessons: &lessons, clinic: &clinic, exercises: &exercises, questions: &questions };
            coverage.check(COVERAGE, &course, texts, &mut notes);
        }
        problems.extend(notes.problems);
        let (home, found) = Home::read();
        problems.extend(found);
        if let Some(dir) = own {
            problems.retain(|problem| Path::new(&problem.file).starts_with(dir));
        }
        course.make_way(&lessons);
        problems.sort();
        match home {
            Some(home) if problems.is_empty() => Ok(Self {
                lessons,
                course,
                coverage,
                experiments,
                clinic,
                exercises,
                reference,
                questions,
                home,
            }),
            _ => Err(problems),
        }
    }

    /// The lesson of that name.
    pub fn lesson(&self, slug: &str) -> Option<&Lesson> {
        self.lessons.iter().find(|l| l.slug == slug)
    }

    /// The experiment of that name.
    pub fn experiment(&self, slug: &str) -> Option<&Lesson> {
        self.experiments.iter().find(|e| e.slug == slug)
    }

    /// The exercise of that name.
    pub fn exercise(&self, slug: &str) -> Option<&Exercise> {
        self.exercises.iter().find(|e| e.slug() == slug)
    }

    /// The questions of a lesson, for later.
    pub fn questions(&self, lesson: &str) -> &[Question] {
        self.questions.iter().find(|it| it.lesson == lesson).map_or(&[], |it| &it.questions)
    }

    /// What may test a row.
    pub(crate) fn texts(&self) -> Texts<'_> {
        Texts {
            lessons: &self.lessons,
            clinic: &self.clinic,
            exercises: &self.exercises,
            questions: &self.questions,
        }
    }

    /// The socket inventory: each question with the lesson that it is about.
    pub fn inventory(&self) -> impl Iterator<Item = (&str, &Question)> {
        self.questions
            .iter()
            .flat_map(|of| of.questions.iter().filter(|it| it.inventory).map(|it| (of.lesson.as_str(), it)))
    }

    /// What is taught where, for other programs: `version`, `rows`, `lessons` and `exercises`. A row has `lesson` and `figure`, or
    /// `clinic`, or `planned`; and `tests`, each with its `kind`.
    pub fn coverage_json(&self) -> Value {
        let rows = self.coverage.rows.iter().map(|(row, place)| {
            let mut of = json!(place);
            of["tests"] = json!(self.coverage.tests(row, self.texts()));
            (row.clone(), of)
        });
        let rows: serde_json::Map<_, _> = rows.collect();
        let written = self.lessons.iter().map(|l| {
            let figures: Vec<_> =
                l.figures().iter().map(|f| json!({ "id": f.id(), "kind": f.kind() })).collect();
            json!({
                "slug": l.slug, "title": inline_text(&l.front.title), "part": l.front.part,
                "minutes": l.front.minutes, "rows": l.front.rows, "figures": figures, "written": true,
            })
        });
        let planned = self.course.parts.iter().flat_map(|part| {
            part.planned.iter().map(|l| {
                json!({
                    "slug": l.slug, "title": inline_text(&l.title), "part": part.slug, "minutes": l.minutes,
                    "written": false,
                })
            })
        });
        let exercises = self.exercises.iter().map(|e| {
            json!({
                "slug": e.slug(), "title": inline_text(&e.title), "minutes": e.minutes, "rows": e.rows,
                "lessons": e.lessons, "rounds": e.judged.rounds.len(),
            })
        });
        json!({
            "version": COVERAGE_VERSION,
            "rows": rows,
            "lessons": written.chain(planned).collect::<Vec<_>>(),
            "exercises": exercises.collect::<Vec<_>>(),
        })
    }
}

/// What the lessons inside this program teach where; see [`Lessons::coverage_json`].
///
/// # Errors
/// Every mistake in the lessons.
pub fn coverage_json() -> Result<Value, Vec<Problem>> {
    Lessons::embedded().map(|lessons| lessons.coverage_json())
}

fn embedded_files() -> Vec<File> {
    let files = Content::iter().filter_map(|name| {
        let slug = name.strip_suffix(".md")?.to_owned();
        let text = String::from_utf8_lossy(&Content::get(&name)?.data).into_owned();
        Some(File { name: format!("lessons/content/{name}"), slug, text })
    });
    files.collect()
}

/// The `*.md` of a folder, in the order of their names, and what could not be read.
fn folder_files(dir: &Path) -> (Vec<File>, Vec<Problem>) {
    let unread = |path: &Path, error: &std::io::Error| Problem {
        file: path.display().to_string(),
        line: 1,
        what: format!("cannot be read: {error}"),
        how: "Name a folder of Markdown files in UTF-8".into(),
    };
    let paths = match fs::read_dir(dir) {
        Ok(entries) => entries.filter_map(Result::ok).map(|e| e.path()),
        Err(error) => return (Vec::new(), vec![unread(dir, &error)]),
    };
    let mut paths: Vec<_> = paths.filter(|p| p.extension().is_some_and(|e| e == "md")).collect();
    paths.sort();
    let (mut files, mut problems) = (Vec::new(), Vec::new());
    for path in paths {
        let slug = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if slug == "README" {
            continue;
        }
        match fs::read_to_string(&path) {
            Ok(text) => files.push(File { name: path.display().to_string(), slug, text }),
            Err(error) => problems.push(unread(&path, &error)),
        }
    }
    (files, problems)
}
