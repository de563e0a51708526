//! The real system calls, each made once, answered as it is, and noted. All unsafe code of the calls is here.

mod owned;
mod text;

use std::net::{Ipv4Addr, SocketAddrV4};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};

use nix::sys::socket::{
    self, AddressFamily, MsgFlags as Flags, SockFlag, SockType, SockaddrIn, SockaddrIn6, SockaddrLike,
};
use syscall::{
    Address, Domain, Errno, How, IoctlRequest, MsgFlags, Observed, OptionValue, Readiness, SocketOption,
    SocketType, TcpState,
};
use tokio::io::unix::AsyncFd;

use crate::trace::note;
pub(crate) use linux::io_errno;
use linux::{Answer, check, check_count};
pub(crate) use owned::Owned;

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

/// What a call returned, as a number.
fn number<T: Copy>(answer: &Answer<T>) -> Answer<i64>
where
    i64: TryFrom<T>,
{
    (*answer).map(|number| i64::try_from(number).unwrap_or(i64::MAX))
}

/// The same of one that answers 0 and nothing else.
fn zero<T>(answer: &Answer<T>) -> Answer<i64> {
    answer.as_ref().map(|_| 0).map_err(|errno| *errno)
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
    let made = socket::socket(family(domain), socket_type(kind), NONBLOCK, None).map_err(errno);
    let made_number = made.as_ref().map(|fd| i64::from(fd.as_raw_fd())).map_err(|errno| *errno);
    note("socket", made_number, || socket_arguments(domain, kind));
    made
}

/// The arguments of [`socket()`].
pub(crate) fn socket_arguments(domain: Domain, kind: SocketType) -> String {
    let (family, kind) = (text::family(family(domain)), text::socket_type(socket_type(kind)));
    format!("{family}, {kind}|{}, IPPROTO_IP", text::SOCKET_FLAGS)
}

/// Two that stand for a call's own result: written in brackets.
fn both(made: &Answer<(OwnedFd, OwnedFd)>) -> String {
    let both = |(a, b): &(OwnedFd, OwnedFd)| format!("[{}, {}]", a.as_raw_fd(), b.as_raw_fd());
    made.as_ref().map_or_else(|_| "...".into(), both)
}

pub(crate) fn pair(domain: Domain, kind: SocketType) -> Answer<(OwnedFd, OwnedFd)> {
    let made = socket::socketpair(family(domain), socket_type(kind), None, NONBLOCK).map_err(errno);
    note("socketpair", zero(&made), || {
        let (family, kind) = (text::family(family(domain)), text::socket_type(socket_type(kind)));
        format!("{family}, {kind}|{}, 0, {}", text::SOCKET_FLAGS, both(&made))
    });
    made
}

/// The reading and the writing end.
pub(crate) fn pipe() -> Answer<(OwnedFd, OwnedFd)> {
    let mut fds = [0; 2];
    // SAFETY: `pipe2` writes two descriptors into the array.
    let made = check(unsafe { libc::pipe2(fds.as_mut_ptr(), libc::O_NONBLOCK | libc::O_CLOEXEC) });
    // SAFETY: `pipe2` has just given us these two descriptors, and nobody else has them.
    let made = made.map(|_| unsafe { (OwnedFd::from_raw_fd(fds[0]), OwnedFd::from_raw_fd(fds[1])) });
    note("pipe2", zero(&made), || format!("{}, O_NONBLOCK|O_CLOEXEC", both(&made)));
    made
}

pub(crate) fn dup(fd: BorrowedFd<'_>) -> Answer<OwnedFd> {
    let made = fd.try_clone_to_owned().map_err(|e| io_errno(&e));
    let made_number = made.as_ref().map(|fd| i64::from(fd.as_raw_fd())).map_err(|errno| *errno);
    // The standard library keeps clear of the three that every program has.
    note("fcntl", made_number, || format!("{}, F_DUPFD_CLOEXEC, 3", fd.as_raw_fd()));
    made
}

/// Says once more that calls on this descriptor do not wait: they never do.
pub(crate) fn set_nonblocking(fd: BorrowedFd<'_>) -> Answer<()> {
    // SAFETY: F_SETFL takes a number; the descriptor is open as long as it is borrowed.
    let answer = check(unsafe { libc::fcntl(fd.as_raw_fd(), libc::F_SETFL, libc::O_NONBLOCK) }).map(drop);
    note("fcntl", zero(&answer), || format!("{}, F_SETFL, O_RDONLY|O_NONBLOCK", fd.as_raw_fd()));
    answer
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
    let answer = check(unsafe { libc::bind(fd.as_raw_fd(), address, len) }).map(drop);
    note("bind", zero(&answer), || format!("{}, {to}", fd.as_raw_fd()));
    answer
}

pub(crate) fn connect(fd: BorrowedFd<'_>, to: Address) -> Answer<()> {
    let native = Native::from(to);
    let (address, len) = native.pointer();
    // SAFETY: the kernel reads `len` bytes of the address, which lives until it answers.
    let answer = check(unsafe { libc::connect(fd.as_raw_fd(), address, len) }).map(drop);
    note("connect", zero(&answer), || format!("{}, {to}", fd.as_raw_fd()));
    answer
}

pub(crate) fn listen(fd: BorrowedFd<'_>, backlog: i32) -> Answer<()> {
    // SAFETY: `listen` takes two numbers; the descriptor is open as long as it is borrowed.
    let answer = check(unsafe { libc::listen(fd.as_raw_fd(), backlog) }).map(drop);
    note("listen", zero(&answer), || format!("{}, {backlog}", fd.as_raw_fd()));
    answer
}

/// The connection and its other end's address.
pub(crate) fn accept(fd: BorrowedFd<'_>) -> Answer<(OwnedFd, SocketAddrV4)> {
    // SAFETY: all-zero bytes are a valid `sockaddr_storage`.
    let mut storage: libc::sockaddr_storage = unsafe { std::mem::zeroed() };
    let mut len = size_of_val(&storage) as libc::socklen_t;
    let flags = libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC;
    // SAFETY: the kernel writes at most `len` bytes into the storage, and into `len` how many.
    let result = unsafe { libc::accept4(fd.as_raw_fd(), (&raw mut storage).cast(), &mut len, flags) };
    let answer = check(result);
    let from = v4(&storage, len);
    note("accept4", number(&answer), || {
        let from = answer.map_or_else(|_| String::new(), |_| named(from));
        format!("{}{from}, {}", fd.as_raw_fd(), text::SOCKET_FLAGS)
    });
    // SAFETY: `accept4` has just given us this descriptor, and nobody else has it.
    Ok((unsafe { OwnedFd::from_raw_fd(answer?) }, from))
}

/// An address as a further argument, where the kernel gave one.
fn named(address: SocketAddrV4) -> String {
    if address == UNNAMED { String::new() } else { format!(", {address}") }
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

fn name(fd: BorrowedFd<'_>, says: &'static str, call: Named) -> Answer<SocketAddrV4> {
    // SAFETY: all-zero bytes are a valid `sockaddr_storage`.
    let mut storage: libc::sockaddr_storage = unsafe { std::mem::zeroed() };
    let mut len = size_of_val(&storage) as libc::socklen_t;
    // SAFETY: the kernel writes at most `len` bytes into the storage, and into `len` how many.
    let result = unsafe { call(fd.as_raw_fd(), (&raw mut storage).cast(), &mut len) };
    let answer = check(result).map(|_| v4(&storage, len));
    note(says, zero(&answer), || {
        format!("{}{}", fd.as_raw_fd(), answer.map_or_else(|_| String::new(), named))
    });
    answer
}

/// 0.0.0.0:0 for a socket of another family.
pub(crate) fn local(fd: BorrowedFd<'_>) -> Answer<SocketAddrV4> {
    name(fd, "getsockname", libc::getsockname)
}

/// 0.0.0.0:0 for a socket of another family.
pub(crate) fn remote(fd: BorrowedFd<'_>) -> Answer<SocketAddrV4> {
    name(fd, "getpeername", libc::getpeername)
}

pub(crate) fn shutdown(fd: BorrowedFd<'_>, how: How) -> Answer<()> {
    let native = match how {
        How::Read => socket::Shutdown::Read,
        How::Write => socket::Shutdown::Write,
        How::Both => socket::Shutdown::Both,
    };
    let answer = socket::shutdown(fd.as_raw_fd(), native).map_err(errno);
    note("shutdown", zero(&answer), || format!("{}, {how}", fd.as_raw_fd()));
    answer
}

/// Of each call that sends. MSG_NOSIGNAL is always given: a signal would be ours, not the learner's.
const SEND_FLAGS: libc::c_int = libc::MSG_NOSIGNAL | libc::MSG_DONTWAIT;

/// One `send`, which is `sendto` without an address.
pub(crate) fn send(fd: BorrowedFd<'_>, data: &[u8]) -> Answer<usize> {
    let answer = socket::send(fd.as_raw_fd(), data, Flags::from_bits_truncate(SEND_FLAGS)).map_err(errno);
    note("sendto", number(&answer), || {
        let flags = text::message_flags(SEND_FLAGS);
        text::arguments(format_args!("{}, {} bytes, {flags}", fd.as_raw_fd(), data.len()))
    });
    answer
}

/// One `sendto`, likewise.
pub(crate) fn sendto(fd: BorrowedFd<'_>, data: &[u8], to: Address) -> Answer<usize> {
    let native = Native::from(to);
    let (address, len) = native.pointer();
    let bytes = data.as_ptr().cast();
    // SAFETY: the kernel reads `data.len()` bytes of the data and `len` of the address; both outlive the call.
    let result = unsafe { libc::sendto(fd.as_raw_fd(), bytes, data.len(), SEND_FLAGS, address, len) };
    let answer = check_count(result);
    note("sendto", number(&answer), || {
        format!("{}, {} bytes, {}, {to}", fd.as_raw_fd(), data.len(), text::message_flags(SEND_FLAGS))
    });
    answer
}

/// One `write`. The process ignores SIGPIPE, as every Rust program does.
pub(crate) fn write(fd: BorrowedFd<'_>, data: &[u8]) -> Answer<usize> {
    // SAFETY: the kernel reads `data.len()` bytes of the data.
    let answer = check_count(unsafe { libc::write(fd.as_raw_fd(), data.as_ptr().cast(), data.len()) });
    note("write", number(&answer), || format!("{}, {} bytes", fd.as_raw_fd(), data.len()));
    answer
}

/// One `read`.
pub(crate) fn read(fd: BorrowedFd<'_>, buffer: &mut [u8]) -> Answer<usize> {
    // SAFETY: the kernel writes at most `buffer.len()` bytes into the buffer.
    let result = unsafe { libc::read(fd.as_raw_fd(), buffer.as_mut_ptr().cast(), buffer.len()) };
    let answer = check_count(result);
    note("read", number(&answer), || format!("{}, {}", fd.as_raw_fd(), buffer.len()));
    answer
}

/// One `recvfrom`, with the sender's address; 0.0.0.0:0 where the kernel names none. It never waits, with MSG_WAITALL neither;
/// but on a local socket that takes away an error behind the last bytes.
pub(crate) fn recvfrom(
    fd: BorrowedFd<'_>,
    buffer: &mut [u8],
    flags: MsgFlags,
) -> Answer<(usize, SocketAddrV4)> {
    // SAFETY: all-zero bytes are a valid `sockaddr_storage`.
    let mut storage: libc::sockaddr_storage = unsafe { std::mem::zeroed() };
    let mut len = size_of_val(&storage) as libc::socklen_t;
    let bits = libc::MSG_DONTWAIT
        | if flags.peek { libc::MSG_PEEK } else { 0 }
        | if flags.waitall { libc::MSG_WAITALL } else { 0 };
    let (data, room) = (buffer.as_mut_ptr().cast(), buffer.len());
    // SAFETY: the kernel writes at most `room` bytes into the buffer, at most `len` into the storage, and into `len`
    // how many.
    let result =
        unsafe { libc::recvfrom(fd.as_raw_fd(), data, room, bits, (&raw mut storage).cast(), &mut len) };
    let answer = check_count(result);
    let from = v4(&storage, len);
    note("recvfrom", number(&answer), || {
        let from = answer.map_or_else(|_| String::new(), |_| named(from));
        let flags = text::message_flags(bits);
        text::arguments(format_args!("{}, {room}, {flags}{from}", fd.as_raw_fd()))
    });
    Ok((answer?, from))
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
    let answer = check(unsafe { libc::poll(fds.as_mut_ptr(), fds.len() as libc::nfds_t, 0) });
    let said: Vec<_> = fds.iter().map(|p| linux::readiness(p.revents)).collect();
    note("poll", number(&answer), || text::polled(entries, answer.ok().map(|_| said.as_slice())));
    answer.map(|_| said)
}

/// What `poll` says of one descriptor.
pub(crate) fn readiness(fd: BorrowedFd<'_>, asked: Readiness) -> Readiness {
    poll(&[(fd, asked)]).ok().and_then(|said| said.first().copied()).unwrap_or_default()
}

/// One `setsockopt`. A value that is only read is EINVAL without a call.
pub(crate) fn set_option(fd: BorrowedFd<'_>, option: SocketOption, value: OptionValue) -> Answer<()> {
    let answer = linux::set_option(fd, option, value);
    if value.as_int().is_some() {
        note("setsockopt", zero(&answer), || {
            format!("{}, {}, {}", fd.as_raw_fd(), text::option(option), text::value(&value))
        });
    }
    answer
}

/// One `getsockopt`.
pub(crate) fn option(fd: BorrowedFd<'_>, option: SocketOption) -> Answer<OptionValue> {
    let answer = linux::option(fd, option);
    note("getsockopt", zero(&answer), || {
        let value = answer.map_or_else(|_| "...".into(), |value| text::value(&value));
        format!("{}, {}, {value}", fd.as_raw_fd(), text::option(option))
    });
    answer
}

/// One `ioctl`.
pub(crate) fn ioctl(fd: BorrowedFd<'_>, request: IoctlRequest) -> Answer<u32> {
    let answer = linux::ioctl(fd, request);
    note("ioctl", zero(&answer), || {
        let bytes = answer.map_or_else(|_| "...".into(), |bytes| format!("[{bytes}]"));
        format!("{}, {request}, {bytes}", fd.as_raw_fd())
    });
    answer
}

fn state_and_mss(fd: BorrowedFd<'_>) -> Answer<(Option<TcpState>, u32)> {
    let answer = linux::state_and_mss(fd);
    note("getsockopt", zero(&answer), || {
        let state = answer.ok().and_then(|(state, _)| state);
        let value = state.map_or_else(|| "...".into(), |state| format!("{{{state}, ...}}"));
        format!("{}, {}, {value}", fd.as_raw_fd(), text::option(SocketOption::TcpInfo))
    });
    answer
}

/// The state of a TCP socket.
pub(crate) fn tcp_state(fd: BorrowedFd<'_>) -> Option<TcpState> {
    state_and_mss(fd).ok()?.0
}

/// What the kernel holds for this end of a TCP connection: TCP_INFO and three `ioctl`.
pub(crate) fn observe(fd: BorrowedFd<'_>) -> Observed {
    let (state, mss) = state_and_mss(fd).unwrap_or_default();
    let held = |request| ioctl(fd, request).unwrap_or(0);
    let (outq, outq_unsent) = (held(IoctlRequest::Siocoutq), held(IoctlRequest::Siocoutqnsd));
    Observed { outq, outq_unsent, inq: held(IoctlRequest::Siocinq), state, mss }
}

/// A socket joins epoll only after `connect` or `listen`: before that epoll says HUP, and tokio never forgets it.
pub(crate) fn watch(fd: Owned) -> Result<AsyncFd<Owned>, (Owned, Errno)> {
    let number = fd.as_raw_fd();
    // SAFETY: an `Owned` keeps its one descriptor open and unchanged until it is dropped.
    let watched = unsafe { AsyncFd::register(fd) }.map_err(|e| {
        let (fd, cause) = e.into_parts();
        (fd, io_errno(&cause))
    });
    let outcome = watched.as_ref().map(|_| 0).map_err(|(_, errno)| *errno);
    note("epoll_ctl", outcome, || format!("..., EPOLL_CTL_ADD, {number}, ..."));
    watched
}

/// It leaves epoll, which tokio calls done whatever the kernel says.
pub(crate) fn unwatch(watched: AsyncFd<Owned>) -> Owned {
    let fd = watched.into_inner();
    note("epoll_ctl", Ok(0), || format!("..., EPOLL_CTL_DEL, {}, ...", fd.as_raw_fd()));
    fd
}

/// Whether the descriptor can be borrowed from either form that a socket has here.
pub(crate) fn borrow(io: &crate::file::Io) -> BorrowedFd<'_> {
    match io {
        crate::file::Io::Plain(fd) => fd.as_fd(),
        crate::file::Io::Watched(fd) => fd.get_ref().as_fd(),
    }
}
