//! A peer of the catalogue as a program of a world.

use std::hash::{Hash, Hasher};
use std::net::{Ipv4Addr, SocketAddrV4};

use peers::{CONTROL, Peer, Place};
use syscall::{Action, Call, Outcome, Program, Returned};

use crate::{Adapter, Guest, Input, ProgramSpec, Scenario, Status};

/// Most bytes that wait on a peer's control channel.
const MOST_TOLD: usize = 4096;

/// The peer that a program of the scenario is.
pub(crate) fn guest(scenario: &Scenario, spec: &ProgramSpec) -> Result<Box<dyn Guest>, String> {
    let problem = |what: &str| format!("program `{}`: {what}", spec.name);
    let peer = spec.peer.as_ref().ok_or_else(|| problem("is no peer"))?;
    let listens = peers::about(&peer.name).is_none_or(|about| about.listens);
    let host = if listens { Some(&spec.host) } else { peer.to.as_ref() };
    let host = host.and_then(|name| scenario.hosts.iter().position(|host| host == name)).unwrap_or(0);
    let address = SocketAddrV4::new(Ipv4Addr::new(10, 0, 0, host as u8 + 1), peer.port).into();
    let place = Place { address, rcvbuf: peer.rcvbuf };
    let program = Peer::new(&peer.name, place, &peer.settings, peer.seed);
    let program = program.map_err(|wrong| problem(&wrong.to_string()))?;
    Ok(Box::new(Told { peer: Adapter::new(program), told: Vec::new(), listens: false }))
}

/// A peer with its control channel, which is the world's and no descriptor of the kernel's: who listens there waits to
/// be told, as a console does.
#[derive(Clone, Debug)]
struct Told {
    peer: Adapter<Peer>,
    /// What it was told and has not heard.
    told: Vec<u8>,
    /// Whether it waits to be told.
    listens: bool,
}

impl Told {
    /// Goes on if it waits for what it was told.
    fn hear(&mut self) {
        while self.listens && !self.told.is_empty() {
            let text = std::mem::take(&mut self.told);
            self.go_on(Some(Ok(Returned::Data(text.into()))));
        }
    }

    fn go_on(&mut self, outcome: Option<Outcome>) {
        let action = self.peer.resume(outcome);
        self.listens = matches!(action, Action::Call { call: Call::Recv { fd: CONTROL, .. }, .. });
    }
}

impl Program for Told {
    /// Answers a line without number while it waits to be told: the world asks [`Guest::peek`], which tells them apart.
    fn resume(&mut self, outcome: Option<Outcome>) -> Action {
        self.go_on(outcome);
        self.hear();
        self.peek().cloned().unwrap_or(Action::Line(0))
    }
}

impl Guest for Told {
    fn peek(&self) -> Option<&Action> {
        self.peer.peek().filter(|_| !self.listens)
    }

    fn status(&self) -> &Status {
        self.peer.status()
    }

    fn copy(&self) -> Box<dyn Guest> {
        Box::new(self.clone())
    }

    fn hash_state(&self, mut hasher: &mut dyn Hasher) {
        self.peer.hash_state(hasher);
        self.told.hash(&mut hasher);
    }

    fn give(&mut self, _thread: u32, input: &Input) -> bool {
        match input {
            Input::Tell(text) if self.told.len() + text.len() < MOST_TOLD => {
                self.told.extend_from_slice(text.as_bytes());
                self.told.push(b'\n');
                self.hear();
                true
            }
            Input::Tell(_) | Input::Line(_) | Input::Call(_) | Input::Exit(_) => false,
        }
    }
}
