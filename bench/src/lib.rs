//! Workloads that are the same natively and in wasm: a whole partial send, again and again; an exchange; copies.

pub mod crowd;
pub mod exchange;
pub mod explore;
pub mod fork;

use syscall::What;
use world::{Scenario, World};

/// The scenario that is run: 20,000 bytes over an Ethernet cable to a reader who is busy first.
const SCENARIO: &str = include_str!("../../crates/world/tests/fixtures/partial-send.toml");
/// No run of the scenario is nearly so long; a world that never ends must not hang the measurement.
const MOST_STEPS: u32 = 10_000;

/// Runs the scenario so many times by its default choices; how many system calls have ended.
pub fn simulate(runs: u32) -> u64 {
    let scenario: Scenario = toml::from_str(SCENARIO).expect("the fixture is a scenario");
    let mut calls = 0;
    for _ in 0..runs {
        let mut world = World::new(&scenario).expect("the fixture has no mistakes");
        let mut steps = 0;
        while world.step() && steps < MOST_STEPS {
            steps += 1;
        }
        calls +=
            world.events().iter().filter(|event| matches!(event.what, What::Returned { .. })).count() as u64;
    }
    calls
}

/// [`exchange::ours`] for a host that knows no Rust.
#[cfg(target_arch = "wasm32")]
// SAFETY: no other symbol of this name is linked in.
#[unsafe(no_mangle)]
pub extern "C" fn ours_in_wasm(turns: u32) {
    exchange::ours(turns);
}

/// [`exchange::smoltcp`] for a host that knows no Rust.
#[cfg(target_arch = "wasm32")]
// SAFETY: no other symbol of this name is linked in.
#[unsafe(no_mangle)]
pub extern "C" fn smoltcp_in_wasm(turns: u32) {
    exchange::smoltcp(turns);
}

/// [`fork::copies`] for a host that knows no Rust.
#[cfg(target_arch = "wasm32")]
// SAFETY: no other symbol of this name is linked in.
#[unsafe(no_mangle)]
pub extern "C" fn copies_in_wasm(times: u32) {
    fork::copies(times);
}

/// [`explore::states`] for a host that knows no Rust.
#[cfg(target_arch = "wasm32")]
// SAFETY: no other symbol of this name is linked in.
#[unsafe(no_mangle)]
pub extern "C" fn states_in_wasm(size: u32, most: u32) -> u32 {
    explore::states(size, u64::from(most)) as u32
}

/// [`simulate`] for a host that knows no Rust; calls beyond 2^32 wrap.
#[cfg(target_arch = "wasm32")]
// SAFETY: no other symbol of this name is linked in.
#[unsafe(no_mangle)]
pub extern "C" fn simulate_in_wasm(runs: u32) -> u32 {
    simulate(runs) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_run_makes_the_same_calls() {
        let once = simulate(1);
        assert!(once > 10, "a whole partial send makes more than {once} calls");
        assert_eq!(simulate(3), 3 * once);
    }
}
