"""A thousand exchanges over one connection, and over a connection each."""

import os
import socket
import threading
import time

from box import about, listener, span, tell, timing, until

# On one processor: else the time to wake another is measured, which an idle machine takes longer for than a busy one.
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
at = listener(128)
where = at.getsockname()


def serve():
    while True:
        conn, _ = at.accept()
        with conn:
            while got := conn.recv(100):
                conn.sendall(got)


threading.Thread(target=serve, daemon=True).start()


def ask(s):
    s.sendall(b"question")
    return s.recv(100) == b"question"


def over_one():
    with socket.create_connection(where) as s:
        return sum(ask(s) for _ in range(1000))


def over_many():
    answers = 0
    for _ in range(1000):
        with socket.create_connection(where) as s:
            answers += ask(s)
    return answers


def states():
    """The states of the connections to the server, as the kernel lists them at their clients' ends."""
    port = f"{where[1]:04X}"
    with open("/proc/net/tcp") as table:
        rows = [line.split() for line in table]
    return [row[3] for row in rows[1:] if row[2].endswith(":" + port)]


def time_wait():
    """How many are in TIME-WAIT (state 6), when all have come to an end."""
    until(lambda: set(states()) <= {"06"})
    return states().count("06")


def three_times(run):
    answers, took, left = set(), [], set()
    for _ in range(3):
        before = time_wait()
        began = time.monotonic()
        answers.add(run())
        took.append(round((time.monotonic() - began) * 1000))
        left.add(time_wait() - before)
    return answers, took, left


one, one_ms, one_left = three_times(over_one)
many, many_ms, many_left = three_times(over_many)


def show(counts):
    return " or ".join(map(str, sorted(counts)))


tell({
    "1000 exchanges over one connection": timing(f"{show(one)} answers, {span(one_ms, 'ms')}"),
    "1000 exchanges, a new connection for each": timing(f"{show(many)} answers, {span(many_ms, 'ms')}"),
    "Entries in TIME-WAIT afterwards": about(f"{show(one_left)} and {show(many_left)}"),
})
