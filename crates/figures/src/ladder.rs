//! The ladder of events as inline SVG.

use scene::{COLUMNS, Ladder, Mark, Slant};
use yew::prelude::*;

/// Heights of the two lines, in CSS pixels, and of what lies between.
const TOP: f64 = 16.0;
const MIDDLE: f64 = 44.0;
const BOTTOM: f64 = 72.0;
/// Share of the width that the events take; the rest is for what may happen next.
const PAST: f64 = 88.0;

fn column(at: u32, of: u32) -> f64 {
    (f64::from(at) + 0.5) * PAST / f64::from(of)
}

fn line(side: u8) -> f64 {
    if side == 0 { TOP } else { BOTTOM }
}

/// Time runs to the right, one column an event.
pub(crate) fn ladder_view(ladder: &Ladder) -> Html {
    // A short story does not crowd the left edge.
    let columns = (ladder.rungs.len() as u32).clamp(8, COLUMNS);
    let at = |c: u32| column(c, columns);
    let now = ladder.rungs.last().map_or(0.0, |rung| at(rung.column + 1) - PAST / f64::from(columns) / 2.0);
    html! {
        <div class="ladder" role="img" aria-label={ladder.spoken.clone()}>
            <div class="ladder-names" aria-hidden="true">
                for name in ladder.names.iter() { <span key={name.clone()}>{name.clone()}</span> }
            </div>
            <svg class="ladder-plot" aria-hidden="true" focusable="false">
                <line class="host-line" x1="0" x2="100%" y1={TOP.to_string()} y2={TOP.to_string()} />
                <line class="host-line" x1="0" x2="100%" y1={BOTTOM.to_string()} y2={BOTTOM.to_string()} />
                for slant in ladder.slants.iter() {
                    { slant_line(slant, &at, now) }
                }
                for rung in ladder.rungs.iter() {
                    <svg key={rung.event} class={classes!("rung", mark_class(rung.mark), rung.fresh.then_some("fresh"))}
                        x={format!("{:.2}%", at(rung.column))} y={line(rung.side).to_string()} overflow="visible">
                        if rung.fresh { <rect class="halo" x="-10" y="-10" width="20" height="20" rx="2" /> }
                        {mark(rung.mark)}
                    </svg>
                }
                for rung in ladder.rungs.iter() {
                    <text key={rung.event} class={classes!("number", rung.fresh.then_some("fresh"))}
                        x={format!("{:.2}%", at(rung.column))} y="102" text-anchor="middle">{rung.event}</text>
                }
                <line class="now" x1={format!("{now:.2}%")} x2={format!("{now:.2}%")} y1="0" y2="88" />
                for stub in ladder.stubs.iter() {
                    <g key={stub.number} class="stub">
                        <line x1={format!("{now:.2}%")} x2={format!("{:.2}%", now + 5.0)} y1={stub_line(stub.line).to_string()}
                            y2={stub_line(stub.line).to_string()} />
                    </g>
                }
                { stub_marks(ladder, now) }
            </svg>
        </div>
    }
}

fn stub_line(line: u8) -> f64 {
    [TOP, MIDDLE, BOTTOM][usize::from(line.min(2))]
}

/// One mark a line: the numbers of its choices.
fn stub_marks(ladder: &Ladder, now: f64) -> Html {
    html! {
        for line in 0..3_u8 {
            if let Some(says) = numbers(ladder, line) {
                <svg key={line} class="stub-mark" x={format!("{:.2}%", now + 6.5)} y={stub_line(line).to_string()} overflow="visible">
                    <rect x="-10" y="-10" width={(20 + 8 * (says.chars().count() as i32 - 1)).to_string()} height="20" rx="10" />
                    <text x={(4 * (says.chars().count() as i32 - 1)).to_string()} y="4" text-anchor="middle">{says}</text>
                </svg>
            }
        }
    }
}

fn numbers(ladder: &Ladder, line: u8) -> Option<String> {
    let mine: Vec<_> = ladder.stubs.iter().filter(|stub| stub.line == line).map(|stub| stub.number).collect();
    match mine[..] {
        [] => None,
        [one] => Some(one.to_string()),
        [first, .., last] => Some(format!("{first}–{last}")),
    }
}

fn slant_line(slant: &Slant, at: &dyn Fn(u32) -> f64, now: f64) -> Html {
    let x1 = slant.from.map_or(0.0, at);
    let (y1, y2) = (line(slant.side), line(1 - slant.side.min(1)));
    // What is under way ends at the present, half-way over.
    let (x2, y2) = match slant.to {
        Some(to) => (at(to), y2),
        None => (now, (y1 + y2) / 2.0),
    };
    let source = slant.data.then_some(if slant.source == 0 { "src-a" } else { "src-b" });
    html! {
        <line key={format!("s{}", slant.segment)} class={classes!("slant", source)}
            x1={format!("{x1:.2}%")} x2={format!("{x2:.2}%")} y1={y1.to_string()} y2={y2.to_string()} />
    }
}

fn mark_class(mark: Mark) -> &'static str {
    match mark {
        Mark::Call => "call",
        Mark::Waits => "waits",
        Mark::Net => "net",
        Mark::Note => "note",
    }
}

fn mark(mark: Mark) -> Html {
    match mark {
        Mark::Call | Mark::Waits => html! { <rect class="mark" x="-6" y="-6" width="12" height="12" /> },
        Mark::Net => html! { <circle class="mark" r="6" /> },
        Mark::Note => html! { <rect class="mark" x="-2" y="-6" width="4" height="12" /> },
    }
}
