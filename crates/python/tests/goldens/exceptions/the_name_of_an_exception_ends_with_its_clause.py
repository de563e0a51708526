try:
    raise ValueError("gone")
except ValueError as error:
    kept = error
try:
    print(error)
except NameError as e:
    print(e)
print(repr(kept), kept.args)
