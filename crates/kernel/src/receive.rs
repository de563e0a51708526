//! The receiving half of a connection's end: its queue, what memory that costs, the window, and when it acknowledges.
//!
//! The rules are Linux's (`tcp_data_queue`, `__tcp_select_window`, `__tcp_ack_snd_check`). Simplified: fixed delays, and
//! an overfull queue is neither collapsed nor dropped. What comes behind a gap is in `reorder`.

mod window;

use std::collections::VecDeque;

use syscall::Micros;

use crate::acknowledge::SackBlocks;
use crate::reorder::OutOfOrder;
use crate::sizes::{
    ANSWER_TIME, BUFFER_MAX, DELAYED_ACK, DELAYED_ACK_FIRST, DELAYED_ACK_MAX, MAX_FRAGMENTS, MSS_DEFAULT,
    PAGE, QUIET, RCV_MSS_MIN, RCVBUF_FRESH, RCVBUF_MIN, SKB_OVERHEAD, wire_truesize,
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
    pub(crate) sack: SackBlocks,
}

/// The receiving half.
#[derive(Clone, Debug, Hash)]
pub(crate) struct ReceiveHalf {
    pub(crate) rcvbuf: u32,
    /// SO_RCVBUF was set, so the kernel leaves it alone.
    pub(crate) locked: bool,
    pub(crate) mss_limit: u32,
    /// Payload per memory, in 256ths (`scaling_ratio`).
    ratio: u32,
    window_scale: u8,
    window_clamp: u32,
    slow_start: u32,
    queue: VecDeque<Queued>,
    /// What has come behind a gap.
    later: OutOfOrder,
    /// Memory charged (`sk_rmem_alloc`).
    pub(crate) charged: u32,
    /// Memory of segments that wait until a call lets the socket go (`sk_backlog.len`).
    pub(crate) backlog: u32,
    forward: u32,
    pub(crate) rcv_nxt: u64,
    rcv_wup: u64,
    rcv_wnd: u32,
    /// Read by the program (`copied_seq`).
    pub(crate) copied: u64,
    pub(crate) rcv_mss: u32,
    last_len: u32,
    quick_acks: u32,
    learnt_delay: bool,
    ack_scheduled: bool,
    pub(crate) ack_due: Option<Micros>,
    /// An acknowledgement waits until the call in progress lets the socket go.
    pub(crate) ack_deferred: bool,
    /// A short segment came that the program should see: the answer may be all that it waits for.
    pushed: bool,
    /// Two of them.
    pushed_twice: bool,
    /// This end answers what it gets (pingpong): acknowledgements wait for the answer.
    pub(crate) conversing: bool,
    /// An acknowledgement must not wait: a gap is there, or was filled.
    urgent: bool,
    fast_path: bool,
    duplicates: u32,
    last_data_at: Micros,
    /// The other end has finished.
    pub(crate) fin: bool,
    /// What its FIN is charged, when it came alone and is not read.
    fin_charged: u32,
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
            later: OutOfOrder::default(),
            charged: 0,
            backlog: 0,
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
            pushed_twice: false,
            conversing: false,
            urgent: false,
            fast_path: true,
            duplicates: 0,
            last_data_at: 0,
            fin: false,
            fin_charged: 0,
        }
    }

    /// As it is seen from now on, where the stream begins at `base`; `shared` is the sender's buffer that the last of the
    /// queue shares memory with. A state that behaves alike is equal.
    pub(crate) fn relative(&self, base: u64, shared: Option<u32>, now: Micros) -> Self {
        let mut half = self.clone();
        for seq in [&mut half.rcv_nxt, &mut half.rcv_wup, &mut half.copied] {
            *seq = seq.wrapping_sub(base);
        }
        half.later.begin_at(base);
        for queued in &mut half.queue {
            queued.from = None;
        }
        if let Some(tail) = half.queue.back_mut() {
            tail.from = shared;
        }
        half.ack_due = half.ack_due.map(|due| due.wrapping_sub(now));
        // After a quiet time, how long it was does not matter.
        let quiet = (now - half.last_data_at).min(QUIET.max(ANSWER_TIME) + 1);
        half.last_data_at = if half.learnt_delay { quiet } else { 0 };
        half
    }

    /// SO_RCVBUF: doubled, between the floor and the cap; from now on the kernel leaves it alone.
    pub(crate) fn set_rcvbuf(&mut self, asked: u32) {
        self.rcvbuf = (2 * asked.min(BUFFER_MAX)).max(RCVBUF_MIN);
        self.locked = true;
    }

    /// Whether what has come behind the last gap ends there.
    pub(crate) fn has_come_up_to(&self, seq: u64) -> bool {
        self.later.end() == Some(seq)
    }

    /// The number that has to come next; a FIN counts as one.
    pub(crate) const fn next_expected(&self) -> u64 {
        self.rcv_nxt + self.fin as u64
    }

    fn more_quick_acks(&mut self) {
        let segments = self.rcv_wnd / (2 * self.rcv_mss);
        let quick = if segments == 0 { 2 } else { segments };
        self.quick_acks = self.quick_acks.max(quick.min(16));
    }

    /// Something came twice, or where it cannot be: the other end has to know at once (`tcp_enter_quickack_mode`).
    pub(crate) fn answer_at_once(&mut self) {
        self.ack_scheduled = true;
        self.conversing = false;
        self.more_quick_acks();
    }

    /// TCP_QUICKACK was switched off before `connect`: the handshake's last acknowledgement waits for data to go with
    /// (`tcp_rcv_synsent_state_process`). Answers whether it does.
    pub(crate) fn delay_first_ack(&mut self, now: Micros) -> bool {
        if self.conversing {
            self.answer_at_once();
            self.learnt_delay = true;
            self.ack_due = Some(now + DELAYED_ACK_MAX);
        }
        self.ack_due.is_some()
    }

    /// This end has sent data (`tcp_event_data_sent`).
    pub(crate) fn data_sent(&mut self, now: Micros) {
        if self.learnt_delay && now - self.last_data_at < ANSWER_TIME {
            self.conversing = true;
        }
    }

    /// Data has arrived; answers how many bytes were taken.
    pub(crate) fn data(&mut self, mut data: Incoming, now: Micros) -> u32 {
        self.ack_scheduled = true;
        let end = data.seq + u64::from(data.len);
        if end <= self.rcv_nxt {
            self.duplicates = 1;
            self.answer_at_once();
            return 0;
        }
        if self.fin || (data.seq > self.rcv_nxt && data.seq >= self.promised_edge()) {
            self.answer_at_once();
            return 0;
        }
        if data.seq > self.rcv_nxt {
            return self.keep_for_later(data, now);
        }
        let whole = data.len;
        data.len = (end - self.rcv_nxt) as u32;
        if data.len < whole {
            self.duplicates = 1;
        }
        let truesize = truesize(data.len, data.wire);
        if !(self.fast_path && truesize <= self.forward) {
            if self.current_window() == 0 {
                self.answer_at_once();
                return 0;
            }
            self.take_pages(truesize);
        }
        self.enqueue(data, truesize);
        self.rcv_nxt += u64::from(data.len);
        self.take_from_later();
        if self.rcv_wnd > 0 && self.charged < self.rcvbuf {
            self.fast_path = true;
        }
        self.note_arrival(data, truesize, now);
        data.len
    }

    fn take_pages(&mut self, truesize: u32) {
        if truesize > self.forward {
            self.forward += (truesize - self.forward).next_multiple_of(PAGE);
        }
    }

    /// Learn from what was queued (`tcp_event_data_recv`).
    fn note_arrival(&mut self, data: Incoming, truesize: u32, now: Micros) {
        self.measure_segment(data, truesize);
        if !self.learnt_delay || now - self.last_data_at > QUIET {
            self.more_quick_acks();
            self.learnt_delay = true;
        }
        self.last_data_at = now;
        if data.len >= 128 {
            self.grow_window(data.len);
        }
    }

    /// Data behind a gap: kept, as far as there is memory, and told at once (`tcp_data_queue_ofo`).
    fn keep_for_later(&mut self, data: Incoming, now: Micros) -> u32 {
        self.urgent = true;
        self.fast_path = false;
        if self.charged > self.rcvbuf {
            return 0;
        }
        let truesize = truesize(data.len, data.wire);
        let Some(freed) = self.later.insert(data.seq, data.len, truesize) else {
            self.duplicates = 1;
            return 0;
        };
        self.take_pages(truesize);
        self.charged = self.charged + truesize - freed;
        self.forward -= truesize;
        self.note_arrival(data, truesize, now);
        data.len
    }

    /// A gap was filled: what came behind it is in order now (`tcp_ofo_queue`).
    fn take_from_later(&mut self) {
        if self.later.is_empty() {
            return;
        }
        while let Some(next) = self.later.next(self.rcv_nxt) {
            if next.end <= self.rcv_nxt {
                self.charged -= next.truesize;
            } else {
                let len = (next.end - self.rcv_nxt) as u32;
                self.queue.push_back(Queued { len, truesize: next.truesize, fragments: 1, from: None });
                self.rcv_nxt = next.end;
            }
        }
        self.urgent = true;
    }

    /// The other end's FIN is at `end`; answers whether everything before it has come, for the first time.
    pub(crate) fn fin_at(&mut self, end: u64) -> bool {
        if !self.fin {
            self.later.fin = Some(end);
        }
        self.fin_has_come()
    }

    /// A FIN without data takes a buffer of its own, unless it joins the last of the queue.
    pub(crate) fn charge_fin(&mut self, tail_shared: bool, wire: bool) {
        if self.queue.is_empty() || (tail_shared && !wire) {
            self.fin_charged = truesize(0, wire);
            self.charged += self.fin_charged;
        }
    }

    /// The program has come to the end.
    pub(crate) fn read_fin(&mut self) {
        self.charged -= std::mem::take(&mut self.fin_charged);
    }

    /// Whether everything up to the other end's FIN has come, for the first time.
    pub(crate) fn fin_has_come(&self) -> bool {
        !self.fin && self.later.fin == Some(self.rcv_nxt)
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

    /// What the sender's segments may be like, before any has come (`tcp_initialize_rcv_mss`).
    pub(crate) fn guess_mss(&mut self, own: u32) {
        self.rcv_mss = own.clamp(RCV_MSS_MIN, MSS_DEFAULT);
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
            self.note_pushed(data.push);
        } else {
            if size >= MSS_DEFAULT - 12 || (size >= 76 && !data.push) {
                self.last_len = size;
                if size == previous {
                    self.rcv_mss = size;
                }
            }
            self.note_pushed(self.last_len != size || size != previous);
        }
    }

    const fn note_pushed(&mut self, pushed: bool) {
        self.pushed_twice |= pushed && self.pushed;
        self.pushed |= pushed;
    }

    /// The other end's FIN has arrived behind the last byte. Only an end that may still send waits for its answer
    /// (`tcp_fin`).
    pub(crate) fn finish(&mut self, may_answer: bool) {
        self.fin = true;
        self.ack_scheduled = true;
        self.conversing |= may_answer;
    }

    /// Whether what has arrived is acknowledged now; else its timer is set (`__tcp_ack_snd_check`).
    pub(crate) fn ack_check(&mut self, now: Micros) -> AckWhen {
        if !self.ack_scheduled {
            return AckWhen::No;
        }
        let unacknowledged = self.next_expected() - self.rcv_wup;
        let open = |half: &mut Self| half.rcv_nxt <= half.copied || half.select_window() >= half.rcv_wnd;
        // In this order: choosing a window may end the quick acknowledgements.
        let much = unacknowledged > u64::from(self.rcv_mss) && open(self);
        if much || (self.quick_acks > 0 && !self.conversing) || self.urgent {
            return AckWhen::Now;
        }
        if self.ack_due.is_none() {
            self.ack_due = Some(now + if self.learnt_delay { DELAYED_ACK } else { DELAYED_ACK_FIRST });
        }
        AckWhen::No
    }

    /// The delayed acknowledgement goes out: this end did not answer in time (`tcp_delack_timer_handler`).
    pub(crate) fn stop_delaying(&mut self) {
        self.ack_due = None;
        self.conversing = false;
    }

    /// TCP_QUICKACK: acknowledge at once while that is granted, or again with the answers (`__tcp_sock_set_quickack`).
    /// What waits to be acknowledged is looked at as if the program had read; an even number is for that alone.
    pub(crate) fn set_quick(&mut self, value: i32, open: bool, shut: bool) -> AckWhen {
        self.conversing = value == 0;
        if value == 0 || !open || !self.ack_scheduled {
            return AckWhen::No;
        }
        self.pushed = true;
        let ack = self.ack_for_reader(true, shut);
        self.conversing = value & 1 == 0;
        ack
    }

    /// Whether acknowledgements go out at once: what TCP_QUICKACK tells.
    pub(crate) const fn is_quick(&self) -> bool {
        !self.conversing
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

    /// Nobody will read what is there.
    pub(crate) fn forget_unread(&mut self) {
        self.queue.clear();
        (self.charged, self.fin_charged) = (0, 0);
        self.copied = self.rcv_nxt;
    }

    /// The program reads up to `len` bytes; answers how many and whether an acknowledgement is due at once. A buffer gives its memory back only when its last byte is read.
    pub(crate) fn read(&mut self, len: u32, shut: bool) -> (u32, AckWhen) {
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
        if read < len {
            self.read_fin();
        }
        (read, self.ack_for_reader(read > 0, shut))
    }

    /// Whether an acknowledgement is due now that the program has read, or has not (`tcp_cleanup_rbuf`).
    fn ack_for_reader(&mut self, read: bool, shut: bool) -> AckWhen {
        let behind = self.next_expected() - self.rcv_wup > u64::from(self.rcv_mss);
        let short = self.pushed_twice || (self.pushed && !self.conversing);
        let mut now = self.ack_scheduled && (behind || (read && short && self.charged == 0));
        if read && !now && 2 * self.current_window() <= self.window_clamp && !self.fin && !shut {
            let window = self.select_window();
            now = window > 0 && window >= 2 * self.current_window();
        }
        if now { AckWhen::Now } else { AckWhen::No }
    }

    /// Forget what is unread: no program has the socket open any more.
    pub(crate) fn purge_queue(&mut self) {
        self.queue.clear();
        self.later.clear();
        (self.charged, self.fin_charged) = (0, 0);
    }
}

/// The memory that data costs as it arrives.
pub(crate) const fn truesize(len: u32, over_wire: bool) -> u32 {
    if over_wire { wire_truesize(len) } else { SKB_OVERHEAD + len }
}
