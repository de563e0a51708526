//! The language of format specifications: `[[fill]align][sign][z][#][0][width][grouping][.precision][type]`.

use super::error::{Error, Result};
use super::numerals::decimal;

/// Where the value stands in its width.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Align {
    /// `<`
    Left,
    /// `>`
    Right,
    /// `^`
    Center,
    /// `=`: between the sign and the digits.
    AfterSign,
}

/// What stands before a number that is not negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Plus {
    /// Nothing: `-`, or no sign in the specification.
    Nothing,
    /// `+`
    Plus,
    /// A space.
    Space,
}

/// What a specification asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spec {
    /// What fills the width.
    pub fill: char,
    /// Where the value stands.
    pub align: Align,
    /// What stands before a number that is not negative; none if nothing was said.
    pub sign: Option<Plus>,
    /// `z`: no minus before a zero.
    pub no_minus_zero: bool,
    /// `#`
    pub alternate: bool,
    /// The least width in characters.
    pub width: usize,
    /// What stands between groups of digits.
    pub grouping: Option<char>,
    /// Digits after the point, digits in all, or characters of a text.
    pub precision: Option<usize>,
    /// The last letter.
    pub letter: Option<char>,
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn skip(&mut self) {
        let mut chars = self.rest.chars();
        chars.next();
        self.rest = chars.as_str();
    }

    fn take(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.skip();
        }
        found
    }

    /// A number in the digits of any script; none if there is no digit.
    fn number(&mut self) -> Result<Option<usize>> {
        let mut value: Option<u64> = None;
        while let Some(digit) = self.peek().and_then(decimal) {
            let next = value.unwrap_or(0).checked_mul(10).and_then(|n| n.checked_add(u64::from(digit)));
            let next = next.filter(|n| *n <= i64::MAX as u64);
            value = Some(next.ok_or_else(|| Error::value("Too many decimal digits in format string"))?);
            self.skip();
        }
        Ok(value.map(|n| usize::try_from(n).unwrap_or(usize::MAX)))
    }
}

const fn align_of(c: char) -> Option<Align> {
    match c {
        '<' => Some(Align::Left),
        '>' => Some(Align::Right),
        '^' => Some(Align::Center),
        '=' => Some(Align::AfterSign),
        _ => None,
    }
}

/// Reads a specification for a value of the type that is called `type_name`; a `number` stands on the right when
/// nothing is said.
///
/// # Errors
/// `ValueError` if it is none.
pub fn parse(text: &str, number: bool, type_name: &str) -> Result<Spec> {
    let mut reader = Reader { rest: text };
    let default = if number { Align::Right } else { Align::Left };
    let mut chars = text.chars();
    let (first, second) = (chars.next(), chars.next());
    let (mut fill, mut align) = (None, None);
    if let (Some(first), Some(found)) = (first, second.and_then(align_of)) {
        (fill, align) = (Some(first), Some(found));
        reader.skip();
        reader.skip();
    } else if let Some(found) = first.and_then(align_of) {
        align = Some(found);
        reader.skip();
    }
    let sign = match reader.peek() {
        Some('+') => Some(Plus::Plus),
        Some(' ') => Some(Plus::Space),
        Some('-') => Some(Plus::Nothing),
        _ => None,
    };
    if sign.is_some() {
        reader.skip();
    }
    let no_minus_zero = reader.take('z');
    let alternate = reader.take('#');
    if fill.is_none() && reader.take('0') {
        fill = Some('0');
        if number {
            align = align.or(Some(Align::AfterSign));
        }
    }
    let width = reader.number()?.unwrap_or(0);
    let grouping = grouping(&mut reader)?;
    let precision = if reader.take('.') {
        Some(reader.number()?.ok_or_else(|| Error::value("Format specifier missing precision"))?)
    } else {
        None
    };
    let letter = reader.peek();
    reader.skip();
    if !reader.rest.is_empty() {
        return Err(Error::value(format!(
            "Invalid format specifier '{text}' for object of type '{type_name}'"
        )));
    }
    check_grouping(grouping, letter.or(if number { None } else { Some('s') }))?;
    let (fill, align) = (fill.unwrap_or(' '), align.unwrap_or(default));
    Ok(Spec { fill, align, sign, no_minus_zero, alternate, width, grouping, precision, letter })
}

fn grouping(reader: &mut Reader<'_>) -> Result<Option<char>> {
    let both = || Error::value("Cannot specify both ',' and '_'.");
    let comma = reader.take(',');
    if reader.take('_') {
        return if comma || reader.peek() == Some(',') { Err(both()) } else { Ok(Some('_')) };
    }
    Ok(comma.then_some(','))
}

fn check_grouping(grouping: Option<char>, letter: Option<char>) -> Result<()> {
    match (grouping, letter) {
        (None, _) | (_, None | Some('d' | 'e' | 'f' | 'g' | 'E' | 'F' | 'G' | '%')) => Ok(()),
        (Some('_'), Some('b' | 'o' | 'x' | 'X')) => Ok(()),
        (Some(separator), Some(letter)) => {
            Err(Error::value(format!("Cannot specify '{separator}' with '{}'.", shown(letter))))
        }
    }
}

/// The letter is none that the type knows.
pub(crate) fn unknown(letter: char, type_name: &str) -> Error {
    Error::value(format!("Unknown format code '{}' for object of type '{type_name}'", shown(letter)))
}

fn shown(letter: char) -> String {
    if ('!'..='~').contains(&letter) { letter.to_string() } else { format!("\\x{:x}", u32::from(letter)) }
}
