//! What every machine begins with: built-in classes and functions and the prelude, compiled once; and the modules written in
//! Python, compiled when the first program reaches them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::builtins;
use crate::classes::{CLASSES, class, is_exception};
use crate::code::Image;
use crate::compile::{self, File};
use crate::heap::Heap;
use crate::host::Limits;
use crate::machine::Machine;
use crate::modules;
use crate::names::{KNOWN, Names, Sym};
use crate::native::{Native, NativeModule};
use crate::object::{Class, Layout, Object, Text};
use crate::parse;
use crate::program::Program;
use crate::value::{Id, NativeId, Value};

/// Different sets of modules whose code is kept.
const MOST_IMAGES: usize = 32;

/// The common beginning.
pub(crate) struct Boot {
    pub(crate) image: Image,
    pub(crate) heap: Heap,
    pub(crate) consts: Vec<Value>,
    pub(crate) modules: Vec<(Sym, Value)>,
    natives: Vec<Native>,
    /// Built-in names, by their number.
    builtins: Vec<Value>,
    /// The prelude's functions.
    pub(crate) helpers: Vec<(String, Value)>,
    /// Native functions that only the prelude knows.
    pub(crate) inner: Vec<(&'static str, Value)>,
    /// One-character texts.
    pub(crate) chars: Vec<Value>,
    pub(crate) empty_tuple: Value,
    module_functions: Vec<(&'static str, Vec<(&'static str, Value)>)>,
}

impl Boot {
    pub(crate) fn get() -> &'static Self {
        static BOOT: OnceLock<&'static Boot> = OnceLock::new();
        BOOT.get_or_init(|| {
            let bare: &'static Self = Box::leak(Box::new(Self::bare()));
            Box::leak(Box::new(Self::with_prelude(bare)))
        })
    }

    pub(crate) fn native(&self, id: NativeId) -> Native {
        self.natives[id.0 as usize]
    }

    pub(crate) fn builtin(&self, name: Sym) -> Value {
        self.builtins.get(name.0 as usize).copied().unwrap_or_default()
    }

    /// What only our own modules know under a name.
    pub(crate) fn inner_name(&self, text: &str) -> Value {
        let native = self.inner.iter().find(|(known, _)| *known == text).map(|(_, value)| *value);
        native.unwrap_or_default()
    }

    /// Every built-in name.
    pub(crate) fn builtin_names(&self) -> impl Iterator<Item = Arc<str>> + '_ {
        let taken = self.builtins.iter().enumerate().filter(|(_, value)| !value.is_undefined());
        taken.filter_map(|(at, _)| self.image.names.text(Sym(at as u32)).cloned())
    }

    pub(crate) fn native_module(&self, name: &str) -> Option<&'static NativeModule> {
        modules::NATIVE.iter().find(|module| module.name == name)
    }

    pub(crate) fn functions_of(&self, module: &str) -> Vec<(&'static str, Value)> {
        let found = self.module_functions.iter().find(|(name, _)| *name == module);
        found.map(|(_, functions)| functions.clone()).unwrap_or_default()
    }

    /// The modules that a program may import.
    pub(crate) fn module_list(&self) -> Vec<&'static str> {
        let native = modules::NATIVE.iter().map(|module| module.name);
        let mut list: Vec<_> = native.chain(modules::PYTHON.iter().map(|module| module.name)).collect();
        list.retain(|name| !name.starts_with('_'));
        list.sort_unstable();
        list.dedup();
        list
    }

    pub(crate) fn is_module(&self, name: &str) -> bool {
        self.module_list().contains(&name)
    }

    /// Built-in classes and functions, no Python yet.
    fn bare() -> Self {
        let mut names = Names::default();
        for name in KNOWN {
            names.intern(name);
        }
        let mut boot = Self {
            image: Image { names, ..Image::default() },
            heap: Heap::new(),
            consts: Vec::new(),
            modules: Vec::new(),
            natives: Vec::new(),
            builtins: Vec::new(),
            helpers: Vec::new(),
            inner: Vec::new(),
            chars: Vec::new(),
            empty_tuple: Value::None,
            module_functions: Vec::new(),
        };
        boot.classes();
        boot.empty_tuple = boot.heap.alloc(Object::Tuple(Box::default()));
        boot.heap.keep(boot.empty_tuple);
        for byte in 0..128_u8 {
            let text: Arc<str> = char::from(byte).to_string().into();
            let value = boot.heap.alloc(Object::Str(Text::new(text)));
            boot.heap.keep(value);
            boot.chars.push(value);
        }
        for (class, methods) in builtins::METHODS {
            for native in *methods {
                let value = boot.add_native(*native);
                let short = native.name.rsplit('.').next().unwrap_or(native.name);
                boot.set_class_attr(*class, short, value);
            }
        }
        for (class, name, wrap, native) in builtins::SPECIAL {
            let inner = boot.add_native(*native);
            let value = boot.heap.alloc(if *wrap == 's' {
                Object::StaticMethod(inner)
            } else {
                Object::ClassMethod(inner)
            });
            boot.heap.keep(value);
            boot.set_class_attr(*class, name, value);
        }
        for native in builtins::FUNCTIONS.iter().copied().flatten() {
            let value = boot.add_native(*native);
            boot.set_builtin(native.name, value);
        }
        for native in builtins::INNER {
            let value = boot.add_native(*native);
            boot.inner.push((native.name, value));
        }
        for module in modules::NATIVE {
            let functions =
                module.functions.iter().map(|native| (native.name, boot.add_native(*native))).collect();
            boot.module_functions.push((module.name, functions));
        }
        for (place, (name, _)) in CLASSES.iter().enumerate() {
            if !name.contains('.') && !HIDDEN.contains(name) {
                boot.set_builtin(name, Value::Ref(Id(place as u32)));
            }
        }
        for (name, of) in [("IOError", "OSError"), ("EnvironmentError", "OSError")] {
            let of = boot.image.names.intern(of);
            let value = boot.builtin(of);
            boot.set_builtin(name, value);
        }
        boot.set_builtin("NotImplemented", Value::NotImplemented);
        boot.set_builtin("Ellipsis", Value::Ellipsis);
        boot.set_builtin("__debug__", Value::Bool(true));
        boot
    }

    fn classes(&mut self) {
        for (place, (name, base)) in CLASSES.iter().enumerate() {
            let id = Id(place as u32);
            let mut mro = vec![id];
            let mut at = id;
            while at != class::OBJECT {
                at = CLASSES[at.0 as usize].1;
                mro.push(at);
            }
            let native = !is_exception(id);
            let name: Arc<str> = (*name).into();
            let short: Arc<str> = name.rsplit('.').next().unwrap_or(&name).into();
            let value = self.heap.alloc(Object::Class(Box::new(Class {
                name: if name.contains('.') { name.clone() } else { short },
                qualname: name,
                module: Value::None,
                bases: if id == class::OBJECT { Vec::new() } else { vec![*base] },
                mro,
                attrs: Vec::new(),
                layout: if native { Layout::Native } else { Layout::Exception },
                builtin: true,
                del: false,
                getattr: false,
                setattr: false,
                eq: false,
                hash: false,
                unhashable: false,
            })));
            self.heap.keep(value);
        }
        while self.heap.next_dead().is_some() {}
    }

    fn add_native(&mut self, native: Native) -> Value {
        self.natives.push(native);
        Value::Native(NativeId(self.natives.len() as u16 - 1))
    }

    fn set_class_attr(&mut self, class: Id, name: &str, value: Value) {
        let name = self.image.names.intern(name);
        if let Object::Class(class) = self.heap.get_mut(class) {
            class.attrs.push((name, value));
        }
    }

    fn set_builtin(&mut self, name: &str, value: Value) {
        let name = self.image.names.intern(name);
        let at = name.0 as usize;
        if self.builtins.len() <= at {
            self.builtins.resize(at + 1, Value::Undefined);
        }
        self.builtins[at] = value;
    }

    /// What programs begin with that reach these modules written in Python (bits as in [`modules::reached`]): the prelude's
    /// code and theirs. What one program has needed the next one finds.
    pub(crate) fn image_with(&self, reached: u32) -> Arc<Image> {
        static IMAGES: Mutex<BTreeMap<u32, Arc<Image>>> = Mutex::new(BTreeMap::new());
        let mut images = IMAGES.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(image) = images.get(&reached) {
            return Arc::clone(image);
        }
        let mut image = self.image.clone();
        for (_, module) in modules::PYTHON.iter().enumerate().filter(|(at, _)| reached & 1 << at != 0) {
            add(&mut image, module.name, module.file, module.text, module.hidden);
        }
        let image = Arc::new(image);
        if images.len() >= MOST_IMAGES {
            images.clear();
        }
        images.insert(reached, Arc::clone(&image));
        image
    }

    /// Compile the prelude, and run it on a machine that has none.
    fn with_prelude(bare: &'static Self) -> Self {
        let mut image = bare.image.clone();
        let main =
            add(&mut image, "<prelude>", "<socketscope>/prelude.py", include_str!("../py/prelude.py"), true);
        // The prelude's own code knows the native functions behind it as built-ins.
        let first = Self { image: image.clone(), ..bare.copy() };
        let first: &'static Self = Box::leak(Box::new(first));
        let program = Program::of_image(Arc::new(image), main);
        let (heap, consts, module) = Machine::run_prelude(first, &program);
        let mut boot = Self { heap, consts, image: first.image.clone(), ..bare.copy() };
        boot.builtins = first.builtins.clone();
        if let Object::Module(object) = boot.heap.get(module) {
            let source = &boot.image.sources[main as usize];
            for (name, value) in source.globals.iter().zip(&object.slots) {
                let text = boot.image.names.text(*name).map(|text| text.to_string()).unwrap_or_default();
                if matches!(boot.heap.of(*value), Object::Function(_)) {
                    boot.helpers.push((text, *value));
                }
            }
        }
        for (_, value) in boot.helpers.clone() {
            boot.heap.keep(value);
        }
        // Functions of the prelude that programs call by their names.
        for (name, value) in boot.helpers.clone() {
            if !name.starts_with('_') {
                boot.set_builtin(&name, value);
            }
        }
        boot
    }

    fn copy(&self) -> Self {
        Self {
            image: self.image.clone(),
            heap: self.heap.clone(),
            consts: self.consts.clone(),
            modules: self.modules.clone(),
            natives: self.natives.clone(),
            builtins: self.builtins.clone(),
            helpers: self.helpers.clone(),
            inner: self.inner.clone(),
            chars: self.chars.clone(),
            empty_tuple: self.empty_tuple,
            module_functions: self.module_functions.clone(),
        }
    }
}

/// Classes that no program names.
const HIDDEN: &[&str] = &[
    "NoneType",
    "NotImplementedType",
    "ellipsis",
    "function",
    "method",
    "builtin_function_or_method",
    "generator",
    "module",
    "cell",
    "traceback",
    "dict_keys",
    "dict_values",
    "dict_items",
    "range_iterator",
    "list_iterator",
    "tuple_iterator",
    "str_ascii_iterator",
    "bytes_iterator",
    "bytearray_iterator",
    "dict_keyiterator",
    "dict_valueiterator",
    "dict_itemiterator",
    "set_iterator",
];

/// Compile one of our own modules.
fn add(image: &mut Image, name: &str, file: &str, text: &str, hidden: bool) -> u32 {
    let parsed = match parse::parse(text, file) {
        Ok(parsed) => parsed,
        Err(fault) => unreachable!("our own module parses: {fault}"),
    };
    match compile::module(image, &File { name, file, text, hidden }, &parsed) {
        Ok(module) => module,
        Err(fault) => unreachable!("our own module {name} compiles: {}", fault.says),
    }
}

impl Machine {
    /// Run the prelude's definitions: heap, constants and module.
    fn run_prelude(boot: &'static Boot, program: &Program) -> (Heap, Vec<Value>, Id) {
        let mut machine = Self::with_boot(boot, program, &[], Limits::default());
        let mut budget = u64::MAX;
        let stop = machine.run(0, crate::Until::Event, &mut budget);
        assert!(stop == crate::Stop::Exit(0), "the prelude runs: {stop:?}");
        let module = machine.modules.last().and_then(|(_, module)| module.id()).unwrap_or(class::OBJECT);
        (machine.heap, machine.consts.to_vec(), module)
    }
}
