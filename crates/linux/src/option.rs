//! Socket options: the structs that the kernel reads and writes.

use std::os::fd::AsRawFd;

use syscall::{Errno, OptionValue, SocketOption};

use crate::{Answer, check, info};

fn level_and_name(option: SocketOption) -> (i32, i32) {
    use libc::{IPPROTO_TCP as TCP, SOL_SOCKET as SOL};
    match option {
        SocketOption::SoReuseaddr => (SOL, libc::SO_REUSEADDR),
        SocketOption::SoError => (SOL, libc::SO_ERROR),
        SocketOption::SoSndbuf => (SOL, libc::SO_SNDBUF),
        SocketOption::SoRcvbuf => (SOL, libc::SO_RCVBUF),
        SocketOption::SoKeepalive => (SOL, libc::SO_KEEPALIVE),
        SocketOption::SoLinger => (SOL, libc::SO_LINGER),
        SocketOption::SoRcvtimeo => (SOL, libc::SO_RCVTIMEO),
        SocketOption::SoSndtimeo => (SOL, libc::SO_SNDTIMEO),
        SocketOption::SoType => (SOL, libc::SO_TYPE),
        SocketOption::SoAcceptconn => (SOL, libc::SO_ACCEPTCONN),
        SocketOption::TcpNodelay => (TCP, libc::TCP_NODELAY),
        SocketOption::TcpCork => (TCP, libc::TCP_CORK),
        SocketOption::TcpMaxseg => (TCP, libc::TCP_MAXSEG),
        SocketOption::TcpKeepidle => (TCP, libc::TCP_KEEPIDLE),
        SocketOption::TcpKeepintvl => (TCP, libc::TCP_KEEPINTVL),
        SocketOption::TcpKeepcnt => (TCP, libc::TCP_KEEPCNT),
        SocketOption::TcpUserTimeout => (TCP, libc::TCP_USER_TIMEOUT),
        SocketOption::TcpSyncnt => (TCP, libc::TCP_SYNCNT),
        SocketOption::TcpQuickack => (TCP, libc::TCP_QUICKACK),
        SocketOption::TcpInfo => (TCP, libc::TCP_INFO),
    }
}

/// Sets an option from the plain struct that the kernel reads.
fn set<T: Copy>(fd: impl AsRawFd, option: SocketOption, value: T) -> Answer<()> {
    let (level, name) = level_and_name(option);
    let len = size_of::<T>() as libc::socklen_t;
    // SAFETY: the kernel reads `len` bytes of `value`, which is a plain C struct or int.
    check(unsafe { libc::setsockopt(fd.as_raw_fd(), level, name, (&raw const value).cast(), len) }).map(drop)
}

/// Reads an option into the plain struct that the kernel writes.
pub(crate) fn get<T: Copy>(fd: impl AsRawFd, level: i32, name: i32, mut value: T) -> Answer<T> {
    let mut len = size_of::<T>() as libc::socklen_t;
    // SAFETY: the kernel writes at most `len` bytes into `value`, a plain C struct, int or array of bytes.
    check(unsafe { libc::getsockopt(fd.as_raw_fd(), level, name, (&raw mut value).cast(), &mut len) })
        .map(|_| value)
}

/// One `setsockopt`. The kernel reads as many of the value's bytes as it needs, whatever they mean: a `struct linger` where
/// it expects an int is its `l_onoff`, and what is too short is EINVAL. A value that is only read is EINVAL without a call.
///
/// # Errors
/// The kernel's own.
pub fn set_option(fd: impl AsRawFd, option: SocketOption, value: OptionValue) -> Answer<()> {
    match value {
        OptionValue::Int(number) => set(fd, option, number),
        OptionValue::Linger { on, seconds } => {
            set(fd, option, libc::linger { l_onoff: on.into(), l_linger: seconds.into() })
        }
        OptionValue::TimeMicros(us) => {
            let tv_sec = i64::try_from(us / 1_000_000).map_err(|_| Errno::EDOM)?;
            set(fd, option, libc::timeval { tv_sec, tv_usec: (us % 1_000_000) as _ })
        }
        OptionValue::Error(_) | OptionValue::TcpInfo(_) => Err(Errno::EINVAL),
    }
}

/// One `getsockopt`.
///
/// # Errors
/// The kernel's own.
pub fn option(fd: impl AsRawFd, option: SocketOption) -> Answer<OptionValue> {
    use SocketOption as O;
    let (level, name) = level_and_name(option);
    match option {
        O::SoLinger => {
            let linger = get(fd, level, name, libc::linger { l_onoff: 0, l_linger: 0 })?;
            let seconds = u16::try_from(linger.l_linger).unwrap_or(u16::MAX);
            Ok(OptionValue::Linger { on: linger.l_onoff != 0, seconds })
        }
        O::SoRcvtimeo | O::SoSndtimeo => {
            let time = get(fd, level, name, libc::timeval { tv_sec: 0, tv_usec: 0 })?;
            Ok(OptionValue::TimeMicros(time.tv_sec as u64 * 1_000_000 + time.tv_usec as u64))
        }
        O::SoError => {
            let number: i32 = get(fd, level, name, 0)?;
            Ok(OptionValue::Error((number != 0).then(|| Errno::from_linux(number))))
        }
        O::TcpInfo => info::tcp_info(fd).map(OptionValue::TcpInfo),
        _ => get(fd, level, name, 0).map(OptionValue::Int),
    }
}
