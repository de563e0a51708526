//! The other ends that lessons talk to, as programs.
//!
//! A peer is a [`Program`](syscall::Program): it makes calls and is resumed with their outcomes, and knows nothing of
//! who performs them. So one source serves the simulated kernel, the real one, and comparisons of both. [`CATALOGUE`] says
//! what each does and what can be set; [`build`] makes one. The same place, settings and seed, resumed with the same
//! outcomes, make the same calls.
//!
//! Descriptor 0 is a peer's control channel: a stream of text lines from whoever runs it.
//!
//! - `catalogue`, `wrong`, `peer`: what there is, what may be wrong with an order for it, and one of them.
//! - `listen`, `serve`: a listening socket, and one connection after another; each of these peers is a `serve::Handler`.
//! - `chat`, `dialler`: peers with several connections at once.
//! - `calls`, `output`, `messages`, `orders`: what several of them use.

mod calculator;
mod calls;
mod catalogue;
mod chat;
mod clumper;
mod dialler;
mod dribbler;
mod echo;
mod greedy;
mod half_closer;
mod http;
mod listen;
mod messages;
mod orders;
mod output;
mod peer;
mod resetter;
mod serve;
mod sleepy;
mod slow_accepter;
mod splitter;
mod vanisher;
mod wrong;

pub use catalogue::{About, CATALOGUE, Setting, about, listens, names};
pub use listen::Place;
pub use peer::{Peer, build};
pub use wrong::Wrong;

/// A peer's control channel.
pub const CONTROL: syscall::Fd = syscall::Fd(0);
