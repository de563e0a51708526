def twice(function):
    def wrapper(*args):
        function(*args)
        return function(*args)

    return wrapper


@twice
def pop(values):
    return values.pop()


pop([1])
