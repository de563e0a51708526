//! `strace`'s lines in the form in which a lab tells its real calls.

use std::collections::BTreeMap;

/// What the script's threads did between its marks, one list for each pair of them: all calls of its own, and those of a
/// helper that are a learner's.
pub(crate) fn between_marks(log: &str) -> Vec<Vec<String>> {
    let mut runs: Vec<Vec<String>> = Vec::new();
    let mut own = None;
    for (pid, line) in whole(log) {
        let call = Parsed::of(&line);
        let Some(call) = call else { continue };
        match (call.name, call.arguments.get(1).copied()) {
            ("write", Some("\"BEGIN\\n\"")) => {
                own = Some(pid.clone());
                runs.push(Vec::new());
            }
            ("write", Some("\"END\\n\"")) => own = None,
            _ => {}
        }
        let Some(own) = &own else { continue };
        let said = if *own == pid { call.normal() } else { call.normal_of_helper() };
        runs.last_mut().unwrap().extend(said);
    }
    runs
}

/// Each call as one line, where it ended, with its thread.
fn whole(log: &str) -> Vec<(String, String)> {
    let (mut lines, mut begun) = (Vec::new(), BTreeMap::new());
    for line in log.lines() {
        let (pid, line) = line.split_once(' ').unwrap();
        let line = line.trim_start();
        if let Some(start) = line.strip_suffix("<unfinished ...>") {
            begun.insert(pid.to_owned(), start.trim_end().to_owned());
        } else if let Some((_, end)) = line.split_once("resumed>").filter(|_| line.starts_with("<... ")) {
            let start: String = begun.remove(pid).unwrap_or_default();
            lines.push((pid.to_owned(), start + end));
        } else {
            lines.push((pid.to_owned(), line.to_owned()));
        }
    }
    lines
}

/// A line: name, arguments, result, what follows that.
struct Parsed<'a> {
    name: &'a str,
    arguments: Vec<&'a str>,
    /// A number, or the name of an errno.
    result: &'a str,
    failed: bool,
    rest: &'a str,
}

impl<'a> Parsed<'a> {
    fn of(line: &'a str) -> Option<Self> {
        let (name, rest) = line.split_once('(')?;
        let (arguments, rest) = split(rest)?;
        let mut words = rest.trim_start().strip_prefix("= ")?.splitn(2, ' ');
        let (number, rest) = (words.next()?, words.next().unwrap_or_default());
        let failed = number == "-1";
        let result = if failed { rest.split(' ').next()? } else { number };
        Some(Self { name, arguments, result, failed, rest })
    }

    /// None of what belongs to the waiting.
    fn normal(&self) -> Option<String> {
        let it = &self.arguments;
        let arguments = match self.name {
            "epoll_wait" | "epoll_pwait" | "epoll_pwait2" => return None,
            // The marks.
            "write" if it[0] == "1" => return None,
            // The runtime wakes itself by eight bytes that no script sends or asks for.
            "write" | "read" if it[2] == "8" => return None,
            "bind" | "connect" => format!("{}, {}", it[0], address(it[1])?),
            "accept4" => format!("{}{}, {}", it[0], self.told(it[1]), it[3]),
            "getsockname" | "getpeername" => format!("{}{}", it[0], self.told(it[1])),
            "sendto" => {
                let to = address(it[4]).map(|to| format!(", {to}")).unwrap_or_default();
                format!("{}, {} bytes, {}{to}", it[0], it[2], it[3])
            }
            "recvfrom" => format!("{}, {}, {}{}", it[0], it[2], it[3], self.told(it[4])),
            "read" => format!("{}, {}", it[0], it[2]),
            "write" => format!("{}, {} bytes", it[0], it[2]),
            "poll" => self.polled(),
            "setsockopt" | "getsockopt" => self.option(),
            "ioctl" => {
                let request = match it[1] {
                    "FIONREAD" => "SIOCINQ",
                    "TIOCOUTQ" => "SIOCOUTQ",
                    other => other,
                };
                format!("{}, {request}, {}", it[0], if self.failed { "..." } else { it[2] })
            }
            "socketpair" if self.failed => format!("{}, {}, {}, ...", it[0], it[1], it[2]),
            "epoll_ctl" => format!("..., {}, {}, ...", it[1], it[2]),
            "sendmsg" => {
                let bytes = between(it[1], "iov_len=", "}").unwrap();
                format!("{}, {bytes} bytes{}, {}", it[0], beside(it[1]), it[2])
            }
            "recvmsg" => format!("{}, {} bytes{}, {}", it[0], self.result, beside(it[1]), it[2]),
            _ => it.join(", "),
        };
        Some(format!("{}({arguments}) = {}", self.name, self.result))
    }

    /// A helper's channel and its housekeeping are its own.
    fn normal_of_helper(&self) -> Option<String> {
        match self.name {
            "socket" if self.arguments[0] == "AF_INET" => self.normal(),
            "bind" => Some(format!("bind(..., {}) = {}", address(self.arguments[1])?, self.result)),
            _ => None,
        }
        .map(|call| format!("helper: {call}"))
    }

    /// An address that the kernel wrote, as a further argument.
    fn told(&self, argument: &str) -> String {
        let address = if self.failed { None } else { address(argument) };
        address.map(|address| format!(", {address}")).unwrap_or_default()
    }

    fn polled(&self) -> String {
        let said: BTreeMap<_, _> = entries(self.rest, "revents=").into_iter().collect();
        let asked = entries(self.arguments[0], "events=").into_iter().map(|(fd, events)| {
            let revents = said.get(fd).unwrap_or(&"0");
            format!("{{fd={fd}, events={events}, revents={revents}}}")
        });
        let asked: Vec<_> = asked.collect();
        format!("[{}], {}, {}", asked.join(", "), self.arguments[1], self.arguments[2])
    }

    fn option(&self) -> String {
        let it = &self.arguments;
        let (option, raw) = (it[2].trim_end_matches("_OLD"), it[3]);
        let value = match option {
            _ if self.failed && self.name == "getsockopt" => "...".into(),
            "SO_RCVTIMEO" | "SO_SNDTIMEO" => {
                let bytes = bytes(raw);
                let number = |at: usize| i64::from_ne_bytes(bytes[at..at + 8].try_into().unwrap());
                format!("{{tv_sec={}, tv_usec={}}}", number(0), number(8))
            }
            "TCP_INFO" => format!("{{{}, ...}}", state(bytes(raw)[0])),
            _ => raw.into(),
        };
        format!("{}, {}, {option}, {value}", it[0], it[1])
    }
}

/// The arguments up to the closing bracket, and what follows that.
fn split(text: &str) -> Option<(Vec<&str>, &str)> {
    let (mut depth, mut quoted, mut escaped, mut start) = (0, false, false, 0);
    let mut arguments = Vec::new();
    for (at, c) in text.char_indices() {
        if quoted {
            quoted = escaped || c != '"';
            escaped = !escaped && c == '\\';
            continue;
        }
        match c {
            '"' => quoted = true,
            '(' | '[' | '{' => depth += 1,
            ')' if depth == 0 => {
                arguments.extend(Some(text[start..at].trim()).filter(|last| !last.is_empty()));
                return Some((arguments, &text[at + 1..]));
            }
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                arguments.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    None
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    text.split_once(before)?.1.split_once(after).map(|(found, _)| found)
}

/// An Internet address; none of another family, or of a pointer.
fn address(argument: &str) -> Option<String> {
    if argument.contains("AF_INET6") {
        let port = between(argument, "htons(", ")")?;
        return Some(format!("[{}]:{port}", between(argument, "AF_INET6, \"", "\"")?));
    }
    let (port, ip) = (between(argument, "htons(", ")")?, between(argument, "inet_addr(\"", "\"")?);
    Some(format!("{ip}:{port}"))
}

/// A descriptor that goes with a message.
fn beside(message: &str) -> String {
    between(message, "cmsg_data=", "}").map(|fds| format!(", SCM_RIGHTS {fds}")).unwrap_or_default()
}

/// Descriptor and flags of each entry of a `poll`.
fn entries<'a>(text: &'a str, key: &str) -> Vec<(&'a str, &'a str)> {
    let entry = |part: &'a str| Some((part.split_once(',')?.0, between(part, key, "}")?));
    text.split("{fd=").skip(1).filter_map(entry).collect()
}

/// The bytes of a C string literal.
fn bytes(literal: &str) -> Vec<u8> {
    let text = literal.trim_start_matches('"').as_bytes();
    let (mut bytes, mut at) = (Vec::new(), 0);
    while at < text.len() && text[at] != b'"' {
        let octal = |c: &u8| (b'0'..=b'7').contains(c);
        if text[at] != b'\\' {
            bytes.push(text[at]);
            at += 1;
        } else if octal(&text[at + 1]) {
            let digits: Vec<_> = text[at + 1..].iter().take(3).take_while(|c| octal(c)).collect();
            bytes.push(digits.iter().fold(0_u8, |n, c| n.wrapping_mul(8).wrapping_add(**c - b'0')));
            at += 1 + digits.len();
        } else {
            bytes.push(match text[at + 1] {
                b'n' => b'\n',
                b't' => b'\t',
                b'r' => b'\r',
                b'v' => 11,
                b'f' => 12,
                other => other,
            });
            at += 2;
        }
    }
    bytes
}

/// linux/tcp_states.h.
fn state(number: u8) -> &'static str {
    let names = [
        "ESTABLISHED",
        "SYN-SENT",
        "SYN-RECEIVED",
        "FIN-WAIT-1",
        "FIN-WAIT-2",
        "TIME-WAIT",
        "CLOSED",
        "CLOSE-WAIT",
        "LAST-ACK",
        "LISTEN",
        "CLOSING",
    ];
    names[usize::from(number) - 1]
}
