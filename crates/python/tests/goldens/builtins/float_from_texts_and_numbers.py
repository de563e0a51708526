print(float("1.5"), float(" -2e3 "), float("inf"), float("-Infinity"), float("nan"), float(3), float("1_0.5"), float())
for bad in ("", "abc", "1,5", None, [], "1e", "0x1"):
    try:
        print(float(bad))
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
try:
    float(10 ** 400)
except OverflowError as error:
    print(error)
