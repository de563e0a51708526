//! Native functions: how the machine calls them and what they may ask for.
//!
//! A native function is given borrowed arguments and answers a [`Flow`]. It never counts references: what it makes and what
//! it answers is counted where it is kept, and what nobody keeps is freed after the instruction. It never calls the
//! program's functions itself: it answers [`Flow::Call`] and is gone, or hands the whole work to a function of the prelude
//! (`py/prelude.py`), which is Python and can be suspended anywhere. To make a system call it answers [`Flow::Suspend`]; it
//! is called again with the same arguments and [`Args::answer`].

use syscall::{Call, Micros, Origin};

use crate::host::{Answer, Stream, Wait};
use crate::machine::Machine;
use crate::names::Sym;
use crate::value::Value;

/// An exception (an instance) on its way up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Raised(pub(crate) Value);

/// What can raise.
pub(crate) type Res<T> = Result<T, Raised>;

/// What a native function answers.
#[derive(Debug)]
pub(crate) enum Flow {
    Value(Value),
    /// Call this in my place.
    Call(Value, Vec<Value>),
    /// Go on with a generator: the value of its `yield`, or an exception raised there.
    Resume(Value, Value, Option<Value>),
    /// Close a generator with this exception.
    Close(Value, Value),
    /// Call me again when this is answered.
    Suspend(Ask),
    /// Write this; None is my value.
    Output(Stream, String),
}

impl From<Value> for Flow {
    fn from(value: Value) -> Self {
        Self::Value(value)
    }
}

/// What a native function asks the host.
#[derive(Clone, Debug)]
pub(crate) enum Ask {
    Call(Call, Option<Origin>),
    Input,
    Sleep(Micros),
    Now,
    /// It is called again when the wait may be over: it tries again, and may wait again.
    Wait(Wait, Option<Micros>),
}

/// The arguments of a native function; a method's first one is its object.
#[derive(Debug)]
pub(crate) struct Args<'a> {
    pub(crate) pos: &'a [Value],
    pub(crate) kw: &'a [(Sym, Value)],
    /// What the host answered, where this goes on after a suspension.
    pub(crate) answer: Option<Answer>,
}

/// A native function.
pub(crate) type NativeFn = fn(&mut Machine, &Args<'_>) -> Res<Flow>;

/// A native function as the tables list it.
#[derive(Clone, Copy)]
pub(crate) struct Native {
    /// As messages call it: `len`, `list.append`.
    pub(crate) name: &'static str,
    pub(crate) call: NativeFn,
}

/// A module of native functions and constants.
pub(crate) struct NativeModule {
    pub(crate) name: &'static str,
    pub(crate) functions: &'static [Native],
    /// Its constants, made when it is first imported.
    pub(crate) constants: fn(&mut Machine) -> Vec<(&'static str, Value)>,
}

/// A module written in Python.
pub(crate) struct PythonModule {
    pub(crate) name: &'static str,
    /// As tracebacks name it: `<socketscope>/socketserver.py`.
    pub(crate) file: &'static str,
    pub(crate) text: &'static str,
    /// Neither stepped into nor told of in tracebacks: it stands for what is C in CPython.
    pub(crate) hidden: bool,
    /// The others that it imports.
    pub(crate) needs: &'static [&'static str],
}

impl Args<'_> {
    pub(crate) fn at(&self, place: usize) -> Value {
        self.pos.get(place).copied().unwrap_or_default()
    }

    /// Positional arguments alone, between `least` and `most` of them, the object of a method not counted by messages where
    /// `method` is set. `name` is the function's in messages.
    pub(crate) fn plain(&self, m: &mut Machine, name: &str, least: usize, most: usize) -> Res<()> {
        let method = usize::from(name.contains('.'));
        if !self.kw.is_empty() {
            return Err(m.type_error(&format!("{name}() takes no keyword arguments")));
        }
        let given = self.pos.len() - method.min(self.pos.len());
        if given >= least && given <= most {
            return Ok(());
        }
        let short = if method == 1 && least != most { name.rsplit('.').next().unwrap_or(name) } else { name };
        let times = |n: usize| if n == 1 { "argument" } else { "arguments" };
        let says = match (least, most) {
            (0, 0) => format!("{name}() takes no arguments ({given} given)"),
            (1, 1) => format!("{name}() takes exactly one argument ({given} given)"),
            (a, b) if a == b => format!("{short} expected {a} {}, got {given}", times(a)),
            (a, _) if given < a => format!("{short} expected at least {a} {}, got {given}", times(a)),
            (_, b) => format!("{short} expected at most {b} {}, got {given}", times(b)),
        };
        Err(m.type_error(&says))
    }

    /// Arguments by name: `params` lists them, those from `least` on may be left out (undefined). Names behind `only` take
    /// keywords alone. A method's object comes first in `params`, named `self`.
    pub(crate) fn named<const N: usize>(
        &self,
        m: &mut Machine,
        name: &str,
        params: [&str; N],
        least: usize,
        only: usize,
    ) -> Res<[Value; N]> {
        let mut values = [Value::Undefined; N];
        let method = usize::from(params.first() == Some(&"self"));
        if self.pos.len() > only || self.pos.len() + self.kw.len() > N {
            let over = self.pos.len() <= only;
            let most = if over { N - method } else { only - method };
            let given = self.pos.len().saturating_sub(method) + self.kw.len();
            let word = if least == only { "exactly" } else { "at most" };
            let kind = if only < N && !over { " positional" } else { "" };
            let plural = if most == 1 { "" } else { "s" };
            let says = if most == 0 {
                format!("{name}() takes no{kind} arguments")
            } else {
                format!("{name}() takes {word} {most}{kind} argument{plural} ({given} given)")
            };
            return Err(m.type_error(&says));
        }
        values[..self.pos.len()].copy_from_slice(self.pos);
        for &(sym, value) in self.kw {
            let text = m.name(sym);
            let Some(place) = params.iter().position(|param| **param == *text).filter(|&p| p >= method)
            else {
                return Err(m.type_error(&format!("'{text}' is an invalid keyword argument for {name}()")));
            };
            if !values[place].is_undefined() {
                let says = format!(
                    "argument for {name}() given by name ('{text}') and position ({})",
                    place + 1 - method
                );
                return Err(m.type_error(&says));
            }
            values[place] = value;
        }
        if let Some(missing) = (0..least).find(|&place| values[place].is_undefined()) {
            let says = format!(
                "{name}() missing required argument '{}' (pos {})",
                params[missing],
                missing + 1 - method
            );
            return Err(m.type_error(&says));
        }
        Ok(values)
    }
}
