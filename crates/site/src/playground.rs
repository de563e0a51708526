//! The playground's page: the figure, and what can be done there in words, for whoever reads without scripts too.

use lessons::escape;
use scene::FORMS;
use scene::playground::{PRESETS, PlaygroundSpec};

use crate::figure;
use crate::layout::{Content, Section};
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
        "<div class=\"page playground\">\n<header class=\"opening\"><h1>Playground</h1>\n\
         <p class=\"lede\">Hosts, programs, a network and the calls that you make, one by one. All of it is simulated, and \
         all of it is in the address: a link leads to this very moment.</p>\n\
         <noscript><p class=\"still\">Scripts are off, so nothing can be called from here. Below is what could be; \
         <code>socketscope calls</code> makes the same calls in a terminal.</p></noscript></header>\n\
         {figure}<div class=\"prose\">\n\
         <h2>Runs to begin with</h2>\n<dl class=\"runs\">\n{}</dl>\n\
         <h2>Calls</h2>\n<p>Pick a call and fill in its arguments, or type it. A number of bytes stands for as many letters \
         of the alphabet; text stands in quotes. Addresses are the hosts’ own: the first is 10.0.0.1, the next \
         10.0.0.2. A program that waits in a call makes no other until that one ends.</p>\n\
         <table class=\"keys\"><tbody>\n{}</tbody></table>\n\
         <h2>Peers</h2>\n<p>Under “Hosts and network” a <a href=\"{}\">peer</a> can be added: a program at the other end that does, on \
         purpose and every time, what a real one does now and then. It has a host of its own and port 7000.</p>\n\
         <h2>Be the network</h2>\n<p>Under the choices stands what a network and a machine may do: lose a packet, hold it \
         back, copy it; cut a cable; take a host’s power away and give it back; kill a program or send it a signal. \
         Nothing of it happens unless you choose it.</p>\n</div></div>\n",
        presets.collect::<String>(),
        calls.collect::<String>(),
        urls.page("/peers", None)
    );
    Content {
        title: "Playground",
        description: "Make socket calls one by one on simulated hosts, and be the network between them.",
        section: Section::Playground,
        main,
    }
}
