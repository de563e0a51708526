//! `bytes`, `bytearray` and `memoryview`.

use super::str::{codec_names, optional_int};
use crate::machine::Machine;
use crate::native::{Args, Flow, Native, Res};
use crate::object::{Object, View};
use crate::pure::{codec, find, hex, pad, split, strip};
use crate::value::Value;

macro_rules! natives {
    ($($name:literal => $call:expr,)*) => { &[$(Native { name: $name, call: $call },)*] };
}

pub(super) const BYTES: &[Native] = natives! {
    "bytes.__new__" => new,
    "bytes.decode" => decode,
    "bytes.hex" => to_hex,
    "bytes.split" => |m, args| splits(m, args, false),
    "bytes.rsplit" => |m, args| splits(m, args, true),
    "bytes.splitlines" => splitlines,
    "bytes.partition" => |m, args| partition(m, args, false),
    "bytes.rpartition" => |m, args| partition(m, args, true),
    "bytes.join" => join,
    "bytes.strip" => |m, args| stripped(m, args, strip::Ends::Both),
    "bytes.lstrip" => |m, args| stripped(m, args, strip::Ends::Left),
    "bytes.rstrip" => |m, args| stripped(m, args, strip::Ends::Right),
    "bytes.find" => |m, args| found(m, args, find::find_bytes, false),
    "bytes.rfind" => |m, args| found(m, args, find::rfind_bytes, false),
    "bytes.index" => |m, args| found(m, args, find::find_bytes, true),
    "bytes.rindex" => |m, args| found(m, args, find::rfind_bytes, true),
    "bytes.count" => count,
    "bytes.replace" => replace,
    "bytes.startswith" => |m, args| ends(m, args, find::starts_with_bytes, "startswith"),
    "bytes.endswith" => |m, args| ends(m, args, find::ends_with_bytes, "endswith"),
    "bytes.lower" => |m, args| mapped(m, args, |b| b.to_ascii_lowercase()),
    "bytes.upper" => |m, args| mapped(m, args, |b| b.to_ascii_uppercase()),
    "bytes.center" => |m, args| padded(m, args, pad::Side::Center),
    "bytes.ljust" => |m, args| padded(m, args, pad::Side::Left),
    "bytes.rjust" => |m, args| padded(m, args, pad::Side::Right),
    "bytes.zfill" => zfill,
    "bytes.isdigit" => |m, args| asked(m, args, |b| b.is_ascii_digit()),
    "bytes.isalpha" => |m, args| asked(m, args, |b| b.is_ascii_alphabetic()),
    "bytes.isalnum" => |m, args| asked(m, args, |b| b.is_ascii_alphanumeric()),
    "bytes.isspace" => |m, args| asked(m, args, |b| matches!(b, 9..=13 | b' ')),
    "bytes.removeprefix" => |m, args| removed(m, args, true),
    "bytes.removesuffix" => |m, args| removed(m, args, false),
};
pub(super) const BYTEARRAY: &[Native] = natives! {
    "bytearray.__new__" => new_array,
    "bytearray.append" => append,
    "bytearray.extend" => extend,
    "bytearray.pop" => pop,
    "bytearray.clear" => clear,
    "bytearray.insert" => insert,
    "bytearray.reverse" => reverse,
    "bytearray.copy" => |m, args| mapped(m, args, <[u8]>::to_vec),
    "bytearray.decode" => decode,
    "bytearray.hex" => to_hex,
    "bytearray.split" => |m, args| splits(m, args, false),
    "bytearray.rsplit" => |m, args| splits(m, args, true),
    "bytearray.splitlines" => splitlines,
    "bytearray.partition" => |m, args| partition(m, args, false),
    "bytearray.rpartition" => |m, args| partition(m, args, true),
    "bytearray.join" => join,
    "bytearray.strip" => |m, args| stripped(m, args, strip::Ends::Both),
    "bytearray.lstrip" => |m, args| stripped(m, args, strip::Ends::Left),
    "bytearray.rstrip" => |m, args| stripped(m, args, strip::Ends::Right),
    "bytearray.find" => |m, args| found(m, args, find::find_bytes, false),
    "bytearray.rfind" => |m, args| found(m, args, find::rfind_bytes, false),
    "bytearray.index" => |m, args| found(m, args, find::find_bytes, true),
    "bytearray.rindex" => |m, args| found(m, args, find::rfind_bytes, true),
    "bytearray.count" => count,
    "bytearray.replace" => replace,
    "bytearray.startswith" => |m, args| ends(m, args, find::starts_with_bytes, "startswith"),
    "bytearray.endswith" => |m, args| ends(m, args, find::ends_with_bytes, "endswith"),
    "bytearray.lower" => |m, args| mapped(m, args, |b| b.to_ascii_lowercase()),
    "bytearray.upper" => |m, args| mapped(m, args, |b| b.to_ascii_uppercase()),
    "bytearray.isdigit" => |m, args| asked(m, args, |b| b.is_ascii_digit()),
};
pub(super) const MEMORYVIEW: &[Native] = natives! {
    "memoryview.__new__" => view_new,
    "memoryview.tobytes" => tobytes,
    "memoryview.hex" => to_hex,
    "memoryview.tolist" => tolist,
    "memoryview.release" => |_, _| Ok(Flow::Value(Value::None)),
    "memoryview.__enter__" => |_, args| Ok(Flow::Value(args.at(0))),
    "memoryview.__exit__" => |_, _| Ok(Flow::Value(Value::None)),
};
pub(super) const FROMHEX: Native = Native { name: "bytes.fromhex", call: |m, args| fromhex(m, args, false) };
pub(super) const ARRAY_FROMHEX: Native =
    Native { name: "bytearray.fromhex", call: |m, args| fromhex(m, args, true) };

fn this(m: &mut Machine, args: &Args<'_>) -> Res<Vec<u8>> {
    bytes_like(m, args.at(0))
}

/// The bytes of a bytes-like object.
pub(crate) fn bytes_like(m: &mut Machine, value: Value) -> Res<Vec<u8>> {
    match m.buffer_of(value) {
        Some(bytes) => Ok(bytes.to_vec()),
        None => {
            let name = m.class_name_of(value);
            Err(m.type_error(&format!("a bytes-like object is required, not '{name}'")))
        }
    }
}

/// Of the same kind as the object of the method.
fn like(m: &mut Machine, args: &Args<'_>, bytes: Vec<u8>) -> Value {
    if matches!(m.heap.of(args.at(0)), Object::ByteArray(_)) { m.bytearray(bytes) } else { m.bytes(bytes) }
}

fn content(m: &mut Machine, args: &Args<'_>, name: &str) -> Res<Result<Vec<u8>, Flow>> {
    let [source, encoding, errors] = args.named(m, name, ["source", "encoding", "errors"], 0, 3)?;
    if source.is_undefined() {
        return Ok(Ok(Vec::new()));
    }
    if let Some(text) = m.text(source) {
        if encoding.is_undefined() {
            return Err(m.type_error("string argument without an encoding"));
        }
        return Ok(Ok(super::str::encoded(m, &text, encoding, errors)?));
    }
    if !encoding.is_undefined() {
        return Err(m.type_error("encoding without a string argument"));
    }
    if let Some(bytes) = m.buffer_of(source) {
        return Ok(Ok(bytes.to_vec()));
    }
    if let Some(n) = m.index_of(source) {
        if n < 0 {
            return Err(m.value_error("negative count"));
        }
        m.room(n as u64)?;
        return Ok(Ok(vec![0; n as usize]));
    }
    if let Some(flow) = super::functions::special(m, source, crate::names::sym::BYTES) {
        return Ok(Err(flow));
    }
    match m.collect(source) {
        Ok(Some(items)) => match items.iter().map(|&item| m.index_of(item)).collect::<Option<Vec<i64>>>() {
            Some(numbers) if numbers.iter().any(|n| !(0..256).contains(n)) => {
                let word = if name == "bytes" { "bytes" } else { "byte" };
                Err(m.value_error(&format!("{word} must be in range(0, 256)")))
            }
            _ => Ok(Ok(m.bytes_of(&items)?)),
        },
        Ok(None) => {
            Err(m.type_error("bytes() of a generator is not supported here: make a list of it first"))
        }
        Err(_) => {
            let class = m.class_name_of(source);
            Err(m.type_error(&format!("cannot convert '{class}' object to bytes")))
        }
    }
}

fn new(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    match content(m, args, "bytes")? {
        Ok(bytes) => Ok(Flow::Value(m.bytes(bytes))),
        Err(flow) => Ok(flow),
    }
}

fn new_array(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    match content(m, args, "bytearray")? {
        Ok(bytes) => Ok(Flow::Value(m.bytearray(bytes))),
        Err(flow) => Ok(flow),
    }
}

fn decode(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let [this, encoding, errors] = args.named(m, "decode", ["self", "encoding", "errors"], 1, 3)?;
    decoded(m, this, encoding, errors)
}

pub(super) fn decoded(m: &mut Machine, bytes: Value, encoding: Value, errors: Value) -> Res<Flow> {
    let (encoding, errors) = codec_names(m, "decode", encoding, errors)?;
    let Some(bytes) = m.buffer_of(bytes).map(<[u8]>::to_vec) else {
        let name = m.class_name_of(bytes);
        return Err(m.type_error(&format!("decoding to str: need a bytes-like object, {name} found")));
    };
    let limit = m.limit();
    let codec = m.pure(codec::Encoding::named(&encoding))?;
    match codec::decode(&bytes, codec, &errors, limit) {
        Ok(text) => Ok(Flow::Value(m.string(text))),
        Err(error) => Err(super::str::codec_error(m, |m, bytes| m.bytes(bytes.to_vec()), &bytes, error)),
    }
}

fn to_hex(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let [_, sep, each] = args.named(m, "hex", ["self", "sep", "bytes_per_sep"], 1, 3)?;
    let (bytes, limit) = (this(m, args)?, m.limit());
    let sep = match m.text(sep) {
        Some(text) => Some(text.to_string()),
        None => m.buffer_of(sep).map(|bytes| String::from_utf8_lossy(bytes).into_owned()),
    };
    let each = optional_int(m, each)?.unwrap_or(1);
    let text = m.pure(hex::of_bytes(&bytes, sep.as_deref(), each, limit))?;
    Ok(Flow::Value(m.string(text)))
}

fn fromhex(m: &mut Machine, args: &Args<'_>, array: bool) -> Res<Flow> {
    let Some(text) = m.text(args.at(1)) else {
        let name = m.class_name_of(args.at(1));
        return Err(m.type_error(&format!("fromhex() argument must be str, not {name}")));
    };
    let bytes = m.pure(hex::to_bytes(&text))?;
    Ok(Flow::Value(if array { m.bytearray(bytes) } else { m.bytes(bytes) }))
}

fn splits(m: &mut Machine, args: &Args<'_>, from_end: bool) -> Res<Flow> {
    let [_, sep, most] =
        args.named(m, if from_end { "rsplit" } else { "split" }, ["self", "sep", "maxsplit"], 1, 3)?;
    let bytes = this(m, args)?;
    let most = optional_int(m, most)?.unwrap_or(-1);
    let ranges = if matches!(sep, Value::Undefined | Value::None) {
        if from_end { split::words_from_end_bytes(&bytes, most) } else { split::words_bytes(&bytes, most) }
    } else {
        let sep = bytes_like(m, sep)?;
        let by = if from_end { split::by_from_end } else { split::by };
        m.pure(by(&bytes, &sep, most))?
    };
    m.room(ranges.len() as u64 * 64)?;
    let parts = ranges.into_iter().map(|range| like(m, args, bytes[range].to_vec())).collect();
    Ok(Flow::Value(m.list(parts)))
}

fn splitlines(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let [_, keep] = args.named(m, "splitlines", ["self", "keepends"], 1, 2)?;
    let bytes = this(m, args)?;
    let keep = matches!(m.truth(keep), Ok(true));
    let ranges = split::lines_bytes(&bytes, keep);
    let parts = ranges.into_iter().map(|range| like(m, args, bytes[range].to_vec())).collect();
    Ok(Flow::Value(m.list(parts)))
}

fn partition(m: &mut Machine, args: &Args<'_>, from_end: bool) -> Res<Flow> {
    args.plain(m, if from_end { "bytes.rpartition" } else { "bytes.partition" }, 1, 1)?;
    let (bytes, sep) = (this(m, args)?, bytes_like(m, args.at(1))?);
    let find = if from_end { split::partition_from_end } else { split::partition };
    let parts: [&[u8]; 3] = match m.pure(find(&bytes, &sep))? {
        Some(range) => [&bytes[..range.start], &bytes[range.clone()], &bytes[range.end..]],
        None if from_end => [&[], &[], &bytes],
        None => [&bytes, &[], &[]],
    };
    let parts = parts.iter().map(|part| like(m, args, part.to_vec())).collect();
    Ok(Flow::Value(m.tuple(parts)))
}

fn join(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "bytes.join", 1, 1)?;
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
        match m.buffer_of(item) {
            Some(bytes) => total += bytes.len() as u64,
            None => {
                let name = m.class_name_of(item);
                return Err(
                    m.type_error(&format!("sequence item {at}: expected a bytes-like object, {name} found"))
                );
            }
        }
    }
    m.room(total)?;
    let mut bytes = Vec::with_capacity(total as usize);
    for (at, &item) in items.iter().enumerate() {
        if at > 0 {
            bytes.extend_from_slice(&sep);
        }
        bytes.extend_from_slice(m.buffer_of(item).unwrap_or_default());
    }
    Ok(Flow::Value(like(m, args, bytes)))
}

fn stripped(m: &mut Machine, args: &Args<'_>, ends: strip::Ends) -> Res<Flow> {
    args.plain(m, "bytes.strip", 0, 1)?;
    let bytes = this(m, args)?;
    let set = match args.at(1) {
        Value::Undefined | Value::None => None,
        value => Some(bytes_like(m, value)?),
    };
    let part = strip::strip_bytes(&bytes, set.as_deref(), ends).to_vec();
    Ok(Flow::Value(like(m, args, part)))
}

/// Bytes, or one byte as an int.
fn wanted(m: &mut Machine, value: Value) -> Res<Vec<u8>> {
    if let Some(n) = m.index_of(value) {
        return match u8::try_from(n) {
            Ok(byte) => Ok(vec![byte]),
            Err(_) => Err(m.value_error("byte must be in range(0, 256)")),
        };
    }
    match m.buffer_of(value) {
        Some(bytes) => Ok(bytes.to_vec()),
        None => {
            let name = m.class_name_of(value);
            let says = format!("argument should be integer or bytes-like object, not '{name}'");
            Err(m.type_error(&says))
        }
    }
}

type Finder = fn(&[u8], &[u8], Option<i64>, Option<i64>) -> Option<usize>;

fn found(m: &mut Machine, args: &Args<'_>, f: Finder, must: bool) -> Res<Flow> {
    args.plain(m, "bytes.find", 1, 3)?;
    let (bytes, part) = (this(m, args)?, wanted(m, args.at(1))?);
    let (start, end) = (optional_int(m, args.at(2))?, optional_int(m, args.at(3))?);
    match f(&bytes, &part, start, end) {
        Some(at) => Ok(Flow::Value(Value::Int(at as i64))),
        None if must => Err(m.value_error("subsection not found")),
        None => Ok(Flow::Value(Value::Int(-1))),
    }
}

fn count(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "bytes.count", 1, 3)?;
    let (bytes, part) = (this(m, args)?, wanted(m, args.at(1))?);
    let (start, end) = (optional_int(m, args.at(2))?, optional_int(m, args.at(3))?);
    Ok(Flow::Value(Value::Int(find::count_bytes(&bytes, &part, start, end) as i64)))
}

fn replace(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "bytes.replace", 2, 3)?;
    let (bytes, old, new) = (this(m, args)?, bytes_like(m, args.at(1))?, bytes_like(m, args.at(2))?);
    let count = optional_int(m, args.at(3))?.unwrap_or(-1);
    let limit = m.limit();
    let bytes = m.pure(find::replace_bytes(&bytes, &old, &new, count, limit))?;
    Ok(Flow::Value(like(m, args, bytes)))
}

type Ends = fn(&[u8], &[u8], Option<i64>, Option<i64>) -> bool;

fn ends(m: &mut Machine, args: &Args<'_>, f: Ends, name: &str) -> Res<Flow> {
    args.plain(m, &format!("bytes.{name}"), 1, 3)?;
    let bytes = this(m, args)?;
    let (start, end) = (optional_int(m, args.at(2))?, optional_int(m, args.at(3))?);
    let wanted = match m.heap.of(args.at(1)) {
        Object::Tuple(items) => items.to_vec(),
        _ => vec![args.at(1)],
    };
    for each in wanted {
        let Some(part) = m.buffer_of(each) else {
            let class = m.class_name_of(each);
            return Err(
                m.type_error(&format!("{name} first arg must be bytes or a tuple of bytes, not {class}"))
            );
        };
        if f(&bytes, part, start, end) {
            return Ok(Flow::Value(Value::Bool(true)));
        }
    }
    Ok(Flow::Value(Value::Bool(false)))
}

fn mapped(m: &mut Machine, args: &Args<'_>, f: fn(&[u8]) -> Vec<u8>) -> Res<Flow> {
    let bytes = this(m, args)?;
    m.room(bytes.len() as u64)?;
    Ok(Flow::Value(like(m, args, f(&bytes))))
}

fn asked(m: &mut Machine, args: &Args<'_>, f: fn(&u8) -> bool) -> Res<Flow> {
    let bytes = this(m, args)?;
    Ok(Flow::Value(Value::Bool(!bytes.is_empty() && bytes.iter().all(f))))
}

fn padded(m: &mut Machine, args: &Args<'_>, side: pad::Side) -> Res<Flow> {
    args.plain(m, "bytes.center", 1, 2)?;
    let bytes = this(m, args)?;
    let width = optional_int(m, args.at(1))?.unwrap_or(0);
    let fill = match args.at(2) {
        Value::Undefined => b' ',
        value => bytes_like(m, value)?.first().copied().unwrap_or(b' '),
    };
    let limit = m.limit();
    let bytes = m.pure(pad::pad_bytes(&bytes, width, fill, side, limit))?;
    Ok(Flow::Value(like(m, args, bytes)))
}

fn zfill(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let (bytes, limit) = (this(m, args)?, m.limit());
    let width = optional_int(m, args.at(1))?.unwrap_or(0);
    let bytes = m.pure(pad::zero_fill_bytes(&bytes, width, limit))?;
    Ok(Flow::Value(like(m, args, bytes)))
}

fn removed(m: &mut Machine, args: &Args<'_>, prefix: bool) -> Res<Flow> {
    let (bytes, part) = (this(m, args)?, bytes_like(m, args.at(1))?);
    let rest = if prefix { bytes.strip_prefix(&part[..]) } else { bytes.strip_suffix(&part[..]) };
    let rest = rest.unwrap_or(&bytes).to_vec();
    Ok(Flow::Value(like(m, args, rest)))
}

/// Change a bytearray.
fn change<T>(m: &mut Machine, args: &Args<'_>, f: impl FnOnce(&mut Vec<u8>) -> T) -> Res<T> {
    let (before, done, after);
    match args.at(0) {
        Value::Ref(id) if matches!(m.heap.get(id), Object::ByteArray(_)) => {
            let Object::ByteArray(bytes) = m.heap.get_mut(id) else {
                unreachable!("it was one a moment ago")
            };
            before = bytes.len() as u64;
            done = f(bytes);
            after = bytes.len() as u64;
        }
        _ => return Err(m.type_error("a bytearray is required")),
    }
    m.heap.resized(before, after);
    Ok(done)
}

fn append(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "bytearray.append", 1, 1)?;
    m.room(1)?;
    let byte = m.byte_of(args.at(1))?;
    change(m, args, |bytes| bytes.push(byte))?;
    Ok(Flow::Value(Value::None))
}

fn extend(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "bytearray.extend", 1, 1)?;
    let more = match m.buffer_of(args.at(1)) {
        Some(bytes) => bytes.to_vec(),
        None => {
            let items = m.collect(args.at(1))?.unwrap_or_default();
            m.bytes_of(&items)?
        }
    };
    m.room(more.len() as u64)?;
    change(m, args, |bytes| bytes.extend_from_slice(&more))?;
    Ok(Flow::Value(Value::None))
}

fn pop(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "bytearray.pop", 0, 1)?;
    let len = this(m, args)?.len();
    if len == 0 {
        return Err(m.error(crate::classes::class::INDEX_ERROR, "pop from empty bytearray"));
    }
    let at = optional_int(m, args.at(1))?.unwrap_or(-1);
    let at = m.place(at, len, "pop index out of range")?;
    let byte = change(m, args, |bytes| bytes.remove(at))?;
    Ok(Flow::Value(Value::Int(byte.into())))
}

fn clear(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    change(m, args, Vec::clear)?;
    Ok(Flow::Value(Value::None))
}

fn insert(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "bytearray.insert", 2, 2)?;
    m.room(1)?;
    let (at, byte) = (optional_int(m, args.at(1))?.unwrap_or(0), m.byte_of(args.at(2))?);
    change(m, args, |bytes| {
        let len = bytes.len() as i64;
        let at = if at < 0 { (at + len).max(0) } else { at.min(len) };
        bytes.insert(at as usize, byte);
    })?;
    Ok(Flow::Value(Value::None))
}

fn reverse(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    change(m, args, |bytes| bytes.reverse())?;
    Ok(Flow::Value(Value::None))
}

fn view_new(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "memoryview", 1, 1)?;
    let base = args.at(0);
    let view = match m.heap.of(base) {
        Object::MemoryView(view) => (**view).clone(),
        Object::Bytes(bytes) => View { base, start: 0, len: bytes.len() as u32, readonly: true },
        Object::ByteArray(bytes) => View { base, start: 0, len: bytes.len() as u32, readonly: false },
        _ => {
            let name = m.class_name_of(base);
            return Err(m.type_error(&format!("memoryview: a bytes-like object is required, not '{name}'")));
        }
    };
    Ok(Flow::Value(m.heap.alloc(Object::MemoryView(Box::new(view)))))
}

fn tobytes(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let bytes = this(m, args)?;
    m.room(bytes.len() as u64)?;
    Ok(Flow::Value(m.bytes(bytes)))
}

fn tolist(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let bytes = this(m, args)?;
    m.room(bytes.len() as u64 * 16)?;
    Ok(Flow::Value(m.list(bytes.into_iter().map(|b| Value::Int(b.into())).collect())))
}
