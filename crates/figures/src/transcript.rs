//! The transcript: one row an event.

use std::ops::Range;

use scene::Row;
use yew::prelude::*;

use crate::platform;
use crate::words::words;

/// The rows.
#[derive(Properties, PartialEq, Clone)]
pub(crate) struct TranscriptProps {
    pub(crate) rows: Vec<Row>,
    /// The events of the last step.
    pub(crate) fresh: Range<u32>,
    /// How many things may happen next.
    pub(crate) offers: usize,
    /// Where the keyboard goes on `T`.
    pub(crate) place: NodeRef,
}

/// The rows up to now; those of the last step are marked, and the last row is kept in sight.
#[component]
pub(crate) fn Transcript(props: &TranscriptProps) -> Html {
    let list = props.place.clone();
    let now = use_node_ref();
    use_effect_with((props.rows.len(), props.fresh.clone()), {
        let (list, now) = (list.clone(), now.clone());
        move |_| platform::reveal(&list, &now)
    });
    let last = props.rows.last().map_or(0, |row| row.event);
    html! {
        <div class="script">
            <h3>{"Transcript"}</h3>
            <ol ref={list} data-part="transcript" tabindex="0" aria-label="Transcript">
                for row in props.rows.iter() {
                    <li key={row.event} data-event={row.event.to_string()}
                        class={classes!(props.fresh.contains(&row.event).then_some("fresh"))}
                        aria-current={(row.event == last).then_some("step")}
                        ref={if row.event == last { now.clone() } else { NodeRef::default() }}>
                        <span class="no">{row.event}</span>
                        <span class="who">{row.who.clone()}</span>
                        <span class="what">
                            if let Some(call) = &row.call { <code>{call.clone()}</code>{" "} }
                            <span>{words(&row.says)}</span>
                        </span>
                    </li>
                }
                <li key="next" class="todo">
                    <span class="no">{last + 1}</span>
                    <span class="who">{"next"}</span>
                    <span class="what"><span>{next(props.offers)}</span></span>
                </li>
            </ol>
        </div>
    }
}

fn next(offers: usize) -> String {
    match offers {
        0 => "Nothing more happens.".into(),
        1 => "One thing can happen.".into(),
        n => format!("{n} things can happen; you choose."),
    }
}
