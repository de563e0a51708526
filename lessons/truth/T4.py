"""Nine clients call, and nobody accepts."""

import select
import socket
import time

from box import at_once, listener, seconds, tell, timing

lines = {}
at = listener(5)
where = at.getsockname()


def state(s):
    """TCP's state, the first byte of TCP_INFO."""
    return s.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 8)[0]


ESTABLISHED, SYN_SENT = 1, 2
clients = []
for _ in range(9):
    s = socket.socket()
    s.setblocking(False)
    s.connect_ex(where)
    clients.append(s)
select.select([], clients[:6], [], 5)
time.sleep(0.1)
connected = [s for s in clients if state(s) == ESTABLISHED]
waiting = [k for k, s in enumerate(clients, 1) if state(s) == SYN_SENT]
refused = [s for s in clients if s.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)]
began = time.monotonic()
lines["`listen(5)`, nobody accepts: connected"] = str(len(connected))
told = ", ".join(map(str, waiting))
lines["The 7th, 8th, 9th client"] = "SYN-SENT: waiting" if waiting == [7, 8, 9] else f"SYN-SENT: {told or 'none'}"
lines["Refused"] = str(len(refused) or "none")

late = socket.socket()
late.settimeout(0.5)
said, took = seconds(late.connect, where)
lines["`connect` with a time limit of 0.5 s on the full queue"] = timing(f"{said} after {took:.1f} s")
late.close()
for s in clients[7:]:
    s.close()  # the place that comes free is the 7th client's
at.accept()
select.select([], [clients[6]], [], 5)
came = state(clients[6]) == ESTABLISHED
took = time.monotonic() - began
lines["After one `accept`, the 7th client is connected after"] = timing(
    f"{took:.2f} s, with its next SYN" if came else "not within 5 s"
)
at.close()
said, took = seconds(socket.socket().connect, where)
lines["A port where nobody listens"] = f"{said}, {at_once(took)}"
tell(lines)
