//! A call as a program in C makes it.

use std::net::IpAddr;

use syscall::{Address, Call, Fd, MsgFlags, OptionValue, PollFd, SocketOption};

/// Bytes of data that are spelled out; more are told by their number.
const SPELLED: usize = 24;

/// The statements that make this call, a line each. What they declare is used by the last of them, which is the call.
pub(crate) fn spelled(call: &Call) -> String {
    match call {
        Call::Socket { domain, kind } => format!("int fd = socket({domain}, {kind}, 0);"),
        Call::Socketpair { domain, kind } => format!("int pair[2];\nsocketpair({domain}, {kind}, 0, pair);"),
        Call::Pipe => "int ends[2];\npipe(ends);".into(),
        Call::Fork => "pid_t child = fork();".into(),
        Call::Bind { fd, address } => {
            format!("{}bind({fd}, (struct sockaddr *)&addr, sizeof addr);", addr(address))
        }
        Call::Connect { fd, address } => {
            format!("{}connect({fd}, (struct sockaddr *)&addr, sizeof addr);", addr(address))
        }
        Call::Listen { fd, backlog } => format!("listen({fd}, {backlog});"),
        Call::Accept { fd } => {
            format!("{EMPTY}int client = accept({fd}, (struct sockaddr *)&addr, &len);")
        }
        Call::Getsockname { fd } => format!("{EMPTY}getsockname({fd}, (struct sockaddr *)&addr, &len);"),
        Call::Getpeername { fd } => format!("{EMPTY}getpeername({fd}, (struct sockaddr *)&addr, &len);"),
        Call::Send { fd, data, flags: set } => {
            format!("ssize_t n = send({fd}, {}, {});", bytes(data), flags(set))
        }
        Call::Write { fd, data } => format!("ssize_t n = write({fd}, {});", bytes(data)),
        Call::Sendto { fd, data, flags: set, address } => format!(
            "{}ssize_t n = sendto({fd}, {}, {}, (struct sockaddr *)&addr, sizeof addr);",
            addr(address),
            bytes(data),
            flags(set)
        ),
        Call::Recv { fd, len, flags: set } => {
            format!("char buf[{len}];\nssize_t n = recv({fd}, buf, sizeof buf, {});", flags(set))
        }
        Call::Read { fd, len } => format!("char buf[{len}];\nssize_t n = read({fd}, buf, sizeof buf);"),
        Call::Recvfrom { fd, len, flags: set } => format!(
            "char buf[{len}];\n{EMPTY}ssize_t n = recvfrom({fd}, buf, sizeof buf, {}, (struct sockaddr *)&addr, &len);",
            flags(set)
        ),
        Call::Shutdown { fd, how } => format!("shutdown({fd}, {how});"),
        Call::Close { fd } => format!("close({fd});"),
        Call::Dup { fd } => format!("int second = dup({fd});"),
        Call::Ioctl { fd, request } => format!("int bytes;\nioctl({fd}, {request}, &bytes);"),
        Call::Gethostname => "char name[HOST_NAME_MAX + 1];\ngethostname(name, sizeof name);".into(),
        Call::Getaddrinfo { name } => {
            format!("struct addrinfo *found;\ngetaddrinfo({}, NULL, NULL, &found);", string(name.as_bytes()))
        }
        Call::Select { read, write, except, timeout_us } => select([read, write, except], *timeout_us),
        Call::Poll { fds, timeout_us } => poll(fds, *timeout_us),
        Call::Setsockopt { fd, option, value } => {
            let level = level(*option);
            format!("{}\nsetsockopt({fd}, {level}, {option}, &value, sizeof value);", value_of(*value))
        }
        Call::Getsockopt { fd, option } => {
            let level = level(*option);
            let kind = match option {
                SocketOption::SoLinger => "struct linger",
                SocketOption::SoRcvtimeo | SocketOption::SoSndtimeo => "struct timeval",
                SocketOption::TcpInfo => "struct tcp_info",
                _ => "int",
            };
            format!(
                "{kind} value;\nsocklen_t len = sizeof value;\ngetsockopt({fd}, {level}, {option}, &value, &len);"
            )
        }
        Call::SetBlocking { fd, blocking: false } => {
            format!("fcntl({fd}, F_SETFL, fcntl({fd}, F_GETFL) | O_NONBLOCK);")
        }
        Call::SetBlocking { fd, blocking: true } => {
            format!("fcntl({fd}, F_SETFL, fcntl({fd}, F_GETFL) & ~O_NONBLOCK);")
        }
    }
}

/// Room for an address that the kernel fills in.
const EMPTY: &str = "struct sockaddr_storage addr;\nsocklen_t len = sizeof addr;\n";

fn addr(address: &Address) -> String {
    let port = match address.port() {
        0 => "0".into(),
        port => format!("htons({port})"),
    };
    match address.ip() {
        IpAddr::V4(ip) => format!(
            "struct sockaddr_in addr = {{ .sin_family = AF_INET, .sin_port = {port} }};\n\
             inet_pton(AF_INET, \"{ip}\", &addr.sin_addr);\n"
        ),
        IpAddr::V6(ip) => format!(
            "struct sockaddr_in6 addr = {{ .sin6_family = AF_INET6, .sin6_port = {port} }};\n\
             inet_pton(AF_INET6, \"{ip}\", &addr.sin6_addr);\n"
        ),
    }
}

/// Data and its length, as two arguments.
fn bytes(data: &[u8]) -> String {
    match data.len() {
        len @ 0..=SPELLED => format!("{}, {len}", string(data)),
        len => format!("data, {len}"),
    }
}

/// A literal. Bytes that are no printable ASCII are in octal, which ends after three digits whatever follows.
fn string(data: &[u8]) -> String {
    let mut text = String::from("\"");
    for byte in data {
        match byte {
            b'\n' => text.push_str("\\n"),
            b'\r' => text.push_str("\\r"),
            b'"' | b'\\' => text.extend(['\\', char::from(*byte)]),
            // Two of them begin a trigraph.
            b'?' => text.push_str("\\?"),
            b' '..=b'~' => text.push(char::from(*byte)),
            _ => text.push_str(&format!("\\{byte:03o}")),
        }
    }
    text + "\""
}

fn flags(set: &MsgFlags) -> String {
    if set.is_empty() { "0".into() } else { set.to_string().replace('|', " | ") }
}

fn level(option: SocketOption) -> &'static str {
    if option.name().starts_with("SO_") { "SOL_SOCKET" } else { "IPPROTO_TCP" }
}

fn timeval(us: u64) -> String {
    format!("{{ {}, {} }}", us / 1_000_000, us % 1_000_000)
}

/// The declaration of an option's value.
fn value_of(value: OptionValue) -> String {
    match value {
        OptionValue::Int(number) => format!("int value = {number};"),
        OptionValue::TimeMicros(us) => format!("struct timeval value = {};", timeval(us)),
        OptionValue::Linger { on, seconds } => {
            format!("struct linger value = {{ {}, {seconds} }};", u8::from(on))
        }
        // These are only read; the kernel refuses them.
        OptionValue::Error(_) => "int value = 0;".into(),
        OptionValue::TcpInfo(_) => "struct tcp_info value;".into(),
    }
}

fn select(lists: [&[Fd]; 3], timeout_us: Option<u64>) -> String {
    let mut text = String::new();
    let mut arguments = Vec::new();
    for (fds, set) in lists.iter().zip(["reads", "writes", "excepts"]) {
        if fds.is_empty() {
            arguments.push("NULL".into());
            continue;
        }
        text.push_str(&format!("fd_set {set};\nFD_ZERO(&{set});\n"));
        for fd in *fds {
            text.push_str(&format!("FD_SET({fd}, &{set});\n"));
        }
        arguments.push(format!("&{set}"));
    }
    match timeout_us {
        Some(us) => {
            text.push_str(&format!("struct timeval wait = {};\n", timeval(us)));
            arguments.push("&wait".into());
        }
        None => arguments.push("NULL".into()),
    }
    let most = lists.iter().flat_map(|fds| fds.iter()).map(|fd| fd.0 + 1).max().unwrap_or(0);
    format!("{text}int ready = select({most}, {});", arguments.join(", "))
}

fn poll(fds: &[PollFd], timeout_us: Option<u64>) -> String {
    let ms = timeout_us.map_or("-1".into(), |us| us.div_ceil(1000).to_string());
    if fds.is_empty() {
        return format!("int ready = poll(NULL, 0, {ms});");
    }
    let entry = |entry: &PollFd| {
        let events = entry.events.to_string().replace('|', " | ");
        format!("{{ {}, {events}, 0 }}", entry.fd)
    };
    let entries: Vec<_> = fds.iter().map(entry).collect();
    format!(
        "struct pollfd fds[] = {{ {} }};\nint ready = poll(fds, {}, {ms});",
        entries.join(", "),
        fds.len()
    )
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::process::{Command, Stdio};

    use syscall::{Domain, How, IoctlRequest, Readiness, SocketType};

    use super::*;

    /// Every call, with what is hard to spell.
    fn calls() -> Vec<Call> {
        let fd = Fd(3);
        let flags = MsgFlags::default();
        let some = MsgFlags { dontwait: true, peek: true, ..flags };
        let (domain, kind) = (Domain::Inet, SocketType::Stream);
        let (v4, v6) = ("10.0.0.2:7000".parse().unwrap(), "[::1]:0".parse().unwrap());
        let nasty = b"a\"\\\n\r\x001??=\xff2".to_vec();
        let options = |name: &str| SocketOption::from_name(name).unwrap();
        let events = Readiness { readable: true, writable: true, ..Readiness::default() };
        let set = |option, value| Call::Setsockopt { fd, option, value };
        vec![
            Call::Socket { domain, kind },
            Call::Socketpair { domain: Domain::Unix, kind: SocketType::Dgram },
            Call::Pipe,
            Call::Fork,
            Call::Bind { fd, address: v4 },
            Call::Connect { fd, address: v6 },
            Call::Listen { fd, backlog: 5 },
            Call::Accept { fd },
            Call::Send { fd, data: nasty.into(), flags: some },
            Call::Send { fd, data: vec![b'x'; 20_000].into(), flags },
            Call::Sendto { fd, data: b"ping".to_vec().into(), flags, address: v4 },
            Call::Recv { fd, len: 100, flags },
            Call::Recvfrom { fd, len: 100, flags: some },
            Call::Read { fd, len: 1 },
            Call::Write { fd, data: Vec::new().into() },
            Call::Shutdown { fd, how: How::Write },
            Call::Close { fd },
            Call::Dup { fd },
            Call::Ioctl { fd, request: IoctlRequest::Siocoutq },
            Call::Gethostname,
            Call::Getaddrinfo { name: "localhost".into() },
            Call::Select {
                read: vec![fd, Fd(7)],
                write: vec![],
                except: vec![Fd(4)],
                timeout_us: Some(1_500_000),
            },
            Call::Select { read: vec![], write: vec![], except: vec![], timeout_us: None },
            Call::Poll { fds: vec![PollFd { fd, events }], timeout_us: None },
            Call::Poll { fds: vec![], timeout_us: Some(1) },
            set(options("SO_REUSEADDR"), OptionValue::Int(1)),
            set(options("SO_LINGER"), OptionValue::Linger { on: true, seconds: 0 }),
            set(options("SO_RCVTIMEO"), OptionValue::TimeMicros(2_000_001)),
            Call::Getsockopt { fd, option: options("TCP_INFO") },
            Call::Getsockopt { fd, option: options("SO_ERROR") },
            Call::Getsockname { fd },
            Call::Getpeername { fd },
            Call::SetBlocking { fd, blocking: false },
            Call::SetBlocking { fd, blocking: true },
        ]
    }

    #[test]
    fn a_compiler_takes_every_call() {
        let mut text = String::from("#define _GNU_SOURCE\n");
        let headers = "arpa/inet.h fcntl.h limits.h linux/sockios.h netdb.h netinet/in.h netinet/tcp.h poll.h sys/ioctl.h \
                       sys/select.h sys/socket.h sys/time.h sys/types.h unistd.h";
        for header in headers.split_whitespace() {
            text.push_str(&format!("#include <{header}>\n"));
        }
        text.push_str("extern const char data[];\n");
        for (at, call) in calls().iter().enumerate() {
            text.push_str(&format!("void call{at}(void);\nvoid call{at}(void) {{\n{}\n}}\n", spelled(call)));
        }
        let options = ["-std=c11", "-Wall", "-Werror", "-Wno-unused", "-fsyntax-only", "-x", "c", "-"];
        let Ok(mut cc) =
            Command::new("cc").args(options).stdin(Stdio::piped()).stderr(Stdio::piped()).spawn()
        else {
            return eprintln!("skipped: there is no C compiler here");
        };
        cc.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        let output = cc.wait_with_output().unwrap();
        assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
    }

    #[test]
    fn what_a_program_means_is_spelled_out() {
        let flags = MsgFlags::default();
        let send = Call::Send { fd: Fd(4), data: b"hi\n".to_vec().into(), flags };
        assert_eq!(spelled(&send), "ssize_t n = send(4, \"hi\\n\", 3, 0);");
        let recv = Call::Recv { fd: Fd(4), len: 100, flags };
        assert_eq!(spelled(&recv), "char buf[100];\nssize_t n = recv(4, buf, sizeof buf, 0);");
        let select =
            Call::Select { read: vec![Fd(3), Fd(9)], write: vec![], except: vec![], timeout_us: None };
        let last = spelled(&select).lines().last().map(String::from);
        assert_eq!(last.as_deref(), Some("int ready = select(10, &reads, NULL, NULL, NULL);"));
    }
}
