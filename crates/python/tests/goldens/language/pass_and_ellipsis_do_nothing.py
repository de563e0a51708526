def later():
    ...


class Empty:
    pass


for _ in range(2):
    pass
print(later(), ..., Ellipsis is ...)
