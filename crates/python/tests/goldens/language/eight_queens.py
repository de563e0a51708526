def place(n, row=0, columns=()):
    if row == n:
        yield columns
        return
    for column in range(n):
        if all(column != c and abs(column - c) != row - r for r, c in enumerate(columns)):
            yield from place(n, row + 1, columns + (column,))


solutions = list(place(6))
print(len(solutions), solutions[0])
for column in solutions[0]:
    print("." * column + "Q" + "." * (5 - column))
