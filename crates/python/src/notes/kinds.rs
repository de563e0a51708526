//! What a value may be, as far as a listing shows it.

use std::collections::BTreeSet;
use std::ops::Range;

/// A set of kinds.
pub(super) type Kinds = u16;

pub(super) const STR: Kinds = 1;
pub(super) const BYTES: Kinds = 2;
pub(super) const SOCKET: Kinds = 4;
/// What `accept` returns: a socket and an address.
pub(super) const ACCEPTED: Kinds = 8;
/// What `recvfrom` returns: bytes and an address.
pub(super) const DATAGRAM: Kinds = 16;
/// Two sockets.
pub(super) const PAIR: Kinds = 32;
pub(super) const THREAD: Kinds = 64;
pub(super) const LIST: Kinds = 128;
pub(super) const NONE: Kinds = 256;
pub(super) const INT: Kinds = 512;
pub(super) const TUPLE: Kinds = 1024;
/// An object of a class of the listing.
pub(super) const OWN: Kinds = 2048;
/// Anything.
pub(super) const OTHER: Kinds = 4096;
/// An exception that was caught.
pub(super) const ERROR: Kinds = 8192;

/// What an expression may be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Val {
    pub(super) kinds: Kinds,
    /// The kinds of a list's elements.
    pub(super) elements: Kinds,
    /// Some of it came from `recv`.
    pub(super) received: bool,
    /// The string literals that it may be.
    pub(super) literals: BTreeSet<(usize, usize)>,
    /// It may be a string that is no literal.
    pub(super) opaque: bool,
}

impl Val {
    pub(super) fn of(kinds: Kinds) -> Self {
        Self { kinds, opaque: kinds & STR != 0, ..Self::default() }
    }

    pub(super) fn received() -> Self {
        Self { kinds: BYTES, received: true, ..Self::default() }
    }

    pub(super) fn literal(parts: impl Iterator<Item = Range<usize>>) -> Self {
        Self { kinds: STR, literals: parts.map(|part| (part.start, part.end)).collect(), ..Self::default() }
    }

    /// Whether it is of these kinds and nothing else.
    pub(super) fn is(&self, kinds: Kinds) -> bool {
        self.kinds != 0 && self.kinds & !kinds == 0
    }

    pub(super) fn has(&self, kinds: Kinds) -> bool {
        self.kinds & kinds != 0
    }

    /// Whether it is bytes, or would be if the literals were that it may be as well.
    pub(super) fn should_be_bytes(&self) -> bool {
        self.has(BYTES) && self.is(BYTES | STR) && !self.opaque
    }

    pub(super) fn join(&mut self, other: &Self) {
        self.kinds |= other.kinds;
        self.elements |= other.elements;
        self.received |= other.received;
        self.opaque |= other.opaque;
        if self.literals.len() < 64 {
            self.literals.extend(other.literals.iter().copied());
        }
    }
}
