//! The real system calls, each made once and answered as it is. All unsafe code of the calls is here.

use std::net::{Ipv4Addr, SocketAddrV4};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};

use nix::sys::socket::{
    self, AddressFamily, MsgFlags as Flags, SockFlag, SockType, SockaddrIn, SockaddrIn6, SockaddrLike,
};
use syscall::{Address, Domain, Errno, How, MsgFlags, Readiness, SocketType};
use tokio::io::unix::AsyncFd;

use linux::{Answer, check, check_count};
pub(crate) use linux::{io_errno, ioctl, observe, option, set_option, tcp_state};

/// From the host's number; this crate's calls are Linux's.
pub(crate) fn errno(e: nix::errno::Errno) -> Errno {
    Errno::from_linux(e as i32)
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

const NONBLOCK: SockFlag = SockFlag::SOCK_NONBLOCK.union(SockFlag::SOCK_CLOEXEC);

fn family(domain: Domain) -> AddressFamily {
    match domain {
        Domain::Unix => AddressFamily::Unix,
        Domain::Inet => AddressFamily::Inet,
        Domain::Inet6 => AddressFamily::Inet6,
    }
}

fn socket_type(kind: SocketType) -> SockType {
    match kind {
        SocketType::Stream => SockType::Stream,
        SocketType::Dgram => SockType::Datagram,
    }
}

/// A non-blocking socket in this process's own network.
pub(crate) fn socket(domain: Domain, kind: SocketType) -> Answer<OwnedFd> {
    socket::socket(family(domain), socket_type(kind), NONBLOCK, None).map_err(errno)
}

pub(crate) fn pair(domain: Domain, kind: SocketType) -> Answer<(OwnedFd, OwnedFd)> {
    socket::socketpair(family(domain), socket_type(kind), None, NONBLOCK).map_err(errno)
}

/// The reading and the writing end.
pub(crate) fn pipe() -> Answer<(OwnedFd, OwnedFd)> {
    let mut fds = [0; 2];
    // SAFETY: `pipe2` writes two descriptors into the array.
    let result = unsafe { libc::pipe2(fds.as_mut_ptr(), libc::O_NONBLOCK | libc::O_CLOEXEC) };
    check(result)?;
    // SAFETY: `pipe2` has just given us these two descriptors, and nobody else has them.
    Ok(unsafe { (OwnedFd::from_raw_fd(fds[0]), OwnedFd::from_raw_fd(fds[1])) })
}

pub(crate) fn dup(fd: BorrowedFd<'_>) -> Answer<OwnedFd> {
    fd.try_clone_to_owned().map_err(|e| io_errno(&e))
}

/// An address in the kernel's own form.
enum Native {
    V4(SockaddrIn),
    V6(SockaddrIn6),
}

impl Native {
    fn pointer(&self) -> (*const libc::sockaddr, libc::socklen_t) {
        match self {
            Self::V4(address) => (address.as_ptr(), address.len()),
            Self::V6(address) => (address.as_ptr(), address.len()),
        }
    }
}

impl From<Address> for Native {
    fn from(address: Address) -> Self {
        match address {
            Address::V4(v4) => Self::V4(v4.into()),
            Address::V6(v6) => Self::V6(v6.into()),
        }
    }
}

pub(crate) fn bind(fd: BorrowedFd<'_>, to: Address) -> Answer<()> {
    let native = Native::from(to);
    let (address, len) = native.pointer();
    // SAFETY: the kernel reads `len` bytes of the address, which lives until it answers.
    check(unsafe { libc::bind(fd.as_raw_fd(), address, len) }).map(drop)
}

pub(crate) fn connect(fd: BorrowedFd<'_>, to: Address) -> Answer<()> {
    let native = Native::from(to);
    let (address, len) = native.pointer();
    // SAFETY: the kernel reads `len` bytes of the address, which lives until it answers.
    check(unsafe { libc::connect(fd.as_raw_fd(), address, len) }).map(drop)
}

pub(crate) fn listen(fd: BorrowedFd<'_>, backlog: i32) -> Answer<()> {
    // SAFETY: `listen` takes two numbers; the descriptor is open as long as it is borrowed.
    let result = unsafe { libc::listen(fd.as_raw_fd(), backlog) };
    check(result).map(drop)
}

/// The connection and its other end's address.
pub(crate) fn accept(fd: BorrowedFd<'_>) -> Answer<(OwnedFd, SocketAddrV4)> {
    // SAFETY: all-zero bytes are a valid `sockaddr_storage`.
    let mut storage: libc::sockaddr_storage = unsafe { std::mem::zeroed() };
    let mut len = size_of_val(&storage) as libc::socklen_t;
    let flags = libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC;
    // SAFETY: the kernel writes at most `len` bytes into the storage, and into `len` how many.
    let result = unsafe { libc::accept4(fd.as_raw_fd(), (&raw mut storage).cast(), &mut len, flags) };
    let raw = check(result)?;
    // SAFETY: `accept4` has just given us this descriptor, and nobody else has it.
    Ok((unsafe { OwnedFd::from_raw_fd(raw) }, v4(&storage, len)))
}

/// The address for a socket that has none, or none that `sockaddr_in` can tell.
const UNNAMED: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 0);

/// What the kernel wrote into `storage`.
fn v4(storage: &libc::sockaddr_storage, len: libc::socklen_t) -> SocketAddrV4 {
    if i32::from(storage.ss_family) != libc::AF_INET || (len as usize) < size_of::<libc::sockaddr_in>() {
        return UNNAMED;
    }
    // SAFETY: the family says that the kernel wrote a `sockaddr_in`; `sockaddr_storage` is larger and aligned for it.
    let address = unsafe { *std::ptr::from_ref(storage).cast::<libc::sockaddr_in>() };
    SocketAddrV4::new(u32::from_be(address.sin_addr.s_addr).into(), u16::from_be(address.sin_port))
}

type Named = unsafe extern "C" fn(libc::c_int, *mut libc::sockaddr, *mut libc::socklen_t) -> libc::c_int;

fn name(fd: BorrowedFd<'_>, call: Named) -> Answer<SocketAddrV4> {
    // SAFETY: all-zero bytes are a valid `sockaddr_storage`.
    let mut storage: libc::sockaddr_storage = unsafe { std::mem::zeroed() };
    let mut len = size_of_val(&storage) as libc::socklen_t;
    // SAFETY: the kernel writes at most `len` bytes into the storage, and into `len` how many.
    let result = unsafe { call(fd.as_raw_fd(), (&raw mut storage).cast(), &mut len) };
    check(result).map(|_| v4(&storage, len))
}

/// 0.0.0.0:0 for a socket of another family.
pub(crate) fn local(fd: BorrowedFd<'_>) -> Answer<SocketAddrV4> {
    name(fd, libc::getsockname)
}

/// 0.0.0.0:0 for a socket of another family.
pub(crate) fn remote(fd: BorrowedFd<'_>) -> Answer<SocketAddrV4> {
    name(fd, libc::getpeername)
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

/// One `sendto`, likewise.
pub(crate) fn sendto(fd: BorrowedFd<'_>, data: &[u8], to: Address) -> Answer<usize> {
    let native = Native::from(to);
    let (address, len) = native.pointer();
    let (bytes, flags) = (data.as_ptr().cast(), libc::MSG_NOSIGNAL | libc::MSG_DONTWAIT);
    // SAFETY: the kernel reads `data.len()` bytes of the data and `len` of the address; both outlive the call.
    let result = unsafe { libc::sendto(fd.as_raw_fd(), bytes, data.len(), flags, address, len) };
    check_count(result)
}

/// One `write`. The process ignores SIGPIPE, as every Rust program does.
pub(crate) fn write(fd: BorrowedFd<'_>, data: &[u8]) -> Answer<usize> {
    // SAFETY: the kernel reads `data.len()` bytes of the data.
    let result = unsafe { libc::write(fd.as_raw_fd(), data.as_ptr().cast(), data.len()) };
    check_count(result)
}

/// One `read`.
pub(crate) fn read(fd: BorrowedFd<'_>, buffer: &mut [u8]) -> Answer<usize> {
    // SAFETY: the kernel writes at most `buffer.len()` bytes into the buffer.
    let result = unsafe { libc::read(fd.as_raw_fd(), buffer.as_mut_ptr().cast(), buffer.len()) };
    check_count(result)
}

/// One `recvfrom`, with the sender's address; 0.0.0.0:0 where the kernel names none. MSG_WAITALL is not passed on: it has
/// no meaning on a non-blocking descriptor.
pub(crate) fn recvfrom(
    fd: BorrowedFd<'_>,
    buffer: &mut [u8],
    flags: MsgFlags,
) -> Answer<(usize, SocketAddrV4)> {
    // SAFETY: all-zero bytes are a valid `sockaddr_storage`.
    let mut storage: libc::sockaddr_storage = unsafe { std::mem::zeroed() };
    let mut len = size_of_val(&storage) as libc::socklen_t;
    let bits = libc::MSG_DONTWAIT | if flags.peek { libc::MSG_PEEK } else { 0 };
    let (data, room) = (buffer.as_mut_ptr().cast(), buffer.len());
    // SAFETY: the kernel writes at most `room` bytes into the buffer, at most `len` into the storage, and into `len`
    // how many.
    let result =
        unsafe { libc::recvfrom(fd.as_raw_fd(), data, room, bits, (&raw mut storage).cast(), &mut len) };
    let count = check_count(result)?;
    Ok((count, v4(&storage, len)))
}

/// One `poll` that does not wait; `entries` are descriptor and what is asked.
pub(crate) fn poll(entries: &[(BorrowedFd<'_>, Readiness)]) -> Answer<Vec<Readiness>> {
    let entry = |(fd, asked): &(BorrowedFd<'_>, Readiness)| libc::pollfd {
        fd: fd.as_raw_fd(),
        events: linux::events(*asked),
        revents: 0,
    };
    let mut fds: Vec<_> = entries.iter().map(entry).collect();
    // SAFETY: the kernel reads and writes `fds.len()` entries of this vector.
    let result = unsafe { libc::poll(fds.as_mut_ptr(), fds.len() as libc::nfds_t, 0) };
    check(result)?;
    Ok(fds.iter().map(|p| linux::readiness(p.revents)).collect())
}

/// What `poll` says of one descriptor.
pub(crate) fn readiness(fd: BorrowedFd<'_>, asked: Readiness) -> Readiness {
    poll(&[(fd, asked)]).ok().and_then(|said| said.first().copied()).unwrap_or_default()
}

/// A socket joins epoll only after `connect` or `listen`: before that epoll says HUP, and tokio never forgets it.
pub(crate) fn watch(fd: OwnedFd) -> Result<AsyncFd<OwnedFd>, (OwnedFd, Errno)> {
    // SAFETY: an `OwnedFd` keeps its one descriptor open and unchanged until it is dropped.
    unsafe { AsyncFd::register(fd) }.map_err(|e| {
        let (fd, cause) = e.into_parts();
        (fd, io_errno(&cause))
    })
}

/// Whether the descriptor can be borrowed from either form that a socket has here.
pub(crate) fn borrow(io: &crate::file::Io) -> BorrowedFd<'_> {
    match io {
        crate::file::Io::Plain(fd) => fd.as_fd(),
        crate::file::Io::Watched(fd) => fd.get_ref().as_fd(),
    }
}
