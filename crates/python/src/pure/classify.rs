//! What characters are: the `is…` methods of text that ask about each character. All but [`is_ascii`] and
//! [`all_printable`] are false of an empty text; those of capitals are in [`case`](super::case).

use unicode_general_category::{GeneralCategory as Category, get_general_category};

use super::numerals::{decimal, is_space};
use super::quote::is_printable;

fn all(text: &str, holds: impl Fn(char) -> bool) -> bool {
    !text.is_empty() && text.chars().all(holds)
}

fn is_letter(c: char) -> bool {
    matches!(
        get_general_category(c),
        Category::UppercaseLetter
            | Category::LowercaseLetter
            | Category::TitlecaseLetter
            | Category::ModifierLetter
            | Category::OtherLetter
    )
}

/// Digits that are not decimal: raised, lowered, in circles.
fn is_other_digit(c: char) -> bool {
    matches!(u32::from(c),
        0xB2..=0xB3 | 0xB9 | 0x1369..=0x1371 | 0x19DA | 0x2070 | 0x2074..=0x2079 | 0x2080..=0x2089 | 0x2460..=0x2468
        | 0x2474..=0x247C | 0x2488..=0x2490 | 0x24EA | 0x24F5..=0x24FD | 0x24FF | 0x2776..=0x277E | 0x2780..=0x2788
        | 0x278A..=0x2792 | 0x10A40..=0x10A43 | 0x10E60..=0x10E68 | 0x11052..=0x1105A | 0x1F100..=0x1F10A)
}

/// Chinese characters that have the value of a number (Unihan's numeric fields in Unicode 14).
const NUMERIC_HAN: [u32; 81] = [
    0x3405, 0x3483, 0x382A, 0x3B4D, 0x4E00, 0x4E03, 0x4E07, 0x4E09, 0x4E5D, 0x4E8C, 0x4E94, 0x4E96, 0x4EBF,
    0x4EC0, 0x4EDF, 0x4EE8, 0x4F0D, 0x4F70, 0x5104, 0x5146, 0x5169, 0x516B, 0x516D, 0x5341, 0x5343, 0x5344,
    0x5345, 0x534C, 0x53C1, 0x53C2, 0x53C3, 0x53C4, 0x56DB, 0x58F1, 0x58F9, 0x5E7A, 0x5EFE, 0x5EFF, 0x5F0C,
    0x5F0D, 0x5F0E, 0x5F10, 0x62FE, 0x634C, 0x67D2, 0x6F06, 0x7396, 0x767E, 0x8086, 0x842C, 0x8CAE, 0x8CB3,
    0x8D30, 0x9621, 0x9646, 0x964C, 0x9678, 0x96F6, 0xF96B, 0xF973, 0xF978, 0xF9B2, 0xF9D1, 0xF9D3, 0xF9FD,
    0x20001, 0x20064, 0x200E2, 0x20121, 0x2092A, 0x20983, 0x2098C, 0x2099C, 0x20AEA, 0x20AFD, 0x20B19,
    0x22390, 0x22998, 0x23B1B, 0x2626D, 0x2F890,
];

fn is_numeric_char(c: char) -> bool {
    let number = matches!(
        get_general_category(c),
        Category::DecimalNumber | Category::LetterNumber | Category::OtherNumber
    );
    number || (u32::from(c) > 0x3400 && NUMERIC_HAN.contains(&u32::from(c)))
}

/// `text.isalpha()`
pub fn is_alpha(text: &str) -> bool {
    all(text, is_letter)
}

/// `text.isdecimal()`
pub fn is_decimal(text: &str) -> bool {
    all(text, |c| decimal(c).is_some())
}

/// `text.isdigit()`
pub fn is_digit(text: &str) -> bool {
    all(text, |c| decimal(c).is_some() || is_other_digit(c))
}

/// `text.isnumeric()`
pub fn is_numeric(text: &str) -> bool {
    all(text, is_numeric_char)
}

/// `text.isalnum()`
pub fn is_alnum(text: &str) -> bool {
    all(text, |c| is_letter(c) || is_numeric_char(c))
}

/// `text.isspace()`
pub fn is_space_text(text: &str) -> bool {
    all(text, is_space)
}

/// `text.isprintable()`, which holds of an empty text.
pub fn all_printable(text: &str) -> bool {
    text.chars().all(is_printable)
}

/// `text.isascii()`, which holds of an empty text.
pub fn is_ascii(text: &str) -> bool {
    text.is_ascii()
}

/// `text.isidentifier()`: keywords are identifiers here, as in CPython.
pub fn is_identifier(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|c| c == '_' || starts(c)) && chars.all(continues)
}

/// Unicode's XID_Start, from the categories and the short lists of exceptions to them.
fn starts(c: char) -> bool {
    let other = matches!(u32::from(c), 0x1885..=0x1886 | 0x2118 | 0x212E);
    let unstable = matches!(u32::from(c),
        0x37A | 0xE33 | 0xEB3 | 0x309B..=0x309C | 0xFC5E..=0xFC63 | 0xFDFA..=0xFDFB | 0xFE70 | 0xFE72 | 0xFE74 | 0xFE76 | 0xFE78 | 0xFE7A
        | 0xFE7C | 0xFE7E | 0xFF9E..=0xFF9F | 0x2E2F);
    (is_letter(c) || other || get_general_category(c) == Category::LetterNumber) && !unstable
}

/// Unicode's XID_Continue.
fn continues(c: char) -> bool {
    let other =
        matches!(u32::from(c), 0xB7 | 0x387 | 0x1369..=0x1371 | 0x19DA | 0xE33 | 0xEB3 | 0xFF9E..=0xFF9F);
    let category = matches!(
        get_general_category(c),
        Category::NonspacingMark
            | Category::SpacingMark
            | Category::DecimalNumber
            | Category::ConnectorPunctuation
    );
    starts(c) || other || category
}
