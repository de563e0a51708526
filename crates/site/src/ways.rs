//! The ways from a page to others of its kind: the list beside it, and the buttons below it.

use crate::icon;
use crate::texts::ways::{self as texts, ONWARD};

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

/// The pages before and after the one that is `here`, in the order of reading, and the way back to all of them.
pub(crate) fn onward<T>(all: &[T], here: impl Fn(&T) -> bool, way: impl Fn(&T) -> Way, back: &Way) -> String {
    let at = all.iter().position(here);
    let next = at.and_then(|at| all.get(at + 1)).map(|it| {
        let (href, title) = way(it);
        format!(
            "<a class=\"btn main\" rel=\"next\" href=\"{href}\">{} {}</a>\n",
            texts::next(title),
            icon::NEXT
        )
    });
    let previous = at.and_then(|at| all.get(at.checked_sub(1)?)).map(|it| {
        let (href, title) = way(it);
        format!("<a class=\"btn\" rel=\"prev\" href=\"{href}\">{}</a>\n", texts::previous(title))
    });
    nav(&(next.unwrap_or_default() + &previous.unwrap_or_default()), back)
}

/// The way back to all pages of this kind, where none comes before another.
pub(crate) fn back(all: &Way) -> String {
    nav("", all)
}

fn nav(ways: &str, (back, all): &Way) -> String {
    format!(
        "<nav class=\"onward\" aria-label=\"{ONWARD}\">{ways}<a class=\"btn\" href=\"{back}\">{all}</a></nav>\n"
    )
}
