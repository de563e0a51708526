//! A stage: hosts, wire, choices, ladder, toolbar, transcript, question.

use std::cell::RefCell;
use std::rc::Rc;

use scene::{Command, OFFERS, SideScene, Stage, StageSpec, StageView};
use syscall::TaskId;
use world::{Act, ChoiceKey, Input, ScenarioError};
use yew::prelude::*;

use crate::choices::choices;
use crate::controls::{Bar, controls, small_controls};
use crate::diagram::diagram_view;
use crate::host::{kernel_pane, program_pane};
use crate::ladder::ladder_view;
use crate::others::others;
use crate::platform::{self, Holder};
use crate::question::question_panel;
use crate::tape::{crossing, tape_view};
use crate::texts;
use crate::transcript::transcript;
use crate::wire::wire;
use crate::words::words;

/// What a stage is made from.
#[derive(Properties, PartialEq, Clone)]
pub struct StageProps {
    /// The specification, the same natively and in the browser.
    pub spec: Spec,
    /// Told once the figure is awake: its own and its children's effects have run. Natively never.
    #[prop_or_default]
    pub mounted: Callback<()>,
    /// Where the stage is part of a playground.
    #[prop_or_default]
    pub play: Option<Play>,
}

/// A stage's specification. One that is written anew is another, even where it says the same: to compare all of it would
/// weigh more than it spares.
#[derive(Clone)]
pub struct Spec(Rc<StageSpec>);

impl PartialEq for Spec {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl From<StageSpec> for Spec {
    fn from(spec: StageSpec) -> Self {
        Self(spec.into())
    }
}

impl std::ops::Deref for Spec {
    type Target = StageSpec;
    fn deref(&self) -> &StageSpec {
        &self.0
    }
}

/// What a playground adds to a stage.
#[derive(PartialEq, Clone)]
pub struct Play {
    /// What has been done when the stage opens.
    pub(crate) acts: Rc<Vec<Act>>,
    /// Draws what a program is told with.
    pub(crate) console: Callback<Console, Html>,
    /// Told after each change, with what can be asked what has been done.
    pub(crate) told: Callback<Engine>,
}

/// The stage's engine, or what is wrong with its scenario.
pub(crate) type Engine = Rc<Result<RefCell<Stage>, ScenarioError>>;

/// A program that may be told what to call.
#[derive(PartialEq, Clone)]
pub(crate) struct Console {
    pub(crate) side: Rc<SideScene>,
    /// Takes what a program is told; always the same, so that a console is drawn again only where its own program changes.
    pub(crate) give: Callback<(TaskId, Input)>,
}

/// The root of a stage in a page.
#[component]
pub fn StageIsland(props: &StageProps) -> Html {
    use_effect_with(props.mounted.clone(), |mounted| mounted.emit(()));
    html! { <StageFigure ..props.clone() /> }
}

/// How long a step stays when playing, in milliseconds.
const PLAY_MS: u32 = 1100;

/// The stage, or what is wrong with its scenario.
#[component]
pub(crate) fn StageFigure(props: &StageProps) -> Html {
    let spec = props.spec.clone();
    let acts = props.play.as_ref().map(|play| play.acts.clone());
    let engine = use_memo((), |()| {
        let mut stage = Stage::new(spec.0)?;
        stage.perform(acts.iter().flat_map(|acts| acts.iter().cloned()));
        Ok::<_, ScenarioError>(RefCell::new(stage))
    });
    let view = {
        let engine = engine.clone();
        use_state(move || tell(&engine, None))
    };
    let playing = use_state_eq(|| false);
    let by_call = use_state_eq(|| false);
    let (root, question, list) = (use_node_ref(), use_node_ref(), use_node_ref());
    let (now, slider) = (use_node_ref(), use_node_ref());
    let whole = [use_state_eq(|| false), use_state_eq(|| false)];
    let send = {
        let (engine, view) = (engine.clone(), view.setter());
        Callback::from(move |command: Command| view.set(tell(&engine, Some(command))))
    };
    let give = use_memo((), {
        let (engine, view) = (engine.clone(), view.setter());
        move |()| {
            Callback::from(move |(task, input): (TaskId, Input)| {
                if let Ok(stage) = engine.as_ref() {
                    // It is told, and does it at once: who wants another order chooses it before.
                    stage.borrow_mut().perform([Act::Give(task, input), Act::Take(ChoiceKey::Run(task))]);
                }
                view.set(tell(&engine, None));
            })
        }
    });
    use_effect_with(view.held, {
        let (question, playing) = (question.clone(), playing.setter());
        move |held: &u32| {
            if *held > 0 {
                playing.set(false);
                platform::focus(&question);
            }
        }
    });
    use_effect_with((*playing, view.event, view.can_step), {
        let (send, playing) = (send.clone(), playing.setter());
        move |(on, _, can_step): &(bool, u32, bool)| {
            let timer =
                (*on && *can_step).then(|| platform::Timeout::new(PLAY_MS, move || send.emit(Command::Step)));
            if *on && !*can_step {
                playing.set(false);
            }
            move || drop(timer)
        }
    });
    let first = use_mut_ref(|| true);
    use_effect_with((view.event, view.known), {
        let (root, list, now, slider) = (root.clone(), list.clone(), now.clone(), slider.clone());
        let (props, engine, view) = (props.clone(), engine.clone(), (*view).clone());
        move |(event, _): &(u32, u32)| {
            platform::reveal(&list, &now);
            platform::set_value(&slider, &event.to_string());
            let first = std::mem::take(&mut *first.borrow_mut());
            if !first {
                platform::keep_focus(&root);
            }
            match props.play {
                Some(play) => play.told.emit(engine),
                None if !first => tell_page(&props.spec.id, &view),
                None => {}
            }
        }
    });
    // What is said of a link, and where.
    let linked = use_state_eq(|| None::<(u32, &'static str)>);
    // A playground follows links of its own.
    use_effect_with((), {
        let (engine, view, linked) = (engine.clone(), view.setter(), linked.setter());
        let id = props.play.is_none().then(|| props.spec.id.clone());
        move |()| {
            let Some(id) = id else { return };
            platform::follow(&id, move |link| {
                let mut stage = engine.as_ref().as_ref().ok()?.borrow_mut();
                let Some(link) = link else { return stage.way() };
                let whole = stage.follow(&link);
                drop(stage);
                let there = tell(&engine, None);
                linked.set((!whole).then_some((there.event, texts::stage::LINK_LEADS_NO_FURTHER)));
                view.set(there);
                None
            });
        }
    });
    let link = {
        let (engine, linked, event, id) =
            (engine.clone(), linked.setter(), view.event, props.spec.id.clone());
        Callback::from(move |_: MouseEvent| {
            let Ok(stage) = engine.as_ref() else { return };
            if let Some(way) = stage.borrow().way() {
                platform::keep(&id, &way);
                linked.set(Some((event, texts::stage::IN_THE_ADDRESS_BAR)));
            }
        })
    };
    let play = {
        let playing = playing.setter();
        Callback::from(move |on| playing.set(on))
    };
    let step_by = {
        let by_call = by_call.setter();
        Callback::from(move |call| by_call.set(call))
    };
    let stop_and_send = {
        let (send, playing) = (send.clone(), playing.setter());
        Callback::from(move |command| {
            playing.set(false);
            send.emit(command);
        })
    };
    let onkeydown = {
        let (send, play, view) = (stop_and_send.clone(), play.clone(), (*view).clone());
        let (question, list, on) = (question.clone(), list.clone(), *playing);
        Callback::from(move |event: KeyboardEvent| match key(&event, &view) {
            Some(Pressed::Send(command)) => {
                event.prevent_default();
                send.emit(command);
            }
            Some(Pressed::Play) => {
                event.prevent_default();
                play.emit(!on);
            }
            Some(Pressed::Question) => platform::focus(&question),
            Some(Pressed::Transcript) => platform::focus(&list),
            None => {}
        })
    };
    if let Err(error) = engine.as_ref() {
        let problems = error.problems.join(" ");
        return html! {
            <div class="stage"><p class="broken">{texts::stage::SCENARIO_CANNOT_RUN}{problems}</p></div>
        };
    }
    let answer = {
        let question = question.clone();
        send.reform(move |said: Option<_>| {
            platform::focus(&question);
            said.map_or(Command::Show, Command::Answer)
        })
    };
    let bar = Bar {
        playing: *playing,
        by_call: *by_call,
        send: &stop_and_send,
        play: &play,
        step_by: &step_by,
        slider: &slider,
    };
    let title = format!("{}-title", props.spec.id);
    let id = AttrValue::from(props.spec.id.clone());
    let sides: Vec<_> = view.sides.iter().map(|side| Rc::new(side.clone())).collect();
    let console = |side: &Rc<SideScene>| {
        let Some(play) = &props.play else { return Html::default() };
        play.console.emit(Console { side: side.clone(), give: (*give).clone() })
    };
    let names: Vec<_> = view.sides.iter().map(|side| side.name.clone()).collect();
    let link = if props.play.is_some() {
        Html::default()
    } else {
        moment_link(link, linked.filter(|(event, _)| *event == view.event))
    };
    html! {
        <section class={classes!("stage", props.spec.small.then_some("small"))} tabindex="0" ref={root}
            aria-labelledby={title.clone()} data-answered={view.answered.then_some("")} {onkeydown}>
            {patterns(&id)}
            <div class="stage-bar">
                <h2 id={title}>{props.spec.title.clone()}</h2>
                <span class="moment">{moment(&view)}</span>
                <span class="profile">{view.profile.clone()}</span>
                <p class="caption" aria-live="polite" aria-atomic="true">{caption(&view)}</p>
            </div>
            if props.spec.small {
                <div class="floor">{small_floor(&sides, &id)}</div>
                {small_controls(&view, &stop_and_send)}
            } else {
                {others(&view, &stop_and_send)}
                // In the order in which a byte passes: program, kernel, wire, kernel, program.
                <div class={classes!("floor", view.lanes.is_empty().then_some("one-host"))}>
                    if let Some(side) = sides.first() {
                        {program_pane(side, 0, &id, &whole[0], console(side))}
                        {kernel_pane(side, 0, &id)}
                    }
                    if !view.lanes.is_empty() { {wire(&view.lanes, &names)} }
                    if let Some(side) = sides.get(1) {
                        {kernel_pane(side, 1, &id)}
                        {program_pane(side, 1, &id, &whole[1], console(side))}
                    }
                    {choices(&view, &stop_and_send)}
                </div>
                {ladder_view(&view.ladder)}
                {controls(&view, &bar)}
                if let Some(diagram) = &view.diagram { {diagram_view(diagram, &sides, &id, props.play.is_some())} }
                <div class={classes!("below", props.play.is_some().then_some("whole"))}>
                    if !props.spec.predictions.is_empty() || props.play.is_none() {
                        {question_panel(&view, &id, &answer, &question)}
                    }
                    {transcript(&view, &send, &list, &now, link)}
                </div>
            }
        </section>
    }
}

/// Tell the engine, if there is anything to tell, and see what is there now; nothing if the scenario cannot run.
fn tell(engine: &Result<RefCell<Stage>, ScenarioError>, command: Option<Command>) -> Rc<StageView> {
    let Ok(stage) = engine else { return Rc::default() };
    let mut stage = stage.borrow_mut();
    if let Some(command) = command {
        stage.handle(command);
    }
    Rc::new(stage.view())
}

/// Tell the page what a learner has done here, and where the stage is.
fn tell_page(id: &str, view: &StageView) {
    platform::at(id, view.event, view.known);
    if !view.can_step {
        platform::ran(id, false);
    }
    if let Some(verdict) = &view.verdict
        && let Some(said) = verdict.said
    {
        platform::predicted(id, verdict.place as u32 + 1, &verdict.short(said), verdict.same());
    }
}

/// What a key asks for.
pub(crate) enum Pressed {
    Send(Command),
    Play,
    Question,
    Transcript,
}

pub(crate) fn key(event: &KeyboardEvent, view: &StageView) -> Option<Pressed> {
    if event.ctrl_key() || event.alt_key() || event.meta_key() {
        return None;
    }
    let holder = platform::holder(event);
    if holder == Holder::Input {
        return None;
    }
    let command = match event.key().as_str() {
        "ArrowRight" if event.shift_key() => Command::StepCall,
        "ArrowRight" => Command::Step,
        "ArrowLeft" if event.shift_key() => Command::BackCall,
        "ArrowLeft" => Command::Back,
        "Home" => Command::ToStart,
        "End" => Command::ToEnd,
        " " if holder == Holder::Other => return Some(Pressed::Play),
        "p" | "P" => return Some(Pressed::Question),
        "n" | "N" => Command::Network(!view.network?),
        "t" | "T" => return Some(Pressed::Transcript),
        digit => {
            let number: usize = digit.parse().ok().filter(|n| (1..=OFFERS).contains(n))?;
            Command::Choose(view.offers.get(number - 1)?.key)
        }
    };
    Some(Pressed::Send(command))
}

/// The button that puts a link to this moment into the address bar. To copy it from there is the browser's affair: what
/// a page needs for that would weigh as much as all the rest of this.
fn moment_link(link: Callback<MouseEvent>, says: Option<(u32, &'static str)>) -> Html {
    html! {
        <>
            <span role="status">{says.map_or("", |(_, says)| says)}</span>
            <button type="button" class="btn quiet" onclick={link}>{texts::stage::LINK_TO_THIS_MOMENT}</button>
        </>
    }
}

pub(crate) fn moment(view: &StageView) -> String {
    match view.event {
        0 => texts::stage::BEFORE_THE_FIRST_EVENT.into(),
        n => texts::stage::after_event(n),
    }
}

pub(crate) fn caption(view: &StageView) -> Html {
    let Some(row) = &view.caption else { return Html::default() };
    html! {
        <>
            <span class="who">{row.who.clone()}{":"}</span>{" "}
            if let Some(call) = &row.call { <code>{call.clone()}</code>{" "} }
            {words(&row.says)}
        </>
    }
}

/// The stripes of what was sent and is not yet acknowledged. Classes give the colours.
pub(crate) fn patterns(id: &AttrValue) -> Html {
    html! {
        <svg class="patterns" width="0" height="0" aria-hidden="true" focusable="false">
            <defs>
                <pattern id={format!("{id}-stripes")} width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                    <rect class="stripe" width="4" height="8" />
                </pattern>
                <marker id={format!("{id}-tip")} viewBox="0 0 8 8" refX="6" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path class="tip" d="M0 0L8 4L0 8Z" /></marker>
                <marker id={format!("{id}-taken")} viewBox="0 0 8 8" refX="6" refY="4" markerWidth="5" markerHeight="5" orient="auto"><path class="tip taken" d="M0 0L8 4L0 8Z" /></marker>
            </defs>
        </svg>
    }
}

/// The small stage: the line that runs, then the tapes in the order in which a byte passes them.
fn small_floor(sides: &[Rc<SideScene>], id: &AttrValue) -> Html {
    let line = |side: &SideScene| {
        side.source.iter().find(|line| line.current).map(|line| line.text.trim().to_owned())
    };
    html! {
        for (place, side) in sides.iter().take(2).enumerate() {
            <div key={format!("p{place}")} class={classes!("program", format!("p{place}"))}>
                <p class="line">
                    <span class="who">{side.name.clone()}</span>{" "}
                    <code>{line(side).unwrap_or_else(|| texts::stage::HAS_ENDED.into())}</code>
                </p>
                {small_tapes(&side.program, id)}
            </div>
            <div key={format!("k{place}")} class={classes!("kernel", format!("k{place}"))}>
                {crossing(&side.copies)}
                {small_tapes(&side.kernel, id)}
            </div>
        }
    }
}

fn small_tapes(tapes: &[scene::Tape], id: &AttrValue) -> Html {
    html! {
        for tape in tapes.iter() {
            { tape_view(tape, id) }
        }
    }
}
