//! A side of the stage: the program, and the kernel that it stands on.

use scene::{Doing, SideScene, SocketLine, SourceLine};
use syscall::TcpState;
use yew::prelude::*;

use crate::icon::{Icon, icon};
use crate::tape::{crossing, tape_view};

/// The program: its text, its variables, its tapes. `whole` is whether all of its text is shown.
pub(crate) fn program_pane(
    side: &SideScene,
    place: usize,
    stage: &AttrValue,
    whole: &UseStateHandle<bool>,
) -> Html {
    let folds = side.source.iter().any(|line| line.far);
    let toggle = {
        let whole = whole.clone();
        Callback::from(move |_: MouseEvent| whole.set(!*whole))
    };
    html! {
        <div key={format!("p{place}")} class={classes!("program", format!("p{place}"))} data-part="program">
            <div class="host-head">
                <h3>{side.name.clone()}</h3>
                <span class="file">{side.file.clone()}</span>
                if folds {
                    <button type="button" class="fold" aria-expanded={whole.to_string()} onclick={toggle}>
                        {if **whole { "fewer lines" } else { "all lines" }}
                    </button>
                }
                {pill(side)}
            </div>
            {listing(&side.source, **whole, side)}
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
        <div key={format!("k{place}")} class={classes!("kernel", format!("k{place}"))} data-part="kernel">
            {crossing(&side.copies)}
            <div class="tapes">
                for tape in side.kernel.iter() {
                    { tape_view(tape, stage) }
                }
            </div>
            if let Some(other) = &side.other {
                <p class="other">{other.clone()}</p>
            }
            if !side.sockets.is_empty() {
                <ul class="sockets" aria-label="Sockets">
                    for socket in side.sockets.iter() {
                        { socket_line(socket) }
                    }
                </ul>
            }
        </div>
    }
}

fn pill(side: &SideScene) -> Html {
    let (class, mark, says) = match &side.doing {
        Doing::Ready => {
            let badge = side.choice.map(|n| html! { <span class="badge" aria-hidden="true">{n}</span> });
            ("ready", badge.unwrap_or_default(), "can run".to_owned())
        }
        Doing::Waits(call) => ("waits", icon(Icon::Wait), format!("waits in {call}")),
        Doing::Ended(0) => ("ended", icon(Icon::Check), "has ended".to_owned()),
        Doing::Ended(status) => ("ended", Html::default(), format!("ended with {status}")),
        Doing::Raised(exception) => ("raised", icon(Icon::Cross), exception.clone()),
    };
    html! { <span class={classes!("doing", class)}>{mark}{says}</span> }
}

fn listing(lines: &[SourceLine], whole: bool, side: &SideScene) -> Html {
    let before = lines.iter().take_while(|line| line.far).count();
    let after = lines.iter().rev().take_while(|line| line.far).count();
    let raised = matches!(side.doing, Doing::Raised(_));
    let stuck = matches!(side.doing, Doing::Waits(_));
    let fold = |first: usize, last: usize| {
        let says = if first == last { format!("line {first}") } else { format!("lines {first} to {last}") };
        html! { <li class="folded"><span class="n" aria-hidden="true">{"⋮"}</span><span>{says}</span></li> }
    };
    html! {
        <ol class="src" aria-label={format!("{}, the program of {}", side.file, side.name)}>
            if before > 0 && !whole { {fold(1, before)} }
            for line in lines.iter() {
                if whole || !line.far {
                    { source_line(line, raised, stuck, side.aside.as_deref()) }
                }
            }
            if after > 0 && before < lines.len() && !whole { {fold(lines.len() - after + 1, lines.len())} }
        </ol>
    }
}

fn source_line(line: &SourceLine, raised: bool, stuck: bool, aside: Option<&str>) -> Html {
    let class = classes!(
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
            <span class="fd">{"fd "}{socket.fd}</span>
            <span class="state">
                <svg viewBox="0 0 26 10" aria-hidden="true"><path d={glyph(socket.state)} /></svg>
                {socket.state.name()}
            </span>
            <span class="address">{socket.address.clone()}</span>
        </li>
    }
}
