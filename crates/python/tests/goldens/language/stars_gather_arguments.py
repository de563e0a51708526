def show(*args, **kwargs):
    print(args, kwargs)


show()
show(1, 2)
show(a=1, b=2)
show(1, *[2, 3], c=4, **{"d": 5})


def mixed(a, b=2, *rest, key, other="o", **more):
    print(a, b, rest, key, other, more)


mixed(1, key="k")
mixed(1, 2, 3, 4, key="k", extra=9)
