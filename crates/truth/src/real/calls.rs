//! The system calls themselves, each made once, as a C program would.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use libc::{c_int, c_void, sockaddr, sockaddr_storage, socklen_t};
use linux::{check, check_count};
use syscall::{Address, Call, Domain, Errno, Fd, How, MsgFlags, Outcome, PollFd, Returned, SocketType};

/// The longest buffer that a receive gets, in bytes.
const LONGEST: u32 = 16 << 20;

/// Make the call and wait for it as long as it takes.
///
/// Every unsafe block here is a call that takes numbers, and pointers to buffers that live until it returns, with these
/// buffers' true lengths.
#[expect(clippy::undocumented_unsafe_blocks, reason = "one comment speaks for all of them")]
pub(super) fn make(call: &Call) -> Outcome {
    match call {
        Call::Socket { domain, kind } => {
            let fd = check(unsafe { libc::socket(domain_of(*domain), kind_of(*kind), 0) })?;
            Ok(Returned::Fd(Fd(fd)))
        }
        Call::Socketpair { domain, kind } => {
            let mut fds = [0; 2];
            check(unsafe { libc::socketpair(domain_of(*domain), kind_of(*kind), 0, fds.as_mut_ptr()) })?;
            Ok(Returned::Pair(Fd(fds[0]), Fd(fds[1])))
        }
        Call::Pipe => {
            let mut fds = [0; 2];
            check(unsafe { libc::pipe(fds.as_mut_ptr()) })?;
            Ok(Returned::Pair(Fd(fds[0]), Fd(fds[1])))
        }
        Call::Bind { fd, address } => with_address(address, |at, len| unsafe { libc::bind(fd.0, at, len) }),
        Call::Connect { fd, address } => {
            with_address(address, |at, len| unsafe { libc::connect(fd.0, at, len) })
        }
        Call::Listen { fd, backlog } => done(unsafe { libc::listen(fd.0, *backlog) }),
        Call::Accept { fd } => accept(*fd),
        Call::Send { fd, data, flags } => {
            count(unsafe { libc::send(fd.0, data.as_ptr().cast(), data.len(), flags_of(*flags)) })
        }
        Call::Sendto { fd, data, flags, address } => {
            let (storage, len) = to_storage(address);
            let at = (&raw const storage).cast::<sockaddr>();
            let (bytes, flags) = (data.as_ptr().cast(), flags_of(*flags));
            count(unsafe { libc::sendto(fd.0, bytes, data.len(), flags, at, len) })
        }
        Call::Write { fd, data } => count(unsafe { libc::write(fd.0, data.as_ptr().cast(), data.len()) }),
        Call::Recv { fd, len, flags } => {
            let flags = flags_of(*flags);
            into_buffer(*len, |at, len| unsafe { libc::recv(fd.0, at, len, flags) })
        }
        Call::Read { fd, len } => into_buffer(*len, |at, len| unsafe { libc::read(fd.0, at, len) }),
        Call::Recvfrom { fd, len, flags } => recvfrom(*fd, *len, *flags),
        Call::Shutdown { fd, how } => {
            let how = match how {
                How::Read => libc::SHUT_RD,
                How::Write => libc::SHUT_WR,
                How::Both => libc::SHUT_RDWR,
            };
            done(unsafe { libc::shutdown(fd.0, how) })
        }
        // 0 to 2 are ours: the channel, and what the nursery has there.
        Call::Close { fd } if (0..3).contains(&fd.0) => Err(Errno::EBADF),
        Call::Close { fd } => done(unsafe { libc::close(fd.0) }),
        Call::Dup { fd } => Ok(Returned::Fd(Fd(check(unsafe { libc::dup(fd.0) })?))),
        Call::Select { read, write, except, timeout_us } => select([read, write, except], *timeout_us),
        Call::Poll { fds, timeout_us } => poll(fds, *timeout_us),
        Call::Setsockopt { fd, option, value } => {
            linux::set_option(fd.0, *option, *value).map(|()| Returned::Done)
        }
        Call::Getsockopt { fd, option } => linux::option(fd.0, *option).map(Returned::Option),
        Call::Getsockname { fd } => address_by(|at, len| unsafe { libc::getsockname(fd.0, at, len) }),
        Call::Getpeername { fd } => address_by(|at, len| unsafe { libc::getpeername(fd.0, at, len) }),
        Call::SetBlocking { fd, blocking } => {
            let flags = check(unsafe { libc::fcntl(fd.0, libc::F_GETFL) })?;
            let flags = if *blocking { flags & !libc::O_NONBLOCK } else { flags | libc::O_NONBLOCK };
            done(unsafe { libc::fcntl(fd.0, libc::F_SETFL, flags) })
        }
        Call::Ioctl { fd, request } => linux::ioctl(fd.0, *request).map(Returned::Count),
        Call::Gethostname => {
            let name = nix::sys::utsname::uname().map_err(|e| Errno::from_linux(e as i32))?;
            Ok(Returned::Name(name.nodename().to_string_lossy().into_owned()))
        }
        Call::Fork | Call::Getaddrinfo { .. } => Err(Errno::ENOSYS),
    }
}

fn done(result: c_int) -> Outcome {
    check(result).map(|_| Returned::Done)
}

fn count(result: isize) -> Outcome {
    check_count(result).map(|n| Returned::Count(n as u32))
}

fn into_buffer(len: u32, call: impl FnOnce(*mut c_void, usize) -> isize) -> Outcome {
    let mut buffer = vec![0_u8; len.min(LONGEST) as usize];
    let got = check_count(call(buffer.as_mut_ptr().cast(), buffer.len()))?;
    buffer.truncate(got);
    Ok(Returned::Data(buffer.into()))
}

fn accept(fd: Fd) -> Outcome {
    // SAFETY: as in `make`; a `sockaddr_storage` of zeros is one.
    let mut storage: sockaddr_storage = unsafe { std::mem::zeroed() };
    let mut len = size_of::<sockaddr_storage>() as socklen_t;
    // SAFETY: as in `make`.
    let new = check(unsafe { libc::accept(fd.0, (&raw mut storage).cast(), &raw mut len) })?;
    Ok(Returned::Accepted { fd: Fd(new), peer: from_storage(&storage) })
}

fn recvfrom(fd: Fd, len: u32, flags: MsgFlags) -> Outcome {
    // SAFETY: a `sockaddr_storage` of zeros is one.
    let mut storage: sockaddr_storage = unsafe { std::mem::zeroed() };
    let mut size = size_of::<sockaddr_storage>() as socklen_t;
    let at = (&raw mut storage).cast();
    let flags = flags_of(flags);
    // SAFETY: as in `make`.
    let call = |buffer, len| unsafe { libc::recvfrom(fd.0, buffer, len, flags, at, &raw mut size) };
    match into_buffer(len, call)? {
        // A stream says nothing of a sender, nor does a local socket without a name.
        Returned::Data(data) if size > 0 && is_ip(&storage) => {
            Ok(Returned::Datagram { data, from: from_storage(&storage) })
        }
        other => Ok(other),
    }
}

fn select(lists: [&Vec<Fd>; 3], timeout_us: Option<u64>) -> Outcome {
    let highest = lists.iter().flat_map(|list| list.iter()).map(|fd| fd.0).max().unwrap_or(-1);
    if lists.iter().flat_map(|list| list.iter()).any(|fd| fd.0 < 0 || fd.0 >= 1024) {
        // No `fd_set` can name it; Python says ValueError, and this vocabulary EBADF.
        return Err(Errno::EBADF);
    }
    let mut sets = lists.map(|list| {
        let mut words = [0_u64; 16];
        list.iter().for_each(|fd| words[fd.0 as usize / 64] |= 1 << (fd.0 % 64));
        words
    });
    let mut time = timeout_us.map(timespec);
    let time = time.as_mut().map_or(std::ptr::null_mut(), |t| &raw mut *t);
    let [read, write, except] = &mut sets;
    let (read_at, write_at, except_at) = (read.as_mut_ptr(), write.as_mut_ptr(), except.as_mut_ptr());
    // SAFETY: as in `make`; an `fd_set` has 1024 bits, as our sixteen words have.
    check(unsafe {
        libc::pselect(highest + 1, read_at.cast(), write_at.cast(), except_at.cast(), time, std::ptr::null())
    })?;
    let ready = |list: &Vec<Fd>, words: &[u64; 16]| {
        let on = |fd: &&Fd| words[fd.0 as usize / 64] & (1 << (fd.0 % 64)) != 0;
        list.iter().filter(on).copied().collect()
    };
    let [asked_read, asked_write, asked_except] = lists;
    Ok(Returned::Selected {
        read: ready(asked_read, read),
        write: ready(asked_write, write),
        except: ready(asked_except, except),
    })
}

fn poll(fds: &[PollFd], timeout_us: Option<u64>) -> Outcome {
    let entry =
        |asked: &PollFd| libc::pollfd { fd: asked.fd.0, events: linux::events(asked.events), revents: 0 };
    let mut entries: Vec<_> = fds.iter().map(entry).collect();
    let time = timeout_us.map(timespec);
    let time = time.as_ref().map_or(std::ptr::null(), |t| &raw const *t);
    // SAFETY: as in `make`.
    check(unsafe { libc::ppoll(entries.as_mut_ptr(), entries.len() as _, time, std::ptr::null()) })?;
    Ok(Returned::Polled(entries.iter().map(|entry| linux::readiness(entry.revents)).collect()))
}

fn timespec(us: u64) -> libc::timespec {
    let seconds = i64::try_from(us / 1_000_000).unwrap_or(i64::MAX);
    libc::timespec { tv_sec: seconds, tv_nsec: (us % 1_000_000 * 1000) as i64 }
}

const fn domain_of(domain: Domain) -> c_int {
    match domain {
        Domain::Unix => libc::AF_UNIX,
        Domain::Inet => libc::AF_INET,
        Domain::Inet6 => libc::AF_INET6,
    }
}

const fn kind_of(kind: SocketType) -> c_int {
    match kind {
        SocketType::Stream => libc::SOCK_STREAM,
        SocketType::Dgram => libc::SOCK_DGRAM,
    }
}

fn flags_of(flags: MsgFlags) -> c_int {
    let set = [
        (flags.dontwait, libc::MSG_DONTWAIT),
        (flags.peek, libc::MSG_PEEK),
        (flags.waitall, libc::MSG_WAITALL),
        (flags.nosignal, libc::MSG_NOSIGNAL),
    ];
    set.into_iter().filter(|(on, _)| *on).fold(0, |all, (_, bit)| all | bit)
}

fn with_address(address: &Address, call: impl FnOnce(*const sockaddr, socklen_t) -> c_int) -> Outcome {
    let (storage, len) = to_storage(address);
    done(call((&raw const storage).cast(), len))
}

fn address_by(call: impl FnOnce(*mut sockaddr, *mut socklen_t) -> c_int) -> Outcome {
    // SAFETY: a `sockaddr_storage` of zeros is one.
    let mut storage: sockaddr_storage = unsafe { std::mem::zeroed() };
    let mut len = size_of::<sockaddr_storage>() as socklen_t;
    check(call((&raw mut storage).cast(), &raw mut len))?;
    if !is_ip(&storage) {
        // This vocabulary has no other addresses.
        return Err(Errno::EAFNOSUPPORT);
    }
    Ok(Returned::Address(from_storage(&storage)))
}

fn to_storage(address: &Address) -> (sockaddr_storage, socklen_t) {
    // SAFETY: a `sockaddr_storage` of zeros is one, and it has room for, and the alignment of, every address.
    unsafe {
        let mut storage: sockaddr_storage = std::mem::zeroed();
        let len = match address {
            SocketAddr::V4(v4) => {
                let at = &mut *(&raw mut storage).cast::<libc::sockaddr_in>();
                at.sin_family = libc::AF_INET as u16;
                at.sin_port = v4.port().to_be();
                at.sin_addr.s_addr = u32::from(*v4.ip()).to_be();
                size_of::<libc::sockaddr_in>()
            }
            SocketAddr::V6(v6) => {
                let at = &mut *(&raw mut storage).cast::<libc::sockaddr_in6>();
                at.sin6_family = libc::AF_INET6 as u16;
                at.sin6_port = v6.port().to_be();
                at.sin6_addr.s6_addr = v6.ip().octets();
                size_of::<libc::sockaddr_in6>()
            }
        };
        (storage, len as socklen_t)
    }
}

fn is_ip(storage: &sockaddr_storage) -> bool {
    matches!(c_int::from(storage.ss_family), libc::AF_INET | libc::AF_INET6)
}

/// An address without a family (of a Unix socket) is 0.0.0.0:0.
fn from_storage(storage: &sockaddr_storage) -> Address {
    // SAFETY: the family says which address this is.
    unsafe {
        match c_int::from(storage.ss_family) {
            libc::AF_INET => {
                let at = &*(&raw const *storage).cast::<libc::sockaddr_in>();
                let ip = Ipv4Addr::from(u32::from_be(at.sin_addr.s_addr));
                SocketAddrV4::new(ip, u16::from_be(at.sin_port)).into()
            }
            libc::AF_INET6 => {
                let at = &*(&raw const *storage).cast::<libc::sockaddr_in6>();
                let ip = Ipv6Addr::from(at.sin6_addr.s6_addr);
                SocketAddrV6::new(ip, u16::from_be(at.sin6_port), 0, 0).into()
            }
            _ => SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 0).into(),
        }
    }
}

/// Brings 127.0.0.1 up in this process's network.
pub(super) fn loopback_up() -> io::Result<()> {
    // SAFETY: `ifreq` is plain data; the name is shorter than its field, and the calls get it with its true type.
    unsafe {
        let mut request: libc::ifreq = std::mem::zeroed();
        for (to, from) in request.ifr_name.iter_mut().zip(b"lo") {
            *to = *from as libc::c_char;
        }
        let fd = libc::socket(libc::AF_INET, libc::SOCK_DGRAM, 0);
        request.ifr_ifru.ifru_flags = (libc::IFF_UP | libc::IFF_RUNNING) as i16;
        let result = libc::ioctl(fd, libc::SIOCSIFFLAGS, &raw const request);
        let error = io::Error::last_os_error();
        libc::close(fd);
        if result < 0 { Err(error) } else { Ok(()) }
    }
}

/// Gives up every capability: a task is an ordinary user, also towards port 80.
pub(super) fn drop_privileges() -> io::Result<()> {
    #[repr(C)]
    struct Header {
        version: u32,
        pid: c_int,
    }
    /// `_LINUX_CAPABILITY_VERSION_3`: two words of each set.
    const VERSION: u32 = 0x2008_0522;
    let header = Header { version: VERSION, pid: 0 };
    let none = [0_u32; 6];
    // SAFETY: `capset` reads a header and twice three words.
    let result = unsafe { libc::syscall(libc::SYS_capset, &raw const header, none.as_ptr()) };
    if result < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}
