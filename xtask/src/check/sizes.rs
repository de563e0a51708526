//! What a reader has to load: the lesson's text with its style, and all that makes its figures live.
//!
//! A lesson's code is what the page loads before anybody presses anything: its own scripts, and the module of each kind
//! of figure that wakes when it comes near. Which address a script imports is read from the script itself. The modules
//! that are loaded later have a limit of their own.

use std::io::Write;

use super::{Context, Count, Server};
use crate::process::{Problem, Result};

/// The lesson that is weighed.
pub(crate) const LESSON: &str = "/lessons/how-much-did-send-take";
/// Most bytes, as brotli, for the page and its style sheets. Fonts come after the text and are not counted.
const TEXT_LIMIT: usize = 40_000;
/// Most bytes, as brotli, of the wasm and JavaScript that a lesson loads by itself.
const CODE_LIMIT: usize = 250_000;
/// Modules that are loaded on demand, and most bytes, as brotli, of each, its JavaScript included.
const LATER: [(&str, usize); 6] = [
    ("live", 250_000),
    ("playground", 340_000),
    ("board", 242_000),
    ("later", 150_000),
    ("class", 195_000),
    ("programs", 260_000),
];
/// The page that has the editor, and reads what is written in it.
const NOTES: &str = "/notes";
/// Most bytes, as brotli, of the editor.
const EDITOR_LIMIT: usize = 108_000;
/// Most bytes, as brotli, of what reads a listing: the parser above all, of whose bytes most are the names of letters.
const REVIEW_LIMIT: usize = 580_000;

/// Most bytes, as brotli, of what runs programs in a worker: machine, kernel, parser (at most 700,000 by themselves), and what searches
/// their schedules and judges exercises.
const STUDIO_LIMIT: usize = 710_000;

/// What a lesson weighs, in bytes of brotli.
pub(crate) struct Weight {
    pub(crate) text: usize,
    pub(crate) code: usize,
}

impl Weight {
    /// Asks the server for the page, its style sheets and its scripts.
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
        let code = scripts(server, &page)? + module(server, &boot(server, &page)?, "stage")?;
        Ok(Self { text, code })
    }
}

pub(super) fn check(context: &mut Context) -> Result<Count> {
    let server = Server::start(context.binary()?)?;
    let weight = Weight::of_lesson(&server)?;
    let mut lines = vec![
        ("text and style".to_owned(), weight.text, TEXT_LIMIT),
        ("wasm and JavaScript that a lesson loads".to_owned(), weight.code, CODE_LIMIT),
    ];
    let mut note = format!("text {} B, code {} B", weight.text, weight.code);
    let boot = boot(&server, &String::from_utf8_lossy(&server.get(LESSON, "identity")?))?;
    for (name, limit) in LATER {
        let bytes = module(&server, &boot, name)?;
        note.push_str(&format!(", {name} {bytes} B"));
        lines.push((format!("the module `{name}`"), bytes, limit));
    }
    let (editor, review) = notes(&server)?;
    let studio = studio(&server, &boot)?;
    note.push_str(&format!(", editor {editor} B, review {review} B, studio {studio} B"));
    lines.push(("what runs programs".into(), studio, STUDIO_LIMIT));
    lines.push(("the editor".into(), editor, EDITOR_LIMIT));
    lines.push(("what reads a listing".into(), review, REVIEW_LIMIT));
    let (heaviest, most) = heaviest(&server)?;
    note.push_str(&format!(", heaviest page {heaviest} {most} B"));
    lines.push((format!("text and style of {heaviest}, the heaviest page"), most, TEXT_LIMIT));
    let mut count = Count { note, ..Count::default() };
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

/// The page that weighs most with its style sheets, and its bytes as brotli. The list of pages is that of the copy for reading offline; the
/// page of all lessons is as long as they are.
pub(crate) fn heaviest(server: &Server) -> Result<(String, usize)> {
    let worker = String::from_utf8_lossy(&server.get("/sw.js", "identity")?).into_owned();
    let list = worker.split("keepCopy(").nth(1).and_then(|list| list.split("]], ").next());
    let list = list.ok_or("sw.js has another form than this check knows")?;
    let pages: Vec<(String, String)> = serde_json::from_str(&format!("{list}]]"))?;
    let (mut heaviest, mut sheets) = ((String::new(), 0), std::collections::BTreeMap::new());
    let pages = pages.iter().map(|(path, _)| format!("/{}", path.trim_start_matches("./")));
    for path in pages.filter(|path| path != "/whole" && !path.ends_with(".json")) {
        let page = String::from_utf8_lossy(&server.get(&path, "identity")?).into_owned();
        let mut bytes = server.get(&path, "br")?.len();
        for sheet in style_sheets(&page) {
            let address = absolute(&path, &sheet);
            if !sheets.contains_key(&address) {
                sheets.insert(address.clone(), server.get(&address, "br")?.len());
            }
            bytes += sheets[&address];
        }
        if bytes > heaviest.1 {
            heaviest = (path, bytes);
        }
    }
    Ok(heaviest)
}

/// Bytes, as brotli, of the editor, and of what reads a listing in its worker.
fn notes(server: &Server) -> Result<(usize, usize)> {
    let page = String::from_utf8_lossy(&server.get(NOTES, "identity")?).into_owned();
    let script = the_script(server, NOTES, &page, "notes")?;
    let editing = named(server, &script, "editing-", ".js")?;
    let worker = named(server, &script, "notes-worker-", ".js")?;
    let weigh = |(address, _): (String, String)| Ok::<_, Problem>(server.get(&address, "br")?.len());
    let editor = weigh(named(server, &editing, "editor-", ".js")?)?;
    let review = weigh(named(server, &worker, "review-", ".js")?)?
        + weigh(named(server, &script, "review_bg-", ".wasm")?)?
        + weigh(worker)?;
    Ok((editor, review))
}

/// Bytes, as brotli, of what runs programs in its worker.
fn studio(server: &Server, boot: &(String, String)) -> Result<usize> {
    let page = named(server, boot, "workbench-", ".js")?;
    let worker = named(server, &page, "programs-worker-", ".js")?;
    let mut bytes = server.get(&worker.0, "br")?.len();
    for (script, start, end) in [(&worker, "studio-", ".js"), (&page, "studio_bg-", ".wasm")] {
        bytes += server.get(&named(server, script, start, end)?.0, "br")?.len();
    }
    Ok(bytes)
}

/// The addresses of a page's own scripts, from the server's root.
fn script_addresses(path: &str, page: &str) -> Vec<String> {
    let tags = page.split("<script ").skip(1).filter_map(|rest| rest.split('>').next());
    tags.filter_map(|tag| Some(absolute(path, tag.split("src=\"").nth(1)?.split('"').next()?))).collect()
}

fn scripts(server: &Server, page: &str) -> Result<usize> {
    let mut bytes = 0;
    for address in script_addresses(LESSON, page) {
        bytes += server.get(&address, "br")?.len();
    }
    Ok(bytes)
}

/// The script that loads the modules: its address and its text.
fn boot(server: &Server, page: &str) -> Result<(String, String)> {
    the_script(server, LESSON, page, "boot")
}

/// A script of a page, by its name: its address and its text.
fn the_script(server: &Server, path: &str, page: &str, name: &str) -> Result<(String, String)> {
    let mut addresses = script_addresses(path, page).into_iter();
    let address = addresses.find(|address| address.contains(&format!("/{name}-")));
    let address = address.ok_or_else(|| format!("{path} has no script `{name}`"))?;
    let text = String::from_utf8_lossy(&server.get(&address, "identity")?).into_owned();
    Ok((address, text))
}

/// A file that a script names: its address and its text.
fn named(
    server: &Server,
    (script, text): &(String, String),
    start: &str,
    end: &str,
) -> Result<(String, String)> {
    let mut words = text.split(['\'', '"']).map(|word| word.trim_start_matches("./"));
    let name = words.find(|word| word.starts_with(start) && word.ends_with(end));
    let name = name.ok_or_else(|| format!("{script} names no file {start}…{end}"))?;
    let address = absolute(script, name);
    let text = String::from_utf8_lossy(&server.get(&address, "identity")?).into_owned();
    Ok((address, text))
}

/// Bytes, as brotli, of a module's JavaScript and wasm.
fn module(server: &Server, boot: &(String, String), name: &str) -> Result<usize> {
    let mut bytes = 0;
    for (start, end) in [(format!("{name}-"), ".js"), (format!("{name}_bg-"), ".wasm")] {
        bytes += server.get(&named(server, boot, &start, end)?.0, "br")?.len();
    }
    Ok(bytes)
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
