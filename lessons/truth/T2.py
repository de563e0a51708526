"""Blocking sends, time limits, signals; and two programs that both send first."""

import os
import signal
import socket
import struct
import threading
import time

from box import about, answer, at_once, number, pair, seconds, tell

SMALL = 4096
lines = {}

# A reader that keeps reading.
a, b = pair()
threading.Thread(target=lambda: [None for _ in iter(lambda: b.recv(65536), b"")], daemon=True).start()
lines["Blocking, 1 MiB, a reader that keeps reading"] = number(a.send(bytes(1 << 20)))
a.close()


def limited():
    """SO_SNDTIMEO of 200 ms, and nobody reads."""
    a, b = pair(SMALL, SMALL)
    a.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", 0, 200_000))
    took = []
    while type(n := answer(a.send, bytes(100_000))) is int:
        took.append(number(n))
    return f"{', '.join(took)}, then {n}"


# An acknowledgement that comes late makes two of one send, now and then.
lines["Blocking, SO_SNDTIMEO 200 ms, nobody reads"] = about("; or ".join(sorted({limited() for _ in range(3)}, reverse=True)))


def interrupted():
    """A signal after 200 ms, whose handler returns: the kernel gives what it has taken."""
    a, b = pair(SMALL, SMALL)
    signal.signal(signal.SIGALRM, lambda *_: None)
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    return a.send(bytes(100_000))


counts = [interrupted() for _ in range(3)]
lines["Blocking, a signal after 200 ms"] = about(" or ".join(number(n) for n in sorted(set(counts), reverse=True)))

a, b = pair(SMALL, SMALL)
a.settimeout(10)
n, took = seconds(a.send, bytes(20_000))
lines["Python: settimeout(10), then send of 20,000"] = about(f"{number(n)}, {at_once(took)}")


def both(call):
    """What `call` gives at the two ends, when both begin at the same time."""
    ends = pair(SMALL, SMALL)
    said = [None, None]

    def end(k):
        said[k] = call(ends[k])

    threads = [threading.Thread(target=end, args=(k,), daemon=True) for k in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(3)
    return said, ends


said, held = both(lambda s: s.sendall(bytes(20_000)) or "sent")
lines["Both `sendall`, blocking"] = "both still wait after 3 s" if said == [None, None] else str(said)


def limit_all(s):
    s.settimeout(1)
    return seconds(lambda: s.sendall(bytes(20_000)))


def limit_one(s):
    s.settimeout(1)
    return seconds(s.send, bytes(20_000))


said, _ = both(limit_all)
names = {name for name, _ in said}
lines["Both `settimeout(1)`, then `sendall`"] = {
    "timing": f"{'/'.join(map(str, names))} at both, after {max(t for _, t in said):.1f} s"
}
said, _ = both(limit_one)
counts = "/".join(number(n) for n in sorted({n for n, _ in said}))
lines["Both `settimeout(1)`, then one `send`"] = about(f"{counts} at both, {at_once(max(t for _, t in said))}")
tell(lines)
os._exit(0)  # two threads wait for ever
