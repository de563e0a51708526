//! Who needs the teacher, in which order, and who is shown.

use std::rc::Rc;

use protocol::room::{Stuck, Tile};

/// What somebody needs; whoever needs help first comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Need {
    /// A hand is up.
    Hand,
    /// The same thing fails again and again.
    Fails,
    /// Things are done, but nothing comes of them.
    Still,
    /// Nothing is done.
    Idle,
    /// Nothing: at work.
    Work,
    /// Nobody is there.
    Away,
}

impl Need {
    /// What this learner needs. A hand stays up while a phone sleeps; of whoever is away nothing else is asked.
    pub(crate) fn of(tile: &Tile) -> Self {
        match (&tile.hand, tile.present, &tile.stuck) {
            (Some(_), ..) => Self::Hand,
            (None, false, _) => Self::Away,
            (None, true, None) => Self::Work,
            (None, true, Some(Stuck::Fails { .. })) => Self::Fails,
            (None, true, Some(Stuck::NoProgress { .. })) => Self::Still,
            (None, true, Some(Stuck::Idle { .. })) => Self::Idle,
        }
    }

    /// Whether somebody should come.
    pub(crate) fn help(self) -> bool {
        self < Self::Work
    }

    /// For style sheets and tests.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Hand => "hand",
            Self::Fails => "fails",
            Self::Still => "still",
            Self::Idle => "idle",
            Self::Work => "work",
            Self::Away => "away",
        }
    }
}

/// Since when it is so: the hand, what is stuck, or else the last thing done.
pub(crate) fn since(tile: &Tile) -> u64 {
    match (Need::of(tile), tile.hand, tile.stuck) {
        (Need::Hand, Some(since), _) => since,
        (
            Need::Fails | Need::Still | Need::Idle,
            _,
            Some(Stuck::Fails { since, .. } | Stuck::NoProgress { since } | Stuck::Idle { since }),
        ) => since,
        _ => tile.active,
    }
}

/// Hands by time, then who is stuck by kind and time, then the others: who has finished least first.
fn key(tile: &Tile) -> (Need, u64, &str, u32) {
    let need = Need::of(tile);
    let second = if need.help() { since(tile) } else { u64::from(tile.finished) };
    (need, second, &tile.nickname, tile.learner.0)
}

/// Who is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    /// Whom.
    pub(crate) who: Who,
    /// Those on this page alone.
    pub(crate) page: Option<String>,
    /// Those whose name has this in it, in any case.
    pub(crate) name: String,
}

/// Whom a filter lets pass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Who {
    /// Everybody.
    #[default]
    All,
    /// Those who need help.
    Help,
    /// Those whose hand is up.
    Hands,
}

impl Filter {
    fn passes(&self, tile: &Tile) -> bool {
        let who = match self.who {
            Who::All => true,
            Who::Help => Need::of(tile).help(),
            Who::Hands => tile.hand.is_some(),
        };
        let name = self.name.trim().to_lowercase();
        who && self.page.as_ref().is_none_or(|page| *page == tile.place.page)
            && (name.is_empty() || tile.nickname.to_lowercase().contains(&name))
    }
}

/// The learners that are shown, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Shown {
    /// Who needs help.
    pub(crate) help: Vec<Rc<Tile>>,
    /// Who is at work.
    pub(crate) work: Vec<Rc<Tile>>,
    /// Who is not there.
    pub(crate) away: Vec<Rc<Tile>>,
}

/// Puts the learners in order and leaves out whom the filter leaves out.
pub(crate) fn shown<'t>(tiles: impl Iterator<Item = &'t Rc<Tile>>, filter: &Filter) -> Shown {
    let mut all: Vec<_> = tiles.filter(|tile| filter.passes(tile)).collect();
    all.sort_unstable_by(|a, b| key(a).cmp(&key(b)));
    let mut shown = Shown::default();
    for tile in all {
        let list = match Need::of(tile) {
            Need::Work => &mut shown.work,
            Need::Away => &mut shown.away,
            _ => &mut shown.help,
        };
        list.push(Rc::clone(tile));
    }
    shown
}

/// How many there are of each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Everybody who has joined.
    pub(crate) all: usize,
    /// Who is there.
    pub(crate) present: usize,
    /// Hands up.
    pub(crate) hands: usize,
    /// Stuck, without a hand.
    pub(crate) stuck: usize,
    /// At work.
    pub(crate) work: usize,
    /// Not there.
    pub(crate) away: usize,
}

/// Counts the learners.
pub(crate) fn counts<'t>(tiles: impl Iterator<Item = &'t Rc<Tile>>) -> Counts {
    let mut counts = Counts::default();
    for tile in tiles {
        counts.all += 1;
        counts.present += usize::from(tile.present);
        *match Need::of(tile) {
            Need::Hand => &mut counts.hands,
            Need::Fails | Need::Still | Need::Idle => &mut counts.stuck,
            Need::Work => &mut counts.work,
            Need::Away => &mut counts.away,
        } += 1;
    }
    counts
}

/// How many are on a page, and how many of them need help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OnPage {
    /// `/lessons/SLUG`; empty where nobody knows yet.
    pub(crate) page: String,
    /// How many.
    pub(crate) all: usize,
    /// Of them.
    pub(crate) help: usize,
}

/// Where everybody is who is there, in the order in which the site has its pages; what it does not know comes last.
pub(crate) fn pages<'t>(
    tiles: impl Iterator<Item = &'t Rc<Tile>>,
    known: &[(String, String)],
) -> Vec<OnPage> {
    let mut found: Vec<OnPage> = vec![];
    for tile in tiles.filter(|tile| tile.present || tile.hand.is_some()) {
        let help = usize::from(Need::of(tile).help());
        match found.iter_mut().find(|on| on.page == tile.place.page) {
            Some(on) => (on.all, on.help) = (on.all + 1, on.help + help),
            None => found.push(OnPage { page: tile.place.page.clone(), all: 1, help }),
        }
    }
    let place = |on: &OnPage| known.iter().position(|(path, _)| *path == on.page).unwrap_or(usize::MAX);
    found.sort_by(|a, b| (place(a), &a.page).cmp(&(place(b), &b.page)));
    found
}

#[cfg(test)]
mod tests {
    use super::super::sample::tile;
    use super::*;

    fn names(list: &[Rc<Tile>]) -> Vec<&str> {
        list.iter().map(|tile| tile.nickname.as_str()).collect()
    }

    fn class() -> Vec<Rc<Tile>> {
        let with = |id, name: &str, change: fn(&mut Tile)| {
            let mut tile = tile(id, name);
            change(&mut tile);
            Rc::new(tile)
        };
        vec![
            with(1, "Worker", |t| t.finished = 2),
            with(2, "Behind", |t| t.finished = 0),
            with(3, "Idle", |t| t.stuck = Some(Stuck::Idle { since: 10 })),
            with(4, "Late hand", |t| t.hand = Some(900)),
            with(5, "Early hand", |t| (t.hand, t.stuck) = (Some(100), Some(Stuck::Idle { since: 1 }))),
            with(6, "Still", |t| t.stuck = Some(Stuck::NoProgress { since: 5 })),
            with(7, "Fails late", |t| t.stuck = Some(Stuck::Fails { times: 9, since: 70 })),
            with(8, "Fails", |t| t.stuck = Some(Stuck::Fails { times: 3, since: 60 })),
            with(9, "Gone", |t| (t.present, t.stuck) = (false, Some(Stuck::Idle { since: 0 }))),
            with(10, "Asleep", |t| (t.present, t.hand) = (false, Some(500))),
        ]
    }

    #[test]
    fn hands_come_first_by_time_then_the_stuck_by_kind_and_time_then_who_has_finished_least() {
        let class = class();
        let shown = shown(class.iter(), &Filter::default());
        assert_eq!(
            names(&shown.help),
            ["Early hand", "Asleep", "Late hand", "Fails", "Fails late", "Still", "Idle"]
        );
        assert_eq!(names(&shown.work), ["Behind", "Worker"]);
        assert_eq!(names(&shown.away), ["Gone"]);
    }

    #[test]
    fn filters_leave_out_the_others() {
        let class = class();
        let only = |filter: Filter| {
            let shown = shown(class.iter(), &filter);
            [names(&shown.help), names(&shown.work), names(&shown.away)].concat().join(", ")
        };
        let hands = Filter { who: Who::Hands, ..Filter::default() };
        assert_eq!(only(hands), "Early hand, Asleep, Late hand");
        let help = Filter { who: Who::Help, name: " FAILS ".into(), ..Filter::default() };
        assert_eq!(only(help), "Fails, Fails late");
        let page = Filter { page: Some("/lessons/nowhere".into()), ..Filter::default() };
        assert_eq!(only(page), "");
    }

    #[test]
    fn each_learner_is_counted_once_under_what_they_need() {
        let counts = counts(class().iter());
        assert_eq!(counts, Counts { all: 10, present: 8, hands: 3, stuck: 4, work: 2, away: 1 });
    }

    #[test]
    fn pages_stand_in_the_order_of_the_site_and_count_who_needs_help() {
        let mut class = class();
        let mut lost = tile(11, "Lost");
        lost.place.page = "/lessons/unknown".into();
        class.insert(0, Rc::new(lost));
        let known = [("/lessons/how-much-did-send-take".to_owned(), String::new())];
        let found = pages(class.iter(), &known);
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].all, found[0].help), (9, 7));
        assert_eq!(found[1].page, "/lessons/unknown");
    }
}
