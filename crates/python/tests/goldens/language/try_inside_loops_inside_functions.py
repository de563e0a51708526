def first_number(words):
    for word in words:
        try:
            return int(word)
        except ValueError:
            continue
        finally:
            print("looked at", word)
    return None


print(first_number(["x", "y", "7", "z"]))
print(first_number([]))
