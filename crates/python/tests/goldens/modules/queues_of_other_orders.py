import queue

stack = queue.LifoQueue()
heap = queue.PriorityQueue()
for item in (3, 1, 2):
    stack.put(item)
    heap.put((item, f"job {item}"))
print([stack.get() for _ in range(3)], [heap.get() for _ in range(3)])
simple = queue.SimpleQueue()
simple.put("x")
print(simple.get(), simple.empty())
