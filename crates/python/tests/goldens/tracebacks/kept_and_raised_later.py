kept = None
try:
    int("x")
except ValueError as error:
    kept = error
print("later")
raise kept
