//! Cases whose answers are compared with CPython's where there is one, and with the table that it once wrote elsewhere.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use num_bigint::BigInt;
use python::pure::error::{Error, Kind, Result};

/// How many cases of a topic the committed table holds: the first ones, which are chosen by hand.
const KEPT: usize = 150;

/// A value written in one way only; `judge.py` writes CPython's in the same way.
pub(crate) trait Shown {
    /// The value as text without spaces, but for those between the elements of a tuple.
    fn shown(&self) -> String;
}

/// Text whose every odd character is a number.
fn escaped(text: impl Iterator<Item = char>) -> String {
    text.map(|c| match c {
        '!'..='~' if !matches!(c, '\\' | '(' | ')') => c.to_string(),
        _ => format!("\\{:x}.", u32::from(c)),
    })
    .collect()
}

impl Shown for str {
    fn shown(&self) -> String {
        format!("s{}", escaped(self.chars()))
    }
}

impl Shown for String {
    fn shown(&self) -> String {
        self.as_str().shown()
    }
}

impl Shown for [u8] {
    fn shown(&self) -> String {
        format!("b{}", escaped(self.iter().map(|b| char::from(*b))))
    }
}

impl Shown for BigInt {
    fn shown(&self) -> String {
        format!("i{self:x}")
    }
}

impl Shown for i64 {
    fn shown(&self) -> String {
        BigInt::from(*self).shown()
    }
}

impl Shown for usize {
    fn shown(&self) -> String {
        BigInt::from(*self).shown()
    }
}

impl Shown for bool {
    fn shown(&self) -> String {
        if *self { "yes" } else { "no" }.to_owned()
    }
}

impl Shown for f64 {
    fn shown(&self) -> String {
        if self.is_nan() { "nan".to_owned() } else { format!("f{:016x}", self.to_bits()) }
    }
}

impl<T: Shown + ?Sized> Shown for &T {
    fn shown(&self) -> String {
        (**self).shown()
    }
}

impl<T: Shown> Shown for Option<T> {
    fn shown(&self) -> String {
        self.as_ref().map_or_else(|| "none".to_owned(), Shown::shown)
    }
}

impl<A: Shown, B: Shown> Shown for (A, B) {
    fn shown(&self) -> String {
        format!("({} {})", self.0.shown(), self.1.shown())
    }
}

impl<A: Shown, B: Shown, C: Shown> Shown for (A, B, C) {
    fn shown(&self) -> String {
        format!("({} {} {})", self.0.shown(), self.1.shown(), self.2.shown())
    }
}

/// The elements of a list or tuple.
pub(crate) struct Row<T>(pub(crate) Vec<T>);

impl<T: Shown> Shown for Row<T> {
    fn shown(&self) -> String {
        format!("({})", self.0.iter().map(Shown::shown).collect::<Vec<_>>().join(" "))
    }
}

/// Bytes that are owned; a `Vec` may also be a list.
pub(crate) struct Octets(pub(crate) Vec<u8>);

impl Shown for Octets {
    fn shown(&self) -> String {
        self.0.as_slice().shown()
    }
}

impl<T: Shown> Shown for Result<T> {
    fn shown(&self) -> String {
        match self {
            Ok(value) => value.shown(),
            Err(Error { kind, message, .. }) => {
                let name = if *kind == Kind::Struct { "struct.error" } else { kind.name() };
                format!("!{name} {}", escaped(message.chars()))
            }
        }
    }
}

/// A text as a Python literal.
pub(crate) fn text(value: &str) -> String {
    let body: String = value
        .chars()
        .map(|c| match c {
            ' '..='~' if c != '"' && c != '\\' => c.to_string(),
            _ => format!("\\U{:08x}", u32::from(c)),
        })
        .collect();
    format!("\"{body}\"")
}

/// Bytes as a Python literal.
pub(crate) fn bytes(value: &[u8]) -> String {
    let body: String = value
        .iter()
        .map(|b| match b {
            b' '..=b'~' if *b != b'"' && *b != b'\\' => char::from(*b).to_string(),
            _ => format!("\\x{b:02x}"),
        })
        .collect();
    format!("b\"{body}\"")
}

/// A floating-point number as a Python expression.
pub(crate) fn float(value: f64) -> String {
    format!("struct.unpack('>d', bytes.fromhex('{:016x}'))[0]", value.to_bits())
}

/// The cases of one topic.
pub(crate) struct Topic {
    name: &'static str,
    cases: Vec<(String, String)>,
}

impl Topic {
    /// No case yet.
    pub(crate) fn new(name: &'static str) -> Self {
        Self { name, cases: Vec::new() }
    }

    /// One more: what Python is asked, and our answer.
    pub(crate) fn case(&mut self, asked: impl Into<String>, answer: impl Shown) {
        self.cases.push((asked.into(), answer.shown()));
    }

    /// Compares all answers with CPython's, or the first ones with the table where there is no CPython 3.11. With
    /// `REMAKE_GOLDENS` set, the table is written.
    pub(crate) fn judge(self) {
        let table = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .join("tests/pure/tables")
            .join(format!("{}.txt", self.name));
        let spoken = ask(&self.cases);
        if let Some(answers) = &spoken {
            self.compare(&self.cases, answers);
        }
        let kept = &self.cases[..self.cases.len().min(KEPT)];
        if let (Some(answers), Ok(_)) = (&spoken, std::env::var("REMAKE_GOLDENS")) {
            let lines: Vec<String> =
                kept.iter().zip(answers).map(|((asked, _), answer)| format!("{asked}\t{answer}\n")).collect();
            std::fs::create_dir_all(table.parent().expect("the table has a folder"))
                .expect("the folder can be made");
            std::fs::write(&table, lines.concat()).expect("the table can be written");
        }
        let lines = std::fs::read_to_string(&table).expect("the table is committed");
        let (asked, answers): (Vec<_>, Vec<_>) =
            lines.lines().map(|l| l.rsplit_once('\t').expect("two columns")).unzip();
        let ours: Vec<&str> = kept.iter().map(|(asked, _)| asked.as_str()).collect();
        assert_eq!(
            asked, ours,
            "the table of {} asks something else: re-make it with REMAKE_GOLDENS=1",
            self.name
        );
        self.compare(kept, &answers.into_iter().map(str::to_owned).collect::<Vec<_>>());
    }

    fn compare(&self, cases: &[(String, String)], answers: &[String]) {
        assert_eq!(cases.len(), answers.len(), "{}: an answer for each case", self.name);
        let wrong: Vec<String> = cases
            .iter()
            .zip(answers)
            .filter(|((_, ours), theirs)| ours != *theirs)
            .map(|((asked, ours), theirs)| format!("{asked}\n    CPython: {theirs}\n    here:    {ours}\n"))
            .collect();
        let first: String = wrong.iter().take(12).map(String::as_str).collect();
        assert!(
            wrong.is_empty(),
            "{} of {} answers of {} differ:\n{first}",
            wrong.len(),
            cases.len(),
            self.name
        );
    }
}

/// CPython's answers; none if there is no CPython 3.11.
fn ask(cases: &[(String, String)]) -> Option<Vec<String>> {
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/pure/judge.py");
    let mut child = Command::new("python3.11")
        .arg(script)
        .env("TZ", "UTC")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .ok()?;
    let mut input = child.stdin.take().expect("its input is a pipe");
    let lines: String = cases.iter().map(|(asked, _)| format!("{asked}\n")).collect();
    // It reads all before it writes: no deadlock.
    input.write_all(lines.as_bytes()).expect("it reads all cases");
    drop(input);
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "the judge failed");
    Some(String::from_utf8(output.stdout).expect("its answers are text").lines().map(str::to_owned).collect())
}
