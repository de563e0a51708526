//! The language that the machine accepts, as lists for a person: from the machine's own tables, and from what it says of
//! programs that it refuses.

use std::collections::BTreeMap;

use crate::boot::Boot;
use crate::builtins::{METHODS, SPECIAL};
use crate::classes::{CLASSES, class, is_exception};
use crate::host::Limits;
use crate::machine::Machine;
use crate::names::sym;
use crate::object::Object;
use crate::program::{Program, Unfit};
use crate::refuse::FUNCTIONS;
use crate::value::{Id, Value};
use crate::{Stop, Until};

mod examples;

pub use examples::Statement;
use examples::{REFUSED, STATEMENTS};

/// Raised whenever a row of [`Language`] changes: what is accepted, or what is said of what is not.
pub const VERSION: u32 = 2;

/// What the machine accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Language {
    /// Statements and expressions.
    pub statements: &'static [Statement],
    /// Built-in types with their methods, special ones left out.
    pub types: Vec<Names>,
    /// Built-in functions.
    pub functions: Vec<String>,
    /// Exceptions, each with those that descend from it directly; the base of all first.
    pub exceptions: Vec<Names>,
    /// Modules with their names; the constants of a module behind its functions and classes.
    pub modules: Vec<Names>,
    /// What is refused before the run.
    pub refused: Vec<Refused>,
}

/// A name, and what belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    /// Whose they are.
    pub of: String,
    /// In alphabetical order; functions and classes before constants.
    pub names: Vec<String>,
}

/// A program that is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Its text.
    pub example: String,
    /// What is said.
    pub says: String,
    /// What to write instead.
    pub instead: String,
}

/// What this machine accepts and what it refuses.
///
/// # Panics
/// If an example of the tables is not what they say: the tests run them all.
pub fn language() -> Language {
    Language {
        statements: STATEMENTS,
        types: types(),
        functions: functions(),
        exceptions: exceptions(),
        modules: modules(),
        refused: refused(),
    }
}

fn public(name: &str) -> bool {
    !name.starts_with('_')
}

fn listed(of: BTreeMap<&str, Vec<String>>) -> Vec<Names> {
    let names = |(of, mut names): (&str, Vec<String>)| {
        names.sort();
        names.dedup();
        Names { of: of.to_owned(), names }
    };
    of.into_iter().map(names).collect()
}

fn types() -> Vec<Names> {
    let mut types: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (place, (name, _)) in CLASSES.iter().enumerate() {
        if !is_exception(Id(place as u32)) && is_builtin(name) {
            types.insert(name, Vec::new());
        }
    }
    let short = |name: &str| name.rsplit('.').next().unwrap_or(name).to_owned();
    let methods = METHODS.iter().flat_map(|(class, methods)| methods.iter().map(|it| (*class, it.name)));
    for (class, name) in methods.chain(SPECIAL.iter().map(|(class, name, ..)| (*class, *name))) {
        if let Some(names) = types.get_mut(CLASSES[class.0 as usize].0)
            && public(&short(name))
        {
            names.push(short(name));
        }
    }
    // What a generator can do is asked for, though nobody names its class.
    let generator =
        METHODS.iter().filter(|(of, _)| *of == class::GENERATOR).flat_map(|(_, methods)| *methods);
    types.insert("generator", generator.map(|it| short(it.name)).filter(|it| public(it)).collect());
    listed(types)
}

fn is_builtin(name: &str) -> bool {
    let boot = Boot::get();
    boot.image.names.find(name).is_some_and(|name| !boot.builtin(name).is_undefined())
}

fn functions() -> Vec<String> {
    let boot = Boot::get();
    let is_function = |name: &str| {
        let value = boot.image.names.find(name).map(|name| boot.builtin(name)).unwrap_or_default();
        matches!(value, Value::Native(_)) || matches!(boot.heap.of(value), Object::Function(_))
    };
    let mut names: Vec<String> = boot.builtin_names().map(|name| name.to_string()).collect();
    names.retain(|name| public(name) && is_function(name));
    names.sort();
    names
}

fn exceptions() -> Vec<Names> {
    let all = || CLASSES.iter().enumerate().filter(|(place, _)| is_exception(Id(*place as u32)));
    let under = |base: Id| {
        let mut names: Vec<String> =
            all().filter(|(_, (_, of))| *of == base).map(|(_, (name, _))| (*name).to_owned()).collect();
        names.sort();
        names
    };
    let with_heirs = all().map(|(place, (name, _))| (*name, under(Id(place as u32))));
    with_heirs
        .filter(|(_, names)| !names.is_empty())
        .map(|(of, names)| Names { of: of.into(), names })
        .collect()
}

/// Each module as a machine has it that has imported them all.
fn modules() -> Vec<Names> {
    let list = Boot::get().module_list();
    let text = format!("import {}\ninput()\n", list.join(", "));
    let Ok(program) = Program::compile(&text, "modules.py") else { return Vec::new() };
    let mut machine = Machine::new(&program, &[], Limits::default());
    while !matches!(machine.run(0, Until::Event, &mut u64::MAX.clone()), Stop::Input | Stop::Exit(_)) {}
    let known: Vec<_> = machine.modules.iter().filter(|(name, _)| *name != sym::MAIN).copied().collect();
    let mut found: Vec<Names> = known
        .into_iter()
        .map(|(name, module)| Names { of: machine.name(name).to_string(), names: names_of(&machine, module) })
        .filter(|module| list.contains(&&*module.of))
        .collect();
    found.sort_by(|a, b| a.of.cmp(&b.of));
    found
}

fn names_of(machine: &Machine, module: Value) -> Vec<String> {
    let Object::Module(module) = machine.heap.of(module) else { return Vec::new() };
    let slots = module.source.map(|source| &machine.image.sources[source as usize].globals);
    let slots = slots.into_iter().flatten().copied().zip(module.slots.iter().copied());
    let mut callables = Vec::new();
    let mut constants = Vec::new();
    for (name, value) in slots.chain(module.attrs.iter().copied()) {
        let name = machine.name(name).to_string();
        if value.is_undefined() || !public(&name) || matches!(machine.heap.of(value), Object::Module(_)) {
            continue;
        }
        let is_constant = name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
        if is_constant { constants.push(name) } else { callables.push(name) }
    }
    callables.sort();
    constants.sort();
    callables.append(&mut constants);
    callables
}

fn refused() -> Vec<Refused> {
    let calls = FUNCTIONS.iter().map(|(name, _)| format!("{name}()"));
    let examples = REFUSED.iter().map(|text| (*text).to_owned()).chain(calls);
    examples
        .map(|example| match Program::compile(&example, "it.py") {
            Err(Unfit::Refused(refusals)) => {
                let first = refusals.into_iter().next();
                let (says, instead) = first.map(|it| (it.says, it.instead)).unwrap_or_default();
                Refused { example, says, instead }
            }
            other => panic!("{example} is refused: {other:?}"),
        })
        .collect()
}
