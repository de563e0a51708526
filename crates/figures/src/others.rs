//! Who is not on the stage, a line each, and which connection the stage shows.

use scene::{Card, Command, StageView};
use syscall::TaskId;
use yew::prelude::*;

use crate::host::doing_pill;
use crate::texts;

/// The connections to choose from, and the programs that are not on the stage; nothing where there is neither.
pub(crate) fn others(view: &StageView, send: &Callback<Command>) -> Html {
    if view.tabs.is_empty() && view.cards.is_empty() {
        return Html::default();
    }
    html! {
        <div class="others" data-part="others">
            if !view.tabs.is_empty() {
                <div class="tabs" role="group" aria-label={texts::stage::SHOWN_CONNECTION}>
                    for tab in view.tabs.iter() {
                        <button key={tab.connection.0} type="button" class="tab" aria-pressed={tab.shown.to_string()}
                            onclick={press(send, Command::Look(tab.connection))}>
                            <b>{tab.says.clone()}</b>{" "}<span>{tab.states.clone()}</span>
                        </button>
                    }
                </div>
            }
            if !view.cards.is_empty() {
                <ul class="cards" aria-label={texts::stage::PROGRAMS_OFF_STAGE}>
                    for card in view.cards.iter() { {card_line(card, send)} }
                </ul>
            }
        </div>
    }
}

fn press(send: &Callback<Command>, command: Command) -> Callback<MouseEvent> {
    let send = send.clone();
    Callback::from(move |_| send.emit(command))
}

fn card_line(card: &Card, send: &Callback<Command>) -> Html {
    html! {
        <li key={card.task}>
            <b>{card.name.clone()}</b>
            <span class="on">{texts::stage::on_host(&card.host)}</span>
            <code>{card.call.clone()}</code>
            <span class="holds">{card.holds.clone()}</span>
            {doing_pill(&card.doing, card.choice)}
            <button type="button" class="btn quiet" aria-label={texts::stage::show(&card.name)}
                onclick={press(send, Command::LookAt(TaskId(card.task)))}>{texts::stage::SHOW}</button>
        </li>
    }
}
