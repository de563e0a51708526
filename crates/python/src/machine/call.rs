//! Calling things.

use super::Machine;
use super::run::Next;
use super::thread::{After, Frame, Pending, Role};
use crate::classes::class;
use crate::code::Code;
use crate::host::{Answer, Stop, Stream};
use crate::names::{Sym, sym};
use crate::native::{Args, Ask, Flow, Res};
use crate::object::{Instance, Layout, Object};
use crate::value::{Id, NativeId, Value};

/// The most arguments that are copied without asking for memory.
const FEW: usize = 6;

impl Machine {
    /// Call what lies below `count` arguments on the stack; the last of them are given by these names. The callee and the
    /// arguments are gone when it returns.
    pub(super) fn call_stack(&mut self, count: usize, names: &[Sym], after: After) -> Res<Next> {
        self.call_as(count, names, after, Role::Plain, Value::Undefined)
    }

    pub(super) fn call_as(
        &mut self,
        mut count: usize,
        names: &[Sym],
        after: After,
        mut role: Role,
        mut extra: Value,
    ) -> Res<Next> {
        // Bound methods and instances unfold; a chain of them is as long as memory, and each turn takes one off.
        for _ in 0..self.limits.depth {
            let at = self.t.stack.len() - count - 1;
            let callee = self.t.stack[at];
            let id = match callee {
                Value::Native(native) => return self.call_native(native, count, names, after, role, extra),
                Value::Ref(id) => id,
                _ => return Err(self.not_callable(callee)),
            };
            match self.heap.get(id) {
                Object::Function(function) => {
                    let (code, module) = (function.code, function.module);
                    return self.push_frame(id, code, module, count, names, after, role, extra);
                }
                Object::Bound(function, this) => {
                    let (function, this) = (*function, *this);
                    self.heap.inc(function);
                    self.heap.inc(this);
                    self.heap.dec(callee);
                    self.t.stack[at] = function;
                    self.t.stack.insert(at + 1, this);
                    count += 1;
                }
                Object::Class(_) => match self.instantiate(id, count, names, after)? {
                    Made::Next(next) => return Ok(next),
                    Made::Init(instance) => {
                        count += 1;
                        (role, extra) = (Role::Init, instance);
                    }
                    Made::Call => count = self.t.stack.len() - at - 1,
                },
                Object::StaticMethod(inner) | Object::Alias(inner) => {
                    let inner = *inner;
                    self.heap.inc(inner);
                    self.heap.dec(callee);
                    self.t.stack[at] = inner;
                }
                Object::Instance(instance) => {
                    let class = instance.class;
                    let call = self.class_attr(class, sym::CALL);
                    if call.is_undefined() {
                        return Err(self.not_callable(callee));
                    }
                    self.heap.inc(call);
                    self.t.stack[at] = call;
                    self.t.stack.insert(at + 1, callee);
                    count += 1;
                }
                _ => return Err(self.not_callable(callee)),
            }
        }
        Err(self.error(class::RECURSION_ERROR, "maximum recursion depth exceeded"))
    }

    fn not_callable(&mut self, callee: Value) -> crate::native::Raised {
        let name = self.class_name_of(callee);
        self.type_error(&format!("'{name}' object is not callable"))
    }

    /// `function self arguments`, or `undefined attribute arguments`, as the instruction `Method` left them.
    pub(super) fn call_method(&mut self, count: usize) -> Res<Next> {
        let at = self.t.stack.len() - count - 2;
        if self.t.stack[at].is_undefined() {
            self.t.stack.remove(at);
            return self.call_stack(count, &[], After::Push);
        }
        self.call_stack(count + 1, &[], After::Push)
    }

    /// Do what a native function or an operation answered.
    pub(crate) fn flow(&mut self, flow: Flow, after: After) -> Res<Next> {
        match flow {
            Flow::Value(value) => {
                self.heap.inc(value);
                self.deliver(after, value)
            }
            Flow::Call(callee, args) => {
                self.push(callee);
                args.iter().for_each(|&arg| self.push(arg));
                self.call_stack(args.len(), &[], after)
            }
            Flow::Output(stream, text) => {
                self.output(stream, text);
                self.deliver(after, Value::None)?;
                Ok(Next::Frame)
            }
            Flow::Resume(generator, sent, thrown) => {
                let Value::Ref(id) = generator else { return Err(self.type_error("not a generator")) };
                self.resume_generator(id, sent, thrown, after)
            }
            Flow::Close(generator, exit) => {
                let Value::Ref(id) = generator else { return Err(self.type_error("not a generator")) };
                self.resume_generator(id, Value::None, Some(exit), After::Close)
            }
            Flow::Suspend(_) => Err(self.error(class::SYSTEM_ERROR, "an operation cannot wait")),
        }
    }

    fn call_native(
        &mut self,
        native: NativeId,
        count: usize,
        names: &[Sym],
        after: After,
        role: Role,
        extra: Value,
    ) -> Res<Next> {
        let at = self.t.stack.len() - count - 1;
        let call = self.boot.native(native).call;
        let given = count - names.len();
        let mut few = [Value::Undefined; FEW];
        let many;
        let args: &[Value] = if count <= FEW {
            few[..count].copy_from_slice(&self.t.stack[at + 1..]);
            &few[..count]
        } else {
            many = self.t.stack[at + 1..].to_vec();
            &many
        };
        let kw: Vec<(Sym, Value)> = names.iter().copied().zip(args[given..].iter().copied()).collect();
        let flow = call(self, &Args { pos: &args[..given], kw: &kw, answer: None })?;
        if let Flow::Suspend(ask) = flow {
            // The arguments stay counted while it waits: they go from the stack into the note.
            let pending = Pending {
                callee: Value::Native(native),
                args: args[..given].to_vec(),
                kw,
                ask,
                after,
                answer: None,
            };
            self.t.stack.truncate(at);
            self.wait(pending);
            return Ok(Next::Frame);
        }
        for _ in 0..=count {
            let value = self.pop();
            self.heap.dec(value);
        }
        if role == Role::Init {
            // A native `__init__`: the instance is the result.
            self.heap.inc(extra);
            return self.deliver(after, extra);
        }
        self.flow(flow, after)
    }

    /// Stop until the host answers.
    fn wait(&mut self, pending: Pending) {
        let stop = match &pending.ask {
            Ask::Call(call, origin) => {
                Stop::Call { call: call.clone(), place: self.call_place(), origin: origin.clone() }
            }
            Ask::Input => Stop::Input,
            Ask::Sleep(us) => Stop::Sleep(*us),
            Ask::Now => Stop::Now,
            Ask::Wait(wait, timeout_us) => Stop::Wait { wait: *wait, timeout_us: *timeout_us },
        };
        self.t.pending = Some(pending);
        // A prompt is told first; what is waited for is said again when the thread is run again.
        self.stop = Some(match self.said_before.take() {
            Some(text) => Stop::Output { stream: Stream::Stdout, text },
            None => stop,
        });
    }

    /// The native function that waited goes on.
    pub(super) fn resume_native(&mut self, answer: Answer) -> Res<Next> {
        let Some(pending) = self.t.pending.take() else { return Ok(Next::Frame) };
        let Value::Native(native) = pending.callee else { return Ok(Next::Frame) };
        let call = self.boot.native(native).call;
        let flow = call(self, &Args { pos: &pending.args, kw: &pending.kw, answer: Some(answer) });
        if let Ok(Flow::Suspend(ask)) = flow {
            self.wait(Pending { ask, ..pending });
            return Ok(Next::Frame);
        }
        self.heap.dec_all(&pending.args);
        pending.kw.iter().for_each(|(_, value)| self.heap.dec(*value));
        self.flow(flow?, pending.after)
    }

    /// A value for the frame beneath; its reference is given away.
    pub(super) fn deliver(&mut self, after: After, value: Value) -> Res<Next> {
        match after {
            After::Push | After::ForIter | After::Send => self.t.stack.push(value),
            After::Discard => {
                self.heap.dec(value);
                return Ok(Next::Frame);
            }
            After::Truth => {
                self.heap.dec(value);
                let truth = self.truth_answer(value)?;
                self.decide(truth);
                return Ok(Next::Frame);
            }
            After::Close => {
                self.heap.dec(value);
                return Err(self.error(class::RUNTIME_ERROR, "generator ignored GeneratorExit"));
            }
            After::Iterator => {
                if !self.is_iterator(value) {
                    self.heap.dec(value);
                    let name = self.class_name_of(value);
                    return Err(self.type_error(&format!("iter() returned non-iterator of type '{name}'")));
                }
                self.t.stack.push(value);
            }
        }
        Ok(Next::Same)
    }

    /// Begin a function of the program.
    #[allow(clippy::too_many_arguments)]
    fn push_frame(
        &mut self,
        function: Id,
        code_number: u32,
        module: Id,
        count: usize,
        names: &[Sym],
        after: After,
        role: Role,
        extra: Value,
    ) -> Res<Next> {
        if self.t.frames.len() >= self.limits.depth as usize {
            return Err(self.error(class::RECURSION_ERROR, "maximum recursion depth exceeded"));
        }
        let image = std::sync::Arc::clone(&self.image);
        let code = &*image.codes[code_number as usize];
        let base = self.t.stack.len() - count;
        if names.is_empty() && count == code.params.positional as usize && code.params.plain() {
            self.t.stack.resize(base + code.locals.len(), Value::Undefined);
        } else {
            self.bind_arguments(function, code, base, names)?;
        }
        if code.free > 0 {
            let from = base + code.free_at as usize;
            for i in 0..code.free as usize {
                let cell = match self.heap.get(function) {
                    Object::Function(function) => function.closure.get(i).copied().unwrap_or_default(),
                    _ => Value::Undefined,
                };
                self.heap.inc(cell);
                self.t.stack[from + i] = cell;
            }
        }
        if code.generator && role == Role::Init {
            self.make_generator(function, code_number, module, base, After::Discard)?;
            return Err(self.type_error("__init__() should return None, not 'generator'"));
        }
        if code.generator {
            return self.make_generator(function, code_number, module, base, after);
        }
        self.heap.inc(extra);
        self.t.frames.push(Frame {
            code: code_number,
            pc: 0,
            base: base as u32,
            module,
            after,
            role,
            extra,
            handled: Value::Undefined,
        });
        Ok(Next::Frame)
    }

    /// Run a code object that is no function's: a module, a class body.
    pub(super) fn push_code(&mut self, code_number: u32, module: Id, role: Role, extra: Value) {
        self.heap.inc(extra);
        self.t.stack.push(Value::Undefined);
        let base = self.t.stack.len();
        let locals = self.image.codes[code_number as usize].locals.len();
        self.t.stack.resize(base + locals, Value::Undefined);
        self.t.frames.push(Frame {
            code: code_number,
            pc: 0,
            base: base as u32,
            module,
            after: After::Push,
            role,
            extra,
            handled: Value::Undefined,
        });
    }

    /// Put arguments where the parameters are: defaults, keywords, stars.
    fn bind_arguments(&mut self, function: Id, code: &Code, base: usize, names: &[Sym]) -> Res<()> {
        let given: Vec<Value> = self.t.stack[base..].to_vec();
        let bound = self.bound_arguments(function, code, &given, names)?;
        // The references of the arguments go over; what is new (defaults, tuple, dict) gets its own.
        self.heap.inc_all(&bound);
        self.heap.dec_all(&given);
        self.t.stack.truncate(base);
        self.t.stack.extend_from_slice(&bound);
        self.t.stack.resize(base + code.locals.len(), Value::Undefined);
        Ok(())
    }

    fn bound_arguments(
        &mut self,
        function: Id,
        code: &Code,
        given: &[Value],
        names: &[Sym],
    ) -> Res<Vec<Value>> {
        let params = &code.params;
        let (positional, named) = given.split_at(given.len() - names.len());
        let (wanted, only) = (params.positional as usize, params.keyword_only as usize);
        let mut bound = vec![Value::Undefined; params.total()];
        let taken = positional.len().min(wanted);
        bound[..taken].copy_from_slice(&positional[..taken]);
        let mut extra_names = Vec::new();
        for (&name, &value) in names.iter().zip(named) {
            let place = code.locals[..wanted + only].iter().position(|&local| local == name);
            match place {
                Some(place) if place >= params.positional_only as usize => {
                    if !bound[place].is_undefined() {
                        let (function, name) = (self.qualname_of(function), self.name(name));
                        return Err(self
                            .type_error(&format!("{function}() got multiple values for argument '{name}'")));
                    }
                    bound[place] = value;
                }
                _ if params.varkw => extra_names.push((name, value)),
                Some(_) => {
                    let only = &code.locals[..params.positional_only as usize];
                    let wrong: Vec<String> = names
                        .iter()
                        .filter(|name| only.contains(name))
                        .map(|name| self.name(*name).to_string())
                        .collect();
                    let (function, name) = (self.qualname_of(function), wrong.join(", "));
                    return Err(self.type_error(&format!(
                        "{function}() got some positional-only arguments passed as keyword arguments: '{name}'"
                    )));
                }
                None => {
                    let (function, name) = (self.qualname_of(function), self.name(name));
                    return Err(
                        self.type_error(&format!("{function}() got an unexpected keyword argument '{name}'"))
                    );
                }
            }
        }
        if positional.len() > wanted && !params.varargs {
            return Err(self.too_many(function, code, positional.len(), &bound));
        }
        self.fill_defaults(function, code, &mut bound)?;
        let mut at = wanted + only;
        if params.varargs {
            bound[at] = self.tuple(positional[taken..].to_vec());
            at += 1;
        }
        if params.varkw {
            let dict = self.dict();
            for (name, value) in extra_names {
                let key = self.str_of_sym(name);
                self.dict_put(dict, key, value)?;
            }
            bound[at] = dict;
        }
        Ok(bound)
    }

    fn fill_defaults(&mut self, function: Id, code: &Code, bound: &mut [Value]) -> Res<()> {
        let Object::Function(object) = self.heap.get(function) else { return Ok(()) };
        let (wanted, only) = (code.params.positional as usize, code.params.keyword_only as usize);
        let first = wanted - object.defaults.len().min(wanted);
        for (place, &default) in (first..wanted).zip(&*object.defaults) {
            if bound[place].is_undefined() {
                bound[place] = default;
            }
        }
        for (name, value) in code.locals[wanted..].iter().zip(&mut bound[wanted..wanted + only]) {
            if value.is_undefined()
                && let Some((_, default)) = object.keyword_defaults.iter().find(|(known, _)| known == name)
            {
                *value = *default;
            }
        }
        let missing = |range: std::ops::Range<usize>| -> Vec<Sym> {
            range.filter(|&place| bound[place].is_undefined()).map(|place| code.locals[place]).collect()
        };
        let (by_place, by_name) = (missing(0..wanted), missing(wanted..wanted + only));
        for (names, kind) in [(by_place, "positional"), (by_name, "keyword-only")] {
            if !names.is_empty() {
                let names: Vec<String> = names.iter().map(|&name| format!("'{}'", self.name(name))).collect();
                let list = match &names[..] {
                    [one] => one.clone(),
                    [a, b] => format!("{a} and {b}"),
                    [most @ .., last] => format!("{}, and {last}", most.join(", ")),
                    [] => String::new(),
                };
                let function = self.qualname_of(function);
                let plural = if names.len() == 1 { "" } else { "s" };
                return Err(self.type_error(&format!(
                    "{function}() missing {} required {kind} argument{plural}: {list}",
                    names.len()
                )));
            }
        }
        Ok(())
    }

    fn too_many(
        &mut self,
        function: Id,
        code: &Code,
        given: usize,
        bound: &[Value],
    ) -> crate::native::Raised {
        let wanted = code.params.positional as usize;
        let defaults = match self.heap.get(function) {
            Object::Function(object) => object.defaults.len(),
            _ => 0,
        };
        let takes = if defaults > 0 {
            format!("from {} to {wanted} positional arguments", wanted - defaults.min(wanted))
        } else {
            format!("{wanted} positional argument{}", if wanted == 1 { "" } else { "s" })
        };
        let only = bound[wanted..].iter().filter(|value| !value.is_undefined()).count();
        let function = self.qualname_of(function);
        let were = if only > 0 {
            let plural = |n: usize| if n == 1 { "" } else { "s" };
            format!(
                "{given} positional argument{} (and {only} keyword-only argument{}) were given",
                plural(given),
                plural(only)
            )
        } else if given == 1 {
            "1 was given".into()
        } else {
            format!("{given} were given")
        };
        self.type_error(&format!("{function}() takes {takes} but {were}"))
    }

    /// Make an instance of a class that lies below `count` arguments.
    fn instantiate(&mut self, class: Id, count: usize, names: &[Sym], after: After) -> Res<Made> {
        let at = self.t.stack.len() - count - 1;
        let Object::Class(object) = self.heap.get(class) else { return Ok(Made::Call) };
        let (layout, builtin) = (object.layout, object.builtin);
        if builtin && layout == Layout::Native {
            let new = self.class_attr(class, sym::NEW);
            if new.is_undefined() {
                let name = self.class_name(class);
                return Err(self.type_error(&format!("cannot create '{name}' instances")));
            }
            self.t.stack[at] = new;
            return Ok(Made::Call);
        }
        let new = self.class_attr(class, sym::NEW);
        if !matches!(new, Value::Undefined | Value::Native(_)) {
            // The program's own `__new__`: the prelude calls it and then `__init__`.
            let args = self.tuple(self.t.stack[at + 1..self.t.stack.len() - names.len()].to_vec());
            let kw = self.dict();
            let from = self.t.stack.len() - names.len();
            for (i, &name) in names.iter().enumerate() {
                let (key, value) = (self.str_of_sym(name), self.t.stack[from + i]);
                self.dict_put(kw, key, value)?;
            }
            let helper = self.helper("_new");
            let values = [helper, Value::Ref(class), args, kw];
            self.heap.inc_all(&values);
            for _ in 0..=count {
                let value = self.pop();
                self.heap.dec(value);
            }
            self.t.stack.extend_from_slice(&values);
            return Ok(Made::Next(self.call_stack(3, &[], after)?));
        }
        let instance = if layout == Layout::Exception {
            let args = self.t.stack[at + 1..self.t.stack.len() - names.len()].to_vec();
            self.new_exception(class, &args, names)?
        } else {
            self.heap.alloc(Object::Instance(Box::new(Instance {
                class,
                attrs: Vec::new(),
                finalised: false,
            })))
        };
        let init = self.class_attr(class, sym::INIT);
        if matches!(init, Value::Undefined | Value::Native(_)) {
            if layout == Layout::Instance && count > 0 && init.is_undefined() {
                let name = self.class_name(class);
                return Err(self.type_error(&format!("{name}() takes no arguments")));
            }
            if init.is_undefined() || layout == Layout::Exception {
                self.heap.inc(instance);
                for _ in 0..=count {
                    let value = self.pop();
                    self.heap.dec(value);
                }
                return Ok(Made::Next(self.deliver(after, instance)?));
            }
        }
        self.heap.inc(instance);
        self.heap.inc(init);
        self.heap.dec(Value::Ref(class));
        self.t.stack[at] = init;
        self.t.stack.insert(at + 1, instance);
        Ok(Made::Init(instance))
    }
}

/// How an instance came to be.
enum Made {
    /// It is there, or being made elsewhere.
    Next(Next),
    /// Its `__init__` is to be called now, with it as the first argument.
    Init(Value),
    /// What lies below the arguments now is to be called.
    Call,
}
