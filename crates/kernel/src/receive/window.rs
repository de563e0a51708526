//! The window that an end offers: how large it is, and what every segment says of it (`__tcp_select_window`).

use super::{ReceiveHalf, Stamp};
use crate::sizes::WINDOW_UNSCALED_MAX;

impl ReceiveHalf {
    /// Choose the first window (`tcp_select_initial_window`); answers it as a SYN carries it. `advertised` is the
    /// segment size that its computation starts from, `most` the memory that the buffer might ever have.
    pub(crate) fn open(&mut self, advertised: u32, mss_limit: u32, most: u32) -> u32 {
        self.mss_limit = mss_limit;
        let full = self.window(self.rcvbuf);
        let clamp = if self.locked { full } else { WINDOW_UNSCALED_MAX << 14 };
        self.rcv_wnd = if full > advertised { full / advertised * advertised } else { full };
        let top = full.max(most).min(clamp);
        self.window_scale = (32 - top.leading_zeros()).saturating_sub(16).min(14) as u8;
        self.window_clamp = clamp.min(WINDOW_UNSCALED_MAX << self.window_scale).min(full);
        if self.window_clamp > 2 * mss_limit && self.window_clamp + mss_limit > full {
            self.window_clamp = (2 * mss_limit).max(full.saturating_sub(mss_limit));
        }
        self.slow_start = self.rcv_wnd.min(self.window_clamp);
        self.rcv_wnd.min(WINDOW_UNSCALED_MAX)
    }

    /// How much window this much memory is worth.
    pub(super) fn window(&self, memory: u32) -> u32 {
        ((u64::from(memory) * u64::from(self.ratio)) >> 8) as u32
    }

    pub(super) fn free_window(&self) -> u32 {
        self.window(self.rcvbuf.saturating_sub(self.charged + self.backlog))
    }

    /// What is left of the promised window.
    pub(super) fn current_window(&self) -> u32 {
        (self.rcv_wup + u64::from(self.rcv_wnd)).saturating_sub(self.next_expected()) as u32
    }

    /// Where the promised window ends.
    pub(crate) const fn promised_edge(&self) -> u64 {
        self.rcv_wup + self.rcv_wnd as u64
    }

    /// Whether a probe would be told that there is no room.
    pub(crate) fn would_promise_nothing(&self) -> bool {
        self.current_window() == 0 && self.clone().select_window() == 0
    }

    pub(super) fn scale_up(&self, window: u32) -> u32 {
        window.next_multiple_of(1 << self.window_scale)
    }

    /// The window to advertise (`__tcp_select_window`).
    pub(super) fn select_window(&mut self) -> u32 {
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
        self.rcv_wup = self.next_expected();
        // Only what acknowledges something new uses one up (`tcp_dec_quickack_mode`).
        self.quick_acks = self.quick_acks.saturating_sub(u32::from(self.ack_scheduled));
        self.ack_scheduled = false;
        self.ack_due = None;
        self.pushed = false;
        self.pushed_twice = false;
        self.urgent = false;
        let told =
            window.min(WINDOW_UNSCALED_MAX << self.window_scale) >> self.window_scale << self.window_scale;
        if told == 0 {
            self.fast_path = false;
        }
        let duplicates = std::mem::take(&mut self.duplicates);
        let sack = self.later.blocks();
        Stamp { ack: self.next_expected(), window: told, duplicates, sack }
    }

    pub(super) fn set_clamp(&mut self, clamp: u32) {
        if clamp < self.window_clamp {
            self.slow_start = self.slow_start.min(clamp);
        } else if clamp > self.window_clamp {
            self.slow_start = self.rcv_wnd.min(clamp).max(self.slow_start);
        }
        self.window_clamp = clamp;
    }

    pub(super) fn grow_window(&mut self, len: u32) {
        let top = self.window_clamp.min(self.free_window());
        if top > self.slow_start {
            self.slow_start += (top - self.slow_start).min((2 * self.mss_limit).max(2 * len));
            self.quick_acks |= 1;
        }
    }

    /// The window as it was last told: what TCP_INFO calls rcv_wnd.
    pub(crate) const fn offered(&self) -> u32 {
        self.rcv_wnd
    }
}
