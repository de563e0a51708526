//! The pace of what the machine does piece by piece: how much a piece is, and when what is known of it is drawn and said.

/// Choices of the first piece; then as many as take about [`PIECE_MS`].
const CHOICES: u64 = 50;
const MOST_CHOICES: u64 = 20_000;
/// What a piece takes, in milliseconds: a press waits so long.
const PIECE_MS: u64 = 60;
/// How far it is stands there anew so often, in milliseconds; who listens is told less often.
const DRAWN_MS: u64 = 500;
const SPOKEN_MS: u64 = 6_000;

/// Of one search, or of one judgement.
#[derive(Debug)]
pub(super) struct Pace {
    choices: u64,
    drawn_ms: u64,
    spoken_ms: u64,
}

impl Pace {
    /// It begins now, and whoever listens was told so.
    pub(super) const fn from(now_ms: u64) -> Self {
        Self { choices: CHOICES, drawn_ms: 0, spoken_ms: now_ms }
    }

    /// Choices of the next piece, where one took so long.
    pub(super) fn choices(&mut self, took_ms: u64) -> u64 {
        self.choices = match took_ms {
            0..PIECE_MS => (self.choices * 2).min(MOST_CHOICES),
            _ => (self.choices / 2).max(CHOICES / 5),
        };
        self.choices
    }

    /// Whether it is drawn now.
    pub(super) const fn draws(&mut self, now_ms: u64) -> bool {
        due(&mut self.drawn_ms, now_ms, DRAWN_MS)
    }

    /// Whether it is said now.
    pub(super) const fn says(&mut self, now_ms: u64) -> bool {
        due(&mut self.spoken_ms, now_ms, SPOKEN_MS)
    }
}

const fn due(last_ms: &mut u64, now_ms: u64, every_ms: u64) -> bool {
    let due = now_ms.saturating_sub(*last_ms) >= every_ms;
    if due {
        *last_ms = now_ms;
    }
    due
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_grows_while_it_is_quick_and_shrinks_where_it_is_slow() {
        let mut pace = Pace::from(1000);
        assert_eq!((pace.choices(5), pace.choices(5), pace.choices(90)), (100, 200, 100));
        assert_eq!((0..20).map(|_| pace.choices(1)).max(), Some(MOST_CHOICES));
        assert_eq!((0..20).map(|_| pace.choices(900)).min(), Some(CHOICES / 5));
    }

    #[test]
    fn it_is_drawn_more_often_than_it_is_said() {
        let mut pace = Pace::from(1000);
        let told: Vec<_> = (1000..15_000).step_by(100).map(|now| (pace.draws(now), pace.says(now))).collect();
        let drawn = told.iter().filter(|it| it.0).count();
        let said = told.iter().filter(|it| it.1).count();
        assert_eq!((drawn, said), (28, 2));
    }
}
