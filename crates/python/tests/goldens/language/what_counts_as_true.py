for value in (0, 1, -1, 0.0, 0.1, "", " ", [], [0], (), (None,), {}, {0: 0}, set(), None, b"", b"\0", range(0), range(1)):
    print(repr(value), bool(value))
