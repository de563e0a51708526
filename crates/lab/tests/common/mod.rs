//! The modes that this machine offers, each with one helper for all tests of a file: starting one beside a running test would
//! hold that test's descriptors open for a moment.
#![allow(unreachable_pub, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::OnceLock;

use lab::{Helper, HelperProgram, Mode, Setup};

/// What to open for each mode with so many hosts, best first; the same number in all tests of a file. Loopback always is
/// offered; what is missing else is said.
pub fn setups(hosts: u16) -> &'static [Setup] {
    static SETUPS: OnceLock<Vec<Setup>> = OnceLock::new();
    SETUPS.get_or_init(|| {
        let program = HelperProgram::At(env!("CARGO_BIN_EXE_lab-helper").into());
        let mut setups = Vec::new();
        for mode in Mode::ALL {
            let user_namespace = !mode.name().starts_with("privileged");
            let setup = match mode {
                Mode::Loopback => Ok(Setup::new(mode, hosts)),
                _ => Helper::start(&program, user_namespace).map(|helper| Setup {
                    helper: HelperProgram::Running(helper),
                    ..Setup::new(mode, hosts)
                }),
            };
            match setup.and_then(|setup| setup.open().map(|_| setup)) {
                Ok(setup) => setups.push(setup),
                Err(failure) => {
                    eprintln!("NOT TESTED HERE: mode {mode}: {failure}. {}", failure.remedy());
                }
            }
        }
        setups
    })
}
