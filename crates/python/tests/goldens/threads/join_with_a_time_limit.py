import threading

go = threading.Event()
thread = threading.Thread(target=go.wait)
thread.start()
thread.join(timeout=0.01)
print(thread.is_alive())
go.set()
thread.join(5)
print(thread.is_alive())
