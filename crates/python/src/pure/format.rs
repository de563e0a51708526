//! `format(value, spec)`, as f-strings and `str.format` call it, of text, whole numbers and floating-point numbers.

use num_bigint::{BigInt, Sign};

use super::error::{Error, Result, within};
use super::float_text::repr;
use super::int_math::to_float;
use super::int_text::{binary_digits, decimal, decimal_digits, prefix};
use super::layout::{self, Parts};
use super::shape::Shape;
use super::spec::{Align, Plus, Spec, parse, unknown};

/// `format(text, spec)`.
///
/// # Errors
/// `ValueError` if the specification is none for text; `MemoryError` beyond `limit` bytes.
pub fn of_str(value: &str, spec: &str, limit: usize) -> Result<String> {
    if spec.is_empty() {
        return Ok(value.to_owned());
    }
    let spec = parse(spec, false, "str")?;
    if let Some(letter) = spec.letter.filter(|letter| *letter != 's') {
        return Err(unknown(letter, "str"));
    }
    let refused = |what: &str| Err(Error::value(format!("{what} not allowed in string format specifier")));
    match spec.sign {
        Some(Plus::Space) => return refused("Space"),
        Some(_) => return refused("Sign"),
        None => {}
    }
    if spec.no_minus_zero {
        return refused("Negative zero coercion (z)");
    }
    if spec.alternate {
        return refused("Alternate form (#)");
    }
    if spec.align == Align::AfterSign {
        return Err(Error::value("'=' alignment not allowed in string format specifier"));
    }
    let end = spec.precision.and_then(|n| value.char_indices().nth(n)).map_or(value.len(), |(at, _)| at);
    let shown = &value[..end];
    layout::text(shown, shown.chars().count(), &spec, limit)
}

/// `format(n, spec)` of a whole number whose type is called `type_name` (`int`, `bool`).
///
/// # Errors
/// `ValueError` if the specification is none for numbers or the number has too many digits, `OverflowError` if it is
/// too large for what is asked, `MemoryError` beyond `limit` bytes.
pub fn of_int(value: &BigInt, spec: &str, type_name: &str, limit: usize) -> Result<String> {
    if spec.is_empty() {
        return decimal(value);
    }
    let spec = parse(spec, true, type_name)?;
    match spec.letter {
        None | Some('b' | 'c' | 'd' | 'o' | 'x' | 'X' | 'n') => {
            layout::number(&int_parts(value, &spec, limit)?, &spec, limit)
        }
        Some('e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%') => float_spec(to_float(value)?, &spec, limit),
        Some(letter) => Err(unknown(letter, type_name)),
    }
}

fn int_parts(value: &BigInt, spec: &Spec, limit: usize) -> Result<Parts> {
    if spec.precision.is_some() {
        return Err(Error::value("Precision not allowed in integer format specifier"));
    }
    if spec.no_minus_zero {
        return Err(Error::value("Negative zero coercion (z) not allowed in integer format specifier"));
    }
    if spec.letter == Some('c') {
        let rest = character(value, spec)?.to_string();
        return Ok(Parts { negative: false, prefix: "", digits: String::new(), rest, group: 3 });
    }
    let base = match spec.letter {
        Some('b') => 2,
        Some('o') => 8,
        Some('x' | 'X') => 16,
        _ => 10,
    };
    let mut digits = if base == 10 {
        decimal_digits(value.magnitude())?
    } else {
        binary_digits(value.magnitude(), base, limit)?
    };
    let mut prefix = if spec.alternate { prefix(base) } else { "" };
    if spec.letter == Some('X') {
        digits.make_ascii_uppercase();
        prefix = if spec.alternate { "0X" } else { "" };
    }
    let group = if base == 10 { 3 } else { 4 };
    Ok(Parts { negative: value.sign() == Sign::Minus, prefix, digits, rest: String::new(), group })
}

fn character(value: &BigInt, spec: &Spec) -> Result<char> {
    if spec.sign.is_some() {
        return Err(Error::value("Sign not allowed with integer format specifier 'c'"));
    }
    if spec.alternate {
        return Err(Error::value("Alternate form (#) not allowed with integer format specifier 'c'"));
    }
    let code =
        i64::try_from(value).map_err(|_| Error::overflow("Python int too large to convert to C long"))?;
    u32::try_from(code)
        .ok()
        .and_then(char::from_u32)
        .ok_or_else(|| Error::overflow("%c arg not in range(0x110000)"))
}

/// `format(x, spec)`.
///
/// # Errors
/// `ValueError` if the specification is none for numbers, `MemoryError` beyond `limit` bytes.
pub fn of_float(value: f64, spec: &str, limit: usize) -> Result<String> {
    if spec.is_empty() {
        return Ok(repr(value));
    }
    float_spec(value, &parse(spec, true, "float")?, limit)
}

fn float_spec(value: f64, spec: &Spec, limit: usize) -> Result<String> {
    match spec.letter {
        None | Some('e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'n' | '%') => {}
        Some(letter) => return Err(unknown(letter, "float")),
    }
    if spec.precision.is_some_and(|p| p > i32::MAX as usize) {
        return Err(Error::value("precision too big"));
    }
    within(spec.precision.unwrap_or(0), limit)?;
    let shape = Shape { letter: spec.letter, precision: spec.precision, alternate: spec.alternate };
    let value = if spec.letter == Some('%') { value * 100.0 } else { value };
    let (digits, mut rest) = shape.of(value);
    if spec.letter == Some('%') {
        rest.push('%');
    }
    let zero =
        value.is_finite() && digits.bytes().chain(mantissa(&rest).bytes()).all(|b| !matches!(b, b'1'..=b'9'));
    let negative = value.is_sign_negative() && !value.is_nan() && !(spec.no_minus_zero && zero);
    layout::number(&Parts { negative, prefix: "", digits, rest, group: 3 }, spec, limit)
}

fn mantissa(rest: &str) -> &str {
    rest.split(['e', 'E']).next().unwrap_or(rest)
}
