class Server:
    def __init__(self):
        self.backlog = 5


print(Server().backlgo)
