//! What the style sheets promise: one set of dark colours, no request to another site, contrast that can be read.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;

fn sheet(name: &str) -> String {
    let path = format!("{}/../../static/css/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap()
}

/// The custom properties of the first rule with this selector.
fn properties(css: &str, selector: &str) -> BTreeMap<String, String> {
    let (_, rest) = css.split_once(&format!("{selector} {{")).unwrap_or_else(|| panic!("no rule {selector}"));
    let (rule, _) = rest.split_once('}').unwrap();
    let mut plain = String::new();
    let mut rest = rule;
    while let Some((before, after)) = rest.split_once("/*") {
        plain.push_str(before);
        rest = after.split_once("*/").unwrap().1;
    }
    plain.push_str(rest);
    let pairs = plain.split(';').filter_map(|d| d.split_once(':'));
    pairs.map(|(name, value)| (name.trim().into(), value.trim().into())).collect()
}

fn light() -> BTreeMap<String, String> {
    let tokens = sheet("tokens.css");
    properties(tokens.split_once("/* Light. */").unwrap().1, ":root")
}

fn dark() -> BTreeMap<String, String> {
    properties(&sheet("tokens.css"), ":root[data-theme=\"dark\"]")
}

#[test]
fn dark_by_choice_and_dark_by_the_system_are_the_same() {
    assert_eq!(dark(), properties(&sheet("tokens.css"), ":root:not([data-theme])"));
    let names = |map: BTreeMap<String, String>| map.into_keys().collect::<Vec<_>>();
    assert_eq!(names(light()), names(dark()), "each colour has a dark and a light value");
}

/// Relative luminance (WCAG 2.2).
fn luminance(hex: &str) -> f64 {
    let hex = hex.trim_start_matches('#');
    let hex = if hex.len() == 3 { hex.chars().flat_map(|c| [c, c]).collect() } else { hex.to_owned() };
    let channel = |at: usize| {
        let c = f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0;
        if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(0) + 0.7152 * channel(2) + 0.0722 * channel(4)
}

fn contrast(a: &str, b: &str) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn text_has_a_contrast_of_four_and_a_half_and_borders_of_three() {
    for (theme, colours) in [("light", light()), ("dark", dark())] {
        let of = |name: &str| colours[&format!("--{name}")].as_str();
        for ground in ["paper", "panel", "sunk", "mark"] {
            for ink in ["ink", "ink-2", "ink-3"] {
                if (ground, ink) == ("mark", "ink-3") {
                    continue; // never together
                }
                assert!(contrast(of(ink), of(ground)) >= 4.5, "{theme}: {ink} on {ground}");
            }
            if ground != "mark" {
                assert!(contrast(of("edge"), of(ground)) >= 3.0, "{theme}: edge on {ground}");
            }
        }
        for source in ["a", "b", "c", "d"] {
            assert!(
                contrast(of(&format!("{source}-ink")), of(&format!("{source}-tint"))) >= 4.5,
                "{theme}: {source}"
            );
            assert!(
                contrast(of("on-solid"), of(&format!("{source}-solid"))) >= 4.5,
                "{theme}: {source} solid"
            );
        }
        assert!(contrast(of("on-ink"), of("ink")) >= 4.5, "{theme}");
        assert!(contrast(of("on-bad"), of("bad")) >= 4.5, "{theme}");
    }
}

#[test]
fn no_style_sheet_asks_another_site() {
    for name in ["tokens.css", "base.css", "page.css", "print.css"] {
        let css = sheet(name);
        assert!(!css.contains("//") && !css.contains("@import"), "{name}");
    }
}
