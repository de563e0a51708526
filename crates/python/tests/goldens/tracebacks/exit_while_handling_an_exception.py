import sys

try:
    int("x")
except ValueError as error:
    print("error:", error, file=sys.stderr)
    sys.exit(2)
