//! What a room shows a learner beneath its bar: messages, the question, where the teacher is, a partner.

use protocol::room::{Pair, Phase, Place, Question};
use yew::prelude::*;

use super::hub::{Hub, address};
use super::learner::Message;
use super::page_name;
use crate::icon::{Icon, icon};
use crate::platform::class;
use crate::texts;

/// A card of this kind.
pub(super) fn card(kind: &'static str, inside: Html) -> Html {
    html! { <div key={kind} class={classes!("card", kind)} data-card={kind} data-keys="">{inside}</div> }
}

/// Each message that was not read.
pub(super) fn message_cards(hub: &Hub, messages: &[Message]) -> Vec<Html> {
    let one = |message: &Message| {
        let (hub, number) = (hub.clone(), message.number);
        let read = Callback::from(move |_: MouseEvent| hub.read(number));
        html! {
            <div key={format!("m{number}")} class="card message" data-card="message" data-message={number.to_string()}>
                <p class="over">{if message.all { texts::class::FROM_YOUR_TEACHER_TO_ALL } else { texts::class::FROM_YOUR_TEACHER_TO_YOU }}</p>
                <p class="text">{message.text.clone()}</p>
                <button type="button" class="btn" onclick={read}>{texts::class::I_HAVE_READ_IT}</button>
            </div>
        }
    };
    messages.iter().map(one).collect()
}

/// A choice's letter.
fn letter(place: usize) -> char {
    char::from(b'A' + u8::try_from(place.min(25)).unwrap_or(25))
}

/// The question to all, as far as it is.
pub(super) fn question_card(hub: &Hub, question: &Question, votes: [Option<u32>; 2]) -> Html {
    let (vote, over, says) = match question.phase {
        Phase::First => (votes[0], texts::class::A_QUESTION_TO_ALL, texts::class::ANSWER_FOR_YOURSELF),
        Phase::Talk => (votes[0], texts::class::TALK_TO_YOUR_NEIGHBOUR, texts::class::NOTHING_TAKEN_NOW),
        Phase::Second => {
            (votes[1], texts::class::THE_SAME_QUESTION_AGAIN, texts::class::ANSWER_A_SECOND_TIME)
        }
        Phase::Revealed => (votes[1].or(votes[0]), texts::class::WHAT_THE_CLASS_SAID, ""),
    };
    let open = matches!(question.phase, Phase::First | Phase::Second);
    let choices = question.choices.iter().enumerate().map(|(place, choice)| {
        let at = u32::try_from(place).unwrap_or(u32::MAX);
        let mine = vote == Some(at);
        let inside = html! { <><b class="letter">{letter(place)}</b><span>{choice.clone()}</span></> };
        let row = if question.phase == Phase::Revealed {
            let right = question.right == Some(at);
            html! { <>
                <p class="choice">{inside}
                    if right { <span class="mark">{icon(Icon::Check)}{texts::class::RIGHT}</span> }
                    {mine_words(votes, at)}
                </p>
                {bars(question, place)}
            </> }
        } else if open {
            let (hub, id) = (hub.clone(), question.id);
            let press = Callback::from(move |_: MouseEvent| hub.vote(id, at));
            html! { <button type="button" class="choice" aria-pressed={mine.to_string()} onclick={press}>{inside}
                if mine { <span class="mark">{icon(Icon::Check)}{texts::class::YOUR_ANSWER}</span> }
            </button> }
        } else {
            html! { <p class="choice">{inside} if mine { <span class="mark">{icon(Icon::Check)}{texts::class::YOUR_ANSWER}</span> }</p> }
        };
        html! { <li key={place}>{row}</li> }
    });
    card(
        "question",
        html! {
            <>
                <p class="over">{over}</p>
                <p class="text" id="room-question">{question.text.clone()}</p>
                <ul class="choices" aria-labelledby="room-question">for row in choices { {row} }</ul>
                if !says.is_empty() {
                    <p class="foot">{says}
                        if open { {texts::class::answered_so_far(question.answered)} }
                    </p>
                }
            </>
        },
    )
}

/// When one said this.
fn mine_words(votes: [Option<u32>; 2], at: u32) -> Html {
    let says = match (votes[0] == Some(at), votes[1] == Some(at)) {
        (true, true) => texts::class::YOU_BOTH_TIMES,
        (true, false) if votes[1].is_some() => texts::class::YOU_AT_FIRST,
        (true, false) => texts::class::YOU,
        (false, true) => texts::class::YOU_THEN,
        (false, false) => return Html::default(),
    };
    html! { <span class="mark mine">{says}</span> }
}

/// How many said it, in the first vote and in the second: a bar and a number each.
fn bars(question: &Question, place: usize) -> Html {
    let all: Vec<_> = question.counts.iter().filter(|counts| counts.iter().any(|n| *n > 0)).collect();
    let bar = |(nth, counts): (usize, &&Vec<u32>)| {
        let total: u32 = counts.iter().sum();
        let count = counts.get(place).copied().unwrap_or(0);
        let percent = (count * 100 + total / 2) / total.max(1);
        let vote = match (all.len(), nth) {
            (1, _) => "",
            (_, 0) => texts::class::FIRST_SAID,
            _ => texts::class::THEN_SAID,
        };
        html! {
            <p key={nth} class={classes!("tally", (all.len() > 1 && nth == 0).then_some("before"))}>
                <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
                    <rect class="ground" width="100" height="10" /><rect class="count" width={percent.to_string()} height="10" />
                </svg>
                <span>{texts::class::tally(vote, count, total, percent)}</span>
            </p>
        }
    };
    html! { for one in all.iter().enumerate().map(bar) { {one} } }
}

/// Where the teacher is, whom the class may follow.
pub(super) fn follow_card(hub: &Hub, place: &Place, page: &str, follows: bool) -> Html {
    let here = place.page == page;
    let figure = here && (place.figure.is_empty() || class::has_id(&place.figure));
    let step = match (place.figure.is_empty(), place.of) {
        (true, _) | (_, 0) => String::new(),
        _ => texts::class::at_step(place.step),
    };
    let turn = |on: bool| {
        let hub = hub.clone();
        Callback::from(move |_: MouseEvent| hub.follow(on))
    };
    let leave = {
        let (hub, place) = (hub.clone(), place.clone());
        Callback::from(move |event: MouseEvent| {
            event.prevent_default();
            hub.go_to(&place);
        })
    };
    card(
        "follow",
        if here {
            html! { <>
                <p><b>{if follows && figure { texts::class::YOU_FOLLOW_YOUR_TEACHER } else { texts::class::TEACHER_IS_ON_THIS_PAGE }}</b>{step}
                    if !place.figure.is_empty() && figure {
                        {". "}<a href={format!("#{}", place.figure)}>{texts::class::TO_THAT_FIGURE}</a>
                    }
                </p>
                <p class="acts">
                    if follows {
                        <button type="button" class="btn" onclick={turn(false)}>{texts::class::STOP_FOLLOWING}</button>
                    } else {
                        <button type="button" class="btn main" onclick={turn(true)}>{texts::class::FOLLOW}</button>
                        <span>{texts::class::FOLLOW_HINT}</span>
                    }
                </p>
            </> }
        } else {
            html! { <>
                <p><b>{texts::class::TEACHER_IS_AT}{page_name(&place.page)}{"”"}</b>{step}</p>
                <p class="acts"><a class="btn main" href={address(place)} onclick={leave}>{texts::class::GO_THERE}</a>
                    <span>{texts::class::PAGE_STAYS}</span></p>
            </> }
        },
    )
}

/// A partner whom the teacher proposes.
pub(super) fn pair_card(hub: &Hub, pair: &Pair) -> Html {
    let agree = |agree: bool| {
        let hub = hub.clone();
        Callback::from(move |_: MouseEvent| hub.pair(agree))
    };
    let with = pair.with.clone();
    let hosts = if pair.host == 0 {
        (texts::class::FIRST_HOST, "10.0.0.1", "10.0.0.2")
    } else {
        (texts::class::SECOND_HOST, "10.0.0.2", "10.0.0.1")
    };
    let (which, mine, theirs) = hosts;
    card(
        "pair",
        match (pair.agreed, pair.partner_agreed) {
            (true, true) => html! { <>
                <p><b>{texts::class::YOU_WORK_WITH}{with}</b>{texts::class::hosts_of_the_pair(which, mine, theirs)}</p>
                <button type="button" class="btn" onclick={agree(false)}>{texts::class::END_IT}</button>
            </> },
            (true, false) => html! { <>
                <p><b>{texts::class::YOU_AGREED_TO_WORK_WITH}{with.clone()}</b>{texts::class::has_not_answered(with)}</p>
                <button type="button" class="btn" onclick={agree(false)}>{texts::class::TAKE_IT_BACK}</button>
            </> },
            (false, answered) => html! { <>
                <p><b>{texts::class::WORK_WITH_PROPOSED}{with.clone()}</b>
                    {if answered { texts::class::agrees(with) } else { ".".into() }}
                    {texts::class::ABOUT_PAIRS}</p>
                <p class="acts">
                    <button type="button" class="btn main" onclick={agree(true)}>{texts::class::AGREE}</button>
                    <button type="button" class="btn" onclick={agree(false)}>{texts::class::NO}</button>
                </p>
            </> },
        },
    )
}
