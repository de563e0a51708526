//! What must come of a line.

use std::fmt;

use syscall::{Micros, Outcome, Returned};

/// What must come of a line: `6144 2048 2048`, `EAGAIN after 100..110 ms`, `4096 or 2048`, `10240 ~ 1..40000`.
///
/// - alternatives stand between ` or `;
/// - `*` is anything, `waits` a call that does not end;
/// - `1..20` is a count, or a sum of counts, between both, these included; `sum 10240` is a sum of counts;
/// - `"text"` compares bytes, a number their count;
/// - behind `~` stands what holds on every Linux: the exact figure before it belongs to the kernel that was measured;
/// - `after 100..110 ms` bounds the time that the line took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expect {
    /// The alternatives.
    pub want: Vec<String>,
    /// What holds on other kernels.
    pub elsewhere: Option<Vec<String>>,
    /// How long it takes, in microseconds.
    pub after: Option<(Micros, Micros)>,
}

/// What came of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Came {
    /// A call ended.
    Outcome(Outcome),
    /// Counts of several calls, and how the last one ended.
    Counts(Vec<u32>, Outcome),
    /// A word: a state.
    Word(String),
    /// The call waits.
    Waits,
    /// The process died of a signal.
    Killed,
    /// The script's runner could not do it.
    Cannot(String),
}

/// The first port that a Linux kernel gives by itself (`ip_local_port_range`).
const EPHEMERAL: u16 = 32_768;

impl Came {
    /// As a transcript shows it.
    pub fn text(&self) -> String {
        match self {
            Self::Outcome(Ok(Returned::Data(data))) if (1..32).contains(&data.len()) => {
                format!("{:?}", String::from_utf8_lossy(data))
            }
            Self::Counts(counts, _) if counts.is_empty() => "none".into(),
            Self::Counts(counts, _) => list(counts),
            Self::Outcome(Ok(returned)) => hide_ports(&returned.to_string()),
            Self::Outcome(Err(errno)) => errno.to_string(),
            Self::Word(word) => word.clone(),
            Self::Waits => "waits".into(),
            Self::Killed => "killed by SIGPIPE".into(),
            Self::Cannot(why) => format!("cannot be done here: {why}"),
        }
    }

    fn number(&self) -> Option<u64> {
        match self {
            Self::Outcome(Ok(Returned::Count(n))) => Some(u64::from(*n)),
            Self::Outcome(Ok(Returned::Data(data))) => Some(data.len() as u64),
            Self::Outcome(Ok(Returned::Datagram { data, .. })) => Some(data.len() as u64),
            Self::Outcome(Ok(Returned::Option(syscall::OptionValue::Int(n)))) => u64::try_from(*n).ok(),
            Self::Counts(counts, _) => Some(counts.iter().map(|n| u64::from(*n)).sum()),
            _ => None,
        }
    }

    fn is(&self, want: &str) -> bool {
        if want == "*" {
            return !matches!(self, Self::Cannot(_));
        }
        if let Some(sum) = want.strip_prefix("sum ") {
            return self.number().is_some_and(|n| Ok(n) == sum.parse());
        }
        if let Some((low, high)) = want.split_once("..")
            && let (Ok(low), Ok(high)) = (low.parse::<u64>(), high.parse::<u64>())
        {
            return self.number().is_some_and(|n| (low..=high).contains(&n));
        }
        if let (Self::Outcome(Ok(Returned::Data(_))), Ok(count)) = (self, want.parse::<u64>()) {
            return self.number() == Some(count);
        }
        let text = self.text();
        text == want || text.strip_prefix(want).is_some_and(|rest| rest.starts_with(" from "))
    }
}

fn list(counts: &[u32]) -> String {
    const SHOWN: usize = 24;
    let shown: Vec<_> = counts.iter().take(SHOWN).map(u32::to_string).collect();
    let sum: u64 = counts.iter().map(|n| u64::from(*n)).sum();
    let more = if counts.len() > SHOWN {
        format!(" ... {} calls, {sum} bytes", counts.len())
    } else {
        String::new()
    };
    shown.join(" ") + &more
}

/// A port that the kernel chose is shown as `*`: which one it is has no meaning.
fn hide_ports(text: &str) -> String {
    match text.rsplit_once(':') {
        Some((before, port)) if port.parse::<u16>().is_ok_and(|port| port >= EPHEMERAL) => {
            format!("{before}:*")
        }
        _ => text.into(),
    }
}

impl Expect {
    /// Read it as a script has it.
    ///
    /// # Errors
    /// What is wrong, as a sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (text, after) = match text.rsplit_once(" after ") {
            Some((text, time)) => (text, Some(span(time)?)),
            None => (text, None),
        };
        let list = |text: &str| text.split(" or ").map(|t| t.trim().to_owned()).collect::<Vec<_>>();
        let (want, elsewhere) = match text.split_once(" ~ ") {
            Some((want, elsewhere)) => (list(want), Some(list(elsewhere))),
            None => (list(text), None),
        };
        if want.iter().any(String::is_empty) {
            return Err("nothing is expected behind `->`".into());
        }
        Ok(Self { want, elsewhere, after })
    }

    /// Whether the call is expected to wait.
    pub fn waits(&self) -> bool {
        self.want == ["waits"]
    }

    /// Whether this is what was expected; `measured` says that it came from the kernel that the figures belong to.
    pub fn holds(&self, came: &Came, measured: bool) -> bool {
        let want = if measured { &self.want } else { self.elsewhere.as_ref().unwrap_or(&self.want) };
        want.iter().any(|want| came.is(want))
    }
}

/// `100..110 ms` in microseconds.
fn span(text: &str) -> Result<(Micros, Micros), String> {
    let wrong = || format!("`after {text}`: say for example `after 100..110 ms`");
    let (low, high) = text.trim().strip_suffix(" ms").and_then(|t| t.split_once("..")).ok_or_else(wrong)?;
    let us = |t: &str| t.parse::<f64>().map(|ms| (ms * 1000.0) as Micros).map_err(|_| wrong());
    Ok((us(low)?, us(high)?))
}

impl fmt::Display for Expect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.want.join(" or "))?;
        if let Some(elsewhere) = &self.elsewhere {
            write!(f, " ~ {}", elsewhere.join(" or "))?;
        }
        match self.after {
            Some((low, high)) => {
                write!(f, " after {}..{} ms", low as f64 / 1000.0, high as f64 / 1000.0)
            }
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use syscall::Errno;

    fn holds(expect: &str, came: &Came) -> bool {
        Expect::parse(expect).unwrap().holds(came, true)
    }

    #[test]
    fn counts_ranges_sums_and_alternatives_are_told_apart() {
        let sends = Came::Counts(vec![6144, 2048, 2048], Err(Errno::EAGAIN));
        assert!(holds("6144 2048 2048", &sends));
        assert!(holds("sum 10240", &sends));
        assert!(holds("1..20000", &sends));
        assert!(!holds("1..20", &sends));
        assert!(holds("12 or sum 10240", &sends));
        assert!(holds("EAGAIN", &Came::Outcome(Err(Errno::EAGAIN))));
        assert!(!holds("EAGAIN", &Came::Waits));
        assert!(holds("waits", &Came::Waits));
    }

    #[test]
    fn bytes_are_compared_by_text_or_by_count() {
        let data = Came::Outcome(Ok(Returned::Data("hello".into())));
        assert!(holds("\"hello\"", &data));
        assert!(holds("5", &data));
        assert!(!holds("\"hullo\"", &data));
        assert!(holds("0", &Came::Outcome(Ok(Returned::Data("".into())))));
    }

    #[test]
    fn the_figure_of_one_kernel_has_a_bound_for_the_others() {
        let expect = Expect::parse("10240 ~ 1..40000").unwrap();
        let other = Came::Outcome(Ok(Returned::Count(9000)));
        assert!(!expect.holds(&other, true));
        assert!(expect.holds(&other, false));
        assert_eq!(expect.to_string(), "10240 ~ 1..40000");
    }

    #[test]
    fn a_port_of_the_kernels_choice_is_any_port() {
        let accepted = Came::Outcome(Ok(Returned::Accepted {
            fd: syscall::Fd(4),
            peer: "127.0.0.1:40001".parse().unwrap(),
        }));
        assert!(holds("4 from 127.0.0.1:*", &accepted));
        assert!(holds("4", &accepted));
        assert!(!holds("5", &accepted));
    }

    #[test]
    fn times_are_read_in_milliseconds() {
        let expect = Expect::parse("EAGAIN after 100..107.5 ms").unwrap();
        assert_eq!(expect.after, Some((100_000, 107_500)));
        assert!(Expect::parse("EAGAIN after soon").is_err());
    }
}
