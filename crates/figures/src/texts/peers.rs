//! Peers by name, in the playground.

pub(crate) const A_PEER: &str = "A peer";
pub(crate) const PEER_LEGEND: &str = "A peer at the other end";
pub(crate) const PEER: &str = "peer";
pub(crate) const SEED: &str = "seed";
pub(crate) const ADD_THIS_PEER: &str = "Add this peer";
