//! `cargo xtask bench`: measures, keeps the raw rows, and compares ratios within one run with the target.

use std::process::ExitCode;

use crate::process::Result;

mod call;
mod explore;
mod first;
mod fork;
mod loops;
mod other;
mod page;
mod pipe;
mod room;
mod rows;
mod sessions;
mod sim;
mod site;
mod stage;

use rows::Rows;

/// What can be measured.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(crate) enum Bench {
    /// A call through the relay, against a plain axum handler that makes the same system calls.
    Call,
    /// A class that steps once a second, with and without somebody hostile.
    Class,
    /// How fast schedules are searched, natively and in wasm, what a million states weigh, and how soon mistakes are found.
    Explore,
    /// The first step of a program in a browser, from the click.
    First,
    /// What a copy of two Python programs with their sockets costs, natively and in wasm.
    Fork,
    /// What a session and a lab weigh in which nothing happens.
    Idle,
    /// Python programs that loop, against CPython 3.11.
    Loops,
    /// Sessions a second, against a plain axum handler.
    Opened,
    /// A stream through a pipe, against a plain proxy and websockify.
    Pipe,
    /// A lesson's bytes, and when it is painted, against an mdBook page of the same text.
    Page,
    /// A class of 200, 30 classes and 2,000 learners: how soon work is acknowledged and on the board; a long record.
    Room,
    /// Simulated calls a second, native and in wasm.
    Sim,
    /// When all pages are made, what the heaviest weighs, and what lighthouse says of three.
    Site,
    /// Steps through a run of ten thousand events in a browser, and the memory of its history.
    Stage,
}

impl Bench {
    /// The name in files and on the command line.
    const fn name(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Class => "class",
            Self::Explore => "explore",
            Self::First => "first",
            Self::Fork => "fork",
            Self::Idle => "idle",
            Self::Loops => "loops",
            Self::Opened => "opened",
            Self::Pipe => "pipe",
            Self::Page => "page",
            Self::Room => "room",
            Self::Sim => "sim",
            Self::Site => "site",
            Self::Stage => "stage",
        }
    }
}

/// A figure beside its target.
struct Figure {
    name: &'static str,
    value: f64,
    /// The most that it may be; none where it is only published.
    most: Option<f64>,
}

impl Figure {
    const fn new(name: &'static str, value: f64, most: Option<f64>) -> Self {
        Self { name, value, most }
    }

    fn passes(&self) -> bool {
        // A value that is no number compares with nothing, and fails.
        self.most.is_none_or(|most| self.value <= most)
    }

    /// `name ratio target pass|fail`.
    fn line(&self) -> String {
        let most = self.most.map_or("-".to_owned(), |most| most.to_string());
        let value =
            if self.value >= 1000.0 { format!("{:.0}", self.value) } else { format!("{:.3}", self.value) };
        format!("{} {value} {most} {}", self.name, if self.passes() { "pass" } else { "fail" })
    }
}

/// Measures, prints a line a figure, and fails where one misses its target.
pub(crate) fn bench(bench: Bench, short: bool) -> Result<ExitCode> {
    let rows = Rows::begin(bench.name())?;
    let figures = match bench {
        Bench::Call => call::measure(&rows, short),
        Bench::Class => sessions::class(&rows, short),
        Bench::Explore => explore::measure(&rows, short),
        Bench::First => first::measure(&rows, short),
        Bench::Fork => fork::measure(&rows, short),
        Bench::Idle => sessions::idle(&rows, short),
        Bench::Loops => loops::measure(&rows, short),
        Bench::Opened => sessions::opened(&rows, short),
        Bench::Pipe => pipe::measure(&rows, short),
        Bench::Page => page::measure(&rows, short),
        Bench::Room => room::measure(&rows, short),
        Bench::Sim => sim::measure(&rows, short),
        Bench::Site => site::measure(&rows, short),
        Bench::Stage => stage::measure(&rows, short),
    }?;
    eprintln!("raw rows: {}", rows.file().display());
    for figure in &figures {
        println!("{}", figure.line());
    }
    Ok(if figures.iter().all(Figure::passes) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_name_ratio_target_and_verdict() {
        assert_eq!(Figure::new("call_p50", 1.25, Some(1.3)).line(), "call_p50 1.250 1.3 pass");
        assert_eq!(Figure::new("call_p50", 1.31, Some(1.3)).line(), "call_p50 1.310 1.3 fail");
        assert_eq!(Figure::new("calls", 123_456.7, None).line(), "calls 123457 - pass");
    }

    #[test]
    fn a_figure_that_is_no_number_fails() {
        assert!(!Figure::new("call_p50", f64::NAN, Some(1.3)).passes());
    }
}
