import sys

for argument in (None, 3, "message"):
    try:
        sys.exit(argument)
    except SystemExit as error:
        print(repr(error), error.code)
try:
    exit(2)
except SystemExit as error:
    print(error.code)
try:
    sys.exit()
except Exception:
    print("never")
except BaseException as error:
    print("base", repr(error))
