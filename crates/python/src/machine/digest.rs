//! The digest of a machine: equal for machines that will do the same, wherever their objects lie.

#![expect(clippy::disallowed_types, reason = "it is asked and never gone through: no order shows")]

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasherDefault, Hash, Hasher};

use super::Machine;
use super::thread::{After, Role};
use crate::classes::CLASSES;
use crate::native::Ask;
use crate::object::{Iter, Object};
use crate::value::{Id, Value};

/// Mixes 64-bit words: the same number on every platform.
struct Mixer(u64);

impl Mixer {
    fn word(&mut self, word: u64) {
        let mixed = (self.0 ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = mixed ^ (mixed >> 29);
    }
}

impl Hasher for Mixer {
    fn finish(&self) -> u64 {
        let mixed = (self.0 ^ (self.0 >> 32)).wrapping_mul(0xD6E8_FEB8_6659_FD93);
        mixed ^ (mixed >> 32)
    }
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.word(u64::from_le_bytes(word));
        }
        self.word(bytes.len() as u64);
    }
    fn write_u32(&mut self, n: u32) {
        self.word(n.into());
    }
    fn write_u64(&mut self, n: u64) {
        self.word(n);
    }
    fn write_usize(&mut self, n: usize) {
        self.word(n as u64);
    }
    fn write_isize(&mut self, n: isize) {
        self.word(n as i64 as u64);
    }
}

/// Spreads the places of objects over a table.
#[derive(Default)]
struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.write_u32(byte.into()));
    }
    fn write_u32(&mut self, n: u32) {
        self.0 = (self.0 ^ u64::from(n)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
}

/// A walk over everything that the roots reach: each object has the number of its first mention.
struct Walk<'m> {
    machine: &'m Machine,
    /// Of those that were met, few where the machine is anchored.
    numbers: HashMap<u32, u32, BuildHasherDefault<Spread>>,
    queue: VecDeque<Id>,
    mixer: Mixer,
    held: Vec<Value>,
    /// Objects that were there when the machine was anchored go by their places, and only those are looked at that have changed.
    anchored: bool,
}

impl<'m> Walk<'m> {
    fn new(machine: &'m Machine, anchored: bool) -> Self {
        Self {
            machine,
            numbers: HashMap::default(),
            queue: VecDeque::new(),
            mixer: Mixer(0x5059_5448_4f4e_0001),
            held: Vec::new(),
            anchored,
        }
    }

    fn word(&mut self, word: u64) {
        self.mixer.word(word);
    }

    fn value(&mut self, value: Value) {
        match value {
            Value::Undefined => self.word(1),
            Value::None => self.word(2),
            Value::NotImplemented => self.word(3),
            Value::Ellipsis => self.word(4),
            Value::Bool(b) => self.word(5 + u64::from(b)),
            Value::Int(n) => {
                self.word(7);
                self.word(n as u64);
            }
            Value::Float(x) => {
                self.word(8);
                self.word(x.to_bits());
            }
            Value::Native(id) => {
                self.word(9);
                self.word(id.0.into());
            }
            Value::Ref(id) => self.reference(id),
        }
    }

    /// Texts, bytes and ints are what they hold; everything else is a thing of its own.
    fn reference(&mut self, id: Id) {
        match self.machine.heap.get(id) {
            Object::Str(text) => {
                self.word(10);
                self.mixer.write(text.text.as_bytes());
            }
            Object::Bytes(bytes) => {
                self.word(11);
                self.mixer.write(bytes);
            }
            Object::Int(n) => {
                self.word(12);
                self.mixer.write(&n.to_signed_bytes_le());
            }
            _ if (id.0 as usize) < CLASSES.len() => {
                self.word(13);
                self.word(id.0.into());
            }
            _ if self.anchored && self.machine.heap.is_old(id) => {
                self.word(15);
                self.word(id.0.into());
            }
            _ => {
                let next = self.numbers.len() as u32 + 1;
                let number = *self.numbers.entry(id.0).or_insert(next);
                if number == next {
                    self.queue.push_back(id);
                }
                self.word(14);
                self.word(number.into());
            }
        }
    }

    fn values(&mut self, values: &[Value]) {
        self.word(values.len() as u64);
        values.iter().for_each(|&value| self.value(value));
    }

    fn drain(&mut self) {
        while let Some(id) = self.queue.pop_front() {
            self.object(self.machine.heap.get(id));
        }
    }

    fn object(&mut self, object: &Object) {
        std::mem::discriminant(object).hash(&mut self.mixer);
        match object {
            Object::ByteArray(bytes) => self.mixer.write(bytes),
            Object::MemoryView(view) => {
                for part in [view.start, view.len, u32::from(view.readonly)] {
                    self.word(part.into());
                }
            }
            Object::Range(range) => {
                for part in [range.start, range.stop, range.step] {
                    self.word(part as u64);
                }
            }
            Object::Lock(lock) => {
                self.word(lock.owner.map_or(0, |owner| u64::from(owner) + 1));
                self.word(u64::from(lock.count) * 2 + u64::from(lock.reentrant));
            }
            Object::Function(function) => {
                self.word(function.code.into());
                for (name, _) in function.keyword_defaults.iter().chain(&function.attrs) {
                    self.word(name.0.into());
                }
            }
            Object::Class(class) => {
                self.mixer.write(class.name.as_bytes());
                class.attrs.iter().for_each(|(name, _)| self.mixer.word(name.0.into()));
            }
            Object::Instance(instance) => {
                self.word(u64::from(instance.finalised));
                instance.attrs.iter().for_each(|(name, _)| self.mixer.word(name.0.into()));
            }
            Object::Exception(exception) => {
                self.word(u64::from(exception.suppress));
                exception.attrs.iter().for_each(|(name, _)| self.mixer.word(name.0.into()));
                for entry in &exception.traceback {
                    self.mixer.word(u64::from(entry.code) << 32 | u64::from(entry.pc));
                }
            }
            Object::Generator(generator) => {
                self.word(generator.progress as u64);
                self.word(u64::from(generator.code) << 32 | u64::from(generator.pc));
            }
            Object::Module(module) => {
                self.word(module.source.map_or(0, |source| u64::from(source) + 1));
                module.attrs.iter().for_each(|(name, _)| self.mixer.word(name.0.into()));
            }
            Object::DictView(_, which) => self.word((*which).into()),
            Object::Traceback(_, at) => self.word((*at).into()),
            Object::Iter(iter) => {
                std::mem::discriminant(&**iter).hash(&mut self.mixer);
                match **iter {
                    Iter::Range(next, step, left) => {
                        self.word(next as u64);
                        self.word(step as u64);
                        self.word(left);
                    }
                    Iter::Sequence(_, at) | Iter::Reversed(_, at) | Iter::Chars(_, at) => {
                        self.word(at.into())
                    }
                    Iter::Dict(_, which, at, len) => {
                        self.word(which.into());
                        self.word(u64::from(at) << 32 | u64::from(len));
                    }
                    Iter::Set(_, at, len) => self.word(u64::from(at) << 32 | u64::from(len)),
                    Iter::Enumerate(_, at) => self.word(at as u64),
                    Iter::Zip(_) | Iter::Done => {}
                }
            }
            _ => {}
        }
        let mut held = std::mem::take(&mut self.held);
        crate::heap::children(object, &mut |value| held.push(value));
        self.values(&held);
        held.clear();
        self.held = held;
    }

    fn threads(&mut self) {
        let machine = self.machine;
        self.word(machine.threads.len() as u64);
        for thread in &machine.threads {
            self.word(u64::from(thread.ended) * 2 + u64::from(thread.daemon));
            self.word(thread.frames.len() as u64);
            for frame in &thread.frames {
                self.word(u64::from(frame.code) << 32 | u64::from(frame.pc));
                let (after, role): (After, Role) = (frame.after, frame.role);
                self.word(u64::from(frame.base) << 16 | (after as u64) << 8 | role as u64);
                self.values(&[Value::Ref(frame.module), frame.extra, frame.handled]);
            }
            self.values(&thread.stack);
            self.values(&[thread.handled, thread.object]);
            if let Some(pending) = &thread.pending {
                self.value(pending.callee);
                self.values(&pending.args);
                for (name, value) in &pending.kw {
                    self.word(name.0.into());
                    self.value(*value);
                }
                match &pending.ask {
                    Ask::Call(call, _) => call.hash(&mut self.mixer),
                    Ask::Sleep(us) => self.word(*us),
                    // Which lock is one of the arguments.
                    Ask::Input | Ask::Now | Ask::Wait(..) => {}
                }
            }
        }
    }
}

impl Machine {
    fn digest_of(&self, counts: bool) -> u64 {
        let mut walk = Walk::new(self, !counts);
        walk.threads();
        for &(name, module) in &self.modules {
            walk.word(name.0.into());
            walk.value(module);
        }
        for value in &self.finalise {
            walk.value(*value);
        }
        for (name, number) in &self.notes {
            walk.mixer.write(name.as_bytes());
            walk.word(*number);
        }
        // Who has failed and still closes sockets will not end as who has not.
        for status in [self.main_status, self.status] {
            walk.word(status.map_or(u64::MAX, |status| status as u32 as u64));
        }
        walk.word(u64::from(self.main) << 1 | u64::from(self.ending));
        self.said_before.hash(&mut walk.mixer);
        if walk.anchored {
            for id in self.heap.changed() {
                walk.word(id.0.into());
                walk.object(self.heap.get(id));
            }
        }
        walk.drain();
        if counts {
            walk.word(self.instructions);
            walk.word(self.written);
        }
        walk.mixer.finish()
    }

    /// Everything that tells two moments of a program apart, as one number: the same on every platform.
    pub fn digest(&self) -> u64 {
        self.digest_of(true)
    }

    /// From now on [`digest_of_future`](Self::digest_of_future) looks only at what has changed since: for whoever asks for it again
    /// and again. Numbers from before mean nothing any more, those of copies made from now on can be compared.
    pub fn anchor(&mut self) {
        self.heap.anchor();
    }

    /// The same without what has no effect on anything that follows: how many instructions have run.
    pub fn digest_of_future(&self) -> u64 {
        self.digest_of(false)
    }
}
