import sys

print(sys.version_info >= (3, 8), sys.version_info[0], sys.byteorder, sys.maxsize > 2 ** 60, sys.platform)
print(sys.getrecursionlimit() >= 500)
try:
    sys.exit("a", "b")
except TypeError as error:
    print(error)
