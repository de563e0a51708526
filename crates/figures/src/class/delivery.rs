//! How a browser's record comes to its room: in order, one part after the other, until the room has said that it is durable.
//!
//! The room passes over what it has, so that a part whose answer was lost is simply sent again.

use protocol::room::{Answer, Refusal, Row};

/// Rows in one part: with their longest texts they fit in a message.
const MOST: u32 = 50;
/// How long to wait after a part could not be kept and nobody said for how long, in milliseconds.
const WAIT_MS: u32 = 5_000;

/// What is to be done next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Look what is not delivered, at most so many rows, and say [`Delivery::found`].
    Look(u32),
    /// Send these, and say [`Delivery::sent`].
    Send(Vec<Row>),
    /// Note that all up to this number is delivered, then say [`Delivery::more`].
    Note(u64),
    /// Say [`Delivery::more`] after so many milliseconds.
    Wait(u32),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum At {
    /// All is delivered, as far as is known.
    Idle,
    /// It is looked whether there is something.
    Looks,
    /// These, from the first number to the last, are on their way.
    OnItsWay { request: Option<u32>, first: u64, last: u64 },
    /// A part was not kept; it is tried again.
    Waits,
    /// Nothing is taken: why.
    Stopped { why: Refusal, says: String },
}

/// A browser's record on its way.
#[derive(Clone, Debug)]
pub(crate) struct Delivery {
    at: At,
    /// Whether there may be more than what was looked at.
    more: bool,
    most: u32,
    /// Why the last part was not kept.
    trouble: Option<String>,
}

impl Default for Delivery {
    fn default() -> Self {
        Self { at: At::Idle, more: false, most: MOST, trouble: None }
    }
}

impl Delivery {
    /// Why work does not arrive, if it does not.
    pub(crate) fn trouble(&self) -> Option<&str> {
        match &self.at {
            At::Stopped { says, .. } => Some(says),
            _ => self.trouble.as_deref(),
        }
    }

    /// Whether everything that is known of has arrived.
    pub(crate) fn is_done(&self) -> bool {
        self.at == At::Idle
    }

    /// There may be something to deliver: a row was kept, or the room was entered.
    pub(crate) fn more(&mut self) -> Option<Step> {
        match self.at {
            At::Idle | At::Waits => {
                self.at = At::Looks;
                self.more = false;
                Some(Step::Look(self.most))
            }
            At::Looks | At::OnItsWay { .. } => {
                self.more = true;
                None
            }
            At::Stopped { .. } => None,
        }
    }

    /// The room takes work, or not: whoever was stopped by that goes on.
    pub(crate) fn opened(&mut self, open: bool) -> Option<Step> {
        let stopped = matches!(self.at, At::Stopped { why: Refusal::Closed, .. });
        if !(open && stopped) {
            return None;
        }
        self.at = At::Idle;
        self.more()
    }

    /// These are not delivered yet.
    pub(crate) fn found(&mut self, rows: Vec<Row>) -> Option<Step> {
        let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
            self.at = At::Idle;
            self.trouble = None;
            return if self.more { self.more() } else { None };
        };
        self.at = At::OnItsWay { request: None, first: first.n, last: last.n };
        Some(Step::Send(rows))
    }

    /// They were sent as this request.
    pub(crate) fn sent(&mut self, id: u32) {
        if let At::OnItsWay { request, .. } = &mut self.at {
            *request = Some(id);
        }
    }

    /// A request was answered, or nobody knows (none); what to do if it was this delivery's.
    pub(crate) fn answered(&mut self, id: u32, answer: Option<&Answer>) -> Option<Option<Step>> {
        let At::OnItsWay { request, first, last } = self.at else { return None };
        if request != Some(id) {
            return None;
        }
        self.at = At::Idle;
        Some(match answer {
            // Nothing of it: an answer that no room gives.
            Some(Answer::Saved { through, .. }) if *through < first => {
                self.at = At::Waits;
                Some(Step::Wait(WAIT_MS))
            }
            Some(Answer::Saved { through, .. }) => {
                self.trouble = None;
                self.most = MOST;
                Some(Step::Note(*through))
            }
            Some(Answer::Refused { why: Refusal::Unfit, says, .. }) => {
                if first == last {
                    // The room will never take this one: better without it than none after it.
                    self.trouble = Some(says.clone());
                    Some(Step::Note(last))
                } else {
                    self.most = 1;
                    self.more()
                }
            }
            Some(Answer::Refused { why: Refusal::NotSaved | Refusal::TooOften, says, again_s }) => {
                self.at = At::Waits;
                self.trouble = Some(says.clone());
                Some(Step::Wait(again_s.map_or(WAIT_MS, |s| s.saturating_mul(1000))))
            }
            Some(Answer::Refused { why, says, .. }) => {
                self.at = At::Stopped { why: *why, says: says.clone() };
                None
            }
            Some(_) | None => self.more(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::room::Did;

    fn rows(numbers: std::ops::RangeInclusive<u64>) -> Vec<Row> {
        numbers.map(|n| Row { n, at: 0, page: "/lessons/x".into(), what: Did::Opened }).collect()
    }

    fn saved(through: u64) -> Answer {
        Answer::Saved { device: "0123456789abcdef".into(), through }
    }

    fn refused(why: Refusal, again_s: Option<u32>) -> Answer {
        Answer::Refused { why, says: "no".into(), again_s }
    }

    fn on_its_way(numbers: std::ops::RangeInclusive<u64>) -> Delivery {
        let mut delivery = Delivery::default();
        assert!(matches!(delivery.more(), Some(Step::Look(_))));
        assert_eq!(delivery.found(rows(numbers.clone())), Some(Step::Send(rows(numbers))));
        delivery.sent(7);
        delivery
    }

    #[test]
    fn one_part_after_the_other_until_nothing_is_left() {
        let mut delivery = on_its_way(1..=50);
        assert_eq!(delivery.more(), None, "one at a time");
        assert_eq!(delivery.answered(6, Some(&saved(50))), None, "another's answer");
        assert_eq!(delivery.answered(7, Some(&saved(50))), Some(Some(Step::Note(50))));
        assert_eq!(delivery.more(), Some(Step::Look(50)));
        assert_eq!(delivery.found(vec![]), None);
        assert!(delivery.is_done());
    }

    #[test]
    fn what_is_kept_while_it_looks_is_looked_for_again() {
        let mut delivery = Delivery::default();
        delivery.more();
        assert_eq!(delivery.more(), None);
        assert_eq!(delivery.found(vec![]), Some(Step::Look(50)));
    }

    #[test]
    fn a_part_whose_answer_nobody_knows_is_sent_again() {
        let mut delivery = on_its_way(1..=2);
        assert_eq!(delivery.answered(7, None), Some(Some(Step::Look(50))));
        assert_eq!(delivery.found(rows(1..=2)), Some(Step::Send(rows(1..=2))));
    }

    #[test]
    fn a_part_that_could_not_be_kept_waits_and_says_so() {
        let mut delivery = on_its_way(1..=2);
        let answer = refused(Refusal::NotSaved, Some(3));
        assert_eq!(delivery.answered(7, Some(&answer)), Some(Some(Step::Wait(3000))));
        assert_eq!(delivery.trouble(), Some("no"));
        assert_eq!(delivery.more(), Some(Step::Look(50)));
        delivery.found(rows(1..=2));
        delivery.sent(8);
        delivery.answered(8, Some(&saved(2)));
        assert_eq!(delivery.trouble(), None);
    }

    #[test]
    fn a_row_that_no_room_takes_holds_up_no_other() {
        let mut delivery = on_its_way(1..=3);
        let unfit = refused(Refusal::Unfit, None);
        assert_eq!(delivery.answered(7, Some(&unfit)), Some(Some(Step::Look(1))), "one by one");
        delivery.found(rows(1..=1));
        delivery.sent(8);
        assert_eq!(delivery.answered(8, Some(&unfit)), Some(Some(Step::Note(1))));
    }

    #[test]
    fn a_closed_room_takes_nothing_until_it_is_open_again() {
        let mut delivery = on_its_way(1..=3);
        assert_eq!(delivery.answered(7, Some(&refused(Refusal::Closed, None))), Some(None));
        assert_eq!(delivery.more(), None);
        assert_eq!(delivery.opened(false), None);
        assert_eq!(delivery.opened(true), Some(Step::Look(50)));
        let mut full = on_its_way(1..=3);
        full.answered(7, Some(&refused(Refusal::Full, None)));
        assert_eq!(full.opened(true), None);
        assert_eq!(full.trouble(), Some("no"));
    }
}
