//! A side of the stage: the program, and the kernel that it stands on.

use scene::{Doing, Queue, SideScene, SocketLine, SourceLine, Timer, WaitsFor};
use syscall::TcpState;
use yew::prelude::*;

use crate::icon::{Icon, icon};
use crate::tape::{crossing, tape_view};
use crate::texts;

/// The program: its text, its variables, its tapes. `whole` is whether all of its text is shown; `console` is what it is
/// told with.
pub(crate) fn program_pane(
    side: &SideScene,
    place: usize,
    stage: &AttrValue,
    whole: &UseStateHandle<bool>,
    console: Html,
) -> Html {
    let folds = side.source.iter().any(|line| line.far);
    let toggle = {
        let whole = whole.clone();
        Callback::from(move |_: MouseEvent| whole.set(!*whole))
    };
    html! {
        <div key={format!("p{place}")} class={classes!("program", format!("p{place}"), side.machine.dead.then_some("dead"))} data-part="program">
            <div class="host-head">
                <h3>{side.name.clone()}</h3>
                <span class="file">{side.file.clone()}</span>
                if folds {
                    <button type="button" class="fold" aria-expanded={whole.to_string()} onclick={toggle}>
                        {if **whole { texts::stage::FEWER_LINES } else { texts::stage::ALL_LINES }}
                    </button>
                }
                {doing_pill(&side.doing, side.choice)}
            </div>
            if side.source.is_empty() { {calls(side)} } else { {listing(&side.source, **whole, side)} }
            {console}
            if let Some(waits) = &side.waits_for { {waits_for(waits)} }
            if !side.values.is_empty() {
                <dl class="vars">
                    for value in side.values.iter() {
                        <div key={value.name.clone()} class={classes!(value.changed.then_some("changed"))}>
                            <dt>{value.name.clone()}{" ="}</dt>{" "}<dd>{value.text.clone()}</dd>
                        </div>
                    }
                </dl>
            }
            <div class="tapes">
                for tape in side.program.iter() {
                    { tape_view(tape, stage) }
                }
            </div>
        </div>
    }
}

/// The kernel: its buffers and sockets.
pub(crate) fn kernel_pane(side: &SideScene, place: usize, stage: &AttrValue) -> Html {
    html! {
        <div key={format!("k{place}")} class={classes!("kernel", format!("k{place}"), side.machine.dead.then_some("dead"))} data-part="kernel">
            {crossing(&side.copies)}
            <div class="tapes">
                for tape in side.kernel.iter() {
                    { tape_view(tape, stage) }
                }
            </div>
            if let Some(other) = &side.other {
                <p class="other">{other.clone()}</p>
            }
            if !side.machine.timers.is_empty() {
                <ul class="timers" aria-label={texts::stage::TIMERS} data-part="timers">
                    for (i, timer) in side.machine.timers.iter().enumerate() { {timer_line(i, timer)} }
                </ul>
            }
            if side.machine.dead { <p class="down">{icon(Icon::Cross)}{texts::stage::is_dead(&side.machine.name)}</p> }
            if side.machine.cut { <p class="down">{icon(Icon::Cross)}{texts::stage::THE_CABLE_IS_CUT}</p> }
            if !side.sockets.is_empty() {
                <ul class="sockets" aria-label={texts::stage::SOCKETS}>
                    for socket in side.sockets.iter() {
                        { socket_line(socket) }
                    }
                </ul>
            }
        </div>
    }
}

/// What a program is doing: shape first, word second.
pub(crate) fn doing_pill(doing: &Doing, choice: Option<usize>) -> Html {
    let (class, mark, says) = match doing {
        Doing::Ready => {
            let badge = choice.map(|n| html! { <span class="badge" aria-hidden="true">{n}</span> });
            ("ready", badge.unwrap_or_default(), texts::stage::CAN_RUN.to_owned())
        }
        Doing::Waits(call) => ("waits", icon(Icon::Wait), texts::stage::waits_in(call)),
        Doing::Sleeps => ("waits", icon(Icon::Wait), texts::stage::SLEEPS.to_owned()),
        Doing::Free => ("free", Html::default(), texts::stage::WAITS_FOR_YOUR_CALL.to_owned()),
        Doing::Ended(0) => ("ended", icon(Icon::Check), texts::stage::HAS_ENDED.to_owned()),
        Doing::Ended(status) => ("ended", Html::default(), texts::stage::ended_with(status)),
        Doing::Raised(exception) => ("raised", icon(Icon::Cross), exception.clone()),
        Doing::Killed(signal) => ("raised", icon(Icon::Cross), texts::stage::killed_by(signal)),
        Doing::Vanished => ("ended", icon(Icon::Cross), texts::stage::GONE_WITH_ITS_HOST.to_owned()),
    };
    html! { <span class={classes!("doing", class)}>{mark}{says}</span> }
}

/// The last calls of a program without text.
fn calls(side: &SideScene) -> Html {
    html! {
        <ol class="src calls" aria-label={texts::stage::last_calls_of(&side.name)}>
            for row in side.calls.iter() {
                <li key={row.event}>
                    <span class="n">{row.event}</span>
                    <code>{row.call.clone().unwrap_or_default()}</code>
                </li>
            }
            if side.calls.is_empty() { <li class="folded"><span class="n"></span><span>{texts::stage::NO_CALL_YET}</span></li> }
        </ol>
    }
}

/// The lists of a `select` or `poll`, each descriptor with whether it is ready and why.
fn waits_for(waits: &WaitsFor) -> Html {
    html! {
        <div class="readiness" data-part="ready">
            <p><code>{waits.call.clone()}</code>{texts::stage::WAITS}{waits.at_most.clone()}{texts::stage::WAITS_FOR}</p>
            <dl>
                for list in waits.lists.iter() {
                    <div key={list.name.clone()}>
                        <dt>{list.name.clone()}</dt>
                        <dd>
                            if list.entries.is_empty() { <span class="none">{texts::stage::NONE}</span> }
                            for entry in list.entries.iter() {
                                <span key={entry.fd} class={classes!("entry", entry.ready.then_some("yes"))} data-ready={entry.ready.to_string()}>
                                    if entry.ready { {icon(Icon::Check)} } else { {icon(Icon::Wait)} }
                                    <b>{texts::stage::FD}{entry.fd}</b>{" "}{entry.why.clone()}
                                </span>
                            }
                        </dd>
                    </div>
                }
            </dl>
        </div>
    }
}

/// The places of a listener's queue: taken ones, free ones, and handshakes that have none yet.
fn queue_view(queue: &Queue) -> Html {
    const MOST: usize = 8;
    let free = (queue.places as usize).saturating_sub(queue.waiting.len());
    let more = (queue.waiting.len() + free).saturating_sub(MOST);
    html! {
        <span class="queue" data-part="queue" role="img" aria-label={texts::stage::queue(queue.spoken())}>
            for (i, who) in queue.waiting.iter().enumerate().take(MOST) {
                <span key={i} class="place taken">{who.clone()}</span>
            }
            for i in 0..free.min(MOST.saturating_sub(queue.waiting.len())) { <span key={format!("f{i}")} class="place"></span> }
            if more > 0 { <span class="more">{texts::stage::and_more(more)}</span> }
            for (i, who) in queue.half_open.iter().enumerate() {
                <span key={format!("h{i}")} class="place half">{who.clone()}</span>
            }
        </span>
    }
}

/// A timer of the host; several sockets may have one of the same name.
fn timer_line(i: usize, timer: &Timer) -> Html {
    html! {
        <li key={i} class={classes!(timer.shown.then_some("shown"))}>
            if let Some(n) = timer.choice { <span class="badge" aria-hidden="true">{n}</span> } else { {icon(Icon::Wait)} }
            <b>{timer.name.clone()}</b>{" "}<span>{texts::stage::runs_out_in(&timer.left)}</span>
        </li>
    }
}

fn listing(lines: &[SourceLine], whole: bool, side: &SideScene) -> Html {
    let before = lines.iter().take_while(|line| line.far).count();
    let after = lines.iter().rev().take_while(|line| line.far).count();
    let raised = matches!(side.doing, Doing::Raised(_));
    let stuck = matches!(side.doing, Doing::Waits(_) | Doing::Sleeps);
    let fold = |first: usize, last: usize| {
        let says = if first == last { texts::stage::line(first) } else { texts::stage::lines(first, last) };
        html! { <li class="folded"><span class="n" aria-hidden="true">{"⋮"}</span><span>{says}</span></li> }
    };
    html! {
        <ol class="src" aria-label={texts::stage::program_of(&side.file, &side.name)}>
            if before > 0 && !whole { {fold(1, before)} }
            // On paper, and where no script can unfold them, all lines are shown.
            for line in lines.iter() {
                { source_line(line, line.far && !whole, raised, stuck, side.aside.as_deref()) }
            }
            if after > 0 && before < lines.len() && !whole { {fold(lines.len() - after + 1, lines.len())} }
        </ol>
    }
}

fn source_line(line: &SourceLine, far: bool, raised: bool, stuck: bool, aside: Option<&str>) -> Html {
    let class = classes!(
        far.then_some("far"),
        line.current.then_some("current"),
        (line.current && raised).then_some("bad"),
        (line.current && stuck).then_some("stuck"),
        line.just.then_some("just"),
    );
    html! {
        <li key={line.number} {class} aria-current={line.current.then_some("step")}>
            <span class="n">{line.number}</span>
            <code>{line.text.clone()}</code>
            if let Some(aside) = aside.filter(|_| line.current) {
                <span class="aside">{aside.to_owned()}</span>
            }
        </li>
    }
}

/// A socket's state as two lines, one a direction: a bar ends a closed one.
fn glyph(state: TcpState) -> &'static str {
    match state {
        TcpState::Listen => "M1 5h7M13 1v8",
        TcpState::SynSent | TcpState::SynReceived => "M1 5h6M10 5h3M16 5h3",
        TcpState::Established => "M1 3h24M1 7h24",
        TcpState::FinWait1 | TcpState::FinWait2 => "M1 3h11M14 0v6M1 7h24",
        TcpState::CloseWait => "M1 3h24M1 7h11M14 4v6",
        TcpState::Closing | TcpState::LastAck | TcpState::TimeWait | TcpState::Closed => {
            "M1 3h9M12 0v10M1 7h9"
        }
    }
}

fn socket_line(socket: &SocketLine) -> Html {
    html! {
        <li key={socket.fd} class={classes!(socket.shown.then_some("shown"))}>
            <span class="fd">{texts::stage::FD}{socket.fd}</span>
            <span class="state">
                <svg viewBox="0 0 26 10" aria-hidden="true"><path d={glyph(socket.state)} /></svg>
                {socket.state.name()}
            </span>
            <span class="address">{socket.address.clone()}</span>
            if let Some(queue) = &socket.queue { {queue_view(queue)} }
        </li>
    }
}
