//! The transcript: one row an event.

use scene::{Command, StageView};
use yew::prelude::*;

use crate::texts;
use crate::words::words;

/// The rows up to now; those of the last step are marked. `list` is where the keyboard goes on `T`, `now` the last row;
/// `link` stands beside the heading.
pub(crate) fn transcript(
    view: &StageView,
    send: &Callback<Command>,
    list: &NodeRef,
    now: &NodeRef,
    link: Html,
) -> Html {
    let first = view.rows.first().map_or(1, |row| row.event);
    let last = view.rows.last().map_or(0, |row| row.event);
    let press = |command: Command| send.reform(move |_: MouseEvent| command);
    html! {
        <div class="script">
            <div class="script-head"><h3>{texts::stage::TRANSCRIPT}</h3>{link}</div>
            <ol ref={list.clone()} data-part="transcript" tabindex="0" aria-label={texts::stage::TRANSCRIPT}>
                if first > 1 {
                    <li key="earlier" class="more">
                        <button type="button" class="btn quiet" onclick={press(Command::Earlier)}>{texts::stage::earlier_events(first - 1)}</button>
                    </li>
                }
                for row in view.rows.iter() {
                    <li key={row.event} data-event={row.event.to_string()}
                        class={classes!(view.fresh.contains(&row.event).then_some("fresh"))}
                        aria-current={(row.event == view.event).then_some("step")}
                        ref={if row.event == last { now.clone() } else { NodeRef::default() }}>
                        <span class="no">{row.event}</span>
                        <span class="who">{row.who.clone()}</span>
                        <span class="what">
                            if let Some(call) = &row.call { <code>{call.clone()}</code>{" "} }
                            <span>{words(&row.says)}</span>
                        </span>
                    </li>
                }
                if view.later > 0 {
                    <li key="later" class="more">
                        <button type="button" class="btn quiet" onclick={press(Command::Later)}>{texts::stage::later_events(view.later)}</button>
                    </li>
                } else {
                    <li key="next" class="todo">
                        <span class="no">{last + 1}</span>
                        <span class="who">{texts::stage::WHAT_IS_NEXT}</span>
                        <span class="what"><span>{next(view.can_happen)}</span></span>
                    </li>
                }
            </ol>
        </div>
    }
}

fn next(offers: usize) -> String {
    match offers {
        0 => texts::stage::NOTHING_MORE_HAPPENS.into(),
        1 => texts::stage::ONE_THING_CAN_HAPPEN.into(),
        n => texts::stage::things_can_happen(n),
    }
}
