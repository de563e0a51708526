people = [("Ann", 3), ("Bo", 1), ("Cy", 3), ("Di", 1)]
print(sorted(people, key=lambda p: p[1]))
print(sorted(people, key=lambda p: p[1], reverse=True))
