//! The Python that programs of the site are written in: what it accepts and what it refuses, from the machine's own lists.

use std::fmt::Write as _;

use lessons::escape;
use python::language::{Language, Names, VERSION, language};

use crate::layout::{Content, Section};
use crate::texts::language::{
    self as texts, DESCRIPTION, EXCEPTIONS, EXCEPTIONS_ABOUT, FUNCTIONS, LEDE, MODULES, MODULES_ABOUT,
    REFUSED, STATEMENTS, TITLE, TYPES, TYPES_ABOUT,
};
use crate::urls::Urls;

/// The page.
pub(crate) fn content(urls: &Urls<'_>) -> Content<'static> {
    let Language { statements, types, functions, exceptions, modules, refused } = language();
    let mut main = format!(
        "<div class=\"page\">\n<header class=\"opening\"><h1>{TITLE}</h1>\n\
         <p class=\"lede\">{LEDE}</p></header>\n<div class=\"prose\">\n\
         <p>{version}</p>\n",
        version = texts::version(VERSION, urls.page("/notes", None))
    );
    add(&mut main, format_args!("<h2 id=\"statements\">{STATEMENTS}</h2>\n<ul>\n"));
    for it in statements {
        let says = if it.says.is_empty() { String::new() } else { format!(": {}", escape(it.says)) };
        add(&mut main, format_args!("<li><code>{}</code>{says}</li>\n", escape(it.form)));
    }
    add(&mut main, format_args!("</ul>\n<h2 id=\"functions\">{FUNCTIONS}</h2>\n"));
    add(&mut main, format_args!("<p>{}</p>\n", codes(&functions)));
    add(&mut main, format_args!("<h2 id=\"types\">{TYPES}</h2>\n<p>{TYPES_ABOUT}</p>\n"));
    list(&mut main, &types, "");
    add(&mut main, format_args!("<h2 id=\"exceptions\">{EXCEPTIONS}</h2>\n<p>{EXCEPTIONS_ABOUT}</p>\n"));
    list(&mut main, &exceptions, "");
    add(&mut main, format_args!("<h2 id=\"modules\">{MODULES}</h2>\n<p>{MODULES_ABOUT}</p>\n"));
    list(&mut main, &modules, "module-");
    add(&mut main, format_args!("<h2 id=\"refused\">{REFUSED}</h2>\n<ul>\n"));
    for it in &refused {
        let example = escape(&it.example).replace('\n', "<br>");
        let (says, instead) = (escape(&it.says), escape(&it.instead));
        add(&mut main, format_args!("<li>{}</li>\n", texts::instead(example, says, instead)));
    }
    main.push_str("</ul>\n</div></div>\n");
    Content { title: TITLE, description: DESCRIPTION, section: Section::None, main }
}

fn add(out: &mut String, what: std::fmt::Arguments<'_>) {
    out.write_fmt(what).expect("a text grows");
}

/// A heading a thing, with its names as words that wrap.
fn list(out: &mut String, things: &[Names], prefix: &str) {
    for Names { of, names } in things {
        let of = escape(of);
        add(out, format_args!("<h3 id=\"{prefix}{of}\"><code>{of}</code></h3>\n"));
        if !names.is_empty() {
            add(out, format_args!("<p>{}</p>\n", codes(names)));
        }
    }
}

fn codes(names: &[String]) -> String {
    names.iter().map(|name| format!("<code>{}</code>", escape(name))).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::Assets;
    use crate::urls::Form;

    #[test]
    fn the_page_has_every_module_and_every_refusal() {
        let assets = Assets::default();
        let page = content(&Urls::new("/python/language", Form::File, &assets)).main;
        for it in language().modules {
            assert!(page.contains(&format!("id=\"module-{}\"", it.of)), "{}", it.of);
        }
        for it in language().refused {
            assert!(page.contains(&*escape(&it.says)), "{}", it.says);
        }
    }
}
