//! The ways from a page to others of its kind: the list beside it, and the buttons below it.

use crate::icon;

/// Another page: its address and its title, as HTML.
pub(crate) type Way = (String, String);

/// The list beside a page: ways, the page itself, and what is not written yet, each as HTML.
pub(crate) fn rail(label: &str, heading: &str, items: impl Iterator<Item = String>) -> String {
    let items = items.map(|item| format!("<li>{item}</li>\n"));
    format!(
        "<nav class=\"rail\" aria-label=\"{label}\"><p>{heading}</p><ol>\n{}</ol></nav>\n",
        items.collect::<String>()
    )
}

/// Another page, in the list.
pub(crate) fn link((href, title): Way) -> String {
    format!("<a href=\"{href}\">{title}</a>")
}

/// The page itself, in its list.
pub(crate) fn here(title: &str) -> String {
    format!("<a href=\"#main\" aria-current=\"page\">{title}</a>")
}

/// The next page, if there is one, and the way back to all of them.
pub(crate) fn onward(next: Option<Way>, (back, all): Way) -> String {
    let next = next.map(|(href, title)| {
        format!("<a class=\"btn main\" href=\"{href}\">Next: {title} {}</a>\n", icon::NEXT)
    });
    format!(
        "<nav class=\"onward\" aria-label=\"Onward\">{}<a class=\"btn\" href=\"{back}\">{all}</a></nav>\n",
        next.unwrap_or_default()
    )
}
