class State:
    CLOSED, LISTEN, OPEN = range(3)
    names = {0: "closed", 1: "listen", 2: "open"}


class Machine:
    moves = {("listen", State.CLOSED): State.LISTEN, ("accept", State.LISTEN): State.OPEN}

    def __init__(self):
        self.state = State.CLOSED

    def do(self, what):
        try:
            self.state = self.moves[what, self.state]
        except KeyError:
            raise RuntimeError(f"{what} while {State.names[self.state]}") from None


m = Machine()
m.do("listen")
m.do("accept")
print(State.names[m.state])
try:
    m.do("listen")
except RuntimeError as error:
    print(error)
