//! Search: the page, and the list of all sections that it searches in, made from the pages' own text.

use ego_tree::iter::Edge;
use lessons::Lessons;
use scraper::{Html, Node, node::Element};
use serde_json::json;

use crate::layout::{Content, Section};
use crate::lesson::Figures;
use crate::texts::search::{
    self as texts, DESCRIPTION, LEDE, SCRIPTS_ARE_OFF, SEARCH, WHAT_IS_FOUND, WHAT_TO_LOOK_FOR,
};
use crate::urls::Urls;
use crate::{clinic, exercise, experiment, guide, language, lesson, peers, plain, reference};

/// Where the page is.
pub(crate) const PATH: &str = "/search";
/// Where the list is.
pub(crate) const LIST: &str = "/search.json";

/// Elements whose text nobody looks for: ways to other pages, what only scripts use, questions whose answers would be told.
const NOT_TEXT: [&str; 7] = ["button", "nav", "noscript", "script", "style", "svg", "h1"];
const NOT_TEXT_CLASSES: [&str; 2] = ["later", "over"];
/// Elements within a line: all others part words.
const INLINE: [&str; 12] =
    ["a", "abbr", "b", "code", "em", "i", "kbd", "mark", "small", "span", "strong", "sub"];

/// The page.
pub(crate) fn content(urls: &Urls<'_>) -> Content<'static> {
    let main = format!(
        "<div class=\"page\">\n<header class=\"opening\"><h1>{SEARCH}</h1>\n\
         <p class=\"lede\">{LEDE}</p></header>\n\
         <div class=\"prose\">\n<noscript><p class=\"still\">{SCRIPTS_ARE_OFF}</p></noscript>\n\
         <form class=\"search\" role=\"search\" data-search=\"{list}\" data-root=\"{root}\" data-end=\"{end}\" hidden>\
         <label for=\"words\">{WHAT_TO_LOOK_FOR}</label>\
         <div><input id=\"words\" type=\"search\" name=\"q\" autocomplete=\"off\" spellcheck=\"false\" maxlength=\"200\">\
         <button class=\"btn main\" type=\"submit\">{SEARCH}</button></div></form>\n\
         <p id=\"found\" role=\"status\"></p>\n<ol id=\"results\" class=\"results\"></ol>\n\
         <h2>{WHAT_IS_FOUND}</h2>\n<p>{what_is_found}</p>\n</div>\n</div>\n\
         <script type=\"module\" src=\"{script}\"></script>\n",
        what_is_found = texts::what_is_found(
            urls.page(reference::INDEX, None),
            urls.page(&reference::errors_path(), None),
            urls.page("/reference/glossary", None),
            urls.page("/", Some("map")),
            urls.page(crate::whole::PATH, None),
        ),
        list = urls.file(LIST),
        root = urls.file("/"),
        end = urls.end(),
        script = urls.asset("search.js"),
    );
    Content { title: SEARCH, description: DESCRIPTION, section: Section::Search, main }
}

/// The list: of each page its address, its title and its sections; of each section its place in the page, its heading and its text.
pub(crate) fn list(lessons: &Lessons, urls: &Urls<'_>) -> String {
    let none = Figures::new();
    let mut pages: Vec<(String, String, String)> = Vec::new();
    let mut add = |path: String, content: Content<'_>| pages.push((path, content.title.into(), content.main));
    for one in &lessons.lessons {
        let title = lesson::title(one);
        add(format!("/lessons/{}", one.slug), lesson::content(one, &title, lessons, &none, urls));
    }
    for page in &lessons.reference.pages {
        let title = page.title();
        add(reference::path(page), reference::content(page, &title, &lessons.reference, urls));
    }
    add(reference::errors_path(), reference::errors(&lessons.reference, urls));
    for one in &lessons.experiments {
        let title = lesson::title(one);
        add(experiment::path(one), experiment::content(one, &title, lessons, &none, urls));
    }
    for one in &lessons.exercises {
        let title = lessons::inline_text(&one.title);
        add(exercise::path(one), exercise::content(one, &title, lessons, &none, urls));
    }
    for case in &lessons.clinic {
        let title = clinic::title(case);
        add(clinic::path(case), clinic::content(case, &title, lessons, urls));
    }
    for about in ::peers::CATALOGUE {
        add(format!("/peers/{}", about.name), peers::content(about, "", urls));
    }
    add("/python/language".into(), language::content(urls));
    add("/guide".into(), guide::guide(urls));
    add("/keys".into(), plain::keys());
    let page = |(path, title, main): &(String, String, String)| {
        let parts: Vec<_> =
            sections(main).into_iter().map(|it| json!([it.place, it.heading, it.text])).collect();
        json!([path.trim_start_matches('/'), title, parts])
    };
    serde_json::Value::from_iter(pages.iter().map(page)).to_string()
}

/// What stands below a heading, up to the next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Part {
    place: String,
    heading: String,
    text: String,
}

/// The text of a page's `main`, by its headings that can be led to.
fn sections(main: &str) -> Vec<Part> {
    let html = Html::parse_fragment(main);
    let mut parts = vec![Part::default()];
    let (mut left_out, mut in_heading) = (0, false);
    for edge in html.root_element().traverse() {
        let (node, opens) = match edge {
            Edge::Open(node) => (node, true),
            Edge::Close(node) => (node, false),
        };
        let part = parts.last_mut().expect("there is one from the beginning");
        match node.value() {
            Node::Element(element) if left_out > 0 || is_left_out(element) => {
                left_out += if opens { 1 } else { -1 };
            }
            Node::Element(element) => {
                let to = if in_heading { &mut part.heading } else { &mut part.text };
                if !INLINE.contains(&element.name()) {
                    to.push(' ');
                }
                if let ("h2" | "h3" | "h4", Some(id)) = (element.name(), element.id()) {
                    in_heading = opens;
                    if opens {
                        parts.push(Part { place: id.into(), ..Part::default() });
                    }
                }
            }
            Node::Text(text) if opens && left_out == 0 => {
                let to = if in_heading { &mut part.heading } else { &mut part.text };
                to.push_str(text);
            }
            _ => {}
        }
    }
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let parts = parts.into_iter().map(|it| Part { heading: plain(&it.heading), text: plain(&it.text), ..it });
    parts.filter(|it| !it.heading.is_empty() || !it.text.is_empty()).collect()
}

fn is_left_out(element: &Element) -> bool {
    NOT_TEXT.contains(&element.name())
        || element.attr("aria-hidden") == Some("true")
        || element.classes().any(|class| NOT_TEXT_CLASSES.contains(&class))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stands_under_its_heading_and_what_nobody_looks_for_nowhere() {
        let main = "<nav><a>Ways</a></nav><header><p class=\"over\">Part 1</p><h1>Title</h1><p>The <em>le</em>de.</p></header>\
            <h2 id=\"a\">The <code>send</code> call</h2><p>One</p><p>two</p><h3>no place</h3><script>let x</script>\
            <ul><li>three</li></ul><section class=\"later\"><h2 id=\"later\">Later</h2><p>answer</p></section>\
            <h2 id=\"b\">B</h2><noscript><p>off</p></noscript><table><tr><td>x</td><td>y</td></tr></table>";
        let part = |place: &str, heading: &str, text: &str| Part {
            place: place.into(),
            heading: heading.into(),
            text: text.into(),
        };
        assert_eq!(
            sections(main),
            [
                part("", "", "The lede."),
                part("a", "The send call", "One two no place three"),
                part("b", "B", "x y")
            ]
        );
    }
}
