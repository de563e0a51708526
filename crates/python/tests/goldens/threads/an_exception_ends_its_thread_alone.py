import threading


def fail(n):
    return 10 // n


thread = threading.Thread(target=fail, args=(0,))
thread.start()
thread.join()
print("the main thread goes on", thread.is_alive())
