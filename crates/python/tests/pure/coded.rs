//! Codecs, hexadecimal digits, `struct`, error numbers, random numbers.

use python::pure::packing::{Item, Layout, Unpacked};
use python::pure::twister::{Twister, key_of_bytes};
use python::pure::{codec, errnos, error, hex};

use crate::ROOM;
use crate::judge::{Octets, Row, Shown, Topic, bytes, float, text};
use crate::odd::Odd;

const ENCODINGS: [&str; 12] = [
    "utf-8",
    "UTF8",
    "U8",
    "ascii",
    "us-ascii",
    "646",
    "latin-1",
    "L1",
    "iso-8859-1",
    "utf--8",
    "utf 8",
    "cp999",
];
const ERRORS: [&str; 6] = ["strict", "ignore", "replace", "backslashreplace", "xmlcharrefreplace", "other"];

#[test]
fn text_is_encoded_and_bytes_are_decoded_as_in_cpython() {
    let mut topic = Topic::new("codec");
    let mut odd = Odd::new(60);
    for encoding in ENCODINGS {
        topic.case(
            format!("'a'.encode('{encoding}')"),
            codec::Encoding::named(encoding).and_then(|e| codec::encode("a", e, "strict", ROOM)).map(Octets),
        );
    }
    for _ in 0..3000 {
        let (encoding, errors) = (odd.of(&["utf-8", "ascii", "latin-1"]), odd.of(&ERRORS));
        let known = codec::Encoding::named(encoding).expect("it is known");
        let t = odd.joined(&["a", "é", "ÿ", "\u{80}", "€", "\u{1F600}"], 5);
        let asked = format!("{}.encode('{encoding}', '{errors}')", text(&t));
        topic.case(asked, codec::encode(&t, known, errors, ROOM).map(Octets));
        let b = odd
            .octets(b"a\x80\xbf\xc0\xc2\xc3\xa9\xe0\xe2\x82\xac\xed\xa0\xf0\x9f\x98\x80\xf4\x90\xf5\xff", 6);
        let asked = format!("{}.decode('{encoding}', '{errors}')", bytes(&b));
        topic.case(asked, codec::decode(&b, known, errors, ROOM));
    }
    topic.judge();
}

#[test]
fn a_codecs_error_says_where() {
    let error =
        codec::decode(b"ab\xff", codec::Encoding::Utf8, "strict", ROOM).expect_err("0xff is no start");
    let fault = error.codec.expect("it says where");
    assert_eq!((fault.encoding, fault.start, fault.end, fault.reason), ("utf-8", 2, 3, "invalid start byte"));
}

#[test]
fn hexadecimal_digits_are_cpythons() {
    let mut topic = Topic::new("hex");
    let mut odd = Odd::new(61);
    for t in ["", "a", "ag", "a b", "é", "00é", "0é", " 00 ff\t", "0 0", "FFfe", "zz"] {
        topic.case(format!("bytes.fromhex({})", text(t)), hex::to_bytes(t).map(Octets));
    }
    for _ in 0..500 {
        let (b, group) = (odd.octets(b"\0\x7fz\xff", 9), odd.below(9) as i64 - 4);
        topic.case(format!("{}.hex()", bytes(&b)), hex::of_bytes(&b, None, 1, ROOM));
        topic.case(format!("{}.hex(':', {group})", bytes(&b)), hex::of_bytes(&b, Some(":"), group, ROOM));
        let t = odd.joined(&["0", "f", "A", " ", "\n", "g"], 6);
        topic.case(format!("bytes.fromhex({})", text(&t)), hex::to_bytes(&t).map(Octets));
    }
    for separator in ["", "ab", "é"] {
        topic.case(format!("b'ab'.hex({})", text(separator)), hex::of_bytes(b"ab", Some(separator), 1, ROOM));
    }
    topic.judge();
}

impl Shown for Unpacked {
    fn shown(&self) -> String {
        match self {
            Self::Int(n) => n.shown(),
            Self::Float(x) => x.shown(),
            Self::Bool(b) => b.shown(),
            Self::Bytes(b) => b.as_slice().shown(),
        }
    }
}

fn literal(item: &Item) -> String {
    match item {
        Item::Int(n) => n.to_string(),
        Item::Float(x) => float(*x),
        Item::Bool(b) => if *b { "1" } else { "''" }.to_owned(),
        Item::Bytes(b) => bytes(b),
        Item::Other => "'text'".to_owned(),
    }
}

fn item(odd: &mut Odd, code: Option<char>) -> Item {
    match (code, odd.below(12)) {
        (Some('?'), n) => Item::Bool(n % 2 == 0),
        (Some('s' | 'p' | 'c'), 1..=11) => Item::Bytes(odd.octets(b"ab\0\xff", 4)),
        (Some('e' | 'f' | 'd'), 1..=6) => Item::Float(f64::from(odd.float() as f32)),
        (Some('e' | 'f' | 'd'), 7..=10) => Item::Float(odd.float()),
        (Some('n' | 'N' | 'P'), 1..=11) => Item::Int(odd.below(1000).into()),
        (_, 1..=3) => Item::Int(odd.below(120).into()),
        (_, 4..=9) => Item::Int(odd.int()),
        _ => Item::Other,
    }
}

#[test]
fn structs_are_packed_and_unpacked_as_in_cpython() {
    let mut topic = Topic::new("struct");
    let mut odd = Odd::new(62);
    let limits = [-129, 128, -32769, 32768, 65536, -2_147_483_649_i64, 2_147_483_648, 4_294_967_296, -1, 256];
    for code in [
        "b",
        "B",
        "h",
        "H",
        "i",
        "I",
        "l",
        "L",
        "q",
        "Q",
        "n",
        "<i",
        "<I",
        "<l",
        "<L",
        "<q",
        "<n",
        "y",
        "3",
        "",
        "xx",
        "99999999999999999999i",
    ] {
        for n in limits {
            let answer =
                Layout::parse(code.as_bytes()).and_then(|l| l.pack(&[Item::Int(n.into())], ROOM)).map(Octets);
            topic.case(format!("struct.pack('{code}', {n})"), answer);
        }
    }
    for _ in 0..4000 {
        let mut format = odd.of(&["", "@", "=", "<", ">", "!"]).to_owned();
        for _ in 0..odd.below(4) {
            format.push_str(odd.of(&["", "", "", "2", "0", "3", " "]));
            format.push_str(odd.of(&[
                "b", "B", "h", "H", "i", "I", "l", "L", "q", "Q", "e", "f", "d", "s", "p", "c", "?", "x",
                "i", "H", "n",
            ]));
        }
        // A text of no byte at all breaks CPython itself.
        if format.contains("0p") {
            continue;
        }
        let asked = text(&format);
        let layout = Layout::parse(format.as_bytes());
        topic.case(
            format!("struct.calcsize({asked})"),
            layout.as_ref().map(Layout::size).map_err(Clone::clone),
        );
        let Ok(layout) = layout else { continue };
        let mut items: Vec<Item> = layout.codes().map(|code| item(&mut odd, Some(code))).collect();
        if odd.below(20) == 0 {
            items.push(Item::Other);
        }
        let list: String = items.iter().map(|i| format!(", {}", literal(i))).collect();
        topic.case(format!("struct.pack({asked}{list})"), layout.pack(&items, ROOM).map(Octets));
        let len = if odd.below(8) == 0 { odd.below(9) } else { layout.size() };
        let data: Vec<u8> = (0..len).map(|_| odd.byte()).collect();
        topic.case(format!("struct.unpack({asked}, {})", bytes(&data)), layout.unpack(&data, ROOM).map(Row));
        let offset = odd.below(12) as i64 - 6;
        let answer = layout.slice_from(&data, offset).and_then(|part| layout.unpack(part, ROOM)).map(Row);
        topic.case(format!("struct.unpack_from({asked}, {}, {offset})", bytes(&data)), answer);
        let answer = layout.whole(len).map(|()| len / layout.size());
        topic.case(format!("len(list(struct.iter_unpack({asked}, {})))", bytes(&data)), answer);
        let answer =
            layout.room_at(len, offset).and_then(|_| layout.pack(&items, ROOM)).map(|_| None::<bool>);
        if items.len() == layout.len() {
            topic.case(format!("struct.pack_into({asked}, bytearray({len}), {offset}{list})"), answer);
        }
    }
    topic.judge();
}

#[test]
fn error_numbers_have_their_names_texts_and_classes() {
    let mut topic = Topic::new("errno");
    for number in 0..140 {
        topic.case(format!("errno.errorcode.get({number})"), errnos::name(number));
        topic.case(format!("os.strerror({number})"), errnos::text(number));
        topic.case(format!("type(OSError({number}, '')).__name__"), errnos::class(number));
    }
    for (name, number) in errnos::ALIASES {
        topic.case(format!("errno.{name}"), i64::from(number));
    }
    topic.judge();
}

#[test]
fn random_numbers_are_those_of_cpython() {
    let mut topic = Topic::new("random");
    let mut odd = Odd::new(63);
    let mut keys: Vec<(String, Twister)> = vec![];
    for n in [0, 1, -1, 42, 1_000_000_007] {
        keys.push((n.to_string(), Twister::seeded(&n.into())));
    }
    for _ in 0..60 {
        let n = odd.int();
        keys.push((n.to_string(), Twister::seeded(&n)));
        let b = odd.octets(b"ab\xff\0", 5);
        keys.push((bytes(&b), Twister::seeded(&key_of_bytes(&b))));
        let t = odd.joined(&["a", "é"], 4);
        keys.push((text(&t), Twister::seeded(&key_of_bytes(t.as_bytes()))));
    }
    for (key, mut twister) in keys {
        let first: Vec<f64> = (0..3).map(|_| twister.random()).collect();
        topic.case(format!("(random.seed({key}), [random.random() for _ in range(3)])[1]"), Row(first));
        for bits in [0, 1, 31, 32, 33, 100] {
            topic.case(format!("random.getrandbits({bits})"), twister.bits(bits));
        }
        let mut again = Twister::from_bytes(&twister.to_bytes()).expect("a state is one");
        topic.case(
            "(random.getrandbits(32 * 700), random.random())[1]",
            (again.bits(32 * 700), again.random()).1,
        );
    }
    topic.judge();
    assert_eq!(Twister::from_bytes(&[]), None);
}

#[test]
fn what_would_be_too_large_is_a_memory_error() {
    let layout = Layout::parse(b"1000000000000x").expect("a long one");
    assert_eq!(layout.pack(&[], ROOM).expect_err("it is too long").kind, error::Kind::Memory);
}
