//! Operators.

use num_bigint::BigInt;

use super::Machine;
use super::compare::Number;
use super::run::Next;
use super::thread::After;
use crate::code::{BinOp, UnOp};
use crate::names::sym;
use crate::native::{Flow, Raised, Res};
use crate::object::Object;
use crate::pure::{float_math, int_math};
use crate::value::Value;

impl Machine {
    pub(super) fn binary_op(&mut self, op: BinOp, in_place: bool) -> Res<Next> {
        let at = self.t.stack.len();
        let (a, b) = (self.t.stack[at - 2], self.t.stack[at - 1]);
        let flow = self.binary(op, a, b, in_place)?;
        self.t.stack.truncate(at - 2);
        let next = self.flow(flow, After::Push);
        self.heap.dec(a);
        self.heap.dec(b);
        next
    }

    /// `a op b`, or the call that gives it.
    pub(crate) fn binary(&mut self, op: BinOp, a: Value, b: Value, in_place: bool) -> Res<Flow> {
        let own = |m: &Self, value| matches!(m.heap.of(value), Object::Instance(_) | Object::Exception(_));
        if own(self, a) || own(self, b) {
            return self.binary_asking(op, a, b, in_place);
        }
        if in_place && let Some(flow) = self.binary_in_place(op, a, b)? {
            return Ok(flow);
        }
        if let Some(value) = self.binary_numbers(op, a, b)? {
            return Ok(Flow::Value(value));
        }
        if let Some(flow) = self.binary_sequences(op, a, b)? {
            return Ok(flow);
        }
        Err(self.unsupported(op, a, b, in_place))
    }

    fn unsupported(&mut self, op: BinOp, a: Value, b: Value, in_place: bool) -> Raised {
        let (x, y) = (self.class_name_of(a), self.class_name_of(b));
        let symbol = match (op, in_place) {
            (BinOp::Pow, true) => "**=".to_owned(),
            (_, true) => format!("{}=", op.symbol()),
            (_, false) => op.symbol().to_owned(),
        };
        self.type_error(&format!("unsupported operand type(s) for {symbol}: '{x}' and '{y}'"))
    }

    fn binary_asking(&mut self, op: BinOp, a: Value, b: Value, in_place: bool) -> Res<Flow> {
        let (x, y) = (self.class_of(a), self.class_of(b));
        let mut asked = Vec::new();
        if in_place {
            let method = self.class_attr(x, op.in_place());
            asked.push((method, a, b));
        }
        let (first, second) = (self.class_attr(x, op.method()), self.class_attr(y, op.reflected()));
        if x != y && self.is_subclass(y, x) {
            asked.push((second, b, a));
            asked.push((first, a, b));
        } else {
            asked.push((first, a, b));
            if x != y {
                asked.push((second, b, a));
            }
        }
        asked.retain(|(method, ..)| !matches!(method, Value::Undefined | Value::None));
        let symbol = match (op, in_place) {
            (BinOp::Pow, true) => "**=".to_owned(),
            (_, true) => format!("{}=", op.symbol()),
            (_, false) => op.symbol().to_owned(),
        };
        let symbol = self.str(&symbol);
        let mut args = vec![symbol, a, b];
        for (method, this, other) in asked {
            args.extend([method, this, other]);
        }
        let helper = self.helper("_binary");
        Ok(Flow::Call(helper, args))
    }

    pub(crate) fn binary_numbers(&mut self, op: BinOp, a: Value, b: Value) -> Res<Option<Value>> {
        let (Some(x), Some(y)) = (self.number(a), self.number(b)) else { return Ok(None) };
        if let (Value::Bool(p), Value::Bool(q)) = (a, b) {
            match op {
                BinOp::And => return Ok(Some(Value::Bool(p & q))),
                BinOp::Or => return Ok(Some(Value::Bool(p | q))),
                BinOp::Xor => return Ok(Some(Value::Bool(p ^ q))),
                _ => {}
            }
        }
        if matches!(x, Number::Float(_)) || matches!(y, Number::Float(_)) {
            let float = |n: &Number<'_>| match n {
                Number::Float(x) => Ok(*x),
                other => int_math::to_float(&other.big()),
            };
            let (x, y) = (float(&x), float(&y));
            let (x, y) = (self.pure(x)?, self.pure(y)?);
            return self.binary_floats(op, x, y);
        }
        let (x, y) = (x.big(), y.big());
        self.binary_bigs(op, &x, &y)
    }

    fn binary_floats(&mut self, op: BinOp, x: f64, y: f64) -> Res<Option<Value>> {
        let result = match op {
            BinOp::Add => Ok(x + y),
            BinOp::Sub => Ok(x - y),
            BinOp::Mul => Ok(x * y),
            BinOp::Div => float_math::true_div(x, y),
            BinOp::FloorDiv => float_math::floor_div(x, y),
            BinOp::Mod => float_math::modulo(x, y),
            BinOp::Pow => float_math::power(x, y),
            _ => return Ok(None),
        };
        Ok(Some(Value::Float(self.pure(result)?)))
    }

    fn binary_bigs(&mut self, op: BinOp, x: &BigInt, y: &BigInt) -> Res<Option<Value>> {
        let bits = self.limits.int_bits;
        let result = match op {
            BinOp::Add => Ok(x + y),
            BinOp::Sub => Ok(x - y),
            BinOp::Mul => {
                if x.bits() + y.bits() > bits {
                    return Err(self.memory_error());
                }
                Ok(x * y)
            }
            BinOp::Div => {
                let result = int_math::true_div(x, y);
                return Ok(Some(Value::Float(self.pure(result)?)));
            }
            BinOp::FloorDiv => int_math::floor_div(x, y),
            BinOp::Mod => int_math::modulo(x, y),
            BinOp::Pow if y.sign() == num_bigint::Sign::Minus => {
                let (x, y) = (self.pure(int_math::to_float(x))?, self.pure(int_math::to_float(y))?);
                return self.binary_floats(op, x, y);
            }
            BinOp::Pow => int_math::power(x, y, bits),
            BinOp::LShift => int_math::shift_left(x, y, bits),
            BinOp::RShift => int_math::shift_right(x, y),
            BinOp::And => Ok(x & y),
            BinOp::Or => Ok(x | y),
            BinOp::Xor => Ok(x ^ y),
            BinOp::MatMul => return Ok(None),
        };
        let result = self.pure(result)?;
        Ok(Some(self.int(result)))
    }

    /// Lists, sets, dicts and bytearrays that change in place.
    fn binary_in_place(&mut self, op: BinOp, a: Value, b: Value) -> Res<Option<Flow>> {
        let method = match (op, self.heap.of(a)) {
            (BinOp::Add, Object::List(_)) => "_iadd_list",
            (BinOp::Add, Object::ByteArray(_)) => {
                let Some(more) = self.buffer_of(b).map(<[u8]>::to_vec) else { return Ok(None) };
                self.room(more.len() as u64)?;
                self.bytearray_extend(a, &more);
                return Ok(Some(Flow::Value(a)));
            }
            (BinOp::Or, Object::Set(_)) => "_ior_set",
            (BinOp::Or, Object::Dict(_)) => "_ior_dict",
            _ => return Ok(None),
        };
        if method == "_iadd_list" {
            match self.collect(b)? {
                Some(items) => {
                    self.list_extend(a, &items)?;
                    return Ok(Some(Flow::Value(a)));
                }
                None => {
                    let helper = self.helper(method);
                    return Ok(Some(Flow::Call(helper, vec![a, b])));
                }
            }
        }
        let suits = match self.heap.of(b) {
            Object::Set(_) | Object::FrozenSet(_) => method == "_ior_set",
            Object::Dict(_) => method == "_ior_dict",
            _ => false,
        };
        if !suits {
            return Ok(None);
        }
        let helper = self.helper(method);
        Ok(Some(Flow::Call(helper, vec![a, b])))
    }

    fn binary_sequences(&mut self, op: BinOp, a: Value, b: Value) -> Res<Option<Flow>> {
        match op {
            BinOp::Add => self.concatenate(a, b),
            BinOp::Mul => {
                let (sequence, times) = match (self.index_of(a), self.index_of(b)) {
                    (None, Some(times)) => (a, times),
                    (Some(times), None) => (b, times),
                    _ => {
                        let sequence = |m: &Self, v| {
                            matches!(m.heap.of(v), Object::Str(_) | Object::List(_) | Object::Tuple(_))
                                || m.buffer_of(v).is_some()
                        };
                        for (one, other) in [(a, b), (b, a)] {
                            if sequence(self, one) {
                                let name = self.class_name_of(other);
                                return Err(self.type_error(&format!(
                                    "can't multiply sequence by non-int of type '{name}'"
                                )));
                            }
                        }
                        return Ok(None);
                    }
                };
                self.repeat(sequence, times)
            }
            BinOp::Mod => match self.heap.of(a) {
                Object::Str(_) | Object::Bytes(_) | Object::ByteArray(_) => self.percent(a, b).map(Some),
                _ => Ok(None),
            },
            BinOp::Or | BinOp::And | BinOp::Sub | BinOp::Xor => self.set_operator(op, a, b),
            _ => Ok(None),
        }
    }

    fn concatenate(&mut self, a: Value, b: Value) -> Res<Option<Flow>> {
        let value = match (self.heap.of(a), self.heap.of(b)) {
            (Object::Str(x), Object::Str(y)) => {
                let mut text = String::with_capacity(x.text.len() + y.text.len());
                text.push_str(&x.text);
                text.push_str(&y.text);
                self.room(text.len() as u64)?;
                self.string(text)
            }
            (Object::List(x), Object::List(y)) => {
                let items = [&x[..], &y[..]].concat();
                self.room(items.len() as u64 * 16)?;
                self.list(items)
            }
            (Object::Tuple(x), Object::Tuple(y)) => {
                let items = [&x[..], &y[..]].concat();
                self.room(items.len() as u64 * 16)?;
                self.tuple(items)
            }
            (Object::Bytes(_) | Object::ByteArray(_), _) if self.buffer_of(b).is_some() => {
                let (x, y) = (self.buffer_of(a).unwrap_or_default(), self.buffer_of(b).unwrap_or_default());
                let bytes = [x, y].concat();
                self.room(bytes.len() as u64)?;
                if matches!(self.heap.of(a), Object::Bytes(_)) {
                    self.bytes(bytes)
                } else {
                    self.bytearray(bytes)
                }
            }
            (Object::Str(_), _) | (Object::List(_), _) | (Object::Tuple(_), _) => {
                let (x, y) = (self.class_name_of(a), self.class_name_of(b));
                let says = format!("can only concatenate {x} (not \"{y}\") to {x}");
                return Err(self.type_error(&says));
            }
            (Object::Bytes(_) | Object::ByteArray(_), _) => {
                let (x, y) = (self.class_name_of(a), self.class_name_of(b));
                return Err(self.type_error(&format!("can't concat {y} to {x}")));
            }
            _ => return Ok(None),
        };
        Ok(Some(Flow::Value(value)))
    }

    fn repeat(&mut self, sequence: Value, times: i64) -> Res<Option<Flow>> {
        let times = times.max(0) as usize;
        let Some(len) = self.plain_len(sequence) else { return Ok(None) };
        let unit = match self.heap.of(sequence) {
            Object::Str(text) => text.text.len() as u64,
            Object::List(_) | Object::Tuple(_) => len * 16,
            _ => len,
        };
        self.room(unit.saturating_mul(times as u64))?;
        let value = match self.heap.of(sequence) {
            Object::Str(text) => {
                let text = text.text.repeat(times);
                self.string(text)
            }
            Object::List(items) => {
                let items = items.repeat(times);
                self.list(items)
            }
            Object::Tuple(items) => {
                let items = items.repeat(times);
                self.tuple(items)
            }
            Object::Bytes(bytes) => {
                let bytes = bytes.repeat(times);
                self.bytes(bytes)
            }
            Object::ByteArray(bytes) => {
                let bytes = bytes.repeat(times);
                self.bytearray(bytes)
            }
            _ => return Ok(None),
        };
        Ok(Some(Flow::Value(value)))
    }

    pub(super) fn unary_op(&mut self, op: UnOp) -> Res<Next> {
        let value = self.pop();
        let next = self.unary(op, value);
        self.heap.dec(value);
        next
    }

    fn unary(&mut self, op: UnOp, value: Value) -> Res<Next> {
        if op == UnOp::Not {
            return match self.truth(value) {
                Ok(truth) => {
                    self.t.stack.push(Value::Bool(!truth));
                    Ok(Next::Same)
                }
                Err((method, this)) => self.flow(Flow::Call(method, vec![this]), After::Truth),
            };
        }
        let result = match (op, self.number(value)) {
            (UnOp::Pos, Some(Number::Float(x))) => Value::Float(x),
            (UnOp::Neg, Some(Number::Float(x))) => Value::Float(-x),
            (UnOp::Pos, Some(Number::Int(n))) => Value::Int(n),
            (UnOp::Invert, Some(Number::Int(n))) => Value::Int(!n),
            (UnOp::Neg, Some(n @ (Number::Int(_) | Number::Big(_)))) => {
                let n = -n.big();
                self.int(n)
            }
            (UnOp::Pos, Some(Number::Big(_))) => value,
            (UnOp::Invert, Some(Number::Big(n))) => {
                let n = !n.clone();
                self.int(n)
            }
            _ => {
                let class = self.class_of(value);
                let (method, symbol) = match op {
                    UnOp::Neg => (sym::NEG, "-"),
                    UnOp::Pos => (sym::POS, "+"),
                    UnOp::Invert | UnOp::Not => (sym::INVERT, "~"),
                };
                let method = self.class_attr(class, method);
                if method.is_undefined() {
                    let name = self.class_name(class);
                    return Err(self.type_error(&format!("bad operand type for unary {symbol}: '{name}'")));
                }
                return self.flow(Flow::Call(method, vec![value]), After::Push);
            }
        };
        self.push(result);
        Ok(Next::Same)
    }

    /// A value as an index: ints and bools.
    pub(crate) fn index_of(&self, value: Value) -> Option<i64> {
        match value {
            Value::Int(n) => Some(n),
            Value::Bool(b) => Some(i64::from(b)),
            Value::Ref(id) => match self.heap.get(id) {
                Object::Int(n) => Some(if n.sign() == num_bigint::Sign::Minus { i64::MIN } else { i64::MAX }),
                _ => None,
            },
            _ => None,
        }
    }
}
