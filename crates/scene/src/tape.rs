//! Tapes: stretches of a byte stream, all on the stage's one scale.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::text::{bytes, in_order, number, range};

/// Where a tape stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TapePart {
    /// A variable whose bytes are given away.
    Data,
    /// A kernel's send buffer.
    SendBuffer,
    /// A kernel's receive buffer.
    ReceiveBuffer,
    /// A variable that collects what is received.
    Got,
}

impl TapePart {
    /// Its name in the page's markup: `send-buffer`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Data => "data",
            Self::SendBuffer => "send-buffer",
            Self::ReceiveBuffer => "receive-buffer",
            Self::Got => "got",
        }
    }
}

/// What has become of some bytes, as seen from one tape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// In the program's variable, not given to a kernel.
    NotGiven,
    /// In the program's variable, and given to a kernel.
    Given,
    /// Held by the sending kernel, not sent.
    Unsent,
    /// Sent; the kernel keeps a copy until it is acknowledged.
    Unacknowledged,
    /// No longer held: acknowledged, or read out.
    Gone,
    /// Arrived, held by the receiving kernel until it is read.
    Unread,
    /// Read into the program's variable.
    Read,
}

impl Kind {
    /// Its class in the page's markup.
    pub const fn class(self) -> &'static str {
        match self {
            Self::NotGiven => "own",
            Self::Given => "given",
            Self::Unsent => "held",
            Self::Unacknowledged => "flying",
            Self::Gone => "gone",
            Self::Unread => "held",
            Self::Read => "own",
        }
    }

    fn says(self, part: TapePart) -> &'static str {
        match self {
            Self::NotGiven => "not given yet",
            Self::Given => "given to the kernel",
            Self::Unsent => "not sent",
            Self::Unacknowledged => "sent, not acknowledged",
            Self::Gone if matches!(part, TapePart::SendBuffer) => "acknowledged and forgotten",
            Self::Gone => "read by the program",
            Self::Unread => "not read",
            Self::Read => "read",
        }
    }
}

/// Bytes with one history and one state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Offset of the first byte.
    pub start: u64,
    /// Offset behind the last byte.
    pub end: u64,
    /// Their state.
    pub kind: Kind,
    /// The event that moved them here; 0 where there is none to name.
    pub event: u32,
    /// What is written on it, where there is room.
    pub label: Option<String>,
    /// Whether the label has room on wide stages only.
    pub wide_label: bool,
    /// Whether the last step moved them.
    pub fresh: bool,
}

/// A buffer's capacity: what is blank inside is room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    /// Offset of its left edge.
    pub start: u64,
    /// Offset of its right edge, at most the scale's end.
    pub end: u64,
    /// Whether it goes on behind the scale's end.
    pub open: bool,
}

/// An offset named under or over the tape.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tick {
    /// The offset.
    pub at: u64,
    /// Whether it is an edge that matters now.
    pub strong: bool,
    /// Whether there is room for it on wide stages only.
    pub wide: bool,
}

/// A tape.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tape {
    /// Where it stands.
    pub part: TapePart,
    /// Which source its bytes have: 0 is A.
    pub source: u8,
    /// Its name: `data`, `Send buffer`.
    pub name: String,
    /// Its scale's start and end, the same on the whole stage.
    pub from: u64,
    /// See `from`.
    pub total: u64,
    /// How many bytes the longest stream has; more than the scale shows where only a part is shown.
    pub whole: u64,
    /// How many bytes it holds now.
    pub used: u64,
    /// The number at the head's end, and the words after it.
    pub value: (String, String),
    /// Its runs, from left to right.
    pub runs: Vec<Run>,
    /// Its capacity.
    pub frame: Option<Frame>,
    /// The window's right edge: nothing behind it may leave.
    pub gate: Option<u64>,
    /// The program's own index.
    pub caret: Option<u64>,
    /// What the last step carried over the system-call line here.
    pub drop: Option<(u64, u64)>,
    /// Named offsets, from left to right.
    pub ticks: Vec<Tick>,
    /// What is written on it when it has no run.
    pub empty: Option<String>,
    /// The whole of it in words.
    pub spoken: String,
}

/// Widths that ticks and labels are laid out for, in CSS pixels: the tape on a wide stage and on a phone.
const WIDTHS: [f64; 2] = [372.0, 292.0];
/// Advance of a character of a tick or label, in CSS pixels.
const CHARACTER: f64 = 7.25;
/// Least space between two ticks, in CSS pixels.
const GAP: f64 = 7.0;

impl Tape {
    /// The place of an offset on the scale, as an SVG attribute wants it.
    pub fn at(&self, offset: u64) -> String {
        percent(offset.saturating_sub(self.from), self.total - self.from)
    }

    /// The width of so many bytes.
    pub fn width(&self, bytes: u64) -> String {
        percent(bytes, self.total - self.from)
    }

    /// Give the runs their labels, lay out the ticks and say all of it in words.
    pub(crate) fn finish(mut self, fresh: Range<u32>) -> Self {
        for run in &mut self.runs {
            run.fresh = run.event != 0 && fresh.contains(&run.event);
            let words = match run.kind {
                Kind::NotGiven => "not given yet".to_owned(),
                Kind::Gone => continue,
                _ if run.event == 0 => continue,
                _ => format!("#{}", run.event),
            };
            let needs = words.chars().count() as f64 * CHARACTER + 5.0;
            let share = (run.end - run.start) as f64 / (self.total - self.from) as f64;
            if share * WIDTHS[0] >= needs {
                run.wide_label = share * WIDTHS[1] < needs;
                run.label = Some(words);
            }
        }
        self.ticks = self.lay_out_ticks();
        self.spoken = self.say();
        self
    }

    fn lay_out_ticks(&self) -> Vec<Tick> {
        // The smaller the rank, the sooner it gets a place.
        let mut wanted: Vec<(u8, u64)> = vec![(2, self.from)];
        if matches!(self.part, TapePart::Data | TapePart::Got) {
            wanted.push((2, self.total));
        }
        wanted.extend(self.frame.iter().flat_map(|f| [(0, f.start), (0, f.end)]));
        wanted.extend(self.caret.iter().map(|at| (0, *at)));
        wanted.extend(self.gate.iter().map(|at| (0, (*at).min(self.total))));
        for run in &self.runs {
            let rank = if run.fresh { 1 } else { 3 };
            wanted.extend([(rank, run.start), (rank, run.end)]);
        }
        wanted.retain(|(_, at)| (self.from..=self.total).contains(at));
        in_order(&mut wanted, |a, b| a < b);
        let mut placed: [Vec<(f64, f64, u64)>; 2] = [vec![], vec![]];
        for (_, at) in &wanted {
            for (width, placed) in WIDTHS.iter().zip(&mut placed) {
                let label = number(*at).len() as f64 * CHARACTER;
                let middle = (*at - self.from) as f64 / (self.total - self.from) as f64 * width;
                let left = (middle - label / 2.0).clamp(0.0, (width - label).max(0.0));
                let (left, right) = (left, left + label);
                let free = placed.iter().all(|(l, r, _)| right + GAP <= *l || r + GAP <= left);
                if free && placed.iter().all(|(_, _, other)| other != at) {
                    placed.push((left, right, *at));
                }
            }
        }
        let [wide, narrow] = placed;
        let mut ticks: Vec<_> = wide
            .iter()
            .map(|(_, _, at)| Tick {
                at: *at,
                strong: wanted.contains(&(0, *at)) || wanted.contains(&(1, *at)),
                wide: narrow.iter().all(|(_, _, other)| other != at),
            })
            .collect();
        in_order(&mut ticks, |a, b| a.at < b.at);
        ticks
    }

    fn say(&self) -> String {
        let mut out = match self.part {
            TapePart::Data => format!("Variable {}, {}.", self.name, bytes(self.whole)),
            TapePart::Got => format!("Variable {}, {} so far.", self.name, bytes(self.used)),
            TapePart::SendBuffer | TapePart::ReceiveBuffer => match self.frame {
                Some(_) => format!("{}: {} {}.", self.name, self.value.0, self.value.1),
                None => format!("{}: {}.", self.name, format!("{} {}", self.value.0, self.value.1).trim()),
            },
        };
        // Neighbours in the same state are one thing to the ear.
        let mut told: Vec<(u64, u64, Kind)> = Vec::new();
        for run in &self.runs {
            match told.last_mut() {
                Some((_, end, kind)) if *end == run.start && *kind == run.kind => *end = run.end,
                _ => told.push((run.start, run.end, run.kind)),
            }
        }
        for (start, end, kind) in told {
            out.push_str(&format!(" {} to {} {}.", number(start), number(end), kind.says(self.part)));
        }
        if let Some(run) = self.runs.iter().find(|run| run.fresh) {
            let end = self.runs.iter().filter(|r| r.fresh).map(|r| r.end).max().unwrap_or(run.end);
            out.push_str(&format!(" The last step moved {}.", range(run.start, end)));
        }
        if let Some(gate) = self.gate {
            out.push_str(&format!(" Nothing from {} on may leave: the window ends there.", number(gate)));
        }
        out
    }
}

/// A place on the scale in percent, as an SVG attribute wants it.
pub fn percent(at: u64, total: u64) -> String {
    // Thousandths are finer than a pixel on any screen.
    let exact = (u128::from(at) * 100_000 + u128::from(total) / 2) / u128::from(total.max(1));
    // A narrower type, since only it has to be written.
    let thousandths = exact as u64;
    let (whole, rest) = (thousandths / 1000, thousandths % 1000);
    if rest == 0 {
        return format!("{whole}%");
    }
    let rest = format!("{rest:03}");
    format!("{whole}.{}%", rest.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tape(runs: Vec<Run>) -> Tape {
        Tape {
            part: TapePart::SendBuffer,
            source: 0,
            name: "Send buffer".into(),
            from: 0,
            total: 20_000,
            whole: 20_000,
            used: 5792,
            value: ("5792".into(), "of 5792, full".into()),
            runs,
            frame: Some(Frame { start: 0, end: 5792, open: false }),
            gate: None,
            caret: None,
            drop: None,
            ticks: vec![],
            empty: None,
            spoken: String::new(),
        }
    }

    fn run(start: u64, end: u64, event: u32) -> Run {
        Run { start, end, kind: Kind::Unsent, event, label: None, wide_label: false, fresh: false }
    }

    #[test]
    fn a_run_too_narrow_for_its_label_has_none_and_keeps_its_ticks_in_turn() {
        let tape = tape(vec![run(0, 4344, 9), run(4344, 4400, 123)]).finish(9..10);
        assert_eq!(tape.runs[0].label.as_deref(), Some("#9"));
        assert!(tape.runs[0].fresh);
        assert_eq!(tape.runs[1].label, None);
        let ticks: Vec<_> = tape.ticks.iter().map(|t| t.at).collect();
        assert_eq!(ticks, [0, 5792], "4344 would touch the edge of the frame");
    }

    #[test]
    fn the_sentence_joins_what_the_eye_sees_as_one() {
        let tape = tape(vec![run(0, 4344, 9), run(4344, 5792, 10)]).finish(0..0);
        assert_eq!(tape.spoken, "Send buffer: 5792 of 5792, full. 0 to 5792 not sent.");
    }

    #[test]
    fn percents_are_exact_where_they_can_be() {
        assert_eq!(percent(0, 20_000), "0%");
        assert_eq!(percent(5792, 20_000), "28.96%");
        assert_eq!(percent(20_000, 20_000), "100%");
        assert_eq!(percent(1, 3), "33.333%");
    }
}
