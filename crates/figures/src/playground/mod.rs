//! The playground: what there is, calls by hand, and the stage below. Its whole state is in the address.

mod console;
mod link;
#[cfg(feature = "peers")]
mod peers;
mod setup;

use std::rc::Rc;

use scene::playground::{Change, PRESETS, PlaygroundSpec, change, stage_spec};
use scene::{Doing, SideScene};
use syscall::TaskId;
use world::{Act, Record, Scenario, Start};
use yew::prelude::*;

use crate::platform;
use crate::stage::{Engine, Play, Spec, StageFigure};
use crate::texts;
use console::{ConsoleForm, TellForm};
use setup::setup;

/// What a playground is made from.
#[derive(Properties, PartialEq, Clone)]
pub struct PlaygroundProps {
    /// The specification, the same natively and in the browser.
    pub spec: PlaygroundSpec,
    /// Told once the figure is awake: its own and its children's effects have run. Natively never.
    #[prop_or_default]
    pub mounted: Callback<()>,
}

/// The root of a playground in a page.
#[component]
pub fn PlaygroundIsland(props: &PlaygroundProps) -> Html {
    use_effect_with(props.mounted.clone(), |mounted| mounted.emit(()));
    html! { <Playground ..props.clone() /> }
}

/// How long nothing must have changed before the address does, in milliseconds: to record a long run takes longer than
/// a step.
const LINK_MS: u32 = 250;

/// A run to begin with.
#[derive(PartialEq, Clone)]
struct Begun {
    /// Rises with each, so that the stage begins afresh.
    number: u32,
    preset: Option<usize>,
    scenario: Rc<Scenario>,
    acts: Rc<Vec<Act>>,
    /// Whether the page's address leads here, and stays until something is done: of a link that cannot be followed to its
    /// end, what it had is not lost, nor the warning.
    placed: bool,
}

impl Begun {
    fn preset(number: u32, at: usize) -> Self {
        let preset = &PRESETS[at.min(PRESETS.len() - 1)];
        let (scenario, acts) = (preset.scenario().into(), preset.acts().into());
        Self { number, preset: Some(at), scenario, acts, placed: true }
    }
}

/// What is said beside the buttons: what came of a press, or why a link cannot be followed.
#[derive(PartialEq, Clone, Default)]
struct Note {
    says: String,
    bad: bool,
}

#[component]
fn Playground(props: &PlaygroundProps) -> Html {
    let begun = {
        let preset = props.spec.preset;
        use_state(move || Begun::preset(0, preset))
    };
    let note = use_state_eq(Note::default);
    // What has been done since, for the link; a change of it draws nothing.
    let done = use_mut_ref(|| None::<(u32, Engine)>);
    let timer = use_mut_ref(|| None::<platform::Timeout>);
    let say = {
        let note = note.setter();
        Callback::from(move |(says, bad): (String, bool)| note.set(Note { says, bad }))
    };
    // A link is followed when the page opens, and when somebody goes back to one.
    use_effect_with((), {
        let (begun, say, preset, timer) = (begun.setter(), say.clone(), props.spec.preset, timer.clone());
        let id = props.spec.id.clone();
        move |()| {
            let follow: Rc<dyn Fn()> = Rc::new({
                let number = std::cell::Cell::new(1);
                move || {
                    let (begun, say) = (begun.clone(), say.clone());
                    let at = number.replace(number.get() + 1);
                    // What was about to be put into the address belongs to another entry of the history.
                    *timer.borrow_mut() = None;
                    link::follow(move |followed| match followed {
                        // Back where the page opened.
                        Ok(None) if at > 1 => begun.set(Begun::preset(1000 * at, preset)),
                        Ok(None) => {}
                        Ok(Some(link::Followed { scenario, acts, says, bad })) => {
                            let (scenario, acts) = (scenario.into(), acts.into());
                            let number = 1000 * at;
                            begun.set(Begun { number, preset: None, scenario, acts, placed: true });
                            say.emit((says, bad));
                        }
                        Err(why) => say.emit((why, true)),
                    });
                }
            });
            follow();
            platform::follow(&id, {
                let follow = follow.clone();
                move |link| {
                    let Some(link) = link else { return link::here() };
                    platform::replace_place(&format!("#{link}"));
                    follow();
                    None
                }
            });
            let listener = platform::OnBack::new(move || follow());
            move || drop(listener)
        }
    });
    let begin = {
        let (begun, say, timer) = (begun.clone(), say.clone(), timer.clone());
        Callback::from(move |(preset, scenario, acts, placed): (Option<usize>, Scenario, Vec<Act>, bool)| {
            *timer.borrow_mut() = None;
            // A new entry, so that going back leads to the run before.
            platform::push_place();
            let number = begun.number + 1;
            begun.set(Begun { number, preset, scenario: scenario.into(), acts: acts.into(), placed });
            say.emit((String::new(), false));
        })
    };
    let choose = {
        let begin = begin.clone();
        Callback::from(move |at: usize| {
            let preset = &PRESETS[at];
            begin.emit((Some(at), preset.scenario(), preset.acts(), false));
        })
    };
    let alter = {
        let (begin, say, scenario) = (begin.clone(), say.clone(), begun.scenario.clone());
        Callback::from(move |what: Change| match change(&scenario, what) {
            Ok(scenario) => begin.emit((None, scenario, vec![], false)),
            Err(why) => say.emit((why, true)),
        })
    };
    let afresh = {
        let (begin, begun) = (begin.clone(), begun.clone());
        Callback::from(move |_: MouseEvent| begin.emit((None, (*begun.scenario).clone(), vec![], false)))
    };
    let told = {
        let (done, timer, scenario, say) = (done.clone(), timer.clone(), begun.scenario.clone(), say.clone());
        let (number, placed, id) = (begun.number, begun.placed, props.spec.id.clone());
        Callback::from(move |it: Engine| {
            let before = done.borrow_mut().replace((number, it.clone()));
            if placed && before.is_none_or(|(before, _)| before != number) {
                return;
            }
            let (scenario, say, id) = (scenario.clone(), say.clone(), id.clone());
            let show = move || {
                let Some((acts, digest)) = done_in(&it) else { return };
                let steps = acts.len() as u32;
                // The page is told once the address has the link.
                link::show(record(&scenario, acts, digest).to_bytes(), say, move || {
                    platform::at(&id, steps, steps);
                    platform::ran(&id, false);
                });
            };
            *timer.borrow_mut() = Some(platform::Timeout::new(LINK_MS, show));
        })
    };
    let copy = {
        let (done, scenario, say) = (done.clone(), begun.scenario.clone(), say.clone());
        Callback::from(move |_: MouseEvent| {
            let Some((acts, digest)) = done.borrow().as_ref().and_then(|(_, it)| done_in(it)) else { return };
            link::copy(record(&scenario, acts, digest).to_bytes(), say.clone());
        })
    };
    let save = {
        let (done, scenario, say) = (done.clone(), begun.scenario.clone(), say.clone());
        Callback::from(move |_: MouseEvent| {
            let Some((acts, digest)) = done.borrow().as_ref().and_then(|(_, it)| done_in(it)) else { return };
            link::save(&record(&scenario, acts, digest).to_bytes(), &say);
        })
    };
    let open = {
        let (begin, say) = (begin.clone(), say.clone());
        Callback::from(move |event: Event| {
            let (begin, say) = (begin.clone(), say.clone());
            link::open(&event, move |opened| match opened {
                Ok((scenario, acts, differs)) => {
                    let bad = differs.is_some();
                    begin.emit((None, scenario, acts, bad));
                    say.emit((differs.unwrap_or_else(|| texts::playground::AS_THE_FILE_HAS_IT.into()), bad));
                }
                Err(why) => say.emit((why, true)),
            });
        })
    };
    let console = use_callback(begun.scenario.clone(), |it: crate::stage::Console, scenario| {
        let SideScene { task, name, doing, sockets, .. } = &*it.side;
        let program = scenario.programs.get(*task as usize);
        match program.and_then(|program| program.peer.as_ref()) {
            Some(_) if *doing == Doing::Free => {
                return html! { <TellForm key={*task} task={TaskId(*task)} name={name.clone()} give={it.give} /> };
            }
            // It acts by itself.
            Some(_) => return Html::default(),
            None => {}
        }
        html! {
            <ConsoleForm key={*task} task={TaskId(*task)} name={name.clone()} doing={doing.clone()} sockets={sockets.clone()} give={it.give} />
        }
    });
    let spec = {
        let id = format!("{}-stage", props.spec.id);
        use_memo(begun.number, |_| Spec::from(stage_spec(&id, (*begun.scenario).clone())))
    };
    let play = Play { acts: begun.acts.clone(), console, told };
    html! {
        <div class="play">
            <div class="play-head">
                <div class="presets" role="group" aria-label={texts::playground::RUNS_TO_BEGIN_WITH}>
                    for (at, preset) in PRESETS.iter().enumerate() {
                        <button key={preset.name} type="button" class="tab" aria-pressed={(begun.preset == Some(at)).to_string()}
                            onclick={choose.reform(move |_: MouseEvent| at)}>{preset.title}</button>
                    }
                </div>
                <div class="btns">
                    <button type="button" class="btn" onclick={copy}>{texts::playground::COPY_LINK}</button>
                    <button type="button" class="btn" onclick={save}>{texts::playground::SAVE_RUN}</button>
                    <label class="btn file">{texts::playground::OPEN_RUN}<input type="file" onchange={open} /></label>
                    <button type="button" class="btn quiet" onclick={afresh}>{texts::playground::START_AFRESH}</button>
                </div>
            </div>
            <p class="says">
                {match begun.preset {
                    Some(at) => PRESETS[at].says,
                    None => texts::playground::HOW_TO_PLAY,
                }}
            </p>
            <p class={classes!("note", note.bad.then_some("bad"))} role="status" data-part="note">{note.says.clone()}</p>
            {setup(&begun.scenario, &alter)}
            <StageFigure key={begun.number} spec={(*spec).clone()} play={Some(play)} />
        </div>
    }
}

/// What has been done on a stage, and its world's digest: both take a while.
fn done_in(engine: &Engine) -> Option<(Vec<Act>, u64)> {
    engine.as_ref().as_ref().ok().map(|stage| stage.borrow().done())
}

fn record(scenario: &Scenario, acts: Vec<Act>, digest: u64) -> Record {
    let start = Start::Scenario(Box::new(scenario.clone()));
    Record { maker: world::Maker::here(), start, seed: None, acts, digest }
}
