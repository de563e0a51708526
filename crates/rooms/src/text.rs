//! What a person writes: refused where it could show as something else than it is, and else kept as it is meant.

use icu_normalizer::ComposingNormalizerBorrowed;
use protocol::room::MOST_NICKNAME;

use crate::bounds::MOST_PAGE;
use crate::effect::{Refused, unfit};

const NFC: ComposingNormalizerBorrowed<'static> = ComposingNormalizerBorrowed::new_nfc();

/// Changes the order of what stands around it (Unicode UAX 9), breaks lines, or shows as nothing at all.
fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{2800}'
            | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e000}'..='\u{f8ff}' | '\u{e0000}'..='\u{10ffff}')
}

/// Joins what stands around it, or chooses its form: by itself it shows as nothing.
fn is_joiner(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}')
}

/// A name that somebody may be known by.
///
/// # Errors
/// If it is none: a sentence.
pub(crate) fn name(text: &str) -> Result<String, Refused> {
    if text.len() > 4 * MOST_NICKNAME {
        return Err(unfit(format!("A name has at most {MOST_NICKNAME} bytes: choose a shorter one.")));
    }
    let text = NFC.normalize(text);
    if text.chars().any(|c| is_deceptive(c) && !c.is_whitespace()) {
        return Err(unfit(
            "This name has characters that cannot be seen or that change the order of others: leave them out.",
        ));
    }
    let words: Vec<_> = text.split_whitespace().collect();
    let name = words.join(" ");
    match name.len() {
        0 => Err(unfit("A name cannot be empty: write how you want to be called.")),
        _ if name.chars().all(is_joiner) => {
            Err(unfit("A name must be seen: write how you want to be called."))
        }
        1..=MOST_NICKNAME => Ok(name),
        _ => Err(unfit(format!("A name has at most {MOST_NICKNAME} bytes: choose a shorter one."))),
    }
}

/// A text of lines, of at most so many bytes and not empty.
pub(crate) fn lines(what: &str, text: &str, most: usize) -> Result<String, Refused> {
    let text = NFC.normalize(text.trim()).replace("\r\n", "\n").replace('\t', " ");
    fit(what, &text, most, |c| c == '\n')?;
    if text.is_empty() {
        return Err(unfit(format!("{what} cannot be empty.")));
    }
    Ok(text)
}

/// A text of one line, which may be empty.
pub(crate) fn line(what: &str, text: &str, most: usize) -> Result<String, Refused> {
    let text = NFC.normalize(text.trim());
    fit(what, &text, most, |_| false)?;
    Ok(text.into_owned())
}

fn fit(what: &str, text: &str, most: usize, fine: impl Fn(char) -> bool) -> Result<(), Refused> {
    if text.len() > most {
        return Err(unfit(format!("{what} has at most {most} bytes; this has {}.", text.len())));
    }
    if text.chars().any(|c| is_deceptive(c) && !fine(c)) {
        return Err(unfit(format!("{what} has characters that cannot be seen: leave them out.")));
    }
    Ok(())
}

/// What a program quotes, cut to so many bytes and without what could show as something else: never refused.
pub(crate) fn quoted(text: &str, most: usize) -> String {
    let mut kept = String::new();
    for c in text.chars() {
        let c = if c.is_whitespace() { ' ' } else { c };
        if is_deceptive(c) {
            continue;
        }
        if kept.len() + c.len_utf8() > most {
            break;
        }
        kept.push(c);
    }
    kept
}

/// Whether this can be the address of a page: `/lessons/SLUG`.
pub(crate) fn is_page(page: &str) -> bool {
    page.starts_with('/') && page.len() <= MOST_PAGE && page.bytes().all(|b| b.is_ascii_graphic())
}

/// Whether this can be a figure's name, or none.
pub(crate) fn is_figure(figure: &str) -> bool {
    figure.len() <= MOST_PAGE && figure.bytes().all(|b| b.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_composed_and_has_single_blanks() {
        assert_eq!(name("  Zoe\u{308}   B. ").unwrap(), "Zo\u{eb} B.");
        assert_eq!(name("👩\u{200d}🚀").unwrap(), "👩\u{200d}🚀");
        assert_eq!(name("<script>alert(1)</script>").unwrap(), "<script>alert(1)</script>");
    }

    #[test]
    fn a_name_that_shows_as_something_else_is_refused() {
        for bad in [
            "",
            "  ",
            "\u{202e}adA",
            "A\u{0}",
            "A\u{200b}da",
            "\u{3164}",
            "\u{200d}",
            "\u{2066}x",
            "\u{feff}",
            "\u{e0041}",
        ] {
            assert!(name(bad).is_err(), "{bad:?}");
        }
        assert!(name(&"x".repeat(MOST_NICKNAME)).is_ok());
        assert!(name(&"x".repeat(MOST_NICKNAME + 1)).is_err());
        assert!(name(&"x".repeat(1 << 20)).is_err());
    }

    #[test]
    fn what_a_program_quotes_is_cut_at_a_character_and_cleaned() {
        assert_eq!(quoted("a\u{202e}b\nc", 200), "ab c");
        assert_eq!(quoted("ééé", 5), "éé");
    }
}
