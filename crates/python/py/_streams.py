"""Buffers in front of a raw stream, as `io` has them, for the files that `makefile` gives."""


class UnsupportedOperation(OSError, ValueError):
    __module__ = "io"


class RawIOBase:
    def __init__(self):
        self._shut = False

    @property
    def closed(self):
        return self._shut

    def _check_open(self):
        if self.closed:
            raise ValueError("I/O operation on closed file.")

    def __enter__(self):
        self._check_open()
        return self

    def __exit__(self, *args):
        self.close()

    def __iter__(self):
        self._check_open()
        return self

    def __next__(self):
        line = self.readline()
        if not line:
            raise StopIteration
        return line

    def __del__(self):
        try:
            self.close()
        except (OSError, ValueError, AttributeError):
            pass

    def flush(self):
        self._check_open()

    def close(self):
        if not self._shut:
            try:
                self.flush()
            finally:
                self._shut = True

    def readable(self):
        return False

    def writable(self):
        return False

    def seekable(self):
        return False

    def isatty(self):
        return False

    def read(self, size=-1):
        if size is None or size < 0:
            return self.readall()
        space = bytearray(size)
        count = self.readinto(space)
        return None if count is None else bytes(space[:count])

    def readall(self):
        all = bytearray()
        while True:
            data = self.read(8192)
            if not data:
                return None if data is None and not all else bytes(all)
            all += data

    def readline(self, size=-1):
        line = bytearray()
        while size is None or size < 0 or len(line) < size:
            data = self.read(1)
            if not data:
                break
            line += data
            if data == b"\n":
                break
        return bytes(line)

    def readlines(self, hint=-1):
        lines = []
        total = 0
        for line in self:
            lines.append(line)
            total += len(line)
            if hint is not None and 0 < hint <= total:
                break
        return lines

    def writelines(self, lines):
        for line in lines:
            self.write(line)


class BufferedReader(RawIOBase):
    def __init__(self, raw, buffer_size=8192):
        super().__init__()
        self.raw = raw
        self._size = buffer_size
        self._kept = b""

    def __repr__(self):
        return f"<_io.BufferedReader name={self.raw.name}>"

    @property
    def closed(self):
        return self.raw.closed

    def readable(self):
        return self.raw.readable()

    def fileno(self):
        return self.raw.fileno()

    def flush(self):
        pass

    def close(self):
        self.raw.close()

    def _check_open(self):
        if self.closed:
            raise ValueError("I/O operation on closed file.")

    def _more(self):
        """Ask the raw stream once; what came, b"" at the end, None where nothing is there yet."""
        data = self.raw.read(self._size)
        if data:
            self._kept += data
        return data

    def _take(self, count):
        data = self._kept[:count]
        self._kept = self._kept[count:]
        return data

    def read(self, size=-1):
        if self.closed:
            raise ValueError("read of closed file")
        if size is not None and size < -1:
            raise ValueError("read length must be non-negative or -1")
        nothing = b""
        while size is None or size < 0 or len(self._kept) < size:
            data = self._more()
            if not data:
                nothing = data
                break
        taken = self._take(len(self._kept) if size is None or size < 0 else size)
        return nothing if not taken and size != 0 else taken

    def read1(self, size=-1):
        if self.closed:
            raise ValueError("read of closed file")
        if not self._kept and size != 0:
            self._more()
        return self._take(self._size if size < 0 else size)

    def peek(self, size=0):
        if self.closed:
            raise ValueError("peek of closed file")
        if not self._kept:
            self._more()
        return self._kept

    def readinto(self, buffer):
        if self.closed:
            raise ValueError("readinto of closed file")
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def readline(self, size=-1):
        if self.closed:
            raise ValueError("readline of closed file")
        if size is None:
            size = -1
        searched = 0
        while True:
            at = self._kept.find(b"\n", searched)
            end = at + 1 if at >= 0 else len(self._kept)
            if 0 <= size <= end:
                return self._take(size)
            if at >= 0:
                return self._take(end)
            searched = len(self._kept)
            if not self._more():
                return self._take(searched)


class BufferedWriter(RawIOBase):
    def __init__(self, raw, buffer_size=8192):
        super().__init__()
        self.raw = raw
        self._size = buffer_size
        self._waiting = bytearray()

    def __repr__(self):
        return f"<_io.BufferedWriter name={self.raw.name}>"

    @property
    def closed(self):
        return self.raw.closed

    def writable(self):
        return self.raw.writable()

    def fileno(self):
        return self.raw.fileno()

    def write(self, data):
        if self.closed:
            raise ValueError("write to closed file")
        if not isinstance(data, (bytes, bytearray, memoryview)):
            raise TypeError(f"a bytes-like object is required, not '{type(data).__name__}'")
        if len(self._waiting) + len(data) > self._size:
            self._drain()
        self._waiting += data
        if len(self._waiting) > self._size:
            self._drain()
        return len(data)

    def _drain(self):
        while self._waiting:
            count = self.raw.write(bytes(self._waiting))
            if count is None:
                raise BlockingIOError(11, "write could not complete without blocking", 0)
            del self._waiting[:count]

    def flush(self):
        if self.closed:
            raise ValueError("flush of closed file")
        self._drain()

    def close(self):
        if not self.closed:
            try:
                self._drain()
            finally:
                self.raw.close()


class BufferedRWPair(RawIOBase):
    def __init__(self, reader, writer, buffer_size=8192):
        super().__init__()
        self._reader = BufferedReader(reader, buffer_size)
        self._writer = BufferedWriter(writer, buffer_size)

    @property
    def closed(self):
        return self._writer.closed

    def readable(self):
        return True

    def writable(self):
        return True

    def read(self, size=-1):
        return self._reader.read(size)

    def read1(self, size=-1):
        return self._reader.read1(size)

    def peek(self, size=0):
        return self._reader.peek(size)

    def readinto(self, buffer):
        return self._reader.readinto(buffer)

    def readline(self, size=-1):
        return self._reader.readline(size)

    def write(self, data):
        return self._writer.write(data)

    def flush(self):
        self._writer.flush()

    def close(self):
        self._writer.close()
        self._reader.close()


class TextIOWrapper(RawIOBase):
    def __init__(self, buffer, encoding=None, errors=None, newline=None, mode="r"):
        super().__init__()
        if newline not in (None, "", "\n", "\r", "\r\n"):
            raise ValueError(f"illegal newline value: {newline!r}")
        self.buffer = buffer
        self.encoding = encoding or "UTF-8"
        self.errors = errors or "strict"
        self.mode = mode
        self._newline = newline
        self._bytes = b""
        self._text = ""
        self._ended = False
        "".encode(self.encoding)

    def __repr__(self):
        return f"<_io.TextIOWrapper mode={self.mode!r} encoding={self.encoding!r}>"

    @property
    def closed(self):
        return self.buffer.closed

    def readable(self):
        return self.buffer.readable()

    def writable(self):
        return self.buffer.writable()

    def fileno(self):
        return self.buffer.fileno()

    def write(self, text):
        if self.closed:
            raise ValueError("I/O operation on closed file.")
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if not self.writable():
            raise UnsupportedOperation("not writable")
        shown = text
        if self._newline in ("\r", "\r\n"):
            shown = text.replace("\n", self._newline)
        self.buffer.write(shown.encode(self.encoding, self.errors))
        return len(text)

    def flush(self):
        if self.closed:
            raise ValueError("I/O operation on closed file.")
        self.buffer.flush()

    def close(self):
        if not self.closed:
            self.buffer.close()

    def _more(self):
        """Decode what came next; false at the end. An unfinished character waits for its rest."""
        data = self.buffer.read1(8192)
        self._ended = not data
        data = self._bytes + (data or b"")
        self._bytes = b""
        if not self._ended:
            # In UTF-8 a character has four bytes at most; the last one may be cut.
            for count in range(1, min(4, len(data) + 1)):
                first = data[-count]
                if first >= 0xC0 and self.encoding.lower().replace("_", "-") in ("utf-8", "utf8"):
                    need = 2 if first < 0xE0 else 3 if first < 0xF0 else 4
                    if count < need:
                        self._bytes = data[-count:]
                        data = data[:-count]
                    break
                if first < 0x80:
                    break
        text = data.decode(self.encoding, self.errors)
        if self._newline is None:
            if text.endswith("\r") and not self._ended:
                self._bytes = b"\r" + self._bytes
                text = text[:-1]
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        self._text += text
        return not self._ended

    def _take(self, count):
        text = self._text[:count]
        self._text = self._text[count:]
        return text

    def _may_read(self):
        if self.closed:
            raise ValueError("I/O operation on closed file.")
        if not self.readable():
            raise UnsupportedOperation("not readable")

    def read(self, size=-1):
        self._may_read()
        while size is None or size < 0 or len(self._text) < size:
            if not self._more():
                break
        return self._take(len(self._text) if size is None or size < 0 else size)

    def _line_end(self):
        """One past the end of the first line; -1 if it is not there yet."""
        if self._newline == "":
            for at, c in enumerate(self._text):
                if c == "\n":
                    return at + 1
                if c == "\r" and at + 1 < len(self._text):
                    return at + 2 if self._text[at + 1] == "\n" else at + 1
            return -1
        end = self._newline or "\n"
        at = self._text.find(end)
        return -1 if at < 0 else at + len(end)

    def readline(self, size=-1):
        self._may_read()
        if size is None:
            size = -1
        while True:
            end = self._line_end()
            if 0 <= size <= (end if end >= 0 else len(self._text)):
                return self._take(size)
            if end >= 0:
                return self._take(end)
            if not self._more():
                end = self._line_end()
                return self._take(end if end >= 0 else len(self._text))
