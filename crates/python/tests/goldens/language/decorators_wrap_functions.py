def told(function):
    def wrapper(*args, **kwargs):
        print("before", function.__name__)
        result = function(*args, **kwargs)
        print("after", function.__name__)
        return result

    return wrapper


@told
def add(a, b):
    return a + b


print(add(2, 3))


def times(n):
    def decorate(function):
        def wrapper(*args):
            return [function(*args) for _ in range(n)]

        return wrapper

    return decorate


@times(2)
@told
def hello(name):
    return "hello " + name


print(hello("Ann"))
