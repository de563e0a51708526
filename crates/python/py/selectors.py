"""Which of many files are ready, and what was to be done with each."""

import select

EVENT_READ = 1
EVENT_WRITE = 2


def _descriptor(fileobj):
    if isinstance(fileobj, int):
        fd = fileobj
    else:
        try:
            fd = int(fileobj.fileno())
        except (AttributeError, TypeError, ValueError):
            raise ValueError(f"Invalid file object: {fileobj!r}") from None
    if fd < 0:
        raise ValueError(f"Invalid file descriptor: {fd}")
    return fd


class SelectorKey:
    """What was registered: the file, its descriptor, the events asked for, and data of the program's own."""

    def __init__(self, fileobj, fd, events, data):
        self.fileobj = fileobj
        self.fd = fd
        self.events = events
        self.data = data

    def __iter__(self):
        return iter((self.fileobj, self.fd, self.events, self.data))

    def __getitem__(self, place):
        return (self.fileobj, self.fd, self.events, self.data)[place]

    def __len__(self):
        return 4

    def __eq__(self, other):
        return isinstance(other, SelectorKey) and tuple(self) == tuple(other)

    def __hash__(self):
        return hash((self.fileobj, self.fd, self.events))

    def __repr__(self):
        return (
            f"SelectorKey(fileobj={self.fileobj!r}, fd={self.fd!r}, "
            f"events={self.events!r}, data={self.data!r})"
        )


class BaseSelector:
    def __init__(self):
        self._keys = {}

    def __enter__(self):
        return self

    def __exit__(self, *args):
        self.close()

    def _find(self, fileobj):
        """The descriptor; of a file that is closed already, the one it was registered with."""
        try:
            return _descriptor(fileobj)
        except ValueError:
            for key in self._keys.values():
                if key.fileobj is fileobj:
                    return key.fd
            raise

    def register(self, fileobj, events, data=None):
        if not events or events & ~(EVENT_READ | EVENT_WRITE):
            raise ValueError(f"Invalid events: {events!r}")
        key = SelectorKey(fileobj, self._find(fileobj), events, data)
        if key.fd in self._keys:
            raise KeyError(f"{fileobj!r} (FD {key.fd}) is already registered")
        self._keys[key.fd] = key
        return key

    def unregister(self, fileobj):
        fd = self._find(fileobj)
        if fd not in self._keys:
            raise KeyError(f"{fileobj!r} is not registered")
        return self._keys.pop(fd)

    def modify(self, fileobj, events, data=None):
        fd = self._find(fileobj)
        if fd not in self._keys:
            raise KeyError(f"{fileobj!r} is not registered")
        key = self._keys[fd]
        if events != key.events:
            self.unregister(fileobj)
            return self.register(fileobj, events, data)
        if data != key.data:
            key = SelectorKey(key.fileobj, fd, events, data)
            self._keys[fd] = key
        return key

    def get_key(self, fileobj):
        if self._keys is None:
            raise RuntimeError("Selector is closed")
        fd = self._find(fileobj)
        if fd not in self._keys:
            raise KeyError(f"{fileobj!r} is not registered")
        return self._keys[fd]

    def get_map(self):
        return self._keys

    def close(self):
        self._keys = None

    def _ready(self, found):
        """Keys with those of their events that have come."""
        answer = []
        for fd, events in found:
            key = self._keys.get(fd)
            if key is not None and events & key.events:
                answer.append((key, events & key.events))
        return answer


class SelectSelector(BaseSelector):
    def select(self, timeout=None):
        limit = None if timeout is None else max(timeout, 0)
        readers = [fd for fd, key in self._keys.items() if key.events & EVENT_READ]
        writers = [fd for fd, key in self._keys.items() if key.events & EVENT_WRITE]
        readable, writable, _ = select.select(readers, writers, [], limit)
        found = []
        for fd in self._keys:
            events = (EVENT_READ if fd in readable else 0) | (EVENT_WRITE if fd in writable else 0)
            found.append((fd, events))
        return self._ready(found)


class PollSelector(BaseSelector):
    def select(self, timeout=None):
        waiter = select.poll()
        for fd, key in self._keys.items():
            reading = select.POLLIN if key.events & EVENT_READ else 0
            writing = select.POLLOUT if key.events & EVENT_WRITE else 0
            waiter.register(fd, reading | writing)
        limit = None if timeout is None else max(timeout, 0) * 1000
        found = []
        for fd, events in waiter.poll(limit):
            # An error or a hang-up makes it ready for everything.
            reading = EVENT_READ if events & ~select.POLLOUT else 0
            writing = EVENT_WRITE if events & ~select.POLLIN else 0
            found.append((fd, reading | writing))
        return self._ready(found)


DefaultSelector = PollSelector
EpollSelector = PollSelector
