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
                    <h1>{"The class’s server"}</h1>
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
                <button type="button" class="btn main" onclick={press(Input::Start)}>{if run.is_elsewhere() { "Start it here instead" } else { "Start the server" }}</button>
            } else {
                <button type="button" class="btn" onclick={press(Input::Stop)}>{"Stop the server"}</button>
            }
            <span class="pace" role="group" aria-label="How fast it goes on">
                {pace(Pace::Full, "Full speed")}
                {pace(Pace::Slow, "A call a second")}
                {pace(Pace::ByHand, "By hand")}
            </span>
            if run.pace() == Pace::ByHand && *run.at() == At::Runs {
                // Not disabled while a call is under way: it would lose the keyboard, and a press then does nothing anyway.
                <button type="button" class="btn main" aria-disabled={(!ready).to_string()} onclick={press(Input::Next)}>{"Next call"}</button>
            }
        </div>
    }
}

/// What it is at, in a sentence that does not change with every call.
fn doing(run: &Run) -> String {
    match run.at() {
        At::Off(Some(why)) => why.clone(),
        At::Off(None) if run.is_elsewhere() => {
            "Another page that teaches this room runs the class’s server. Start it here, and that one stops."
                .into()
        }
        At::Off(None) if run.calls() == 0 => "It is not started: no learner can connect yet.".into(),
        At::Off(None) => {
            "It is stopped, and its connections are closed. What stands here is how it was.".into()
        }
        At::Asks | At::Opens => "It is being started.".into(),
        At::Runs => match run.in_call() {
            Some((call, true)) if call.name() == "select" => {
                "It waits in select, until one of its descriptors is ready.".into()
            }
            Some((call, false)) => format!("It is about to call {}.", call.name()),
            _ if run.pace() == Pace::Full => "It serves.".into(),
            Some((call, true)) => format!("It is in {}.", call.name()),
            None => "It serves.".into(),
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
        <ul class="numbers" aria-label="The server in numbers">
            <li data-part="connected"><b>{clients.len().to_string()}</b>{if clients.len() == 1 { " client" } else { " clients" }}
                {format!(" of {} that came", run.program().came())}</li>
            {figure(words::bytes(unread as u64), "unread in the kernel")}
            {figure(words::bytes(answers as u64), "of answers in the program")}
            {figure(words::bytes(out as u64), "on the way out")}
            {figure(run.calls().to_string(), "calls")}
        </ul>
    }
}

/// The three lists: those asked for, and those found ready.
fn lists(run: &Run) -> Html {
    let names = [(List::Read, "read"), (List::Write, "write"), (List::Except, "except")];
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
            <caption>{"The lists of select. A number is a client; "}<b>{"new"}</b>{" is the listening socket."}</caption>
            <thead><tr><td></td><th scope="col">{"asked for last"}</th><th scope="col">{"found ready last"}</th></tr></thead>
            <tbody>for list in names { {one(list)} }</tbody>
        </table>
    }
}

fn descriptors(run: &Run, all: &[Fd], ready: &[Fd]) -> Html {
    if all.is_empty() {
        return html! { <span class="none">{"none"}</span> };
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
        None if program.listener() == Some(fd) => "new".into(),
        None => "gone".into(),
    }
}

fn clients(run: &Run) -> Html {
    html! {
        <section aria-labelledby="server-clients">
            <h2 id="server-clients">{"Connected"}</h2>
            <ul class="connected" data-part="clients">
                for (fd, client) in run.program().clients() { {one(run, *fd, client)} }
                if run.program().clients().is_empty() { <li class="none">{"nobody"}</li> }
            </ul>
        </section>
    }
}

fn one(run: &Run, fd: Fd, client: &program::Client) -> Html {
    let [unread, answers, out] = waiting(run, fd);
    let says = [(unread, "unread"), (answers, "to answer"), (out, "on the way")];
    let says: Vec<_> =
        says.into_iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} B {what}")).collect();
    html! {
        <li key={client.number} data-client={client.number.to_string()} class={classes!((!says.is_empty()).then_some("waits"))}>
            <b>{client.number}</b>{" "}<span class="fd">{"fd "}{fd.0}</span>{" "}
            <span>{if says.is_empty() { words::bytes(client.received) } else { says.join(", ") }}</span>
        </li>
    }
}

fn calls(run: &Run) -> Html {
    html! {
        <section aria-labelledby="server-calls">
            <h2 id="server-calls">{"Last calls"}</h2>
            <ol class="made" data-part="calls">
                for made in run.made() { <li key={made.number}><span class="n">{made.number}</span>{made.line()}</li> }
            </ol>
        </section>
    }
}
