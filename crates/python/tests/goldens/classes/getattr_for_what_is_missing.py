class Proxy:
    def __init__(self):
        self.real = 1

    def __getattr__(self, name):
        print("missing", name)
        if name.startswith("no"):
            raise AttributeError(name)
        return name.upper()


p = Proxy()
print(p.real, p.other, hasattr(p, "nothing"), getattr(p, "none", "default"))
