//! The words of a program's text, without its comments and strings.

/// Names and keywords of a text in Python, each with its line from 1.
pub fn words(text: &str) -> Vec<(&str, u32)> {
    let mut found = Vec::new();
    let (mut rest, mut line) = (text, 1);
    while let Some(first) = rest.chars().next() {
        let len = match first {
            '#' => rest.find('\n').unwrap_or(rest.len()),
            '"' | '\'' => string(rest, first),
            c if c.is_alphanumeric() || c == '_' => {
                rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len())
            }
            c => c.len_utf8(),
        };
        let (token, after) = rest.split_at(len);
        if first.is_alphabetic() || first == '_' {
            found.push((token, line));
        }
        line += token.matches('\n').count() as u32;
        rest = after;
    }
    found
}

/// How long the string is that a text begins with, in bytes.
fn string(text: &str, quote: char) -> usize {
    let triple = String::from(quote).repeat(3);
    let (close, many) =
        if text.starts_with(&triple) { (triple.as_str(), true) } else { (&triple[..1], false) };
    let mut at = close.len();
    while let Some(c) = text[at..].chars().next() {
        if text[at..].starts_with(close) {
            return at + close.len();
        }
        if c == '\n' && !many {
            return at;
        }
        at += c.len_utf8();
        if c == '\\' {
            at += text[at..].chars().next().map_or(0, char::len_utf8);
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn words_of_strings_and_comments_are_none() {
        let text = "a = b'it\\'s sendall' # sendall\n\"\"\"sendall\n\"\"\"\ns.sendall(a)\n";
        assert_eq!(words(text), [("a", 1), ("b", 1), ("s", 4), ("sendall", 4), ("a", 4)]);
    }
}
