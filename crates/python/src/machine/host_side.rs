//! The host's side of a machine: making one, running it, answering it.

use std::sync::Arc;

use super::Machine;
use super::thread::{After, Role, Thread};
use crate::boot::Boot;
use crate::code::Const;
use crate::host::{Answer, Limit, Limits, Place, Stop, Stream, ThreadId, Until, Wait};
use crate::names::{Names, sym};
use crate::native::Ask;
use crate::object::Object;
use crate::program::Program;
use crate::value::{Id, Value};

impl Machine {
    /// A machine before the program's first line. `argv` are the arguments behind the program's own name.
    pub fn new(program: &Program, argv: &[String], limits: Limits) -> Self {
        Self::with_boot(Boot::get(), program, argv, limits)
    }

    pub(crate) fn with_boot(boot: &'static Boot, program: &Program, argv: &[String], limits: Limits) -> Self {
        let argv = std::iter::once(program.file().to_owned()).chain(argv.iter().cloned()).collect();
        let mut machine = Self {
            image: Arc::clone(&program.image),
            boot,
            heap: boot.heap.clone(),
            consts: Arc::from([]),
            modules: Vec::new(),
            t: Thread::default(),
            threads: vec![Thread::default()],
            at: 0,
            extra_names: Arc::new(Names::default()),
            cache: super::attr::Cache::default(),
            limits,
            instructions: 0,
            written: 0,
            stop: None,
            interrupted: false,
            hint: None,
            hint_hash: None,
            said: Vec::new(),
            ending: false,
            said_before: None,
            showing: Vec::new(),
            argv,
            finalise: Vec::new(),
            main: 0,
            main_status: None,
            status: None,
            notes: Vec::new(),
        };
        machine.make_consts(boot.consts.clone());
        machine.modules = boot.modules.clone();
        let module = machine.new_module(program.main);
        if let Value::Ref(id) = module {
            machine.modules.push((sym::MAIN, module));
            let code = machine.image.sources[program.main as usize].code;
            machine.push_code(code, id, Role::Module, module);
        }
        machine.bury();
        machine.threads[0] = std::mem::take(&mut machine.t);
        machine
    }

    /// Make objects of the code's constants from the first that has none yet.
    pub(crate) fn make_consts(&mut self, mut known: Vec<Value>) {
        let image = Arc::clone(&self.image);
        for constant in &image.consts[known.len()..] {
            let value = match constant {
                Const::None => Value::None,
                Const::Bool(b) => Value::Bool(*b),
                Const::Ellipsis => Value::Ellipsis,
                Const::Int(n) => Value::Int(*n),
                Const::Float(x) => Value::Float(*x),
                Const::Big(n) => self.int(n.clone()),
                Const::Str(text) => {
                    if text.len() < 2 {
                        self.str(text)
                    } else {
                        self.shared_str(text.clone())
                    }
                }
                Const::Bytes(bytes) => self.heap.alloc(Object::Bytes(bytes.clone())),
                Const::Tuple(items) => {
                    let items = items.iter().map(|&item| known[item as usize]).collect();
                    self.tuple(items)
                }
            };
            self.heap.keep(value);
            known.push(value);
        }
        self.consts = known.into();
    }

    /// Run a thread until it stops: at most `budget` instructions, which are taken from it.
    pub fn run(&mut self, thread: ThreadId, until: Until, budget: &mut u64) -> Stop {
        if let Some(status) = self.status {
            return Stop::Exit(status);
        }
        self.at = thread;
        if self.ended(thread) {
            return self.end_of_thread();
        }
        self.t = std::mem::take(&mut self.threads[thread as usize]);
        let stop = self.run_here(until, budget);
        self.threads[thread as usize] = std::mem::take(&mut self.t);
        stop
    }

    fn run_here(&mut self, until: Until, budget: &mut u64) -> Stop {
        if let Some(stop) = self.still_waits() {
            return stop;
        }
        let depth = self.visible_depth();
        // A thread that has not begun stands at a line already.
        if !std::mem::replace(&mut self.t.begun, true)
            && let Some(stop) = self.reached_line(until, depth)
        {
            return stop;
        }
        loop {
            if let Some(stop) = self.stop.take() {
                return stop;
            }
            if self.t.ended {
                return self.end_of_thread();
            }
            let left = self.limits.instructions.saturating_sub(self.instructions);
            if left == 0 {
                return Stop::Limit(Limit::Instructions(self.limits.instructions));
            }
            if *budget == 0 {
                return Stop::Slice;
            }
            let fuel = if until == Until::Event { left.min(*budget) } else { 1 };
            let used = fuel - self.burst(fuel);
            self.instructions += used;
            *budget = budget.saturating_sub(used.max(u64::from(used == 0 && self.stop.is_none())));
            if until != Until::Event
                && self.stop.is_none()
                && let Some(stop) = self.reached_line(until, depth)
            {
                return stop;
            }
        }
    }

    /// A thread that was stopped without an answer says again what it waits for; one whose answer is there goes on.
    fn still_waits(&mut self) -> Option<Stop> {
        let pending = self.t.pending.as_mut()?;
        if let Some(answer) = pending.answer.take() {
            let done = self.resume_native(answer).map(|_| ());
            if let Err(raised) = done {
                self.raise(raised);
            }
            return None;
        }
        match pending.ask.clone() {
            Ask::Wait(wait, _) if self.wait_is_over(wait) => {
                let done = self.resume_native(Answer::Done).map(|_| ());
                if let Err(raised) = done {
                    self.raise(raised);
                }
                None
            }
            Ask::Call(call, origin) => Some(Stop::Call { call, place: self.call_place(), origin }),
            Ask::Input => Some(Stop::Input),
            Ask::Sleep(us) => Some(Stop::Sleep(us)),
            Ask::Now => Some(Stop::Now),
            Ask::Wait(wait, timeout_us) => Some(Stop::Wait { wait, timeout_us }),
        }
    }

    fn wait_is_over(&self, wait: Wait) -> bool {
        match wait {
            Wait::Lock(id) => matches!(self.heap.get(Id(id)), Object::Lock(lock) if lock.owner.is_none()),
            Wait::Join(thread) => self.threads.get(thread as usize).is_none_or(|thread| thread.ended),
        }
    }

    /// Whether running a thread would get it further: it waits for nothing, or what it waits for has come.
    pub fn ready(&self, thread: ThreadId) -> bool {
        let Some(thread) = self.threads.get(thread as usize) else { return false };
        if thread.ended {
            return false;
        }
        match &thread.pending {
            None => true,
            Some(pending) if pending.answer.is_some() => true,
            Some(pending) => matches!(pending.ask, Ask::Wait(wait, _) if self.wait_is_over(wait)),
        }
    }

    /// Answer a thread that was stopped. An answer that nobody asked for is forgotten.
    pub fn answer(&mut self, thread: ThreadId, answer: Answer) {
        let Some(thread) = self.threads.get_mut(thread as usize) else { return };
        if let Some(pending) = &mut thread.pending {
            pending.answer = Some(answer);
        }
    }

    /// How many threads there have been; their numbers count from 0.
    pub fn threads(&self) -> u32 {
        self.threads.len() as u32
    }

    /// Whether at most one thread has not ended.
    pub fn is_alone(&self) -> bool {
        self.threads.iter().filter(|thread| !thread.ended).count() <= 1
    }

    /// Whether a thread has ended.
    pub fn ended(&self, thread: ThreadId) -> bool {
        self.threads.get(thread as usize).is_none_or(|thread| thread.ended)
    }

    /// What a thread waits for within the machine.
    pub fn waits(&self, thread: ThreadId) -> Option<Wait> {
        match self.threads.get(thread as usize)?.pending.as_ref()?.ask {
            Ask::Wait(wait, _) => Some(wait),
            _ => None,
        }
    }

    /// Which thread holds a lock.
    pub fn holder(&self, lock: u32) -> Option<ThreadId> {
        match self.heap.get(Id(lock)) {
            Object::Lock(lock) => lock.owner,
            _ => None,
        }
    }

    /// This machine is the copy that `fork` made, seen from the thread that forked: the others are not there.
    pub fn forked(&mut self, thread: ThreadId) {
        for (number, each) in self.threads.iter_mut().enumerate() {
            if number as u32 != thread && !each.ended {
                let gone = std::mem::replace(each, Thread { ended: true, ..Thread::default() });
                self.heap.dec_all(&gone.stack);
            }
        }
        self.main = thread;
    }

    /// Instructions that have run.
    pub fn instructions(&self) -> u64 {
        self.instructions
    }

    /// Other limits from now on.
    pub fn set_limits(&mut self, limits: Limits) {
        self.limits = limits;
    }

    /// The status that the program has ended with.
    pub fn exit_status(&self) -> Option<i32> {
        self.status
    }

    fn end_of_thread(&mut self) -> Stop {
        let others = self
            .threads
            .iter()
            .enumerate()
            .any(|(number, thread)| number as u32 != self.at && !thread.ended && !thread.daemon);
        if others {
            return Stop::Ended;
        }
        let Some(status) = self.main_status else { return Stop::Ended };
        self.status = Some(status);
        Stop::Exit(status)
    }

    /// The last frame has returned.
    pub(super) fn thread_returned(&mut self, value: Value) {
        self.heap.dec(value);
        if self.at != self.main {
            self.t.ended = true;
            return;
        }
        if self.main_status.is_none() {
            self.main_status = Some(0);
        }
        self.finish();
    }

    /// The main thread is at its end: the module's names go, and what only they held is finalised, as in CPython.
    fn finish(&mut self) {
        let alone = self.threads.iter().enumerate().all(|(n, thread)| n as u32 == self.at || thread.ended);
        if self.ending || !alone || self.boot.helpers.is_empty() {
            self.t.ended = true;
            return;
        }
        self.ending = true;
        let helper = self.helper("_finish");
        self.push(helper);
        if self.call_as(0, &[], After::Push, Role::Plain, Value::Undefined).is_err() {
            self.t.ended = true;
        }
    }

    /// The last frame was left by an exception.
    pub(super) fn thread_raised(&mut self, exception: Value) {
        if self.said.is_empty() && !self.ending {
            let own: Vec<Value> = self.chain_of(exception).into_iter().map(|(each, _)| each).collect();
            let own: Vec<Value> = own
                .into_iter()
                .filter(|&each| {
                    let class = self.class_of(each);
                    !self.is_instance(each, crate::classes::class::SYSTEM_EXIT)
                        && matches!(self.plain_str_of(each), Ok(None))
                        && class != crate::classes::class::SYSTEM_EXIT
                })
                .collect();
            if !own.is_empty() {
                let (helper, own) = (self.helper("_uncaught"), self.list(own));
                self.push(helper);
                self.push(exception);
                self.push(own);
                self.heap.dec(exception);
                if self.call_as(2, &[], After::Push, Role::Plain, Value::Undefined).is_ok() {
                    return;
                }
            }
        }
        let (status, text) = self.last_words(exception);
        if self.at == self.main {
            self.main_status = Some(status);
        }
        let told = self.at == self.main || status != 0;
        if told && !text.is_empty() {
            self.output(Stream::Stderr, text);
        }
        self.said.clear();
        self.heap.dec(exception);
        if self.at == self.main {
            self.finish();
        } else {
            self.t.ended = true;
        }
    }

    /// What a finaliser raised is told; nothing comes of it.
    pub(super) fn unraisable(&mut self, exception: Value, callee: Value) {
        let text = self.traceback_text(exception);
        let shown = self.plain_repr(callee).ok().flatten().unwrap_or_default();
        self.output(Stream::Stderr, format!("Exception ignored in: {shown}\n{text}"));
    }

    pub(crate) fn output(&mut self, stream: Stream, text: String) {
        self.written += text.len() as u64;
        if self.written > self.limits.output_bytes {
            self.stop = Some(Stop::Limit(Limit::Output(self.limits.output_bytes)));
            return;
        }
        if text.is_empty() {
            return;
        }
        // What is written while something else stops the machine is told with it.
        if let Some(Stop::Output { stream: before, text: told }) = &mut self.stop
            && *before == stream
        {
            told.push_str(&text);
            return;
        }
        if self.stop.is_none() {
            self.stop = Some(Stop::Output { stream, text });
        }
    }

    /// Free what nobody holds, finalisers first.
    pub(crate) fn bury(&mut self) {
        while let Some(id) = self.heap.next_dead() {
            if self.needs_finaliser(id) {
                self.heap.inc(Value::Ref(id));
                self.finalise.push(Value::Ref(id));
                continue;
            }
            self.heap.release(id);
        }
        self.interrupted = false;
        if !self.finalise.is_empty() && self.t.pending.is_none() && !self.t.frames.is_empty() {
            let object = self.finalise.remove(0);
            self.start_finaliser(object);
            self.interrupted = true;
        }
    }

    fn needs_finaliser(&mut self, id: Id) -> bool {
        match self.heap.get(id) {
            Object::Instance(instance) if !instance.finalised => {
                matches!(self.heap.get(instance.class), Object::Class(class) if class.del)
            }
            Object::Generator(generator) => {
                if generator.progress != crate::object::Progress::Suspended {
                    return false;
                }
                // Only one that stands within `try` or `with` has anything to do.
                let code = &self.image.codes[generator.code as usize];
                let at = generator.pc.saturating_sub(1);
                code.handlers.iter().any(|h| h.start <= at && at < h.end)
            }
            _ => false,
        }
    }

    fn start_finaliser(&mut self, object: Value) {
        let Value::Ref(id) = object else { return };
        let done = match self.heap.get_mut(id) {
            Object::Instance(instance) => {
                instance.finalised = true;
                let class = instance.class;
                let method = self.class_attr(class, sym::DEL);
                self.push(method);
                self.push(object);
                self.call_as(1, &[], After::Discard, Role::Finaliser, Value::Undefined)
            }
            Object::Generator(_) => {
                let helper = self.helper("_close_generator");
                self.push(helper);
                self.push(object);
                self.call_as(1, &[], After::Discard, Role::Finaliser, Value::Undefined)
            }
            _ => return,
        };
        self.heap.dec(object);
        if let Err(raised) = done {
            self.raise(raised);
        }
    }

    // Places and lines.

    /// Whether the code at the top is one that learners see.
    fn hidden_here(&self) -> bool {
        self.t.frames.last().is_none_or(|frame| {
            let module = self.image.codes[frame.code as usize].module;
            self.image.sources[module as usize].hidden
        })
    }

    /// How many frames the learner sees.
    fn visible_depth(&self) -> usize {
        let hidden = |code: u32| self.image.sources[self.image.codes[code as usize].module as usize].hidden;
        self.t.frames.iter().filter(|frame| !hidden(frame.code)).count()
    }

    /// Whether stepping stops at the instruction that runs next.
    fn reached_line(&self, until: Until, depth: usize) -> Option<Stop> {
        let frame = self.t.frames.last()?;
        let code = &self.image.codes[frame.code as usize];
        let at = frame.pc as usize;
        if !code.starts.get(at).copied().unwrap_or(false) || self.hidden_here() {
            return None;
        }
        let here = self.visible_depth();
        let stops = match until {
            Until::Event => false,
            Until::Line => true,
            Until::Over => here <= depth,
            Until::Out => here < depth,
        };
        stops.then(|| Stop::Line(self.place_of(frame.code, frame.pc)))
    }

    /// The place of an instruction.
    pub(crate) fn place_of(&self, code: u32, pc: u32) -> Place {
        let code = &self.image.codes[code as usize];
        let source = &self.image.sources[code.module as usize];
        let Some(span) = code.spans.get(pc as usize) else { return Place::default() };
        let ((line, column), (end_line, end_column)) = (source.place(span.start), source.place(span.end));
        Place { file: source.file.to_string(), line, column, end_line, end_column }
    }

    /// The place of the expression that a learner sees making the call at hand.
    pub(crate) fn call_place(&self) -> Place {
        let visible = self.t.frames.iter().rev().find(|frame| {
            let module = self.image.codes[frame.code as usize].module;
            !self.image.sources[module as usize].hidden
        });
        visible.map(|frame| self.place_of(frame.code, frame.pc.saturating_sub(1))).unwrap_or_default()
    }
}
