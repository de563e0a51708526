//! How the arguments of real calls are written: as `strace` writes them, with bytes by their number and addresses short.

use std::fmt;
use std::os::fd::AsRawFd;

use nix::sys::socket::{AddressFamily, SockType};
use syscall::{OptionValue, Readiness, SocketOption};

/// Most entries of a `poll` that are written.
const ENTRIES: usize = 4;

/// The flags that each new socket and pipe has.
pub(super) const SOCKET_FLAGS: &str = "SOCK_CLOEXEC|SOCK_NONBLOCK";

pub(super) fn family(family: AddressFamily) -> &'static str {
    match family {
        AddressFamily::Unix => "AF_UNIX",
        AddressFamily::Inet6 => "AF_INET6",
        _ => "AF_INET",
    }
}

pub(super) fn socket_type(kind: SockType) -> &'static str {
    match kind {
        SockType::Datagram => "SOCK_DGRAM",
        _ => "SOCK_STREAM",
    }
}

/// Flags of send and receive, in the order of their bits.
pub(super) fn message_flags(bits: libc::c_int) -> impl fmt::Display {
    let all = [
        (libc::MSG_PEEK, "MSG_PEEK"),
        (libc::MSG_DONTWAIT, "MSG_DONTWAIT"),
        (libc::MSG_WAITALL, "MSG_WAITALL"),
        (libc::MSG_NOSIGNAL, "MSG_NOSIGNAL"),
    ];
    fmt::from_fn(move |f| {
        let mut names = all.into_iter().filter(|(bit, _)| bits & bit != 0).map(|(_, name)| name);
        names.next().map_or(Ok(()), |first| f.write_str(first))?;
        names.try_for_each(|name| f.write_str("|").and_then(|()| f.write_str(name)))
    })
}

/// The arguments of a call, in one piece of memory that those of most calls fit.
pub(super) fn arguments(arguments: fmt::Arguments<'_>) -> String {
    let mut text = String::with_capacity(48);
    // Writing into a string does not fail.
    let _ = fmt::Write::write_fmt(&mut text, arguments);
    text
}

/// Level and name of an option.
pub(super) fn option(option: SocketOption) -> String {
    let level = if option.name().starts_with("SO_") { "SOL_SOCKET" } else { "SOL_TCP" };
    format!("{level}, {option}")
}

pub(super) fn value(value: &OptionValue) -> String {
    match value {
        OptionValue::Int(number) => format!("[{number}]"),
        OptionValue::TimeMicros(us) => {
            format!("{{tv_sec={}, tv_usec={}}}", us / 1_000_000, us % 1_000_000)
        }
        OptionValue::Linger { on, seconds } => format!("{{l_onoff={}, l_linger={seconds}}}", u8::from(*on)),
        OptionValue::Error(None) => "[0]".into(),
        OptionValue::Error(Some(errno)) => format!("[{errno}]"),
        OptionValue::TcpInfo(info) => format!("{{{}, ...}}", info.state),
    }
}

/// What `poll` was asked and said of each; nothing was said where it failed.
pub(super) fn polled(asked: &[(impl AsRawFd, Readiness)], said: Option<&[Readiness]>) -> String {
    let entries = asked.iter().take(ENTRIES).enumerate().map(|(place, (fd, events))| {
        let fd = fd.as_raw_fd();
        match said.and_then(|said| said.get(place)) {
            Some(revents) => format!("{{fd={fd}, events={events}, revents={revents}}}"),
            None => format!("{{fd={fd}, events={events}}}"),
        }
    });
    let mut entries: Vec<_> = entries.collect();
    if asked.len() > ENTRIES {
        entries.push("...".into());
    }
    format!("[{}], {}, 0", entries.join(", "), asked.len())
}
