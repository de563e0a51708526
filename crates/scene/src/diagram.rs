//! The state diagram of TCP (RFC 9293, figure 5), with where both ends of the connection are and how they came there.

use serde::{Deserialize, Serialize};
use syscall::{TcpState, What};

use crate::side::Moment;
use crate::text::Sentence;

/// Columns and rows of the diagram's grid.
pub const GRID: (u8, u8) = (3, 6);

/// A state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Node {
    /// Which.
    pub state: TcpState,
    /// Its column and row.
    pub place: (u8, u8),
    /// Which sides are in it now: 0 is the stage's first.
    pub here: Vec<u8>,
    /// Which sides have been in it.
    pub been: [bool; 2],
}

/// A transition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrow {
    /// From the state in this place.
    pub from: (u8, u8),
    /// To the state in this place.
    pub to: (u8, u8),
    /// Which sides have taken it.
    pub taken: [bool; 2],
    /// Whether the last step did.
    pub fresh: bool,
}

/// One end's way through the states.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Way {
    /// Whose.
    pub who: String,
    /// `SYN-SENT, ESTABLISHED, FIN-WAIT-1`, with the events: `#4`.
    pub steps: Vec<(u32, TcpState)>,
}

/// The diagram.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagram {
    /// The states.
    pub nodes: Vec<Node>,
    /// The transitions.
    pub arrows: Vec<Arrow>,
    /// How each end came where it is.
    pub ways: Vec<Way>,
    /// Where both ends are, in a sentence.
    pub spoken: String,
}

use TcpState::{
    CloseWait, Closed, Closing, Established, FinWait1, FinWait2, LastAck, Listen, SynReceived, SynSent,
    TimeWait,
};

const PLACES: [(TcpState, (u8, u8)); 11] = [
    (Closed, (1, 0)),
    (Listen, (0, 1)),
    (SynSent, (2, 1)),
    (SynReceived, (0, 2)),
    (Established, (1, 2)),
    (FinWait1, (0, 3)),
    (Closing, (1, 3)),
    (CloseWait, (2, 3)),
    (FinWait2, (0, 4)),
    (LastAck, (2, 4)),
    (TimeWait, (1, 5)),
];

/// As RFC 9293 draws them; what else happens (a reset, a time-out) leads to CLOSED.
const ARROWS: [(TcpState, TcpState); 19] = [
    (Closed, Listen),
    (Closed, SynSent),
    (Listen, SynReceived),
    (Listen, SynSent),
    (SynSent, SynReceived),
    (SynSent, Established),
    (SynSent, Closed),
    (SynReceived, Established),
    (SynReceived, FinWait1),
    (Established, FinWait1),
    (Established, CloseWait),
    (FinWait1, FinWait2),
    (FinWait1, Closing),
    (FinWait1, TimeWait),
    (FinWait2, TimeWait),
    (Closing, TimeWait),
    (CloseWait, LastAck),
    (LastAck, Closed),
    (TimeWait, Closed),
];

fn place(state: TcpState) -> (u8, u8) {
    PLACES.iter().find(|(it, _)| *it == state).map_or((1, 0), |(_, place)| *place)
}

impl Diagram {
    /// The diagram of the connection that is shown; none before there is one.
    pub(crate) fn new(moment: &Moment<'_>) -> Option<Self> {
        let shown = moment.view.connections.iter().find(|c| Some(c.id) == moment.cast.connection)?;
        let ends = [Some(&shown.ends.0), shown.ends.1.as_ref()];
        let mut ways: Vec<Way> = Vec::new();
        let mut taken: Vec<(TcpState, TcpState, usize, bool)> = Vec::new();
        let mut now: Vec<(usize, TcpState)> = Vec::new();
        let events = moment.index.states().iter().map_while(|index| moment.events.get(*index as usize - 1));
        let events: Vec<_> = events.collect();
        for (end, connects) in ends.into_iter().zip([true, false]) {
            let Some(end) = end else { continue };
            let side = moment.cast.sides.iter().position(|side| side.connects == connects);
            let side = side.unwrap_or(usize::from(!connects));
            let mut steps = vec![];
            for event in &events {
                let What::State { from, to, local, remote } = &event.what else { continue };
                let other = if connects { shown.ends.1.as_ref() } else { Some(&shown.ends.0) };
                if event.host != end.host || *local != end.local || other.is_some_and(|o| o.local != *remote)
                {
                    continue;
                }
                taken.push((*from, *to, side, moment.fresh.contains(&event.index)));
                steps.push((event.index, *to));
            }
            let who = moment.cast.sides.get(side).map_or_else(String::new, |side| side.program.clone());
            now.push((side, end.state));
            ways.push(Way { who, steps });
        }
        let by = |f: &dyn Fn(usize) -> bool| [f(0), f(1)];
        let nodes = PLACES.iter().map(|(state, place)| Node {
            state: *state,
            place: *place,
            here: now.iter().filter(|(_, at)| at == state).map(|(side, _)| *side as u8).collect(),
            been: by(&|side| {
                taken.iter().any(|(from, to, who, _)| *who == side && (from == state || to == state))
            }),
        });
        let arrow = |from: TcpState, to: TcpState| {
            let mine = || taken.iter().filter(move |(a, b, ..)| (*a, *b) == (from, to));
            Arrow {
                from: place(from),
                to: place(to),
                taken: by(&|side| mine().any(|(_, _, who, _)| *who == side)),
                fresh: mine().any(|(.., fresh)| *fresh),
            }
        };
        let mut arrows: Vec<_> = ARROWS.iter().map(|(from, to)| arrow(*from, *to)).collect();
        // What a kernel does besides, a reset above all, is drawn where it happened.
        for (from, to, ..) in &taken {
            let known = arrows.iter().any(|a| (a.from, a.to) == (place(*from), place(*to)));
            if !known && from != to {
                arrows.push(arrow(*from, *to));
            }
        }
        let spoken = now.iter().zip(&ways).map(|((_, state), way)| format!("{} {}", way.who, state.name()));
        let spoken = spoken.collect::<Vec<_>>().join(", ");
        Some(Self { nodes: nodes.collect(), arrows, ways, spoken })
    }
}

impl Way {
    /// The way in a sentence.
    pub fn says(&self) -> Sentence {
        if self.steps.is_empty() {
            return Sentence::text("no transition yet");
        }
        let mut says = Sentence::default();
        for (place, (event, state)) in self.steps.iter().enumerate() {
            says = says.and(if place == 0 { "" } else { ", " }).code(state.name()).and(format!(" #{event}"));
        }
        says
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_a_place_of_its_own_on_the_grid() {
        for (i, (state, place)) in PLACES.iter().enumerate() {
            assert!(place.0 < GRID.0 && place.1 < GRID.1, "{state}");
            assert!(PLACES[..i].iter().all(|(_, other)| other != place), "{state}");
        }
        for state in TcpState::ALL {
            assert!(PLACES.iter().any(|(it, _)| *it == state), "{state}");
            assert!(ARROWS.iter().any(|(_, to)| *to == state), "{state} can be reached");
        }
    }
}
