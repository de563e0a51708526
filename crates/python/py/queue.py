"""Queues between threads."""

import threading
import _kernel


class Empty(Exception):
    __module__ = "_queue"


class Full(Exception):
    pass


class Queue:
    """First in, first out; `maxsize` of 0 or less is no limit."""

    def __init__(self, maxsize=0):
        self.maxsize = maxsize
        self.mutex = threading.Lock()
        self.not_empty = threading.Condition(self.mutex)
        self.not_full = threading.Condition(self.mutex)
        self.all_tasks_done = threading.Condition(self.mutex)
        self.unfinished_tasks = 0
        self._init(maxsize)

    def _init(self, maxsize):
        self.queue = []

    def _qsize(self):
        return len(self.queue)

    def _put(self, item):
        self.queue.append(item)

    def _get(self):
        return self.queue.pop(0)

    def qsize(self):
        with self.mutex:
            return self._qsize()

    def empty(self):
        with self.mutex:
            return not self._qsize()

    def full(self):
        with self.mutex:
            return 0 < self.maxsize <= self._qsize()

    def put(self, item, block=True, timeout=None):
        with self.not_full:
            if self.maxsize > 0:
                self._wait(lambda: self._qsize() < self.maxsize, self.not_full, block, timeout, Full)
            self._put(item)
            self.unfinished_tasks += 1
            self.not_empty.notify()

    def get(self, block=True, timeout=None):
        with self.not_empty:
            self._wait(self._qsize, self.not_empty, block, timeout, Empty)
            item = self._get()
            self.not_full.notify()
            return item

    def _wait(self, ready, condition, block, timeout, failed):
        if not block:
            if not ready():
                raise failed
        elif timeout is None:
            while not ready():
                condition.wait()
        elif timeout < 0:
            raise ValueError("'timeout' must be a non-negative number")
        else:
            end = None
            while not ready():
                now = _kernel.monotonic()
                if end is None:
                    end = now + int(timeout * 1000000)
                if end <= now:
                    raise failed
                condition.wait((end - now) / 1000000)

    def put_nowait(self, item):
        return self.put(item, block=False)

    def get_nowait(self):
        return self.get(block=False)

    def task_done(self):
        with self.all_tasks_done:
            left = self.unfinished_tasks - 1
            if left < 0:
                raise ValueError("task_done() called too many times")
            if left == 0:
                self.all_tasks_done.notify_all()
            self.unfinished_tasks = left

    def join(self):
        with self.all_tasks_done:
            while self.unfinished_tasks:
                self.all_tasks_done.wait()


class LifoQueue(Queue):
    """Last in, first out."""

    def _get(self):
        return self.queue.pop()


class PriorityQueue(Queue):
    """The least first."""

    def _put(self, item):
        # Halve the sorted list until the place is found.
        low, high = 0, len(self.queue)
        while low < high:
            middle = (low + high) // 2
            if item < self.queue[middle]:
                high = middle
            else:
                low = middle + 1
        self.queue.insert(low, item)


class SimpleQueue:
    """Without a limit, and without counting tasks."""

    def __init__(self):
        self._inner = Queue()

    def put(self, item, block=True, timeout=None):
        self._inner.put(item)

    def get(self, block=True, timeout=None):
        return self._inner.get(block, timeout)

    def put_nowait(self, item):
        self._inner.put(item)

    def get_nowait(self):
        return self._inner.get(block=False)

    def empty(self):
        return self._inner.empty()

    def qsize(self):
        return self._inner.qsize()
