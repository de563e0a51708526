//! What a reader has to load: the lesson's text with its style, and all that makes its figures live.

use std::fs;
use std::io::Write;

use super::{Context, Count, Server};
use crate::process::Result;
use crate::project;

/// The lesson that is weighed.
pub(crate) const LESSON: &str = "/lessons/how-much-did-send-take";
/// Most bytes, as brotli, for the page and its style sheets. Fonts come after the text and are not counted.
const TEXT_LIMIT: usize = 40_000;
/// Most bytes, as brotli, for all wasm and JavaScript.
const CODE_LIMIT: usize = 250_000;

/// What a lesson weighs, in bytes of brotli.
pub(crate) struct Weight {
    pub(crate) text: usize,
    pub(crate) code: usize,
}

impl Weight {
    /// Asks the server for the page and its style sheets; wasm and JavaScript are all that is served.
    pub(crate) fn of_lesson(server: &Server) -> Result<Self> {
        let page = String::from_utf8_lossy(&server.get(LESSON, "identity")?).into_owned();
        let mut text = server.get(LESSON, "br")?.len();
        let sheets = style_sheets(&page);
        if sheets.is_empty() {
            return Err(format!(
                "{LESSON} has no style sheet: has the page another form than this check knows?"
            )
            .into());
        }
        for sheet in sheets {
            text += server.get(&absolute(LESSON, &sheet), "br")?.len();
        }
        Ok(Self { text, code: code()? })
    }
}

pub(super) fn check(context: &mut Context) -> Result<Count> {
    let weight = Weight::of_lesson(&Server::start(context.binary()?)?)?;
    let lines =
        [("text and style", weight.text, TEXT_LIMIT), ("wasm and JavaScript", weight.code, CODE_LIMIT)];
    let mut count =
        Count { note: format!("text {} B, code {} B", weight.text, weight.code), ..Count::default() };
    for (what, bytes, limit) in lines {
        let fits = bytes <= limit;
        writeln!(
            context.log()?,
            "{what}: {bytes} of at most {limit} bytes{}",
            if fits { "" } else { ": TOO MUCH" }
        )?;
        *(if fits { &mut count.passed } else { &mut count.failed }) += 1;
    }
    Ok(count)
}

fn code() -> Result<usize> {
    let mut bytes = 0;
    for entry in walk(project::at("dist"))? {
        let name = entry.to_string_lossy().into_owned();
        if name.ends_with(".js.br") || name.ends_with(".wasm.br") {
            bytes += usize::try_from(fs::metadata(&entry)?.len())?;
        }
    }
    if bytes == 0 { Err("no compressed wasm or JavaScript lies in dist".into()) } else { Ok(bytes) }
}

fn walk(dir: std::path::PathBuf) -> Result<Vec<std::path::PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() { files.extend(walk(path)?) } else { files.push(path) }
    }
    Ok(files)
}

/// The addresses in `<link rel="stylesheet" href="…">`.
fn style_sheets(page: &str) -> Vec<String> {
    let links = page.split("<link ").skip(1).filter_map(|rest| rest.split('>').next());
    let sheets = links.filter(|link| link.contains("stylesheet"));
    sheets.filter_map(|link| link.split("href=\"").nth(1)?.split('"').next().map(str::to_owned)).collect()
}

/// An address in a page, from the server's root.
fn absolute(page: &str, address: &str) -> String {
    if address.starts_with('/') {
        return address.to_owned();
    }
    let mut folders: Vec<&str> = page.split('/').collect();
    folders.pop();
    for part in address.split('/') {
        match part {
            ".." => drop(folders.pop()),
            "." => {}
            part => folders.push(part),
        }
    }
    folders.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn style_sheets_are_found_whatever_the_order_of_attributes() {
        let page = r#"<link rel="icon" href="i.svg"><link href="../a.css" rel="stylesheet"><link rel="stylesheet" href="/b.css">"#;
        assert_eq!(style_sheets(page), ["../a.css", "/b.css"]);
    }

    #[test]
    fn addresses_are_taken_from_the_page_that_they_stand_in() {
        assert_eq!(absolute("/lessons/x", "../assets/a.css"), "/assets/a.css");
        assert_eq!(absolute("/lessons/x", "/b.css"), "/b.css");
        assert_eq!(absolute("/", "./c.css"), "/c.css");
    }
}
