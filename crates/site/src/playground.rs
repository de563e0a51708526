//! The playground's page: the figure, and what can be done there in words, for whoever reads without scripts too.

use lessons::escape;
use scene::FORMS;
use scene::playground::{PRESETS, PlaygroundSpec};

use crate::figure;
use crate::layout::{Content, Section};
use crate::texts::playground::{
    self as texts, BE_THE_NETWORK, BE_THE_NETWORK_ABOUT, CALLS, CALLS_ABOUT, DESCRIPTION, LEDE, PEERS,
    PLAYGROUND, RUNS, SCRIPTS_ARE_OFF,
};
use crate::urls::Urls;

/// The figure's specification and markup, made once for all forms of the page.
pub(crate) fn figure() -> String {
    figure::playground(&PlaygroundSpec { id: "playground".into(), preset: 0 })
}

/// The page around the figure.
pub(crate) fn content(figure: &str, urls: &Urls<'_>) -> Content<'static> {
    let presets = PRESETS
        .iter()
        .map(|preset| format!("<dt>{}</dt><dd>{}</dd>\n", escape(preset.title), escape(preset.says)));
    let calls = FORMS.iter().map(|form| {
        let usual: Vec<_> = form.arguments.iter().map(|(_, usual)| *usual).collect();
        let call = format!("{}({})", form.name, usual.join(", "));
        format!(
            "<tr><th scope=\"row\"><code>{}</code></th><td>{}</td></tr>\n",
            escape(&call),
            escape(form.says)
        )
    });
    let main = format!(
        "<div class=\"page playground\">\n<header class=\"opening\"><h1>{PLAYGROUND}</h1>\n\
         <p class=\"lede\">{LEDE}</p>\n\
         <noscript><p class=\"still\">{SCRIPTS_ARE_OFF}</p></noscript></header>\n\
         {figure}<div class=\"prose\">\n\
         <h2>{RUNS}</h2>\n<dl class=\"runs\">\n{}</dl>\n\
         <h2>{CALLS}</h2>\n<p>{CALLS_ABOUT}</p>\n\
         <table class=\"keys\"><tbody>\n{}</tbody></table>\n\
         <h2>{PEERS}</h2>\n<p>{peers_about}</p>\n\
         <h2>{BE_THE_NETWORK}</h2>\n<p>{BE_THE_NETWORK_ABOUT}</p>\n</div></div>\n",
        presets.collect::<String>(),
        calls.collect::<String>(),
        peers_about = texts::peers_about(urls.page("/peers", None))
    );
    Content { title: PLAYGROUND, description: DESCRIPTION, section: Section::Playground, main }
}
