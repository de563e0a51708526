stack = []
for n in range(3):
    stack.append(n)
while stack:
    print("popped", stack.pop())
waiting = ["a", "b", "c"]
while waiting:
    print("served", waiting.pop(0))
