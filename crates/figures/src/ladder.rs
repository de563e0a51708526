//! The ladder of events as inline SVG.

use scene::{COLUMNS, Ladder, Mark, Slant, percent};
use yew::prelude::*;

/// Heights of the two lines, in CSS pixels, and of what lies between.
const TOP: u32 = 16;
const MIDDLE: u32 = 44;
const BOTTOM: u32 = 72;
/// Share of the width that the events take, in percent; the rest is for what may happen next.
const PAST: u64 = 88;

/// The place of the middle of a column, in thousandths of the width; `halves` counts half columns.
fn thousandths(halves: u64, columns: u32) -> u64 {
    halves * PAST * 10 / (2 * u64::from(columns))
}

fn place(thousandths: u64) -> String {
    percent(thousandths, 1000)
}

fn line(side: u8) -> u32 {
    match side {
        0 => TOP,
        1 => BOTTOM,
        _ => MIDDLE,
    }
}

/// Time runs to the right, one column an event.
pub(crate) fn ladder_view(ladder: &Ladder) -> Html {
    // A short story does not crowd the left edge.
    let columns = (ladder.rungs.len() as u32).clamp(8, COLUMNS);
    let at = |c: u32| thousandths(2 * u64::from(c) + 1, columns);
    let now = ladder.rungs.last().map_or(0, |rung| thousandths(2 * u64::from(rung.column) + 2, columns));
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
                        x={place(at(rung.column))} y={(if rung.mark == Mark::Lost { MIDDLE } else { line(rung.side) }).to_string()} overflow="visible">
                        if rung.fresh { <rect class="halo" x="-10" y="-10" width="20" height="20" rx="2" /> }
                        {mark(rung.mark)}
                    </svg>
                }
                for rung in ladder.rungs.iter() {
                    <text key={rung.event} class={classes!("number", rung.fresh.then_some("fresh"))}
                        x={place(at(rung.column))} y="102" text-anchor="middle">{rung.event}</text>
                }
                <line class="now" x1={place(now)} x2={place(now)} y1="0" y2="88" />
                { stubs(ladder, now) }
            </svg>
        </div>
    }
}

fn stub_line(line: u8) -> u32 {
    [TOP, MIDDLE, BOTTOM][usize::from(line.min(2))]
}

/// One stub a line, with the numbers of its choices.
fn stubs(ladder: &Ladder, now: u64) -> Html {
    html! {
        for line in 0..3_u8 {
            if let Some(says) = numbers(ladder, line) {
                <line key={format!("s{line}")} class="stub" x1={place(now)} x2={place(now + 50)}
                    y1={stub_line(line).to_string()} y2={stub_line(line).to_string()} />
                <svg key={line} class="stub-mark" x={place(now + 65)} y={stub_line(line).to_string()} overflow="visible">
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
        [first, .., last] if last - first + 1 == mine.len() => Some(format!("{first}–{last}")),
        [first, second] => Some(format!("{first},{second}")),
        [first, second, ..] => Some(format!("{first},{second}…")),
    }
}

fn slant_line(slant: &Slant, at: &dyn Fn(u32) -> u64, now: u64) -> Html {
    let x1 = slant.from.map_or(0, at);
    let (y1, y2) = (line(slant.side), line(1 - slant.side.min(1)));
    // What is under way ends at the present, half-way over; what is lost ends there too.
    let (x2, y2) = match slant.to {
        Some(to) if slant.lost => (at(to), MIDDLE),
        Some(to) => (at(to), y2),
        None => (now, MIDDLE),
    };
    let source = slant.data.then_some(if slant.source == 0 { "src-a" } else { "src-b" });
    html! {
        <line key={format!("s{}", slant.segment)} class={classes!("slant", source, slant.again.then_some("again"), slant.lost.then_some("lost"))}
            x1={place(x1)} x2={place(x2)} y1={y1.to_string()} y2={y2.to_string()} />
    }
}

fn mark_class(mark: Mark) -> &'static str {
    match mark {
        Mark::Call => "call",
        Mark::Waits => "waits",
        Mark::Net => "net",
        Mark::Lost => "lost",
        Mark::Note => "note",
    }
}

fn mark(mark: Mark) -> Html {
    match mark {
        Mark::Call | Mark::Waits => html! { <rect class="mark" x="-6" y="-6" width="12" height="12" /> },
        Mark::Lost => html! { <path class="mark" d="M-6 -6L6 6M6 -6L-6 6" /> },
        Mark::Net => html! { <circle class="mark" r="6" /> },
        Mark::Note => html! { <rect class="mark" x="-2" y="-6" width="4" height="12" /> },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use scene::Stub;

    #[test]
    fn a_dash_stands_only_between_numbers_that_follow_each_other() {
        let says = |of: &[usize]| {
            let stubs = of.iter().map(|number| Stub { number: *number, line: 1 }).collect();
            numbers(&Ladder { stubs, ..Ladder::default() }, 1)
        };
        let told = [&[][..], &[2], &[1, 2], &[1, 3], &[2, 3, 4], &[1, 3, 4]].map(says);
        assert_eq!(told.map(Option::unwrap_or_default), ["", "2", "1–2", "1,3", "2–4", "1,3…"]);
    }
}
