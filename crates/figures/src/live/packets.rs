//! What the real wire carried: a ladder whose time runs downwards, a row a packet.

use scene::{End, Fate, LiveSpec, PacketRow, Packets, Passage};
use yew::prelude::*;

use super::run::Run;
use crate::texts;

/// The height of a row and the places of the two hosts' lines, in CSS pixels; the style sheet has the same.
const ROW: u32 = 44;
const LINES: [u32; 2] = [8, 76];
const MIDDLE: u32 = 42;

/// The hosts' names: the learner's program, and the peer.
pub(super) fn names(spec: &LiveSpec) -> [&str; 2] {
    [&spec.run, &spec.peer]
}

/// The ladder; `place` is the box that it scrolls in.
pub(super) fn packets(run: &Run, spec: &LiveSpec, place: &NodeRef) -> Html {
    let it = Packets::new(run.wire().events());
    let [left, right] = names(spec);
    html! {
        <div class="packets" data-part="packets" data-packets={(it.before + it.rows.len()).to_string()}>
            <h3>{texts::live::THE_REAL_WIRE}</h3>
            <p>{texts::live::about_the_wire(left, right)}</p>
            if it.rows.is_empty() {
                <p class="nothing">{texts::live::NO_PACKET_YET}</p>
            } else {
                <div class="packets-box" ref={place.clone()} tabindex="0" role="region" aria-label={texts::live::PACKETS_ON_THE_REAL_WIRE}>
                    if it.before > 0 { <p>{texts::live::earlier_packets(it.before)}</p> }
                    <ol>
                        for (i, row) in it.rows.iter().enumerate() {
                            { packet(it.before + i, row, spec) }
                        }
                    </ol>
                </div>
            }
        </div>
    }
}

fn packet(key: usize, row: &PacketRow, spec: &LiveSpec) -> Html {
    let from = names(spec)[usize::from(row.from.min(1))];
    html! {
        <li {key} class={classes!(row.passage.is_none().then_some("host"))} data-packet={row.packet.to_string()}>
            <svg class="way-down" aria-hidden="true" focusable="false">
                for x in LINES { <line class="host-line" x1={x.to_string()} x2={x.to_string()} y1="0" y2={ROW.to_string()} /> }
                if let Some(passage) = &row.passage { {way(row, passage)} }
            </svg>
            <div>
                if row.passage.is_some() { <span class="sr">{texts::live::from_host(from)}</span> }
                <b>{row.what.clone()}</b>
                for fate in row.fates.iter() { {" "}<span class={classes!("fate", (*fate == Fate::Lost).then_some("lost"))}>{fate.name()}</span> }
                <small>{row.at.clone()}if !row.note.is_empty() { {", "}{row.note.clone()} }</small>
            </div>
        </li>
    }
}

/// The slanted line, and the marks at its ends.
fn way(row: &PacketRow, passage: &Passage) -> Html {
    let from = usize::from(row.from.min(1));
    let end = ROW / 2 + passage.down * ROW / 1000;
    let to = if passage.end == End::Arrived { LINES[1 - from] } else { MIDDLE };
    let lost = passage.end == End::Lost;
    let source = passage.data.then_some(if passage.source == 0 { "src-a" } else { "src-b" });
    let again = row.fates.contains(&Fate::Again).then_some("again");
    html! {
        <>
            <line class={classes!("slant", source, again, lost.then_some("lost"))}
                x1={LINES[from].to_string()} y1={(ROW / 2).to_string()} x2={to.to_string()} y2={end.to_string()} />
            <g class="rung net"><circle class="mark" cx={LINES[from].to_string()} cy={(ROW / 2).to_string()} r="5" /></g>
            if lost {
                <g class="rung lost"><path class="mark" d={format!("M{} {}l10 10m0 -10l-10 10", to - 5, end - 5)} /></g>
            } else if passage.end == End::Arrived {
                <g class="rung net"><circle class="mark" cx={to.to_string()} cy={end.to_string()} r="4" /></g>
            } else {
                <g class="rung waits"><rect class="mark" x={(to - 5).to_string()} y={(end - 5).to_string()} width="10" height="10" /></g>
            }
        </>
    }
}

/// Why there are no packets to be seen.
pub(super) fn no_wire(mode: &str) -> Html {
    html! {
        <p class="no-wire" data-part="no-wire">
            if mode == "loopback" {
                {texts::live::ON_LOOPBACK}
                <code>{texts::live::COMMAND_DOCTOR}</code>{texts::live::SAYS_WHAT_IS_MISSING}
            } else {
                {texts::live::ONE_HOST}
            }
        </p>
    }
}
