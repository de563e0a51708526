//! The rate limit: how long a client's next request has to wait.

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};

use crate::Limits;

type Limiter<C> = RateLimiter<NotKeyed, InMemoryState, C, NoOpMiddleware<<C as Clock>::Instant>>;

/// Requests and bytes of one client, each with a rate and a burst.
pub(crate) struct Pace<C: Clock = DefaultClock> {
    clock: C,
    calls: Limiter<C>,
    bytes: Meter<C>,
}

/// Requests of a session to its room, a second,
const REQUESTS: u32 = 20;
/// and so many at once.
const REQUESTS_BURST: u32 = 100;

/// What a session may still use, on all its connections together.
pub(crate) struct Allowance {
    pace: Pace,
    requests: Limiter<DefaultClock>,
    /// How many bytes have come from its client.
    spent: AtomicU64,
    /// How many may come for its client itself, and as many again for each guest.
    share: u64,
    /// The most guests that its labs have had at once.
    guests: AtomicU64,
}

impl Allowance {
    pub(crate) fn new(limits: &Limits) -> Self {
        let requests = RateLimiter::direct(quota(REQUESTS, REQUESTS_BURST));
        let (spent, guests) = (AtomicU64::new(0), AtomicU64::new(0));
        Self { pace: Pace::new(limits), requests, spent, share: limits.session_bytes, guests }
    }

    /// Takes a request's place; else how long to wait before trying again.
    pub(crate) fn call(&self) -> Result<(), Duration> {
        self.pace.call()
    }

    /// The same for a request to its room.
    pub(crate) fn request(&self) -> Result<(), Duration> {
        self.requests.check().map_err(|not_until| not_until.wait_time_from(self.pace.clock.now()))
    }

    /// The same for so many bytes.
    pub(crate) fn bytes(&self, count: usize) -> Result<(), Duration> {
        self.pace.bytes(count)
    }

    /// Its labs have so many guests now. A server of a whole class calls for each of them, and what it asks `select` grows with
    /// them: the most that there were at once count to its end. Each is a session with a place and rates of its own.
    pub(crate) fn has_guests(&self, now: usize) {
        self.guests.fetch_max(now as u64, Relaxed);
    }

    /// How many bytes may ever come.
    pub(crate) fn most(&self) -> u64 {
        self.share.saturating_mul(1 + self.guests.load(Relaxed))
    }

    /// Takes so many bytes of all that may ever come; whether they were left.
    pub(crate) fn spend(&self, count: usize) -> bool {
        let most = self.most();
        let more = |spent: u64| spent.checked_add(count as u64).filter(|spent| *spent <= most);
        self.spent.fetch_update(Relaxed, Relaxed, more).is_ok()
    }
}

/// Bytes, with a rate and a burst.
pub(crate) struct Meter<C: Clock = DefaultClock> {
    clock: C,
    bytes: Limiter<C>,
}

fn at_least_one(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN)
}

fn quota(rate: u32, burst: u32) -> Quota {
    Quota::per_second(at_least_one(rate)).allow_burst(at_least_one(burst))
}

impl Pace {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self::with_clock(limits, DefaultClock::default())
    }
}

impl<C: Clock + Clone> Pace<C> {
    fn with_clock(limits: &Limits, clock: C) -> Self {
        let quota = quota(limits.calls_per_second, limits.calls_burst);
        Self {
            calls: RateLimiter::direct_with_clock(quota, clock.clone()),
            bytes: Meter::with_clock(limits, clock.clone()),
            clock,
        }
    }

    /// Takes a request's place; else how long to wait before trying again.
    pub(crate) fn call(&self) -> Result<(), Duration> {
        self.calls.check().map_err(|not_until| not_until.wait_time_from(self.clock.now()))
    }

    /// The same for so many bytes.
    pub(crate) fn bytes(&self, count: usize) -> Result<(), Duration> {
        self.bytes.take(count)
    }
}

impl Meter {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self::with_clock(limits, DefaultClock::default())
    }
}

impl<C: Clock + Clone> Meter<C> {
    pub(crate) fn with_clock(limits: &Limits, clock: C) -> Self {
        let quota = quota(limits.bytes_per_second, limits.bytes_burst);
        Self { bytes: RateLimiter::direct_with_clock(quota, clock.clone()), clock }
    }

    /// Takes so many bytes' place; else how long to wait before trying again. More than the burst can never be had, so
    /// they are let through.
    pub(crate) fn take(&self, count: usize) -> Result<(), Duration> {
        let count = at_least_one(u32::try_from(count).unwrap_or(u32::MAX));
        match self.bytes.check_n(count) {
            Ok(result) => result.map_err(|not_until| not_until.wait_time_from(self.clock.now())),
            Err(_) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use governor::clock::FakeRelativeClock;

    use super::*;

    #[test]
    fn a_burst_passes_and_then_each_call_waits_for_its_share_of_a_second() {
        let limits = Limits { calls_per_second: 200, calls_burst: 400, ..Limits::default() };
        let clock = FakeRelativeClock::default();
        let pace = Pace::with_clock(&limits, clock.clone());
        assert!((0..400).all(|_| pace.call().is_ok()));
        let wait = pace.call().unwrap_err();
        assert!(wait <= Duration::from_millis(5) && !wait.is_zero(), "{wait:?}");
        clock.advance(wait);
        assert!(pace.call().is_ok());
        assert!(pace.call().is_err());
        clock.advance(Duration::from_secs(1));
        assert_eq!((0..1000).filter(|_| pace.call().is_ok()).count(), 200);
    }

    #[test]
    fn each_guest_of_the_most_at_once_brings_a_share_of_bytes_that_stays() {
        let allowance = Allowance::new(&Limits { session_bytes: 1000, ..Limits::default() });
        assert!(allowance.spend(1000) && !allowance.spend(1));
        for guests in [2, 1, 0, 2] {
            allowance.has_guests(guests);
        }
        assert_eq!(allowance.most(), 3000, "who comes again brings nothing more");
        assert!(allowance.spend(2000) && !allowance.spend(1));
    }

    #[test]
    fn bytes_have_their_own_rate() {
        let limits = Limits { bytes_per_second: 1000, bytes_burst: 4000, ..Limits::default() };
        let clock = FakeRelativeClock::default();
        let pace = Pace::with_clock(&limits, clock.clone());
        assert!(pace.bytes(4000).is_ok());
        let wait = pace.bytes(500).unwrap_err();
        assert!(wait > Duration::from_millis(400), "{wait:?}");
        clock.advance(wait);
        assert!(pace.bytes(500).is_ok());
        assert!(pace.bytes(1 << 30).is_ok(), "more than a burst is let through");
    }
}
