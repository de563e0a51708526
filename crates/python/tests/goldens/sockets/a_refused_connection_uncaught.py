import socket

bound = socket.socket()  # it has a port and does not listen
bound.bind(("127.0.0.1", 0))
address = bound.getsockname()


def call(address):
    client = socket.socket()
    client.connect(address)
    return client


call(address)
