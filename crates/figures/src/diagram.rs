//! The states of TCP as inline SVG, at its own size: nothing in it may shrink on a phone.

use std::rc::Rc;

use scene::{Arrow, Diagram, GRID, Node, SideScene};
use yew::prelude::*;

use crate::texts;
use crate::words::words;

/// A state's box, and the distance from one to the next, in CSS pixels.
const BOX: (i32, i32) = (94, 30);
const STEP: (i32, i32) = (106, 58);

/// The diagram under its heading, closed until somebody asks; `open` says whether it is open from the start.
pub(crate) fn diagram_view(
    diagram: &Diagram,
    sides: &[Rc<SideScene>],
    stage: &AttrValue,
    open: bool,
) -> Html {
    let (width, height) =
        (STEP.0 * i32::from(GRID.0 - 1) + BOX.0 + 4, STEP.1 * i32::from(GRID.1 - 1) + BOX.1 + 8);
    html! {
        <details class="states" data-part="states" {open}>
            <summary><span>{texts::stage::TCP_STATES}</span>{" "}<span class="now">{diagram.spoken.clone()}</span></summary>
            <div class="states-body">
                <svg width={width.to_string()} height={height.to_string()} viewBox={format!("-2 -4 {width} {height}")}
                    role="img" aria-label={texts::stage::state_diagram(&diagram.spoken)}>
                    for arrow in diagram.arrows.iter().filter(|a| !taken(a)) { {line(arrow, stage)} }
                    for arrow in diagram.arrows.iter().filter(|a| taken(a)) { {line(arrow, stage)} }
                    for node in diagram.nodes.iter() { {state(node)} }
                </svg>
                <dl class="ways">
                    for way in diagram.ways.iter() {
                        <div key={way.who.clone()}>
                            <dt>{mark_of(sides, &way.who)}{way.who.clone()}</dt>
                            <dd>{words(&way.says())}</dd>
                        </div>
                    }
                </dl>
            </div>
        </details>
    }
}

/// The letter that stands for a side in the diagram.
fn letter(side: u8) -> &'static str {
    if side == 0 { texts::stage::LEFT_LETTER } else { texts::stage::RIGHT_LETTER }
}

fn mark_of(sides: &[Rc<SideScene>], who: &str) -> Html {
    let side = sides.iter().position(|side| side.name == who).unwrap_or(0);
    html! { <span class="end" aria-hidden="true">{letter(side as u8)}</span> }
}

const fn taken(arrow: &Arrow) -> bool {
    arrow.taken[0] || arrow.taken[1]
}

fn corner(place: (u8, u8)) -> (i32, i32) {
    (STEP.0 * i32::from(place.0), STEP.1 * i32::from(place.1))
}

fn state(node: &Node) -> Html {
    let (x, y) = corner(node.place);
    let here = !node.here.is_empty();
    let been = node.been[0] || node.been[1];
    html! {
        <g key={node.state.name()} class={classes!("node", here.then_some("here"), been.then_some("been"))}
            data-state-name={node.state.name()} data-here={here.to_string()}>
            <rect x={x.to_string()} y={y.to_string()} width={BOX.0.to_string()} height={BOX.1.to_string()} rx="4" />
            <text x={(x + BOX.0 / 2).to_string()} y={(y + 19).to_string()} text-anchor="middle">{node.state.name()}</text>
            for (i, side) in node.here.iter().enumerate() {
                <g key={*side} class="end" transform={format!("translate({} {})", x + BOX.0 - 7 - 20 * i as i32, y)}>
                    <circle r="9" />
                    <text y="4" text-anchor="middle">{letter(*side)}</text>
                </g>
            }
        </g>
    }
}

/// From the edge of one box to the edge of the other, a little aside of the way back.
fn line(arrow: &Arrow, stage: &AttrValue) -> Html {
    let (from, to) = (corner(arrow.from), corner(arrow.to));
    let middle = |(x, y): (i32, i32)| (x + BOX.0 / 2, y + BOX.1 / 2);
    let (a, b) = (middle(from), middle(to));
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let class = classes!("arrow", taken(arrow).then_some("taken"), arrow.fresh.then_some("fresh"));
    // Long ways back to CLOSED lead along the edge.
    let path = if dy < -STEP.1 {
        let edge = if a.0 > STEP.0 * 3 / 2 { STEP.0 * 2 + BOX.0 + 1 } else { STEP.0 + BOX.0 / 2 + 56 };
        format!("M{} {}H{edge}V{}H{}", a.0 + BOX.0 / 2, a.1, b.1, b.0 + BOX.0 / 2 + 5)
    } else {
        let start = edge_point(a, dx, dy, 0);
        let end = edge_point(b, -dx, -dy, 4);
        format!("M{} {}L{} {}", start.0, start.1, end.0, end.1)
    };
    html! {
        <path key={path.clone()} {class} d={path}
            marker-end={format!("url(#{stage}-{})", if taken(arrow) { "taken" } else { "tip" })} />
    }
}

/// Where a line from the middle of a box leaves the box, and `gap` further.
fn edge_point(middle: (i32, i32), dx: i32, dy: i32, gap: i32) -> (i32, i32) {
    let (half_w, half_h) = (BOX.0 / 2 + gap, BOX.1 / 2 + gap);
    let (x, y) = (dx.abs().max(1), dy.abs().max(1));
    if half_w * y < half_h * x {
        (middle.0 + half_w * dx.signum(), middle.1 + dy * half_w / x)
    } else {
        (middle.0 + dx * half_h / y, middle.1 + half_h * dy.signum())
    }
}
