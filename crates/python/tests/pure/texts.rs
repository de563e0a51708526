//! Text and bytes: as they are shown, and their methods.

use std::ops::Range;

use python::pure::error::Result;
use python::pure::pad::{self, Side};
use python::pure::strip::{self, Ends};
use python::pure::{case, classify, find, quote, split};

use crate::ROOM;
use crate::judge::{Octets, Row, Topic, bytes, text};
use crate::odd::Odd;

const PIECES: [&str; 26] = [
    "a",
    "B",
    "z",
    "'",
    "\"",
    "\\",
    "\n",
    "\r",
    "\t",
    "\0",
    "\x7f",
    "\x1c",
    "é",
    "ß",
    "\u{ad}",
    "\u{a0}",
    "Σ",
    "ǆ",
    "\u{2028}",
    "\u{1F600}",
    "\u{E000}",
    "\u{10FFFF}",
    "\u{378}",
    " ",
    "中",
    "ﬁ",
];

#[test]
fn text_and_bytes_are_quoted_as_cpython_quotes_them() {
    let mut topic = Topic::new("repr");
    let mut some = Odd::new(20);
    for t in [
        "",
        "it's",
        "say \"no\"",
        "it's \"no\"",
        "\\",
        "tab\tnew\nline",
        "\0\x7f\u{80}\u{ff}",
        "é\u{378}\u{1F600}",
    ] {
        topic.case(format!("repr({})", text(t)), quote::repr_str(t, ROOM));
        topic.case(format!("ascii({})", text(t)), quote::ascii_str(t, ROOM));
        topic.case(format!("repr({})", bytes(t.as_bytes())), quote::repr_bytes(t.as_bytes(), ROOM));
        topic.case(
            format!("repr(bytearray({}))", bytes(t.as_bytes())),
            quote::repr_bytearray(t.as_bytes(), ROOM),
        );
    }
    for _ in 0..2000 {
        let t = some.joined(&PIECES, 8);
        topic.case(format!("repr({})", text(&t)), quote::repr_str(&t, ROOM));
        topic.case(format!("ascii({})", text(&t)), quote::ascii_str(&t, ROOM));
        let b = some.octets(b"ab'\"\\\n\t\r\0\x7f\x80\xff ~", 8);
        topic.case(format!("repr({})", bytes(&b)), quote::repr_bytes(&b, ROOM));
        topic.case(format!("repr(bytearray({}))", bytes(&b)), quote::repr_bytearray(&b, ROOM));
    }
    topic.judge();
}

/// Where a property of characters begins and ends to hold, a block of 4,096 at a time. Surrogates have none.
fn edges(topic: &mut Topic, method: &str, holds: impl Fn(char) -> bool) {
    let has = |code: u32| char::from_u32(code).is_some_and(&holds);
    // What Unicode has assigned but for private use.
    for block in (0..0x32).chain(0xE0..0xE2) {
        let (from, to) = (block * 0x1000, (block + 1) * 0x1000);
        let found =
            (from..to).filter(|code| has(*code) != (*code > from && has(code - 1))).map(i64::from).collect();
        let p = format!("(lambda c: c >= {from} and not 0xd800 <= c < 0xe000 and chr(c).{method}())");
        topic
            .case(format!("[c for p in [{p}] for c in range({from}, {to}) if p(c) != p(c - 1)]"), Row(found));
    }
}

#[test]
fn every_character_is_printable_where_it_is_for_cpython() {
    let mut topic = Topic::new("printable");
    edges(&mut topic, "isprintable", quote::is_printable);
    topic.judge();
}

#[test]
fn characters_are_what_they_are_for_cpython() {
    let one = |c: char, holds: fn(&str) -> bool| holds(c.encode_utf8(&mut [0; 4]));
    type Holds = fn(&str) -> bool;
    let methods: [(&'static str, Holds); 10] = [
        ("isalpha", classify::is_alpha),
        ("isdecimal", classify::is_decimal),
        ("isdigit", classify::is_digit),
        ("isnumeric", classify::is_numeric),
        ("isalnum", classify::is_alnum),
        ("isspace", classify::is_space_text),
        ("isidentifier", classify::is_identifier),
        ("isupper", case::is_upper_text),
        ("islower", case::is_lower_text),
        ("istitle", case::is_title),
    ];
    for (name, holds) in methods {
        let mut topic = Topic::new(name);
        edges(&mut topic, name, |c| one(c, holds));
        topic.judge();
    }
}

#[test]
fn every_character_changes_its_case_as_in_cpython() {
    let mut topic = Topic::new("case-of-all");
    type Change = fn(&str, usize) -> Result<String>;
    let methods: [(&str, Change); 6] = [
        ("upper", case::upper),
        ("lower", case::lower),
        ("title", case::title),
        ("capitalize", case::capitalize),
        ("swapcase", case::swapcase),
        ("casefold", case::casefold),
    ];
    for (method, ours) in methods {
        for block in (0..0x200).chain(0xE00..0xE02) {
            let codes = (block * 0x100..(block + 1) * 0x100).filter_map(char::from_u32).map(String::from);
            let changed: Vec<String> = codes
                .clone()
                .zip(codes.map(|c| ours(&c, ROOM).expect("it fits")))
                .filter(|(c, d)| c != d)
                .map(|(_, d)| d)
                .collect();
            let asked = format!(
                "[chr(c).{method}() for c in range({0}, {0} + 256) if chr(c) != chr(c).{method}()]",
                block * 0x100
            );
            topic.case(asked, Row(changed));
        }
    }
    topic.judge();
}

fn argument(at: Option<i64>) -> String {
    at.map_or_else(|| "None".to_owned(), |at| at.to_string())
}

fn places(some: &mut Odd) -> (Option<i64>, Option<i64>) {
    let mut one = || (some.below(2) == 0).then(|| some.below(24) as i64 - 12);
    (one(), one())
}

#[test]
fn methods_of_text_that_look_for_parts_are_cpythons() {
    let mut topic = Topic::new("find");
    let mut some = Odd::new(21);
    for _ in 0..3000 {
        let t = some.joined(&["a", "b", "ab", "é", "\u{1F600}", "aa"], 8);
        let w = some.joined(&["a", "b", "é", "aa"], 2);
        let (start, end) = places(&mut some);
        let (args, it) = (format!("({}, {}, {})", text(&w), argument(start), argument(end)), text(&t));
        let index = |found: Option<usize>| found.map_or(-1, |at| at as i64);
        topic.case(format!("{it}.find{args}"), index(find::find(&t, &w, start, end)));
        topic.case(format!("{it}.rfind{args}"), index(find::rfind(&t, &w, start, end)));
        topic.case(format!("{it}.count{args}"), find::count(&t, &w, start, end));
        topic.case(format!("{it}.startswith{args}"), find::starts_with(&t, &w, start, end));
        topic.case(format!("{it}.endswith{args}"), find::ends_with(&t, &w, start, end));
        let (new, count) = (some.joined(&["x", "é", ""], 2), some.below(5) as i64 - 2);
        let asked = format!("{it}.replace({}, {}, {count})", text(&w), text(&new));
        topic.case(asked, find::replace(&t, &w, &new, count, ROOM));
        let (t, w, new) = (t.as_bytes(), w.as_bytes(), new.as_bytes());
        let (args, it) = (format!("({}, {}, {})", bytes(w), argument(start), argument(end)), bytes(t));
        topic.case(format!("{it}.find{args}"), index(find::find_bytes(t, w, start, end)));
        topic.case(format!("{it}.rfind{args}"), index(find::rfind_bytes(t, w, start, end)));
        topic.case(format!("{it}.count{args}"), find::count_bytes(t, w, start, end));
        topic.case(format!("{it}.startswith{args}"), find::starts_with_bytes(t, w, start, end));
        topic.case(format!("{it}.endswith{args}"), find::ends_with_bytes(t, w, start, end));
        let asked = format!("{it}.replace({}, {}, {count})", bytes(w), bytes(new));
        topic.case(asked, find::replace_bytes(t, w, new, count, ROOM).map(Octets));
    }
    topic.judge();
}

#[test]
fn text_and_bytes_are_taken_apart_as_in_cpython() {
    let mut topic = Topic::new("split");
    let mut some = Odd::new(22);
    for _ in 0..2500 {
        let t = some.joined(
            &[
                "a", "b", " ", "  ", "\n", "\r\n", "\r", "\x0b", "\x1c", "\x1f", "\u{85}", "\u{2028}",
                "\u{a0}", "é", ",", ",,",
            ],
            9,
        );
        let sep = some.joined(&[",", "a", " "], 2);
        let most = some.below(6) as i64 - 1;
        let b = some.octets(b"ab \n\r\x0b\x0c\x1c\x85\xa0,", 9);
        let texts = |parts: Vec<Range<usize>>| Row(parts.into_iter().map(|r| t[r].to_owned()).collect());
        let octets =
            |parts: Vec<Range<usize>>| Row(parts.into_iter().map(|r| Octets(b[r].to_vec())).collect());
        let (it, by, sb) = (text(&t), text(&sep), bytes(sep.as_bytes()));
        topic.case(format!("{it}.split(None, {most})"), texts(split::words(&t, most)));
        topic.case(format!("{it}.rsplit(None, {most})"), texts(split::words_from_end(&t, most)));
        topic.case(
            format!("{it}.split({by}, {most})"),
            split::by(t.as_bytes(), sep.as_bytes(), most).map(texts),
        );
        topic.case(
            format!("{it}.rsplit({by}, {most})"),
            split::by_from_end(t.as_bytes(), sep.as_bytes(), most).map(texts),
        );
        topic.case(format!("{it}.splitlines()"), texts(split::lines(&t, false)));
        topic.case(format!("{it}.splitlines(True)"), texts(split::lines(&t, true)));
        let three = |found: Range<usize>| {
            (t[..found.start].to_owned(), t[found.clone()].to_owned(), t[found.end..].to_owned())
        };
        let first = split::partition(t.as_bytes(), sep.as_bytes())
            .map(|found| three(found.unwrap_or(t.len()..t.len())));
        topic.case(format!("{it}.partition({by})"), first);
        let last =
            split::partition_from_end(t.as_bytes(), sep.as_bytes()).map(|found| three(found.unwrap_or(0..0)));
        topic.case(format!("{it}.rpartition({by})"), last);
        let it = bytes(&b);
        topic.case(format!("{it}.split(None, {most})"), octets(split::words_bytes(&b, most)));
        topic.case(format!("{it}.rsplit(None, {most})"), octets(split::words_from_end_bytes(&b, most)));
        topic.case(format!("{it}.split({sb}, {most})"), split::by(&b, sep.as_bytes(), most).map(octets));
        topic.case(
            format!("{it}.rsplit({sb}, {most})"),
            split::by_from_end(&b, sep.as_bytes(), most).map(octets),
        );
        topic.case(format!("{it}.splitlines()"), octets(split::lines_bytes(&b, false)));
        topic.case(format!("{it}.splitlines(True)"), octets(split::lines_bytes(&b, true)));
    }
    topic.judge();
}

#[test]
fn ends_are_stripped_and_widths_filled_as_in_cpython() {
    let mut topic = Topic::new("strip");
    let mut some = Odd::new(23);
    for _ in 0..1500 {
        let t = some.joined(&["a", "b", " ", "\t", "\n", "\u{a0}", "\x1d", "é", "-", "+", "7"], 7);
        let set = some.joined(&["a", "é", " ", "-"], 2);
        let b = some.octets(b"ab \t\n\r\x0b\x1c\xa0-+7", 7);
        let (it, these) = (text(&t), text(&set));
        for (name, ends) in [("strip", Ends::Both), ("lstrip", Ends::Left), ("rstrip", Ends::Right)] {
            topic.case(format!("{it}.{name}()"), strip::strip(&t, None, ends));
            topic.case(format!("{it}.{name}({these})"), strip::strip(&t, Some(&set), ends));
            topic.case(format!("{}.{name}()", bytes(&b)), strip::strip_bytes(&b, None, ends));
            let asked = format!("{}.{name}({})", bytes(&b), bytes(set.as_bytes()));
            topic.case(asked, strip::strip_bytes(&b, Some(set.as_bytes()), ends));
        }
        let width = some.below(14) as i64 - 1;
        for (name, side) in [("ljust", Side::Left), ("center", Side::Center), ("rjust", Side::Right)] {
            topic.case(format!("{it}.{name}({width}, 'é')"), pad::pad(&t, width, 'é', side, ROOM));
            topic.case(
                format!("{}.{name}({width}, b'*')", bytes(&b)),
                pad::pad_bytes(&b, width, b'*', side, ROOM).map(Octets),
            );
        }
        topic.case(format!("{it}.zfill({width})"), pad::zero_fill(&t, width, ROOM));
        topic
            .case(format!("{}.zfill({width})", bytes(&b)), pad::zero_fill_bytes(&b, width, ROOM).map(Octets));
        topic.case(format!("{it}.expandtabs({width})"), pad::expand_tabs(&t, width, ROOM));
        topic.case(
            format!("{}.expandtabs({width})", bytes(&b)),
            pad::expand_tabs_bytes(&b, width, ROOM).map(Octets),
        );
    }
    topic.judge();
}

#[test]
fn texts_change_their_case_as_in_cpython() {
    let mut topic = Topic::new("case");
    let mut some = Odd::new(24);
    for _ in 0..2000 {
        let t = some.joined(
            &[
                "a", "B", "Σ", "'", ".", " ", "\u{300}", "\u{ad}", "ß", "ǆ", "ǅ", "ﬁ", "İ", "1", "-", "ა",
                "\u{2019}",
            ],
            7,
        );
        let it = text(&t);
        topic.case(format!("{it}.lower()"), case::lower(&t, ROOM));
        topic.case(format!("{it}.upper()"), case::upper(&t, ROOM));
        topic.case(format!("{it}.title()"), case::title(&t, ROOM));
        topic.case(format!("{it}.capitalize()"), case::capitalize(&t, ROOM));
        topic.case(format!("{it}.swapcase()"), case::swapcase(&t, ROOM));
        topic.case(format!("{it}.istitle()"), case::is_title(&t));
        topic.case(format!("{it}.isupper()"), case::is_upper_text(&t));
        topic.case(format!("{it}.islower()"), case::is_lower_text(&t));
        let b = some.octets(b"abAB '1\xe9", 7);
        let it = bytes(&b);
        topic.case(format!("{it}.title()"), Octets(case::title_bytes(&b)));
        topic.case(format!("{it}.capitalize()"), Octets(case::capitalize_bytes(&b)));
        topic.case(format!("{it}.swapcase()"), Octets(case::swapcase_bytes(&b)));
        topic.case(format!("{it}.istitle()"), case::is_title_bytes(&b));
    }
    topic.judge();
}
