//! The wire of a run: what the relay told of it, what is to be said of it, and how the learner has set it.

use protocol::WireSpec;
use syscall::{Bytes, Event, Observed, What};

use super::incoming::Happening;
use crate::texts;

/// Most events that are kept; of more, the oldest are forgotten.
const EVENTS: usize = 2000;
/// Most of the relay's sentences that are shown.
const NOTICES: usize = 3;
/// Most bytes of a capture.
pub(crate) const CAPTURE: usize = 16 << 20;

/// A run's wire.
#[derive(Default)]
pub(crate) struct Wire {
    /// How it is set, and will be in the next run.
    spec: WireSpec,
    /// How far this run was when the learner first did anything to it.
    touched: Option<usize>,
    events: Vec<Event>,
    told: u32,
    /// Whether the first host's cable is cut.
    cut: bool,
    notices: Vec<String>,
    capture: Option<Vec<u8>>,
    /// What the kernels hold now: for the learner's end, for the peer's.
    now: [Option<Observed>; 2],
}

impl Wire {
    /// As it is at the beginning of the next run.
    pub(crate) fn next(&self) -> Self {
        Self { spec: self.spec.clone(), ..Self::default() }
    }

    /// How it is set.
    pub(crate) fn spec(&self) -> &WireSpec {
        &self.spec
    }

    /// Set it.
    pub(crate) fn set(&mut self, spec: WireSpec) {
        self.spec = spec;
    }

    /// The learner does something to it, when so much has happened in the run.
    pub(crate) fn touch(&mut self, at: usize) {
        self.touched.get_or_insert(at);
    }

    /// How much of the run had happened when the wire first did not run by itself.
    pub(crate) fn in_hand(&self) -> Option<usize> {
        self.touched
    }

    /// What it told, the oldest first.
    pub(crate) fn events(&self) -> &[Event] {
        &self.events
    }

    /// How much it told.
    pub(crate) fn told(&self) -> u32 {
        self.told
    }

    /// Whether the first host's cable is cut.
    pub(crate) fn is_cut(&self) -> bool {
        self.cut
    }

    /// The relay's latest sentences.
    pub(crate) fn notices(&self) -> &[String] {
        &self.notices
    }

    /// What the kernels hold now: for the learner's end, for the peer's.
    pub(crate) fn now(&self) -> (Option<&Observed>, Option<&Observed>) {
        let [here, there] = &self.now;
        (here.as_ref(), there.as_ref())
    }

    /// Whether a capture is on its way.
    pub(crate) fn saving(&self) -> bool {
        self.capture.is_some()
    }

    pub(super) fn happened(&mut self, happening: Happening) {
        self.told += 1;
        let Some(event) = happening.event(self.told) else { return };
        if let (What::HostCable { connected }, 0) = (&event.what, event.host.0) {
            self.cut = !connected;
        }
        if self.events.len() >= EVENTS {
            self.events.drain(..EVENTS / 4);
        }
        self.events.push(event);
    }

    pub(super) fn notice(&mut self, says: impl Into<String>) {
        self.capture = None;
        if self.notices.len() >= NOTICES {
            self.notices.remove(0);
        }
        self.notices.push(says.into());
    }

    /// The notices have been seen, or are about something else.
    pub(super) fn forget_notices(&mut self) {
        self.notices.clear();
    }

    pub(super) fn holds(&mut self, there: bool, observed: Observed) {
        self.now[usize::from(there)] = Some(observed).filter(|it| it.state.is_some());
    }

    /// A capture is asked for.
    pub(super) fn save(&mut self) {
        self.capture = Some(Vec::new());
    }

    /// A part of it has come; the whole of it, if it was the last.
    pub(super) fn captured(&mut self, part: &Bytes, left: u64) -> Option<Vec<u8>> {
        let file = self.capture.as_mut()?;
        if file.len() as u64 + part.len() as u64 + left > CAPTURE as u64 {
            self.notice(texts::live::too_many_packets(CAPTURE >> 20));
            return None;
        }
        file.extend_from_slice(part);
        if left > 0 { None } else { self.capture.take() }
    }
}
