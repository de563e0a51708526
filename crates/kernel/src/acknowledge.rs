//! What an acknowledgement frees, tells and allows (`tcp_ack`).

use syscall::Micros;

use crate::recovery::Episode;
use crate::send::{Fin, SendHalf};
use crate::sizes::{DUPLICATE_THRESHOLD, GSO_PAYLOAD};

/// Ranges that have arrived behind a gap, the latest first; empty ones say nothing.
pub(crate) type SackBlocks = [(u64, u64); 3];

/// What a segment says of what its sender has received.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Acknowledgement {
    /// Everything before it has arrived; a FIN counts as one.
    pub(crate) ack: u64,
    pub(crate) window: u32,
    /// The segment's own number: an older one tells no window.
    pub(crate) seq: u64,
    /// Segments that came twice.
    pub(crate) duplicates: u32,
    pub(crate) sack: SackBlocks,
}

impl SendHalf {
    /// An acknowledgement has come.
    pub(crate) fn acknowledge(&mut self, heard: &Acknowledgement, now: Micros) {
        let ack = heard.ack;
        self.probes = 0;
        let advances = ack > self.snd_una && !(self.fin == Fin::Acknowledged && ack == self.snd_una + 1);
        let fresh = advances
            || heard.seq > self.window_seq
            || (heard.seq == self.window_seq && (heard.window > self.snd_wnd || heard.window == 0));
        let mut delivered = heard.duplicates + self.free_acknowledged(ack, now);
        if ack >= self.snd_una {
            self.snd_una = ack.min(self.write_seq);
            if fresh {
                self.take_window(heard);
            }
        }
        let sacked = self.mark_sacked(&heard.sack);
        delivered += sacked;
        self.delivered += u64::from(delivered);
        if advances {
            self.retransmits = 0;
            self.retrying_since = None;
            self.backoff = 0;
        }
        if self.tail_probed.is_some_and(|end| ack >= end) {
            self.tail_probed = None;
        }
        self.judge_losses(delivered, sacked > 0);
        if advances || sacked > 0 {
            self.schedule(now, true);
        }
    }

    fn take_window(&mut self, heard: &Acknowledgement) {
        self.window_seq = heard.seq;
        self.offered(heard.window);
    }

    /// The other end offers this window; a larger one than ever lets segments grow.
    pub(crate) fn offered(&mut self, window: u32) {
        self.snd_wnd = window;
        if window > self.max_window {
            self.max_window = window;
            self.set_mss();
        }
    }

    /// Give back what has arrived; answers how many segments that were not known to have (`tcp_clean_rtx_queue`).
    fn free_acknowledged(&mut self, ack: u64, now: Micros) -> u32 {
        let (mut delivered, mut oldest) = (0, None);
        while self.in_flight.front().is_some_and(|k| k.end_seq() <= ack) {
            let skb = self.in_flight.pop_front().expect("the loop's condition saw it");
            self.queued -= skb.truesize();
            self.segments_in_flight -= skb.segments;
            if skb.fin {
                self.fin = Fin::Acknowledged;
            }
            if !skb.sacked {
                delivered += skb.segments;
            }
            if !skb.repeated && !skb.sacked {
                oldest.get_or_insert(skb.sent_at);
            }
        }
        let mss = self.mss;
        let partly = |k: &&mut crate::send::Skb| k.seq < ack && k.segments > 1;
        if let Some(skb) = self.in_flight.front_mut().filter(partly) {
            let gone = (ack - skb.seq) as u32;
            skb.seq = ack;
            skb.len -= gone;
            skb.shared = false;
            let left = skb.len.div_ceil(mss);
            delivered += skb.segments - left;
            self.segments_in_flight -= skb.segments - left;
            if !skb.repeated {
                oldest.get_or_insert(skb.sent_at);
            }
            skb.segments = left;
            self.queued -= gone;
        }
        if let Some(sent_at) = oldest {
            self.rtt.measured(now - sent_at, ack, self.snd_nxt);
        }
        if self.segments_gone > 0 {
            self.recount();
        }
        delivered
    }

    /// Note what has arrived behind a gap; answers how many segments are newly known to have.
    fn mark_sacked(&mut self, blocks: &SackBlocks) -> u32 {
        let mut newly = 0;
        for &(start, end) in blocks.iter().filter(|(start, end)| start < end) {
            let mut k = 0;
            while k < self.in_flight.len() {
                let skb = &self.in_flight[k];
                if skb.end_seq() <= start || skb.seq >= end || skb.sacked {
                    k += 1;
                } else if skb.seq < start {
                    self.fragment(k, (start - skb.seq) as u32);
                    k += 1;
                } else if skb.end() > end {
                    self.fragment(k, (end - skb.seq) as u32);
                } else {
                    let skb = &mut self.in_flight[k];
                    skb.sacked = true;
                    (skb.lost, skb.again) = (false, false);
                    newly += skb.segments;
                    k += 1;
                }
            }
        }
        if newly > 0 {
            self.recount();
        }
        newly
    }

    /// Decide what is lost and how much may be under way (`tcp_fastretrans_alert`, and bbr's window).
    fn judge_losses(&mut self, delivered: u32, sacked: bool) {
        if self.episode.as_ref().is_some_and(|e| self.snd_una >= e.end.min(self.write_seq)) {
            let episode = self.episode.take().expect("it was seen a moment ago");
            self.cwnd = self.cwnd.max(episode.cwnd_before);
            for skb in &mut self.in_flight {
                (skb.lost, skb.again) = (false, false);
            }
            self.recount();
        }
        let timed_out = self.episode.as_ref().is_some_and(|e| e.timed_out);
        if sacked && !timed_out && self.mark_lost(DUPLICATE_THRESHOLD) {
            self.begin_episode(false);
            self.cwnd = self.on_the_wire();
        }
        match &self.episode {
            Some(Episode { timed_out: true, .. }) => self.cwnd += delivered,
            Some(_) => self.cwnd = self.cwnd.max(self.on_the_wire() + delivered.max(1)),
            // bbr before it has filled the pipe: grow by what was delivered up to its own first target.
            None if self.delivered < 10 || self.cwnd < 4 + 3 * (GSO_PAYLOAD / self.mss).max(2) => {
                self.cwnd += delivered;
            }
            None => {}
        }
    }
}
