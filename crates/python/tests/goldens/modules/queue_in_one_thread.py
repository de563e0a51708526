import queue

q = queue.Queue()
q.put("a")
q.put("b")
print(q.qsize(), q.empty(), q.full(), q.get(), q.get_nowait(), q.empty())
for attempt in (lambda: q.get_nowait(), lambda: q.get(block=False), lambda: q.get(timeout=0.01)):
    try:
        attempt()
    except queue.Empty as error:
        print("Empty", repr(error))
small = queue.Queue(maxsize=1)
small.put(1)
try:
    small.put_nowait(2)
except queue.Full:
    print("Full", small.full())
try:
    small.put(2, timeout=0.01)
except queue.Full:
    print("still full")
