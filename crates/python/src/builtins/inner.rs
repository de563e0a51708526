//! Functions that only the prelude knows.

use std::cmp::Ordering;

use crate::classes::class;
use crate::host::Stream;
use crate::machine::Machine;
use crate::machine::compare::Trouble;
use crate::native::{Args, Flow, Native, Res};
use crate::object::Object;
use crate::value::Value;

pub(super) const FUNCTIONS: &[Native] = &[
    Native { name: "_append", call: append },
    Native { name: "_set_add", call: set_add },
    Native { name: "_candidates", call: candidates },
    Native { name: "_key_at", call: key_at },
    Native { name: "_hint", call: hint },
    Native { name: "_getitem", call: getitem },
    Native { name: "_setitem", call: setitem },
    Native { name: "_delitem", call: delitem },
    Native { name: "_contains", call: contains },
    Native { name: "_write", call: write },
    Native { name: "_method", call: method },
    Native { name: "_has", call: has },
    Native { name: "_sort_by", call: sort_by },
    Native { name: "_send", call: super::generator::send },
    Native { name: "_enter_repr", call: enter_repr },
    Native { name: "_leave_repr", call: leave_repr },
    Native { name: "_recursive_repr", call: recursive_repr },
    Native { name: "_percent_next", call: super::percent::next },
    Native { name: "_percent_one", call: super::percent::one },
    Native { name: "_template_next", call: super::percent::template_next },
    Native { name: "_template_name", call: super::percent::template_name },
    Native { name: "_template_step", call: super::percent::template_step },
    Native { name: "_say", call: say },
    Native { name: "_clear_next", call: clear_next },
    Native { name: "_is_mapping", call: super::percent::is_mapping },
];

fn append(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    m.list_push(args.at(0), args.at(1))?;
    Ok(Flow::Value(Value::None))
}

fn set_add(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    match m.set_try_add(args.at(0), args.at(1)) {
        Ok(()) => Ok(Flow::Value(Value::None)),
        Err(Trouble::Python) => {
            let again = m.boot_function("_set_add");
            Ok(m.resolve(again, args.at(0), args.at(1), args.pos))
        }
        Err(trouble) => Err(m.trouble(trouble, "==")),
    }
}

fn candidates(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let hash = m.index_of(args.at(1)).unwrap_or(0);
    let places = match m.heap.of(args.at(0)) {
        Object::Dict(table) => table.candidates(hash),
        Object::Set(set) | Object::FrozenSet(set) => set.candidates(hash),
        _ => Vec::new(),
    };
    let places = places.into_iter().map(|place| Value::Int(place as i64)).collect();
    Ok(Flow::Value(m.list(places)))
}

fn key_at(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let place = m.index_of(args.at(1)).unwrap_or(0) as usize;
    Ok(Flow::Value(match m.heap.of(args.at(0)) {
        Object::Dict(table) => table.at(place).map_or(Value::None, |(key, _)| key),
        Object::Set(set) | Object::FrozenSet(set) => set.at(place),
        _ => Value::None,
    }))
}

fn hint(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let place = m.index_of(args.at(3)).map(|place| place as usize);
    m.hint = Some((args.at(0), args.at(1), place));
    m.hint_hash = m.index_of(args.at(2)).map(|hash| (args.at(1), hash));
    Ok(Flow::Value(Value::None))
}

/// The hint holds for one operation.
fn forget(m: &mut Machine) {
    (m.hint, m.hint_hash) = (None, None);
}

pub(super) fn getitem(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let flow = m.subscript(args.at(0), args.at(1));
    forget(m);
    flow
}

fn setitem(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let flow = m.store_subscript(args.at(0), args.at(1), args.at(2));
    forget(m);
    Ok(flow?.unwrap_or(Flow::Value(Value::None)))
}

fn delitem(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let flow = m.delete_subscript(args.at(0), args.at(1));
    forget(m);
    Ok(flow?.unwrap_or(Flow::Value(Value::None)))
}

pub(super) fn contains(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let answer = m.contains(args.at(0), args.at(1));
    forget(m);
    Ok(match answer? {
        Ok(truth) => Flow::Value(Value::Bool(truth)),
        Err(flow) => flow,
    })
}

fn write(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let text = m.plain_str(args.at(0));
    Ok(Flow::Output(Stream::Stdout, text))
}

/// A special method of the program's class, bound; None where it has none.
fn method(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let text = m.plain_str(args.at(1));
    let name = m.intern(&text);
    let of = m.class_of(args.at(0));
    let found = m.class_attr(of, name);
    if matches!(found, Value::Undefined | Value::Native(_)) {
        return Ok(Flow::Value(Value::None));
    }
    m.bind_found(args.at(0), of, name, found)
}

fn has(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let text = m.plain_str(args.at(1));
    let name = m.intern(&text);
    let own = matches!(m.heap.of(args.at(0)), Object::Instance(_));
    let of = m.class_of(args.at(0));
    Ok(Flow::Value(Value::Bool(own && !m.class_attr(of, name).is_undefined())))
}

/// Sort a list by keys that are there, where nobody's code is needed.
fn sort_by(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let (items, keys) = (m.collect(args.at(0))?, m.collect(args.at(1))?);
    let backwards = matches!(m.truth(args.at(2)), Ok(true));
    let Some(sorted) = m.sort_values(&items.unwrap_or_default(), &keys.unwrap_or_default(), backwards)?
    else {
        return Ok(Flow::Value(Value::Bool(false)));
    };
    m.list_replace(args.at(0), sorted);
    Ok(Flow::Value(Value::Bool(true)))
}

/// Places in a stable order. The library's own sort may panic where the order is none, as with floats that are no numbers.
fn merge_sorted(
    mut from: Vec<usize>,
    order: &mut dyn FnMut(usize, usize) -> Result<Option<Ordering>, Trouble>,
) -> Result<Vec<usize>, Trouble> {
    let mut to = Vec::with_capacity(from.len());
    let mut run = 1;
    while run < from.len() {
        for pair in from.chunks(2 * run) {
            let (mut left, mut right) = pair.split_at(run.min(pair.len()));
            while let ([earlier, rest @ ..], [later, others @ ..]) = (left, right) {
                if order(*later, *earlier)? == Some(Ordering::Less) {
                    to.push(*later);
                    right = others;
                } else {
                    to.push(*earlier);
                    left = rest;
                }
            }
            to.extend_from_slice(left);
            to.extend_from_slice(right);
        }
        std::mem::swap(&mut from, &mut to);
        to.clear();
        run *= 2;
    }
    Ok(from)
}

impl Machine {
    /// Items in the order of their keys; none where the program's code compares them.
    pub(crate) fn sort_values(
        &mut self,
        items: &[Value],
        keys: &[Value],
        backwards: bool,
    ) -> Res<Option<Vec<Value>>> {
        let mut order: Vec<usize> = (0..items.len().min(keys.len())).collect();
        if backwards {
            order.reverse();
        }
        // CPython asks the later one whether it is less than the earlier.
        let sorted = merge_sorted(order, &mut |later, earlier| self.order(keys[later], keys[earlier], 0));
        let mut order = match sorted {
            Ok(order) => order,
            Err(Trouble::Python) => return Ok(None),
            Err(trouble) => return Err(self.trouble(trouble, "<")),
        };
        if backwards {
            order.reverse();
        }
        Ok(Some(order.into_iter().map(|place| items[place]).collect()))
    }

    /// Other items for a list.
    pub(crate) fn list_replace(&mut self, list: Value, new: Vec<Value>) {
        self.heap.inc_all(&new);
        let mut old = Vec::new();
        let len = new.len();
        if let Value::Ref(id) = list
            && let Object::List(items) = self.heap.get_mut(id)
        {
            old = std::mem::replace(items, new);
        }
        self.heap.resized(16 * old.len() as u64, 16 * len as u64);
        self.heap.dec_all(&old);
    }
}

/// Whether a container's repr is being made already; it is from now on.
fn enter_repr(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let value = args.at(0);
    if m.showing.iter().any(|each| each.is(value)) {
        return Ok(Flow::Value(Value::Bool(true)));
    }
    if m.showing.len() > 500 {
        let says = "maximum recursion depth exceeded while getting the repr of an object";
        return Err(m.error(class::RECURSION_ERROR, says));
    }
    m.showing.push(value);
    Ok(Flow::Value(Value::Bool(false)))
}

fn leave_repr(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let value = args.at(0);
    m.showing.retain(|each| !each.is(value));
    Ok(Flow::Value(Value::None))
}

fn recursive_repr(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let text = match m.heap.of(args.at(0)) {
        Object::List(_) => "[...]",
        Object::Tuple(_) => "(...)",
        Object::Dict(_) => "{...}",
        _ => "...",
    };
    Ok(Flow::Value(m.str(text)))
}

/// The text of an exception that nobody handles, as its own class says it.
fn say(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let text = match m.text(args.at(1)) {
        Some(text) => text.to_string(),
        None => "<exception str() failed>".to_owned(),
    };
    m.said.push((args.at(0), text));
    Ok(Flow::Value(Value::None))
}

/// Let go of the next name of the main module: whether there was one.
fn clear_next(m: &mut Machine, _: &Args<'_>) -> Res<Flow> {
    let main = m.modules.iter().find(|(name, _)| *name == crate::names::sym::MAIN).and_then(|(_, v)| v.id());
    let Some(main) = main else { return Ok(Flow::Value(Value::Bool(false))) };
    let mut old = Value::Undefined;
    if let Object::Module(module) = m.heap.get_mut(main)
        && let Some(slot) = module.slots.iter_mut().find(|slot| !slot.is_undefined())
    {
        old = std::mem::take(slot);
    }
    m.heap.dec(old);
    Ok(Flow::Value(Value::Bool(!old.is_undefined())))
}
