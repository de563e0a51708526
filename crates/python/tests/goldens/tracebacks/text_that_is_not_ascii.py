def größe(länge):
    raise ValueError(f"zu groß: {länge}")


größe("é€")
