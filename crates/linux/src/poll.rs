//! The events of `poll`.

use libc::c_short;
use syscall::Readiness;

/// Where an event stands in the vocabulary.
type Field = fn(&mut Readiness) -> &mut bool;

const EVENTS: [(Field, c_short); 7] = [
    (|r| &mut r.readable, libc::POLLIN),
    (|r| &mut r.writable, libc::POLLOUT),
    (|r| &mut r.priority, libc::POLLPRI),
    (|r| &mut r.error, libc::POLLERR),
    (|r| &mut r.hangup, libc::POLLHUP),
    (|r| &mut r.peer_finished, libc::POLLRDHUP),
    (|r| &mut r.invalid, libc::POLLNVAL),
];

/// What to write into `pollfd.events`.
pub fn events(mut asked: Readiness) -> c_short {
    EVENTS.iter().fold(0, |all, (field, bit)| if *field(&mut asked) { all | bit } else { all })
}

/// What stands in `pollfd.revents`.
pub fn readiness(events: c_short) -> Readiness {
    let mut ready = Readiness::default();
    EVENTS.iter().for_each(|(field, bit)| *field(&mut ready) = events & bit != 0);
    ready
}

#[test]
fn every_event_survives_the_way_there_and_back() {
    for (_, bit) in EVENTS {
        assert_eq!(events(readiness(bit)), bit);
    }
}
