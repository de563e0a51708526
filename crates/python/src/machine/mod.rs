//! The machine: what a program is while it runs, as plain data.

mod attr;
mod audit;
mod binary;
mod build;
mod call;
mod class;
pub(crate) mod compare;
mod contains;
mod digest;
mod generator;
mod handle;
mod host_side;
pub(crate) mod inspect;
pub(crate) mod iterate;
mod make;
mod module;
mod raise;
mod rare;
mod run;
mod store;
mod subscript;
mod tables;
mod text;
pub(crate) mod thread;
mod traceback;

use std::sync::Arc;

use crate::boot::Boot;
use crate::code::Image;
use crate::heap::Heap;
use crate::host::{Limits, Stop};
use crate::names::{Names, Sym};
use crate::value::Value;
use thread::Thread;

/// A program while it runs: threads, heap and modules. A copy is another machine at the same point; the two share what
/// neither has changed since.
///
/// The order of calls: [`run`](Self::run) one thread until it answers a [`Stop`]; where that asks for an answer,
/// [`answer`](Self::answer) it, and run again. Nothing happens between the calls, and nothing but the answers decides what
/// happens.
#[derive(Clone)]
pub struct Machine {
    pub(crate) image: Arc<Image>,
    pub(crate) boot: &'static Boot,
    pub(crate) heap: Heap,
    /// The constants of the code, as objects.
    pub(crate) consts: Arc<[Value]>,
    /// Modules that have been imported, under their names.
    pub(crate) modules: Vec<(Sym, Value)>,
    /// The thread that runs, while it does.
    pub(crate) t: Thread,
    pub(crate) threads: Vec<Thread>,
    /// Which thread `t` is.
    pub(crate) at: u32,
    /// Names that the code does not have.
    pub(crate) extra_names: Arc<Names>,
    cache: attr::Cache,
    pub(crate) limits: Limits,
    /// Instructions so far.
    pub(crate) instructions: u64,
    pub(crate) written: u64,
    pub(crate) stop: Option<Stop>,
    /// A finaliser has been put on the stack.
    pub(crate) interrupted: bool,
    /// Where the prelude found a key: table, key, place.
    pub(crate) hint: Option<(Value, Value, Option<usize>)>,
    pub(crate) hint_hash: Option<(Value, i64)>,
    /// The texts of the exceptions at hand, as their own classes say them.
    pub(crate) said: Vec<(Value, String)>,
    /// The module's names are going.
    pub(crate) ending: bool,
    /// Text that is told before the machine waits for input.
    pub(crate) said_before: Option<String>,
    /// Containers whose repr the prelude is making.
    pub(crate) showing: Vec<Value>,
    pub(crate) argv: Arc<[String]>,
    /// Finalisers that wait for the end of an instruction.
    pub(crate) finalise: Vec<Value>,
    /// The main thread: another than 0 only behind a fork.
    pub(crate) main: u32,
    /// The status that the main thread has ended with.
    pub(crate) main_status: Option<i32>,
    /// The status of the program, once all has ended.
    pub(crate) status: Option<i32>,
    /// Numbers that native modules keep (a seed, a count): by their own keys.
    pub(crate) notes: Vec<(&'static str, u64)>,
}

impl Machine {
    /// The text of a name.
    pub(crate) fn name(&self, sym: Sym) -> Arc<str> {
        let known = self.image.names.len() as u32;
        let text = if sym.0 < known {
            self.image.names.text(sym)
        } else {
            self.extra_names.text(Sym(sym.0 - known))
        };
        text.cloned().unwrap_or_else(|| "".into())
    }

    /// The name with this text.
    pub(crate) fn intern(&mut self, text: &str) -> Sym {
        if let Some(sym) = self.image.names.find(text) {
            return sym;
        }
        let known = self.image.names.len() as u32;
        if let Some(sym) = self.extra_names.find(text) {
            return Sym(known + sym.0);
        }
        Sym(known + Arc::make_mut(&mut self.extra_names).intern(text).0)
    }
}

impl std::fmt::Debug for Machine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Machine")
            .field("instructions", &self.instructions)
            .field("threads", &self.threads.len())
            .finish_non_exhaustive()
    }
}
