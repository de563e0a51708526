//! The receiving half of a connection's end: its queue, what memory that costs, the window, and when it acknowledges.
//!
//! The rules are Linux's (`tcp_data_queue`, `__tcp_select_window`, `__tcp_ack_snd_check`). Simplified: fixed delays, and
//! an overfull queue is neither collapsed nor dropped.

use std::collections::VecDeque;

use syscall::Micros;

use crate::sizes::{
    BUFFER_MAX, DELAYED_ACK, DELAYED_ACK_FIRST, MAX_FRAGMENTS, MSS_DEFAULT, PAGE, QUIET, RCVBUF_FRESH,
    RCVBUF_MIN, RMEM_MAX, SKB_OVERHEAD, WINDOW_UNSCALED_MAX, wire_truesize,
};

/// Bytes in the receive queue.
#[derive(Clone, Debug, Hash)]
struct Queued {
    len: u32,
    truesize: u32,
    fragments: u32,
    /// The sender's buffer that it shares memory with, on loopback.
    from: Option<u32>,
}

/// Data as it arrives.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Incoming {
    pub(crate) seq: u64,
    pub(crate) len: u32,
    /// Segment size when several came as one; else 0.
    pub(crate) gso: u32,
    /// The sender's buffer, on loopback.
    pub(crate) skb: Option<u32>,
    pub(crate) push: bool,
    /// Whether the sender still shares the last buffer of the receive queue.
    pub(crate) tail_shared: bool,
    /// Whether it came over a wire, in a buffer of the device's own.
    pub(crate) wire: bool,
}

/// When to acknowledge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AckWhen {
    /// Nothing to acknowledge, or its timer runs already.
    No,
    /// At once.
    Now,
}

/// What a segment says of the receiving half of its sender.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stamp {
    pub(crate) ack: u64,
    pub(crate) window: u32,
    pub(crate) duplicates: u32,
}

/// The receiving half.
#[derive(Clone, Debug, Hash)]
pub(crate) struct ReceiveHalf {
    pub(crate) rcvbuf: u32,
    /// SO_RCVBUF was set, so the kernel leaves it alone.
    pub(crate) locked: bool,
    mss_limit: u32,
    /// Payload per memory, in 256ths (`scaling_ratio`).
    ratio: u32,
    window_scale: u8,
    window_clamp: u32,
    slow_start: u32,
    queue: VecDeque<Queued>,
    /// Memory charged (`sk_rmem_alloc`).
    pub(crate) charged: u32,
    forward: u32,
    pub(crate) rcv_nxt: u64,
    rcv_wup: u64,
    rcv_wnd: u32,
    /// Read by the program (`copied_seq`).
    pub(crate) copied: u64,
    rcv_mss: u32,
    last_len: u32,
    quick_acks: u32,
    learnt_delay: bool,
    ack_scheduled: bool,
    pub(crate) ack_due: Option<Micros>,
    /// An acknowledgement waits until the call in progress lets the socket go.
    pub(crate) ack_deferred: bool,
    pushed: bool,
    fast_path: bool,
    duplicates: u32,
    last_data_at: Micros,
    /// The other end has finished.
    pub(crate) fin: bool,
}

impl ReceiveHalf {
    pub(crate) fn new() -> Self {
        Self {
            rcvbuf: RCVBUF_FRESH,
            locked: false,
            mss_limit: MSS_DEFAULT,
            ratio: 128,
            window_scale: 0,
            window_clamp: 0,
            slow_start: 0,
            queue: VecDeque::new(),
            charged: 0,
            forward: 0,
            rcv_nxt: 0,
            rcv_wup: 0,
            rcv_wnd: 0,
            copied: 0,
            rcv_mss: MSS_DEFAULT,
            last_len: 0,
            quick_acks: 0,
            learnt_delay: false,
            ack_scheduled: false,
            ack_due: None,
            ack_deferred: false,
            pushed: false,
            fast_path: true,
            duplicates: 0,
            last_data_at: 0,
            fin: false,
        }
    }

    /// SO_RCVBUF: doubled, between the floor and the cap; from now on the kernel leaves it alone.
    pub(crate) fn set_rcvbuf(&mut self, asked: u32) {
        self.rcvbuf = (2 * asked.min(BUFFER_MAX)).max(RCVBUF_MIN);
        self.locked = true;
    }

    /// Choose the first window (`tcp_select_initial_window`); answers it as a SYN carries it. `advertised` is the
    /// segment size that its computation starts from.
    pub(crate) fn open(&mut self, advertised: u32, mss_limit: u32) -> u32 {
        self.mss_limit = mss_limit;
        let full = self.window(self.rcvbuf);
        let clamp = if self.locked { full } else { WINDOW_UNSCALED_MAX << 14 };
        self.rcv_wnd = if full > advertised { full / advertised * advertised } else { full };
        let top = full.max(RMEM_MAX).min(clamp);
        self.window_scale = (32 - top.leading_zeros()).saturating_sub(16).min(14) as u8;
        self.window_clamp = clamp.min(WINDOW_UNSCALED_MAX << self.window_scale).min(full);
        if self.window_clamp > 2 * mss_limit && self.window_clamp + mss_limit > full {
            self.window_clamp = (2 * mss_limit).max(full.saturating_sub(mss_limit));
        }
        self.slow_start = self.rcv_wnd.min(self.window_clamp);
        self.rcv_wnd.min(WINDOW_UNSCALED_MAX)
    }

    /// How much window this much memory is worth.
    fn window(&self, memory: u32) -> u32 {
        ((u64::from(memory) * u64::from(self.ratio)) >> 8) as u32
    }

    fn free_window(&self) -> u32 {
        self.window(self.rcvbuf.saturating_sub(self.charged))
    }

    /// What is left of the promised window.
    fn current_window(&self) -> u32 {
        (self.rcv_wup + u64::from(self.rcv_wnd)).saturating_sub(self.rcv_nxt) as u32
    }

    /// Where the promised window ends.
    pub(crate) const fn promised_edge(&self) -> u64 {
        self.rcv_wup + self.rcv_wnd as u64
    }

    /// Whether a probe would be told that there is no room.
    pub(crate) fn would_promise_nothing(&self) -> bool {
        self.current_window() == 0 && self.clone().select_window() == 0
    }

    fn scale_up(&self, window: u32) -> u32 {
        window.next_multiple_of(1 << self.window_scale)
    }

    /// The window to advertise (`__tcp_select_window`).
    fn select_window(&mut self) -> u32 {
        let mut free = self.free_window();
        let allowed = self.window(self.rcvbuf);
        let full = self.window_clamp.min(allowed);
        let mss = self.rcv_mss.min(full);
        if free < full / 2 {
            self.quick_acks = 0;
            free = free >> self.window_scale << self.window_scale;
            if free < allowed / 16 || free < mss {
                return 0;
            }
        }
        free = free.min(self.slow_start);
        if self.window_scale > 0 {
            return self.scale_up(free);
        }
        let current = self.rcv_wnd;
        if i64::from(current) <= i64::from(free) - i64::from(mss) || current > free {
            return free.checked_div(mss).map_or(free, |whole| whole * mss);
        }
        if mss == full && free > current + full / 2 {
            return free;
        }
        current
    }

    /// What any segment sent now says: everything so far is acknowledged with it.
    pub(crate) fn stamp(&mut self) -> Stamp {
        let current = self.current_window();
        let mut window = self.select_window();
        if window < current {
            window = self.scale_up(current);
        }
        self.rcv_wnd = window;
        self.rcv_wup = self.rcv_nxt;
        self.ack_scheduled = false;
        self.ack_due = None;
        self.pushed = false;
        self.quick_acks = self.quick_acks.saturating_sub(1);
        let told =
            window.min(WINDOW_UNSCALED_MAX << self.window_scale) >> self.window_scale << self.window_scale;
        if told == 0 {
            self.fast_path = false;
        }
        let duplicates = std::mem::take(&mut self.duplicates);
        Stamp { ack: self.rcv_nxt + u64::from(self.fin), window: told, duplicates }
    }

    fn more_quick_acks(&mut self) {
        let segments = self.rcv_wnd / (2 * self.rcv_mss);
        let quick = if segments == 0 { 2 } else { segments };
        self.quick_acks = self.quick_acks.max(quick.min(16));
    }

    /// Data has arrived; answers how many bytes were taken.
    pub(crate) fn data(&mut self, data: Incoming, now: Micros) -> u32 {
        self.ack_scheduled = true;
        if data.seq + u64::from(data.len) <= self.rcv_nxt {
            self.duplicates = 1;
            self.more_quick_acks();
            return 0;
        }
        let truesize = if data.wire { wire_truesize(data.len) } else { SKB_OVERHEAD + data.len };
        if !(self.fast_path && truesize <= self.forward) {
            if self.current_window() == 0 {
                self.more_quick_acks();
                return 0;
            }
            if truesize > self.forward {
                self.forward += (truesize - self.forward).next_multiple_of(PAGE);
            }
        }
        self.enqueue(data, truesize);
        self.rcv_nxt += u64::from(data.len);
        if self.rcv_wnd > 0 && self.charged < self.rcvbuf {
            self.fast_path = true;
        }
        self.measure_segment(data, truesize);
        if !self.learnt_delay || now - self.last_data_at > QUIET {
            self.more_quick_acks();
            self.learnt_delay = true;
        }
        self.last_data_at = now;
        if data.len >= 128 {
            self.grow_window(data.len);
        }
        data.len
    }

    /// Put it behind the others, joined to the last where that can be (`tcp_try_coalesce`).
    fn enqueue(&mut self, data: Incoming, truesize: u32) {
        let joined = self
            .queue
            .back_mut()
            .filter(|tail| !data.wire && !data.tail_shared && tail.fragments < MAX_FRAGMENTS)
            .map(|tail| {
                tail.len += data.len;
                tail.truesize += data.len;
                tail.fragments += 1;
                data.len
            });
        let cost = joined.unwrap_or_else(|| {
            self.queue.push_back(Queued { len: data.len, truesize, fragments: 1, from: data.skb });
            truesize
        });
        self.charged += cost;
        self.forward = self.forward.saturating_sub(cost);
    }

    /// Learn the sender's segment size and how much memory a byte costs (`tcp_measure_rcv_mss`).
    fn measure_segment(&mut self, data: Incoming, truesize: u32) {
        let previous = std::mem::take(&mut self.last_len);
        let size = if data.gso > 0 { data.gso } else { data.len };
        if size >= self.rcv_mss {
            if size != self.rcv_mss {
                let old = self.ratio;
                self.ratio = (((u64::from(data.len)) << 8) / u64::from(truesize)).max(1) as u32;
                if old != self.ratio {
                    self.set_clamp(self.window(self.rcvbuf).max(RCVBUF_MIN / 2));
                }
            }
            self.rcv_mss = size.min(self.mss_limit);
            self.pushed |= data.push;
        } else {
            if size >= MSS_DEFAULT - 12 || (size >= 76 && !data.push) {
                self.last_len = size;
                if size == previous {
                    self.rcv_mss = size;
                }
            }
            if self.last_len != size || size != previous {
                self.pushed = true;
            }
        }
    }

    fn set_clamp(&mut self, clamp: u32) {
        if clamp < self.window_clamp {
            self.slow_start = self.slow_start.min(clamp);
        } else if clamp > self.window_clamp {
            self.slow_start = self.rcv_wnd.min(clamp).max(self.slow_start);
        }
        self.window_clamp = clamp;
    }

    fn grow_window(&mut self, len: u32) {
        let top = self.window_clamp.min(self.free_window());
        if top > self.slow_start {
            self.slow_start += (top - self.slow_start).min((2 * self.mss_limit).max(2 * len));
            self.quick_acks |= 1;
        }
    }

    /// The other end's FIN has arrived behind the last byte.
    pub(crate) fn finish(&mut self) {
        self.fin = true;
        self.ack_scheduled = true;
        self.quick_acks = 0;
    }

    /// Whether what has arrived is acknowledged now; else its timer is set (`__tcp_ack_snd_check`).
    pub(crate) fn ack_check(&mut self, now: Micros) -> AckWhen {
        if !self.ack_scheduled {
            return AckWhen::No;
        }
        let unacknowledged = self.rcv_nxt - self.rcv_wup;
        let open = |half: &mut Self| half.rcv_nxt <= half.copied || half.select_window() >= half.rcv_wnd;
        if (unacknowledged > u64::from(self.rcv_mss) && open(self)) || self.quick_acks > 0 {
            return AckWhen::Now;
        }
        if self.ack_due.is_none() {
            self.ack_due = Some(now + if self.learnt_delay { DELAYED_ACK } else { DELAYED_ACK_FIRST });
        }
        AckWhen::No
    }

    pub(crate) const fn ack_is_scheduled(&self) -> bool {
        self.ack_scheduled
    }

    /// The buffer of the sender that the last of the queue shares memory with.
    pub(crate) fn tail_from(&self) -> Option<u32> {
        self.queue.back().and_then(|tail| tail.from)
    }

    /// Bytes that wait to be read: SIOCINQ.
    pub(crate) const fn inq(&self) -> u64 {
        self.rcv_nxt - self.copied
    }

    /// The program reads up to `len` bytes; answers how many and whether an acknowledgement is due at once
    /// (`tcp_cleanup_rbuf`). A buffer gives its memory back only when its last byte is read.
    pub(crate) fn read(&mut self, len: u32) -> (u32, AckWhen) {
        let mut read = 0;
        while read < len {
            let Some(head) = self.queue.front_mut() else { break };
            let taken = head.len.min(len - read);
            head.len -= taken;
            read += taken;
            if head.len == 0 {
                let truesize = head.truesize;
                self.queue.pop_front();
                self.charged -= truesize;
                self.forward = (self.forward + truesize) % PAGE;
            }
        }
        self.copied += u64::from(read);
        let behind = self.rcv_nxt - self.rcv_wup > u64::from(self.rcv_mss);
        let mut now = self.ack_scheduled && (behind || (read > 0 && self.pushed && self.charged == 0));
        if read > 0 && !now && 2 * self.current_window() <= self.window_clamp && !self.fin {
            let window = self.select_window();
            now = window > 0 && window >= 2 * self.current_window();
        }
        (read, if now { AckWhen::Now } else { AckWhen::No })
    }

    /// Forget what is unread: no program has the socket open any more.
    pub(crate) fn purge_queue(&mut self) {
        self.queue.clear();
        self.charged = 0;
    }
}
