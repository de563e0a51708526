//! A session's lab behind the protocol's requests and reports; on systems without one, an honest refusal.

#[cfg(target_os = "linux")]
mod desks;
#[cfg(target_os = "linux")]
mod grounds;
#[cfg(target_os = "linux")]
mod guest;
#[cfg(target_os = "linux")]
mod guests;
#[cfg(not(target_os = "linux"))]
mod none;
#[cfg(target_os = "linux")]
mod real;
mod right;
#[cfg(all(test, target_os = "linux"))]
mod tests;

pub(crate) use self::right::{Desk, Right, Side};
#[cfg(target_os = "linux")]
pub(crate) use self::{grounds::Grounds, real::Labs};
#[cfg(target_os = "linux")]
pub(crate) use lab::Pipe;
#[cfg(not(target_os = "linux"))]
pub(crate) use none::{Grounds, Labs, Pipe};
