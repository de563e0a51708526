//! The digits of a floating-point number in the shape that a letter of the format specification asks for.

use super::float_text::{fixed, rounded, shortest, significant, unsigned_name};

/// What the digits of a floating-point number should look like.
pub(crate) struct Shape {
    /// `e`, `f`, `g`, their capitals, `%` as `f`, `n` as `g`, or none.
    pub(crate) letter: Option<char>,
    /// Digits after the point (`e`, `f`) or in all (`g`, none).
    pub(crate) precision: Option<usize>,
    /// Keep the point, and with `g` the zeros.
    pub(crate) alternate: bool,
}

impl Shape {
    /// The digits before the point of a number without its sign, and all that follows them.
    pub(crate) fn of(&self, value: f64) -> (String, String) {
        let upper = self.letter.is_some_and(|c| c.is_ascii_uppercase());
        if let Some(name) = unsigned_name(value) {
            return (String::new(), if upper { name.to_ascii_uppercase() } else { name.to_owned() });
        }
        let (value, e) = (value.abs(), if upper { 'E' } else { 'e' });
        let places = self.precision.unwrap_or(6);
        match self.letter.map(|c| c.to_ascii_lowercase()) {
            Some('e') => {
                let (digits, exponent) = significant(value, places + 1);
                self.split(&digits, exponent, Some(e), false)
            }
            Some('f' | '%') => {
                let text = rounded(value, places);
                let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
                (whole.to_owned(), self.pointed(rest))
            }
            None if self.precision.is_none() => {
                let (digits, exponent) = shortest(value);
                let wide = !(-4..16).contains(&exponent);
                self.split(&digits, exponent, wide.then_some(e), true)
            }
            letter => {
                let (count, dot_zero) = (places.max(1), letter.is_none());
                let (mut digits, exponent) = significant(value, count);
                if !self.alternate {
                    digits.truncate(digits.trim_end_matches('0').len().max(1));
                }
                let most = i32::try_from(count).unwrap_or(i32::MAX) - i32::from(dot_zero);
                let wide = exponent < -4 || exponent >= most;
                self.split(&digits, exponent, wide.then_some(e), dot_zero)
            }
        }
    }

    /// Digits with an exponent, or with the point where it belongs. `dot_zero`: a whole number without exponent ends in
    /// `.0`.
    fn split(&self, digits: &str, exponent: i32, e: Option<char>, dot_zero: bool) -> (String, String) {
        if let Some(e) = e {
            let (first, rest) = digits.split_at(1);
            let sign = if exponent < 0 { '-' } else { '+' };
            return (
                first.to_owned(),
                format!("{}{e}{sign}{:02}", self.pointed(rest), exponent.unsigned_abs()),
            );
        }
        let text = fixed(digits, exponent);
        let (whole, rest) = text.split_once('.').unwrap_or((&text, if dot_zero { "0" } else { "" }));
        (whole.to_owned(), self.pointed(rest))
    }

    fn pointed(&self, rest: &str) -> String {
        if rest.is_empty() && !self.alternate { String::new() } else { format!(".{rest}") }
    }
}
