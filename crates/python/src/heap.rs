//! The heap: objects in chunks that copies of a machine share until one writes, and their reference counts.
//!
//! An object whose count falls to zero, or that nobody has taken yet, is freed when the instruction at hand has finished
//! ([`Heap::next_dead`]): until then a native function may use it, so that none has to count what it only looks at.

use triomphe::Arc;

use crate::object::{Iter, Object};
use crate::value::{Id, Value};

/// Objects a chunk.
const CHUNK: usize = 16;

/// Counts at and above this are not counted: the object lives for ever.
pub(crate) const IMMORTAL: u32 = 1 << 31;

/// Objects and their counts.
#[derive(Clone, Debug)]
pub(crate) struct Heap {
    chunks: Vec<Arc<[Object; CHUNK]>>,
    pub(crate) counts: Vec<u32>,
    free: Vec<u32>,
    /// Objects whose count may be zero.
    zero: Vec<u32>,
    /// Bytes that the objects take, by our own measure.
    pub(crate) bytes: u64,
    nothing: Object,
    /// The moment from which it is told what has changed.
    base: Option<Arc<Base>>,
    /// A bit for each place of that moment: whether what is there now has come since.
    fresh: Vec<u64>,
}

/// The objects of a heap at one moment.
#[derive(Debug)]
struct Base {
    chunks: Vec<Arc<[Object; CHUNK]>>,
}

impl Heap {
    pub(crate) fn new() -> Self {
        Self {
            chunks: Vec::new(),
            counts: Vec::new(),
            free: Vec::new(),
            zero: Vec::new(),
            bytes: 0,
            nothing: Object::Free,
            base: None,
            fresh: Vec::new(),
        }
    }

    /// From now on it is told what has changed: [`is_old`](Self::is_old), [`changed`](Self::changed).
    pub(crate) fn anchor(&mut self) {
        self.base = Some(Arc::new(Base { chunks: self.chunks.clone() }));
        self.fresh = vec![0; self.counts.len().div_ceil(64)];
    }

    /// Whether the object at this place was there when the heap was anchored.
    #[inline]
    pub(crate) fn is_old(&self, id: Id) -> bool {
        let at = id.0 as usize;
        self.fresh.get(at / 64).is_some_and(|bits| bits >> (at % 64) & 1 == 0)
    }

    /// Old objects that are not what they were when the heap was anchored, by rising number.
    pub(crate) fn changed(&self) -> impl Iterator<Item = Id> + '_ {
        let base = self.base.iter().flat_map(|base| &base.chunks);
        let written =
            self.chunks.iter().zip(base).enumerate().filter(|(_, (now, then))| !Arc::ptr_eq(now, then));
        written.flat_map(move |(chunk, (now, then))| {
            let place = move |at: usize| Id((chunk * CHUNK + at) as u32);
            (0..CHUNK)
                .filter(move |&at| self.is_old(place(at)) && self.differs(&now[at], &then[at]))
                .map(place)
        })
    }

    /// Whether an old object is another than it was; one that is gone is nothing.
    fn differs(&self, now: &Object, then: &Object) -> bool {
        // Something new may have the place, and so the number, of what was held then.
        let mut news = false;
        !matches!(now, Object::Free)
            && (now != then || {
                children(now, &mut |value| news |= matches!(value, Value::Ref(id) if !self.is_old(id)));
                news
            })
    }

    #[inline]
    pub(crate) fn get(&self, id: Id) -> &Object {
        let at = id.0 as usize;
        match self.chunks.get(at / CHUNK) {
            Some(chunk) => &chunk[at % CHUNK],
            None => &self.nothing,
        }
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, id: Id) -> &mut Object {
        let at = id.0 as usize;
        match self.chunks.get_mut(at / CHUNK) {
            Some(chunk) => &mut Arc::make_mut(chunk)[at % CHUNK],
            None => &mut self.nothing,
        }
    }

    /// The object of a value, where it has one.
    #[inline]
    pub(crate) fn of(&self, value: Value) -> &Object {
        match value {
            Value::Ref(id) => self.get(id),
            _ => &self.nothing,
        }
    }

    #[inline]
    pub(crate) fn inc(&mut self, value: Value) {
        if let Value::Ref(Id(id)) = value
            && let Some(count) = self.counts.get_mut(id as usize)
        {
            *count += 1;
        }
    }

    #[inline]
    pub(crate) fn dec(&mut self, value: Value) {
        if let Value::Ref(Id(id)) = value
            && let Some(count) = self.counts.get_mut(id as usize)
        {
            *count = count.saturating_sub(1);
            if *count == 0 {
                self.zero.push(id);
            }
        }
    }

    pub(crate) fn dec_all(&mut self, values: &[Value]) {
        for &value in values {
            self.dec(value);
        }
    }

    pub(crate) fn inc_all(&mut self, values: &[Value]) {
        for &value in values {
            self.inc(value);
        }
    }

    /// A new object that nobody holds yet. The values in it are counted.
    pub(crate) fn alloc(&mut self, object: Object) -> Value {
        self.bytes += size(&object);
        children(&object, &mut |value| self.counts_up(value));
        let id = match self.free.pop() {
            Some(id) => id,
            None => {
                let id = self.counts.len();
                if id.is_multiple_of(CHUNK) {
                    self.chunks.push(Arc::new(std::array::from_fn(|_| Object::Free)));
                }
                self.counts.push(0);
                id as u32
            }
        };
        self.counts[id as usize] = 0;
        if let Some(bits) = self.fresh.get_mut(id as usize / 64) {
            *bits |= 1 << (id % 64);
        }
        *self.get_mut(Id(id)) = object;
        self.zero.push(id);
        Value::Ref(Id(id))
    }

    fn counts_up(&mut self, value: Value) {
        self.inc(value);
    }

    /// Make an object live for ever.
    pub(crate) fn keep(&mut self, value: Value) {
        if let Value::Ref(id) = value
            && let Some(count) = self.counts.get_mut(id.0 as usize)
        {
            *count |= IMMORTAL;
        }
    }

    #[inline]
    pub(crate) fn has_dead(&self) -> bool {
        !self.zero.is_empty()
    }

    /// The next object that nobody holds; it is still there.
    pub(crate) fn next_dead(&mut self) -> Option<Id> {
        while let Some(id) = self.zero.pop() {
            if self.counts[id as usize] == 0 && !matches!(self.get(Id(id)), Object::Free) {
                return Some(Id(id));
            }
        }
        None
    }

    /// Free an object that nobody holds; what it held may be next, the first one first.
    pub(crate) fn release(&mut self, id: Id) {
        let object = std::mem::take(self.get_mut(id));
        self.bytes = self.bytes.saturating_sub(size(&object));
        let from = self.zero.len();
        let backwards = matches!(object, Object::List(_) | Object::Tuple(_));
        children(&object, &mut |value| self.dec(value));
        // Lists and tuples let go of their last item first, everything else of its first.
        if !backwards {
            self.zero[from..].reverse();
        }
        self.free.push(id.0);
    }

    /// Count a change of an object's size.
    pub(crate) fn resized(&mut self, before: u64, after: u64) {
        self.bytes = (self.bytes + after).saturating_sub(before);
    }

    /// Every place that is taken.
    pub(crate) fn ids(&self) -> impl Iterator<Item = Id> + '_ {
        (0..self.counts.len() as u32).map(Id).filter(|id| !matches!(self.get(*id), Object::Free))
    }
}

/// What an object takes, by our own measure: the same on every platform.
pub(crate) fn size(object: &Object) -> u64 {
    let values = |n: usize| 16 * n as u64;
    48 + match object {
        Object::Int(n) => n.bits() / 8,
        Object::Str(text) => text.text.len() as u64,
        Object::Bytes(bytes) => bytes.len() as u64,
        Object::ByteArray(bytes) => bytes.len() as u64,
        Object::List(items) => values(items.len()),
        Object::Tuple(items) => values(items.len()),
        Object::Dict(table) => 2 * values(table.len()),
        Object::Set(set) | Object::FrozenSet(set) => 2 * values(set.len()),
        Object::Instance(instance) => values(instance.attrs.len()),
        Object::Generator(generator) => values(generator.values.len()),
        _ => 0,
    }
}

/// Every value that an object holds, in the order in which it lets go of them.
pub(crate) fn children(object: &Object, each: &mut dyn FnMut(Value)) {
    let mut all = |values: &[Value]| values.iter().for_each(|&value| each(value));
    match object {
        Object::Free
        | Object::Int(_)
        | Object::Str(_)
        | Object::Bytes(_)
        | Object::ByteArray(_)
        | Object::Range(_)
        | Object::Lock(_)
        | Object::Plain => {}
        Object::MemoryView(view) => all(&[view.base]),
        Object::List(items) => all(items),
        Object::Tuple(items) => all(items),
        Object::Dict(table) => table.entries().for_each(|(key, value)| all(&[key, value])),
        Object::Set(set) | Object::FrozenSet(set) => set.items().for_each(|item| all(&[item])),
        Object::Slice(parts) => all(&parts[..]),
        Object::Cell(value)
        | Object::StaticMethod(value)
        | Object::ClassMethod(value)
        | Object::Alias(value) => {
            all(&[*value]);
        }
        Object::Function(function) => {
            all(&[Value::Ref(function.module), function.name, function.qualname]);
            all(&function.defaults);
            all(&function.closure);
            function.keyword_defaults.iter().chain(&function.attrs).for_each(|(_, value)| all(&[*value]));
        }
        Object::Bound(function, this) => all(&[*function, *this]),
        Object::Class(class) => {
            // A class is the first of its own order of bases, and does not hold itself.
            class.mro.iter().skip(1).chain(&class.bases).for_each(|id| all(&[Value::Ref(*id)]));
            all(&[class.module]);
            class.attrs.iter().for_each(|(_, value)| all(&[*value]));
        }
        Object::Instance(instance) => {
            instance.attrs.iter().for_each(|(_, value)| all(&[*value]));
            all(&[Value::Ref(instance.class)]);
        }
        Object::Property(property) => {
            all(&[property.get, property.set, property.del, property.doc, property.name]);
        }
        Object::Super(class, this) => all(&[Value::Ref(*class), *this]),
        Object::Exception(exception) => {
            all(&[Value::Ref(exception.class), exception.args, exception.cause, exception.context]);
            exception.attrs.iter().for_each(|(_, value)| all(&[*value]));
            exception.traceback.iter().for_each(|entry| all(&entry.locals));
        }
        Object::Generator(generator) => {
            all(&generator.values);
            all(&[Value::Ref(generator.module), generator.handled, generator.name, generator.qualname]);
        }
        Object::Iter(iter) => match &**iter {
            Iter::Range(..) | Iter::Done => {}
            Iter::Sequence(value, _)
            | Iter::Reversed(value, _)
            | Iter::Chars(value, _)
            | Iter::Enumerate(value, _) => {
                all(&[*value]);
            }
            Iter::Dict(id, ..) | Iter::Set(id, ..) => all(&[Value::Ref(*id)]),
            Iter::Zip(values) => all(values),
        },
        Object::Module(module) => {
            all(&module.slots);
            module.attrs.iter().for_each(|(_, value)| all(&[*value]));
        }
        Object::DictView(id, _) | Object::Traceback(id, _) => all(&[Value::Ref(*id)]),
        Object::Namespace(attrs) => attrs.iter().for_each(|(_, value)| all(&[*value])),
    }
}
