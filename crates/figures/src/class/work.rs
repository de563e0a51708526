//! What this browser has kept of somebody's work, as a short list.

use protocol::room::{Did, Row};

use crate::texts;

/// What was done on a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Done {
    /// Its address.
    pub(super) page: String,
    /// When it was last used, in milliseconds since 1970.
    pub(super) at: u64,
    /// Whether its end was reached.
    pub(super) finished: bool,
    /// Predictions and verdicts that were right, and how many there were.
    pub(super) right: (u32, u32),
    /// Runs of figures.
    pub(super) runs: u32,
    /// Seconds on it.
    pub(super) seconds: u32,
}

impl Done {
    /// In words, without the page.
    pub(super) fn says(&self) -> String {
        let mut parts = vec![];
        if self.right.1 > 0 {
            parts.push(texts::class::right_of(self.right.0, self.right.1));
        }
        match self.runs {
            0 => {}
            1 => parts.push(texts::class::ONE_RUN.into()),
            runs => parts.push(texts::class::runs(runs)),
        }
        match self.seconds {
            0..30 => {}
            30..90 => parts.push(texts::class::ONE_MINUTE.into()),
            seconds => parts.push(texts::class::minutes((seconds + 30) / 60)),
        }
        if self.finished {
            parts.push(texts::class::READ_TO_THE_END.into());
        }
        if parts.is_empty() { texts::class::OPENED.into() } else { parts.join(", ") }
    }
}

/// What was done, a page a line, the last used first.
pub(super) fn summary(rows: &[Row]) -> Vec<Done> {
    let mut all: Vec<Done> = vec![];
    for row in rows {
        let place = all.iter().position(|it| it.page == row.page).unwrap_or_else(|| {
            all.push(Done { page: row.page.clone(), ..Done::default() });
            all.len() - 1
        });
        let it = &mut all[place];
        it.at = it.at.max(row.at);
        match &row.what {
            Did::Opened => {}
            Did::Finished => it.finished = true,
            Did::Ran { .. } => it.runs += 1,
            Did::Spent { seconds } => it.seconds = it.seconds.saturating_add(*seconds),
            Did::Predicted { right, .. } | Did::Verdict { passed: right, .. } => {
                it.right = (it.right.0 + u32::from(*right), it.right.1 + 1);
            }
        }
    }
    // By insertion: the list is short, and a library sort weighs more than all the rest of this.
    for end in 1..all.len() {
        let mut at = end;
        while at > 0 && all[at - 1].at < all[at].at {
            all.swap(at - 1, at);
            at -= 1;
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(at: u64, page: &str, what: Did) -> Row {
        Row { n: at, at, page: page.into(), what }
    }

    #[test]
    fn a_page_is_one_line_and_the_last_used_comes_first() {
        let right = |right| Did::Predicted { question: "f/1".into(), said: "1".into(), right };
        let rows = [
            row(1, "/lessons/a", Did::Opened),
            row(2, "/lessons/a", right(true)),
            row(3, "/lessons/b", Did::Opened),
            row(4, "/lessons/a", right(false)),
            row(5, "/lessons/a", Did::Spent { seconds: 100 }),
            row(6, "/lessons/a", Did::Finished),
        ];
        let all = summary(&rows);
        let said: Vec<_> = all.iter().map(|it| (it.page.as_str(), it.says())).collect();
        let a = "1 of 2 right, 2 minutes, read to the end".to_owned();
        assert_eq!(said, [("/lessons/a", a), ("/lessons/b", "opened".into())]);
    }
}
