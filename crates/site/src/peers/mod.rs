//! The peers' pages: one for all of them, and one for each, with what can be set and a run.

mod example;

use ::peers::{About, CATALOGUE, Setting};
use lessons::{escape, inline_html};

use crate::layout::{Content, Section};
use crate::texts::peers::{
    self as texts, A_RUN, CALL, CONTROL_CHANNEL, DESCRIPTION, IN_A_TERMINAL, IT_CONNECTS, IT_LISTENS, LEDE,
    MS, PEERS, SETTING, SIMULATED, TRY_IT, WAITS, WHAT_CAN_BE_SET, WHAT_COMES, WHAT_IT_CAN_BE_TOLD,
    WHAT_IT_CHANGES, WHERE_THEY_RUN, WHERE_THEY_RUN_ABOUT, WHERE_TO_TRY_THEM, WHO,
};
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
        "<div class=\"page\">\n<header class=\"opening\"><h1>{PEERS}</h1>\n\
         <p class=\"lede\">{LEDE}</p></header>\n<div class=\"prose\">\n\
         <table class=\"keys peers\"><tbody>\n{}</tbody></table>\n\
         <h2>{WHERE_THEY_RUN}</h2>\n<p>{WHERE_THEY_RUN_ABOUT}</p>\n\
         <p>{WHERE_TO_TRY_THEM}</p>\n</div></div>\n",
        rows.collect::<String>()
    );
    Content { title: PEERS, description: DESCRIPTION, section: Section::None, main }
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
        "<div class=\"page peer\">\n{}<header class=\"opening\"><p class=\"over\"><a href=\"{}\">{PEERS}</a></p><h1>{}</h1>\n\
         <p class=\"lede\">{}</p>\n<p class=\"buttons\"><a class=\"btn main\" href=\"{}\">{TRY_IT} {}</a></p>\
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
    ways::rail(PEERS, PEERS, items)
}

fn settings(settings: &[Setting]) -> String {
    if settings.is_empty() {
        return String::new();
    }
    let rows = settings.iter().map(|setting| {
        let Setting { name, meaning, unit, default, least, most } = setting;
        let unit = if unit.is_empty() { String::new() } else { format!(" {unit}") };
        format!(
            "<tr><th scope=\"row\"><code>{name}</code></th><td>{ranges}</td></tr>\n",
            ranges = texts::ranges(inline_html(meaning), least, most, unit, default)
        )
    });
    format!(
        "<h2>{WHAT_CAN_BE_SET}</h2>\n<table class=\"peer-settings\"><thead><tr><th scope=\"col\">{SETTING}</th>\
         <th scope=\"col\">{WHAT_IT_CHANGES}</th></tr></thead><tbody>\n{}</tbody></table>\n",
        rows.collect::<String>()
    )
}

fn orders(orders: &str) -> String {
    if orders.is_empty() {
        return String::new();
    }
    format!("<h2>{WHAT_IT_CAN_BE_TOLD}</h2>\n<p>{CONTROL_CHANNEL} {}</p>\n", inline_html(orders))
}

fn terminal(about: &About) -> String {
    let setting =
        about.settings.first().map(|setting| format!(" --peer-setting {}={}", setting.name, setting.default));
    let command = format!("socketscope calls --lab --peer {}{}", about.name, setting.unwrap_or_default());
    let place = if about.listens { IT_LISTENS } else { IT_CONNECTS };
    format!(
        "<h2>{IN_A_TERMINAL}</h2>\n<p>{in_a_terminal}</p>\n",
        in_a_terminal = texts::in_a_terminal(escape(&command), place)
    )
}

/// What it does when somebody talks to it, call by call.
fn run(about: &About) -> String {
    let example = example::of(about.name);
    let rows = example.run().into_iter().map(|row| {
        let (who, at) = (row.who, row.at);
        let came = match row.came {
            Some(came) => format!("<code>{}</code>", escape(&came)),
            None => WAITS.into(),
        };
        let times = if row.times > 1 { texts::times(row.times) } else { String::new() };
        format!(
            "<tr><td class=\"at\">{at}</td><th scope=\"row\">{who}</th><td><code>{}</code></td><td>{came}{times}</td></tr>\n",
            escape(&row.call)
        )
    });
    let set = example.settings.iter().map(|(name, value)| texts::setting_is(name, value));
    format!(
        "<section class=\"facts peer-run\" aria-labelledby=\"run\"><h2 id=\"run\">{A_RUN}</h2><p>{}{} {SIMULATED}</p>\n<table><thead><tr><th scope=\"col\">{MS}</th>\
         <th scope=\"col\">{WHO}</th><th scope=\"col\">{CALL}</th><th scope=\"col\">{WHAT_COMES}</th></tr></thead><tbody>\n{}</tbody>\
         </table></section>\n",
        inline_html(example.says),
        set.collect::<String>(),
        rows.collect::<String>()
    )
}
