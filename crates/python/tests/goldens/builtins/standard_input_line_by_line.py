import sys

print(repr(sys.stdin.readline()))
for line in sys.stdin:
    print(repr(line), line.strip().title())
print(repr(sys.stdin.readline()), repr(sys.stdin.read()))
