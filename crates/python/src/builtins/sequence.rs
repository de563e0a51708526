//! Tuples, ranges, slices and the iterators that are classes.

use crate::classes::class;
use crate::machine::Machine;
use crate::machine::compare::Trouble;
use crate::names::sym;
use crate::native::{Args, Flow, Native, Res};
use crate::object::{Iter, Object, Range};
use crate::value::Value;

pub(super) const TUPLE: &[Native] = &[
    Native { name: "tuple.__new__", call: tuple_new },
    Native { name: "tuple.index", call: tuple_index },
    Native { name: "tuple.count", call: count },
];
pub(super) const RANGE: &[Native] = &[
    Native { name: "range.__new__", call: range_new },
    Native { name: "range.index", call: tuple_index },
    Native { name: "range.count", call: count },
];
pub(super) const SLICE: &[Native] =
    &[Native { name: "slice.__new__", call: slice_new }, Native { name: "slice.indices", call: indices }];
pub(super) const ENUMERATE: &[Native] = &[Native { name: "enumerate.__new__", call: enumerate }];
pub(super) const ZIP: &[Native] = &[Native { name: "zip.__new__", call: zip }];
pub(super) const MAP: &[Native] = &[Native { name: "map.__new__", call: map }];
pub(super) const FILTER: &[Native] = &[Native { name: "filter.__new__", call: filter }];
pub(super) const REVERSED: &[Native] = &[Native { name: "reversed.__new__", call: reversed }];

fn tuple_new(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "tuple", 0, 1)?;
    if args.pos.is_empty() {
        return Ok(Flow::Value(m.tuple(Vec::new())));
    }
    if matches!(m.heap.of(args.at(0)), Object::Tuple(_)) {
        return Ok(Flow::Value(args.at(0)));
    }
    match m.collect(args.at(0))? {
        Some(items) => Ok(Flow::Value(m.tuple(items))),
        None => {
            let helper = m.helper("_tuple");
            Ok(Flow::Call(helper, args.pos.to_vec()))
        }
    }
}

fn tuple_index(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "tuple.index", 1, 3)?;
    if matches!(m.heap.of(args.at(0)), Object::Range(_)) {
        let shown = m.plain_repr(args.at(1))?.unwrap_or_default();
        return index_of(m, args, &format!("{shown} is not in range"));
    }
    index_of(m, args, "tuple.index(x): x not in tuple")
}

/// The place of an item; bounds as in slices.
pub(super) fn index_of(m: &mut Machine, args: &Args<'_>, says: &str) -> Res<Flow> {
    let items = m.collect(args.at(0))?.unwrap_or_default();
    let len = items.len() as i64;
    let bound = |m: &mut Machine, value: Value, or: i64| -> Res<i64> {
        if value.is_undefined() {
            return Ok(or);
        }
        let n = m.int_arg(value)?;
        let n = i64::try_from(&n).unwrap_or(len);
        Ok((if n < 0 { n.saturating_add(len) } else { n }).clamp(0, len))
    };
    let (start, stop) = (bound(m, args.at(2), 0)?, bound(m, args.at(3), len)?);
    for at in start..stop {
        match m.same(items[at as usize], args.at(1), 0) {
            Ok(true) => return Ok(Flow::Value(Value::Int(at))),
            Ok(false) => {}
            Err(Trouble::Python) => {
                let (helper, message) = (m.helper("_index_by_eq"), m.str(says));
                let values = vec![args.at(0), args.at(1), Value::Int(at), Value::Int(stop), message];
                return Ok(Flow::Call(helper, values));
            }
            Err(trouble) => return Err(m.trouble(trouble, "==")),
        }
    }
    Err(m.value_error(says))
}

pub(super) fn count(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "list.count", 1, 1)?;
    let items = m.collect(args.at(0))?.unwrap_or_default();
    let mut found = 0;
    for item in items {
        match m.same(item, args.at(1), 0) {
            Ok(same) => found += i64::from(same),
            Err(Trouble::Python) => {
                let helper = m.helper("_count_by_eq");
                return Ok(Flow::Call(helper, args.pos.to_vec()));
            }
            Err(trouble) => return Err(m.trouble(trouble, "==")),
        }
    }
    Ok(Flow::Value(Value::Int(found)))
}

fn range_new(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    if !args.kw.is_empty() {
        return Err(m.type_error("range() takes no keyword arguments"));
    }
    let mut numbers = Vec::new();
    for &arg in args.pos {
        let n = m.int_arg(arg)?;
        match i64::try_from(&n) {
            Ok(n) => numbers.push(n),
            Err(_) => {
                return Err(m.error(class::OVERFLOW_ERROR, "Python int too large to convert to C ssize_t"));
            }
        }
    }
    let (start, stop, step) = match numbers[..] {
        [stop] => (0, stop, 1),
        [start, stop] => (start, stop, 1),
        [start, stop, step] => (start, stop, step),
        [] => return Err(m.type_error("range expected at least 1 argument, got 0")),
        _ => return Err(m.type_error(&format!("range expected at most 3 arguments, got {}", numbers.len()))),
    };
    if step == 0 {
        return Err(m.value_error("range() arg 3 must not be zero"));
    }
    Ok(Flow::Value(m.heap.alloc(Object::Range(Box::new(Range { start, stop, step })))))
}

fn slice_new(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "slice", 1, 3)?;
    let or = |value: Value| value.defined().unwrap_or(Value::None);
    let parts = match args.pos {
        [stop] => [Value::None, *stop, Value::None],
        _ => [or(args.at(0)), or(args.at(1)), or(args.at(2))],
    };
    Ok(Flow::Value(m.heap.alloc(Object::Slice(Box::new(parts)))))
}

fn indices(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "slice.indices", 1, 1)?;
    let len = m.int_arg(args.at(1))?;
    let len = usize::try_from(&len).unwrap_or(usize::MAX >> 1);
    let cut = m.cut(args.at(0), len)?;
    let stop = if cut.count == 0 {
        cut.start
    } else if cut.step > 0 {
        let end = match m.heap.of(args.at(0)) {
            Object::Slice(parts) => m.index_of(parts[1]).unwrap_or(len as i64),
            _ => len as i64,
        };
        (if end < 0 { end + len as i64 } else { end }).clamp(0, len as i64)
    } else {
        cut.start + cut.step * cut.count as i64
    };
    Ok(Flow::Value(m.tuple(vec![Value::Int(cut.start), Value::Int(stop.max(-1)), Value::Int(cut.step)])))
}

fn enumerate(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let [items, start] = args.named(m, "enumerate", ["iterable", "start"], 1, 2)?;
    let first = if start.is_undefined() { 0.into() } else { m.int_arg(start)? };
    if let Some(Value::Ref(iter)) = m.plain_iter(items)
        && matches!(m.heap.get(iter), Object::Iter(_))
        && let Ok(first) = i64::try_from(&first)
        && m.iter_depth(Value::Ref(iter)) < NATIVE_DEPTH
    {
        return Ok(Flow::Value(m.alloc_iter(Iter::Enumerate(Value::Ref(iter), first))));
    }
    m.must_iterate(items)?;
    let helper = m.helper("_enumerate");
    Ok(Flow::Call(helper, vec![items, start.defined().unwrap_or(Value::Int(0))]))
}

fn zip(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let mut strict = Value::Bool(false);
    for &(name, value) in args.kw {
        if &*m.name(name) != "strict" {
            let name = m.name(name);
            return Err(m.type_error(&format!("zip() got an unexpected keyword argument '{name}'")));
        }
        strict = value;
    }
    let mut iters = Vec::new();
    for (place, &each) in args.pos.iter().enumerate() {
        match m.plain_iter(each) {
            Some(iter) => iters.push(iter),
            None if matches!(m.heap.of(each), Object::Instance(_)) => {}
            None => {
                let name = m.class_name_of(each);
                let _ = place;
                return Err(m.type_error(&format!("'{name}' object is not iterable")));
            }
        }
    }
    let native = iters.len() == args.pos.len()
        && iters.iter().all(|iter| matches!(m.heap.of(*iter), Object::Iter(_)))
        && iters.iter().all(|&iter| m.iter_depth(iter) < NATIVE_DEPTH)
        && matches!(strict, Value::Bool(false));
    if native {
        return Ok(Flow::Value(m.alloc_iter(Iter::Zip(iters))));
    }
    let (helper, all) = (m.helper("_zip"), m.tuple(args.pos.to_vec()));
    Ok(Flow::Call(helper, vec![all, strict]))
}

fn map(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    if args.pos.len() < 2 {
        return Err(m.type_error("map() must have at least two arguments."));
    }
    for &each in &args.pos[1..] {
        m.must_iterate(each)?;
    }
    let (helper, all) = (m.helper("_map"), m.tuple(args.pos[1..].to_vec()));
    Ok(Flow::Call(helper, vec![args.at(0), all]))
}

fn filter(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "filter", 2, 2)?;
    m.must_iterate(args.at(1))?;
    let helper = m.helper("_filter");
    Ok(Flow::Call(helper, args.pos.to_vec()))
}

fn reversed(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "reversed", 1, 1)?;
    let value = args.at(0);
    let iter = match m.heap.of(value) {
        Object::List(_)
        | Object::Tuple(_)
        | Object::Str(_)
        | Object::Bytes(_)
        | Object::ByteArray(_)
        | Object::Range(_) => Iter::Reversed(value, m.plain_len(value).unwrap_or(0) as u32),
        Object::Dict(table) => {
            let len = table.len() as u32;
            Iter::Dict(value.id().unwrap_or(class::OBJECT), 4, 0, len)
        }
        Object::DictView(dict, which) => {
            let (dict, which) = (*dict, *which);
            let len = m.plain_len(Value::Ref(dict)).unwrap_or(0) as u32;
            Iter::Dict(dict, which + 4, 0, len)
        }
        Object::Instance(instance) => {
            let of = instance.class;
            let method = m.class_attr(of, sym::REVERSED);
            if !method.is_undefined() {
                return Ok(Flow::Call(method, vec![value]));
            }
            if m.class_attr(of, sym::LEN).is_undefined() || m.class_attr(of, sym::GETITEM).is_undefined() {
                let name = m.class_name(of);
                return Err(m.type_error(&format!("'{name}' object is not reversible")));
            }
            let helper = m.helper("_reversed_by_index");
            return Ok(Flow::Call(helper, vec![value]));
        }
        _ => {
            let name = m.class_name_of(value);
            return Err(m.type_error(&format!("'{name}' object is not reversible")));
        }
    };
    Ok(Flow::Value(m.alloc_iter(iter)))
}

/// Iterators within iterators that are walked natively; deeper ones are generators of the prelude, which the stack of frames
/// bounds.
const NATIVE_DEPTH: u32 = 8;

impl Machine {
    /// How many iterators an iterator has within it.
    fn iter_depth(&self, iter: Value) -> u32 {
        match self.heap.of(iter) {
            Object::Iter(iter) => match &**iter {
                Iter::Enumerate(inner, _) => self.iter_depth(*inner) + 1,
                Iter::Zip(inner) => inner.iter().map(|&each| self.iter_depth(each)).max().unwrap_or(0) + 1,
                _ => 0,
            },
            _ => 0,
        }
    }

    /// Raise where something cannot be iterated.
    pub(crate) fn must_iterate(&mut self, value: Value) -> Res<()> {
        self.iter(value).map(|_| ())
    }
}
