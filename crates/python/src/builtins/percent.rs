//! `%` and `str.format`: the walk through a format, and what each place asks of a value.
//!
//! The walk is Python (`_percent` and `_str_format` of the prelude), since a value's own `__str__` or `__format__` may run;
//! what one directive makes of one value is here.

use num_bigint::BigInt;

use crate::classes::class;
use crate::machine::Machine;
use crate::machine::compare::Number;
use crate::native::{Args, Flow, Res};
use crate::object::Object;
use crate::pure::percent::{self, Amount, Directive, Piece, Want};
use crate::pure::{quote, template};
use crate::value::Value;

impl Machine {
    /// `format % values`
    pub(crate) fn percent(&mut self, format: Value, values: Value) -> Res<Flow> {
        let helper = self.helper("_percent");
        Ok(Flow::Call(helper, vec![format, values]))
    }

    /// The bytes of a format, and whether it is one of bytes.
    fn format_bytes(&self, format: Value) -> (Vec<u8>, bool) {
        match self.text(format) {
            Some(text) => (text.as_bytes().to_vec(), false),
            None => (self.buffer_of(format).unwrap_or_default().to_vec(), true),
        }
    }

    fn literal(&mut self, bytes: &[u8], of_bytes: bool) -> Value {
        if of_bytes {
            return self.bytes(bytes.to_vec());
        }
        self.str(&String::from_utf8_lossy(bytes))
    }

    fn directive(&mut self, format: Value, at: Value) -> Res<(Option<Directive>, bool)> {
        let (bytes, of_bytes) = self.format_bytes(format);
        let at = self.index_of(at).unwrap_or(0) as usize;
        Ok(match self.pure(percent::next(&bytes, at, of_bytes, true))? {
            Some((Piece::Value(directive), _)) => (Some(directive), of_bytes),
            _ => (None, of_bytes),
        })
    }
}

/// `_percent_next(format, at, mapping)`: a tuple (next place, literal or None, key or None, width, precision, letter); None
/// at the end. Width and precision are 1 where they are a value.
pub(super) fn next(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let (bytes, of_bytes) = m.format_bytes(args.at(0));
    let at = m.index_of(args.at(1)).unwrap_or(0) as usize;
    let mapping = matches!(args.at(2), Value::Bool(true));
    let Some((piece, next)) = m.pure(percent::next(&bytes, at, of_bytes, mapping))? else {
        return Ok(Flow::Value(Value::None));
    };
    let next = Value::Int(next as i64);
    let made = match piece {
        Piece::Literal(range) => {
            let literal = m.literal(&bytes[range], of_bytes);
            m.tuple(vec![next, literal, Value::None, Value::None, Value::None, Value::None])
        }
        Piece::Value(directive) => {
            let key = match &directive.key {
                Some(range) => m.literal(&bytes[range.clone()], of_bytes),
                None => Value::None,
            };
            let asked = |amount: Amount| Value::Bool(amount == Amount::Next);
            let want = match m.pure(directive.want(of_bytes)) {
                Ok(Want::Str) => 's',
                Ok(Want::Repr) => 'r',
                Ok(Want::Ascii) => 'a',
                Ok(Want::Number) => 'n',
                Ok(Want::Character) => 'c',
                // Said when its value is there.
                Err(_) => '?',
            };
            let want = m.char(want);
            m.tuple(vec![next, Value::None, key, asked(directive.width), asked(directive.precision), want])
        }
    };
    Ok(Flow::Value(made))
}

/// `_percent_one(format, at, width, precision, value)`: what the directive there makes of a value.
pub(super) fn one(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let (directive, of_bytes) = m.directive(args.at(0), args.at(1))?;
    let Some(mut directive) = directive else { return Ok(Flow::Value(Value::None)) };
    for (place, width) in [(2, true), (3, false)] {
        let amount = args.at(place);
        if amount.is_none() {
            continue;
        }
        let Some(Number::Int(_) | Number::Big(_)) = m.number(amount) else {
            return Err(m.type_error("* wants int"));
        };
        let n = m.int_arg(amount)?;
        let done = if width { directive.set_width(&n) } else { directive.set_precision(&n) };
        m.pure(done)?;
    }
    let (value, limit) = (args.at(4), m.limit());
    let want = m.pure(directive.want(of_bytes))?;
    let text = match want {
        Want::Str if of_bytes => {
            let Some(bytes) = m.buffer_of(value).map(<[u8]>::to_vec) else {
                let name = m.class_name_of(value);
                return Err(m.type_error(&format!(
                    "%b requires a bytes-like object, or an object that implements __bytes__, not '{name}'"
                )));
            };
            let done = m.pure(directive.bytes(&bytes, limit))?;
            return Ok(Flow::Value(m.bytes(done)));
        }
        Want::Repr if of_bytes => {
            let shown = m.plain_repr(value)?.unwrap_or_default();
            let shown = m.pure(quote::ascii_of_repr(&shown, limit))?;
            directive.text(&shown, limit)
        }
        // The prelude has made text of it.
        Want::Str | Want::Repr | Want::Ascii => {
            let text = m.plain_str(value);
            directive.text(&text, limit)
        }
        Want::Number => {
            let name = m.class_name_of(value);
            let big: BigInt;
            let number = match m.number(value) {
                Some(Number::Float(x)) => percent::Number::Float(x),
                Some(number) => {
                    big = number.big();
                    percent::Number::Int(&big)
                }
                None => percent::Number::Other,
            };
            directive.number(number, &name, of_bytes, limit)
        }
        Want::Character => return character(m, &directive, value, of_bytes),
    };
    let text = m.pure(text)?;
    Ok(Flow::Value(if of_bytes { m.bytes(text.into_bytes()) } else { m.string(text) }))
}

fn character(m: &mut Machine, directive: &Directive, value: Value, of_bytes: bool) -> Res<Flow> {
    let limit = m.limit();
    let number = match m.number(value) {
        Some(Number::Float(_)) | None => None,
        Some(number) => Some(number.big()),
    };
    if of_bytes {
        let byte = match (number, m.buffer_of(value)) {
            (Some(n), _) => m.pure(percent::code_byte(&n))?,
            (None, Some([byte])) => *byte,
            _ => return Err(m.type_error("%c requires an integer in range(256) or a single byte")),
        };
        let done = m.pure(directive.byte(byte, limit))?;
        return Ok(Flow::Value(m.bytes(done)));
    }
    let c = match (number, m.text(value)) {
        (Some(n), _) => percent::code_point(&n),
        (None, Some(text)) => percent::only_character(&text),
        _ => return Err(m.type_error("%c requires int or char")),
    };
    let c = m.pure(c)?;
    let text = m.pure(directive.character(c, limit))?;
    Ok(Flow::Value(m.string(text)))
}

/// `_template_next(template, at)`: (next place, literal, name or None, conversion or None, spec, nested); None at the end.
pub(super) fn template_next(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let text = m.plain_str(args.at(0));
    let at = m.index_of(args.at(1)).unwrap_or(0) as usize;
    let Some((piece, next)) = m.pure(template::next(&text, at))? else { return Ok(Flow::Value(Value::None)) };
    let mut parts = vec![Value::Int(next as i64), m.str(&text[piece.literal])];
    match piece.field {
        None => parts.extend([Value::None; 4]),
        Some(field) => {
            parts.push(m.str(&text[field.name]));
            parts.push(match field.conversion {
                Some(c @ ('r' | 's' | 'a')) => m.char(c),
                Some(c) => return m.pure(Err(template::unknown_conversion(c))),
                None => Value::None,
            });
            parts.push(m.str(&text[field.spec]));
            parts.push(Value::Bool(field.nested));
        }
    }
    Ok(Flow::Value(m.tuple(parts)))
}

/// `_template_name(name)`: (0, None) for the next argument, (1, number) or (2, key), then where its steps begin.
pub(super) fn template_name(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let text = m.plain_str(args.at(0));
    let (first, at) = m.pure(template::name(&text))?;
    let (kind, value) = match first {
        template::First::Next => (0, Value::None),
        template::First::Index(n) => (1, Value::Int(n)),
        template::First::Key(key) => (2, m.string(key)),
    };
    Ok(Flow::Value(m.tuple(vec![Value::Int(kind), value, Value::Int(at as i64)])))
}

/// `_template_step(name, at)`: (0, attribute), (1, number) or (2, key), then the next place; None at the end.
pub(super) fn template_step(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let text = m.plain_str(args.at(0));
    let at = m.index_of(args.at(1)).unwrap_or(0) as usize;
    let Some((step, next)) = m.pure(template::step(&text, at))? else { return Ok(Flow::Value(Value::None)) };
    let (kind, value) = match step {
        template::Step::Attribute(name) => (0, m.string(name)),
        template::Step::Index(n) => (1, Value::Int(n)),
        template::Step::Key(key) => (2, m.string(key)),
    };
    Ok(Flow::Value(m.tuple(vec![Value::Int(kind), value, Value::Int(next as i64)])))
}

pub(super) fn format(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let values = m.tuple(args.pos[1.min(args.pos.len())..].to_vec());
    let names = m.dict();
    for &(name, value) in args.kw {
        let key = m.str_of_sym(name);
        m.dict_put(names, key, value)?;
    }
    let helper = m.helper("_str_format");
    Ok(Flow::Call(helper, vec![args.at(0), values, names]))
}

pub(super) fn format_map(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "str.format_map", 1, 1)?;
    let (helper, none) = (m.helper("_str_format"), m.tuple(Vec::new()));
    let _ = class::STR;
    Ok(Flow::Call(helper, vec![args.at(0), none, args.at(1)]))
}

/// Whether a value is looked up by key: `%(name)s`.
pub(super) fn is_mapping(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let value = args.at(0);
    let mapping = match m.heap.of(value) {
        Object::Dict(_) => true,
        Object::Instance(instance) => {
            let of = instance.class;
            !m.class_attr(of, crate::names::sym::GETITEM).is_undefined()
        }
        _ => false,
    };
    Ok(Flow::Value(Value::Bool(mapping)))
}
