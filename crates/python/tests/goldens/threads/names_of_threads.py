import threading


def tell():
    print(threading.current_thread().name, threading.current_thread() is threading.main_thread())


print(threading.current_thread().name, threading.main_thread().name)
a = threading.Thread(target=tell)
b = threading.Thread(target=tell, name="worker")
print(a.name, b.name)
for thread in (a, b):
    thread.start()
    thread.join()
tell()
