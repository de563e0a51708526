//! The class's server on a projector: what it asks `select` for and what was ready, who is connected, and where bytes wait. Clients are
//! numbers, and nothing that anybody typed is shown.

mod program;
mod run;

use protocol::room::Teaching;
use syscall::Fd;
use yew::prelude::*;

use super::desk::Wish;
use super::{join, words};
pub(crate) use program::List;
use run::{At, Pace};

use crate::texts;
pub(crate) use run::{Input, Output, Run};

/// The page, for a room that is open.
pub(crate) fn wall(
    run: &Run,
    teaching: &Teaching,
    address: &str,
    away: Option<AttrValue>,
    wish: &Callback<Wish>,
) -> Html {
    let on = !matches!(run.at(), At::Off(_));
    html! {
        <div class="wall-board server" data-part="server" data-room={teaching.code.clone()} data-on={on.to_string()}>
            <header>
                <div>
                    <h1>{texts::server::THE_CLASS_SERVER}</h1>
                    {buttons(run, wish)}
                    <p class="doing" role="status" data-part="doing">{doing(run)}</p>
                </div>
                {join::join(address, &teaching.code)}
            </header>
            if let Some(away) = away { <p class="warn" role="alert">{away}</p> }
            if run.calls() > 0 {
                {numbers(run)}
                {lists(run)}
                <div class="two">
                    {clients(run)}
                    {calls(run)}
                </div>
            }
        </div>
    }
}

fn buttons(run: &Run, wish: &Callback<Wish>) -> Html {
    let press = |input: Input| wish.reform(move |_: MouseEvent| Wish::Server(input.clone()));
    let pace = |pace: Pace, says: &'static str| {
        html! {
            <button type="button" class="btn" aria-pressed={(run.pace() == pace).to_string()} onclick={press(Input::Pace(pace))}>{says}</button>
        }
    };
    let ready = matches!(run.in_call(), Some((_, false)));
    html! {
        <div class="btns">
            if let At::Off(_) = run.at() {
                <button type="button" class="btn main" onclick={press(Input::Start)}>{if run.is_elsewhere() { texts::server::START_IT_HERE_INSTEAD } else { texts::server::START_THE_SERVER }}</button>
            } else {
                <button type="button" class="btn" onclick={press(Input::Stop)}>{texts::server::STOP_THE_SERVER}</button>
            }
            <span class="pace" role="group" aria-label={texts::server::HOW_FAST_IT_GOES_ON}>
                {pace(Pace::Full, texts::server::FULL_SPEED)}
                {pace(Pace::Slow, texts::server::A_CALL_A_SECOND)}
                {pace(Pace::ByHand, texts::server::BY_HAND)}
            </span>
            if run.pace() == Pace::ByHand && *run.at() == At::Runs {
                // Not disabled while a call is under way: it would lose the keyboard, and a press then does nothing anyway.
                <button type="button" class="btn main" aria-disabled={(!ready).to_string()} onclick={press(Input::Next)}>{texts::server::NEXT_CALL}</button>
            }
        </div>
    }
}

/// What it is at, in a sentence that does not change with every call.
fn doing(run: &Run) -> String {
    match run.at() {
        At::Off(Some(why)) => why.clone(),
        At::Off(None) if run.is_elsewhere() => texts::server::RUNS_ELSEWHERE.into(),
        At::Off(None) if run.calls() == 0 => texts::server::NOT_STARTED.into(),
        At::Off(None) => texts::server::STOPPED.into(),
        At::Asks | At::Opens => texts::server::IT_IS_BEING_STARTED.into(),
        At::Runs => match run.in_call() {
            Some((call, true)) if call.name() == "select" => texts::server::WAITS_IN_SELECT.into(),
            Some((call, false)) => texts::server::about_to_call(call.name()),
            _ if run.pace() == Pace::Full => texts::server::IT_SERVES.into(),
            Some((call, true)) => texts::server::in_call(call.name()),
            None => texts::server::IT_SERVES.into(),
        },
    }
}

/// Bytes that wait: unread in the kernel, as answers in the program, in the kernel on the way out.
fn waiting(run: &Run, fd: Fd) -> [usize; 3] {
    let held = run.held(fd);
    let of_program = run.program().clients().get(&fd).map_or(0, program::Client::waiting);
    [held.map_or(0, |held| held.inq as usize), of_program, held.map_or(0, |held| held.outq as usize)]
}

fn numbers(run: &Run) -> Html {
    let clients = run.program().clients();
    let mut waits = [0; 3];
    for fd in clients.keys() {
        for (sum, here) in waits.iter_mut().zip(waiting(run, *fd)) {
            *sum += here;
        }
    }
    let [unread, answers, out] = waits;
    let figure = |n: String, what: &str| html! { <li><b>{n}</b>{" "}{what.to_owned()}</li> };
    html! {
        <ul class="numbers" aria-label={texts::server::THE_SERVER_IN_NUMBERS}>
            <li data-part="connected"><b>{clients.len().to_string()}</b>{if clients.len() == 1 { texts::server::ONE_CLIENT } else { texts::server::CLIENTS }}
                {texts::server::of_all_that_came(run.program().came())}</li>
            {figure(words::bytes(unread as u64), texts::server::UNREAD_IN_THE_KERNEL)}
            {figure(words::bytes(answers as u64), texts::server::OF_ANSWERS_IN_THE_PROGRAM)}
            {figure(words::bytes(out as u64), texts::server::ON_THE_WAY_OUT)}
            {figure(run.calls().to_string(), if run.calls() == 1 { texts::server::ONE_CALL } else { texts::server::CALLS })}
        </ul>
    }
}

/// The three lists: those asked for, and those found ready.
fn lists(run: &Run) -> Html {
    let names = [
        (List::Read, texts::server::READ),
        (List::Write, texts::server::WRITE),
        (List::Except, texts::server::EXCEPT),
    ];
    let one = |(list, name): (List, &'static str)| {
        let (asked, ready) = run.program().lists().of(list);
        html! {
            <tr key={name} data-list={name}>
                <th scope="row">{name}</th>
                <td data-part="asked">{descriptors(run, asked, ready)}</td>
                <td data-part="ready">{descriptors(run, ready, ready)}</td>
            </tr>
        }
    };
    html! {
        <table class="lists" data-part="lists">
            <caption>{texts::server::LISTS_OF_SELECT}<b>{texts::server::LISTENER}</b>{texts::server::IS_THE_LISTENING_SOCKET}</caption>
            <thead><tr><td></td><th scope="col">{texts::server::ASKED_FOR_LAST}</th><th scope="col">{texts::server::FOUND_READY_LAST}</th></tr></thead>
            <tbody>for list in names { {one(list)} }</tbody>
        </table>
    }
}

fn descriptors(run: &Run, all: &[Fd], ready: &[Fd]) -> Html {
    if all.is_empty() {
        return html! { <span class="none">{texts::server::NONE}</span> };
    }
    html! {
        <ul>
            for fd in all {
                <li key={fd.0} class={classes!(ready.contains(fd).then_some("yes"))}>{name(run, *fd)}</li>
            }
        </ul>
    }
}

/// A descriptor by whose it is.
fn name(run: &Run, fd: Fd) -> String {
    let program = run.program();
    match program.clients().get(&fd) {
        Some(client) => client.number.to_string(),
        None if program.listener() == Some(fd) => texts::server::LISTENER.into(),
        None => texts::server::GONE.into(),
    }
}

fn clients(run: &Run) -> Html {
    html! {
        <section aria-labelledby="server-clients">
            <h2 id="server-clients">{texts::server::CONNECTED}</h2>
            <ul class="connected" data-part="clients">
                for (fd, client) in run.program().clients() { {one(run, *fd, client)} }
                if run.program().clients().is_empty() { <li class="none">{texts::server::NOBODY}</li> }
            </ul>
        </section>
    }
}

fn one(run: &Run, fd: Fd, client: &program::Client) -> Html {
    let [unread, answers, out] = waiting(run, fd);
    let says = [
        (unread, texts::server::UNREAD),
        (answers, texts::server::TO_ANSWER),
        (out, texts::server::ON_THE_WAY),
    ];
    let says: Vec<_> = says
        .into_iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, what)| texts::server::bytes_somewhere(n, what))
        .collect();
    html! {
        <li key={client.number} data-client={client.number.to_string()} class={classes!((!says.is_empty()).then_some("waits"))}>
            <b>{client.number}</b>{" "}<span class="fd">{texts::server::FD}{fd.0}</span>{" "}
            <span>{if says.is_empty() { words::bytes(client.received) } else { says.join(", ") }}</span>
        </li>
    }
}

fn calls(run: &Run) -> Html {
    html! {
        <section aria-labelledby="server-calls">
            <h2 id="server-calls">{texts::server::LAST_CALLS}</h2>
            <ol class="made" data-part="calls">
                for made in run.made() { <li key={made.number}><span class="n">{made.number}</span>{made.line()}</li> }
            </ol>
        </section>
    }
}
