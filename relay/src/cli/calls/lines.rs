//! A line of input.

use serde_json::Value;
use syscall::{Call, Micros};

/// One line of input.
#[derive(Debug, PartialEq)]
pub(super) enum Line {
    Call(TaskCall),
    /// Wait for the end of the call of an earlier line.
    Await(usize),
    /// A line for the peer's control channel.
    Tell(String),
    /// Time to pass.
    Wait(Micros),
    /// Something happens to a task.
    Order(u32, Order),
    /// Something happens to a host's cable.
    Wire(u16, Fault),
}

/// A call of a task.
#[derive(Debug, PartialEq)]
pub(super) struct TaskCall {
    pub(super) task: u32,
    /// Where the task starts, at its first call.
    pub(super) host: Option<u16>,
    pub(super) call: Call,
    /// Whether the next line waits for its end.
    pub(super) wait: bool,
}

/// Something that happens to a task's process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// SIGKILL.
    Kill,
    /// A signal with a handler, which interrupts what it waits in.
    Signal,
    /// It may bind ports below 1024, or may not.
    Privileged(bool),
}

/// Something that happens to a host's cable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// It is cut.
    Cut,
    /// It is whole again.
    Mend,
    /// It loses the next so many packets that the host sends.
    Lose(u32),
}

const EXAMPLES: &str = r#"Say for example {"recv": {"fd": 3, "len": 100}}, {"task": 1, "call": {"accept": {"fd": 3}}, "wait": false}, {"tell": "4096"} or {"sleep_ms": 50}"#;

impl Line {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let value: Value = serde_json::from_str(text).map_err(|e| format!("not JSON: {e}"))?;
        let number = |name: &str| match value.get(name) {
            None => Ok(None),
            Some(number) => number
                .as_u64()
                .map(Some)
                .ok_or_else(|| format!(r#"`{name}` takes a number: {{"{name}": 50}}"#)),
        };
        let small = |name: &str| {
            let fits = |number| u32::try_from(number).map_err(|_| format!("`{name}` is too large: {number}"));
            number(name)?.map(fits).transpose()
        };
        if let Some(told) = value.get("tell") {
            let text = told.as_str().ok_or(r#"`tell` takes a text: {"tell": "4096"}"#)?;
            return Ok(Self::Tell(text.into()));
        }
        if let Some(ms) = number("sleep_ms")? {
            return Ok(Self::Wait(ms.saturating_mul(1000)));
        }
        if let Some(us) = number("wait_us")? {
            return Ok(Self::Wait(us));
        }
        if let Some(line) = number("await")? {
            return usize::try_from(line).map(Self::Await).map_err(|_| format!("there is no line {line}"));
        }
        if let Some(task) = small("kill")? {
            return Ok(Self::Order(task, Order::Kill));
        }
        if let Some(task) = small("signal")? {
            return Ok(Self::Order(task, Order::Signal));
        }
        let flag = |name: &str| match value.get(name) {
            None => Ok(None),
            Some(flag) => flag.as_bool().map(Some).ok_or_else(|| format!("`{name}` is true or false")),
        };
        let task = small("task")?;
        if let Some(on) = flag("privileged")? {
            return Ok(Self::Order(task.unwrap_or(0), Order::Privileged(on)));
        }
        let host = match small("host")?.map(u16::try_from) {
            Some(Err(_)) => return Err("`host` is too large".into()),
            Some(Ok(host)) => Some(host),
            None => None,
        };
        for (name, fault) in [("cut", Fault::Cut), ("mend", Fault::Mend)] {
            if let Some(host) = small(name)?.map(u16::try_from) {
                return host
                    .map(|host| Self::Wire(host, fault))
                    .map_err(|_| format!("`{name}` is too large"));
            }
        }
        if let Some(packets) = small("lose")? {
            return Ok(Self::Wire(host.unwrap_or(0), Fault::Lose(packets)));
        }
        let wait = flag("wait")?.unwrap_or(true);
        let call = match (task, value.get("call")) {
            (_, Some(call)) => call.clone(),
            (None, None) => value.clone(),
            (Some(_), None) => return Err(format!("a task needs a `call`. {EXAMPLES}")),
        };
        let call = serde_json::from_value(call).map_err(|e| format!("not a call: {e}. {EXAMPLES}"))?;
        Ok(Self::Call(TaskCall { task: task.unwrap_or(0), host, call, wait }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_call_a_word_to_the_peer_a_pause_or_an_order() {
        let parse = |text| Line::parse(text);
        let close = Call::Close { fd: syscall::Fd(3) };
        let plain = TaskCall { task: 0, host: None, call: close.clone(), wait: true };
        assert_eq!(parse(r#"{"tell": "4096"}"#), Ok(Line::Tell("4096".into())));
        assert_eq!(parse(r#"{"sleep_ms": 50}"#), Ok(Line::Wait(50_000)));
        assert_eq!(parse(r#"{"wait_us": 50}"#), Ok(Line::Wait(50)));
        assert_eq!(parse(r#"{"await": 3}"#), Ok(Line::Await(3)));
        assert_eq!(parse(r#"{"kill": 1}"#), Ok(Line::Order(1, Order::Kill)));
        assert_eq!(parse(r#"{"signal": 0}"#), Ok(Line::Order(0, Order::Signal)));
        assert_eq!(parse(r#"{"task": 2, "privileged": true}"#), Ok(Line::Order(2, Order::Privileged(true))));
        assert_eq!(parse(r#"{"cut": 1}"#), Ok(Line::Wire(1, Fault::Cut)));
        assert_eq!(parse(r#"{"mend": 1}"#), Ok(Line::Wire(1, Fault::Mend)));
        assert_eq!(parse(r#"{"lose": 3}"#), Ok(Line::Wire(0, Fault::Lose(3))));
        assert_eq!(parse(r#"{"host": 1, "lose": 3}"#), Ok(Line::Wire(1, Fault::Lose(3))));
        assert_eq!(parse(r#"{"close": {"fd": 3}}"#), Ok(Line::Call(plain)));
        let named = TaskCall { task: 2, host: Some(1), call: close, wait: false };
        let text = r#"{"task": 2, "host": 1, "call": {"close": {"fd": 3}}, "wait": false}"#;
        assert_eq!(parse(text), Ok(Line::Call(named)));
        assert!(matches!(parse(r#""fork""#), Ok(Line::Call(TaskCall { call: Call::Fork, .. }))));
        for wrong in [
            "",
            "close",
            r#"{"sleep_ms": -1}"#,
            r#"{"tell": 4}"#,
            r#"{"clsoe": {"fd": 3}}"#,
            r#"{"task": 1}"#,
            r#"{"task": 1, "privileged": 1}"#,
            r#"{"await": "x"}"#,
            r#"{"cut": true}"#,
            r#"{"lose": -1}"#,
            r#"{"mend": 70000}"#,
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
