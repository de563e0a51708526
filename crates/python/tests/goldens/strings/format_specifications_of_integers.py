for spec in ("", "d", "5", "<5", "^5", "05", "+", " ", ",", "_", "x", "#x", "X", "o", "b", "#b", "c", "08b", "_x", "*>8", "+08,", "=+6", "e", ".1f", "%", "n", "#010x"):
    print(repr(spec), repr(format(97, spec)), repr(format(-97, spec)) if spec != "c" else "")
print(f"{1234567:,} {1234567:_} {0:05} {True:d} {True}")
