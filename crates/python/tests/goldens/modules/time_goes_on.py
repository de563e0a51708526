import time

a = time.time()
m = time.monotonic()
p = time.perf_counter()
time.sleep(0.01)
print(time.time() >= a, time.monotonic() - m >= 0.01, time.perf_counter() > p, type(a).__name__, type(time.time_ns()).__name__, type(time.monotonic_ns()).__name__)
for bad in (-1, "1", None):
    try:
        time.sleep(bad)
    except (ValueError, TypeError) as error:
        print(type(error).__name__, error)
