//! Names (of variables, attributes, keywords) as small numbers.

use std::collections::BTreeMap;
use std::sync::Arc;

/// A name, by its place in the machine's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Sym(pub(crate) u32);

/// A table of names: grows, never forgets.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    list: Vec<Arc<str>>,
    find: BTreeMap<Arc<str>, u32>,
}

impl Names {
    pub(crate) fn intern(&mut self, text: &str) -> Sym {
        if let Some(sym) = self.find(text) {
            return sym;
        }
        let (text, number): (Arc<str>, _) = (text.into(), self.list.len() as u32);
        self.list.push(text.clone());
        self.find.insert(text, number);
        Sym(number)
    }

    pub(crate) fn find(&self, text: &str) -> Option<Sym> {
        self.find.get(text).copied().map(Sym)
    }

    pub(crate) fn text(&self, sym: Sym) -> Option<&Arc<str>> {
        self.list.get(sym.0 as usize)
    }

    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }
}

macro_rules! known {
    ($($name:ident = $text:literal,)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Place { $($name,)* }
        /// The names that the machine itself asks for.
        #[allow(dead_code)]
        pub(crate) mod sym {
            use super::{Place, Sym};
            $(pub(crate) const $name: Sym = Sym(Place::$name as u32);)*
        }
        /// Their texts, in the order of their numbers.
        pub(crate) const KNOWN: &[&str] = &[$($text,)*];
    };
}

known! {
    INIT = "__init__", NEW = "__new__", DEL = "__del__", CALL = "__call__", REPR = "__repr__", STR = "__str__",
    FORMAT = "__format__", BYTES = "__bytes__", BOOL = "__bool__", LEN = "__len__", HASH = "__hash__", EQ = "__eq__",
    NE = "__ne__", LT = "__lt__", LE = "__le__", GT = "__gt__", GE = "__ge__", GETATTR = "__getattr__",
    GETATTRIBUTE = "__getattribute__", SETATTR = "__setattr__", DELATTR = "__delattr__", GETITEM = "__getitem__",
    SETITEM = "__setitem__", DELITEM = "__delitem__", CONTAINS = "__contains__", ITER = "__iter__", NEXT = "__next__",
    REVERSED = "__reversed__", ENTER = "__enter__", EXIT = "__exit__", INDEX = "__index__", INT = "__int__",
    FLOAT = "__float__", NEG = "__neg__", POS = "__pos__", INVERT = "__invert__", ABS = "__abs__", ROUND = "__round__",
    GET = "__get__", SET = "__set__", DELETE = "__delete__", SET_NAME = "__set_name__",
    INIT_SUBCLASS = "__init_subclass__", CLASS_GETITEM = "__class_getitem__", MISSING = "__missing__",
    LENGTH_HINT = "__length_hint__", MATCH_ARGS = "__match_args__", SLOTS = "__slots__",
    CLASS = "__class__", DICT = "__dict__", DOC = "__doc__", NAME = "__name__", QUALNAME = "__qualname__",
    MODULE = "__module__", BASES = "__bases__", MRO = "__mro__", FILE = "__file__", ANNOTATIONS = "__annotations__",
    DEFAULTS = "__defaults__", WRAPPED = "__wrapped__", SELF = "__self__", FUNC = "__func__",
    CAUSE = "__cause__", CONTEXT = "__context__", TRACEBACK = "__traceback__", SUPPRESS = "__suppress_context__",
    NOTES = "__notes__", ARGS = "args", VALUE = "value", CODE = "code", ERRNO = "errno", STRERROR = "strerror",
    FILENAME = "filename", OBJ = "obj", NAME_ATTR = "name", MAIN = "__main__", BUILTINS = "__builtins__",
    NBYTES = "nbytes", READONLY = "readonly",
    START = "start", STOP = "stop", STEP = "step", REASON = "reason", ENCODING = "encoding", OBJECT_ATTR = "object",
    END = "end", PATH = "path", MSG = "msg", FGET = "fget", FSET = "fset", FDEL = "fdel", GETTER = "getter", SETTER = "setter",
    DELETER = "deleter",
    ADD = "__add__", SUB = "__sub__", MUL = "__mul__", MATMUL = "__matmul__", TRUEDIV = "__truediv__",
    FLOORDIV = "__floordiv__", MOD = "__mod__", POW = "__pow__", LSHIFT = "__lshift__", RSHIFT = "__rshift__",
    AND = "__and__", OR = "__or__", XOR = "__xor__",
    RADD = "__radd__", RSUB = "__rsub__", RMUL = "__rmul__", RMATMUL = "__rmatmul__", RTRUEDIV = "__rtruediv__",
    RFLOORDIV = "__rfloordiv__", RMOD = "__rmod__", RPOW = "__rpow__", RLSHIFT = "__rlshift__", RRSHIFT = "__rrshift__",
    RAND = "__rand__", ROR = "__ror__", RXOR = "__rxor__",
    IADD = "__iadd__", ISUB = "__isub__", IMUL = "__imul__", IMATMUL = "__imatmul__", ITRUEDIV = "__itruediv__",
    IFLOORDIV = "__ifloordiv__", IMOD = "__imod__", IPOW = "__ipow__", ILSHIFT = "__ilshift__",
    IRSHIFT = "__irshift__", IAND = "__iand__", IOR = "__ior__", IXOR = "__ixor__",
    CLASSCELL = "__classcell__", GI_RUNNING = "gi_running", CHARACTERS_WRITTEN = "characters_written",
}
