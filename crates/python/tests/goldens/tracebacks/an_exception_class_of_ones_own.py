class ProtocolError(Exception):
    """Something is wrong with what arrived."""


def parse(line):
    if ":" not in line:
        raise ProtocolError("no colon in", line)
    return line.split(":")


parse("a:b")
parse("ab")
