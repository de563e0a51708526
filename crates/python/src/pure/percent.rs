//! `%`-formatting: a format of text or bytes taken apart, and each directive laid out.
//!
//! The caller walks the format with [`next`], fetches the values that a directive asks for (which may run a program's own
//! `__str__`), and lays them out. All that it keeps meanwhile is a place in the format.

use std::ops::Range;

use num_bigint::{BigInt, Sign};
use num_traits::ToPrimitive;

use super::error::{Error, Result, within};
use super::float_math::to_int;
use super::int_math::to_float;
use super::int_text::{binary_digits, decimal_digits, prefix};
use super::layout::{self, Parts};
use super::shape::Shape;
use super::spec::{Align, Plus, Spec};

/// A width or precision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Amount {
    /// Nothing was said.
    Absent,
    /// So much.
    Is(usize),
    /// `*`: the next value says it; see [`Directive::set_width`] and [`Directive::set_precision`].
    Next,
}

/// What stands between a `%` and its letter.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Directive {
    /// Where the key stands in the format, for `%(key)s`.
    pub key: Option<Range<usize>>,
    /// The width in characters.
    pub width: Amount,
    /// The precision.
    pub precision: Amount,
    /// The letter, which may be one that means nothing: the error comes once the value is there.
    pub letter: char,
    left: bool,
    sign: Plus,
    alternate: bool,
    zero: bool,
    /// The place of the letter, in characters.
    place: usize,
}

/// A piece of a format.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Piece {
    /// Text that stands for itself, by its place in the format. `%%` is a `%`.
    Literal(Range<usize>),
    /// A value.
    Value(Directive),
}

/// What a directive wants its value to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    /// `str(value)`; of bytes, the bytes themselves (`%s` and `%b`).
    Str,
    /// `repr(value)`; of bytes, `ascii(value)`.
    Repr,
    /// `ascii(value)`
    Ascii,
    /// A number, for [`Directive::number`].
    Number,
    /// A character or a number, for [`Directive::character`].
    Character,
}

/// A number, or something else.
#[derive(Clone, Copy, Debug)]
pub enum Number<'a> {
    /// A whole number.
    Int(&'a BigInt),
    /// A floating-point number.
    Float(f64),
    /// No number: the error names its type.
    Other,
}

/// The piece of a format that begins at a place, and the place after it; none at the end. The place of the first is 0.
/// A format of text is given as its bytes in UTF-8. `mapping` says that what is on the right of the `%` can be asked for
/// keys.
///
/// # Errors
/// `ValueError` if the format is none, `TypeError` if it has keys and there is no mapping.
pub fn next(format: &[u8], at: usize, of_bytes: bool, mapping: bool) -> Result<Option<(Piece, usize)>> {
    let Some(rest) = format.get(at..).filter(|rest| !rest.is_empty()) else { return Ok(None) };
    if rest.starts_with(b"%%") {
        return Ok(Some((Piece::Literal(at..at + 1), at + 2)));
    }
    if rest[0] != b'%' {
        let end = rest.iter().position(|b| *b == b'%').map_or(format.len(), |n| at + n);
        return Ok(Some((Piece::Literal(at..end), end)));
    }
    if rest.starts_with(b"%(") && !mapping {
        return Err(Error::type_error("format requires a mapping"));
    }
    let mut reader = Reader { format, at: at + 1, of_bytes };
    let directive = reader.directive()?;
    Ok(Some((Piece::Value(directive), reader.at)))
}

struct Reader<'a> {
    format: &'a [u8],
    at: usize,
    of_bytes: bool,
}

impl Reader<'_> {
    fn peek(&self) -> Result<u8> {
        self.format.get(self.at).copied().ok_or_else(|| Error::value("incomplete format"))
    }

    fn directive(&mut self) -> Result<Directive> {
        let key = self.key()?;
        let (mut left, mut plus, mut space, mut alternate, mut zero) = (false, false, false, false, false);
        loop {
            match self.peek()? {
                b'-' => left = true,
                b'+' => plus = true,
                b' ' => space = true,
                b'#' => alternate = true,
                b'0' => zero = true,
                _ => break,
            }
            self.at += 1;
        }
        let width = self.amount("width too big", i64::MAX as u64)?;
        let mut precision = Amount::Absent;
        if self.peek()? == b'.' {
            self.at += 1;
            let name = if self.of_bytes { "prec too big" } else { "precision too big" };
            precision = match self.amount(name, i32::MAX as u64)? {
                Amount::Absent => Amount::Is(0),
                said => said,
            };
        }
        if matches!(self.peek()?, b'h' | b'l' | b'L') {
            self.at += 1;
        }
        let place = self.characters_before(self.at);
        let letter = self.letter()?;
        let sign = if plus {
            Plus::Plus
        } else if space {
            Plus::Space
        } else {
            Plus::Nothing
        };
        Ok(Directive { key, width, precision, letter, left, sign, alternate, zero, place })
    }

    fn key(&mut self) -> Result<Option<Range<usize>>> {
        if self.peek()? != b'(' {
            return Ok(None);
        }
        let start = self.at + 1;
        let mut depth = 0_usize;
        while let Some(byte) = self.format.get(self.at) {
            match byte {
                b'(' => depth += 1,
                b')' => depth -= 1,
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return Ok(Some(start..self.at - 1));
            }
        }
        Err(Error::value("incomplete format key"))
    }

    fn amount(&mut self, too_big: &str, most: u64) -> Result<Amount> {
        if self.peek()? == b'*' {
            self.at += 1;
            return Ok(Amount::Next);
        }
        let mut value: Option<u64> = None;
        while let digit @ b'0'..=b'9' = self.peek()? {
            let n = value.unwrap_or(0).saturating_mul(10).saturating_add(u64::from(digit - b'0'));
            if n > most {
                return Err(Error::value(too_big));
            }
            value = Some(n);
            self.at += 1;
        }
        Ok(value.map_or(Amount::Absent, |n| Amount::Is(usize::try_from(n).unwrap_or(usize::MAX))))
    }

    fn letter(&mut self) -> Result<char> {
        let byte = self.peek()?;
        let decoded = std::str::from_utf8(&self.format[self.at..]).ok().and_then(|rest| rest.chars().next());
        let letter = if self.of_bytes { char::from(byte) } else { decoded.unwrap_or(char::from(byte)) };
        self.at += if self.of_bytes { 1 } else { letter.len_utf8() };
        Ok(letter)
    }

    fn characters_before(&self, at: usize) -> usize {
        let continues = |b: &&u8| !self.of_bytes && **b & 0xC0 == 0x80;
        at - self.format[..at].iter().filter(continues).count()
    }
}

impl Directive {
    /// What the value should be.
    ///
    /// # Errors
    /// `ValueError` if the letter means nothing.
    pub fn want(&self, of_bytes: bool) -> Result<Want> {
        match self.letter {
            's' => Ok(Want::Str),
            'b' if of_bytes => Ok(Want::Str),
            'r' => Ok(Want::Repr),
            'a' => Ok(Want::Ascii),
            'd' | 'i' | 'u' | 'o' | 'x' | 'X' | 'e' | 'E' | 'f' | 'F' | 'g' | 'G' => Ok(Want::Number),
            'c' => Ok(Want::Character),
            letter => {
                if of_bytes && !letter.is_ascii() {
                    // CPython's own message fails to be made.
                    return Err(Error::overflow("character argument not in range(0x110000)"));
                }
                let shown = if of_bytes || (' '..='~').contains(&letter) { letter } else { '?' };
                Err(Error::value(format!(
                    "unsupported format character '{shown}' (0x{:x}) at index {}",
                    u32::from(letter),
                    self.place
                )))
            }
        }
    }

    /// The value for `*` as width: negative ones stand on the left.
    ///
    /// # Errors
    /// `OverflowError` if it is too large.
    pub fn set_width(&mut self, n: &BigInt) -> Result<()> {
        let n = n.to_i64().ok_or_else(|| Error::overflow("Python int too large to convert to C ssize_t"))?;
        self.left |= n < 0;
        self.width = Amount::Is(usize::try_from(n.unsigned_abs()).unwrap_or(usize::MAX));
        Ok(())
    }

    /// The value for `*` as precision: negative ones are 0.
    ///
    /// # Errors
    /// `OverflowError` if it is too large.
    pub fn set_precision(&mut self, n: &BigInt) -> Result<()> {
        let n = n.to_i32().ok_or_else(|| Error::overflow("Python int too large to convert to C int"))?;
        self.precision = Amount::Is(usize::try_from(n).unwrap_or(0));
        Ok(())
    }

    fn spec(&self, fill: char) -> Spec {
        let align = match (self.left, fill) {
            (true, _) => Align::Left,
            (false, '0') => Align::AfterSign,
            (false, _) => Align::Right,
        };
        let width = if let Amount::Is(width) = self.width { width } else { 0 };
        let fill = if self.left { ' ' } else { fill };
        let sign = Some(self.sign);
        Spec {
            fill,
            align,
            sign,
            no_minus_zero: false,
            alternate: false,
            width,
            grouping: None,
            precision: None,
            letter: None,
        }
    }

    const fn precision(&self) -> Option<usize> {
        if let Amount::Is(precision) = self.precision { Some(precision) } else { None }
    }

    /// Lays out a text that was made by `str`, `repr` or `ascii`.
    ///
    /// # Errors
    /// `MemoryError` if the result is longer than `limit` bytes.
    pub fn text(&self, text: &str, limit: usize) -> Result<String> {
        let end = self.precision().and_then(|n| text.char_indices().nth(n)).map_or(text.len(), |(at, _)| at);
        let shown = &text[..end];
        layout::text(shown, shown.chars().count(), &self.spec(' '), limit)
    }

    /// Lays out bytes, in a format of bytes.
    ///
    /// # Errors
    /// `MemoryError` if the result is longer than `limit` bytes.
    pub fn bytes(&self, bytes: &[u8], limit: usize) -> Result<Vec<u8>> {
        self.padded(&bytes[..self.precision().map_or(bytes.len(), |n| n.min(bytes.len()))], limit)
    }

    /// Lays out one byte for `%c`, in a format of bytes; there the precision means nothing.
    ///
    /// # Errors
    /// `MemoryError` if the result is longer than `limit` bytes.
    pub fn byte(&self, byte: u8, limit: usize) -> Result<Vec<u8>> {
        self.padded(&[byte], limit)
    }

    fn padded(&self, shown: &[u8], limit: usize) -> Result<Vec<u8>> {
        let width = if let Amount::Is(width) = self.width { width } else { 0 };
        let padding = width.saturating_sub(shown.len());
        within(shown.len().saturating_add(padding), limit)?;
        let spaces = vec![b' '; padding];
        Ok(if self.left { [shown, &spaces].concat() } else { [&spaces, shown].concat() })
    }

    /// Lays out a number; `type_name` is that of the value, for the error.
    ///
    /// # Errors
    /// `TypeError` if it is not the number that the letter wants, `OverflowError` and `ValueError` if it cannot be shown,
    /// `MemoryError` if the result is longer than `limit` bytes.
    pub fn number(&self, value: Number<'_>, type_name: &str, of_bytes: bool, limit: usize) -> Result<String> {
        let letter = self.letter;
        let fill = if self.zero { '0' } else { ' ' };
        within(self.precision().unwrap_or(0), limit)?;
        let parts = match (letter, value) {
            ('d' | 'i' | 'u' | 'o' | 'x' | 'X', Number::Int(n)) => self.int(n, limit)?,
            ('d' | 'i' | 'u', Number::Float(x)) => self.int(&to_int(x)?, limit)?,
            ('d' | 'i' | 'u', Number::Other) => {
                let letter = if of_bytes && letter == 'i' { 'd' } else { letter };
                return Err(Error::type_error(format!(
                    "%{letter} format: a real number is required, not {type_name}"
                )));
            }
            ('o' | 'x' | 'X', _) => {
                return Err(Error::type_error(format!(
                    "%{letter} format: an integer is required, not {type_name}"
                )));
            }
            (_, Number::Int(n)) => self.float(to_float(n)?),
            (_, Number::Float(x)) => self.float(x),
            (_, Number::Other) => {
                let required = if of_bytes { "float argument required" } else { "must be real number" };
                return Err(Error::type_error(format!("{required}, not {type_name}")));
            }
        };
        layout::number(&parts, &self.spec(fill), limit)
    }

    fn int(&self, n: &BigInt, limit: usize) -> Result<Parts> {
        let (base, upper) = match self.letter {
            'o' => (8, false),
            'x' => (16, false),
            'X' => (16, true),
            _ => (10, false),
        };
        let mut digits = if base == 10 {
            decimal_digits(n.magnitude())?
        } else {
            binary_digits(n.magnitude(), base, limit)?
        };
        if upper {
            digits.make_ascii_uppercase();
        }
        let zeros = self.precision().unwrap_or(0).saturating_sub(digits.len());
        let prefix = match (self.alternate, upper) {
            (true, true) => "0X",
            (true, false) => prefix(base),
            (false, _) => "",
        };
        let negative = n.sign() == Sign::Minus;
        Ok(Parts { negative, prefix, digits: "0".repeat(zeros) + &digits, rest: String::new(), group: 3 })
    }

    fn float(&self, x: f64) -> Parts {
        let precision = Some(self.precision().unwrap_or(6));
        let (digits, rest) = Shape { letter: Some(self.letter), precision, alternate: self.alternate }.of(x);
        let negative = x.is_sign_negative() && !x.is_nan();
        // A name such as inf is filled with zeros like digits.
        Parts { negative, prefix: "", digits, rest, group: 3 }
    }

    /// Lays out one character for `%c`: a text of one character, or a number as [`code_point`] has it.
    ///
    /// # Errors
    /// `MemoryError` if the result is longer than `limit` bytes.
    pub fn character(&self, c: char, limit: usize) -> Result<String> {
        layout::text(c.encode_utf8(&mut [0; 4]), 1, &self.spec(' '), limit)
    }
}

/// The character that a number means for `%c`.
///
/// # Errors
/// `OverflowError` if there is none.
pub fn code_point(n: &BigInt) -> Result<char> {
    n.to_u32().and_then(char::from_u32).ok_or_else(|| Error::overflow("%c arg not in range(0x110000)"))
}

/// The character of a text for `%c`.
///
/// # Errors
/// `TypeError` if the text is not one character.
pub fn only_character(text: &str) -> Result<char> {
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) => Ok(c),
        _ => Err(Error::type_error("%c requires int or char")),
    }
}

/// The byte that a number means for `%c` in a format of bytes.
///
/// # Errors
/// `OverflowError` if there is none.
pub fn code_byte(n: &BigInt) -> Result<u8> {
    n.to_u8().ok_or_else(|| Error::overflow("%c arg not in range(256)"))
}
