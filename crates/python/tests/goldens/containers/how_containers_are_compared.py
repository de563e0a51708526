print([1, 2] == (1, 2), [1, 2] is [1, 2], {1: [2]} == {1: [2]}, {1, 2} == {2, 1}, (1, (2, 3)) < (1, (2, 4)))
print([1, 2] > [1], ["b"] > ["a", "z"], [] == [], [None] == [None], {"a": 1} != {"a": 2})
for attempt in (lambda: [1] < ["a"], lambda: {"a": 1} < {"a": 2}, lambda: [1, "a"] < [1, 2], lambda: (1,) < None):
    try:
        print(attempt())
    except TypeError as error:
        print(error)
