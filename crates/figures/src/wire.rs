//! The wire between two kernels: one lane a direction.

use scene::{Fate, Flying, Lane};
use yew::prelude::*;

use crate::texts;

/// The wire with what is under way. `names` are the sides', for those who do not see which way a lane leads.
pub(crate) fn wire(lanes: &[Lane], names: &[String]) -> Html {
    let under_way: usize = lanes.iter().map(|lane| lane.segments.len() + lane.more).sum();
    html! {
        <div key="wire" class="wire" data-part="wire" data-segments={under_way.to_string()}>
            <h3>{texts::stage::WIRE}</h3>
            for lane in lanes.iter() {
                { lane_view(lane, names) }
            }
        </div>
    }
}

fn lane_view(lane: &Lane, names: &[String]) -> Html {
    let (from, to) = if lane.forward { (0, 1) } else { (1, 0) };
    let name = |i: usize| names.get(i).map_or(texts::stage::THE_OTHER_SIDE, String::as_str);
    let label = texts::stage::from_to(name(from), name(to));
    let direction = if lane.forward { "forward" } else { "backward" };
    html! {
        <div key={direction} class={classes!("lane", direction, lane.segments.is_empty().then_some("idle"))}
            role="group" aria-label={label}>
            if lane.segments.is_empty() {
                <div class="way">
                    if lane.shut { <span class="shut" aria-hidden="true"></span> }
                    <p>{lane.says.clone().unwrap_or_default()}</p>
                </div>
            }
            for flying in lane.segments.iter() {
                { segment(flying) }
            }
            if lane.more > 0 {
                <p class="more">{texts::stage::and_more_behind(lane.more)}</p>
            }
        </div>
    }
}

fn segment(flying: &Flying) -> Html {
    html! {
        <div key={flying.id} class={classes!("way", format!("at-{}", flying.tenths))}>
            <span class={classes!("segment", flying.data.then_some("data"), (!flying.shown).then_some("other"), flying.fate.map(class))}>
                if let Some(n) = flying.choice { <span class="badge" aria-hidden="true">{n}</span> }
                <b>{flying.what.clone()}</b>
                if let Some(fate) = flying.fate { {" "}<small class="fate">{fate.name()}</small> }
                if !flying.data && !flying.note.is_empty() { {" "}<small>{flying.note.clone()}</small> }
            </span>
        </div>
    }
}

const fn class(fate: Fate) -> &'static str {
    match fate {
        Fate::Again => "again",
        Fate::Lost => "lost",
        Fate::Held => "held-back",
        Fate::Copy => "copy",
    }
}
