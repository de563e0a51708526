"""Threads above the machine's own: this part is Python in CPython too."""

import _thread
import _kernel
import sys

TIMEOUT_MAX = 9223372036.0
ThreadError = RuntimeError
Lock = _thread.allocate_lock
get_ident = _thread.get_ident
get_native_id = _thread.get_ident


def RLock():
    return _thread.RLock()


_known = {}
_made = 0
_limits = {}


def _until(timeout):
    return None if timeout is None else _kernel.monotonic() + max(int(timeout * 1000000), 0)


class Condition:
    """Wait, with a lock given up meanwhile, until another thread says so."""

    def __init__(self, lock=None):
        self._lock = RLock() if lock is None else lock
        self.acquire = self._lock.acquire
        self.release = self._lock.release
        self._waiters = []

    def __enter__(self):
        return self._lock.__enter__()

    def __exit__(self, *args):
        return self._lock.__exit__(*args)

    def _held(self):
        return _thread.is_mine(self._lock)

    def wait(self, timeout=None):
        if not self._held():
            raise RuntimeError("cannot wait on un-acquired lock")
        waiter = _thread.allocate_lock()
        waiter.acquire()
        self._waiters.append(waiter)
        depth = _thread.let_go(self._lock)
        told = False
        try:
            if timeout is None:
                told = waiter.acquire()
            elif timeout > 0:
                told = waiter.acquire(True, timeout)
            else:
                told = waiter.acquire(False)
            return told
        finally:
            for _ in range(depth):
                self._lock.acquire()
            if not told and waiter in self._waiters:
                self._waiters.remove(waiter)

    def wait_for(self, predicate, timeout=None):
        end = _until(timeout)
        answer = predicate()
        while not answer:
            left = None
            if end is not None:
                left = (end - _kernel.monotonic()) / 1000000
                if left <= 0:
                    break
            self.wait(left)
            answer = predicate()
        return answer

    def notify(self, n=1):
        if not self._held():
            raise RuntimeError("cannot notify on un-acquired lock")
        while n > 0 and self._waiters:
            self._waiters.pop(0).release()
            n -= 1

    def notify_all(self):
        self.notify(len(self._waiters))

    notifyAll = notify_all


class Semaphore:
    def __init__(self, value=1):
        if value < 0:
            raise ValueError("semaphore initial value must be >= 0")
        self._cond = Condition(Lock())
        self._value = value

    def acquire(self, blocking=True, timeout=None):
        if not blocking and timeout is not None:
            raise ValueError("can't specify timeout for non-blocking acquire")
        end = None
        with self._cond:
            while self._value == 0:
                if not blocking:
                    return False
                if timeout is not None:
                    if end is None:
                        end = _until(timeout)
                    timeout = (end - _kernel.monotonic()) / 1000000
                    if timeout <= 0:
                        return False
                self._cond.wait(timeout)
            self._value -= 1
            return True

    __enter__ = acquire

    def release(self, n=1):
        if n < 1:
            raise ValueError("n must be one or more")
        with self._cond:
            self._value += n
            self._cond.notify(n)

    def __exit__(self, *args):
        self.release()


class BoundedSemaphore(Semaphore):
    def __init__(self, value=1):
        super().__init__(value)
        self._initial_value = value

    def release(self, n=1):
        if n < 1:
            raise ValueError("n must be one or more")
        with self._cond:
            if self._value + n > self._initial_value:
                raise ValueError("Semaphore released too many times")
            self._value += n
            self._cond.notify(n)


class Event:
    def __init__(self):
        self._cond = Condition(Lock())
        self._flag = False

    def __repr__(self):
        state = "set" if self._flag else "unset"
        return f"<threading.Event at {id(self):#x}: {state}>"

    def is_set(self):
        return self._flag

    def set(self):
        with self._cond:
            self._flag = True
            self._cond.notify_all()

    def clear(self):
        with self._cond:
            self._flag = False

    def wait(self, timeout=None):
        with self._cond:
            if not self._flag:
                self._cond.wait_for(self.is_set, timeout)
            return self._flag


class BrokenBarrierError(RuntimeError):
    pass


class Barrier:
    def __init__(self, parties, action=None, timeout=None):
        self._cond = Condition(Lock())
        self._action = action
        self._timeout = timeout
        self._parties = parties
        # 0 filling, 1 emptying, -1 broken
        self._state = 0
        self._count = 0

    def wait(self, timeout=None):
        if timeout is None:
            timeout = self._timeout
        with self._cond:
            while self._state == 1:
                self._cond.wait()
            if self._state < 0:
                raise BrokenBarrierError
            place = self._count
            self._count += 1
            try:
                if self._count == self._parties:
                    try:
                        if self._action:
                            self._action()
                        self._state = 1
                        self._cond.notify_all()
                    except:
                        self._break()
                        raise
                else:
                    if not self._cond.wait_for(lambda: self._state != 0, timeout):
                        self._break()
                    if self._state < 0:
                        raise BrokenBarrierError
                return place
            finally:
                self._count -= 1
                if self._count == 0 and self._state == 1:
                    self._state = 0
                    self._cond.notify_all()

    def _break(self):
        self._state = -1
        self._cond.notify_all()

    def abort(self):
        with self._cond:
            self._break()

    def reset(self):
        with self._cond:
            if self._count > 0:
                self._break()
            else:
                self._state = 0

    @property
    def parties(self):
        return self._parties

    @property
    def n_waiting(self):
        return self._count if self._state == 0 else 0

    @property
    def broken(self):
        return self._state == -1


class Thread:
    def __init__(self, group=None, target=None, name=None, args=(), kwargs=None, *, daemon=None):
        global _made
        if group is not None:
            raise AssertionError("group argument must be None for now")
        if name is None:
            _made += 1
            name = f"Thread-{_made}"
            if target is not None and hasattr(target, "__name__"):
                name += f" ({target.__name__})"
        self._target = target
        self._name = str(name)
        self._args = args
        self._kwargs = {} if kwargs is None else kwargs
        self._daemonic = current_thread().daemon if daemon is None else daemon
        self._ident = None
        self._stopped = False

    def __repr__(self):
        if self._ident is None:
            state = "initial"
        else:
            state = "stopped" if self._over() else "started"
        if self._daemonic:
            state += " daemon"
        if self._ident is not None:
            state += f" {self._ident}"
        return f"<{type(self).__name__}({self._name}, {state})>"

    def _over(self):
        return self._stopped or (self._ident is not None and _thread.has_ended(self._ident))

    def start(self):
        if self._ident is not None:
            raise RuntimeError("threads can only be started once")
        _thread.start(self._bootstrap, self._daemonic, self, _known)

    def _bootstrap(self):
        try:
            self.run()
        except SystemExit:
            pass
        except BaseException as problem:
            excepthook(ExceptHookArgs(type(problem), problem, problem.__traceback__, self))
        finally:
            self._stopped = True
            _known.pop(self._ident, None)

    def run(self):
        try:
            if self._target is not None:
                self._target(*self._args, **self._kwargs)
        finally:
            # What the thread was given is not kept alive by it.
            self._target = self._args = self._kwargs = None

    def join(self, timeout=None):
        if self._ident is None:
            raise RuntimeError("cannot join thread before it is started")
        if self is current_thread():
            raise RuntimeError("cannot join current thread")
        _thread.join(self._ident, None if timeout is None else max(int(timeout * 1000000), 0))

    def is_alive(self):
        return self._ident is not None and not self._over()

    @property
    def name(self):
        return self._name

    @name.setter
    def name(self, name):
        self._name = str(name)

    @property
    def ident(self):
        return self._ident

    @property
    def native_id(self):
        return self._ident

    @property
    def daemon(self):
        return self._daemonic

    @daemon.setter
    def daemon(self, daemonic):
        if self._ident is not None:
            raise RuntimeError("cannot set daemon status of active thread")
        self._daemonic = daemonic

    def isDaemon(self):
        return self.daemon

    def setDaemon(self, daemonic):
        self.daemon = daemonic

    def getName(self):
        return self.name

    def setName(self, name):
        self.name = name


class ExceptHookArgs:
    def __init__(self, exc_type, exc_value, exc_traceback, thread):
        self.exc_type = exc_type
        self.exc_value = exc_value
        self.exc_traceback = exc_traceback
        self.thread = thread


def excepthook(args):
    name = args.thread.name if args.thread is not None else get_ident()
    sys.stderr.write(f"Exception in thread {name}:\n" + _thread.traceback_text(args.exc_value))


class Timer(Thread):
    """Call a function after some time, unless cancelled before."""

    def __init__(self, interval, function, args=None, kwargs=None):
        super().__init__()
        self.interval = interval
        self.function = function
        self.args = [] if args is None else args
        self.kwargs = {} if kwargs is None else kwargs
        self.finished = Event()

    def cancel(self):
        self.finished.set()

    def run(self):
        self.finished.wait(self.interval)
        if not self.finished.is_set():
            self.function(*self.args, **self.kwargs)
        self.finished.set()


class _MainThread(Thread):
    def __init__(self):
        self._target = None
        self._name = "MainThread"
        self._daemonic = False
        self._ident = _thread.get_ident()
        self._stopped = False


class local:
    """Attributes that each thread has for itself."""

    def __init__(self):
        object.__setattr__(self, "_of", {})

    def _mine(self):
        of = object.__getattribute__(self, "_of")
        return of.setdefault(get_ident(), {})

    def __getattr__(self, name):
        mine = self._mine()
        if name not in mine:
            raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")
        return mine[name]

    def __setattr__(self, name, value):
        self._mine()[name] = value

    def __delattr__(self, name):
        mine = self._mine()
        if name not in mine:
            raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")
        del mine[name]


def current_thread():
    return _known.get(get_ident()) or _main


currentThread = current_thread


def main_thread():
    return _main


def enumerate():
    return [thread for thread in _known.values() if not thread._over()]


def active_count():
    return len(enumerate())


activeCount = active_count

_main = _MainThread()
_known[_main._ident] = _main
