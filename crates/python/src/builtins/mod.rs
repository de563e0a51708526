//! Built-in functions and the methods of built-in classes, as tables.

mod attribute;
mod bytes;
mod dict;
mod exception;
mod functions;
mod generator;
mod inner;
mod list;
mod number;
mod numeric;
mod object;
mod percent;
mod sequence;
mod set;
mod str;

use crate::classes::class;
use crate::native::Native;
use crate::value::Id;

/// Methods by class.
pub(crate) const METHODS: &[(Id, &[Native])] = &[
    (class::OBJECT, object::OBJECT),
    (class::TYPE, object::TYPE),
    (class::PROPERTY, object::PROPERTY),
    (class::STATICMETHOD, object::STATICMETHOD),
    (class::CLASSMETHOD, object::CLASSMETHOD),
    (class::SUPER, object::SUPER),
    (class::LIST, functions::CONTAINER),
    (class::TUPLE, functions::CONTAINER),
    (class::STR, functions::CONTAINER),
    (class::BYTES, functions::CONTAINER),
    (class::BYTEARRAY, functions::CONTAINER),
    (class::DICT, functions::CONTAINER),
    (class::RANGE, functions::CONTAINER),
    (class::INT, number::INT),
    (class::BOOL, number::BOOL),
    (class::FLOAT, number::FLOAT),
    (class::STR, str::METHODS),
    (class::BYTES, bytes::BYTES),
    (class::BYTEARRAY, bytes::BYTEARRAY),
    (class::MEMORYVIEW, bytes::MEMORYVIEW),
    (class::LIST, list::METHODS),
    (class::TUPLE, sequence::TUPLE),
    (class::RANGE, sequence::RANGE),
    (class::SLICE, sequence::SLICE),
    (class::ENUMERATE, sequence::ENUMERATE),
    (class::ZIP, sequence::ZIP),
    (class::MAP, sequence::MAP),
    (class::FILTER, sequence::FILTER),
    (class::REVERSED, sequence::REVERSED),
    (class::DICT, dict::METHODS),
    (class::SET, set::SET),
    (class::FROZENSET, set::FROZENSET),
    (class::GENERATOR, generator::METHODS),
    (class::BASE_EXCEPTION, exception::METHODS),
    (class::LOCK, crate::modules::thread::LOCK),
    (class::RLOCK, crate::modules::thread::LOCK),
];

/// Methods of the class itself: static (`s`) or of the class (`c`).
pub(crate) const SPECIAL: &[(Id, &str, char, Native)] = &[
    (class::DICT, "fromkeys", 'c', dict::FROMKEYS),
    (class::INT, "from_bytes", 'c', number::FROM_BYTES),
    (class::FLOAT, "fromhex", 'c', number::FROM_HEX),
    (class::BYTES, "fromhex", 'c', bytes::FROMHEX),
    (class::BYTEARRAY, "fromhex", 'c', bytes::ARRAY_FROMHEX),
    (class::STR, "maketrans", 's', str::MAKETRANS),
];

/// The built-in functions, by what they are about.
pub(crate) const FUNCTIONS: &[&[Native]] = &[functions::FUNCTIONS, numeric::FUNCTIONS, attribute::FUNCTIONS];

/// Functions that only the prelude knows.
pub(crate) const INNER: &[Native] = inner::FUNCTIONS;
