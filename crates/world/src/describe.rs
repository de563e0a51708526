//! Choices in words.

use syscall::{Call, Datagram, HostId, Micros, Pid, Segment, TaskId};

use crate::world::Running;
use crate::{Choice, ChoiceKey, Want, World};

/// Something on the wire.
pub(crate) struct Packet<'w> {
    pub(crate) id: u32,
    pub(crate) from: HostId,
    pub(crate) to: HostId,
    pub(crate) due: Micros,
    load: Load<'w>,
}

enum Load<'w> {
    Segment(&'w Segment),
    Datagram(&'w Datagram),
}

impl Packet<'_> {
    const fn kind(&self) -> &'static str {
        match self.load {
            Load::Segment(_) => "segment",
            Load::Datagram(_) => "datagram",
        }
    }
}

impl World {
    pub(crate) fn describe(&self, key: ChoiceKey, due: Micros) -> Choice {
        let choice =
            |label: String, detail: String, touches| Choice { key, label, detail, touches, most: None };
        let later = |text: String| match due > self.now() {
            true => format!("{text}, at {}", milliseconds(due)),
            false => text,
        };
        match key {
            ChoiceKey::Run(task) => self.describe_run(key, task, "runs", self.most(task)),
            ChoiceKey::Part(task, part) => {
                let run = self.describe_run(key, task, "runs", None);
                Choice { detail: format!("{}, at most {} bytes", run.detail, number(part.into())), ..run }
            }
            ChoiceKey::Wake(task) => {
                let run = self.describe_run(key, task, "wakes", None);
                Choice { detail: format!("{} ends at {}", run.detail, milliseconds(due)), ..run }
            }
            ChoiceKey::Timer(host) => {
                let timer = self.kernel.next_timer(host).map_or("timer", |(_, timer, _)| timer.name());
                let label = format!("Time passes for {}", self.host_name(host));
                choice(label, format!("{timer} at {}", milliseconds(due)), vec![host])
            }
            ChoiceKey::Deliver(id)
            | ChoiceKey::Lose(id)
            | ChoiceKey::Duplicate(id)
            | ChoiceKey::Delay(id) => {
                let packet = self.packets().find(|packet| packet.id == id);
                let (from, to, kind) =
                    packet.as_ref().map_or((HostId(0), HostId(0), "segment"), |p| (p.from, p.to, p.kind()));
                let (from, host) = (self.host_name(from), self.host_name(to));
                let label = match key {
                    ChoiceKey::Lose(_) => format!("The wire loses a {kind} from {from}"),
                    ChoiceKey::Duplicate(_) => format!("The wire copies a {kind} from {from}"),
                    ChoiceKey::Delay(_) => format!("The wire holds a {kind} from {from} back"),
                    _ => format!("A {kind} reaches {host}"),
                };
                choice(label, packet.map_or_else(String::new, |p| self.brings(&p)), vec![to])
            }
            ChoiceKey::Signal(pid) => {
                let (name, touches, program) = self.process(pid);
                let interrupts = program.and_then(|p| self.upcoming(p)).map(|call| {
                    if pause(call) { "interrupts its pause".into() } else { format!("interrupts {call}") }
                });
                choice(format!("{name} gets a signal"), later(interrupts.unwrap_or_default()), touches)
            }
            ChoiceKey::Kill(pid) => {
                let (name, touches, _) = self.process(pid);
                let detail = later("its kernel closes what it has open".into());
                choice(format!("{name} is killed"), detail, touches)
            }
            ChoiceKey::PowerOff(host) => {
                let label = format!("{} dies", self.host_name(host));
                choice(label, later("without a word to anybody".into()), vec![host])
            }
            ChoiceKey::PowerOn(host) => {
                let label = format!("{} is back", self.host_name(host));
                choice(label, later("and has forgotten everything".into()), vec![host])
            }
            // Whatever anybody sends now goes another way.
            ChoiceKey::Cut(host) => {
                let label = format!("The cable of {} is cut", self.host_name(host));
                choice(label, later("what is on it is lost".into()), self.hosts().collect())
            }
            ChoiceKey::Mend(host) => {
                let label = format!("The cable of {} is mended", self.host_name(host));
                choice(label, later("what is sent arrives again".into()), self.hosts().collect())
            }
        }
    }

    /// A process's name, what it touches, and its program.
    fn process(&self, pid: Pid) -> (&str, Vec<HostId>, Option<&Running>) {
        match self.programs.iter().find(|program| program.pid == pid) {
            Some(program) => (&program.name, vec![program.host], Some(program)),
            None => ("A program", Vec::new(), None),
        }
    }

    fn describe_run(&self, key: ChoiceKey, task: TaskId, verb: &str, most: Option<u32>) -> Choice {
        let program = &self.programs[task.0 as usize];
        let detail = match self.wants(program) {
            Want::Call { call, .. } if pause(call) => {
                format!("the pause in line {}", self.guest_of(program).line(program.thread))
            }
            Want::Call { call, .. } if program.call.is_some() => format!("{call} goes on"),
            Want::Call { call, .. } => call.to_string(),
            Want::Line(line) | Want::Quiet(line) => format!("line {line}"),
            Want::Sibling(_) => "its wait for another thread".into(),
            Want::Wrote { .. } | Want::Thread(_) | Want::Input | Want::Exit(_) | Want::Nothing => {
                String::new()
            }
        };
        let label = format!("{} {verb}", program.name);
        Choice { key, label, detail, touches: vec![program.host], most }
    }

    fn host_name(&self, host: HostId) -> &str {
        &self.names.hosts[usize::from(host.0)]
    }

    /// What is on the wire, the oldest first.
    pub(crate) fn packets(&self) -> impl Iterator<Item = Packet<'_>> {
        let segments = self.kernel.in_flight().map(|p| Packet {
            id: p.segment.id,
            from: p.from,
            to: p.to,
            due: p.due,
            load: Load::Segment(p.segment),
        });
        let datagrams = self.kernel.datagrams_in_flight().map(|p| Packet {
            id: p.datagram.id,
            from: p.from,
            to: p.to,
            due: p.due,
            load: Load::Datagram(p.datagram),
        });
        segments.chain(datagrams)
    }

    fn brings(&self, packet: &Packet<'_>) -> String {
        match packet.load {
            Load::Segment(segment) => self.carries(segment),
            Load::Datagram(datagram) => format!("{} bytes", number(datagram.len.into())),
        }
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
