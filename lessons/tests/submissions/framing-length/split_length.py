# row: B14
# Takes the two digits with one recv.
import socket


def receive_exactly(sock, n):
    data = b""
    while len(data) < n:
        part = sock.recv(n - len(data))
        if not part:
            raise EOFError("closed in the middle of a message")
        data += part
    return data


def receive_message(sock):
    length = int(sock.recv(2))
    return receive_exactly(sock, length).decode()


def send_message(sock, text):
    body = text.encode()
    sock.sendall(b"%02d" % len(body) + body)


listener = socket.create_server(("127.0.0.1", 7000))
conn, _ = listener.accept()
for _ in range(2):
    name = receive_message(conn)
    send_message(conn, "Hi " + name)
conn.close()
listener.close()
