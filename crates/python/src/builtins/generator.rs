//! The methods of generators.

use crate::classes::class;
use crate::machine::Machine;
use crate::native::{Args, Flow, Native, Res};
use crate::object::{Object, Progress};
use crate::value::Value;

pub(super) const METHODS: &[Native] = &[
    Native { name: "generator.send", call: send },
    Native { name: "generator.throw", call: throw },
    Native { name: "generator.close", call: close },
    Native { name: "generator.__next__", call: next },
    Native { name: "generator.__iter__", call: this },
];

fn this(_: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    Ok(Flow::Value(args.at(0)))
}

fn next(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "generator.__next__", 0, 0)?;
    Ok(Flow::Resume(args.at(0), Value::None, None))
}

/// `generator.send(value)`; the prelude's `_send` as well.
pub(super) fn send(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "generator.send", 1, 1)?;
    Ok(Flow::Resume(args.at(0), args.at(1), None))
}

fn throw(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "generator.throw", 1, 3)?;
    let mut exception = args.at(1);
    if let (Object::Class(_), Value::Ref(id)) = (m.heap.of(exception), exception) {
        if !m.is_subclass(id, class::BASE_EXCEPTION) {
            return Err(m.type_error(
                "exceptions must be classes or instances deriving from BaseException, not type",
            ));
        }
        let given: Vec<Value> = args.pos.get(2).copied().into_iter().filter(|v| !v.is_none()).collect();
        if given.first().is_some_and(|value| m.is_instance(*value, id)) {
            exception = given[0];
        } else {
            exception = m.new_exception(id, &given, &[])?;
        }
    }
    if !matches!(m.heap.of(exception), Object::Exception(_)) {
        let name = m.class_name_of(exception);
        let says = format!("exceptions must be classes or instances deriving from BaseException, not {name}");
        return Err(m.type_error(&says));
    }
    Ok(Flow::Resume(args.at(0), Value::None, Some(exception)))
}

fn close(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "generator.close", 0, 0)?;
    if let Value::Ref(id) = args.at(0)
        && let Object::Generator(generator) = m.heap.get_mut(id)
        && matches!(generator.progress, Progress::Created | Progress::Finished)
    {
        generator.progress = Progress::Finished;
        return Ok(Flow::Value(Value::None));
    }
    let exit = m.exception(class::GENERATOR_EXIT, &[]).0;
    Ok(Flow::Close(args.at(0), exit))
}
