//! How long a round trip takes, and how long to wait for an acknowledgement (RFC 6298, as Linux has it).

use syscall::Micros;

use crate::sizes::{RTO_FIRST, RTO_MAX, RTO_MIN, ticks};

/// The estimate of one end (`tcp_rtt_estimator`). All times in microseconds.
///
/// Simplified: Linux measures retransmitted segments too, by the time stamps they carry; here they tell nothing (Karn).
#[derive(Clone, Debug, Hash)]
pub(crate) struct RoundTrip {
    /// 8 times the smoothed round trip; 0 before the first.
    smoothed8: u64,
    /// 4 times the mean deviation.
    deviation4: u64,
    /// What is added for the time-out: never less than [`RTO_MIN`].
    margin: u64,
    /// The largest deviation in the present flight.
    flight_margin: u64,
    /// Where the present flight ends.
    flight_end: u64,
    /// The shortest round trip seen.
    pub(crate) shortest: Micros,
}

impl RoundTrip {
    pub(crate) const fn new() -> Self {
        Self {
            smoothed8: 0,
            deviation4: 0,
            margin: 0,
            flight_margin: 0,
            flight_end: 0,
            shortest: Micros::MAX,
        }
    }

    /// Tell where the present flight ends from `base`; one that is acknowledged up to `una` is over.
    pub(crate) fn begin_at(&mut self, una: u64, base: u64) {
        self.flight_end = self.flight_end.max(una).wrapping_sub(base);
    }

    /// A segment was acknowledged `sample` after it was sent.
    pub(crate) fn measured(&mut self, sample: Micros, acknowledged: u64, sent: u64) {
        let sample = sample.max(1);
        self.shortest = self.shortest.min(sample);
        if self.smoothed8 == 0 {
            self.smoothed8 = sample * 8;
            self.deviation4 = sample * 2;
            self.margin = self.deviation4.max(RTO_MIN);
            self.flight_margin = self.margin;
            self.flight_end = sent;
            return;
        }
        let mean = self.smoothed8 / 8;
        self.smoothed8 = (self.smoothed8 + sample - mean).max(1);
        let (error, deviation) = (sample.abs_diff(mean), self.deviation4 / 4);
        // A round trip that is much shorter than before must not raise the time-out quickly.
        let growth = error.saturating_sub(deviation) / if sample < mean { 8 } else { 1 };
        self.deviation4 = self.deviation4 + growth - deviation.saturating_sub(error);
        if self.deviation4 > self.flight_margin {
            self.flight_margin = self.deviation4;
            self.margin = self.margin.max(self.flight_margin);
        }
        if acknowledged > self.flight_end {
            self.margin -= self.margin.saturating_sub(self.flight_margin) / 4;
            self.flight_end = sent;
            self.flight_margin = RTO_MIN;
        }
    }

    /// The smoothed round trip; `None` before the first.
    pub(crate) fn smoothed(&self) -> Option<Micros> {
        (self.smoothed8 > 0).then_some(self.smoothed8 / 8)
    }

    /// The mean deviation.
    pub(crate) const fn deviation(&self) -> Micros {
        self.deviation4 / 4
    }

    /// How long to wait for an acknowledgement, doubled `backoff` times.
    pub(crate) fn time_out(&self, backoff: u32) -> Micros {
        let once = self.smoothed().map_or(RTO_FIRST, |rtt| ticks(rtt + self.margin));
        (once << backoff.min(16)).min(RTO_MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::RoundTrip;

    #[test]
    fn the_time_out_is_204_ms_on_a_fast_wire_and_doubles_up_to_two_minutes() {
        let mut rtt = RoundTrip::new();
        assert_eq!(rtt.time_out(0), 1_000_000);
        rtt.measured(100, 0, 0);
        assert_eq!(rtt.time_out(0), 204_000);
        assert_eq!(rtt.time_out(2), 816_000);
        assert_eq!(rtt.time_out(30), 120_000_000);
    }

    #[test]
    fn a_longer_round_trip_is_learnt() {
        let mut rtt = RoundTrip::new();
        for k in 0..50 {
            rtt.measured(300_000, k, k + 1);
        }
        assert_eq!(rtt.smoothed(), Some(300_000));
        assert!(rtt.time_out(0) >= 500_000 && rtt.time_out(0) < 600_000, "{}", rtt.time_out(0));
    }
}
