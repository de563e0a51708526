import select
import socket


def names(events):
    return [name for name in ("POLLIN", "POLLOUT", "POLLERR", "POLLHUP", "POLLNVAL") if events & getattr(select, name)]


a, b = socket.socketpair()
poll = select.poll()
poll.register(b, select.POLLIN | select.POLLOUT)
print([(fd == b.fileno(), names(events)) for fd, events in poll.poll(0)])
a.sendall(b"x")
print([names(events) for _, events in poll.poll()])
poll.modify(b, select.POLLIN)
print([names(events) for _, events in poll.poll()])
b.recv(1)
print(poll.poll(10))
a.close()
print([names(events) for _, events in poll.poll()])
poll.unregister(b)
print(poll.poll(0))
b.close()
