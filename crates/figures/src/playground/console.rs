//! What a program is told with: a call is picked and its arguments filled in, or it is typed.

use scene::{CallForm, Doing, FORMS, NotACall, SocketLine, parse_call};
use syscall::TaskId;
use world::Input;
use yew::prelude::*;

use crate::platform;
use crate::texts;

#[derive(Properties, PartialEq, Clone)]
pub(super) struct ConsoleProps {
    pub(super) task: TaskId,
    pub(super) name: String,
    pub(super) doing: Doing,
    pub(super) sockets: Vec<SocketLine>,
    pub(super) give: Callback<(TaskId, Input)>,
}

/// The form; where the program is in a call, it says so and takes nothing.
#[component]
pub(super) fn ConsoleForm(props: &ConsoleProps) -> Html {
    let picked = use_state_eq(|| None::<usize>);
    let text = use_state_eq(String::new);
    let trouble = use_state_eq(String::new);
    let line = use_node_ref();
    let at = picked.unwrap_or_else(|| suggested(&props.sockets)).min(FORMS.len() - 1);
    let form = &FORMS[at];
    let shown = if text.is_empty() { usual(form, &props.sockets) } else { (*text).clone() };
    let pick = {
        let (picked, text, trouble) = (picked.clone(), text.clone(), trouble.clone());
        Callback::from(move |event: Event| {
            let name = platform::chosen(&event);
            picked.set(FORMS.iter().position(|form| form.name == name));
            text.set(String::new());
            trouble.set(String::new());
        })
    };
    let typed = {
        let (text, trouble) = (text.clone(), trouble.clone());
        Callback::from(move |event: InputEvent| {
            text.set(platform::text_of(&event));
            trouble.set(String::new());
        })
    };
    let fill = |at: usize| {
        let (text, shown, name) = (text.clone(), shown.clone(), form.name);
        Callback::from(move |event: InputEvent| {
            let mut arguments = arguments(&shown);
            if let Some(argument) = arguments.get_mut(at) {
                *argument = platform::text_of(&event);
            }
            text.set(format!("{name}({})", arguments.join(", ")));
        })
    };
    let submit = {
        let (text, trouble, give, shown, line) =
            (text.clone(), trouble.clone(), props.give.clone(), shown.clone(), line.clone());
        let (task, busy) = (props.task, busy(&props.doing));
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            match (&busy, parse_call(&shown)) {
                (Some(why), _) => trouble.set(why.clone()),
                (None, Ok(input)) => {
                    give.emit((task, input));
                    text.set(String::new());
                    trouble.set(String::new());
                    platform::focus(&line);
                }
                (None, Err(NotACall(why))) => trouble.set(why),
            }
        })
    };
    let given = arguments(&shown);
    let fields = shown.starts_with(form.name) && given.len() == form.arguments.len();
    html! {
        <form class="console" onsubmit={submit} aria-label={texts::playground::what_it_calls_next(&props.name)} novalidate=true data-part="console">
            <div class="fields">
                <label><span>{texts::playground::CALL}</span>
                    <select onchange={pick}>
                        for (i, it) in FORMS.iter().enumerate() {
                            <option key={it.name} value={it.name} selected={i == at}>{it.name}</option>
                        }
                    </select>
                </label>
                if fields {
                    for (place, (name, _)) in form.arguments.iter().enumerate() {
                        <label key={*name}><span>{*name}</span>
                            <input type="text" value={given[place].clone()} size={given[place].len().clamp(3, 18).to_string()}
                                autocomplete="off" spellcheck="false" oninput={fill(place)} />
                        </label>
                    }
                }
            </div>
            <div class="typed">
                <input type="text" class="line" ref={line} value={shown.clone()} aria-label={texts::playground::call_as_text(&props.name)}
                    autocomplete="off" autocapitalize="off" spellcheck="false" oninput={typed} />
                <button type="submit" class="btn main" aria-disabled={busy(&props.doing).is_some().to_string()}>{texts::playground::DO_CALL}</button>
            </div>
            <p class="trouble" role="alert">{(*trouble).clone()}</p>
        </form>
    }
}

#[derive(Properties, PartialEq, Clone)]
pub(super) struct TellProps {
    pub(super) task: TaskId,
    pub(super) name: String,
    pub(super) give: Callback<(TaskId, Input)>,
}

/// A line for the control channel of a peer that waits to be told.
#[component]
pub(super) fn TellForm(props: &TellProps) -> Html {
    let text = use_state_eq(String::new);
    let typed = {
        let text = text.clone();
        Callback::from(move |event: InputEvent| text.set(platform::text_of(&event)))
    };
    let submit = {
        let (text, give, task) = (text.clone(), props.give.clone(), props.task);
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            give.emit((task, Input::Tell((*text).clone())));
            text.set(String::new());
        })
    };
    html! {
        <form class="console" onsubmit={submit} aria-label={texts::playground::what_it_is_told(&props.name)} novalidate=true data-part="tell">
            <div class="typed">
                <input type="text" class="line" value={(*text).clone()} aria-label={texts::playground::line_for(&props.name)}
                    autocomplete="off" autocapitalize="off" spellcheck="false" oninput={typed} />
                <button type="submit" class="btn main">{texts::playground::TELL}</button>
            </div>
        </form>
    }
}

/// What a program usually does next, from what it has: its place among the forms.
fn suggested(sockets: &[SocketLine]) -> usize {
    let has = |is: fn(&SocketLine) -> bool| sockets.iter().any(is);
    let name = match () {
        () if has(|socket| socket.connection.is_some()) => "send",
        () if has(|socket| socket.queue.is_some()) => "accept",
        () if has(|_| true) => "connect",
        () => "socket",
    };
    FORMS.iter().position(|form| form.name == name).unwrap_or(0)
}

/// Why a program cannot be told anything now.
fn busy(doing: &Doing) -> Option<String> {
    Some(match doing {
        Doing::Free => return None,
        Doing::Ready => texts::playground::LET_IT_RUN_FIRST.into(),
        Doing::Waits(call) => texts::playground::waits_in(call),
        Doing::Sleeps => texts::playground::IT_SLEEPS.into(),
        Doing::Ended(_) | Doing::Raised(_) | Doing::Killed(_) => texts::playground::IT_HAS_ENDED.into(),
        Doing::Vanished => texts::playground::ITS_HOST_HAS_DIED.into(),
    })
}

/// The descriptor that a call is about most of the time: the newest that it can be about, else the newest.
fn usually_about(call: &str, sockets: &[SocketLine]) -> Option<i32> {
    let newest = |can: fn(&SocketLine) -> bool| sockets.iter().rev().find(|socket| can(socket));
    let fitting = match call {
        "accept" => newest(|socket| socket.queue.is_some()),
        "send" | "recv" | "shutdown" | "getpeername" => newest(|socket| socket.connection.is_some()),
        "bind" | "listen" | "connect" => {
            newest(|socket| socket.connection.is_none() && socket.queue.is_none())
        }
        _ => None,
    };
    fitting.or(sockets.last()).map(|socket| socket.fd)
}

/// The call as it usually stands.
fn usual(form: &CallForm, sockets: &[SocketLine]) -> String {
    let about = usually_about(form.name, sockets);
    let argument = |(name, usual): &(&str, &str)| match about {
        Some(fd) if *name == "descriptor" => fd.to_string(),
        Some(fd) if *name == "read" => format!("[{fd}]"),
        _ => (*usual).to_owned(),
    };
    let arguments: Vec<_> = form.arguments.iter().map(argument).collect();
    format!("{}({})", form.name, arguments.join(", "))
}

/// The arguments of a call as they are written.
fn arguments(text: &str) -> Vec<String> {
    let inner = text.split_once('(').map_or("", |(_, rest)| rest.strip_suffix(')').unwrap_or(rest));
    scene::split_arguments(inner).unwrap_or_default().into_iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use scene::Queue;
    use syscall::{ConnectionId, TcpState};

    use super::*;

    fn socket(fd: i32, connection: Option<u32>, queue: Option<Queue>) -> SocketLine {
        SocketLine {
            fd,
            state: TcpState::Closed,
            address: String::new(),
            shown: false,
            connection: connection.map(ConnectionId),
            queue,
        }
    }

    #[test]
    fn a_call_is_offered_about_the_newest_socket_that_it_can_be_about() {
        let listens = socket(3, None, Some(Queue { places: 6, waiting: Vec::new(), half_open: Vec::new() }));
        let sockets = [listens, socket(4, Some(0), None), socket(5, Some(1), None), socket(6, None, None)];
        let offered = |name: &str, sockets: &[SocketLine]| {
            usual(FORMS.iter().find(|form| form.name == name).expect("a call of the forms"), sockets)
        };
        assert_eq!(offered("accept", &sockets), "accept(3)");
        assert_eq!(offered("send", &sockets), "send(5, 20000)");
        assert_eq!(offered("recv", &sockets[..2]), "recv(4, 4096)");
        assert_eq!(offered("listen", &sockets), "listen(6, 5)");
        assert_eq!(offered("close", &sockets), "close(6)");
        assert_eq!(
            offered("accept", &sockets[1..2]),
            "accept(4)",
            "the kernel answers what is wrong with it"
        );
        assert_eq!(offered("accept", &[]), "accept(3)");
    }
}
