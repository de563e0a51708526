//! Tracebacks, as CPython 3.11 prints them, without carets.

use std::fmt::Write as _;

use super::Machine;
use crate::classes::class;
use crate::names::sym;
use crate::object::Object;
use crate::value::Value;

/// Equal lines in a row that are told one by one.
const REPEATED: usize = 3;
/// Exceptions of a chain that are told.
const CHAIN: usize = 100;

impl Machine {
    /// An exception with its chain, as it is printed when nobody handles it.
    pub(crate) fn traceback_text(&mut self, exception: Value) -> String {
        let chain = self.chain_of(exception);
        let mut text = String::new();
        for i in (0..chain.len()).rev() {
            self.one_traceback(chain[i].0, &mut text);
            text.push_str(chain[i].1);
        }
        text
    }

    /// An exception and what led to it, each with what is said before the one it led to.
    pub(super) fn chain_of(&self, exception: Value) -> Vec<(Value, &'static str)> {
        let mut chain = vec![(exception, "")];
        while chain.len() < CHAIN {
            let Some(Object::Exception(last)) = chain.last().map(|(value, _)| self.heap.of(*value)) else {
                break;
            };
            let (next, between) = if !last.cause.is_none() {
                (last.cause, "\nThe above exception was the direct cause of the following exception:\n\n")
            } else if !last.context.is_none() && !last.suppress {
                (last.context, "\nDuring handling of the above exception, another exception occurred:\n\n")
            } else {
                break;
            };
            if !matches!(self.heap.of(next), Object::Exception(_)) || chain.iter().any(|(v, _)| v.is(next)) {
                break;
            }
            chain.push((next, between));
        }
        chain
    }

    fn one_traceback(&mut self, exception: Value, text: &mut String) {
        let Object::Exception(object) = self.heap.of(exception) else { return };
        let places: Vec<(u32, u32)> = object.traceback.iter().rev().map(|e| (e.code, e.pc)).collect();
        if !places.is_empty() {
            text.push_str("Traceback (most recent call last):\n");
        }
        let mut last = None;
        let mut repeated = 0;
        for (code, pc) in places {
            let code = &self.image.codes[code as usize];
            let source = &self.image.sources[code.module as usize];
            let line = code.lines.get(pc as usize).copied().unwrap_or(code.first_line);
            if last == Some((code.module, line, code.name.clone())) {
                repeated += 1;
            } else {
                more(text, repeated);
                repeated = 1;
                last = Some((code.module, line, code.name.clone()));
            }
            if repeated <= REPEATED {
                let _ = writeln!(text, "  File \"{}\", line {line}, in {}", source.file, code.name);
                let shown = source.line(line).trim();
                if !shown.is_empty() {
                    let _ = writeln!(text, "    {shown}");
                }
            }
        }
        more(text, repeated);
        let hint = self.suggestion(exception);
        let _ = writeln!(text, "{}{hint}", self.exception_line(exception));
        let notes = match self.heap.of(exception) {
            Object::Exception(e) => e.attrs.iter().find(|(name, _)| *name == sym::NOTES).map(|(_, v)| *v),
            _ => None,
        };
        if let Some(notes) = notes
            && let Ok(Some(notes)) = self.collect(notes)
        {
            for note in notes {
                let note = self.plain_str_of(note).ok().flatten().unwrap_or_default();
                let _ = writeln!(text, "{note}");
            }
        }
    }

    /// `. Did you mean: 'name'?`
    fn suggestion(&mut self, exception: Value) -> String {
        let Object::Exception(object) = self.heap.of(exception) else { return String::new() };
        let attr = |name| object.attrs.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
        let Some(wrong) = attr(sym::NAME_ATTR).and_then(|name| self.text(name)) else { return String::new() };
        let object_of = attr(sym::OBJ);
        let mut names: Vec<std::sync::Arc<str>> = Vec::new();
        if self.is_instance(exception, class::ATTRIBUTE_ERROR) {
            let Some(of) = object_of else { return String::new() };
            names = self.attribute_names(of);
        } else if self.is_instance(exception, class::NAME_ERROR) {
            let Some(entry) = object.traceback.first() else { return String::new() };
            let code = &self.image.codes[entry.code as usize];
            let module = code.module;
            let taken = code.locals.iter().zip(&entry.locals).filter(|(_, value)| !value.is_undefined());
            names.extend(taken.map(|(name, _)| self.name(*name)));
            for (_, value) in &self.modules {
                if let Object::Module(object) = self.heap.of(*value)
                    && object.source == Some(module)
                {
                    let globals = &self.image.sources[module as usize].globals;
                    let taken = globals.iter().zip(&object.slots).filter(|(_, value)| !value.is_undefined());
                    names.extend(taken.map(|(name, _)| self.name(*name)));
                }
            }
            names.extend(self.boot.builtin_names());
        }
        names.sort_unstable();
        names.dedup();
        match closest(&wrong, &names) {
            Some(name) => format!(". Did you mean: '{name}'?"),
            None => String::new(),
        }
    }

    /// `ValueError: text`
    pub(crate) fn exception_line(&mut self, exception: Value) -> String {
        let class = self.class_of(exception);
        let name = self.type_shown(Value::Ref(class));
        let name = name.strip_prefix("__main__.").unwrap_or(&name).to_owned();
        let says = match self.plain_str_of(exception) {
            Ok(Some(says)) => says,
            Ok(None) => {
                let said =
                    self.said.iter().find(|(each, _)| each.is(exception)).map(|(_, text)| text.clone());
                said.unwrap_or_else(|| "<exception str() failed>".to_owned())
            }
            Err(_) => "<exception str() failed>".to_owned(),
        };
        if says.is_empty() { name } else { format!("{name}: {says}") }
    }

    pub(crate) fn traceback_of(&mut self, exception: Value) -> Value {
        match (self.heap.of(exception), exception) {
            (Object::Exception(object), Value::Ref(id)) if !object.traceback.is_empty() => {
                let _ = id;
                self.heap.alloc(Object::Traceback(id, 0))
            }
            _ => Value::None,
        }
    }

    /// The status with which an exception that nobody handles ends the program, and what it prints.
    pub(super) fn last_words(&mut self, exception: Value) -> (i32, String) {
        if self.is_instance(exception, class::KEYBOARD_INTERRUPT) {
            return (130, self.traceback_text(exception));
        }
        if !self.is_instance(exception, class::SYSTEM_EXIT) {
            return (1, self.traceback_text(exception));
        }
        let args = match self.heap.of(exception) {
            Object::Exception(object) => object.args,
            _ => Value::None,
        };
        let items = match self.heap.of(args) {
            Object::Tuple(items) => items.to_vec(),
            _ => Vec::new(),
        };
        match &items[..] {
            [] | [Value::None] => (0, String::new()),
            [one] => match self.index_of(*one) {
                Some(code) => ((code & 0xff) as i32, String::new()),
                None => {
                    let text = self.plain_str_of(*one).ok().flatten().unwrap_or_default();
                    (1, format!("{text}\n"))
                }
            },
            _ => {
                let text = self.plain_repr(args).ok().flatten().unwrap_or_default();
                (1, format!("{text}\n"))
            }
        }
    }
}

fn more(text: &mut String, repeated: usize) {
    if repeated > REPEATED {
        let times = repeated - REPEATED;
        let plural = if times == 1 { "" } else { "s" };
        let _ = writeln!(text, "  [Previous line repeated {times} more time{plural}]");
    }
}

/// The known name that is nearest to a wrong one, by CPython's measure: a changed letter costs two, a changed case one.
fn closest<'n>(wrong: &str, names: &'n [std::sync::Arc<str>]) -> Option<&'n str> {
    let mut best: Option<(usize, &str)> = None;
    for name in names.iter().filter(|name| ***name != *wrong) {
        let most = (name.chars().count() + wrong.chars().count() + 3) * 2 / 6;
        let most = best.map_or(most, |(distance, _)| most.min(distance.saturating_sub(1)));
        let distance = distance(wrong, name);
        if distance <= most && best.is_none_or(|(known, _)| distance < known) {
            best = Some((distance, name));
        }
    }
    best.map(|(_, name)| name)
}

fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(40).collect(), b.chars().take(40).collect());
    let cost = |x: char, y: char| match x == y {
        true => 0,
        false if x.to_lowercase().eq(y.to_lowercase()) => 1,
        false => 2,
    };
    let mut row: Vec<usize> = (0..=b.len()).map(|i| 2 * i).collect();
    for (i, &x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = 2 * (i + 1);
        for (j, &y) in b.iter().enumerate() {
            let next = (diagonal + cost(x, y)).min(row[j] + 2).min(row[j + 1] + 2);
            diagonal = std::mem::replace(&mut row[j + 1], next);
        }
    }
    row[b.len()]
}
