import sys


def main(arguments):
    if len(arguments) != 2:
        print("usage: NAME client|server PORT", file=sys.stderr)
        return 2
    mode, port = arguments
    print(mode, int(port) + 1)
    return 3


sys.exit(main(sys.argv[1:]))
