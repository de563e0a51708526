for error in (ValueError(), ValueError("one"), ValueError("one", 2), ValueError(5), ValueError(["x"]), KeyError("k"), KeyError(5), KeyError(), KeyError("a", "b"), OSError(2, "gone"), OSError("only text"), OSError(), StopIteration(3), SystemExit(4), KeyboardInterrupt(), AssertionError("m")):
    print(repr(error), "|", str(error), "|", error.args)
