try:
    unknown
except NameError as error:
    print(error.name)
try:
    "a".nothing
except AttributeError as error:
    print(error.name, error.obj)
try:
    {}["key"]
except KeyError as error:
    print(error.args[0])
try:
    raise StopIteration("value")
except StopIteration as error:
    print(error.value)
try:
    import no_such_module
except ImportError as error:
    print(error.name, type(error).__name__, error)
