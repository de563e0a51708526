//! The language of `str.format`: text with fields `{name!conversion:spec}`, taken apart.
//!
//! The caller walks a template with [`next`], looks each field up by its [`name`], converts and formats it. A specification
//! may hold fields of its own (one level deep): it is a template again.

use std::ops::Range;

use super::error::{Error, Result};
use super::numerals::decimal;

/// What stands between two braces.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Field {
    /// Where its name stands in the template.
    pub name: Range<usize>,
    /// The letter after `!`.
    pub conversion: Option<char>,
    /// Where its specification stands.
    pub spec: Range<usize>,
    /// Whether there are fields in the specification.
    pub nested: bool,
}

/// Some text and the field after it, if one follows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Piece {
    /// Where the text stands in the template; doubled braces end it after the first.
    pub literal: Range<usize>,
    /// The field.
    pub field: Option<Field>,
}

/// The piece of a template that begins at a place, and the place after it; none at the end. The place of the first is 0.
///
/// # Errors
/// `ValueError` if the template is none.
pub fn next(template: &str, at: usize) -> Result<Option<(Piece, usize)>> {
    let bytes = template.as_bytes();
    if at >= bytes.len() {
        return Ok(None);
    }
    let Some(brace) = bytes[at..].iter().position(|b| matches!(b, b'{' | b'}')).map(|n| at + n) else {
        return Ok(Some((Piece { literal: at..bytes.len(), field: None }, bytes.len())));
    };
    let doubled = bytes.get(brace + 1) == Some(&bytes[brace]);
    if doubled {
        return Ok(Some((Piece { literal: at..brace + 1, field: None }, brace + 2)));
    }
    if bytes[brace] == b'}' {
        return Err(Error::value("Single '}' encountered in format string"));
    }
    if brace + 1 == bytes.len() {
        return Err(Error::value("Single '{' encountered in format string"));
    }
    let (field, end) = field(template, brace + 1)?;
    Ok(Some((Piece { literal: at..brace, field: Some(field) }, end)))
}

/// The field that begins after a brace, and the place after its closing brace.
fn field(template: &str, start: usize) -> Result<(Field, usize)> {
    let bytes = template.as_bytes();
    let mut at = start;
    let stop = loop {
        match bytes.get(at) {
            None => return Err(Error::value("expected '}' before end of string")),
            Some(b'{') => return Err(Error::value("unexpected '{' in field name")),
            // Within brackets anything goes.
            Some(b'[') => at = bytes[at..].iter().position(|b| *b == b']').map_or(bytes.len(), |n| at + n),
            Some(stop @ (b'}' | b':' | b'!')) => break *stop,
            Some(_) => at += 1,
        }
    };
    let name = start..at;
    at += 1;
    let mut conversion = None;
    if stop == b'!' {
        let missing = || Error::value("end of string while looking for conversion specifier");
        let letter = template[at..].chars().next().ok_or_else(missing)?;
        conversion = Some(letter);
        at += letter.len_utf8();
        match bytes.get(at) {
            Some(b'}') => return Ok((Field { name, conversion, spec: at..at, nested: false }, at + 1)),
            Some(b':') => at += 1,
            Some(_) => return Err(Error::value("expected ':' after conversion specifier")),
            None => {}
        }
    }
    if stop == b'}' {
        return Ok((Field { name, conversion, spec: at - 1..at - 1, nested: false }, at));
    }
    let (start, mut depth, mut nested) = (at, 1_usize, false);
    for (at, byte) in bytes.iter().enumerate().skip(start) {
        match byte {
            b'{' => (depth, nested) = (depth + 1, true),
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Ok((Field { name, conversion, spec: start..at, nested }, at + 1));
        }
    }
    Err(Error::value("unmatched '{' in format spec"))
}

/// The error for a letter after `!` that is none of `r`, `s` and `a`.
pub fn unknown_conversion(letter: char) -> Error {
    Error::value(if ('!'..='~').contains(&letter) {
        format!("Unknown conversion specifier {letter}")
    } else {
        format!("Unknown conversion specifier \\x{:x}", u32::from(letter))
    })
}

/// Where a field's name begins.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum First {
    /// Nothing: the next positional argument.
    Next,
    /// A positional argument.
    Index(i64),
    /// A keyword argument.
    Key(String),
}

/// How a field's name goes on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// `.name`
    Attribute(String),
    /// `[3]`
    Index(i64),
    /// `[key]`
    Key(String),
}

/// A field's name taken apart. CPython finds a mistake in a step when it comes to it: so does [`step`].
///
/// # Errors
/// `ValueError` if a number has too many digits.
pub fn name(name: &str) -> Result<(First, usize)> {
    let end = name.find(['.', '[']).unwrap_or(name.len());
    let first = &name[..end];
    let first = match index(first)? {
        Some(n) => First::Index(n),
        None if first.is_empty() => First::Next,
        None => First::Key(first.to_owned()),
    };
    Ok((first, end))
}

/// The step of a field's name that begins at a place, and the place after it; none at the end.
///
/// # Errors
/// `ValueError` if it is none.
pub fn step(name: &str, at: usize) -> Result<Option<(Step, usize)>> {
    let Some(rest) = name.get(at..).filter(|rest| !rest.is_empty()) else { return Ok(None) };
    let empty = || Error::value("Empty attribute in format string");
    if let Some(body) = rest.strip_prefix('.') {
        let end = body.find(['.', '[']).unwrap_or(body.len());
        return if end == 0 {
            Err(empty())
        } else {
            Ok(Some((Step::Attribute(body[..end].to_owned()), at + 1 + end)))
        };
    }
    let Some(body) = rest.strip_prefix('[') else {
        return Err(Error::value("Only '.' or '[' may follow ']' in format field specifier"));
    };
    let end = body.find(']').ok_or_else(|| Error::value("Missing ']' in format string"))?;
    let key = &body[..end];
    if key.is_empty() {
        return Err(empty());
    }
    let step = index(key)?.map_or_else(|| Step::Key(key.to_owned()), Step::Index);
    Ok(Some((step, at + end + 2)))
}

/// A text of digits as a number; none if it is empty or has anything else.
fn index(text: &str) -> Result<Option<i64>> {
    let mut value = 0_i64;
    for c in text.chars() {
        let Some(digit) = decimal(c) else { return Ok(None) };
        let next = value.checked_mul(10).and_then(|n| n.checked_add(i64::from(digit)));
        value = next.ok_or_else(|| Error::value("Too many decimal digits in format string"))?;
    }
    Ok((!text.is_empty()).then_some(value))
}

/// How the fields of one call of `format` are numbered: by themselves or by the template, never both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Numbering {
    /// No numbered field yet.
    #[default]
    Open,
    /// By themselves; the number of the next.
    Automatic(i64),
    /// By the template.
    Manual,
}

impl Numbering {
    /// The positional argument that a field means; none if it has a keyword.
    ///
    /// # Errors
    /// `ValueError` if the template changes its way.
    pub fn index(&mut self, first: &First) -> Result<Option<i64>> {
        match (first, *self) {
            (First::Key(_), _) => Ok(None),
            (First::Next, Self::Manual) => Err(Error::value(
                "cannot switch from manual field specification to automatic field numbering",
            )),
            (First::Index(_), Self::Automatic(_)) => Err(Error::value(
                "cannot switch from automatic field numbering to manual field specification",
            )),
            (First::Next, Self::Open) => {
                *self = Self::Automatic(1);
                Ok(Some(0))
            }
            (First::Next, Self::Automatic(n)) => {
                *self = Self::Automatic(n + 1);
                Ok(Some(n))
            }
            (First::Index(n), _) => {
                *self = Self::Manual;
                Ok(Some(*n))
            }
        }
    }
}
