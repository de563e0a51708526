//! The methods of dicts.

use crate::classes::class;
use crate::machine::Machine;
use crate::machine::compare::Trouble;
use crate::native::{Args, Flow, Native, Raised, Res};
use crate::object::Object;
use crate::table::Table;
use crate::value::Value;

pub(super) const METHODS: &[Native] = &[
    Native { name: "dict.__new__", call: new },
    Native { name: "dict.get", call: get },
    Native { name: "dict.pop", call: pop },
    Native { name: "dict.setdefault", call: setdefault },
    Native { name: "dict.update", call: update },
    Native { name: "dict.keys", call: keys },
    Native { name: "dict.values", call: values },
    Native { name: "dict.items", call: items },
    Native { name: "dict.clear", call: clear },
    Native { name: "dict.copy", call: copy },
    Native { name: "dict.popitem", call: popitem },
];
pub(super) const FROMKEYS: Native = Native { name: "dict.fromkeys", call: fromkeys };

fn kw_dict(m: &mut Machine, args: &Args<'_>) -> Res<Value> {
    let dict = m.dict();
    for &(name, value) in args.kw {
        let key = m.str_of_sym(name);
        m.dict_put(dict, key, value)?;
    }
    Ok(dict)
}

fn fill(m: &mut Machine, dict: Value, args: &Args<'_>, source: Value, helper: &str) -> Res<Flow> {
    if let Object::Dict(table) = m.heap.of(source) {
        let pairs: Vec<(i64, Value, Value)> = table.hashed().collect();
        m.room(pairs.len() as u64 * 32)?;
        let mut plain = true;
        let empty = m.plain_len(dict) == Some(0);
        for (hash, key, value) in pairs {
            if empty {
                m.table_insert(dict, hash, key, value);
                continue;
            }
            match m.dict_try_put(dict, key, value) {
                Ok(()) => {}
                Err(Trouble::Python) => {
                    plain = false;
                    break;
                }
                Err(trouble) => return Err(m.trouble(trouble, "==")),
            }
        }
        if plain {
            for &(name, value) in args.kw {
                let key = m.str_of_sym(name);
                m.dict_put(dict, key, value)?;
            }
            return Ok(Flow::Value(dict));
        }
    }
    let kw = kw_dict(m, args)?;
    if source.is_undefined() {
        return fill(m, dict, &Args { pos: &[], kw: args.kw, answer: None }, kw, helper);
    }
    let helper = m.helper(helper);
    Ok(Flow::Call(helper, vec![dict, source, kw]))
}

fn new(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    if args.pos.len() > 1 {
        return Err(m.type_error(&format!("dict expected at most 1 argument, got {}", args.pos.len())));
    }
    let dict = m.dict();
    if args.pos.is_empty() && args.kw.is_empty() {
        return Ok(Flow::Value(dict));
    }
    fill(m, dict, args, args.at(0), "_dict_of")
}

fn update(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    if args.pos.len() > 2 {
        return Err(m.type_error(&format!("update expected at most 1 argument, got {}", args.pos.len() - 1)));
    }
    match fill(m, args.at(0), args, args.at(1), "_dict_update")? {
        Flow::Value(_) => Ok(Flow::Value(Value::None)),
        other => Ok(other),
    }
}

/// The place of a key, or the call that finds it and comes back.
fn find(m: &mut Machine, args: &Args<'_>, method: &str) -> Res<Result<Option<usize>, Flow>> {
    let found = m.dict_find(args.at(0), args.at(1));
    (m.hint, m.hint_hash) = match found {
        // What is inserted next still needs the hash.
        Ok(None) => (m.hint, m.hint_hash),
        _ => (None, None),
    };
    match found {
        Ok(place) => Ok(Ok(place)),
        Err(Trouble::Python) => {
            let name = m.intern(method);
            let again = m.find_class_attr(class::DICT, name);
            Ok(Err(m.resolve(again, args.at(0), args.at(1), args.pos)))
        }
        Err(trouble) => Err(m.trouble(trouble, "==")),
    }
}

fn get(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "dict.get", 1, 2)?;
    match find(m, args, "get")? {
        Ok(Some(place)) => Ok(Flow::Value(m.dict_value(args.at(0), place))),
        Ok(None) => {
            (m.hint, m.hint_hash) = (None, None);
            Ok(Flow::Value(args.at(2).defined().unwrap_or(Value::None)))
        }
        Err(flow) => Ok(flow),
    }
}

fn pop(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "dict.pop", 1, 2)?;
    match find(m, args, "pop")? {
        Ok(Some(place)) => Ok(Flow::Value(m.dict_take(args.at(0), place))),
        Ok(None) => {
            (m.hint, m.hint_hash) = (None, None);
            match args.at(2).defined() {
                Some(default) => Ok(Flow::Value(default)),
                None => Err(m.exception(class::KEY_ERROR, &[args.at(1)])),
            }
        }
        Err(flow) => Ok(flow),
    }
}

fn setdefault(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "dict.setdefault", 1, 2)?;
    match find(m, args, "setdefault")? {
        Ok(Some(place)) => Ok(Flow::Value(m.dict_value(args.at(0), place))),
        Ok(None) => {
            let value = args.at(2).defined().unwrap_or(Value::None);
            let done = m.dict_try_put(args.at(0), args.at(1), value);
            (m.hint, m.hint_hash) = (None, None);
            match done {
                Ok(()) => Ok(Flow::Value(value)),
                Err(trouble) => Err(m.trouble(trouble, "==")),
            }
        }
        Err(flow) => Ok(flow),
    }
}

fn view(m: &mut Machine, args: &Args<'_>, which: u8) -> Res<Flow> {
    match args.at(0) {
        Value::Ref(id) if args.pos.len() == 1 => Ok(Flow::Value(m.heap.alloc(Object::DictView(id, which)))),
        _ => Err(bad(m, args)),
    }
}

fn bad(m: &mut Machine, args: &Args<'_>) -> Raised {
    let given = args.pos.len().saturating_sub(1);
    m.type_error(&format!("dict method takes no arguments ({given} given)"))
}

fn keys(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "dict.keys", 0, 0)?;
    view(m, args, 0)
}

fn values(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "dict.values", 0, 0)?;
    view(m, args, 1)
}

fn items(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "dict.items", 0, 0)?;
    view(m, args, 2)
}

fn clear(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "dict.clear", 0, 0)?;
    let Value::Ref(id) = args.at(0) else { return Err(bad(m, args)) };
    let old = match m.heap.get_mut(id) {
        Object::Dict(table) => std::mem::take(&mut **table),
        _ => Table::default(),
    };
    for (key, value) in old.entries() {
        m.heap.dec(key);
        m.heap.dec(value);
    }
    m.heap.resized(32 * old.len() as u64, 0);
    Ok(Flow::Value(Value::None))
}

fn copy(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "dict.copy", 0, 0)?;
    let Object::Dict(table) = m.heap.of(args.at(0)) else { return Err(bad(m, args)) };
    let table = table.clone();
    m.room(table.len() as u64 * 32)?;
    Ok(Flow::Value(m.heap.alloc(Object::Dict(table))))
}

fn popitem(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "dict.popitem", 0, 0)?;
    let Object::Dict(table) = m.heap.of(args.at(0)) else { return Err(bad(m, args)) };
    let Some(place) = table.last() else {
        let text = m.str("popitem(): dictionary is empty");
        return Err(m.exception(class::KEY_ERROR, &[text]));
    };
    let key = table.at(place).map_or(Value::None, |(key, _)| key);
    let value = m.dict_value(args.at(0), place);
    let pair = m.tuple(vec![key, value]);
    m.dict_take(args.at(0), place);
    Ok(Flow::Value(pair))
}

fn fromkeys(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let dict = m.dict();
    let items = match m.collect(args.at(1))? {
        Some(items) => items,
        None => return Err(m.type_error("dict.fromkeys() takes a container here")),
    };
    let value = args.at(2).defined().unwrap_or(Value::None);
    for key in items {
        m.dict_put(dict, key, value)?;
    }
    Ok(Flow::Value(dict))
}

impl Machine {
    /// Add a key that is known not to be there.
    pub(crate) fn table_insert(&mut self, dict: Value, hash: i64, key: Value, value: Value) {
        if let Value::Ref(id) = dict
            && let Object::Dict(table) = self.heap.get_mut(id)
        {
            table.insert(hash, key, value);
            self.heap.inc(key);
            self.heap.inc(value);
            self.heap.resized(0, 32);
        }
    }
}
