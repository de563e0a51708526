//! The comparison as a table: call, simulated, real; each call opens to the real calls that were made for it.

use scene::{Likeness, Line};
use syscall::{RealStep, RealSteps};
use yew::prelude::*;

use crate::icon::{Icon, icon};
use crate::texts;

/// The table; `place` is the box that it scrolls in.
pub(crate) fn table(lines: &[Line], place: &NodeRef) -> Html {
    html! {
        <div class="table-box" ref={place.clone()} tabindex="0" role="region" aria-label={texts::live::SIMULATED_AND_REAL_RESULTS}>
            <table>
                <thead>
                    <tr>
                        <th scope="col">{texts::live::CALL}</th>
                        <th scope="col">{texts::live::SIMULATED}</th>
                        <th scope="col">{texts::live::REAL}</th>
                        <th scope="col"><span class="sr">{texts::live::COMPARISON}</span></th>
                        <th scope="col">{texts::live::REAL_BUFFERS_SEND_RECEIVE}</th>
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
                        <td data-label={texts::live::SIMULATED}>{simulated.clone()}</td>
                        <td data-label={texts::live::REAL} data-by={if *by_kernel { "kernel" } else { "relay" }}>
                            if *by_kernel {
                                {if real.is_empty() { texts::live::WAITS.to_owned() } else { real.clone() }}
                                if let Some(ms) = ms { {" "}<span class="ms">{texts::live::after_ms(ms)}</span> }
                            } else {
                                {texts::live::by_the_relay(real)}
                            }
                        </td>
                        <td class="likeness">
                            {match likeness {
                                Likeness::Same => html! { <span class="same">{icon(Icon::Check)}{texts::live::SAME}</span> },
                                Likeness::First => html! { <span class="differs">{icon(Icon::Swap)}{texts::live::FIRST_DIFFERENCE}</span> },
                                Likeness::Later => html! { <span class="later">{texts::live::DIFFERS}</span> },
                                Likeness::Open => Html::default(),
                            }}
                        </td>
                        <td class="held" data-label={texts::live::REAL_BUFFERS}>
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
        1 => texts::live::ONE_REAL_CALL.to_owned(),
        n => texts::live::real_calls(n),
    };
    let (first, last) = (steps(&made.first), steps(&made.last));
    html! {
        <details data-part="real-calls">
            <summary>{says}<span class="sr">{texts::live::MADE_FOR}{call.to_owned()}</span></summary>
            <ol>
                {first}
                if made.between > 0 { <li>{texts::live::more_calls(made.between)}</li> }
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
