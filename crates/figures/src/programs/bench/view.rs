//! The workbench as it is drawn: tabs and editors, buttons, what the machine holds, and the stage of the run.

use scene::programs::{ProgramsView, Stopped, Way};
use yew::prelude::*;

use super::super::compare::comparison;
use super::super::listings::between;
use super::super::panes::{self, Stacks};
use super::super::run::RunStage;
use super::{CALLS, Msg, Press, Workbench};
use crate::icon::{Icon, icon};
use crate::platform;
use crate::texts;

impl Workbench {
    pub(super) fn drawn(&self, ctx: &Context<Self>) -> Html {
        let spec = self.spec();
        let title = format!("{}-title", spec.id);
        let near = ctx.link().callback(|_: FocusEvent| Msg::Near);
        let touched = ctx.link().callback(|_: PointerEvent| Msg::Near);
        let running = self.running.is_some();
        html! {
            <section class="programs" ref={self.section.clone()} aria-labelledby={title.clone()} onfocusin={near} onpointerdown={touched} data-keys=""
                data-stale={self.stale.then_some("")} data-running={running.then_some("")}>
                <div class="programs-head"><h2 id={title}>{spec.title.clone()}</h2><p>{between(spec)}</p></div>
                <div class="bench">
                    <div class="desk-part">
                        {self.tab_list(ctx)}
                        {self.panels()}
                        {self.faults(ctx)}
                        {self.buttons(ctx)}
                        <p class={classes!("says", self.note.bad.then_some("bad"))} role="status" data-part="says">{self.says()}</p>
                        {self.found_panel(ctx)}
                        {self.acts(ctx)}
                        if self.compare {
                            <div class="compare" data-part="compare">
                                {comparison(&spec.scenario.programs[self.tab].file, &spec.scenario.programs[self.tab].source, &self.work.texts[self.tab])}
                            </div>
                        }
                        {self.calls(ctx)}
                        {self.risks(ctx)}
                        {self.scheduler(ctx)}
                    </div>
                    <div class="state-part" data-part="state">{self.state(ctx)}</div>
                </div>
                if let Some(view) = &self.view {
                    {panes::outputs(view, &ctx.link().callback(|(program, line)| Msg::Go(program, line)),
                        &ctx.link().callback(|(task, line)| Msg::Give(task, line)), self.stale)}
                    if view.faults.is_empty() {
                        <RunStage id={spec.id.clone()} view={view.clone()} asks={!spec.predictions.is_empty()}
                            send={ctx.link().callback(Msg::Stage)} />
                    }
                }
            </section>
        }
    }

    fn tab_list(&self, ctx: &Context<Self>) -> Html {
        let spec = self.spec();
        let count = self.work.files.len();
        let onkeydown = {
            let (list, at, link) = (self.tabs.clone(), self.tab, ctx.link().clone());
            Callback::from(move |event: KeyboardEvent| {
                let to = match event.key().as_str() {
                    "ArrowRight" => (at + 1) % count,
                    "ArrowLeft" => (at + count - 1) % count,
                    "Home" => 0,
                    "End" => count - 1,
                    _ => return,
                };
                event.prevent_default();
                platform::programs::focus_tab(&list, to);
                link.send_message(Msg::Tab(to));
            })
        };
        html! {
            <div class="bench-tabs" role="tablist" aria-label={texts::programs::PROGRAMS} ref={self.tabs.clone()} {onkeydown}>
                for (at, program) in spec.scenario.programs.iter().enumerate() {
                    <button key={at} type="button" role="tab" id={format!("{}-tab-{at}", spec.id)}
                        aria-selected={(at == self.tab).to_string()} aria-controls={format!("{}-panel-{at}", spec.id)}
                        tabindex={if at == self.tab { "0" } else { "-1" }} onclick={ctx.link().callback(move |_| Msg::Tab(at))}>
                        <b>{program.name.clone()}</b>{" "}<span>{self.doing(at)}</span>
                    </button>
                }
            </div>
        }
    }

    /// What a program is doing, beside its name.
    fn doing(&self, program: usize) -> String {
        match self.pane(program).filter(|_| !self.stale) {
            Some(pane) => match pane.tasks.iter().filter(|task| !task.ended).count() {
                0 | 1 => {
                    let task = pane.tasks.iter().find(|task| !task.ended).or(pane.tasks.first());
                    task.map(|task| task.doing.clone()).unwrap_or_default()
                }
                count => texts::programs::threads(count),
            },
            None => String::new(),
        }
    }

    fn panels(&self) -> Html {
        let spec = self.spec();
        html! {
            for (at, (program, desk)) in spec.scenario.programs.iter().zip(&self.desks).enumerate() {
                <div key={desk.key} class="panel" role="tabpanel" id={format!("{}-panel-{at}", spec.id)} hidden={at != self.tab}
                    aria-labelledby={format!("{}-tab-{at}", spec.id)}>
                    <p class="file"><code>{format!("python3 {}{}", program.file, program.args.iter().map(|arg| format!(" {arg}")).collect::<String>())}</code>{texts::programs::on_host(&program.host)}</p>
                    // The editor comes beside the textarea, by the page's own script.
                    <div class="write">
                        <label class="sr" for={format!("{}-text-{}", spec.id, desk.key)}>{program.file.clone()}</label>
                        <textarea id={format!("{}-text-{}", spec.id, desk.key)} ref={desk.area.clone()} rows="18" spellcheck="false"
                            autocapitalize="off" autocomplete="off" value={self.work.texts[at].clone()} />
                    </div>
                </div>
            }
        }
    }

    /// Why programs cannot be run.
    fn faults(&self, ctx: &Context<Self>) -> Html {
        let Some(view) = self.view.as_ref().filter(|view| !view.faults.is_empty() && !self.stale) else {
            return Html::default();
        };
        html! {
            <ul class="faults" role="alert" data-part="faults">
                for (at, fault) in view.faults.iter().enumerate() {
                    <li key={at}>
                        {icon(Icon::Cross)}
                        <button type="button" class="line-link" onclick={go(ctx, fault.program as usize, fault.line)}>
                            {texts::programs::line_of(self.file(fault.program), fault.line)}
                        </button>
                        <span>{fault.says.clone()}{" "}{fault.instead.clone()}</span>
                    </li>
                }
            </ul>
        }
    }

    pub(super) fn file(&self, program: u32) -> String {
        self.work.files.get(program as usize).cloned().unwrap_or_default()
    }

    /// Forwards in a row, backwards in another: the same places, so that the hand finds them.
    fn buttons(&self, ctx: &Context<Self>) -> Html {
        let view = self.view.as_deref();
        let back = view.is_some_and(|view| view.steps.0 > 0) && !self.stale;
        let on = self.stale || view.is_none_or(|view| view.stage.can_step);
        // Whoever points at a button is about to press it.
        let near = ctx.link().callback(|_: PointerEvent| Msg::Near);
        html! {
            <div class="steps" role="toolbar" aria-label={texts::programs::RUN_AND_STEP} data-part="steps" onpointerover={near}>
                {self.row(ctx, false, on)}
                {self.row(ctx, true, back)}
                {self.find_button(ctx)}
            </div>
        }
    }

    fn row(&self, ctx: &Context<Self>, back: bool, can: bool) -> Html {
        let runs = self.running == Some(back);
        let button = |press: Press, says: &'static str, title: &'static str| {
            let onclick = ctx.link().callback(move |_| Msg::Press(press, back));
            let label = if back { texts::programs::backwards(says) } else { says.to_owned() };
            html! {
                <button type="button" class="btn" {title} aria-label={label} aria-disabled={(!can).to_string()} {onclick}>{says}</button>
            }
        };
        let run = {
            let onclick = ctx.link().callback(move |_| Msg::Press(Press::Run, back));
            let (says, shape) = match (runs, back) {
                (true, _) => (texts::programs::PAUSE, Icon::Pause),
                (false, false) => (texts::programs::RUN, Icon::Play),
                (false, true) => (texts::programs::RUN, Icon::First),
            };
            let label = if back && !runs { texts::programs::RUN_BACKWARDS } else { says };
            html! {
                <button type="button" class={classes!("btn", (!back).then_some("main"))} aria-label={label}
                    title={if back { texts::programs::BACK_TO_A_BREAKPOINT } else { texts::programs::ON_TO_A_BREAKPOINT }}
                    aria-disabled={(!can && !runs).to_string()} {onclick}>{icon(shape)}{says}</button>
            }
        };
        html! {
            <div class="steps-row" role="group" aria-label={if back { texts::programs::BACKWARDS } else { texts::programs::FORWARDS }}>
                <span class="way" aria-hidden="true">{if back { icon(Icon::Back) } else { icon(Icon::Next) }}</span>
                {run}
                {button(Press::Line(Way::Into), texts::programs::INTO, texts::programs::INTO_HINT)}
                {button(Press::Line(Way::Over), texts::programs::OVER, texts::programs::OVER_HINT)}
                {button(Press::Line(Way::Out), texts::programs::OUT, texts::programs::OUT_HINT)}
                {button(Press::Call, texts::programs::CALL, texts::programs::CALL_HINT)}
                {button(Press::Event, texts::programs::EVENT, texts::programs::EVENT_HINT)}
            </div>
        }
    }

    fn acts(&self, ctx: &Context<Self>) -> Html {
        let spec = self.spec();
        let changed = self.work.texts[self.tab] != spec.scenario.programs[self.tab].source;
        let any = self.work.texts.iter().zip(&spec.scenario.programs).any(|(text, it)| *text != it.source);
        html! {
            <div class="acts" data-part="acts">
                <button type="button" class="btn quiet" onclick={ctx.link().callback(|_| Msg::Again)}>{texts::programs::START_OVER}</button>
                {self.home_button(ctx)}
                <button type="button" class="btn quiet" onclick={ctx.link().callback(|_| Msg::StopHere)}>{texts::programs::BREAKPOINT_HERE}</button>
                <button type="button" class="btn quiet" aria-expanded={self.compare.to_string()} onclick={ctx.link().callback(|_| Msg::Compare)}>
                    {if changed { texts::programs::COMPARE_CHANGED } else { texts::programs::COMPARE }}
                </button>
                <button type="button" class="btn quiet" aria-disabled={(!any).to_string()} onclick={ctx.link().batch_callback(move |_| any.then_some(Msg::Original))}>{texts::programs::RESET_THE_TEXTS}</button>
                if self.aside && !self.from_link {
                    <button type="button" class="btn quiet" onclick={ctx.link().callback(|_| Msg::Aside)}>{texts::programs::SHOW_ASIDE}</button>
                }
                <button type="button" class="btn quiet" onclick={ctx.link().callback(|_| Msg::Save)}>{texts::programs::DOWNLOAD_PY}</button>
                <button type="button" class="btn quiet" onclick={ctx.link().callback(|_| Msg::Copy)}>{texts::programs::COPY_LINK}</button>
            </div>
        }
    }

    /// Breakpoints at calls.
    fn calls(&self, ctx: &Context<Self>) -> Html {
        let set = &self.work.calls;
        let summary = if set.is_empty() {
            texts::programs::STOP_BEFORE_A_CALL.to_owned()
        } else {
            texts::programs::stops_before(set.join(", "))
        };
        html! {
            <details class="stops" data-part="stops">
                <summary>{summary}</summary>
                <div class="stop-calls">
                    for name in CALLS {
                        <label key={name}>
                            <input type="checkbox" checked={set.iter().any(|it| it == name)} onchange={ctx.link().callback(move |_| Msg::Call(name))} />
                            <code>{name}</code>
                        </label>
                    }
                </div>
            </details>
        }
    }

    /// Threads, call stack and variables of the program whose tab is chosen.
    fn state(&self, ctx: &Context<Self>) -> Html {
        let name = &self.spec().scenario.programs[self.tab].name;
        match self.chosen() {
            Some((pane, task)) => {
                let last = task.stack.len().saturating_sub(1);
                let stacks = Stacks {
                    pane,
                    task,
                    frame: self.frame.unwrap_or(last).min(last),
                    pick_task: ctx.link().callback(Msg::Task),
                    pick_frame: ctx.link().callback(Msg::Frame),
                };
                stacks.html()
            }
            None => html! {
                <p class="hint">{texts::programs::variables_hint(name)}</p>
            },
        }
    }

    /// What is said beside the buttons: what was just done, else where the run is.
    fn says(&self) -> String {
        if !self.note.says.is_empty() {
            return self.note.says.clone();
        }
        if self.stale {
            return texts::programs::TEXT_HAS_CHANGED.into();
        }
        match (&self.view, self.running) {
            (_, Some(false)) => texts::programs::IT_RUNS.into(),
            (_, Some(true)) => texts::programs::IT_RUNS_BACKWARDS.into(),
            (Some(view), None) => self.stopped(view),
            (None, None) if self.exchange.is_loaded() && !self.exchange.is_free() => {
                texts::programs::MACHINE_IS_LOADED.into()
            }
            (None, None) => {
                let count = self.spec().scenario.programs.len();
                texts::programs::programs_in_order(count)
            }
        }
    }

    fn stopped(&self, view: &ProgramsView) -> String {
        match view.stopped {
            _ if !view.faults.is_empty() => texts::programs::TO_BE_MENDED.into(),
            Some(Stopped::Line { program, line }) => {
                texts::programs::at_a_breakpoint(self.file(program), line)
            }
            Some(Stopped::Call { .. }) => texts::programs::BEFORE_A_CALL.into(),
            Some(Stopped::Question) => texts::programs::QUESTION_FIRST.into(),
            Some(Stopped::Most) => texts::programs::MANY_STEPS.into(),
            Some(Stopped::End) if view.steps.0 == 0 => texts::programs::AT_THE_BEGINNING.into(),
            Some(Stopped::End | Stopped::Input { .. } | Stopped::Step) | None => {
                match (&view.ending, self.chosen()) {
                    (Some(ending), _) => ending.to_string(),
                    (None, Some((_, task))) => format!("{} {}.", task.name, task.doing),
                    (None, None) => String::new(),
                }
            }
        }
    }
}

fn go(ctx: &Context<Workbench>, program: usize, line: u32) -> Callback<MouseEvent> {
    ctx.link().callback(move |_| Msg::Go(program, line))
}
