"""Sockets as thin covers of the system calls: what is C in CPython, and no frame of it is shown.

A socket with a time limit has a descriptor that does not block; each call first waits in poll, as in CPython.
"""

import _kernel

_IN, _OUT = 1, 4
_default = None


class herror(OSError):
    __module__ = "socket"


class gaierror(OSError):
    __module__ = "socket"


class _Named:
    """A number with a name: what an IntEnum is in CPython."""

    def __init__(self, of, name, value):
        self._of = of
        self.name = name
        self.value = value

    def __index__(self):
        return self.value

    __int__ = __hash__ = __index__

    def __repr__(self):
        return f"<{self._of}.{self.name}: {self.value}>"

    def __str__(self):
        return str(self.value)

    def __format__(self, spec):
        return format(self.value, spec)

    def __bool__(self):
        return self.value != 0

    def __eq__(self, other):
        return self.value == (other.value if isinstance(other, _Named) else other)

    def __or__(self, other):
        return self.value | int(other)

    __ror__ = __or__

    def __and__(self, other):
        return self.value & int(other)

    __rand__ = __and__


_FAMILIES = {0: "AF_UNSPEC", 1: "AF_UNIX", 2: "AF_INET", 10: "AF_INET6"}
_KINDS = {1: "SOCK_STREAM", 2: "SOCK_DGRAM", 3: "SOCK_RAW"}
_families = {number: _Named("AddressFamily", name, number) for number, name in _FAMILIES.items()}
_kinds = {number: _Named("SocketKind", name, number) for number, name in _KINDS.items()}


def _family(number):
    return _families.get(number, number)


def _kind(number):
    return _kinds.get(number, number)


def getdefaulttimeout():
    return _default


def setdefaulttimeout(timeout):
    global _default
    _default = _seconds(timeout)


def _seconds(timeout):
    if timeout is None:
        return None
    if not isinstance(timeout, float):
        timeout = _kernel.index(timeout)
    if timeout != timeout:
        raise ValueError("Invalid value NaN (not a number)")
    if timeout < 0:
        raise ValueError("Timeout value out of range")
    return float(timeout)


def _micros(seconds):
    """Rounded up, so that a little time is not none."""
    whole = int(seconds * 1000000)
    return whole + 1 if whole < seconds * 1000000 else whole


def _like_bytes(data):
    if not isinstance(data, (bytes, bytearray, memoryview)):
        raise TypeError(f"a bytes-like object is required, not '{type(data).__name__}'")


def _numbers(host, family):
    """The addresses of a host in one family, best first."""
    if host == "":
        return ["0.0.0.0" if family == 2 else "::"]
    if host == "<broadcast>" and family == 2:
        return ["255.255.255.255"]
    if _kernel.ip_version(host):
        found = [host]
    else:
        found = _kernel.getaddrinfo(host)
        if not found:
            raise gaierror(-2, "Name or service not known")
    wanted = 4 if family == 2 else 6
    fitting = [each for each in found if _kernel.ip_version(each) == wanted]
    if not fitting:
        raise gaierror(-9, "Address family for hostname not supported")
    return fitting


def _port(port, call):
    port = _kernel.index(port)
    if not 0 <= port <= 65535:
        raise OverflowError(f"{call}(): port must be 0-65535.")
    return port


def _one(args, call):
    if len(args) != 1:
        raise TypeError(f"socket.{call}() takes exactly one argument ({len(args)} given)")
    return args[0]


def _text(host):
    if isinstance(host, (bytes, bytearray)):
        return host.decode("ascii")
    if not isinstance(host, str):
        raise TypeError(f"str, bytes or bytearray expected, not {type(host).__name__}")
    return host


class socket:
    def __init__(self, family=-1, type=-1, proto=-1, fileno=None):
        self._fd = -1
        self._timeout = None
        if fileno is None:
            family = 2 if family == -1 else _kernel.index(family)
            type = 1 if type == -1 else _kernel.index(type)
            proto = 0 if proto == -1 else _kernel.index(proto)
            self._fd = _kernel.socket(family, type & 15)
        else:
            fileno = _kernel.index(fileno)
            if fileno < 0:
                raise ValueError("negative file descriptor")
            family = _kernel.index(family)
            type = _kernel.index(type)
            if family == -1 or type == -1:
                try:
                    found = 2 if len(_kernel.getsockname(fileno)) == 2 else 10
                except OSError as error:
                    # The vocabulary of calls has no address for those of the family AF_UNIX.
                    if error.errno != 97:
                        raise
                    found = 1
                if family == -1:
                    family = found
                if type == -1:
                    type = _kernel.getsockopt(fileno, 1, 3)
            proto = 0 if proto == -1 else proto
            self._fd = fileno
        self._family = family
        self._type = type & 15
        self._proto = proto
        if type & 2048:
            self._timeout = 0.0
            _kernel.set_blocking(self._fd, False)
        elif _default is not None:
            self._timeout = _default
            _kernel.set_blocking(self._fd, False)

    def __del__(self):
        fd = self._fd
        if fd >= 0:
            self._fd = -1
            try:
                _kernel.close(fd)
            except OSError:
                pass

    @property
    def family(self):
        return _family(self._family)

    @property
    def type(self):
        return _kind(self._type)

    @property
    def proto(self):
        return self._proto

    @property
    def timeout(self):
        return self._timeout

    def fileno(self):
        return self._fd

    def _address(self, address, call):
        if self._family == 1:
            _like_bytes(address.encode() if isinstance(address, str) else address)
            raise OSError(95, "Operation not supported")
        name = "AF_INET" if self._family == 2 else "AF_INET6"
        if not isinstance(address, tuple):
            raise TypeError(f"{call}(): {name} address must be tuple, not {type(address).__name__}")
        if self._family == 2 and len(address) != 2:
            raise TypeError("AF_INET address must be a pair (host, port)")
        if not 2 <= len(address) <= 4:
            raise TypeError("AF_INET6 address must be a tuple (host, port[, flowinfo[, scopeid]])")
        host = _numbers(_text(address[0]), self._family)[0]
        return host, _port(address[1], call)

    def bind(self, *args):
        host, port = self._address(_one(args, "bind"), "bind")
        _kernel.bind(self._fd, host, port)

    def listen(self, backlog=128):
        _kernel.listen(self._fd, max(_kernel.index(backlog), 0))

    def _deadline(self):
        """When the time limit of a call that begins now is over, in microseconds; None if it has none to wait for."""
        if not self._timeout:
            return None
        return _kernel.monotonic() + _micros(self._timeout)

    def _until(self, deadline, events):
        """Wait until the descriptor is ready; without a deadline the call itself waits or does not."""
        if deadline is None:
            return
        ready = False
        left = deadline - _kernel.monotonic()
        while left >= 0:
            try:
                ready = _kernel.poll([(self._fd, events)], left)[0] != 0
                break
            except InterruptedError:
                left = deadline - _kernel.monotonic()
        if not ready:
            raise TimeoutError("timed out")

    def _call(self, deadline, events, call, *args):
        while True:
            self._until(deadline, events)
            try:
                return call(self._fd, *args)
            except BlockingIOError:
                if deadline is None:
                    raise

    def _accept(self):
        return self._call(self._deadline(), _IN, _kernel.accept)

    def _connect(self, address, call):
        """Connect; the number of the error, 0 for none, None where the time was over."""
        host, port = self._address(address, call)
        deadline = self._deadline()
        try:
            _kernel.connect(self._fd, host, port)
            return 0
        except OSError as error:
            number = error.errno
        if not (number == 4 and self._timeout != 0) and not (number == 115 and deadline is not None):
            return number
        try:
            if deadline is None:
                _kernel.poll([(self._fd, _OUT)], None)
            else:
                self._until(deadline, _OUT)
        except TimeoutError:
            return None
        number = _kernel.getsockopt(self._fd, 1, 4)
        return 0 if number == 106 else number

    def connect(self, *args):
        number = self._connect(_one(args, "connect"), "connect")
        if number is None:
            raise TimeoutError("timed out")
        if number != 0:
            raise OSError(number, _kernel.strerror(number))

    def connect_ex(self, *args):
        number = self._connect(_one(args, "connect_ex"), "connect_ex")
        return 11 if number is None else number

    def send(self, data, flags=0):
        _like_bytes(data)
        return self._call(self._deadline(), _OUT, _kernel.send, data, _kernel.index(flags))

    def _send_by(self, deadline, data, flags):
        return self._call(deadline, _OUT, _kernel.send, data, flags)

    def sendto(self, data, *rest):
        if not 1 <= len(rest) <= 2:
            raise TypeError(f"sendto() takes 2 or 3 arguments ({1 + len(rest)} given)")
        _like_bytes(data)
        flags = _kernel.index(rest[0]) if len(rest) == 2 else 0
        host, port = self._address(rest[-1], "sendto")
        return self._call(self._deadline(), _OUT, _kernel.sendto, data, flags, host, port)

    def _size(self, size, call):
        size = _kernel.index(size)
        if size < 0:
            raise ValueError(f"negative buffersize in {call}")
        return size

    def recv(self, *args):
        if not 1 <= len(args) <= 2:
            bound = "at least 1 argument" if not args else "at most 2 arguments"
            raise TypeError(f"recv() takes {bound} ({len(args)} given)")
        size = self._size(args[0], "recv")
        flags = args[1] if len(args) > 1 else 0
        return self._call(self._deadline(), _IN, _kernel.recv, size, _kernel.index(flags))

    def recvfrom(self, bufsize, flags=0):
        size = self._size(bufsize, "recvfrom")
        return self._call(self._deadline(), _IN, _kernel.recvfrom, size, _kernel.index(flags))

    def _room(self, buffer, nbytes, call):
        if not isinstance(buffer, (bytearray, memoryview)):
            kind = type(buffer).__name__
            raise TypeError(f"{call}() argument 1 must be read-write bytes-like object, not {kind}")
        size = self._size(nbytes, call)
        if size > len(buffer):
            raise ValueError("buffer too small for requested bytes")
        return size or len(buffer)

    def recv_into(self, buffer, nbytes=0, flags=0):
        size = self._room(buffer, nbytes, "recv_into")
        data = self._call(self._deadline(), _IN, _kernel.recv, size, _kernel.index(flags))
        buffer[: len(data)] = data
        return len(data)

    def recvfrom_into(self, buffer, nbytes=0, flags=0):
        size = self._room(buffer, nbytes, "recvfrom_into")
        data, sender = self._call(self._deadline(), _IN, _kernel.recvfrom, size, _kernel.index(flags))
        buffer[: len(data)] = data
        return len(data), sender

    def shutdown(self, how):
        _kernel.shutdown(self._fd, _kernel.index(how))

    def close(self):
        fd = self._fd
        if fd >= 0:
            self._fd = -1
            _kernel.close(fd)

    def detach(self):
        fd = self._fd
        self._fd = -1
        return fd

    def settimeout(self, value):
        value = _seconds(value)
        _kernel.set_blocking(self._fd, value is None)
        self._timeout = value

    def gettimeout(self):
        return self._timeout

    def setblocking(self, flag):
        flag = bool(flag)
        _kernel.set_blocking(self._fd, flag)
        self._timeout = None if flag else 0.0

    def getblocking(self):
        return self._timeout != 0

    def setsockopt(self, *args):
        if len(args) != 3:
            raise TypeError(f"setsockopt() takes exactly 3 arguments ({len(args)} given)")
        level, option, value = args
        if not isinstance(value, int):
            _like_bytes(value)
        _kernel.setsockopt(self._fd, _kernel.index(level), _kernel.index(option), value)

    def getsockopt(self, level, option, buflen=0):
        return _kernel.getsockopt(self._fd, _kernel.index(level), _kernel.index(option), _kernel.index(buflen))

    def getsockname(self):
        # One without a name has an empty one.
        return "" if self._family == 1 and self._fd >= 0 else _kernel.getsockname(self._fd)

    def getpeername(self):
        # One without a name has an empty one.
        return "" if self._family == 1 and self._fd >= 0 else _kernel.getpeername(self._fd)


def gethostname():
    return _kernel.gethostname()


def gethostbyname(host):
    return _numbers(_text(host), 2)[0]


_SERVICES = {
    "echo": 7, "discard": 9, "daytime": 13, "ftp": 21, "ssh": 22, "telnet": 23, "smtp": 25, "time": 37,
    "domain": 53, "http": 80, "pop3": 110, "ntp": 123, "imap2": 143, "https": 443,
}


def getservbyname(name, protocol=None):
    if name not in _SERVICES:
        raise OSError("service/proto not found")
    return _SERVICES[name]


def getaddrinfo(host, port, family=0, type=0, proto=0, flags=0):
    if host is not None and not isinstance(host, (str, bytes)):
        raise TypeError("getaddrinfo() argument 1 must be string or None")
    if isinstance(port, str):
        if port.isdigit():
            number = int(port)
        elif port in _SERVICES:
            number = _SERVICES[port]
        else:
            raise gaierror(-8, "Servname not supported for ai_socktype")
    elif port is None:
        number = 0
    else:
        number = _kernel.index(port)
    if host is None or host == "":
        found = ["::", "0.0.0.0"] if flags & 1 else ["::1", "127.0.0.1"]
        if host == "":
            raise gaierror(-2, "Name or service not known")
    elif _kernel.ip_version(_text(host)):
        found = [_text(host)]
    else:
        found = _kernel.getaddrinfo(_text(host))
    answers = []
    family = _kernel.index(family)
    type = _kernel.index(type)
    for each in found:
        of = 2 if _kernel.ip_version(each) == 4 else 10
        if family not in (0, of):
            continue
        for kind, protocol in ((1, 6), (2, 17), (3, 0)):
            if type in (0, kind) and proto in (0, protocol):
                where = (each, number) if of == 2 else (each, number, 0, 0)
                answers.append((_family(of), _kind(kind), protocol or proto, "", where))
    if not answers:
        if found:
            raise gaierror(-9, "Address family for hostname not supported")
        raise gaierror(-2, "Name or service not known")
    return answers


def _16(call, number):
    number = _kernel.index(number)
    if number < 0:
        raise OverflowError(f"{call}: can't convert negative Python int to C 16-bit unsigned integer")
    if number > 0xFFFF:
        raise OverflowError(f"{call}: Python int too large to convert to C 16-bit unsigned integer")
    return number >> 8 | (number & 0xFF) << 8


def _32(number):
    number = _kernel.index(number)
    if number < 0:
        raise OverflowError("can't convert negative value to unsigned int")
    if number > 0xFFFFFFFF:
        raise OverflowError("int larger than 32 bits")
    return int.from_bytes(number.to_bytes(4, "little"), "big")


def htons(x):
    return _16("htons", x)


def ntohs(x):
    return _16("ntohs", x)


def htonl(x):
    return _32(x)


def ntohl(x):
    return _32(x)


def inet_aton(ip_addr):
    parts = ip_addr.split(".")
    numbers = []
    for part in parts:
        try:
            base = 16 if part[:2] in ("0x", "0X") else 8 if part[:1] == "0" and len(part) > 1 else 10
            if not part or not part[0].isdigit() or "_" in part:
                raise ValueError
            numbers.append(int(part, base))
        except ValueError:
            numbers.append(1 << 40)
    # The last part fills all bytes that are left.
    room = 5 - len(numbers)
    if not 1 <= len(numbers) <= 4 or max(numbers[:-1] + [0]) > 255 or numbers[-1] >= 1 << 8 * room:
        raise OSError("illegal IP address string passed to inet_aton")
    return bytes(numbers[:-1]) + numbers[-1].to_bytes(room, "big")


def inet_ntoa(packed_ip):
    _like_bytes(packed_ip)
    if len(packed_ip) != 4:
        raise OSError("packed IP wrong length for inet_ntoa")
    return ".".join([str(each) for each in packed_ip])


def inet_pton(address_family, ip_string):
    address_family = _kernel.index(address_family)
    if address_family not in (2, 10):
        raise OSError(97, "Address family not supported by protocol")
    if _kernel.ip_version(ip_string) != (4 if address_family == 2 else 6):
        raise OSError("illegal IP address string passed to inet_pton")
    return _kernel.ip_packed(ip_string)


def inet_ntop(address_family, packed_ip):
    address_family = _kernel.index(address_family)
    _like_bytes(packed_ip)
    if address_family not in (2, 10):
        raise ValueError(f"unknown address family {address_family}")
    if len(packed_ip) != (4 if address_family == 2 else 16):
        raise ValueError("invalid length of packed IP address string")
    return _kernel.ip_text(bytes(packed_ip))


def close(fd):
    _kernel.close(_kernel.index(fd))


def dup(fd):
    return _kernel.dup(_kernel.index(fd))
