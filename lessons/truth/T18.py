"""8 MiB, received with limits of three sizes."""

import threading
import time

from box import number, pair, tell, timing

SIZE = 8 << 20


def run(limit):
    a, b = pair()

    def send():
        a.sendall(bytes(SIZE))
        a.close()

    threading.Thread(target=send).start()
    calls, got, began = 0, 0, time.monotonic()
    while part := b.recv(limit):
        calls, got = calls + 1, got + len(part)
    assert got == SIZE
    return timing(f"{number(calls + 1)} calls, {(time.monotonic() - began) * 1000:.0f} ms")


tell({f"`recv({limit})`": run(limit) for limit in (16, 4096, 65536)})
