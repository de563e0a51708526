//! The lines, performed one after another on some kernel, and what is told of them.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use syscall::{Call, CallId, Micros, Outcome, Pid, Returned, TaskId};

use super::lines::{Fault, Line, Order, TaskCall};
use super::{Options, Stop, print};

/// Something that a kernel tells.
pub(super) enum Happened {
    /// A call has ended: its outcome, and what else is to be said of it.
    Ended(CallId, Outcome, Map<String, Value>),
    /// Something that no line asked for.
    Said(Value),
    /// Nothing more until the time that was given.
    TimeUp,
    /// Nothing more, ever.
    Never,
}

/// A kernel with processes of ours. Calls are numbered by their lines.
pub(super) trait Machine {
    /// Gets ready; what there is to tell of it.
    fn open(&mut self, options: &Options) -> Result<Vec<Value>, Stop>;

    /// A process on this host.
    fn spawn(&mut self, host: u16) -> Result<TaskId, Stop>;

    /// The task of a child.
    fn child(&mut self, pid: Pid) -> TaskId;

    fn submit(&mut self, id: CallId, task: TaskId, call: Call) -> Result<(), Stop>;

    fn cancel(&mut self, id: CallId) -> Result<(), Stop>;

    fn order(&mut self, task: TaskId, order: Order) -> Result<(), Stop>;

    /// Something happens to the cable of a host that there is.
    fn wire(&mut self, host: u16, fault: Fault) -> Result<(), Stop>;

    /// Says a line to the peer.
    fn tell(&mut self, text: &str) -> Result<(), Stop>;

    /// Lets things happen until there is something to tell, at most until then.
    fn next(&mut self, until: Option<Micros>) -> Result<Happened, Stop>;

    /// The time since it was opened.
    fn now(&self) -> Micros;

    /// How long a call may wait before it is given up; for ever where time costs nothing.
    fn patience(&self) -> Option<Micros>;

    /// The events since this was asked last, where there are any.
    fn events(&mut self) -> Option<Value> {
        None
    }
}

/// What the peer does last is waited for so long, in microseconds.
const AFTERWARDS: Micros = 50_000;

pub(super) fn run(
    machine: &mut dyn Machine,
    options: &Options,
    lines: Vec<(usize, Line)>,
) -> Result<(), Stop> {
    for object in machine.open(options)? {
        print(object)?;
    }
    let first = machine.spawn(0)?;
    let tasks = BTreeMap::from([(0, first)]);
    let mut session = Session { machine, tasks, running: BTreeMap::new() };
    for (number, line) in lines {
        session.perform(number, line)?;
    }
    let until = session.machine.now().saturating_add(AFTERWARDS);
    session.pass(until)?;
    // Whoever still waits hears that it is over.
    for id in session.running.keys().copied().collect::<Vec<_>>() {
        session.machine.cancel(id)?;
        session.end(id)?;
    }
    Ok(())
}

struct Session<'a> {
    machine: &'a mut dyn Machine,
    tasks: BTreeMap<u32, TaskId>,
    /// The calls that wait, with what is printed of each.
    running: BTreeMap<CallId, Value>,
}

impl Session<'_> {
    fn perform(&mut self, number: usize, line: Line) -> Result<(), Stop> {
        match line {
            Line::Call(call) => self.call(number, call),
            Line::Await(line) => {
                let id = CallId(line as u64);
                if self.running.contains_key(&id) { self.end(id) } else { Ok(()) }
            }
            Line::Tell(text) => {
                self.machine.tell(&text)?;
                self.note(json!({ "line": number, "tell": text }))
            }
            Line::Wait(us) => {
                let until = self.machine.now().saturating_add(us);
                self.pass(until)?;
                self.note(json!({ "line": number, "waited_us": us }))
            }
            Line::Order(task, order) => {
                let id = self.task(number, task, None)?;
                self.machine.order(id, order)?;
                let order = match order {
                    Order::Kill => json!({ "line": number, "kill": task }),
                    Order::Signal => json!({ "line": number, "signal": task }),
                    Order::Privileged(on) => json!({ "line": number, "task": task, "privileged": on }),
                };
                self.note(order)?;
                let now = self.machine.now();
                self.pass(now)
            }
            Line::Wire(host, fault) => {
                let because = |stop| match stop {
                    Stop::Failed(why) => Stop::Failed(format!("line {number}: {why}")),
                    other => other,
                };
                self.machine.wire(host, fault).map_err(because)?;
                self.note(match fault {
                    Fault::Cut => json!({ "line": number, "cut": host }),
                    Fault::Mend => json!({ "line": number, "mend": host }),
                    Fault::Lose(packets) => json!({ "line": number, "host": host, "lose": packets }),
                })
            }
        }
    }

    /// The task of that number, started if it is new.
    fn task(&mut self, line: usize, number: u32, host: Option<u16>) -> Result<TaskId, Stop> {
        match (self.tasks.get(&number), host) {
            (Some(_), Some(_)) if number != 0 => {
                Err(Stop::Failed(format!("line {line}: task {number} has started: it stays on its host")))
            }
            (Some(task), _) => Ok(*task),
            (None, host) => {
                let task = self.machine.spawn(host.unwrap_or(0))?;
                self.tasks.insert(number, task);
                Ok(task)
            }
        }
    }

    fn call(&mut self, number: usize, TaskCall { task, host, call, wait }: TaskCall) -> Result<(), Stop> {
        let id = CallId(number as u64);
        let task_id = self.task(number, task, host)?;
        let heading = json!({ "line": number, "task": task, "call": call.to_string() });
        self.running.insert(id, heading.clone());
        self.machine.submit(id, task_id, call)?;
        if wait {
            return self.end(id);
        }
        let now = self.machine.now();
        self.pass(now)?;
        if self.running.contains_key(&id) {
            let mut object = heading;
            object["waits"] = true.into();
            self.note(object)?;
        }
        Ok(())
    }

    /// Waits for the end of a call.
    fn end(&mut self, id: CallId) -> Result<(), Stop> {
        let patience = self.machine.patience();
        let mut until = patience.map(|us| self.machine.now().saturating_add(us));
        let mut deadlock = false;
        while self.running.contains_key(&id) {
            match self.machine.next(until)? {
                Happened::TimeUp | Happened::Never if deadlock => {
                    return Err(Stop::Failed("a cancelled call does not end".into()));
                }
                last @ (Happened::TimeUp | Happened::Never) => {
                    deadlock = true;
                    self.machine.cancel(id)?;
                    until = patience.map(|us| self.machine.now().saturating_add(us));
                    // Only where nothing can happen any more is it the lines' mistake.
                    if matches!(last, Happened::Never) {
                        let ended = self.machine.next(Some(self.machine.now()))?;
                        self.happened(ended)?;
                        return Err(Stop::Deadlock);
                    }
                }
                other => self.happened(other)?,
            }
        }
        Ok(())
    }

    /// Lets time pass, and tells what happens meanwhile.
    fn pass(&mut self, until: Micros) -> Result<(), Stop> {
        loop {
            match self.machine.next(Some(until))? {
                Happened::TimeUp | Happened::Never => return Ok(()),
                other => self.happened(other)?,
            }
        }
    }

    fn happened(&mut self, happened: Happened) -> Result<(), Stop> {
        match happened {
            Happened::Ended(id, outcome, fields) => {
                let Some(mut object) = self.running.remove(&id) else { return Ok(()) };
                if let Ok(Returned::Forked(pid)) = &outcome {
                    let next = self.tasks.keys().last().map_or(Some(0), |last| last.checked_add(1));
                    let free = || (0..=u32::MAX).find(|number| !self.tasks.contains_key(number));
                    let number = next.or_else(free).expect("no session has four thousand million tasks");
                    let child = self.machine.child(*pid);
                    self.tasks.insert(number, child);
                    object["child"] = number.into();
                }
                object["outcome"] = json!(outcome);
                if let Some(object) = object.as_object_mut() {
                    object.extend(fields.into_iter().filter(|(_, value)| !value.is_null()));
                }
                self.note(object)
            }
            Happened::Said(object) => self.note(object),
            Happened::TimeUp | Happened::Never => Ok(()),
        }
    }

    /// Prints an object, with the events since the last one.
    fn note(&mut self, mut object: Value) -> Result<(), Stop> {
        if let Some(events) = self.machine.events() {
            object["events"] = events;
        }
        print(object)
    }
}

/// An object's fields.
pub(super) fn fields(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}
