//! Making a failing schedule plain.

use world::ChoiceKey;

use crate::spin::{self, SUSPICIOUS};
use crate::{Failure, Options, Run};

/// Choices of one run at most.
const MOST: usize = 20_000;

/// An unusual choice of a run: behind so many choices that happen by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deviation {
    /// Choices since the one before, or since the beginning, that happen by themselves.
    pub behind: usize,
    /// What was chosen instead.
    pub key: ChoiceKey,
    /// For a part of a call: another number of bytes breaks the programs in the same way.
    pub any_count: bool,
}

/// A failing schedule that can be made no plainer.
#[derive(Clone, Debug)]
pub struct Plain {
    /// What breaks.
    pub failure: Failure,
    /// All choices.
    pub way: Vec<ChoiceKey>,
    /// The unusual ones.
    pub unusual: Vec<Deviation>,
}

/// Makes a failing schedule plain: none of its unusual choices can be left out, and no count be made plainer (all is
/// plainer than 1, and 1 than any other), without the failure being gone. None if the way does not lead to a failure.
pub fn shrink(root: &Run, options: &Options, way: &[ChoiceKey]) -> Option<Plain> {
    let mut best = unusual(root, way)?;
    let mut last = follow(root, options, &best)?;
    'again: loop {
        for place in 0..best.len() {
            for plainer in [without(&best, place), with_count(&best, place, 1)].into_iter().flatten() {
                if let Some(found) = follow(root, options, &plainer).filter(|it| it.0.is_like(&last.0)) {
                    // What is left over behind the failure has no part in it.
                    best = plainer;
                    best.truncate(found.2);
                    last = found;
                    continue 'again;
                }
            }
        }
        break;
    }
    best.truncate(last.2);
    for place in 0..best.len() {
        best[place].any_count = any_count(root, options, &best, place, &last.0);
    }
    let (failure, way, _) = last;
    Some(Plain { failure, way, unusual: best })
}

/// The unusual choices of a way.
fn unusual(root: &Run, way: &[ChoiceKey]) -> Option<Vec<Deviation>> {
    let (mut run, mut behind, mut all) = (root.clone(), 0, Vec::new());
    for key in way {
        if run.world.default_choice() == Some(*key) {
            behind += 1;
        } else {
            all.push(Deviation { behind, key: *key, any_count: false });
            behind = 0;
        }
        run.try_take(*key)?;
    }
    Some(all)
}

/// Leave one out: what happens by itself happens there.
fn without(all: &[Deviation], place: usize) -> Option<Vec<Deviation>> {
    let mut rest = all.to_vec();
    let gone = rest.remove(place);
    if let Some(next) = rest.get_mut(place) {
        next.behind += gone.behind + 1;
    }
    Some(rest)
}

fn with_count(all: &[Deviation], place: usize, count: u32) -> Option<Vec<Deviation>> {
    let ChoiceKey::Part(task, now) = all[place].key else { return None };
    let mut other = all.to_vec();
    other[place].key = ChoiceKey::Part(task, count);
    (now != count).then_some(other)
}

/// Whether every other count there breaks the programs in the same way; tried with all of up to 16, else with some.
fn any_count(root: &Run, options: &Options, all: &[Deviation], place: usize, failure: &Failure) -> bool {
    let ChoiceKey::Part(task, now) = all[place].key else { return false };
    let Some(most) = most_at(root, all, place) else { return false };
    let counts: Vec<u32> =
        if most <= 16 { (1..most).collect() } else { vec![1, 2, 3, most / 3, most / 2, most - 2, most - 1] };
    let mut others = counts.into_iter().filter(|count| *count != now && *count > 0).peekable();
    others.peek().is_some()
        && others.all(|count| {
            let mut other = all.to_vec();
            other[place].key = ChoiceKey::Part(task, count);
            follow(root, options, &other).is_some_and(|found| found.0.is_like(failure))
        })
}

/// How many bytes the call of a deviation could have moved.
fn most_at(root: &Run, all: &[Deviation], place: usize) -> Option<u32> {
    let mut run = root.clone();
    for (at, deviation) in all.iter().enumerate() {
        for _ in 0..deviation.behind {
            run.take(run.world.default_choice()?);
        }
        if at == place {
            let ChoiceKey::Part(task, _) = deviation.key else { return None };
            let moves = run.world.moves();
            return moves.iter().find(|it| it.key == ChoiceKey::Run(task))?.most;
        }
        run.try_take(deviation.key)?;
    }
    None
}

/// Run with these unusual choices, and by itself behind them. The failure, the whole way, and how many of the unusual choices
/// came before it; none where nothing breaks, or where one of them is not on offer.
pub(crate) fn follow(
    root: &Run,
    options: &Options,
    all: &[Deviation],
) -> Option<(Failure, Vec<ChoiceKey>, usize)> {
    let (mut run, mut way) = (root.clone(), Vec::new());
    let (mut next, mut behind) = (0, 0);
    while way.len() < MOST {
        let default = run.world.default_choice();
        let deviation = all.get(next).filter(|it| it.behind == behind);
        let key = match deviation {
            Some(deviation) => {
                (next, behind) = (next + 1, 0);
                deviation.key
            }
            None => {
                let Some(key) = default else {
                    return Some((run.at_end(options)?, way, next));
                };
                behind += 1;
                key
            }
        };
        way.push(key);
        let failure = if deviation.is_some() { run.try_take(key)? } else { run.take(key) };
        if let Some(failure) = failure {
            return Some((failure, way, next));
        }
        if run.watch.still >= SUSPICIOUS
            && run.watch.still.is_multiple_of(SUSPICIOUS)
            && next == all.len()
            && let Err(failure) = spin::verdict(&run)
        {
            return Some((failure, way, next));
        }
    }
    None
}
