"""C's types as bytes: what is C in CPython."""

import _struct


class error(Exception):
    __module__ = "struct"


def _format(format):
    if isinstance(format, str):
        return format.encode("ascii")
    if isinstance(format, bytes):
        return format
    raise TypeError(f"Struct() argument 1 must be a str or bytes object, not {type(format).__name__}")


def calcsize(format):
    return _struct.calcsize(error, _format(format))


def _items(format, values):
    """Objects as the types of the format want them: truths, and numbers of those that can give one."""
    codes = _struct.codes(error, format)
    answer = []
    for place, value in enumerate(values):
        code = codes[place : place + 1]
        if code == "?":
            value = bool(value)
        elif not isinstance(value, (int, float, bytes, bytearray)):
            if code in "efd" and hasattr(value, "__float__"):
                value = float(value)
            elif code not in "efdspc" and hasattr(value, "__index__"):
                value = value.__index__()
        answer.append(value)
    return answer


def pack(format, *values):
    format = _format(format)
    return _struct.pack(error, format, *_items(format, values))


def unpack(format, buffer):
    return _struct.unpack(error, _format(format), buffer)


def unpack_from(format, buffer, offset=0):
    return _struct.unpack_from(error, _format(format), buffer, offset)


def iter_unpack(format, buffer):
    format = _format(format)
    count = _struct.times(error, format, len(buffer))
    size = _struct.calcsize(error, format)
    return _parts(format, buffer, count, size)


def _parts(format, buffer, count, size):
    for place in range(count):
        yield _struct.unpack_from(error, format, buffer, place * size)


def pack_into(format, buffer, offset, *values):
    if not isinstance(buffer, (bytearray, memoryview)):
        raise TypeError(f"argument must be read-write bytes-like object, not {type(buffer).__name__}")
    format = _format(format)
    codes = _struct.codes(error, format)
    if len(values) != len(codes):
        raise error(f"pack_into expected {len(codes)} items for packing (got {len(values)})")
    start = _struct.room(error, format, len(buffer), offset)
    data = pack(format, *values)
    buffer[start : start + len(data)] = data


class Struct:
    """A format that is read once."""

    def __init__(self, format):
        self._bytes = _format(format)
        self.size = calcsize(format)
        self.format = self._bytes.decode()

    def pack(self, *values):
        return pack(self._bytes, *values)

    def unpack(self, buffer):
        return unpack(self._bytes, buffer)

    def unpack_from(self, buffer, offset=0):
        return unpack_from(self._bytes, buffer, offset)

    def iter_unpack(self, buffer):
        return iter_unpack(self._bytes, buffer)

    def pack_into(self, buffer, offset, *values):
        pack_into(self._bytes, buffer, offset, *values)
