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
use crate::texts::reference::{
    self as texts, A_PROGRAM, ALL_OF_THE_REFERENCE, ANSWERED_SO, ANSWERED_SO_ABOUT, CALL, CALLS, DESCRIPTION,
    ERROR, ERRORS_ABOUT, ERRORS_LEDE, ERRORS_TITLE, IN_C, IN_PYTHON, LEDE, NO_SECOND_PROGRAM, OF_GETADDRINFO,
    PEERS, PEERS_ABOUT, READ_MORE, REFERENCE, SAID_FOR_WHOM, SAID_FOR_WHOM_ABOUT, SHOWN_BY,
    STATES_OPTIONS_WORDS, THEN, WHEN, WHEN_IT_FAILS,
};
use crate::urls::Urls;
use crate::ways;

/// Where the index is.
pub(crate) const INDEX: &str = "/reference";

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
    let peers = row(urls.page("/peers", None), PEERS, PEERS_ABOUT);
    let main = format!(
        "{}<div class=\"page reference\">\n<header class=\"opening\"><h1>{REFERENCE}</h1>\n\
         <p class=\"lede\">{LEDE}</p></header>\n\
         <div class=\"prose\">\n<h2>{CALLS}</h2>\n<table class=\"things\"><tbody>\n{}</tbody></table>\n\
         <h2>{STATES_OPTIONS_WORDS}</h2>\n<table class=\"things\"><tbody>\n{terms}{errors}{peers}</tbody></table>\n\
         <h2>{SAID_FOR_WHOM}</h2>\n<p>{SAID_FOR_WHOM_ABOUT}</p>\n</div></div>\n",
        css(urls),
        reference.calls().map(of).collect::<String>(),
    );
    Content { title: REFERENCE, description: DESCRIPTION, section: Section::None, main }
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
            .map_or((OF_GETADDRINFO, String::new()), |it| (it.text(), texts::on_linux(it.linux())));
        let _ = writeln!(
            parts,
            "<h2 id=\"{}\"><code>{name}</code></h2>\n<p>{means}</p>\n<table class=\"things\"><thead><tr>\
             <th scope=\"col\">{CALL}</th><th scope=\"col\">{WHEN}</th></tr></thead><tbody>",
            errno_id(name),
            means = texts::means(text, number, exception(name))
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
    let main = frame(ERRORS_TITLE, ERRORS_LEDE, &parts, ERRORS, reference, urls);
    Content { title: ERRORS_TITLE, description: ERRORS_ABOUT, section: Section::None, main }
}

/// A page with its opening, the list of all beside it, and the way back.
fn frame(title: &str, lede: &str, parts: &str, slug: &str, reference: &Reference, urls: &Urls<'_>) -> String {
    let back = urls.page(INDEX, None);
    format!(
        "{}<article class=\"page reference\">\n{}<header class=\"opening\"><p class=\"over\"><a href=\"{back}\">{REFERENCE}</a></p>\n\
         <h1>{title}</h1>\n<p class=\"lede\">{lede}</p></header>\n<div class=\"parts\">\n{parts}</div>\n{}</article>\n",
        css(urls),
        rail(slug, reference, urls),
        ways::back(&(back.clone(), ALL_OF_THE_REFERENCE.into())),
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
    ways::rail(REFERENCE, REFERENCE, items)
}

/// How the calls are spelled, and where more can be read.
fn spelling(page: &Page) -> String {
    let lines = |text: &str| {
        let lines = text.lines().filter(|line| !line.trim().is_empty());
        lines.map(|line| format!("<code>{}</code>", escape(line))).collect::<Vec<_>>().join("<br>")
    };
    format!(
        "<div class=\"prose\"><table class=\"spelling\"><tbody>\n<tr><th scope=\"row\">{IN_PYTHON}</th><td>{}</td></tr>\n\
         <tr><th scope=\"row\">{IN_C}</th><td>{}</td></tr>\n<tr><th scope=\"row\">{READ_MORE}</th><td>{}</td></tr>\n</tbody></table></div>\n",
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
    format!("<div class=\"prose\"><p>{}</p></div>\n", texts::read_more(links(page)))
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
            texts::cited(inline_html(&it.cited))
        } else {
            format!("<a href=\"#show-{id}\">{A_PROGRAM}</a>")
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
            "<h2 id=\"programs\">{ANSWERED_SO}</h2>\n<p>{ANSWERED_SO_ABOUT}</p>\n\
             <div class=\"examples\">\n{shown}</div>\n"
        )
    };
    format!(
        "<div class=\"prose\">\n<h2 id=\"fails\">{WHEN_IT_FAILS}</h2>\n<table class=\"fails\"><thead><tr><th scope=\"col\">{ERROR}</th>\
         <th scope=\"col\">{WHEN}</th><th scope=\"col\">{SHOWN_BY}</th></tr></thead><tbody>\n{}</tbody></table>\n{programs}</div>\n",
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
         <p>{prints}</p></details>\n",
        listing(&label, &fails.source, true),
        prints = texts::prints(
            prints.collect::<Vec<_>>().join(THEN),
            urls.page("/programs", Some(&on_the_stage(&fails.source)))
        )
    )
}

/// The place in the page of programs at which this one stands there, alone.
fn on_the_stage(source: &str) -> String {
    let work =
        serde_json::json!({ "files": ["server.py", "client.py"], "texts": [source, NO_SECOND_PROGRAM] });
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
