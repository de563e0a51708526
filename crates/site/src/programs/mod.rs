//! The page of programs: two to begin with, to be edited, run and stepped.

use lessons::escape;
use scene::{FigureSpec, StageSpec};
use world::{Network, ProgramSpec, Runs, Scenario};

use crate::figure;
use crate::layout::{Content, Section};
use crate::texts::programs::{
    self as texts, A_SERVER_AND_ITS_CLIENT, CLIENT, DESCRIPTION, IN_A_TERMINAL, LEDE, SERVER, WHAT_BREAKS_IT,
    WHAT_BREAKS_IT_ABOUT, WHAT_RUNS_HERE, WHAT_RUNS_HERE_ABOUT, WHERE_THEY_MEET,
};
use crate::urls::Urls;

/// The programs to begin with: name, file, text.
const PROGRAMS: [(&str, &str, &str); 2] =
    [(SERVER, "server.py", include_str!("server.py")), (CLIENT, "client.py", include_str!("client.py"))];

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
        title: A_SERVER_AND_ITS_CLIENT.into(),
        scenario: Scenario::new(Network::Loopback, vec!["here".into()], programs.into()),
        start: 0,
        small: false,
        predictions: Vec::new(),
    }
}

/// The page around the figure.
pub(crate) fn content(figure: &str, urls: &Urls<'_>) -> Content<'static> {
    let main = format!(
        "<div class=\"page programs-page\">\n<header class=\"opening\"><h1>{title}</h1>\n\
         <p class=\"lede\">{LEDE}</p></header>\n\
         {figure}<div class=\"prose\">\n\
         <h2>{WHAT_RUNS_HERE}</h2>\n<p>{WHAT_RUNS_HERE_ABOUT}</p>\n\
         <p>{WHERE_THEY_MEET}</p>\n\
         <h2>{WHAT_BREAKS_IT}</h2>\n<p>{WHAT_BREAKS_IT_ABOUT}</p>\n\
         <h2>{IN_A_TERMINAL}</h2>\n<p>{in_a_terminal}</p>\n</div></div>\n",
        title = texts::PROGRAMS,
        in_a_terminal =
            texts::in_a_terminal(escape("socketscope run server.py client.py"), urls.page("/notes", None)),
    );
    Content { title: texts::PROGRAMS, description: DESCRIPTION, section: Section::None, main }
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
