import sys
import threading

go = threading.Event()


def work():
    go.wait()
    print("the thread is done")


threading.Thread(target=work).start()
print("main leaves")
go.set()
sys.exit(5)
