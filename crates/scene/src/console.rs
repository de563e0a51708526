//! Calls as a person writes them: a small exact grammar, and the forms to pick a call from.
//!
//! `name(argument, ...)` with the arguments of the C call, or of Python's method where that is shorter: numbers, names of
//! constants, addresses (`10.0.0.2:7000`), lists of descriptors (`[3, 4]`), quoted text. What is not understood is
//! answered with what is expected.

use std::net::IpAddr;

use syscall::{
    Address, Bytes, Call, Domain, Fd, How, IoctlRequest, MsgFlags, OptionValue, SocketOption, SocketType,
};
use world::Input;

/// Most bytes of one send.
const MAX_BYTES: u32 = 1 << 20;
/// Longest text of one call.
const MAX_TEXT: usize = 4000;

/// A call to pick: its name, its arguments with what usually stands there, and what it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallForm {
    /// The call's name.
    pub name: &'static str,
    /// Its arguments: a name, and what usually stands there.
    pub arguments: &'static [(&'static str, &'static str)],
    /// What it does, in a few words.
    pub says: &'static str,
}

const fn form(
    name: &'static str,
    arguments: &'static [(&'static str, &'static str)],
    says: &'static str,
) -> CallForm {
    CallForm { name, arguments, says }
}

const FD: (&str, &str) = ("descriptor", "3");

/// The calls to pick from, in the order in which programs usually make them.
pub const FORMS: [CallForm; 20] = [
    form("socket", &[("kind", "SOCK_STREAM")], "a new socket"),
    form("bind", &[FD, ("address", "0.0.0.0:7000")], "where it is to be found"),
    form("listen", &[FD, ("backlog", "5")], "let clients queue"),
    form("accept", &[FD], "take the next client"),
    form("connect", &[FD, ("address", "10.0.0.2:7000")], "to a listener"),
    form("send", &[FD, ("bytes", "20000")], "give bytes to the kernel"),
    form("recv", &[FD, ("at most", "4096")], "take bytes that have come"),
    form("shutdown", &[FD, ("how", "SHUT_WR")], "say that no more comes"),
    form("close", &[FD], "give the descriptor back"),
    form("setblocking", &[FD, ("blocking", "0")], "whether calls wait"),
    form("setsockopt", &[FD, ("option", "SO_SNDBUF"), ("value", "4096")], "change an option"),
    form("getsockopt", &[FD, ("option", "SO_SNDBUF")], "ask for an option"),
    form(
        "select",
        &[("read", "[3]"), ("write", "[]"), ("except", "[]"), ("ms", "none")],
        "wait for the first that is ready",
    ),
    form("ioctl", &[FD, ("request", "SIOCOUTQ")], "what a buffer holds"),
    form("sendto", &[FD, ("bytes", "100"), ("address", "10.0.0.2:7000")], "a datagram"),
    form("recvfrom", &[FD, ("at most", "4096")], "a datagram and its sender"),
    form("getsockname", &[FD], "its own address"),
    form("getpeername", &[FD], "the other end's address"),
    form("dup", &[FD], "another descriptor for it"),
    form("exit", &[("status", "0")], "end the program"),
];

/// Why a call is not understood: a sentence that says what is expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotACall(pub String);

/// Read a call.
///
/// # Errors
/// What is expected, where the text is something else.
pub fn parse(text: &str) -> Result<Input, NotACall> {
    if text.len() > MAX_TEXT {
        return Err(NotACall(format!("A call has at most {MAX_TEXT} characters.")));
    }
    let text = text.trim();
    let (name, rest) = text.split_once('(').ok_or_else(|| {
        NotACall("A call is a name and its arguments in parentheses: send(3, 20000).".into())
    })?;
    let rest =
        rest.trim_end().strip_suffix(')').ok_or_else(|| NotACall("The call's ) is missing.".into()))?;
    let mut arguments = Arguments { name: name.trim(), given: split(rest)?, at: 0 };
    let input = call(&mut arguments)?;
    match arguments.given.get(arguments.at) {
        Some(more) => Err(arguments.wrong(&format!("nothing more, and there is `{more}`"))),
        None => Ok(input),
    }
}

/// The arguments: commas within brackets and quotes part nothing.
///
/// # Errors
/// If a bracket or a quote is not closed.
pub fn split(text: &str) -> Result<Vec<&str>, NotACall> {
    let (mut parts, mut from, mut depth, mut quote) = (Vec::new(), 0, 0_u32, None);
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            _ if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(q), c) if q == c => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '[' | '(' | '{') => depth += 1,
            (None, ']' | ')' | '}') => depth = depth.saturating_sub(1),
            (None, ',') if depth == 0 => {
                parts.push(text[from..at].trim());
                from = at + 1;
            }
            (None, _) => {}
        }
    }
    if quote.is_some() {
        return Err(NotACall("The text's closing quote is missing.".into()));
    }
    if depth > 0 {
        return Err(NotACall("A bracket is not closed.".into()));
    }
    let last = text[from..].trim();
    if !last.is_empty() || !parts.is_empty() {
        parts.push(last);
    }
    Ok(parts)
}

/// What is left of a call's arguments.
struct Arguments<'a> {
    name: &'a str,
    given: Vec<&'a str>,
    at: usize,
}

impl<'a> Arguments<'a> {
    fn wrong(&self, expected: &str) -> NotACall {
        let form = FORMS.iter().find(|form| form.name == self.name);
        let like = form.map_or_else(String::new, |form| {
            let usual: Vec<_> = form.arguments.iter().map(|(_, usual)| *usual).collect();
            format!(" As in {}({}).", form.name, usual.join(", "))
        });
        NotACall(format!("{}: argument {} should be {expected}.{like}", self.name, self.at.max(1)))
    }

    fn next(&mut self) -> Option<&'a str> {
        let given = self.given.get(self.at).copied();
        self.at += 1;
        given
    }

    /// The next argument, read so; else what it should be.
    fn take<T>(&mut self, expected: &str, read: impl FnOnce(&'a str) -> Option<T>) -> Result<T, NotACall> {
        let given = self.next();
        given.and_then(read).ok_or_else(|| self.wrong(expected))
    }

    /// As [`take`](Self::take), where it may be left out.
    fn maybe<T>(
        &mut self,
        expected: &str,
        read: impl FnOnce(&'a str) -> Option<T>,
    ) -> Result<Option<T>, NotACall> {
        if self.at >= self.given.len() { Ok(None) } else { self.take(expected, read).map(Some) }
    }

    fn fd(&mut self) -> Result<Fd, NotACall> {
        self.take("a descriptor, a number such as 3", |text| {
            integer(text).and_then(|n| i32::try_from(n).ok()).map(Fd)
        })
    }

    fn count(&mut self) -> Result<u32, NotACall> {
        self.take("a number of bytes, at most 1048576", size)
    }

    fn address(&mut self) -> Result<Address, NotACall> {
        self.take("an address and a port, such as 10.0.0.2:7000", address)
    }

    fn option(&mut self) -> Result<SocketOption, NotACall> {
        self.take("an option, such as SO_SNDBUF or TCP_NODELAY", SocketOption::from_name)
    }

    fn flags(&mut self) -> Result<MsgFlags, NotACall> {
        let flags = self.maybe("0 or flags, such as MSG_DONTWAIT", flags)?;
        Ok(flags.unwrap_or_default())
    }

    fn fds(&mut self) -> Result<Vec<Fd>, NotACall> {
        self.take("a list of descriptors, such as [3, 4] or []", fds)
    }
}

fn call(arguments: &mut Arguments<'_>) -> Result<Input, NotACall> {
    Ok(Input::Call(match arguments.name {
        "socket" => {
            let kind = arguments.maybe("SOCK_STREAM or SOCK_DGRAM", kind)?;
            Call::Socket { domain: Domain::Inet, kind: kind.unwrap_or(SocketType::Stream) }
        }
        "bind" => Call::Bind { fd: arguments.fd()?, address: arguments.address()? },
        "listen" => {
            let fd = arguments.fd()?;
            let backlog =
                arguments.take("a backlog, a number such as 5", |text| i32::try_from(integer(text)?).ok())?;
            Call::Listen { fd, backlog }
        }
        "accept" => Call::Accept { fd: arguments.fd()? },
        "connect" => Call::Connect { fd: arguments.fd()?, address: arguments.address()? },
        "send" | "write" => {
            let fd = arguments.fd()?;
            let data = arguments.take("a number of bytes, at most 1048576, or text in quotes", data)?;
            if arguments.name == "write" {
                Call::Write { fd, data }
            } else {
                Call::Send { fd, data, flags: arguments.flags()? }
            }
        }
        "recv" => Call::Recv { fd: arguments.fd()?, len: arguments.count()?, flags: arguments.flags()? },
        "read" => Call::Read { fd: arguments.fd()?, len: arguments.count()? },
        "sendto" => {
            let fd = arguments.fd()?;
            let data = arguments.take("a number of bytes, at most 1048576, or text in quotes", data)?;
            let address = arguments.address()?;
            Call::Sendto { fd, data, flags: arguments.flags()?, address }
        }
        "recvfrom" => {
            Call::Recvfrom { fd: arguments.fd()?, len: arguments.count()?, flags: arguments.flags()? }
        }
        "shutdown" => {
            Call::Shutdown { fd: arguments.fd()?, how: arguments.take("SHUT_RD, SHUT_WR or SHUT_RDWR", how)? }
        }
        "close" => Call::Close { fd: arguments.fd()? },
        "dup" => Call::Dup { fd: arguments.fd()? },
        "fork" => Call::Fork,
        "pipe" => Call::Pipe,
        "socketpair" => Call::Socketpair { domain: Domain::Unix, kind: SocketType::Stream },
        "gethostname" => Call::Gethostname,
        "getaddrinfo" => {
            let name =
                arguments.take("a host's name", |text| Some(text.trim_matches(['"', '\'']).to_owned()))?;
            Call::Getaddrinfo { name }
        }
        "ioctl" => {
            let fd = arguments.fd()?;
            let request = arguments.take("SIOCINQ, SIOCOUTQ or SIOCOUTQNSD", request)?;
            Call::Ioctl { fd, request }
        }
        "setblocking" => {
            let fd = arguments.fd()?;
            let blocking = arguments.take("1 or 0", |text| match text {
                "1" | "true" | "True" => Some(true),
                "0" | "false" | "False" => Some(false),
                _ => None,
            })?;
            Call::SetBlocking { fd, blocking }
        }
        "setsockopt" => {
            let (fd, option) = (arguments.fd()?, arguments.option()?);
            let expected = match option {
                SocketOption::SoLinger => "{on, seconds}, such as {1, 0}",
                SocketOption::SoRcvtimeo | SocketOption::SoSndtimeo => "a time in milliseconds",
                _ => "a number; 1 and 0 for on and off",
            };
            let value = arguments.take(expected, |text| option_value(option, text))?;
            Call::Setsockopt { fd, option, value }
        }
        "getsockopt" => Call::Getsockopt { fd: arguments.fd()?, option: arguments.option()? },
        "getsockname" => Call::Getsockname { fd: arguments.fd()? },
        "getpeername" => Call::Getpeername { fd: arguments.fd()? },
        "select" => {
            let (read, write, except) = (arguments.fds()?, arguments.fds()?, arguments.fds()?);
            let ms = arguments.maybe("a time in milliseconds, or none", timeout)?;
            Call::Select { read, write, except, timeout_us: ms.flatten() }
        }
        "exit" => {
            let status = arguments.maybe("a status, such as 0", |text| i32::try_from(integer(text)?).ok())?;
            return Ok(Input::Exit(status.unwrap_or(0)));
        }
        unknown => {
            let names: Vec<_> = FORMS.iter().map(|form| form.name).collect();
            return Err(NotACall(format!(
                "There is no call `{unknown}` here. There are {}.",
                names.join(", ")
            )));
        }
    }))
}

fn integer(text: &str) -> Option<i64> {
    text.replace('_', "").parse().ok()
}

fn size(text: &str) -> Option<u32> {
    u32::try_from(integer(text)?).ok().filter(|n| *n <= MAX_BYTES)
}

fn address(text: &str) -> Option<Address> {
    // Python writes a pair: ("10.0.0.2", 7000).
    let text = text.trim_matches(['(', ')']).replace(['"', '\'', ' '], "").replace(',', ":");
    let (host, port) = text.rsplit_once(':')?;
    let host = if host.is_empty() { "0.0.0.0" } else { host };
    Some(Address::new(host.parse::<IpAddr>().ok()?, port.parse().ok()?))
}

/// So many bytes of the alphabet, or the text between quotes.
fn data(text: &str) -> Option<Bytes> {
    if let Some(n) = size(text) {
        let bytes: Vec<u8> = (b'a'..=b'z').cycle().take(n as usize).collect();
        return Some(bytes.into());
    }
    let text = text.strip_prefix('b').unwrap_or(text);
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let inner = text.strip_prefix(quote)?.strip_suffix(quote)?;
    let mut out = String::new();
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        out.push(match c {
            '\\' => match chars.next()? {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                '0' => '\0',
                other @ ('\\' | '"' | '\'') => other,
                _ => return None,
            },
            other => other,
        });
    }
    Some(out.into_bytes().into())
}

fn flags(text: &str) -> Option<MsgFlags> {
    let mut flags = MsgFlags::default();
    for name in text.split('|').map(str::trim) {
        match name {
            "0" => {}
            "MSG_PEEK" => flags.peek = true,
            "MSG_WAITALL" => flags.waitall = true,
            "MSG_DONTWAIT" => flags.dontwait = true,
            "MSG_NOSIGNAL" => flags.nosignal = true,
            _ => return None,
        }
    }
    Some(flags)
}

fn fds(text: &str) -> Option<Vec<Fd>> {
    let inner = text.strip_prefix('[')?.strip_suffix(']')?;
    let items = inner.split(',').map(str::trim).filter(|item| !item.is_empty());
    items.map(|item| integer(item).and_then(|n| i32::try_from(n).ok()).map(Fd)).collect()
}

fn kind(text: &str) -> Option<SocketType> {
    match text {
        "SOCK_STREAM" | "tcp" => Some(SocketType::Stream),
        "SOCK_DGRAM" | "udp" => Some(SocketType::Dgram),
        _ => None,
    }
}

fn how(text: &str) -> Option<How> {
    match text {
        "SHUT_RD" | "0" => Some(How::Read),
        "SHUT_WR" | "1" => Some(How::Write),
        "SHUT_RDWR" | "2" => Some(How::Both),
        _ => None,
    }
}

fn request(text: &str) -> Option<IoctlRequest> {
    match text {
        "SIOCINQ" | "FIONREAD" => Some(IoctlRequest::Siocinq),
        "SIOCOUTQ" => Some(IoctlRequest::Siocoutq),
        "SIOCOUTQNSD" => Some(IoctlRequest::Siocoutqnsd),
        _ => None,
    }
}

fn option_value(option: SocketOption, text: &str) -> Option<OptionValue> {
    match option {
        SocketOption::SoLinger => {
            let (on, seconds) = text.strip_prefix('{')?.strip_suffix('}')?.split_once(',')?;
            Some(OptionValue::Linger { on: on.trim() != "0", seconds: seconds.trim().parse().ok()? })
        }
        SocketOption::SoRcvtimeo | SocketOption::SoSndtimeo => {
            Some(OptionValue::TimeMicros(u64::try_from(integer(text)?).ok()?.checked_mul(1000)?))
        }
        _ => Some(OptionValue::Int(i32::try_from(integer(text)?).ok()?)),
    }
}

fn timeout(text: &str) -> Option<Option<u64>> {
    match text {
        "none" | "None" | "NULL" => Some(None),
        ms => Some(Some(u64::try_from(integer(ms)?).ok()?.checked_mul(1000)?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        match parse(text) {
            Ok(Input::Call(call)) => call.to_string(),
            Ok(Input::Exit(status)) => format!("exit {status}"),
            Ok(other) => panic!("nobody types {other:?}"),
            Err(NotACall(why)) => why,
        }
    }

    #[test]
    fn what_is_understood_is_the_call_that_it_says() {
        for (text, call) in [
            ("send(3, 20000)", "send(3, 20000 bytes)"),
            (" send( 3 , b\"x\\n\" ) ", "send(3, 2 bytes)"),
            ("recv(4, 4096, MSG_PEEK|MSG_DONTWAIT)", "recv(4, 4096, MSG_DONTWAIT|MSG_PEEK)"),
            ("connect(3, 10.0.0.2:7000)", "connect(3, 10.0.0.2:7000)"),
            ("connect(3, (\"10.0.0.2\", 7000))", "connect(3, 10.0.0.2:7000)"),
            ("setsockopt(3, SO_SNDBUF, 4096)", "setsockopt(3, SO_SNDBUF, 4096)"),
            ("setsockopt(3, SO_LINGER, {1, 0})", "setsockopt(3, SO_LINGER, {on, 0 s})"),
            ("shutdown(3, SHUT_WR)", "shutdown(3, SHUT_WR)"),
            ("close(3)", "close(3)"),
            ("exit()", "exit 0"),
            ("pipe()", "pipe()"),
        ] {
            assert_eq!(shown(text), call);
        }
        assert_eq!(
            parse("select([3, 4], [], [], 40)"),
            Ok(Input::Call(Call::Select {
                read: vec![Fd(3), Fd(4)],
                write: vec![],
                except: vec![],
                timeout_us: Some(40_000),
            }))
        );
    }

    #[test]
    fn every_form_is_a_call_as_it_stands() {
        for form in FORMS {
            let usual: Vec<_> = form.arguments.iter().map(|(_, usual)| *usual).collect();
            let text = format!("{}({})", form.name, usual.join(", "));
            assert!(parse(&text).is_ok(), "{text}: {}", shown(&text));
        }
    }

    #[test]
    fn what_is_not_understood_is_answered_with_what_is_expected() {
        for (text, says) in [
            ("", "A call is a name and its arguments in parentheses: send(3, 20000)."),
            ("send(3, 20000", "The call's ) is missing."),
            ("send()", "send: argument 1 should be a descriptor, a number such as 3. As in send(3, 20000)."),
            (
                "send(3)",
                "send: argument 2 should be a number of bytes, at most 1048576, or text in quotes. As in send(3, 20000).",
            ),
            (
                "send(3, 9999999)",
                "send: argument 2 should be a number of bytes, at most 1048576, or text in quotes. As in send(3, 20000).",
            ),
            ("close(3, 4)", "close: argument 1 should be nothing more, and there is `4`. As in close(3)."),
            ("send(3, \"a)", "The text's closing quote is missing."),
            (
                "connect(3, example)",
                "connect: argument 2 should be an address and a port, such as 10.0.0.2:7000. As in connect(3, 10.0.0.2:7000).",
            ),
        ] {
            assert_eq!(shown(text), says, "{text}");
        }
        assert!(
            shown("frobnicate(3)").starts_with("There is no call `frobnicate` here. There are socket, bind,")
        );
    }

    #[test]
    fn no_text_whatever_panics() {
        for text in [
            "(",
            ")",
            "((((",
            "a(]",
            "send(3,)",
            "send(,)",
            "send(3, '\\",
            "é(é)",
            "select([,],[],[])",
            "send(3,\"\\q\")",
        ] {
            let _ = parse(text);
        }
    }
}
