import select
import socket

s = socket.socket()
number = s.fileno()
poll = select.poll()
poll.register(number, select.POLLIN)
s.close()
print([events == select.POLLNVAL for _, events in poll.poll(0)])
try:
    poll.unregister(9999)
except KeyError as error:
    print("KeyError", error)
try:
    poll.modify(9999, select.POLLIN)
except OSError as error:
    print(type(error).__name__, error)
