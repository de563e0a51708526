//! The playground.

use std::fmt::Display;

pub(crate) const PLAYGROUND: &str = "Playground";
pub(crate) const LEDE: &str = "Hosts, programs, a network and the calls that you make, one by one. All of \
    it is simulated, and all of it is in the address: a link leads to this very moment.";
pub(crate) const SCRIPTS_ARE_OFF: &str = "Scripts are off, so nothing can be called from here. Below is \
    what could be; <code>socketscope calls</code> makes the same calls in a terminal.";
pub(crate) const RUNS: &str = "Runs to begin with";
pub(crate) const CALLS: &str = "Calls";
pub(crate) const CALLS_ABOUT: &str = "Pick a call and fill in its arguments, or type it. A number of bytes \
    stands for as many letters of the alphabet; text stands in quotes. Addresses are the hosts’ own: the \
    first is 10.0.0.1, the next 10.0.0.2. A program that waits in a call makes no other until that one \
    ends.";
pub(crate) const PEERS: &str = "Peers";

pub(crate) fn peers_about(peers: impl Display) -> String {
    format!(
        "Under “Hosts and network” a <a href=\"{peers}\">peer</a> can be added: a program at the other end \
         that does, on purpose and every time, what a real one does now and then. It has a host of its own \
         and port 7000."
    )
}

pub(crate) const BE_THE_NETWORK: &str = "Be the network";
pub(crate) const BE_THE_NETWORK_ABOUT: &str = "Under the choices stands what a network and a machine may \
    do: lose a packet, hold it back, copy it; cut a cable; take a host’s power away and give it back; kill \
    a program or send it a signal. Nothing of it happens unless you choose it.";
pub(crate) const DESCRIPTION: &str =
    "Make socket calls one by one on simulated hosts, and be the network between them.";
