import threading

go = threading.Event()
threads = [threading.Thread(target=go.wait) for _ in range(3)]
print(threading.active_count())
for thread in threads:
    thread.start()
print(threading.active_count(), len(threading.enumerate()))
go.set()
for thread in threads:
    thread.join()
print(threading.active_count(), threading.get_ident() == threading.main_thread().ident)
