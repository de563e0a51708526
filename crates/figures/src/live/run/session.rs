//! A run's session at the relay: welcome, reports by number, and what becomes of it when the connection ends.

use protocol::{FromClient, LabRequest};

use super::super::incoming::FromRelay;
use super::{Output, Run, State, TASK, lab};
use crate::session::{WRONG_TOKEN, Welcome, meant};

/// Quiet tries to go on with a session, and how long to wait before each, in milliseconds.
const RESUME_AFTER_MS: [u32; 2] = [300, 1500];

impl Run {
    pub(super) fn told(&mut self, message: FromRelay, out: &mut Vec<Output>) {
        match message {
            FromRelay::Welcome { session, key, resumed, kernel, .. } => {
                let welcome = self.session.welcome(session, key, resumed);
                if kernel.mode == "none" {
                    let why = format!(
                        "It runs on {} {}, where it has no sockets to lend.",
                        kernel.system, kernel.release
                    );
                    return self.fail("This relay makes no live runs.", &why, "Start it on Linux.", out);
                }
                self.kernel = Some(kernel);
                match welcome {
                    Welcome::First => self.open(out),
                    Welcome::Again => self.go_on(out),
                    Welcome::Afresh => self.fail(
                        "The run is lost.",
                        "The connection to the relay broke, and the relay no longer knows this run: it was started afresh, or too much time has passed.",
                        "Try again: a new run takes a second.",
                        out,
                    ),
                }
            }
            FromRelay::Elsewhere { .. } => self.fail(
                "The run has not begun.",
                "The relay sends this session to another machine, which this page does not follow.",
                "Open the site at that machine.",
                out,
            ),
            FromRelay::Lab { seq, report } => {
                let (new, acknowledge) = self.session.came(seq);
                if let Some(through) = acknowledge {
                    out.push(Output::Send(protocol::encode(&FromClient::Ack { through })));
                }
                if new {
                    self.reported(report, out);
                }
            }
            FromRelay::Room { seq } => drop(self.session.came(seq)),
        }
    }

    /// After a new connection: what was on its way may not have arrived, so it is said again.
    fn go_on(&mut self, out: &mut Vec<Output>) {
        match self.pending.clone() {
            Some((id, call, _)) => {
                self.state = self.waiting_state(&call);
                lab(out, LabRequest::Submit { id, task: TASK, call });
            }
            None => self.open(out),
        }
    }

    pub(super) fn closed(&mut self, code: u16, reason: &str, out: &mut Vec<Output>) {
        let failed = match &self.state {
            State::Done | State::Stopped if self.lab => {
                self.lab = false;
                self.session.forget();
                return self.wire.notice("The connection to the relay has ended, and the lab with it.");
            }
            State::Idle | State::Done | State::Stopped | State::Asks { .. } | State::Failed(_) => return,
            _ if code == WRONG_TOKEN => {
                self.state = State::Asks { wrong: self.session.token.is_some() };
                return out.push(Output::Disconnect);
            }
            State::Connecting => {
                return self.fail(
                    "The relay was not reached.",
                    "No WebSocket could be opened to the machine that served this page: the relay is stopped, or something between here and there keeps WebSockets out.",
                    "See that the relay is running (socketscope serve), then try again.",
                    out,
                );
            }
            State::Resuming { failed } => failed + 1,
            State::Opening | State::Running | State::WaitsForPeer | State::Told => 0,
        };
        if meant(code) {
            let why = if reason.is_empty() { format!("Close code {code}.") } else { reason.to_owned() };
            return self.fail("The relay has ended the run.", &why, "Try again.", out);
        }
        match RESUME_AFTER_MS.get(usize::from(failed)) {
            Some(ms) if self.session.is_known() => {
                self.state = State::Resuming { failed };
                out.push(Output::Wait(*ms));
            }
            _ => {
                let why = match (code, reason) {
                    (1001, "") => "The relay was shut down.".to_owned(),
                    (_, "") => {
                        "The connection to the relay broke, and it does not answer any more.".to_owned()
                    }
                    (_, reason) => format!("The connection to the relay has ended: {reason}."),
                };
                self.fail(
                    "The run has stopped in the middle.",
                    &why,
                    "See that the relay is running, then try again.",
                    out,
                );
            }
        }
    }
}
