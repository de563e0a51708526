inner = [1]
a = [inner, 2]
b = a[:]
c = list(a)
b[0].append(9)
b[1] = "changed"
print(a, b, c, a[0] is c[0])
