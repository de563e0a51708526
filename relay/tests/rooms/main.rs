//! Rooms over real WebSockets: a class from its opening to its end, and attacks on it.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod attacks;
#[path = "../common/mod.rs"]
mod common;
mod faults;
mod life;
mod person;
