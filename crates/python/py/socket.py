"""Sockets above the system calls: this part is Python in CPython too, or could be, and can be stepped into."""

import _socket
import _kernel
import _streams
from _socket import (
    close,
    dup,
    gaierror,
    getaddrinfo,
    getdefaulttimeout,
    gethostbyname,
    gethostname,
    getservbyname,
    herror,
    htonl,
    htons,
    inet_aton,
    inet_ntoa,
    inet_ntop,
    inet_pton,
    ntohl,
    ntohs,
    setdefaulttimeout,
)

error = OSError
timeout = TimeoutError
has_ipv6 = True

AddressFamily = SocketKind = _socket._Named
AF_UNSPEC, AF_UNIX, AF_INET, AF_INET6 = [_socket._family(number) for number in (0, 1, 2, 10)]
SOCK_STREAM, SOCK_DGRAM, SOCK_RAW = [_socket._kind(number) for number in (1, 2, 3)]
SOCK_NONBLOCK, SOCK_CLOEXEC = 2048, 524288
SOL_SOCKET, IPPROTO_IP, IPPROTO_TCP, IPPROTO_UDP, IPPROTO_IPV6, SOL_TCP = 1, 0, 6, 17, 41, 6
SO_REUSEADDR, SO_TYPE, SO_ERROR, SO_BROADCAST, SO_SNDBUF, SO_RCVBUF = 2, 3, 4, 6, 7, 8
SO_KEEPALIVE, SO_OOBINLINE, SO_LINGER, SO_REUSEPORT = 9, 10, 13, 15
SO_RCVLOWAT, SO_SNDLOWAT, SO_RCVTIMEO, SO_SNDTIMEO, SO_ACCEPTCONN = 18, 19, 20, 21, 30
TCP_NODELAY, TCP_MAXSEG, TCP_CORK, TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT = 1, 2, 3, 4, 5, 6
TCP_SYNCNT, TCP_LINGER2, TCP_DEFER_ACCEPT, TCP_INFO, TCP_QUICKACK, TCP_USER_TIMEOUT = 7, 8, 9, 11, 12, 18
IPV6_V6ONLY = 26
MSG_OOB, MSG_PEEK, MSG_DONTWAIT, MSG_WAITALL, MSG_NOSIGNAL, MSG_TRUNC = 1, 2, 64, 256, 16384, 32
SHUT_RD, SHUT_WR, SHUT_RDWR = 0, 1, 2
SOMAXCONN = 4096
INADDR_ANY, INADDR_LOOPBACK, INADDR_BROADCAST = 0, 0x7F000001, 0xFFFFFFFF
AI_PASSIVE, AI_CANONNAME, AI_NUMERICHOST, AI_NUMERICSERV = 1, 2, 4, 1024
EAI_AGAIN, EAI_FAIL, EAI_FAMILY, EAI_NONAME, EAI_SERVICE = -3, -4, -6, -2, -8
NI_NUMERICHOST, NI_NUMERICSERV = 1, 2


class socket(_socket.socket):
    def __init__(self, family=-1, type=-1, proto=-1, fileno=None):
        self._io_refs = 0
        self._closed = False
        super().__init__(family, type, proto, fileno)

    def __enter__(self):
        return self

    def __exit__(self, *args):
        if not self._closed:
            self.close()

    def __repr__(self):
        name = type(self).__qualname__
        closed = " [closed]" if self._closed else ""
        text = f"<{type(self).__module__}.{name}{closed} fd={self.fileno()}"
        text += f", family={self.family}, type={self.type}, proto={self.proto}"
        if not self._closed:
            for label, ask in (("laddr", self.getsockname), ("raddr", self.getpeername)):
                try:
                    address = ask()
                    if address:
                        text += f", {label}={address}"
                except OSError:
                    pass
        return text + ">"

    def dup(self):
        copy = type(self)(self.family, self.type, self.proto, fileno=dup(self.fileno()))
        copy.settimeout(self.gettimeout())
        return copy

    def accept(self):
        fd, address = self._accept()
        connection = socket(self.family, self.type, self.proto, fileno=fd)
        # The new descriptor blocks, whatever the listening one does.
        if getdefaulttimeout() is None and self.gettimeout():
            connection.setblocking(True)
        return connection, address

    def sendall(self, data, flags=0):
        """Send until all of it is sent. A time limit is one for the whole."""
        _socket._like_bytes(data)
        rest = memoryview(data)
        deadline = self._deadline()
        while True:
            sent = self._send_by(deadline, rest, flags)
            rest = rest[sent:]
            if len(rest) == 0:
                return

    def makefile(self, mode="r", buffering=None, *, encoding=None, errors=None, newline=None):
        """A file-like object with a buffer of its own in front of the kernel's."""
        if not set(mode) <= {"r", "w", "b"}:
            raise ValueError(f"invalid mode {mode!r} (only r, w, b allowed)")
        writing = "w" in mode
        reading = "r" in mode or not writing
        binary = "b" in mode
        raw = SocketIO(self, ("r" if reading else "") + ("w" if writing else ""))
        self._io_refs += 1
        if buffering is None:
            buffering = -1
        if buffering < 0:
            buffering = 8192
        if buffering == 0:
            if not binary:
                raise ValueError("unbuffered streams must be binary")
            return raw
        if reading and writing:
            buffer = _streams.BufferedRWPair(raw, raw, buffering)
        elif reading:
            buffer = _streams.BufferedReader(raw, buffering)
        else:
            buffer = _streams.BufferedWriter(raw, buffering)
        if binary:
            return buffer
        return _streams.TextIOWrapper(buffer, encoding, errors, newline, mode=mode)

    def _decref_socketios(self):
        if self._io_refs > 0:
            self._io_refs -= 1
        if self._closed:
            self.close()

    def close(self):
        """Close, unless files of `makefile` are still open: the last of these closes then."""
        self._closed = True
        if self._io_refs <= 0:
            super().close()

    def detach(self):
        self._closed = True
        return super().detach()

    def get_inheritable(self):
        return False

    def set_inheritable(self, inheritable):
        pass


class SocketIO(_streams.RawIOBase):
    """A socket as a file without a buffer."""

    def __init__(self, sock, mode):
        super().__init__()
        self._sock = sock
        self.mode = mode + "b"
        self._timed_out = False

    def readinto(self, buffer):
        self._check_open()
        if "r" not in self.mode:
            raise OSError("not readable")
        if self._timed_out:
            raise OSError("cannot read from timed out object")
        try:
            return self._sock.recv_into(buffer)
        except TimeoutError:
            self._timed_out = True
            raise
        except BlockingIOError:
            return None

    def write(self, data):
        self._check_open()
        if "w" not in self.mode:
            raise OSError("not writable")
        try:
            return self._sock.send(data)
        except BlockingIOError:
            return None

    def readable(self):
        return "r" in self.mode

    def writable(self):
        return "w" in self.mode

    def fileno(self):
        self._check_open()
        return self._sock.fileno()

    @property
    def name(self):
        return -1 if self.closed else self._sock.fileno()

    def close(self):
        if not self.closed:
            super().close()
            self._sock._decref_socketios()
            self._sock = None


SocketType = _socket.socket


def fromfd(fd, family, type, proto=0):
    return socket(family, type, proto, fileno=dup(fd))


def socketpair(family=None, type=SOCK_STREAM, proto=0):
    if family is None:
        family = AF_UNIX
    a, b = _kernel.socketpair(_kernel.index(family), _kernel.index(type))
    return socket(family, type, proto, fileno=a), socket(family, type, proto, fileno=b)


_GLOBAL_DEFAULT_TIMEOUT = object()


def create_connection(address, timeout=_GLOBAL_DEFAULT_TIMEOUT, source_address=None, *, all_errors=False):
    """Connect to the first of a host's addresses that answers."""
    host, port = address
    failed = None
    for family, kind, proto, _, where in getaddrinfo(host, port, 0, SOCK_STREAM):
        sock = None
        try:
            sock = socket(family, kind, proto)
            if timeout is not _GLOBAL_DEFAULT_TIMEOUT:
                sock.settimeout(timeout)
            if source_address:
                sock.bind(source_address)
            sock.connect(where)
            return sock
        except error as problem:
            failed = failed or problem
            if sock is not None:
                sock.close()
    if failed is None:
        raise error("getaddrinfo returns an empty list")
    try:
        raise failed
    finally:
        # The exception holds the frame, the frame must not hold the exception.
        failed = None


def has_dualstack_ipv6():
    return False


def create_server(address, *, family=AF_INET, backlog=None, reuse_port=False, dualstack_ipv6=False):
    """A listening socket."""
    if dualstack_ipv6:
        raise ValueError("dualstack_ipv6 not supported on this platform")
    sock = socket(family, SOCK_STREAM)
    try:
        sock.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
        if reuse_port:
            sock.setsockopt(SOL_SOCKET, SO_REUSEPORT, 1)
        try:
            sock.bind(address)
        except error as problem:
            says = f"{problem.strerror} (while attempting to bind on address {address!r})"
            raise error(problem.errno, says) from None
        if backlog is None:
            sock.listen()
        else:
            sock.listen(backlog)
        return sock
    except error:
        sock.close()
        raise


def getfqdn(name=""):
    return name or gethostname()
