//! `int`, `bool` and `float`.

use num_bigint::BigInt;

use super::functions::special;
use crate::classes::class;
use crate::machine::Machine;
use crate::machine::compare::Number;
use crate::names::sym;
use crate::native::{Args, Flow, Native, Res};
use crate::object::Object;
use crate::pure::{float_math, float_text, int_bytes, int_text};
use crate::value::Value;

pub(super) const INT: &[Native] = &[
    Native { name: "int.__new__", call: int_new },
    Native { name: "int.bit_length", call: bit_length },
    Native { name: "int.bit_count", call: bit_count },
    Native { name: "int.to_bytes", call: to_bytes },
    Native { name: "int.conjugate", call: conjugate },
    Native { name: "int.as_integer_ratio", call: int_ratio },
    Native { name: "int.__index__", call: conjugate },
    Native { name: "int.__int__", call: conjugate },
];
pub(super) const BOOL: &[Native] = &[Native { name: "bool.__new__", call: bool_new }];
pub(super) const FLOAT: &[Native] = &[
    Native { name: "float.__new__", call: float_new },
    Native { name: "float.is_integer", call: is_integer },
    Native { name: "float.as_integer_ratio", call: float_ratio },
    Native { name: "float.hex", call: float_hex },
];
pub(super) const FROM_HEX: Native = Native { name: "float.fromhex", call: float_from_hex };
pub(super) const FROM_BYTES: Native = Native { name: "int.from_bytes", call: from_bytes };

fn int_new(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let [value, base] = args.named(m, "int", ["x", "base"], 0, 2)?;
    if value.is_undefined() {
        return Ok(Flow::Value(Value::Int(0)));
    }
    if !base.is_undefined() {
        let base = m.int_arg(base)?;
        let base = i64::try_from(&base).unwrap_or(-1);
        let parsed = match (m.text(value), m.buffer_of(value)) {
            (Some(text), _) => int_text::parse(&text, base),
            (None, Some(bytes)) => int_text::parse_bytes(bytes, base),
            _ => return Err(m.type_error("int() can't convert non-string with explicit base")),
        };
        let n = m.pure(parsed)?;
        return Ok(Flow::Value(m.int(n)));
    }
    let parsed = match m.number(value) {
        Some(Number::Float(x)) => float_math::to_int(x),
        Some(Number::Int(n)) => return Ok(Flow::Value(Value::Int(n))),
        Some(Number::Big(_)) => return Ok(Flow::Value(value)),
        None => match (m.text(value), m.buffer_of(value)) {
            (Some(text), _) => int_text::parse(&text, 10),
            (None, Some(bytes)) => int_text::parse_bytes(bytes, 10),
            _ => {
                for name in [sym::INT, sym::INDEX] {
                    if let Some(flow) = special(m, value, name) {
                        return Ok(flow);
                    }
                }
                let name = m.class_name_of(value);
                return Err(m.type_error(&format!(
                    "int() argument must be a string, a bytes-like object or a real number, not '{name}'"
                )));
            }
        },
    };
    let n = m.pure(parsed)?;
    Ok(Flow::Value(m.int(n)))
}

fn bool_new(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "bool", 0, 1)?;
    match m.truth(args.at(0)) {
        Ok(truth) => Ok(Flow::Value(Value::Bool(truth))),
        Err(_) => {
            let helper = m.helper("_bool");
            Ok(Flow::Call(helper, args.pos.to_vec()))
        }
    }
}

fn float_new(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "float", 0, 1)?;
    let value = args.at(0);
    if args.pos.is_empty() {
        return Ok(Flow::Value(Value::Float(0.0)));
    }
    let parsed = match m.number(value) {
        Some(Number::Float(x)) => Ok(x),
        Some(number) => crate::pure::int_math::to_float(&number.big()),
        None => match (m.text(value), m.buffer_of(value)) {
            (Some(text), _) => float_text::parse(&text),
            (None, Some(bytes)) => float_text::parse_bytes(bytes),
            _ => {
                if let Some(flow) = special(m, value, sym::FLOAT) {
                    return Ok(flow);
                }
                let name = m.class_name_of(value);
                let says = format!("float() argument must be a string or a real number, not '{name}'");
                return Err(m.type_error(&says));
            }
        },
    };
    Ok(Flow::Value(Value::Float(m.pure(parsed)?)))
}

fn conjugate(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let n = m.int_arg(args.at(0))?;
    Ok(Flow::Value(m.int(n)))
}

fn bit_length(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let n = m.int_arg(args.at(0))?;
    Ok(Flow::Value(Value::Int(n.bits() as i64)))
}

fn bit_count(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let n = m.int_arg(args.at(0))?;
    Ok(Flow::Value(Value::Int(n.magnitude().count_ones() as i64)))
}

fn int_ratio(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    Ok(Flow::Value(m.tuple(vec![args.at(0), Value::Int(1)])))
}

fn is_integer(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    match m.number(args.at(0)) {
        Some(Number::Float(x)) => Ok(Flow::Value(Value::Bool(float_math::is_integer(x)))),
        _ => Err(m.type_error("a float is required")),
    }
}

fn float_ratio(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let Some(Number::Float(x)) = m.number(args.at(0)) else {
        return Err(m.type_error("a float is required"));
    };
    let (a, b) = m.pure(float_math::as_integer_ratio(x))?;
    let (a, b) = (m.int(a), m.int(b));
    Ok(Flow::Value(m.tuple(vec![a, b])))
}

fn order(m: &mut Machine, value: Value) -> Res<int_bytes::Order> {
    if value.is_undefined() {
        return m.pure(int_bytes::order("big"));
    }
    match m.text(value) {
        Some(text) => m.pure(int_bytes::order(&text)),
        None => {
            let name = m.class_name_of(value);
            Err(m.type_error(&format!("to_bytes() argument 'byteorder' must be str, not {name}")))
        }
    }
}

fn to_bytes(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let [this, length, byteorder, signed] =
        args.named(m, "to_bytes", ["self", "length", "byteorder", "signed"], 1, 3)?;
    let n = m.int_arg(this)?;
    let length = if length.is_undefined() { BigInt::from(1) } else { m.int_arg(length)? };
    let length = i64::try_from(&length).unwrap_or(i64::MAX);
    let order = order(m, byteorder)?;
    let signed = matches!(m.truth(signed), Ok(true));
    let limit = m.limit();
    let bytes = m.pure(int_bytes::to_bytes(&n, length, order, signed, limit))?;
    Ok(Flow::Value(m.bytes(bytes)))
}

fn from_bytes(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let [_, value, byteorder, signed] =
        args.named(m, "from_bytes", ["self", "bytes", "byteorder", "signed"], 2, 3)?;
    let order = order(m, byteorder)?;
    let signed = matches!(m.truth(signed), Ok(true));
    let bytes = match m.buffer_of(value) {
        Some(bytes) => bytes.to_vec(),
        None => {
            if matches!(m.heap.of(value), Object::Str(_)) {
                return Err(m.type_error("cannot convert 'str' object to bytes"));
            }
            match m.collect(value) {
                Ok(items) => m.bytes_of(&items.unwrap_or_default())?,
                Err(_) => {
                    let name = m.class_name_of(value);
                    return Err(m.type_error(&format!("cannot convert '{name}' object to bytes")));
                }
            }
        }
    };
    let n = int_bytes::from_bytes(&bytes, order, signed);
    let _ = class::INT;
    Ok(Flow::Value(m.int(n)))
}

fn float_hex(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "float.hex", 0, 0)?;
    let text = match args.at(0) {
        Value::Float(x) => crate::pure::float_hex::of_float(x),
        _ => return Err(m.type_error("descriptor 'hex' requires a 'float' object")),
    };
    Ok(Flow::Value(m.string(text)))
}

fn float_from_hex(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "float.fromhex", 1, 1)?;
    let Some(text) = m.text(args.at(1)) else {
        return Err(m.type_error("bad argument type for built-in operation"));
    };
    let x = m.pure(crate::pure::float_hex::parse(&text))?;
    Ok(Flow::Value(Value::Float(x)))
}
