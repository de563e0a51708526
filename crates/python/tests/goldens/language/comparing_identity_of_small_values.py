a = None
b = None
print(a is b, True is (1 == 1), [] is not None)
x = "same"
y = x
print(x is y, [] is [], x is not None)
