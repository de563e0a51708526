//! `%`-formatting and the templates of `str.format`, driven as the machine drives them.

use num_bigint::BigInt;
use python::pure::error::{Error, Kind, Result};
use python::pure::percent::{self, Amount, Directive, Number, Piece, Want};
use python::pure::{quote, template};

use crate::ROOM;
use crate::judge::{Octets, Row, Shown, Topic, bytes, float, text};
use crate::odd::Odd;

/// A value of a program.
#[derive(Clone)]
enum Value {
    Int(BigInt),
    Float(f64),
    Text(String),
    Bytes(Vec<u8>),
}

impl Value {
    fn literal(&self) -> String {
        match self {
            Self::Int(n) => n.to_string(),
            Self::Float(x) => float(*x),
            Self::Text(t) => text(t),
            Self::Bytes(b) => bytes(b),
        }
    }

    fn type_name(&self) -> &'static str {
        match self {
            Self::Int(_) => "int",
            Self::Float(_) => "float",
            Self::Text(_) => "str",
            Self::Bytes(_) => "bytes",
        }
    }

    fn shown(&self, want: Want) -> Result<String> {
        match (self, want) {
            (Self::Int(n), _) => python::pure::int_text::decimal(n),
            (Self::Float(x), _) => Ok(python::pure::float_text::repr(*x)),
            (Self::Text(t), Want::Str) => Ok(t.clone()),
            (Self::Text(t), Want::Ascii) => quote::ascii_str(t, ROOM),
            (Self::Text(t), _) => quote::repr_str(t, ROOM),
            (Self::Bytes(b), _) => quote::repr_bytes(b, ROOM),
        }
    }
}

fn missing() -> Error {
    Error::type_error("not enough arguments for format string")
}

fn count(value: Option<&Value>) -> Result<&BigInt> {
    match value.ok_or_else(missing)? {
        Value::Int(n) => Ok(n),
        _ => Err(Error::type_error("* wants int")),
    }
}

fn formatted(format: &[u8], values: &[Value], of_bytes: bool) -> Result<Vec<u8>> {
    let (mut out, mut at, mut values) = (Vec::new(), 0, values.iter());
    while let Some((piece, next)) = percent::next(format, at, of_bytes, false)? {
        at = next;
        match piece {
            Piece::Literal(place) => out.extend_from_slice(&format[place]),
            Piece::Value(mut directive) => {
                if directive.width == Amount::Next {
                    directive.set_width(count(values.next())?)?;
                }
                if directive.precision == Amount::Next {
                    directive.set_precision(count(values.next())?)?;
                }
                out.extend(laid_out(&directive, values.next().ok_or_else(missing)?, of_bytes)?);
            }
        }
    }
    let kind = if of_bytes { "bytes" } else { "string" };
    if values.next().is_some() {
        return Err(Error::type_error(format!("not all arguments converted during {kind} formatting")));
    }
    Ok(out)
}

fn laid_out(directive: &Directive, value: &Value, of_bytes: bool) -> Result<Vec<u8>> {
    let text = match (directive.want(of_bytes)?, value) {
        (Want::Number, Value::Int(n)) => directive.number(Number::Int(n), "int", of_bytes, ROOM)?,
        (Want::Number, Value::Float(x)) => directive.number(Number::Float(*x), "float", of_bytes, ROOM)?,
        (Want::Number, other) => directive.number(Number::Other, other.type_name(), of_bytes, ROOM)?,
        (Want::Character, Value::Int(n)) if of_bytes => {
            return directive.byte(percent::code_byte(n)?, ROOM);
        }
        (Want::Character, Value::Bytes(b)) if of_bytes && b.len() == 1 => return directive.byte(b[0], ROOM),
        (Want::Character, _) if of_bytes => {
            return Err(Error::type_error("%c requires an integer in range(256) or a single byte"));
        }
        (Want::Character, Value::Int(n)) => directive.character(percent::code_point(n)?, ROOM)?,
        (Want::Character, Value::Text(t)) => directive.character(percent::only_character(t)?, ROOM)?,
        (Want::Character, _) => return Err(Error::type_error("%c requires int or char")),
        (Want::Str, Value::Bytes(b)) if of_bytes => return directive.bytes(b, ROOM),
        (Want::Str, other) if of_bytes => {
            let name = other.type_name();
            return Err(Error::type_error(format!(
                "%b requires a bytes-like object, or an object that implements __bytes__, not '{name}'"
            )));
        }
        (Want::Repr, other) if of_bytes => directive.text(&other.shown(Want::Ascii)?, ROOM)?,
        (want, other) => directive.text(&other.shown(want)?, ROOM)?,
    };
    Ok(text.into_bytes())
}

fn some_value(odd: &mut Odd) -> Value {
    match odd.below(5) {
        0 | 1 => Value::Int(odd.int()),
        2 => Value::Float(odd.float()),
        3 => Value::Text(odd.joined(&["a", "é", "'", "\u{1F600}"], 3)),
        _ => Value::Bytes(odd.octets(b"a'\xff", 2)),
    }
}

fn check_percent(topic: &mut Topic, format: &str, values: &[Value]) {
    let list: String = values.iter().map(|v| v.literal() + ", ").collect();
    let answer =
        formatted(format.as_bytes(), values, false).map(|b| String::from_utf8(b).expect("text gives text"));
    topic.case(format!("{} % ({list})", text(format)), answer);
    let answer = formatted(format.as_bytes(), values, true).map(Octets);
    topic.case(format!("{} % ({list})", bytes(format.as_bytes())), answer);
}

#[test]
fn percent_formats_are_cpythons() {
    let mut topic = Topic::new("percent");
    let mut odd = Odd::new(40);
    let chosen = [
        "%d",
        "%s",
        "%5d|",
        "%-5d|",
        "%05d",
        "%x",
        "%#x",
        "%c",
        "%r",
        "%a",
        "%.2f",
        "%%",
        "%q",
        "%",
        "abc%",
        "%(a",
        "%é",
        "%*d",
        "%.*f",
        "%5%",
        "%ld",
        "%lld",
        "%+d",
        "% d",
        "%.3s",
        "%99999999999999999999d",
        "%.99999999999999999999d",
        "é%q",
        "%b",
        "%u",
        "%\u{1}",
    ];
    for format in chosen {
        for value in
            [Value::Int(65.into()), Value::Float(2.5), Value::Text("é".into()), Value::Bytes(b"a".to_vec())]
        {
            check_percent(&mut topic, format, &[value]);
        }
        check_percent(&mut topic, format, &[]);
        check_percent(&mut topic, format, &[Value::Int(7.into()), Value::Int(3.into())]);
    }
    for _ in 0..2500 {
        let mut format = odd.joined(&["a", "é", ""], 1);
        for part in [
            &["%"][..],
            &["", "", "-", "0", "+", " ", "#", "-0", "+0", "#0"],
            &["", "", "3", "12", "*"],
            &["", "", ".0", ".3", ".12", ".*", "."],
            &["d", "i", "x", "X", "o", "e", "f", "g", "G", "F", "s", "r", "a", "c", "b", "d", "f"],
            &["", "|"],
        ] {
            format.push_str(odd.of(part));
        }
        let mut values = vec![some_value(&mut odd)];
        for _ in 0..format.matches('*').count() {
            values.insert(0, Value::Int(BigInt::from(odd.below(20)) - 4));
        }
        check_percent(&mut topic, &format, &values);
    }
    for format in ["%(", "%(a", "%(a(b)", "%(a)"] {
        let answer = percent::next(format.as_bytes(), 0, false, true).map(|_| true);
        topic.case(format!("{} % {{'a': 1}}", text(format)), answer);
    }
    topic.judge();
}

/// A text or nothing, in a tuple.
struct Maybe(Option<String>);

impl Shown for Maybe {
    fn shown(&self) -> String {
        self.0.shown()
    }
}

fn pieces(template: &str) -> Result<Row<Row<Maybe>>> {
    let (mut out, mut at) = (Vec::new(), 0);
    while let Some((piece, next)) = template::next(template, at)? {
        at = next;
        let has = |place: std::ops::Range<usize>| Maybe(Some(template[place].to_owned()));
        let literal = has(piece.literal);
        out.push(Row(match piece.field {
            None => vec![literal, Maybe(None), Maybe(None), Maybe(None)],
            Some(field) => {
                vec![literal, has(field.name), has(field.spec), Maybe(field.conversion.map(String::from))]
            }
        }));
    }
    Ok(Row(out))
}

fn steps(name: &str) -> Result<Row<String>> {
    let (first, mut at) = template::name(name)?;
    let mut out = vec![match first {
        template::First::Next => String::new(),
        template::First::Index(n) => n.to_string(),
        template::First::Key(key) => key,
    }];
    while let Some((step, next)) = template::step(name, at)? {
        at = next;
        out.push(match step {
            template::Step::Attribute(key) => format!(".{key}"),
            template::Step::Index(n) => format!("[{n}"),
            template::Step::Key(key) => format!("[{key}"),
        });
    }
    Ok(Row(out))
}

#[test]
fn templates_are_taken_apart_as_in_cpython() {
    let mut topic = Topic::new("template");
    let mut odd = Odd::new(41);
    let parts = [
        "{", "}", "{{", "}}", "a", "é", ":", "!", "r", "0", "[", "]", ".", "{}", "{a}", "{0!r:>5}", "{:{}}",
        "{a[{]}",
    ];
    for template in [
        "", "a", "{}", "{", "}", "{a", "{!", "{!r", "{!rx}", "{:", "{:{}", "{a{}}", "{a[}]}", "{a[", "{!}",
        "{!}}", "x{{y}}z",
    ] {
        topic.case(
            format!("list(__import__('_string').formatter_parser({}))", text(template)),
            pieces(template),
        );
    }
    for _ in 0..3000 {
        let template = odd.joined(&parts, 5);
        topic.case(
            format!("list(__import__('_string').formatter_parser({}))", text(&template)),
            pieces(&template),
        );
    }
    for _ in 0..1500 {
        let name = odd.joined(&["a", "é", "0", "12", ".", "[", "]", "\u{661}", "99999999999999999999"], 5);
        let asked = format!(
            "(lambda f, r: [str(f)] + [('.' if a else '[') + str(k) for a, k in r])(*__import__('_string').formatter_field_name_split({}))",
            text(&name)
        );
        topic.case(asked, steps(&name));
    }
    for letter in ['x', 'é', '\u{1}', ' '] {
        let answer: Result<bool> = Err(template::unknown_conversion(letter));
        topic.case(format!("{}.format(1)", text(&format!("{{!{letter}}}"))), answer);
    }
    topic.judge();
}

#[test]
fn numbered_and_unnumbered_fields_do_not_mix() {
    use template::{First, Numbering};
    let mut numbering = Numbering::default();
    assert_eq!(numbering.index(&First::Next), Ok(Some(0)));
    assert_eq!(numbering.index(&First::Key("a".into())), Ok(None));
    assert_eq!(numbering.index(&First::Next), Ok(Some(1)));
    let error = numbering.index(&First::Index(0)).expect_err("the template changed its way");
    assert_eq!(error.kind, Kind::Value);
    assert_eq!(error.message, "cannot switch from automatic field numbering to manual field specification");
}
