//! Networks that are made before anybody asks for one: making two hosts takes milliseconds, one after the other.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use protocol::WireSpec;

use super::client::Helper;
use super::failure::Failure;
use super::hosts::Hosts;
use super::message::{Cable, Request};
use crate::Mode;

/// How long the kernel is given to take a network's namespaces apart.
const GONE: std::time::Duration = std::time::Duration::from_millis(20);

/// Hosts of a network that is kept ready: most labs have two.
const HOSTS: u16 = 2;

/// Ready networks of one helper, each given away once and never taken back. Somebody has to [`fill`](Self::fill) it, on a
/// thread that may wait.
#[derive(Debug)]
pub struct Pool {
    helper: Arc<Helper>,
    cable: Cable,
    most: usize,
    /// None when it is closed.
    ready: Mutex<Option<Vec<Hosts>>>,
}

impl Pool {
    /// An empty pool for at most so many networks of two hosts of this helper; none in a mode without hosts.
    pub fn new(helper: Arc<Helper>, mode: Mode, most: usize) -> Option<Self> {
        let (cable, _) = mode.hosts()?;
        Some(Self { helper, cable, most, ready: Mutex::new(Some(Vec::new())) })
    }

    fn ready(&self) -> MutexGuard<'_, Option<Vec<Hosts>>> {
        self.ready.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many networks are ready.
    pub fn len(&self) -> usize {
        self.ready().as_ref().map_or(0, Vec::len)
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether one more may be made ready.
    pub fn lacks(&self) -> bool {
        self.ready().as_ref().is_some_and(|ready| ready.len() < self.most)
    }

    /// Makes one more network, which takes milliseconds.
    ///
    /// # Errors
    /// If the helper is gone, or the machine gives no more hosts.
    pub fn fill(&self) -> Result<(), Failure> {
        let made = Hosts::make(Arc::clone(&self.helper), HOSTS, self.cable, WireSpec::default().mtu)?;
        let mut ready = self.ready();
        match &mut *ready {
            Some(ready) if ready.len() < self.most => ready.push(made),
            _ => {
                drop(ready);
                drop(made);
            }
        }
        Ok(())
    }

    /// Throws away what is ready, which may take milliseconds each; there will be no more.
    pub fn close(&self) {
        let ready = self.ready().take();
        drop(ready);
    }

    /// Throws one ready network away, so that what is asked for has its place; whether there was one. It may take
    /// milliseconds.
    pub(crate) fn give_way(&self) -> bool {
        let Some(mut hosts) = self.ready().as_mut().and_then(Vec::pop) else { return false };
        for born in hosts.born.drain(..) {
            // One that is gone has nothing left to drop.
            let _ = self.helper.ask(Request::Drop { host: born.id }, None);
        }
        // The kernel takes a namespace apart a moment later.
        std::thread::sleep(GONE);
        true
    }

    /// A ready network of this shape.
    pub(crate) fn take(&self, hosts: u16, mtu: u16) -> Option<Hosts> {
        self.ready().as_mut()?.pop_if(|ready| ready.shape() == (hosts, mtu))
    }
}
