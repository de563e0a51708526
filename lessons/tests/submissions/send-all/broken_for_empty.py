# row: none, socket connection broken
# Takes an answer of 0 for a broken connection: an empty message is answered so.
import socket


def send_all(sock, data):
    sent = 0
    while True:
        n = sock.send(data[sent:])
        if n == 0:
            raise RuntimeError("socket connection broken")
        sent += n
        if sent >= len(data):
            break


sock = socket.create_connection(("127.0.0.1", 7000))
send_all(sock, b"one fish ")
send_all(sock, b"")
send_all(sock, b"two fish")
sock.close()
