import threading

go = threading.Event()


def work():
    go.wait()
    print("the thread is done")


threading.Thread(target=work).start()
try:
    raise ValueError("main fails")
finally:
    go.set()
