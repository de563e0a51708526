def careful():
    while True:
        try:
            yield "waiting"
        except ValueError as error:
            print("caught", error)
            yield "recovered"


g = careful()
print(next(g))
print(g.throw(ValueError("thrown")))
print(next(g))
try:
    g.throw(KeyError("out"))
except KeyError as error:
    print("KeyError", error)
print(next(g, "over"))
