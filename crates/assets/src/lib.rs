//! What pages ask for beside themselves: every file named by its final bytes, listed in `manifest.json`, with compressed
//! copies beside it.

mod gather;
mod names;
mod smaller;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::thread;

use names::Named;
use smaller::Compressed;
pub use smaller::{brotli, gzip};

/// Why the assets could not be made, as a sentence with what to do.
pub type Error = String;

/// Makes the assets from Trunk's output `staging`, the bundled `editor`, the folder `fixed` and the pages' own `scripts` into `dist`;
/// answers a table of sizes.
///
/// # Errors
/// If a file is missing or cannot be read or written, or names an asset that is not there.
pub fn make(
    staging: &Path,
    editor: &Path,
    fixed: &Path,
    scripts: &Path,
    dist: &Path,
) -> Result<String, Error> {
    let files = names::resolve(gather::all(staging, editor, fixed, scripts)?)?;
    let folder = dist.join("assets");
    fs::create_dir_all(&folder).map_err(|e| format!("cannot make {}: {e}", folder.display()))?;

    let mut manifest = BTreeMap::new();
    let mut wanted = BTreeSet::new();
    let mut table = format!("{:<28} {:>9} {:>9} {:>9}\n", "bytes", "plain", "gzip", "brotli");
    for ((name, file), copies) in files.iter().zip(compressed(&files)) {
        for (suffix, bytes) in copies.all(&file.bytes) {
            let target = format!("{}{suffix}", file.hashed);
            write(&folder.join(&target), bytes)?;
            wanted.insert(target);
        }
        let _ = writeln!(
            table,
            "{name:<28} {:>9} {:>9} {:>9}",
            file.bytes.len(),
            copies.gzip_len(),
            copies.brotli_len()
        );
        manifest.insert(name.clone(), file.hashed.clone());
    }
    remove_stale(&folder, &wanted)?;
    let json = serde_json::to_vec_pretty(&manifest).expect("names have a JSON form");
    write(&dist.join("manifest.json"), &json)?;
    Ok(table)
}

/// The copies of each file, made on all processors: brotli's best takes seconds for a module.
fn compressed(files: &BTreeMap<String, Named>) -> Vec<Compressed> {
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let waiting = Mutex::new(files.iter().enumerate());
    let next = || waiting.lock().ok()?.next();
    let work =
        || std::iter::from_fn(next).map(|(place, (name, file))| (place, Compressed::of(name, &file.bytes)));
    let mut made: Vec<(usize, Compressed)> = thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(|| work().collect::<Vec<_>>())).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("compressing does not panic")).collect()
    });
    made.sort_by_key(|(place, _)| *place);
    made.into_iter().map(|(_, copies)| copies).collect()
}

/// Writes a file unless it has these bytes already, so that what has not changed keeps its time.
fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    if fs::read(path).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    fs::write(path, bytes).map_err(|e| format!("cannot write {}: {e}", path.display()))
}

fn remove_stale(folder: &Path, wanted: &BTreeSet<String>) -> Result<(), Error> {
    let cannot = |e: std::io::Error| format!("cannot clear {}: {e}", folder.display());
    for entry in fs::read_dir(folder).map_err(cannot)? {
        let entry = entry.map_err(cannot)?;
        if !wanted.contains(&*entry.file_name().to_string_lossy()) {
            fs::remove_file(entry.path()).map_err(cannot)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(dir: &Path, name: &str, text: &str) {
        let path = dir.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn folder() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        put(dir.path(), "staging/stage.js", "fetch(new URL('stage_bg.wasm', import.meta.url))");
        put(dir.path(), "staging/stage_bg.wasm", "\0asm");
        put(dir.path(), "staging/index.html", "<!doctype html>");
        put(dir.path(), "editor/editor.js", "export const open = 0;");
        put(dir.path(), "editor/editor.txt", "MIT");
        for sheet in gather::SHEETS.into_iter().chain(gather::ALONE) {
            let class = sheet.trim_end_matches(".css");
            put(dir.path(), &format!("static/css/{sheet}"), &format!(".{class}{{}}\n"));
        }
        put(dir.path(), "static/css/tokens.css", "@font-face{src:url(\"fonts/a.woff2\")}\n");
        put(dir.path(), "static/fonts/a.woff2", "wOF2");
        put(dir.path(), "static/icons/icon.svg", "<svg/>");
        put(dir.path(), "static/js/boot.js", "import('./__stage.js__')");
        put(dir.path(), "static/js/theme.js", "0");
        dir
    }

    fn made(dir: &Path) -> Result<BTreeMap<String, String>, Error> {
        let fixed = dir.join("static");
        make(&dir.join("staging"), &dir.join("editor"), &fixed, &fixed.join("js"), &dir.join("dist"))?;
        Ok(serde_json::from_slice(&fs::read(dir.join("dist/manifest.json")).unwrap()).unwrap())
    }

    #[test]
    fn a_file_that_names_another_changes_its_own_name_with_it() {
        let dir = folder();
        let before = made(dir.path()).unwrap();
        let read = |name: &str| fs::read_to_string(dir.path().join("dist/assets").join(name)).unwrap();
        assert!(read(&before["stage.js"]).contains(&format!("'{}'", before["stage_bg.wasm"])));
        assert!(read(&before["boot.js"]).contains(&before["stage.js"]));
        assert!(read(&before["site.css"]).contains(&before["fonts/a.woff2"]));

        put(dir.path(), "staging/stage_bg.wasm", "\0asm2");
        let after = made(dir.path()).unwrap();
        for name in ["stage_bg.wasm", "stage.js", "boot.js"] {
            assert_ne!(before[name], after[name], "{name}");
        }
        assert_eq!(before["site.css"], after["site.css"]);
        assert!(!dir.path().join("dist/assets").join(&before["boot.js"]).exists(), "a stale file stays");
    }

    #[test]
    fn the_style_sheets_are_one_file_in_their_order() {
        let dir = folder();
        let manifest = made(dir.path()).unwrap();
        let css = fs::read_to_string(dir.path().join("dist/assets").join(&manifest["site.css"])).unwrap();
        let places: Vec<_> =
            ["@font-face", ".base", ".page", ".stage", ".print"].map(|s| css.find(s).unwrap()).into();
        assert!(places.is_sorted(), "{css}");
    }

    #[test]
    fn text_has_smaller_copies_beside_it_and_a_font_has_none() {
        let dir = folder();
        put(dir.path(), "static/js/theme.js", &"let a = 1;\n".repeat(100));
        let manifest = made(dir.path()).unwrap();
        let there = |name: &str, suffix: &str| {
            dir.path().join("dist/assets").join(format!("{}{suffix}", manifest[name])).exists()
        };
        assert!(there("theme.js", ".br") && there("theme.js", ".gz"));
        assert!(!there("fonts/a.woff2", ".br"));
    }

    #[test]
    fn a_name_that_is_not_there_is_told_with_the_file_that_uses_it() {
        let dir = folder();
        put(dir.path(), "static/js/boot.js", "import('./__engine.js__')");
        let error = made(dir.path()).unwrap_err();
        assert!(error.contains("boot.js") && error.contains("engine.js"), "{error}");
    }

    #[test]
    fn without_the_front_end_the_error_says_how_to_make_it() {
        let dir = folder();
        fs::remove_dir_all(dir.path().join("staging")).unwrap();
        assert!(made(dir.path()).unwrap_err().contains("trunk build"));
    }
}
