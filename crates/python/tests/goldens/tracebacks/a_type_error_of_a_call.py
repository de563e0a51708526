def connect(host, port):
    pass


connect("alpha")
