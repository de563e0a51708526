//! `_struct`: the language of `struct`. Each function is given the class of the error first.

use num_bigint::BigInt;

use crate::machine::Machine;
use crate::machine::compare::Number;
use crate::native::{Args, Flow, Native, Raised, Res};
use crate::pure::error::{Error, Kind};
use crate::pure::packing::{Item, Layout, Unpacked};
use crate::value::Value;

pub(super) const FUNCTIONS: &[Native] = &[
    Native { name: "calcsize", call: calcsize },
    Native { name: "codes", call: codes },
    Native { name: "pack", call: pack },
    Native { name: "unpack", call: unpack },
    Native { name: "unpack_from", call: unpack_from },
    Native { name: "times", call: times },
    Native { name: "room", call: room },
];

fn raised(m: &mut Machine, args: &Args<'_>, error: Error) -> Raised {
    match (error.kind, args.at(0)) {
        (Kind::Struct, Value::Ref(class)) => m.error(class, &error.message),
        _ => match m.pure::<()>(Err(error)) {
            Err(raised) => raised,
            Ok(()) => m.memory_error(),
        },
    }
}

fn layout(m: &mut Machine, args: &Args<'_>) -> Res<Layout> {
    let format = m.buffer(args.at(1)).unwrap_or_default().to_vec();
    Layout::parse(&format).map_err(|error| raised(m, args, error))
}

fn calcsize(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let layout = layout(m, args)?;
    Ok(Flow::Value(Value::Int(layout.size() as i64)))
}

/// The code of each value, as a text.
fn codes(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let layout = layout(m, args)?;
    m.room(layout.len() as u64)?;
    let codes: String = layout.codes().collect();
    Ok(Flow::Value(m.string(codes)))
}

fn item(m: &Machine, value: Value) -> Item {
    if let Value::Bool(truth) = value {
        return Item::Int(BigInt::from(u8::from(truth)));
    }
    if let Some(bytes) = m.buffer(value) {
        return Item::Bytes(bytes.to_vec());
    }
    match m.number(value) {
        Some(Number::Float(x)) => Item::Float(x),
        Some(number) => Item::Int(number.big()),
        None => Item::Other,
    }
}

fn pack(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let layout = layout(m, args)?;
    let values = args.pos.get(2..).unwrap_or_default();
    let truths = values.iter().zip(layout.codes().chain(std::iter::repeat('x')));
    let items: Vec<Item> = truths
        .map(|(value, code)| match (code, value) {
            ('?', Value::Bool(truth)) => Item::Bool(*truth),
            _ => item(m, *value),
        })
        .collect();
    let packed = layout.pack(&items, m.limit());
    let packed = packed.map_err(|error| raised(m, args, error))?;
    Ok(Flow::Value(m.bytes(packed)))
}

fn buffer(m: &mut Machine, value: Value) -> Res<Vec<u8>> {
    match m.buffer(value) {
        Some(bytes) => Ok(bytes.to_vec()),
        None => {
            let name = m.class_name_of(value);
            Err(m.type_error(&format!("a bytes-like object is required, not '{name}'")))
        }
    }
}

fn answer(m: &mut Machine, args: &Args<'_>, values: Result<Vec<Unpacked>, Error>) -> Res<Flow> {
    let values = values.map_err(|error| raised(m, args, error))?;
    m.room(32 * values.len() as u64)?;
    let values = values
        .into_iter()
        .map(|value| match value {
            Unpacked::Int(n) => m.int(n),
            Unpacked::Float(x) => Value::Float(x),
            Unpacked::Bool(truth) => Value::Bool(truth),
            Unpacked::Bytes(bytes) => m.bytes(bytes),
        })
        .collect();
    Ok(Flow::Value(m.tuple(values)))
}

fn unpack(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let (layout, bytes) = (layout(m, args)?, buffer(m, args.at(2))?);
    let values = layout.unpack(&bytes, m.limit());
    answer(m, args, values)
}

fn unpack_from(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let (layout, bytes) = (layout(m, args)?, buffer(m, args.at(2))?);
    let offset = super::kernel::number(m, args.at(3))?;
    let limit = m.limit();
    let values = layout.slice_from(&bytes, offset).and_then(|part| layout.unpack(part, limit));
    answer(m, args, values)
}

/// How often a format goes into so many bytes.
fn times(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let layout = layout(m, args)?;
    let len = super::kernel::number(m, args.at(2))?;
    layout.whole(usize::try_from(len).unwrap_or(0)).map_err(|error| raised(m, args, error))?;
    Ok(Flow::Value(Value::Int(len / layout.size() as i64)))
}

/// Where `pack_into` writes.
fn room(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let layout = layout(m, args)?;
    let (len, offset) = (super::kernel::number(m, args.at(2))?, super::kernel::number(m, args.at(3))?);
    let start = layout.room_at(usize::try_from(len).unwrap_or(0), offset);
    let start = start.map_err(|error| raised(m, args, error))?;
    Ok(Flow::Value(Value::Int(start as i64)))
}
