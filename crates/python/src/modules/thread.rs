//! `_thread`: threads and locks, what `threading` is made of.

use crate::classes::class;
use crate::host::{Answer, Stop, Stream, Wait};
use crate::machine::Machine;
use crate::machine::compare::Number;
use crate::machine::thread::{After, Thread};
use crate::native::{Args, Ask, Flow, Native, NativeModule, Res};
use crate::object::{Lock, Object};
use crate::value::Value;

pub(super) const MODULE: NativeModule =
    NativeModule { name: "_thread", functions: FUNCTIONS, constants: |_| Vec::new() };

const FUNCTIONS: &[Native] = &[
    Native { name: "allocate_lock", call: |m, _| made(m, false) },
    Native { name: "RLock", call: |m, _| made(m, true) },
    Native { name: "get_ident", call: |m, _| Ok(Flow::Value(ident(m.at))) },
    Native { name: "is_mine", call: is_mine },
    Native { name: "let_go", call: let_go },
    Native { name: "start", call: start },
    Native { name: "has_ended", call: has_ended },
    Native { name: "join", call: join },
    Native { name: "traceback_text", call: traceback_text },
];

/// The methods of both kinds of locks.
pub(crate) const LOCK: &[Native] = &[
    Native { name: "lock.acquire", call: acquire },
    Native { name: "lock.release", call: release },
    Native { name: "lock.locked", call: locked },
    Native { name: "lock.__enter__", call: acquire },
    Native { name: "lock.__exit__", call: release },
];

/// A thread's number as programs see it: never 0.
fn ident(thread: u32) -> Value {
    Value::Int(i64::from(thread) + 1)
}

fn thread_of(m: &Machine, ident: Value) -> u32 {
    m.index_of(ident).map_or(u32::MAX, |n| u32::try_from(n - 1).unwrap_or(u32::MAX))
}

fn made(m: &mut Machine, reentrant: bool) -> Res<Flow> {
    Ok(Flow::Value(m.heap.alloc(Object::Lock(Lock { owner: None, count: 0, reentrant }))))
}

fn lock(m: &mut Machine, value: Value) -> Res<Lock> {
    match m.heap.of(value) {
        Object::Lock(lock) => Ok(lock.clone()),
        _ => Err(m.type_error("a lock is required")),
    }
}

fn set(m: &mut Machine, value: Value, new: Lock) {
    if let Value::Ref(id) = value
        && let Object::Lock(lock) = m.heap.get_mut(id)
    {
        *lock = new;
    }
}

/// `acquire(blocking=True, timeout=-1)`
fn acquire(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let [this, blocking, timeout] = args.named(m, "acquire", ["self", "blocking", "timeout"], 1, 3)?;
    let known = lock(m, this)?;
    let blocks = blocking.is_undefined() || matches!(m.truth(blocking), Ok(true));
    let seconds = match m.number(timeout) {
        Some(Number::Int(n)) => n as f64,
        Some(Number::Float(x)) => x,
        _ => -1.0,
    };
    if !blocks && seconds >= 0.0 {
        return Err(m.value_error("can't specify a timeout for a non-blocking call"));
    }
    if seconds < 0.0 && seconds != -1.0 {
        return Err(m.value_error("timeout value must be a non-negative number"));
    }
    if seconds > 9_223_372_036.0 {
        return Err(m.error(class::OVERFLOW_ERROR, "timeout value is too large"));
    }
    let me = m.at;
    if known.owner.is_none() {
        set(m, this, Lock { owner: Some(me), count: 1, ..known });
        return Ok(Flow::Value(Value::Bool(true)));
    }
    if known.reentrant && known.owner == Some(me) {
        set(m, this, Lock { count: known.count + 1, ..known });
        return Ok(Flow::Value(Value::Bool(true)));
    }
    let timed_out = args.answer == Some(Answer::TimedOut);
    let (false, Value::Ref(id), true) = (timed_out, this, blocks) else {
        return Ok(Flow::Value(Value::Bool(false)));
    };
    let timeout_us = (seconds >= 0.0).then_some((seconds * 1e6) as u64);
    let ask = Ask::Wait(Wait::Lock(id.0), timeout_us);
    Ok(Flow::Suspend(ask))
}

fn release(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let known = lock(m, args.at(0))?;
    if known.reentrant && known.owner != Some(m.at) {
        return Err(m.error(class::RUNTIME_ERROR, "cannot release un-acquired lock"));
    }
    if known.owner.is_none() {
        return Err(m.error(class::RUNTIME_ERROR, "release unlocked lock"));
    }
    let count = known.count.saturating_sub(1);
    let owner = known.owner.filter(|_| count > 0);
    set(m, args.at(0), Lock { owner, count, ..known });
    Ok(Flow::Value(Value::None))
}

fn locked(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    Ok(Flow::Value(Value::Bool(lock(m, args.at(0))?.owner.is_some())))
}

/// Whether this thread may wait with the lock: a plain lock belongs to whoever asks.
fn is_mine(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let known = lock(m, args.at(0))?;
    let mine = known.owner.is_some() && (!known.reentrant || known.owner == Some(m.at));
    Ok(Flow::Value(Value::Bool(mine)))
}

/// Release a lock however often it was taken: how often.
fn let_go(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let known = lock(m, args.at(0))?;
    set(m, args.at(0), Lock { owner: None, count: 0, ..known });
    Ok(Flow::Value(Value::Int(known.count.into())))
}

/// `start(function, daemon, thread, known)`: a thread that calls the function. Its number is told to the object and to the
/// table before anybody else runs.
fn start(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "start", 4, 4)?;
    if m.threads.len() >= 1000 {
        return Err(m.error(class::RUNTIME_ERROR, "can't start new thread"));
    }
    let daemon = matches!(m.truth(args.at(1)), Ok(true));
    let thread = m.threads.len() as u32;
    let here = (std::mem::take(&mut m.t), m.at);
    m.at = thread;
    let done = m.flow(Flow::Call(args.at(0), Vec::new()), After::Push);
    let mut new: Thread = std::mem::replace(&mut m.t, here.0);
    m.at = here.1;
    done?;
    new.daemon = daemon;
    m.threads.push(new);
    let name = m.intern("_ident");
    m.set_attr_plainly(args.at(2), name, ident(thread))?;
    m.dict_put(args.at(3), ident(thread), args.at(2))?;
    m.stop = Some(Stop::Started(thread));
    // What was written is nothing: the machine stops after the call.
    Ok(Flow::Output(Stream::Stdout, String::new()))
}

fn has_ended(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let thread = thread_of(m, args.at(0));
    Ok(Flow::Value(Value::Bool(m.ended(thread))))
}

/// `join(ident, timeout_us)`
fn join(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let thread = thread_of(m, args.at(0));
    let timed_out = args.answer == Some(Answer::TimedOut);
    if timed_out || m.ended(thread) {
        return Ok(Flow::Value(Value::None));
    }
    let timeout_us = m.index_of(args.at(1)).map(|us| us.max(0) as u64);
    let ask = Ask::Wait(Wait::Join(thread), timeout_us);
    Ok(Flow::Suspend(ask))
}

fn traceback_text(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let text = m.traceback_text(args.at(0));
    Ok(Flow::Value(m.string(text)))
}
