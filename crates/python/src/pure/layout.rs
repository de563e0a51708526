//! How the parts of a formatted value stand in its width: fill, sign, prefix, grouped digits, what follows them.

use super::error::{Error, Result, within};
use super::spec::{Align, Plus, Spec};

/// A number before it is laid out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    /// Whether a minus stands before it.
    pub negative: bool,
    /// `0x` and the like.
    pub prefix: &'static str,
    /// The digits before the point, which may be grouped.
    pub digits: String,
    /// Point, digits after it, exponent, per cent sign; or a name such as `inf`.
    pub rest: String,
    /// How many digits a group has.
    pub group: usize,
}

/// Lays a number out.
///
/// # Errors
/// `MemoryError` if the result is longer than `limit` bytes.
pub fn number(parts: &Parts, spec: &Spec, limit: usize) -> Result<String> {
    within(spec.width.saturating_mul(spec.fill.len_utf8()), limit)?;
    within(parts.digits.len().saturating_mul(2).saturating_add(parts.rest.len()), limit)?;
    let sign = match (parts.negative, spec.sign) {
        (true, _) => "-",
        (false, Some(Plus::Plus)) => "+",
        (false, Some(Plus::Space)) => " ",
        (false, _) => "",
    };
    let head = format!("{sign}{}", parts.prefix);
    let around = head.len() + parts.rest.len();
    let zeros = if spec.fill == '0' && spec.align == Align::AfterSign {
        spec.width.saturating_sub(around)
    } else {
        0
    };
    let digits = grouped(&parts.digits, parts.group, spec.grouping, zeros);
    let padding = spec.width.saturating_sub(around + digits.len());
    let body = format!("{digits}{}", parts.rest);
    match spec.align {
        Align::AfterSign => Ok(head + &run(spec.fill, padding) + &body),
        _ => padded(&(head + &body), padding, spec, limit),
    }
}

/// Lays a text of `chars` characters out.
///
/// # Errors
/// `MemoryError` if the result is longer than `limit` bytes.
pub fn text(text: &str, chars: usize, spec: &Spec, limit: usize) -> Result<String> {
    padded(text, spec.width.saturating_sub(chars), spec, limit)
}

fn padded(text: &str, padding: usize, spec: &Spec, limit: usize) -> Result<String> {
    let bytes = padding.checked_mul(spec.fill.len_utf8()).and_then(|n| n.checked_add(text.len()));
    within(bytes.ok_or_else(Error::too_large)?, limit)?;
    let left = match spec.align {
        Align::Left => 0,
        Align::Center => padding / 2,
        Align::Right | Align::AfterSign => padding,
    };
    Ok(run(spec.fill, left) + text + &run(spec.fill, padding - left))
}

fn run(fill: char, count: usize) -> String {
    std::iter::repeat_n(fill, count).collect()
}

/// Digits in groups, with zeros before them until `least` characters are there. A group is never left with a separator
/// at its front, so that one character more may come.
fn grouped(digits: &str, group: usize, separator: Option<char>, least: usize) -> String {
    if digits.is_empty() {
        return String::new();
    }
    let Some(separator) = separator else {
        return run('0', least.saturating_sub(digits.len())) + digits;
    };
    let mut backwards: Vec<char> = Vec::new();
    let mut left = digits.chars().rev().peekable();
    let mut missing = least;
    loop {
        let wanted = group.min(left.clone().take(group).count().max(missing).max(1));
        for _ in 0..wanted {
            backwards.push(left.next().unwrap_or('0'));
        }
        missing = missing.saturating_sub(wanted);
        if left.peek().is_none() && missing == 0 {
            break;
        }
        backwards.push(separator);
        missing = missing.saturating_sub(1);
    }
    backwards.iter().rev().collect()
}
