def greet(name, greeting="Hello", *, mark="!"):
    return f"{greeting}, {name}{mark}"


print(greet("Ann"))
print(greet("Ann", "Hi"))
print(greet(greeting="Hey", name="Bo"))
print(greet("Cy", mark="?"))
