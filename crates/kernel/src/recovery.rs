//! Sending again: what is taken for lost, the timer of the sending half, when it gives up.
//!
//! As Linux: SACK tells what has arrived; what three later segments have overtaken is lost, or what was overtaken at all
//! and stays missing a little longer; a tail-loss probe asks after the last segments, a time-out after all. Simplified:
//! reordering is not learnt, a time-out that was not needed is not undone, the congestion window keeps what is under way
//! level during a repair and is what it was before afterwards (bbr), nothing is paced.

use syscall::Micros;

use crate::send::{Emission, Fin, Hold, Pass, SendHalf};
use crate::sizes::{ORPHAN_RETRIES, REORDERING, RETRIES, RTO_MAX, RTO_MIN, TAIL_PROBE, TICK, patience};

/// What the timer of the sending half is set for: Linux too has one for all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum SendTimer {
    /// Nothing was heard for a time-out.
    Retransmission,
    /// The last segments may be lost.
    TailLossProbe,
    /// What was overtaken is missing for too long.
    Reordering,
    /// Nothing is under way and something waits: is the window still closed?
    ZeroWindowProbe,
}

/// A loss that is being repaired.
#[derive(Clone, Debug, Hash)]
pub(crate) struct Episode {
    /// Repaired when everything up to here is acknowledged.
    pub(crate) end: u64,
    pub(crate) cwnd_before: u32,
    /// It was a time-out that told.
    pub(crate) timed_out: bool,
}

impl SendHalf {
    /// Count the segments that are on the wire no more.
    pub(crate) fn recount(&mut self) {
        let gone = self.in_flight.iter().filter(|k| k.sacked || (k.lost && !k.again));
        self.segments_gone = gone.map(|k| k.segments).sum();
    }

    /// Cut a buffer that was sent behind `len` bytes (`tcp_fragment`).
    pub(crate) fn fragment(&mut self, place: usize, len: u32) {
        let mss = self.mss;
        let (seq, whole) = (self.in_flight[place].seq, self.in_flight[place].len);
        let mut rest = self.skb(seq + u64::from(len), whole - len);
        let head = &mut self.in_flight[place];
        self.segments_in_flight -= head.segments;
        head.len = len;
        head.segments = len.div_ceil(mss).max(1);
        let id = rest.id;
        rest = crate::send::Skb { id, seq: rest.seq, len: rest.len, ..head.clone() };
        rest.segments = rest.len.div_ceil(mss).max(1);
        (head.push, head.fin) = (false, false);
        self.segments_in_flight += head.segments + rest.segments;
        self.in_flight.insert(place + 1, rest);
        if self.segments_gone > 0 {
            self.recount();
        }
    }

    /// Take for lost what at least `threshold` segments have overtaken; answers whether that is news.
    pub(crate) fn mark_lost(&mut self, threshold: u32) -> bool {
        let (mut overtaken_by, mut news) = (0, false);
        for skb in self.in_flight.iter_mut().rev() {
            if skb.sacked {
                overtaken_by += skb.segments;
            } else if overtaken_by >= threshold && !skb.lost {
                skb.lost = true;
                news = true;
            }
        }
        if news {
            self.recount();
        }
        news
    }

    pub(crate) fn begin_episode(&mut self, timed_out: bool) {
        let cwnd_before = self.episode.as_ref().map_or(self.cwnd, |e| e.cwnd_before);
        self.episode = Some(Episode { end: self.next_seq(), cwnd_before, timed_out });
    }

    /// Send again what is lost, as far as the congestion window allows (`tcp_xmit_retransmit_queue`).
    pub(crate) fn send_lost_again(&mut self, now: Micros, out: &mut Vec<Emission>) {
        if self.episode.is_none() {
            return;
        }
        let mut k = 0;
        while k < self.in_flight.len() {
            let room = self.cwnd.saturating_sub(self.on_the_wire());
            if room == 0 {
                break;
            }
            if self.in_flight[k].lost && !self.in_flight[k].again {
                self.send_again(k, room, now, out);
            }
            k += 1;
        }
        if self.due.is_none() {
            self.schedule(now, true);
        }
    }

    /// Send a buffer again, of it at most `most` segments.
    fn send_again(&mut self, place: usize, most: u32, now: Micros, out: &mut Vec<Emission>) {
        self.trim(place);
        if self.in_flight[place].segments > most {
            self.fragment(place, most * self.mss);
        }
        let skb = &mut self.in_flight[place];
        (skb.again, skb.repeated, skb.sent_at, skb.shared) = (true, true, now, false);
        self.total_retransmitted += skb.segments;
        out.push(skb.emission());
        self.recount();
    }

    /// What is acknowledged of a buffer need not be sent again.
    fn trim(&mut self, place: usize) {
        let una = self.snd_una;
        let skb = &mut self.in_flight[place];
        if skb.seq < una && una < skb.end() {
            let gone = (una - skb.seq) as u32;
            skb.seq = una;
            skb.len -= gone;
            self.queued -= gone;
        }
    }

    /// Set the timer after something was sent, or (`progress`) after something was acknowledged
    /// (`tcp_schedule_loss_probe`, `tcp_rearm_rto`).
    pub(crate) fn schedule(&mut self, now: Micros, progress: bool) {
        let Some(head) = self.in_flight.front() else {
            self.due = None;
            return;
        };
        let time_out = self.rtt.time_out(self.backoff);
        let expires = if progress { now + time_out } else { (head.sent_at + time_out).max(now + TICK) };
        let overtaken = self.in_flight.iter().any(|k| k.sacked);
        if self.episode.is_none() && overtaken {
            let patience = self.rtt.shortest.min(RTO_MAX) / 4 + REORDERING;
            self.due = Some((now + patience, SendTimer::Reordering));
        } else if self.episode.is_none() && self.retransmits == 0 {
            let wait = self.rtt.smoothed().map_or(time_out, |rtt| {
                2 * rtt + if self.segments_in_flight == 1 { RTO_MIN } else { TAIL_PROBE }
            });
            self.due = Some(((now + wait).min(expires), SendTimer::TailLossProbe));
        } else if progress || !matches!(self.due, Some((_, SendTimer::Retransmission))) {
            self.due = Some((expires, SendTimer::Retransmission));
        }
        self.heed_user_timeout(now);
    }

    /// The last segments may be lost: send new data, or the last segment again (`tcp_send_loss_probe`).
    pub(crate) fn probe_tail(&mut self, now: Micros, out: &mut Vec<Emission>) {
        if self.tail_probed.is_none() {
            self.tail_probed = Some(self.next_seq());
            let cwnd = self.cwnd;
            self.cwnd = self.on_the_wire() + 1;
            let before = out.len();
            self.transmit(Hold::Nothing, Pass::One, now, out);
            self.cwnd = cwnd;
            if out.len() == before
                && let Some(last) = self.in_flight.len().checked_sub(1)
            {
                let (len, mss) = (self.in_flight[last].len, self.mss);
                let tail = if len.is_multiple_of(mss) { mss } else { len % mss };
                let place = if len > mss {
                    self.fragment(last, len - tail);
                    last + 1
                } else {
                    last
                };
                self.send_again(place, 1, now, out);
                self.in_flight[place].again = false;
            }
            self.tail_probed = Some(self.next_seq());
        }
        self.due = Some((now + self.rtt.time_out(self.backoff), SendTimer::Retransmission));
        self.heed_user_timeout(now);
    }

    /// What was overtaken is missing for too long.
    pub(crate) fn stop_waiting_for_the_overtaken(&mut self, now: Micros, out: &mut Vec<Emission>) {
        self.due = None;
        if self.mark_lost(1) {
            self.begin_episode(false);
            self.cwnd = self.on_the_wire() + 1;
            self.send_lost_again(now, out);
        }
        self.schedule(now, true);
    }

    /// Nothing was heard for a time-out: all is taken for lost, the first segment goes again, the wait doubles
    /// (`tcp_retransmit_timer`).
    pub(crate) fn time_out(&mut self, now: Micros, out: &mut Vec<Emission>) {
        // A receiver may go back on what it said beyond the gap (RFC 2018), and does if it forgets the first.
        let forget_sacked = self.in_flight.front().is_some_and(|head| head.sacked);
        for skb in &mut self.in_flight {
            skb.sacked &= !forget_sacked;
            (skb.lost, skb.again) = (!skb.sacked, false);
        }
        self.recount();
        self.begin_episode(true);
        self.tail_probed = None;
        self.cwnd = self.on_the_wire() + 1;
        self.retransmits += 1;
        self.backoff += 1;
        self.retrying_since.get_or_insert(now);
        if !self.in_flight.is_empty() {
            self.send_again(0, 1, now, out);
        }
        self.due = Some((now + self.rtt.time_out(self.backoff), SendTimer::Retransmission));
        self.heed_user_timeout(now);
    }

    /// Nothing under way and something to send: only a probe can find out that the window has opened, or that a short
    /// segment was held long enough.
    pub(crate) fn check_probe(&mut self, now: Micros) {
        let probing = matches!(self.due, Some((_, SendTimer::ZeroWindowProbe)));
        if !self.in_flight.is_empty() || !self.has_unsent() {
            if probing {
                self.due = None;
                self.backoff = 0;
            }
            self.probing_since = None;
        } else if !probing {
            self.due = Some((now + self.rtt.time_out(self.backoff), SendTimer::ZeroWindowProbe));
        }
    }

    /// The zero-window probe's time has come (`tcp_write_wakeup`).
    pub(crate) fn probe(&mut self, now: Micros, out: &mut Vec<Emission>) {
        self.due = None;
        self.probing_since.get_or_insert(now);
        self.backoff += 1;
        let room = self.window_edge().saturating_sub(self.snd_nxt);
        if room > 0 && !self.unsent.is_empty() {
            let len = self.unsent[0].len.min(self.mss).min(u32::try_from(room).unwrap_or(u32::MAX));
            self.split_head(len);
            self.unsent[0].segments = 1;
            self.backoff = 0;
            self.send_head(now, out);
            self.schedule(now, false);
        } else if room > 0 {
            self.backoff = 0;
            self.send_bare_fin(now, out);
            self.schedule(now, false);
        } else {
            self.probes += 1;
            out.push(Emission::probe(self.snd_una));
        }
        self.check_probe(now);
        self.heed_user_timeout(now);
    }

    /// With TCP_USER_TIMEOUT the timer fires no later than that is over (`tcp_clamp_rto_to_user_timeout`).
    pub(crate) fn heed_user_timeout(&mut self, now: Micros) {
        let since = self.retrying_since.or(self.probing_since);
        if let (Some(since), Some((due, timer))) = (since, self.due)
            && self.user_timeout > 0
        {
            let end = (since + self.user_timeout).max(now + TICK);
            self.due = Some((due.min(end), timer));
        }
    }

    /// Whether enough was sent again in vain (`retransmits_timed_out`, `tcp_probe_timer`). `orphan`: no program has it
    /// open.
    pub(crate) fn gives_up(&self, now: Micros, orphan: bool) -> bool {
        let most = if orphan { ORPHAN_RETRIES } else { RETRIES };
        let since = self.retrying_since.or(self.probing_since);
        if let Some(since) = since
            && self.user_timeout > 0
        {
            return now >= since + self.user_timeout;
        }
        match self.due {
            Some((_, SendTimer::Retransmission)) => {
                self.retrying_since.is_some_and(|since| now >= since + patience(most))
            }
            Some((_, SendTimer::ZeroWindowProbe)) => {
                let slow = self.rtt.time_out(self.backoff) >= RTO_MAX;
                self.probes >= most || (orphan && slow)
            }
            Some((_, SendTimer::TailLossProbe | SendTimer::Reordering)) | None => false,
        }
    }

    /// Whether a FIN that was sent is unacknowledged, or one waits to be sent.
    pub(crate) const fn fin_is_outstanding(&self) -> bool {
        matches!(self.fin, Fin::Queued | Fin::Sent)
    }
}
