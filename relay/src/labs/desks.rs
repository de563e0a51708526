//! The labs that are on offer, each at its desk.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use protocol::{LabReport, LabRequest, Share};
use syscall::HostId;
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

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
pub(super) struct Desks(Arc<Mutex<All>>);

#[derive(Default)]
struct All {
    doors: BTreeMap<Desk, mpsc::Sender<Arrival>>,
    /// Those who came to a class's desk before the lab: a class is let in before its server listens.
    early: BTreeMap<Desk, Vec<Arrival>>,
}

/// A lab at its desk, gone from there when dropped. Its receiver ends when another lab takes its place.
pub(super) struct Offered {
    desks: Desks,
    desk: Desk,
    /// Its own way in is the desk's alone, so that it is seen when another takes its place.
    door: mpsc::WeakSender<Arrival>,
}

impl Desks {
    fn all(&self) -> MutexGuard<'_, All> {
        // It is whole between any two statements, so a panic elsewhere leaves it usable.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Offers a lab at this desk, instead of any that was. Its guests come by the receiver.
    pub(super) fn offer(&self, desk: Desk) -> (Offered, mpsc::Receiver<Arrival>) {
        let (door, arrivals) = mpsc::channel(AT_THE_DOOR);
        let offered = Offered { desks: self.clone(), desk: desk.clone(), door: door.downgrade() };
        let mut all = self.all();
        for arrival in all.early.remove(&desk).into_iter().flatten().filter(Arrival::is_here) {
            // There is room: no more than that waited.
            let _ = door.try_send(arrival);
        }
        all.doors.insert(desk, door);
        drop(all);
        (offered, arrivals)
    }

    /// Sends somebody to the lab at this desk, or has them wait for it if the desk is a class's; false if it takes nobody now.
    pub(super) fn visit(&self, desk: &Desk, arrival: Arrival) -> bool {
        let mut all = self.all();
        let arrival = match all.doors.get(desk) {
            Some(door) => match door.try_send(arrival) {
                Ok(()) => return true,
                Err(TrySendError::Full(_)) => return false,
                // The lab is gone, and soon will be from its desk.
                Err(TrySendError::Closed(arrival)) => arrival,
            },
            None => arrival,
        };
        if desk.share != Share::Class {
            return false;
        }
        all.early.retain(|_, waiting| {
            waiting.retain(Arrival::is_here);
            !waiting.is_empty()
        });
        let waiting = all.early.entry(desk.clone()).or_default();
        let room = waiting.len() < AT_THE_DOOR;
        if room {
            waiting.push(arrival);
        }
        room
    }
}

impl Arrival {
    /// Whether they still listen.
    fn is_here(&self) -> bool {
        !self.hears.is_closed()
    }
}

impl Drop for Offered {
    fn drop(&mut self) {
        let Some(own) = self.door.upgrade() else { return };
        let mut all = self.desks.all();
        if all.doors.get(&self.desk).is_some_and(|door| door.same_channel(&own)) {
            all.doors.remove(&self.desk);
        }
    }
}
