//! The reference: an index, a page a call, pages of terms, and a page of all errors, which is made of what the calls' pages say.

use std::fmt::Write as _;
use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use lessons::reference::{ERRORS, Fails, Kind, Page, Reference, errno, errno_id};
use lessons::{Unused, escape, inline_html, listing};
use syscall::Errno;

use crate::layout::{Content, Section};
use crate::lesson::{Figures, blocks};
use crate::urls::Urls;
use crate::ways;

/// Where the index is.
pub(crate) const INDEX: &str = "/reference";
const ERRORS_TITLE: &str = "Errors";
const ERRORS_ABOUT: &str =
    "Each error of these calls: what it means, which exception Python raises, and which calls answer it.";
/// The second program of the page of programs, which an example does without.
const NOBODY: &str = "# This example needs no second program.\n";

/// A page's address.
pub(crate) fn path(page: &Page) -> String {
    format!("{INDEX}/{}", page.slug())
}

/// The address of the page of all errors.
pub(crate) fn errors_path() -> String {
    format!("{INDEX}/{ERRORS}")
}

fn css(urls: &Urls<'_>) -> String {
    format!("<link rel=\"stylesheet\" href=\"{}\">\n", urls.asset("reference.css"))
}

/// The list of all.
pub(crate) fn index(reference: &Reference, urls: &Urls<'_>) -> Content<'static> {
    let row = |href: String, title: &str, about: &str| {
        format!("<tr><th scope=\"row\"><a href=\"{href}\">{title}</a></th><td>{}</td></tr>\n", escape(about))
    };
    let of =
        |page: &Page| row(urls.page(&path(page), None), &inline_html(&page.front.title), &page.front.about);
    let terms: String = reference.of_terms().map(of).collect();
    let errors = row(urls.page(&errors_path(), None), ERRORS_TITLE, ERRORS_ABOUT);
    let peers = row(
        urls.page("/peers", None),
        "Peers",
        "The programs at the other end, and what can be set of them.",
    );
    let main = format!(
        "{}<div class=\"page reference\">\n<header class=\"opening\"><h1>Reference</h1>\n\
         <p class=\"lede\">What each call does, when it waits, what it returns, and each error with a program that is answered so.</p></header>\n\
         <div class=\"prose\">\n<h2>Calls</h2>\n<table class=\"things\"><tbody>\n{}</tbody></table>\n\
         <h2>States, options, words</h2>\n<table class=\"things\"><tbody>\n{terms}{errors}{peers}</tbody></table>\n\
         <h2>What is said for whom</h2>\n<p>Where nothing else is said, a sentence here holds for POSIX and for Linux. What only Linux does, or only CPython, \
         says so. Each program was run on this site’s simulated kernel and, by CPython, on Linux 6.18, and printed the same on both. What no \
         program here shows is cited, with its source.</p>\n</div></div>\n",
        css(urls),
        reference.calls().map(of).collect::<String>(),
    );
    Content {
        title: "Reference",
        description: "The calls of stream sockets with their errors, the states of TCP, socket options and a glossary.",
        section: Section::None,
        main,
    }
}

/// A page of a call or of terms.
pub(crate) fn content<'l>(
    page: &'l Page,
    title: &'l str,
    reference: &Reference,
    urls: &Urls<'_>,
) -> Content<'l> {
    let parts = match page.front.kind {
        Kind::Call => format!("{}{}{}", spelling(page), texts(page, urls), fails(page, urls)),
        Kind::Terms => texts(page, urls) + &sources(page),
    };
    let main = frame(
        &inline_html(&page.front.title),
        &inline_html(&page.front.lede),
        &parts,
        page.slug(),
        reference,
        urls,
    );
    Content { title, description: &page.front.about, section: Section::None, main }
}

/// The page of all errors.
pub(crate) fn errors(reference: &Reference, urls: &Urls<'_>) -> Content<'static> {
    let mut parts = String::from("<div class=\"prose\">\n");
    for name in reference.errors() {
        let (text, number) = errno(name)
            .map_or(("An error of <code>getaddrinfo</code> alone", String::new()), |it| {
                (it.text(), format!(", {} on Linux", it.linux()))
            });
        let _ = writeln!(
            parts,
            "<h2 id=\"{}\"><code>{name}</code></h2>\n<p>{text}{number}. In Python <code>{}</code>.</p>\n<table class=\"things\"><thead><tr>\
             <th scope=\"col\">Call</th><th scope=\"col\">When</th></tr></thead><tbody>",
            errno_id(name),
            exception(name)
        );
        let of =
            reference.calls().filter_map(|page| Some((page, page.fails.iter().find(|it| it.errno == name)?)));
        for (page, fails) in of {
            let href = urls.page(&path(page), Some(&errno_id(name)));
            let title = inline_html(&page.front.title);
            let _ = writeln!(
                parts,
                "<tr><th scope=\"row\"><a href=\"{href}\">{title}</a></th><td>{}</td></tr>",
                inline_html(&fails.when)
            );
        }
        parts.push_str("</tbody></table>\n");
    }
    parts.push_str("</div>\n");
    let main = frame(
        ERRORS_TITLE,
        "A call that fails returns −1 in C and leaves its reason in <code>errno</code>; Python raises <code>OSError</code>, or a class below it, \
         with the same number.",
        &parts,
        ERRORS,
        reference,
        urls,
    );
    Content { title: ERRORS_TITLE, description: ERRORS_ABOUT, section: Section::None, main }
}

/// A page with its opening, the list of all beside it, and the way back.
fn frame(title: &str, lede: &str, parts: &str, slug: &str, reference: &Reference, urls: &Urls<'_>) -> String {
    let back = urls.page(INDEX, None);
    format!(
        "{}<article class=\"page reference\">\n{}<header class=\"opening\"><p class=\"over\"><a href=\"{back}\">Reference</a></p>\n\
         <h1>{title}</h1>\n<p class=\"lede\">{lede}</p></header>\n<div class=\"parts\">\n{parts}</div>\n{}</article>\n",
        css(urls),
        rail(slug, reference, urls),
        ways::back(&(back.clone(), "All of the reference".into())),
    )
}

fn rail(slug: &str, reference: &Reference, urls: &Urls<'_>) -> String {
    let pages = reference.pages.iter();
    let pages = pages.map(|it| (it.slug(), path(it), inline_html(&it.front.title)));
    let all = pages.chain([(ERRORS, errors_path(), ERRORS_TITLE.to_owned())]);
    let items =
        all.map(
            |(name, path, title)| {
                if name == slug { ways::here(&title) } else { ways::link((urls.page(&path, None), title)) }
            },
        );
    ways::rail("Reference", "Reference", items)
}

/// How the calls are spelled, and where more can be read.
fn spelling(page: &Page) -> String {
    let lines = |text: &str| {
        let lines = text.lines().filter(|line| !line.trim().is_empty());
        lines.map(|line| format!("<code>{}</code>", escape(line))).collect::<Vec<_>>().join("<br>")
    };
    format!(
        "<div class=\"prose\"><table class=\"spelling\"><tbody>\n<tr><th scope=\"row\">Python</th><td>{}</td></tr>\n\
         <tr><th scope=\"row\">C</th><td>{}</td></tr>\n<tr><th scope=\"row\">Read more</th><td>{}</td></tr>\n</tbody></table></div>\n",
        lines(&page.front.python),
        lines(&page.front.c),
        links(page)
    )
}

fn links(page: &Page) -> String {
    let links = page.front.sources.iter();
    links
        .map(|(name, url)| format!("<a href=\"{}\">{}</a>", escape(url), escape(name)))
        .collect::<Vec<_>>()
        .join(", ")
}

fn sources(page: &Page) -> String {
    if page.front.sources.is_empty() {
        return String::new();
    }
    format!("<div class=\"prose\"><p>Read more: {}.</p></div>\n", links(page))
}

fn texts(page: &Page, urls: &Urls<'_>) -> String {
    blocks(&page.blocks, "", &Figures::new(), urls, &Unused::default())
}

/// Each error, when it comes, and the programs that show it.
fn fails(page: &Page, urls: &Urls<'_>) -> String {
    if page.fails.is_empty() {
        return String::new();
    }
    let row = |it: &Fails| {
        let (name, id) = (escape(&it.errno), errno_id(&it.errno));
        let shown = if it.source.is_empty() {
            format!("Cited: {}", inline_html(&it.cited))
        } else {
            format!("<a href=\"#show-{id}\">A program</a>")
        };
        format!(
            "<tr id=\"{id}\"><th scope=\"row\"><a href=\"{}\"><code>{name}</code></a></th><td>{}</td><td>{shown}</td></tr>\n",
            urls.page(&errors_path(), Some(&id)),
            inline_html(&it.when)
        )
    };
    let shown: String =
        page.fails.iter().filter(|it| !it.source.is_empty()).map(|it| example(page, it, urls)).collect();
    let programs = if shown.is_empty() {
        String::new()
    } else {
        format!(
            "<h2 id=\"programs\">Programs that are answered so</h2>\n<p>Each printed the same on the simulated kernel and on Linux 6.18.</p>\n\
             <div class=\"examples\">\n{shown}</div>\n"
        )
    };
    format!(
        "<div class=\"prose\">\n<h2 id=\"fails\">When it fails</h2>\n<table class=\"fails\"><thead><tr><th scope=\"col\">Error</th>\
         <th scope=\"col\">When</th><th scope=\"col\">Shown by</th></tr></thead><tbody>\n{}</tbody></table>\n{programs}</div>\n",
        page.fails.iter().map(row).collect::<String>(),
    )
}

/// A program that is answered so, folded.
fn example(page: &Page, fails: &Fails, urls: &Urls<'_>) -> String {
    let (name, id) = (escape(&fails.errno), errno_id(&fails.errno));
    let text = errno(&fails.errno).map_or_else(String::new, |it| format!(": {}", it.text()));
    let label = format!("{}, {}", page.slug(), fails.errno);
    let prints = fails.prints.trim_end().lines().map(|line| format!("<code>{}</code>", escape(line)));
    format!(
        "<details class=\"after\"><summary><h3 id=\"show-{id}\"><code>{name}</code>{text}</h3></summary>\n{}\
         <p>It prints {}. <a href=\"{}\">Open it in the editor</a>.</p></details>\n",
        listing(&label, &fails.source, true),
        prints.collect::<Vec<_>>().join(", then "),
        urls.page("/programs", Some(&on_the_stage(&fails.source)))
    )
}

/// The place in the page of programs at which this one stands there, alone.
fn on_the_stage(source: &str) -> String {
    let work = serde_json::json!({ "files": ["server.py", "client.py"], "texts": [source, NOBODY] });
    let mut packed = DeflateEncoder::new(Vec::new(), Compression::best());
    // Memory takes what is written.
    let _ = packed.write_all(work.to_string().as_bytes());
    format!("programs@p1.{}", URL_SAFE_NO_PAD.encode(packed.finish().unwrap_or_default()))
}

/// What Python raises for it (PEP 3151).
fn exception(name: &str) -> &'static str {
    match errno(name) {
        None => "socket.gaierror",
        Some(Errno::EAGAIN | Errno::EALREADY | Errno::EINPROGRESS) => "BlockingIOError",
        Some(Errno::ECHILD) => "ChildProcessError",
        Some(Errno::EPIPE) => "BrokenPipeError",
        Some(Errno::ECONNABORTED) => "ConnectionAbortedError",
        Some(Errno::ECONNREFUSED) => "ConnectionRefusedError",
        Some(Errno::ECONNRESET) => "ConnectionResetError",
        Some(Errno::EINTR) => "InterruptedError",
        Some(Errno::EACCES | Errno::EPERM) => "PermissionError",
        Some(Errno::ESRCH) => "ProcessLookupError",
        Some(Errno::ETIMEDOUT) => "TimeoutError",
        Some(_) => "OSError",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_packed_as_the_page_of_programs_unpacks_it() {
        let place = on_the_stage("print(1)\n");
        let packed =
            URL_SAFE_NO_PAD.decode(place.strip_prefix("programs@p1.").expect("its prefix")).expect("base64");
        let mut json = String::new();
        std::io::Read::read_to_string(&mut flate2::read::DeflateDecoder::new(&packed[..]), &mut json)
            .expect("text");
        let work: serde_json::Value = serde_json::from_str(&json).expect("JSON");
        assert_eq!(work["texts"][0], "print(1)\n");
        assert_eq!(work["files"], serde_json::json!(["server.py", "client.py"]));
    }
}
