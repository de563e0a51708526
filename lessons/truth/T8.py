"""Numbers as four bytes, and as digits."""

import struct

from box import tell

lines = {}
for n, label in [(0, "0"), (7, "7"), (999, "999"), (1000, "1000"), (2**24, "16,777,216"),
                 (2**32 - 1, "4,294,967,295, the largest of 32 bits")]:
    binary, digits = struct.pack("!I", n), b"%d" % n
    lines[label] = f"{len(binary)} bytes; as digits {len(digits)}"
binary, digits = struct.pack("!I", 0), b"%d" % 0
lines["0"] = f"{len(binary)} bytes: {binary.hex(' ')}; as digits {len(digits)} byte: {digits.hex()}"
tell(lines)
