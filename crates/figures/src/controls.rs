//! The toolbar: step, play, and the timeline to drag.

use scene::{Command, StageView};
use yew::prelude::*;

use crate::choices::picks;
use crate::icon::{Icon, icon};
use crate::platform;
use crate::texts;

/// What the toolbar shows beside the stage's view, and whom it tells.
pub(crate) struct Bar<'a> {
    pub(crate) playing: bool,
    pub(crate) by_call: bool,
    pub(crate) send: &'a Callback<Command>,
    pub(crate) play: &'a Callback<bool>,
    pub(crate) step_by: &'a Callback<bool>,
    pub(crate) slider: &'a NodeRef,
}

/// The toolbar with everything.
pub(crate) fn controls(view: &StageView, props: &Bar<'_>) -> Html {
    let send = |command: Command| props.send.reform(move |_: MouseEvent| command);
    let play = {
        let (play, playing) = (props.play.clone(), props.playing);
        Callback::from(move |_: MouseEvent| play.emit(!playing))
    };
    let (step, back) =
        if props.by_call { (Command::StepCall, Command::BackCall) } else { (Command::Step, Command::Back) };
    let choose = props.send.reform(Command::Choose);
    html! {
        <div class="controls" role="toolbar" aria-label={texts::stage::TIMELINE}>
            <div class="group">
                <button type="button" class="btn roomy" aria-label={texts::stage::TO_THE_START} aria-disabled={(!view.can_back).to_string()}
                    onclick={send(Command::ToStart)}>{icon(Icon::First)}</button>
                <button type="button" class="btn" aria-label={texts::stage::STEP_BACK} aria-disabled={(!view.can_back).to_string()}
                    onclick={send(back)}>{icon(Icon::Back)}</button>
                <button type="button" class="btn main" aria-label={texts::stage::STEP_FORWARD} aria-disabled={(!view.can_step).to_string()}
                    onclick={send(step)}>{texts::stage::STEP}{icon(Icon::Next)}</button>
                <button type="button" class="btn roomy" aria-label={if props.playing { texts::stage::PAUSE } else { texts::stage::PLAY }} onclick={play}>
                    {icon(if props.playing { Icon::Pause } else { Icon::Play })}
                </button>
                <button type="button" class="btn roomy" aria-label={texts::stage::TO_THE_END} aria-disabled={(!view.can_step).to_string()}
                    onclick={send(Command::ToEnd)}>{icon(Icon::Last)}</button>
                {picks(view, &choose)}
            </div>
            <div class="group roomy">
                <span class="label" aria-hidden="true">{texts::stage::STEP_BY}</span>
                <div class="seg" role="group" aria-label={texts::stage::STEP_BY}>
                    {by(texts::stage::CALL, props.by_call, true, props.step_by)}
                    {by(texts::stage::EVENT, !props.by_call, false, props.step_by)}
                </div>
            </div>
            {timeline(view, props.send, props.slider)}
        </div>
    }
}

fn by(name: &'static str, pressed: bool, call: bool, step_by: &Callback<bool>) -> Html {
    let onclick = step_by.reform(move |_: MouseEvent| call);
    html! { <button type="button" aria-pressed={pressed.to_string()} {onclick}>{name}</button> }
}

/// All that is known of the story, to be dragged through.
pub(crate) fn timeline(view: &StageView, send: &Callback<Command>, slider: &NodeRef) -> Html {
    let send = send.clone();
    let oninput = Callback::from(move |event: InputEvent| {
        if let Some(event) = platform::number_of(&event) {
            send.emit(Command::To(event));
        }
    });
    html! {
        <div class="timeline">
            <input type="range" min="0" max={view.known.to_string()} step="1" ref={slider.clone()} aria-label={texts::stage::EVENTS} {oninput} />
            <span class="label">{texts::stage::event_at(view.event, &view.time)}</span>
        </div>
    }
}

/// The small stage's toolbar.
pub(crate) fn small_controls(view: &StageView, send: &Callback<Command>) -> Html {
    let send = |command: Command| send.reform(move |_: MouseEvent| command);
    html! {
        <div class="controls" role="toolbar" aria-label={texts::stage::TIMELINE}>
            <div class="group">
                <button type="button" class="btn" aria-label={texts::stage::STEP_BACK} aria-disabled={(!view.can_back).to_string()}
                    onclick={send(Command::Back)}>{icon(Icon::Back)}</button>
                <button type="button" class="btn main" aria-label={texts::stage::STEP_FORWARD} aria-disabled={(!view.can_step).to_string()}
                    onclick={send(Command::Step)}>{texts::stage::STEP}{icon(Icon::Next)}</button>
            </div>
            <span class="label">{texts::stage::event(view.event)}</span>
        </div>
    }
}
