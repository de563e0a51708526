def nothing():
    pass


def early(n):
    if n:
        return
    print("reached")


print(nothing(), early(1), early(0))
