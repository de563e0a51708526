total = (1 +
         2 +
         3)
print(total)
values = [
    1,
    2,
]
print(values)
x = 1 + \
    2
print(x); print("two statements on one line")
if x: print("on the same line")
