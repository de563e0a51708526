//! Small names for the things a story is about.

use std::fmt;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
        pub struct $name(pub $inner);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id! {
    /// A file descriptor: a small non-negative number, private to a process. Negative numbers are never open.
    Fd(i32)
}
id! {
    /// A submitted call, chosen by whoever submits it; never used twice in a session.
    CallId(u64)
}
id! {
    /// What runs: one thread of one process on one host.
    TaskId(u32)
}
id! {
    /// A host, counted from 0 in the order of the scenario.
    HostId(u16)
}
id! {
    /// A process.
    Pid(u32)
}
id! {
    /// A thread.
    Tid(u32)
}
id! {
    /// A socket (an open file description, not a descriptor): stable over `dup`, `fork` and close.
    SocketId(u32)
}
id! {
    /// A TCP connection, counted from 0 in the order of the `connect` calls.
    ConnectionId(u32)
}
