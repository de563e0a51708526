//! Names files by their final bytes: a file that names others is hashed after their names are in it.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::Error;
use super::gather::Files;

/// An asset in its final form.
pub(crate) struct Named {
    /// Its name in `assets/`.
    pub(crate) hashed: String,
    /// Its bytes, with the names of other assets filled in.
    pub(crate) bytes: Vec<u8>,
}

/// Fills the names in, leaves first.
pub(crate) fn resolve(mut files: Files) -> Result<BTreeMap<String, Named>, Error> {
    let names: Vec<String> = files.keys().cloned().collect();
    let mut done: BTreeMap<String, Named> = BTreeMap::new();
    while !files.is_empty() {
        let ready = files.iter().find_map(|(name, bytes)| {
            let uses = spellings(name, bytes, &names);
            uses.iter().all(|(used, _)| done.contains_key(used)).then(|| (name.clone(), uses))
        });
        let Some((name, uses)) = ready else {
            let left: Vec<_> = files.into_keys().collect();
            return Err(format!("{} name each other in a circle. Break it", left.join(", ")));
        };
        let mut bytes = files.remove(&name).expect("it was just found");
        if !uses.is_empty() {
            let mut text =
                String::from_utf8(bytes).map_err(|_| format!("{name} is not UTF-8. Save it so"))?;
            for (used, spelling) in uses {
                let hashed = &done[&used].hashed;
                text = text.replace(&spelling, &spelling_of(&spelling, hashed));
            }
            bytes = text.into_bytes();
        }
        unknown_placeholder(&name, &bytes)?;
        let hashed = hashed(&name, &bytes);
        done.insert(name, Named { hashed, bytes });
    }
    Ok(done)
}

/// Which other assets a file names, and how: `__boot.js__` and quoted names in scripts, `url("fonts/…")` in style sheets.
fn spellings(name: &str, bytes: &[u8], names: &[String]) -> Vec<(String, String)> {
    let Ok(text) = std::str::from_utf8(bytes) else { return Vec::new() };
    let forms: &[(&str, &str)] = match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("js") => &[("__", "__"), ("'", "'"), ("\"", "\"")],
        Some("css") => &[("url(\"", "\")"), ("url(\"../", "\")")],
        _ => &[],
    };
    let others = names.iter().filter(|other| *other != name);
    others
        .flat_map(|other| {
            forms.iter().map(move |(open, close)| (other.clone(), format!("{open}{other}{close}")))
        })
        .filter(|(_, spelling)| text.contains(spelling.as_str()))
        .collect()
}

/// What takes the place of a spelling: quotes stay, the underscores of a placeholder go.
fn spelling_of(spelling: &str, hashed: &str) -> String {
    match spelling.chars().next() {
        Some('_') => hashed.into(),
        Some('u') => format!("url(\"{hashed}\")"),
        Some(quote) => format!("{quote}{hashed}{quote}"),
        None => hashed.into(),
    }
}

/// An error for a placeholder that names no asset.
fn unknown_placeholder(name: &str, bytes: &[u8]) -> Result<(), Error> {
    // wasm-bindgen's own script has identifiers with two underscores, so only a name with an ending counts
    let Ok(text) = std::str::from_utf8(bytes) else { return Ok(()) };
    let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/');
    for ending in [".js__", ".wasm__", ".css__"] {
        for (at, _) in text.match_indices(ending) {
            let Some(start) = text[..at].rfind("__").map(|s| s + 2) else { continue };
            let unknown = &text[start..at + ending.len() - 2];
            if unknown.chars().all(word) {
                return Err(format!(
                    "{name} names the asset `{unknown}`, which is not there. Build it, or mend the name"
                ));
            }
        }
    }
    Ok(())
}

/// `fonts/a.woff2` and its bytes as `a-0123456789abcdef.woff2`.
fn hashed(name: &str, bytes: &[u8]) -> String {
    let digest: String = Sha256::digest(bytes).iter().take(8).map(|b| format!("{b:02x}")).collect();
    let file = name.rsplit('/').next().unwrap_or(name);
    match file.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem}-{digest}.{extension}"),
        None => format!("{file}-{digest}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_that_name_each_other_are_refused() {
        let files = [("a.js", "'b.js'"), ("b.js", "'a.js'")];
        let files = files.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec())).into();
        assert!(resolve(files).err().unwrap().contains("circle"));
    }

    #[test]
    fn a_name_carries_sixteen_digits_of_its_hash() {
        assert_eq!(hashed("fonts/a.woff2", b""), "a-e3b0c44298fc1c14.woff2");
    }
}
