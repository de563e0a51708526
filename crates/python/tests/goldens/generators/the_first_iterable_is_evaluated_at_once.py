try:
    g = (x for x in 5)
except TypeError as error:
    print("at once:", error)
g = (x for y in [1] for x in 5)
try:
    list(g)
except TypeError as error:
    print("later:", error)
