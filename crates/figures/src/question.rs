//! The question before a step, and after it what was said beside what the kernel did.

use scene::{Answer, Question, StageView, Verdict};
use yew::prelude::*;

use crate::icon::{Icon, icon};
use crate::platform;
use crate::texts;
use crate::words::words;

/// The question panel. It never shows an answer before it was asked for.
///
/// `stage` is the stage's id, since names of form fields must be unique in a page; `place` is where the keyboard goes when
/// a step is held back or the question is answered; `answer` takes the learner's answer, none for "Just show me".
pub(crate) fn question_panel(
    view: &StageView,
    stage: &AttrValue,
    answer: &Callback<Option<Answer>>,
    place: &NodeRef,
) -> Html {
    html! {
        // The heading stays while what stands under it changes, so that the keyboard is not lost with an answered form.
        <div class="ask" data-part="question">
            <h3 tabindex="-1" ref={place.clone()}>
                {match (&view.question, &view.verdict) {
                    (Some(_), _) => texts::stage::BEFORE_YOU_STEP,
                    (None, Some(_)) => texts::stage::WHAT_YOU_PREDICTED,
                    (None, None) => texts::stage::PREDICT,
                }}
            </h3>
            if let Some(question) = &view.question {
                if let Some(verdict) = &view.verdict { {past(verdict)} }
                <Form key={question.place} question={question.clone()} stage={stage.clone()} answer={answer.clone()} />
            } else if let Some(verdict) = &view.verdict {
                {result(verdict)}
            } else {
                <p class="past">{texts::stage::STEP_ON}</p>
            }
        </div>
    }
}

fn past(verdict: &Verdict) -> Html {
    let did = verdict.short(verdict.did);
    html! {
        <p class="past">
            {match verdict.said {
                Some(said) => texts::stage::said_and_did(verdict.event, verdict.short(said), did),
                None => texts::stage::kernel_did(verdict.event, did),
            }}
        </p>
    }
}

fn result(verdict: &Verdict) -> Html {
    html! {
        <>
            <div class="verdict" data-part="verdict" data-same={verdict.same().to_string()}>
                <dl>
                    if let Some(said) = verdict.said {
                        <div><dt>{texts::stage::YOU_SAID}</dt><dd>{verdict.short(said)}</dd></div>
                    }
                    <div><dt>{texts::stage::KERNEL_SAID}</dt><dd>{verdict.short(verdict.did)}</dd></div>
                </dl>
                if let Some(compares) = verdict.compares() {
                    <p>{icon(if verdict.same() { Icon::Check } else { Icon::Swap })}{compares}</p>
                }
            </div>
            <p class="because">{words(&verdict.because)}</p>
        </>
    }
}

#[derive(Properties, PartialEq, Clone)]
struct FormProps {
    question: Question,
    stage: AttrValue,
    answer: Callback<Option<Answer>>,
}

#[component]
fn Form(props: &FormProps) -> Html {
    let (form, part) = (use_node_ref(), use_node_ref());
    let trouble = use_state_eq(|| None::<String>);
    let heading = format!("{}-q{}", props.stage, props.question.place);
    let most = props.question.asked.saturating_sub(1);
    let submit = {
        let (form, part, trouble, props) = (form.clone(), part.clone(), trouble.clone(), props.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            // What stands in the form counts, also where it was chosen before the stage was awake.
            let chosen = platform::checked(&form).and_then(|at| props.question.options().into_iter().nth(at));
            let said = match chosen {
                None => Err(texts::stage::CHOOSE_FIRST.to_owned()),
                Some((Answer::Part(_), _)) => match platform::value(&part).trim().replace(',', "").parse() {
                    Ok(n) if (1..=most).contains(&n) => Ok(Answer::Part(n)),
                    _ => Err(texts::stage::how_many_from_1_to(most)),
                },
                Some((other, _)) => Ok(other),
            };
            match said {
                Ok(said) => props.answer.emit(Some(said)),
                Err(why) => trouble.set(Some(why)),
            }
        })
    };
    let settled = {
        let trouble = trouble.clone();
        Callback::from(move |()| trouble.set(None))
    };
    let show = props.answer.reform(|_: MouseEvent| None);
    html! {
        <form onsubmit={submit} novalidate=true ref={form}>
            <p class="q" id={heading.clone()}>{words(&props.question.ask)}</p>
            <div role="radiogroup" aria-labelledby={heading}>
                for (i, (answer, says)) in props.question.options().into_iter().enumerate() {
                    <div key={i} class="row">
                        <label>
                            <input type="radio" name={format!("{}-a{}", props.stage, props.question.place)} value={i.to_string()}
                                onchange={settled.reform(|_: Event| ())} />
                            <span>{words(&says)}</span>
                        </label>
                        if matches!(answer, Answer::Part(_)) {
                            <input type="number" min="1" max={most.to_string()} autocomplete="off" aria-label={texts::stage::HOW_MANY_BYTES}
                                placeholder={texts::stage::BYTES} ref={part.clone()} onfocus={pick_part(&settled)} />
                        }
                    </div>
                }
            </div>
            <p class="trouble" role="alert">{(*trouble).clone().unwrap_or_default()}</p>
            <div class="btns">
                <button type="submit" class="btn main">{texts::stage::PREDICT_AND_RUN}</button>
                <button type="button" class="btn quiet" onclick={show}>{texts::stage::JUST_SHOW_ME}</button>
            </div>
        </form>
    }
}

/// To type a number is to choose the answer that has one.
fn pick_part(settled: &Callback<()>) -> Callback<FocusEvent> {
    settled.reform(|event: FocusEvent| platform::check_radio_beside(&event))
}
