//! What CPython 3.11 says of a text that is no Python, and where: the parser finds the same mistakes and words them its own way.

use ruff_python_ast::Expr;
use ruff_python_ast::token::TokenKind;
use ruff_python_parser::{
    InterpolatedStringErrorType, LexicalErrorType, ParseError, ParseErrorType, UnsupportedSyntaxError,
    UnsupportedSyntaxErrorKind, parse_expression,
};
use ruff_text_size::Ranged as _;

/// A mistake: where it is in the text, its class, and what is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Complaint {
    /// The byte at which it begins.
    pub(crate) at: usize,
    pub(crate) class: &'static str,
    pub(crate) says: String,
}

impl Complaint {
    fn syntax(at: usize, says: impl Into<String>) -> Self {
        Self { at, class: "SyntaxError", says: says.into() }
    }

    fn indentation(at: usize, says: impl Into<String>) -> Self {
        Self { at, class: "IndentationError", says: says.into() }
    }
}

const INVALID: &str = "invalid syntax";

/// What CPython says where the parser stopped.
pub(crate) fn of(text: &str, error: &ParseError) -> Complaint {
    let at = error.range().start().to_usize().min(text.len());
    if let ParseErrorType::Lexical(lexical) = &error.error {
        return of_characters(text, at, lexical);
    }
    if let Some(complaint) = of_brackets(text, at) {
        return complaint;
    }
    let target = text.get(error.range().to_std_range()).unwrap_or_default();
    let says = match &error.error {
        ParseErrorType::UnexpectedIndentation => return Complaint::indentation(at, "unexpected indent"),
        ParseErrorType::OtherError(says) => return of_statement(text, at, says),
        ParseErrorType::ExpectedToken { expected: TokenKind::Colon, found } => of_colon(text, at, *found),
        ParseErrorType::ExpectedToken { expected, found } => of_token(text, at, *expected, *found).into(),
        ParseErrorType::SimpleStatementsOnSameLine => of_second_statement(text, at),
        ParseErrorType::ExpectedExpression => of_missing_expression(text, at).into(),
        ParseErrorType::InvalidAssignmentTarget => of_target(text, error, target),
        ParseErrorType::InvalidAugmentedAssignmentTarget => {
            format!("'{}' is an illegal expression for augmented assignment", kind(target))
        }
        ParseErrorType::InvalidDeleteTarget => format!("cannot delete {}", kind(target)),
        ParseErrorType::InvalidNamedAssignmentTarget => {
            format!("cannot use assignment expressions with {}", kind(target))
        }
        ParseErrorType::InvalidAnnotatedAssignmentTarget => "illegal target for annotation".into(),
        other => of_kind(other).into(),
    };
    Complaint::syntax(at, says)
}

/// Mistakes whose kind says it all.
fn of_kind(error: &ParseErrorType) -> &'static str {
    match error {
        ParseErrorType::PositionalAfterKeywordArgument => "positional argument follows keyword argument",
        ParseErrorType::PositionalAfterKeywordUnpacking => {
            "positional argument follows keyword argument unpacking"
        }
        ParseErrorType::InvalidArgumentUnpackingOrder => {
            "iterable argument unpacking follows keyword argument unpacking"
        }
        ParseErrorType::IterableUnpackingInComprehension => {
            "iterable unpacking cannot be used in comprehension"
        }
        ParseErrorType::NonDefaultParamAfterDefaultParam => "non-default argument follows default argument",
        ParseErrorType::UnparenthesizedGeneratorExpression => "Generator expression must be parenthesized",
        ParseErrorType::VarParameterWithDefault => "var-positional argument cannot have default value",
        ParseErrorType::ParamAfterVarKeywordParam => "arguments cannot follow var-keyword argument",
        ParseErrorType::ExpectedKeywordParam => "named arguments must follow bare *",
        ParseErrorType::InvalidStarredExpressionUsage => "can't use starred expression here",
        _ => INVALID,
    }
}

/// What is newer than 3.11.
pub(crate) fn of_newer(error: &UnsupportedSyntaxError) -> Complaint {
    let says = match error.kind {
        UnsupportedSyntaxErrorKind::UnparenthesizedExceptionTypes => {
            "multiple exception types must be parenthesized"
        }
        UnsupportedSyntaxErrorKind::Pep701FString(_) => "f-string: expecting '}'",
        _ => INVALID,
    };
    Complaint::syntax(error.range.start().to_usize(), says)
}

fn of_characters(text: &str, at: usize, error: &LexicalErrorType) -> Complaint {
    let says = match error {
        LexicalErrorType::UnclosedStringError if inside_string(text, at) => "f-string: expecting '}'".into(),
        LexicalErrorType::UnclosedStringError => return of_open_string(text, at),
        LexicalErrorType::IndentationError => {
            return Complaint::indentation(at, "unindent does not match any outer indentation level");
        }
        LexicalErrorType::UnrecognizedToken { tok: '?' | '$' | '!' | '`' } => INVALID.into(),
        LexicalErrorType::UnrecognizedToken { tok } if tok.is_alphanumeric() || tok.is_ascii() => {
            INVALID.into()
        }
        LexicalErrorType::UnrecognizedToken { tok } => {
            let number = u32::from(*tok);
            if tok.is_whitespace()
                || tok.is_control()
                || matches!(number, 0xAD | 0x200B..=0x200F | 0x2060..=0x2064 | 0xFEFF)
            {
                format!("invalid non-printable character U+{number:04X}")
            } else {
                format!("invalid character '{tok}' (U+{number:04X})")
            }
        }
        LexicalErrorType::InvalidByteLiteral => "bytes can only contain ASCII literal characters".into(),
        LexicalErrorType::LineContinuationError if text[at..].trim_end() == "\\" => {
            "unexpected EOF while parsing".into()
        }
        LexicalErrorType::LineContinuationError => {
            "unexpected character after line continuation character".into()
        }
        LexicalErrorType::Eof => match of_brackets(text, text.len()) {
            Some(complaint) => return complaint,
            None => "unexpected EOF while parsing".into(),
        },
        LexicalErrorType::FStringError(error) => match error {
            InterpolatedStringErrorType::SingleRbrace => "f-string: single '}' is not allowed".into(),
            InterpolatedStringErrorType::UnclosedLbrace => "f-string: expecting '}'".into(),
            InterpolatedStringErrorType::InvalidConversionFlag => {
                "f-string: invalid conversion character: expected 's', 'r', or 'a'".into()
            }
            InterpolatedStringErrorType::UnterminatedString
            | InterpolatedStringErrorType::UnterminatedTripleQuotedString => return of_open_string(text, at),
            _ => "f-string: invalid syntax".into(),
        },
        LexicalErrorType::OtherError(says) => of_number(&text[at..], says),
        _ => INVALID.into(),
    };
    Complaint::syntax(at, says)
}

/// A text that is not closed.
fn of_open_string(text: &str, at: usize) -> Complaint {
    let opened = text[at..].trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let last_line = text.trim_end_matches('\n').matches('\n').count() + 1;
    let says = if opened.starts_with("\"\"\"") || opened.starts_with("'''") {
        format!("unterminated triple-quoted string literal (detected at line {last_line})")
    } else {
        format!("unterminated string literal (detected at line {})", line_of(text, at))
    };
    Complaint::syntax(at, says)
}

/// A number that is none.
fn of_number(number: &str, says: &str) -> String {
    let digits = number.trim_start_matches(|c: char| c.is_ascii_digit() || c == '_');
    let kind = ["hexadecimal", "octal", "binary"].into_iter().find(|kind| says.contains(kind));
    match kind {
        Some(kind) => format!("invalid {kind} literal"),
        None if number.starts_with('0') && !digits.starts_with(|c: char| c.is_ascii_alphabetic()) => {
            "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers"
                .into()
        }
        None => "invalid decimal literal".into(),
    }
}

/// Brackets that do not fit, anywhere, or that were opened on an earlier line than `at` and never closed.
fn of_brackets(text: &str, at: usize) -> Option<Complaint> {
    let mut open: Vec<(usize, char)> = Vec::new();
    for (place, bracket) in code(text).filter(|(_, c)| "()[]{}".contains(*c)) {
        let closes = match bracket {
            ')' => '(',
            ']' => '[',
            '}' => '{',
            opens => {
                open.push((place, opens));
                continue;
            }
        };
        match open.pop() {
            None => return Some(Complaint::syntax(place, format!("unmatched '{bracket}'"))),
            Some((_, opened)) if opened == closes => {}
            Some((before, opened)) => {
                let (line, here) = (line_of(text, before), line_of(text, place));
                let on = if line == here { String::new() } else { format!(" on line {line}") };
                let says = format!(
                    "closing parenthesis '{bracket}' does not match opening parenthesis '{opened}'{on}"
                );
                return Some(Complaint::syntax(place, says));
            }
        }
    }
    let (place, bracket) = *open.last()?;
    let ends = text[at..].trim().is_empty();
    let later = ends || line_of(text, at) > line_of(text, place);
    later.then(|| Complaint::syntax(place, format!("'{bracket}' was never closed")))
}

/// The parser says in words that a statement lacks something.
fn of_statement(text: &str, at: usize, says: &str) -> Complaint {
    if let Some(what) = says.strip_prefix("Expected an indented block after ") {
        // A function and a class are definitions; everything else is a statement with its keyword quoted.
        let what = match what.split('`').nth(1) {
            Some("class") => "class definition".into(),
            Some("def") | None => "function definition".into(),
            Some(keyword) => format!("'{keyword}' statement"),
        };
        let says = format!("expected an indented block after {what} on line {}", header_line(text, at));
        return Complaint::indentation(at, says);
    }
    if says.starts_with("Expected `except` or `finally`") {
        return Complaint::syntax(at, "expected 'except' or 'finally' block");
    }
    Complaint::syntax(at, INVALID)
}

fn of_colon(text: &str, at: usize, found: TokenKind) -> String {
    let line = &text[text[..at].rfind('\n').map_or(0, |end| end + 1)..at];
    let keyword = line.trim_start().split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    match (found, keyword) {
        (TokenKind::Equal, "if" | "elif" | "while") => {
            "invalid syntax. Maybe you meant '==' or ':=' instead of '='?".into()
        }
        (TokenKind::Newline | TokenKind::EndOfFile, _) | (_, "else" | "try" | "finally") => {
            "expected ':'".into()
        }
        _ => INVALID.into(),
    }
}

/// Something else than what the parser needs, within brackets or without.
fn of_token(text: &str, at: usize, expected: TokenKind, found: TokenKind) -> &'static str {
    let within = matches!(expected, TokenKind::Comma | TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace);
    let begins = matches!(
        found,
        TokenKind::Name
            | TokenKind::Int
            | TokenKind::Float
            | TokenKind::String
            | TokenKind::FStringStart
            | TokenKind::Lpar
            | TokenKind::Lsqb
            | TokenKind::Lbrace
            | TokenKind::None
            | TokenKind::True
            | TokenKind::False
    );
    if within && begins && adjacent_number(text, at) {
        "invalid decimal literal"
    } else if within && begins {
        "invalid syntax. Perhaps you forgot a comma?"
    } else if within && found == TokenKind::Equal {
        "invalid syntax. Maybe you meant '==' or ':=' instead of '='?"
    } else {
        INVALID
    }
}

/// Two statements on one line, of which the first may be one of Python 2.
fn of_second_statement(text: &str, at: usize) -> String {
    let start = text[..at].rfind(['\n', ';', ':']).map_or(0, |end| end + 1);
    match text[start..at].trim() {
        function @ ("print" | "exec") => {
            format!("Missing parentheses in call to '{function}'. Did you mean {function}(...)?")
        }
        _ if adjacent_number(text, at) => "invalid decimal literal".into(),
        _ => INVALID.into(),
    }
}

/// Whether what begins here is a name that follows digits without a blank.
fn adjacent_number(text: &str, at: usize) -> bool {
    text[..at].ends_with(|c: char| c.is_ascii_digit()) && text[at..].starts_with(|c: char| c.is_alphabetic())
}

fn of_missing_expression(text: &str, at: usize) -> &'static str {
    let empty = text[at..].starts_with('}') && text[..at].trim_end().ends_with('{');
    if empty && inside_string(text, at) { "f-string: empty expression not allowed" } else { INVALID }
}

/// Whether this place is within quotes that were opened before it on its line.
fn inside_string(text: &str, at: usize) -> bool {
    let mut place = text[..at].rfind('\n').map_or(0, |end| end + 1);
    while place < at {
        let Some(next) = text[place..].chars().next() else { return false };
        if !matches!(next, '"' | '\'') {
            place += next.len_utf8();
            continue;
        }
        let end = end_of_string(text, place, next);
        if at < end {
            return true;
        }
        place = end;
    }
    false
}

fn of_target(text: &str, error: &ParseError, target: &str) -> String {
    let (start, end) = (error.range().start().to_usize(), error.range().end().to_usize());
    let before = text[..start].trim_end_matches([' ', '\t']);
    let alone = before.is_empty() || before.ends_with(['\n', '=', ';', ':']);
    let after = text[end..].trim_start_matches([' ', '\t']);
    let assigned = after.starts_with('=') && !after.starts_with("==");
    let kind = kind(target);
    let named = matches!(kind, "None" | "True" | "False" | "list" | "tuple" | "generator expression");
    if alone && assigned && !named {
        format!("cannot assign to {kind} here. Maybe you meant '==' instead of '='?")
    } else {
        format!("cannot assign to {kind}")
    }
}

/// What CPython calls an expression that cannot be assigned to.
fn kind(target: &str) -> &'static str {
    let Ok(parsed) = parse_expression(target) else { return "expression" };
    match parsed.expr() {
        Expr::Call(_) => "function call",
        Expr::NumberLiteral(_) | Expr::StringLiteral(_) | Expr::BytesLiteral(_) => "literal",
        Expr::FString(_) => "f-string expression",
        Expr::BooleanLiteral(literal) => {
            if literal.value {
                "True"
            } else {
                "False"
            }
        }
        Expr::NoneLiteral(_) => "None",
        Expr::EllipsisLiteral(_) => "ellipsis",
        Expr::Compare(_) => "comparison",
        Expr::Lambda(_) => "lambda",
        Expr::If(_) => "conditional expression",
        Expr::Dict(_) => "dict literal",
        Expr::Set(_) => "set display",
        Expr::ListComp(_) => "list comprehension",
        Expr::SetComp(_) => "set comprehension",
        Expr::DictComp(_) => "dict comprehension",
        Expr::Generator(_) => "generator expression",
        Expr::Yield(_) | Expr::YieldFrom(_) => "yield expression",
        Expr::Await(_) => "await expression",
        Expr::Named(_) => "named expression",
        Expr::List(_) => "list",
        Expr::Tuple(_) => "tuple",
        Expr::Name(_) => "name",
        Expr::Attribute(_) => "attribute",
        Expr::Subscript(_) => "subscript",
        Expr::Starred(_) => "starred",
        _ => "expression",
    }
}

/// The line of the last code before this place, from 1.
fn header_line(text: &str, at: usize) -> usize {
    let is_code = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let lines = text[..at].split('\n').enumerate();
    lines.filter(|(_, line)| is_code(line)).last().map_or(1, |(number, _)| number + 1)
}

fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

/// The characters of a text that are neither within quotes nor in comments, with their places.
fn code(text: &str) -> impl Iterator<Item = (usize, char)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let next = text[at..].chars().next()?;
            let place = at;
            at += next.len_utf8();
            match next {
                '#' => at += text[at..].find('\n').unwrap_or(text.len() - at),
                '"' | '\'' => at = end_of_string(text, place, next),
                _ => return Some((place, next)),
            }
        }
    })
}

/// Where a text ends that begins with this quote.
fn end_of_string(text: &str, start: usize, quote: char) -> usize {
    let triple: String = [quote; 3].iter().collect();
    let is_triple = text[start..].starts_with(&triple);
    let mut at = start + if is_triple { 3 } else { 1 };
    while let Some(next) = text[at..].chars().next() {
        if is_triple && text[at..].starts_with(&triple) {
            return at + 3;
        }
        at += next.len_utf8();
        match next {
            '\\' => at += text[at..].chars().next().map_or(0, char::len_utf8),
            '\n' if !is_triple => return at - 1,
            _ if next == quote && !is_triple => return at,
            _ => {}
        }
    }
    at
}

/// What CPython finds in indentation before it parses, and the parser takes: blanks and tabs that only agree for one width of a tab.
pub(crate) fn of_tabs(text: &str) -> Option<Complaint> {
    let mut levels = vec![(0_usize, 0_usize)];
    let mut depth = 0_usize;
    let mut code = code(text).peekable();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let end = start + line.len();
        // A line that begins within brackets, a text or after a backslash has no indentation of its own.
        let first = line.len() - line.trim_start_matches([' ', '\t', '\u{c}']).len();
        let continues = text[..start].ends_with("\\\n");
        let begins = code.peek().is_some_and(|(place, _)| *place == start) || first == 0;
        let blank = line[first..].trim().is_empty() || line[first..].starts_with('#');
        if depth == 0 && begins && !blank && !continues {
            let (mut wide, mut narrow) = (0, 0);
            for blank in line[..first].chars() {
                (wide, narrow) = match blank {
                    '\t' => ((wide / 8 + 1) * 8, narrow + 1),
                    '\u{c}' => (0, 0),
                    _ => (wide + 1, narrow + 1),
                };
            }
            while levels.last().is_some_and(|top| top.0 > wide) {
                levels.pop();
            }
            let top = levels.last().copied().unwrap_or_default();
            let agree = if wide == top.0 { narrow == top.1 } else { narrow > top.1 };
            if !agree {
                let says = "inconsistent use of tabs and spaces in indentation".into();
                return Some(Complaint { at: start + first, class: "TabError", says });
            }
            if wide > top.0 {
                levels.push((wide, narrow));
            }
        }
        while let Some((_, next)) = code.next_if(|(place, _)| *place < end) {
            match next {
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        start = end;
    }
    None
}
