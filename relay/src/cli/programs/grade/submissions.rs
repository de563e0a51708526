//! The submissions in a folder.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::Refused;

/// Most bytes of a submission.
const MOST: u64 = 256 << 10;

/// Somebody's work.
pub(super) struct Submission {
    /// Its name: the file's or the folder's.
    pub(super) name: String,
    /// Its text, or why there is none.
    pub(super) text: Result<String, String>,
}

/// The submissions there: files of Python, and folders with one, by name. A folder's is called `file`, or is the only one in it.
pub(super) fn of(dir: &Path, file: &str) -> Result<Vec<Submission>, Refused> {
    let usage = |says: String| Refused { says: format!("socketscope: {says}"), code: 2 };
    if dir.is_file() {
        return Ok(vec![Submission { name: stem(dir), text: text(dir) }]);
    }
    let mut found: Vec<_> =
        entries(dir).map_err(|error| usage(format!("cannot open {}: {error}", dir.display())))?;
    found.sort();
    let mut submissions = Vec::new();
    for path in found {
        if path.is_dir() {
            let inside = programs(&path);
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let own = inside.iter().find(|it| it.file_name().is_some_and(|name| name == file));
            let text = match (own, inside.as_slice()) {
                (Some(path), _) | (None, [path]) => text(path),
                (None, all) => Err(format!("there is no {file} in the folder, and {} others", all.len())),
            };
            submissions.push(Submission { name, text });
        } else if is_program(&path) {
            submissions.push(Submission { name: stem(&path), text: text(&path) });
        }
    }
    if submissions.is_empty() {
        return Err(usage(format!(
            "there is no submission in {}: it has no file that ends with .py, and no folder",
            dir.display()
        )));
    }
    Ok(submissions)
}

fn entries(dir: &Path) -> std::io::Result<Vec<PathBuf>> {
    let hidden =
        |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
    Ok(fs::read_dir(dir)?.filter_map(Result::ok).map(|it| it.path()).filter(|path| !hidden(path)).collect())
}

fn programs(dir: &Path) -> Vec<PathBuf> {
    entries(dir).unwrap_or_default().into_iter().filter(|path| is_program(path)).collect()
}

fn is_program(path: &Path) -> bool {
    path.extension().is_some_and(|it| it == "py") && !path.is_dir()
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// The text of a file: no more than a submission may have, and of a plain file only.
fn text(path: &Path) -> Result<String, String> {
    let plain = fs::metadata(path).is_ok_and(|it| it.is_file());
    if !plain {
        return Err("it is no file that can be read".into());
    }
    let mut bytes = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(MOST + 1).read_to_end(&mut bytes));
    read.map_err(|error| format!("it cannot be read: {error}"))?;
    if bytes.len() as u64 > MOST {
        return Err(format!("it has more than {} bytes", world::number(MOST)));
    }
    String::from_utf8(bytes).map_err(|error| format!("it is not UTF-8: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_folders_are_submissions_and_what_cannot_be_read_is_said() {
        let dir = tempfile::tempdir().expect("a folder");
        let at = |path: &str| dir.path().join(path);
        for folder in ["ben", "cora", ".git"] {
            fs::create_dir(at(folder)).expect("it is made");
        }
        for (path, text) in
            [("anna.py", "1"), ("ben/x.py", "2"), ("cora/a.py", ""), ("cora/b.py", ""), ("notes.txt", "")]
        {
            fs::write(at(path), text).expect("it is written");
        }
        fs::write(at("dora.py"), b"\xff").expect("it is written");
        let found: Vec<_> = of(dir.path(), "sender.py").ok().expect("there are some");
        let told: Vec<_> = found.iter().map(|it| (it.name.as_str(), it.text.as_deref().ok())).collect();
        assert_eq!(told, [("anna", Some("1")), ("ben", Some("2")), ("cora", None), ("dora", None)]);
        assert!(of(&at("ben"), "x.py").is_ok_and(|it| it.len() == 1));
        assert!(of(&at(".git"), "x.py").is_err());
    }
}
