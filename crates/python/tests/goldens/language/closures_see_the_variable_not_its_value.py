makers = []
for i in range(3):
    makers.append(lambda: i)
print([make() for make in makers])
makers = [lambda i=i: i for i in range(3)]
print([make() for make in makers])
makers = [lambda: i for i in range(3)]
print([make() for make in makers])
