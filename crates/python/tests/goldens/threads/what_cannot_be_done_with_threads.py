import threading


def nothing():
    pass


thread = threading.Thread(target=nothing)
try:
    thread.join()
except RuntimeError as error:
    print(error)
thread.start()
thread.join()
thread.join()
for attempt in (lambda: thread.start(), lambda: threading.current_thread().join(), lambda: setattr(thread, "daemon", True) if thread.is_alive() else thread.start(), lambda: threading.Thread(nothing)):
    try:
        attempt()
    except (RuntimeError, AssertionError) as error:
        print(type(error).__name__, error)
