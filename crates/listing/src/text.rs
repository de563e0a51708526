//! Text as HTML.

/// A text with what HTML gives a meaning written as text.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // What no page may have stands as the sign for it.
            '\0'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{7f}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// A sentence in which code stands between backticks.
pub(crate) fn sentence(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    let whole = parts.len() % 2 == 1;
    let parts = parts.iter().enumerate().map(|(k, part)| match k % 2 {
        1 if whole => format!("<code>{}</code>", escape(part)),
        1 => format!("`{}", escape(part)),
        _ if k > 0 && !whole => format!("`{}", escape(part)),
        _ => escape(part),
    });
    parts.collect()
}

/// `1 line`, `2 lines`.
pub(crate) fn count(n: usize, one: &str, more: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { more })
}

/// `a`, `a and b`, `a, b and c`.
pub(crate) fn list(all: &[String]) -> String {
    match all {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_pasted_becomes_markup() {
        assert_eq!(escape("<b a=\"1\">&\0"), "&lt;b a=&quot;1&quot;&gt;&amp;\u{fffd}");
        assert_eq!(sentence("say `<b>` or `x`"), "say <code>&lt;b&gt;</code> or <code>x</code>");
        assert_eq!(sentence("a ` b"), "a ` b");
        assert_eq!(sentence("a ` b `c` d"), "a ` b `c` d");
    }

    #[test]
    fn a_list_reads_as_one_says_it() {
        let all = ["a", "b", "c"].map(String::from);
        assert_eq!([0, 1, 2, 3].map(|n| list(&all[..n])), ["", "a", "a and b", "a, b and c"]);
    }
}
