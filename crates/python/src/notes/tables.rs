//! What the review knows by heart: names of modules, of sockets' methods, of what is gone, and which lesson explains what.

/// What the module `socket` of Python 3.11 has on Linux; those of families that no lesson needs are left out.
const SOCKET_NAMES: &str = "\
    AF_ALG AF_APPLETALK AF_ASH AF_ATMPVC AF_ATMSVC AF_AX25 AF_BRIDGE AF_CAN AF_DECnet AF_ECONET AF_INET AF_INET6 \
    AF_IPX AF_IRDA AF_KEY AF_LLC AF_NETBEUI AF_NETLINK AF_NETROM AF_PACKET AF_PPPOX AF_QIPCRTR AF_RDS AF_ROSE \
    AF_ROUTE AF_SECURITY AF_SNA AF_TIPC AF_UNIX AF_UNSPEC AF_VSOCK AF_WANPIPE AF_X25 AI_ADDRCONFIG AI_ALL \
    AI_CANONNAME AI_NUMERICHOST AI_NUMERICSERV AI_PASSIVE AI_V4MAPPED AddressFamily AddressInfo CAPI CMSG_LEN \
    CMSG_SPACE EAGAIN EAI_ADDRFAMILY EAI_AGAIN EAI_BADFLAGS EAI_FAIL EAI_FAMILY EAI_MEMORY EAI_NODATA EAI_NONAME \
    EAI_OVERFLOW EAI_SERVICE EAI_SOCKTYPE EAI_SYSTEM EBADF EWOULDBLOCK INADDR_ALLHOSTS_GROUP INADDR_ANY \
    INADDR_BROADCAST INADDR_LOOPBACK INADDR_MAX_LOCAL_GROUP INADDR_NONE INADDR_UNSPEC_GROUP \
    IOCTL_VM_SOCKETS_GET_LOCAL_CID IPPORT_RESERVED IPPORT_USERRESERVED IPPROTO_AH IPPROTO_DSTOPTS IPPROTO_EGP \
    IPPROTO_ESP IPPROTO_FRAGMENT IPPROTO_GRE IPPROTO_HOPOPTS IPPROTO_ICMP IPPROTO_ICMPV6 IPPROTO_IDP \
    IPPROTO_IGMP IPPROTO_IP IPPROTO_IPIP IPPROTO_IPV6 IPPROTO_MPTCP IPPROTO_NONE IPPROTO_PIM IPPROTO_PUP \
    IPPROTO_RAW IPPROTO_ROUTING IPPROTO_RSVP IPPROTO_SCTP IPPROTO_TCP IPPROTO_TP IPPROTO_UDP IPPROTO_UDPLITE \
    IPV6_CHECKSUM IPV6_DONTFRAG IPV6_DSTOPTS IPV6_HOPLIMIT IPV6_HOPOPTS IPV6_JOIN_GROUP IPV6_LEAVE_GROUP \
    IPV6_MULTICAST_HOPS IPV6_MULTICAST_IF IPV6_MULTICAST_LOOP IPV6_NEXTHOP IPV6_PATHMTU IPV6_PKTINFO \
    IPV6_RECVDSTOPTS IPV6_RECVHOPLIMIT IPV6_RECVHOPOPTS IPV6_RECVPATHMTU IPV6_RECVPKTINFO IPV6_RECVRTHDR \
    IPV6_RECVTCLASS IPV6_RTHDR IPV6_RTHDRDSTOPTS IPV6_RTHDR_TYPE_0 IPV6_TCLASS IPV6_UNICAST_HOPS IPV6_V6ONLY \
    IP_ADD_MEMBERSHIP IP_BIND_ADDRESS_NO_PORT IP_DEFAULT_MULTICAST_LOOP IP_DEFAULT_MULTICAST_TTL \
    IP_DROP_MEMBERSHIP IP_HDRINCL IP_MAX_MEMBERSHIPS IP_MULTICAST_IF IP_MULTICAST_LOOP IP_MULTICAST_TTL \
    IP_OPTIONS IP_RECVOPTS IP_RECVRETOPTS IP_RECVTOS IP_RETOPTS IP_TOS IP_TRANSPARENT IP_TTL MSG_CMSG_CLOEXEC \
    MSG_CONFIRM MSG_CTRUNC MSG_DONTROUTE MSG_DONTWAIT MSG_EOR MSG_ERRQUEUE MSG_FASTOPEN MSG_MORE MSG_NOSIGNAL \
    MSG_OOB MSG_PEEK MSG_TRUNC MSG_WAITALL MsgFlag NI_DGRAM NI_MAXHOST NI_MAXSERV NI_NAMEREQD NI_NOFQDN \
    NI_NUMERICHOST NI_NUMERICSERV PACKET_BROADCAST PACKET_FASTROUTE PACKET_HOST PACKET_LOOPBACK PACKET_MULTICAST \
    PACKET_OTHERHOST PACKET_OUTGOING PF_CAN PF_PACKET PF_RDS SCM_CREDENTIALS SCM_J1939_DEST_ADDR \
    SCM_J1939_DEST_NAME SCM_J1939_ERRQUEUE SCM_J1939_PRIO SCM_RIGHTS SHUT_RD SHUT_RDWR SHUT_WR SOCK_CLOEXEC \
    SOCK_DGRAM SOCK_NONBLOCK SOCK_RAW SOCK_RDM SOCK_SEQPACKET SOCK_STREAM SOL_ALG SOL_CAN_BASE SOL_CAN_RAW \
    SOL_IP SOL_RDS SOL_SOCKET SOL_TCP SOL_TIPC SOL_UDP SOMAXCONN SO_ACCEPTCONN SO_BINDTODEVICE SO_BROADCAST \
    SO_DEBUG SO_DOMAIN SO_DONTROUTE SO_ERROR SO_INCOMING_CPU SO_J1939_ERRQUEUE SO_J1939_FILTER SO_J1939_PROMISC \
    SO_J1939_SEND_PRIO SO_KEEPALIVE SO_LINGER SO_MARK SO_OOBINLINE SO_PASSCRED SO_PASSSEC SO_PEERCRED SO_PEERSEC \
    SO_PRIORITY SO_PROTOCOL SO_RCVBUF SO_RCVLOWAT SO_RCVTIMEO SO_REUSEADDR SO_REUSEPORT SO_SNDBUF SO_SNDLOWAT \
    SO_SNDTIMEO SO_TYPE SO_VM_SOCKETS_BUFFER_MAX_SIZE SO_VM_SOCKETS_BUFFER_MIN_SIZE SO_VM_SOCKETS_BUFFER_SIZE \
    SocketIO SocketKind SocketType TCP_CONGESTION TCP_CORK TCP_DEFER_ACCEPT TCP_FASTOPEN TCP_INFO TCP_KEEPCNT \
    TCP_KEEPIDLE TCP_KEEPINTVL TCP_LINGER2 TCP_MAXSEG TCP_NODELAY TCP_NOTSENT_LOWAT TCP_QUICKACK TCP_SYNCNT \
    TCP_USER_TIMEOUT TCP_WINDOW_CLAMP close create_connection create_server dup error fromfd gaierror \
    getaddrinfo getdefaulttimeout getfqdn gethostbyaddr gethostbyname gethostbyname_ex gethostname getnameinfo \
    getprotobyname getservbyname getservbyport has_dualstack_ipv6 has_ipv6 herror htonl htons if_indextoname \
    if_nameindex if_nametoindex inet_aton inet_ntoa inet_ntop inet_pton ntohl ntohs recv_fds send_fds \
    setdefaulttimeout sethostname socket socketpair timeout";
/// Names that it has on other systems, and modules that it imports.
const SOCKET_NAMES_ELSEWHERE: &str = "\
    SO_EXCLUSIVEADDRUSE SO_USELOOPBACK SO_NOSIGPIPE SIO_RCVALL SIO_KEEPALIVE_VALS SIO_LOOPBACK_FAST_PATH \
    RCVALL_ON RCVALL_OFF RCVALL_MAX RCVALL_SOCKETLEVELONLY AF_BLUETOOTH BTPROTO_RFCOMM BTPROTO_L2CAP BTPROTO_HCI \
    BTPROTO_SCO BDADDR_ANY BDADDR_LOCAL AF_SYSTEM AF_HYPERV TCP_KEEPALIVE IPPROTO_SCTP IPPROTO_IPV4 \
    IP_RECVDSTADDR SO_SETFIB AF_LINK fromshare MSG_BCAST MSG_MCAST MSG_EOF MSG_BTAG MSG_ETAG MSG_NOTIFICATION \
    SCM_CREDS HCI_FILTER array os sys io errno selectors IntEnum IntFlag";
/// Names that every program has.
const BUILTINS: &str = "\
    ArithmeticError AssertionError AttributeError BaseException BaseExceptionGroup BlockingIOError \
    BrokenPipeError BufferError BytesWarning ChildProcessError ConnectionAbortedError ConnectionError \
    ConnectionRefusedError ConnectionResetError DeprecationWarning EOFError Ellipsis EncodingWarning \
    EnvironmentError Exception ExceptionGroup False FileExistsError FileNotFoundError FloatingPointError \
    FutureWarning GeneratorExit IOError ImportError ImportWarning IndentationError IndexError InterruptedError \
    IsADirectoryError KeyError KeyboardInterrupt LookupError MemoryError ModuleNotFoundError NameError None \
    NotADirectoryError NotImplemented NotImplementedError OSError OverflowError PendingDeprecationWarning \
    PermissionError ProcessLookupError RecursionError ReferenceError ResourceWarning RuntimeError RuntimeWarning \
    StopAsyncIteration StopIteration SyntaxError SyntaxWarning SystemError SystemExit TabError TimeoutError True \
    TypeError UnboundLocalError UnicodeDecodeError UnicodeEncodeError UnicodeError UnicodeTranslateError \
    UnicodeWarning UserWarning ValueError Warning WindowsError ZeroDivisionError __annotations__ __build_class__ \
    __builtins__ __cached__ __class__ __debug__ __doc__ __file__ __import__ __loader__ __module__ __name__ \
    __package__ __path__ __qualname__ __spec__ abs aiter all anext any ascii bin bool breakpoint bytearray bytes \
    callable chr classmethod compile complex copyright credits delattr dict dir divmod enumerate eval exec exit \
    filter float format frozenset getattr globals hasattr hash help hex id input int isinstance issubclass iter \
    len license list locals map max memoryview min next object oct open ord pow print property quit range repr \
    reversed round set setattr slice sorted staticmethod str sum super tuple type vars zip";
/// Modules that programs of sockets import; a name of one of these without its import is that.
const MODULES: &str = "argparse array base64 binascii collections datetime errno hashlib io json logging math os pickle \
    queue random re select selectors signal socket socketserver ssl string struct subprocess sys threading time \
    traceback types uuid _thread";

/// Names of modules that are often written without their module.
const OF_MODULE: [(&str, &str); 18] = [
    ("Thread", "threading"),
    ("Lock", "threading"),
    ("Event", "threading"),
    ("Semaphore", "threading"),
    ("current_thread", "threading"),
    ("start_new_thread", "_thread"),
    ("sleep", "time"),
    ("ctime", "time"),
    ("monotonic", "time"),
    ("argv", "sys"),
    ("stdin", "sys"),
    ("stderr", "sys"),
    ("stdout", "sys"),
    ("randint", "random"),
    ("pack", "struct"),
    ("unpack", "struct"),
    ("Queue", "queue"),
    ("DefaultSelector", "selectors"),
];

/// What a socket has.
const SOCKET_METHODS: &str = "\
    accept bind close connect connect_ex detach dup family fileno get_inheritable getblocking getpeername \
    getsockname getsockopt gettimeout listen makefile proto recv recv_into recvfrom recvfrom_into recvmsg \
    recvmsg_into send sendall sendfile sendmsg sendmsg_afalg sendto set_inheritable setblocking setsockopt \
    settimeout shutdown timeout type";
/// Prefixes of families of names that are left out of [`SOCKET_NAMES`].
const RARE: [&str; 9] =
    ["ALG_", "CAN_", "J1939_", "NETLINK_", "RDS_", "TIPC_", "UDPLITE_", "VMADDR_", "VM_SOCKETS_"];

/// Names of Python 2, what Python 3 calls them, and whether they count only where they are called.
pub(super) const GONE_NAMES: [(&str, &str, bool); 7] = [
    ("raw_input", "input", false),
    ("unicode", "str", true),
    ("xrange", "range", false),
    ("unichr", "chr", false),
    ("long", "int", true),
    ("basestring", "str", false),
    ("file", "open", true),
];

/// Modules of Python 2 and where they are in Python 3.
pub(super) const GONE_MODULES: [(&str, &str); 13] = [
    ("thread", "_thread"),
    ("Queue", "queue"),
    ("SocketServer", "socketserver"),
    ("BaseHTTPServer", "http.server"),
    ("SimpleHTTPServer", "http.server"),
    ("ConfigParser", "configparser"),
    ("StringIO", "io"),
    ("cStringIO", "io"),
    ("cPickle", "pickle"),
    ("Tkinter", "tkinter"),
    ("httplib", "http.client"),
    ("urllib2", "urllib.request"),
    ("urlparse", "urllib.parse"),
];

/// Names that only Python 3 has, and since when.
pub(super) const NEW_NAMES: [(&str, Option<&str>); 16] = [
    ("BlockingIOError", Some("3.3")),
    ("BrokenPipeError", Some("3.3")),
    ("ConnectionAbortedError", Some("3.3")),
    ("ConnectionError", Some("3.3")),
    ("ConnectionRefusedError", Some("3.3")),
    ("ConnectionResetError", Some("3.3")),
    ("InterruptedError", Some("3.3")),
    ("PermissionError", Some("3.3")),
    ("TimeoutError", Some("3.3")),
    ("asyncio", Some("3.4")),
    ("create_server", Some("3.8")),
    ("from_bytes", Some("3.2")),
    ("selectors", Some("3.4")),
    ("socketserver", None),
    ("to_bytes", Some("3.2")),
    ("_thread", None),
];

/// The lesson that explains a row best, of those that are written.
pub(super) fn lesson(row: &str) -> Option<&'static str> {
    Some(match row {
        "B1" | "B3" => "one-client-one-server",
        "B2" => "what-a-socket-is",
        "B4" => "three-ways",
        "B5" | "B7" => "recv-gave-nothing",
        "B6" => "how-much-did-recv-give",
        "B17" => "who-still-holds-it",
        "B21" => "how-much-did-send-take",
        _ => return None,
    })
}

fn has(list: &str, name: &str) -> bool {
    list.split_ascii_whitespace().any(|word| word == name)
}

pub(super) fn is_builtin(name: &str) -> bool {
    has(BUILTINS, name)
}

pub(super) fn is_module(name: &str) -> bool {
    has(MODULES, name)
}

/// The module whose `name` is often written without it.
pub(super) fn module_of(name: &str) -> Option<&'static str> {
    OF_MODULE.iter().find(|of| of.0 == name).map(|of| of.1)
}

/// A constant or function of the module `socket` that is often written without it.
pub(super) fn is_socket_constant(name: &str) -> bool {
    const FUNCTIONS: &str = "SOMAXCONN create_connection create_server error gaierror getaddrinfo gethostbyname gethostname herror htonl \
        htons inet_aton inet_ntoa inet_ntop inet_pton ntohl ntohs socketpair";
    const PREFIXES: [&str; 9] =
        ["AF_", "AI_", "INADDR_", "IPPROTO_", "MSG_", "SHUT_", "SOCK_", "SOL_", "SO_"];
    has(FUNCTIONS, name) || is_socket_name(name) && PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// What `from module import *` brings: whether a name is of it. `None` for a module that is not known.
pub(super) fn star(module: &str) -> Option<fn(&str) -> bool> {
    Some(match module {
        "socket" => |name| !name.starts_with('_') && is_socket_name(name),
        "_thread" => |name| {
            has(
                "LockType RLock TIMEOUT_MAX allocate allocate_lock error exit exit_thread get_ident get_native_id interrupt_main \
                 stack_size start_new start_new_thread",
                name,
            )
        },
        "threading" => |name| {
            has(
                "Barrier BoundedSemaphore BrokenBarrierError Condition Event ExceptHookArgs Lock RLock Semaphore TIMEOUT_MAX Thread \
                 ThreadError Timer activeCount active_count currentThread current_thread enumerate excepthook get_ident \
                 get_native_id getprofile gettrace local main_thread setprofile settrace stack_size",
                name,
            )
        },
        "struct" => |name| has("Struct calcsize error iter_unpack pack pack_into unpack unpack_from", name),
        "time" => |name| {
            has(
                "altzone asctime ctime daylight get_clock_info gmtime localtime mktime monotonic monotonic_ns perf_counter \
                 perf_counter_ns process_time process_time_ns sleep strftime strptime struct_time thread_time thread_time_ns time \
                 time_ns timezone tzname tzset",
                name,
            )
        },
        _ => return None,
    })
}

/// Whether the module `socket` has it, here or on another system.
pub(super) fn is_socket_name(name: &str) -> bool {
    name.starts_with('_')
        || has(SOCKET_NAMES, name)
        || has(SOCKET_NAMES_ELSEWHERE, name)
        || RARE.iter().any(|prefix| name.starts_with(prefix))
}

/// The names that `from socket import *` brings.
pub(super) fn socket_names() -> impl Iterator<Item = &'static str> {
    SOCKET_NAMES.split_ascii_whitespace()
}

pub(super) fn is_socket_method(name: &str) -> bool {
    name.starts_with('_') || has(SOCKET_METHODS, name)
}

pub(super) fn socket_methods() -> impl Iterator<Item = &'static str> {
    SOCKET_METHODS.split_ascii_whitespace()
}

/// The name that somebody who wrote `name` meant, of `known`: the only one that differs in case, underscores or few letters.
pub(super) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let plain = |name: &str| name.replace('_', "").to_lowercase();
    let mine = plain(name);
    let few = match mine.chars().count() {
        0..=2 => 0,
        3..=6 => 1,
        _ => 2,
    };
    let mut best: Option<(usize, &str)> = None;
    let mut tied = false;
    for other in known.filter(|other| *other != name) {
        let far = distance(&mine, &plain(other), few);
        if far > few {
            continue;
        }
        match best {
            Some((least, _)) if far > least => {}
            Some((least, found)) if far == least => tied |= found != other,
            _ => (best, tied) = (Some((far, other)), false),
        }
    }
    best.filter(|_| !tied).map(|(_, found)| found)
}

/// How many letters to change, add, drop or swap with a neighbour; more than `few` is told as `few + 1`.
fn distance(a: &str, b: &str, few: usize) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > few || a.len().min(b.len()) > 64 {
        return few + 1;
    }
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let change = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = change.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()].min(few + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_one_or_none() {
        assert_eq!(nearest("SOCK_STEAM", socket_names()), Some("SOCK_STREAM"));
        assert_eq!(nearest("SOCKET_STREAM", socket_names()), Some("SOCK_STREAM"));
        assert_eq!(nearest("AF_INTE", socket_names()), Some("AF_INET"));
        assert_eq!(nearest("serversocket", ["server_socket", "client"].into_iter()), Some("server_socket"));
        assert_eq!(nearest("s", ["c", "d"].into_iter()), None);
    }

    #[test]
    fn lessons_that_are_named_are_written() {
        for row in (1..=23).map(|row| format!("B{row}")) {
            let Some(slug) = lesson(&row) else { continue };
            let path = format!("{}/../../lessons/content/{slug}.md", env!("CARGO_MANIFEST_DIR"));
            assert!(std::path::Path::new(&path).exists(), "{path}");
        }
    }
}
