class File:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("closed", self.name)


kept = File("kept")
print("last line")
