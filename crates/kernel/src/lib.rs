//! The simulated kernel: hosts, sockets, TCP and the wire between them, as plain data.
//!
//! It answers the calls of crate `syscall` as Linux does, with Linux's own buffer rules, so that counts come out as
//! measured: exactly on loopback, and over a wire as far as `tests/golden` says. It has no clock, no thread and no
//! randomness: the driver says what happens next ([`Kernel`] tells the order of use), and the same order gives the same
//! events everywhere.
//!
//! How far it agrees with Linux 6.18 (bbr, x86-64):
//! - on loopback every row of `tests/golden`: sends, SIOCOUTQ, SIOCINQ; draining and small sends too;
//! - over a wire of MTU 1500 the first sends of every row with buffers that were set, and seven of the eight rows whole.
//!   65536/65536 differs in what follows the first sends; default buffers, which Linux resizes by what it measures, do
//!   not agree;
//! - loss, reordering, time-outs, handshakes and endings as a real kernel was seen to do them over a wire that loses and
//!   delays chosen packets (`tests/tcp_*.rs`: the same segments, times within a few milliseconds);
//! - what a packet from a wire costs the receiver is a fitted figure (`sizes::wire_truesize`);
//! - what calls answer on fresh, failed, reset and closed sockets, pipes, pairs and datagram sockets: as the real kernel
//!   answered the same calls (`tests/calls.rs`, `tests/files.rs`, `tests/processes.rs`).
//!
//! - `kernel`: everything there is, and the log; `table`, `files`: what is open, shared between copies; `hosts`, `process`:
//!   names, ports, descriptors, signals. `drive`: what a driver does with them; `info`: what may be read from outside;
//!   `future`: the digest of what may still happen.
//! - `calls` hands each call to its file; `bind`, `connect`, `transfer`: TCP's; `udp`, `local`, `pipe`: the other kinds';
//!   `options`, `ready`: what all have; `profile`: calls that move fewer bytes than they could.
//! - `output`, `wire`: segments out, and what may become of them on the way; cables cut, hosts that die.
//! - `tcp`, `handshake`, `close`: segments in, states. `timers`: every timer.
//! - `send`, `acknowledge`, `recovery`, `rtt`: the sending half of an end; `receive`, `reorder`: the receiving half.
//! - `sizes`: every size and time that is Linux's and not ours. `order`: short lists put in order.
//!
//! Simplified: congestion control is bbr's start without its model, and what is under way is kept level during a repair;
//! reordering is not learnt, a time-out that was not needed is not undone; nothing is measured by time stamps; timers are
//! exact where Linux rounds to ticks; sequence numbers start at 0 and never wrap, and a segment knows its connection, so
//! that one of an older connection is never taken for one of a newer; a socket cannot connect to itself (ECONNREFUSED). Ports
//! that nobody asked for rise by two, from 40000 for `connect` and 40001 for `bind`, where Linux draws them by a keyed hash;
//! a connection in TIME-WAIT keeps its ports to the end. A datagram larger than the MTU travels as one, and ICMP's answer to
//! it takes no time; datagrams to an address that nobody has are lost in silence. Descriptors 0 to 2 are the terminal's,
//! and it is not simulated: they answer EBADF. Signals are three: one that is caught (without SA_RESTART), SIGPIPE,
//! SIGKILL. Time limits of options are rounded up to ticks, nothing else is.
//!
//! Deliberately absent: pacing, SYN cookies, urgent data, a receive buffer that grows by itself; IPv6 (EAFNOSUPPORT, as a
//! kernel without it); names of AF_UNIX sockets, so that only `socketpair` connects them and getsockname on one answers
//! EAFNOSUPPORT; multicast and broadcast; AF_UNSPEC; `wait`.

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
mod order;
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
mod udp;
mod wire;

pub use crate::hosts::Buffers;
pub use crate::info::{DatagramInFlight, EndInfo, FileKind, InFlight, ListenerInfo, SocketInfo, StreamInfo};
pub use crate::kernel::{Kernel, Network};
pub use crate::order::in_order;
pub use crate::timers::Timer;
