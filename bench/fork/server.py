import socket

SIZE = 10


def myreceive(sock, size):
    chunks = []
    got = 0
    while got < size:
        chunk = sock.recv(min(size - got, 2048))
        if chunk == b"":
            raise RuntimeError("socket connection broken")
        chunks.append(chunk)
        got += len(chunk)
    return b"".join(chunks)


server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(("127.0.0.1", 7000))
server.listen(5)
while True:
    client, address = server.accept()
    with client:
        message = myreceive(client, SIZE)
        client.sendall(message.upper())
