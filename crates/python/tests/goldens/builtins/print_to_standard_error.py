import sys

print("to standard error", file=sys.stderr)
print("to standard output", file=sys.stdout)
sys.stderr.write("written\n")
print(sys.stdout.write("abc\n"))
