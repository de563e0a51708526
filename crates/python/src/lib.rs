//! A small Python machine for programs of sockets: its state is plain data, it is suspended at every system call, stepped
//! line by line, and copied in microseconds.
//!
//! What it runs behaves as CPython 3.11 does; what it does not support is refused before the run.
//!
//! ```
//! use python::{Answer, Limits, Machine, Program, Stop, Until};
//!
//! let program = Program::compile("for i in range(3):\n    print(i)\n", "count.py").expect("it is Python");
//! let mut machine = Machine::new(&program, &[], Limits::default());
//! let (mut told, mut budget) = (String::new(), u64::MAX);
//! loop {
//!     match machine.run(0, Until::Event, &mut budget) {
//!         Stop::Output { text, .. } => told += &text,
//!         Stop::Input => machine.answer(0, Answer::Line(None)),
//!         Stop::Exit(status) => break assert_eq!(status, 0),
//!         other => panic!("{other:?}"),
//!     }
//! }
//! assert_eq!(told, "0\n1\n2\n");
//! ```
//!
//! The way of a program: `parse` (behind a scan that bounds its depth), `refuse`, `compile` (code with a source range at each
//! instruction and a table of handlers), `machine` (heap, frames, the loop), `builtins` and `modules` (native functions),
//! `py/prelude.py` (what is Python because the program's own code runs within it). `pure` is what values are as text and
//! bytes, without the machine.
//!
//! Objects are counted, and what nobody holds is freed at the end of the instruction that let go of it: a socket is closed
//! when CPython would close it. Cycles are not collected: there is no `gc`.

mod boot;
mod builtins;
mod classes;
mod code;
mod compile;
mod complaints;
mod heap;
mod host;
pub mod language;
mod machine;
mod modules;
mod names;
mod native;
pub mod notes;
mod object;
mod parse;
mod program;
pub mod pure;
mod refuse;
mod set;
mod syntax;
mod table;
mod tokens;
mod value;

pub use host::{Answer, Limit, Limits, Place, Stop, Stream, ThreadId, Until, Wait};
pub use machine::Machine;
pub use machine::inspect::{Shown, Variable, View};
pub use modules::library;
pub use program::{Program, Unfit, warm_up};
pub use refuse::Refusal;
pub use syntax::SyntaxFault;
pub use tokens::{without_comments, words};
