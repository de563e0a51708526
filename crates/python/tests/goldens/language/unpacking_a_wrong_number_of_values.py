def attempt(values):
    try:
        a, b = values
        print("fine", a, b)
    except ValueError as error:
        print("ValueError:", error)


attempt([1, 2])
attempt([1])
attempt([])
attempt([1, 2, 3])
attempt("abcd")
try:
    a, b, *c = [1]
except ValueError as error:
    print("ValueError:", error)
try:
    a, b = 5
except TypeError as error:
    print("TypeError:", error)
