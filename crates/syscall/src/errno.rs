//! Errors, spelled as POSIX spells them, with Linux's numbers and texts.

use std::fmt;

macro_rules! errnos {
    ($($name:ident = $number:literal, $text:literal;)*) => {
        /// Why a call failed. `EWOULDBLOCK` is [`Errno::EAGAIN`], as on Linux.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        pub enum Errno {
            $(#[doc = concat!($text, " (", stringify!($number), " on Linux).")] $name,)*
            /// One that this vocabulary has no name for, by the host's own number.
            Other(i32),
        }

        impl Errno {
            /// Every named error, by rising Linux number.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// From Linux's number (asm-generic/errno.h, as x86-64 and aarch64 have it).
            pub const fn from_linux(number: i32) -> Self {
                match number { $($number => Self::$name,)* other => Self::Other(other) }
            }

            /// Linux's number.
            pub const fn linux(self) -> i32 {
                match self { $(Self::$name => $number,)* Self::Other(number) => number }
            }

            /// The name, as a program spells it; `E?` for one without a name here.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)* Self::Other(_) => "E?" }
            }

            /// The sentence that `strerror(3)` gives for it.
            pub const fn text(self) -> &'static str {
                match self { $(Self::$name => $text,)* Self::Other(_) => "Unknown error" }
            }
        }
    };
}

errnos! {
    EPERM = 1, "Operation not permitted";
    ESRCH = 3, "No such process";
    EINTR = 4, "Interrupted system call";
    EBADF = 9, "Bad file descriptor";
    ECHILD = 10, "No child processes";
    EAGAIN = 11, "Resource temporarily unavailable";
    ENOMEM = 12, "Cannot allocate memory";
    EACCES = 13, "Permission denied";
    EFAULT = 14, "Bad address";
    EINVAL = 22, "Invalid argument";
    ENFILE = 23, "Too many open files in system";
    EMFILE = 24, "Too many open files";
    ENOTTY = 25, "Inappropriate ioctl for device";
    ESPIPE = 29, "Illegal seek";
    EPIPE = 32, "Broken pipe";
    EDOM = 33, "Numerical argument out of domain";
    ENOSYS = 38, "Function not implemented";
    ENOTSOCK = 88, "Socket operation on non-socket";
    EDESTADDRREQ = 89, "Destination address required";
    EMSGSIZE = 90, "Message too long";
    EPROTOTYPE = 91, "Protocol wrong type for socket";
    ENOPROTOOPT = 92, "Protocol not available";
    EPROTONOSUPPORT = 93, "Protocol not supported";
    EOPNOTSUPP = 95, "Operation not supported";
    EAFNOSUPPORT = 97, "Address family not supported by protocol";
    EADDRINUSE = 98, "Address already in use";
    EADDRNOTAVAIL = 99, "Cannot assign requested address";
    ENETDOWN = 100, "Network is down";
    ENETUNREACH = 101, "Network is unreachable";
    ECONNABORTED = 103, "Software caused connection abort";
    ECONNRESET = 104, "Connection reset by peer";
    ENOBUFS = 105, "No buffer space available";
    EISCONN = 106, "Transport endpoint is already connected";
    ENOTCONN = 107, "Transport endpoint is not connected";
    ETIMEDOUT = 110, "Connection timed out";
    ECONNREFUSED = 111, "Connection refused";
    EHOSTDOWN = 112, "Host is down";
    EHOSTUNREACH = 113, "No route to host";
    EALREADY = 114, "Operation already in progress";
    EINPROGRESS = 115, "Operation now in progress";
    ECANCELED = 125, "Operation canceled";
}

impl fmt::Display for Errno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Other(number) => write!(f, "errno {number}"),
            named => f.write_str(named.name()),
        }
    }
}

impl std::error::Error for Errno {}

#[cfg(test)]
mod tests {
    use super::Errno;

    #[test]
    fn numbers_and_names_go_both_ways() {
        for &errno in Errno::ALL {
            assert_eq!(Errno::from_linux(errno.linux()), errno);
            assert_eq!(errno.to_string(), errno.name());
        }
        assert_eq!(Errno::from_linux(11), Errno::EAGAIN);
        assert_eq!(Errno::from_linux(9999).to_string(), "errno 9999");
    }
}
