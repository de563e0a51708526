//! The labs that are on offer, each at its desk.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use protocol::{LabReport, LabRequest};
use syscall::HostId;
use tokio::sync::mpsc;

use super::right::Desk;

/// Guests that may be at the door at once; more are asked to come again.
const AT_THE_DOOR: usize = 512;

/// Somebody who comes to a lab.
pub(super) struct Arrival {
    /// The same for all sessions of one learner.
    pub(super) who: u32,
    pub(super) host: HostId,
    /// What they ask.
    pub(super) asks: mpsc::Receiver<LabRequest>,
    /// What they are told. The first is [`LabReport::Opened`].
    pub(super) hears: mpsc::Sender<Heard>,
}

/// What a guest is told; or why the lab is gone for it.
pub(super) type Heard = Result<LabReport, String>;

/// All desks of a relay.
#[derive(Clone, Default)]
pub(super) struct Desks(Arc<Mutex<BTreeMap<Desk, mpsc::Sender<Arrival>>>>);

/// A lab at its desk, gone from there when dropped. Its receiver ends when another lab takes its place.
pub(super) struct Offered {
    desks: Desks,
    desk: Desk,
    /// Its own way in is the desk's alone, so that it is seen when another takes its place.
    door: mpsc::WeakSender<Arrival>,
}

impl Desks {
    fn all(&self) -> MutexGuard<'_, BTreeMap<Desk, mpsc::Sender<Arrival>>> {
        // The map is whole between any two statements, so a panic elsewhere leaves it usable.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Offers a lab at this desk, instead of any that was. Its guests come by the receiver.
    pub(super) fn offer(&self, desk: Desk) -> (Offered, mpsc::Receiver<Arrival>) {
        let (door, arrivals) = mpsc::channel(AT_THE_DOOR);
        let offered = Offered { desks: self.clone(), desk: desk.clone(), door: door.downgrade() };
        self.all().insert(desk, door);
        (offered, arrivals)
    }

    /// Sends somebody to the lab at this desk; false if there is none that takes them now.
    pub(super) fn visit(&self, desk: &Desk, arrival: Arrival) -> bool {
        let door = self.all().get(desk).cloned();
        door.is_some_and(|door| door.try_send(arrival).is_ok())
    }
}

impl Drop for Offered {
    fn drop(&mut self) {
        let Some(own) = self.door.upgrade() else { return };
        let mut all = self.desks.all();
        if all.get(&self.desk).is_some_and(|door| door.same_channel(&own)) {
            all.remove(&self.desk);
        }
    }
}
