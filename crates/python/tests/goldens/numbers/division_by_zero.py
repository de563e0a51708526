for call in (lambda: 1 / 0, lambda: 1 // 0, lambda: 1 % 0, lambda: 1.0 / 0, lambda: 1.0 // 0, lambda: 1.5 % 0, lambda: divmod(1, 0), lambda: 0 ** -1, lambda: divmod(1.0, 0), lambda: 0.0 ** -1):
    try:
        print(call())
    except ZeroDivisionError as error:
        print(error)
