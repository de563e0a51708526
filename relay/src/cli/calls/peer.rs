//! A lesson's peer as a program of a kernel that we drive ourselves.

use syscall::{Action, Call, CallId, Outcome, Program, Returned, TaskId};

use super::{Options, Stop};

/// The peer's calls are numbered from here.
const FIRST_CALL: u64 = 1 << 63;

/// A program, and its control channel, which is ours and no descriptor of the kernel's.
pub(super) struct Peer {
    pub(super) task: TaskId,
    program: Box<dyn Program + Send>,
    /// Its call under way; none while it waits on its control channel or has ended.
    pub(super) call: Option<CallId>,
    next: u64,
    listens: bool,
    told: Vec<u8>,
}

/// What a peer does next.
pub(super) enum Act {
    Call(CallId, Call),
    Exit(i32),
}

impl Peer {
    pub(super) fn new(options: &Options, task: TaskId) -> Result<Self, Stop> {
        let program = options.build().map_err(|wrong| Stop::Usage(wrong.to_string()))?;
        Ok(Self { task, program, call: None, next: FIRST_CALL, listens: false, told: Vec::new() })
    }

    /// Says a line to the peer, if there is one; answers what it does then.
    pub(super) fn told(peer: Option<&mut Self>, text: &str) -> Result<Option<Act>, Stop> {
        let peer = peer.ok_or_else(|| Stop::Failed("there is no peer to tell".into()))?;
        peer.tell(text);
        Ok(peer.hear())
    }

    pub(super) fn tell(&mut self, text: &str) {
        self.told.extend_from_slice(format!("{text}\n").as_bytes());
    }

    /// Goes on if it waits for what it has been told.
    pub(super) fn hear(&mut self) -> Option<Act> {
        if !self.listens || self.told.is_empty() {
            return None;
        }
        self.listens = false;
        let text = std::mem::take(&mut self.told);
        self.resume(Some(Ok(Returned::Data(text.into()))))
    }

    /// Goes on with the outcome of its call. None: it waits on its control channel.
    pub(super) fn resume(&mut self, mut outcome: Option<Outcome>) -> Option<Act> {
        self.call = None;
        loop {
            match self.program.resume(outcome.take()) {
                Action::Line(_) => {}
                Action::Exit(status) => return Some(Act::Exit(status)),
                Action::Call { call: Call::Recv { fd, .. }, .. } if fd == peers::CONTROL => {
                    self.listens = true;
                    return self.hear();
                }
                Action::Call { call, .. } => {
                    let id = CallId(self.next);
                    self.next += 1;
                    self.call = Some(id);
                    return Some(Act::Call(id, call));
                }
            }
        }
    }
}
