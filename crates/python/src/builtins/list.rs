//! The methods of lists.

use crate::classes::class;
use crate::machine::Machine;
use crate::machine::compare::Trouble;
use crate::native::{Args, Flow, Native, Res};
use crate::object::{Iter, Object};
use crate::value::Value;

pub(super) const METHODS: &[Native] = &[
    Native { name: "list.__new__", call: new },
    Native { name: "list.append", call: append },
    Native { name: "list.extend", call: extend },
    Native { name: "list.insert", call: insert },
    Native { name: "list.pop", call: pop },
    Native { name: "list.remove", call: remove },
    Native { name: "list.clear", call: clear },
    Native { name: "list.copy", call: copy },
    Native { name: "list.index", call: index },
    Native { name: "list.count", call: super::sequence::count },
    Native { name: "list.reverse", call: reverse },
    Native { name: "list.sort", call: sort },
    Native { name: "list.__reversed__", call: reversed },
];

fn new(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "list", 0, 1)?;
    if args.pos.is_empty() {
        return Ok(Flow::Value(m.list(Vec::new())));
    }
    match m.collect(args.at(0))? {
        Some(items) => {
            m.room(items.len() as u64 * 16)?;
            Ok(Flow::Value(m.list(items)))
        }
        None => {
            let helper = m.helper("_list");
            Ok(Flow::Call(helper, args.pos.to_vec()))
        }
    }
}

fn items<'m>(m: &'m mut Machine, value: Value, name: &str) -> Res<&'m mut Vec<Value>> {
    let is = matches!(m.heap.of(value), Object::List(_));
    if !is {
        let class = m.class_name_of(value);
        return Err(m.type_error(&format!(
            "descriptor '{name}' for 'list' objects doesn't apply to a '{class}' object"
        )));
    }
    match value {
        Value::Ref(id) => match m.heap.get_mut(id) {
            Object::List(items) => Ok(items),
            _ => unreachable!("it was a list a moment ago"),
        },
        _ => unreachable!("a list is on the heap"),
    }
}

fn append(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    if args.pos.len() != 2 || !args.kw.is_empty() {
        args.plain(m, "list.append", 1, 1)?;
    }
    m.room(16)?;
    let value = args.at(1);
    items(m, args.at(0), "append")?.push(value);
    m.heap.inc(value);
    m.heap.bytes += 16;
    Ok(Flow::Value(Value::None))
}

fn extend(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "list.extend", 1, 1)?;
    match m.collect(args.at(1))? {
        Some(more) => {
            m.list_extend(args.at(0), &more)?;
            Ok(Flow::Value(Value::None))
        }
        None => {
            let helper = m.helper("_list_extend");
            Ok(Flow::Call(helper, args.pos.to_vec()))
        }
    }
}

fn insert(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "list.insert", 2, 2)?;
    m.room(16)?;
    let at = m.int_arg(args.at(1))?;
    let at =
        i64::try_from(&at).unwrap_or(if at.sign() == num_bigint::Sign::Minus { i64::MIN } else { i64::MAX });
    let list = items(m, args.at(0), "insert")?;
    let len = list.len() as i64;
    let at = (if at < 0 { at.saturating_add(len).max(0) } else { at.min(len) }) as usize;
    list.insert(at, args.at(2));
    m.heap.inc(args.at(2));
    m.heap.bytes += 16;
    Ok(Flow::Value(Value::None))
}

fn pop(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "list.pop", 0, 1)?;
    let at = if args.pos.len() > 1 { m.int_arg(args.at(1))? } else { (-1).into() };
    let at = i64::try_from(&at).unwrap_or(i64::MAX);
    let len = items(m, args.at(0), "pop")?.len();
    if len == 0 {
        return Err(m.error(class::INDEX_ERROR, "pop from empty list"));
    }
    let at = m.place(at, len, "pop index out of range")?;
    let value = items(m, args.at(0), "pop")?.remove(at);
    m.heap.dec(value);
    m.heap.resized(16, 0);
    Ok(Flow::Value(value))
}

fn remove(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "list.remove", 1, 1)?;
    let list = items(m, args.at(0), "remove")?.clone();
    for (at, &each) in list.iter().enumerate() {
        match m.same(each, args.at(1), 0) {
            Ok(true) => {
                items(m, args.at(0), "remove")?.remove(at);
                m.heap.dec(each);
                m.heap.resized(16, 0);
                return Ok(Flow::Value(Value::None));
            }
            Ok(false) => {}
            Err(Trouble::Python) => {
                let helper = m.helper("_remove_by_eq");
                return Ok(Flow::Call(helper, args.pos.to_vec()));
            }
            Err(trouble) => return Err(m.trouble(trouble, "==")),
        }
    }
    Err(m.value_error("list.remove(x): x not in list"))
}

fn clear(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "list.clear", 0, 0)?;
    items(m, args.at(0), "clear")?;
    m.list_replace(args.at(0), Vec::new());
    Ok(Flow::Value(Value::None))
}

fn copy(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "list.copy", 0, 0)?;
    let copy = items(m, args.at(0), "copy")?.clone();
    m.room(copy.len() as u64 * 16)?;
    Ok(Flow::Value(m.list(copy)))
}

fn index(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "list.index", 1, 3)?;
    let shown = match m.plain_repr(args.at(1))? {
        Some(text) => text,
        None => "x".to_owned(),
    };
    super::sequence::index_of(m, args, &format!("{shown} is not in list"))
}

fn reverse(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "list.reverse", 0, 0)?;
    items(m, args.at(0), "reverse")?.reverse();
    Ok(Flow::Value(Value::None))
}

fn sort(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let [list, key, reverse] = args.named(m, "sort", ["self", "key", "reverse"], 1, 1)?;
    let (key, reverse) =
        (key.defined().unwrap_or(Value::None), reverse.defined().unwrap_or(Value::Bool(false)));
    if key.is_none() {
        let values = items(m, list, "sort")?.clone();
        let backwards = matches!(m.truth(reverse), Ok(true));
        if let Some(sorted) = m.sort_values(&values, &values, backwards)? {
            m.list_replace(list, sorted);
            return Ok(Flow::Value(Value::None));
        }
    }
    let helper = m.helper("_sort");
    Ok(Flow::Call(helper, vec![list, key, reverse]))
}

fn reversed(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let len = m.plain_len(args.at(0)).unwrap_or(0) as u32;
    Ok(Flow::Value(m.alloc_iter(Iter::Reversed(args.at(0), len))))
}
