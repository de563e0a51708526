//! A question to the class: written or taken from those that are ready, voted on twice, revealed.

use std::rc::Rc;

use protocol::room::{Direct, MOST_TEXT, Phase, Question};
use yew::prelude::*;

use super::desk::Wish;
use super::form::{self, submit};
use super::ready::Offers;
use crate::icon::{Icon, icon};
use crate::platform;
use crate::texts;

/// Most choices that a room takes.
const MOST_CHOICES: usize = 8;
/// Choices that a new question has room for.
const USUAL_CHOICES: usize = 4;

/// What the panel is made from.
#[derive(Properties, PartialEq)]
pub(crate) struct QuestionProps {
    pub(crate) question: Option<Rc<Question>>,
    pub(crate) offers: Rc<Vec<Offers>>,
    /// How many could answer.
    pub(crate) present: usize,
    pub(crate) wish: Callback<Wish>,
}

/// The panel: a form, or the question that is asked.
#[component]
pub(crate) fn QuestionPanel(props: &QuestionProps) -> Html {
    match &props.question {
        Some(question) => {
            html! { <Asked key={question.id.0} question={question.clone()} present={props.present} wish={props.wish.clone()} /> }
        }
        None => html! { <Write offers={props.offers.clone()} wish={props.wish.clone()} /> },
    }
}

#[derive(Properties, PartialEq)]
struct WriteProps {
    offers: Rc<Vec<Offers>>,
    wish: Callback<Wish>,
}

/// The form. What is ready is copied into it, to be changed or sent as it is.
#[component]
fn Write(props: &WriteProps) -> Html {
    let rows = use_state_eq(|| USUAL_CHOICES);
    let trouble = use_state_eq(|| "");
    let (text, list) = (use_node_ref(), use_node_ref());
    let choices = use_memo((), |()| std::array::from_fn::<_, MOST_CHOICES, _>(|_| NodeRef::default()));
    let take = {
        let (rows, text, choices, list) = (rows.setter(), text.clone(), choices.clone(), list.clone());
        let offers = props.offers.clone();
        Callback::from(move |event: Event| {
            let mut questions = offers.iter().flat_map(|it| &it.questions);
            let ready = platform::chosen(&event).parse().ok().and_then(|at| questions.nth(at));
            let Some(ready) = ready else { return };
            rows.set(ready.choices.len().max(USUAL_CHOICES));
            platform::set_value_of(&text, &ready.text);
            for (at, node) in choices.iter().enumerate() {
                platform::set_value_of(node, ready.choices.get(at).map_or("", String::as_str));
            }
            platform::check(&list, ready.right);
            platform::focus(&text);
        })
    };
    let send = {
        let (wish, text, choices, list, trouble) =
            (props.wish.clone(), text.clone(), choices.clone(), list.clone(), trouble.setter());
        submit(move || {
            let typed: Vec<_> = choices.iter().map(form::typed).collect();
            let Some(text) = form::typed(&text) else {
                return trouble.set(texts::poll::WRITE_THE_QUESTION_FIRST);
            };
            if typed.iter().flatten().count() < 2 {
                return trouble.set(texts::poll::TOO_FEW_CHOICES);
            }
            // Empty lines between choices are no choices: the right one moves up with the others.
            let right = platform::checked(&list).filter(|at| typed.get(*at).is_some_and(Option::is_some));
            let right = right.map(|at| typed[..at].iter().flatten().count() as u32);
            let choices = typed.into_iter().flatten().collect();
            trouble.set("");
            wish.emit(Wish::Direct(
                Direct::Question { text, choices, right },
                texts::poll::THE_QUESTION_IS_ASKED,
            ));
        })
    };
    let more = {
        let rows = rows.clone();
        Callback::from(move |_: MouseEvent| rows.set((*rows + 1).min(MOST_CHOICES)))
    };
    html! {
        <form class="ask-all" onsubmit={send} data-part="write">
            <div class="field">
                <label for="ready">{texts::poll::A_QUESTION_THAT_IS_READY}</label>
                <select id="ready" onchange={take}>
                    <option value="" selected=true>{texts::poll::NO_READY_QUESTION}</option>
                    for (before, offers) in headed(&props.offers) {
                        <optgroup label={offers.heading.clone()}>
                            for (at, ready) in (before..).zip(&offers.questions) {
                                // The teacher's guide calls those under the first heading by their numbers.
                                <option value={at.to_string()}>if before == 0 { {at + 1}{". "} }{ready.text.clone()}</option>
                            }
                        </optgroup>
                    }
                </select>
            </div>
            {form::text(texts::poll::THE_QUESTION, "question-text", &text, MOST_TEXT)}
            <fieldset ref={list}>
                <legend>{texts::poll::CHOICES}</legend>
                for at in 0..*rows {
                    <div class="answer">
                        <input type="radio" name="right" value={at.to_string()} aria-label={texts::poll::choice_is_right(at + 1)} />
                        <input type="text" maxlength="200" autocomplete="off" ref={choices[at].clone()} aria-label={texts::poll::choice(at + 1)} />
                    </div>
                }
                <label class="tick answer"><input type="radio" name="right" value="none" /><span>{texts::poll::NO_CHOICE_IS_RIGHT}</span></label>
                if *rows < MOST_CHOICES { <button type="button" class="btn quiet" onclick={more}>{texts::poll::ONE_CHOICE_MORE}</button> }
            </fieldset>
            <p class="trouble" role="alert">{*trouble}</p>
            <button class="btn main">{texts::poll::ASK_EVERYBODY}</button>
        </form>
    }
}

/// The headings, and how many questions stand before each.
fn headed(offers: &[Offers]) -> impl Iterator<Item = (usize, &Offers)> {
    offers.iter().scan(0, |before, it| {
        let at = *before;
        *before += it.questions.len();
        Some((at, it))
    })
}

#[derive(Properties, PartialEq)]
struct AskedProps {
    question: Rc<Question>,
    present: usize,
    wish: Callback<Wish>,
}

/// The question that is asked. What was said is hidden until it is revealed, for a teacher's screen is often projected.
#[component]
fn Asked(props: &AskedProps) -> Html {
    let question = &props.question;
    let phase = |to: Phase, says: &'static str| {
        props.wish.reform(move |_: MouseEvent| Wish::Direct(Direct::Phase { phase: to }, says))
    };
    let clear = props
        .wish
        .reform(|_: MouseEvent| Wish::Direct(Direct::Clear, texts::poll::THE_QUESTION_IS_TAKEN_AWAY));
    let revealed = question.phase == Phase::Revealed;
    html! {
        <div class="asked" data-part="asked" data-phase={name(question.phase)}>
            <p class="phase">{says(question.phase)}{answered(question, props.present)}</p>
            <p class="question">{question.text.clone()}</p>
            if revealed {
                {histogram(question)}
            } else {
                <ol class="choices">for choice in &question.choices { <li>{choice.clone()}</li> }</ol>
                <details class="peek">
                    <summary>{texts::poll::SAID_SO_FAR}</summary>
                    {histogram(question)}
                </details>
            }
            <div class="btns">
                if question.phase == Phase::First {
                    <button type="button" class="btn main" onclick={phase(Phase::Talk, texts::poll::THEY_TALK_NOW)}>{texts::poll::TALK_TO_YOUR_NEIGHBOUR}</button>
                }
                if question.phase == Phase::Talk {
                    <button type="button" class="btn main" onclick={phase(Phase::Second, texts::poll::THE_SECOND_VOTE_IS_OPEN)}>{texts::poll::TO_THE_SECOND_VOTE}</button>
                }
                if !revealed {
                    <button type="button" class={classes!("btn", (question.phase == Phase::Second).then_some("main"))}
                        onclick={phase(Phase::Revealed, texts::poll::EVERYBODY_SEES)}>{texts::poll::REVEAL}</button>
                }
                <button type="button" class="btn quiet" onclick={clear}>{texts::poll::TAKE_THE_QUESTION_AWAY}</button>
            </div>
        </div>
    }
}

/// For style sheets and tests.
pub(crate) fn name(phase: Phase) -> &'static str {
    match phase {
        Phase::First => "first",
        Phase::Talk => "talk",
        Phase::Second => "second",
        Phase::Revealed => "revealed",
    }
}

/// What happens in this phase.
pub(crate) fn says(phase: Phase) -> &'static str {
    match phase {
        Phase::First => texts::poll::EACH_FOR_THEMSELVES,
        Phase::Talk => texts::poll::TALK_TO_YOUR_NEIGHBOUR,
        Phase::Second => texts::poll::EACH_AGAIN,
        Phase::Revealed => texts::poll::WHAT_WAS_SAID,
    }
}

/// How many have said something in the vote that is open; nothing where none is.
pub(crate) fn answered(question: &Question, present: usize) -> String {
    match question.phase {
        Phase::First | Phase::Second => texts::poll::have_answered(question.answered, present),
        Phase::Talk | Phase::Revealed => String::new(),
    }
}

/// What was said: each choice with its bars, of the first vote and, where there was one, of the second.
pub(crate) fn histogram(question: &Question) -> Html {
    let votes: Vec<(&str, &[u32])> = [texts::poll::FIRST_VOTE, texts::poll::SECOND_VOTE]
        .into_iter()
        .zip(question.counts.iter().map(Vec::as_slice))
        .filter(|(_, counts)| counts.iter().any(|n| *n > 0))
        .collect();
    if votes.is_empty() {
        return html! { <p class="none">{texts::poll::NOBODY_HAS_SAID_ANYTHING_YET}</p> };
    }
    let most = votes.iter().flat_map(|(_, counts)| counts.iter()).copied().max().unwrap_or(1).max(1);
    html! {
        <table class="votes" data-part="histogram">
            <thead><tr><th scope="col">{texts::poll::CHOICE}</th>for (vote, _) in &votes { <th scope="col">{*vote}</th> }</tr></thead>
            <tbody>
                for (at, choice) in question.choices.iter().enumerate() {
                    <tr class={(question.right == Some(at as u32)).then_some("right")}>
                        <th scope="row">
                            if question.right == Some(at as u32) { {icon(Icon::Check)}<span class="sr">{texts::poll::RIGHT}</span> }
                            {choice.clone()}
                        </th>
                        for (vote, counts) in &votes { <td>{votes_bar(vote, counts, at, most)}</td> }
                    </tr>
                }
            </tbody>
        </table>
    }
}

fn votes_bar(vote: &str, counts: &[u32], at: usize, most: u32) -> Html {
    let n = counts.get(at).copied().unwrap_or(0);
    let all: u32 = counts.iter().sum();
    let percent = (n * 100 + all / 2).checked_div(all).unwrap_or(0);
    html! {
        <>
            <svg class={classes!("vote", (vote == texts::poll::SECOND_VOTE).then_some("second"))} viewBox="0 0 100 16" preserveAspectRatio="none" aria-hidden="true">
                <rect width={(n * 100 / most).to_string()} height="16" />
            </svg>
            <span class="n"><b>{n.to_string()}</b>{format!(" · {percent} %")}</span>
        </>
    }
}
