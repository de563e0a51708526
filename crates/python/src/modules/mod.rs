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

use std::collections::BTreeSet;

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
    ($($name:literal $hidden:literal $needs:expr,)*) => {
        /// Modules written in Python.
        pub(crate) const PYTHON: &[PythonModule] = &[$(PythonModule {
            name: $name,
            file: concat!("<socketscope>/", $name, ".py"),
            text: include_str!(concat!("../../py/", $name, ".py")),
            hidden: $hidden,
            needs: &$needs,
        }),*];
    };
}

python! {
    "_socket" true [],
    "_streams" false [],
    "os" true ["random"],
    "queue" false ["threading"],
    "random" true [],
    "select" true [],
    "selectors" false ["select"],
    "socket" false ["_socket", "_streams"],
    "socketserver" false ["os", "selectors", "socket", "sys", "threading", "time"],
    "struct" true [],
    "sys" true [],
    "threading" false ["sys"],
    "time" true [],
}

/// The text of a module of the library that can be stepped into, by its file's name in [`Place`](crate::Place).
pub fn library(file: &str) -> Option<&'static str> {
    PYTHON.iter().find(|module| module.file == file && !module.hidden).map(|module| module.text)
}

/// The modules written in Python that a program with these imports may reach, as bits by their place in [`PYTHON`].
pub(crate) fn reached(imported: &BTreeSet<String>) -> u32 {
    let bit = |name: &str| PYTHON.iter().position(|module| module.name == name).map_or(0, |at| 1 << at);
    let mut reached: u32 = imported.iter().map(|name| bit(name)).fold(0, |all, one| all | one);
    loop {
        let taken = PYTHON.iter().enumerate().filter(|(at, _)| reached & 1 << at != 0);
        let more = taken.flat_map(|(_, module)| module.needs).fold(reached, |all, name| all | bit(name));
        if more == reached {
            return reached;
        }
        reached = more;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;
    use crate::program::imports;

    #[test]
    fn every_module_says_which_others_it_needs() {
        for module in PYTHON {
            let parsed = parse::parse(module.text, module.file).expect("our own module parses");
            let mut imported = imports(&parsed);
            imported.retain(|name| PYTHON.iter().any(|module| module.name == *name));
            let needs: BTreeSet<String> = module.needs.iter().map(ToString::to_string).collect();
            assert_eq!(imported, needs, "{}", module.name);
        }
    }

    #[test]
    fn a_program_reaches_what_its_modules_import() {
        let names = |imported: &str| {
            let reached = reached(&BTreeSet::from([imported.to_owned()]));
            let taken = PYTHON.iter().enumerate().filter(|(at, _)| reached & 1 << at != 0);
            taken.map(|(_, module)| module.name).collect::<Vec<_>>()
        };
        assert_eq!(names("socket"), ["_socket", "_streams", "socket"]);
        assert_eq!(names("queue"), ["queue", "sys", "threading"]);
        assert_eq!(names("errno"), [""; 0]);
        assert_eq!(names("socketserver").len(), 11);
    }
}
