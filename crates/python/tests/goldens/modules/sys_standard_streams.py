import sys

sys.stdout.write("one\n")
sys.stderr.write("two\n")
sys.stdout.flush()
print("three", file=sys.stderr)
print(sys.stdin.read() == "")
