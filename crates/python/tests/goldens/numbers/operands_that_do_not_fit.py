operations = [
    lambda: 1 + "a", lambda: 1 - None, lambda: [1] + (2,), lambda: {} + {}, lambda: 1 + [], lambda: "a" % 1,
    lambda: -"a", lambda: +None, lambda: ~[], lambda: [] * [], lambda: None * 2, lambda: 2 ** "a", lambda: 1 // "a",
    lambda: 1 % "a", lambda: {1} + {2}, lambda: {1} - [1], lambda: 1 @ 2, lambda: 1 < "a", lambda: [] < 1, lambda: {} < {}, lambda: 1 >= None, lambda: (1,) < [1],
]
for operation in operations:
    try:
        print(operation())
    except TypeError as error:
        print(error)
