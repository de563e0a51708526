//! The real system calls, each made once and answered as it is. All unsafe code of this crate is here.

use std::io;
use std::net::SocketAddrV4;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};

use nix::sys::socket::{self, AddressFamily, MsgFlags as Flags, SockFlag, SockType, SockaddrIn};
use syscall::{Errno, How, MsgFlags, Observed, OptionValue, Readiness, SocketOption, TcpState};
use tokio::io::unix::AsyncFd;

/// From the host's number; this crate's calls are Linux's.
pub(crate) fn errno(e: nix::errno::Errno) -> Errno {
    Errno::from_linux(e as i32)
}

/// The errno inside an [`io::Error`] that came from a system call.
pub(crate) fn io_errno(e: &io::Error) -> Errno {
    Errno::from_linux(e.raw_os_error().unwrap_or(libc::EIO))
}

/// Lets this process open as many files as the system allows it; answers how many those are.
///
/// # Errors
/// The kernel's own; the limit then stays as it was.
pub fn raise_open_files() -> Result<u64, Errno> {
    use nix::sys::resource::{Resource, getrlimit, setrlimit};
    let (_, most) = getrlimit(Resource::RLIMIT_NOFILE).map_err(errno)?;
    setrlimit(Resource::RLIMIT_NOFILE, most, most).map_err(errno)?;
    Ok(most)
}

type Answer<T> = Result<T, Errno>;

const NONBLOCK: SockFlag = SockFlag::SOCK_NONBLOCK.union(SockFlag::SOCK_CLOEXEC);

pub(crate) fn tcp_socket() -> Answer<OwnedFd> {
    socket::socket(AddressFamily::Inet, SockType::Stream, NONBLOCK, None).map_err(errno)
}

pub(crate) fn unix_pair() -> Answer<(OwnedFd, OwnedFd)> {
    socket::socketpair(AddressFamily::Unix, SockType::Stream, None, NONBLOCK).map_err(errno)
}

pub(crate) fn dup(fd: BorrowedFd<'_>) -> Answer<OwnedFd> {
    fd.try_clone_to_owned().map_err(|e| io_errno(&e))
}

pub(crate) fn bind(fd: BorrowedFd<'_>, to: SocketAddrV4) -> Answer<()> {
    socket::bind(fd.as_raw_fd(), &SockaddrIn::from(to)).map_err(errno)
}

pub(crate) fn listen(fd: BorrowedFd<'_>, backlog: i32) -> Answer<()> {
    // SAFETY: `listen` takes two numbers; the descriptor is open as long as it is borrowed.
    let result = unsafe { libc::listen(fd.as_raw_fd(), backlog) };
    nix::errno::Errno::result(result).map(drop).map_err(errno)
}

pub(crate) fn accept(fd: BorrowedFd<'_>) -> Answer<OwnedFd> {
    let raw = socket::accept4(fd.as_raw_fd(), NONBLOCK).map_err(errno)?;
    // SAFETY: `accept4` has just given us this descriptor, and nobody else has it.
    Ok(unsafe { OwnedFd::from_raw_fd(raw) })
}

pub(crate) fn connect(fd: BorrowedFd<'_>, to: SocketAddrV4) -> Answer<()> {
    socket::connect(fd.as_raw_fd(), &SockaddrIn::from(to)).map_err(errno)
}

pub(crate) fn local(fd: BorrowedFd<'_>) -> Answer<SocketAddrV4> {
    socket::getsockname::<SockaddrIn>(fd.as_raw_fd()).map(Into::into).map_err(errno)
}

pub(crate) fn remote(fd: BorrowedFd<'_>) -> Answer<SocketAddrV4> {
    socket::getpeername::<SockaddrIn>(fd.as_raw_fd()).map(Into::into).map_err(errno)
}

pub(crate) fn shutdown(fd: BorrowedFd<'_>, how: How) -> Answer<()> {
    let how = match how {
        How::Read => socket::Shutdown::Read,
        How::Write => socket::Shutdown::Write,
        How::Both => socket::Shutdown::Both,
    };
    socket::shutdown(fd.as_raw_fd(), how).map_err(errno)
}

/// One `send`. MSG_NOSIGNAL is always given: a signal would be ours, not the learner's.
pub(crate) fn send(fd: BorrowedFd<'_>, data: &[u8]) -> Answer<usize> {
    socket::send(fd.as_raw_fd(), data, Flags::MSG_NOSIGNAL | Flags::MSG_DONTWAIT).map_err(errno)
}

/// One `recv`. MSG_WAITALL is not passed on: it has no meaning on a non-blocking descriptor.
pub(crate) fn recv(fd: BorrowedFd<'_>, buffer: &mut [u8], flags: MsgFlags) -> Answer<usize> {
    let peek = if flags.peek { Flags::MSG_PEEK } else { Flags::empty() };
    socket::recv(fd.as_raw_fd(), buffer, peek | Flags::MSG_DONTWAIT).map_err(errno)
}

/// One `poll` that does not wait; `entries` are descriptor and what is asked.
pub(crate) fn poll(entries: &[(BorrowedFd<'_>, Readiness)]) -> Answer<Vec<Readiness>> {
    let entry = |(fd, asked): &(BorrowedFd<'_>, Readiness)| libc::pollfd {
        fd: fd.as_raw_fd(),
        events: to_events(*asked),
        revents: 0,
    };
    let mut fds: Vec<_> = entries.iter().map(entry).collect();
    // SAFETY: the kernel reads and writes `fds.len()` entries of this vector.
    let result = unsafe { libc::poll(fds.as_mut_ptr(), fds.len() as libc::nfds_t, 0) };
    nix::errno::Errno::result(result).map_err(errno)?;
    Ok(fds.iter().map(|p| from_events(p.revents)).collect())
}

fn to_events(asked: Readiness) -> i16 {
    let bits = [
        (asked.readable, libc::POLLIN),
        (asked.writable, libc::POLLOUT),
        (asked.priority, libc::POLLPRI),
        (asked.peer_finished, libc::POLLRDHUP),
    ];
    bits.into_iter().filter(|(on, _)| *on).fold(0, |all, (_, bit)| all | bit)
}

fn from_events(bits: i16) -> Readiness {
    let on = |bit: i16| bits & bit != 0;
    Readiness {
        readable: on(libc::POLLIN),
        writable: on(libc::POLLOUT),
        priority: on(libc::POLLPRI),
        error: on(libc::POLLERR),
        hangup: on(libc::POLLHUP),
        peer_finished: on(libc::POLLRDHUP),
        invalid: on(libc::POLLNVAL),
    }
}

/// A socket joins epoll only after `connect` or `listen`: before that epoll says HUP, and tokio never forgets it.
pub(crate) fn watch(fd: OwnedFd) -> Result<AsyncFd<OwnedFd>, (OwnedFd, Errno)> {
    // SAFETY: an `OwnedFd` keeps its one descriptor open and unchanged until it is dropped.
    unsafe { AsyncFd::register(fd) }.map_err(|e| {
        let (fd, cause) = e.into_parts();
        (fd, io_errno(&cause))
    })
}

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
fn set<T: Copy>(fd: BorrowedFd<'_>, option: SocketOption, value: T) -> Answer<()> {
    let (level, name) = level_and_name(option);
    let len = size_of::<T>() as libc::socklen_t;
    // SAFETY: the kernel reads `len` bytes of `value`, which is a plain C struct or int.
    let result = unsafe { libc::setsockopt(fd.as_raw_fd(), level, name, (&raw const value).cast(), len) };
    nix::errno::Errno::result(result).map(drop).map_err(errno)
}

/// Reads an option into the plain struct that the kernel writes.
fn get<T: Copy>(fd: BorrowedFd<'_>, level: i32, name: i32, mut value: T) -> Answer<T> {
    let mut len = size_of::<T>() as libc::socklen_t;
    // SAFETY: the kernel writes at most `len` bytes into `value`, a plain C struct, int or array of bytes.
    let result = unsafe { libc::getsockopt(fd.as_raw_fd(), level, name, (&raw mut value).cast(), &mut len) };
    nix::errno::Errno::result(result).map(|_| value).map_err(errno)
}

/// One `setsockopt`. A value of the wrong kind is EINVAL, as a wrong length is.
pub(crate) fn set_option(fd: BorrowedFd<'_>, option: SocketOption, value: OptionValue) -> Answer<()> {
    use SocketOption as O;
    match (option, value) {
        (O::SoLinger, OptionValue::Linger { on, seconds }) => {
            set(fd, option, libc::linger { l_onoff: on.into(), l_linger: seconds.into() })
        }
        (O::SoRcvtimeo | O::SoSndtimeo, OptionValue::TimeMicros(us)) => {
            let tv_sec = i64::try_from(us / 1_000_000).map_err(|_| Errno::EDOM)?;
            set(fd, option, libc::timeval { tv_sec, tv_usec: (us % 1_000_000) as _ })
        }
        (O::SoLinger | O::SoRcvtimeo | O::SoSndtimeo, _) => Err(Errno::EINVAL),
        (_, OptionValue::Int(number)) => set(fd, option, number),
        _ => Err(Errno::EINVAL),
    }
}

/// One `getsockopt`.
pub(crate) fn option(fd: BorrowedFd<'_>, option: SocketOption) -> Answer<OptionValue> {
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
        O::TcpInfo => Err(Errno::ENOSYS),
        _ => get(fd, level, name, 0).map(OptionValue::Int),
    }
}

fn queue(fd: BorrowedFd<'_>, request: libc::Ioctl) -> Answer<u32> {
    let mut bytes: libc::c_int = 0;
    // SAFETY: SIOCOUTQ, SIOCOUTQNSD and SIOCINQ each write one int.
    let result = unsafe { libc::ioctl(fd.as_raw_fd(), request, &mut bytes) };
    nix::errno::Errno::result(result).map_err(errno)?;
    Ok(u32::try_from(bytes).unwrap_or(0))
}

/// SIOCOUTQNSD of linux/sockios.h; libc has no name for it.
const SIOCOUTQNSD: libc::Ioctl = 0x894b;

/// Bytes in the send buffer, unsent or unacknowledged.
pub(crate) fn outq(fd: BorrowedFd<'_>) -> Answer<u32> {
    queue(fd, libc::TIOCOUTQ)
}

/// What the kernel holds for this end of a TCP connection: three `ioctl` and TCP_INFO.
pub(crate) fn observe(fd: BorrowedFd<'_>) -> Observed {
    // struct tcp_info of linux/tcp.h: tcpi_state is its first byte, tcpi_snd_mss the int at 16. The kernel copies
    // as much as is asked for.
    let info = get(fd, libc::IPPROTO_TCP, libc::TCP_INFO, [0_u32; 5]).unwrap_or_default();
    Observed {
        outq: outq(fd).unwrap_or(0),
        outq_unsent: queue(fd, SIOCOUTQNSD).unwrap_or(0),
        inq: queue(fd, libc::FIONREAD).unwrap_or(0),
        state: state(info[0].to_ne_bytes()[0]),
        mss: info[4],
    }
}

/// Whether this TCP socket has no connection and none under way.
pub(crate) fn is_closed(fd: BorrowedFd<'_>) -> bool {
    let info = get(fd, libc::IPPROTO_TCP, libc::TCP_INFO, [0_u8; 1]);
    info.is_ok_and(|[number]| state(number) == Some(TcpState::Closed))
}

/// The states in the order of linux/tcp_states.h.
fn state(number: u8) -> Option<TcpState> {
    Some(match number {
        1 => TcpState::Established,
        2 => TcpState::SynSent,
        3 | 12 => TcpState::SynReceived,
        4 => TcpState::FinWait1,
        5 => TcpState::FinWait2,
        6 => TcpState::TimeWait,
        7 => TcpState::Closed,
        8 => TcpState::CloseWait,
        9 => TcpState::LastAck,
        10 => TcpState::Listen,
        11 => TcpState::Closing,
        _ => return None,
    })
}

/// Whether the descriptor can be borrowed from either form that a socket has here.
pub(crate) fn borrow(io: &super::file::Io) -> BorrowedFd<'_> {
    match io {
        super::file::Io::Plain(fd) => fd.as_fd(),
        super::file::Io::Watched(fd) => fd.get_ref().as_fd(),
    }
}
