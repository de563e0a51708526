"""Answers expressions for the test beside it: one line in, one line out.

A number, a text, a tuple is written in one way only, so that the answers can be compared as text.
"""
import struct
import sys


def shown(value):
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return "i%x" % value
    if isinstance(value, float):
        return "nan" if value != value else "f" + struct.pack(">d", value).hex()
    if isinstance(value, str):
        return "s" + escaped(value)
    if isinstance(value, (bytes, bytearray)):
        return "b" + escaped(value.decode("latin-1"))
    if isinstance(value, (tuple, list)):
        return "(" + " ".join(shown(v) for v in value) + ")"
    return "?" + type(value).__name__


def escaped(text):
    return "".join(c if "!" <= c <= "~" and c not in "\\()" else "\\%x." % ord(c) for c in text)


def answer(line, names):
    try:
        return shown(eval(line, names))
    except BaseException as error:
        kind = type(error)
        name = "struct.error" if kind is struct.error else kind.__name__
        return "!%s %s" % (name, escaped(str(error)))


def main():
    names = {}
    exec("import struct, random, time, errno, os", names)
    out = []
    for line in sys.stdin.buffer.read().decode("utf-8").split("\n"):
        if line:
            out.append(answer(line, names))
    sys.stdout.buffer.write("\n".join(out).encode())


main()
