for make in (lambda: type("X", (5,), {}), ):
    try:
        make()
    except TypeError as error:
        print(error)
try:
    class A(5):
        pass
except TypeError as error:
    print(error)
try:
    class B(bool):
        pass
except TypeError as error:
    print(error)
