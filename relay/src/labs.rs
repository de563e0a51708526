//! A session's lab behind the protocol's requests and reports; on systems without one, an honest refusal.

use std::sync::Arc;
use std::task::{Context, Poll};

use protocol::{LabReport, LabRequest};
use syscall::Errno;
use tokio::sync::Semaphore;

#[cfg(target_os = "linux")]
use crate::metrics::Counted;
use crate::metrics::Metrics;

const NO_WIRE: &str = "Labs of this relay are on loopback: there is no wire to lay a hand on.";

/// A session's lab, opened or not.
pub(crate) struct Labs {
    limits: lab::Limits,
    #[cfg_attr(
        not(target_os = "linux"),
        allow(dead_code, reason = "counts sockets, of which there are none")
    )]
    budget: Arc<Semaphore>,
    #[cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "counts labs, of which there are none"))]
    metrics: Arc<Metrics>,
    #[cfg(target_os = "linux")]
    open: Option<(Box<lab::LiveRun>, Counted)>,
}

fn refused(reason: impl Into<String>) -> Option<LabReport> {
    Some(LabReport::Refused { reason: reason.into() })
}

impl Labs {
    /// No lab yet.
    pub(crate) fn new(limits: lab::Limits, budget: Arc<Semaphore>, metrics: Arc<Metrics>) -> Self {
        Self {
            limits,
            budget,
            metrics,
            #[cfg(target_os = "linux")]
            open: None,
        }
    }

    /// Does what the client asks; what there is to say at once, if anything.
    pub(crate) fn request(&mut self, request: LabRequest) -> Option<LabReport> {
        match request {
            LabRequest::Open { lab } => self.open(&lab),
            LabRequest::Start { .. } => refused("This relay starts no further process: its labs have one."),
            LabRequest::Wire(_) | LabRequest::Capture => refused(NO_WIRE),
            LabRequest::Submit { id, task, call } => match self.lab() {
                Some(lab) => {
                    lab.submit(id, task, call);
                    None
                }
                None => Some(LabReport::refused_call(id, Errno::ENETDOWN, 0)),
            },
            LabRequest::Cancel { id } => {
                if let Some(lab) = self.lab() {
                    lab.cancel(id);
                }
                None
            }
            LabRequest::Tell { peer, text } => match self.lab() {
                None => refused("No lab is open: open one, then tell its peer."),
                Some(_) if text.len() > 1000 || text.contains('\n') => {
                    refused("What a peer is told is one line of at most 1000 bytes.")
                }
                Some(lab) => match lab.tell(peer, &text) {
                    Ok(()) => None,
                    Err(_) => refused("The peer has too much unread already: wait until it has acted."),
                },
            },
            LabRequest::Close => self.close().then(|| LabReport::Closed { reason: "closed as asked".into() }),
        }
    }
}

/// A peer of a lab, whose buffers are at most so large.
#[cfg(target_os = "linux")]
fn make(spec: &protocol::PeerSpec, most: i32) -> Result<lab::PeerProgram, String> {
    let asked = spec.rcvbuf.and_then(|asked| i32::try_from(asked).ok());
    let address = std::net::SocketAddrV4::new(lab::Targets::address(spec.host), spec.port);
    let listen = peers::Listen::new(address.into(), asked.map_or(most, |asked| asked.min(most)));
    peers::by_name(&spec.name, listen)
        .ok_or_else(|| format!("There is no such peer. There are: {}.", peers::NAMES.join(", ")))
}

#[cfg(target_os = "linux")]
impl Labs {
    fn lab(&mut self) -> Option<&mut lab::LiveRun> {
        self.open.as_mut().map(|(lab, _)| &mut **lab)
    }

    fn close(&mut self) -> bool {
        self.open.take().is_some()
    }

    fn open(&mut self, spec: &protocol::LabSpec) -> Option<LabReport> {
        self.open = None;
        let most = self.limits.buffer.unwrap_or(i32::MAX);
        let maker: lab::MakePeer = Arc::new(move |spec| make(spec, most));
        let ground = lab::Ground::LOOPBACK;
        match lab::LiveRun::open(spec, &ground, maker, self.limits, Arc::clone(&self.budget)) {
            Ok(lab) => self.open = Some((Box::new(lab), Counted::in_gauge(&self.metrics.labs))),
            Err(error) => return refused(error.to_string()),
        }
        None
    }

    /// The next thing that happened in the lab; pending for ever without one.
    pub(crate) fn poll_report(&mut self, cx: &mut Context<'_>) -> Poll<LabReport> {
        let Some((lab, _)) = &mut self.open else { return Poll::Pending };
        lab.poll_report(cx).map(|report| match report {
            lab::Report::Silent => {
                self.open = None;
                let minutes = self.limits.silence.as_secs().div_ceil(60);
                LabReport::Closed { reason: format!("nothing happened in the lab for {minutes} minutes") }
            }
            report => told(report),
        })
    }
}

#[cfg(target_os = "linux")]
fn told(report: lab::Report) -> LabReport {
    match report {
        lab::Report::Silent => LabReport::Closed { reason: "nothing happened in the lab".into() },
        lab::Report::Opened(peers) => {
            LabReport::Opened { peers: peers.into_iter().map(Into::into).collect() }
        }
        lab::Report::PeerExited(_, status) => LabReport::Refused {
            reason: format!("The peer has ended with status {status}: open the lab again."),
        },
        lab::Report::Happened(event) => LabReport::Happened { event },
        lab::Report::Missed(events) => LabReport::Refused {
            reason: format!("Here {events} packets are not shown: they were more than could be told."),
        },
        lab::Report::Released(packets) => LabReport::Refused {
            reason: format!("The wire holds no more: the {packets} oldest packets were delivered."),
        },
        lab::Report::Holds(lab::Held { task, peer, fd, observed, at }) => {
            LabReport::Holds { task, peer, fd, observed, at }
        }
        lab::Report::Learner(done, at) => LabReport::Completed {
            id: done.id,
            outcome: done.outcome,
            by: done.by,
            here: done.here,
            there: done.there,
            at,
        },
        lab::Report::Peer(peer, done, at) => {
            let received = done.received();
            let outcome = done.outcome.map(|returned| match returned {
                syscall::Returned::Data(data) => syscall::Returned::Data(LabReport::excerpt(&data)),
                other => other,
            });
            LabReport::Peer { peer, call: done.call, outcome, received, here: done.here, at }
        }
    }
}

#[cfg(not(target_os = "linux"))]
impl Labs {
    fn lab(&mut self) -> Option<&mut NoLab> {
        None
    }

    fn close(&mut self) -> bool {
        false
    }

    fn open(&mut self, _spec: &protocol::LabSpec) -> Option<LabReport> {
        refused("Live runs need Linux: run the relay on a Linux machine. Everything else works here.")
    }

    /// Pending for ever.
    pub(crate) fn poll_report(&mut self, _cx: &mut Context<'_>) -> Poll<LabReport> {
        Poll::Pending
    }
}

/// Stands for a lab where there can be none.
#[cfg(not(target_os = "linux"))]
enum NoLab {}

#[cfg(not(target_os = "linux"))]
impl NoLab {
    fn submit(&mut self, _id: syscall::CallId, _task: syscall::TaskId, _call: syscall::Call) {
        match *self {}
    }
    fn cancel(&mut self, _id: syscall::CallId) {
        match *self {}
    }
    fn tell(&mut self, _peer: u16, _text: &str) -> std::io::Result<()> {
        match *self {}
    }
}
