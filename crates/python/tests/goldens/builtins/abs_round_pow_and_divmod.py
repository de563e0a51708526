print(abs(-3), abs(2.5), abs(True), pow(2, 10), pow(2, -1), pow(3, 4, 5), pow(2, 0.5))
print(round(2.5), round(3.5), round(-0.5), round(2.675, 2), round(1234, -2), round(1.0), round(7.0, 1))
print(divmod(7, 2), divmod(-7, 2), divmod(7.5, 2), divmod(True, 1))
for call in (lambda: abs("a"), lambda: round("a"), lambda: divmod(1, 0), lambda: pow(2, 3, 0), lambda: pow("a", 2), lambda: round(1.5, "a")):
    try:
        print(call())
    except (TypeError, ValueError, ZeroDivisionError) as error:
        print(type(error).__name__, error)
