//! The playground: hosts and consoles that a person sets up, and runs to begin with.

use serde::{Deserialize, Serialize};
use syscall::TaskId;
use world::{Act, ChoiceKey, Faults, Network, PeerSpec, Profile, ProgramSpec, Scenario, World};

use crate::console::parse;
use crate::spec::StageSpec;

/// Most hosts.
pub const MAX_HOSTS: usize = 8;
/// Most programs on all hosts together.
pub const MAX_CONSOLES: usize = 12;
/// Most steps that a run to begin with takes by itself at once.
const MOST_STEPS: usize = 400;

/// A playground.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlaygroundSpec {
    /// Its name in the page.
    pub id: String,
    /// The run that it opens with.
    #[serde(default)]
    pub preset: usize,
}

/// One thing that a run to begin with does.
#[derive(Clone, Copy, Debug)]
enum Do {
    /// This program makes this call.
    Call(u32, &'static str),
    /// The server listens, the client connects, the server accepts.
    Meet,
    /// What happens by itself happens, until nothing does or a program waits to be told.
    Settle,
    /// This is chosen.
    Choose(ChoiceKey),
}

/// A run to begin with.
#[derive(Clone, Copy, Debug)]
pub struct Preset {
    /// Its name in links to the page.
    pub name: &'static str,
    /// Its title.
    pub title: &'static str,
    /// What to look at, and what to try.
    pub says: &'static str,
    /// Hosts, and the programs on each.
    hosts: &'static [(&'static str, &'static [&'static str])],
    /// A peer of the catalogue on the last host, and what is set about it.
    peer: Option<(&'static str, &'static [(&'static str, i64)])>,
    does: &'static [Do],
}

use Do::{Call, Choose, Meet, Settle};

/// What [`Meet`] stands for, in a [`PAIR`].
const MEETING: &[Do] = &[
    Call(1, "socket()"),
    Call(1, "bind(3, 0.0.0.0:7000)"),
    Call(1, "listen(3, 5)"),
    Call(0, "socket()"),
    Call(0, "connect(3, 10.0.0.2:7000)"),
    Settle,
    Call(1, "accept(3)"),
];

/// Somebody who talks to a peer on the second host.
const TO_A_PEER: &[(&str, &[&str])] = &[("client", &["Client"]), ("peer", &[])];

/// Somebody whom a peer on the second host calls.
const FROM_A_PEER: &[(&str, &[&str])] = &[("server", &["Server"]), ("peer", &[])];

const CONNECT: &[Do] = &[Call(0, "socket()"), Call(0, "connect(3, 10.0.0.2:7000)"), Settle];

const SAY_HELLO: &[Do] =
    &[Call(0, "socket()"), Call(0, "connect(3, 10.0.0.2:7000)"), Settle, Call(0, "send(3, \"hello\\n\")")];

const LISTEN: &[Do] = &[Call(0, "socket()"), Call(0, "bind(3, 0.0.0.0:7000)"), Call(0, "listen(3, 5)")];

const PAIR: &[(&str, &[&str])] = &[("client", &["Client"]), ("server", &["Server"])];

/// The runs to begin with.
pub const PRESETS: &[Preset] = &[
    Preset {
        name: "partial-send",
        title: "A partial send",
        says: "The client offers 20,000 bytes to small buffers, and its kernel takes a part. Let the wire run, send again, \
               let the server receive.",
        hosts: PAIR,
        peer: None,
        does: &[
            Call(1, "socket()"),
            Call(1, "setsockopt(3, SO_RCVBUF, 4096)"),
            Call(1, "bind(3, 0.0.0.0:7000)"),
            Call(1, "listen(3, 5)"),
            Call(0, "socket()"),
            Call(0, "setsockopt(3, SO_SNDBUF, 4096)"),
            Call(0, "connect(3, 10.0.0.2:7000)"),
            Settle,
            Call(1, "accept(3)"),
            Call(0, "setblocking(3, 0)"),
            Call(0, "send(3, 20000)"),
        ],
    },
    Preset {
        name: "backlog",
        title: "A full backlog",
        says: "The server listens with a backlog of 1 and accepts nobody. Two clients are connected all the same; the third \
               one's SYN is dropped and sent again. Accept one and let time pass.",
        hosts: &[("clients", &["Ann", "Bob", "Cleo"]), ("server", &["Server"])],
        peer: None,
        does: &[
            Call(3, "socket()"),
            Call(3, "bind(3, 0.0.0.0:7000)"),
            Call(3, "listen(3, 1)"),
            Call(0, "socket()"),
            Call(0, "connect(3, 10.0.0.2:7000)"),
            Settle,
            Call(1, "socket()"),
            Call(1, "connect(3, 10.0.0.2:7000)"),
            Settle,
            Call(2, "socket()"),
            Call(2, "connect(3, 10.0.0.2:7000)"),
        ],
    },
    Preset {
        name: "half-close",
        title: "Half-close",
        says: "The client has said all it has to say and shut its sending direction. The server reads the request, then the \
               end; its own direction is still open. Answer, then close.",
        hosts: PAIR,
        peer: None,
        does: &[
            Meet,
            Call(0, "send(3, \"how many?\\n\")"),
            Call(0, "shutdown(3, SHUT_WR)"),
            Settle,
            Call(1, "recv(4, 100)"),
            Call(1, "recv(4, 100)"),
        ],
    },
    Preset {
        name: "nagle",
        title: "Nagle meets the delayed ACK",
        says: "Two small sends. The first leaves at once; the second waits for its acknowledgement, which the other kernel \
               delays. Let time pass and see how long. Then start afresh with TCP_NODELAY before the sends.",
        hosts: PAIR,
        peer: None,
        does: &[
            Meet,
            // The first segments of a connection are acknowledged at once; a few exchanges end that.
            Call(0, "send(3, 100)"),
            Settle,
            Call(1, "recv(4, 100)"),
            Call(1, "send(4, 100)"),
            Settle,
            Call(0, "recv(3, 100)"),
            Call(0, "send(3, 4)"),
            Call(0, "send(3, 4)"),
        ],
    },
    Preset {
        name: "host-dies",
        title: "A host dies",
        says: "The server's host has died without a word. The client's kernel cannot know: send, and watch it try again and \
               again. Give the host its power back and see what it answers.",
        hosts: PAIR,
        peer: None,
        does: &[
            Meet,
            Choose(ChoiceKey::PowerOff(syscall::HostId(1))),
            Call(0, "send(3, \"are you there?\\n\")"),
        ],
    },
    Preset {
        name: "dribbler",
        title: "A peer that dribbles",
        says: "The other end is a program of the catalogue: it sends back what it gets, a byte at a time. Receive, and see \
               how little one call gives.",
        hosts: TO_A_PEER,
        peer: Some(("dribbler", &[("gap_ms", 5)])),
        does: SAY_HELLO,
    },
    Preset {
        name: "resetter",
        title: "A peer that resets",
        says: "After five bytes the other end resets the connection. Let the wire run, then receive, receive again and send.",
        hosts: TO_A_PEER,
        peer: Some(("resetter", &[("bytes", 5)])),
        does: SAY_HELLO,
    },
    Preset {
        name: "dialler",
        title: "Somebody dials",
        says: "The other end connects to your server, three times at once, and tries again while nobody listens. Accept, \
               receive, answer, close; or make it wait.",
        hosts: FROM_A_PEER,
        peer: Some(("dialler", &[("at_once", 3)])),
        does: LISTEN,
    },
];

/// The network and what may go wrong, as everything here begins.
const WIRE: Network = Network::Wire { mtu: 1500, delay_us: 200 };

impl Preset {
    /// A run with a peer of the catalogue: connected to one that listens, listening for one that does not.
    pub const fn with_peer(name: &'static str, says: &'static str, listens: bool) -> Self {
        let (hosts, does) = if listens { (TO_A_PEER, CONNECT) } else { (FROM_A_PEER, LISTEN) };
        Self { name, title: name, says, hosts, peer: Some((name, &[])), does }
    }

    /// What it does, one thing at a time.
    fn steps(&self) -> impl Iterator<Item = &Do> {
        self.does
            .iter()
            .flat_map(|step| if matches!(step, Meet) { MEETING } else { std::slice::from_ref(step) })
    }

    /// Its hosts, network and programs.
    pub fn scenario(&self) -> Scenario {
        let hosts = self.hosts.iter().map(|(host, _)| (*host).into()).collect();
        let programs = self.hosts.iter();
        let programs = programs
            .flat_map(|(host, programs)| programs.iter().map(|name| ProgramSpec::console(*name, *host)));
        let last = self.hosts.last().map_or("", |(host, _)| *host);
        let peer = self.peer.map(|(name, settings)| {
            let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect();
            ProgramSpec::peer(name, last, PeerSpec { settings, ..PeerSpec::named(name) })
        });
        Scenario { faults: Faults::ALL, ..Scenario::new(WIRE, hosts, programs.chain(peer).collect()) }
    }

    /// What has been done when it opens.
    pub fn acts(&self) -> Vec<Act> {
        let Ok(mut world) = World::new(&self.scenario()) else { return vec![] };
        let mut acts = Vec::new();
        for step in self.steps() {
            match step {
                Call(program, text) => {
                    let Ok(input) = parse(text) else { continue };
                    acts.extend([
                        Act::Give(TaskId(*program), input),
                        Act::Take(ChoiceKey::Run(TaskId(*program))),
                    ]);
                }
                Choose(key) => acts.push(Act::Take(*key)),
                Settle | Meet => {}
            }
            let done = world.act_count() as usize;
            for act in acts.drain(done.min(acts.len())..).collect::<Vec<_>>() {
                if world.act(act.clone()).is_ok() {
                    acts.push(act);
                }
            }
            if matches!(step, Settle) {
                for _ in 0..MOST_STEPS {
                    let Some(key) = world.default_choice() else { break };
                    if world.take(key).is_err() {
                        break;
                    }
                    acts.push(Act::Take(key));
                }
            }
        }
        acts
    }
}

/// A stage over a scenario of the playground.
pub fn stage_spec(id: &str, scenario: Scenario) -> StageSpec {
    StageSpec {
        id: id.into(),
        title: "What happens".into(),
        scenario,
        start: 0,
        small: false,
        predictions: vec![],
    }
}

/// A change of what there is; the run begins afresh with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Another host with a program of its own.
    AddHost,
    /// Without this host, from 0, and its programs.
    RemoveHost(usize),
    /// Another program on this host.
    AddProgram(usize),
    /// This peer, on another host of its own.
    AddPeer(PeerSpec),
    /// Without the last program of this host.
    RemoveProgram(usize),
    /// One host that talks to itself, or a wire.
    Loopback(bool),
    /// The wire's largest packet, in bytes.
    Mtu(u32),
    /// The wire's delay, in microseconds.
    Delay(u64),
    /// Whose behaviour is shown.
    Profile(Profile),
    /// What may go wrong.
    Faults(bool),
}

/// The scenario after a change.
///
/// # Errors
/// Why it cannot be, in a sentence.
pub fn change(scenario: &Scenario, change: Change) -> Result<Scenario, String> {
    let mut next = scenario.clone();
    match change {
        Change::AddHost | Change::AddPeer(_) if next.hosts.len() >= MAX_HOSTS => {
            return Err(format!("There may be {MAX_HOSTS} hosts."));
        }
        Change::AddHost => {
            if next.network == Network::Loopback {
                next.network = WIRE;
            }
            let host = unused("host", next.hosts.iter().map(String::as_str));
            next.programs.push(ProgramSpec::console(unused("Program", names(&next)), host.clone()));
            next.hosts.push(host);
        }
        Change::AddPeer(peer) => {
            if next.network == Network::Loopback {
                next.network = WIRE;
            }
            let host = first_unused("peer", next.hosts.iter().map(String::as_str));
            let name = first_unused(&peer.name, names(&next));
            next.programs.push(ProgramSpec::peer(name, host.clone(), peer));
            next.hosts.push(host);
        }
        Change::RemoveHost(at) => {
            if next.hosts.len() <= 1 || at >= next.hosts.len() {
                return Err("One host must stay.".into());
            }
            let gone = next.hosts.remove(at);
            next.programs.retain(|program| program.host != gone);
            if next.hosts.len() == 1 {
                next.network = Network::Loopback;
            }
        }
        Change::AddProgram(at) => {
            if next.programs.len() >= MAX_CONSOLES {
                return Err(format!("There may be {MAX_CONSOLES} programs."));
            }
            let Some(host) = next.hosts.get(at).cloned() else { return Err("There is no such host.".into()) };
            next.programs.push(ProgramSpec::console(unused("Program", names(&next)), host));
        }
        Change::RemoveProgram(at) => {
            let host = next.hosts.get(at).cloned().unwrap_or_default();
            let last = next.programs.iter().rposition(|program| program.host == host);
            let several = next.programs.iter().filter(|program| program.host == host).count() > 1;
            match last.filter(|_| several) {
                Some(last) => drop(next.programs.remove(last)),
                None => return Err("A host keeps one program; remove the host instead.".into()),
            }
        }
        Change::Loopback(true) => {
            next.network = Network::Loopback;
            next.hosts.truncate(1);
            for program in &mut next.programs {
                program.host.clone_from(&next.hosts[0]);
            }
        }
        Change::Loopback(false) => {
            if next.hosts.len() < 2 {
                return self::change(&next, Change::AddHost);
            }
        }
        Change::Mtu(bytes) => match &mut next.network {
            Network::Wire { mtu, .. } => *mtu = bytes,
            Network::Loopback => return Err("A host that talks to itself has no wire.".into()),
        },
        Change::Delay(us) => match &mut next.network {
            Network::Wire { delay_us, .. } => *delay_us = us,
            Network::Loopback => return Err("A host that talks to itself has no wire.".into()),
        },
        Change::Profile(profile) => next.profile = profile,
        Change::Faults(all) => next.faults = if all { Faults::ALL } else { Faults::default() },
    }
    World::new(&next).map(|_| next).map_err(|error| error.problems.join(" "))
}

fn names(scenario: &Scenario) -> impl Iterator<Item = &str> {
    scenario.programs.iter().map(|program| program.name.as_str())
}

/// This name if nobody has it, else one with a number.
fn first_unused<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> String {
    let names: Vec<_> = names.collect();
    if names.contains(&name) { unused(name, names.into_iter()) } else { name.into() }
}

/// A name with a number that nobody has.
fn unused<'n>(stem: &str, names: impl Iterator<Item = &'n str>) -> String {
    let names: Vec<_> = names.collect();
    let mut number = names.len() + 1;
    loop {
        let name = format!("{stem} {number}");
        if !names.contains(&name.as_str()) {
            return name;
        }
        number += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use syscall::{Errno, Returned, TcpState, What};

    fn run(preset: &Preset) -> World {
        let mut world = World::new(&preset.scenario()).expect("it can run");
        for act in preset.acts() {
            world.act(act).expect("each act was on offer");
        }
        world
    }

    fn named(name: &str) -> World {
        run(PRESETS.iter().find(|preset| preset.name == name).expect("there is such a run"))
    }

    #[test]
    fn every_run_to_begin_with_makes_all_its_calls() {
        for preset in PRESETS {
            let world = run(preset);
            let made = preset.acts().iter().filter(|act| matches!(act, Act::Give(..))).count();
            let told = preset.steps().filter(|step| matches!(step, Call(..))).count();
            assert_eq!(made, told, "{}", preset.name);
            let failed: Vec<_> = world
                .events()
                .iter()
                .filter(|event| matches!(&event.what, What::Returned { outcome: Err(_), .. }))
                .collect();
            assert!(failed.is_empty(), "{}: {failed:?}", preset.name);
        }
    }

    #[test]
    fn the_runs_show_what_their_titles_say() {
        let count = |world: &World| match world.events().iter().rev().find_map(|e| match &e.what {
            What::Returned { outcome: Ok(Returned::Count(n)), .. } => Some(*n),
            _ => None,
        }) {
            Some(n) => n,
            None => panic!("no count"),
        };
        assert!((1..20_000).contains(&count(&named("partial-send"))));

        let view = named("backlog").view();
        let listener =
            view.hosts[1].sockets.iter().find(|s| s.state == TcpState::Listen).expect("it listens");
        assert_eq!(listener.queue, 2);
        assert_eq!(view.programs[2].status, world::Status::Waits);

        let view = named("half-close").view();
        assert_eq!(view.connections[0].ends.0.state, TcpState::FinWait2);
        assert_eq!(view.connections[0].ends.1.as_ref().map(|end| end.state), Some(TcpState::CloseWait));

        let view = named("nagle").view();
        assert_eq!(view.connections[0].ends.0.observed.outq_unsent, 4, "the second send is held back");

        let mut world = named("host-dies");
        assert!(!world.view().hosts[1].powered);
        while world.step() {}
        let told = world.view();
        assert_eq!(told.connections[0].ends.0.state, TcpState::Closed, "in the end it gives up");
        let _ = Errno::ETIMEDOUT;
    }

    #[test]
    fn hosts_come_and_go_within_bounds() {
        let mut scenario = PRESETS[0].scenario();
        for _ in 2..MAX_HOSTS {
            scenario = change(&scenario, Change::AddHost).expect("there is room");
        }
        assert_eq!((scenario.hosts.len(), scenario.programs.len()), (8, 8));
        assert!(change(&scenario, Change::AddHost).is_err());
        while scenario.hosts.len() > 1 {
            scenario = change(&scenario, Change::RemoveHost(0)).expect("one stays");
        }
        assert_eq!(scenario.network, Network::Loopback);
        assert!(change(&scenario, Change::RemoveHost(0)).is_err());
        let wire = change(&scenario, Change::Loopback(false)).expect("a second host comes");
        assert_eq!(wire.hosts.len(), 2);
        assert!(change(&wire, Change::Mtu(1)).is_err_and(|why| why.contains("68")));
        assert!(change(&wire, Change::Mtu(576)).is_ok());
    }

    #[test]
    fn a_peer_comes_on_a_host_of_its_own_and_again_by_another_name() {
        let peer = PeerSpec { seed: 7, ..PeerSpec::named("dribbler") };
        let one = change(&PRESETS[0].scenario(), Change::AddPeer(peer.clone())).expect("there is room");
        let two = change(&one, Change::AddPeer(peer.clone())).expect("there is room");
        assert_eq!(two.hosts[2..], ["peer", "peer 4"]);
        assert_eq!(two.programs[3].name, "dribbler 4");
        assert_eq!(two.programs[2].peer, Some(peer));
        let mut world = World::new(&two).expect("it can run");
        while world.step() {}
        let listens =
            |host: usize| world.view().hosts[host].sockets.iter().any(|s| s.state == TcpState::Listen);
        assert!(listens(2) && listens(3));
        let wrong = PeerSpec { settings: [("piece".into(), 0)].into(), ..PeerSpec::named("dribbler") };
        assert!(
            change(&one, Change::AddPeer(wrong)).is_err_and(|why| why.contains("may be 1 to 4096 bytes"))
        );
        let alone = change(&one, Change::Loopback(true)).expect("it can");
        assert!(change(&alone, Change::AddPeer(PeerSpec::named("echo"))).is_ok_and(|it| it.hosts.len() == 2));
    }

    #[test]
    fn a_run_with_any_peer_is_connected_or_listens() {
        for (name, listens) in [("echo", true), ("slow-accepter", true), ("chat", true), ("dialler", false)] {
            let preset = Preset::with_peer(name, "", listens);
            let world = run(&preset);
            assert_eq!(
                preset.acts().iter().filter(|act| matches!(act, Act::Give(..))).count(),
                if listens { 2 } else { 3 }
            );
            let state = if listens { TcpState::Established } else { TcpState::Listen };
            assert!(world.view().hosts[0].sockets.iter().any(|socket| socket.state == state), "{name}");
        }
    }

    #[test]
    fn one_machine_keeps_all_programs() {
        let scenario = change(&PRESETS[1].scenario(), Change::Loopback(true)).expect("it can");
        assert_eq!((scenario.hosts.len(), scenario.programs.len()), (1, 4));
        let more = change(&scenario, Change::AddProgram(0)).expect("there is room");
        assert_eq!(change(&more, Change::RemoveProgram(0)).expect("it was just added"), scenario);
    }
}
