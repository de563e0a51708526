//! Wrong secrets, counted by address and in all: after too many of them, nothing secret from there is looked at for a while.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::registry::household;

/// How long wrong secrets of one address count,
const WINDOW: Duration = Duration::from_secs(60);
/// and those of all.
const WINDOW_OF_ALL: Duration = Duration::from_secs(1);
/// Beyond so many addresses, those whose time is over are forgotten.
const TIDY_AT: usize = 1024;

/// Wrong secrets of one kind.
pub(crate) struct Guesses {
    /// So many from one address in a minute,
    most: u32,
    /// and so many from all in a second.
    most_of_all: u32,
    wrong: Mutex<State>,
}

#[derive(Default)]
struct State {
    by_address: HashMap<IpAddr, Wrong>,
    all: Option<Wrong>,
}

struct Wrong {
    since: Instant,
    count: u32,
}

impl Wrong {
    /// How long from now no more are allowed.
    fn wait(&self, most: u32, window: Duration, now: Instant) -> Result<(), Duration> {
        let left = window.saturating_sub(now - self.since);
        if self.count < most || left.is_zero() { Ok(()) } else { Err(left) }
    }

    fn one_more(&mut self, window: Duration, now: Instant) {
        if now - self.since >= window {
            *self = Self { since: now, count: 0 };
        }
        self.count = self.count.saturating_add(1);
    }
}

impl Guesses {
    pub(crate) fn new(most: u32, most_of_all: u32) -> Self {
        Self { most, most_of_all, wrong: Mutex::default() }
    }

    /// Whether a secret from this address may be looked at; else how long from now it may not.
    pub(crate) fn may_try(&self, address: IpAddr, now: Instant) -> Result<(), Duration> {
        let state = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        let here = state.by_address.get(&household(address));
        here.map_or(Ok(()), |wrong| wrong.wait(self.most, WINDOW, now))?;
        state.all.as_ref().map_or(Ok(()), |wrong| wrong.wait(self.most_of_all, WINDOW_OF_ALL, now))
    }

    /// A secret from this address was wrong.
    pub(crate) fn wrong(&self, address: IpAddr, now: Instant) {
        let mut state = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        if state.by_address.len() > TIDY_AT {
            state.by_address.retain(|_, wrong| now - wrong.since < WINDOW);
        }
        let fresh = || Wrong { since: now, count: 0 };
        state.by_address.entry(household(address)).or_insert_with(fresh).one_more(WINDOW, now);
        state.all.get_or_insert_with(fresh).one_more(WINDOW_OF_ALL, now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_too_many_wrong_secrets_an_address_waits_and_others_do_not() {
        let (guesses, now) = (Guesses::new(3, u32::MAX), Instant::now());
        let (here, elsewhere) = (IpAddr::from([192, 0, 2, 1]), IpAddr::from([192, 0, 2, 2]));
        for _ in 0..3 {
            assert!(guesses.may_try(here, now).is_ok());
            guesses.wrong(here, now);
        }
        assert_eq!(guesses.may_try(here, now + WINDOW / 4), Err(WINDOW / 4 * 3));
        assert!(guesses.may_try(elsewhere, now).is_ok());
        assert!(guesses.may_try(here, now + WINDOW).is_ok());
        guesses.wrong(here, now + WINDOW);
        assert!(guesses.may_try(here, now + WINDOW).is_ok(), "counted anew");
    }

    #[test]
    fn from_however_many_addresses_they_come_they_are_few_in_a_second() {
        let (guesses, now) = (Guesses::new(3, 20), Instant::now());
        for address in 0..20_u32 {
            let address = std::net::Ipv4Addr::from_bits(address).into();
            assert!(guesses.may_try(address, now).is_ok());
            guesses.wrong(address, now);
        }
        let elsewhere = IpAddr::from([192, 0, 2, 2]);
        assert_eq!(guesses.may_try(elsewhere, now), Err(WINDOW_OF_ALL));
        assert!(guesses.may_try(elsewhere, now + WINDOW_OF_ALL).is_ok());
    }

    #[test]
    fn addresses_are_forgotten_when_their_time_is_over() {
        let (guesses, now) = (Guesses::new(60, u32::MAX), Instant::now());
        for address in 0..4000_u32 {
            guesses.wrong(std::net::Ipv4Addr::from_bits(address).into(), now + WINDOW / 100 * address);
        }
        assert!(guesses.wrong.lock().unwrap().by_address.len() <= TIDY_AT + 1);
    }
}
