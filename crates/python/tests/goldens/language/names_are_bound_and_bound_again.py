x = 1
y = x
x = x + 1
print(x, y)
x = y = 7
print(x, y)
x = "now a text"
print(x)
