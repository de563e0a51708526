//! The page of programs: two to begin with, to be edited, run and stepped.

use lessons::escape;
use scene::{FigureSpec, StageSpec};
use world::{Network, ProgramSpec, Runs, Scenario};

use crate::figure;
use crate::layout::{Content, Section};
use crate::urls::Urls;

/// The programs to begin with: name, file, text.
const PROGRAMS: [(&str, &str, &str); 2] =
    [("Server", "server.py", include_str!("server.py")), ("Client", "client.py", include_str!("client.py"))];

/// The figure's specification and markup, made once for all forms of the page.
pub(crate) fn figure() -> String {
    figure::html(&FigureSpec::Programs(spec()))
}

fn spec() -> StageSpec {
    let programs = PROGRAMS.map(|(name, file, source)| ProgramSpec {
        runs: Runs::Python,
        file: file.into(),
        source: source.into(),
        ..ProgramSpec::console(name, "here")
    });
    StageSpec {
        id: "programs".into(),
        title: "A server and its client".into(),
        scenario: Scenario::new(Network::Loopback, vec!["here".into()], programs.into()),
        start: 0,
        small: false,
        predictions: Vec::new(),
    }
}

/// The page around the figure.
pub(crate) fn content(figure: &str, urls: &Urls<'_>) -> Content<'static> {
    let main = format!(
        "<div class=\"page programs-page\">\n<header class=\"opening\"><h1>Programs</h1>\n\
         <p class=\"lede\">Socket programs in Python, to change, run and step: line by line or call by call, forwards and \
         backwards, several at once, with what each kernel holds beside them.</p></header>\n\
         {figure}<div class=\"prose\">\n\
         <h2>What runs here</h2>\n<p>A Python machine of this site’s own, in your browser, on simulated kernels. It has the \
         modules that socket programs use; whatever it does not have it refuses before the run, with the line and what to \
         write instead. The same text, unchanged, runs on a machine of your own: each program can be downloaded.</p>\n\
         <p>On one host the programs reach each other at <code>127.0.0.1</code>. They start in the order of their tabs. \
         What you write is kept in this browser, and “Copy link” puts it into an address.</p>\n\
         <h2>What breaks it</h2>\n<p>A run that went well is one of many. “Find what breaks it” tries the others: who goes on when, how many bytes \
         each call moves, when a wait ends; first what Linux does, then what POSIX permits. What it finds opens at its first unusual \
         step. Where it tried all and found nothing it says so, and else how much it tried.</p>\n\
         <h2>In a terminal</h2>\n<p><code>{}</code> runs the same programs as processes of one simulated host, \
         <code>python3</code> on your own machine’s kernel. Listings from notes, mistakes and all, are read \
         <a href=\"{}\">on a page of their own</a>.</p>\n</div></div>\n",
        escape("socketscope run server.py client.py"),
        urls.page("/notes", None),
    );
    Content {
        title: "Programs",
        description: "Edit socket programs in Python, run them on simulated kernels, and step them line by line, forwards and backwards.",
        section: Section::None,
        main,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_programs_to_begin_with_can_be_run() {
        let said = crate::still::wrote(&super::spec()).expect("they run");
        let texts: Vec<_> = said.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(texts.len(), 2);
        assert!(
            texts[0].contains("the client has closed") && texts[1].contains("bytes came back as b'BYTES'"),
            "{texts:?}"
        );
    }
}
