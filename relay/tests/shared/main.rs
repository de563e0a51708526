//! Labs that sessions share, over real WebSockets: two learners as each other's client and server, and a class on one select server.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod class;
#[path = "../common/mod.rs"]
mod common;
mod mate;
mod pair;
