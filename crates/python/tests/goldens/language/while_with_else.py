def find(wanted, values):
    i = 0
    while i < len(values):
        if values[i] == wanted:
            print("found at", i)
            break
        i += 1
    else:
        print("not found")


find(3, [1, 2, 3])
find(9, [1, 2, 3])
find(1, [])
