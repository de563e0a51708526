//! `str.encode` and `bytes.decode`: UTF-8, ASCII and Latin-1, with what `errors=` says.

use super::error::{CodecFault, Error, Kind, Result, within};
use super::quote::escape;

/// A character encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// `utf-8`
    Utf8,
    /// `ascii`
    Ascii,
    /// `latin-1`
    Latin1,
}

impl Encoding {
    /// The encoding of a name: case, spaces, dashes and underscores make no difference, aliases are CPython's.
    ///
    /// # Errors
    /// `LookupError` if there is none of this name here.
    pub fn named(name: &str) -> Result<Self> {
        let mut plain = String::new();
        for c in name.chars() {
            if c.is_ascii_alphanumeric() || c == '.' {
                plain.push(c.to_ascii_lowercase());
            } else if !plain.ends_with('_') {
                plain.push('_');
            }
        }
        match plain.trim_matches('_') {
            "utf_8" | "utf8" | "u8" | "utf" | "utf8_ucs2" | "utf8_ucs4" | "cp65001" => Ok(Self::Utf8),
            "ascii" | "us_ascii" | "us" | "646" | "ansi_x3.4_1968" | "ansi_x3_4_1968" | "ansi_x3.4_1986"
            | "cp367" | "csascii" | "ibm367" | "iso646_us" | "iso_646.irv_1991" | "iso_ir_6" => {
                Ok(Self::Ascii)
            }
            "latin_1" | "latin1" | "latin" | "l1" | "8859" | "cp819" | "csisolatin1" | "ibm819"
            | "iso8859" | "iso8859_1" | "iso_8859_1" | "iso_8859_1_1987" | "iso_ir_100" => Ok(Self::Latin1),
            _ => Err(Error::new(Kind::Lookup, format!("unknown encoding: {name}"))),
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Ascii => "ascii",
            Self::Latin1 => "latin-1",
        }
    }

    /// The first character that it has no byte for.
    const fn bound(self) -> u32 {
        match self {
            Self::Utf8 => 0x11_0000,
            Self::Ascii => 0x80,
            Self::Latin1 => 0x100,
        }
    }

    const fn range(self) -> &'static str {
        match self {
            Self::Latin1 => "ordinal not in range(256)",
            Self::Utf8 | Self::Ascii => "ordinal not in range(128)",
        }
    }
}

fn unknown_handler(name: &str) -> Error {
    Error::new(Kind::Lookup, format!("unknown error handler name '{name}'"))
}

/// `text.encode(encoding, errors)`.
///
/// # Errors
/// `UnicodeEncodeError` if the encoding lacks a character and `errors` does not help, `LookupError` if there is no such
/// way, `MemoryError` if the result is longer than `limit` bytes.
pub fn encode(text: &str, encoding: Encoding, errors: &str, limit: usize) -> Result<Vec<u8>> {
    within(text.len(), limit)?;
    if encoding == Encoding::Utf8 || text.is_ascii() {
        return Ok(text.as_bytes().to_vec());
    }
    let fits = |c: char| u32::from(c) < encoding.bound();
    let mut out = Vec::with_capacity(text.len());
    let mut chars = text.chars().enumerate().peekable();
    while let Some((at, c)) = chars.next() {
        if fits(c) {
            // Below 256: it is a byte.
            out.push(u32::from(c) as u8);
            continue;
        }
        let mut shown = String::new();
        match errors {
            "ignore" => {}
            "replace" => shown.push('?'),
            "backslashreplace" => escape(c, &mut shown),
            "xmlcharrefreplace" => shown = format!("&#{};", u32::from(c)),
            "strict" | "surrogateescape" | "surrogatepass" => {
                let mut end = at + 1;
                while chars.next_if(|(_, c)| !fits(*c)).is_some() {
                    end += 1;
                }
                return Err(cannot_encode(c, encoding, at, end));
            }
            _ => return Err(unknown_handler(errors)),
        }
        out.extend_from_slice(shown.as_bytes());
        within(out.len(), limit)?;
    }
    Ok(out)
}

fn cannot_encode(c: char, encoding: Encoding, start: usize, end: usize) -> Error {
    let (name, reason) = (encoding.name(), encoding.range());
    let what = if end == start + 1 {
        let mut shown = String::new();
        escape(c, &mut shown);
        format!("character '{shown}' in position {start}")
    } else {
        format!("characters in position {start}-{}", end - 1)
    };
    let codec = Some(Box::new(CodecFault { encoding: name, start, end, reason }));
    Error { kind: Kind::Encode, message: format!("'{name}' codec can't encode {what}: {reason}"), codec }
}

/// `bytes.decode(encoding, errors)`.
///
/// # Errors
/// `UnicodeDecodeError` if the bytes are not in the encoding and `errors` does not help, `LookupError` if there is no such
/// way, `MemoryError` if the result is longer than `limit` bytes.
pub fn decode(bytes: &[u8], encoding: Encoding, errors: &str, limit: usize) -> Result<String> {
    within(bytes.len(), limit)?;
    if encoding == Encoding::Latin1 {
        let text: String = bytes.iter().map(|b| char::from(*b)).collect();
        within(text.len(), limit)?;
        return Ok(text);
    }
    let (mut out, mut at) = (String::with_capacity(bytes.len()), 0);
    while let Some((good, end, reason)) = fault(&bytes[at..], encoding) {
        // What stands before a fault was found to be text.
        out.push_str(std::str::from_utf8(&bytes[at..at + good]).unwrap_or_default());
        let (start, end) = (at + good, at + end);
        let bad = &bytes[start..end];
        match errors {
            "ignore" => {}
            "replace" => out.push('\u{fffd}'),
            "backslashreplace" => bad.iter().for_each(|b| out.push_str(&format!("\\x{b:02x}"))),
            "strict" | "surrogatepass" => return Err(cannot_decode(bad, encoding, start, end, reason)),
            "surrogateescape" => {
                return Err(Error::new(
                    Kind::Lookup,
                    "error handler 'surrogateescape' is not supported here",
                ));
            }
            "xmlcharrefreplace" | "namereplace" => {
                return Err(Error::type_error(
                    "don't know how to handle UnicodeDecodeError in error callback",
                ));
            }
            _ => return Err(unknown_handler(errors)),
        }
        at = end;
        within(out.len(), limit)?;
    }
    out.push_str(std::str::from_utf8(&bytes[at..]).unwrap_or_default());
    within(out.len(), limit)?;
    Ok(out)
}

/// The first fault: how many bytes are good before it, where it ends, and why it is one.
fn fault(bytes: &[u8], encoding: Encoding) -> Option<(usize, usize, &'static str)> {
    if encoding == Encoding::Ascii {
        let at = bytes.iter().position(|b| !b.is_ascii())?;
        return Some((at, at + 1, encoding.range()));
    }
    let error = std::str::from_utf8(bytes).err()?;
    let good = error.valid_up_to();
    Some(match error.error_len() {
        None => (good, bytes.len(), "unexpected end of data"),
        Some(len) => {
            let starts = matches!(bytes[good], 0xC2..=0xF4);
            (good, good + len, if starts { "invalid continuation byte" } else { "invalid start byte" })
        }
    })
}

fn cannot_decode(bad: &[u8], encoding: Encoding, start: usize, end: usize, reason: &'static str) -> Error {
    let name = encoding.name();
    let what = match bad {
        [byte] => format!("byte 0x{byte:02x} in position {start}"),
        _ => format!("bytes in position {start}-{}", end - 1),
    };
    let codec = Some(Box::new(CodecFault { encoding: name, start, end, reason }));
    Error { kind: Kind::Decode, message: format!("'{name}' codec can't decode {what}: {reason}"), codec }
}
