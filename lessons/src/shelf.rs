//! Exercises in their folders: inside this program, and a teacher's.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::exercise::{self, Exercise, Files, TEXT};
use crate::problem::Problem;

/// The folder of exercises in a teacher's folder of lessons.
pub(crate) const FOLDER: &str = "exercises";

#[derive(rust_embed::RustEmbed)]
#[folder = "exercises"]
struct Embedded;

/// Folders of exercises by name: where each is, as problems tell it, and its files.
type Shelf = BTreeMap<String, (String, Files)>;

/// Every exercise, in order, and every mistake in them. A folder in `own` takes the place of the one of the same name.
pub(crate) fn read_all(own: Option<&Path>) -> (Vec<Exercise>, Vec<Problem>) {
    let mut shelf = embedded();
    let mut problems = Vec::new();
    if let Some(own) = own.filter(|dir| dir.is_dir()) {
        let (found, wrong) = in_folder(own);
        shelf.extend(found);
        problems.extend(wrong);
    }
    let mut exercises = Vec::new();
    for (name, (at, files)) in &shelf {
        let (exercise, found) = exercise::read(at, name, files);
        problems.extend(found);
        exercises.extend(exercise);
    }
    exercises.sort_by_key(|it| (it.order, it.slug().to_owned()));
    (exercises, problems)
}

/// The exercise in this folder.
///
/// # Errors
/// Every mistake in it.
pub fn exercise(dir: &Path) -> Result<Exercise, Vec<Problem>> {
    let name = dir.canonicalize().ok();
    let name = name.as_deref().and_then(Path::file_name).unwrap_or_default().to_string_lossy().into_owned();
    let at = dir.display().to_string();
    let files = files(dir).map_err(|problem| vec![problem])?;
    match exercise::read(&at, &name, &files) {
        (Some(exercise), problems) if problems.is_empty() => Ok(exercise),
        (_, problems) => Err(problems),
    }
}

fn embedded() -> Shelf {
    let mut shelf = Shelf::new();
    for path in Embedded::iter() {
        let (Some((name, file)), Some(found)) = (path.split_once('/'), Embedded::get(&path)) else {
            continue;
        };
        let text = String::from_utf8_lossy(&found.data).into_owned();
        let folder =
            shelf.entry(name.into()).or_insert_with(|| (format!("lessons/exercises/{name}"), Files::new()));
        folder.1.insert(file.into(), text);
    }
    shelf
}

/// The folders with exercises in this one.
fn in_folder(dir: &Path) -> (Shelf, Vec<Problem>) {
    let (mut shelf, mut problems) = (Shelf::new(), Vec::new());
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) => return (shelf, vec![unread(dir, &error)]),
    };
    for path in entries.filter_map(Result::ok).map(|it| it.path()).filter(|it| it.is_dir()) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        match files(&path) {
            Ok(files) => {
                shelf.insert(name, (path.display().to_string(), files));
            }
            Err(problem) => problems.push(problem),
        }
    }
    (shelf, problems)
}

/// The texts in a folder.
fn files(dir: &Path) -> Result<Files, Problem> {
    let mut files = Files::new();
    let entries = fs::read_dir(dir).map_err(|error| unread(dir, &error))?;
    for path in entries.filter_map(Result::ok).map(|it| it.path()) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name == TEXT || name.ends_with(".py") {
            files.insert(name, fs::read_to_string(&path).map_err(|error| unread(&path, &error))?);
        }
    }
    if files.contains_key(TEXT) {
        return Ok(files);
    }
    Err(Problem {
        file: dir.display().to_string(),
        line: 1,
        what: format!("no exercise: there is no {TEXT}"),
        how: "A folder of an exercise has exercise.md, starter.py, solution.py and its peers".into(),
    })
}

fn unread(path: &Path, error: &std::io::Error) -> Problem {
    Problem {
        file: path.display().to_string(),
        line: 1,
        what: format!("cannot be read: {error}"),
        how: "Name a folder of texts in UTF-8".into(),
    }
}
