//! The loop that runs instructions.

use std::sync::Arc;

use super::Machine;
use super::thread::After;
use crate::code::{BinOp, CmpOp, Op};
use crate::heap::Heap;
use crate::names::Sym;
use crate::native::Res;
use crate::object::{Iter, Object};
use crate::value::Value;

/// How an instruction ended.
pub(crate) enum Next {
    /// In the same frame, or with a value pushed there.
    Same,
    /// The frame at the top is another, or its place has changed.
    Frame,
}

/// Ints and floats at once; everything else the long way.
#[inline]
fn arithmetic(op: BinOp, a: Value, b: Value) -> Option<Value> {
    Some(match (a, b) {
        (Value::Int(a), Value::Int(b)) => Value::Int(match op {
            BinOp::Add => a.checked_add(b)?,
            BinOp::Sub => a.checked_sub(b)?,
            BinOp::Mul => a.checked_mul(b)?,
            BinOp::And => a & b,
            BinOp::Or => a | b,
            BinOp::Xor => a ^ b,
            BinOp::FloorDiv if b > 0 => a.div_euclid(b),
            BinOp::Mod if b > 0 => a.rem_euclid(b),
            BinOp::RShift if (0..64).contains(&b) => a >> b,
            BinOp::LShift if (0..64).contains(&b) => {
                let shifted = a << b;
                if shifted >> b != a {
                    return None;
                }
                shifted
            }
            BinOp::Div if b != 0 && a.unsigned_abs() < 1 << 53 && b.unsigned_abs() < 1 << 53 => {
                return Some(Value::Float(a as f64 / b as f64));
            }
            _ => return None,
        }),
        (Value::Float(a), Value::Float(b)) => Value::Float(match op {
            BinOp::Add => a + b,
            BinOp::Sub => a - b,
            BinOp::Mul => a * b,
            BinOp::Div if b != 0.0 => a / b,
            _ => return None,
        }),
        (Value::Float(a), Value::Int(b)) if b.unsigned_abs() < 1 << 53 => {
            return arithmetic(op, Value::Float(a), Value::Float(b as f64));
        }
        (Value::Int(a), Value::Float(b)) if a.unsigned_abs() < 1 << 53 => {
            return arithmetic(op, Value::Float(a as f64), Value::Float(b));
        }
        _ => return None,
    })
}

#[inline]
fn compared(op: CmpOp, a: Value, b: Value) -> Option<bool> {
    Some(match (a, b) {
        (Value::Int(a), Value::Int(b)) => match op {
            CmpOp::Eq => a == b,
            CmpOp::Ne => a != b,
            CmpOp::Lt => a < b,
            CmpOp::Le => a <= b,
            CmpOp::Gt => a > b,
            CmpOp::Ge => a >= b,
        },
        (Value::Float(a), Value::Float(b)) => match op {
            CmpOp::Eq => a == b,
            CmpOp::Ne => a != b,
            CmpOp::Lt => a < b,
            CmpOp::Le => a <= b,
            CmpOp::Gt => a > b,
            CmpOp::Ge => a >= b,
        },
        _ => return None,
    })
}

/// Truth of what needs no look at its class.
#[inline]
fn plain_truth(heap: &Heap, value: Value) -> Option<bool> {
    Some(match value {
        Value::Bool(b) => b,
        Value::None => false,
        Value::Int(n) => n != 0,
        Value::Float(x) => x != 0.0,
        Value::Ref(id) => match heap.get(id) {
            Object::Str(text) => text.chars != 0,
            Object::Bytes(bytes) => !bytes.is_empty(),
            Object::List(items) => !items.is_empty(),
            Object::Tuple(items) => !items.is_empty(),
            Object::Dict(table) => table.len() != 0,
            _ => return None,
        },
        _ => return None,
    })
}

impl Machine {
    /// Run at most `fuel` instructions of the thread at hand, until it stops: how many are left.
    pub(super) fn burst(&mut self, mut fuel: u64) -> u64 {
        let image = Arc::clone(&self.image);
        'frame: loop {
            if self.heap.has_dead() {
                self.bury();
            }
            if self.stop.is_some() || fuel == 0 || self.t.pending.is_some() {
                return fuel;
            }
            let Some(frame) = self.t.frames.last() else { return fuel };
            let code = &*image.codes[frame.code as usize];
            let ops = &code.ops[..];
            let (base, module) = (frame.base as usize, frame.module);
            let mut pc = frame.pc as usize;
            loop {
                if fuel == 0 {
                    self.save(pc);
                    continue 'frame;
                }
                fuel -= 1;
                let op = ops[pc];
                pc += 1;
                match op {
                    Op::Fast(slot) => {
                        let value = self.t.stack[base + slot as usize];
                        if value.is_undefined() {
                            self.save(pc);
                            let raised = self.unbound(code, slot);
                            self.raise(raised);
                            continue 'frame;
                        }
                        self.heap.inc(value);
                        self.t.stack.push(value);
                    }
                    Op::Const(number) => {
                        let value = self.consts[number as usize];
                        self.heap.inc(value);
                        self.t.stack.push(value);
                    }
                    Op::StoreFast(slot) => {
                        let value = self.pop();
                        let old = std::mem::replace(&mut self.t.stack[base + slot as usize], value);
                        self.heap.dec(old);
                    }
                    Op::Global(slot) => {
                        let value = match self.heap.get(module) {
                            Object::Module(module) => module.slots[slot as usize],
                            _ => Value::Undefined,
                        };
                        let value = if value.is_undefined() {
                            let sym = image.sources[code.module as usize].globals[slot as usize];
                            match self.builtin_for(code.module, sym) {
                                Value::Undefined => {
                                    self.save(pc);
                                    let raised = self.name_error(sym);
                                    self.raise(raised);
                                    continue 'frame;
                                }
                                value => value,
                            }
                        } else {
                            value
                        };
                        self.heap.inc(value);
                        self.t.stack.push(value);
                    }
                    Op::StoreGlobal(slot) => {
                        let value = self.pop();
                        if let Object::Module(module) = self.heap.get_mut(module) {
                            let old = std::mem::replace(&mut module.slots[slot as usize], value);
                            self.heap.dec(old);
                        }
                    }
                    Op::Pop => {
                        let value = self.pop();
                        self.heap.dec(value);
                    }
                    Op::Jump(to) => pc = to as usize,
                    Op::PopJumpIfFalse(to) | Op::PopJumpIfTrue(to) => {
                        let value = self.pop();
                        match plain_truth(&self.heap, value) {
                            Some(truth) => {
                                self.heap.dec(value);
                                if truth == matches!(op, Op::PopJumpIfTrue(_)) {
                                    pc = to as usize;
                                }
                            }
                            None => {
                                self.save(pc);
                                let done = self.truth_later(value);
                                self.heap.dec(value);
                                self.settle(done);
                                continue 'frame;
                            }
                        }
                    }
                    Op::CompareJump(op, to) => {
                        let at = self.t.stack.len();
                        let (a, b) = (self.t.stack[at - 2], self.t.stack[at - 1]);
                        if let Some(truth) = compared(op, a, b) {
                            self.t.stack.truncate(at - 2);
                            pc = if truth { pc + 1 } else { to as usize };
                        } else {
                            self.save(pc);
                            let done = self.compare_op(op);
                            match self.settled(done) {
                                Next::Same => {}
                                Next::Frame => continue 'frame,
                            }
                        }
                    }
                    Op::Compare(op) => {
                        let at = self.t.stack.len();
                        let (a, b) = (self.t.stack[at - 2], self.t.stack[at - 1]);
                        if let Some(truth) = compared(op, a, b) {
                            self.t.stack.truncate(at - 1);
                            self.t.stack[at - 2] = Value::Bool(truth);
                        } else {
                            self.save(pc);
                            let done = self.compare_op(op);
                            match self.settled(done) {
                                Next::Same => {}
                                Next::Frame => continue 'frame,
                            }
                        }
                    }
                    Op::Binary(op) | Op::InPlace(op) => {
                        let at = self.t.stack.len();
                        let (a, b) = (self.t.stack[at - 2], self.t.stack[at - 1]);
                        if let Some(value) = arithmetic(op, a, b) {
                            self.t.stack.truncate(at - 1);
                            self.t.stack[at - 2] = value;
                        } else {
                            self.save(pc);
                            let in_place = matches!(ops[pc - 1], Op::InPlace(_));
                            let done = self.binary_op(op, in_place);
                            match self.settled(done) {
                                Next::Same => {}
                                Next::Frame => continue 'frame,
                            }
                        }
                    }
                    Op::ForIter(to) => {
                        let Some(&iterator) = self.t.stack.last() else { return fuel };
                        if let Value::Ref(id) = iterator
                            && let Object::Iter(iter) = self.heap.get_mut(id)
                            && let Iter::Range(next, step, left) = &mut **iter
                        {
                            if *left > 0 {
                                let value = Value::Int(*next);
                                *next = next.wrapping_add(*step);
                                *left -= 1;
                                self.t.stack.push(value);
                            } else {
                                self.t.stack.pop();
                                self.heap.dec(iterator);
                                pc = to as usize;
                            }
                        } else {
                            self.save(pc);
                            match self.for_iter(iterator) {
                                Ok(Some(Next::Same)) => {}
                                Ok(Some(Next::Frame)) => continue 'frame,
                                Ok(None) => {
                                    self.t.stack.pop();
                                    self.heap.dec(iterator);
                                    pc = to as usize;
                                }
                                Err(raised) => {
                                    self.raise(raised);
                                    continue 'frame;
                                }
                            }
                        }
                    }
                    Op::Call(count) => {
                        self.save(pc);
                        let done = self.call_stack(count as usize, &[], After::Push);
                        match self.settled(done) {
                            Next::Same => {}
                            Next::Frame => continue 'frame,
                        }
                    }
                    Op::CallMethod(count) => {
                        self.save(pc);
                        let done = self.call_method(count as usize);
                        match self.settled(done) {
                            Next::Same => {}
                            Next::Frame => continue 'frame,
                        }
                    }
                    Op::Attr(name) => {
                        self.save(pc);
                        let done = self.attr_op(name);
                        match self.settled(done) {
                            Next::Same => {}
                            Next::Frame => continue 'frame,
                        }
                    }
                    Op::Method(name) => {
                        self.save(pc);
                        let done = self.method_op(name);
                        match self.settled(done) {
                            Next::Same => {}
                            Next::Frame => continue 'frame,
                        }
                    }
                    Op::Subscript => {
                        let at = self.t.stack.len();
                        let (object, index) = (self.t.stack[at - 2], self.t.stack[at - 1]);
                        let item = match (self.heap.of(object), index) {
                            (Object::List(items), Value::Int(n)) if n >= 0 => items.get(n as usize).copied(),
                            (Object::Tuple(items), Value::Int(n)) if n >= 0 => items.get(n as usize).copied(),
                            (Object::Bytes(bytes), Value::Int(n)) if n >= 0 => {
                                bytes.get(n as usize).map(|&b| Value::Int(i64::from(b)))
                            }
                            _ => None,
                        };
                        if let Some(item) = item {
                            self.heap.inc(item);
                            self.heap.dec(object);
                            self.t.stack.truncate(at - 1);
                            self.t.stack[at - 2] = item;
                        } else {
                            self.save(pc);
                            let done = self.subscript_op();
                            match self.settled(done) {
                                Next::Same => {}
                                Next::Frame => continue 'frame,
                            }
                        }
                    }
                    Op::Return => {
                        self.save(pc);
                        self.return_op();
                        continue 'frame;
                    }
                    _ => {
                        self.save(pc);
                        match self.rare(op, code, base, module) {
                            Ok(Next::Same) => {
                                pc = self.t.frames.last().map_or(pc, |frame| frame.pc as usize);
                            }
                            Ok(Next::Frame) => continue 'frame,
                            Err(raised) => {
                                self.raise(raised);
                                continue 'frame;
                            }
                        }
                    }
                }
                if self.heap.has_dead() {
                    self.save(pc);
                    self.bury();
                    if self.interrupted {
                        continue 'frame;
                    }
                }
            }
        }
    }

    /// A built-in name, as code of this module knows it.
    #[inline]
    pub(super) fn builtin_for(&self, module: u32, name: Sym) -> Value {
        let value = self.boot.builtin(name);
        if value.is_undefined() && self.image.sources[module as usize].hidden {
            return self.boot.inner_name(&self.name(name));
        }
        value
    }

    #[inline]
    fn save(&mut self, pc: usize) {
        if let Some(frame) = self.t.frames.last_mut() {
            frame.pc = pc as u32;
        }
    }

    #[inline]
    pub(super) fn pop(&mut self) -> Value {
        self.t.stack.pop().unwrap_or_default()
    }

    #[inline]
    pub(super) fn push(&mut self, value: Value) {
        self.heap.inc(value);
        self.t.stack.push(value);
    }

    /// Raise what an instruction raised.
    pub(super) fn settle(&mut self, done: Res<Next>) {
        if let Err(raised) = done {
            self.raise(raised);
        }
    }

    #[inline]
    fn settled(&mut self, done: Res<Next>) -> Next {
        match done {
            Ok(next) => next,
            Err(raised) => {
                self.raise(raised);
                Next::Frame
            }
        }
    }
}
