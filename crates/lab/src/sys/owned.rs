//! A descriptor of a lab, whose closing is noted like every other call.

use std::os::fd::{AsFd, AsRawFd, BorrowedFd, IntoRawFd as _, OwnedFd, RawFd};

use linux::check;

use crate::trace::note;

/// A descriptor that closes when this is dropped.
#[derive(Debug)]
pub(crate) struct Owned(Option<OwnedFd>);

impl From<OwnedFd> for Owned {
    fn from(fd: OwnedFd) -> Self {
        Self(Some(fd))
    }
}

impl AsFd for Owned {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_ref().expect("only dropping takes it").as_fd()
    }
}

impl AsRawFd for Owned {
    fn as_raw_fd(&self) -> RawFd {
        self.as_fd().as_raw_fd()
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        let Some(fd) = self.0.take().map(|fd| fd.into_raw_fd()) else { return };
        // SAFETY: this was the one owner of the descriptor.
        let answer = check(unsafe { libc::close(fd) });
        note("close", answer.map(|_| 0), || fd.to_string());
    }
}
