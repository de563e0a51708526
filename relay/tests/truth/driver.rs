//! Scripts of the truth table on a session's lab: each task a process of the learner's, each call a message.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use protocol::{FromClient, LabReport, LabRequest, LabSpec, WireSpec};
use syscall::{Address, Call, CallId, HostId, Micros, Outcome, Returned, TaskId};
use tokio::runtime::Handle;
use tokio::time::timeout;
use truth::Driver;

use crate::common::{Client, Relay};

/// The most bytes that a send that does not wait offers, where a script says more: a message is no place for megabytes.
const OFFERED: usize = 192 << 10;
/// How long what is under way on a wire may take to arrive and be answered.
const MOMENT: Duration = Duration::from_millis(2);
/// How much later than in the simulator things may come on a machine that has other work, in microseconds.
const TOLERANCE: Micros = 5_000_000;
/// In scripts.
const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// Where the processes of a script are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// All on one host, which talks to itself.
    OneHost,
    /// The first, which serves where anybody does, on one host and all others on another.
    TwoHosts,
}

/// A session with a lab.
pub(crate) struct Session<'r> {
    runtime: &'r Handle,
    client: Client,
    place: Place,
    measured: bool,
    hosts: Vec<HostId>,
    done: BTreeMap<CallId, Outcome>,
    began: Instant,
}

/// The task that no script has: what it asks is answered behind everything that was asked before.
const NOBODY: TaskId = TaskId(0);

impl<'r> Session<'r> {
    /// A fresh lab. With `exact`, figures are compared where this is the kernel that they belong to.
    pub(crate) fn open(runtime: &'r Handle, relay: &Relay, place: Place, exact: bool) -> Self {
        let hosts = if place == Place::OneHost { 1 } else { 2 };
        let client = runtime.block_on(async {
            let mut client = relay.session().await;
            client.open(LabSpec { hosts, peers: vec![], wire: WireSpec::default() }).await.unwrap();
            client
        });
        let kernel = relay::kernel("");
        let measured = exact && truth::is_measured(&kernel.release, &kernel.congestion);
        let (hosts, done, began) = (Vec::new(), BTreeMap::new(), Instant::now());
        Self { runtime, client, place, measured, hosts, done, began }
    }

    pub(crate) fn finish(self) {
        self.runtime.block_on(self.client.finish());
    }

    /// Takes what is told until the call has ended, or the time is over.
    fn hear(&mut self, until: Option<CallId>, patience: Duration) {
        let Self { runtime, client, done, .. } = self;
        let heard = async {
            while until.is_none_or(|id| !done.contains_key(&id)) {
                match client.report().await {
                    LabReport::Completed { id, outcome, .. } => drop(done.insert(id, told(outcome))),
                    LabReport::Refused { reason } | LabReport::Closed { reason } => panic!("{reason}"),
                    _ => {}
                }
                client.happened.clear();
            }
        };
        let _ = runtime.block_on(async { timeout(patience, heard).await });
    }

    fn ask(&mut self, request: LabRequest) {
        self.runtime.block_on(self.client.send(&FromClient::Lab(request)));
    }

    /// The same call where the script's processes are.
    fn placed(&self, task: TaskId, mut call: Call) -> Call {
        match &mut call {
            Call::Send { data, flags, .. } if flags.dontwait && data.len() > OFFERED => {
                *data = data.slice(0..OFFERED);
            }
            Call::Bind { address, .. } => self.place_at(task, address, true),
            Call::Connect { address, .. } | Call::Sendto { address, .. } => {
                self.place_at(task, address, false);
            }
            _ => {}
        }
        call
    }

    fn place_at(&self, task: TaskId, address: &mut Address, own: bool) {
        if self.place == Place::OneHost || address.ip() != HERE {
            return;
        }
        let here = self.hosts[task.0 as usize - 1].0;
        let host = if own { here } else { 1 - here };
        address.set_ip([10, 0, 0, host as u8 + 1].into());
    }
}

/// In a script every address of a process of it is 127.0.0.1.
fn told(outcome: Outcome) -> Outcome {
    let here = |mut address: SocketAddr| {
        if matches!(address.ip(), IpAddr::V4(ip) if ip.octets()[..3] == [10, 0, 0]) {
            address.set_ip(HERE);
        }
        address
    };
    outcome.map(|returned| match returned {
        Returned::Accepted { fd, peer } => Returned::Accepted { fd, peer: here(peer) },
        Returned::Datagram { data, from } => Returned::Datagram { data, from: here(from) },
        Returned::Address(address) => Returned::Address(here(address)),
        other => other,
    })
}

impl Driver for Session<'_> {
    fn spawn(&mut self) -> TaskId {
        let host = HostId(u16::from(self.place == Place::TwoHosts && self.hosts.is_empty()));
        self.hosts.push(host);
        let task = TaskId(self.hosts.len() as u32);
        self.ask(LabRequest::Start { task, host });
        task
    }

    fn submit(&mut self, task: TaskId, call: Call) -> CallId {
        let call = self.placed(task, call);
        let (id, last) = self.runtime.block_on(async {
            let id = self.client.submit_as(task, call).await;
            (id, self.client.submit_as(NOBODY, Call::Gethostname).await)
        });
        self.hear(Some(last), crate::common::PATIENCE);
        id
    }

    fn outcome(&mut self, id: CallId) -> Option<Outcome> {
        self.done.get(&id).cloned()
    }

    fn wait(&mut self, id: CallId, patience: Micros) -> Option<Outcome> {
        self.hear(Some(id), Duration::from_micros(patience));
        self.outcome(id)
    }

    fn pass(&mut self, us: Micros) {
        self.hear(None, Duration::from_micros(us));
    }

    fn rest(&mut self) {
        if self.place == Place::TwoHosts {
            self.hear(None, MOMENT);
        }
    }

    fn now(&self) -> Micros {
        self.began.elapsed().as_micros() as Micros
    }

    fn signal(&mut self, _: TaskId) -> Result<(), String> {
        Err("a session sends no signals".into())
    }

    fn kill(&mut self, _: TaskId) -> Result<(), String> {
        Err("a session kills no process".into())
    }

    fn sigpipe_default(&mut self, _: TaskId) -> Result<(), String> {
        Err("a session's processes get no signals".into())
    }

    fn is_dead(&mut self, _: TaskId) -> bool {
        false
    }

    fn is_measured(&self) -> bool {
        self.measured
    }

    fn keeps_time(&self) -> bool {
        self.place == Place::OneHost
    }

    fn tolerance(&self) -> Micros {
        TOLERANCE
    }
}
