//! Sets.

use crate::classes::class;
use crate::code::BinOp;
use crate::machine::Machine;
use crate::machine::compare::Trouble;
use crate::native::{Args, Flow, Native, Res};
use crate::object::Object;
use crate::value::Value;

pub(super) const SET: &[Native] = &[
    Native { name: "set.__new__", call: new },
    Native { name: "set.add", call: add },
    Native { name: "set.remove", call: remove },
    Native { name: "set.discard", call: discard },
    Native { name: "set.pop", call: pop },
    Native { name: "set.clear", call: clear },
    Native { name: "set.update", call: update },
    Native { name: "set.copy", call: copy },
    Native { name: "set.union", call: union },
    Native { name: "set.intersection", call: intersection },
    Native { name: "set.difference", call: difference },
    Native { name: "set.symmetric_difference", call: symmetric },
    Native { name: "set.issubset", call: issubset },
    Native { name: "set.issuperset", call: issuperset },
    Native { name: "set.isdisjoint", call: isdisjoint },
    Native { name: "set.difference_update", call: difference_update },
    Native { name: "set.intersection_update", call: intersection_update },
];
pub(super) const FROZENSET: &[Native] = &[
    Native { name: "frozenset.__new__", call: new_frozen },
    Native { name: "frozenset.copy", call: copy },
    Native { name: "frozenset.union", call: union },
    Native { name: "frozenset.intersection", call: intersection },
    Native { name: "frozenset.difference", call: difference },
    Native { name: "frozenset.symmetric_difference", call: symmetric },
    Native { name: "frozenset.issubset", call: issubset },
    Native { name: "frozenset.issuperset", call: issuperset },
    Native { name: "frozenset.isdisjoint", call: isdisjoint },
];

fn made(m: &mut Machine, args: &Args<'_>, name: &str, frozen: bool) -> Res<Flow> {
    args.plain(m, name, 0, 1)?;
    let set = m.new_set(frozen);
    if args.pos.is_empty() {
        return Ok(Flow::Value(set));
    }
    match m.collect(args.at(0))? {
        Some(items) => Ok(m.set_add_all(set, &items)?.unwrap_or(Flow::Value(set))),
        None => {
            let helper = m.helper("_set_of");
            Ok(Flow::Call(helper, vec![set, args.at(0)]))
        }
    }
}

fn new(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    made(m, args, "set", false)
}

fn new_frozen(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    made(m, args, "frozenset", true)
}

fn add(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "set.add", 1, 1)?;
    match m.set_add_all(args.at(0), &args.pos[1..])? {
        // The helper answers the set; add answers None.
        Some(flow) => Ok(flow),
        None => Ok(Flow::Value(Value::None)),
    }
}

/// Take an item out: whether it was there; or the call that finds it.
fn take(m: &mut Machine, args: &Args<'_>, method: &str) -> Res<Result<bool, Flow>> {
    let found = m.set_find(args.at(0), args.at(1));
    (m.hint, m.hint_hash) = (None, None);
    match found {
        Ok(None) => Ok(Ok(false)),
        Ok(Some(place)) => {
            m.set_take(args.at(0), place);
            Ok(Ok(true))
        }
        Err(Trouble::Python) => {
            let name = m.intern(method);
            let again = m.find_class_attr(class::SET, name);
            Ok(Err(m.resolve(again, args.at(0), args.at(1), args.pos)))
        }
        Err(trouble) => Err(m.trouble(trouble, "==")),
    }
}

fn remove(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "set.remove", 1, 1)?;
    match take(m, args, "remove")? {
        Ok(true) => Ok(Flow::Value(Value::None)),
        Ok(false) => Err(m.exception(class::KEY_ERROR, &[args.at(1)])),
        Err(flow) => Ok(flow),
    }
}

fn discard(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "set.discard", 1, 1)?;
    match take(m, args, "discard")? {
        Ok(_) => Ok(Flow::Value(Value::None)),
        Err(flow) => Ok(flow),
    }
}

fn pop(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "set.pop", 0, 0)?;
    let first = match m.heap.of(args.at(0)) {
        Object::Set(set) => set.from(0),
        _ => None,
    };
    let Some((value, behind)) = first else {
        let text = m.str("pop from an empty set");
        return Err(m.exception(class::KEY_ERROR, &[text]));
    };
    m.set_take(args.at(0), behind - 1);
    Ok(Flow::Value(value))
}

fn clear(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "set.clear", 0, 0)?;
    let items = m.collect(args.at(0))?.unwrap_or_default();
    if let Value::Ref(id) = args.at(0)
        && let Object::Set(set) = m.heap.get_mut(id)
    {
        **set = crate::set::Set::default();
    }
    m.heap.resized(32 * items.len() as u64, 0);
    m.heap.dec_all(&items);
    Ok(Flow::Value(Value::None))
}

fn update(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    for &more in &args.pos[1..] {
        match m.collect(more)? {
            Some(items) => {
                if let Some(flow) = m.set_add_all(args.at(0), &items)? {
                    return Ok(flow);
                }
            }
            None => {
                let helper = m.helper("_set_extend");
                return Ok(Flow::Call(helper, vec![args.at(0), more]));
            }
        }
    }
    Ok(Flow::Value(Value::None))
}

fn copy(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "set.copy", 0, 0)?;
    Ok(Flow::Value(m.copy_of_set(args.at(0))))
}

/// The other operand as a set.
fn other(m: &mut Machine, value: Value) -> Res<Value> {
    if matches!(m.heap.of(value), Object::Set(_) | Object::FrozenSet(_)) {
        return Ok(value);
    }
    let Some(items) = m.collect(value)? else {
        return Err(m.type_error("this set method takes containers here: make a list of it first"));
    };
    let set = m.new_set(false);
    for item in items {
        if let Err(trouble) = m.set_try_add(set, item) {
            return Err(m.trouble(trouble, "=="));
        }
    }
    Ok(set)
}

fn folded(m: &mut Machine, args: &Args<'_>, op: BinOp) -> Res<Flow> {
    let mut result = m.copy_of_set(args.at(0));
    for &each in &args.pos[1..] {
        let each = other(m, each)?;
        if let Some(Flow::Value(value)) = m.set_operator(op, result, each)? {
            result = value;
        }
    }
    Ok(Flow::Value(result))
}

fn union(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    folded(m, args, BinOp::Or)
}

fn intersection(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    folded(m, args, BinOp::And)
}

fn difference(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    folded(m, args, BinOp::Sub)
}

fn symmetric(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    folded(m, args, BinOp::Xor)
}

fn related(m: &mut Machine, args: &Args<'_>, op: crate::code::CmpOp) -> Res<Flow> {
    let right = other(m, args.at(1))?;
    m.compare_values(op, args.at(0), right)
}

fn issubset(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "set.issubset", 1, 1)?;
    related(m, args, crate::code::CmpOp::Le)
}

fn issuperset(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "set.issuperset", 1, 1)?;
    related(m, args, crate::code::CmpOp::Ge)
}

fn isdisjoint(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "set.isdisjoint", 1, 1)?;
    let right = other(m, args.at(1))?;
    let both = match m.set_operator(BinOp::And, args.at(0), right)? {
        Some(Flow::Value(value)) => m.plain_len(value).unwrap_or(0),
        _ => 0,
    };
    Ok(Flow::Value(Value::Bool(both == 0)))
}

fn replaced(m: &mut Machine, args: &Args<'_>, op: BinOp) -> Res<Flow> {
    let Flow::Value(result) = folded(m, args, op)? else { return Ok(Flow::Value(Value::None)) };
    let (new, old) = (m.collect(result)?.unwrap_or_default(), m.collect(args.at(0))?.unwrap_or_default());
    let table = match m.heap.of(result) {
        Object::Set(set) | Object::FrozenSet(set) => set.clone(),
        _ => return Ok(Flow::Value(Value::None)),
    };
    m.heap.inc_all(&new);
    if let Value::Ref(id) = args.at(0)
        && let Object::Set(set) = m.heap.get_mut(id)
    {
        *set = table;
    }
    m.heap.resized(32 * old.len() as u64, 32 * new.len() as u64);
    m.heap.dec_all(&old);
    Ok(Flow::Value(Value::None))
}

fn difference_update(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    replaced(m, args, BinOp::Sub)
}

fn intersection_update(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    replaced(m, args, BinOp::And)
}

impl Machine {
    pub(crate) fn copy_of_set(&mut self, set: Value) -> Value {
        let object = match self.heap.of(set) {
            Object::Set(set) => Object::Set(set.clone()),
            Object::FrozenSet(set) => Object::FrozenSet(set.clone()),
            _ => Object::Plain,
        };
        self.heap.alloc(object)
    }

    pub(crate) fn set_take(&mut self, set: Value, place: usize) {
        let mut old = None;
        if let Value::Ref(id) = set
            && let Object::Set(items) = self.heap.get_mut(id)
        {
            old = items.remove(place);
        }
        if let Some(old) = old {
            self.heap.dec(old);
            self.heap.resized(32, 0);
        }
    }

    /// `|`, `&`, `-` and `^` of sets and of the views of dicts; `|` of dicts.
    pub(crate) fn set_operator(&mut self, op: BinOp, a: Value, b: Value) -> Res<Option<Flow>> {
        if let (BinOp::Or, Object::Dict(x), Object::Dict(_)) = (op, self.heap.of(a), self.heap.of(b)) {
            let copy = self.heap.alloc(Object::Dict(x.clone()));
            let helper = self.helper("_ior_dict");
            return Ok(Some(Flow::Call(helper, vec![copy, b])));
        }
        let suits = |m: &Self, value| {
            matches!(m.heap.of(value), Object::Set(_) | Object::FrozenSet(_) | Object::DictView(_, 0 | 2))
        };
        if !suits(self, a) || !suits(self, b) {
            return Ok(None);
        }
        let frozen = matches!(self.heap.of(a), Object::FrozenSet(_));
        let (left, right) = (self.collect(a)?.unwrap_or_default(), self.collect(b)?.unwrap_or_default());
        let result = self.new_set(frozen);
        let (a, b) = (other(self, a)?, other(self, b)?);
        let wanted: Vec<Value> = match op {
            BinOp::Or => left.iter().chain(&right).copied().collect(),
            _ => {
                let mut kept = Vec::new();
                // An intersection walks the smaller set, as CPython does: the order shows.
                let (walked, asked) =
                    if op == BinOp::And && right.len() <= left.len() { (&right, a) } else { (&left, b) };
                for &item in walked {
                    let both = self.set_find(asked, item).map_err(|trouble| self.trouble(trouble, "=="))?;
                    if both.is_some() == (op == BinOp::And) {
                        kept.push(item);
                    }
                }
                if op == BinOp::Xor {
                    for &item in &right {
                        let both = self.set_find(a, item).map_err(|trouble| self.trouble(trouble, "=="))?;
                        if both.is_none() {
                            kept.push(item);
                        }
                    }
                }
                kept
            }
        };
        for item in wanted {
            if let Err(trouble) = self.set_try_add(result, item) {
                return Err(self.trouble(trouble, "=="));
            }
        }
        Ok(Some(Flow::Value(result)))
    }
}
