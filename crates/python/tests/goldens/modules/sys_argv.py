import sys

print(len(sys.argv), sys.argv[1:])
for i, argument in enumerate(sys.argv[1:], 1):
    print(i, argument)
