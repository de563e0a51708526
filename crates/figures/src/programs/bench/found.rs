//! The search as it is drawn: its button, how far it is, and what was found.

use scene::hunt::{Breaks, HuntAnswer, HuntStep};
use world::Network;
use yew::prelude::*;

use super::find::{FAULTS, Find, Stands, lesson, progress};
use super::{Msg, Workbench};
use crate::icon::{Icon, icon};
use crate::platform;
use crate::texts;

impl Workbench {
    /// The same button begins and stops, so that the keyboard stays where it is.
    pub(super) fn find_button(&self, ctx: &Context<Self>) -> Html {
        let goes = self.finder.goes();
        let title = if goes { texts::search::STOP_THE_SEARCH } else { texts::search::FIND_HINT };
        html! {
            <div class="steps-find">
                <button type="button" class="btn" {title} onclick={press(ctx, Find::Press)} data-part="find">
                    if goes { {icon(Icon::Cross)}{texts::search::CANCEL_THE_SEARCH} } else { {texts::search::FIND_WHAT_BREAKS_IT} }
                </button>
                {self.judge_button(ctx)}
            </div>
        }
    }

    /// What may go wrong besides what programs and kernels do by themselves.
    pub(super) fn risks(&self, ctx: &Context<Self>) -> Html {
        let wire = matches!(self.spec().scenario.network, Network::Wire { .. });
        let mut faults = self.finder.faults;
        let offered: Vec<_> = FAULTS
            .iter()
            .enumerate()
            .filter(|(_, it)| wire || !it.2)
            .map(|(place, (name, says, _, of))| (place, *name, *says, *of(&mut faults)))
            .collect();
        let on: Vec<_> = offered.iter().filter(|it| it.3).map(|it| it.2).collect();
        let summary = match &*on {
            [] => texts::search::WHAT_MAY_GO_WRONG.to_owned(),
            on => texts::search::besides(on.join("; ")),
        };
        html! {
            <details class="stops" data-part="risks">
                <summary>{summary}</summary>
                <div class="stop-calls">
                    for (place, name, says, on) in offered {
                        <label key={name}>
                            <input type="checkbox" checked={on} onchange={press(ctx, Find::Fault(place))} />
                            {says}
                        </label>
                    }
                </div>
            </details>
        }
    }

    /// What a learner who schedules by hand may choose.
    pub(super) fn scheduler(&self, ctx: &Context<Self>) -> Html {
        html! {
            <details class="stops" data-part="scheduler">
                <summary>{texts::search::BE_THE_SCHEDULER}</summary>
                <p class="hint">{texts::search::SCHEDULER_HINT}</p>
                <div class="stop-calls">
                    <label>
                        <input type="checkbox" checked={self.posix} onchange={ctx.link().callback(|_: Event| Msg::Posix)} />
                        {texts::search::ANY_NUMBER_OF_BYTES}
                    </label>
                </div>
            </details>
        }
    }

    /// How far the search is, or what came of it.
    pub(super) fn found_panel(&self, ctx: &Context<Self>) -> Html {
        let finder = &self.finder;
        html! {
            <>
                <p class="sr" role="status" data-part="search">{finder.spoken.clone()}</p>
                {match &finder.stands {
                    Stands::Still => Html::default(),
                    Stands::Goes(view) => html! {
                        <div class="found going" data-part="progress">
                            <progress max={finder.allowed.to_string()} value={view.states.to_string()} aria-label={texts::search::STATES_TRIED} />
                            <p>{progress(view)}</p>
                        </div>
                    },
                    // It stands in the report.
                    Stands::Done(_) if finder.judged => Html::default(),
                    Stands::Done(answer) => self.answer(ctx, answer),
                }}
                {self.judge_panel(ctx)}
            </>
        }
    }

    fn answer(&self, ctx: &Context<Self>, answer: &HuntAnswer) -> Html {
        let (old, id) = (self.finder.old, format!("{}-found", ctx.props().spec.id));
        let (head, shape) = match (&answer.broken, answer.further) {
            (Some(_), _) => (texts::search::WHAT_BREAKS_IT, Icon::Cross),
            (None, false) => (texts::search::NOTHING_BREAKS_IT, Icon::Check),
            (None, true) => (texts::search::NOTHING_FOUND_SO_FAR, Icon::Wait),
        };
        let broken = answer.broken.is_some();
        html! {
            <section class={classes!("found", broken.then_some("broken"))} aria-labelledby={id.clone()} data-part="found">
                <div class="found-head">
                    <h3 {id}>{icon(shape)}{head}</h3>
                    <button type="button" class="btn quiet" onclick={press(ctx, Find::Close)} aria-label={texts::search::CLOSE_WHAT_WAS_FOUND}>{texts::search::CLOSE}</button>
                </div>
                if old { <p class="hint">{texts::search::TEXTS_HAVE_CHANGED}</p> }
                if let Some(found) = answer.broken.as_deref() { {self.breaks(ctx, found, answer)} }
                else { <p class="sentence">{answer.verdict.clone()}</p> }
                if answer.further && self.finder.may_go_on() {
                    <button type="button" class="btn" onclick={press(ctx, Find::Further)}>{texts::search::LOOK_FURTHER}</button>
                }
                if !answer.findings.is_empty() {
                    <ul class="notes" aria-label={texts::search::ALSO_NOTICED}>
                        for (at, says) in answer.findings.iter().enumerate() { <li key={at}>{says.clone()}</li> }
                    </ul>
                }
            </section>
        }
    }

    pub(super) fn breaks(&self, ctx: &Context<Self>, found: &Breaks, answer: &HuntAnswer) -> Html {
        let old = self.finder.old;
        let any = found.steps.iter().any(|step| step.unusual.is_some());
        let place = (found.program as usize, found.line);
        let go = ctx.link().callback(move |_: MouseEvent| Msg::Go(place.0, place.1));
        html! {
            <>
                <p class="sentence">{found.says.clone()}</p>
                <p class="whose">{texts::search::verdict(&answer.verdict, world::number(answer.states))}
                    if found.line > 0 {
                        {" "}<button type="button" class="line-link" onclick={go}>{texts::search::line_of(self.file(found.program), found.line)}</button>
                    }
                </p>
                if let Some(mistake) = &found.mistake {
                    <p class="mistake"><b>{format!("{}: {}.", mistake.row, mistake.title)}</b>{" "}
                        <a href={lesson(&platform::programs::whole_path(), &mistake.lesson)}>{texts::search::THE_LESSON_ABOUT_IT}</a></p>
                }
                if !old {
                    <div class="found-acts">
                        <button type="button" class="btn main" onclick={press(ctx, Find::Show(None))}>
                            {if any { texts::search::OPEN_AT_THE_FIRST_UNUSUAL_STEP } else { texts::search::OPEN_WHERE_IT_BREAKS }}
                        </button>
                        <button type="button" class="btn" onclick={press(ctx, Find::Copy)}>{texts::search::COPY_A_LINK}</button>
                        if self.finder.own.is_some() {
                            <button type="button" class="btn" onclick={press(ctx, Find::Own)}>{texts::search::BACK_TO_YOUR_OWN_RUN}</button>
                        }
                    </div>
                }
                {self.runs(ctx, found)}
            </>
        }
    }

    /// The failing run, and beside it the usual one.
    fn runs(&self, ctx: &Context<Self>, found: &Breaks) -> Html {
        let parts = parting(&found.steps, &found.usual);
        let now = self.view.as_ref().filter(|_| self.finder.shown && !self.stale).map(|view| view.steps.0);
        html! {
            <div class={classes!("found-runs", parts.is_some().then_some("two"))}>
                <div>
                    <h4>{texts::search::THE_RUN_THAT_BREAKS_IT}</h4>
                    <ol class="found-steps" ref={self.finder.lists[0].clone()} tabindex="0" aria-label={texts::search::BREAKING_RUN_STEPS}>
                        for (at, step) in found.steps.iter().enumerate() {
                            {self.step(ctx, step, (at, parts == Some(at), parts.is_none() && at + 1 == found.steps.len()), now)}
                        }
                    </ol>
                </div>
                if let Some(parts) = parts {
                    <div>
                        <h4>{texts::search::THE_USUAL_RUN}</h4>
                        <ol class="found-steps" ref={self.finder.lists[1].clone()} tabindex="0" aria-label={texts::search::USUAL_RUN_STEPS}>
                            for (at, step) in found.usual.iter().enumerate() {
                                <li key={at} class={classes!((parts == at).then_some("parts"))}
                                    ref={if parts == at { self.finder.marks[1].clone() } else { NodeRef::default() }}>
                                    if parts == at { <em>{texts::search::THE_FIRST_DIFFERENCE}</em> }
                                    {self.said(step)}
                                </li>
                            }
                        </ol>
                    </div>
                }
            </div>
        }
    }

    /// A step by its place; whether the runs part there, and whether it is the last of a run that parts from none.
    fn step(
        &self,
        ctx: &Context<Self>,
        step: &HuntStep,
        (at, parts, last): (usize, bool, bool),
        now: Option<u32>,
    ) -> Html {
        let class = classes!(step.unusual.as_ref().map(|_| "unusual"), parts.then_some("parts"));
        let says = html! {
            <>
                {self.said(step)}
                if let Some(why) = &step.unusual { <span class="why"><b>{texts::search::UNUSUAL}</b>{why.clone()}</span> }
            </>
        };
        html! {
            <li key={at} {class} ref={if parts || last { self.finder.marks[0].clone() } else { NodeRef::default() }}>
                if parts { <em>{texts::search::THE_FIRST_DIFFERENCE}</em> }
                if self.finder.old { {says} } else {
                    <button type="button" class="go" aria-current={(now == Some(step.at)).then_some("step")}
                        onclick={press(ctx, Find::Show(Some(step.at)))}>{says}</button>
                }
            </li>
        }
    }

    /// Who, where, and what.
    fn said(&self, step: &HuntStep) -> Html {
        let name = step.program.and_then(|program| self.work.files.get(program as usize));
        html! {
            <>
                if let Some(name) = name {
                    <span class="who">{if step.line > 0 { format!("{name}:{}", step.line) } else { name.clone() }}</span>{" "}
                }
                <code>{step.says.clone()}</code>
            </>
        }
    }
}

fn press<E: 'static>(ctx: &Context<Workbench>, find: Find) -> Callback<E> {
    ctx.link().callback(move |_: E| Msg::Find(find))
}

/// The first step in which two runs are not the same; none where there is nothing to hold against.
fn parting(steps: &[HuntStep], usual: &[HuntStep]) -> Option<usize> {
    let same = |(one, other): &(&HuntStep, &HuntStep)| {
        (one.program, one.line, &one.says) == (other.program, other.line, &other.says)
    };
    (!usual.is_empty()).then(|| steps.iter().zip(usual).take_while(same).count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_runs_part_at_the_first_step_that_is_another() {
        let step = |says: &str| HuntStep { says: says.into(), ..HuntStep::default() };
        let run = |all: &[&str]| -> Vec<HuntStep> { all.iter().map(|it| step(it)).collect() };
        assert_eq!(parting(&run(&["a", "b", "c"]), &run(&["a", "x", "c"])), Some(1));
        assert_eq!(parting(&run(&["a"]), &run(&["a", "b"])), Some(1));
        assert_eq!(parting(&run(&["a"]), &[]), None);
        // That a step is unusual does not make it another.
        let unusual = HuntStep { unusual: Some("why".into()), ..step("a") };
        assert_eq!(parting(&[unusual], &run(&["a", "b"])), Some(1));
    }
}
