//! The sending half of a connection's end: what it holds, and what it may put on the wire.
//!
//! The rules are Linux's (`tcp_sendmsg`, `tcp_write_xmit`), so that counts come out as a real kernel's do. What an
//! acknowledgement frees, and what is sent again, is in `acknowledge` and `recovery`.

mod skb;

use std::collections::VecDeque;

use syscall::Micros;

pub(crate) use self::skb::{Emission, Skb};
use crate::recovery::{Episode, SendTimer};
use crate::rtt::RoundTrip;
use crate::sizes::{
    GSO_PAYLOAD, INITIAL_CWND, LOOPBACK_MSS, MSS_DEFAULT, SKB_OVERHEAD, SNDBUF_FRESH, SNDBUF_LOOPBACK,
    SNDBUF_WIRE,
};

/// Where this end's FIN is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Fin {
    /// The program may still send.
    None,
    /// Behind the last byte, unsent.
    Queued,
    /// Sent.
    Sent,
    /// Acknowledged.
    Acknowledged,
}

/// Which short segments are held back.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hold {
    /// None.
    Nothing,
    /// Nagle's algorithm in Minshall's form: one while another is unacknowledged.
    Nagle,
    /// Every one (TCP_CORK).
    Cork,
}

/// What limits an output pass.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pass {
    /// Everything that may go.
    All,
    /// The first buffer only.
    One,
}

/// The sending half.
#[derive(Clone, Debug, Hash)]
pub(crate) struct SendHalf {
    pub(crate) sndbuf: u32,
    /// SO_SNDBUF was set, so the kernel leaves it alone.
    pub(crate) locked: bool,
    pub(crate) nodelay: bool,
    pub(crate) corked: bool,
    /// TCP_USER_TIMEOUT; 0 is none.
    pub(crate) user_timeout: Micros,
    mss_limit: u32,
    pub(crate) mss: u32,
    /// The largest window the other end ever offered.
    pub(crate) max_window: u32,
    pub(crate) snd_wnd: u32,
    /// Sequence number of the segment that last told the window (`snd_wl1`).
    pub(crate) window_seq: u64,
    pub(crate) snd_una: u64,
    pub(crate) snd_nxt: u64,
    /// Behind the last byte the program has given (`write_seq`).
    pub(crate) write_seq: u64,
    pushed_seq: u64,
    pub(crate) unsent: VecDeque<Skb>,
    /// Sent and not acknowledged: what may have to be sent again.
    pub(crate) in_flight: VecDeque<Skb>,
    /// Segments in it (`packets_out`).
    pub(crate) segments_in_flight: u32,
    /// Of these, segments that are on the wire no more: arrived or lost, and not sent again.
    pub(crate) segments_gone: u32,
    /// Memory charged (`sk_wmem_queued`).
    pub(crate) queued: u32,
    pub(crate) cwnd: u32,
    pub(crate) delivered: u64,
    /// End of the last short segment that was sent (`snd_sml`).
    small_end: u64,
    pub(crate) fin: Fin,
    pub(crate) rtt: RoundTrip,
    /// When something has to be done if nothing is heard, and what.
    pub(crate) due: Option<(Micros, SendTimer)>,
    /// How often the wait was doubled.
    pub(crate) backoff: u32,
    /// Time-outs in a row.
    pub(crate) retransmits: u32,
    /// When data was first sent again for a time-out, since anything was acknowledged.
    pub(crate) retrying_since: Option<Micros>,
    /// Zero-window probes in a row without an answer, and since when the window is known to be closed.
    pub(crate) probes: u32,
    pub(crate) probing_since: Option<Micros>,
    /// Segments ever sent again.
    pub(crate) total_retransmitted: u32,
    /// A loss that is being repaired.
    pub(crate) episode: Option<Episode>,
    /// A tail-loss probe is unanswered; what it was sent behind.
    pub(crate) tail_probed: Option<u64>,
    out_of_space: bool,
    next_skb: u32,
}

impl SendHalf {
    pub(crate) fn new() -> Self {
        Self {
            sndbuf: SNDBUF_FRESH,
            locked: false,
            nodelay: false,
            corked: false,
            user_timeout: 0,
            mss_limit: MSS_DEFAULT,
            mss: MSS_DEFAULT,
            max_window: 0,
            snd_wnd: 0,
            window_seq: 0,
            snd_una: 0,
            snd_nxt: 0,
            write_seq: 0,
            pushed_seq: 0,
            unsent: VecDeque::new(),
            in_flight: VecDeque::new(),
            segments_in_flight: 0,
            segments_gone: 0,
            queued: 0,
            cwnd: INITIAL_CWND,
            delivered: 1,
            small_end: 0,
            fin: Fin::None,
            rtt: RoundTrip::new(),
            due: None,
            backoff: 0,
            retransmits: 0,
            retrying_since: None,
            probes: 0,
            probing_since: None,
            total_retransmitted: 0,
            episode: None,
            tail_probed: None,
            out_of_space: false,
            next_skb: 0,
        }
    }

    /// As it is seen from now on, where this direction begins at `base` and the other at `other`: a state that behaves
    /// alike is equal. What only tells of the past is left out.
    pub(crate) fn relative(&self, base: u64, other: u64, now: Micros) -> Self {
        let mut half = self.clone();
        half.window_seq = half.window_seq.wrapping_sub(other);
        // A short segment that is acknowledged holds none back.
        half.small_end = half.small_end.max(half.snd_una);
        half.rtt.begin_at(half.snd_una, base);
        for seq in [
            &mut half.snd_una,
            &mut half.snd_nxt,
            &mut half.write_seq,
            &mut half.pushed_seq,
            &mut half.small_end,
        ] {
            *seq = seq.wrapping_sub(base);
        }
        let next_skb = half.next_skb;
        half.unsent.iter_mut().for_each(|skb| skb.sent_at = now);
        for skb in half.unsent.iter_mut().chain(&mut half.in_flight) {
            skb.seq = skb.seq.wrapping_sub(base);
            skb.id = next_skb - skb.id;
            skb.sent_at = now - skb.sent_at;
        }
        half.next_skb = 0;
        // Only whether the first ten have been delivered matters.
        half.delivered = half.delivered.min(10);
        half.due = half.due.map(|(due, timer)| (due.wrapping_sub(now), timer));
        half.retrying_since = half.retrying_since.map(|since| now - since);
        half.probing_since = half.probing_since.map(|since| now - since);
        half.total_retransmitted = 0;
        if let Some(episode) = &mut half.episode {
            episode.end = episode.end.wrapping_sub(base);
        }
        half.tail_probed = half.tail_probed.map(|end| end.wrapping_sub(base));
        half
    }

    /// The number of a buffer as [`relative`](Self::relative) tells it.
    pub(crate) const fn relative_skb(&self, id: u32) -> u32 {
        self.next_skb.wrapping_sub(id)
    }

    /// The handshake told the first window; segments may have up to `mss_limit` bytes.
    pub(crate) fn establish(&mut self, window: u32, mss_limit: u32) {
        self.mss_limit = mss_limit;
        self.snd_wnd = window;
        self.max_window = window;
        self.set_mss();
        if !self.locked {
            self.sndbuf = if mss_limit == LOOPBACK_MSS { SNDBUF_LOOPBACK } else { SNDBUF_WIRE };
        }
    }

    /// No segment may fill more than half of the largest window seen (`tcp_bound_to_half_wnd`).
    pub(crate) fn set_mss(&mut self) {
        let bound = if self.max_window > MSS_DEFAULT { self.max_window / 2 } else { self.max_window };
        self.mss = self.mss_limit.min(bound.max(1));
    }

    /// How many bytes a buffer is filled to: whole segments, within half of the largest window (`tcp_xmit_size_goal`).
    pub(crate) fn size_goal(&self) -> u32 {
        let bound = if self.max_window > MSS_DEFAULT { self.max_window / 2 } else { self.max_window };
        (GSO_PAYLOAD.min(bound) / self.mss * self.mss).max(self.mss)
    }

    /// Whether a new buffer may be charged (`sk_stream_memory_free`).
    pub(crate) const fn memory_free(&self) -> bool {
        self.queued < self.sndbuf
    }

    /// Whether `select` says writable: one third is free (`sk_stream_is_writeable`).
    pub(crate) const fn writable(&self) -> bool {
        self.sndbuf >= self.queued && self.sndbuf - self.queued >= self.queued / 2
    }

    /// Where the offered window ends.
    pub(crate) const fn window_edge(&self) -> u64 {
        self.snd_una + self.snd_wnd as u64
    }

    pub(crate) fn has_unsent(&self) -> bool {
        !self.unsent.is_empty() || self.fin == Fin::Queued
    }

    /// Whether the receiver still shares the memory of this buffer.
    pub(crate) fn shares(&self, skb: u32) -> bool {
        self.in_flight.iter().rev().any(|k| k.id == skb && k.shared)
    }

    pub(crate) fn skb(&mut self, seq: u64, len: u32) -> Skb {
        self.next_skb += 1;
        self.queued += SKB_OVERHEAD;
        Skb {
            id: self.next_skb,
            seq,
            len,
            segments: 0,
            shared: false,
            push: false,
            fin: false,
            sent_at: 0,
            sacked: false,
            lost: false,
            again: false,
            repeated: false,
        }
    }

    /// The number behind the last byte or FIN that was sent.
    pub(crate) const fn next_seq(&self) -> u64 {
        self.snd_nxt + matches!(self.fin, Fin::Sent | Fin::Acknowledged) as u64
    }

    /// What the options say about short segments.
    pub(crate) const fn holding(&self) -> Hold {
        if self.corked {
            Hold::Cork
        } else if self.nodelay {
            Hold::Nothing
        } else {
            Hold::Nagle
        }
    }

    /// Segments that are under way as far as is known.
    pub(crate) const fn on_the_wire(&self) -> u32 {
        self.segments_in_flight - self.segments_gone
    }

    /// Room in the last unsent buffer, if it is not full.
    pub(crate) fn tail_room(&self, goal: u32) -> Option<u32> {
        self.unsent.back().filter(|tail| tail.len < goal).map(|tail| goal - tail.len)
    }

    /// Start a new buffer behind the others.
    pub(crate) fn new_tail(&mut self) {
        let skb = self.skb(self.write_seq, 0);
        self.unsent.push_back(skb);
    }

    /// Note that a sending call found no room.
    pub(crate) fn note_no_space(&mut self) {
        self.out_of_space = true;
    }

    /// Copy `len` bytes into the last unsent buffer; answers whether it is full now.
    pub(crate) fn append(&mut self, len: u32, goal: u32) -> bool {
        let tail = self.unsent.back_mut().expect("a tail was made before bytes are appended");
        tail.push = false;
        tail.len += len;
        let full = tail.len >= goal;
        self.queued += len;
        self.write_seq += u64::from(len);
        full
    }

    /// What a full buffer in the middle of a call asks for (`forced_push`, or the head of the queue).
    pub(crate) fn mid_call_push(&self) -> Option<Pass> {
        if self.write_seq > self.pushed_seq + u64::from(self.max_window / 2) {
            Some(Pass::All)
        } else if self.unsent.len() == 1 {
            Some(Pass::One)
        } else {
            None
        }
    }

    /// Send what may go and mark it as pushed (`tcp_push`).
    pub(crate) fn push(&mut self, hold: Hold, now: Micros, out: &mut Vec<Emission>) {
        if !self.unsent.is_empty() {
            self.pushed_seq = self.write_seq;
            if let Some(tail) = self.unsent.back_mut() {
                tail.push = true;
            }
            self.transmit(hold, Pass::All, now, out);
        }
    }

    /// The output pass (`tcp_write_xmit`).
    pub(crate) fn transmit(&mut self, hold: Hold, pass: Pass, now: Micros, out: &mut Vec<Emission>) {
        let most_segments = (GSO_PAYLOAD / self.mss).max(2);
        let before = out.len();
        while !self.unsent.is_empty() {
            let quota =
                (self.cwnd / 2).max(1).min(self.cwnd.saturating_sub(self.on_the_wire())).min(most_segments);
            if quota == 0 {
                break;
            }
            self.merge_next(quota);
            let (edge, mss) = (self.window_edge(), self.mss);
            let last = self.unsent.len() == 1;
            let hold_short = match hold {
                _ if last && self.fin == Fin::Queued => false,
                Hold::Nothing => false,
                Hold::Nagle => {
                    !self.in_flight.is_empty()
                        && self.snd_una < self.small_end
                        && self.small_end <= self.snd_nxt
                }
                Hold::Cork => true,
            };
            let head = &mut self.unsent[0];
            head.segments = head.len.div_ceil(mss).max(1);
            // A FIN takes a byte of the window too, where it is in the first segment (`tcp_snd_wnd_test`).
            let fin = u64::from(last && self.fin == Fin::Queued && head.segments == 1);
            if head.seq + u64::from(head.len.min(mss)) + fin > edge {
                break;
            }
            let limit = if head.segments == 1 {
                if last && hold_short && head.len < mss {
                    break;
                }
                mss
            } else {
                split_point(head.len, (edge - head.seq) as u32, mss, quota, last, hold_short)
            };
            self.split_head(limit);
            self.send_head(now, out);
            if pass == Pass::One {
                break;
            }
        }
        self.send_bare_fin(now, out);
        if out.len() > before {
            self.schedule(now, false);
        }
        self.check_probe(now);
    }

    /// Move bytes of the second unsent buffer into the first, up to `quota` segments (`tcp_grow_skb`).
    fn merge_next(&mut self, quota: u32) {
        let want = u64::from(quota) * u64::from(self.mss);
        let Some(have) = self.unsent.front().map(|head| u64::from(head.len)) else { return };
        if want <= have {
            return;
        }
        let Some(next) = self.unsent.get_mut(1) else { return };
        let taken = next.len.min(u32::try_from(want - have).unwrap_or(u32::MAX));
        next.len -= taken;
        next.seq += u64::from(taken);
        let (emptied, push) = (next.len == 0, next.push);
        self.unsent[0].len += taken;
        self.unsent[0].push = emptied && push;
        if emptied {
            self.unsent.remove(1);
            self.queued -= SKB_OVERHEAD;
        }
    }

    /// Cut the first unsent buffer behind `limit` bytes (`tso_fragment`).
    pub(crate) fn split_head(&mut self, limit: u32) {
        let (seq, len) = (self.unsent[0].seq, self.unsent[0].len);
        if len <= limit {
            return;
        }
        let mut rest = self.skb(seq + u64::from(limit), len - limit);
        rest.push = std::mem::take(&mut self.unsent[0].push);
        self.unsent.insert(1, rest);
        self.unsent[0].len = limit;
        self.unsent[0].segments = limit.div_ceil(self.mss).max(1);
    }

    /// Send the first unsent buffer.
    pub(crate) fn send_head(&mut self, now: Micros, out: &mut Vec<Emission>) {
        let Some(mut skb) = self.unsent.pop_front() else { return };
        let fits = skb.segments > 1 || skb.end() < self.window_edge();
        if fits && self.unsent.is_empty() && self.fin == Fin::Queued {
            self.fin = Fin::Sent;
            skb.fin = true;
        }
        skb.shared = true;
        skb.sent_at = now;
        self.snd_nxt = skb.end();
        if skb.len < skb.segments * self.mss {
            self.small_end = skb.end();
        }
        self.segments_in_flight += skb.segments;
        out.push(skb.emission());
        self.in_flight.push_back(skb);
    }

    /// A FIN with no byte left to carry it.
    pub(crate) fn send_bare_fin(&mut self, now: Micros, out: &mut Vec<Emission>) {
        if self.fin == Fin::Queued && self.unsent.is_empty() && self.snd_nxt < self.window_edge() {
            self.fin = Fin::Sent;
            let mut skb = self.skb(self.snd_nxt, 0);
            (skb.segments, skb.fin, skb.sent_at) = (1, true, now);
            self.segments_in_flight += 1;
            out.push(skb.emission());
            self.in_flight.push_back(skb);
        }
    }

    /// What follows an acknowledgement: send what it allows (`tcp_data_snd_check`).
    pub(crate) fn continue_output(&mut self, now: Micros, out: &mut Vec<Emission>) {
        self.send_lost_again(now, out);
        if self.has_unsent() {
            self.transmit(self.holding(), Pass::All, now, out);
        }
        self.check_probe(now);
        if self.out_of_space && !self.locked && self.segments_in_flight < self.cwnd {
            let per_segment = if self.mss_limit == LOOPBACK_MSS { 131_072 + 256 } else { 4096 + 256 };
            let grown = 3 * self.cwnd.max(INITIAL_CWND) * per_segment;
            self.sndbuf = self.sndbuf.max(grown.min(SNDBUF_LOOPBACK));
        }
    }

    /// Bytes unsent or unacknowledged: SIOCOUTQ.
    pub(crate) const fn outq(&self) -> u64 {
        self.write_seq - self.snd_una
    }

    /// Bytes unsent: SIOCOUTQNSD.
    pub(crate) const fn unsent_bytes(&self) -> u64 {
        self.write_seq - self.snd_nxt
    }

    /// Forget everything: the connection is gone.
    pub(crate) fn purge(&mut self) {
        self.unsent.clear();
        self.in_flight.clear();
        self.segments_in_flight = 0;
        self.segments_gone = 0;
        self.queued = 0;
        self.due = None;
    }
}

/// How much of a buffer of several segments goes now (`tcp_mss_split_point`).
fn split_point(len: u32, window: u32, mss: u32, quota: u32, last: bool, hold_short: bool) -> u32 {
    let most = mss.saturating_mul(quota);
    if most <= window && !last {
        return most;
    }
    let needed = len.min(window);
    if most <= needed {
        most
    } else if !needed.is_multiple_of(mss) && hold_short {
        needed - needed % mss
    } else {
        needed
    }
}
