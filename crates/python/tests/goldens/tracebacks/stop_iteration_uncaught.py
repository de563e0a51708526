empty = iter([])
next(empty)
