for value in (1, 1.0, "a", b"a", [], (), {}, set(), None, True, range(3), len, print, lambda: 0, type, Exception, ...):
    print(type(value), type(value).__name__)
