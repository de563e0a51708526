"""What close and shutdown leave to the peer."""

import socket
import threading
import time

from box import about, answer, number, pair, readable, seconds, at_once, tell

REPLY = 500_000


def read_all(s):
    """How many bytes came, and what came behind them."""
    got = 0
    while True:
        part = answer(s.recv, 65536)
        if not part:
            return f"{number(got)}, then the end"
        if type(part) is str:
            return f"{number(got)}, then {part}"
        got += len(part)


def reply_and_close(whole):
    """A server reads the request, whole or but for 4 bytes, replies, and closes; the client reads 200 ms later."""
    client, server = pair()
    client.sendall(b"request!")
    server.recv(8 if whole else 4, socket.MSG_WAITALL)

    def serve():
        server.sendall(bytes(REPLY))
        server.close()

    thread = threading.Thread(target=serve)
    thread.start()
    time.sleep(0.2)
    said = read_all(client)
    thread.join()
    return said


def always(run, times=10):
    return " / ".join(sorted({run() for _ in range(times)}))


lines = {
    "A reply of 500,000 bytes, then close; the request was read whole": always(lambda: reply_and_close(True)),
    "The same; 4 bytes of the request were left unread": about(always(lambda: reply_and_close(False))),
}
peer, ours = pair()
other = ours.dup()
ours.close()
lines["close of one of two descriptors (dup); the peer"] = "goes on waiting" if not readable(peer, 0.3) else "wakes"
other.shutdown(socket.SHUT_WR)
got, took = seconds(peer.recv, 100)
lines["`shutdown` on the other descriptor; the peer"] = f"{'the end' if got == b'' else got}, {at_once(took)}"
peer, ours = pair()
ours.shutdown(socket.SHUT_RD)
sent = answer(peer.send, b"hello")
until_there = readable(ours)
got = answer(ours.recv, 100)
lines["We call SHUT_RD; the peer’s next send"] = (
    "succeeds, and we can still read it" if (sent, got) == (5, b"hello") else f"{sent}, {got}"
)
tell(lines)
