//! Who serves whom: threads, connections and their names (B4, B10, B12).

use syscall::{Call, Fd, Pid, Returned, TaskId};
use world::Status;

use super::{Place, waits};
use crate::source::{Source, has_word, keeps_for_all, targets};
use crate::story::Story;

/// The process that somebody waits for to accept, where all its threads wait for something else.
fn busy_listener(story: &Story) -> Option<(Pid, u32)> {
    if !waits(story) {
        return None;
    }
    let mut listeners =
        story.view.hosts.iter().flat_map(|host| &host.sockets).filter(|socket| socket.queue > 0);
    listeners.find_map(|listener| {
        let mut threads = story.view.programs.iter().filter(|it| it.pid == listener.pid);
        let accepts = threads.clone().any(|it| matches!(it.call, Some(Call::Accept { .. })));
        threads.next().filter(|_| !accepts).map(|it| (listener.pid, it.program))
    })
}

pub(super) fn run_not_started(story: &Story) -> Option<Place> {
    let (_, program) = busy_listener(story).or_else(|| {
        // All clients were accepted before, and one after the other is served.
        let served = |program: u32| story.source(program).is_some_and(|it| it.has("Thread"));
        let stuck = story.waiting().find(|(_, program, ..)| served(*program));
        stuck.filter(|_| waits(story)).map(|(_, program, ..)| (Pid(0), program))
    })?;
    let source = story.source(program).filter(|it| it.has("Thread"))?;
    let line = source.find(|line| runs_thread(source, line))?;
    Some((program, line))
}

/// Whether a line runs a thread: something else may have a `run` of its own.
fn runs_thread(source: &Source, line: &str) -> bool {
    let Some(object) = line.strip_suffix(".run()").filter(|it| *it != "self") else { return false };
    // The class that it is of, where this text has it.
    let made = |name: &str| source.find(|it| targets(it).any(|to| to == name) && it.contains('('));
    let value =
        made(object).and_then(|at| source.line(at).split_once('=')).map_or(object, |(_, value)| value);
    let class = value.split('(').next().unwrap_or_default().trim();
    let known = source
        .find(|it| it.strip_prefix("class ").is_some_and(|it| it.starts_with(class) && has_word(it, class)));
    known.is_none_or(|at| source.line(at).contains("Thread"))
}

/// A client waits to be accepted, and whoever would accept it waits for another, which does not wait for it in turn.
pub(super) fn one_at_a_time(story: &Story) -> Option<Place> {
    let (pid, program) = busy_listener(story)?;
    let waits = story.view.programs.iter().find(|it| it.pid == pid && it.line > 0)?;
    let sockets = || story.view.hosts.iter().flat_map(|host| &host.sockets);
    let end = |pid: Pid, fd: Fd| sockets().find(|it| (it.pid, it.fd) == (pid, fd))?.connection;
    let served = waits.call.as_ref().and_then(Call::fd).and_then(|fd| end(pid, fd));
    let in_turn = story.view.programs.iter().any(|it| {
        let other = it.call.as_ref().and_then(Call::fd).and_then(|fd| end(it.pid, fd));
        it.pid != pid && it.status == Status::Waits && other.is_some() && other == served
    });
    (!in_turn).then_some((program, waits.line))
}

/// Two threads of one process used a connection that it had accepted, or one thread received on one and sent on another, and the
/// connection has a name that all of them share.
pub(super) fn one_name(story: &Story) -> Option<Place> {
    let made = story.calls.iter().filter_map(|it| match it.outcome {
        Ok(Returned::Accepted { fd, .. }) => Some((it.program, fd, it.line)),
        _ => None,
    });
    let made: Vec<_> = made.collect();
    let uses = |call: &Call| {
        matches!(call, Call::Recv { .. } | Call::Send { .. } | Call::Read { .. } | Call::Write { .. })
    };
    let done = story.calls.iter().map(|it| (it.task, it.program, &it.call));
    let used = done.chain(story.waiting().map(|(task, program, _, call)| (task, program, call)));
    let used: Vec<_> = used
        .filter(|(.., call)| uses(call))
        .filter_map(|(task, program, call)| Some((task, program, call.fd()?)))
        .collect();
    made.iter().find_map(|(program, fd, line)| {
        if made.iter().filter(|(other, ..)| other == program).count() < 2 {
            return None;
        }
        let own = used.iter().filter(|(_, other, _)| other == program);
        let users: Vec<_> = own.clone().filter(|(.., other)| other == fd).map(|(task, ..)| *task).collect();
        let shared = users.iter().any(|task| *task != users[0] && threads_of_one(story, *task, users[0]));
        let crossed = users.first().is_some_and(|user| {
            let thread = story
                .view
                .programs
                .iter()
                .any(|it| it.task != *user && threads_of_one(story, it.task, *user));
            let another =
                |other: &Fd| other != fd && made.iter().any(|(at, made, _)| at == program && made == other);
            thread && own.clone().any(|(task, _, other)| task == user && another(other))
        });
        // It was let go before anybody used it, and the next one has its name.
        let again = made.iter().filter(|(at, _, same)| at == program && same == line).count() > 1;
        let closed =
            story.calls.iter().any(|it| it.program == *program && it.call == Call::Close { fd: *fd });
        let let_go = users.is_empty() && again && closed;
        let one = || story.source(*program).is_some_and(|source| keeps_for_all(source, *line));
        ((shared || crossed || let_go) && one()).then_some((*program, *line))
    })
}

fn threads_of_one(story: &Story, one: TaskId, other: TaskId) -> bool {
    let pid = |task| story.view.programs.iter().find(|it| it.task == task).map(|it| it.pid);
    pid(one) == pid(other)
}
