import socket


def receive_exactly(s, n):
    data = b""
    while len(data) < n:
        piece = s.recv(n - len(data))
        if not piece:
            raise EOFError(f"{len(data)} of {n} bytes, then the end")
        data += piece
    return data


a, b = socket.socketpair()
a.sendall(b"12345")
a.sendall(b"678")
print(receive_exactly(b, 4), receive_exactly(b, 3))
a.close()
try:
    receive_exactly(b, 4)
except EOFError as error:
    print(error)
b.close()
