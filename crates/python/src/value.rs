//! Values: small things themselves, everything else by its place on the heap.

/// A place on the heap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Id(pub(crate) u32);

/// A native function, by its place in the registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct NativeId(pub(crate) u16);

/// A value. Copying one counts no reference: whoever keeps one in an object or a stack does.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Value {
    /// No value at all: an unbound local, a deleted entry.
    #[default]
    Undefined,
    None,
    Bool(bool),
    Int(i64),
    Float(f64),
    NotImplemented,
    Ellipsis,
    Native(NativeId),
    Ref(Id),
}

impl Value {
    pub(crate) const fn is_undefined(self) -> bool {
        matches!(self, Self::Undefined)
    }

    pub(crate) const fn is_none(self) -> bool {
        matches!(self, Self::None)
    }

    /// None where there is no value.
    pub(crate) const fn defined(self) -> Option<Self> {
        if self.is_undefined() { None } else { Some(self) }
    }

    pub(crate) const fn id(self) -> Option<Id> {
        if let Self::Ref(id) = self { Some(id) } else { None }
    }

    /// Python's `is`.
    pub(crate) fn is(self, other: Self) -> bool {
        match (self, other) {
            (Self::Undefined, Self::Undefined)
            | (Self::None, Self::None)
            | (Self::NotImplemented, Self::NotImplemented)
            | (Self::Ellipsis, Self::Ellipsis) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Int(a), Self::Int(b)) => a == b,
            (Self::Float(a), Self::Float(b)) => a.to_bits() == b.to_bits(),
            (Self::Native(a), Self::Native(b)) => a == b,
            (Self::Ref(a), Self::Ref(b)) => a == b,
            _ => false,
        }
    }
}
