//! A text's tokens, as the parser reads them: its words, and its lines without comments.

use ruff_python_ast::PythonVersion;
use ruff_python_ast::token::{TokenKind, Tokens};
use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};
use ruff_text_size::Ranged as _;

use crate::parse::prepare;

/// Names, keywords and operators of a text, each with its line from 1; what stands in strings and comments is none of them. Of a
/// text that cannot be read there are none.
pub fn words(text: &str) -> Vec<(String, u32)> {
    let (mut line, mut counted) = (1, 0);
    read(text, |text, tokens| {
        let words = tokens.iter().filter(|it| {
            let kind = it.kind();
            kind == TokenKind::Name || kind.is_keyword() || kind.is_operator()
        });
        let word = |range: std::ops::Range<usize>| {
            line += text[counted..range.start].matches('\n').count() as u32;
            counted = range.start;
            (text[range].to_owned(), line)
        };
        words.map(|it| it.range().to_std_range()).map(word).collect()
    })
    .unwrap_or_default()
}

/// The text with nothing where comments are: each line keeps its number. A text that cannot be read stays as it is.
pub fn without_comments(text: &str) -> String {
    let cut = |text: &str, tokens: &Tokens| {
        let (mut code, mut at) = (String::with_capacity(text.len()), 0);
        for comment in tokens.iter().filter(|it| it.kind().is_comment()) {
            code.push_str(&text[at..comment.start().to_usize()]);
            at = comment.end().to_usize();
        }
        code + &text[at..]
    };
    read(text, cut).unwrap_or_else(|| text.to_owned())
}

/// What `tell` makes of the tokens; nothing of a text that nests deeper than is parsed.
fn read<T>(text: &str, tell: impl FnOnce(&str, &Tokens) -> T) -> Option<T> {
    let text = prepare(text, "").ok()?;
    let options = ParseOptions::from(Mode::Module).with_target_version(PythonVersion::PY311);
    Some(tell(&text, parse_unchecked(&text, options).tokens()))
}

#[cfg(test)]
mod tests {
    use super::{without_comments, words};

    #[test]
    fn what_strings_and_comments_say_is_no_word() {
        let text = "a = b'it\\'s sendall' # sendall\n\"\"\"sendall\n\"\"\"\nif 1: s.sendall(a)\n";
        let found: Vec<_> =
            words(text).into_iter().filter(|(word, _)| word.len() > 1 || word == "a").collect();
        let found: Vec<_> = found.iter().map(|(word, line)| (word.as_str(), *line)).collect();
        assert_eq!(found, [("a", 1), ("if", 4), ("sendall", 4), ("a", 4)]);
        let operators: Vec<_> = words("x += y[-1]\r\nz").into_iter().collect();
        let operators: Vec<_> = operators.iter().map(|(word, line)| (word.as_str(), *line)).collect();
        let wanted = [("x", 1), ("+=", 1), ("y", 1), ("[", 1), ("-", 1), ("]", 1), ("z", 2)];
        assert_eq!(operators, wanted);
    }

    #[test]
    fn what_a_string_computes_is_words_too() {
        assert!(words("f'{s.sendall(b)}'").contains(&("sendall".into(), 1)));
    }

    #[test]
    fn a_text_that_is_none_has_no_words_and_stays_as_it_is() {
        let deep = "(".repeat(10_000) + " # deep";
        assert_eq!(words(&deep), []);
        assert_eq!(without_comments(&deep), deep);
    }

    #[test]
    fn a_comment_begins_outside_of_strings_alone() {
        let text =
            "s.send(b'#1')# one\nx = \"it's # \\\" #\"#\n# all\ny = '''a # b\nc # d'\n'''# e\nz = ''# f\n";
        let code = "s.send(b'#1')\nx = \"it's # \\\" #\"\n\ny = '''a # b\nc # d'\n'''\nz = ''\n";
        assert_eq!(without_comments(text), code);
    }
}
