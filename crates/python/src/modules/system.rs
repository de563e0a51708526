//! `_sys`: what the machine knows of the program itself; and the constants of `errno`.

use crate::host::{Answer, Stream};
use crate::machine::Machine;
use crate::native::{Args, Ask, Flow, Native, Res};
use crate::pure::errnos::{ALIASES, ERRNOS};
use crate::value::Value;

pub(super) const FUNCTIONS: &[Native] = &[
    Native { name: "write", call: write },
    Native { name: "readline", call: readline },
    Native { name: "argv", call: argv },
    Native { name: "handled", call: handled },
    Native { name: "depth", call: depth },
];

/// `write(text, to_stderr)`
fn write(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let stream = if matches!(args.at(1), Value::Bool(true)) { Stream::Stderr } else { Stream::Stdout };
    Ok(Flow::Output(stream, m.plain_str(args.at(0))))
}

/// The next line of standard input with its end; an empty text at the end of the input.
fn readline(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    match &args.answer {
        None => Ok(Flow::Suspend(Ask::Input)),
        Some(Answer::Line(line)) => Ok(Flow::Value(m.string(line.clone().unwrap_or_default()))),
        Some(_) => Ok(Flow::Value(m.str(""))),
    }
}

fn argv(m: &mut Machine, _: &Args<'_>) -> Res<Flow> {
    let argv = std::sync::Arc::clone(&m.argv);
    let items = argv.iter().map(|text| m.str(text)).collect();
    Ok(Flow::Value(m.list(items)))
}

/// The exception that is being handled.
fn handled(m: &mut Machine, _: &Args<'_>) -> Res<Flow> {
    Ok(Flow::Value(m.t.handled.defined().unwrap_or(Value::None)))
}

fn depth(m: &mut Machine, _: &Args<'_>) -> Res<Flow> {
    Ok(Flow::Value(Value::Int(m.limits.depth.into())))
}

/// The constants of `errno`.
pub(super) fn errno_constants(m: &mut Machine) -> Vec<(&'static str, Value)> {
    let codes = m.dict();
    let mut constants = Vec::new();
    for (number, name, _) in ERRNOS {
        let (number, text) = (Value::Int(number.into()), m.str(name));
        // Numbers are found without the program's help.
        let _ = m.dict_put(codes, number, text);
        constants.push((name, number));
    }
    constants.extend(ALIASES.iter().map(|(name, number)| (*name, Value::Int((*number).into()))));
    constants.push(("errorcode", codes));
    constants
}
