def ping(n):
    pong(n - 1)


def pong(n):
    if n < 0:
        raise ValueError("over")
    ping(n - 1)


ping(8)
