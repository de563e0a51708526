//! Built-in functions of numbers, and of characters as numbers.

use super::functions::special;
use crate::classes::class;
use crate::machine::Machine;
use crate::names::sym;
use crate::native::{Args, Flow, Native, Res};
use crate::object::Object;
use crate::pure::int_text;
use crate::value::Value;

pub(super) const FUNCTIONS: &[Native] = &[
    Native { name: "abs", call: abs },
    Native { name: "hex", call: hex },
    Native { name: "oct", call: oct },
    Native { name: "bin", call: bin },
    Native { name: "chr", call: chr },
    Native { name: "ord", call: ord },
    Native { name: "sum", call: sum },
    Native { name: "divmod", call: divmod },
    Native { name: "pow", call: pow },
    Native { name: "round", call: round },
];

fn abs(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "abs", 1, 1)?;
    let value = args.at(0);
    use crate::machine::compare::Number;
    match m.number(value) {
        Some(Number::Float(x)) => Ok(Flow::Value(Value::Float(x.abs()))),
        Some(number) => {
            let big = number.big();
            let big = if big.sign() == num_bigint::Sign::Minus { -big } else { big };
            Ok(Flow::Value(m.int(big)))
        }
        None => special(m, value, sym::ABS).map(Ok).unwrap_or_else(|| {
            let name = m.class_name_of(value);
            Err(m.type_error(&format!("bad operand type for abs(): '{name}'")))
        }),
    }
}

fn based(m: &mut Machine, args: &Args<'_>, name: &str, base: u32) -> Res<Flow> {
    args.plain(m, name, 1, 1)?;
    let n = m.int_arg(args.at(0))?;
    let limit = m.limit();
    let text = m.pure(int_text::prefixed(&n, base, limit))?;
    Ok(Flow::Value(m.string(text)))
}

fn hex(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    based(m, args, "hex", 16)
}

fn oct(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    based(m, args, "oct", 8)
}

fn bin(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    based(m, args, "bin", 2)
}

fn chr(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "chr", 1, 1)?;
    let n = m.int_arg(args.at(0))?;
    match u32::try_from(&n).ok().and_then(char::from_u32) {
        Some(c) => Ok(Flow::Value(m.char(c))),
        None => Err(m.value_error("chr() arg not in range(0x110000)")),
    }
}

fn ord(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "ord", 1, 1)?;
    let value = args.at(0);
    let (found, len) = match m.heap.of(value) {
        Object::Str(text) => (text.text.chars().next().map(u32::from), u64::from(text.chars)),
        _ => match m.buffer_of(value) {
            Some(bytes) => (bytes.first().map(|&b| u32::from(b)), bytes.len() as u64),
            None => {
                let name = m.class_name_of(value);
                return Err(m.type_error(&format!("ord() expected string of length 1, but {name} found")));
            }
        },
    };
    match found {
        Some(n) if len == 1 => Ok(Flow::Value(Value::Int(n.into()))),
        _ => Err(m.type_error(&format!("ord() expected a character, but string of length {len} found"))),
    }
}

fn sum(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let [items, start] = args.named(m, "sum", ["iterable", "start"], 1, 2)?;
    let start = start.defined().unwrap_or(Value::Int(0));
    if matches!(m.heap.of(start), Object::Str(_)) {
        return Err(m.type_error("sum() can't sum strings [use ''.join(seq) instead]"));
    }
    if m.buffer_of(start).is_some() {
        return Err(m.type_error("sum() can't sum bytes [use b''.join(seq) instead]"));
    }
    if let Some(values) = m.collect_kept(items)? {
        let mut total = start;
        let mut plain = true;
        for value in values {
            if let (Value::Int(a), Value::Int(b)) = (total, value)
                && let Some(sum) = a.checked_add(b)
            {
                total = Value::Int(sum);
                continue;
            }
            match m.binary(crate::code::BinOp::Add, total, value, false)? {
                Flow::Value(value) => total = value,
                _ => {
                    plain = false;
                    break;
                }
            }
        }
        if plain {
            return Ok(Flow::Value(total));
        }
    }
    let helper = m.helper("_sum");
    Ok(Flow::Call(helper, vec![items, start]))
}

fn divmod(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "divmod", 2, 2)?;
    let (a, b) = (args.at(0), args.at(1));
    let (Some(_), Some(_)) = (m.number(a), m.number(b)) else {
        let (x, y) = (m.class_name_of(a), m.class_name_of(b));
        return Err(m.type_error(&format!("unsupported operand type(s) for divmod(): '{x}' and '{y}'")));
    };
    if matches!(b, Value::Float(x) if x == 0.0) || matches!((a, b), (Value::Float(_), Value::Int(0))) {
        return Err(m.error(class::ZERO_DIVISION_ERROR, "float divmod()"));
    }
    let quotient = m.binary_numbers(crate::code::BinOp::FloorDiv, a, b)?.unwrap_or_default();
    let rest = m.binary_numbers(crate::code::BinOp::Mod, a, b)?.unwrap_or_default();
    Ok(Flow::Value(m.tuple(vec![quotient, rest])))
}

fn pow(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let [base, exponent, modulus] = args.named(m, "pow", ["base", "exp", "mod"], 2, 3)?;
    if matches!(modulus, Value::Undefined | Value::None) {
        return m.binary(crate::code::BinOp::Pow, base, exponent, false);
    }
    for each in [base, exponent, modulus] {
        use crate::machine::compare::Number;
        if matches!(m.number(each), None | Some(Number::Float(_))) {
            return Err(m.type_error("pow() 3rd argument not allowed unless all arguments are integers"));
        }
    }
    let (base, exponent, modulus) = (m.int_arg(base)?, m.int_arg(exponent)?, m.int_arg(modulus)?);
    let result = m.pure(crate::pure::int_math::power_modulo(&base, &exponent, &modulus))?;
    Ok(Flow::Value(m.int(result)))
}

fn round(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    use crate::machine::compare::Number;
    use crate::pure::{float_math, int_math};
    let [number, digits] = args.named(m, "round", ["number", "ndigits"], 1, 2)?;
    let digits = if digits.is_none() { Value::Undefined } else { digits };
    match m.number(number) {
        Some(Number::Float(x)) if digits.is_undefined() => {
            let n = m.pure(float_math::round_to_int(x))?;
            Ok(Flow::Value(m.int(n)))
        }
        Some(Number::Float(x)) => {
            let digits = m.int_arg(digits)?;
            let digits = i64::try_from(&digits).unwrap_or(i64::MAX);
            Ok(Flow::Value(Value::Float(m.pure(float_math::round(x, digits))?)))
        }
        Some(n) => {
            let n = n.big();
            if digits.is_undefined() {
                return Ok(Flow::Value(m.int(n)));
            }
            let digits = m.int_arg(digits)?;
            Ok(Flow::Value(m.int(int_math::round(&n, &digits))))
        }
        None => match special(m, number, sym::ROUND) {
            Some(Flow::Call(method, mut values)) => {
                values.extend(digits.defined());
                Ok(Flow::Call(method, values))
            }
            _ => {
                let name = m.class_name_of(number);
                Err(m.type_error(&format!("type {name} doesn't define __round__ method")))
            }
        },
    }
}
