import socket

first = socket.create_server(("127.0.0.1", 0))
second = socket.socket()
second.bind(first.getsockname())
