//! Listings: Python text as HTML, with keywords and comments set apart by weight and tone alone.

use crate::prose::escape;

const KEYWORDS: &[&str] = &[
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def",
    "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is",
    "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];

/// A listing with a name, that can be scrolled by keyboard, as HTML.
pub fn html(title: &str, text: &str, python: bool) -> String {
    let body = if python { highlight(text) } else { escape(text) };
    format!(
        "<pre class=\"code\" tabindex=\"0\" role=\"region\" aria-label=\"{}\"><code>{}</code></pre>\n",
        escape(title),
        body.trim_end()
    )
}

/// Python text as HTML: `<b>` around keywords, `<i>` around comments.
fn highlight(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let len = match first {
            '#' => rest.find('\n').unwrap_or(rest.len()),
            '"' | '\'' => string_len(rest, first),
            c if c.is_alphabetic() || c == '_' => {
                rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len())
            }
            c => c.len_utf8(),
        };
        let (token, after) = rest.split_at(len);
        match first {
            '#' => out.push_str(&format!("<i>{}</i>", escape(token))),
            _ if KEYWORDS.contains(&token) => out.push_str(&format!("<b>{token}</b>")),
            _ => out.push_str(&escape(token)),
        }
        rest = after;
    }
    out
}

/// The length of the string literal that `text` begins with, in bytes: to its closing quote or the line's end.
fn string_len(text: &str, quote: char) -> usize {
    let triple = quote.to_string().repeat(3);
    if text.starts_with(&triple) {
        return text[3..].find(&triple).map_or(text.len(), |at| at + 6);
    }
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '\n' => return at,
            c if c == quote && !escaped => return at + 1,
            _ => escaped = c == '\\' && !escaped,
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_and_comments_are_marked_outside_strings_only() {
        assert_eq!(highlight("if a: # not b\n"), "<b>if</b> a: <i># not b</i>\n");
        assert_eq!(highlight("s = \"# if\" or 'it\\'s not'"), "s = &quot;# if&quot; <b>or</b> 'it\\'s not'");
        assert_eq!(
            highlight("\"\"\"if\n# x\n\"\"\"\nnot_if"),
            "&quot;&quot;&quot;if\n# x\n&quot;&quot;&quot;\nnot_if"
        );
    }
}
