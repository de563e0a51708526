//! A run's session at the relay: welcome, reports by number, and what becomes of it when the connection ends.

use protocol::{FromClient, LabRequest};

use super::super::incoming::FromRelay;
use super::{Output, Run, State, TASK, lab};
use crate::session::{WRONG_TOKEN, Welcome, meant};
use crate::texts;

/// Quiet tries to go on with a session, and how long to wait before each, in milliseconds.
const RESUME_AFTER_MS: [u32; 2] = [300, 1500];

impl Run {
    pub(super) fn told(&mut self, message: FromRelay, out: &mut Vec<Output>) {
        match message {
            FromRelay::Welcome { session, key, resumed, kernel, .. } => {
                let welcome = self.session.welcome(session, key, resumed);
                if kernel.mode == "none" {
                    let why = texts::live::no_sockets_to_lend(kernel.system, kernel.release);
                    return self.fail(texts::live::NO_LIVE_RUNS, &why, texts::live::START_IT_ON_LINUX, out);
                }
                self.kernel = Some(kernel);
                match welcome {
                    Welcome::First => self.open(out),
                    Welcome::Again => self.go_on(out),
                    Welcome::Afresh => self.fail(
                        texts::live::THE_RUN_IS_LOST,
                        texts::live::RUN_NO_LONGER_KNOWN,
                        texts::live::NEW_RUN,
                        out,
                    ),
                }
            }
            FromRelay::Elsewhere { .. } => self.fail(
                texts::live::THE_RUN_HAS_NOT_BEGUN,
                texts::live::SENT_ELSEWHERE,
                texts::live::OPEN_IT_THERE,
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
                return self.wire.notice(texts::live::LAB_ENDED);
            }
            State::Idle | State::Done | State::Stopped | State::Asks { .. } | State::Failed(_) => return,
            _ if code == WRONG_TOKEN => {
                self.state = State::Asks { wrong: self.session.token.is_some() };
                return out.push(Output::Disconnect);
            }
            State::Connecting => {
                return self.fail(
                    texts::live::THE_RELAY_WAS_NOT_REACHED,
                    texts::live::NO_WEBSOCKET,
                    texts::live::START_THE_RELAY,
                    out,
                );
            }
            State::Resuming { failed } => failed + 1,
            State::Opening | State::Running | State::WaitsForPeer | State::Told => 0,
        };
        if meant(code) {
            let why = if reason.is_empty() { texts::live::close_code(code) } else { reason.to_owned() };
            return self.fail(texts::live::RELAY_ENDED_THE_RUN, &why, texts::live::TRY_AGAIN, out);
        }
        match RESUME_AFTER_MS.get(usize::from(failed)) {
            Some(ms) if self.session.is_known() => {
                self.state = State::Resuming { failed };
                out.push(Output::Wait(*ms));
            }
            _ => {
                let why = match (code, reason) {
                    (1001, "") => texts::live::THE_RELAY_WAS_SHUT_DOWN.to_owned(),
                    (_, "") => texts::live::CONNECTION_BROKE.to_owned(),
                    (_, reason) => texts::live::connection_ended(reason),
                };
                self.fail(
                    texts::live::STOPPED_IN_THE_MIDDLE,
                    &why,
                    texts::live::SEE_THAT_THE_RELAY_RUNS,
                    out,
                );
            }
        }
    }
}
