class Bad:
    def __enter__(self):
        return self

    def __exit__(self, *what):
        raise KeyError("in exit")


with Bad():
    raise ValueError("in body")
