//! The methods of str.

use crate::machine::Machine;
use crate::native::{Args, Flow, Native, Raised, Res};
use crate::object::Object;
use crate::pure::{self, case, classify, codec, find, pad, split, strip};
use crate::value::Value;
use std::sync::Arc;

macro_rules! natives {
    ($($name:literal => $call:expr,)*) => { &[$(Native { name: $name, call: $call },)*] };
}

pub(super) const METHODS: &[Native] = natives! {
    "str.__new__" => new,
    "str.lower" => |m, args| mapped(m, args, "str.lower", case::lower),
    "str.upper" => |m, args| mapped(m, args, "str.upper", case::upper),
    "str.casefold" => |m, args| mapped(m, args, "str.casefold", case::casefold),
    "str.swapcase" => |m, args| mapped(m, args, "str.swapcase", case::swapcase),
    "str.capitalize" => |m, args| mapped(m, args, "str.capitalize", case::capitalize),
    "str.title" => |m, args| mapped(m, args, "str.title", case::title),
    "str.isalpha" => |m, args| asked(m, args, classify::is_alpha),
    "str.isdigit" => |m, args| asked(m, args, classify::is_digit),
    "str.isdecimal" => |m, args| asked(m, args, classify::is_decimal),
    "str.isnumeric" => |m, args| asked(m, args, classify::is_numeric),
    "str.isalnum" => |m, args| asked(m, args, classify::is_alnum),
    "str.isspace" => |m, args| asked(m, args, classify::is_space_text),
    "str.isupper" => |m, args| asked(m, args, case::is_upper_text),
    "str.islower" => |m, args| asked(m, args, case::is_lower_text),
    "str.istitle" => |m, args| asked(m, args, case::is_title),
    "str.isascii" => |m, args| asked(m, args, classify::is_ascii),
    "str.isprintable" => |m, args| asked(m, args, classify::all_printable),
    "str.isidentifier" => |m, args| asked(m, args, classify::is_identifier),
    "str.split" => |m, args| splits(m, args, false),
    "str.rsplit" => |m, args| splits(m, args, true),
    "str.splitlines" => splitlines,
    "str.partition" => |m, args| partition(m, args, false),
    "str.rpartition" => |m, args| partition(m, args, true),
    "str.join" => join,
    "str.strip" => |m, args| stripped(m, args, strip::Ends::Both),
    "str.lstrip" => |m, args| stripped(m, args, strip::Ends::Left),
    "str.rstrip" => |m, args| stripped(m, args, strip::Ends::Right),
    "str.find" => |m, args| found(m, args, find::find, false),
    "str.rfind" => |m, args| found(m, args, find::rfind, false),
    "str.index" => |m, args| found(m, args, find::find, true),
    "str.rindex" => |m, args| found(m, args, find::rfind, true),
    "str.count" => count,
    "str.replace" => replace,
    "str.startswith" => |m, args| ends(m, args, find::starts_with, "startswith"),
    "str.endswith" => |m, args| ends(m, args, find::ends_with, "endswith"),
    "str.removeprefix" => |m, args| removed(m, args, true),
    "str.removesuffix" => |m, args| removed(m, args, false),
    "str.center" => |m, args| padded(m, args, pad::Side::Center),
    "str.ljust" => |m, args| padded(m, args, pad::Side::Left),
    "str.rjust" => |m, args| padded(m, args, pad::Side::Right),
    "str.zfill" => zfill,
    "str.expandtabs" => expandtabs,
    "str.encode" => encode,
    "str.format" => super::percent::format,
    "str.format_map" => super::percent::format_map,
    "str.translate" => translate,
};
pub(super) const MAKETRANS: Native = Native { name: "str.maketrans", call: maketrans };

fn this(m: &mut Machine, args: &Args<'_>) -> Res<Arc<str>> {
    match m.text(args.at(0)) {
        Some(text) => Ok(text),
        None => {
            let name = m.class_name_of(args.at(0));
            Err(m.type_error(&format!("descriptor for 'str' objects doesn't apply to a '{name}' object")))
        }
    }
}

fn new(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let [object, encoding, errors] = args.named(m, "str", ["object", "encoding", "errors"], 0, 3)?;
    if encoding.is_undefined() && errors.is_undefined() {
        return if object.is_undefined() { Ok(Flow::Value(m.str(""))) } else { m.str_of(object) };
    }
    super::bytes::decoded(m, object, encoding, errors)
}

fn mapped(
    m: &mut Machine,
    args: &Args<'_>,
    name: &str,
    f: fn(&str, usize) -> pure::error::Result<String>,
) -> Res<Flow> {
    let (text, limit) = (this(m, args)?, m.limit());
    if args.pos.len() > 1 {
        args.plain(m, name, 0, 0)?;
    }
    let text = m.pure(f(&text, limit))?;
    Ok(Flow::Value(m.string(text)))
}

fn asked(m: &mut Machine, args: &Args<'_>, f: fn(&str) -> bool) -> Res<Flow> {
    let text = this(m, args)?;
    Ok(Flow::Value(Value::Bool(f(&text))))
}

/// An optional int.
pub(super) fn optional_int(m: &mut Machine, value: Value) -> Res<Option<i64>> {
    if matches!(value, Value::Undefined | Value::None) {
        return Ok(None);
    }
    let n = m.int_arg(value)?;
    let far = if n.sign() == num_bigint::Sign::Minus { i64::MIN } else { i64::MAX };
    Ok(Some(i64::try_from(&n).unwrap_or(far)))
}

fn must_str(m: &mut Machine, value: Value, before: &str) -> Res<Arc<str>> {
    match m.text(value) {
        Some(text) => Ok(text),
        None => {
            let name = m.class_name_of(value);
            Err(m.type_error(&format!("{before}must be str, not {name}")))
        }
    }
}

fn splits(m: &mut Machine, args: &Args<'_>, from_end: bool) -> Res<Flow> {
    let name = if from_end { "rsplit" } else { "split" };
    let [_, sep, most] = args.named(m, name, ["self", "sep", "maxsplit"], 1, 3)?;
    let text = this(m, args)?;
    let most = optional_int(m, most)?.unwrap_or(-1);
    let ranges = if matches!(sep, Value::Undefined | Value::None) {
        if from_end { split::words_from_end(&text, most) } else { split::words(&text, most) }
    } else {
        let Some(sep) = m.text(sep) else {
            let name = m.class_name_of(sep);
            return Err(m.type_error(&format!("must be str or None, not {name}")));
        };
        let by = if from_end { split::by_from_end } else { split::by };
        m.pure(by(text.as_bytes(), sep.as_bytes(), most))?
    };
    m.room(ranges.len() as u64 * 64)?;
    let parts = ranges.into_iter().map(|range| m.str(&text[range])).collect();
    Ok(Flow::Value(m.list(parts)))
}

fn splitlines(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let [_, keep] = args.named(m, "splitlines", ["self", "keepends"], 1, 2)?;
    let text = this(m, args)?;
    let keep = matches!(m.truth(keep), Ok(true));
    let parts = split::lines(&text, keep).into_iter().map(|range| m.str(&text[range])).collect();
    Ok(Flow::Value(m.list(parts)))
}

fn partition(m: &mut Machine, args: &Args<'_>, from_end: bool) -> Res<Flow> {
    args.plain(m, if from_end { "str.rpartition" } else { "str.partition" }, 1, 1)?;
    let (text, sep) = (this(m, args)?, must_str(m, args.at(1), "")?);
    let find = if from_end { split::partition_from_end } else { split::partition };
    let parts = match m.pure(find(text.as_bytes(), sep.as_bytes()))? {
        Some(range) => [&text[..range.start], &text[range.clone()], &text[range.end..]],
        None if from_end => ["", "", &text],
        None => [&*text, "", ""],
    };
    let parts = parts.iter().map(|part| m.str(part)).collect();
    Ok(Flow::Value(m.tuple(parts)))
}

fn join(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "str.join", 1, 1)?;
    let sep = this(m, args)?;
    let items = match m.collect(args.at(1)) {
        Ok(Some(items)) => items,
        Ok(None) => {
            let helper = m.helper("_join");
            return Ok(Flow::Call(helper, args.pos.to_vec()));
        }
        Err(_) => return Err(m.type_error("can only join an iterable")),
    };
    let mut total = sep.len() as u64 * items.len() as u64;
    for (at, &item) in items.iter().enumerate() {
        match m.heap.of(item) {
            Object::Str(text) => total += text.text.len() as u64,
            _ => {
                let name = m.class_name_of(item);
                return Err(m.type_error(&format!("sequence item {at}: expected str instance, {name} found")));
            }
        }
    }
    m.room(total)?;
    let mut text = String::with_capacity(total as usize);
    for (at, &item) in items.iter().enumerate() {
        if at > 0 {
            text.push_str(&sep);
        }
        if let Object::Str(part) = m.heap.of(item) {
            text.push_str(&part.text);
        }
    }
    Ok(Flow::Value(m.string(text)))
}

fn stripped(m: &mut Machine, args: &Args<'_>, ends: strip::Ends) -> Res<Flow> {
    args.plain(m, "str.strip", 0, 1)?;
    let text = this(m, args)?;
    let chars = match args.at(1) {
        Value::Undefined | Value::None => None,
        value => match m.text(value) {
            Some(chars) => Some(chars),
            None => {
                let name = ["strip", "lstrip", "rstrip"][ends as usize];
                return Err(m.type_error(&format!("{name} arg must be None or str")));
            }
        },
    };
    Ok(Flow::Value(m.str(strip::strip(&text, chars.as_deref(), ends))))
}

type Finder = fn(&str, &str, Option<i64>, Option<i64>) -> Option<usize>;

fn found(m: &mut Machine, args: &Args<'_>, f: Finder, must: bool) -> Res<Flow> {
    args.plain(m, "str.find", 1, 3)?;
    let (text, wanted) = (this(m, args)?, must_str(m, args.at(1), "")?);
    let (start, end) = (optional_int(m, args.at(2))?, optional_int(m, args.at(3))?);
    match f(&text, &wanted, start, end) {
        Some(at) => Ok(Flow::Value(Value::Int(at as i64))),
        None if must => Err(m.value_error("substring not found")),
        None => Ok(Flow::Value(Value::Int(-1))),
    }
}

fn count(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "str.count", 1, 3)?;
    let (text, wanted) = (this(m, args)?, must_str(m, args.at(1), "")?);
    let (start, end) = (optional_int(m, args.at(2))?, optional_int(m, args.at(3))?);
    Ok(Flow::Value(Value::Int(find::count(&text, &wanted, start, end) as i64)))
}

fn replace(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "str.replace", 2, 3)?;
    let text = this(m, args)?;
    let (old, new) = (
        must_str(m, args.at(1), "replace() argument 1 ")?,
        must_str(m, args.at(2), "replace() argument 2 ")?,
    );
    let count = optional_int(m, args.at(3))?.unwrap_or(-1);
    let limit = m.limit();
    let text = m.pure(find::replace(&text, &old, &new, count, limit))?;
    Ok(Flow::Value(m.string(text)))
}

type Ends = fn(&str, &str, Option<i64>, Option<i64>) -> bool;

fn ends(m: &mut Machine, args: &Args<'_>, f: Ends, name: &str) -> Res<Flow> {
    args.plain(m, &format!("str.{name}"), 1, 3)?;
    let text = this(m, args)?;
    let (start, end) = (optional_int(m, args.at(2))?, optional_int(m, args.at(3))?);
    let wanted = match m.heap.of(args.at(1)) {
        Object::Tuple(items) => items.to_vec(),
        _ => vec![args.at(1)],
    };
    for each in wanted {
        let Some(part) = m.text(each) else {
            let class = m.class_name_of(each);
            return Err(m.type_error(&format!("{name} first arg must be str or a tuple of str, not {class}")));
        };
        if f(&text, &part, start, end) {
            return Ok(Flow::Value(Value::Bool(true)));
        }
    }
    Ok(Flow::Value(Value::Bool(false)))
}

fn removed(m: &mut Machine, args: &Args<'_>, prefix: bool) -> Res<Flow> {
    args.plain(m, "str.removeprefix", 1, 1)?;
    let (text, part) = (this(m, args)?, must_str(m, args.at(1), "removeprefix() argument ")?);
    let rest = if prefix { text.strip_prefix(&*part) } else { text.strip_suffix(&*part) };
    Ok(Flow::Value(m.str(rest.unwrap_or(&text))))
}

fn padded(m: &mut Machine, args: &Args<'_>, side: pad::Side) -> Res<Flow> {
    args.plain(m, "str.center", 1, 2)?;
    let text = this(m, args)?;
    let width = optional_int(m, args.at(1))?.unwrap_or(0);
    let fill = match args.at(2) {
        Value::Undefined => ' ',
        value => {
            let fill = must_str(m, value, "The fill character ")?;
            let mut chars = fill.chars();
            match (chars.next(), chars.next()) {
                (Some(c), None) => c,
                _ => return Err(m.type_error("The fill character must be exactly one character long")),
            }
        }
    };
    let limit = m.limit();
    let text = m.pure(pad::pad(&text, width, fill, side, limit))?;
    Ok(Flow::Value(m.string(text)))
}

fn zfill(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "str.zfill", 1, 1)?;
    let (text, limit) = (this(m, args)?, m.limit());
    let width = optional_int(m, args.at(1))?.unwrap_or(0);
    let text = m.pure(pad::zero_fill(&text, width, limit))?;
    Ok(Flow::Value(m.string(text)))
}

fn expandtabs(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let [_, size] = args.named(m, "expandtabs", ["self", "tabsize"], 1, 2)?;
    let (text, limit) = (this(m, args)?, m.limit());
    let size = optional_int(m, size)?.unwrap_or(8);
    let text = m.pure(pad::expand_tabs(&text, size, limit))?;
    Ok(Flow::Value(m.string(text)))
}

/// `encoding` and `errors` as text.
pub(super) fn codec_names(
    m: &mut Machine,
    name: &str,
    encoding: Value,
    errors: Value,
) -> Res<(String, String)> {
    let mut texts = Vec::new();
    for (value, label, default) in [(encoding, "encoding", "utf-8"), (errors, "errors", "strict")] {
        texts.push(match value {
            Value::Undefined => default.to_owned(),
            value => match m.text(value) {
                Some(text) => text.to_string(),
                None => {
                    let class = m.class_name_of(value);
                    return Err(
                        m.type_error(&format!("{name}() argument '{label}' must be str, not {class}"))
                    );
                }
            },
        });
    }
    let errors = texts.pop().unwrap_or_default();
    Ok((texts.pop().unwrap_or_default(), errors))
}

fn encode(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let [_, encoding, errors] = args.named(m, "encode", ["self", "encoding", "errors"], 1, 3)?;
    let text = this(m, args)?;
    let bytes = encoded(m, &text, encoding, errors)?;
    Ok(Flow::Value(m.bytes(bytes)))
}

pub(super) fn encoded(m: &mut Machine, text: &str, encoding: Value, errors: Value) -> Res<Vec<u8>> {
    let (encoding, errors) = codec_names(m, "encode", encoding, errors)?;
    let limit = m.limit();
    let codec = m.pure(codec::Encoding::named(&encoding))?;
    let result = codec::encode(text, codec, &errors, limit);
    result.map_err(|error| codec_error(m, text_object, text.as_bytes(), error))
}

fn text_object(m: &mut Machine, bytes: &[u8]) -> Value {
    m.str(&String::from_utf8_lossy(bytes))
}

/// A codec's exception, with the five arguments that CPython gives it.
pub(super) fn codec_error(
    m: &mut Machine,
    object: fn(&mut Machine, &[u8]) -> Value,
    bytes: &[u8],
    error: pure::error::Error,
) -> Raised {
    let fault = error.codec.clone();
    let raised = match m.pure::<()>(Err(error)) {
        Err(raised) => raised,
        Ok(()) => return m.value_error("codec"),
    };
    if let Some(fault) = fault {
        let object = object(m, bytes);
        m.set_exception_attr(raised.0, crate::names::sym::OBJECT_ATTR, object);
        let _ = fault;
    }
    raised
}

fn translate(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "str.translate", 1, 1)?;
    let text = this(m, args)?;
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let place = m.dict_find(args.at(1), Value::Int(u32::from(c).into())).ok().flatten();
        let Some(place) = place else {
            out.push(c);
            continue;
        };
        let value = m.dict_value(args.at(1), place);
        match (value, m.text(value)) {
            (_, Some(text)) => out.push_str(&text),
            (Value::Int(n), _) => out.extend(u32::try_from(n).ok().and_then(char::from_u32)),
            _ => {}
        }
    }
    m.room(out.len() as u64)?;
    Ok(Flow::Value(m.string(out)))
}

fn maketrans(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let dict = m.dict();
    if args.pos.len() == 1 {
        let Object::Dict(table) = m.heap.of(args.at(0)) else {
            return Err(m.type_error("if you give only one argument to maketrans it must be a dict"));
        };
        let pairs: Vec<(Value, Value)> = table.entries().collect();
        for (key, value) in pairs {
            let key = match m.text(key) {
                Some(text) => Value::Int(text.chars().next().map_or(0, u32::from).into()),
                None => key,
            };
            m.dict_put(dict, key, value)?;
        }
        return Ok(Flow::Value(dict));
    }
    let (from, to) = (must_str(m, args.at(0), "")?, must_str(m, args.at(1), "")?);
    if from.chars().count() != to.chars().count() {
        return Err(m.value_error("the first two maketrans arguments must have equal length"));
    }
    for (a, b) in from.chars().zip(to.chars()) {
        m.dict_put(dict, Value::Int(u32::from(a).into()), Value::Int(u32::from(b).into()))?;
    }
    if args.pos.len() > 2 {
        for c in must_str(m, args.at(2), "")?.chars() {
            m.dict_put(dict, Value::Int(u32::from(c).into()), Value::None)?;
        }
    }
    Ok(Flow::Value(dict))
}
