//! What may happen next, as the learner is offered it: what happens by itself first, what somebody does to it apart.

use serde::{Deserialize, Serialize};
use syscall::Micros;
use world::{Choice, ChoiceKey, World};

use crate::text::in_order;

/// What acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// A program runs.
    Programs,
    /// A packet arrives.
    Wire,
    /// Time passes.
    Time,
    /// The network does something to a packet.
    WireFaults,
    /// A process gets a signal, a host dies, a cable is cut.
    HostFaults,
}

impl Group {
    const fn of(key: ChoiceKey) -> Self {
        match key {
            ChoiceKey::Run(_) | ChoiceKey::Part(..) => Self::Programs,
            ChoiceKey::Deliver(_) => Self::Wire,
            ChoiceKey::Timer(_) | ChoiceKey::Wake(_) => Self::Time,
            ChoiceKey::Lose(_) | ChoiceKey::Duplicate(_) | ChoiceKey::Delay(_) => Self::WireFaults,
            ChoiceKey::Signal(_)
            | ChoiceKey::Kill(_)
            | ChoiceKey::PowerOff(_)
            | ChoiceKey::PowerOn(_)
            | ChoiceKey::Cut(_)
            | ChoiceKey::Mend(_) => Self::HostFaults,
        }
    }

    /// Its heading.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Programs => "A program runs",
            Self::Wire => "A packet arrives",
            Self::Time => "Time passes",
            Self::WireFaults => "To a packet",
            Self::HostFaults => "To programs and hosts",
        }
    }
}

/// Something that may happen next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// Its stable name.
    pub key: ChoiceKey,
    /// Who or what acts.
    pub label: String,
    /// What that does.
    pub detail: String,
    /// What acts.
    pub group: Group,
    /// The call may move any number of bytes from 1 to this many.
    pub most: Option<u32>,
}

impl From<Choice> for Offer {
    fn from(Choice { key, label, detail, most, .. }: Choice) -> Self {
        Self { key, label, detail, group: Group::of(key), most }
    }
}

/// Most things that are offered at once, unless all are asked for: a full window of small packets is more than a hundred.
/// As many as have a key: a longer list is taller than the hosts beside it.
pub const OFFERS: usize = 9;
/// Most faults that are shown at once.
const FAULTS: usize = 120;

/// What may happen next.
#[derive(Default)]
pub(crate) struct Offers {
    /// What happens by itself, each group together, the default's first: all names.
    pub(crate) keys: Vec<ChoiceKey>,
    /// The first of them in words.
    pub(crate) shown: Vec<Offer>,
    /// The first of what somebody does, where that is asked for.
    pub(crate) faults: Vec<Offer>,
    /// How many faults there are besides.
    pub(crate) more_faults: u32,
}

impl Offers {
    /// `every`: put all of what happens by itself into words; `network`: faults too.
    pub(crate) fn new(world: &World, every: bool, network: bool) -> Self {
        let (faults, usual): (Vec<_>, Vec<_>) =
            world.offered().into_iter().partition(|(key, _)| key.is_fault());
        let usual = together(usual);
        let words = |list: &[(ChoiceKey, Micros)], most: usize| {
            list.iter().take(most).map(|offered| world.in_words(*offered).into()).collect::<Vec<_>>()
        };
        let shown = words(&usual, if every { usize::MAX } else { OFFERS });
        let keys = usual.into_iter().map(|(key, _)| key).collect();
        let faults = if network { together(faults) } else { vec![] };
        let more_faults = faults.len().saturating_sub(FAULTS) as u32;
        Self { keys, shown, faults: words(&faults, FAULTS), more_faults }
    }
}

/// Groups in the order of their first offer.
fn together(mut offers: Vec<(ChoiceKey, Micros)>) -> Vec<(ChoiceKey, Micros)> {
    let mut groups: Vec<Group> = Vec::new();
    for (key, _) in &offers {
        let group = Group::of(*key);
        if !groups.contains(&group) {
            groups.push(group);
        }
    }
    let place = |(key, _): &(ChoiceKey, Micros)| groups.iter().position(|group| *group == Group::of(*key));
    in_order(&mut offers, |a, b| place(a) < place(b));
    offers
}

#[cfg(test)]
mod tests {
    use super::*;
    use syscall::{HostId, TaskId};

    #[test]
    fn each_group_stands_together_and_the_defaults_first() {
        let keys = [
            ChoiceKey::Timer(HostId(1)),
            ChoiceKey::Deliver(4),
            ChoiceKey::Timer(HostId(0)),
            ChoiceKey::Run(TaskId(0)),
        ];
        let usual = together(keys.into_iter().map(|key| (key, 0)).collect());
        let usual: Vec<_> = usual.iter().map(|(key, _)| key.to_string()).collect();
        assert_eq!(usual, ["timer 1", "timer 0", "deliver 4", "run 0"]);
    }
}
