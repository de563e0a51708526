//! The modules that a program may import.
//!
//! What makes system calls is native and thin (`_kernel`); all above it is Python of the folder `py`. What is C in CPython
//! is hidden there: no step goes into it and no traceback tells of it. The rest can be stepped into.

mod kernel;
mod options;
mod packed;
mod system;
pub(crate) mod thread;
mod twist;

use crate::native::{Native, NativeModule, PythonModule};

const fn native(name: &'static str, functions: &'static [Native]) -> NativeModule {
    NativeModule { name, functions, constants: |_| Vec::new() }
}

/// Modules of native functions.
pub(crate) const NATIVE: &[NativeModule] = &[
    native("_kernel", kernel::FUNCTIONS),
    thread::MODULE,
    native("_struct", packed::FUNCTIONS),
    native("_random", twist::FUNCTIONS),
    native("_sys", system::FUNCTIONS),
    NativeModule { name: "errno", functions: &[], constants: system::errno_constants },
];

macro_rules! python {
    ($($name:literal $hidden:literal,)*) => {
        /// Modules written in Python.
        pub(crate) const PYTHON: &[PythonModule] = &[$(PythonModule {
            name: $name,
            file: concat!("<socketscope>/", $name, ".py"),
            text: include_str!(concat!("../../py/", $name, ".py")),
            hidden: $hidden,
        }),*];
    };
}

python! {
    "_socket" true,
    "_streams" false,
    "os" true,
    "queue" false,
    "random" true,
    "select" true,
    "selectors" false,
    "socket" false,
    "socketserver" false,
    "struct" true,
    "sys" true,
    "threading" false,
    "time" true,
}

/// The text of a module of the library that can be stepped into, by its file's name in [`Place`](crate::Place).
pub fn library(file: &str) -> Option<&'static str> {
    PYTHON.iter().find(|module| module.file == file && !module.hidden).map(|module| module.text)
}
