//! Reads scripts: calls are spelled as a transcript shows them.

use syscall::{
    Address, Bytes, Call, Domain, Fd, How, IoctlRequest, Micros, MsgFlags, OptionValue, PollFd, Readiness,
    SocketOption, SocketType,
};

use crate::line::{Line, Name, Op};
use crate::{Expect, data};

type Parsed<T> = Result<T, String>;

/// Every line of a script.
///
/// # Errors
/// The first mistake, with the line that has it.
pub fn script(text: &str) -> Parsed<Vec<Line>> {
    let mut lines = Vec::new();
    for text in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        line(text, &mut lines).map_err(|why| format!("`{text}`: {why}"))?;
    }
    Ok(lines)
}

fn line(text: &str, lines: &mut Vec<Line>) -> Parsed<()> {
    if let Some(note) = text.strip_prefix('#') {
        lines.push(Line::Note(note.trim().into()));
    } else if let Some(pair) = text.strip_prefix("use pair ") {
        return set_up_pair(pair, lines);
    } else if let Some(time) = text.strip_prefix("pass ") {
        lines.push(Line::Pass(time_of(time)?.ok_or("how long?")?));
    } else if let Some(task) = text.strip_prefix("signal ") {
        lines.push(Line::Signal(name(task)?));
    } else if let Some(task) = text.strip_prefix("kill ") {
        lines.push(Line::Kill(name(task)?));
    } else if let Some(rest) = text.strip_prefix("repeat ") {
        let body = rest.split_once('{').and_then(|(n, b)| Some((n, b.trim().strip_suffix('}')?)));
        let (times, body) = body.ok_or("say `repeat 3 { pass 1 ms; A: recv(3, 10) }`")?;
        let mut inner = Vec::new();
        for text in body.split(';').map(str::trim) {
            line(text, &mut inner)?;
        }
        lines.push(Line::Repeat(number(times.trim())?, inner));
    } else if let Some((task, rest)) = text.split_once(": ") {
        let (op_text, expect) = match rest.split_once(" -> ") {
            Some((op_text, expect)) => (op_text, Some(Expect::parse(expect)?)),
            None => (rest, None),
        };
        lines.push(Line::Do { task: name(task)?, op: op(op_text)?, expect });
    } else if let Some((task, expect)) = text.split_once(" -> ") {
        lines.push(Line::Ends { task: name(task)?, expect: Expect::parse(expect)? });
    } else {
        return Err("say `A: call(...) -> outcome`, `A -> outcome`, `pass 50 ms` or `# a note`".into());
    }
    Ok(())
}

/// `use pair 4096/4096`: B listens with that receive buffer, A connects with that send buffer; A's end is 3, B's is 4.
fn set_up_pair(sizes: &str, lines: &mut Vec<Line>) -> Parsed<()> {
    let (sndbuf, rcvbuf) = sizes.split_once('/').ok_or("say `use pair SNDBUF/RCVBUF`")?;
    let set = |task: &str, option: &str, size: &str| match size.trim() {
        "default" => String::new(),
        size => format!("{task}: setsockopt(3, {option}, {size}) -> 0\n"),
    };
    let text = format!(
        "B: socket() -> 3\n{}B: bind(3, 127.0.0.1:7000) -> 0\nB: listen(3, 1) -> 0\n\
         A: socket() -> 3\n{}A: connect(3, 127.0.0.1:7000) -> 0\nB: accept(3) -> 4\n",
        set("B", "SO_RCVBUF", rcvbuf),
        set("A", "SO_SNDBUF", sndbuf),
    );
    lines.extend(script(&text)?);
    Ok(())
}

fn name(text: &str) -> Parsed<Name> {
    match text.trim().chars().collect::<Vec<_>>()[..] {
        [letter @ 'A'..='Z'] => Ok(Name(letter)),
        _ => Err(format!("`{text}` is no task: A to Z")),
    }
}

fn number<T: std::str::FromStr>(text: &str) -> Parsed<T> {
    text.parse().map_err(|_| format!("`{text}` is not such a number"))
}

fn fd(text: &str) -> Parsed<Fd> {
    number(text).map(Fd)
}

/// `50 ms`, `0.5 ms`; `no limit` is none.
fn time_of(text: &str) -> Parsed<Option<Micros>> {
    if text == "no limit" {
        return Ok(None);
    }
    let ms = text.strip_suffix(" ms").ok_or_else(|| format!("`{text}`: say a time as `50 ms`"))?;
    Ok(Some((number::<f64>(ms)? * 1000.0) as Micros))
}

/// What stands between commas, where these are not inside brackets or quotes.
fn arguments(text: &str) -> Vec<&str> {
    let (mut depth, mut quoted, mut start, mut parts) = (0, false, 0, Vec::new());
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '[' | '{' if !quoted => depth += 1,
            ']' | '}' if !quoted => depth -= 1,
            ',' if depth == 0 && !quoted => {
                parts.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    if !text[start..].trim().is_empty() {
        parts.push(text[start..].trim());
    }
    parts
}

fn op(text: &str) -> Parsed<Op> {
    let (name_text, rest) = text.split_once('(').ok_or("a call has brackets")?;
    let inside = rest.trim_end().strip_suffix(')').ok_or("a call has brackets")?;
    let args = arguments(inside);
    let at = |k: usize| args.get(k).copied().ok_or_else(|| format!("`{name_text}` has more arguments"));
    Ok(match name_text {
        "sends" => Op::Sends(fd(at(0)?)?, bytes(at(1)?)?),
        "recvs" => Op::Recvs(fd(at(0)?)?, number(at(1)?)?),
        "state" => Op::State(fd(at(0)?)?),
        "sigpipe_default" => Op::SigpipeDefault,
        "reads_until_writable" => {
            let (task, other) = at(2)?.split_once(' ').ok_or("say whose descriptor: `A 3`")?;
            Op::ReadsUntilWritable(fd(at(0)?)?, number(at(1)?)?, name(task)?, fd(other)?)
        }
        _ => Op::Call(call(name_text, &args)?),
    })
}

fn call(name: &str, args: &[&str]) -> Parsed<Call> {
    let at = |k: usize| args.get(k).copied().ok_or_else(|| format!("`{name}` has more arguments"));
    let first = || fd(at(0)?);
    let flags = |k: usize| args.get(k).map_or(Ok(MsgFlags::default()), |text| flags(text));
    Ok(match name {
        "socket" => Call::Socket { domain: domain(args)?, kind: kind(args)? },
        "socketpair" => Call::Socketpair { domain: Domain::Unix, kind: kind(args)? },
        "bind" => Call::Bind { fd: first()?, address: address(at(1)?)? },
        "listen" => Call::Listen { fd: first()?, backlog: number(at(1)?)? },
        "accept" => Call::Accept { fd: first()? },
        "connect" => Call::Connect { fd: first()?, address: address(at(1)?)? },
        "send" => Call::Send { fd: first()?, data: bytes(at(1)?)?, flags: flags(2)? },
        "recv" => Call::Recv { fd: first()?, len: number(at(1)?)?, flags: flags(2)? },
        "sendto" => Call::Sendto {
            fd: first()?,
            data: bytes(at(1)?)?,
            flags: if args.len() > 3 { flags(2)? } else { MsgFlags::default() },
            address: address(at(args.len() - 1)?)?,
        },
        "recvfrom" => Call::Recvfrom { fd: first()?, len: number(at(1)?)?, flags: flags(2)? },
        "read" => Call::Read { fd: first()?, len: number(at(1)?)? },
        "write" => Call::Write { fd: first()?, data: bytes(at(1)?)? },
        "shutdown" => Call::Shutdown { fd: first()?, how: how(at(1)?)? },
        "close" => Call::Close { fd: first()? },
        "dup" => Call::Dup { fd: first()? },
        "pipe" => Call::Pipe,
        "gethostname" => Call::Gethostname,
        "ioctl" => Call::Ioctl { fd: first()?, request: request(at(1)?)? },
        "select" => Call::Select {
            read: fds(at(0)?)?,
            write: fds(at(1)?)?,
            except: fds(at(2)?)?,
            timeout_us: time_of(at(3)?)?,
        },
        "poll" => Call::Poll { fds: poll_fds(at(0)?)?, timeout_us: time_of(at(1)?)? },
        "setsockopt" => {
            let option = option(at(1)?)?;
            Call::Setsockopt { fd: first()?, option, value: value(at(2)?)? }
        }
        "getsockopt" => Call::Getsockopt { fd: first()?, option: option(at(1)?)? },
        "getsockname" => Call::Getsockname { fd: first()? },
        "getpeername" => Call::Getpeername { fd: first()? },
        "fcntl" => Call::SetBlocking { fd: first()?, blocking: at(2)? == "0" },
        _ => return Err(format!("there is no call `{name}`")),
    })
}

fn domain(args: &[&str]) -> Parsed<Domain> {
    match args.first() {
        None | Some(&"AF_INET") => Ok(Domain::Inet),
        Some(&"AF_INET6") => Ok(Domain::Inet6),
        Some(&"AF_UNIX") => Ok(Domain::Unix),
        Some(other) => Err(format!("there is no domain `{other}`")),
    }
}

fn kind(args: &[&str]) -> Parsed<SocketType> {
    match args.get(1) {
        None | Some(&"SOCK_STREAM") => Ok(SocketType::Stream),
        Some(&"SOCK_DGRAM") => Ok(SocketType::Dgram),
        Some(other) => Err(format!("there is no type `{other}`")),
    }
}

fn how(text: &str) -> Parsed<How> {
    [How::Read, How::Write, How::Both]
        .into_iter()
        .find(|how| how.to_string() == text)
        .ok_or_else(|| format!("there is no direction `{text}`"))
}

fn request(text: &str) -> Parsed<IoctlRequest> {
    [IoctlRequest::Siocinq, IoctlRequest::Siocoutq, IoctlRequest::Siocoutqnsd]
        .into_iter()
        .find(|request| request.to_string() == text)
        .ok_or_else(|| format!("there is no request `{text}`"))
}

fn option(text: &str) -> Parsed<SocketOption> {
    SocketOption::from_name(text).ok_or_else(|| format!("there is no option `{text}`"))
}

fn address(text: &str) -> Parsed<Address> {
    text.parse().map_err(|_| format!("`{text}` is no address"))
}

/// `20000 bytes`, or the text itself in quotes.
fn bytes(text: &str) -> Parsed<Bytes> {
    if let Some(text) = text.strip_prefix('"').and_then(|t| t.strip_suffix('"')) {
        return Ok(text.into());
    }
    match text.strip_suffix(" bytes").or_else(|| text.strip_suffix(" byte")) {
        Some(count) => Ok(data::pattern(number(count)?)),
        None => Err(format!("`{text}`: say `20000 bytes` or \"the bytes\"")),
    }
}

fn flags(text: &str) -> Parsed<MsgFlags> {
    let mut flags = MsgFlags::default();
    for name in text.split('|') {
        match name {
            "MSG_DONTWAIT" => flags.dontwait = true,
            "MSG_PEEK" => flags.peek = true,
            "MSG_WAITALL" => flags.waitall = true,
            "MSG_NOSIGNAL" => flags.nosignal = true,
            _ => return Err(format!("there is no flag `{name}`")),
        }
    }
    Ok(flags)
}

fn inside(text: &str) -> Parsed<Vec<&str>> {
    let inside = text.strip_prefix('[').and_then(|t| t.strip_suffix(']'));
    inside.map(arguments).ok_or_else(|| format!("`{text}`: a list has [brackets]"))
}

fn fds(text: &str) -> Parsed<Vec<Fd>> {
    inside(text)?.into_iter().map(fd).collect()
}

fn poll_fds(text: &str) -> Parsed<Vec<PollFd>> {
    let entry = |text: &str| {
        let (number, events) = text.split_once(' ').ok_or("an entry is `3 POLLIN`")?;
        Ok(PollFd { fd: fd(number)?, events: readiness(events)? })
    };
    inside(text)?.into_iter().map(entry).collect()
}

fn readiness(text: &str) -> Parsed<Readiness> {
    let mut ready = Readiness::default();
    for name in text.split('|') {
        match name {
            "POLLIN" => ready.readable = true,
            "POLLOUT" => ready.writable = true,
            "POLLPRI" => ready.priority = true,
            "POLLRDHUP" => ready.peer_finished = true,
            "0" => {}
            _ => return Err(format!("there is no event `{name}`")),
        }
    }
    Ok(ready)
}

/// `4096`, `200 ms`, `{on, 1 s}` or `{off}`.
fn value(text: &str) -> Parsed<OptionValue> {
    if text == "{off}" {
        return Ok(OptionValue::Linger { on: false, seconds: 0 });
    }
    if let Some(seconds) = text.strip_prefix("{on, ").and_then(|t| t.strip_suffix(" s}")) {
        return Ok(OptionValue::Linger { on: true, seconds: number(seconds)? });
    }
    if text.ends_with(" ms") {
        return Ok(OptionValue::TimeMicros(time_of(text)?.unwrap_or(0)));
    }
    if let Some(us) = text.strip_suffix(" us") {
        return Ok(OptionValue::TimeMicros(number(us)?));
    }
    number(text).map(OptionValue::Int)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn again(text: &str) {
        let lines = script(text).unwrap();
        let said: Vec<_> = lines.iter().map(Line::to_string).collect();
        assert_eq!(said.join("\n"), text);
    }

    #[test]
    fn a_script_is_spelled_as_a_transcript() {
        again("A: socket(AF_INET, SOCK_STREAM) -> 3");
        again("A: send(3, 20000 bytes, MSG_DONTWAIT|MSG_NOSIGNAL) -> 6144 ~ 1..20000");
        again("A: poll([3 POLLIN|POLLOUT, 4 POLLIN], 50 ms) -> [POLLOUT, 0]");
        again("A: select([3], [4, 5], [], no limit) -> waits");
        again("A -> \"hello\" after 40..44 ms");
        again("A: setsockopt(3, SO_LINGER, {on, 1 s}) -> 0");
        again("A: fcntl(3, F_SETFL, O_NONBLOCK) -> 0");
        again("A: sendto(3, 10 bytes, 127.0.0.1:9) -> 10");
        again("repeat 3 { pass 10 ms; B: recv(4, 4000) -> * }");
        again("# nothing happens\nsignal A\nkill B\npass 50 ms");
        again("A: reads_until_writable(4, 256, A 3) -> 2048");
        again("A: send(3, \"hello, world\") -> 12");
    }

    #[test]
    fn a_connected_pair_is_one_line() {
        let lines = script("use pair 4096/default").unwrap();
        assert_eq!(lines.len(), 7);
        assert_eq!(lines[4].to_string(), "A: setsockopt(3, SO_SNDBUF, 4096) -> 0");
    }

    #[test]
    fn a_mistake_names_its_line() {
        for wrong in ["A: snd(3)", "A: recv(3) -> 0", "pass 5", "AB: close(3)", "repeat 3", "hello"] {
            assert!(script(wrong).unwrap_err().contains(wrong), "{wrong}");
        }
    }
}
