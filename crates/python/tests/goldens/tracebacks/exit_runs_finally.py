import sys


def work():
    try:
        sys.exit(4)
    finally:
        print("cleaned up")


work()
