import socket

MSGLEN = 4


def send_message(sock, message):
    sent = 0
    while sent < MSGLEN:
        sent += sock.send(message[sent:])


with socket.create_connection(("127.0.0.1", 6565)) as sock:
    send_message(sock, b"goodbye")
