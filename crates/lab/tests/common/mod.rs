//! The modes that this machine offers, each with one helper for all tests of a file: starting one beside a running test would
//! hold that test's descriptors open for a moment.
#![allow(dead_code, reason = "not every file needs all of it")]
#![allow(unreachable_pub, clippy::unwrap_used, reason = "a test fails by panicking")]

pub mod caller;

use std::sync::{Arc, OnceLock};

use lab::{Ground, Helper, HelperProgram, MakePeer, Mode, Setup, Targets};
use protocol::PeerSpec;

/// The peers of the catalogue, with the receive buffer that is asked for, else 4096 bytes.
pub fn make_peer() -> MakePeer {
    Arc::new(|spec: &PeerSpec| {
        let address = std::net::SocketAddrV4::new(Targets::address(spec.host), spec.port);
        let rcvbuf = spec.rcvbuf.map_or(4096, |asked| asked.try_into().unwrap());
        let place = peers::Place { address: address.into(), rcvbuf };
        peers::build(&spec.name, place, &spec.settings, spec.seed).map_err(|wrong| wrong.to_string())
    })
}

/// The modes with a wire that this machine offers, best first.
pub fn grounds() -> impl Iterator<Item = Ground> {
    // Trying them out takes a runtime, which no task may drop.
    let setups = std::thread::spawn(|| setups(2)).join().unwrap();
    setups.iter().filter(|setup| setup.mode != Mode::Loopback).map(|setup| Ground {
        mode: setup.mode,
        helper: setup.helper.clone(),
        pool: None,
    })
}

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
