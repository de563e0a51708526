# row: none, the next send began again with the first
# Goes on until the counts add up, and offers the message from its beginning each time.
import socket


def send_all(sock, data):
    sent = 0
    while sent < len(data):
        sent += sock.send(data)


sock = socket.create_connection(("127.0.0.1", 7000))
send_all(sock, b"one fish ")
send_all(sock, b"")
send_all(sock, b"two fish")
sock.close()
