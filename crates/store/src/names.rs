//! When two names are the same.

use icu_casemap::CaseMapper;
use icu_normalizer::ComposingNormalizer;
use icu_properties::{CodePointSetData, props::DefaultIgnorableCodePoint};

/// The name as names are compared: Unicode's NFKC case folding (Unicode 3.13, D147) without invisible characters, and any white
/// space as one blank. `ＡＮＮＡ`, `Anna ` and `anna` are one name; letters of other scripts that look alike are not.
pub fn folded(name: &str) -> String {
    let compose = ComposingNormalizer::new_nfkc();
    let hidden = CodePointSetData::new::<DefaultIgnorableCodePoint>();
    let visible: String = compose.normalize(name).chars().filter(|c| !hidden.contains(*c)).collect();
    let folded = CaseMapper::new().fold_string(&visible).into_owned();
    let words = compose.normalize(&folded);
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::folded;

    #[test]
    fn names_that_look_the_same_are_the_same() {
        for (one, other) in [
            ("Anna", "aNNa"),
            (" Anna  Lena\u{a0}", "anna lena"),
            ("Zoe\u{308}", "ZO\u{cb}"),
            ("\u{ff21}\u{ff2e}\u{ff2e}\u{ff21}", "anna"),
            ("Stra\u{df}e", "STRASSE"),
            ("An\u{200b}na", "anna"),
            (
                "\u{3a3}\u{3af}\u{3c3}\u{3c5}\u{3c6}\u{3bf}\u{3c2}",
                "\u{3c3}\u{3af}\u{3c3}\u{3c5}\u{3c6}\u{3bf}\u{3c3}",
            ),
        ] {
            assert_eq!(folded(one), folded(other), "{one} {other}");
        }
        assert_ne!(folded("Anna"), folded("Hanna"));
        assert_ne!(folded("Anna Lena"), folded("Annalena"));
    }

    #[test]
    fn what_is_folded_stays_as_it_is() {
        for name in ["\u{1f88}x", "\u{345}\u{301}a", "\u{fdfa}", "I\u{307}", "\u{130}stanbul"] {
            assert_eq!(folded(&folded(name)), folded(name), "{name}");
        }
    }
}
