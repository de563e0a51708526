//! What may happen next, as the learner is offered it: what happens by itself first, what somebody does to it apart.

use serde::{Deserialize, Serialize};
use world::{Choice, ChoiceKey};

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

/// The offers that happen by themselves, and those that somebody does: each group together, the default's first.
pub(crate) fn offers(choices: Vec<Choice>) -> (Vec<Offer>, Vec<Offer>) {
    let offer = |choice: Choice| Offer {
        key: choice.key,
        label: choice.label,
        detail: choice.detail,
        group: Group::of(choice.key),
        most: choice.most,
    };
    let (faults, usual): (Vec<_>, Vec<_>) =
        choices.into_iter().map(offer).partition(|offer| offer.key.is_fault());
    (together(usual), together(faults))
}

/// Groups in the order of their first offer.
fn together(offers: Vec<Offer>) -> Vec<Offer> {
    let mut groups: Vec<Group> = Vec::new();
    for offer in &offers {
        if !groups.contains(&offer.group) {
            groups.push(offer.group);
        }
    }
    let place = |offer: &Offer| groups.iter().position(|group| *group == offer.group);
    let mut offers = offers;
    in_order(&mut offers, |a, b| place(a) < place(b));
    offers
}

#[cfg(test)]
mod tests {
    use super::*;
    use syscall::{HostId, TaskId};

    #[test]
    fn the_default_stays_first_and_faults_stand_apart() {
        let keys = [
            ChoiceKey::Timer(HostId(1)),
            ChoiceKey::Deliver(4),
            ChoiceKey::Timer(HostId(0)),
            ChoiceKey::Run(TaskId(0)),
            ChoiceKey::Kill(syscall::Pid(1)),
            ChoiceKey::Lose(4),
        ];
        let choice =
            |key| Choice { key, label: String::new(), detail: String::new(), touches: vec![], most: None };
        let (usual, faults) = offers(keys.into_iter().map(choice).collect());
        let usual: Vec<_> = usual.iter().map(|offer| offer.key.to_string()).collect();
        assert_eq!(usual, ["timer 1", "timer 0", "deliver 4", "run 0"]);
        let faults: Vec<_> = faults.iter().map(|offer| offer.key.to_string()).collect();
        assert_eq!(faults, ["kill 1", "lose 4"]);
    }
}
