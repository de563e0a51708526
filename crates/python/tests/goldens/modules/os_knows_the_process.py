import os

print(os.getpid() > 0, os.getpid() == os.getpid(), os.name, os.linesep == "\n", os.getppid() != os.getpid())
print(os.strerror(2), os.strerror(111))
print(os.environ.get("NO_SUCH_VARIABLE"), os.environ.get("NO_SUCH_VARIABLE", "default"))
try:
    os.environ["NO_SUCH_VARIABLE"]
except KeyError as error:
    print("KeyError", error)
