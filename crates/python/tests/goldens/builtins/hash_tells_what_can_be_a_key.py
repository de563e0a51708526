print(hash(1) == hash(1.0) == hash(True), hash(5), hash(-1), hash(2 ** 61), hash("a") == hash("a"), hash((1, 2)) == hash((1, 2)))
for thing in ([], {}, set(), (1, []), bytearray()):
    try:
        hash(thing)
    except TypeError as error:
        print(error)
