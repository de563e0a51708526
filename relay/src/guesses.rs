//! Wrong secrets, counted by address: after too many of them, nothing secret from there is looked at for a while.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::registry::household;

/// How long wrong secrets count.
const WINDOW: Duration = Duration::from_secs(60);
/// Beyond so many addresses, those whose time is over are forgotten.
const TIDY_AT: usize = 1024;

/// Wrong secrets by address.
#[derive(Default)]
pub(crate) struct Guesses {
    by_address: Mutex<HashMap<IpAddr, Wrong>>,
}

struct Wrong {
    since: Instant,
    count: u32,
}

impl Guesses {
    /// Whether a secret from this address may be looked at; else how long from now it may not.
    pub(crate) fn may_try(&self, address: IpAddr, most: u32, now: Instant) -> Result<(), Duration> {
        let by_address = self.by_address.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(wrong) = by_address.get(&household(address)) else { return Ok(()) };
        let left = WINDOW.saturating_sub(now - wrong.since);
        if wrong.count < most || left.is_zero() { Ok(()) } else { Err(left) }
    }

    /// A secret from this address was wrong.
    pub(crate) fn wrong(&self, address: IpAddr, now: Instant) {
        let mut by_address = self.by_address.lock().unwrap_or_else(PoisonError::into_inner);
        if by_address.len() > TIDY_AT {
            by_address.retain(|_, wrong| now - wrong.since < WINDOW);
        }
        let wrong = by_address.entry(household(address)).or_insert(Wrong { since: now, count: 0 });
        if now - wrong.since >= WINDOW {
            *wrong = Wrong { since: now, count: 0 };
        }
        wrong.count += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_too_many_wrong_secrets_an_address_waits_and_others_do_not() {
        let (guesses, now) = (Guesses::default(), Instant::now());
        let (here, elsewhere) = (IpAddr::from([192, 0, 2, 1]), IpAddr::from([192, 0, 2, 2]));
        for _ in 0..3 {
            assert!(guesses.may_try(here, 3, now).is_ok());
            guesses.wrong(here, now);
        }
        assert_eq!(guesses.may_try(here, 3, now + WINDOW / 4), Err(WINDOW / 4 * 3));
        assert!(guesses.may_try(elsewhere, 3, now).is_ok());
        assert!(guesses.may_try(here, 3, now + WINDOW).is_ok());
        guesses.wrong(here, now + WINDOW);
        assert!(guesses.may_try(here, 3, now + WINDOW).is_ok(), "counted anew");
    }

    #[test]
    fn addresses_are_forgotten_when_their_time_is_over() {
        let (guesses, now) = (Guesses::default(), Instant::now());
        for address in 0..4000_u32 {
            guesses.wrong(std::net::Ipv4Addr::from_bits(address).into(), now + WINDOW / 100 * address);
        }
        assert!(guesses.by_address.lock().unwrap().len() <= TIDY_AT + 1);
    }
}
