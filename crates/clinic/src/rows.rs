//! The mistakes, and how each is known by what happened.

pub(crate) mod ends;
pub(crate) mod framing;
pub(crate) mod numbers;
mod serving;
pub(crate) mod waiting;

use std::fmt;

use explorer::{Broken, Finding};

use crate::story::Story;

/// A mistake of the curriculum, by its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Row(pub u8);

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "B{}", self.0)
    }
}

impl Row {
    /// The mistake in a few words.
    pub const fn title(self) -> &'static str {
        match self.0 {
            4 => "A thread that is run, not started",
            5 => "Waiting for a text that bytes never equal",
            7 => "Waiting for None, which recv never answers",
            8 => "A count that nobody looked at",
            9 => "One recv taken for one message",
            10 => "One name for every connection",
            11 => "Listening again",
            12 => "One client at a time",
            13 => "What came behind the end was thrown away",
            14 => "A length that came in pieces",
            15 => "Written, and never flushed",
            16 => "Both send, and nobody receives",
            17 => "Never closed",
            18 => "Letters counted, bytes sent",
            19 => "Two orders of bytes",
            20 => "Asking again and again",
            21 => "Measured against the wrong length",
            22 => "Nobody says that it has finished",
            _ => "A mistake",
        }
    }

    /// The lesson about it, by its name on the site.
    pub const fn lesson(self) -> &'static str {
        match self.0 {
            5 | 7 => "recv-gave-nothing",
            8 => "how-much-did-send-take",
            9 => "how-much-did-recv-give",
            11 => "the-seventh-client",
            13 => "up-to-the-newline",
            14 => "length-first",
            15 => "the-buffer-in-front",
            16 => "a-call-that-never-returns",
            17 => "who-still-holds-it",
            18 | 19 => "bytes-and-numbers",
            20 => "not-now-ask-later",
            21 => "four-framings",
            22 => "one-exchange-or-many",
            _ => "three-ways",
        }
    }
}

/// The row of something that is no failure.
pub(crate) const fn of_finding(finding: Finding) -> Option<Row> {
    match finding {
        Finding::Busy => Some(Row(20)),
        Finding::ListensAgain => Some(Row(11)),
        Finding::Ignored => Some(Row(8)),
        Finding::Unread => None,
    }
}

/// Program and line.
type Place = (u32, u32);
type Rule = fn(&Story) -> Option<Place>;

/// The rules, the most particular first: the first that holds names the mistake.
const RULES: [(Row, Rule); 18] = [
    (Row(21), numbers::cut_short),
    (Row(8), numbers::count_ignored),
    (Row(5), ends::waits_for_no_text),
    (Row(7), ends::waits_for_none),
    (Row(17), ends::never_closed),
    (Row(4), serving::run_not_started),
    (Row(12), serving::one_at_a_time),
    (Row(10), serving::one_name),
    (Row(19), numbers::two_orders),
    (Row(18), numbers::letters_counted),
    (Row(9), framing::letter_cut),
    (Row(16), waiting::both_send),
    (Row(15), waiting::never_flushed),
    (Row(21), numbers::wrong_length),
    (Row(14), numbers::length_in_pieces),
    (Row(13), framing::thrown_away),
    (Row(9), framing::one_recv),
    (Row(22), waiting::nobody_finishes),
];

/// The mistake that this story shows, and where it stands.
pub(crate) fn named(story: &Story) -> Option<(Row, Place)> {
    RULES.iter().find_map(|(row, rule)| Some((*row, rule(story)?)))
}

/// Whether the programs wait for each other.
const fn waits(story: &Story) -> bool {
    matches!(story.failure.what, Broken::Deadlock { .. })
}
