class A:
    def __init__(self):
        self.n = None + 1


class B(A):
    def __init__(self):
        super().__init__()


B()
