class Team:
    def __len__(self):
        return 3


class Wrong:
    def __len__(self):
        return -1


print(len("abc"), len(b"ab"), len([1]), len(()), len({"a": 1}), len({1, 2}), len(range(0, 10, 3)), len(Team()))
for thing in (5, None, Wrong(), len, Team):
    try:
        print(len(thing))
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
