//! The peers' pages: one for all of them, and one for each, with what can be set and a run.

mod example;

use ::peers::{About, CATALOGUE, Setting};
use lessons::{escape, inline_html};

use crate::layout::{Content, Section};
use crate::urls::Urls;
use crate::{icon, ways};

/// The list of all peers.
pub(crate) fn index(urls: &Urls<'_>) -> Content<'static> {
    let rows = CATALOGUE.iter().map(|about| {
        let href = urls.page(&format!("/peers/{}", about.name), None);
        let (name, summary) = (escape(about.name), inline_html(about.summary));
        format!("<tr><th scope=\"row\"><a href=\"{href}\">{name}</a></th><td>{summary}</td></tr>\n")
    });
    let main = format!(
        "<div class=\"page\">\n<header class=\"opening\"><h1>Peers</h1>\n\
         <p class=\"lede\">The other ends that you talk to. Most of them do, on purpose and every time, what a real one does \
         now and then.</p></header>\n<div class=\"prose\">\n\
         <table class=\"keys peers\"><tbody>\n{}</tbody></table>\n\
         <h2>Where they run</h2>\n<p>A peer is a program that makes system calls and knows nothing of who performs them. One \
         source serves the simulated kernel and the real one, and a test compares the calls that it makes on both. What a \
         peer draws by chance, it draws by a seed: the same peer, settings and seed do the same again.</p>\n\
         <p>Each of their pages has a button that opens the playground with that peer; there, under “Hosts and network”, any of \
         them comes to any run, with its settings and its seed. In a terminal, <code>socketscope calls --sim</code> makes your calls in the simulated kernel and <code>--lab</code> \
         on this machine’s own; <code>--peer</code> names the peer at the other end.</p>\n</div></div>\n",
        rows.collect::<String>()
    );
    Content {
        title: "Peers",
        description: "The programs at the other end: an echo, a dribbler, a resetter and others.",
        section: Section::None,
        main,
    }
}

/// A peer's page without what depends on its address.
pub(crate) fn main(about: &About) -> String {
    format!(
        "<div class=\"prose\">\n<p>{}</p>\n{}{}{}</div>\n{}",
        inline_html(about.behaviour),
        settings(about.settings),
        orders(about.orders),
        terminal(about),
        run(about)
    )
}

/// The page.
pub(crate) fn content(about: &'static About, main: &str, urls: &Urls<'_>) -> Content<'static> {
    let main = format!(
        "<div class=\"page peer\">\n{}<header class=\"opening\"><p class=\"over\"><a href=\"{}\">Peers</a></p><h1>{}</h1>\n\
         <p class=\"lede\">{}</p>\n<p class=\"buttons\"><a class=\"btn main\" href=\"{}\">Try it in the playground {}</a></p>\
         </header>\n{main}</div>\n",
        rail(about, urls),
        urls.page("/peers", None),
        escape(about.name),
        inline_html(about.summary),
        urls.page("/playground", Some(&format!("peer={}", about.name))),
        icon::NEXT
    );
    Content { title: about.name, description: about.summary, section: Section::None, main }
}

fn rail(about: &About, urls: &Urls<'_>) -> String {
    let items = CATALOGUE.iter().map(|it| {
        let name = escape(it.name);
        if it.name == about.name {
            ways::here(&name)
        } else {
            ways::link((urls.page(&format!("/peers/{}", it.name), None), name))
        }
    });
    ways::rail("Peers", "Peers", items)
}

fn settings(settings: &[Setting]) -> String {
    if settings.is_empty() {
        return String::new();
    }
    let rows = settings.iter().map(|setting| {
        let Setting { name, meaning, unit, default, least, most } = setting;
        let unit = if unit.is_empty() { String::new() } else { format!(" {unit}") };
        format!(
            "<tr><th scope=\"row\"><code>{name}</code></th><td>{} From {least} to {most}{unit}; {default} unless set.</td></tr>\n",
            inline_html(meaning)
        )
    });
    format!(
        "<h2>What can be set</h2>\n<table class=\"peer-settings\"><thead><tr><th scope=\"col\">Setting</th>\
         <th scope=\"col\">What it changes</th></tr></thead><tbody>\n{}</tbody></table>\n",
        rows.collect::<String>()
    )
}

fn orders(orders: &str) -> String {
    if orders.is_empty() {
        return String::new();
    }
    format!("<h2>What it can be told</h2>\n<p>A line on its control channel. {}</p>\n", inline_html(orders))
}

fn terminal(about: &About) -> String {
    let setting =
        about.settings.first().map(|setting| format!(" --peer-setting {}={}", setting.name, setting.default));
    let command = format!("socketscope calls --lab --peer {}{}", about.name, setting.unwrap_or_default());
    let (where_it_is, change) = match about.listens {
        true => ("It listens at port 7000 of the last host.", "<code>--sim</code> simulates the same."),
        false => (
            "It connects to port 7000 of the first host, which is yours.",
            "<code>--sim</code> simulates the same.",
        ),
    };
    format!(
        "<h2>In a terminal</h2>\n<p><code>{}</code> puts it at the other end of your calls. {where_it_is} {change}</p>\n",
        escape(&command)
    )
}

/// What it does when somebody talks to it, call by call.
fn run(about: &About) -> String {
    let example = example::of(about.name);
    let rows = example.run().into_iter().map(|row| {
        let (who, at) = (row.who, row.at);
        let came = match row.came {
            Some(came) => format!("<code>{}</code>", escape(&came)),
            None => "waits".into(),
        };
        let times = if row.times > 1 { format!(" {} times", row.times) } else { String::new() };
        format!(
            "<tr><td class=\"at\">{at}</td><th scope=\"row\">{who}</th><td><code>{}</code></td><td>{came}{times}</td></tr>\n",
            escape(&row.call)
        )
    });
    let set = example.settings.iter().map(|(name, value)| format!(" <code>{name}</code> is {value}."));
    format!(
        "<section class=\"facts peer-run\" aria-labelledby=\"run\"><h2 id=\"run\">A run</h2><p>{}{} Simulated when this page \
         was made: two hosts, a wire with 100 µs from end to end.</p>\n<table><thead><tr><th scope=\"col\">ms</th>\
         <th scope=\"col\">Who</th><th scope=\"col\">Call</th><th scope=\"col\">What comes</th></tr></thead><tbody>\n{}</tbody>\
         </table></section>\n",
        inline_html(example.says),
        set.collect::<String>(),
        rows.collect::<String>()
    )
}
