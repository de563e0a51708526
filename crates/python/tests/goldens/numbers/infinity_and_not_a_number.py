inf = float("inf")
nan = float("nan")
print(inf, -inf, nan, inf > 10 ** 300, inf - inf, inf * 0, nan == nan, nan != nan, nan < 1, inf == inf)
print([nan] == [nan], nan in [nan], min(1, nan), max(nan, 1), 1e308 * 10, -1e308 * 10)
for call in (lambda: int(inf), lambda: int(nan), lambda: 2.0 ** 10000, lambda: round(inf), lambda: round(nan)):
    try:
        print(call())
    except (OverflowError, ValueError) as error:
        print(type(error).__name__, error)
