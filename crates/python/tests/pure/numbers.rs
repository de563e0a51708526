//! Numbers: as text and back, arithmetic, formatting.

use num_bigint::BigInt;
use python::pure::{float_hex, float_math, float_text, format, hash, int_bytes, int_math, int_text};

use crate::ROOM;
use crate::judge::{Octets, Topic, bytes, float, text};
use crate::odd::Odd;

const NUMERALS: [&str; 34] = [
    "0",
    "1",
    "9",
    "12",
    "_",
    "__",
    "+",
    "-",
    " ",
    "\t",
    "0x",
    "0X",
    "0o",
    "0b",
    "a",
    "f",
    "z",
    ".",
    "e",
    "E",
    "e+",
    "e-5",
    "inf",
    "nan",
    "Infinity",
    "\u{661}",
    "\u{a0}",
    "\0",
    "'",
    "\u{1d7d8}",
    "00",
    "\x1c",
    "é",
    "\n",
];

#[test]
fn whole_numbers_are_read_as_cpython_reads_them() {
    let mut topic = Topic::new("int");
    let mut some = Odd::new(1);
    let chosen = [
        "", " ", "12", " 12\n", "1_000", "_1", "1_", "0x1f", "0b12", "+7", "- 7", "00", "010", "0_0",
        "\u{661}2", "é",
    ];
    for t in chosen {
        topic.case(format!("int({})", text(t)), int_text::parse(t, 10));
        topic.case(format!("int({}, 0)", text(t)), int_text::parse(t, 0));
        topic.case(format!("int({}, 16)", text(t)), int_text::parse(t, 16));
    }
    for base in [-1, 1, 37, 36] {
        topic.case(format!("int('zz', {base})"), int_text::parse("zz", base));
    }
    for t in ["1".repeat(4300), "1".repeat(4301), format!("{}x", "1".repeat(300))] {
        topic.case(format!("int('{t}')"), int_text::parse(&t, 10));
        topic.case(format!("int('{t}', 36)"), int_text::parse(&t, 36));
        topic.case(format!("int('{t}', 32)"), int_text::parse(&t, 32));
    }
    for t in [&b"12"[..], b"ab", b"\xff", b" 1_2 ", b"\xc3\xa9", b"'"] {
        topic.case(format!("int({})", bytes(t)), int_text::parse_bytes(t, 10));
    }
    for _ in 0..4000 {
        let t = some.joined(&NUMERALS, 6);
        let base = [10, 0, 16, 2, 8, 36, 7][some.below(7)];
        topic.case(format!("int({}, {base})", text(&t)), int_text::parse(&t, base));
    }
    topic.judge();
}

#[test]
fn whole_numbers_are_printed_as_cpython_prints_them() {
    let mut topic = Topic::new("int-print");
    let mut some = Odd::new(2);
    for n in
        [BigInt::from(0), BigInt::from(10).pow(4300), BigInt::from(10).pow(4299), -BigInt::from(10).pow(4300)]
    {
        topic.case(format!("str(eval('{n:#x}'))"), int_text::decimal(&n));
    }
    for _ in 0..1000 {
        let n = some.int();
        topic.case(format!("str({n})"), int_text::decimal(&n));
        topic.case(format!("bin({n})"), int_text::prefixed(&n, 2, ROOM));
        topic.case(format!("oct({n})"), int_text::prefixed(&n, 8, ROOM));
        topic.case(format!("hex({n})"), int_text::prefixed(&n, 16, ROOM));
        topic.case(format!("hash({n})"), hash::int(&n));
    }
    topic.judge();
}

#[test]
fn floating_point_numbers_are_read_and_printed_as_cpython_does() {
    let mut topic = Topic::new("float");
    let mut some = Odd::new(3);
    for t in [
        "",
        ".",
        "1.",
        ".5",
        "1e5",
        "1e",
        "inf",
        "-Infinity",
        "nan",
        "1_0.5",
        "1._5",
        "1_e5",
        " 2.5 ",
        "1e400",
        "0x1p3",
        "é",
        "infinit",
    ] {
        topic.case(format!("float({})", text(t)), float_text::parse(t));
        topic.case(format!("float({})", bytes(t.as_bytes())), float_text::parse_bytes(t.as_bytes()));
    }
    for _ in 0..3000 {
        let t = some.joined(&NUMERALS, 6);
        topic.case(format!("float({})", text(&t)), float_text::parse(&t));
        let x = some.float();
        topic.case(format!("repr({})", float(x)), float_text::repr(x));
        if !x.is_nan() {
            topic.case(format!("hash({})", float(x)), hash::float(x));
        }
    }
    topic.judge();
}

#[test]
fn arithmetic_of_whole_numbers_is_cpythons() {
    let mut topic = Topic::new("int-math");
    let mut some = Odd::new(4);
    for _ in 0..1500 {
        let (a, b) = (some.int(), some.int());
        topic.case(format!("({a}) // ({b})"), int_math::floor_div(&a, &b));
        topic.case(format!("({a}) % ({b})"), int_math::modulo(&a, &b));
        topic.case(format!("divmod({a}, {b})"), int_math::div_mod(&a, &b));
        topic.case(format!("({a}) / ({b})"), int_math::true_div(&a, &b));
        topic.case(format!("float({a})"), int_math::to_float(&a));
        let c = some.int();
        topic.case(format!("pow({a}, {b}, {c})"), int_math::power_modulo(&a, &b, &c));
        let small = BigInt::from(some.below(70));
        topic.case(format!("({a}) ** {small}"), int_math::power(&a, &small, 1 << 20));
        let shift = BigInt::from(some.below(300)) - 5;
        topic.case(format!("({a}) << ({shift})"), int_math::shift_left(&a, &shift, 1 << 20));
        topic.case(format!("({a}) >> ({shift})"), int_math::shift_right(&a, &shift));
        let digits = BigInt::from(some.below(60)) - 50;
        topic.case(format!("round({a}, {digits})"), int_math::round(&a, &digits));
    }
    for (a, b) in
        [(1_000, 1), (1, 1_000), (1_075, 1), (1_024, 0), (1_100, 80), (2, 1_080), (0, 1_074), (0, 1_130)]
    {
        for more in 0..40 {
            let (a, b) = ((BigInt::from(1) << a) + more * 7, (BigInt::from(1) << b) + more * 3);
            topic.case(format!("{a} / {b}"), int_math::true_div(&a, &b));
            topic.case(format!("float({a})"), int_math::to_float(&a));
        }
    }
    topic.judge();
}

#[test]
fn a_power_that_nobody_would_wait_for_is_refused() {
    let huge: BigInt = (BigInt::from(1) << 1_000_000) + 1;
    let refused = int_math::power_modulo(&3.into(), &huge, &huge).expect_err("it would take hours");
    assert_eq!(refused.kind, python::pure::error::Kind::Memory);
    assert!(int_math::power(&10.into(), &BigInt::from(10).pow(7), 1 << 20).is_err());
    assert!(int_math::shift_left(&1.into(), &huge, 1 << 20).is_err());
}

#[test]
fn whole_numbers_as_bytes_are_cpythons() {
    let mut topic = Topic::new("int-bytes");
    let mut some = Odd::new(5);
    for n in [0, 1, -1, 127, 128, -128, -129, 255, 256, 65_535] {
        for length in [-1, 0, 1, 2] {
            for (order, name) in [(int_bytes::Order::Big, "big"), (int_bytes::Order::Little, "little")] {
                for signed in [false, true] {
                    let asked = format!(
                        "({n}).to_bytes({length}, '{name}', signed={})",
                        if signed { "True" } else { "False" }
                    );
                    topic
                        .case(asked, int_bytes::to_bytes(&n.into(), length, order, signed, ROOM).map(Octets));
                }
            }
        }
    }
    for _ in 0..1000 {
        let data: Vec<u8> = (0..some.below(20)).map(|_| some.byte()).collect();
        for (order, name) in [(int_bytes::Order::Big, "big"), (int_bytes::Order::Little, "little")] {
            for (signed, said) in [(false, "False"), (true, "True")] {
                let n = int_bytes::from_bytes(&data, order, signed);
                topic.case(format!("int.from_bytes({}, '{name}', signed={said})", bytes(&data)), &n);
                let back = int_bytes::to_bytes(&n, 12, order, signed, ROOM).map(Octets);
                topic.case(format!("({n}).to_bytes(12, '{name}', signed={said})"), back);
            }
        }
    }
    topic.case("(1).to_bytes(1, 'x')", int_bytes::order("x").map(|_| true));
    topic.judge();
}

#[test]
fn arithmetic_of_floating_point_numbers_is_cpythons() {
    let mut topic = Topic::new("float-math");
    let mut some = Odd::new(6);
    for _ in 0..2000 {
        let (a, b) = (some.float(), some.float());
        let (left, right) = (float(a), float(b));
        topic.case(format!("{left} / {right}"), float_math::true_div(a, b));
        topic.case(format!("{left} // {right}"), float_math::floor_div(a, b));
        topic.case(format!("{left} % {right}"), float_math::modulo(a, b));
        topic.case(format!("divmod({left}, {right})"), float_math::div_mod(a, b));
        topic.case(format!("int({left})"), float_math::to_int(a));
        topic.case(format!("round({left})"), float_math::round_to_int(a));
        topic.case(format!("{left}.is_integer()"), float_math::is_integer(a));
        topic.case(format!("{left}.as_integer_ratio()"), float_math::as_integer_ratio(a));
        let digits = some.below(24) as i64 - 6;
        topic.case(format!("round({left}, {digits})"), float_math::round(a, digits));
        let wild = some.below(700) as i64 - 330;
        topic.case(format!("round({left}, {wild})"), float_math::round(a, wild));
        let n = some.int();
        topic.case(
            format!("({n}) < {left}"),
            int_math::compare_float(&n, a).is_some_and(|order| order.is_lt()),
        );
        let whole = float_math::to_int(a).unwrap_or_default();
        topic.case(
            format!("int({left} if abs({left}) < 1e999 else 0) >= {left}"),
            int_math::compare_float(&whole, a).is_some_and(|order| order.is_ge()),
        );
    }
    topic.judge();
}

#[test]
fn hexadecimal_floating_point_numbers_are_cpythons() {
    let mut topic = Topic::new("float-hex");
    let mut odd = Odd::new(9);
    for t in [
        "",
        "0x",
        "1.8",
        ".8",
        "1.",
        "-0x1p-1074",
        "0x1p-1075",
        "0x1.8p-1075",
        "0x1p1024",
        "0x1.fffffffffffff8p1023",
        "0x1.fffffffffffff7p1023",
        "inf",
        "-Infinity",
        "nan",
        " 0x1p4\n",
        "0x1p",
        "1p+",
        "0x.p1",
        "0x1p99999999999999999999",
        "0x0p99999999999999999999",
        "0x1p-99999999999999999999",
        "é",
        "1_0",
    ] {
        topic.case(format!("float.fromhex({})", text(t)), float_hex::parse(t));
    }
    for _ in 0..2000 {
        let x = odd.float();
        topic.case(format!("{}.hex()", float(x)), float_hex::of_float(x));
        let t =
            odd.joined(&["0x", "1", "f", "8", "0", ".", "p", "+", "-", "9", "10", "fffffffffffff", "-0x"], 7);
        topic.case(format!("float.fromhex({})", text(&t)), float_hex::parse(&t));
        let t = format!("0x{}.{:x}p{}", odd.below(3), odd.below(1 << 60), odd.below(2200) as i64 - 1140);
        topic.case(format!("float.fromhex({})", text(&t)), float_hex::parse(&t));
    }
    topic.judge();
}

#[test]
fn powers_of_floating_point_numbers_are_cpythons() {
    let mut topic = Topic::new("float-power");
    let mut some = Odd::new(7);
    for base in 0..200 {
        for exponent in [-7.0, -3.0, -2.0, -1.0, 0.0, 0.5, 1.0, 2.0, 3.0, 4.0, 10.0, 31.0, 64.0] {
            let a = f64::from(base) / 10.0;
            topic.case(format!("{} ** {}", float(a), float(exponent)), float_math::power(a, exponent));
        }
    }
    for _ in 0..2000 {
        let (a, b) = (some.float(), some.float());
        let complex = a < 0.0 && b.fract() != 0.0;
        let answer = float_math::power(a, b);
        // The last bit may differ: eleven digits must not.
        if !complex && answer.is_ok() {
            let answer = answer.and_then(|x| format::of_float(x, ".10e", ROOM));
            topic.case(format!("'%.10e' % ({} ** {})", float(a), float(b)), answer);
        } else if !complex {
            topic.case(format!("{} ** {}", float(a), float(b)), answer);
        }
    }
    topic.judge();
}

#[test]
fn format_specifications_of_numbers_are_cpythons() {
    let mut topic = Topic::new("format");
    let mut some = Odd::new(8);
    let chosen = [
        "",
        "d",
        "5",
        "<5",
        "^5",
        "+",
        " ",
        "05",
        "x",
        "#x",
        "#X",
        "#b",
        "#o",
        ",",
        "_",
        "_x",
        "#010x",
        "+,",
        "c",
        ".2f",
        "e",
        "g",
        "%",
        ".0%",
        "10.3f",
        "*^12",
        "=+8",
        "n",
        "z",
        "z.1f",
        ".3",
        "#.3g",
        "08,",
        "10a",
        ".",
        "10,_",
        ",x",
        "q",
        "xé",
        "99999999999999999999",
        ".99999999999999999999",
        "+c",
        "#c",
        ".3d",
        "é",
        "s",
        "é<6",
        "0<6",
        "<06",
        "F",
        "E",
        "G",
        ".2147483648f",
        "\u{661}\u{660}",
        "_,",
        ",n",
    ];
    for spec in chosen {
        for n in [0_i64, 42, -1_234_567] {
            topic.case(format!("format({n}, {})", text(spec)), format::of_int(&n.into(), spec, "int", ROOM));
        }
        topic.case(
            format!("format(True, {})", text(spec)),
            format::of_int(&1.into(), if spec.is_empty() { "x" } else { spec }, "bool", ROOM)
                .map(|t| if spec.is_empty() { "True".to_owned() } else { t }),
        );
        for x in [0.0, -1234.5678, 1e20] {
            topic.case(format!("format({}, {})", float(x), text(spec)), format::of_float(x, spec, ROOM));
        }
        topic.case(format!("format('h\\u00e9llo', {})", text(spec)), format::of_str("héllo", spec, ROOM));
    }
    for _ in 0..6000 {
        let spec = generated_spec(&mut some);
        match some.below(5) {
            0 => {
                let value = some.joined(&["a", "é", "bc", "\u{1F600}"], 6);
                topic.case(
                    format!("format({}, {})", text(&value), text(&spec)),
                    format::of_str(&value, &spec, ROOM),
                );
            }
            1 | 2 => {
                let n = some.int();
                topic.case(format!("format({n}, {})", text(&spec)), format::of_int(&n, &spec, "int", ROOM));
            }
            _ => {
                let x = some.float();
                topic
                    .case(format!("format({}, {})", float(x), text(&spec)), format::of_float(x, &spec, ROOM));
            }
        }
    }
    topic.judge();
}

fn generated_spec(some: &mut Odd) -> String {
    let mut spec = String::new();
    let parts: [&[&str]; 9] = [
        &["", "", "", "*", "0", "é", "<"],
        &["", "", "<", ">", "^", "="],
        &["", "", "", "+", "-", " "],
        &["", "", "", "", "z"],
        &["", "", "#"],
        &["", "", "0"],
        &["", "", "1", "7", "12", "30"],
        &["", "", "", ",", "_"],
        &["", "", ".0", ".1", ".3", ".6", ".17", ".40"],
    ];
    for part in parts {
        spec.push_str(some.of(part));
    }
    spec.push_str(some.of(&[
        "", "", "d", "x", "X", "b", "o", "c", "n", "e", "E", "f", "F", "g", "G", "%", "s", "f", "g", "s",
    ]));
    spec
}
