# An exception passes clauses that do not fit, in functions with and without names of their own; each finally runs once.
def bare():
    try:
        try:
            missing
        except ValueError:
            pass
    finally:
        print("left bare")


def nested(a, b):
    try:
        try:
            try:
                {}[a]
            except ValueError:
                print("not this")
            finally:
                print("inner", a)
        except (TypeError, IndexError):
            print("nor this")
        finally:
            print("middle", b)
    finally:
        print("outer", a, b)


class Quiet:
    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        print("leaves with", kind.__name__)
        return False


def within():
    with Quiet():
        with Quiet():
            missing


def looping():
    while True:
        try:
            try:
                1 / 0
            except ValueError:
                break
        finally:
            print("left the loop")


for call in (bare, lambda: nested("k", 2), within, looping):
    try:
        call()
    except Exception as problem:
        print(type(problem).__name__, problem, problem.__context__)

try:
    try:
        bare()
    except ValueError:
        pass
    finally:
        print("the context is", end=" ")
        try:
            raise KeyError("second")
        except KeyError as second:
            print(repr(second.__context__))
except NameError as first:
    print(first, first.__context__)
bare()
