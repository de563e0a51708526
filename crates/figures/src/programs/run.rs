//! The stage of the programs' run: hosts, buffers, wire, ladder, question and transcript, drawn from the machine's view.

use std::rc::Rc;

use scene::Command;
use scene::programs::ProgramsView;
use yew::prelude::*;

use crate::choices::choices;
use crate::controls::timeline;
use crate::diagram::diagram_view;
use crate::host::{kernel_pane, program_pane};
use crate::ladder::ladder_view;
use crate::others::others;
use crate::platform;
use crate::question::question_panel;
use crate::stage::{Pressed, caption, key, moment, patterns};
use crate::texts;
use crate::transcript::transcript;
use crate::wire::wire;

#[derive(Properties, PartialEq, Clone)]
pub(super) struct RunProps {
    /// The figure's id.
    pub(super) id: String,
    pub(super) view: Rc<ProgramsView>,
    /// Whether the figure has questions.
    pub(super) asks: bool,
    pub(super) send: Callback<Command>,
}

#[component]
pub(super) fn RunStage(props: &RunProps) -> Html {
    let (question, list, now, slider) = (use_node_ref(), use_node_ref(), use_node_ref(), use_node_ref());
    let whole = [use_state_eq(|| false), use_state_eq(|| false)];
    let view = &props.view.stage;
    use_effect_with((view.event, view.known), {
        let (list, now, slider) = (list.clone(), now.clone(), slider.clone());
        move |(event, _): &(u32, u32)| {
            platform::reveal(&list, &now);
            platform::set_value(&slider, &event.to_string());
        }
    });
    use_effect_with(view.held, {
        let question = question.clone();
        move |held: &u32| {
            if *held > 0 {
                platform::focus(&question);
            }
        }
    });
    let onkeydown = {
        let (send, props) = (props.send.clone(), props.clone());
        let (question, list) = (question.clone(), list.clone());
        Callback::from(move |event: KeyboardEvent| match key(&event, &props.view.stage) {
            Some(Pressed::Send(command)) => {
                event.prevent_default();
                send.emit(command);
            }
            Some(Pressed::Question) => platform::focus(&question),
            Some(Pressed::Transcript) => platform::focus(&list),
            Some(Pressed::Play) | None => {}
        })
    };
    let answer = {
        let question = question.clone();
        props.send.reform(move |said: Option<_>| {
            platform::focus(&question);
            said.map_or(Command::Show, Command::Answer)
        })
    };
    let id = AttrValue::from(format!("{}-run", props.id));
    let title = format!("{id}-title");
    let sides: Vec<_> = view.sides.iter().map(|side| Rc::new(side.clone())).collect();
    let names: Vec<_> = view.sides.iter().map(|side| side.name.clone()).collect();
    html! {
        <section class="stage" tabindex="0" aria-labelledby={title.clone()} data-answered={view.answered.then_some("")} {onkeydown}>
            {patterns(&id)}
            <div class="stage-bar">
                <h2 id={title}>{texts::programs::UNDER_THE_PROGRAMS}</h2>
                <span class="moment">{moment(view)}</span>
                <span class="profile">{view.profile.clone()}</span>
                <p class="caption">{caption(view)}</p>
            </div>
            {others(view, &props.send)}
            <div class={classes!("floor", view.lanes.is_empty().then_some("one-host"))}>
                if let Some(side) = sides.first() {
                    {program_pane(side, 0, &id, &whole[0], Html::default())}
                    {kernel_pane(side, 0, &id)}
                }
                if !view.lanes.is_empty() { {wire(&view.lanes, &names)} }
                if let Some(side) = sides.get(1) {
                    {kernel_pane(side, 1, &id)}
                    {program_pane(side, 1, &id, &whole[1], Html::default())}
                }
                {choices(view, &props.send)}
            </div>
            {ladder_view(&view.ladder)}
            <div class="controls" role="toolbar" aria-label={texts::programs::TIMELINE}>{timeline(view, &props.send, &slider)}</div>
            if let Some(diagram) = &view.diagram { {diagram_view(diagram, &sides, &id, false)} }
            <div class={classes!("below", (!props.asks).then_some("whole"))}>
                if props.asks { {question_panel(view, &id, &answer, &question)} }
                {transcript(view, &props.send, &list, &now, Html::default())}
            </div>
        </section>
    }
}
