//! Finds the files that become assets, by the names that sources use for them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::Error;

/// The style sheets, in the order in which they are joined.
pub(crate) const SHEETS: [&str; 7] =
    ["tokens.css", "base.css", "page.css", "stage.css", "stage-parts.css", "board.css", "print.css"];

/// Style sheets that stand alone: a script asks for them where they are needed.
pub(crate) const ALONE: [&str; 5] = ["class.css", "clinic.css", "notes.css", "programs.css", "reference.css"];

/// Files by name: `site.css`, `boot.js`, `stage_bg.wasm`, `fonts/commissioner.woff2`.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// Everything from Trunk's output `staging`, the bundled `editor`, `fixed` and `scripts`.
pub(crate) fn all(staging: &Path, editor: &Path, fixed: &Path, scripts: &Path) -> Result<Files, Error> {
    let mut files = Files::new();
    add(&mut files, staging, "", &["js", "wasm"])
        .map_err(|e| format!("{e}. Make the front end with `trunk build`"))?;
    add(&mut files, editor, "", &["js", "txt"])
        .map_err(|e| format!("{e}. Bundle the editor with `cargo xtask serve --build-only`"))?;
    add(&mut files, scripts, "", &["js"])?;
    add(&mut files, &fixed.join("fonts"), "fonts/", &["woff2", "txt"])?;
    add(&mut files, &fixed.join("icons"), "icons/", &["svg", "png"])?;
    for sheet in ALONE {
        let css = text(read(&fixed.join("css").join(sheet))?)?;
        files.insert(sheet.into(), shorten(&css).into_bytes());
    }
    let mut css = Vec::new();
    for sheet in SHEETS {
        css.extend(read(&fixed.join("css").join(sheet))?);
        css.push(b'\n');
    }
    files.insert("site.css".into(), shorten(&text(css)?).into_bytes());
    Ok(files)
}

fn text(css: Vec<u8>) -> Result<String, Error> {
    String::from_utf8(css).map_err(|_| "a style sheet is not UTF-8. Save it so".to_owned())
}

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    fs::read(path).map_err(|e| format!("cannot read {}: {e}", path.display()))
}

/// Adds the files directly in `dir` with one of these extensions.
fn add(files: &mut Files, dir: &Path, prefix: &str, extensions: &[&str]) -> Result<(), Error> {
    let entries = fs::read_dir(dir).map_err(|e| format!("cannot read {}: {e}", dir.display()))?;
    for entry in entries {
        let path = entry.map_err(|e| format!("cannot read {}: {e}", dir.display()))?.path();
        let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
        let Some(name) = path.file_name().and_then(|n| n.to_str()) else { continue };
        if extensions.contains(&extension) {
            files.insert(format!("{prefix}{name}"), read(&path)?);
        }
    }
    Ok(())
}

/// A style sheet without comments and indentation. What is left is compressed anyway, so nothing cleverer is done.
fn shorten(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, comment)) = rest.split_once("/*") {
        out.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    let lines = out.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::shorten;

    #[test]
    fn comments_and_indentation_go_and_lines_stay() {
        let css = "/* a */\n.a {\n  color: red; /* b */\n}\n\n.b { c: d }\n";
        assert_eq!(shorten(css), ".a {\ncolor: red;\n}\n.b { c: d }\n");
    }
}
