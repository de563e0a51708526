//! What a real Linux kernel calls the options, requests and events of the vocabulary, each asked for by one call.
//!
//! Every call takes a descriptor, borrowed or a mere number: one that is not open gives EBADF. Elsewhere than on Linux
//! this crate is empty.
#![cfg(target_os = "linux")]

mod info;
mod option;
mod poll;

use std::io;

use syscall::Errno;

pub use info::{ioctl, state_and_mss};
pub use option::{option, set_option};
pub use poll::{events, readiness};

/// What a call answers, or its errno.
pub type Answer<T> = Result<T, Errno>;

/// What a C call returned, or errno if that is negative. To be asked before any other call is made.
///
/// # Errors
/// The kernel's own.
pub fn check(result: libc::c_int) -> Answer<libc::c_int> {
    if result < 0 { Err(io_errno(&io::Error::last_os_error())) } else { Ok(result) }
}

/// As [`check`], for a call that counts bytes.
///
/// # Errors
/// The kernel's own.
pub fn check_count(result: isize) -> Answer<usize> {
    usize::try_from(result).map_err(|_| io_errno(&io::Error::last_os_error()))
}

/// The errno inside an [`io::Error`] that came from a system call.
pub fn io_errno(e: &io::Error) -> Errno {
    Errno::from_linux(e.raw_os_error().unwrap_or(libc::EIO))
}
