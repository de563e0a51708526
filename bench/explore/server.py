import socket
import sys

SIZE = int(sys.argv[1])


def receive_all(sock, size):
    chunks = []
    got = 0
    while got < size:
        chunk = sock.recv(size - got)
        if not chunk:
            raise RuntimeError("socket connection broken")
        chunks.append(chunk)
        got += len(chunk)
    return b"".join(chunks)


server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.bind(("127.0.0.1", 7000))
server.listen()
client, address = server.accept()
with client:
    message = receive_all(client, SIZE)
server.close()
