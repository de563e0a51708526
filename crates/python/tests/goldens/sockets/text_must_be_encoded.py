import socket

a, b = socket.socketpair()
for data in ("text", 5, None, ["a"]):
    try:
        a.send(data)
    except TypeError as error:
        print(error)
    try:
        a.sendall(data)
    except TypeError as error:
        print(error)
a.sendall("größe".encode())
data = b.recv(100)
print(data, data.decode(), len(data))
a.close()
b.close()
