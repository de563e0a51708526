//! The simulated kernel: hosts, sockets, TCP and the wire between them, as plain data.
//!
//! It answers the calls of crate `syscall` as Linux does, with Linux's own buffer rules, so that counts come out as
//! measured: exactly on loopback, and over a wire as far as `tests/golden` says. It has no clock, no thread and no
//! randomness: the driver says what happens next ([`Kernel`] tells the order of use), and the same order gives the same
//! events everywhere.
//!
//! How far it agrees with Linux 6.18 (bbr, x86-64):
//! - on loopback every row of `tests/golden`: sends, SIOCOUTQ, SIOCINQ; draining and small sends too;
//! - over a wire of MTU 1500 the first sends of every row with buffers that were set, and six of the eight rows whole.
//!   8192/8192 takes one segment less later, because Linux's tail-loss probe, absent here, lets its congestion window
//!   grow by one; 65536/65536 differs in what follows the first sends; default buffers, which Linux resizes by what it
//!   measures, do not agree;
//! - what a packet from a wire costs the receiver is a fitted figure (`sizes::wire_truesize`).
//!
//! - `table`, `files`: what is open, shared between copies; `kernel`: hosts, processes and the log; `drive`: what a driver does with them; `info`: what may be read from outside.
//! - `calls`, `transfer`, `options`, `ready`: what each call does and waits for.
//! - `output`, `tcp`: segments out and in, states; `send`, `receive`: the two halves of an end, with Linux's bookkeeping.
//! - `sizes`: every size and time that is Linux's and not ours.
//!
//! Deliberately absent: loss and retransmission (but for a SYN that a full listener ignored), tail-loss probes,
//! pacing, a receive buffer that grows by itself, datagrams, `dup`, `fork`, pipes. Such calls answer ENOSYS.

mod acknowledge;
mod bind;
mod calls;
mod close;
mod connect;
mod drive;
mod files;
mod future;
mod handshake;
mod hosts;
mod info;
mod kernel;
mod local;
mod options;
mod output;
mod pipe;
mod process;
mod profile;
mod ready;
mod receive;
mod recovery;
mod reorder;
mod rtt;
mod send;
mod sizes;
mod socket;
mod stream;
mod table;
mod tcp;
mod timers;
mod transfer;
mod wire;

pub use crate::info::{EndInfo, FileKind, InFlight, ListenerInfo, SocketInfo, StreamInfo};
pub use crate::kernel::{Kernel, Network};
pub use crate::timers::Timer;
