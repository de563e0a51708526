//! The comparison as a table: call, simulated, real; each call opens to the real calls that were made for it.

use scene::{Likeness, Line};
use syscall::{RealStep, RealSteps};
use yew::prelude::*;

use crate::icon::{Icon, icon};

/// The table; `place` is the box that it scrolls in.
pub(crate) fn table(lines: &[Line], place: &NodeRef) -> Html {
    html! {
        <div class="table-box" ref={place.clone()} tabindex="0" role="region" aria-label="Simulated and real results">
            <table>
                <thead>
                    <tr>
                        <th scope="col">{"Call"}</th>
                        <th scope="col">{"simulated"}</th>
                        <th scope="col">{"real"}</th>
                        <th scope="col"><span class="sr">{"Comparison"}</span></th>
                        <th scope="col">{"real buffers: send, receive"}</th>
                    </tr>
                </thead>
                <tbody>
                    for (i, line) in lines.iter().enumerate() {
                        { row(i, line) }
                    }
                </tbody>
            </table>
        </div>
    }
}

fn row(key: usize, line: &Line) -> Html {
    match line {
        Line::Peer(says) => html! { <tr {key} class="peer"><td colspan="5">{says.clone()}</td></tr> },
        Line::Call { call, simulated, real, by_kernel, likeness, held, ms, made } => {
            let first = (*likeness == Likeness::First).then_some("first");
            let opens = !made.is_empty();
            html! {
                <key={key}>
                    <tr class={classes!(first, opens.then_some("opens"))}>
                        <th scope="row"><code>{call.clone()}</code></th>
                        <td data-label="simulated">{simulated.clone()}</td>
                        <td data-label="real" data-by={if *by_kernel { "kernel" } else { "relay" }}>
                            if *by_kernel {
                                {if real.is_empty() { "waits".to_owned() } else { real.clone() }}
                                if let Some(ms) = ms { {" "}<span class="ms">{format!("after {ms} ms")}</span> }
                            } else {
                                {format!("{real} by the relay, not a kernel")}
                            }
                        </td>
                        <td class="likeness">
                            {match likeness {
                                Likeness::Same => html! { <span class="same">{icon(Icon::Check)}{"same"}</span> },
                                Likeness::First => html! { <span class="differs">{icon(Icon::Swap)}{"first difference"}</span> },
                                Likeness::Later => html! { <span class="later">{"differs"}</span> },
                                Likeness::Open => Html::default(),
                            }}
                        </td>
                        <td class="held" data-label="real buffers">
                            if let Some((send, receive)) = held { {format!("{send}, {receive}")} }
                        </td>
                    </tr>
                    if opens {
                        <tr class={classes!(first, "made")}><td colspan="5">{real_calls(call, made)}</td></tr>
                    }
                </>
            }
        }
    }
}

/// What was really called for a call, and the waits between, behind how many those are.
fn real_calls(call: &str, made: &RealSteps) -> Html {
    let says = match made.calls() {
        1 => "1 real call".to_owned(),
        n => format!("{n} real calls"),
    };
    let (first, last) = (steps(&made.first), steps(&made.last));
    html! {
        <details data-part="real-calls">
            <summary>{says}<span class="sr">{" made for "}{call.to_owned()}</span></summary>
            <ol>
                {first}
                if made.between > 0 { <li>{format!("{} more calls", made.between)}</li> }
                {last}
            </ol>
        </details>
    }
}

fn steps(steps: &[RealStep]) -> Html {
    let step = |step: &RealStep| match step {
        RealStep::Made(call) => html! { <li><code>{call.to_string()}</code></li> },
        RealStep::Waited { .. } => html! { <li>{step.to_string()}</li> },
    };
    steps.iter().map(step).collect()
}
