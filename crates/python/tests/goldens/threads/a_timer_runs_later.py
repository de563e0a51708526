import threading

done = threading.Event()
timer = threading.Timer(0.01, done.set)
timer.start()
print(done.wait(5))
timer.join()
never = threading.Timer(60, print, args=("never",))
never.start()
never.cancel()
never.join()
print("cancelled")
