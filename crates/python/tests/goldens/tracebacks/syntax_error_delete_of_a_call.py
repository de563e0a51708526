del len("a")
