"""Who still refers to a socket that nobody closed."""

import gc
import socket

from box import at_once, pair, seconds, tell

gc.disable()  # the collector must not come by in the middle of a line
KEPT = []


def forgets(conn):
    conn.recv(1)


def listed(conn):
    KEPT.append(conn)


def with_file(conn):
    KEPT.append(conn.makefile("rb"))
    conn.close()


def raises(conn):
    try:
        raise ValueError
    except ValueError as error:
        KEPT.append(error)


def cycle(conn):
    me = {"conn": conn}
    me["me"] = me


def duplicated(conn):
    KEPT.append(conn.dup())
    conn.close()


def shut(conn):
    KEPT.append(conn.dup())
    conn.shutdown(socket.SHUT_RDWR)
    conn.close()


def peer_of(handler):
    """What the peer's recv gives after the handler, which had the only reference, has returned."""
    peer, conn = pair()
    peer.send(b"x")
    if handler is not forgets:
        conn.recv(1)
    box = [conn]
    del conn
    handler(box.pop())
    peer.settimeout(0.5)
    said, took = seconds(peer.recv, 1)
    return "waits" if said == "TimeoutError" else f"{said!r}, {at_once(took)}"


lines = {
    "The handler returns without `close`": peer_of(forgets),
    "The socket is also in a list": peer_of(listed),
    "`makefile`; the socket is closed, the file is not": peer_of(with_file),
    "An exception is kept, and with it the handler’s frame": peer_of(raises),
    "The socket is part of a cycle of objects": f"{peer_of(cycle)} (for the collector)",
    "A `dup` is kept; the socket is closed": peer_of(duplicated),
    "The same, but `shutdown` before the `close`": peer_of(shut),
}
tell(lines)
