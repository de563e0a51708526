def command(words):
    match words:
        case []:
            return "nothing"
        case ["quit"]:
            return "bye"
        case ["get", key]:
            return f"get {key}"
        case ["set", key, value]:
            return f"{key} = {value}"
        case ["sum", *numbers]:
            return sum(int(n) for n in numbers)
        case [first, *_, last]:
            return f"from {first} to {last}"
        case _:
            return "?"


for line in ("", "quit", "get a", "set a 1", "sum 1 2 3", "x y z", "alone"):
    print(repr(line), command(line.split()))
print(command((1, 2)), command("text"))
