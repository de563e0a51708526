//! Built-in functions.

use crate::classes::class;
use crate::host::{Answer, Stream};
use crate::machine::Machine;
use crate::machine::compare::Trouble;
use crate::machine::iterate::Step;
use crate::names::sym;
use crate::native::{Args, Ask, Flow, Native, Res};
use crate::object::{Iter, Object};
use crate::pure::quote;
use crate::value::Value;

pub(super) const FUNCTIONS: &[Native] = &[
    Native { name: "print", call: print },
    Native { name: "len", call: len },
    Native { name: "repr", call: repr },
    Native { name: "ascii", call: ascii },
    Native { name: "isinstance", call: isinstance },
    Native { name: "issubclass", call: issubclass },
    Native { name: "iter", call: iter },
    Native { name: "next", call: next },
    Native { name: "hash", call: hash },
    Native { name: "id", call: id },
    Native { name: "callable", call: callable },
    Native { name: "min", call: min },
    Native { name: "max", call: max },
    Native { name: "any", call: any },
    Native { name: "all", call: all },
    Native { name: "sorted", call: sorted },
    Native { name: "format", call: format },
    Native { name: "input", call: input },
    Native { name: "exit", call: exit },
    Native { name: "quit", call: exit },
];

/// What built-in containers have under the names of special methods.
pub(super) const CONTAINER: &[Native] = &[
    Native { name: "container.__iter__", call: iter },
    Native { name: "container.__len__", call: len },
    Native { name: "container.__getitem__", call: super::inner::getitem },
    Native { name: "container.__contains__", call: super::inner::contains },
];

fn print(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let (mut sep, mut end, mut file, mut flush) = (Value::None, Value::None, Value::None, Value::None);
    for &(name, value) in args.kw {
        match &*m.name(name) {
            "sep" => sep = value,
            "end" => end = value,
            "file" => file = value,
            "flush" => flush = value,
            other => {
                return Err(m.type_error(&format!("'{other}' is an invalid keyword argument for print()")));
            }
        }
    }
    for (name, value) in [("sep", sep), ("end", end)] {
        if !value.is_none() && m.text(value).is_none() {
            let class = m.class_name_of(value);
            return Err(m.type_error(&format!("{name} must be None or a string, not {class}")));
        }
    }
    let (sep, end) = (m.text(sep).unwrap_or_else(|| " ".into()), m.text(end).unwrap_or_else(|| "\n".into()));
    let mut text = String::new();
    let mut plain = file.is_none();
    if plain {
        for (i, &value) in args.pos.iter().enumerate() {
            if i > 0 {
                text.push_str(&sep);
            }
            match m.plain_str_of(value)? {
                Some(part) => text.push_str(&part),
                None => {
                    plain = false;
                    break;
                }
            }
        }
    }
    if plain {
        text.push_str(&end);
        m.room(text.len() as u64)?;
        return Ok(Flow::Output(Stream::Stdout, text));
    }
    let values = m.tuple(args.pos.to_vec());
    let (sep, end) = (m.shared_str(sep), m.shared_str(end));
    let helper = m.helper("_print");
    Ok(Flow::Call(helper, vec![values, sep, end, file, flush]))
}

fn len(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "len", 1, 1)?;
    let value = args.at(0);
    if let Object::Range(range) = m.heap.of(value)
        && range.len() > i64::MAX as u64
    {
        return Err(m.error(class::OVERFLOW_ERROR, "Python int too large to convert to C ssize_t"));
    }
    if let Some(len) = m.plain_len(value) {
        return Ok(Flow::Value(Value::Int(len as i64)));
    }
    if matches!(m.heap.of(value), Object::Instance(_) | Object::Exception(_)) {
        let of = m.class_of(value);
        let method = m.class_attr(of, sym::LEN);
        if !method.is_undefined() {
            let helper = m.helper("_len");
            return Ok(Flow::Call(helper, vec![value, method]));
        }
    }
    let name = m.class_name_of(value);
    Err(m.type_error(&format!("object of type '{name}' has no len()")))
}

fn repr(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "repr", 1, 1)?;
    m.repr(args.at(0))
}

fn ascii(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "ascii", 1, 1)?;
    let Some(text) = m.plain_repr(args.at(0))? else { return m.repr(args.at(0)) };
    let limit = m.limit();
    let text = m.pure(quote::ascii_of_repr(&text, limit))?;
    Ok(Flow::Value(m.string(text)))
}

fn classes(m: &mut Machine, value: Value, says: &str) -> Res<Vec<crate::value::Id>> {
    let mut found = Vec::new();
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        match (m.heap.of(value), value) {
            (Object::Class(_), Value::Ref(id)) => found.push(id),
            (Object::Tuple(items), _) => open.extend(items.iter().rev()),
            (Object::Alias(inner), _) => open.push(*inner),
            (_, Value::None) => found.push(class::NONE),
            _ => return Err(m.type_error(says)),
        }
    }
    Ok(found)
}

fn isinstance(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "isinstance", 2, 2)?;
    let says = "isinstance() arg 2 must be a type, a tuple of types, or a union";
    let of = classes(m, args.at(1), says)?;
    Ok(Flow::Value(Value::Bool(of.iter().any(|&id| m.is_instance(args.at(0), id)))))
}

fn issubclass(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "issubclass", 2, 2)?;
    let (Value::Ref(id), Object::Class(_)) = (args.at(0), m.heap.of(args.at(0))) else {
        return Err(m.type_error("issubclass() arg 1 must be a class"));
    };
    let of = classes(m, args.at(1), "issubclass() arg 2 must be a class, a tuple of classes, or a union")?;
    Ok(Flow::Value(Value::Bool(of.iter().any(|&of| m.is_subclass(id, of)))))
}

fn iter(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "iter", 1, 2)?;
    if args.pos.len() == 2 {
        let called = callable(m, &Args { pos: &args.pos[..1], kw: &[], answer: None })?;
        if matches!(called, Flow::Value(Value::Bool(false))) {
            return Err(m.type_error("iter(v, w): v must be callable"));
        }
        let helper = m.helper("_call_iter");
        return Ok(Flow::Call(helper, args.pos.to_vec()));
    }
    m.iter(args.at(0))
}

fn next(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "next", 1, 2)?;
    match m.next_value(args.at(0))? {
        Step::Value(value) => Ok(Flow::Value(value)),
        Step::End if args.pos.len() == 2 => Ok(Flow::Value(args.at(1))),
        Step::End => Err(m.exception(class::STOP_ITERATION, &[])),
        Step::Call(..) | Step::Generator(_) if args.pos.len() == 2 => {
            let helper = m.helper("_next_or");
            Ok(Flow::Call(helper, args.pos.to_vec()))
        }
        Step::Call(callee, args) => Ok(Flow::Call(callee, args)),
        Step::Generator(_) => {
            let next = m.boot_function("_send");
            Ok(Flow::Call(next, vec![args.at(0), Value::None]))
        }
    }
}

/// Call a special method of the program's class, where it has one.
pub(super) fn special(m: &mut Machine, value: Value, name: crate::names::Sym) -> Option<Flow> {
    if !matches!(m.heap.of(value), Object::Instance(_) | Object::Exception(_)) {
        return None;
    }
    let of = m.class_of(value);
    let method = m.class_attr(of, name);
    (!matches!(method, Value::Undefined | Value::Native(_) | Value::None))
        .then(|| Flow::Call(method, vec![value]))
}

fn hash(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "hash", 1, 1)?;
    match m.hash(args.at(0), 0) {
        Ok(hash) => Ok(Flow::Value(Value::Int(hash))),
        Err(Trouble::Python) => match special(m, args.at(0), sym::HASH) {
            Some(flow) => Ok(flow),
            None => {
                let helper = m.helper("_hash_items");
                Ok(Flow::Call(helper, vec![args.at(0)]))
            }
        },
        Err(trouble) => Err(m.trouble(trouble, "==")),
    }
}

fn id(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "id", 1, 1)?;
    Ok(Flow::Value(Value::Int(match args.at(0) {
        Value::Ref(id) => m.identity(id),
        Value::Int(n) => 0x10_0000 + n.wrapping_mul(32).rem_euclid(1 << 40),
        other => 0x1000 + m.hash(other, 0).unwrap_or(0).rem_euclid(1 << 40),
    })))
}

fn callable(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "callable", 1, 1)?;
    let value = args.at(0);
    let truth = match m.heap.of(value) {
        Object::Function(_) | Object::Bound(..) | Object::Class(_) | Object::StaticMethod(_) => true,
        Object::Instance(instance) => {
            let of = instance.class;
            !m.class_attr(of, sym::CALL).is_undefined()
        }
        _ => matches!(value, Value::Native(_)),
    };
    Ok(Flow::Value(Value::Bool(truth)))
}

fn min(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    extreme(m, args, "min")
}

fn max(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    extreme(m, args, "max")
}

fn extreme(m: &mut Machine, args: &Args<'_>, name: &str) -> Res<Flow> {
    let (mut key, mut default) = (Value::None, Value::Undefined);
    for &(known, value) in args.kw {
        match &*m.name(known) {
            "key" => key = value,
            "default" => default = value,
            other => {
                return Err(m.type_error(&format!("'{other}' is an invalid keyword argument for {name}()")));
            }
        }
    }
    let items = match args.pos {
        [] => return Err(m.type_error(&format!("{name} expected at least 1 argument, got 0"))),
        [one] => *one,
        many => {
            if !default.is_undefined() {
                return Err(m.type_error(&format!(
                    "Cannot specify a default for {name}() with multiple positional arguments"
                )));
            }
            m.tuple(many.to_vec())
        }
    };
    if key.is_none()
        && let Some(values) = m.collect_kept(items)?
    {
        let Some((&first, rest)) = values.split_first() else {
            if !default.is_undefined() {
                return Ok(Flow::Value(default));
            }
            return Err(m.value_error(&format!("{name}() arg is an empty sequence")));
        };
        let (mut best, mut plain) = (first, true);
        let wanted = if name == "min" { std::cmp::Ordering::Less } else { std::cmp::Ordering::Greater };
        for &value in rest {
            match m.order(value, best, 0) {
                Ok(order) if order == Some(wanted) => best = value,
                Ok(_) => {}
                Err(Trouble::Python) => {
                    plain = false;
                    break;
                }
                Err(trouble) => return Err(m.trouble(trouble, if name == "min" { "<" } else { ">" })),
            }
        }
        if plain {
            return Ok(Flow::Value(best));
        }
    }
    let helper = m.helper("_extreme");
    let has = Value::Bool(!default.is_undefined());
    let default = default.defined().unwrap_or(Value::None);
    let label = m.str(name);
    Ok(Flow::Call(helper, vec![label, items, key, default, has, Value::Bool(name == "max")]))
}

fn any(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "any", 1, 1)?;
    let helper = m.helper("_any");
    Ok(Flow::Call(helper, args.pos.to_vec()))
}

fn all(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "all", 1, 1)?;
    let helper = m.helper("_all");
    Ok(Flow::Call(helper, args.pos.to_vec()))
}

fn sorted(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    if args.pos.len() != 1 {
        return Err(m.type_error(&format!("sorted expected 1 argument, got {}", args.pos.len())));
    }
    let [items, key, reverse] = args.named(m, "sorted", ["iterable", "key", "reverse"], 1, 1)?;
    let reverse = reverse.defined().unwrap_or(Value::Bool(false));
    let key = key.defined().unwrap_or(Value::None);
    if key.is_none()
        && let Some(values) = m.collect(items)?
    {
        let backwards = matches!(m.truth(reverse), Ok(true));
        if let Some(sorted) = m.sort_values(&values, &values, backwards)? {
            return Ok(Flow::Value(m.list(sorted)));
        }
    }
    let helper = m.helper("_sorted");
    Ok(Flow::Call(helper, vec![items, key, reverse]))
}

fn format(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "format", 1, 2)?;
    let value = args.at(0);
    let spec = if args.pos.len() > 1 {
        match m.text(args.at(1)) {
            Some(text) => text,
            None => {
                let name = m.class_name_of(args.at(1));
                return Err(m.type_error(&format!("format() argument 2 must be str, not {name}")));
            }
        }
    } else {
        "".into()
    };
    if matches!(m.heap.of(value), Object::Instance(_) | Object::Exception(_)) {
        let helper = m.helper("_format");
        let spec = m.shared_str(spec);
        return Ok(Flow::Call(helper, vec![value, spec]));
    }
    if spec.is_empty() {
        return m.str_of(value);
    }
    let text = m.formatted(value, &spec)?;
    Ok(Flow::Value(m.string(text)))
}

/// The prompt first, then the line.
fn input(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "input", 0, 1)?;
    match &args.answer {
        None => {
            if let Some(text) = args.pos.first().copied() {
                let text = m.plain_str_of(text)?.unwrap_or_default();
                m.prompt(text);
            }
            Ok(Flow::Suspend(Ask::Input))
        }
        Some(answer) => match answer {
            Answer::Line(Some(line)) => {
                let line = line.strip_suffix('\n').unwrap_or(line);
                Ok(Flow::Value(m.str(line)))
            }
            _ => Err(m.error(class::EOF_ERROR, "EOF when reading a line")),
        },
    }
}

fn exit(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "exit", 0, 1)?;
    Err(m.exception(class::SYSTEM_EXIT, args.pos))
}

impl Machine {
    /// The values of something that may be looked through twice: not an iterator, which would be used up.
    pub(crate) fn collect_kept(&mut self, value: Value) -> Res<Option<Vec<Value>>> {
        if let Object::Iter(iter) = self.heap.of(value) {
            let _: &Iter = iter;
            return Ok(None);
        }
        self.collect(value)
    }

    /// An argument that must be an int.
    pub(crate) fn int_arg(&mut self, value: Value) -> Res<num_bigint::BigInt> {
        use crate::machine::compare::Number;
        match self.number(value) {
            Some(Number::Float(_)) | None => {
                let name = self.class_name_of(value);
                Err(self.type_error(&format!("'{name}' object cannot be interpreted as an integer")))
            }
            Some(number) => Ok(number.big()),
        }
    }

    /// Text that is told before the machine waits for input.
    pub(crate) fn prompt(&mut self, text: String) {
        self.said_before = Some(text).filter(|text| !text.is_empty());
    }
}
