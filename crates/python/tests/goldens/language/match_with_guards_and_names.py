def kind(point):
    match point:
        case (0, 0):
            return "origin"
        case (x, 0) | (0, x):
            return f"on an axis at {x}"
        case (x, y) if x == y:
            return f"diagonal at {x}"
        case (x, y) as whole:
            return f"somewhere {whole}"


for point in ((0, 0), (3, 0), (0, 4), (2, 2), (1, 2)):
    print(kind(point))
