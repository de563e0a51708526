import selectors
import socket

a, b = socket.socketpair()
selector = selectors.DefaultSelector()
key = selector.register(b, selectors.EVENT_READ, "my data")
print(key.fileobj is b, key.fd == b.fileno(), key.events == selectors.EVENT_READ, key.data)
print(selector.select(0))
a.sendall(b"x")
for key, events in selector.select():
    print(key.data, events == selectors.EVENT_READ)
selector.modify(b, selectors.EVENT_READ | selectors.EVENT_WRITE, "both")
print([(key.data, events) for key, events in selector.select(0)])
print(len(selector.get_map()), selector.get_key(b).data)
selector.unregister(b)
print(selector.select(0))
for attempt in (lambda: selector.unregister(b), lambda: selector.get_key(b), lambda: selector.register(b, 0), lambda: selector.register("x", 1)):
    try:
        attempt()
    except (KeyError, ValueError) as error:
        print(type(error).__name__)
selector.close()
a.close()
b.close()
