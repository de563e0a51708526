"""Sockets that select called ready, and calls that wait or fail all the same."""

import os
import select
import socket
import threading
import time

from box import about, answer, at_once, listener, number, pair, readable, reset, seconds, tell, timing

BIG = bytes(20_000_000)
lines = {}


def writable(s):
    return bool(select.select([], [s], [], 10)[1])


def read_later(s):
    time.sleep(0.5)
    while s.recv(1 << 20):
        pass


a, b = pair()
threading.Thread(target=read_later, args=(b,), daemon=True).start()
assert writable(a)
n, took = seconds(a.send, BIG)
lines["Writable; blocking `send` of 20 MB, the peer reads after 0.5 s"] = timing(
    f"waits {took:.1f} s" if n == len(BIG) else f"gives {n}"
)
a.close()
a, b = pair()
a.setblocking(False)
assert writable(a)
n, took = seconds(a.send, BIG)
lines["Writable; non-blocking `send` of 20 MB"] = about(f"{number(n)}, {at_once(took)}")

at = listener()
caller = socket.create_connection(at.getsockname())
assert readable(at)
thread = threading.Thread(target=at.accept)
thread.start()
thread.join()
said = []
threading.Thread(target=lambda: said.append(at.accept()), daemon=True).start()
time.sleep(0.3)
lines["Listener readable; another thread accepts first; our `accept`"] = "waits" if not said else "succeeds"

at = listener()
caller = socket.create_connection(at.getsockname())
assert readable(at)
reset(caller)
conn = answer(at.accept)
if type(conn) is tuple:
    got = answer(conn[0].recv, 1)
    conn = "succeeds, then recv fails" if type(got) is str else f"succeeds, then {got}"
lines["Listener readable; the caller has reset meanwhile; `accept`"] = conn
tell(lines)
os._exit(0)  # a thread waits for ever
