//! A run's program in its lab: each call is made where the relay says, and its outcome is given back.

use protocol::{Answered, LabRequest, LabSpec, PeerSpec};
use scene::Real;
use syscall::{Action, Call, CallId, Outcome, Program as _};
use world::Script;

use super::super::incoming::LabReport;
use super::super::twin::Twin;
use super::{Output, REST_MS, Run, State, TASK, lab};
use crate::texts;

/// Most lines that a program may pass between two calls.
const MOST_LINES: usize = 10_000;
/// Most calls of one run.
const MOST_CALLS: usize = 400;

impl Run {
    pub(super) fn open(&mut self, out: &mut Vec<Output>) {
        // A lab has a peer, even if nobody talks to it.
        let name = if self.talks_to_itself() { "echo" } else { &self.spec.peer };
        let named = PeerSpec::named(name);
        let mut lab_spec = LabSpec::with(PeerSpec { rcvbuf: self.spec.rcvbuf, ..named });
        if self.has_wire() {
            lab_spec.wire = self.wire.spec().clone();
            if lab_spec.wire.held || lab_spec.wire.lose > 0 {
                self.wire.touch(0);
            }
        }
        self.state = State::Opening;
        lab(out, LabRequest::Open { lab: lab_spec });
    }

    pub(super) fn reported(&mut self, report: LabReport, out: &mut Vec<Output>) {
        match report {
            LabReport::Opened { peers } => {
                self.lab = true;
                let Some(spec) =
                    self.spec.scenario.programs.iter().find(|program| program.name == self.spec.run)
                else {
                    return self.fail(
                        texts::live::THE_RUN_HAS_NOT_BEGUN,
                        texts::live::NO_SUCH_PROGRAM,
                        texts::live::TELL_THE_LESSONS_AUTHOR,
                        out,
                    );
                };
                match Script::new(spec) {
                    Ok(program) => {
                        self.peer = peers.first().copied().filter(|_| !self.talks_to_itself());
                        self.program = Some(program);
                        self.twin = Twin::new(&self.spec, self.has_wire().then(|| self.wire.spec()));
                        self.resume(None, out);
                    }
                    Err(problems) => {
                        self.fail(
                            texts::live::THE_RUN_HAS_NOT_BEGUN,
                            &problems.join(" "),
                            texts::live::TELL_THE_LESSONS_AUTHOR,
                            out,
                        );
                    }
                }
            }
            LabReport::Completed { id, outcome, by, real, here, there, at } => {
                let Some((_, _, place)) = self.pending.take_if(|(pending, ..)| *pending == id) else {
                    return;
                };
                for (there, held) in [(false, &here), (true, &there)] {
                    if let Some(held) = held {
                        self.wire.holds(there, held.clone());
                    }
                }
                let before = self.answered_us.replace(at).unwrap_or(at);
                // With a peer that the learner holds, a wait tells of the learner.
                let waited_us = if self.talks_to_itself() { at.saturating_sub(before) } else { 0 };
                if let Some(Real::Call { call, .. }) = self.real.get(place) {
                    let (call, outcome) = (call.clone(), Some(outcome.clone()));
                    let (by_kernel, ms) = (by == Answered::Kernel, (waited_us / 1000) as u32);
                    self.real[place] = Real::Call { call, outcome, by_kernel, here, there, ms, made: real };
                }
                if let Some(twin) = &mut self.twin {
                    twin.advance(self.calls as usize);
                }
                self.resume(Some(outcome), out);
            }
            LabReport::Peer { received, here } => {
                if let Some(here) = here {
                    self.wire.holds(true, here);
                }
                if received > 0 {
                    self.peer_read(received);
                }
            }
            LabReport::Happened { event } => self.wire.happened(*event),
            LabReport::Holds { task, observed } => self.wire.holds(task.is_none(), observed),
            LabReport::Captured { part, left } => {
                if let Some(bytes) = self.wire.captured(&part, left) {
                    out.push(Output::Save { name: format!("{}.pcapng", self.spec.id), bytes });
                }
            }
            LabReport::Refused { reason } if self.state == State::Opening => {
                self.fail(texts::live::THE_RELAY_REFUSED, &reason, texts::live::TRY_AGAIN_IN_A_MOMENT, out);
            }
            LabReport::Refused { reason: says } | LabReport::Notice { says } => self.wire.notice(says),
            LabReport::Closed { reason } => {
                self.lab = false;
                if matches!(self.state, State::Opening | State::Running | State::WaitsForPeer | State::Told) {
                    self.fail(texts::live::THE_RUN_HAS_STOPPED, &reason, texts::live::TRY_AGAIN, out);
                } else {
                    self.wire.notice(texts::live::lab_is_gone(reason));
                    self.session.forget();
                    out.push(Output::Disconnect);
                }
            }
        }
    }

    /// The peer has read so many bytes.
    fn peer_read(&mut self, received: u32) {
        // What the peer has read stands before the call that it may wake.
        let waiting = self.pending.as_ref().map(|(.., place)| *place);
        let waits = self.state == State::Told || self.state == State::WaitsForPeer;
        let read = Real::PeerRead { count: received };
        match waiting {
            Some(place) if waits => {
                self.real.insert(place, read);
                if let Some((.., place)) = &mut self.pending {
                    *place += 1;
                }
            }
            _ => self.real.push(read),
        }
        if self.state == State::Told {
            self.state = match &self.pending {
                Some((_, call, _)) => self.waiting_state(call),
                None => State::Running,
            };
        }
    }

    /// Give the program its outcome and make its next call.
    fn resume(&mut self, outcome: Option<Outcome>, out: &mut Vec<Output>) {
        let Some(program) = &mut self.program else { return };
        let mut action = program.resume(outcome);
        for _ in 0..MOST_LINES {
            if !matches!(action, Action::Line(_)) {
                break;
            }
            action = program.resume(None);
        }
        match action {
            Action::Call { .. } if self.calls as usize >= MOST_CALLS => self.fail(
                texts::live::THE_RUN_WAS_STOPPED,
                &texts::live::too_many_calls(MOST_CALLS),
                texts::live::LOOK_OR_TRY_AGAIN,
                out,
            ),
            Action::Call { call, .. } => self.submit(call, out),
            Action::Exit(_) => {
                self.end(State::Done, out);
                self.rests = self.spec.read > 0;
                if self.rests {
                    out.push(Output::Rest(REST_MS));
                }
            }
            Action::Line(_) => self.fail(
                texts::live::THE_RUN_WAS_STOPPED,
                texts::live::GOES_ROUND,
                texts::live::LOOK_AT_ITS_LOOP,
                out,
            ),
        }
    }

    fn submit(&mut self, call: Call, out: &mut Vec<Output>) {
        // The lesson's address is the simulated peer's; the real one lives where the relay says.
        let call = match (call, self.peer) {
            (Call::Connect { fd, .. }, Some(address)) => Call::Connect { fd, address },
            (call, _) => call,
        };
        self.calls += 1;
        let id = CallId(self.calls);
        self.state = self.waiting_state(&call);
        self.real.push(Real::call(call.clone(), None));
        self.pending = Some((id, call.clone(), self.real.len() - 1));
        lab(out, LabRequest::Submit { id, task: TASK, call });
    }

    pub(super) fn waiting_state(&self, call: &Call) -> State {
        match call {
            Call::Select { .. } | Call::Poll { .. } if self.spec.read > 0 => State::WaitsForPeer,
            _ => State::Running,
        }
    }
}
