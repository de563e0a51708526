//! What a function of this folder raises: the kind of exception and its exact text.

use std::fmt;

/// What a function of this folder gives.
pub type Result<T> = std::result::Result<T, Error>;

/// The class of an exception.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `TypeError`
    Type,
    /// `ValueError`
    Value,
    /// `OverflowError`
    Overflow,
    /// `ZeroDivisionError`
    ZeroDivision,
    /// `IndexError`
    Index,
    /// `KeyError`
    Key,
    /// `LookupError`
    Lookup,
    /// `MemoryError`: the result would be larger than the limit given.
    Memory,
    /// `struct.error`
    Struct,
    /// `UnicodeDecodeError`; [`Error::codec`] says where.
    Decode,
    /// `UnicodeEncodeError`; [`Error::codec`] says where.
    Encode,
    /// `OSError` with an error number and no more, as of a float's power that is too large.
    Os,
}

impl Kind {
    /// The name of the class as a traceback shows it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Type => "TypeError",
            Self::Value => "ValueError",
            Self::Overflow => "OverflowError",
            Self::ZeroDivision => "ZeroDivisionError",
            Self::Index => "IndexError",
            Self::Key => "KeyError",
            Self::Lookup => "LookupError",
            Self::Memory => "MemoryError",
            Self::Struct => "struct.error",
            Self::Decode => "UnicodeDecodeError",
            Self::Encode => "UnicodeEncodeError",
            Self::Os => "OSError",
        }
    }
}

/// Where a codec failed: what `UnicodeError` has besides its text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CodecFault {
    /// The codec's name, as in `exception.encoding`.
    pub encoding: &'static str,
    /// The first byte or character that it cannot take.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// Why, as in `exception.reason`.
    pub reason: &'static str,
}

/// An exception that is to be raised.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Error {
    /// Its class.
    pub kind: Kind,
    /// What `str(exception)` gives.
    pub message: String,
    /// Where, if a codec failed.
    pub codec: Option<Box<CodecFault>>,
}

impl Error {
    /// An exception with this text.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), codec: None }
    }

    /// A `ValueError`.
    pub fn value(message: impl Into<String>) -> Self {
        Self::new(Kind::Value, message)
    }

    /// A `TypeError`.
    pub fn type_error(message: impl Into<String>) -> Self {
        Self::new(Kind::Type, message)
    }

    /// An `OverflowError`.
    pub fn overflow(message: impl Into<String>) -> Self {
        Self::new(Kind::Overflow, message)
    }

    /// The result would be larger than the limit: a `MemoryError`, whose text CPython leaves empty.
    pub fn too_large() -> Self {
        Self::new(Kind::Memory, "")
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.kind.name(), self.message)
    }
}

impl std::error::Error for Error {}

/// Fails if a result of `bytes` would be larger than `limit`.
pub(crate) fn within(bytes: usize, limit: usize) -> Result<()> {
    if bytes > limit { Err(Error::too_large()) } else { Ok(()) }
}
