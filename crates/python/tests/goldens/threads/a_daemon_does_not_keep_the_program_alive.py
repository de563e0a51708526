import threading

forever = threading.Event()


def work():
    forever.wait()
    print("never")


thread = threading.Thread(target=work, daemon=True)
thread.start()
print("the end", thread.daemon, thread.is_alive())
