//! `_kernel`: the system calls as functions of plain values, for the modules in Python. Each waits for the host's answer
//! and raises the subclass of OSError that an error number means.

use std::net::{IpAddr, SocketAddr};

use syscall::{Bytes, Call, Domain, Errno, Fd, How, MsgFlags, PollFd, Readiness, Returned, SocketType};

use super::options;
use crate::classes::class;
use crate::host::{Answer, Stop, Stream};
use crate::machine::Machine;
use crate::names::sym;
use crate::native::{Args, Ask, Flow, Native, Res};
use crate::object::Object;
use crate::pure::errnos;
use crate::value::Value;

pub(super) const FUNCTIONS: &[Native] = &[
    Native { name: "index", call: index },
    Native { name: "socket", call: socket },
    Native { name: "bind", call: bind },
    Native { name: "listen", call: listen },
    Native { name: "accept", call: accept },
    Native { name: "connect", call: connect },
    Native { name: "send", call: send },
    Native { name: "recv", call: recv },
    Native { name: "sendto", call: sendto },
    Native { name: "recvfrom", call: recvfrom },
    Native { name: "shutdown", call: shutdown },
    Native { name: "close", call: close },
    Native { name: "dup", call: dup },
    Native { name: "fork", call: fork },
    Native { name: "socketpair", call: socketpair },
    Native { name: "pipe", call: pipe },
    Native { name: "read", call: read },
    Native { name: "write", call: write },
    Native { name: "gethostname", call: gethostname },
    Native { name: "getaddrinfo", call: getaddrinfo },
    Native { name: "select", call: select },
    Native { name: "poll", call: poll },
    Native { name: "setsockopt", call: setsockopt },
    Native { name: "getsockopt", call: getsockopt },
    Native { name: "getsockname", call: getsockname },
    Native { name: "getpeername", call: getpeername },
    Native { name: "set_blocking", call: set_blocking },
    Native { name: "sleep", call: sleep },
    Native { name: "monotonic", call: monotonic },
    Native { name: "wall", call: wall },
    Native { name: "strerror", call: strerror },
    Native { name: "ip_version", call: ip_version },
    Native { name: "ip_packed", call: ip_packed },
    Native { name: "ip_text", call: ip_text },
    Native { name: "getpid", call: getpid },
    Native { name: "getppid", call: getppid },
    Native { name: "exit", call: exit },
];

/// Note of a machine: the number of its process, and its parent's.
const PID: &str = "pid";
const PARENT: &str = "parent";

/// Makes a call first, and what it returned into a value when the answer is there. An interrupted call is made again,
/// but for those whose time runs on meanwhile: `retried` says which.
fn call(
    m: &mut Machine,
    args: &Args<'_>,
    retried: bool,
    make: impl FnOnce(&mut Machine) -> Res<Call>,
    done: impl FnOnce(&mut Machine, Returned) -> Res<Value>,
) -> Res<Flow> {
    let again = |m: &mut Machine| {
        let call = make(m)?;
        Ok(Flow::Suspend(Ask::Call(call, None)))
    };
    match &args.answer {
        None => again(m),
        Some(Answer::Outcome(Ok(returned))) => done(m, returned.clone()).map(Flow::Value),
        Some(Answer::Outcome(Err(Errno::EINTR))) if retried => again(m),
        Some(Answer::Outcome(Err(errno))) => Err(m.os_error(*errno)),
        Some(_) => {
            Err(m.error(class::SYSTEM_ERROR, "a call was answered with something else than its outcome"))
        }
    }
}

fn nothing(_: &mut Machine, _: Returned) -> Res<Value> {
    Ok(Value::None)
}

fn unexpected(m: &mut Machine, returned: &Returned) -> crate::native::Raised {
    m.error(class::SYSTEM_ERROR, &format!("the kernel returned something else: {returned}"))
}

pub(super) fn number(m: &mut Machine, value: Value) -> Res<i64> {
    let n = m.int_arg(value)?;
    i64::try_from(&n).map_err(|_| m.error(class::OVERFLOW_ERROR, "Python int too large to convert to C long"))
}

/// A number as C's int.
fn c_int(m: &mut Machine, value: Value) -> Res<i32> {
    let n = number(m, value)?;
    let says =
        if n < 0 { "signed integer is less than minimum" } else { "signed integer is greater than maximum" };
    i32::try_from(n).map_err(|_| m.error(class::OVERFLOW_ERROR, says))
}

fn fd(m: &mut Machine, args: &Args<'_>) -> Res<Fd> {
    c_int(m, args.at(0)).map(Fd)
}

fn data(m: &mut Machine, value: Value) -> Res<Bytes> {
    match m.buffer(value) {
        Some(bytes) => Ok(Bytes::from(bytes)),
        None => {
            let name = m.class_name_of(value);
            Err(m.type_error(&format!("a bytes-like object is required, not '{name}'")))
        }
    }
}

/// How much a receive may bring. More than this is never there.
fn length(m: &mut Machine, value: Value) -> Res<u32> {
    Ok(number(m, value)?.clamp(0, 1 << 30) as u32)
}

fn flags(m: &mut Machine, value: Value) -> Res<MsgFlags> {
    const KNOWN: i64 = 0x2 | 0x40 | 0x100 | 0x4000;
    let bits = if value.is_undefined() { 0 } else { number(m, value)? };
    if bits & !KNOWN != 0 {
        return Err(m.os_error(Errno::EOPNOTSUPP));
    }
    let has = |bit| bits & bit != 0;
    Ok(MsgFlags { peek: has(0x2), dontwait: has(0x40), waitall: has(0x100), nosignal: has(0x4000) })
}

fn ip(m: &Machine, value: Value) -> Option<IpAddr> {
    m.text(value)?.parse().ok()
}

fn address(m: &mut Machine, host: Value, port: Value) -> Res<SocketAddr> {
    let port = number(m, port)?.clamp(0, 0xFFFF) as u16;
    match ip(m, host) {
        Some(ip) => Ok(SocketAddr::new(ip, port)),
        None => Err(m.os_error(Errno::EINVAL)),
    }
}

fn address_value(m: &mut Machine, address: SocketAddr) -> Value {
    let host = m.string(address.ip().to_string());
    let mut items = vec![host, Value::Int(address.port().into())];
    if address.is_ipv6() {
        items.extend([Value::Int(0), Value::Int(0)]);
    }
    m.tuple(items)
}

fn data_value(m: &mut Machine, data: &Bytes) -> Res<Value> {
    m.room(data.len() as u64)?;
    Ok(m.bytes(data.to_vec()))
}

fn domain_and_kind(m: &mut Machine, args: &Args<'_>) -> Res<(Domain, SocketType)> {
    let domain = match c_int(m, args.at(0))? {
        1 => Domain::Unix,
        2 => Domain::Inet,
        10 => Domain::Inet6,
        _ => return Err(m.os_error(Errno::EAFNOSUPPORT)),
    };
    let kind = match c_int(m, args.at(1))? {
        1 => SocketType::Stream,
        2 => SocketType::Dgram,
        3 => return Err(m.os_error(Errno::EPROTONOSUPPORT)),
        _ => return Err(m.os_error(Errno::EINVAL)),
    };
    Ok((domain, kind))
}

/// A number, or what an object says is its number.
fn index(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    if matches!(m.heap.of(args.at(0)), Object::Instance(_)) {
        let class = m.class_of(args.at(0));
        let method = m.class_attr(class, sym::INDEX);
        if !method.is_undefined() {
            return Ok(Flow::Call(method, vec![args.at(0)]));
        }
    }
    let n = m.int_arg(args.at(0))?;
    Ok(Flow::Value(m.int(n)))
}

fn socket(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let make = |m: &mut Machine| domain_and_kind(m, args).map(|(domain, kind)| Call::Socket { domain, kind });
    call(m, args, true, make, new_fd)
}

fn new_fd(m: &mut Machine, returned: Returned) -> Res<Value> {
    match returned {
        Returned::Fd(fd) => Ok(Value::Int(fd.0.into())),
        other => Err(unexpected(m, &other)),
    }
}

fn pair(m: &mut Machine, returned: Returned) -> Res<Value> {
    match returned {
        Returned::Pair(a, b) => Ok(m.tuple(vec![Value::Int(a.0.into()), Value::Int(b.0.into())])),
        other => Err(unexpected(m, &other)),
    }
}

fn counted(m: &mut Machine, returned: Returned) -> Res<Value> {
    match returned {
        Returned::Count(n) => Ok(Value::Int(n.into())),
        other => Err(unexpected(m, &other)),
    }
}

fn received(m: &mut Machine, returned: Returned) -> Res<Value> {
    match returned {
        Returned::Data(data) => data_value(m, &data),
        other => Err(unexpected(m, &other)),
    }
}

fn located(m: &mut Machine, returned: Returned) -> Res<Value> {
    match returned {
        Returned::Address(address) => Ok(address_value(m, address)),
        other => Err(unexpected(m, &other)),
    }
}

fn bind(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let make =
        |m: &mut Machine| Ok(Call::Bind { fd: fd(m, args)?, address: address(m, args.at(1), args.at(2))? });
    call(m, args, true, make, nothing)
}

fn connect(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let make = |m: &mut Machine| {
        Ok(Call::Connect { fd: fd(m, args)?, address: address(m, args.at(1), args.at(2))? })
    };
    call(m, args, false, make, nothing)
}

fn listen(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let make = |m: &mut Machine| Ok(Call::Listen { fd: fd(m, args)?, backlog: c_int(m, args.at(1))? });
    call(m, args, true, make, nothing)
}

fn accept(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let make = |m: &mut Machine| Ok(Call::Accept { fd: fd(m, args)? });
    call(m, args, true, make, |m, returned| match returned {
        Returned::Accepted { fd, peer } => {
            let peer = address_value(m, peer);
            Ok(m.tuple(vec![Value::Int(fd.0.into()), peer]))
        }
        other => Err(unexpected(m, &other)),
    })
}

fn send(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let make = |m: &mut Machine| {
        Ok(Call::Send { fd: fd(m, args)?, data: data(m, args.at(1))?, flags: flags(m, args.at(2))? })
    };
    call(m, args, true, make, counted)
}

fn recv(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let make = |m: &mut Machine| {
        Ok(Call::Recv { fd: fd(m, args)?, len: length(m, args.at(1))?, flags: flags(m, args.at(2))? })
    };
    call(m, args, true, make, received)
}

fn sendto(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let make = |m: &mut Machine| {
        let (data, flags) = (data(m, args.at(1))?, flags(m, args.at(2))?);
        Ok(Call::Sendto { fd: fd(m, args)?, data, flags, address: address(m, args.at(3), args.at(4))? })
    };
    call(m, args, true, make, counted)
}

fn recvfrom(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let make = |m: &mut Machine| {
        Ok(Call::Recvfrom { fd: fd(m, args)?, len: length(m, args.at(1))?, flags: flags(m, args.at(2))? })
    };
    call(m, args, true, make, |m, returned| match returned {
        Returned::Datagram { data, from } => {
            let (data, from) = (data_value(m, &data)?, address_value(m, from));
            Ok(m.tuple(vec![data, from]))
        }
        // A stream has no sender to tell.
        Returned::Data(data) => {
            let data = data_value(m, &data)?;
            Ok(m.tuple(vec![data, Value::None]))
        }
        other => Err(unexpected(m, &other)),
    })
}

fn shutdown(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let make = |m: &mut Machine| {
        let how = match c_int(m, args.at(1))? {
            0 => How::Read,
            1 => How::Write,
            2 => How::Both,
            _ => return Err(m.os_error(Errno::EINVAL)),
        };
        Ok(Call::Shutdown { fd: fd(m, args)?, how })
    };
    call(m, args, true, make, nothing)
}

fn close(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let make = |m: &mut Machine| Ok(Call::Close { fd: fd(m, args)? });
    call(m, args, false, make, nothing)
}

fn dup(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let make = |m: &mut Machine| Ok(Call::Dup { fd: fd(m, args)? });
    call(m, args, true, make, new_fd)
}

fn fork(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    call(
        m,
        args,
        true,
        |_| Ok(Call::Fork),
        |m, returned| match returned {
            Returned::Forked(pid) => Ok(Value::Int(pid.0.into())),
            other => Err(unexpected(m, &other)),
        },
    )
}

fn socketpair(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let make =
        |m: &mut Machine| domain_and_kind(m, args).map(|(domain, kind)| Call::Socketpair { domain, kind });
    call(m, args, true, make, pair)
}

fn pipe(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    call(m, args, true, |_| Ok(Call::Pipe), pair)
}

fn read(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let make = |m: &mut Machine| Ok(Call::Read { fd: fd(m, args)?, len: length(m, args.at(1))? });
    call(m, args, true, make, received)
}

fn write(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let make = |m: &mut Machine| Ok(Call::Write { fd: fd(m, args)?, data: data(m, args.at(1))? });
    call(m, args, true, make, counted)
}

fn gethostname(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    call(
        m,
        args,
        true,
        |_| Ok(Call::Gethostname),
        |m, returned| match returned {
            Returned::Name(name) => Ok(m.string(name)),
            other => Err(unexpected(m, &other)),
        },
    )
}

fn getaddrinfo(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let make = |m: &mut Machine| Ok(Call::Getaddrinfo { name: m.plain_str(args.at(0)) });
    call(m, args, true, make, |m, returned| match returned {
        Returned::Addresses(addresses) => {
            let items = addresses.iter().map(|ip| m.string(ip.to_string())).collect();
            Ok(m.list(items))
        }
        other => Err(unexpected(m, &other)),
    })
}

fn micros(m: &mut Machine, value: Value) -> Res<Option<u64>> {
    if value.is_none() || value.is_undefined() {
        return Ok(None);
    }
    Ok(Some(number(m, value)?.max(0) as u64))
}

fn items(m: &mut Machine, value: Value) -> Res<Vec<Value>> {
    Ok(m.collect(value)?.unwrap_or_default())
}

fn select(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let list = |m: &mut Machine, value: Value| -> Res<Vec<Fd>> {
        let fds = items(m, value)?;
        fds.into_iter().map(|fd| c_int(m, fd).map(Fd)).collect()
    };
    let make = |m: &mut Machine| {
        let (read, write, except) = (list(m, args.at(0))?, list(m, args.at(1))?, list(m, args.at(2))?);
        Ok(Call::Select { read, write, except, timeout_us: micros(m, args.at(3))? })
    };
    call(m, args, false, make, |m, returned| match returned {
        Returned::Selected { read, write, except } => {
            let lists = [read, write, except].map(|fds| {
                let fds = fds.iter().map(|fd| Value::Int(fd.0.into())).collect();
                m.list(fds)
            });
            Ok(m.tuple(lists.to_vec()))
        }
        other => Err(unexpected(m, &other)),
    })
}

/// Bits of `poll`, and which field of a readiness each is.
const fn readiness(bits: i64) -> Readiness {
    Readiness {
        readable: bits & (1 | 64) != 0,
        priority: bits & 2 != 0,
        writable: bits & (4 | 256) != 0,
        error: bits & 8 != 0,
        hangup: bits & 16 != 0,
        invalid: bits & 32 != 0,
        peer_finished: bits & 0x2000 != 0,
    }
}

fn bits(found: &Readiness) -> i64 {
    let fields = [
        (found.readable, 1),
        (found.priority, 2),
        (found.writable, 4),
        (found.error, 8),
        (found.hangup, 16),
        (found.invalid, 32),
        (found.peer_finished, 0x2000),
    ];
    fields.iter().filter(|(on, _)| *on).map(|(_, bit)| bit).sum()
}

fn poll(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let make = |m: &mut Machine| {
        let mut fds = Vec::new();
        for entry in items(m, args.at(0))? {
            let entry = items(m, entry)?;
            let part = |at: usize| entry.get(at).copied().unwrap_or_default();
            fds.push(PollFd { fd: Fd(c_int(m, part(0))?), events: readiness(number(m, part(1))?) });
        }
        Ok(Call::Poll { fds, timeout_us: micros(m, args.at(1))? })
    };
    call(m, args, false, make, |m, returned| match returned {
        Returned::Polled(found) => {
            let found = found.iter().map(|each| Value::Int(bits(each))).collect();
            Ok(m.list(found))
        }
        other => Err(unexpected(m, &other)),
    })
}

fn option(m: &mut Machine, args: &Args<'_>) -> Res<syscall::SocketOption> {
    let (level, option) = (number(m, args.at(1))?, number(m, args.at(2))?);
    options::of(level, option).ok_or_else(|| m.os_error(Errno::ENOPROTOOPT))
}

fn setsockopt(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let make = |m: &mut Machine| {
        let option = option(m, args)?;
        let value = match m.buffer(args.at(3)).map(<[u8]>::to_vec) {
            Some(bytes) => match options::from_bytes(option, &bytes) {
                Some(value) => value,
                None => return Err(m.os_error(Errno::EINVAL)),
            },
            None => syscall::OptionValue::Int(c_int(m, args.at(3))?),
        };
        Ok(Call::Setsockopt { fd: fd(m, args)?, option, value })
    };
    call(m, args, true, make, nothing)
}

fn getsockopt(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let make = |m: &mut Machine| Ok(Call::Getsockopt { fd: fd(m, args)?, option: option(m, args)? });
    let len = if args.at(3).is_undefined() { 0 } else { number(m, args.at(3))? };
    call(m, args, true, make, |m, returned| match returned {
        Returned::Option(value) if len == 0 => Ok(Value::Int(options::to_int(&value).into())),
        Returned::Option(value) => {
            let mut bytes = options::to_bytes(&value);
            bytes.truncate(usize::try_from(len).unwrap_or(0));
            Ok(m.bytes(bytes))
        }
        other => Err(unexpected(m, &other)),
    })
}

fn getsockname(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let make = |m: &mut Machine| Ok(Call::Getsockname { fd: fd(m, args)? });
    call(m, args, true, make, located)
}

fn getpeername(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let make = |m: &mut Machine| Ok(Call::Getpeername { fd: fd(m, args)? });
    call(m, args, true, make, located)
}

fn set_blocking(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let blocking = matches!(args.at(1), Value::Bool(true));
    let make = |m: &mut Machine| Ok(Call::SetBlocking { fd: fd(m, args)?, blocking });
    call(m, args, true, make, nothing)
}

fn sleep(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    if args.answer.is_some() {
        return Ok(Flow::Value(Value::None));
    }
    let us = number(m, args.at(0))?.max(0) as u64;
    Ok(Flow::Suspend(Ask::Sleep(us)))
}

fn now(args: &Args<'_>, of: fn(u64, u64) -> u64) -> Flow {
    match &args.answer {
        Some(Answer::Time { monotonic_us, wall_us }) => {
            Flow::Value(Value::Int(i64::try_from(of(*monotonic_us, *wall_us)).unwrap_or(i64::MAX)))
        }
        Some(_) => Flow::Value(Value::Int(0)),
        None => Flow::Suspend(Ask::Now),
    }
}

fn monotonic(_: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    Ok(now(args, |monotonic, _| monotonic))
}

fn wall(_: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    Ok(now(args, |_, wall| wall))
}

fn strerror(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let number = c_int(m, args.at(0))?;
    Ok(Flow::Value(m.string(errnos::text(number))))
}

fn ip_version(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let version = match ip(m, args.at(0)) {
        None => 0,
        Some(IpAddr::V4(_)) => 4,
        Some(IpAddr::V6(_)) => 6,
    };
    Ok(Flow::Value(Value::Int(version)))
}

fn ip_packed(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let packed = match ip(m, args.at(0)) {
        None => Vec::new(),
        Some(IpAddr::V4(ip)) => ip.octets().to_vec(),
        Some(IpAddr::V6(ip)) => ip.octets().to_vec(),
    };
    Ok(Flow::Value(m.bytes(packed)))
}

fn ip_text(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let bytes = m.buffer(args.at(0)).unwrap_or_default();
    let v4 = <[u8; 4]>::try_from(bytes).map(IpAddr::from);
    let ip = v4.or_else(|_| <[u8; 16]>::try_from(bytes).map(IpAddr::from));
    let text = ip.map(|ip| ip.to_string()).unwrap_or_default();
    Ok(Flow::Value(m.string(text)))
}

fn note(m: &Machine, key: &str, or: u64) -> Value {
    let found = m.notes.iter().find(|(known, _)| *known == key).map_or(or, |(_, value)| *value);
    Value::Int(i64::try_from(found).unwrap_or(i64::MAX))
}

fn getpid(m: &mut Machine, _: &Args<'_>) -> Res<Flow> {
    Ok(Flow::Value(note(m, PID, 2)))
}

fn getppid(m: &mut Machine, _: &Args<'_>) -> Res<Flow> {
    Ok(Flow::Value(note(m, PARENT, 1)))
}

/// The program ends at once: no finaliser, no `finally`, no other thread.
fn exit(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let status = c_int(m, args.at(0))? & 0xFF;
    m.status = Some(status);
    m.stop = Some(Stop::Exit(status));
    Ok(Flow::Output(Stream::Stdout, String::new()))
}

impl Machine {
    /// The number of the machine's process and of its parent, as `os.getpid` and `os.getppid` tell them: for a child, from
    /// what `fork` returned to its parent.
    pub fn set_process(&mut self, pid: u32, parent: u32) {
        self.set_note(PID, pid.into());
        self.set_note(PARENT, parent.into());
    }

    pub(super) fn set_note(&mut self, key: &'static str, value: u64) {
        match self.notes.iter_mut().find(|(known, _)| *known == key) {
            Some((_, old)) => *old = value,
            None => self.notes.push((key, value)),
        }
    }
}
