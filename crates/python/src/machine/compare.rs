//! Equality, order, hashes and truth of values, where no code of the program is needed; and who is asked where it is.

use std::cmp::Ordering;

use num_bigint::BigInt;

use super::Machine;
use super::run::Next;
use super::thread::After;
use crate::classes::class;
use crate::code::{CmpOp, Op, UnOp};
use crate::names::sym;
use crate::native::{Flow, Raised, Res};
use crate::object::Object;
use crate::pure::{hash, int_math};
use crate::value::{Id, Value};

/// How deep containers are compared, shown and hashed.
pub(crate) const DEEP: u32 = 900;

/// Why a native look at a value fails.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Trouble {
    /// The program's code must be asked.
    Python,
    /// Too deep.
    Deep,
    /// No hash: of this value's class.
    Unhashable(Value),
    /// No order.
    Unordered(Value, Value),
}

/// A number, whatever it is laid out as.
pub(crate) enum Number<'a> {
    Int(i64),
    Big(&'a BigInt),
    Float(f64),
}

impl Number<'_> {
    pub(crate) fn big(&self) -> BigInt {
        match self {
            Number::Int(n) => BigInt::from(*n),
            Number::Big(n) => (*n).clone(),
            Number::Float(x) => int_math::from_float(*x).unwrap_or_default(),
        }
    }
}

impl Machine {
    pub(crate) fn number(&self, value: Value) -> Option<Number<'_>> {
        match value {
            Value::Int(n) => Some(Number::Int(n)),
            Value::Bool(b) => Some(Number::Int(i64::from(b))),
            Value::Float(x) => Some(Number::Float(x)),
            Value::Ref(id) => match self.heap.get(id) {
                Object::Int(n) => Some(Number::Big(n)),
                _ => None,
            },
            _ => None,
        }
    }

    fn order_numbers(a: &Number<'_>, b: &Number<'_>) -> Option<Ordering> {
        match (a, b) {
            (Number::Float(a), Number::Float(b)) => a.partial_cmp(b),
            (Number::Int(a), Number::Int(b)) => Some(a.cmp(b)),
            (a, Number::Float(x)) => int_math::compare_float(&a.big(), *x),
            (Number::Float(x), b) => int_math::compare_float(&b.big(), *x).map(Ordering::reverse),
            (a, b) => Some(a.big().cmp(&b.big())),
        }
    }

    /// Whether comparing this runs the program's code.
    fn asks(&self, value: Value) -> bool {
        match self.heap.of(value) {
            Object::Instance(instance) => {
                matches!(self.heap.get(instance.class), Object::Class(class) if class.eq)
            }
            Object::Exception(exception) => {
                matches!(self.heap.get(exception.class), Object::Class(class) if class.eq)
            }
            _ => false,
        }
    }

    /// `a == b`
    pub(crate) fn equal(&self, a: Value, b: Value, depth: u32) -> Result<bool, Trouble> {
        if let (Some(x), Some(y)) = (self.number(a), self.number(b)) {
            return Ok(Self::order_numbers(&x, &y) == Some(Ordering::Equal));
        }
        if self.asks(a) || self.asks(b) {
            return Err(Trouble::Python);
        }
        if depth > DEEP {
            return Err(Trouble::Deep);
        }
        if let (Some(x), Some(y)) = (self.buffer_of(a), self.buffer_of(b)) {
            return Ok(x == y);
        }
        let (Value::Ref(x), Value::Ref(y)) = (a, b) else { return Ok(a.is(b)) };
        match (self.heap.get(x), self.heap.get(y)) {
            (Object::Str(x), Object::Str(y)) => Ok(x.text == y.text),
            (Object::List(x), Object::List(y)) => self.equal_items(x, y, depth),
            (Object::Tuple(x), Object::Tuple(y)) => self.equal_items(x, y, depth),
            (Object::Dict(x), Object::Dict(y)) => {
                if x.len() != y.len() {
                    return Ok(false);
                }
                for (hash, key, value) in x.hashed() {
                    let Some(place) = y.find(hash, |other| self.same(key, other, depth + 1))? else {
                        return Ok(false);
                    };
                    if !self.same(value, y.value(place), depth + 1)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            (Object::Set(x) | Object::FrozenSet(x), Object::Set(y) | Object::FrozenSet(y)) => {
                Ok(x.len() == y.len() && self.subset(x, y)?)
            }
            (Object::DictView(keys, 0), Object::Set(set) | Object::FrozenSet(set))
            | (Object::Set(set) | Object::FrozenSet(set), Object::DictView(keys, 0)) => {
                let Object::Dict(keys) = self.heap.get(*keys) else { return Ok(false) };
                if keys.len() != set.len() {
                    return Ok(false);
                }
                for (hash, key, _) in keys.hashed() {
                    if set.find(hash, |other| self.same(key, other, depth + 1))?.is_none() {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            (Object::Range(x), Object::Range(y)) => Ok(x.len() == y.len()
                && (x.len() == 0 || x.start == y.start && (x.len() == 1 || x.step == y.step))),
            (Object::Slice(x), Object::Slice(y)) => self.equal_items(&x[..], &y[..], depth),
            (Object::Bound(f, s), Object::Bound(g, t)) => Ok(f.is(*g) && s.is(*t)),
            _ => Ok(x == y),
        }
    }

    /// Identity first, as containers do.
    pub(crate) fn same(&self, a: Value, b: Value, depth: u32) -> Result<bool, Trouble> {
        if a.is(b) { Ok(true) } else { self.equal(a, b, depth) }
    }

    fn equal_items(&self, a: &[Value], b: &[Value], depth: u32) -> Result<bool, Trouble> {
        if a.len() != b.len() {
            return Ok(false);
        }
        for (&a, &b) in a.iter().zip(b) {
            if !self.same(a, b, depth + 1)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    pub(crate) fn subset(&self, a: &crate::set::Set, b: &crate::set::Set) -> Result<bool, Trouble> {
        for (hash, item) in a.hashed() {
            if b.find(hash, |other| self.same(item, other, 0))?.is_none() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The order of two values; none of floats that are no numbers.
    pub(crate) fn order(&self, a: Value, b: Value, depth: u32) -> Result<Option<Ordering>, Trouble> {
        if let (Some(x), Some(y)) = (self.number(a), self.number(b)) {
            return Ok(Self::order_numbers(&x, &y));
        }
        if depth > DEEP {
            return Err(Trouble::Deep);
        }
        if matches!(self.heap.of(a), Object::Instance(_) | Object::Exception(_))
            || matches!(self.heap.of(b), Object::Instance(_) | Object::Exception(_))
        {
            return Err(Trouble::Python);
        }
        let items = match (self.heap.of(a), self.heap.of(b)) {
            (Object::Str(x), Object::Str(y)) => return Ok(Some(x.text.cmp(&y.text))),
            (Object::List(x), Object::List(y)) => (&x[..], &y[..]),
            (Object::Tuple(x), Object::Tuple(y)) => (&x[..], &y[..]),
            _ => match (self.buffer_of(a), self.buffer_of(b)) {
                (Some(x), Some(y))
                    if !matches!(self.heap.of(a), Object::MemoryView(_))
                        && !matches!(self.heap.of(b), Object::MemoryView(_)) =>
                {
                    return Ok(Some(x.cmp(y)));
                }
                _ => return Err(Trouble::Unordered(a, b)),
            },
        };
        for (&x, &y) in items.0.iter().zip(items.1) {
            if !self.same(x, y, depth + 1)? {
                return self.order(x, y, depth + 1);
            }
        }
        Ok(Some(items.0.len().cmp(&items.1.len())))
    }

    /// The bytes of bytes, bytearray and memoryview.
    pub(crate) fn buffer_of(&self, value: Value) -> Option<&[u8]> {
        match self.heap.of(value) {
            Object::Bytes(bytes) => Some(bytes),
            Object::ByteArray(bytes) => Some(bytes),
            Object::MemoryView(view) => {
                let base = match self.heap.of(view.base) {
                    Object::Bytes(bytes) => &bytes[..],
                    Object::ByteArray(bytes) => &bytes[..],
                    _ => return None,
                };
                base.get(view.start as usize..view.start as usize + view.len as usize)
            }
            _ => None,
        }
    }

    pub(crate) fn compare_values(&mut self, op: CmpOp, a: Value, b: Value) -> Res<Flow> {
        let native = match op {
            CmpOp::Eq => self.equal(a, b, 0).map(Some),
            CmpOp::Ne => self.equal(a, b, 0).map(|same| Some(!same)),
            _ => self.ordered(op, a, b).map(Some),
        };
        match native {
            Ok(Some(truth)) => Ok(Flow::Value(Value::Bool(truth))),
            Ok(None) => Ok(Flow::Value(Value::NotImplemented)),
            Err(Trouble::Unordered(x, y)) if x.is(a) && y.is(b) => Err(self.unordered(op, a, b)),
            Err(Trouble::Python) => self.compare_asking(op, a, b),
            Err(trouble) => Err(self.trouble(trouble, op.symbol())),
        }
    }

    fn ordered(&self, op: CmpOp, a: Value, b: Value) -> Result<bool, Trouble> {
        if let (Object::Set(x) | Object::FrozenSet(x), Object::Set(y) | Object::FrozenSet(y)) =
            (self.heap.of(a), self.heap.of(b))
        {
            return match op {
                CmpOp::Le => self.subset(x, y),
                CmpOp::Lt => Ok(x.len() < y.len() && self.subset(x, y)?),
                CmpOp::Ge => self.subset(y, x),
                _ => Ok(y.len() < x.len() && self.subset(y, x)?),
            };
        }
        let order = self.order(a, b, 0)?;
        Ok(match op {
            CmpOp::Lt => order == Some(Ordering::Less),
            CmpOp::Le => matches!(order, Some(Ordering::Less | Ordering::Equal)),
            CmpOp::Gt => order == Some(Ordering::Greater),
            _ => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
        })
    }

    fn unordered(&mut self, op: CmpOp, a: Value, b: Value) -> Raised {
        let (x, y) = (self.class_name_of(a), self.class_name_of(b));
        self.type_error(&format!("'{}' not supported between instances of '{x}' and '{y}'", op.symbol()))
    }

    /// The methods of the program's classes, in the order in which CPython asks them.
    fn compare_asking(&mut self, op: CmpOp, a: Value, b: Value) -> Res<Flow> {
        let (x, y) = (self.class_of(a), self.class_of(b));
        let mut first = self.class_attr(x, op.method());
        let mut second = self.class_attr(y, op.swapped().method());
        // `!=` is what `==` is not, unless the class says otherwise.
        let mut inverted = (false, false);
        if op == CmpOp::Ne {
            if matches!(first, Value::Undefined | Value::Native(_)) {
                first = self.class_attr(x, sym::EQ);
                inverted.0 = true;
            }
            if matches!(second, Value::Undefined | Value::Native(_)) {
                second = self.class_attr(y, sym::EQ);
                inverted.1 = true;
            }
        }
        let asked =
            |method: Value| if matches!(method, Value::Native(_)) { Value::Undefined } else { method };
        (first, second) = (asked(first), asked(second));
        let containers = !matches!(self.heap.of(a), Object::Instance(_) | Object::Exception(_))
            && !matches!(self.heap.of(b), Object::Instance(_) | Object::Exception(_));
        if containers {
            let helper = self.helper("_compare_items");
            let text = self.str(op.symbol());
            return Ok(Flow::Call(helper, vec![text, a, b]));
        }
        let reflected_first = x != y && self.is_subclass(y, x) && !second.is_undefined();
        let none = |value: Value| value.defined().unwrap_or(Value::None);
        let text = self.str(op.symbol());
        let helper = self.helper("_compare");
        let (one, two) = ((none(first), a, b, inverted.0), (none(second), b, a, inverted.1));
        let (one, two) = if reflected_first { (two, one) } else { (one, two) };
        Ok(Flow::Call(
            helper,
            vec![
                text,
                one.0,
                one.1,
                one.2,
                Value::Bool(one.3),
                two.0,
                two.1,
                two.2,
                Value::Bool(two.3),
                a,
                b,
            ]
            .into_iter()
            .collect(),
        ))
    }

    /// What a native look at a value could not do, as an exception.
    pub(crate) fn trouble(&mut self, trouble: Trouble, op: &str) -> Raised {
        match trouble {
            Trouble::Deep => {
                self.error(class::RECURSION_ERROR, "maximum recursion depth exceeded in comparison")
            }
            Trouble::Unhashable(value) => {
                let name = self.class_name_of(value);
                self.type_error(&format!("unhashable type: '{name}'"))
            }
            Trouble::Unordered(a, b) => {
                let (x, y) = (self.class_name_of(a), self.class_name_of(b));
                self.type_error(&format!("'{op}' not supported between instances of '{x}' and '{y}'"))
            }
            Trouble::Python => self.type_error("an object that compares itself cannot be used here"),
        }
    }

    /// `hash(value)`, where no code of the program is needed.
    pub(crate) fn hash(&self, value: Value, depth: u32) -> Result<i64, Trouble> {
        if depth > DEEP {
            return Err(Trouble::Deep);
        }
        Ok(match value {
            Value::None => 0x1001,
            Value::NotImplemented => 0x1002,
            Value::Ellipsis => 0x1003,
            Value::Undefined => 0,
            Value::Bool(b) => i64::from(b),
            Value::Int(n) => hash::small(n),
            Value::Float(x) => hash::float(x),
            Value::Native(id) => 0x2000 + i64::from(id.0),
            Value::Ref(id) => match self.heap.get(id) {
                Object::Int(n) => hash::int(n),
                Object::Str(text) => hash_bytes(text.text.as_bytes()),
                Object::Bytes(bytes) => hash_bytes(bytes),
                Object::Tuple(items) => {
                    let hashes: Result<Vec<i64>, Trouble> =
                        items.iter().map(|&item| self.hash(item, depth + 1)).collect();
                    hash::tuple(&hashes?)
                }
                Object::FrozenSet(set) => set.hashed().fold(1_927_868_237, |sum: i64, (hash, _)| {
                    sum ^ (hash ^ (hash << 16) ^ 89_869_747).wrapping_mul(3_644_798_167)
                }),
                Object::MemoryView(view) if view.readonly => match self.buffer_of(value) {
                    Some(bytes) => hash_bytes(bytes),
                    None => 0,
                },
                Object::List(_)
                | Object::Dict(_)
                | Object::Set(_)
                | Object::ByteArray(_)
                | Object::MemoryView(_)
                | Object::DictView(..)
                | Object::Slice(_) => return Err(Trouble::Unhashable(value)),
                Object::Range(range) => hash::small(range.start.wrapping_mul(31).wrapping_add(range.stop)),
                Object::Instance(instance) => match self.heap.get(instance.class) {
                    Object::Class(class) if class.unhashable => return Err(Trouble::Unhashable(value)),
                    Object::Class(class) if class.hash => return Err(Trouble::Python),
                    _ => self.identity(id),
                },
                Object::Bound(function, this) => {
                    let (a, b) = (self.hash(*function, depth + 1)?, self.hash(*this, depth + 1)?);
                    a.wrapping_mul(31).wrapping_add(b)
                }
                _ => self.identity(id),
            },
        })
    }

    /// `id(value)` of an object: looks like an address, and is one in the arena.
    pub(crate) fn identity(&self, id: Id) -> i64 {
        0x7f00_0000_0000 + i64::from(id.0) * 64
    }

    /// The truth of a value that may have its own mind: the call that says, by its class.
    pub(crate) fn truth(&mut self, value: Value) -> Result<bool, (Value, Value)> {
        match value {
            Value::Bool(b) => return Ok(b),
            Value::None | Value::Undefined => return Ok(false),
            Value::Int(n) => return Ok(n != 0),
            Value::Float(x) => return Ok(x != 0.0),
            _ => {}
        }
        if let Object::Instance(instance) = self.heap.of(value) {
            let class = instance.class;
            for name in [sym::BOOL, sym::LEN] {
                let method = self.class_attr(class, name);
                if !matches!(method, Value::Undefined | Value::Native(_) | Value::None) {
                    return Err((method, value));
                }
            }
            return Ok(true);
        }
        Ok(self.plain_len(value).is_none_or(|len| len != 0))
    }

    /// The length of a built-in container.
    pub(crate) fn plain_len(&self, value: Value) -> Option<u64> {
        Some(match self.heap.of(value) {
            Object::Str(text) => u64::from(text.chars),
            Object::List(items) => items.len() as u64,
            Object::Tuple(items) => items.len() as u64,
            Object::Dict(table) => table.len() as u64,
            Object::Set(set) | Object::FrozenSet(set) => set.len() as u64,
            Object::Range(range) => range.len(),
            Object::DictView(dict, _) => return self.plain_len(Value::Ref(*dict)),
            _ => self.buffer_of(value)?.len() as u64,
        })
    }

    /// The instruction at hand tests a value: what its class answers decides later.
    pub(super) fn truth_later(&mut self, value: Value) -> Res<Next> {
        match self.truth(value) {
            Ok(truth) => {
                self.decide(truth);
                Ok(Next::Frame)
            }
            Err((method, this)) => self.flow(Flow::Call(method, vec![this]), After::Truth),
        }
    }

    /// What `__bool__` or `__len__` answered.
    pub(super) fn truth_answer(&mut self, value: Value) -> Res<bool> {
        match value {
            Value::Bool(b) => Ok(b),
            Value::Int(n) if n >= 0 => Ok(n != 0),
            Value::Int(_) => Err(self.value_error("__len__() should return >= 0")),
            _ => {
                let name = self.class_name_of(value);
                Err(self.type_error(&format!("__bool__ should return bool, returned {name}")))
            }
        }
    }

    /// The truth that the instruction at hand waited for.
    pub(super) fn decide(&mut self, truth: bool) {
        let Some(frame) = self.t.frames.last() else { return };
        let op = self.image.codes[frame.code as usize].ops[frame.pc.saturating_sub(1) as usize];
        let jump = match op {
            Op::PopJumpIfFalse(to) => (!truth).then_some(to),
            Op::PopJumpIfTrue(to) => truth.then_some(to),
            Op::JumpIfFalseOrPop(to) | Op::JumpIfTrueOrPop(to) => {
                let stays = truth == matches!(op, Op::JumpIfTrueOrPop(_));
                if !stays {
                    let value = self.pop();
                    self.heap.dec(value);
                }
                stays.then_some(to)
            }
            Op::Unary(UnOp::Not) => {
                self.t.stack.push(Value::Bool(!truth));
                None
            }
            Op::Contains(inverted) => {
                self.t.stack.push(Value::Bool(truth != inverted));
                None
            }
            _ => {
                self.t.stack.push(Value::Bool(truth));
                None
            }
        };
        if let Some(to) = jump
            && let Some(frame) = self.t.frames.last_mut()
        {
            frame.pc = to;
        }
    }

    pub(super) fn compare_op(&mut self, op: CmpOp) -> Res<Next> {
        let at = self.t.stack.len();
        let (a, b) = (self.t.stack[at - 2], self.t.stack[at - 1]);
        let flow = self.compare_values(op, a, b)?;
        self.t.stack.truncate(at - 2);
        let next = self.flow(flow, After::Push);
        self.heap.dec(a);
        self.heap.dec(b);
        next
    }
}

/// A fixed hash: the same on every platform and in every run.
pub(crate) fn hash_bytes(bytes: &[u8]) -> i64 {
    let mut state = 0x5357_4954_u64 ^ bytes.len() as u64;
    for chunk in bytes.chunks(8) {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        state = (state ^ u64::from_le_bytes(word)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        state ^= state >> 29;
    }
    (state >> 1) as i64
}
