import threading

lock = threading.RLock()


def outer():
    with lock:
        return inner()


def inner():
    with lock:
        return "both"


print(outer())
try:
    lock.release()
except RuntimeError as error:
    print(error)
