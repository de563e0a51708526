//! The Python that programs of the site are written in: what it accepts and what it refuses, from the machine's own lists.

use std::fmt::Write as _;

use lessons::escape;
use python::language::{Language, Names, VERSION, language};

use crate::layout::{Content, Section};
use crate::urls::Urls;

/// The page.
pub(crate) fn content(urls: &Urls<'_>) -> Content<'static> {
    let Language { statements, types, functions, exceptions, modules, refused } = language();
    let mut main = format!(
        "<div class=\"page\">\n<header class=\"opening\"><h1>The Python of these pages</h1>\n\
         <p class=\"lede\">Programs here run on a small machine of its own, which can stop at every line and every call. What it accepts \
         behaves as CPython 3.11 does, error messages and tracebacks included; what it does not is refused before the run, \
         with another way to write it.</p></header>\n<div class=\"prose\">\n\
         <p>This is version {VERSION} of the language. The lists are made from the machine’s own tables. Each statement, type, function, \
         exception and module is used by a program whose output CPython 3.11 recorded, and the tests compare. \
         <a href=\"{}\">Paste a listing</a> to be told what it was written for.</p>\n",
        urls.page("/notes", None)
    );
    main.push_str("<h2 id=\"statements\">Statements and expressions</h2>\n<ul>\n");
    for it in statements {
        let says = if it.says.is_empty() { String::new() } else { format!(": {}", escape(it.says)) };
        add(&mut main, format_args!("<li><code>{}</code>{says}</li>\n", escape(it.form)));
    }
    main.push_str("</ul>\n<h2 id=\"functions\">Built-in functions</h2>\n");
    add(&mut main, format_args!("<p>{}</p>\n", codes(&functions)));
    main.push_str(
        "<h2 id=\"types\">Types and their methods</h2>\n<p>Operators and special methods are those of CPython.</p>\n",
    );
    list(&mut main, &types, "");
    main.push_str("<h2 id=\"exceptions\">Exceptions</h2>\n<p>Each with those that descend from it.</p>\n");
    list(&mut main, &exceptions, "");
    main.push_str(
        "<h2 id=\"modules\">Modules</h2>\n<p>What is Python in them can be stepped into. An <code>import</code> of another is refused \
         with this list.</p>\n",
    );
    list(&mut main, &modules, "module-");
    main.push_str("<h2 id=\"refused\">What is refused</h2>\n<ul>\n");
    for it in &refused {
        let example = escape(&it.example).replace('\n', "<br>");
        let (says, instead) = (escape(&it.says), escape(&it.instead));
        add(&mut main, format_args!("<li><code>{example}</code>: {says}. Instead: {instead}.</li>\n"));
    }
    main.push_str("</ul>\n</div></div>\n");
    Content {
        title: "The Python of these pages",
        description: "Which Python the site’s programs are written in: statements, types, modules, and what is refused.",
        section: Section::None,
        main,
    }
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
