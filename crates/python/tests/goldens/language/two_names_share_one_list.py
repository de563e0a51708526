a = [1, 2]
b = a
b.append(3)
print(a, a is b)
b = b + [4]
print(a, b, a is b)
a += [5]
print(a)
