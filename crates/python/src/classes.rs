//! The built-in classes: their places on the heap are fixed.

use crate::value::Id;

macro_rules! classes {
    ($($name:ident = $text:literal : $base:ident;)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Place { $($name,)* }
        /// Where each built-in class lies.
        #[allow(dead_code)]
        pub(crate) mod class {
            use super::{Id, Place};
            $(pub(crate) const $name: Id = Id(Place::$name as u32);)*
        }
        /// Name and base of each, in the order of their places.
        pub(crate) const CLASSES: &[(&str, Id)] = &[$(($text, class::$base),)*];
    };
}

classes! {
    OBJECT = "object": OBJECT;
    TYPE = "type": OBJECT;
    NONE = "NoneType": OBJECT;
    NOT_IMPLEMENTED = "NotImplementedType": OBJECT;
    ELLIPSIS = "ellipsis": OBJECT;
    INT = "int": OBJECT;
    BOOL = "bool": INT;
    FLOAT = "float": OBJECT;
    STR = "str": OBJECT;
    BYTES = "bytes": OBJECT;
    BYTEARRAY = "bytearray": OBJECT;
    MEMORYVIEW = "memoryview": OBJECT;
    LIST = "list": OBJECT;
    TUPLE = "tuple": OBJECT;
    DICT = "dict": OBJECT;
    SET = "set": OBJECT;
    FROZENSET = "frozenset": OBJECT;
    RANGE = "range": OBJECT;
    SLICE = "slice": OBJECT;
    FUNCTION = "function": OBJECT;
    METHOD = "method": OBJECT;
    NATIVE = "builtin_function_or_method": OBJECT;
    GENERATOR = "generator": OBJECT;
    MODULE = "module": OBJECT;
    CELL = "cell": OBJECT;
    PROPERTY = "property": OBJECT;
    STATICMETHOD = "staticmethod": OBJECT;
    CLASSMETHOD = "classmethod": OBJECT;
    SUPER = "super": OBJECT;
    TRACEBACK = "traceback": OBJECT;
    LOCK = "_thread.lock": OBJECT;
    RLOCK = "_thread.RLock": OBJECT;
    ALIAS = "types.GenericAlias": OBJECT;
    DICT_KEYS = "dict_keys": OBJECT;
    DICT_VALUES = "dict_values": OBJECT;
    DICT_ITEMS = "dict_items": OBJECT;
    ENUMERATE = "enumerate": OBJECT;
    ZIP = "zip": OBJECT;
    MAP = "map": OBJECT;
    FILTER = "filter": OBJECT;
    REVERSED = "reversed": OBJECT;
    RANGE_ITERATOR = "range_iterator": OBJECT;
    LIST_ITERATOR = "list_iterator": OBJECT;
    TUPLE_ITERATOR = "tuple_iterator": OBJECT;
    STR_ITERATOR = "str_ascii_iterator": OBJECT;
    BYTES_ITERATOR = "bytes_iterator": OBJECT;
    BYTEARRAY_ITERATOR = "bytearray_iterator": OBJECT;
    DICT_KEYITERATOR = "dict_keyiterator": OBJECT;
    DICT_VALUEITERATOR = "dict_valueiterator": OBJECT;
    DICT_ITEMITERATOR = "dict_itemiterator": OBJECT;
    SET_ITERATOR = "set_iterator": OBJECT;
    BASE_EXCEPTION = "BaseException": OBJECT;
    EXCEPTION = "Exception": BASE_EXCEPTION;
    SYSTEM_EXIT = "SystemExit": BASE_EXCEPTION;
    KEYBOARD_INTERRUPT = "KeyboardInterrupt": BASE_EXCEPTION;
    GENERATOR_EXIT = "GeneratorExit": BASE_EXCEPTION;
    STOP_ITERATION = "StopIteration": EXCEPTION;
    STOP_ASYNC_ITERATION = "StopAsyncIteration": EXCEPTION;
    ARITHMETIC_ERROR = "ArithmeticError": EXCEPTION;
    FLOATING_POINT_ERROR = "FloatingPointError": ARITHMETIC_ERROR;
    OVERFLOW_ERROR = "OverflowError": ARITHMETIC_ERROR;
    ZERO_DIVISION_ERROR = "ZeroDivisionError": ARITHMETIC_ERROR;
    ASSERTION_ERROR = "AssertionError": EXCEPTION;
    ATTRIBUTE_ERROR = "AttributeError": EXCEPTION;
    BUFFER_ERROR = "BufferError": EXCEPTION;
    EOF_ERROR = "EOFError": EXCEPTION;
    IMPORT_ERROR = "ImportError": EXCEPTION;
    MODULE_NOT_FOUND_ERROR = "ModuleNotFoundError": IMPORT_ERROR;
    LOOKUP_ERROR = "LookupError": EXCEPTION;
    INDEX_ERROR = "IndexError": LOOKUP_ERROR;
    KEY_ERROR = "KeyError": LOOKUP_ERROR;
    MEMORY_ERROR = "MemoryError": EXCEPTION;
    NAME_ERROR = "NameError": EXCEPTION;
    UNBOUND_LOCAL_ERROR = "UnboundLocalError": NAME_ERROR;
    OS_ERROR = "OSError": EXCEPTION;
    BLOCKING_IO_ERROR = "BlockingIOError": OS_ERROR;
    CHILD_PROCESS_ERROR = "ChildProcessError": OS_ERROR;
    CONNECTION_ERROR = "ConnectionError": OS_ERROR;
    BROKEN_PIPE_ERROR = "BrokenPipeError": CONNECTION_ERROR;
    CONNECTION_ABORTED_ERROR = "ConnectionAbortedError": CONNECTION_ERROR;
    CONNECTION_REFUSED_ERROR = "ConnectionRefusedError": CONNECTION_ERROR;
    CONNECTION_RESET_ERROR = "ConnectionResetError": CONNECTION_ERROR;
    FILE_EXISTS_ERROR = "FileExistsError": OS_ERROR;
    FILE_NOT_FOUND_ERROR = "FileNotFoundError": OS_ERROR;
    INTERRUPTED_ERROR = "InterruptedError": OS_ERROR;
    IS_A_DIRECTORY_ERROR = "IsADirectoryError": OS_ERROR;
    NOT_A_DIRECTORY_ERROR = "NotADirectoryError": OS_ERROR;
    PERMISSION_ERROR = "PermissionError": OS_ERROR;
    PROCESS_LOOKUP_ERROR = "ProcessLookupError": OS_ERROR;
    TIMEOUT_ERROR = "TimeoutError": OS_ERROR;
    REFERENCE_ERROR = "ReferenceError": EXCEPTION;
    RUNTIME_ERROR = "RuntimeError": EXCEPTION;
    NOT_IMPLEMENTED_ERROR = "NotImplementedError": RUNTIME_ERROR;
    RECURSION_ERROR = "RecursionError": RUNTIME_ERROR;
    SYNTAX_ERROR = "SyntaxError": EXCEPTION;
    INDENTATION_ERROR = "IndentationError": SYNTAX_ERROR;
    TAB_ERROR = "TabError": INDENTATION_ERROR;
    UNICODE_TRANSLATE_ERROR = "UnicodeTranslateError": UNICODE_ERROR;
    UNICODE_WARNING = "UnicodeWarning": WARNING;
    FUTURE_WARNING = "FutureWarning": WARNING;
    SYNTAX_WARNING = "SyntaxWarning": WARNING;
    SYSTEM_ERROR = "SystemError": EXCEPTION;
    TYPE_ERROR = "TypeError": EXCEPTION;
    VALUE_ERROR = "ValueError": EXCEPTION;
    UNICODE_ERROR = "UnicodeError": VALUE_ERROR;
    UNICODE_DECODE_ERROR = "UnicodeDecodeError": UNICODE_ERROR;
    UNICODE_ENCODE_ERROR = "UnicodeEncodeError": UNICODE_ERROR;
    WARNING = "Warning": EXCEPTION;
    USER_WARNING = "UserWarning": WARNING;
    DEPRECATION_WARNING = "DeprecationWarning": WARNING;
    RUNTIME_WARNING = "RuntimeWarning": WARNING;
    RESOURCE_WARNING = "ResourceWarning": WARNING;
}

/// Whether a class of this place is an exception.
pub(crate) const fn is_exception(id: Id) -> bool {
    id.0 >= class::BASE_EXCEPTION.0 && id.0 < CLASSES.len() as u32
}

/// The subclass of OSError that CPython makes for an errno (Linux's numbers).
pub(crate) const fn of_errno(errno: i64) -> Id {
    match errno {
        11 | 114 | 115 => class::BLOCKING_IO_ERROR,
        10 => class::CHILD_PROCESS_ERROR,
        32 | 108 => class::BROKEN_PIPE_ERROR,
        103 => class::CONNECTION_ABORTED_ERROR,
        111 => class::CONNECTION_REFUSED_ERROR,
        104 => class::CONNECTION_RESET_ERROR,
        17 => class::FILE_EXISTS_ERROR,
        2 => class::FILE_NOT_FOUND_ERROR,
        4 => class::INTERRUPTED_ERROR,
        21 => class::IS_A_DIRECTORY_ERROR,
        20 => class::NOT_A_DIRECTORY_ERROR,
        1 | 13 => class::PERMISSION_ERROR,
        3 => class::PROCESS_LOOKUP_ERROR,
        110 => class::TIMEOUT_ERROR,
        _ => class::OS_ERROR,
    }
}
