//! Capital and small letters: `lower`, `upper`, `title`, `capitalize`, `swapcase`, `casefold` of text and of bytes.
//!
//! Rust's library has Unicode's mappings to capital and small letters, of a later version than CPython 3.11: characters
//! that Unicode 14 has not assigned stay as they are. Its tables of title case and of folding are not public; both
//! follow from the other two but for the characters named here. Tests compare every character.

use unicode_general_category::{GeneralCategory as Category, get_general_category};

use super::error::{Result, within};

fn known(c: char) -> bool {
    c.is_ascii() || get_general_category(c) != Category::Unassigned
}

fn upper_into(c: char, out: &mut String) {
    // Some got their capital later.
    if c.to_uppercase().chain([c]).all(known) { out.extend(c.to_uppercase()) } else { out.push(c) }
}

fn lower_into(c: char, out: &mut String) {
    if known(c) { out.extend(c.to_lowercase()) } else { out.push(c) }
}

/// The character as the first of a word.
fn title_into(c: char, out: &mut String) {
    let one = |code: u32| char::from_u32(code).unwrap_or(c);
    let code = u32::from(c);
    match code {
        // Digraphs have a form of their own, with one capital.
        0x1C4..=0x1CC => out.push(one(0x1C5 + (code - 0x1C4) / 3 * 3)),
        0x1F1..=0x1F3 => out.push('\u{1F2}'),
        0x149 => out.push_str("\u{2BC}N"),
        // Georgian has capitals for whole words alone.
        0x10D0..=0x10FF => out.push(c),
        // Greek with an iota below, which stays below.
        0x1F80..=0x1FAF => out.push(one(code | 8)),
        0x1FB3 | 0x1FC3 | 0x1FF3 => out.push(one(code + 9)),
        0x1FBC | 0x1FCC | 0x1FFC => out.push(c),
        0x1FB2..=0x1FF7 => {
            let mut upper = c.to_uppercase();
            out.extend(upper.next());
            out.extend(upper.map(|to| if to == '\u{399}' { '\u{345}' } else { to }));
        }
        _ => {
            let mut upper = c.to_uppercase();
            match upper.next() {
                Some(first) if known(c) && known(first) => {
                    out.push(first);
                    out.extend(upper.flat_map(char::to_lowercase));
                }
                _ => out.push(c),
            }
        }
    }
}

fn fold_into(c: char, out: &mut String) {
    let code = u32::from(c);
    match code {
        // The dotless i is no other i.
        0x131 => out.push(c),
        0x1E9E => out.push_str("ss"),
        // Cherokee folds to its capitals, which came first.
        0x13A0..=0x13F5 => out.push(c),
        0x13F8..=0x13FD => out.push(char::from_u32(code - 8).unwrap_or(c)),
        0xAB70..=0xABBF => out.push(char::from_u32(code - 0xAB70 + 0x13A0).unwrap_or(c)),
        _ if known(c) => out.extend(c.to_uppercase().flat_map(char::to_lowercase)),
        _ => out.push(c),
    }
}

/// Has capital and small forms, or is one (the property Cased).
fn is_cased(c: char) -> bool {
    is_lower(c) || c.is_uppercase() || get_general_category(c) == Category::TitlecaseLetter
}

/// Is passed over when looking for the letters around a sigma (the property Case_Ignorable).
fn is_ignorable(c: char) -> bool {
    let category = get_general_category(c);
    matches!(
        category,
        Category::NonspacingMark
            | Category::EnclosingMark
            | Category::Format
            | Category::ModifierLetter
            | Category::ModifierSymbol
    ) || matches!(
        c,
        '\'' | '.'
            | ':'
            | '\u{b7}'
            | '\u{387}'
            | '\u{55f}'
            | '\u{5f4}'
            | '\u{2018}'
            | '\u{2019}'
            | '\u{2024}'
            | '\u{2027}'
            | '\u{fe13}'
            | '\u{fe52}'
            | '\u{fe55}'
            | '\u{ff07}'
            | '\u{ff0e}'
            | '\u{ff1a}'
    )
}

/// A small letter in its text: sigma has a form for the end of a word.
fn lower_in(text: &str, at: usize, c: char, out: &mut String) {
    if c != 'Σ' {
        return lower_into(c, out);
    }
    let before = text[..at].chars().rev().find(|c| !is_ignorable(*c)).is_some_and(is_cased);
    let after = text[at + c.len_utf8()..].chars().find(|c| !is_ignorable(*c)).is_some_and(is_cased);
    out.push(if before && !after { 'ς' } else { 'σ' });
}

/// Maps each character, by its place and whether it follows a cased one.
fn mapped(text: &str, limit: usize, mut each: impl FnMut(usize, char, &mut String)) -> Result<String> {
    let mut out = String::with_capacity(text.len().min(limit));
    for (at, c) in text.char_indices() {
        each(at, c, &mut out);
        within(out.len(), limit)?;
    }
    Ok(out)
}

/// `text.lower()`.
///
/// # Errors
/// `MemoryError` if the result is longer than `limit` bytes.
pub fn lower(text: &str, limit: usize) -> Result<String> {
    mapped(text, limit, |at, c, out| lower_in(text, at, c, out))
}

/// `text.upper()`.
///
/// # Errors
/// `MemoryError` if the result is longer than `limit` bytes.
pub fn upper(text: &str, limit: usize) -> Result<String> {
    mapped(text, limit, |_, c, out| upper_into(c, out))
}

/// `text.casefold()`.
///
/// # Errors
/// `MemoryError` if the result is longer than `limit` bytes.
pub fn casefold(text: &str, limit: usize) -> Result<String> {
    mapped(text, limit, |_, c, out| fold_into(c, out))
}

/// `text.swapcase()`.
///
/// # Errors
/// `MemoryError` if the result is longer than `limit` bytes.
pub fn swapcase(text: &str, limit: usize) -> Result<String> {
    mapped(text, limit, |at, c, out| {
        if c.is_uppercase() {
            lower_in(text, at, c, out);
        } else if is_lower(c) {
            upper_into(c, out);
        } else {
            out.push(c);
        }
    })
}

/// `text.capitalize()`.
///
/// # Errors
/// `MemoryError` if the result is longer than `limit` bytes.
pub fn capitalize(text: &str, limit: usize) -> Result<String> {
    mapped(text, limit, |at, c, out| if at == 0 { title_into(c, out) } else { lower_in(text, at, c, out) })
}

/// `text.title()`.
///
/// # Errors
/// `MemoryError` if the result is longer than `limit` bytes.
pub fn title(text: &str, limit: usize) -> Result<String> {
    let mut inside = false;
    mapped(text, limit, |at, c, out| {
        if inside {
            lower_in(text, at, c, out)
        } else {
            title_into(c, out)
        }
        inside = known(c) && is_cased(c);
    })
}

/// `text.istitle()`: capitals follow what has no case, small letters follow what has.
pub fn is_title(text: &str) -> bool {
    let (mut inside, mut any) = (false, false);
    for c in text.chars() {
        if is_upper(c) || get_general_category(c) == Category::TitlecaseLetter {
            if inside {
                return false;
            }
            (inside, any) = (true, true);
        } else if is_lower(c) {
            if !inside {
                return false;
            }
        } else {
            inside = false;
        }
    }
    any
}

fn is_upper(c: char) -> bool {
    c.is_uppercase() && known(c)
}

/// One letter of phonetics was small in Unicode 14, five raised ones were not.
fn is_lower(c: char) -> bool {
    let changed = matches!(c, '\u{10fc}' | '\u{ab69}' | '\u{a7f2}'..='\u{a7f4}');
    c == '\u{295}' || (c.is_lowercase() && known(c) && !changed)
}

/// `text.isupper()`: something has case, and all that has is a capital.
pub fn is_upper_text(text: &str) -> bool {
    let other = |c: char| is_lower(c) || get_general_category(c) == Category::TitlecaseLetter;
    !text.chars().any(other) && text.chars().any(is_upper)
}

/// `text.islower()`: something has case, and all that has is a small letter.
pub fn is_lower_text(text: &str) -> bool {
    let other = |c: char| is_upper(c) || get_general_category(c) == Category::TitlecaseLetter;
    !text.chars().any(other) && text.chars().any(is_lower)
}

/// `bytes.swapcase()`.
pub fn swapcase_bytes(bytes: &[u8]) -> Vec<u8> {
    let swap = |b: &u8| if b.is_ascii_uppercase() { b.to_ascii_lowercase() } else { b.to_ascii_uppercase() };
    bytes.iter().map(swap).collect()
}

/// `bytes.capitalize()`.
pub fn capitalize_bytes(bytes: &[u8]) -> Vec<u8> {
    let mut out = bytes.to_ascii_lowercase();
    if let Some(first) = out.first_mut() {
        first.make_ascii_uppercase();
    }
    out
}

/// `bytes.title()`.
pub fn title_bytes(bytes: &[u8]) -> Vec<u8> {
    let mut inside = false;
    let mut each = |b: &u8| {
        let out = if inside { b.to_ascii_lowercase() } else { b.to_ascii_uppercase() };
        inside = b.is_ascii_alphabetic();
        out
    };
    bytes.iter().map(&mut each).collect()
}

/// `bytes.istitle()`.
pub fn is_title_bytes(bytes: &[u8]) -> bool {
    let (mut inside, mut any) = (false, false);
    for b in bytes {
        if (b.is_ascii_uppercase() && inside) || (b.is_ascii_lowercase() && !inside) {
            return false;
        }
        inside = b.is_ascii_alphabetic();
        any |= inside;
    }
    any
}
