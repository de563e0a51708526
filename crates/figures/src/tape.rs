//! A tape as inline SVG: places and widths are percents of its width, so it fits any column.

use scene::{Kind, Run, Tape, TapePart, Tick, number, percent, range};
use yew::prelude::*;

use crate::icon::{Icon, icon};
use crate::texts;

/// Height of a run and of the space above and below it inside the drawing, in CSS pixels.
const RUN: u32 = 30;
const ABOVE: u32 = 14;
/// Widths below this are drawn this wide, with a torn edge, in percent.
const LEAST: &str = "0.8%";

/// One tape: head, ticks, track. `stage` is the stage's id: names of SVG patterns must be unique in a page.
pub(crate) fn tape_view(tape: &Tape, stage: &AttrValue) -> Html {
    let over = matches!(tape.part, TapePart::Data | TapePart::Got);
    let letter = char::from(b'A' + tape.source).to_string();
    // Letters of all scripts would be a table of 11 kB.
    let source = format!("src-{}", letter.to_ascii_lowercase());
    let head = html! {
        <div class="tape-head">
            if over {
                <span class="tag">{letter}</span>
                <code class="name">{tape.name.clone()}</code>
                <span>{texts::stage::IN_THE_PROGRAM}</span>
            } else {
                <span class="name">{tape.name.clone()}</span>
            }
            <span class="val"><b>{tape.value.0.clone()}</b>{" "}{tape.value.1.clone()}</span>
        </div>
    };
    let ticks = ticks(tape);
    html! {
        <div key={tape.part.name()} class={classes!("tape", source, over.then_some("over"))} role="group" aria-label={tape.spoken.clone()}
            data-part={tape.part.name()} data-used={tape.used.to_string()}>
            {head}
            {overview(tape)}
            if over { {ticks.clone()} }
            {track(tape, stage)}
            if !over { {ticks} }
        </div>
    }
}

/// Where the part that is shown lies in a long stream.
fn overview(tape: &Tape) -> Html {
    if tape.whole <= tape.total - tape.from {
        return Html::default();
    }
    html! {
        <svg class="overview" aria-hidden="true" focusable="false">
            <rect class="all" x="0" y="0" width="100%" height="6" rx="3" />
            <rect class="part" x={percent(tape.from, tape.whole)} width={percent(tape.total - tape.from, tape.whole)} y="0" height="6" rx="3" />
            <title>{texts::stage::range_of(range(tape.from, tape.total), scene::bytes(tape.whole))}</title>
        </svg>
    }
}

fn track(tape: &Tape, stage: &AttrValue) -> Html {
    let at = |offset: u64| tape.at(offset);
    // From a program's tape the band leaves downwards, to a kernel's it comes from above; CSS turns both around where
    // the receiver stands on its head.
    let (y, height) = match tape.part {
        TapePart::Data | TapePart::Got => (ABOVE as i32 + RUN as i32, 140),
        TapePart::SendBuffer | TapePart::ReceiveBuffer => (-140, 140 + ABOVE as i32),
    };
    let band = tape.drop.map(|(start, end)| {
        html! {
            <rect key="band" class="drop" x={at(start)} width={tape.width(end - start)} y={y.to_string()}
                height={height.to_string()} />
        }
    });
    html! {
        <svg class="track" aria-hidden="true" focusable="false">
            <line class="floor-line" x1="0" x2="100%" y1={(ABOVE + RUN).to_string()} y2={(ABOVE + RUN).to_string()} />
            {band}
            for run in tape.runs.iter() {
                { run_shape(run, tape, stage) }
            }
            if let Some(frame) = tape.frame {
                <rect key="frame" class={classes!("frame", frame.open.then_some("open"))} x={at(frame.start)}
                    width={tape.width(frame.end - frame.start)} y={(ABOVE - 4).to_string()} height={(RUN + 8).to_string()} rx="3" />
            }
            if let Some(gate) = tape.gate {
                <svg key="gate" class="gate" x={at(gate)} overflow="visible">
                    <path d="M0 1V52M-5.500 1.500H5.500" />
                </svg>
            }
            if let Some(caret) = tape.caret {
                <svg key="caret" class="caret" x={at(caret)} overflow="visible">
                    <path d="M-6 53L0 46L6 53Z" />
                </svg>
            }
            if let Some(empty) = tape.runs.is_empty().then_some(tape.empty.as_ref()).flatten() {
                <rect class="empty" x="0" y={ABOVE.to_string()} width="100%" height={RUN.to_string()} />
                <text class="empty-label" x="12" y={(ABOVE + 20).to_string()}>{empty.clone()}</text>
            }
        </svg>
    }
}

fn run_shape(run: &Run, tape: &Tape, stage: &AttrValue) -> Html {
    let torn = (run.end - run.start) * 1000 < (tape.total - tape.from) * 8;
    let width = if torn { LEAST.to_owned() } else { tape.width(run.end - run.start) };
    let x = tape.at(run.start);
    let middle = percent(run.start + run.end - 2 * tape.from, 2 * (tape.total - tape.from));
    // A run is the same one as long as its bytes and its place in the story are.
    let key = format!("{}-{}", run.start, run.kind.class());
    let fill = (run.kind == Kind::Unacknowledged).then(|| format!("url(#{stage}-stripes)"));
    html! {
        <g {key} class={classes!("run", run.kind.class(), run.fresh.then_some("fresh"), torn.then_some("torn"))}>
            <rect {x} {width} y={ABOVE.to_string()} height={RUN.to_string()} />
            if run.kind == Kind::Given {
                <rect class="floor" x={tape.at(run.start)} width={tape.width(run.end - run.start)}
                    y={(ABOVE + RUN - 4).to_string()} height="4" />
            }
            if let Some(fill) = fill {
                <rect class="stripes" x={tape.at(run.start)} width={tape.width(run.end - run.start)}
                    y={ABOVE.to_string()} height={RUN.to_string()} {fill} />
            }
            if let Some(label) = &run.label {
                <svg class={classes!("label", run.wide_label.then_some("wide-only"))} x={middle} overflow="visible">
                    if run.fresh || run.kind == Kind::Unacknowledged {
                        <rect class="plate" x={(-plate(label) / 2).to_string()} width={plate(label).to_string()}
                            y={(ABOVE + 7).to_string()} height="16" rx="2" />
                    }
                    <text text-anchor="middle" y={(ABOVE + 19).to_string()}>{label.clone()}</text>
                </svg>
            }
        </g>
    }
}

/// Width of the plate under a label, in CSS pixels.
fn plate(label: &str) -> i32 {
    label.chars().count() as i32 * 7 + 7
}

fn ticks(tape: &Tape) -> Html {
    html! {
        <svg class="ticks" aria-hidden="true" focusable="false">
            for tick in tape.ticks.iter() {
                { tick_label(tick, tape) }
            }
        </svg>
    }
}

fn tick_label(tick: &Tick, tape: &Tape) -> Html {
    let share = (tick.at - tape.from) as f64 / (tape.total - tape.from) as f64;
    let (anchor, x) = if share < 0.04 {
        ("start", "0%".to_owned())
    } else if share > 0.94 {
        ("end", "100%".to_owned())
    } else {
        ("middle", tape.at(tick.at))
    };
    html! {
        <text key={tick.at} class={classes!(tick.strong.then_some("strong"), tick.wide.then_some("wide-only"))}
            {x} y="13" text-anchor={anchor}>{number(tick.at)}</text>
    }
}

/// The label on the system-call line: which call copies here, and which way.
pub(crate) fn crossing(copies: &[(String, bool)]) -> Html {
    html! {
        <p class="crossing">
            for (call, down) in copies.iter() {
                <span key={call.clone()}>
                    {icon(if *down { Icon::Down } else { Icon::Up })}
                    <code>{call.clone()}</code>{if *down { texts::stage::COPIES_DOWN } else { texts::stage::COPIES_UP }}
                </span>
            }
        </p>
    }
}
