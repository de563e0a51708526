//! A lesson's peer in a live run: its program, its process, and its control channel.

use std::io::Write as _;
use std::os::unix::net::UnixStream;
use std::sync::Arc;

use protocol::PeerSpec;
use syscall::{Action, Call, CallId, Errno, Fd, Outcome, Program};

use crate::{ProcessId, RealKernel};

/// A program that a lab can run.
pub type PeerProgram = Box<dyn Program + Send>;

/// Makes a peer's program as specified, or says in a sentence why not. It is asked again when the peer's host returns.
pub type MakePeer = Arc<dyn Fn(&PeerSpec) -> Result<PeerProgram, String> + Send + Sync>;

/// A peer that only passes lines without a call is stopped after so many.
const LINES_IN_A_ROW: u32 = 10_000;
/// The descriptor of a peer's control channel.
pub(crate) const CONTROL: Fd = Fd(0);

/// A peer.
pub(crate) struct Peer {
    pub(crate) spec: PeerSpec,
    pub(crate) process: ProcessId,
    program: PeerProgram,
    control: UnixStream,
    /// Whether it runs: it has not ended, and its host has not.
    pub(crate) runs: bool,
    /// Whether it listens, or waits for something else.
    pub(crate) ready: bool,
}

impl Peer {
    /// A process for a program, on the specified host.
    pub(crate) fn start(
        spec: PeerSpec,
        program: PeerProgram,
        kernel: &mut RealKernel,
    ) -> Result<Self, Errno> {
        let (process, control) = kernel.spawn_peer(spec.host)?;
        Ok(Self { spec, process, program, control: control.into(), runs: true, ready: false })
    }

    /// Goes on with what its last call returned; answers its status if it ends with that.
    pub(crate) fn resume(
        &mut self,
        mut outcome: Option<Outcome>,
        id: CallId,
        kernel: &mut RealKernel,
    ) -> Option<i32> {
        for _ in 0..LINES_IN_A_ROW {
            match self.program.resume(outcome.take()) {
                Action::Line(_) => {}
                Action::Exit(status) => return self.over(status),
                Action::Call { call, .. } => {
                    kernel.submit_as(self.process, id, call);
                    self.ready |= kernel.is_waiting(id);
                    return None;
                }
            }
        }
        self.over(1)
    }

    fn over(&mut self, status: i32) -> Option<i32> {
        (self.runs, self.ready) = (false, true);
        Some(status)
    }

    /// Notes what one of its calls has come to.
    pub(crate) fn note(&mut self, call: &Call, outcome: &Outcome) {
        self.ready |= matches!((call, outcome), (Call::Listen { .. }, Ok(_)));
    }

    /// Says a line on its control channel.
    pub(crate) fn tell(&mut self, text: &str) -> std::io::Result<()> {
        let line = format!("{text}\n");
        match self.control.write(line.as_bytes())? {
            count if count == line.len() => Ok(()),
            _ => Err(std::io::ErrorKind::WouldBlock.into()),
        }
    }
}
