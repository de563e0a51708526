import sys
import traceback


def risky():
    raise ValueError("printed, not fatal")


try:
    risky()
except ValueError:
    traceback.print_exc()
print("goes on")
