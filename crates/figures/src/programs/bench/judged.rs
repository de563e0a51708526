//! The judgement as it is drawn: its button, how far it is, and the report.

use scene::hunt::{Breaks, HuntAnswer};
use scene::judge::{JudgeReport, Judged};
use yew::prelude::*;

use super::judge::{Stands, Verdict};
use super::{Msg, Workbench};
use crate::icon::{Icon, icon};
use crate::texts;

impl Workbench {
    /// The same button begins and stops, so that the keyboard stays where it is.
    pub(super) fn judge_button(&self, ctx: &Context<Self>) -> Html {
        if self.judging.judged.is_none() {
            return Html::default();
        }
        let goes = self.judging.goes();
        let title = if goes { texts::judging::STOP_JUDGING } else { texts::judging::JUDGE_HINT };
        html! {
            <button type="button" class="btn" {title} onclick={press(ctx, Verdict::Press)} data-part="judge">
                if goes { {icon(Icon::Cross)}{texts::judging::STOP_JUDGING} } else { {texts::judging::JUDGE_IT} }
            </button>
        }
    }

    /// Back to what stood there before a round's own peers came.
    pub(super) fn home_button(&self, ctx: &Context<Self>) -> Html {
        if self.judging.home.is_none() {
            return Html::default();
        }
        let says = if self.work.round > 0 {
            texts::judging::BACK_TO_THE_FIRST_ROUND
        } else {
            texts::judging::BACK_TO_THE_PEERS_BEFORE
        };
        html! { <button type="button" class="btn quiet" onclick={press(ctx, Verdict::Home)}>{says}</button> }
    }

    /// How far the judgement is, or what came of it.
    pub(super) fn judge_panel(&self, ctx: &Context<Self>) -> Html {
        match (&self.judging.stands, &self.judging.judged) {
            (Stands::Still, _) | (_, None) => Html::default(),
            (Stands::Goes(view), Some(_)) => html! {
                <div class="found going" data-part="judging">
                    <progress max={view.rounds.1.max(1).to_string()} value={view.rounds.0.to_string()} aria-label={texts::judging::ROUNDS_STOOD} />
                    <p>{view.says.clone()}</p>
                </div>
            },
            (Stands::Done(report), Some(judged)) => self.report(ctx, report, judged),
        }
    }

    fn report(&self, ctx: &Context<Self>, report: &JudgeReport, judged: &Judged) -> Html {
        let id = format!("{}-judged", ctx.props().spec.id);
        let (head, shape) = match (&*report.word, &report.broken) {
            ("passed", _) => (texts::judging::PASSED.to_owned(), Icon::Check),
            (_, Some((round, _))) => (texts::judging::round_breaks_it(round + 1), Icon::Cross),
            ("unfit", None) => (texts::judging::NOT_JUDGED.to_owned(), Icon::Cross),
            _ => (texts::judging::NOT_DECIDED.to_owned(), Icon::Wait),
        };
        let run = report.broken.as_ref().and_then(|(_, answer)| Some((answer, answer.broken.as_deref()?)));
        html! {
            <section class={classes!("found", run.is_some().then_some("broken"))} aria-labelledby={id.clone()} data-part="judged">
                <div class="found-head">
                    <h3 {id}>{icon(shape)}{head}</h3>
                    <button type="button" class="btn quiet" onclick={press(ctx, Verdict::Close)} aria-label={texts::judging::CLOSE_THE_REPORT}>{texts::judging::CLOSE}</button>
                </div>
                if self.is_old() { <p class="hint">{texts::judging::FILE_HAS_CHANGED}</p> }
                if run.is_none() { <p class="sentence">{report.says.clone()}</p> }
                if !report.rounds.is_empty() {
                    <ol class="rounds" aria-label={texts::judging::THE_ROUNDS}>
                        for (at, round) in report.rounds.iter().enumerate() {
                            <li key={at}>{icon(if round.passed { Icon::Check } else { shape })}<span>{round.says.clone()}</span></li>
                        }
                    </ol>
                }
                if report.passed {
                    <p class="whose">{texts::judging::NOT_LIVE}
                        <code>{texts::judging::command_grade(&judged.name, &judged.file)}</code>{texts::judging::DOES_THAT}</p>
                }
                if let Some((answer, run)) = run { {self.breaking(ctx, run, answer)} }
                if !report.rounds.is_empty() {
                    <p class="hint">{texts::judging::what_is_judged(&judged.file)}</p>
                }
            </section>
        }
    }

    /// What a search would show of this run; where the stage has gone on to something else, the way back to it.
    fn breaking(&self, ctx: &Context<Self>, run: &Breaks, answer: &HuntAnswer) -> Html {
        if self.finder.judged && self.finder.has_answer() {
            return self.breaks(ctx, run, answer);
        }
        html! {
            <>
                <p class="sentence">{run.says.clone()}</p>
                if !self.is_old() {
                    <div class="found-acts">
                        <button type="button" class="btn main" onclick={press(ctx, Verdict::Show)}>{texts::judging::OPEN_THE_RUN}</button>
                    </div>
                }
            </>
        }
    }
}

fn press(ctx: &Context<Workbench>, verdict: Verdict) -> Callback<MouseEvent> {
    ctx.link().callback(move |_| Msg::Judge(verdict))
}
