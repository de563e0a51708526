port: int = 9000
name: str
port = port + 1
print(port)


def double(value: int, times: "int" = 2) -> int:
    result: int = value * times
    return result


print(double(4))
try:
    print(name)
except NameError as error:
    print(error)
