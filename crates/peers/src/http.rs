//! A peer that serves a few small resources by HTTP/1.0 (RFC 1945).

use syscall::{Bytes, Call, Fd, How, Outcome};

use crate::calls::{CHUNK, receive, received};
use crate::output::{Cuts, Output, Sent};
use crate::serve::{Handler, Next};
use crate::{About, Setting, greedy};

/// Most bytes of a request's line and header fields.
const LONGEST: usize = 8 << 10;
/// Bytes of `/numbers.txt`.
const NUMBERS: u64 = 20_000;

pub(crate) const ABOUT: About = About {
    name: "http",
    summary: "Serves a few small resources by HTTP/1.0, one response a connection.",
    behaviour: "It answers GET and HEAD of `/`, `/hello.txt`, `/utf8.txt` and `/numbers.txt` (20,000 bytes) as RFC 1945 says, \
        and closes: the end of the stream is the end of the response, and `Content-Length` says the same beforehand. \
        What it does not have is 404, another method 501, what is no request 400; a request of HTTP/0.9, `GET /` and \
        nothing behind it, gets the bare resource. It does not read a body: if there is one, closing resets the \
        connection, which may destroy the response on its way; with `drain` it sends its FIN and reads on until you have \
        finished. There is no `Date`, since it has no clock. It serves one connection at a time.",
    settings: &[
        Setting {
            name: "piece",
            meaning: "The most bytes that it gives to one `send`; 0: the whole response.",
            unit: "bytes",
            default: 0,
            least: 0,
            most: 65536,
        },
        Setting::gap(0),
        Setting::choice(
            "drain",
            "What it does after the response: 0, close; 1, `shutdown(SHUT_WR)`, read to the end, close.",
        ),
    ],
    listens: true,
    orders: "",
};

#[derive(Clone, Debug, Hash)]
pub(crate) struct Http {
    drain: bool,
    head: Vec<u8>,
    output: Output,
    doing: Doing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Doing {
    Reading,
    Answering,
    Draining,
}

impl Http {
    pub(crate) const fn new(piece: u32, gap_us: u64, drain: bool) -> Self {
        let cuts = if piece == 0 { Cuts::NONE } else { Cuts::Every(piece) };
        Self { drain, head: Vec::new(), output: Output::new(cuts, gap_us), doing: Doing::Reading }
    }

    fn sent(&self, fd: Fd, sent: Sent) -> Next {
        sent.then(|| if self.drain { Next::Do(Call::Shutdown { fd, how: How::Write }) } else { Next::Close })
    }

    fn answer(&mut self, fd: Fd, response: Bytes) -> Next {
        (self.head, self.doing) = (Vec::new(), Doing::Answering);
        let sent = self.output.start(fd, response);
        self.sent(fd, sent)
    }
}

impl Handler for Http {
    fn begin(&mut self, fd: Fd) -> Next {
        (self.head, self.doing) = (Vec::new(), Doing::Reading);
        Next::Do(receive(fd, CHUNK))
    }

    fn resume(&mut self, fd: Fd, outcome: Outcome) -> Next {
        match self.doing {
            Doing::Reading => {
                let Some(data) = received(outcome) else { return Next::Close };
                self.head.extend_from_slice(&data);
                match request(&self.head) {
                    Ok(Some(request)) => self.answer(fd, request.response()),
                    Err(Malformed) => self.answer(fd, respond(400, true)),
                    Ok(None) if data.is_empty() && self.head.is_empty() => Next::Close,
                    Ok(None) if data.is_empty() || self.head.len() > LONGEST => {
                        self.answer(fd, respond(400, true))
                    }
                    Ok(None) => Next::Do(receive(fd, CHUNK)),
                }
            }
            Doing::Answering if self.output.busy() => {
                let sent = self.output.resume(fd, outcome);
                self.sent(fd, sent)
            }
            // After `shutdown`.
            Doing::Answering => {
                self.doing = Doing::Draining;
                Next::Do(receive(fd, CHUNK))
            }
            Doing::Draining => Next::drain(fd, outcome),
        }
    }
}

/// A request as far as it matters here.
#[derive(Debug, PartialEq, Eq)]
struct Request {
    method: String,
    path: String,
    /// The version's major number; none for a Simple-Request, which names no version.
    major: Option<u32>,
}

/// What is no request of RFC 1945.
#[derive(Debug, PartialEq, Eq)]
struct Malformed;

/// The request, once all of its head is there. A bare line feed ends a line too (RFC 1945 appendix B).
fn request(head: &[u8]) -> Result<Option<Request>, Malformed> {
    let mut lines = head.split_inclusive(|b| *b == b'\n').map(|line| line.strip_suffix(b"\n"));
    let Some(Some(line)) = lines.next() else { return Ok(None) };
    let request = request_line(line)?;
    if request.major.is_none() {
        return Ok(Some(request));
    }
    for line in lines {
        match line.map(|line| line.strip_suffix(b"\r").unwrap_or(line)) {
            None => return Ok(None),
            Some([]) => return Ok(Some(request)),
            // A field goes on.
            Some([b' ' | b'\t', ..]) => {}
            Some(line) if line.iter().position(|b| *b == b':').is_some_and(|at| token(&line[..at])) => {}
            Some(_) => return Err(Malformed),
        }
    }
    Ok(None)
}

fn request_line(line: &[u8]) -> Result<Request, Malformed> {
    let line = std::str::from_utf8(line.strip_suffix(b"\r").unwrap_or(line)).map_err(|_| Malformed)?;
    let parts: Vec<_> = line.split(' ').collect();
    let (method, uri, major) = match parts[..] {
        ["GET", uri] => ("GET", uri, None),
        [method, uri, version] if token(method.as_bytes()) => (method, uri, Some(major(version)?)),
        _ => return Err(Malformed),
    };
    // An absolute URI is for proxies; a server understands it too.
    let absolute = uri.strip_prefix("http://").map(|rest| rest.find('/').map_or("/", |at| &rest[at..]));
    let path = absolute.unwrap_or(uri).split(['?', '#']).next().unwrap_or_default();
    if !path.starts_with('/') {
        return Err(Malformed);
    }
    Ok(Request { method: method.into(), path: unescape(path).ok_or(Malformed)?, major })
}

/// `HTTP/1.0`: the number before the point.
fn major(version: &str) -> Result<u32, Malformed> {
    let (major, minor) = version.strip_prefix("HTTP/").and_then(|v| v.split_once('.')).ok_or(Malformed)?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(minor) || !digits(major) {
        return Err(Malformed);
    }
    major.parse().map_err(|_| Malformed)
}

/// RFC 1945 section 2.2.
fn token(text: &[u8]) -> bool {
    let plain = |b: &u8| b.is_ascii_graphic() && !b"()<>@,;:\\\"/[]?={}".contains(b);
    !text.is_empty() && text.iter().all(plain)
}

/// With each `%41` as the byte that it stands for.
fn unescape(path: &str) -> Option<String> {
    let mut bytes = path.bytes();
    let mut plain = Vec::new();
    while let Some(byte) = bytes.next() {
        plain.push(match byte {
            b'%' => {
                let mut digit = || char::from(bytes.next()?).to_digit(16);
                (digit()? * 16 + digit()?) as u8
            }
            byte => byte,
        });
    }
    String::from_utf8(plain).ok()
}

impl Request {
    fn response(&self) -> Bytes {
        let known = matches!(self.method.as_str(), "GET" | "HEAD");
        match (self.major, resource(&self.path)) {
            (None, Some((_, body))) => body.into(),
            (None, None) => "There is no such resource.\n".into(),
            (Some(1), _) if !known => respond(501, true),
            (Some(1), Some((kind, body))) => whole("200 OK", kind, &body, self.method != "HEAD"),
            (Some(1), None) => respond(404, self.method != "HEAD"),
            (Some(_), _) => respond(501, true),
        }
    }
}

/// The media type and bytes of what there is.
fn resource(path: &str) -> Option<(&'static str, Vec<u8>)> {
    const HOME: &str = "<!doctype html>\n<title>A peer</title>\n<ul>\n<li><a href=\"/hello.txt\">hello</a>\n\
        <li><a href=\"/utf8.txt\">letters of several bytes</a>\n<li><a href=\"/numbers.txt\">2,500 lines</a>\n</ul>\n";
    const TEXT: &str = "text/plain; charset=utf-8";
    match path {
        "/" => Some(("text/html; charset=utf-8", HOME.into())),
        "/hello.txt" => Some((TEXT, "hello\n".into())),
        "/utf8.txt" => Some((TEXT, "Gr\u{fc}\u{df}e, \u{4e16}\u{754c} \u{1f44b}\n".into())),
        "/numbers.txt" => Some((TEXT, greedy::lines(0, NUMBERS).to_vec())),
        _ => None,
    }
}

/// The response of an error.
fn respond(status: u16, with_body: bool) -> Bytes {
    let (line, says) = match status {
        404 => ("404 Not Found", "There is no such resource.\n"),
        501 => ("501 Not Implemented", "This server knows GET and HEAD of HTTP/1.0.\n"),
        _ => ("400 Bad Request", "This is no request of HTTP/1.0.\n"),
    };
    whole(line, "text/plain; charset=utf-8", says.as_bytes(), with_body)
}

fn whole(status: &str, kind: &str, body: &[u8], with_body: bool) -> Bytes {
    let len = body.len();
    let head = format!(
        "HTTP/1.0 {status}\r\nServer: Socketscope\r\nContent-Type: {kind}\r\nContent-Length: {len}\r\n\r\n"
    );
    let mut bytes = head.into_bytes();
    if with_body {
        bytes.extend_from_slice(body);
    }
    bytes.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(text: &str) -> String {
        match request(text.as_bytes()) {
            Ok(Some(request)) => String::from_utf8(request.response().to_vec()).unwrap(),
            Ok(None) => "more".into(),
            Err(Malformed) => "400".into(),
        }
    }

    #[test]
    fn requests_are_answered_as_rfc_1945_says() {
        let hello = answer("GET /hello.txt HTTP/1.0\r\n\r\n");
        assert!(hello.starts_with("HTTP/1.0 200 OK\r\n") && hello.ends_with("\r\n\r\nhello\n"), "{hello}");
        assert!(hello.contains("Content-Length: 6\r\n"));
        let head = answer("HEAD /hello.txt HTTP/1.0\r\nHost: here\r\n more\r\n\r\n");
        assert_eq!(head, hello.trim_end_matches("hello\n"));
        for (request, expected) in [
            ("GET /nothing HTTP/1.0\n\n", "HTTP/1.0 404 Not Found\r\n"),
            ("HEAD /nothing HTTP/1.0\n\n", "HTTP/1.0 404 Not Found\r\n"),
            ("POST / HTTP/1.0\r\n\r\n", "HTTP/1.0 501 Not Implemented\r\n"),
            ("GET / HTTP/2.0\r\n\r\n", "HTTP/1.0 501 Not Implemented\r\n"),
            ("GET /hello.txt?a=b HTTP/1.1\r\n\r\n", "HTTP/1.0 200 OK\r\n"),
            ("GET http://10.0.0.2:7000/hello%2etxt HTTP/1.0\r\n\r\n", "HTTP/1.0 200 OK\r\n"),
            ("GET http://10.0.0.2 HTTP/1.0\r\n\r\n", "HTTP/1.0 200 OK\r\n"),
            ("GET /hello.txt\r\n", "hello\n"),
            ("GET /hello.txt HTTP/1.0\r\nHost: he", "more"),
            ("GET /hello.txt HTT", "more"),
            ("", "more"),
            ("\r\n", "400"),
            ("GET\r\n", "400"),
            ("POST /\r\n", "400"),
            ("GET  / HTTP/1.0\r\n\r\n", "400"),
            ("GET / HTTP/x.0\r\n\r\n", "400"),
            ("GET / FTP/1.0\r\n\r\n", "400"),
            ("GET nowhere HTTP/1.0\r\n\r\n", "400"),
            ("GET /%4 HTTP/1.0\r\n\r\n", "400"),
            ("GET /%ff HTTP/1.0\r\n\r\n", "400"),
            ("GET / HTTP/1.0\r\nno field\r\n\r\n", "400"),
        ] {
            assert!(answer(request).starts_with(expected), "{request:?}: {}", answer(request));
        }
        assert_eq!(request(b"GET /\xff HTTP/1.0\r\n\r\n"), Err(Malformed));
        assert!(answer("GET /numbers.txt HTTP/1.0\n\n").contains("Content-Length: 20000\r\n"));
    }
}
