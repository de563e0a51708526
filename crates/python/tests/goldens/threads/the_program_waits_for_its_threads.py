import threading

go = threading.Event()


def work():
    go.wait()
    print("the thread is done")


threading.Thread(target=work).start()
print("the main thread is done")
go.set()
