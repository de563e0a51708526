import socket


def receive_message(sock):
    # TODO: two digits, and then so many bytes: neither need come at once
    length = int(sock.recv(2))
    return sock.recv(length).decode()


def send_message(sock, text):
    # TODO: the length of what?
    sock.sendall(b"%02d" % len(text) + text.encode())


listener = socket.create_server(("127.0.0.1", 7000))
conn, _ = listener.accept()
for _ in range(2):
    name = receive_message(conn)
    send_message(conn, "Hi " + name)
conn.close()
listener.close()
