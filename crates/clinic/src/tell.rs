//! Sentences about what was found.

use explorer::{Broken, Deviation, Finding, Noted};
use syscall::{Call, Event, TaskId, What};
use world::{ChoiceKey, World};

use crate::rows::{self, Row, ends, framing, numbers, waiting};
use crate::story::Story;
use crate::uses::{Made, made_of};
use crate::{Answer, StepOfRun, Who};

/// `1 byte`, `12 bytes`.
fn bytes(n: u64) -> String {
    if n == 1 { "1 byte".into() } else { format!("{} bytes", world::number(n)) }
}

/// What happened and why, in a sentence or two.
pub(crate) fn sentence(story: &Story, row: Option<Row>, place: (u32, u32)) -> String {
    let seen = seen(story);
    let Some(row) = row else { return seen };
    let at = at(story, place);
    let why = match row.0 {
        4 => format!(
            "{at}: run() does the thread's work right here, so that nobody goes back to accept until it is done; start() begins a thread."
        ),
        5 => format!("{at}: recv answers b'' when the other side has finished, and b'' never equals ''."),
        7 => format!("{at}: recv answers b'' when the other side has finished; it never answers None."),
        8 => format!(
            "{at}: send may take fewer bytes than it is given, and says how many; nobody sent the rest."
        ),
        9 if framing::letter_cut(story).is_some() => format!(
            "{at}: this decodes what one recv brought, and that ends within a letter: one that is not ASCII takes more than one byte, and they may come in pieces."
        ),
        9 if measured(story, place) => format!(
            "{at}: a short recv was taken for the last one. It gives whatever has arrived, also in the middle of a message; only b'' is the end."
        ),
        9 => format!(
            "{at}: one recv was taken for one message. It gives whatever has arrived: a part of a message, or the end of one and the beginning of the next."
        ),
        10 => format!(
            "{at}: all connections share one name, so that a thread uses the one that was accepted last, not its own."
        ),
        12 => format!(
            "{at}: while this client is served nobody goes back to accept; the next one waits in the queue."
        ),
        13 => format!(
            "{at}: one recv brought the end of a message and the beginning of the next, and what came behind the end was thrown away."
        ),
        14 if reads_digits(story, place) => format!(
            "{at}: the digits of a length may come in pieces, as any bytes; one recv is not enough for them."
        ),
        14 => format!(
            "{at}: the bytes of a length may come in pieces, as any others; one recv is not enough for them."
        ),
        15 => format!(
            "{at}: what was written is still in the file's own buffer; without flush nothing of it has been sent."
        ),
        16 => format!("{at}: both sides send, and neither receives meanwhile; when both buffers are full, both wait."),
        17 => match story.failure.what {
            Broken::Leak { .. } => format!(
                "{at}: the connection that is made here is never closed; the other side has long gone."
            ),
            _ => match ends::still_bound(story) {
                Some(open) => format!(
                    "{at}: the socket that was bound to this address in line {} has never been closed.",
                    open.line
                ),
                None => format!(
                    "{at}: the address is still held by connections that were accepted there before; SO_REUSEADDR before every bind allows it again."
                ),
            },
        },
        18 => format!(
            "{at}: the length counts letters, and what is sent are bytes: a letter that is not ASCII takes more than one."
        ),
        19 => format!(
            "{at}: one side packs numbers with the lowest byte first, the other reads them with the highest byte first."
        ),
        21 => format!("{at}: the loop runs up to a fixed length, not up to the length of this message."),
        22 => match waiting::reads_before_it_answers(story) {
            Some(reader) => format!(
                "{}: this reads until the other side has finished, and answers only then; {at}: this waits for something before it has said that it has finished, by shutdown or close.",
                self::at(story, reader)
            ),
            None => "Each side waits for the other to finish, and neither says that it has: shutdown or close does.".into(),
        },
        _ => String::new(),
    };
    format!("{why} {seen}")
}

/// `server.py, line 7`; the program alone where there is no line.
fn at(story: &Story, (program, line): (u32, u32)) -> String {
    let name = story.name(program);
    if line > 0 { format!("{name}, line {line}") } else { name.to_owned() }
}

/// Whether the length of what this line receives decides whether there is more.
fn measured(story: &Story, (program, line): (u32, u32)) -> bool {
    story.source(program).is_some_and(|source| made_of(source, line) == Made::Measured)
}

/// Whether a number that a line near this one reads is written in digits.
fn reads_digits(story: &Story, (program, line): (u32, u32)) -> bool {
    let digits = |line: &str, _| line.contains("int(");
    story.source(program).is_some_and(|source| source.near(line, 3, digits).is_some())
}

/// What was seen, without any guess.
fn seen(story: &Story) -> String {
    let failure = &story.failure;
    let name = story.name(failure.program);
    match &failure.what {
        Broken::Exit { status, said } => {
            let last = said.trim_end().lines().last().unwrap_or_default();
            if said.starts_with("Traceback") {
                format!("{name} ended with an exception: {last}")
            } else if last.is_empty() {
                format!("{name} ended with status {status}.")
            } else {
                format!("{name} ended with status {status}: {last}")
            }
        }
        Broken::Killed { signal } => format!("{name} was ended by {signal}."),
        Broken::Deadlock { .. } => {
            let each: Vec<_> =
                story.waiting().map(|(_, program, line, call)| waits(story, program, line, call)).collect();
            let all = if each.is_empty() { "Threads wait for each other".into() } else { each.join("; ") };
            format!("{all}. Nothing is under way that could wake them.")
        }
        Broken::Spin => format!("{name} runs for ever around line {} and gets nowhere.", failure.line),
        Broken::Lost { given, taken, .. } => {
            let given = bytes(u64::from(*given));
            match numbers::went_on_at(story) {
                None => format!("Of {given} it took {taken}."),
                Some(next) => format!(
                    "{}: of {given} send took {taken}, and the next send began {}, not behind what was taken.",
                    at(story, (failure.program, failure.line)),
                    if next == 0 { "again with the first".into() } else { format!("with byte {}", next + 1) },
                ),
            }
        }
        Broken::Leak { fd } => {
            format!("{name} waits for new connections with descriptor {fd} still open, in CLOSE-WAIT.")
        }
        Broken::Check { wrote, .. } if wrote.is_empty() => {
            format!("When the run was over, {name} had not done what was asked.")
        }
        Broken::Check { wrote, .. } => format!("When the run was over, {name} had written {wrote:?}."),
    }
}

fn waits(story: &Story, program: u32, line: u32, call: &Call) -> String {
    let call = call.fd().map_or_else(|| call.name().to_owned(), |fd| format!("{}({fd})", call.name()));
    format!("{} waits in {call}, line {line}", story.name(program))
}

/// What is unusual about a choice.
pub(crate) fn unusual(it: &Deviation) -> String {
    match it.key {
        ChoiceKey::Part(_, n) if it.any_count => {
            format!("moves {} here; any number but all breaks it too", bytes(n.into()))
        }
        ChoiceKey::Part(_, n) => format!("moves {} here, fewer than it could", bytes(n.into())),
        ChoiceKey::Run(_) => "runs now, though another could go on".into(),
        ChoiceKey::Wake(_) => "its wait is over before others go on".into(),
        ChoiceKey::Deliver(_) => "arrives now, before others go on".into(),
        key if key.is_fault() => "goes wrong here".into(),
        _ => "happens now".into(),
    }
}

/// A choice that shows in no call, before it is made.
pub(crate) fn choice(world: &World, key: ChoiceKey, unusual: String) -> StepOfRun {
    let words = world.in_words((key, world.now()));
    let task = match key {
        ChoiceKey::Run(task) | ChoiceKey::Part(task, _) | ChoiceKey::Wake(task) => Some(task),
        _ => None,
    };
    let program = task.and_then(|task| world.program_of(task));
    let guest = task.and_then(|task| world.guest(task));
    let line = guest.map_or(0, |(guest, thread)| guest.line(thread));
    let says = if program.is_none() || line == 0 {
        format!("{}: {}", words.label, words.detail)
    } else {
        words.label
    };
    StepOfRun { program, line, says, unusual: Some(unusual), choice: 0 }
}

/// What a program did, of an event; none of what kernels do by themselves.
pub(crate) fn step(world: &World, event: &Event) -> Option<StepOfRun> {
    let program = Some(world.program_of(TaskId(event.tid?.0 - 1))?);
    let line = event.source.as_ref().map_or(0, |source| source.line);
    let says = match &event.what {
        What::Returned { call, outcome: Ok(returned), .. } => format!("{call} -> {returned}"),
        What::Returned { call, outcome: Err(errno), .. } => format!("{call} -> {errno}"),
        What::Waits { call } => format!("{call} waits"),
        What::Wrote { error: false, text } => format!("writes {text:?}"),
        What::Wrote { error: true, text } => {
            format!("says {:?}", text.trim_end().lines().last().unwrap_or_default())
        }
        What::Killed { signal, .. } => format!("is ended by {signal}"),
        What::Exited { status, .. } => format!("ends with status {status}"),
        _ => return None,
    };
    Some(StepOfRun { program, line, says, unusual: None, choice: 0 })
}

/// What is said of something that broke nothing.
pub fn finding(noted: &Noted, names: &[&str]) -> String {
    let name = names.get(noted.program as usize).copied().unwrap_or("a program");
    let at = if noted.line > 0 { format!("{name}, line {}", noted.line) } else { name.to_owned() };
    let row = rows::of_finding(noted.what).map(|row| format!(" ({row})")).unwrap_or_default();
    match noted.what {
        Finding::Busy => format!(
            "{at}: it asks again and again instead of waiting; correct, and it burns a processor{row}."
        ),
        Finding::ListensAgain => {
            format!("{at}: listen on a socket that listens already only sets its backlog anew{row}.")
        }
        Finding::Ignored => {
            format!("{at}: nobody looks at how many bytes send took; it did no harm here{row}.")
        }
        Finding::Unread => "Some bytes were delivered and never read.".into(),
    }
}

/// What the answer means, in one sentence.
pub fn verdict(answer: &Answer, states: u64) -> String {
    let states = world::number(states);
    match answer {
        Answer::Broken(it) => match it.who {
            Who::Linux => "Linux does this.".into(),
            Who::Posix => "POSIX permits this; Linux was not seen to do it with these programs.".into(),
        },
        Answer::Stands { unusual: None, every_count: true } => {
            format!("complete: {states} states, none breaks it")
        }
        Answer::Stands { unusual, every_count } => {
            let unusual = unusual.map(|it| {
                format!("with at most {it} unusual {} in a run", if it == 1 { "choice" } else { "choices" })
            });
            let counts =
                (!every_count).then(|| "with some counts of every large send and receive".to_owned());
            let within: Vec<_> = unusual.into_iter().chain(counts).collect();
            format!("{states} states, none breaks it: every schedule {}", within.join(", "))
        }
        Answer::Incomplete => format!("not complete: {states} states tried, none breaks it"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_says_complete_only_where_it_is() {
        let complete =
            |unusual, every_count| verdict(&Answer::Stands { unusual, every_count }, 7).contains("complete");
        assert!(complete(None, true));
        assert!(!complete(Some(2), true) && !complete(None, false));
        assert!(verdict(&Answer::Incomplete, 7).starts_with("not complete"));
    }
}
