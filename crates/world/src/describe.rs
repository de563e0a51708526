//! Choices in words.

use syscall::{Action, Call, HostId, Micros, Segment, TaskId};

use crate::{Choice, ChoiceKey, World};

impl World {
    pub(crate) fn describe(&self, key: ChoiceKey, due: Micros) -> Choice {
        match key {
            ChoiceKey::Run(task) | ChoiceKey::Part(task, _) => self.describe_run(key, task, "runs"),
            ChoiceKey::Wake(task) => {
                let choice = self.describe_run(key, task, "wakes");
                Choice { detail: format!("{} ends at {}", choice.detail, milliseconds(due)), ..choice }
            }
            ChoiceKey::Timer(host) => {
                let timer = self.kernel.next_timer(host).map_or("timer", |(_, timer, _)| timer.name());
                Choice {
                    key,
                    label: format!("Time passes for {}", self.host_name(host)),
                    detail: format!("{timer} at {}", milliseconds(due)),
                    touches: vec![host],
                    most: None,
                }
            }
            ChoiceKey::Deliver(id) => {
                let packet = self.kernel.in_flight().find(|p| p.segment.id == id);
                let (to, detail) =
                    packet.map_or((HostId(0), String::new()), |p| (p.to, self.carries(p.segment)));
                let label = format!("A segment reaches {}", self.host_name(to));
                Choice { key, label, detail, touches: vec![to], most: None }
            }
            // Never on offer yet.
            ChoiceKey::Lose(_)
            | ChoiceKey::Duplicate(_)
            | ChoiceKey::Delay(_)
            | ChoiceKey::Signal(_)
            | ChoiceKey::Kill(_)
            | ChoiceKey::PowerOff(_)
            | ChoiceKey::PowerOn(_)
            | ChoiceKey::Cut(_)
            | ChoiceKey::Mend(_) => {
                Choice { key, label: key.to_string(), detail: String::new(), touches: Vec::new(), most: None }
            }
        }
    }

    fn describe_run(&self, key: ChoiceKey, task: TaskId, verb: &str) -> Choice {
        let program = &self.programs[task.0 as usize];
        let detail = match program.script.peek() {
            Some(Action::Call { call, .. }) if pause(call) => {
                format!("the pause in line {}", program.script.line())
            }
            Some(Action::Call { call, .. }) if program.call.is_some() => format!("{call} goes on"),
            Some(Action::Call { call, .. }) => call.to_string(),
            Some(Action::Line(line)) => format!("line {line}"),
            Some(Action::Exit(_)) | None => String::new(),
        };
        let label = format!("{} {verb}", self.names.programs[task.0 as usize]);
        Choice { key, label, detail, touches: vec![program.host], most: None }
    }

    fn host_name(&self, host: HostId) -> &str {
        &self.names.hosts[usize::from(host.0)]
    }

    /// What a segment brings, in the order of importance.
    fn carries(&self, segment: &Segment) -> String {
        let mut parts = Vec::new();
        let flags = segment.flags;
        for (on, name) in [(flags.syn, "SYN"), (flags.rst, "RST"), (flags.fin, "FIN")] {
            if on {
                parts.push(name.into());
            }
        }
        let range = segment.range;
        if !range.is_empty() {
            parts.push(format!("bytes {}–{}", number(range.start), number(range.end)));
        }
        let stream = self.kernel.stream_info(range.connection, range.direction.reversed());
        let freed = segment.ack.min(stream.written);
        if freed > stream.acknowledged {
            parts.push(format!("frees {}–{}", number(stream.acknowledged), number(freed)));
        }
        if !flags.rst && range.is_empty() {
            parts.push(format!("window {}", number(segment.window.into())));
        }
        parts.join(", ")
    }
}

/// A `select` of nothing with a time-out is a pause.
fn pause(call: &Call) -> bool {
    matches!(call, Call::Select { read, write, except, timeout_us: Some(_) }
        if read.is_empty() && write.is_empty() && except.is_empty())
}

fn milliseconds(us: Micros) -> String {
    format!("{}.{} ms", us / 1000, us / 100 % 10)
}

/// A number of bytes or an offset: commas from 10,000 on.
pub fn number(n: u64) -> String {
    let digits = n.to_string();
    if n < 10_000 {
        return digits;
    }
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
