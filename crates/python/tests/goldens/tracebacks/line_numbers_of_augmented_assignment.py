table = {"n": 1}
table["n"] += 1
table["n"] += (
    "a"
)
