def read(lines):
    for line in lines:
        print("read", line.strip())
        yield line.strip()


def numbers(lines):
    for line in lines:
        if line.isdigit():
            yield int(line)


def doubled(values):
    return (v * 2 for v in values)


for value in doubled(numbers(read(["1\n", "x\n", "3\n"]))):
    print("value", value)
