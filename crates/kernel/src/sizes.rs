//! Sizes and times of the kernel that is simulated: Linux 6.18 on x86-64 with 4 KiB pages and bbr.
//!
//! Memory is what a buffer is *charged*: payload and bookkeeping. All sizes are bytes, all times microseconds.

use syscall::Micros;

/// What a buffer costs beyond its payload: 256 of head, 256 of `struct sk_buff`, 320 of `struct skb_shared_info`.
pub(crate) const SKB_OVERHEAD: u32 = 832;
/// `struct sk_buff` alone.
pub(crate) const SK_BUFF: u32 = 256;
/// `struct skb_shared_info`.
pub(crate) const SHARED_INFO: u32 = 320;
/// Most page fragments of one buffer (`MAX_SKB_FRAGS`).
pub(crate) const MAX_FRAGMENTS: u32 = 17;
/// Memory is taken from the system by the page.
pub(crate) const PAGE: u32 = 4096;

/// Largest segment on loopback: MTU 65535, less 40 bytes of headers and 12 of time stamps.
pub(crate) const LOOPBACK_MSS: u32 = 65483;
/// Bytes of IP and TCP headers with the time-stamp option.
pub(crate) const HEADERS: u32 = 52;
/// Bytes of the time-stamp option, which a SYN's window computation does not subtract.
pub(crate) const TIMESTAMP_OPTION: u32 = 12;
/// Most payload that one output pass hands to the device at once.
pub(crate) const GSO_PAYLOAD: u32 = 65343;
/// A packet with its link header must stay below this, or it is cut into segments in software.
pub(crate) const GSO_LIMIT: u32 = 65536;
/// Link and network headers that count against [`GSO_LIMIT`].
pub(crate) const LINK_HEADERS: u32 = 66;
/// The receiver's first guess at the sender's segment size (`TCP_MSS_DEFAULT`).
pub(crate) const MSS_DEFAULT: u32 = 536;

/// The least that the receiver guesses (`TCP_MIN_MSS`).
pub(crate) const RCV_MSS_MIN: u32 = 88;

/// Smallest SO_SNDBUF (`SOCK_MIN_SNDBUF`).
pub(crate) const SNDBUF_MIN: u32 = 4608;
/// Smallest SO_RCVBUF (`SOCK_MIN_RCVBUF`).
pub(crate) const RCVBUF_MIN: u32 = 2304;
/// Largest value that may be asked for (`wmem_max`, `rmem_max`), before doubling.
pub(crate) const BUFFER_MAX: u32 = 4_194_304;
/// SO_SNDBUF of a fresh socket.
pub(crate) const SNDBUF_FRESH: u32 = 16_384;
/// SO_SNDBUF that a loopback connection grows to by itself; constant here, though Linux grows it by what it measures.
pub(crate) const SNDBUF_LOOPBACK: u32 = 4_194_304;
/// SO_SNDBUF that a connection over a wire starts with: 3 x 10 segments of 4096 and 256 bytes of bookkeeping.
pub(crate) const SNDBUF_WIRE: u32 = 130_560;
/// SO_RCVBUF of a fresh socket.
pub(crate) const RCVBUF_FRESH: u32 = 131_072;
/// Largest receive window without the window-scale option.
pub(crate) const WINDOW_UNSCALED_MAX: u32 = 65_535;
/// Largest receive buffer by itself (`tcp_rmem[2]`): decides the window scale.
pub(crate) const RMEM_MAX: u32 = 33_554_432;
/// The congestion window of a fresh connection, in segments.
pub(crate) const INITIAL_CWND: u32 = 10;
/// New buffers after which a sending call looks at the acknowledgements that have come in meanwhile.
pub(crate) const BACKLOG_EVERY: u32 = 16;

/// Delay of an acknowledgement that nothing makes urgent. Linux: 40 to 44 ms.
pub(crate) const DELAYED_ACK: Micros = 42_000;
/// The same before any data has come, when no delay has been learnt yet: one tick.
pub(crate) const DELAYED_ACK_FIRST: Micros = 2_000;
/// The longest delay of an acknowledgement (`TCP_DELACK_MAX`).
pub(crate) const DELAYED_ACK_MAX: Micros = 200_000;
/// A tick of the kernel's clock (CONFIG_HZ=250): timers are rounded up to it, SO_RCVTIMEO and SO_SNDTIMEO are whole ticks.
pub(crate) const TICK: Micros = 4_000;
/// The wait for an acknowledgement before a round trip was measured (`TCP_TIMEOUT_INIT`).
pub(crate) const RTO_FIRST: Micros = 1_000_000;
/// What is added to the round trip at least (`TCP_RTO_MIN`).
pub(crate) const RTO_MIN: Micros = 200_000;
/// Longest wait for an acknowledgement, and between probes of a closed window (`TCP_RTO_MAX`).
pub(crate) const RTO_MAX: Micros = 120_000_000;
/// How long the last of several segments may stay unacknowledged before a probe, beyond two round trips. Linux on
/// loopback: 8 to 12 ms.
pub(crate) const TAIL_PROBE: Micros = 10_000;
/// How long a segment that was overtaken may stay missing, beyond a quarter of a round trip.
pub(crate) const REORDERING: Micros = 4_000;
/// Segments that must have overtaken one that is taken for lost.
pub(crate) const DUPLICATE_THRESHOLD: u32 = 3;
/// How often data is sent again before the connection is given up (`tcp_retries2`).
pub(crate) const RETRIES: u32 = 15;
/// The same when no program has the socket open (`tcp_orphan_retries`).
pub(crate) const ORPHAN_RETRIES: u32 = 8;
/// How often a SYN is sent again before connect gives up (`tcp_syn_retries`), the linear ones aside.
pub(crate) const SYN_RETRIES: u32 = 6;
/// How often a SYN is sent again before its wait is doubled (`tcp_syn_linear_timeouts`).
pub(crate) const SYN_LINEAR: u32 = 4;
/// How often a SYN-ACK is sent again before the half-open connection is forgotten (`tcp_synack_retries`).
pub(crate) const SYN_ACK_RETRIES: u32 = 5;
/// Idle time before the first keepalive probe, in seconds (`tcp_keepalive_time`).
pub(crate) const KEEPALIVE_IDLE: u32 = 7_200;
/// Time between keepalive probes, in seconds (`tcp_keepalive_intvl`).
pub(crate) const KEEPALIVE_INTERVAL: u32 = 75;
/// Unanswered keepalive probes before the connection is dropped (`tcp_keepalive_probes`).
pub(crate) const KEEPALIVE_COUNT: u32 = 9;
/// After data has come, how soon an answer must go out to make the exchange a conversation, in which acknowledgements
/// wait for the answer (`TCP_ATO_MIN`).
pub(crate) const ANSWER_TIME: Micros = 40_000;
/// TIME-WAIT, and how long an end that nobody has open waits in FIN-WAIT-2.
pub(crate) const TIME_WAIT: Micros = 60_000_000;
/// Silence after which acknowledgements are quick again: one retransmission time-out.
pub(crate) const QUIET: Micros = 200_000;

/// RLIMIT_NOFILE: every descriptor of a process is below it.
pub(crate) const DESCRIPTOR_LIMIT: i32 = 1024;
/// Ports given to sockets that have not asked for one (`ip_local_port_range`), both ends included.
pub(crate) const FIRST_EPHEMERAL_PORT: u16 = 32_768;
/// The last of them.
pub(crate) const LAST_EPHEMERAL_PORT: u16 = 60_999;
/// Where a fresh host begins to give ports.
pub(crate) const NEXT_EPHEMERAL_PORT: u16 = 40_000;
/// The first port that needs no privilege (`ip_unprivileged_port_start`).
pub(crate) const UNPRIVILEGED_PORT_START: u16 = 1024;

/// Pages that a pipe holds (`pipe(7)`: 64 KiB).
pub(crate) const PIPE_PAGES: usize = 16;
/// SO_SNDBUF and SO_RCVBUF of a fresh socket that is not TCP's (`wmem_default`, `rmem_default`).
pub(crate) const BUFFER_DEFAULT: u32 = 212_992;

/// Memory charged for a packet that came over a wire with `payload` bytes: the packet, 64 bytes of headroom and the
/// shared info in a block of a power of two, and the `sk_buff`. Such buffers are not joined in the receive queue.
///
/// Fitted: 2304 bytes at 1448 and 1280 at 576 reproduce what was measured over the lab's wire.
pub(crate) const fn wire_truesize(payload: u32) -> u32 {
    (payload + HEADERS + 64 + SHARED_INFO).next_power_of_two() + SK_BUFF
}

/// Rounded up to the kernel's clock.
pub(crate) const fn ticks(time: Micros) -> Micros {
    time.div_ceil(TICK) * TICK
}

/// How long data may be sent again in vain, when the number of retries is `retries`: as if each wait were twice the one
/// before, from [`RTO_MIN`] to [`RTO_MAX`] (`tcp_model_timeout`).
pub(crate) const fn patience(retries: u32) -> Micros {
    let doublings = (RTO_MAX / RTO_MIN).ilog2();
    if retries <= doublings {
        ((2 << retries) - 1) * RTO_MIN
    } else {
        ((2 << doublings) - 1) * RTO_MIN + (retries - doublings) as u64 * RTO_MAX
    }
}
